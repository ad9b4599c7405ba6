//! What must hold for every body: generated ones, and those of a folder of posts if `NEWSPRINT_CORPUS` names one.

#![allow(clippy::print_stderr)]

mod support;

use std::time::{Duration, Instant};

use newsprint_rewrite::{Context, Rewritten};
use proptest::prelude::*;
use support::{body_of, rewriter, visible_words};

/// Checks everything that can be relied on.
fn check(input: &str) -> Result<Rewritten, String> {
    let context = Context {
        original_url: Some("https://base.example/2022/post.html"),
        ..Context::default()
    };
    let mut rewriter = rewriter();
    let once = rewriter.rewrite(input, &context);
    let twice = rewriter.rewrite(&once.html, &context);
    if twice.html != once.html {
        let same = once
            .html
            .bytes()
            .zip(twice.html.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        return Err(format!(
            "rewriting again changes it\n input: {input:?}\n once:  {}\n twice: {}",
            around(&once.html, same),
            around(&twice.html, same)
        ));
    }
    support::dangers(&once.html)
        .map_err(|danger| format!("{danger}\n input: {input}\n output: {}", once.html))?;
    Ok(once)
}

/// The text around a place.
fn around(text: &str, at: usize) -> String {
    let text = String::from_utf8_lossy(
        &text.as_bytes()[at.saturating_sub(160).min(text.len())..(at + 160).min(text.len())],
    )
    .into_owned();
    format!("...{text}...")
}

/// Checks that every word is in the output, in order of its first letter to its last, or went by a rule that says so.
fn check_text(input: &str, rewritten: &Rewritten, letters: bool) -> Result<(), String> {
    let removed: String = rewritten
        .facts
        .removals
        .iter()
        .map(|removal| format!(" {} ", removal.text))
        .collect();
    let mut left = visible_words(&rewritten.html, letters);
    left.extend(visible_words(
        &removed.replace('&', "&amp;").replace('<', "&lt;"),
        letters,
    ));
    left.sort_unstable();
    let mut missing = Vec::new();
    for word in visible_words(input, letters) {
        match left.binary_search(&word) {
            Ok(at) => {
                left.remove(at);
            }
            Err(_) => missing.push(word),
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "lost: {missing:?}\n removed: {removed}\n input: {input}\n output: {}",
            rewritten.html
        ))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(400), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_string_is_safe_and_stable(input in "\\PC{0,200}") {
        check(&input).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn any_soup_of_tags_is_safe_and_stable(seed in any::<u64>()) {
        let input = support::soup(seed);
        check(&input).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn articles_lose_no_word(seed in any::<u64>()) {
        let input = support::article(seed);
        let rewritten = check(&input).map_err(TestCaseError::fail)?;
        check_text(&input, &rewritten, false).map_err(TestCaseError::fail)?;
    }
}

#[test]
fn a_corpus_loses_no_word() {
    let Some(folder) = std::env::var_os("NEWSPRINT_CORPUS") else {
        return;
    };
    let (mut failures, mut total) = (Vec::new(), 0);
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry.expect("the folder can be walked");
        if !entry.file_type().is_file() {
            continue;
        }
        let text =
            String::from_utf8_lossy(&std::fs::read(entry.path()).expect("the file can be read"))
                .into_owned();
        let body = body_of(&text);
        total += 1;
        let checked = check(body).and_then(|rewritten| check_text(body, &rewritten, true));
        if let Err(failure) = checked {
            failures.push(format!(
                "{}: {}",
                entry.path().display(),
                failure.chars().take(1500).collect::<String>()
            ));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {total}:\n{}",
        failures.len(),
        failures
            .iter()
            .take(8)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n\n")
    );
}

/// What is written may be deeper than what was read: lists get items, tables get rows. It must not be too deep to be read again.
#[test]
fn deep_containers_come_out_the_same_again() {
    let openings = [
        "<ol>",
        "<ul><li>字",
        "<li>",
        "<dl><dd>",
        "<blockquote>",
        "<details><summary>字</summary>字",
        "<figure><figcaption>字</figcaption>",
        "<table><tr><td>甲<td>乙<td>",
        "<table><caption>字</caption><th>甲<td>乙<td>丙<tr><td>",
        "<ol><table><th>甲<td>乙<td><blockquote><dl><dd>",
    ];
    for opening in openings {
        for times in [1, 10, 20, 40, 50, 100, 1000] {
            let inline = "<b><i><u><s><sub><sup><mark><code><a href=\"https://a.test/\">";
            let body = format!("{}{inline}字", opening.repeat(times));
            let once = rewriter().rewrite(&body, &Context::default()).html;
            let twice = rewriter().rewrite(&once, &Context::default()).html;
            assert!(once.contains('字'), "{times} times {opening}");
            assert_eq!(once, twice, "{times} times {opening}");
        }
    }
}

/// Bodies that ask for more than an article does. Each is rewritten on a thread with the small stack of a worker.
#[test]
fn hostile_bodies_cost_bounded_time() {
    let n = 100_000;
    let bodies: Vec<(&str, String)> = vec![
        ("nested boxes", "<div>".repeat(n)),
        (
            "nested boxes, closed",
            format!("{}x{}", "<div>".repeat(n), "</div>".repeat(n)),
        ),
        ("nested formatting", "<b>".repeat(n)),
        (
            "nested different formatting",
            "<b><i><u><s><em><strong><small><code>".repeat(n / 8),
        ),
        (
            "unclosed formatting in paragraphs",
            "<p><b><i><u><s><em>x".repeat(n / 4),
        ),
        (
            "formatting with attributes in paragraphs",
            (0..n / 4)
                .map(|i| format!("<p><code class=language-x{i}>x"))
                .collect(),
        ),
        (
            "formatting with attributes in stretches of text",
            (0..n / 2)
                .map(|i| format!("<span class=a><code class=language-x{i}>x</span>"))
                .collect(),
        ),
        (
            "formatting closed out of order",
            "<b><p>x</b>".repeat(n / 4),
        ),
        ("nested links", "<a href=x><div>".repeat(n)),
        ("text in tables", "<table>x".repeat(n)),
        ("text in one table", format!("<table>{}", "x<tr>".repeat(n))),
        ("nested tables", "<table><tr><td>".repeat(n)),
        ("nested lists", "<ul><li>".repeat(n)),
        ("nested quotations", "<blockquote>".repeat(n)),
        ("nested drawings", "<svg><desc>".repeat(n)),
        ("nested templates", "<template>".repeat(n)),
        ("nested objects", "<object data=x>".repeat(n)),
        (
            "unmatched ends",
            format!("{}{}", "<span>".repeat(n), "</p></div></b>".repeat(n)),
        ),
        (
            "attributes",
            format!(
                "<p {}>x",
                (0..n).map(|i| format!("a{i}=b ")).collect::<String>()
            ),
        ),
        (
            "one long attribute",
            format!("<p title=\"{}\">x</p>", "a".repeat(50_000_000)),
        ),
        (
            "one long attribute, unclosed",
            format!("<p title=\"{}", "a".repeat(5_000_000)),
        ),
        ("entities", "&amp;&lt;&#x41;&nosuch;".repeat(n * 2)),
        ("comments", "<!--a--><!--".repeat(n)),
        ("hyphens", format!("<!--{}", "-".repeat(n * 10))),
        ("less-than signs", "<".repeat(n * 10)),
        (
            "end tags of raw text",
            format!("<script>{}", "</".repeat(n * 5)),
        ),
        (
            "wide cells",
            format!(
                "<table><tr>{}</table>",
                "<td colspan=1000 rowspan=65534>x".repeat(n / 10)
            ),
        ),
        ("marked boxes", "<div hidden>x".repeat(n)),
        ("images", "<img src=https://a.test/b.png>".repeat(n)),
        ("line breaks", "x<br>".repeat(n * 5)),
        ("headings", "<h2>x</h2>".repeat(n)),
        (
            "frames",
            "<iframe src=https://www.youtube.com/embed/x></iframe>".repeat(n / 4),
        ),
        ("blanks", "&nbsp; ".repeat(n * 2)),
        ("signs", "&amp;".repeat(n * 10)),
        ("raw signs", format!("<xmp>{}", "&".repeat(n * 10))),
        (
            "signs in a value",
            format!("<p title=\"{}\">", "&amp;".repeat(1500)).repeat(100),
        ),
        (
            "signs in tables",
            format!("<table>{}", "&amp;".repeat(n * 10)),
        ),
        ("one word", "字".repeat(n * 30)),
        (
            "anchors",
            (0..n / 4)
                .map(|i| format!("<a href=#a{i} id=a{i}>x</a>"))
                .collect(),
        ),
    ];
    for (name, body) in bodies {
        let length = body.len();
        let start = Instant::now();
        let worker = std::thread::Builder::new()
            .stack_size(2 << 20)
            .spawn(move || rewriter().rewrite(&body, &Context::default()).html.len());
        let written = worker
            .expect("a thread starts")
            .join()
            .unwrap_or_else(|_| panic!("{name}: it panicked"));
        let taken = start.elapsed();
        eprintln!("{name}: {length} bytes, {taken:?}");
        // Generous, for machines that do other things too: quadratic work would take hours.
        assert!(
            taken < Duration::from_secs(60),
            "{name}: {length} bytes took {taken:?}"
        );
        assert!(
            written <= length * 120 + 10_000,
            "{name}: {length} bytes became {written}"
        );
    }
}

/// Values near the longest that are read: what they grow to when they are written must not make a difference the next time.
#[test]
fn long_values_are_stable() {
    for unit in [
        "a", "字", " ", "a b", "&lt;", "<", "&amp;", "&quot;", "&nbsp;", "\u{a0}", "%",
    ] {
        for length in [1300, 2600, 4000, 8000, 8150, 8190, 8200] {
            let value = unit.repeat(length / unit.len());
            for (start, end) in [
                ("<a href=\"https://a.test/", "\">x</a>"),
                ("<a href=\"b.html?", "\">x</a>"),
                ("<a href=\"#", "\">x</a>"),
                ("<iframe src=\"https://a.test/", "\"></iframe>"),
                ("<img src=\"/", "\">"),
                ("<img src=\"https://a.test/b.jpg\" alt=\"", "\">"),
                ("<abbr title=\"", "\">x</abbr>"),
                ("<video src=\"v.mp4\" title=\"", "\"></video>"),
            ] {
                let input = format!("{start}{value}{end}");
                let shown = format!("{start}{unit} x {}{end}", value.len() / unit.len());
                check(&input).unwrap_or_else(|failure| {
                    panic!("{shown}: {}", failure.chars().take(300).collect::<String>())
                });
            }
        }
    }
}
