//! Every verb, its exit codes, and what it says.

use std::process::Command;

use crate::support::{Run, Site, program, tree};

#[test]
fn a_site_of_one_post_needs_no_configuration() {
    let site = Site::new();
    site.post("新媒体/某报/头条/你好.md", "你好", "2022-09-26 08:00:00");
    let run = site.build();
    assert!(
        run.stdout.starts_with("built 1 post into "),
        "{}",
        run.stdout
    );
    assert_eq!(site.posts_with("正文：你好。").len(), 1);
    for file in [
        "index.html",
        "404.html",
        "robots.txt",
        "sitemap.xml",
        "atom.xml",
        "rss.xml",
        "feed.json",
        "categories/新媒体/某报/头条/index.html",
        "2022/09/26/index.html",
    ] {
        assert!(site.has(file), "{file}");
    }
}

#[test]
fn the_cargo_plugin_is_the_same_program() {
    let site = Site::new();
    site.post("a.md", "甲", "2022-09-26");
    let mut plugin = Command::new(env!("CARGO_BIN_EXE_cargo-newsprint"));
    let run = Run::of(
        plugin
            .arg("newsprint")
            .arg("--site")
            .arg(site.path())
            .arg("build"),
    )
    .expect_code(0);
    assert!(run.stdout.starts_with("built 1 post"), "{}", run.stdout);
}

#[test]
fn wrong_usage_is_exit_code_2() {
    for arguments in [
        &["built"][..],
        &["build", "--jobs", "0"],
        &["build", "--no-such"],
        &["--color", "pink", "build"],
    ] {
        Run::of(program().args(arguments)).expect_code(2);
    }
}

#[test]
fn without_content_nothing_can_be_built() {
    let site = Site::new();
    std::fs::remove_dir(site.path().join("content")).expect("removed");
    site.run(&["build"])
        .expect_code(1)
        .expect_error("there is no folder `content` here")
        .expect_error("newsprint init");
}

#[test]
fn an_empty_archive_is_an_archive() {
    let site = Site::new();
    let run = site.build();
    assert!(run.stdout.starts_with("built 0 posts"), "{}", run.stdout);
    assert!(site.has("index.html") && site.has("sitemap.xml") && site.has("atom.xml"));
}

#[test]
fn mistakes_in_the_configuration_are_explained() {
    let site = Site::new();
    site.file("newsprint.toml", "title = 't'\npermalnk = ':id/'\n");
    site.run(&["build"])
        .expect_code(1)
        .expect_error("newsprint.toml:2: error: unknown key `permalnk`")
        .expect_error("did you mean `permalink`?");
    site.file("newsprint.toml", "permalink = '../:id.html'\n");
    site.run(&["build"])
        .expect_code(1)
        .expect_error("is not a path below the base URL");
    site.file("newsprint.toml", "permalink = 'a?b/:id.html'\n");
    site.run(&["build"])
        .expect_code(1)
        .expect_error("has no place in a file's name");
    site.post("a.md", "甲", "2022-09-26")
        .file("newsprint.toml", "permalink = ':yaer/:id.html'\n");
    site.run(&["build"])
        .expect_code(0)
        .expect_error("did you mean `:year`?");
    site.file("newsprint.toml", "theme = 'no-such-theme'\n");
    site.run(&["build"])
        .expect_code(1)
        .expect_error("no-such-theme");
}

#[test]
fn posts_that_cannot_be_used_are_named_and_the_rest_is_built() {
    let site = Site::new();
    site.post("a.md", "甲", "2022-09-26")
        .file("content/empty.md", "")
        .file("content/blank.md", " \r\n\r\n");
    let run = site
        .run(&["build"])
        .expect_code(3)
        .expect_error("content/empty.md")
        .expect_error("content/blank.md");
    assert!(
        run.stdout.contains("built 1 post") && run.stdout.contains("2 posts set aside"),
        "{}",
        run.stdout
    );
    let report = site.report();
    assert_eq!(report["posts"]["found"], 3);
    assert_eq!(report["posts"]["built"], 1);
    assert_eq!(
        report["posts"]["skipped"].as_array().expect("a list").len(),
        2
    );
    assert!(
        report["posts"]["skipped"][0]["reason"].is_string()
            && report["posts"]["skipped"][0]["hint"].is_string()
    );
}

