//! Every kind of page, rendered by every embedded theme: what must hold whatever the texts are.

mod samples;
mod support;

use std::path::Path;

use newsprint_theme::Theme;
use newsprint_theme::views::{ListView, PageView, View};
use proptest::prelude::*;
use samples::{Samples, bodies};
use support::{TINY, load, read, render, tiny_site};

/// What scraped text may hold, and what must come out as text.
const HOSTILE: [&str; 10] = [
    "</title><script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{ site.title }}{% raw %}{% include 'x' %}{# y #}",
    "]]><!-- --!> <![CDATA[",
    "\u{0}\u{1}\u{8}\u{1b}[31m\u{7f}",
    "</script><script>//",
    "&lt;b&gt;&#60;b&#62;&amp",
    "\u{202e}\u{2066}\u{feff}\u{2028}\u{2029}",
    "\r\n\t\n",
    "javascript:alert(1) https://x.example/?a=1&b=2",
];

/// Renders one page of every kind and hands it to `check`, with the name of its kind.
fn every_page(theme: &Theme, samples: &Samples, mut check: impl FnMut(&str, &str)) {
    let mut show = |name: &str, page: PageView<'_>, view: View<'_>, body: &str| {
        check(name, &render(theme, &page, &view, body).0);
    };
    let post = samples.post("标题");
    let mut page = samples.page("post", "标题", "2022/09/26/3f2a91c4.html");
    page.breadcrumbs = samples.crumbs();
    show("post", page, View::Post(&post), bodies::ARTICLE);
    show(
        "bare post",
        samples.page("post", "空", "a.html"),
        View::Post(&samples.bare_post("空")),
        "",
    );
    show(
        "home",
        samples.page("list", "", ""),
        View::List(&samples.home()),
        "",
    );
    show(
        "empty home",
        samples.page("list", "", ""),
        View::List(&ListView {
            kind: "home",
            ..ListView::default()
        }),
        "",
    );
    for kind in ["category", "tag", "author"] {
        let mut page = samples.page("list", "星河观察", "categories/9/");
        page.breadcrumbs = samples.crumbs();
        show(kind, page, View::List(&samples.list(kind, "星河观察")), "");
    }
    for (kind, name) in [
        ("year", "2022"),
        ("month", "2022-09"),
        ("day", "2022-09-26"),
    ] {
        show(
            kind,
            samples.page("list", name, "2022/"),
            View::List(&samples.list(kind, name)),
            "",
        );
    }
    show(
        "numbered",
        samples.page("list", "星河观察", "categories/9/page/13/"),
        View::List(&samples.numbered()),
        "",
    );
    show(
        "categories",
        samples.page("categories", "", "categories/"),
        View::Categories(&samples.tree()),
        "",
    );
    show(
        "no categories",
        samples.page("categories", "", "categories/"),
        View::Categories(&[]),
        "",
    );
    show(
        "tags",
        samples.page("tags", "", "tags/"),
        View::Terms(&samples.terms()),
        "",
    );
    show(
        "authors",
        samples.page("authors", "", "authors/"),
        View::Terms(&[]),
        "",
    );
    show(
        "sources",
        samples.page("sources", "", "sources/"),
        View::Sources(&samples.sources()),
        "",
    );
    show(
        "no sources",
        samples.page("sources", "", "sources/"),
        View::Sources(&[]),
        "",
    );
    if theme.can_search() {
        show(
            "search",
            samples.page("search", "", "search/"),
            View::Search,
            "",
        );
    }
    show(
        "about",
        samples.page("about", "本站", "about/"),
        View::About(&samples.about()),
        bodies::ARTICLE,
    );
    show(
        "about nothing",
        samples.page("about", "", "about/"),
        View::About(&Default::default()),
        "",
    );
    show(
        "calendar",
        samples.page("calendar", "", "calendar/"),
        View::Calendar(&samples.calendar()),
        "",
    );
    show(
        "no calendar",
        samples.page("calendar", "", "calendar/"),
        View::Calendar(&[]),
        "",
    );
    show(
        "statistics",
        samples.page("statistics", "", "statistics/"),
        View::Statistics(&samples.statistics()),
        "",
    );
    show(
        "no statistics",
        samples.page("statistics", "", "statistics/"),
        View::Statistics(&Default::default()),
        "",
    );
    show(
        "404",
        samples.page("not_found", "", "404.html"),
        View::NotFound,
        "",
    );
    show(
        "redirect",
        samples.page("redirect", "", "old.html"),
        View::Redirect("new/%E5%88%86.html"),
        "",
    );
}

