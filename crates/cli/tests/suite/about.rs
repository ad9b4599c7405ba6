//! The page about the archive and the directory of sources.

use crate::support::Site;

fn site() -> Site {
    let site = Site::new();
    site.file(
        "newsprint.toml",
        "title = \"格物日报\"\ndescription = \"技术新闻的存档\"\nbase_url = \"https://news.example/\"\n",
    );
    site.post("a.md", "第一篇", "2022-09-24 08:00:00").post(
        "b.md",
        "第二篇",
        "2022-09-26 08:00:00",
    );
    site.file(
        "content/c.md",
        "---\ntitle: 第三篇\ncategories: [博客]\ndate: 2022-09-25\n---\n文\n",
    );
    site
}

#[test]
fn without_a_text_the_page_says_what_is_known() {
    let site = site();
    site.build();
    let page = site.output("about/index.html");
    assert!(page.contains("技术新闻的存档") && page.contains("2022年9月24日"));
    assert!(page.contains("<dd>3</dd>") && page.contains("data-kind=\"about\""));
    for other in ["index.html", "404.html"] {
        assert!(site.output(other).contains("about/\""), "{other}");
    }
    let sitemap = site.output("sitemaps/lists.xml");
    assert!(sitemap.contains("<loc>https://news.example/about/</loc>"));
    assert!(sitemap.contains("<loc>https://news.example/sources/</loc>"));
    site.run(&["check"]).expect_code(0);
}

/// Front matter or none, Markdown or HTML: the file, what the page must hold, and what it must not.
#[test]
fn the_owner_writes_it_as_a_text_of_the_site() {
    let cases = [
        (
            "about.md",
            "# 关于我们\n\n从 *2019* 年开始收集。\n",
            "<h1>关于我们</h1>",
            "约定",
        ),
        (
            "about.md",
            "---\ntitle: 缘起\nupdated: 2023-01-02\n---\n正文\n",
            "2023年1月2日",
            "技术新闻的存档</p>",
        ),
        (
            "about.md",
            "见[来源](sources/)与[图](me.png)。\n",
            "href=\"../sources/\"",
            "href=\"sources/\"",
        ),
        (
            "about.md",
            "见[第一篇](a.md)。\n",
            "href=\"../2022/09/24/",
            "a.md",
        ),
        (
            "about.md",
            "文<script>alert(1)</script>\n",
            "<p",
            "alert(1)",
        ),
        (
            "about.md",
            "{{ site.title }}{% raw %}\n",
            "{{ site.title }}{% raw %}",
            "格物日报{% raw",
        ),
        (
            "about.html",
            "<p onclick=\"x()\">网页</p>",
            ">网页</p>",
            "onclick",
        ),
        (
            "about.md",
            "\u{feff}\r\n# 标题\r\n\r\n正文\r\n",
            "<h1>标题</h1>",
            ">标题</h2>",
        ),
    ];
    for (name, text, has, has_not) in cases {
        let site = site();
        site.file("static/me.png", "x").file(name, text);
        let run = site.build();
        assert!(!run.stderr.contains("warning"), "{text}: {}", run.stderr);
        let page = site.output("about/index.html");
        assert!(page.contains(has), "{text}: no {has} in {page}");
        assert!(!page.contains(has_not), "{text}: {has_not} in {page}");
        assert_eq!(page.matches("<h1").count(), 1, "{text}");
    }
}

#[test]
fn mistakes_in_it_are_named_and_its_links_are_followed() {
    let site = site();
    site.file(
        "about.md",
        "---\ntitle: x\nupdated: 昨天\n---\n见[此](nowhere/)。\n",
    );
    site.build().expect_error("about.md:3: warning");
    site.run(&["check"])
        .expect_code(0)
        .expect_error("about/index.html: warning: `../nowhere/` leads nowhere");
    site.file("about.md", "");
    site.run(&["build"])
        .expect_code(1)
        .expect_error("about.md:1: error: the file is empty");
    site.file("about.md", "文");
    site.run(&[
        "build",
        "--report",
        site.path().join("about.md").to_str().expect("UTF-8"),
    ])
    .expect_code(1);
}

#[test]
fn a_post_or_a_static_file_of_that_address_comes_first() {
    let other = site();
    other.file(
        "content/about.md",
        "---\ntitle: 老页面\npermalink: about/\ndate: 2022-01-01\n---\n早就在这里\n",
    );
    other.build();
    assert!(other.output("about/index.html").contains("早就在这里"));
    assert!(other.output("index.html").contains("about/\""));
    let own = site();
    own.file("static/about/index.html", "自己写的").build();
    assert_eq!(own.output("about/index.html"), "自己写的");
    let third = site();
    third.file(
        "content/s.md",
        "---\ntitle: 老来源页\npermalink: sources/\ndate: 2022-01-01\n---\n文\n",
    );
    third.build();
    assert!(third.output("sources/index.html").contains("老来源页"));
    assert!(!third.output("404.html").contains(">来源</a>"));
}

/// A source is the second level, or the first where there is no second; the count is of its posts alone.
#[test]
fn the_sources_are_listed_with_counts_and_months() {
    let site = site();
    site.file(
        "content/d.md",
        "---\ntitle: 第四篇\ncategories: [新媒体]\ndate: 2022-08-20\n---\n文\n",
    );
    site.build();
    let page = site.output("sources/index.html");
    let rows: Vec<String> = page
        .split("<tr>")
        .skip(1)
        .filter(|row| row.contains("scope=\"row\""))
        .map(|row| {
            let cell = |class: &str| {
                let rest = row.split(class).nth(1).unwrap_or_default();
                rest.split('>')
                    .nth(1)
                    .unwrap_or_default()
                    .split('<')
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            };
            format!(
                "{} {} {}",
                cell("<a href"),
                cell("class=\"number\""),
                cell("<td><time datetime=")
            )
        })
        .collect();
    assert_eq!(
        rows,
        ["博客 1 2022-09", "某报 2 2022-09", "新媒体 1 2022-08"]
    );
    let empty = Site::new();
    empty.build();
    assert!(!empty.has("sources/index.html"), "nothing to list");
    assert!(empty.has("about/index.html"));
}
