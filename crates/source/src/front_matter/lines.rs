//! The forgiving reading of a front matter: every top-level key on its own.
//!
//! A key whose value is one scalar on its line, or a list of such scalars, is read right here;
//! that is nearly all of them, and means exactly what the strict parser would say. For the
//! others the strict parser is asked: about the whole block first, and if that is broken,
//! about the lines of the one key. What it cannot read is taken as text.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::keys::Wants;
use super::scalar::{self, Read};
use super::split::{Raw, Style, split};
use super::{Entry, FrontMatter, Repair, Value, strict};
use crate::lines::Lines;

/// Reads a YAML block.
pub(super) fn parse_yaml(block: &str, offset: usize) -> FrontMatter<'_> {
    let mut repairs = Vec::new();
    let mut raws = split(block, Style::Yaml, &mut repairs);
    if raws.is_empty() {
        let map = strict::yaml(block).unwrap_or_default();
        return super::located(map, block, offset);
    }
    let reads: Vec<Option<(Value<'_>, Option<Repair>)>> = raws.iter().map(simple).collect();
    let mut whole = None;
    if reads.iter().any(Option::is_none) {
        whole = strict::yaml(block).filter(|map| agrees(map, &raws));
    }
    let is_whole = whole.is_some();
    let whole: HashMap<Cow<'_, str>, Value<'_>> = whole.into_iter().flatten().collect();
    let mut entries = Vec::with_capacity(raws.len());
    for (raw, read) in raws.drain(..).zip(reads) {
        let value = match (read, whole.get(&raw.key)) {
            // The strict parser saw this line as part of another key's text.
            (_, None) if is_whole => continue,
            (Some((value, repair)), _) => {
                repairs.extend(repair);
                value
            }
            (None, Some(value)) => wanted(&raw, block, value.clone(), &mut repairs),
            (None, None) => complex(&raw, Style::Yaml, &mut repairs),
        };
        entries.push(Entry {
            key: raw.key,
            value,
            offset: raw.at,
        });
    }
    finish(entries, repairs, offset)
}

/// Reads a TOML block that the TOML parser refused.
pub(super) fn parse_toml(block: &str, offset: usize) -> FrontMatter<'_> {
    parse_refused(block, offset, Style::Toml, "TOML")
}

/// Reads a JSON object that the JSON parser refused.
pub(super) fn parse_json(block: &str, offset: usize) -> FrontMatter<'_> {
    parse_refused(block, offset, Style::Json, "JSON")
}

fn parse_refused<'a>(block: &'a str, offset: usize, style: Style, name: &str) -> FrontMatter<'a> {
    let mut repairs = Vec::new();
    let raws = split(block, style, &mut repairs);
    let mut entries = Vec::with_capacity(raws.len());
    for raw in raws {
        let value = match simple(&raw) {
            Some((value, repair)) => {
                repairs.extend(repair);
                value
            }
            None => complex(&raw, style, &mut repairs),
        };
        entries.push(Entry {
            key: raw.key,
            value,
            offset: raw.at,
        });
    }
    if repairs.is_empty() {
        repairs.push(Repair::new(
            0,
            format!("the front matter is not well-formed {name}"),
            "each key was read on its own",
        ));
    }
    finish(entries, repairs, offset)
}

fn finish<'a>(entries: Vec<Entry<'a>>, repairs: Vec<Repair>, offset: usize) -> FrontMatter<'a> {
    let mut found = FrontMatter { entries, repairs };
    found
        .entries
        .iter_mut()
        .for_each(|entry| entry.offset += offset);
    found
        .repairs
        .iter_mut()
        .for_each(|repair| repair.offset += offset);
    found
}

/// Whether the strict parser saw every known key that stands at the start of a line. If one is
/// missing, an unclosed quote swallowed it, and the result is not to be trusted.
fn agrees(map: &strict::Map<'_>, raws: &[Raw<'_>]) -> bool {
    let seen: HashSet<&str> = map.iter().map(|(key, _)| key.as_ref()).collect();
    raws.iter()
        .filter(|raw| raw.field.is_some())
        .all(|raw| seen.contains(raw.key.as_ref()))
}

/// A value that the strict parser read, if it is of the kind that the key wants: `&more news`
/// and `!important news` are no anchor and no tag to somebody who writes a title, `[独家]` is no
/// list. An anchor that the `block` refers to is one.
fn wanted<'a>(
    raw: &Raw<'a>,
    block: &str,
    value: Value<'a>,
    repairs: &mut Vec<Repair>,
) -> Value<'a> {
    let misread = match value {
        Value::Scalar(_) if !raw.rest.trim().is_empty() => false,
        Value::Scalar(_) => match raw.first.bytes().next() {
            Some(b'&') => {
                let name = raw.first[1..].split_whitespace().next().unwrap_or_default();
                !block.contains(&format!("*{name}"))
            }
            Some(b'!') => !raw.first.starts_with("!!"),
            _ => false,
        },
        Value::List(_) | Value::Map(_) => !raw.first.is_empty(),
    };
    if raw.wants() != Wants::Text || !misread {
        return value;
    }
    repairs.push(as_text(raw));
    Value::quoted(scalar::peel(raw.first))
}

fn as_text(raw: &Raw<'_>) -> Repair {
    Repair::new(
        raw.at,
        format!("the value of `{}` is not well-formed", raw.key),
        "it was read as text",
    )
}

