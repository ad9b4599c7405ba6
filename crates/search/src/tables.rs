//! Tables for the terms of one post after the other: emptying one takes no time, and walking through it as long as what it holds, not
//! as what the largest post once left in it.
//!
//! What a table has found is a list. Its slots hold places in that list counted on from one post to the next, so that
//! those of posts before are known by being too low.

use crate::bytes::mix;

/// A list in which things are found by hash.
///
/// Only so many slots are in use as the post needs: a small post's slots stay in the processor's cache, however many the
/// largest one took.
#[derive(Debug)]
struct Table<T> {
    /// Open addressing: places, each at its hash or behind. They are counted from `base`; what is no place in the list is of a
    /// post before.
    slots: Vec<u32>,
    /// The number of slots in use, a power of two more than twice as large as what they hold; none at first.
    size: usize,
    /// The place in its slot of what comes first in the list.
    base: u32,
    /// Every thing after its hash.
    all: Vec<(u32, T)>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            size: 0,
            base: 1,
            all: Vec::new(),
        }
    }
}

impl<T> Table<T> {
    const FEWEST: usize = 256;

    /// Forgets everything; so many things are expected next.
    fn clear(&mut self, expected: usize) {
        self.leave_slots();
        self.all.clear();
        self.use_slots(expected * 2);
    }

    fn use_slots(&mut self, least: usize) {
        self.size = least.next_power_of_two().max(Self::FEWEST);
        if self.slots.len() < self.size {
            self.slots.resize(self.size, 0);
        }
    }

    /// Makes all slots empty.
    fn leave_slots(&mut self) {
        match self.base.checked_add(self.all.len() as u32) {
            // As much again is left for what the list may hold next.
            Some(base) if base < u32::MAX / 2 => self.base = base,
            _ => {
                self.slots.fill(0);
                self.base = 1;
            }
        }
    }

    /// The place of what has this hash and is meant; where there is none yet, a new one is put at the end of the list.
    fn find(&mut self, hash: u32, is_meant: impl Fn(&T) -> bool, new: impl FnOnce() -> T) -> usize {
        if self.all.len() * 2 >= self.size {
            self.grow();
        }
        let slots = &mut self.slots[..self.size];
        let mut at = hash as usize & (slots.len() - 1);
        loop {
            let place = slots[at].wrapping_sub(self.base) as usize;
            let Some((other, known)) = self.all.get(place) else {
                let place = self.all.len();
                slots[at] = self.base + place as u32;
                self.all.push((hash, new()));
                return place;
            };
            if *other == hash && is_meant(known) {
                return place;
            }
            at = (at + 1) & (slots.len() - 1);
        }
    }

    /// Doubles the slots in use.
    #[cold]
    fn grow(&mut self) {
        self.leave_slots();
        self.use_slots(self.size * 2);
        let slots = &mut self.slots[..self.size];
        for (place, (hash, _)) in (self.base..).zip(&self.all) {
            let mut at = *hash as usize & (slots.len() - 1);
            while slots[at] >= self.base {
                at = (at + 1) & (slots.len() - 1);
            }
            slots[at] = place;
        }
    }
}

/// Numbers that are mixed well, each with a mask.
#[derive(Debug, Default)]
pub(crate) struct Numbers(Table<u64>);

impl Numbers {
    /// Forgets everything; so many numbers are expected next.
    pub(crate) fn clear(&mut self, expected: usize) {
        self.0.clear(expected);
    }

    /// Adds the bits of a mask to those of a number.
    pub(crate) fn add(&mut self, number: u32, mask: u64) {
        let place = self.0.find(number, |_| true, || 0);
        self.0.all[place].1 |= mask;
    }

    /// The numbers, each once, with their masks.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, u64)> + '_ {
        self.0.all.iter().copied()
    }
}

/// Numbers of 16 bits, each with a mask. There is a slot for each of them.
#[derive(Debug)]
pub(crate) struct SmallNumbers {
    /// By number: its place in the list, counted from `base`.
    slots: Vec<u32>,
    base: u32,
    all: Vec<(u16, u64)>,
}

impl Default for SmallNumbers {
    fn default() -> Self {
        Self {
            slots: vec![0; 1 << 16],
            base: 1,
            all: Vec::new(),
        }
    }
}

