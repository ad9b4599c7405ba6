//! The example sites, built and compared with what is kept in `tests/golden/`: the list of files, feeds and
//! sitemaps byte for byte, and of pages what a reader reads and where the links lead.
//!
//! `NEWSPRINT_BLESS=1 cargo test -p newsprint-cli golden` writes the results anew; read the difference before committing it.

use std::fs;
use std::path::PathBuf;

use crate::support::{Site, tree};

#[test]
fn minimal() {
    compare("minimal");
}

#[test]
fn custom_theme() {
    compare("custom-theme");
}

#[test]
fn hexo_like() {
    compare("hexo-like");
}

fn compare(example: &str) {
    let site = Site::copy_of(&format!("examples/{example}"));
    let run = site.run(&["build"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    site.run(&["check"]).expect_code(0);
    let mut result = String::new();
    for (path, bytes) in tree(&site.public()) {
        result.push_str(&format!("=== {}\n", without_hash(&path)));
        match path.rsplit('.').next() {
            Some("html") => result.push_str(&outline(&String::from_utf8(bytes).expect("UTF-8"))),
            Some("xml" | "json" | "txt") => {
                result.push_str(&String::from_utf8(bytes).expect("UTF-8"));
            }
            _ => result.push_str(&format!("({} bytes)", bytes.len())),
        }
        result.push('\n');
    }
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(format!("{example}.txt"));
    if std::env::var_os("NEWSPRINT_BLESS").is_some() {
        fs::create_dir_all(golden.parent().expect("a folder")).expect("made");
        fs::write(&golden, &result).expect("written");
        return;
    }
    let expected = fs::read_to_string(&golden)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    for (number, (is, should)) in result.lines().zip(expected.lines()).enumerate() {
        assert_eq!(is, should, "{example}.txt:{}", number + 1);
    }
    assert_eq!(
        result.lines().count(),
        expected.lines().count(),
        "{example}.txt is longer or shorter"
    );
}

/// Theme files carry a hash of their content in their names.
fn without_hash(text: &str) -> String {
    let mut parts: Vec<&str> = text.split('.').collect();
    parts.retain(|part| part.len() != 8 || !part.bytes().all(|byte| byte.is_ascii_hexdigit()));
    parts.join(".")
}

/// Elements that begin a line.
const BLOCKS: [&str; 19] = [
    "p", "div", "li", "h1", "h2", "h3", "h4", "tr", "header", "footer", "main", "nav", "section",
    "article", "dt", "dd", "pre", "figure", "time",
];

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = tag.split_once(&format!("{name}=\""))?;
    value.split('"').next()
}

/// A page's text, one line a block of it, with each link's target behind it in brackets.
fn outline(html: &str) -> String {
    let body = html.split("<body>").nth(1).unwrap_or(html);
    let mut out = String::new();
    let mut rest = body;
    let mut target: Option<String> = None;
    while let Some(open) = rest.find('<') {
        push_text(&mut out, &rest[..open]);
        let Some(close) = rest[open..].find('>') else {
            break;
        };
        let tag = &rest[open + 1..open + close];
        let name = tag
            .split(|c: char| c.is_whitespace() || c == '/')
            .next()
            .unwrap_or_default();
        match name {
            "a" => target = attribute(tag, "href").map(str::to_owned),
            "img" => {
                out.push_str(&format!(
                    "[image {}]",
                    attribute(tag, "src").unwrap_or_default()
                ));
            }
            "" if tag.starts_with("/a") => {
                if let Some(target) = target.take() {
                    out.push_str(&format!("[{}]", without_hash(&target)));
                }
            }
            name if BLOCKS.contains(&name) && !out.is_empty() && !out.ends_with('\n') => {
                out.push('\n');
            }
            _ => {}
        }
        rest = &rest[open + close + 1..];
    }
    out.trim_end().to_owned()
}

fn push_text(out: &mut String, text: &str) {
    let mut words = text.split_whitespace().peekable();
    if words.peek().is_some() && !out.is_empty() && !out.ends_with(['\n', ' ']) {
        out.push(' ');
    }
    while let Some(word) = words.next() {
        out.push_str(word);
        if words.peek().is_some() {
            out.push(' ');
        }
    }
}
