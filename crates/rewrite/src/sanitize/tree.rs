//! Tree construction where it only appends: what is open, and what a tag closes and opens.
//!
//! The rules are those of the HTML standard, section "tree construction", for a fragment in a `div`, as html5ever has them,
//! less what the working vocabulary cannot say (forms, templates, foreign content, frame sets). Since nothing but the innermost open
//! element ever gets a child, what is built can be written at once. Whatever would move or remove a node that was written is [`Uncertain`].

use super::Uncertain;
use super::formatting::{Entry, Formatting};
use super::sets::{IMPLIED_END, TagSet};
use crate::tag::Tag;

/// More elements than that are open in no markup of the intake.
const MAX_OPEN: usize = 400;

/// An open element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    pub(super) tag: Tag,
    /// Tells it from others that stood at its place.
    pub(super) id: u32,
}

/// The insertion mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Body,
    Table,
    TableBody,
    Row,
    Cell,
    Caption,
}

/// What a start tag becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// An element that stays open, or a void one.
    Element,
    /// An element that is kept in mind, to be opened again.
    Formatting,
    /// Nothing.
    Ignored,
}

/// The tree so far, as markup.
pub(super) struct Tree {
    pub(super) out: Vec<u8>,
    pub(super) open: Vec<Open>,
    pub(super) formatting: Formatting,
    pub(super) mode: Mode,
    next_id: u32,
}

impl Tree {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            out: Vec::with_capacity(capacity),
            open: Vec::with_capacity(64),
            formatting: Formatting::default(),
            mode: Mode::Body,
            next_id: 0,
        }
    }

    /// The markup, with everything closed.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.pop_to(0);
        self.out
    }

    /// Opens the element that was written from `start` on.
    pub(super) fn insert(
        &mut self,
        tag: Tag,
        place: Place,
        start: usize,
        all_kept: bool,
    ) -> Result<(), Uncertain> {
        match place {
            Place::Ignored => self.out.truncate(start),
            Place::Element if tag.is_void() || tag == Tag::Iframe => {}
            Place::Element => {
                self.push(tag)?;
            }
            Place::Formatting => {
                let markup = start..self.out.len();
                // Elements are alike if their attributes are, those too that are not written.
                if !all_kept && tag != Tag::A {
                    return Err(Uncertain);
                }
                self.formatting.forget_fourth_alike(tag, &markup, &self.out);
                let id = self.push(tag)?;
                let at = self.open.len() - 1;
                self.formatting.push(Entry {
                    tag,
                    id,
                    at,
                    markup,
                });
            }
        }
        Ok(())
    }

    /// Opens formatting again that an earlier block left open ("reconstruct the active formatting elements").
    pub(super) fn reopen_formatting(&mut self) -> Result<(), Uncertain> {
        for index in self.formatting.first_to_reopen(&self.open)..self.formatting.len() {
            let (id, at) = (self.next_id + 1, self.open.len());
            if let Some((tag, markup)) = self.formatting.renew(index, id, at) {
                self.out.extend_from_within(markup);
                self.push(tag)?;
            }
        }
        Ok(())
    }

    /// "Generate implied end tags", except for that element.
    pub(super) fn close_implied(&mut self, except: Option<Tag>) {
        while self
            .open
            .last()
            .is_some_and(|open| IMPLIED_END.has(open.tag) && Some(open.tag) != except)
        {
            self.pop();
        }
    }

    /// Opens an element that nobody wrote.
    pub(super) fn open_implied(&mut self, tag: Tag) -> Result<(), Uncertain> {
        self.out.push(b'<');
        self.out.extend_from_slice(tag.name().as_bytes());
        self.out.push(b'>');
        self.push(tag)?;
        Ok(())
    }

    fn push(&mut self, tag: Tag) -> Result<u32, Uncertain> {
        if self.open.len() >= MAX_OPEN {
            return Err(Uncertain);
        }
        self.next_id += 1;
        self.open.push(Open {
            tag,
            id: self.next_id,
        });
        Ok(self.next_id)
    }

    pub(super) fn pop(&mut self) -> Option<Open> {
        let open = self.open.pop()?;
        self.out.extend_from_slice(open.tag.end_tag().as_bytes());
        Some(open)
    }

    pub(super) fn pop_to(&mut self, length: usize) {
        while self.open.len() > length {
            self.pop();
        }
    }

    /// Closes everything up to and with that element.
    pub(super) fn pop_until(&mut self, tag: Tag) {
        while self.pop().is_some_and(|open| open.tag != tag) {}
    }

    /// Closes everything up to one of those elements.
    pub(super) fn pop_until_current(&mut self, set: &TagSet) {
        while self.open.last().is_some_and(|open| !set.has(open.tag)) {
            self.pop();
        }
    }

    pub(super) fn is_open(&self, entry: &Entry) -> bool {
        self.open
            .get(entry.at)
            .is_some_and(|open| open.id == entry.id)
    }

    pub(super) fn in_scope(&self, tag: Tag, scope: &TagSet) -> bool {
        self.open
            .iter()
            .rev()
            .map(|open| open.tag)
            .find(|open| *open == tag || scope.has(*open))
            == Some(tag)
    }

    pub(super) fn in_scope_any(&self, tags: &TagSet, scope: &TagSet) -> bool {
        self.open
            .iter()
            .rev()
            .map(|open| open.tag)
            .find(|open| tags.has(*open) || scope.has(*open))
            .is_some_and(|open| tags.has(open))
    }
}
