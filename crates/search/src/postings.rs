//! Which terms stand in which posts, as they come from posts and as shards want them.

use crate::sorter::Sorter;
use crate::terms::{Doc, IN_TITLE, NEIGHBOURS};

/// How an entry says which neighbours its term has: the only one's number, or one of these.
pub(crate) const NONE: u8 = NEIGHBOURS as u8;
/// Several neighbours, or a title: a mask of their own names them.
pub(crate) const SEVERAL: u8 = NONE + 1;

/// The bits of an entry that name its neighbours.
const CODE: u64 = 0x3f;
/// Below the bits of a term are those of a post, below these a byte.
const TERM_SHIFT: u32 = 32;
const DOC_SHIFT: u32 = 8;

/// A term in a post: in order of their numbers entries are in order of term, then post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry(pub(crate) u64);

/// How an entry with this mask says which neighbours its term has.
pub(crate) fn code(mask: u64) -> u8 {
    // A title's terms are few: they take the long form.
    let is_short = (mask & mask.wrapping_sub(1) == 0) & (mask != IN_TITLE);
    let only = mask.trailing_zeros().min(u32::from(NONE)) as u8;
    if is_short { only } else { SEVERAL }
}

impl Entry {
    /// An entry of a term with this [`code`]; where that is [`SEVERAL`], a mask goes with it.
    pub(crate) fn new(term: u32, doc: Doc, code: u8) -> Self {
        let term = u64::from(term) << TERM_SHIFT;
        Self(term | u64::from(doc) << DOC_SHIFT | u64::from(code))
    }

    /// The number of its term.
    pub(crate) fn term(self) -> u32 {
        (self.0 >> TERM_SHIFT) as u32
    }

    /// The same of another term.
    pub(crate) fn with_term(self, term: u32) -> Self {
        Self(u64::from(term) << TERM_SHIFT | self.0 & ((1 << TERM_SHIFT) - 1))
    }

    /// Its post.
    pub(crate) fn doc(self) -> Doc {
        (self.0 as u32) >> DOC_SHIFT
    }

    /// The only neighbour, [`NONE`] or [`SEVERAL`].
    pub(crate) fn code(self) -> u8 {
        (self.0 & CODE) as u8
    }
}

/// The entries of a table, in memory that serves one after the other.
#[derive(Debug, Default)]
pub(crate) struct Postings {
    entries: Vec<Entry>,
    /// The masks of those that have several neighbours.
    masks: Vec<(Entry, u64)>,
    entry_sorter: Sorter<Entry>,
    mask_sorter: Sorter<(Entry, u64)>,
}

impl Postings {
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.masks.clear();
    }

    /// Adds an entry; posts come in their order.
    pub(crate) fn push(&mut self, entry: Entry, mask: Option<u64>) {
        self.entries.push(entry);
        if let Some(mask) = mask {
            self.masks.push((entry, mask));
        }
    }

    /// Gives every term another number.
    pub(crate) fn rename(&mut self, name: impl Fn(u32) -> u32) {
        let entries = self.entries.iter_mut();
        for entry in entries.chain(self.masks.iter_mut().map(|(entry, _)| entry)) {
            *entry = entry.with_term(name(entry.term()));
        }
    }

    /// Puts everything in order of terms, and within a term of posts. A post that was taken twice counts once.
    pub(crate) fn sort(&mut self) {
        self.entry_sorter
            .sort(&mut self.entries, |entry| entry.term());
        self.mask_sorter
            .sort(&mut self.masks, |(entry, _)| entry.term());
        self.entries.dedup_by_key(|entry| entry.0 >> DOC_SHIFT);
    }

    /// Once everything is in order: the part for which `shard` gives this number. Terms of a shard follow one another.
    pub(crate) fn within(&self, number: u32, shard: impl Fn(u32) -> u32) -> Sorted<'_> {
        fn part<T>(list: &[T], number: u32, shard: impl Fn(&T) -> u32) -> &[T] {
            let start = list.partition_point(|one| shard(one) < number);
            let end = list.partition_point(|one| shard(one) <= number);
            &list[start..end]
        }
        Sorted {
            entries: part(&self.entries, number, |entry| shard(entry.term())),
            masks: part(&self.masks, number, |(entry, _)| shard(entry.term())),
        }
    }
}

/// Entries in order, with the masks of those that need one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sorted<'a> {
    pub(crate) entries: &'a [Entry],
    pub(crate) masks: &'a [(Entry, u64)],
}

impl<'a> Sorted<'a> {
    /// The mask of an entry that needs one. Entries have to be asked for in their order.
    pub(crate) fn mask(&mut self, entry: Entry) -> u64 {
        let before = self.masks.iter().take_while(|(other, _)| *other < entry);
        let before = before.count();
        self.masks = &self.masks[before..];
        self.masks.first().map_or(0, |(_, mask)| *mask)
    }

    /// Takes those of the first term away.
    pub(crate) fn next_term(&mut self) -> Option<(u32, Self)> {
        fn take<'a, T>(list: &mut &'a [T], is_meant: impl Fn(&T) -> bool) -> &'a [T] {
            let count = list.iter().position(|one| !is_meant(one));
            let (taken, rest) = list.split_at(count.unwrap_or(list.len()));
            *list = rest;
            taken
        }
        let term = self.entries.first()?.term();
        let posts = Self {
            entries: take(&mut self.entries, |entry| entry.term() == term),
            masks: take(&mut self.masks, |(entry, _)| entry.term() == term),
        };
        Some((term, posts))
    }
}
