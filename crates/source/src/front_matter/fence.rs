//! Where the front matter ends and the body begins.
//!
//! Well formed is: a fence (`---` YAML, `+++` TOML, `;;;` JSON, or an object `{`), the keys, the
//! same fence again (YAML's may be `...`). Allowed as well, because Hexo allows it, is YAML
//! whose opening fence is missing. Everything before the first fence that cannot be seen is
//! passed over: byte order marks, blank lines, zero-width characters.
//!
//! A closing fence that is missing is the commonest damage. The keys then end before the first
//! line that is neither a key, nor indented, nor a list item, nor a comment, nor blank. The
//! same rule keeps a ruler (`---`) far down in a body from being taken for the fence.

mod objects;

use std::ops::Range;

use super::split::key_signs;
use super::{Language, Repair};
use crate::lines::Lines;
use objects::{fenced, object, unopened_json};

/// A file cut in two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Split {
    /// The front matter without its fences, if there is one.
    pub(crate) front: Option<(Language, Range<usize>)>,
    /// The body.
    pub(crate) body: Range<usize>,
    /// What was assumed to find the two.
    pub(crate) repair: Option<Repair>,
}

/// Cuts a decoded file in two. All places are in bytes of `text`.
pub(crate) fn split(text: &str) -> Split {
    let start = text.len()
        - text
            .trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || is_unseen(c))
            .len();
    let first = Lines::new(&text[start..])
        .next()
        .map_or("", |(_, line)| line);
    let found = match opening(first) {
        Some(Opening::Yaml) => yaml(text, start),
        Some(Opening::Toml) => fenced(text, start, Language::Toml, "+++"),
        Some(Opening::Json) => fenced(text, start, Language::Json, ";;;"),
        Some(Opening::Object) => object(text, start),
        None if first.starts_with('"') => unopened_json(text, start),
        None => unopened(text, start),
    };
    found.unwrap_or(Split {
        front: None,
        body: start..text.len(),
        repair: None,
    })
}

fn is_unseen(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
}

enum Opening {
    Yaml,
    Toml,
    Json,
    Object,
}

fn opening(line: &str) -> Option<Opening> {
    let line = line.trim();
    if is_dashes(line) {
        Some(Opening::Yaml)
    } else if line == "+++" {
        Some(Opening::Toml)
    } else if line == ";;;" {
        Some(Opening::Json)
    } else if line.starts_with('{') && !line.starts_with("{{") && !line.starts_with("{%") {
        Some(Opening::Object)
    } else {
        None
    }
}

/// Three dashes or more; typographic programs make em dashes of them.
fn is_dashes(line: &str) -> bool {
    (line.len() >= 3 && line.bytes().all(|b| b == b'-'))
        || matches!(line, "———" | "—-" | "–-" | "-—")
}

/// Whether a line closes a YAML front matter. A fence stands at the margin: an indented one
/// belongs to a text of several lines.
fn is_yaml_end(line: &str) -> bool {
    let trimmed = line.trim_end();
    is_dashes(trimmed) || trimmed == "..."
}

/// YAML that begins with a fence at `start`.
fn yaml(text: &str, start: usize) -> Option<Split> {
    let mut lines = Lines::new(&text[start..]);
    let opening = lines.next()?.1;
    let block = start + next_line(&text[start..], opening.len());
    let read = Keys::read(text, block);
    match read.end {
        End::Fence { at, after } => {
            let front = block..at;
            if text[front.clone()].trim().is_empty()
                && let Some(split) = doubled(text, at, after)
            {
                return Some(split);
            }
            // Two rulers around a paragraph are no front matter.
            let empty = text[front.clone()].trim().is_empty();
            (read.keys > 0 || empty || is_flow(&text[front.clone()])).then_some(Split {
                front: Some((Language::Yaml, front)),
                body: after..text.len(),
                repair: read.repair,
            })
        }
        End::Body(at) => (read.keys > 0).then(|| unclosed(text, block, at)),
    }
}

/// Keys between the fence at `second`, which follows the opening one with nothing between, and a third.
fn doubled(text: &str, second: usize, block: usize) -> Option<Split> {
    let (mut second, mut block) = (second, block);
    let (at, after, read) = loop {
        let read = Keys::read(text, block);
        let End::Fence { at, after } = read.end else {
            return None;
        };
        if !text[block..at].trim().is_empty() {
            break (at, after, read);
        }
        (second, block) = (at, after);
    };
    // An empty front matter above a body that ends one of its paragraphs with a ruler is just that.
    (read.known > 0 && read.keys * 2 >= read.lines).then(|| Split {
        front: Some((Language::Yaml, block..at)),
        body: after..text.len(),
        repair: read.repair.or_else(|| {
            Some(Repair::new(
                second,
                "the opening fence is doubled",
                "it was read once",
            ))
        }),
    })
}

