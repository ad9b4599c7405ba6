//! Levels and ids of headings.
//!
//! The page's own heading is the first; the body's begin at the second level, whatever they were, and keep
//! their order: the levels that occur are numbered without gaps.

use std::collections::{HashMap, HashSet};

use super::blocks::{Block, Inline, Line};
use crate::Heading;
use crate::escape::decode;

/// The longest id made of a heading's text, in characters.
const MAX_ID: usize = 48;

/// Calls a function with every block, containers before what is in them.
pub(super) fn each<'a>(blocks: &mut [Block<'a>], visit: &mut dyn FnMut(&mut Block<'a>)) {
    for block in blocks {
        visit(block);
        match block {
            Block::Quote { blocks, .. } | Block::Details { blocks, .. } => each(blocks, visit),
            Block::Figure { content, .. } => each(content, visit),
            Block::List(list) => list
                .items
                .iter_mut()
                .for_each(|item| each(&mut item.blocks, visit)),
            Block::Definitions(groups) => {
                groups
                    .iter_mut()
                    .flat_map(|group| &mut group.meanings)
                    .for_each(|blocks| each(blocks, visit));
            }
            Block::Table(table) => {
                table
                    .head
                    .iter_mut()
                    .chain(&mut table.body)
                    .flatten()
                    .for_each(|cell| {
                        each(&mut cell.blocks, visit);
                    });
            }
            _ => {}
        }
    }
}

/// Numbers the levels anew. Says whether there is any heading.
pub(super) fn level(blocks: &mut [Block<'_>]) -> bool {
    let mut used = [false; 7];
    each(blocks, &mut |block| {
        if let Block::Heading { level, .. } = block {
            used[usize::from(*level)] = true;
        }
    });
    if !used.contains(&true) {
        return false;
    }
    let mut anew = [2_u8; 7];
    let mut next = 2;
    for (level, is_used) in used.into_iter().enumerate() {
        if is_used {
            anew[level] = next;
            next = (next + 1).min(6);
        }
    }
    // A heading may be one level below the one before it, and no more.
    let mut before = 1;
    each(blocks, &mut |block| {
        if let Block::Heading { level, .. } = block {
            before = anew[usize::from(*level)].min(before + 1);
            *level = before;
        }
    });
    true
}

/// The plain text of a line.
pub(super) fn plain_text(tokens: &[Inline<'_>], line: Line) -> String {
    let mut text = String::new();
    for token in &tokens[line.range()] {
        match token {
            Inline::Text(part) => text.push_str(&decode(part)),
            Inline::Break => text.push(' '),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The ids given so far in a body.
#[derive(Default)]
pub(super) struct Ids {
    taken: HashSet<String>,
    /// Those of headings, which have one whether something leads to it or not.
    headings: HashSet<String>,
    /// For texts that occurred before, the number to try next.
    repeated: HashMap<String, u32>,
}

impl Ids {
    /// Takes an id, or says that it is taken.
    pub(super) fn take(&mut self, bare: &str) -> bool {
        self.taken.insert(bare.to_owned())
    }

    /// Whether an id was given.
    pub(super) fn has(&self, bare: &str) -> bool {
        self.taken.contains(bare)
    }

    /// The ids without those that nothing leads to; none if that makes no difference.
    pub(super) fn retain_linked(&self, linked: &HashSet<String>) -> Option<Self> {
        let is_of_use = |id: &&String| linked.contains(*id) || self.headings.contains(*id);
        if self.taken.iter().all(|id| is_of_use(&id)) {
            return None;
        }
        let taken = self.taken.iter().filter(is_of_use).cloned().collect();
        Some(Self {
            taken,
            headings: self.headings.clone(),
            repeated: HashMap::new(),
        })
    }

    /// An id made of a heading's text, free so far.
    fn derive(&mut self, text: &str) -> String {
        let slug = slug(text);
        if self.take(&slug) {
            return slug;
        }
        let mut n = self.repeated.get(&slug).copied().unwrap_or(2);
        loop {
            let id = format!("{slug}-{n}");
            n += 1;
            if self.take(&id) {
                self.repeated.insert(slug, n);
                return id;
            }
        }
    }
}

/// Gives every heading its id and lists them.
pub(super) fn identify(
    blocks: &mut [Block<'_>],
    tokens: &[Inline<'_>],
    ids: &mut Ids,
) -> Vec<Heading> {
    let mut headings = Vec::new();
    each(blocks, &mut |block| {
        if let Block::Heading {
            level, line, id, ..
        } = block
        {
            let text = plain_text(tokens, *line);
            let bare = match id {
                Some(id) => decode(id).into_owned(),
                None => ids.derive(&text),
            };
            ids.headings.insert(bare.clone());
            headings.push(Heading {
                level: *level,
                id: format!("p-{bare}"),
                text,
            });
        }
    });
    headings
}

/// Letters and digits of a text, in lower case, the rest as single hyphens.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    let mut length = 0;
    for c in text.chars() {
        if length >= MAX_ID {
            break;
        }
        if c.is_alphanumeric() {
            slug.extend(c.to_lowercase());
            length += 1;
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
            length += 1;
        }
    }
    let slug = slug.trim_end_matches('-');
    // Ids that begin with the prefix would lose it when read again.
    let slug = slug.trim_start_matches("p-");
    if slug.is_empty() {
        "section".to_owned()
    } else {
        slug.to_owned()
    }
}
