//! The content folder: what a walk finds, how bodies are read again, which dates neighbours give.

use std::fs;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use newsprint_model::{DateOrigin, PostMeta};
use newsprint_source::{FileBuffer, Look, date_missing_dates, load_body, look, scan};

use crate::common::{self, post, rfc3339};

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("the path has a folder"))
        .expect("the folder can be made");
    fs::write(path, text).expect("the file can be written");
}

fn keys(files: &[newsprint_model::SourceFile]) -> Vec<String> {
    files.iter().map(|file| file.key().into_owned()).collect()
}

#[test]
fn a_walk_sorts_posts_from_assets_and_passes_over_clutter() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let root = folder.path();
    for path in [
        "b/甲.md",
        "b/乙.MD",
        "a/x.markdown",
        "top.md",
        "b/c/d/e/f/deep.mkd",
        "b/image.png",
        "style.css",
        "a/data.md.json",
    ] {
        write(root, path, "x");
    }
    for clutter in [
        ".git/config.md",
        ".hidden.md",
        "b/x.md~",
        "b/.#x.md",
        "b/#x.md#",
        "a/x.md.swp",
        "a/Thumbs.db",
        "a/.obsidian/y.md",
    ] {
        write(root, clutter, "x");
    }
    fs::create_dir(root.join("folder.md")).expect("a folder named like a post");
    write(root, "folder.md/inside.md", "x");
    let found = scan(root);
    let mut expected = vec![
        "a/x.markdown",
        "b/c/d/e/f/deep.mkd",
        "b/乙.MD",
        "b/甲.md",
        "folder.md/inside.md",
        "top.md",
    ];
    expected.sort_unstable();
    assert_eq!(keys(&found.posts), expected);
    assert_eq!(
        keys(&found.assets),
        ["a/data.md.json", "b/image.png", "style.css"]
    );
    assert!(found.diagnostics.is_empty(), "{:?}", found.diagnostics);
    assert!(
        found
            .posts
            .iter()
            .all(|file| file.size == 1 && file.mtime > 0)
    );
}

#[test]
fn a_wide_folder_and_a_narrow_one_give_the_same() {
    for folders in [1, 3, 40] {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let mut expected = Vec::new();
        for n in 0..200 {
            let path = format!("s{}/t{}/u{}/{n}.md", n % folders, n % 7, n % 3);
            write(folder.path(), &path, "x");
            expected.push(path);
        }
        expected.sort_by(|a, b| Path::new(a).cmp(Path::new(b)));
        assert_eq!(keys(&scan(folder.path()).posts), expected);
    }
}

#[test]
fn a_walk_says_of_every_file_what_a_look_at_it_says() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let root = folder.path();
    let from_1970 = |seconds: i64, nanoseconds: u32| {
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let second = match seconds {
            0.. => UNIX_EPOCH + whole,
            _ => UNIX_EPOCH - whole,
        };
        second + Duration::from_nanos(nanoseconds.into())
    };
    for (number, (seconds, nanoseconds)) in [
        (1_700_000_000, 123_456_789),
        (0, 0),
        (0, 1),
        (-1, 999_999_999),
        (-86_400, 5),
        (4_000_000_000, 1),
    ]
    .into_iter()
    .enumerate()
    {
        // Folders of one file, of several, and between others.
        for path in ["", "a/", "a/b/", &format!("one/{number}/")] {
            let path = format!("{path}{number}.md");
            write(root, &path, &"x".repeat(number * 1000));
            let file = fs::File::options().write(true).open(root.join(&path));
            file.and_then(|file| file.set_modified(from_1970(seconds, nanoseconds)))
                .expect("the time can be set");
        }
    }
    let found = scan(root);
    assert_eq!(found.posts.len(), 24);
    for file in found.posts {
        assert_eq!(look(root, &file.path), Look::Post(file));
    }
}

