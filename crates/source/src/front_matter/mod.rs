//! Front matter: from the text between the fences to a list of keys with values.
//!
//! Each of the three languages has a strict parser, which is right about everything that is
//! well formed, and a forgiving one ([`lines`]), which treats every top-level key on its own,
//! so that one broken value does not cost the others.

pub(crate) mod fence;
pub(crate) mod keys;
mod lines;
mod scalar;
mod split;
mod strict;
#[cfg(test)]
mod tests;
mod value;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

pub(crate) use value::{Scalar, Value};

/// One key of a front matter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry<'a> {
    pub(crate) key: Cow<'a, str>,
    pub(crate) value: Value<'a>,
    /// Where the key stands, in bytes of the decoded text.
    pub(crate) offset: usize,
}

/// Something that was wrong and what was assumed instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repair {
    /// Where it was wrong, in bytes of the decoded text.
    pub(crate) offset: usize,
    pub(crate) reason: String,
    pub(crate) hint: String,
}

impl Repair {
    pub(crate) fn new(offset: usize, reason: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            offset,
            reason: reason.into(),
            hint: hint.into(),
        }
    }
}

/// The language of a front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Yaml,
    Toml,
    Json,
}

/// The keys of a front matter, in order, without repetitions.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct FrontMatter<'a> {
    pub(crate) entries: Vec<Entry<'a>>,
    pub(crate) repairs: Vec<Repair>,
}

/// A front matter larger than this is read line by line only: the strict parsers build
/// everything in memory first.
const STRICT_LIMIT: usize = 1 << 20;

/// Brackets nested deeper than this are nobody's front matter.
const NESTING_LIMIT: usize = 64;

/// Reads a front matter. `block` is the text between the fences and begins at byte `offset`
/// of the decoded file. This cannot fail: what no parser understands becomes text.
pub(crate) fn parse(language: Language, block: &str, offset: usize) -> FrontMatter<'_> {
    let mut found = match language {
        Language::Yaml => lines::parse_yaml(block, offset),
        Language::Toml => strict::toml(block).map_or_else(
            || lines::parse_toml(block, offset),
            |map| located(map, block, offset),
        ),
        Language::Json => strict::json(block).map_or_else(
            || lines::parse_json(block, offset),
            |map| located(map, block, offset),
        ),
    };
    if language == Language::Toml {
        flatten(&mut found);
    }
    drop_repeated(&mut found);
    found
}

/// With more keys than this it would take too long to look for each of them.
const LOCATED_KEYS: usize = 100;

/// Gives each top-level key of a strictly parsed map the place where its name first stands.
fn located<'a>(map: Vec<(Cow<'a, str>, Value<'a>)>, block: &str, offset: usize) -> FrontMatter<'a> {
    let searched = if map.len() > LOCATED_KEYS { "" } else { block };
    let entries = map.into_iter().map(|(key, value)| {
        let at = memchr::memmem::find(searched.as_bytes(), key.as_bytes()).unwrap_or(0);
        Entry {
            key,
            value,
            offset: offset + at,
        }
    });
    FrontMatter {
        entries: entries.collect(),
        repairs: Vec::new(),
    }
}

/// Zola keeps terms in `[taxonomies]` and free keys in `[extra]`: their keys count as if they
/// stood at the top, unless the top has one of that name.
fn flatten(found: &mut FrontMatter<'_>) {
    let mut lifted = Vec::new();
    found.entries.retain_mut(|entry| {
        let is_table = matches!(entry.key.as_ref(), "taxonomies" | "extra" | "params");
        match &mut entry.value {
            Value::Map(map) if is_table => {
                lifted.extend(map.drain(..).map(|(key, value)| Entry {
                    key,
                    value,
                    offset: entry.offset,
                }));
                false
            }
            _ => true,
        }
    });
    let top: HashSet<&str> = found
        .entries
        .iter()
        .map(|entry| entry.key.as_ref())
        .collect();
    lifted.retain(|lifted| !top.contains(lifted.key.as_ref()));
    found.entries.append(&mut lifted);
}

/// Of a repeated key the last one that says something wins. `Title` repeats `title`.
fn drop_repeated(found: &mut FrontMatter<'_>) {
    if !has_repeated(&found.entries) {
        return;
    }
    let mut kept: Vec<Entry<'_>> = Vec::with_capacity(found.entries.len());
    let mut places = HashMap::with_capacity(found.entries.len());
    for entry in found.entries.drain(..) {
        let name = keys::folded(&entry.key).into_owned();
        let Some(&place) = places.get(&name) else {
            places.insert(name, kept.len());
            kept.push(entry);
            continue;
        };
        let says_something = !entry.value.is_null();
        found.repairs.push(Repair::new(
            entry.offset,
            format!("the key `{}` is repeated", entry.key),
            if says_something {
                "the last one was used"
            } else {
                "the earlier one was used, this one is empty"
            },
        ));
        if says_something {
            kept[place] = entry;
        }
    }
    found.entries = kept;
}

fn has_repeated(entries: &[Entry<'_>]) -> bool {
    if entries.len() > 32 {
        let mut names: Vec<_> = entries
            .iter()
            .map(|entry| keys::folded(&entry.key))
            .collect();
        names.sort_unstable();
        return names.windows(2).any(|pair| pair[0] == pair[1]);
    }
    entries.iter().enumerate().any(|(i, entry)| {
        let repeats = |earlier: &Entry<'_>| keys::is_same(&earlier.key, &entry.key);
        entries[..i].iter().any(repeats)
    })
}

/// Whether a text is small and flat enough for the strict parsers.
fn is_bounded(text: &str) -> bool {
    if text.len() > STRICT_LIMIT {
        return false;
    }
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut dashes = 0_usize;
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            // `- - - -` nests as well.
            b'-' | b'?' => dashes += 1,
            b'\n' | b'\r' => dashes = 0,
            _ => {}
        }
        deepest = deepest.max(depth).max(dashes / 4);
    }
    deepest <= NESTING_LIMIT
}