fn embedded(name: &str, samples: &Samples) -> Theme {
    load(Path::new("no such folder"), &format!("theme = \"{name}\""))
        .expect("it loads")
        .with_site(samples.site())
}

/// A page's tags, without the bare `<span>` that marks the phrases of a headline: their number follows the text's.
fn skeleton(html: &str) -> Vec<String> {
    let mut tags = read(html).tags;
    tags.retain(|tag| tag != "<span>" && tag != "</span>");
    tags
}

/// Whatever a text holds, the page has the same tags with the same attributes: no text can open, close or change one.
#[test]
fn no_text_changes_a_page_s_structure() {
    for theme in Theme::embedded() {
        let plain = Samples::default();
        let mut skeletons = Vec::new();
        every_page(&embedded(theme, &plain), &plain, |_, html| {
            skeletons.push(skeleton(html));
        });
        for spice in HOSTILE {
            let samples = Samples { spice };
            let mut expected = skeletons.iter();
            every_page(&embedded(theme, &samples), &samples, |name, html| {
                let expected = expected.next().expect("the same pages come again");
                let found = skeleton(html);
                let differs = found.iter().zip(expected).position(|(a, b)| a != b);
                assert!(
                    differs.is_none() && found.len() == expected.len(),
                    "{theme}, {name} with {spice:?}: tag {differs:?} differs"
                );
            });
        }
    }
}

#[test]
fn templates_in_texts_stay_texts() {
    let samples = Samples {
        spice: "{{ site.title }}{% raw %}",
    };
    for theme in Theme::embedded() {
        every_page(&embedded(theme, &samples), &samples, |name, html| {
            if name != "redirect" {
                assert!(
                    read(html).text.contains("{{ site.title }}{% raw %}"),
                    "{theme}, {name}"
                );
            }
        });
    }
}

#[test]
fn data_blocks_are_json_and_hold_the_texts_unchanged() {
    for spice in HOSTILE {
        let samples = Samples { spice };
        let mut blocks = 0;
        every_page(&embedded("broadsheet", &samples), &samples, |name, html| {
            for block in read(html).data_blocks {
                let value: serde_json::Value = serde_json::from_str(&block)
                    .unwrap_or_else(|error| panic!("{name} with {spice:?}: {error}"));
                assert_eq!(value["@context"], "https://schema.org");
                if value["@type"] == "NewsArticle" && name == "post" {
                    assert_eq!(
                        value["headline"].as_str(),
                        Some(samples.text("标题").as_str())
                    );
                }
                blocks += 1;
            }
        });
        assert!(blocks > 5, "{blocks}");
    }
}

/// A policy without `unsafe-inline` is only kept by pages that hold nothing inline.
#[test]
fn pages_keep_their_own_content_security_policy() {
    for name in Theme::embedded() {
        let theme = embedded(name, &Samples::default());
        assert!(!theme.content_security_policy().contains("unsafe"));
        every_page(&theme, &Samples::default(), |kind, html| {
            let reading = read(html);
            assert!(
                reading
                    .values
                    .iter()
                    .any(|value| value == theme.content_security_policy()),
                "{name}, {kind}"
            );
            for tag in &reading.tags {
                assert!(
                    !tag.contains(" style") && !tag.contains(" on") && !tag.starts_with("<style"),
                    "{name}, {kind}: {tag}"
                );
            }
            for block in &reading.data_blocks {
                assert!(
                    block.trim_start().starts_with('{'),
                    "{name}, {kind}: an inline script"
                );
            }
        });
    }
}

/// The output works from any folder and any disk.
#[test]
fn no_page_links_by_an_absolute_path() {
    for name in Theme::embedded() {
        every_page(
            &embedded(name, &Samples::default()),
            &Samples::default(),
            |kind, html| {
                for attribute in ["href=\"/", "src=\"/", "action=\"/"] {
                    assert!(!html.contains(attribute), "{name}, {kind}: {attribute}");
                }
            },
        );
    }
}

