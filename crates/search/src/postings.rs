//! Which terms stand in which posts, as they come from posts and as shards want them.

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

impl Entry {
    /// An entry, and the mask that it needs beside it.
    pub(crate) fn new(term: u32, doc: Doc, mask: u64) -> (Self, Option<u64>) {
        // A title's terms are few: they take the long form.
        let (code, mask) = match mask {
            0 => (NONE, None),
            _ if mask & (mask - 1) == 0 && mask != IN_TITLE => (mask.trailing_zeros() as u8, None),
            _ => (SEVERAL, Some(mask)),
        };
        let entry = u64::from(term) << TERM_SHIFT | u64::from(doc) << DOC_SHIFT | u64::from(code);
        (Self(entry), mask)
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

/// The entries of a table.
#[derive(Debug, Default)]
pub(crate) struct Postings {
    entries: Vec<Entry>,
    /// The masks of those that have several neighbours.
    masks: Vec<(Entry, u64)>,
}

impl Postings {
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

    /// Puts everything in order. A post that was taken twice counts once.
    pub(crate) fn sort(&mut self) {
        sort(&mut self.entries, |entry| entry.0);
        sort(&mut self.masks, |(entry, _)| entry.0);
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

/// As many entries are put together, on average, before they are compared.
const TOGETHER: usize = 4;

/// Puts a list in order of entries. Terms are spread evenly over their range, so an entry's term says nearly where it belongs.
fn sort<T: Copy>(list: &mut Vec<T>, entry: impl Fn(&T) -> u64) {
    let term = |one: &T| entry(one) >> TERM_SHIFT;
    let (mut least, mut most) = (u64::MAX, 0);
    for one in &*list {
        least = least.min(term(one));
        most = most.max(term(one));
    }
    if least >= most {
        list.sort_unstable_by_key(entry);
        return;
    }
    let groups = list.len().div_ceil(TOGETHER);
    // How many groups a term is wide, as a fraction of 32 bits.
    let scale = ((groups as u64) << 32) / (most - least + 1);
    let group = |one: &T| (((term(one) - least) * scale) >> 32) as usize;
    // Where each group begins, and once it is filled, where it ends.
    let mut places = vec![0_u32; groups];
    for one in &*list {
        places[group(one)] += 1;
    }
    let mut before = 0;
    for place in &mut places {
        before += std::mem::replace(place, before);
    }
    let mut sorted = list.clone();
    for one in &*list {
        let place = &mut places[group(one)];
        sorted[*place as usize] = *one;
        *place += 1;
    }
    let (mut rest, mut start) = (sorted.as_mut_slice(), 0);
    for end in places {
        let (group, after) = rest.split_at_mut((end - start) as usize);
        if group.len() > 1 {
            group.sort_unstable_by_key(&entry);
        }
        (rest, start) = (after, end);
    }
    *list = sorted;
}