#[test]
fn a_folder_that_is_missing_is_reported() {
    let found = scan(Path::new("/nonexistent/content"));
    assert!(found.posts.is_empty());
    assert_eq!(found.diagnostics.len(), 1, "{:?}", found.diagnostics);
    assert!(
        found.diagnostics[0]
            .to_string()
            .starts_with("content: warning: it could not be read"),
        "{}",
        found.diagnostics[0]
    );
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_in_circles() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().expect("a folder for the test");
    let elsewhere = tempfile::tempdir().expect("another one");
    let root = folder.path().join("content");
    write(&root, "a/b/c/post.md", "x");
    write(elsewhere.path(), "linked.md", "x");
    let link =
        |target: &Path, name: &str| symlink(target, root.join(name)).expect("the link can be made");
    link(elsewhere.path(), "linked");
    link(&elsewhere.path().join("linked.md"), "a/one.md");
    link(&root, "a/b/to-the-top");
    link(&root.join("a"), "a/b/c/upwards");
    link(Path::new("."), "self");
    link(Path::new("nowhere.md"), "broken.md");
    let found = scan(&root);
    assert_eq!(
        keys(&found.posts),
        ["a/b/c/post.md", "a/one.md", "linked/linked.md"]
    );
    let told: Vec<String> = found
        .diagnostics
        .iter()
        .map(|diagnostic| format!("{}: {}", diagnostic.path, diagnostic.reason))
        .collect();
    assert_eq!(told.len(), 4, "{told:#?}");
    for link in [
        "content/a/b/to-the-top: this link",
        "content/a/b/c/upwards: this link",
        "content/self: this link",
        "content/broken.md: it could not be read",
    ] {
        assert!(
            told.iter().any(|told| told.starts_with(link)),
            "{link} is not in {told:#?}"
        );
    }
    // The content folder itself may be a link.
    let alias = folder.path().join("alias");
    symlink(&root, &alias).expect("the link can be made");
    assert_eq!(
        keys(&scan(&alias).posts),
        ["a/b/c/post.md", "a/one.md", "linked/linked.md"]
    );
}

#[test]
fn a_body_is_read_again() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let utf16: Vec<u8> = "\u{feff}---\ntitle: t\n---\n<p>body</p>\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let cases: [(&str, &[u8]); 5] = [
        ("plain.md", b"---\ntitle: t\n---\n<p>body</p>\n"),
        ("mark.md", b"\xef\xbb\xbf---\ntitle: t\n---\n<p>body</p>\n"),
        ("none.md", b"\n\n<p>body</p>\n"),
        ("latin.md", b"---\ntitle: t\xff\n---\n<p>body</p>\n"),
        ("utf16.md", &utf16),
    ];
    for (name, bytes) in cases {
        fs::write(folder.path().join(name), bytes).expect("the file can be written");
        let (meta, _) = post(name, bytes);
        let mut buffer = FileBuffer::of_thread();
        let body = load_body(&mut buffer, folder.path(), &meta.file, &meta.body)
            .expect("the file can be read");
        assert_eq!(body, "<p>body</p>\n", "{name}");
    }
}

#[test]
fn a_body_that_changed_is_divided_anew() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let (meta, _) = post("a.md", "---\ntitle: 标题\n---\n<p>正文</p>\n".as_bytes());
    for (now, expected) in [
        (
            "---\ntitle: another title, a longer one\n---\n<p>new</p>\n",
            "<p>new</p>\n",
        ),
        ("<p>x</p>", "<p>x</p>"),
        ("", ""),
        // The same length, and the old place now lies within a character.
        ("---\ntitle: 标标\n---\n <p>正文</p>", " <p>正文</p>"),
    ] {
        fs::write(folder.path().join("a.md"), now).expect("the file can be written");
        let mut buffer = FileBuffer::of_thread();
        let body = load_body(&mut buffer, folder.path(), &meta.file, &meta.body)
            .expect("the file can be read");
        assert_eq!(body.trim(), expected.trim(), "{now}");
    }
    fs::remove_file(folder.path().join("a.md")).expect("the file can be removed");
    let mut buffer = FileBuffer::of_thread();
    assert!(load_body(&mut buffer, folder.path(), &meta.file, &meta.body).is_err());
}

