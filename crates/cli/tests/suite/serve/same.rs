//! What is served is what is built.

use std::io::Read;
use std::time::Duration;

use super::client::{Server, encoded, without_script};
use crate::support::{Site, tree};

/// Builds a copy of the site, serves the site, and compares every file.
fn compare(site: &Site, arguments: &[&str]) {
    let built = site.duplicate();
    let mut build = vec!["build"];
    build.extend(arguments);
    built.run(&build);
    let server = Server::with(site, arguments);
    let files = tree(&built.public());
    assert!(files.len() > 5);
    for (file, bytes) in &files {
        let answer = server.file(file);
        assert_eq!(answer.status, 200, "{file}");
        assert!(
            answer.as_built() == *bytes,
            "{file} differs:\n{}\n---\n{}",
            answer.text(),
            String::from_utf8_lossy(bytes)
        );
        assert_eq!(
            answer.body != *bytes,
            file.ends_with(".html"),
            "{file}: only pages have the script"
        );
        if let Some(folder) = file.strip_suffix("index.html") {
            assert_eq!(server.file(folder).as_built(), *bytes, "{file} as a folder");
        }
    }
    let missing = server.file("没有/这一页.html");
    assert_eq!(
        (missing.status, missing.as_built()),
        (404, files["404.html"].clone())
    );
    assert!(
        !site.path().join(".newsprint").exists() && !site.path().join("public").exists(),
        "something was written"
    );
}

#[test]
fn the_sample_archive_is_served_as_it_is_built() {
    let site = Site::copy_of("examples/minimal");
    let sample = Site::copy_of("content");
    for (path, bytes) in tree(sample.path()) {
        site.file(&format!("content/{path}"), bytes);
    }
    site.file("content/编程/附件 一.bin", [0, 159, 146, 150]);
    site.file("static/.well-known/x.txt", "well known");
    site.file(
        "newsprint.toml",
        "base_url = 'https://news.example/档案/a/'\npage_size = 7\n",
    );
    compare(&site, &[]);
}

#[test]
fn the_examples_are_served_as_they_are_built() {
    for example in [
        "examples/minimal",
        "examples/custom-theme",
        "examples/hexo-like",
    ] {
        compare(&Site::copy_of(example), &[]);
    }
    compare(
        &Site::copy_of("examples/minimal"),
        &[
            "--drafts",
            "--future",
            "--base-url",
            "https://other.example/x/",
        ],
    );
}

#[test]
fn a_preview_beside_a_build_keeps_its_addresses_and_figures() {
    let site = Site::new();
    let clash = "permalink = 'p/:abbrlink/'\n";
    site.file("newsprint.toml", clash);
    site.post("a/一.md", "同题", "2022-01-01")
        .post("b/二.md", "同题", "2021-01-01");
    site.file("content/c.md", "---\ntitle: 丙\ndate: 2023-01-01\n---\n<p>x<script>1</script><img src='http://t.example/p.gif' width=1 height=1></p>");
    site.build();
    // The ledger remembers who came first, and old addresses lead on.
    site.remove("content/b/二.md")
        .post("b/三.md", "同题", "2021-01-01")
        .post("z/零.md", "同题", "2020-01-01");
    site.build();
    let server = Server::of(&site);
    for (file, bytes) in tree(&site.public()) {
        assert!(server.file(&file).as_built() == bytes, "{file}");
    }
}

#[test]
fn compressed_pages_are_the_same_pages() {
    let site = Site::copy_of("examples/minimal");
    let server = Server::of(&site);
    for path in ["", "atom.xml", "statistics/"] {
        let plain = server.file(path);
        let url = format!("{}{}", server.base, encoded(path));
        let packed = server.ask("GET", &url, &["Accept-Encoding: br;q=1, gzip;q=0.8"]);
        assert_eq!(packed.header("content-encoding"), "gzip", "{path}");
        assert_eq!(packed.header("vary"), "Accept-Encoding");
        assert_ne!(packed.header("etag"), plain.header("etag"));
        assert!(packed.body.len() < plain.body.len() / 2);
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(packed.body.as_slice())
            .read_to_end(&mut unpacked)
            .expect("gzip");
        assert_eq!(without_script(&unpacked), plain.as_built());
    }
}

#[test]
fn after_any_changes_it_is_what_a_new_build_gives() {
    let site = Site::copy_of("examples/custom-theme");
    for number in 0..40 {
        let day = 1 + number % 28;
        site.post(
            &format!("版{}/{number}.md", number % 5),
            &format!("第{number}篇"),
            &format!("2023-{:02}-{day:02}", 1 + number % 12),
        );
    }
    let server = Server::of(&site);
    let path = |number: usize| format!("content/版{}/{number}.md", number % 5);
    let moved = |from: &str, to: &str| {
        let to = site.path().join(to);
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("made");
        std::fs::rename(site.path().join(from), to).expect("moved");
    };
    let rounds: [&dyn Fn(); 6] = [
        &|| {
            site.remove(&path(7)).remove(&path(8));
            site.post("版1/1.md", "第1篇，在别的日子", "2021-05-05");
        },
        &|| moved(&path(9), "content/新版/9.md"),
        &|| {
            site.file("content/版2/图 一.png", "png");
            site.file(&path(12), "---\ntitle: 有图\ndate: 2023-03-03\nheadimg: '图 一.png'\n---\n<p><img src='图 一.png'><a href='17.md'>x</a></p>");
        },
        &|| moved("content/版3", "content/旧版"),
        &|| {
            site.file(&path(4), "")
                .file("content/无日期.md", "# 无日期\n\n正文\n");
        },
        &|| {
            let config = std::fs::read_to_string(site.path().join("newsprint.toml")).expect("read");
            let other = config.replace("page_size = 10", "page_size = 3\nexcerpt_width = 30");
            site.file("newsprint.toml", other);
        },
    ];
    for (round, change) in rounds.into_iter().enumerate() {
        let events = server.listen(&server.base);
        change();
        // A broken post alone loads no page again; what is wrong with it is told instead.
        events.until("event: ");
        events.during(Duration::from_millis(600));
        let built = site.duplicate();
        let report = built.report();
        let files = tree(&built.public());
        assert!(files.len() > 100);
        for (file, bytes) in files {
            let answer = server.file(&file);
            assert!(
                answer.as_built() == bytes,
                "round {round}: {file} differs\n{}\n{report}",
                answer.text()
            );
        }
    }
}

#[test]
fn what_was_read_is_noted_for_the_next_start() {
    let site = Site::new();
    let long_ago = std::time::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    let post = |name: &str| {
        site.post(name, name, "2022-01-01");
        let file = std::fs::File::options()
            .write(true)
            .open(site.path().join("content").join(name));
        let set = file.expect("opened").set_modified(long_ago);
        set.expect("its time set");
    };
    post("first.md");
    site.build();
    let before = tree(&site.path().join(".newsprint"));
    post("second.md");
    let _server = Server::of(&site);
    let since = std::time::Instant::now();
    let holds = |name: &str| {
        let records = std::fs::read(site.path().join(".newsprint/posts.cache")).unwrap_or_default();
        records
            .windows(name.len())
            .any(|window| window == name.as_bytes())
    };
    while !holds("second.md") {
        assert!(
            since.elapsed() < super::client::PATIENCE,
            "it was not noted"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(holds("first.md"));
    let mut after = tree(&site.path().join(".newsprint"));
    after.insert("posts.cache".into(), before["posts.cache"].clone());
    assert_eq!(after, before, "nothing else was written");
}
