//! One line of the ledger: fields parted by tabs.

use std::borrow::Cow;

/// What is known of one post or list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry<'a> {
    /// The permanent id of a post; empty for lists.
    pub id: Cow<'a, str>,
    /// What stays the same when a file moves: a hash of title and date. 0 for lists.
    pub identity: u64,
    /// The URL that the pattern gave when the entry was made.
    pub wanted: Cow<'a, str>,
    /// The URL that was given; differs from `wanted` where another had it first.
    pub url: Cow<'a, str>,
    /// URLs of earlier times that still lead here.
    pub former: Vec<Cow<'a, str>>,
}

/// Takes a line apart: its key and its entry.
pub(super) fn parse_line(line: &str) -> Option<(Cow<'_, str>, Entry<'_>)> {
    let mut fields = line.split('\t');
    let key = unescape(fields.next()?);
    let entry = Entry {
        id: Cow::Borrowed(fields.next()?),
        identity: u64::from_str_radix(fields.next()?, 16).ok()?,
        wanted: unescape(fields.next()?),
        url: unescape(fields.next()?),
        former: fields.map(unescape).collect(),
    };
    (!key.is_empty()).then_some((key, entry))
}

/// Whether a line has URLs of earlier times, which come last.
pub(super) fn has_former(line: &str) -> bool {
    line.bytes().filter(|byte| *byte == b'\t').count() > 4
}

/// Writes an entry as a line, without its end.
pub(super) fn write_line(key: &str, entry: &Entry<'_>) -> String {
    let mut line = format!(
        "{}\t{}\t{:016x}\t{}\t{}",
        escape(key),
        entry.id,
        entry.identity,
        escape(&entry.wanted),
        escape(&entry.url)
    );
    for former in &entry.former {
        line.push('\t');
        line.push_str(&escape(former));
    }
    line
}

/// File names may hold tabs and line ends; the ledger's lines may not.
fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '\t', '\n', '\r']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.replace('\\', "\\\\")
            .replace('\t', "\\t")
            .replace('\n', "\\n")
            .replace('\r', "\\r"),
    )
}

/// What [`escape`] was given.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
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
    Cow::Owned(out)
}
