//! The sanitiser's fast pass writes what its tree does, or nothing.

#[allow(dead_code)]
mod support;

use newsprint_rewrite::Rewriter;
use proptest::prelude::*;
use support::rewriter;

/// What both make of a text, once as it is and once as the intake hands it on; says whether the fast pass was certain of the latter.
fn check(rewriter: &Rewriter, text: &str) -> Result<bool, String> {
    let mut certain = false;
    for raw in [true, false] {
        let (tree, direct) = rewriter.sanitize_both_ways(text, raw);
        certain = direct.is_some();
        if let Some(direct) = direct.filter(|direct| *direct != tree) {
            return Err(format!(
                "raw: {raw}\n input:  {text:?}\n tree:   {:?}\n direct: {:?}",
                String::from_utf8_lossy(&tree),
                String::from_utf8_lossy(&direct)
            ));
        }
    }
    Ok(certain)
}

#[rustfmt::skip]
const TAGS: &[&str] = &[
    "a", "abbr", "audio", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details",
    "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "hr", "i", "iframe", "img", "ins", "kbd",
    "li", "mark", "ol", "p", "picture", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "source",
    "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul",
    "var", "video", "wbr",
    // Oftener, since they make the difference.
    "p", "p", "p", "div", "div", "b", "b", "a", "a", "li", "ul", "td", "span", "code", "rt",
];

/// Not in the vocabulary.
const OTHER_TAGS: &[&str] = &["script", "svg", "nobr", "template", "body"];

/// Elements that need one another.
const NESTS: &[&[&str]] = &[
    &["table", "tr", "td"],
    &["table", "tbody", "tr", "th"],
    &["table", "caption"],
    &["tr", "td"],
    &["ul", "li"],
    &["ol", "li", "p"],
    &["dl", "dt"],
    &["ruby", "rp"],
    &["p", "b", "i"],
    &["p", "b", "b"],
];

#[rustfmt::skip]
const ATTRIBUTES: &[&str] = &[
    "href=\"https://a.test/?x=1&copy=2&amp;y\"", "href=\"http://a.test:99999/\"", "href=\"javascript:alert(1)\"",
    "href=\" java\tscript:alert(1)\"", "href=\"&#106;avascript&colon;alert(1)\"", "href=\"&#x6a;avascript:x\"",
    "href=\"b.html\"", "href=\"//c.test\"", "href=\"#x\"", "href=\"\"", "href=\"mailto:a@b.test\"", "href=\"HTTPS://A.test\"",
    "href=\"https://a..test/\"", "href=\"https://1.2.3.4.5/\"", "href=\"https://xn--a/\"", "href=\"https://字.test/\"",
    "href=\"https://a b/\"", "href=\"https://\"", "href=\"http:\\\\a.test\"", "href=\"data:text/html,x\"",
    "src=\"https://a.test/b.jpg\"", "src=\"vbscript:x\"", "src=\"data:image/gif;base64,AA\"", "poster=\"javascript:x\"",
    "srcset=\"javascript:x 1x\"", "class=\"x\"", "class=\"y\"", "class=\"language-rust\"", "id=\"a\"", "title=\"a&quot;b<c>d\"",
    "title=\"\u{a0}&nbsp;&#160;\"", "title=\"a\r\nb\rc\"", "title=\"&amp&ampx&amp=&amp\"", "data-x=\"1\"", "data-src=\"javascript:x\"",
    "onclick=\"alert(1)\"", "style=\"color:red\"", "hidden=\"\"", "colspan=\"2\"", "srcdoc=\"<script>\"",
];

/// Spelt in other ways than the intake's.
const OTHER_ATTRIBUTES: &[&str] = &["CLASS=\"z\"", "class=z", "class='z'", "class"];

