//! The output folder: what is written, what is left alone, and what a build that was cut short leaves behind.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime};

use crate::support::{Run, Site, tree};

fn many(count: usize) -> Site {
    let site = Site::new();
    site.posts(0..count);
    site
}

/// Starts a build and kills it after some time.
fn killed_after(site: &Site, time: Duration) {
    let mut child = site
        .command(&["build", "--jobs", "2"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    std::thread::sleep(time);
    child.kill().expect("killed");
    child.wait().expect("ended");
}

#[test]
fn a_second_build_writes_nothing() {
    let site = many(30);
    site.build();
    let times = |site: &Site| -> Vec<SystemTime> {
        tree(&site.public())
            .keys()
            .map(|path| {
                fs::metadata(site.public().join(path))
                    .and_then(|m| m.modified())
                    .expect("a time")
            })
            .collect()
    };
    let before = times(&site);
    std::thread::sleep(Duration::from_millis(20));
    let report = site.report();
    assert_eq!(report["routes"]["written"], 0);
    assert_eq!(report["routes"]["unchanged"], report["routes"]["total"]);
    assert_eq!(times(&site), before);
    let clean = site.run(&["build", "--clean"]).expect_code(0);
    assert!(!clean.stdout.contains(" 0 written"), "{}", clean.stdout);
    assert_ne!(times(&site), before);
}

#[test]
fn what_is_gone_is_removed_and_what_is_foreign_stays() {
    let site = many(3);
    site.build();
    site.file("public/CNAME", "news.example\n")
        .file("public/栏目/notes.txt", "mine");
    let page = site.posts_with("正文：第1篇。")[0].clone();
    site.remove("content/栏目/1.md");
    let report = site.report();
    assert!(report["routes"]["removed"].as_u64().expect("a number") >= 1);
    assert!(!site.has(&page));
    assert!(
        !site
            .public()
            .join(&page)
            .parent()
            .expect("a folder")
            .exists(),
        "the day's folder is empty and goes"
    );
    assert!(site.has("CNAME") && site.has("栏目/notes.txt"));
}

#[test]
fn a_page_edited_by_hand_is_made_anew() {
    let site = many(2);
    site.build();
    let page = site.posts_with("正文：第1篇。")[0].clone();
    let before = site.output(&page);
    site.file(&format!("public/{page}"), "edited");
    assert_eq!(site.report()["routes"]["written"], 1);
    assert_eq!(site.output(&page), before);
}

#[test]
fn static_files_and_files_beside_posts_are_copied() {
    let site = many(1);
    site.file("static/robots.txt", "User-agent: x\n")
        .file("static/.well-known/a", "a")
        .file("content/栏目/图.png", b"\x89PNG")
        .file("content/栏目/.hidden", "no");
    site.build();
    assert_eq!(site.output("robots.txt"), "User-agent: x\n");
    assert_eq!(
        fs::read(site.public().join("栏目/图.png")).expect("copied"),
        b"\x89PNG"
    );
    assert!(site.has(".well-known/a") && !site.has("栏目/.hidden"));
}

#[test]
fn images_and_posts_beside_a_post_are_found() {
    let site = Site::new();
    site.file("content/a/b/图 1.png", b"\x89PNG").file(
        "content/a/other.md",
        "---\ntitle: 别的\ndate: 2022-01-01\n---\n<p>别的正文</p>",
    );
    site.file("content/a/b/c.md", "---\ntitle: 图文\ndate: 2022-01-01\nimage: '图 1.png'\n---\n正文 ![图](<图 1.png>) 与 [别的](../other.md)。\n");
    site.run(&["check", "--strict"]).expect_code(0);
    site.build();
    let page = site.posts_with("正文")[0].clone();
    let text = site.output(&site.posts_with("图文").first().cloned().unwrap_or(page));
    assert!(
        text.contains("src=\"../../../a/b/%E5%9B%BE%201.png\""),
        "{text}"
    );
}

#[test]
fn an_output_folder_that_would_harm_the_site_is_refused() {
    let site = many(1);
    for output in [
        "content",
        "content/sub",
        ".",
        "static",
        "themes",
        "nope/../content",
        "public/../content",
    ] {
        let path = site.path().join(output);
        site.run(&["build", "--output", path.to_str().expect("UTF-8")])
            .expect_code(1)
            .expect_error("the output folder");
    }
    site.file("a-file", "x");
    let path = site.path().join("a-file");
    site.run(&["build", "--output", path.to_str().expect("UTF-8")])
        .expect_code(1)
        .expect_error("is a file");
    assert!(site.path().join("content/栏目/0.md").is_file());
}

#[cfg(unix)]
#[test]
fn content_may_be_a_link_and_links_in_circles_do_no_harm() {
    let real = many(2);
    let site = Site::new();
    fs::remove_dir(site.path().join("content")).expect("removed");
    std::os::unix::fs::symlink(real.path().join("content"), site.path().join("content"))
        .expect("a link");
    std::os::unix::fs::symlink(
        real.path().join("content"),
        real.path().join("content/circle"),
    )
    .expect("a link");
    let run = site.run(&["build"]).expect_code(0);
    assert!(run.stdout.contains("built 2 posts"), "{}", run.stdout);
    assert!(run.stderr.contains("circle"), "{}", run.stderr);
    // Through the link, the output would lie in the content.
    let inside = real.path().join("content").join("public");
    site.run(&["build", "--output", inside.to_str().expect("UTF-8")])
        .expect_code(1);
}

#[cfg(unix)]
#[test]
fn killed_at_any_moment_it_leaves_whole_files_and_the_next_build_completes_them() {
    let start = many(400);
    for number in 0..400 {
        start.file(
            &format!("content/栏目/{number}.md"),
            format!("---\ntitle: 旧{number}\ndate: 2021-01-01\n---\n<p>旧</p>"),
        );
    }
    start.build();
    let old = tree(&start.public());
    start.posts(0..400);
    let finished = start.duplicate();
    let since = Instant::now();
    finished.build();
    let whole = since.elapsed();
    let new = tree(&finished.public());
    let mut cut_short = 0;
    for step in 0..16 {
        let site = start.duplicate();
        killed_after(&site, whole * step / 16);
        let now = tree(&site.public());
        let (mut olds, mut news) = (0, 0);
        for (path, bytes) in now
            .iter()
            .filter(|(path, _)| !path.contains(".~newsprint-"))
        {
            let (is_old, is_new) = (old.get(path) == Some(bytes), new.get(path) == Some(bytes));
            assert!(
                is_old || is_new,
                "step {step}: {path} is neither old nor new"
            );
            olds += usize::from(is_old && !is_new);
            news += usize::from(is_new && !is_old);
        }
        for path in old.keys().filter(|path| new.contains_key(*path)) {
            assert!(
                now.contains_key(path),
                "step {step}: {path} was there before and after"
            );
        }
        cut_short += usize::from(olds > 0 && news > 0);
        site.build();
        assert!(
            tree(&site.public()) == new,
            "step {step}: the next build does not complete it"
        );
        let state = tree(&site.path().join(".newsprint"));
        assert!(
            state.keys().all(|path| !path.contains(".~newsprint-")),
            "step {step}"
        );
    }
    assert!(cut_short > 0, "no build was killed while it wrote");
}

#[cfg(unix)]
#[test]
fn a_first_build_killed_at_any_moment_shows_whole_files_and_nothing_of_it_stays() {
    let start = many(400);
    start.file("public/CNAME", "news.example\n");
    let finished = start.duplicate();
    let since = Instant::now();
    finished.build();
    let whole = since.elapsed();
    let expected = tree(&finished.public());
    assert!(expected.contains_key("CNAME") && expected.contains_key("index.html"));
    let is_ours = |path: &&String| path.contains(".~newsprint-");
    let mut cut_short = 0;
    for step in 0..12 {
        let site = start.duplicate();
        killed_after(&site, whole * step / 12);
        let now = tree(&site.public());
        cut_short += usize::from(now.keys().any(|path| is_ours(&path)));
        for (path, bytes) in now.iter().filter(|(path, _)| !is_ours(path)) {
            assert!(expected.get(path) == Some(bytes), "step {step}: {path}");
        }
        site.build();
        assert!(
            tree(&site.public()) == expected,
            "step {step}: the next build does not make what one alone makes"
        );
    }
    assert!(cut_short > 0, "no build was killed while it wrote");
}

#[test]
fn a_second_build_waits_for_the_first() {
    let site = many(3);
    std::fs::create_dir_all(site.path().join(".newsprint")).expect("made");
    let lock = fs::File::create(site.path().join(".newsprint/lock")).expect("made");
    lock.lock().expect("locked");
    let mut child = site
        .command(&["build"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    std::thread::sleep(Duration::from_millis(400));
    assert!(
        child.try_wait().expect("asked").is_none(),
        "it did not wait"
    );
    assert!(!site.public().exists());
    lock.unlock().expect("unlocked");
    let output = child.wait_with_output().expect("ends");
    assert!(output.status.success());
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("another build of this site is running")
    );
    assert!(site.has("index.html"));
}

#[test]
fn a_file_may_become_a_folder_and_a_folder_a_file() {
    let site = many(1);
    site.file("static/about", "a file")
        .file("static/more/index.txt", "in a folder");
    site.build();
    site.remove("static/about").remove("static/more/index.txt");
    fs::remove_dir(site.path().join("static/more")).expect("removed");
    site.file("static/about/index.txt", "in a folder")
        .file("static/more", "a file");
    site.build();
    assert_eq!(site.output("about/index.txt"), "in a folder");
    assert_eq!(site.output("more"), "a file");
}

#[test]
fn a_post_that_cannot_be_used_keeps_the_page_it_had() {
    let site = many(3);
    site.build();
    let page = site.posts_with("正文：第1篇。")[0].clone();
    // As a crawler leaves it that was stopped while writing.
    site.file("content/栏目/1.md", "");
    site.run(&["build"]).expect_code(3);
    assert!(site.has(&page));
    site.remove("content/栏目/1.md");
    site.build();
    assert!(!site.has(&page));
}

#[test]
fn a_site_may_be_moved_with_what_was_made_of_it() {
    let site = many(3);
    site.build();
    let moved = site.duplicate();
    moved.remove("content/栏目/1.md");
    assert!(moved.report()["routes"]["removed"].as_u64() > Some(0));
    assert!(moved.posts_with("正文：第1篇。").is_empty());
}

#[test]
fn a_file_that_cannot_be_written_is_an_error_and_the_next_build_mends_it() {
    let site = many(20);
    // A folder, with something of the owner's in it, where a file goes.
    site.file("public/index.html/mine.txt", "mine");
    let run = site
        .run(&["build"])
        .expect_code(1)
        .expect_error("index.html");
    assert!(
        run.stdout.starts_with("not finished: built 20 posts"),
        "{}",
        run.stdout
    );
    assert_eq!(site.output("index.html/mine.txt"), "mine");
    fs::remove_dir_all(site.public().join("index.html")).expect("removed");
    site.build();
    assert!(site.has("index.html"));
}

#[cfg(target_os = "linux")]
#[test]
fn where_no_more_can_be_written_every_file_is_still_whole() {
    let whole = many(60);
    whole.build();
    let expected = tree(&whole.public());
    let site = many(60);
    // The shell's limit on the size of files (setrlimit(2), RLIMIT_FSIZE) fails writes as a full disk does.
    let largest = expected.values().map(Vec::len).max().expect("files");
    let limit = largest / 2 / 512;
    let script = format!("trap '' XFSZ; ulimit -f {limit}; exec \"$@\"");
    let mut command = std::process::Command::new("sh");
    command
        .arg("-c")
        .arg(script)
        .arg("sh")
        .arg(env!("CARGO_BIN_EXE_newsprint"));
    command
        .env("SOURCE_DATE_EPOCH", crate::support::NOW)
        .arg("--site")
        .arg(site.path())
        .arg("build");
    Run::of(&mut command)
        .expect_code(1)
        .expect_error("File too large");
    let written = tree(&site.public());
    assert!(!written.is_empty() && written.len() < expected.len());
    for (path, bytes) in &written {
        assert!(expected.get(path) == Some(bytes), "{path} is torn");
    }
    site.build();
    assert!(tree(&site.public()) == expected);
}
