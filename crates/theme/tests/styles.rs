//! What pages weigh, and whether a theme's style sheet knows every class that stands in bodies.

mod samples;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use newsprint_theme::Theme;
use newsprint_theme::views::View;
use samples::{Samples, bodies};
use support::{load, read, render};

/// Bytes of an article page's HTML, style sheet and script together, compressed, besides the text.
const MOST_A_PAGE: usize = 20_000;
/// Bytes of a style sheet, compressed.
const MOST_A_STYLE: usize = 12_000;

/// Classes of bodies that a theme leaves as they are on purpose.
const UNSTYLED: [(&str, &[&str]); 2] = [
    // Of which provider a card is matters to those who want to show it.
    ("broadsheet", &["np-card-"]),
    // Code in two tones is enough for plain text, and the image at the head is not shown twice to begin with.
    (
        "wire",
        &[
            "np-card-", "np-media", "np-lead", "np-hl-b", "np-hl-f", "np-hl-s", "np-hl-n",
        ],
    ),
];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn embedded(name: &str) -> Theme {
    load(Path::new("no such folder"), &format!("theme = \"{name}\"")).expect("it loads")
}

/// The bytes that a server sends.
fn compressed(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it").len()
}

/// Every class that begins with `np-` in a text; one that ends in `-` is the beginning of several.
fn classes(text: &str) -> BTreeSet<String> {
    text.match_indices("np-")
        .filter(|(at, _)| !text[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '-'))
        .map(|(at, _)| {
            let rest = &text[at..];
            let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '-');
            rest[..end.unwrap_or(rest.len())].to_owned()
        })
        .collect()
}

/// The classes that the rewriter's writer can write, as its source has them.
fn emitted() -> BTreeSet<String> {
    let setting = repository().join("crates/rewrite/src/setting");
    let mut files = vec![setting.join("highlight.rs")];
    for entry in fs::read_dir(setting.join("write")).expect("it is there") {
        files.push(entry.expect("it is there").path());
    }
    let mut all = BTreeSet::new();
    for file in files {
        let source = fs::read_to_string(file).expect("it is there");
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        all.append(&mut classes(code));
    }
    // The kinds of pieces of code are named in the table of the documentation only.
    assert!(all.remove("np-hl-"), "{all:?}");
    all.extend(["k", "b", "f", "s", "n", "c"].map(|kind| format!("np-hl-{kind}")));
    all
}

#[test]
fn every_class_of_bodies_is_documented_and_none_else() {
    let page = fs::read_to_string(repository().join("docs/themes.md")).expect("it is there");
    let documented: BTreeSet<String> = page
        .split('`')
        .skip(1)
        .step_by(2)
        .flat_map(classes)
        .collect();
    assert_eq!(documented, emitted());
}

#[test]
fn every_class_of_bodies_is_styled_or_left_alone_on_purpose() {
    let emitted = emitted();
    assert!(emitted.len() > 12, "{emitted:?}");
    for (name, unstyled) in UNSTYLED {
        let theme = embedded(name);
        let styles = theme
            .static_files()
            .iter()
            .filter(|file| file.url.ends_with(".css"));
        let styled: BTreeSet<String> = styles
            .flat_map(|file| classes(&String::from_utf8_lossy(&file.bytes)))
            .collect();
        for class in &emitted {
            let left_alone = unstyled.contains(&class.as_str());
            assert_ne!(styled.contains(class), left_alone, "{name}: {class}");
        }
        let unknown: Vec<_> = styled.difference(&emitted).collect();
        assert!(
            unknown.is_empty(),
            "{name} styles what no body has: {unknown:?}"
        );
    }
    assert!(
        UNSTYLED
            .map(|(name, _)| name)
            .into_iter()
            .eq(Theme::embedded())
    );
}

/// An article page with everything that a page can have, and the files that it loads.
#[test]
fn an_article_page_is_light() {
    let samples = Samples::default();
    for name in Theme::embedded() {
        let theme = embedded(name);
        let post = samples.post("标题");
        let mut page = samples.page("post", "标题", "2022/09/26/3f2a91c4.html");
        page.breadcrumbs = samples.crumbs();
        let (html, range) = render(&theme, &page, &View::Post(&post), bodies::ARTICLE);
        let range = range.expect("the body is there");
        let without_text = [&html[..range.start], &html[range.end..]].concat();
        let loaded = |kind: &str| -> Vec<usize> {
            let files = theme.static_files().iter();
            let files = files.filter(|file| file.url.ends_with(kind) && html.contains(&file.url));
            files.map(|file| compressed(&file.bytes)).collect()
        };
        let (styles, scripts) = (loaded(".css"), loaded(".js"));
        assert_eq!(styles.len(), 1, "{name}: one style sheet");
        assert!(scripts.len() <= 1, "{name}: at most one script");
        assert!(
            styles[0] <= MOST_A_STYLE,
            "{name}: the style sheet has {} bytes",
            styles[0]
        );
        let page: usize =
            compressed(without_text.as_bytes()) + styles[0] + scripts.iter().sum::<usize>();
        assert!(
            page <= MOST_A_PAGE,
            "{name}: an article page has {page} bytes"
        );
        let tags = read(&html).tags;
        let count = |wanted: &str| tags.iter().filter(|tag| tag.starts_with(wanted)).count();
        assert_eq!(count("<style"), 0, "{name}: styles stand in their file");
        assert_eq!(count("<script src"), scripts.len(), "{name}");
        assert!(tags.iter().all(|tag| !tag.contains(" style")), "{name}");
    }
}
