//! Files that were made to break a reader: huge, deep, endless, or plain noise. Whatever they
//! hold, reading them ends soon, does not panic, and loses nothing that could be kept.

use std::time::{Duration, Instant};

use newsprint_source::{Outcome, body_to_html, markdown_to_html, text_to_html};
use proptest::prelude::*;

use crate::common::{parse, post};

/// Long for a megabyte of anything in a build without optimisation.
const LIMIT: Duration = Duration::from_secs(10);

fn quickly<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let result = run();
    assert!(
        started.elapsed() < LIMIT,
        "{what} took {:?}",
        started.elapsed()
    );
    result
}

#[test]
fn deep_nesting_in_front_matter_keeps_the_other_keys() {
    let depth = 100_000;
    let bombs = [
        (
            "[".repeat(depth),
            "---\ntitle: t\nx: BOMB\ndate: 2022-09-26T00:00:00Z\n---\n<p>b</p>",
        ),
        (
            "{a: ".repeat(depth),
            "---\ntitle: t\nx: BOMB\ndate: 2022-09-26T00:00:00Z\n---\n<p>b</p>",
        ),
        (
            "- ".repeat(depth),
            "---\ntitle: t\nx:\n BOMB\ndate: 2022-09-26T00:00:00Z\n---\n<p>b</p>",
        ),
        (
            "? ".repeat(depth),
            "---\ntitle: t\nx:\n BOMB\ndate: 2022-09-26T00:00:00Z\n---\n<p>b</p>",
        ),
        (
            "!a ".repeat(depth),
            "---\ntitle: t\nx: BOMB\ndate: 2022-09-26T00:00:00Z\n---\n<p>b</p>",
        ),
        (
            "&a ".repeat(depth),
            "---\ntitle: t\nx: BOMB\ndate: 2022-09-26T00:00:00Z\n---\n<p>b</p>",
        ),
        (
            "'".repeat(depth + 1),
            "---\ntitle: t\nx: BOMB\ndate: 2022-09-26T00:00:00Z\n---\n<p>b</p>",
        ),
        (
            "\"".repeat(depth + 1),
            "---\ntitle: t\nx: BOMB\ndate: 2022-09-26T00:00:00Z\n---\n<p>b</p>",
        ),
        (
            "[".repeat(depth),
            "+++\ntitle = 't'\nx = BOMB\ndate = 2022-09-26T00:00:00Z\n+++\n<p>b</p>",
        ),
        (
            "{a = ".repeat(depth),
            "+++\ntitle = 't'\nx = BOMB\ndate = 2022-09-26T00:00:00Z\n+++\n<p>b</p>",
        ),
        (
            "[".repeat(depth),
            "{\n\"title\": \"t\",\n\"x\": BOMB,\n\"date\": \"2022-09-26T00:00:00Z\"\n}\n<p>b</p>",
        ),
        (
            "a.".repeat(depth),
            "+++\ntitle = 't'\nBOMBb = 1\ndate = 2022-09-26T00:00:00Z\n+++\n<p>b</p>",
        ),
    ];
    for (bomb, text) in bombs {
        let what = format!("{}... in {text}", &bomb[..4]);
        let (meta, _) = quickly(&what, || {
            post("a/b.md", text.replace("BOMB", &bomb).as_bytes())
        });
        assert_eq!(meta.title.as_ref(), "t", "{what}");
        assert!(meta.date.is_some(), "{what}");
    }
}

#[test]
fn a_nested_map_does_not_grow_deep() {
    let mut text = String::from("---\ntitle: t\nx:\n");
    for depth in 1..2_000 {
        text.push_str(&" ".repeat(depth));
        text.push_str("a:\n");
    }
    text.push_str("---\n<p>b</p>");
    let (meta, _) = quickly("nested maps", || post("a/b.md", text.as_bytes()));
    assert_eq!(meta.title.as_ref(), "t");
}

#[test]
fn aliases_of_long_texts_are_bounded() {
    let text = format!(
        "---\ntitle: t\na: &a [{}]\nb: [{}]\n---\n<p>b</p>",
        "x".repeat(200_000),
        "*a, ".repeat(20_000)
    );
    let (meta, _) = quickly("aliases", || post("a/b.md", text.as_bytes()));
    assert_eq!(meta.title.as_ref(), "t");
    let size = serde_json::to_string(&meta.uncommon().extra).map_or(0, |json| json.len());
    assert!(size < 4 * text.len() + 10_000, "{size}");
}

#[test]
fn many_keys_take_linear_time() {
    let mut text = String::from("---\n");
    for n in 0..50_000 {
        text.push_str(&format!("key{n}: value\n"));
    }
    text.push_str("title: t\n---\n<p>b</p>");
    let (meta, _) = quickly("many keys", || post("a/b.md", text.as_bytes()));
    assert_eq!(meta.title.as_ref(), "t");
    let text = text
        .replace("value", "\"value\n")
        .replace("key9:", "key9: [a");
    quickly("many broken keys", || post("a/b.md", text.as_bytes()));
    let tags: String = (0..50_000)
        .map(|n| format!(" - tag{}\n", n % 40_000))
        .collect();
    let (meta, _) = quickly("many tags", || {
        post(
            "a/b.md",
            format!("---\ntitle: t\ntags:\n{tags}---\n<p>b</p>").as_bytes(),
        )
    });
    assert_eq!(meta.names.tags.len(), 40_000);
}