#[test]
fn wire_has_no_script_and_no_form() {
    let theme = embedded("wire", &Samples::default());
    assert!(
        theme
            .static_files()
            .iter()
            .all(|file| !file.url.ends_with(".js"))
    );
    every_page(&theme, &Samples::default(), |kind, html| {
        assert!(
            !html.contains("<script") && !html.contains("<form"),
            "{kind}"
        );
    });
}

#[test]
fn the_body_stands_in_the_page_byte_for_byte() {
    let hostile = format!(
        "<p>{}</p>\u{1}\r\n&amp;{{{{ post.title }}}}{{% if %}}",
        HOSTILE.concat()
    );
    let huge = "<p>正文</p>".repeat(200_000);
    let deep = format!("{}x{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
    for name in Theme::embedded() {
        let samples = Samples::default();
        let theme = embedded(name, &samples);
        let post = samples.post("标题");
        for body in ["<p>一</p>", bodies::ARTICLE, &hostile, &huge, &deep] {
            let (html, range) = render(
                &theme,
                &samples.page("post", "标题", "a.html"),
                &View::Post(&post),
                body,
            );
            assert_eq!(&html[range.expect("the template prints the body")], body);
        }
        let (_, range) = render(
            &theme,
            &samples.page("post", "标题", "a.html"),
            &View::Post(&post),
            "",
        );
        assert_eq!(range, None, "an empty body is nowhere");
        let (_, range) = render(
            &theme,
            &samples.page("not_found", "", "404.html"),
            &View::NotFound,
            "x",
        );
        assert_eq!(range, None);
    }
}

/// Tags opened and closed in pairs, apart from the elements that HTML lets end by themselves.
#[test]
fn elements_are_balanced() {
    const UNPAIRED: [&str; 8] = ["meta", "link", "img", "input", "br", "hr", "li", "rect"];
    for name in Theme::embedded() {
        every_page(
            &embedded(name, &Samples::default()),
            &Samples::default(),
            |kind, html| {
                let mut open: Vec<String> = Vec::new();
                for tag in read(html).tags {
                    let tag_name = tag
                        .trim_matches(['<', '>', '/'])
                        .split(' ')
                        .next()
                        .unwrap_or_default()
                        .to_owned();
                    if UNPAIRED.contains(&tag_name.as_str()) {
                        continue;
                    }
                    if tag.starts_with("</") {
                        assert_eq!(open.pop(), Some(tag_name), "{name}, {kind}");
                    } else {
                        open.push(tag_name);
                    }
                }
                assert!(open.is_empty(), "{name}, {kind}: {open:?} stay open");
            },
        );
    }
}

/// Every page kind has one main heading and says what it is.
#[test]
fn every_page_has_a_title_and_one_main_heading() {
    for name in Theme::embedded() {
        every_page(
            &embedded(name, &Samples::default()),
            &Samples::default(),
            |kind, html| {
                let tags = read(html).tags;
                let count =
                    |wanted: &str| tags.iter().filter(|tag| tag.starts_with(wanted)).count();
                let head = tags.iter().take_while(|tag| *tag != "</head>");
                assert_eq!(
                    head.filter(|tag| tag.starts_with("<title")).count(),
                    1,
                    "{name}, {kind}"
                );
                let headings = count("<h1");
                assert!(
                    headings == 1 || (kind == "redirect" && headings == 0),
                    "{name}, {kind}: {headings} main headings"
                );
            },
        );
    }
}

#[test]
fn foreign_languages_are_marked() {
    let samples = Samples::default();
    let (html, _) = render(
        &embedded("broadsheet", &samples),
        &samples.page("list", "", ""),
        &View::List(&samples.home()),
        "",
    );
    for language in ["en", "ja", "zh-Hant"] {
        assert!(
            html.contains(&format!(" lang=\"{language}\"")),
            "{language}"
        );
    }
    let mut page = samples.page("post", "x", "x.html");
    page.language = "en";
    let (html, _) = render(
        &embedded("broadsheet", &samples),
        &page,
        &View::Post(&samples.bare_post("x")),
        "<p>x</p>",
    );
    assert!(
        html.contains("<html lang=\"zh-Hans\"")
            && html.contains("<article class=\"article\" lang=\"en\">")
    );
}

/// A post is set once for all lists, and each list leads to the root in its own way.
#[test]
fn a_row_is_shared_by_lists_of_any_depth() {
    let samples = Samples::default();
    let folder = tiny_site(
        "",
        &[
            ("templates/row.html", "<{{ root }}{{ entry.url }}>\n"),
            (
                "templates/list.html",
                "{% for row in rows %}{{ row }}{% endfor %}",
            ),
        ],
    );
    let theme = load(folder.path(), TINY).expect("it loads");
    let list = samples.list("category", "星河观察");
    for (url, root) in [("a/", "../"), ("a/b/", "../../"), ("a/", "../")] {
        let (html, _) = render(
            &theme,
            &samples.page("list", "x", url),
            &View::List(&list),
            "",
        );
        let expected: String = (0..50)
            .map(|at| format!("<{root}{}>", samples.entry(at).url))
            .collect();
        assert_eq!(html, expected);
    }
}

/// A post is set once for the pages of all posts that name it.
#[test]
fn a_mention_is_shared_by_posts_of_any_depth() {
    let samples = Samples::default();
    let folder = tiny_site(
        "",
        &[
            ("templates/mention.html", "\n<{{ root }}{{ entry.url }}>\n"),
            (
                "templates/post.html",
                "{% for mention in mentions %}{{ mention }}{% endfor %}{{ post.body }}",
            ),
        ],
    );
    let theme = load(folder.path(), TINY).expect("it loads");
    let post = samples.post("x");
    for (url, root) in [("a.html", "./"), ("a/b/c.html", "../../"), ("b.html", "./")] {
        let (html, _) = render(
            &theme,
            &samples.page("post", "x", url),
            &View::Post(&post),
            "<p>文</p>",
        );
        let mentions: String = (4..9)
            .map(|at| format!("<{root}{}>", samples.entry(at).url))
            .collect();
        assert_eq!(html, mentions + "<p>文</p>");
    }
}

#[test]
fn a_row_that_fails_is_named_with_its_page() {
    let samples = Samples::default();
    let folder = tiny_site("", &[("templates/row.html", "\n{{ entry.titel }}")]);
    let theme = load(folder.path(), TINY).expect("it loads");
    let page = samples.page("list", "星河观察", "a/");
    let list = samples.list("category", "星河观察");
    let error = theme
        .render(&page, &View::List(&list), &mut Vec::new())
        .expect_err("it does not render")
        .to_string();
    assert!(
        error.starts_with("templates/row.html:2: error: "),
        "{error}"
    );
    assert!(error.ends_with("(while rendering a/, 星河观察)"), "{error}");
}

#[test]
fn rendering_twice_gives_the_same_bytes() {
    let samples = Samples::default();
    let mut first = Vec::new();
    every_page(&embedded("broadsheet", &samples), &samples, |_, html| {
        first.push(html.to_owned());
    });
    let mut again = first.iter();
    every_page(&embedded("broadsheet", &samples), &samples, |_, html| {
        assert_eq!(Some(html), again.next().map(String::as_str));
    });
}

/// A page's cost depends on its view alone: the archive behind it does not enter.
#[test]
fn a_view_of_the_same_size_makes_a_page_of_the_same_size() {
    let samples = Samples::default();
    let theme = embedded("broadsheet", &samples);
    let mut small = samples.list("category", "星河观察");
    small.count = Some(1_000);
    let mut large = samples.list("category", "星河观察");
    large.count = Some(9_000);
    let page = samples.page("list", "星河观察", "categories/9/");
    let lengths = [&small, &large].map(|list| render(&theme, &page, &View::List(list), "").0.len());
    assert_eq!(lengths[0], lengths[1]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_title_comes_out_as_it_went_in(title in "\\PC{1,60}") {
        let samples = Samples::default();
        let mut post = samples.bare_post("x");
        post.title = &title;
        let theme = embedded("wire", &samples);
        let (html, _) = render(&theme, &samples.page("post", "x", "x.html"), &View::Post(&post), "<p>x</p>");
        let reading = read(&html);
        prop_assert!(reading.text.contains(&title), "{}", html);
    }
}
