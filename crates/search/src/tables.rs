//! Tables for the terms of one post after the other: emptying one and walking through it take as long as what it holds, not
//! as what the largest post once left in it.

use crate::bytes::mix;

/// Finds places in a list by hash.
///
/// Only so many slots are in use as the post needs: a small post's slots stay in the processor's cache, however many the
/// largest one took.
#[derive(Debug, Default)]
struct Places {
    /// Open addressing, each place at its hash or behind.
    slots: Vec<Slot>,
    /// The number of slots in use, a power of two more than twice as large as what they hold; or none.
    size: usize,
    /// Slots of another generation are empty.
    generation: u32,
    /// By place.
    hashes: Vec<u32>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Slot {
    generation: u32,
    hash: u32,
    place: u32,
}

impl Places {
    const FEWEST: usize = 256;

    fn clear(&mut self) {
        self.size = 0;
        self.hashes.clear();
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
            if slot.generation != self.generation {
                let place = self.hashes.len();
                self.hashes.push(hash);
                *slot = Slot {
                    generation: self.generation,
                    hash,
                    place: place as u32,
                };
                return place;
            }
            if slot.hash == hash && is_meant(slot.place) {
                return slot.place as usize;
            }
            at = (at + 1) & (slots.len() - 1);
        }
    }

    /// Doubles the slots in use, from none to a few, and begins a generation in them.
    fn grow(&mut self) {
        self.size = (self.size * 2).max(Self::FEWEST);
        if self.slots.len() < self.size {
            self.slots.resize(self.size, Slot::default());
        }
        self.generation = self.generation.wrapping_add(1);
        if self.generation == 0 {
            self.slots.fill(Slot::default());
            self.generation = 1;
        }
        for (place, hash) in (0..).zip(&self.hashes) {
            let mut at = *hash as usize & (self.size - 1);
            while self.slots[at].generation == self.generation {
                at = (at + 1) & (self.size - 1);
            }
            self.slots[at] = Slot {
                generation: self.generation,
                hash: *hash,
                place,
            };
        }
    }
}

/// Numbers that are mixed well, each with a mask.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    places: Places,
    all: Vec<(u32, u64)>,
}

impl Numbers {
    pub(crate) fn clear(&mut self) {
        self.places.clear();
        self.all.clear();
    }

    /// Adds the bits of a mask to those of a number.
    pub(crate) fn add(&mut self, number: u32, mask: u64) {
        let place = self.places.of(number, |_| true);
        match self.all.get_mut(place) {
            Some((_, known)) => *known |= mask,
            None => self.all.push((number, mask)),
        }
    }

    /// The numbers, each once, with their masks.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, u64)> + '_ {
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
            let (mut numbers, mut words) = (Numbers::default(), Words::default());
            for post in posts {
                numbers.clear();
                words.clear();
                let mut expected = BTreeMap::new();
                for (number, bit) in post {
                    numbers.add(number, 1_u64 << bit);
                    // Many words have one hash.
                    words.add(&number.to_string(), number % 64, 1 << bit);
                    *expected.entry(number).or_insert(0) |= 1 << bit;
                }
                prop_assert_eq!(numbers.iter().collect::<BTreeMap<_, _>>(), expected.clone());
                prop_assert_eq!(numbers.iter().count(), expected.len());
                let expected: BTreeMap<String, u64> = expected.into_iter().map(|(number, mask)| (number.to_string(), mask)).collect();
                prop_assert_eq!(words.iter().count(), expected.len());
                prop_assert_eq!(words.iter().map(|(word, mask)| (word.to_owned(), mask)).collect::<BTreeMap<_, _>>(), expected);
            }
        }
    }

    #[test]
    fn generations_may_run_out() {
        let mut numbers = Numbers::default();
        numbers.add(1, 1);
        numbers.places.generation = u32::MAX;
        numbers.clear();
        numbers.add(2, 1);
        assert_eq!(numbers.iter().collect::<Vec<_>>(), [(2, 1)]);
    }
}
