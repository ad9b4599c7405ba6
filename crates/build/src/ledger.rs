//! The URL ledger: which URL each post, category and tag was given, build after build.
//!
//! It is what makes three promises hold: the first to have had a URL keeps it, a file that moves keeps
//! its id, and a URL that was once published either stays or leads on. It lies in `.newsprint/ledger.tsv`,
//! one line an entry, sorted, so that it can be kept under version control and merged.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use newsprint_model::{Diagnostic, UrlPath};

use crate::names;

/// The first line of the file, which names its form.
const HEADER: &str = "newsprint ledger 1";

/// What is known of one post or list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// The permanent id of a post; empty for lists.
    pub id: String,
    /// What stays the same when a file moves: a hash of title and date. 0 for lists.
    pub identity: u64,
    /// The URL that the pattern gave when the entry was made.
    pub wanted: String,
    /// The URL that was given; differs from `wanted` where another had it first.
    pub url: String,
    /// URLs of earlier times that still lead here.
    pub former: Vec<String>,
}

/// All entries by key: `post:<path>`, `category:<a/b/c>`, `tag:<name>`, `author:<name>`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// The entries.
    pub entries: BTreeMap<String, Entry>,
    /// Whether it takes the place of a file that could not be understood at all.
    pub is_foreign: bool,
}

impl Ledger {
    /// Reads the text of a ledger. Lines that make no sense are left out, each with a warning:
    /// the URLs they held are decided anew.
    pub fn parse(text: &str, file_name: &str) -> (Self, Vec<Diagnostic>) {
        let mut ledger = Self::default();
        let mut warnings = Vec::new();
        let mut lines = text.lines().zip(1..);
        match lines.next() {
            Some((HEADER, _)) => {}
            _ => {
                ledger.is_foreign = true;
                warnings.push(
                    Diagnostic::warning("this is no URL ledger that this version can read")
                        .at(file_name)
                        .on_line(1)
                        .hint("it is put aside as `ledger.tsv.old` and made anew; URLs that were decided by who came first may change"),
                );
                return (ledger, warnings);
            }
        }
        for (line, number) in lines {
            match parse_line(line) {
                Some((key, entry)) => {
                    ledger.entries.insert(key, entry);
                }
                None if line.trim().is_empty() => {}
                None => warnings.push(
                    Diagnostic::warning("this line of the URL ledger is damaged")
                        .at(file_name)
                        .on_line(number)
                        .hint("it is left out; the URL it held is decided anew"),
                ),
            }
        }
        (ledger, warnings)
    }

    /// The text of the ledger; equal ledgers give equal bytes.
    pub fn to_text(&self) -> String {
        let mut out = String::with_capacity(self.entries.len() * 160);
        out.push_str(HEADER);
        out.push('\n');
        for (key, entry) in &self.entries {
            let _ = write!(
                out,
                "{}\t{}\t{:016x}\t{}\t{}",
                escape(key),
                entry.id,
                entry.identity,
                escape(&entry.wanted),
                escape(&entry.url)
            );
            for former in &entry.former {
                out.push('\t');
                out.push_str(&escape(former));
            }
            out.push('\n');
        }
        out
    }
}

fn parse_line(line: &str) -> Option<(String, Entry)> {
    let mut fields = line.split('\t');
    let key = unescape(fields.next()?);
    let id = fields.next()?.to_owned();
    let identity = u64::from_str_radix(fields.next()?, 16).ok()?;
    let wanted = unescape(fields.next()?);
    let url = unescape(fields.next()?);
    let former: Vec<String> = fields.map(unescape).collect();
    // The file is meant to be merged and may have been edited: no line of it may lead out of the output.
    let is_inside = |url: &String| names::is_inside(&UrlPath::new(url).file());
    let is_sound = id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if key.is_empty() || !is_sound || !is_inside(&url) || !former.iter().all(is_inside) {
        return None;
    }
    Some((
        key,
        Entry {
            id,
            identity,
            wanted,
            url,
            former,
        },
    ))
}

/// File names may hold tabs and line ends; the ledger's lines may not.
fn escape(text: &str) -> String {
    if !text.contains(['\\', '\t', '\n', '\r']) {
        return text.to_owned();
    }
    text.replace('\\', "\\\\")
        .replace('\t', "\\t")
        .replace('\n', "\\n")
        .replace('\r', "\\r")
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, false) => out.push(c),
            _ => match chars.next() {
                Some('t') => out.push('\t'),
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_comes_back_as_it_was_written() {
        let mut ledger = Ledger::default();
        let odd = Entry {
            id: "0123bcdf".into(),
            identity: 7,
            wanted: "p/1.html".into(),
            url: "p/1-0123bcdf.html".into(),
            former: vec!["old\t.html".into(), "older n.html".into()],
        };
        ledger.entries.insert("post:a\tb\nc\\d.md".into(), odd);
        ledger.entries.insert(
            "category:新/媒体".into(),
            Entry {
                url: "categories/新/媒体/".into(),
                ..Entry::default()
            },
        );
        let (read, warnings) = Ledger::parse(&ledger.to_text(), "ledger.tsv");
        assert_eq!(read, ledger);
        assert!(warnings.is_empty());
    }

    #[test]
    fn damage_costs_only_the_damaged_lines() {
        let text = format!(
            "{HEADER}\npost:a.md\tid\t1\tw\tu\ngarbage\npost:b.md\tid\tzz\tw\tu\npost:c.md\tid\t1\tw\t../../x.html\npost:d.md\ti/d\t1\tw\tu\npost:e.md\tid\t1\tw\tu\t../x.html\n"
        );
        let (read, warnings) = Ledger::parse(&text, "ledger.tsv");
        assert_eq!(read.entries.len(), 1);
        let lines: Vec<_> = warnings.iter().map(|warning| warning.line).collect();
        assert_eq!(lines, [Some(3), Some(4), Some(5), Some(6), Some(7)]);
        assert_eq!(Ledger::parse("PNG\0\n", "ledger.tsv").1.len(), 1);
        assert_eq!(Ledger::parse("", "ledger.tsv").1.len(), 1);
    }
}