fn is_flow(block: &str) -> bool {
    let block = block.trim();
    (block.starts_with('{') && block.ends_with('}')) || block.starts_with("? ")
}

fn unclosed(text: &str, block: usize, end: usize) -> Split {
    let reason = "the front matter has no closing fence";
    let hint = if end < text.len() {
        "it was taken to end before this line"
    } else {
        "it was taken to go on to the end of the file"
    };
    Split {
        front: Some((Language::Yaml, block..end)),
        body: end..text.len(),
        repair: Some(Repair::new(end, reason, hint)),
    }
}

/// YAML without its opening fence.
fn unopened(text: &str, start: usize) -> Option<Split> {
    let first = Lines::new(&text[start..]).next()?.1;
    // `作者：某人` at the top of a text is no front matter, though it would be one between fences.
    if !key_signs(first.trim()).is_some_and(|signs| signs.known && signs.exact) {
        return None;
    }
    let read = Keys::read(text, start);
    let missing = |hint: &str| {
        Some(Repair::new(
            start,
            "the front matter has no opening fence",
            hint,
        ))
    };
    match read.end {
        // Hexo reads this too, so it is no mistake.
        End::Fence { at, after } if read.keys * 2 >= read.lines => Some(Split {
            front: Some((Language::Yaml, start..at)),
            body: after..text.len(),
            repair: read.repair,
        }),
        End::Body(at) if read.known >= 2 => Some(Split {
            front: Some((Language::Yaml, start..at)),
            body: at..text.len(),
            repair: missing("nor a closing one; the keys at the file's beginning were read"),
        }),
        _ => None,
    }
}

/// What follows the opening fence, as far as it can be keys.
struct Keys {
    /// Lines with a key at the margin.
    keys: usize,
    /// Those of them whose meaning is known.
    known: usize,
    /// Lines that are not blank.
    lines: usize,
    end: End,
    repair: Option<Repair>,
}

enum End {
    /// A closing fence, and where the text after it begins.
    Fence { at: usize, after: usize },
    /// No fence; the body begins here.
    Body(usize),
}

/// So many lines that cannot be keys are still taken for the pieces of a broken value, if the
/// fence follows them.
const BROKEN_LINES: usize = 8;

impl Keys {
    fn read(text: &str, block: usize) -> Self {
        let mut keys = Self {
            keys: 0,
            known: 0,
            lines: 0,
            end: End::Body(text.len()),
            repair: None,
        };
        // Where the first line stands that cannot belong to the keys, and how many there are.
        let mut strange: Option<usize> = None;
        let mut strange_lines = 0;
        let mut after_blank = false;
        for (offset, line) in Lines::new(&text[block..]) {
            let at = block + offset;
            if is_yaml_end(line) {
                keys.end = End::Fence {
                    at,
                    after: at + next_line(&text[at..], line.len()),
                };
                return keys;
            }
            if let Some(after) = glued_fence(line) {
                keys.end = End::Fence {
                    at,
                    after: at + after,
                };
                keys.repair = Some(Repair::new(
                    at,
                    "the closing fence and the body share a line",
                    "the line was divided",
                ));
                return keys;
            }
            let trimmed = line.trim();
            if trimmed.is_empty() {
                after_blank = true;
                continue;
            }
            keys.lines += 1;
            let is_margin = !line.starts_with([' ', '\t']);
            if let Some(signs) = key_signs(trimmed) {
                let known = signs.known;
                if strange.is_some() && known && is_margin && strange_lines <= BROKEN_LINES {
                    strange = None;
                }
                keys.keys += usize::from(is_margin || keys.keys == 0);
                keys.known += usize::from(known && is_margin);
            } else if is_margin && !is_continuation(trimmed) {
                strange_lines += 1;
                // Markup, or text after a blank line, is a body; nothing behind it is a key.
                if trimmed.starts_with('<') || after_blank || strange_lines > BROKEN_LINES {
                    keys.end = End::Body(strange.unwrap_or(at));
                    return keys;
                }
                strange.get_or_insert(at);
            }
            after_blank = false;
        }
        keys.end = End::Body(strange.unwrap_or(text.len()));
        keys
    }
}

/// A line at the margin that can stand within front matter without being a key.
fn is_continuation(line: &str) -> bool {
    line.starts_with(['-', '#', '?', ']', '}', '\'', '"']) && !line.starts_with("##")
        || line.starts_with(": ")
}

/// `---<div>`: the fence, with the body on the same line.
fn glued_fence(line: &str) -> Option<usize> {
    let rest = line.trim_start_matches('-');
    let dashes = line.len() - rest.len();
    (dashes >= 3 && rest.trim_start().starts_with('<')).then_some(dashes)
}

/// Where the next line begins, in a text whose first line is `length` bytes long.
fn next_line(text: &str, length: usize) -> usize {
    match &text.as_bytes()[length..] {
        [b'\r', b'\n', ..] => length + 2,
        [_, ..] => length + 1,
        [] => length,
    }
}
