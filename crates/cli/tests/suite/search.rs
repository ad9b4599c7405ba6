//! The search index as part of a site: when there is one, what it holds, and that a rebuild leaves the same one.

use std::path::Path;

use crate::support::{Site, tree};

/// The files that search brings with it.
fn index_of(public: &Path) -> Vec<String> {
    let all = tree(public).into_keys();
    all.filter(|path| path.starts_with("search/")).collect()
}

fn size_of(site: &Site, file: &str) -> usize {
    std::fs::metadata(site.public().join(file)).map_or(0, |found| found.len() as usize)
}

/// A site with `count` posts a year, from 2021 on.
fn archive(years: u32, count: u32) -> Site {
    let site = Site::new();
    for year in 0..years {
        for number in 0..count {
            let (month, day) = (1 + number % 12, 1 + number % 28);
            site.post(
                &format!("甲/{year}-{number}.md"),
                &format!("第{number}篇"),
                &format!("20{:02}-{month:02}-{day:02} 08:00:00", 21 + year),
            );
        }
    }
    site
}

#[test]
fn an_archive_can_be_searched_unless_it_says_otherwise() {
    let site = archive(1, 3);
    site.build();
    assert_eq!(
        index_of(&site.public()),
        [
            "search/index.html",
            "search/manifest.bin",
            "search/new/s0.bin",
            "search/opensearch.xml",
            "search/variants.bin"
        ]
    );
    let home = site.output("index.html");
    assert!(home.contains("search/opensearch.xml") && home.contains("action=\"./search/\""));
    assert!(site.output("search/index.html").contains("noindex"));

    site.file("newsprint.toml", "[search]\nenabled = false\n");
    site.build();
    assert_eq!(index_of(&site.public()), [""; 0]);
    let home = site.output("index.html");
    assert!(!home.contains("opensearch") && !home.contains("search/"));
}

#[test]
fn a_theme_without_a_search_page_has_no_search() {
    let site = archive(1, 3);
    site.file("newsprint.toml", "theme = \"wire\"\n").build();
    assert_eq!(index_of(&site.public()), [""; 0]);
    assert!(!site.output("index.html").contains("<form"));

    // It leads to a search elsewhere.
    let elsewhere =
        "[theme]\nname = \"wire\"\n[theme.settings]\nsearch_url = \"https://find.example/s\"\n";
    site.file("newsprint.toml", elsewhere).build();
    assert!(
        site.output("index.html")
            .contains("action=\"https://find.example/s\"")
    );
}

#[test]
fn the_scope_says_how_much_of_a_post_is_searched() {
    let site = archive(1, 1);
    let long: String = ('一'..'龥')
        .map(|letter| format!("<p>{letter}</p>"))
        .collect();
    site.file(
        "content/甲/长.md",
        format!("---\ntitle: 长\ndate: 2021-05-01\n---\n\n{long}\n"),
    );
    let mut sizes = Vec::new();
    for scope in ["full", "lead", "title"] {
        site.file("newsprint.toml", format!("[search]\nscope = \"{scope}\"\n"));
        site.build();
        sizes.push(size_of(&site, "search/new/s0.bin"));
    }
    assert!(
        sizes[0] > 10 * sizes[1] && sizes[1] > sizes[2] && sizes[2] > 0,
        "{sizes:?}"
    );
}

#[test]
fn the_owner_s_own_search_page_stays() {
    let site = archive(1, 2);
    site.file("static/search/index.html", "mine").build();
    assert_eq!(index_of(&site.public()), ["search/index.html"]);
    assert_eq!(site.output("search/index.html"), "mine");
    assert!(!site.output("index.html").contains("opensearch"));
}

#[test]
fn a_rebuild_leaves_the_index_of_a_clean_build() {
    let site = archive(3, 75);
    site.build();
    // 225 posts: the last of them stands apart from the years.
    assert!(site.has("search/2021-2022/s0.bin") && site.has("search/new/s0.bin"));
    let closed = |site: &Site| {
        let mut files = tree(&site.public());
        files.retain(|path, _| path.starts_with("search/2021-2022/"));
        files
    };
    let before = closed(&site);
    type Edit = fn(&Site);
    let edits: [(&str, bool, Edit); 6] = [
        ("a newest post", true, |site| {
            site.post("乙/新.md", "最新", "2023-12-30 08:00:00");
        }),
        ("so many that the newest year takes them up", true, |site| {
            for number in 0..40 {
                site.post(&format!("乙/{number}.md"), "又", "2023-12-31 08:00:00");
            }
        }),
        ("another text in the newest year", true, |site| {
            site.file(
                "content/甲/2-74.md",
                "---\ntitle: 改\ndate: 2023-03-19 08:00:00\n---\n\n<p>改了。</p>\n",
            );
        }),
        ("an older post", false, |site| {
            site.post("乙/旧.md", "旧", "2021-07-01 08:00:00");
        }),
        ("one less", false, |site| {
            site.remove("content/甲/0-3.md");
        }),
        ("another zone", false, |site| {
            site.file("newsprint.toml", "timezone = \"UTC\"\n");
        }),
    ];
    for (what, stays, edit) in edits {
        edit(&site);
        site.build();
        assert_eq!(closed(&site) == before, stays, "{what}: the closed years");
        let clean = site.path().join("clean");
        site.run(&[
            "build",
            "--clean",
            "--output",
            clean.to_str().expect("UTF-8"),
        ])
        .expect_code(0);
        let search = |folder: &Path| {
            let mut files = tree(folder);
            files.retain(|path, _| path.starts_with("search/"));
            files
        };
        assert!(search(&site.public()) == search(&clean), "{what}");
    }
}
