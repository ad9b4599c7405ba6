//! The output folder: what is written, what is left alone, and what a build that was cut short leaves behind.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use crate::support::{Site, tree};

fn many(count: usize) -> Site {
    let site = Site::new();
    for number in 0..count {
        site.post(
            &format!("栏目/{number}.md"),
            &format!("第{number}篇"),
            &format!(
                "2022-{:02}-{:02} 10:00:00",
                1 + number % 12,
                1 + number % 28
            ),
        );
    }
    site
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
    for output in ["content", "content/sub", ".", "static", "themes"] {
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
    let clean = many(400);
    clean.build();
    let expected = tree(&clean.public());
    let site = many(400);
    // The archive as it was before, so that there are old files to stay whole.
    site.build();
    for number in 0..400 {
        site.file(
            &format!("content/栏目/{number}.md"),
            format!("---\ntitle: 旧{number}\ndate: 2021-01-01\n---\n<p>旧</p>"),
        );
    }
    site.build();
    let old = tree(&site.public());
    for (delay, number) in (0..12).map(|step| (step * step * 4, step)) {
        for number in 0..400 {
            site.post(
                &format!("栏目/{number}.md"),
                &format!("第{number}篇"),
                &format!(
                    "2022-{:02}-{:02} 10:00:00",
                    1 + number % 12,
                    1 + number % 28
                ),
            );
        }
        let mut child = site
            .command(&["build", "--jobs", "2"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        std::thread::sleep(Duration::from_millis(delay));
        child.kill().expect("killed");
        child.wait().expect("ended");
        for (path, bytes) in tree(&site.public()) {
            if path.contains(".~newsprint-") {
                continue;
            }
            let is_old = old.get(&path) == Some(&bytes);
            let is_new = expected.get(&path).is_some_and(|new| {
                without_redirects(&path, new) == without_redirects(&path, &bytes)
            });
            let is_redirect = String::from_utf8_lossy(&bytes).contains("http-equiv=\"refresh\"");
            assert!(
                is_old || is_new || is_redirect || path.ends_with(".xml"),
                "attempt {number}: {path} is neither old nor new"
            );
        }
    }
    site.build();
    let now = tree(&site.public());
    assert!(
        now.keys().all(|path| !path.contains(".~newsprint-")),
        "temporary files are swept away"
    );
    for (path, bytes) in &expected {
        assert!(
            now.get(path) == Some(bytes) || path.starts_with("sitemap"),
            "{path}"
        );
    }
}

#[cfg(unix)]
fn without_redirects<'a>(_path: &str, bytes: &'a [u8]) -> &'a [u8] {
    bytes
}

#[test]
fn two_builds_at_once_do_not_meet() {
    let site = many(200);
    let start = || {
        site.command(&["build"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts")
    };
    let (mut one, mut two) = (start(), start());
    assert!(one.wait().expect("ends").success() && two.wait().expect("ends").success());
    let report = site.report();
    assert_eq!(report["routes"]["written"], 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_no_file_is_torn() {
    let site = many(20);
    // /dev/full takes no byte; as the output folder's file system would when it is full.
    let public = site.public();
    fs::create_dir(&public).expect("made");
    std::os::unix::fs::symlink("/dev/full", public.join("not-used")).expect("a link");
    fs::create_dir(public.join("index.html")).expect("a folder where a file goes");
    let run = site
        .run(&["build"])
        .expect_code(1)
        .expect_error("index.html");
    assert!(
        run.stdout.starts_with("not finished: built 20 posts"),
        "{}",
        run.stdout
    );
    fs::remove_dir(public.join("index.html")).expect("removed");
    site.build();
    assert!(site.has("index.html"));
}