#[test]
fn a_report_is_not_written_over_the_site() {
    let site = Site::new();
    site.post("a.md", "甲", "2022-09-26")
        .file("newsprint.toml", "title = 't'\n");
    let before = tree(site.path());
    for report in [
        "content/a.md",
        "content/r.json",
        "newsprint.toml",
        "public/index.html",
    ] {
        let path = site.path().join(report);
        let path = path.to_str().expect("UTF-8");
        site.run(&["build", "--report", path])
            .expect_code(1)
            .expect_error("write it somewhere else");
    }
    assert_eq!(tree(site.path()), before);
}

#[test]
fn any_number_of_threads_can_be_asked_for() {
    let site = Site::new();
    site.post("a.md", "甲", "2022-09-26");
    site.run(&["build", "--jobs", "100000"]).expect_code(0);
}

#[test]
fn at_most_twenty_are_shown_and_all_are_reported() {
    let site = Site::new();
    for number in 0..30 {
        site.file(&format!("content/empty-{number}.md"), "");
    }
    let run = site
        .run(&["build"])
        .expect_code(3)
        .expect_error("... and 10 errors more");
    assert_eq!(run.stderr.matches("content/empty-").count(), 20);
    assert_eq!(
        site.report()["posts"]["skipped"]
            .as_array()
            .expect("a list")
            .len(),
        30
    );
    let quiet = site.run(&["--quiet", "build"]).expect_code(3);
    assert!(quiet.stdout.is_empty());
    let verbose = site.run(&["--verbose", "build"]).expect_code(3);
    assert_eq!(verbose.stderr.matches("content/empty-").count(), 30);
}

#[test]
fn drafts_and_what_is_to_come_wait() {
    let site = Site::new();
    site.post("now.md", "现在", "2024-05-31")
        .post("soon.md", "明天", "2024-06-01 20:00:00")
        .post("later.md", "以后", "2024-07-01")
        .file(
            "content/draft.md",
            "---\ntitle: 草稿\ndate: 2024-01-01\ndraft: true\n---\n<p>草稿正文</p>",
        )
        .file(
            "content/off.md",
            "---\ntitle: 不发\ndate: 2024-01-01\npublished: false\n---\n<p>不发正文</p>",
        )
        .file(
            "content/over.md",
            "---\ntitle: 过期\ndate: 2024-01-01\nexpires: 2024-05-01\n---\n<p>过期正文</p>",
        );
    let counts = |arguments: &[&str]| {
        let path = site.path().join("report.json");
        let mut all = vec!["build", "--report", path.to_str().expect("UTF-8")];
        all.extend(arguments);
        site.run(&all).expect_code(0);
        let report: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&path).expect("a report")).expect("JSON");
        (
            report["posts"]["built"].as_u64(),
            report["posts"]["withheld"].as_u64(),
        )
    };
    assert_eq!(counts(&[]), (Some(2), Some(4)));
    assert_eq!(counts(&["--drafts"]), (Some(3), Some(3)));
    assert_eq!(counts(&["--drafts", "--future"]), (Some(4), Some(2)));
}

#[test]
fn strict_writes_nothing_when_anything_was_assumed() {
    let site = Site::new();
    site.post("a.md", "甲", "2022-09-26");
    site.run(&["build", "--strict"]).expect_code(0);
    site.file(
        "content/b.md",
        "---\ntitle: 'It's here'\ndate: 2022-09-26\n---\n<p>b</p>",
    );
    let before = tree(&site.public());
    site.run(&["build", "--strict"])
        .expect_code(1)
        .expect_error("content/b.md:2")
        .expect_error("nothing was written");
    assert_eq!(tree(&site.public()), before);
    site.run(&["check", "--strict"]).expect_code(1);
    site.run(&["check"]).expect_code(0);
}

#[test]
fn check_follows_links_and_writes_nothing() {
    let site = Site::new();
    site.post("a.md", "甲", "2022-09-26");
    let before = tree(site.path());
    let run = site.run(&["check"]).expect_code(0);
    assert_eq!(
        run.stdout,
        "checked 1 post: 0 warnings, 0 posts set aside\n"
    );
    assert_eq!(tree(site.path()), before);
    site.build();
    site.post("b.md", "乙", "2022-09-27");
    let before = tree(site.path());
    site.run(&["check"]).expect_code(0);
    assert_eq!(tree(site.path()), before, "nor what is remembered");
    site.file(
        "templates/404.html",
        "<!doctype html><title>404</title><p><a href=\"no/such/page.html\">x</a>",
    );
    site.run(&["check"])
        .expect_code(0)
        .expect_error("404.html: warning: `no/such/page.html` leads nowhere");
}