impl SmallNumbers {
    pub(crate) fn clear(&mut self) {
        // The list never holds more than there are slots.
        match self.base.checked_add(self.all.len() as u32) {
            Some(base) if base < u32::MAX / 2 => self.base = base,
            _ => {
                self.slots.fill(0);
                self.base = 1;
            }
        }
        self.all.clear();
    }

    /// Adds the bits of a mask to those of a number.
    pub(crate) fn add(&mut self, number: u16, mask: u64) {
        let slot = &mut self.slots[usize::from(number)];
        let place = slot.wrapping_sub(self.base) as usize;
        match self.all.get_mut(place) {
            Some((_, known)) => *known |= mask,
            None => {
                *slot = self.base + self.all.len() as u32;
                self.all.push((number, mask));
            }
        }
    }

    /// The numbers, each once, with their masks.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u16, u64)> + '_ {
        self.all.iter().copied()
    }
}

/// Words, each with a mask.
#[derive(Debug, Default)]
pub(crate) struct Words {
    table: Table<Word>,
    /// One behind the other.
    text: String,
}

#[derive(Debug)]
struct Word {
    start: u32,
    end: u32,
    mask: u64,
}

impl Word {
    fn of<'a>(&self, text: &'a str) -> &'a str {
        &text[self.start as usize..self.end as usize]
    }
}

impl Words {
    pub(crate) fn clear(&mut self) {
        self.table.clear(0);
        self.text.clear();
    }

    /// Adds the bits of a mask to those of a word, whose [hash](crate::bytes::hash_units) is given. Gives its number: words are
    /// numbered in the order in which they come.
    pub(crate) fn add(&mut self, word: &str, hash: u32, mask: u64) -> usize {
        let count = self.table.all.len();
        let (start, end) = (self.text.len(), self.text.len() + word.len());
        let new = || Word {
            start: start as u32,
            end: end as u32,
            mask: 0,
        };
        let is_meant = |known: &Word| known.of(&self.text) == word;
        let place = self.table.find(mix(hash), is_meant, new);
        if place == count {
            self.text.push_str(word);
        }
        self.table.all[place].1.mask |= mask;
        place
    }

    /// The word with this number.
    pub(crate) fn get(&self, number: usize) -> &str {
        self.table.all[number].1.of(&self.text)
    }

    /// The words, each once, with their masks.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, u64)> + '_ {
        let word = |(_, word): &(u32, Word)| (word.of(&self.text), word.mask);
        self.table.all.iter().map(word)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn tables_are_maps(posts in prop::collection::vec(prop::collection::vec((0..3000_u32, 0..8_u32), 0..3000), 1..4)) {
            let (mut numbers, mut small, mut words) = (Numbers::default(), SmallNumbers::default(), Words::default());
            for post in posts {
                numbers.clear(post.len() / 7);
                small.clear();
                words.clear();
                let mut expected = BTreeMap::new();
                for (number, bit) in post {
                    numbers.add(number, 1_u64 << bit);
                    small.add(number as u16, 1 << bit);
                    // Many words have one hash.
                    words.add(&number.to_string(), number % 64, 1 << bit);
                    *expected.entry(number).or_insert(0) |= 1 << bit;
                }
                prop_assert_eq!(numbers.iter().collect::<BTreeMap<_, _>>(), expected.clone());
                prop_assert_eq!(numbers.iter().count(), expected.len());
                prop_assert_eq!(small.iter().map(|(number, mask)| (u32::from(number), mask)).collect::<BTreeMap<_, _>>(), expected.clone());
                prop_assert_eq!(small.iter().count(), expected.len());
                let expected: BTreeMap<String, u64> = expected.into_iter().map(|(number, mask)| (number.to_string(), mask)).collect();
                prop_assert_eq!(words.iter().count(), expected.len());
                prop_assert_eq!(words.iter().map(|(word, mask)| (word.to_owned(), mask)).collect::<BTreeMap<_, _>>(), expected);
            }
        }
    }

    #[test]
    fn places_may_run_out() {
        let (mut numbers, mut small) = (Numbers::default(), SmallNumbers::default());
        for base in [u32::MAX / 2 - 2, u32::MAX / 2 - 1] {
            (numbers.0.base, small.base) = (base, base);
            for number in [1, 2] {
                numbers.clear(0);
                small.clear();
                numbers.add(number, 1);
                small.add(7, u64::from(number));
                assert_eq!(numbers.iter().collect::<Vec<_>>(), [(number, 1)]);
                assert_eq!(small.iter().collect::<Vec<_>>(), [(7, u64::from(number))]);
            }
        }
    }
}