#[rustfmt::skip]
const TEXTS: &[&str] = &[
    "文字", "word", " ", "\n", "\r\n", "\r", "\t", "\u{c}", "&nbsp;", "\u{a0}", "é£", "&amp;", "&lt;b&gt;", "&", "&&", "&x", "&amp", "&ampx;",
    "&notit;", "&notin;", "&hellip;", "&#13;", "&#10;", "&#0;", "&#128;", "&#x41", "&#xD800;", "&#99999999999;", "&#x;", "&#",
    "<", "</", "<!--x-->", ">", "\"", "'", "\u{feff}", "\0", "\u{1}", "😀", "&ZeroWidthSpace;",
];

/// A part of generated markup.
#[derive(Debug, Clone)]
enum Part {
    Start(&'static str, Vec<&'static str>),
    Nest(&'static [&'static str]),
    /// The end tag of the innermost open element.
    End,
    /// Any end tag.
    OtherEnd(&'static str),
    Text(&'static str),
}

fn part() -> impl Strategy<Value = Part> {
    let tag = || {
        prop_oneof![
            200 => prop::sample::select(TAGS),
            1 => prop::sample::select(OTHER_TAGS),
        ]
    };
    let attribute = prop_oneof![
        100 => prop::sample::select(ATTRIBUTES),
        1 => prop::sample::select(OTHER_ATTRIBUTES),
    ];
    let attributes = prop_oneof![
        4 => Just(Vec::new()),
        1 => prop::collection::vec(attribute, 1..3),
    ];
    prop_oneof![
        8 => (tag(), attributes).prop_map(|(tag, attributes)| Part::Start(tag, attributes)),
        3 => prop::sample::select(NESTS).prop_map(Part::Nest),
        8 => Just(Part::End),
        2 => tag().prop_map(Part::OtherEnd),
        5 => prop::sample::select(&TEXTS[..10]).prop_map(Part::Text),
        1 => prop::sample::select(TEXTS).prop_map(Part::Text),
    ]
}

fn markup(parts: &[Part]) -> String {
    let mut open = Vec::new();
    let mut html = String::new();
    for part in parts {
        match part {
            Part::Start(tag, attributes) => {
                html.push_str(&format!("<{tag}"));
                for attribute in attributes {
                    html.push_str(&format!(" {attribute}"));
                }
                html.push('>');
                match *tag {
                    "br" | "hr" | "img" | "source" | "wbr" => {}
                    "iframe" => html.push_str("</iframe>"),
                    tag => open.push(tag),
                }
            }
            Part::Nest(tags) => {
                for tag in *tags {
                    html.push_str(&format!("<{tag}>"));
                    open.push(tag);
                }
            }
            Part::End => {
                if let Some(tag) = open.pop() {
                    html.push_str(&format!("</{tag}>"));
                }
            }
            Part::OtherEnd(tag) => html.push_str(&format!("</{tag}>")),
            Part::Text(text) => html.push_str(text),
        }
    }
    html
}

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(4000), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_make_the_same_of_any_markup(parts in prop::collection::vec(part(), 1..30)) {
        check(&rewriter(), &markup(&parts)).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn both_make_the_same_of_any_soup_of_tags(seed in any::<u64>()) {
        check(&rewriter(), &support::soup(seed)).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn both_make_the_same_of_any_string(text in "\\PC{0,100}") {
        check(&rewriter(), &text).map_err(TestCaseError::fail)?;
    }
}

/// Most articles take the fast pass; if they did not, it would be for nothing.
#[test]
fn the_fast_pass_is_certain_of_most_articles() {
    let rewriter = rewriter();
    let certain = (0..500_u64)
        .filter(|seed| {
            let body = support::article(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            check(&rewriter, &body).unwrap_or_else(|failure| panic!("{failure}"))
        })
        .count();
    assert!(certain > 400, "{certain} of 500");
}

/// The markup, and whether the fast pass is certain of it.
const CASES: &[(&str, bool)] = &[
    ("", true),
    ("text", true),
    ("<p>a<p>b<div>c</div>d</p>", true),
    ("<p>a", true),
    ("a</p>b", true),
    ("<ul><li>a<li>b<ul><li>c</ul></ul>", true),
    ("<li>a<div><li>b</div>", true),
    ("<dl><dt>a<dd>b<dt>c</dl>", true),
    ("<h2>a<h3>b</h2>c", true),
    ("<p><b>a<p>b</b>c", true),
    ("<p><b><i>a</p><p>b</i></b>c", true),
    ("<b><i><s><u>a</b>b", true),
    ("<p><b><b><b><b>a</p>b", true),
    ("<a href=\"b\">c<a href=\"d\">e</a>f</a>", true),
    ("<ruby>a<rp>(<rt>b<rp>)</ruby>", true),
    ("<table><tr><td>a<td>b<tr><th>c</table>d", true),
    (
        "<table><caption>a<thead><tr><th>b<tbody><td>c</tfoot></table>",
        true,
    ),
    (
        "<table><tr><td><b>a</td><td>b<table><td>c</table>d</table>e",
        true,
    ),
    ("<p><b>a<table><td>b</table>c", true),
    ("<table><table><td>a", true),
    ("<td>a</td></table>b", true),
    ("<pre>\na</pre><pre>\n\nb</pre><pre>\r\nc</pre>", true),
    ("<span><div>a</span>b</div>c", true),
    ("&amp;&lt;&hellip;&#8230;&#x2026;&nbsp&copy 2020 & b", true),
    ("<a href=\"x?a=1&b=2&copy=3&amp;d=4&lt=5&para\">a</a>", true),
    (
        "<a href=\"javascript:x\" onclick=\"y\" title=\"<z>\">a</a>",
        true,
    ),
    ("<iframe src=\"https://a.test/\"></iframe>", true),
    // What is moved.
    ("<b>a<p>b</b>c", false),
    ("<a href=\"b\"><div>c<a href=\"d\">e", false),
    ("<table>a<tr><td>b", false),
    ("<table><br>", false),
    // What is spelt in other ways than the intake's.
    ("<P>a", false),
    ("<p class=a>", false),
    ("<p class=\"a\" class=\"b\">", false),
    ("<p class=\"a\"id=\"b\">", false),
    ("<p/>", false),
    ("<p >", false),
    ("<br/>", false),
    ("</br>", false),
    ("</p >", false),
    ("<script>a</script>", false),
    ("<!--a-->", false),
    ("<svg><p>", false),
    ("a<", false),
    ("<p", false),
    ("<p class=\"a", false),
    ("<iframe><b></iframe>", false),
    ("\u{feff}a", false),
    ("a\0b", false),
    // What is rare.
    ("&#0;", false),
    ("&#150;", false),
    ("&CounterClockwiseContourIntegral;", false),
    ("<pre>&#10;a", false),
];

#[test]
fn it_is_certain_where_nothing_is_moved() {
    let rewriter = rewriter();
    for (html, expected) in CASES {
        check(&rewriter, html).unwrap_or_else(|failure| panic!("{failure}"));
        let (_, direct) = rewriter.sanitize_both_ways(html, true);
        assert_eq!(direct.is_some(), *expected, "{html:?}");
    }
}

/// The cases of the rewriter are full of markup that is not as it seems.
#[test]
fn both_make_the_same_of_every_case() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
    let rewriter = rewriter();
    let mut total = 0;
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry.expect("the folder of cases can be walked");
        if entry.file_type().is_file() {
            let text = std::fs::read_to_string(entry.path()).expect("a file of cases can be read");
            for line in text.lines() {
                total += 1;
                check(&rewriter, line).unwrap_or_else(|failure| panic!("{failure}"));
            }
        }
    }
    assert!(total > 0, "no cases in {folder}");
}

/// Nested as deep as it gets, and deeper than the fast pass follows.
#[test]
fn both_make_the_same_of_deep_markup() {
    let rewriter = rewriter();
    for opening in [
        "<div>",
        "<b>",
        "<ul><li>",
        "<table><tr><td>",
        "<code class=\"a\">",
        "<p><code class=\"b\">",
        "<span class=\"c\"><code class=\"d\">x</span>",
    ] {
        for times in [10, 90, 130, 500] {
            check(&rewriter, &opening.repeat(times)).unwrap_or_else(|failure| panic!("{failure}"));
        }
    }
}
