//! The list of active formatting elements (HTML, section of that name).

use std::ops::Range;

use super::tree::Open;
use crate::tag::Tag;

/// A formatting element that was opened and not closed by its own end tag.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) tag: Tag,
    pub(super) id: u32,
    /// Its place among the open elements, while it is one.
    pub(super) at: usize,
    /// Where its start tag was written.
    pub(super) markup: Range<usize>,
}

/// The list; a marker, which cells and captions put there, is none.
#[derive(Debug, Default)]
pub(super) struct Formatting(Vec<Option<Entry>>);

/// Elements that are alike; of more the first is forgotten ("Noah's Ark clause").
const MAX_ALIKE: usize = 3;

impl Formatting {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn push(&mut self, entry: Entry) {
        self.0.push(Some(entry));
    }

    pub(super) fn push_marker(&mut self) {
        self.0.push(None);
    }

    pub(super) fn clear_to_marker(&mut self) {
        while matches!(self.0.pop(), Some(Some(_))) {}
    }

    /// The last of that name after the last marker.
    pub(super) fn find(&self, tag: Tag) -> Option<Entry> {
        self.since_marker().find(|entry| entry.tag == tag).cloned()
    }

    pub(super) fn holds(&self, id: u32) -> bool {
        self.0.iter().flatten().any(|entry| entry.id == id)
    }

    pub(super) fn forget(&mut self, id: u32) {
        let found = self
            .0
            .iter()
            .rposition(|entry| entry.as_ref().is_some_and(|entry| entry.id == id));
        if let Some(at) = found {
            self.0.remove(at);
        }
    }

    /// Forgets the first of three that are like the one that comes, whose markup was written.
    pub(super) fn forget_fourth_alike(&mut self, tag: Tag, markup: &Range<usize>, out: &[u8]) {
        let is_alike =
            |entry: &&Entry| entry.tag == tag && out[entry.markup.clone()] == out[markup.clone()];
        let alike = self.since_marker().filter(is_alike);
        let (mut count, mut first) = (0, None);
        for entry in alike {
            count += 1;
            first = Some(entry.id);
        }
        if let Some(first) = first.filter(|_| count >= MAX_ALIKE) {
            self.forget(first);
        }
    }

    /// Which entries have to be opened again: from that one on.
    pub(super) fn first_to_reopen(&self, open: &[Open]) -> usize {
        let is_closed = |entry: &Option<Entry>| {
            entry
                .as_ref()
                .is_some_and(|entry| open.get(entry.at).is_none_or(|open| open.id != entry.id))
        };
        let kept = self.0.iter().rposition(|entry| !is_closed(entry));
        kept.map_or(0, |at| at + 1)
    }

    /// Notes that an entry was opened again, and says what it is.
    pub(super) fn renew(
        &mut self,
        index: usize,
        id: u32,
        at: usize,
    ) -> Option<(Tag, Range<usize>)> {
        let entry = self.0.get_mut(index)?.as_mut()?;
        (entry.id, entry.at) = (id, at);
        Some((entry.tag, entry.markup.clone()))
    }

    fn since_marker(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter().rev().map_while(Option::as_ref)
    }
}
