//! Tables for the terms of one post after the other: emptying one takes no time, and walking through it as long as what it holds, not
//! as what the largest post once left in it.
//!
//! What a table has found is a list. Its slots hold places in that list counted on from one post to the next, so that
//! those of posts before are known by being too low.

use crate::bytes::mix;

/// Finds places in a list by hash.
///
/// Only so many slots are in use as the post needs: a small post's slots stay in the processor's cache, however many the
/// largest one took.
#[derive(Debug)]
struct Places {
    /// Open addressing, each place at its hash or behind.
    slots: Vec<Slot>,
    /// The number of slots in use, a power of two more than twice as large as what they hold; or none.
    size: usize,
    /// The place in its slot of what comes first in the list.
    base: u32,
    /// By place.
    hashes: Vec<u32>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Slot {
    hash: u32,
    /// Counted from `base`: what is no place in the list is of a post before.
    place: u32,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            size: 0,
            base: 1,
            hashes: Vec::new(),
        }
    }
}

impl Places {
    const FEWEST: usize = 256;

    fn clear(&mut self) {
        self.leave_slots();
        self.size = 0;
        self.hashes.clear();
    }

    /// Makes all slots empty.
    fn leave_slots(&mut self) {
        match self.base.checked_add(self.hashes.len() as u32) {
            // As much again is left for what the list may hold next.
            Some(base) if base < u32::MAX / 2 => self.base = base,
            _ => {
                self.slots.fill(Slot::default());
                self.base = 1;
            }
        }
    }

    /// The place of what has this hash and is meant; the next free place where there is none yet.
    fn of(&mut self, hash: u32, is_meant: impl Fn(u32) -> bool) -> usize {
        if self.hashes.len() * 2 >= self.size {
            self.grow();
        }
        let slots = &mut self.slots[..self.size];
        let mut at = hash as usize & (slots.len() - 1);
        loop {
            let slot = &mut slots[at];
            let place = slot.place.wrapping_sub(self.base);
            if place as usize >= self.hashes.len() {
                let place = self.hashes.len();
                self.hashes.push(hash);
                *slot = Slot {
                    hash,
                    place: self.base + place as u32,
                };
                return place;
            }
            if slot.hash == hash && is_meant(place) {
                return place as usize;
            }
            at = (at + 1) & (slots.len() - 1);
        }
    }

    /// Doubles the slots in use, from none to a few.
    fn grow(&mut self) {
        self.leave_slots();
        self.size = (self.size * 2).max(Self::FEWEST);
        if self.slots.len() < self.size {
            self.slots.resize(self.size, Slot::default());
        }
        let slots = &mut self.slots[..self.size];
        for (place, hash) in (self.base..).zip(&self.hashes) {
            let mut at = *hash as usize & (slots.len() - 1);
            while slots[at].place >= self.base {
                at = (at + 1) & (slots.len() - 1);
            }
            slots[at] = Slot { hash: *hash, place };
        }
    }
}

/// Numbers that are mixed well, each with a mask.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    places: Places,
    masks: Vec<u64>,
}

impl Numbers {
    pub(crate) fn clear(&mut self) {
        self.places.clear();
        self.masks.clear();
    }

    /// Adds the bits of a mask to those of a number.
    pub(crate) fn add(&mut self, number: u32, mask: u64) {
        let place = self.places.of(number, |_| true);
        match self.masks.get_mut(place) {
            Some(known) => *known |= mask,
            None => self.masks.push(mask),
        }
    }

    /// The numbers, each once, with their masks.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, u64)> + '_ {
        let numbers = self.places.hashes.iter().copied();
        numbers.zip(self.masks.iter().copied())
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
    places: Places,
    /// One behind the other.
    text: String,
    /// Where each begins and ends, and its mask.
    all: Vec<(u32, u32, u64)>,
}

impl Words {
    pub(crate) fn clear(&mut self) {
        self.places.clear();
        self.text.clear();
        self.all.clear();
    }

    /// Adds the bits of a mask to those of a word, whose [hash](crate::bytes::hash_units) is given. Gives its number: words are
    /// numbered in the order in which they come.
    pub(crate) fn add(&mut self, word: &str, hash: u32, mask: u64) -> usize {
        let (text, all) = (&mut self.text, &mut self.all);
        let place = self.places.of(mix(hash), |place| {
            let (start, end, _) = all[place as usize];
            text[start as usize..end as usize] == *word
        });
        match all.get_mut(place) {
            Some((_, _, known)) => *known |= mask,
            None => {
                let start = text.len() as u32;
                text.push_str(word);
                all.push((start, text.len() as u32, mask));
            }
        }
        place
    }

    /// The word with this number.
    pub(crate) fn get(&self, number: usize) -> &str {
        let (start, end, _) = self.all[number];
        &self.text[start as usize..end as usize]
    }

    /// The words, each once, with their masks.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, u64)> + '_ {
        let word = |(start, end, mask): &(u32, u32, u64)| {
            (&self.text[*start as usize..*end as usize], *mask)
        };
        self.all.iter().map(word)
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
                numbers.clear();
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
            (numbers.places.base, small.base) = (base, base);
            for number in [1, 2] {
                numbers.clear();
                small.clear();
                numbers.add(number, 1);
                small.add(7, u64::from(number));
                assert_eq!(numbers.iter().collect::<Vec<_>>(), [(number, 1)]);
                assert_eq!(small.iter().collect::<Vec<_>>(), [(7, u64::from(number))]);
            }
        }
    }
}
