//! Tree construction "in body".

use super::Uncertain;
use super::sets::{DEFAULT_SCOPE, HEADINGS, INNER_TABLE_PARTS, LIST_SCOPE, SECTIONS, SPECIAL};
use super::tree::{Mode, Place, Tree};
use crate::tag::Tag;

impl Tree {
    /// The rules for start tags "in body".
    pub(super) fn in_body(&mut self, tag: Tag) -> Result<Place, Uncertain> {
        if SECTIONS.has(tag) || tag == Tag::P {
            self.close_paragraph();
            return Ok(Place::Element);
        }
        match tag {
            Tag::Hr | Tag::Pre => self.close_paragraph(),
            Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6 => {
                self.close_paragraph();
                if self.open.last().is_some_and(|open| HEADINGS.has(open.tag)) {
                    self.pop();
                }
            }
            Tag::Li => self.close_item(&[Tag::Li]),
            Tag::Dd | Tag::Dt => self.close_item(&[Tag::Dd, Tag::Dt]),
            Tag::Table => {
                self.close_paragraph();
                self.mode = Mode::Table;
            }
            Tag::Rp | Tag::Rt => {
                if self.in_scope(Tag::Ruby, &DEFAULT_SCOPE) {
                    self.close_implied(None);
                }
            }
            Tag::Iframe | Tag::Source => {}
            Tag::A => {
                self.close_link()?;
                self.reopen_formatting()?;
                return Ok(Place::Formatting);
            }
            _ if tag.is_formatting() => {
                self.reopen_formatting()?;
                return Ok(Place::Formatting);
            }
            _ if INNER_TABLE_PARTS.has(tag) => return Ok(Place::Ignored),
            _ => self.reopen_formatting()?,
        }
        Ok(Place::Element)
    }

    /// What the start of an item of a list closes.
    fn close_item(&mut self, items: &[Tag]) {
        let stops = |tag: Tag| SPECIAL.has(tag) && !matches!(tag, Tag::Div | Tag::P);
        let found = self
            .open
            .iter()
            .rev()
            .map(|open| open.tag)
            .find(|tag| items.contains(tag) || stops(*tag));
        if let Some(item) = found.filter(|tag| items.contains(tag)) {
            self.close_implied(Some(item));
            self.pop_until(item);
        }
        self.close_paragraph();
    }

    /// A link ends the one it stands in.
    fn close_link(&mut self) -> Result<(), Uncertain> {
        let Some(link) = self.formatting.find(Tag::A) else {
            return Ok(());
        };
        self.end_formatting(Tag::A)?;
        self.formatting.forget(link.id);
        if self.is_open(&link) {
            return Err(Uncertain);
        }
        Ok(())
    }

    /// The rules for end tags "in body".
    pub(super) fn end_in_body(&mut self, tag: Tag) -> Result<(), Uncertain> {
        match tag {
            Tag::P => {
                if !self.in_scope(Tag::P, &DEFAULT_SCOPE) {
                    self.open_implied(Tag::P)?;
                }
                self.close_implied(Some(Tag::P));
                self.pop_until(Tag::P);
            }
            Tag::Li | Tag::Dd | Tag::Dt => {
                let scope = if tag == Tag::Li {
                    &LIST_SCOPE
                } else {
                    &DEFAULT_SCOPE
                };
                if self.in_scope(tag, scope) {
                    self.close_implied(Some(tag));
                    self.pop_until(tag);
                }
            }
            _ if HEADINGS.has(tag) => {
                if self.in_scope_any(&HEADINGS, &DEFAULT_SCOPE) {
                    self.close_implied(None);
                    while self.pop().is_some_and(|open| !HEADINGS.has(open.tag)) {}
                }
            }
            _ if SECTIONS.has(tag) || tag == Tag::Pre => {
                if self.in_scope(tag, &DEFAULT_SCOPE) {
                    self.close_implied(None);
                    self.pop_until(tag);
                }
            }
            _ if tag.is_formatting() => self.end_formatting(tag)?,
            _ => self.end_other(tag),
        }
        Ok(())
    }

    /// The end tag of formatting ("adoption agency algorithm"), as far as it moves nothing.
    fn end_formatting(&mut self, tag: Tag) -> Result<(), Uncertain> {
        if let Some(last) = self.open.last()
            && last.tag == tag
            && !self.formatting.holds(last.id)
        {
            self.pop();
            return Ok(());
        }
        let Some(entry) = self.formatting.find(tag) else {
            self.end_other(tag);
            return Ok(());
        };
        if !self.is_open(&entry) {
            self.formatting.forget(entry.id);
            return Ok(());
        }
        let inner = &self.open[entry.at + 1..];
        if inner.iter().any(|open| DEFAULT_SCOPE.has(open.tag)) {
            return Ok(());
        }
        if inner.iter().any(|open| SPECIAL.has(open.tag)) {
            return Err(Uncertain);
        }
        self.pop_to(entry.at);
        self.formatting.forget(entry.id);
        Ok(())
    }

    /// "Any other end tag."
    fn end_other(&mut self, tag: Tag) {
        let found = self
            .open
            .iter()
            .rposition(|open| open.tag == tag || SPECIAL.has(open.tag));
        if let Some(at) = found.filter(|at| self.open[*at].tag == tag) {
            self.pop_to(at);
        }
    }

    fn close_paragraph(&mut self) {
        if self.in_scope(Tag::P, &DEFAULT_SCOPE) {
            self.close_implied(Some(Tag::P));
            self.pop_until(Tag::P);
        }
    }
}
