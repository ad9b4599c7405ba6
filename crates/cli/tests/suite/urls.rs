//! URLs: patterns, collisions, the ledger, and what happens to addresses over the years.

use crate::support::Site;

fn site(permalink: &str) -> Site {
    let site = Site::new();
    site.file(
        "newsprint.toml",
        format!("base_url = 'https://news.example/archive/'\npermalink = '{permalink}'\n"),
    );
    site
}

#[test]
fn patterns_follow_hexos_tokens() {
    let cases = [
        (
            ":year/:month/:day/:post_title.html",
            "2022/09/06/甲-乙.html",
        ),
        (":i_month-:i_day/:name/", "9-6/文件/index.html"),
        ("p/:abbrlink.html", "p/cd4b.html"),
        ("p/:abbrlink", "p/cd4b/index.html"),
        (":category/:name.html", "新媒体/某报/头条/文件.html"),
        (":title.html", "栏目/文件.html"),
        (":hour:minute:second.html", "080509.html"),
        (":volume/:year.html", "v2/2022.html"),
        ("fixed.html", "fixed.html"),
    ];
    for (pattern, expected) in cases {
        let site = site(pattern);
        site.file("content/栏目/文件.md", "---\ntitle: 甲 乙\nvolume: v2\ncategories: [新媒体, 某报, 头条]\ndate: 2022-09-06 08:05:09\n---\n<p>正文</p>");
        site.build();
        assert_eq!(site.posts_with("正文"), [expected], "{pattern}");
    }
}

#[test]
fn two_posts_that_want_one_url_both_get_built() {
    let site = site("p/:post_title.html");
    site.post("b/later.md", "同题", "2022-09-27")
        .post("a/first.md", "同题", "2022-09-26");
    let run = site
        .build()
        .expect_error("content/b/later.md")
        .expect_error("its URL `p/同题.html` belongs to content/a/first.md");
    assert!(run.stdout.contains("built 2 posts"));
    let pages = site.posts_with("正文：同题。");
    assert_eq!(pages.len(), 2);
    assert!(pages.contains(&"p/同题.html".to_owned()), "{pages:?}");
}

#[test]
fn twins_that_some_file_systems_take_for_one_stay_two() {
    let site = site("p/:post_title.html");
    site.post("a.md", "Rust", "2022-09-26")
        .post("b.md", "RUST", "2022-09-26")
        .post("c.md", "caf\u{e9}", "2022-09-26")
        .post("d.md", "cafe\u{301}", "2022-09-26");
    site.build();
    let mut pages: Vec<String> = site
        .posts_with("正文")
        .iter()
        .map(|page| page.to_lowercase())
        .collect();
    pages.sort_unstable();
    pages.dedup();
    assert_eq!(pages.len(), 4, "{pages:?}");
}

#[test]
fn who_had_a_url_first_keeps_it() {
    let site = site("p/:post_title.html");
    site.post("b.md", "同题", "2022-09-27");
    site.build();
    // An older post comes later: by date it would be first.
    site.post("a.md", "同题", "2020-01-01");
    site.build();
    assert!(site.output("p/同题.html").contains("2022-09-27"));
    let both = site.posts_with("正文：同题。");
    assert_eq!(both.len(), 2);
    // The first one goes; the other's published URL stays all the same.
    site.remove("content/b.md");
    site.build();
    let left = site.posts_with("正文：同题。");
    assert_eq!(left.len(), 1);
    assert!(
        both.contains(&left[0]) && left[0] != "p/同题.html",
        "{left:?}"
    );
}

#[test]
fn a_file_that_moves_keeps_its_url() {
    let site = site(":year/:id.html");
    site.post("老/目录/甲.md", "甲", "2022-09-26");
    site.build();
    let before = site.posts_with("正文：甲。");
    site.remove("content/老/目录/甲.md")
        .post("新/目录/改名.md", "甲", "2022-09-26");
    site.build();
    assert_eq!(site.posts_with("正文：甲。"), before);
    // Another post where it once was gets an id of its own.
    site.post("老/目录/甲.md", "乙", "2022-09-26");
    site.build();
    assert_eq!(site.posts_with("正文：甲。"), before);
    assert_eq!(site.posts_with("正文：乙。").len(), 1);
}

