//! Where the front matter ends that is TOML or JSON.

use super::super::split::key_signs;
use super::super::{Language, Repair, keys};
use super::{Split, next_line};
use crate::lines::Lines;

/// TOML or JSON between two equal fences.
pub(super) fn fenced(text: &str, start: usize, language: Language, fence: &str) -> Option<Split> {
    let mut lines = Lines::new(&text[start..]);
    let opening = lines.next()?.1;
    let block = start + next_line(&text[start..], opening.len());
    for (offset, line) in lines {
        if line.trim_end() == fence {
            let at = start + offset;
            if text[block..at].trim().is_empty()
                && let Some(split) = fenced(text, at, language, fence)
                    .filter(|split| holds_keys(text, split, language))
            {
                let repair = Repair::new(at, "the opening fence is doubled", "it was read once");
                return Some(Split {
                    repair: split.repair.or(Some(repair)),
                    ..split
                });
            }
            return Some(Split {
                front: Some((language, block..at)),
                body: at + next_line(&text[at..], line.len())..text.len(),
                repair: None,
            });
        }
    }
    let end = first_strange(text, block, language);
    (end > block).then(|| Split {
        front: Some((language, block..end)),
        body: end..text.len(),
        repair: Some(Repair::new(
            end,
            "the front matter has no closing fence",
            "it was taken to end before this line",
        )),
    })
}

/// Whether what was cut out as front matter is well formed and has a key whose meaning is known.
fn holds_keys(text: &str, split: &Split, language: Language) -> bool {
    let Some((_, front)) = &split.front else {
        return false;
    };
    let front = &text[front.clone()];
    let map = match language {
        Language::Toml => super::super::strict::toml(front),
        _ => super::super::strict::json(front),
    };
    map.is_some_and(|map| map.iter().any(|(key, _)| keys::lookup(key).is_some()))
}

/// The first line that cannot belong to TOML or JSON: markup, or text after a blank line.
fn first_strange(text: &str, block: usize, language: Language) -> usize {
    let separator = if language == Language::Toml { '=' } else { ':' };
    for (offset, line) in Lines::new(&text[block..]) {
        let trimmed = line.trim();
        let belongs = trimmed.is_empty()
            || line.starts_with([' ', '\t'])
            || trimmed.starts_with(['#', '[', ']', '{', '}', '"', '\''])
            || trimmed
                .split_once(separator)
                .is_some_and(|(key, _)| is_key(key.trim().trim_matches('"')));
        if !belongs || trimmed.starts_with("##") {
            return block + offset;
        }
    }
    text.len()
}

fn is_key(word: &str) -> bool {
    keys::is_likely(word) || keys::lookup(word).is_some()
}

/// Hexo's JSON without an opening fence and without braces: keys, then `;;;`.
pub(super) fn unopened_json(text: &str, start: usize) -> Option<Split> {
    let (offset, line) = Lines::new(&text[start..]).find(|(_, line)| line.trim_end() == ";;;")?;
    let front = start..start + offset;
    super::super::strict::json(&text[front.clone()])?;
    Some(Split {
        front: Some((Language::Json, front)),
        body: start + offset + next_line(&text[start + offset..], line.len())..text.len(),
        repair: None,
    })
}

/// A JSON object at the file's beginning, as Hugo has it.
pub(super) fn object(text: &str, start: usize) -> Option<Split> {
    let mut values = serde_json::Deserializer::from_str(&text[start..])
        .into_iter::<serde_json::Map<String, serde_json::Value>>();
    if let Some(Ok(map)) = values.next() {
        let end = start + values.byte_offset();
        let is_front = map.keys().any(|key| keys::lookup(key).is_some());
        return is_front.then_some(Split {
            front: Some((Language::Json, start..end)),
            body: end..text.len(),
            repair: None,
        });
    }
    // Malformed: up to a brace that stands alone, if there are known keys before it.
    let mut known = 0;
    for (offset, line) in Lines::new(&text[start..]) {
        let trimmed = line.trim();
        if matches!(trimmed, "}" | "};" | "}," | "} ;;;") {
            let at = start + offset;
            return (known > 0).then(|| Split {
                front: Some((Language::Json, start..at)),
                body: at + next_line(&text[at..], line.len())..text.len(),
                repair: None,
            });
        }
        known += usize::from(
            key_signs(trimmed.trim_start_matches('{').trim_start())
                .is_some_and(|signs| signs.known),
        );
    }
    None
}