#[test]
fn bodies_of_repeated_pieces_take_linear_time() {
    let pieces = [
        "<div>",
        "</div>",
        "<a href=\"",
        "<!--",
        "<",
        "&",
        "&#",
        "&amp;",
        "*",
        "**",
        "_",
        "`",
        "[",
        "![",
        "](",
        "[a](",
        "> ",
        "- ",
        "1. ",
        "#",
        "|",
        "<b>",
        "<p",
        "\n\n",
        "\r",
        "<script>",
        "\\",
        "~",
        "[^a]",
        "[^a]: ",
        "***a ",
        "a*",
        "<a@",
        "<https:",
        "中",
        "\u{200d}",
        "\0",
        "---\n",
        "title: x\n",
        "&#x4e2d;",
        "| a | b |\n|--|--|\n",
        "$",
        "<br>",
        "\t- ",
        "    ",
        "{#a}",
        "# a\n",
        "=\n",
        "<?",
        "<![CDATA[",
        "\u{3000}",
    ];
    for piece in pieces {
        let body = piece.repeat(400_000 / piece.len());
        for format in ["html", "markdown", "text"] {
            let text = format!("---\ntitle: t\nformat: {format}\n---\nx {body}");
            quickly(&format!("{piece:?} as {format}"), || {
                post("a/b.md", text.as_bytes())
            });
        }
        quickly(&format!("{piece:?} undeclared"), || {
            parse("a/b.md", body.as_bytes())
        });
        quickly(&format!("{piece:?} as HTML from Markdown"), || {
            markdown_to_html(&body)
        });
        quickly(&format!("{piece:?} as HTML from text"), || {
            text_to_html(&body)
        });
    }
}

#[test]
fn a_file_that_is_all_wrong_is_told_so_once() {
    let keys: String = (0..50_000).map(|n| format!("key{n}: @x\n")).collect();
    let text = format!("---\ntitle: t\n{keys}---\n<p>b</p>");
    let (_, warnings) = quickly("warnings", || post("a/b.md", text.as_bytes()));
    assert_eq!(warnings.len(), 41);
    let last = warnings.last().map(ToString::to_string).unwrap_or_default();
    assert!(last.contains("49960 more"), "{last}");
}

#[test]
fn a_huge_post_is_read() {
    let paragraph = "<p>这是一段正文，里面有 some words 和 <b>标记</b>。</p>\n";
    let text = format!(
        "---\ntitle: t\n---\n{}",
        paragraph.repeat(50_000_000 / paragraph.len())
    );
    let (meta, warnings) = quickly("50 MB", || post("a/b.md", text.as_bytes()));
    assert_eq!(meta.body.end, text.len());
    assert!(warnings.is_empty());
}

/// Pieces that mean something to some part of the reader.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "---",
        "\n",
        "\r\n",
        "\r",
        "title",
        "date",
        "tags",
        "categories",
        ":",
        ": ",
        "：",
        " ",
        "\t",
        "'",
        "\"",
        "''",
        "[",
        "]",
        "{",
        "}",
        ",",
        "- ",
        "|",
        ">",
        "&a ",
        "*a",
        "!",
        "!!str ",
        "#",
        " #",
        "%",
        "@",
        "`",
        "+++",
        ";;;",
        "=",
        "...",
        "\\",
        "\\u4e2d",
        "&amp;",
        "&#",
        "<p>",
        "</p>",
        "<!--",
        "-->",
        "<!-- more -->",
        "<script>",
        "中文",
        "。",
        "2022-09-26",
        "10:15",
        "下午",
        "1970",
        "99999999999999999999",
        "\u{feff}",
        "\u{200b}",
        "\0",
        "\u{1b}",
        "é",
        "👩\u{200d}💻",
        "\u{301}",
        "[a](b)",
        "# ",
        "```",
        "<<: ",
        "? ",
        "null",
        "~",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// What must hold of every file, whatever is in it.
fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    let Outcome::Post { meta, warnings } = parse("新闻/来源/文件.md", bytes) else {
        return Ok(());
    };
    prop_assert!(!meta.title.trim().is_empty());
    prop_assert!(
        !meta.title.chars().any(char::is_control),
        "{:?}",
        meta.title
    );
    prop_assert!(
        !meta.excerpt.chars().any(char::is_control),
        "{:?}",
        meta.excerpt
    );
    prop_assert!(meta.body.start <= meta.body.end);
    prop_assert!(
        meta.names
            .tags
            .iter()
            .chain(&meta.names.authors)
            .chain(meta.names.categories.iter().flatten())
            .all(|text| !text.is_empty())
    );
    prop_assert!(meta.date.is_none_or(|date| date.seconds > 86_400));
    prop_assert!(
        warnings
            .iter()
            .all(|warning| warning.line.is_some_and(|line| line > 0) && !warning.reason.is_empty())
    );
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Some(body) = text.trim_start_matches('\u{feff}').get(meta.body.clone())
    {
        let html = body_to_html(meta.body_kind, body);
        prop_assert!(html.len() <= 64 + body.len() * 64);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check(&bytes)?;
    }

    #[test]
    fn any_text(text in "\\PC{0,300}") {
        check(text.as_bytes())?;
    }

    #[test]
    fn any_pieces(front in pieces(), body in pieces()) {
        check(format!("---\n{front}\n---\n{body}").as_bytes())?;
        check(format!("+++\n{front}\n+++\n{body}").as_bytes())?;
        check(format!("{{{front}}}\n{body}").as_bytes())?;
        check(format!("{front}{body}").as_bytes())?;
    }

    #[test]
    fn any_date(text in pieces(), other in "[0-9:/. +年月日TZ-]{0,30}") {
        check(format!("---\ntitle: t\ndate: '{}'\nupdated: {other}\n---\nbody", text.replace('\'', "")).as_bytes())?;
    }
}
