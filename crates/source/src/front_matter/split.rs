//! Cutting a block of front matter into its top-level keys, each with the lines that belong to it.

use std::borrow::Cow;

use super::Repair;
use super::keys::{self, Field, Wants};
use crate::lines::Lines;

/// How keys and values are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `key: value`.
    Yaml,
    /// `key = value`, and `[table]` lines.
    Toml,
    /// `"key": value,`.
    Json,
}

/// A key with the lines that belong to it, not yet read.
#[derive(Debug)]
pub(super) struct Raw<'a> {
    pub(super) key: Cow<'a, str>,
    pub(super) field: Option<Field>,
    /// What follows on the key's line, trimmed.
    pub(super) first: &'a str,
    /// The following lines.
    pub(super) rest: &'a str,
    /// All of its lines.
    pub(super) whole: &'a str,
    /// Where the key's line begins in the block.
    pub(super) at: usize,
}

impl Raw<'_> {
    /// What kind of value the key wants.
    pub(super) fn wants(&self) -> Wants {
        self.field.map_or(Wants::Any, Field::wants)
    }
}

/// Cuts a block into its top-level keys.
pub(super) fn split<'a>(block: &'a str, style: Style, repairs: &mut Vec<Repair>) -> Vec<Raw<'a>> {
    let mut raws: Vec<Raw<'a>> = Vec::new();
    let mut margin = None;
    for (at, line) in Lines::new(block) {
        if style == Style::Toml && is_table(line) {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let Some(key) = key_line(line.trim(), style) else {
            if raws.is_empty() && is_stray(line, style) {
                repairs.push(Repair::new(
                    at,
                    "a line stands before the first key",
                    "it was passed over",
                ));
            }
            continue;
        };
        let outermost = *margin.get_or_insert(indent);
        let strayed = indent > outermost;
        if strayed
            && !(style == Style::Json
                || key.field.is_some() && raws.last().is_some_and(|raw| is_closed(raw.first)))
        {
            continue;
        }
        if strayed && style == Style::Yaml {
            repairs.push(Repair::new(
                at,
                format!("the key `{}` is indented", key.name),
                "it was read as a key of its own",
            ));
        }
        if let Some((reason, hint)) = key.repair {
            repairs.push(Repair::new(at, reason, hint));
        }
        raws.push(Raw {
            field: key.field,
            key: key.name,
            first: value_part(key.value, style),
            rest: "",
            whole: "",
            at,
        });
    }
    close(block, &mut raws);
    raws
}

/// Gives each key the lines up to the next one.
fn close<'a>(block: &'a str, raws: &mut [Raw<'a>]) {
    let mut end = block.len();
    for raw in raws.iter_mut().rev() {
        raw.whole = &block[raw.at..end];
        let line = memchr::memchr2(b'\n', b'\r', raw.whole.as_bytes()).unwrap_or(raw.whole.len());
        raw.rest = raw.whole[line..].trim_start_matches(['\n', '\r']);
        end = raw.at;
    }
}

/// Whether a value is complete on its line, so that what follows cannot belong to it.
fn is_closed(first: &str) -> bool {
    match first.bytes().next() {
        None | Some(b'|' | b'>' | b'[' | b'{' | b'&' | b'!') => false,
        Some(quote @ (b'\'' | b'"')) => first.len() > 1 && first.ends_with(char::from(quote)),
        Some(_) => true,
    }
}

/// Whether a line before the first key is neither blank nor a comment nor a bracket.
fn is_stray(line: &str, style: Style) -> bool {
    let line = line.trim();
    !(line.is_empty() || line.starts_with('#') || style == Style::Json && matches!(line, "{" | ","))
}

fn is_table(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('[') && line.ends_with(']')
}

fn value_part(value: &str, style: Style) -> &str {
    let value = value.trim();
    match style {
        Style::Json => value.strip_suffix(',').unwrap_or(value).trim_end(),
        Style::Yaml | Style::Toml => value,
    }
}

/// A line that begins with a key.
struct KeyLine<'a> {
    name: Cow<'a, str>,
    /// What the key means, if that is known.
    field: Option<Field>,
    value: &'a str,
    repair: Option<(&'static str, &'static str)>,
}

/// What is known of a line that begins with a key, for finding where the keys end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeySigns {
    /// The meaning of the key is known.
    pub(super) known: bool,
    /// It is written as YAML wants it.
    pub(super) exact: bool,
}

/// Whether a trimmed line begins with a YAML key that people use in front matter.
pub(super) fn key_signs(line: &str) -> Option<KeySigns> {
    let key = key_line(line, Style::Yaml)?;
    let known = key.field.is_some();
    (known || keys::is_likely(&key.name)).then_some(KeySigns {
        known,
        exact: key.repair.is_none(),
    })
}

fn key_line(line: &str, style: Style) -> Option<KeyLine<'_>> {
    let separator = if style == Style::Toml { '=' } else { ':' };
    if let Some(quote) = line.chars().next().filter(|c| matches!(c, '\'' | '"')) {
        let end = line[1..].find(quote)? + 1;
        let value = line[end + 1..].trim_start().strip_prefix(separator)?;
        let name = &line[1..end];
        return (end > 1).then(|| KeyLine {
            name: Cow::Borrowed(name),
            field: field(name),
            value,
            repair: None,
        });
    }
    // A key longer than this is a sentence.
    let head = &line[..floor_char_boundary(line, 80)];
    let at = head.find([separator, '：'])?;
    let name = head[..at].trim_end();
    let width = head[at..].chars().next().map_or(1, char::len_utf8);
    let value = &line[at + width..];
    let starts_badly = name.starts_with([
        '-', '?', '#', '&', '*', '!', '|', '>', '%', '@', '`', '{', '}', '[', ']', ',', '<', '/',
    ]);
    if name.is_empty()
        || (starts_badly && !(name.len() > 1 && name.starts_with('-') && lookup_plain(name)))
    {
        return None;
    }
    let field = field(name);
    let repair = if width > 1 {
        field.is_some().then_some(Some((
            "a key is followed by a full-width colon",
            "it was read as `:`",
        )))?
    } else if style == Style::Yaml && !value.is_empty() && !value.starts_with([' ', '\t']) {
        (field.is_some() && !value.starts_with("//")).then_some(Some((
            "the blank after a key's colon is missing",
            "it was read as if there were one",
        )))?
    } else {
        None
    };
    Some(KeyLine {
        name: Cow::Borrowed(name),
        field,
        value,
        repair,
    })
}

fn field(name: &str) -> Option<Field> {
    keys::lookup(name).map(|(field, _)| field)
}

fn lookup_plain(name: &str) -> bool {
    !name[1..].starts_with([' ', '\t', '-']) && field(name).is_some()
}

fn floor_char_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