fn metas(posts: &[(&str, &str)]) -> Vec<PostMeta> {
    let mut metas: Vec<PostMeta> = posts
        .iter()
        .map(|(path, date)| {
            post(
                path,
                format!("---\ntitle: t\ndate: {date}\n---\n<p>b</p>").as_bytes(),
            )
            .0
        })
        .collect();
    metas.sort_by(|a, b| a.file.cmp(&b.file));
    metas
}

fn date_of(metas: &[PostMeta], path: &str) -> (String, DateOrigin) {
    let meta = metas
        .iter()
        .find(|meta| meta.file.key() == path)
        .expect("the post is there");
    let date = meta.date.expect("every post has a date");
    (rfc3339(date.seconds), date.origin)
}

#[test]
fn missing_dates_come_from_the_neighbours() {
    let mut all = metas(&[
        ("a/x/1.md", "2020-01-01T00:00:00Z"),
        ("a/x/2.md", "2022-06-01T00:00:00Z"),
        ("a/x/3.md", "2022-06-03T00:00:00Z"),
        ("a/x/none.md", ""),
        ("a/y/none.md", "soon"),
        ("b/none.md", "1970-01-01"),
        ("b/c/2019-05-01-named.md", ""),
        ("c/none.md", ""),
    ]);
    date_missing_dates(&mut all);
    // In its own folder, the middle one of three.
    assert_eq!(
        date_of(&all, "a/x/none.md"),
        ("2022-06-01T00:00:00Z".into(), DateOrigin::Neighbours)
    );
    // In the folder above.
    assert_eq!(
        date_of(&all, "a/y/none.md"),
        ("2022-06-01T00:00:00Z".into(), DateOrigin::Neighbours)
    );
    // Below its own folder, from a file's name.
    assert_eq!(
        date_of(&all, "b/none.md"),
        ("2019-04-30T16:00:00Z".into(), DateOrigin::Neighbours)
    );
    // In the whole archive, the lower of the two in the middle.
    assert_eq!(
        date_of(&all, "c/none.md"),
        ("2020-01-01T00:00:00Z".into(), DateOrigin::Archive)
    );
    assert_eq!(
        date_of(&all, "a/x/1.md"),
        ("2020-01-01T00:00:00Z".into(), DateOrigin::FrontMatter)
    );
}

#[test]
fn neighbours_do_not_depend_on_order() {
    let posts = [
        ("a/1.md", "2020-01-01"),
        ("a/2.md", ""),
        ("b/3.md", ""),
        ("b/4.md", "2021-01-01"),
        ("c/5.md", ""),
    ];
    let mut forwards = metas(&posts);
    let mut backwards = metas(&posts);
    backwards.reverse();
    date_missing_dates(&mut forwards);
    date_missing_dates(&mut backwards);
    backwards.reverse();
    assert_eq!(forwards, backwards);
}

#[test]
fn the_last_resort_is_the_file_and_never_a_zero() {
    let mut all = metas(&[("a/1.md", ""), ("a/2.md", "")]);
    all[0].file.mtime = 0;
    date_missing_dates(&mut all);
    let expected = (rfc3339(common::MTIME), DateOrigin::FileTime);
    assert_eq!(date_of(&all, "a/1.md"), expected);
    assert_eq!(date_of(&all, "a/2.md"), expected);

    let mut all = metas(&[("a/1.md", "")]);
    all[0].file.mtime = 0;
    date_missing_dates(&mut all);
    assert_eq!(
        date_of(&all, "a/1.md"),
        ("2000-01-01T00:00:00Z".into(), DateOrigin::FileTime)
    );
}