/// A value that is one scalar, or a list of scalars one a line. `None` if it takes more.
fn simple<'a>(raw: &Raw<'a>) -> Option<(Value<'a>, Option<Repair>)> {
    if Lines::new(raw.rest).all(|(_, line)| is_ignorable(line)) {
        return match scalar::read(raw.first, raw.wants()) {
            Read::Exact(value) => Some((value, None)),
            Read::Repaired {
                value,
                reason,
                hint,
            } => Some((value, Some(Repair::new(raw.at, reason, hint)))),
            Read::Complex => None,
        };
    }
    if !raw.first.is_empty() && !raw.first.starts_with('#') {
        return None;
    }
    let mut items = Vec::new();
    let mut repair = None;
    let mut indent = None;
    for (_, line) in Lines::new(raw.rest).filter(|(_, line)| !is_ignorable(line)) {
        let trimmed = line.trim();
        let item = trimmed.strip_prefix('-')?;
        if !item.is_empty() && !item.starts_with([' ', '\t']) {
            return None;
        }
        let margin = &line[..line.len() - line.trim_start().len()];
        if *indent.get_or_insert(margin) != margin || margin.contains('\t') {
            return None;
        }
        match scalar::read(item.trim(), list_item(raw.wants())) {
            Read::Exact(value) => items.push(value),
            Read::Repaired {
                value,
                reason,
                hint,
            } if raw.wants() == Wants::List && !is_map_item(item.trim()) => {
                repair.get_or_insert_with(|| {
                    Repair::new(raw.at + offset_in(raw.whole, line), reason, hint)
                });
                items.push(value);
            }
            _ => return None,
        }
    }
    Some((Value::List(items), repair))
}

fn list_item(wants: Wants) -> Wants {
    if wants == Wants::Text {
        Wants::Any
    } else {
        wants
    }
}

/// Whether a list item is a map such as `name: x`, rather than a text with a colon in it.
fn is_map_item(item: &str) -> bool {
    item.split_once(':').is_some_and(|(key, _)| {
        matches!(
            key.trim(),
            "name"
                | "title"
                | "slug"
                | "label"
                | "term"
                | "value"
                | "url"
                | "email"
                | "id"
                | "link"
        )
    })
}

/// Reads a value of several lines, or a nested one, after the block as a whole was refused.
fn complex<'a>(raw: &Raw<'a>, style: Style, repairs: &mut Vec<Repair>) -> Value<'a> {
    if let Some(value) = fragment(raw, style, raw.whole) {
        return wanted(raw, raw.whole, value, repairs);
    }
    if style == Style::Yaml && raw.whole.contains('\t') {
        // Tabs may not indent in YAML, but everybody sees what is meant.
        let spaced: String = Lines::new(raw.whole)
            .map(|(_, line)| format!("{}\n", expand_tabs(line)))
            .collect();
        if let Some(value) = fragment(raw, style, &spaced) {
            repairs.push(Repair::new(
                raw.at,
                "a line is indented with a tab",
                "it was read as two blanks",
            ));
            return wanted(raw, raw.whole, value, repairs);
        }
    }
    repairs.push(as_text(raw));
    lenient(raw)
}

/// The value of one key, from its own lines, as the strict parser of the language reads it.
fn fragment(raw: &Raw<'_>, style: Style, whole: &str) -> Option<Value<'static>> {
    let map = match style {
        Style::Yaml => strict::yaml(whole)?,
        Style::Toml => strict::toml(whole)?,
        // JSON is YAML, without the comma that leads to the next key.
        Style::Json => {
            return strict::yaml_value(
                format!("{}\n{}", raw.first, raw.rest)
                    .trim_end()
                    .trim_end_matches(','),
            );
        }
    };
    map.into_iter().next().map(|(_, value)| value)
}

fn expand_tabs(line: &str) -> String {
    let rest = line.trim_start();
    line[..line.len() - rest.len()].replace('\t', "  ") + rest
}

/// The last resort: list items line by line, brackets split at commas, or all lines as one text.
fn lenient<'a>(raw: &Raw<'a>) -> Value<'a> {
    let first = raw.first;
    if let (true, Read::Exact(value)) = (
        first.starts_with(['\'', '"']),
        scalar::read(first, raw.wants()),
    ) {
        // What follows a complete text does not belong to it.
        return value;
    }
    let lines: Vec<&str> = Lines::new(raw.rest)
        .map(|(_, line)| line.trim())
        .filter(|line| !line.is_empty())
        .collect();
    let list = first
        .strip_prefix('[')
        .map(|rest| rest.strip_suffix(']').unwrap_or(rest));
    if let (Some(list), true, true) = (list, lines.is_empty(), raw.wants() != Wants::Text) {
        let items = list
            .split([',', '，', '、'])
            .map(scalar::peel)
            .filter(|item| !item.is_empty());
        return Value::List(items.map(Value::quoted).collect());
    }
    if first.is_empty() && !lines.is_empty() && lines.iter().all(|line| line.starts_with('-')) {
        let items = lines
            .iter()
            .map(|line| scalar::peel(line.trim_start_matches('-')));
        return Value::List(
            items
                .filter(|item| !item.is_empty())
                .map(Value::quoted)
                .collect(),
        );
    }
    if lines.is_empty() {
        return Value::quoted(scalar::peel(first));
    }
    let header = !first.is_empty()
        && matches!(first.as_bytes()[0], b'|' | b'>')
        && scalar::is_block_header(first);
    let mut text = if header {
        String::new()
    } else {
        first.to_owned()
    };
    for line in lines {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(line);
    }
    Value::quoted(scalar::peel(&text).into_owned())
}

fn is_ignorable(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

fn offset_in(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}