#[test]
fn references_that_lead_nowhere_are_named() {
    let site = Site::new();
    site.file(
        "content/a.md",
        "---\ntitle: 甲\ndate: 2022-09-26\n---\n<p>文<a href=\"b.html\">链接</a><img src=\"图/c.jpg\"></p>",
    );
    site.file(
        "content/b.md",
        "---\ntitle: 乙\ndate: 2022-09-26\nlink: https://example.com/x/\n---\n<p>文<a href=\"b.html\">链接</a></p>",
    );
    for verb in ["build", "check"] {
        let run = site.run(&[verb]).expect_code(0).expect_error(
            "content/a.md: warning: the relative reference `b.html` and 1 more in its body lead nowhere",
        );
        assert!(!run.stderr.contains("content/b.md"), "{}", run.stderr);
    }
}

#[test]
fn clean_html_is_a_filter() {
    let body = "<p onclick=\"x()\">正文<script>alert(1)</script> <a href=\"https://example.com/?utm_source=x&amp;id=1\">链接</a></p>".as_bytes();
    let report = tempfile::NamedTempFile::new().expect("a file");
    let run = Run::with_input(
        program()
            .arg("clean-html")
            .arg("--report")
            .arg(report.path()),
        body,
    )
    .expect_code(0);
    assert!(
        run.stdout.contains("正文") && run.stdout.contains("https://example.com/?id=1"),
        "{}",
        run.stdout
    );
    assert!(
        !run.stdout.contains("onclick")
            && !run.stdout.contains("alert")
            && !run.stdout.contains("utm_source")
    );
    let report: serde_json::Value =
        serde_json::from_slice(&std::fs::read(report.path()).expect("a report")).expect("JSON");
    assert_eq!(report["rewrite"]["links_cleaned"], 1);
    assert_eq!(
        Run::with_input(program().arg("clean-html"), b"")
            .expect_code(0)
            .stdout,
        ""
    );
}

#[test]
fn new_begins_a_post_that_builds_as_it_stands() {
    let site = Site::new();
    let run = site
        .run(&[
            "new",
            "It's: a \"test\" #1",
            "--category",
            "新媒体/某报",
            "--tag",
            "a",
            "--author",
            "O'Neil",
        ])
        .expect_code(0);
    assert!(
        run.stdout
            .trim_end()
            .ends_with("content/新媒体/某报/It's_-a-_test_-_1.md"),
        "{}",
        run.stdout
    );
    site.run(&["new", "It's: a \"test\" #1", "--category", "新媒体/某报"])
        .expect_code(1)
        .expect_error("there is such a post already");
    let report = site.report();
    assert_eq!(report["posts"]["built"], 1, "{report}");
    assert_eq!(site.posts_with("a &quot;test&quot; #1").len(), 1);
    site.run(&["new", "  "]).expect_code(1);
}

#[test]
fn init_begins_a_site_and_keeps_what_is_there() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("my archive");
    let init = || {
        Run::of(
            program()
                .arg("init")
                .arg(&path)
                .args(["--title", "我的\"档案\""]),
        )
        .expect_code(0)
    };
    assert_eq!(init().stdout.lines().count(), 3);
    Run::of(program().arg("--site").arg(&path).arg("build")).expect_code(0);
    let home = std::fs::read_to_string(path.join("public/index.html")).expect("a home page");
    assert!(home.contains("我的&quot;档案&quot;"), "{home}");
    std::fs::write(path.join("newsprint.toml"), "title = 'mine'\n").expect("written");
    assert_eq!(init().stdout, "");
    assert_eq!(
        std::fs::read_to_string(path.join("newsprint.toml")).expect("read"),
        "title = 'mine'\n"
    );
}

#[test]
fn a_template_error_names_the_template_its_line_and_the_post() {
    let site = Site::new();
    site.post("a.md", "甲", "2022-09-26")
        .file("templates/post.html", "<p>\n{{ post.no_such_thing }}\n</p>");
    site.run(&["build"])
        .expect_code(1)
        .expect_error("templates/post.html:2")
        .expect_error("no_such_thing")
        .expect_error("甲");
    site.file("templates/post.html", "{% if %}");
    site.run(&["build"])
        .expect_code(1)
        .expect_error("templates/post.html:1");
}