#[test]
fn an_old_address_leads_to_the_new_one() {
    let site = site("p/:post_title.html");
    site.post("a.md", "旧题", "2022-09-26");
    site.build();
    site.post("a.md", "新题", "2022-09-26");
    site.build();
    assert!(site.has("p/新题.html"));
    let old = site.output("p/旧题.html");
    assert!(
        old.contains("http-equiv=\"refresh\"") && old.contains("%E6%96%B0%E9%A2%98.html"),
        "{old}"
    );
    // A new post that wants the old address gets it: a page is worth more than a redirect.
    site.post("b.md", "旧题", "2023-01-01");
    site.build();
    assert!(site.output("p/旧题.html").contains("正文：旧题。"));
    // And a build from scratch with the same ledger gives the same.
    std::fs::remove_dir_all(site.public()).expect("removed");
    site.build();
    assert!(site.has("p/新题.html") && site.output("p/旧题.html").contains("正文：旧题。"));
}

#[test]
fn a_post_may_name_its_own_address_but_not_leave_the_output() {
    let site = site(":id.html");
    let post = |permalink: &str| {
        format!("---\ntitle: 甲\ndate: 2022-09-26\npermalink: '{permalink}'\n---\n<p>正文</p>")
    };
    for (permalink, expected) in [
        ("about/me.html", "about/me.html"),
        ("/about/", "about/index.html"),
        ("about", "about/index.html"),
        ("../../escape.html", "_/_/escape.html"),
        ("a//b/./c.html", "a/b/_/c.html"),
    ] {
        site.file("content/a.md", post(permalink));
        site.build();
        assert_eq!(site.posts_with("正文"), [expected], "{permalink}");
    }
    // What belongs to a page that Newsprint makes is not given away.
    site.file("content/a.md", post("index.html"));
    site.build();
    assert_eq!(site.posts_with("正文").len(), 1);
    assert!(!site.output("index.html").contains("data-kind=\"post\""));
}

#[test]
fn long_and_odd_names_become_files() {
    let site = site(":category/:post_title/");
    let long = "很长的标题".repeat(60);
    let front = |title: &str, category: &str| {
        format!(
            "---\ntitle: \"{title}\"\ncategories: [\"{category}\"]\ndate: 2022-09-26\n---\n<p>正文</p>"
        )
    };
    site.file("content/long.md", front(&long, "长"))
        .file("content/odd.md", front("a/b\\\\c:d*e?f|g<h>i", "CON"))
        .file("content/dots.md", front("...", "..."))
        .file("content/twin.md", front("a_b", "A/B"))
        .file("content/twin2.md", front("a_b", "A_B"));
    let run = site.run(&["build"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let pages = site.posts_with("正文");
    assert_eq!(pages.len(), 5, "{pages:?}");
    for part in pages.iter().flat_map(|page| page.split('/')) {
        assert!(
            part.len() <= 255
                && !part.ends_with(['.', ' '])
                && !part.contains(['<', '>', ':', '"', '\\', '|', '?', '*']),
            "{part}"
        );
    }
    site.run(&["check"])
        .expect_code(0)
        .expect_error("its URL `A_B/a_b/` belongs to content/twin.md");
}

#[test]
fn a_damaged_ledger_is_named_and_mended() {
    let site = site("p/:post_title.html");
    site.post("a.md", "甲", "2022-09-26");
    site.build();
    site.file(".newsprint/ledger.tsv", "something else\n");
    site.build()
        .expect_error(".newsprint/ledger.tsv:1: warning");
    let old = std::fs::read_to_string(site.path().join(".newsprint/ledger.tsv.old"));
    assert_eq!(old.expect("put aside"), "something else\n");
    let run = site.build();
    assert!(!run.stderr.contains("ledger"), "{}", run.stderr);
}

#[test]
fn a_ledger_that_is_no_text_is_one_after_a_build() {
    let site = site("p/:post_title.html");
    site.post("a.md", "甲", "2022-09-26");
    site.build();
    let file = site.path().join(".newsprint/ledger.tsv");
    let mut bytes = std::fs::read(&file).expect("a ledger");
    bytes.extend(b"tag:\xff\t\t0000000000000000\ttags/x/\ttags/x/\n");
    std::fs::write(&file, bytes).expect("written");
    site.build();
    let mended = std::fs::read_to_string(&file).expect("text");
    assert!(mended.ends_with("\ntag:\u{fffd}\t\t0000000000000000\ttags/x/\ttags/x/\n"));
}

#[test]
fn paths_that_no_file_system_takes_cost_their_own_post_nothing() {
    let site = site(":post_title-:name-:post_title.html");
    let long = "很长的标题".repeat(40);
    site.post(&format!("{}.md", "名".repeat(60)), &long, "2022-09-26");
    site.file("content/deep.md", format!("---\ntitle: 深\ndate: 2022-09-26\npermalink: '{}x.html'\ncategories: [{}]\n---\n<p>正文：深。</p>", "a/".repeat(3000), "深, ".repeat(60)));
    site.post("good.md", "好", "2022-09-26");
    let run = site.build();
    assert!(run.stdout.starts_with("built 3 posts"), "{}", run.stdout);
}
