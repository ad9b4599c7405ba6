//! Tables for the terms of one post after the other, in the same memory.
//!
//! What a table has found is a list, and walking through it takes as long as what it holds. Its slots hold places in that
//! list. Only so many slots are in use as the post needs, and only those are emptied before the next: a small post's stay in
//! the processor's cache, however many the largest one took.

use crate::bytes::mix;

/// The fewest slots of a table.
const FEWEST: usize = 256;

/// Makes it so many slots or a few more, a power of two, all of them empty.
fn use_slots(slots: &mut Vec<u32>, least: usize) {
    slots.clear();
    slots.resize(least.next_power_of_two().max(FEWEST), 0);
}

/// Words, each with a mask.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// Open addressing: places in the list, counted from 1, each at its hash or behind; 0 where there is none. They are a power
    /// of two, at least twice as many as words.
    slots: Vec<u32>,
    all: Vec<Word>,
    /// One behind the other.
    text: Vec<u8>,
}

#[derive(Debug)]
struct Word {
    hash: u32,
    start: u32,
    end: u32,
    mask: u64,
}

impl Word {
    fn of<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        &text[self.start as usize..self.end as usize]
    }
}

impl Words {
    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        use_slots(&mut self.slots, 0);
        self.all.clear();
        self.text.clear();
    }

    /// Adds the bits of a mask to those of a word, of which any hash is given, always the same. Gives its number: words are
    /// numbered in the order in which they come.
    pub(crate) fn add(&mut self, word: &[u8], hash: u32, mask: u64) -> usize {
        if (self.all.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let last = self.slots.len() - 1;
        let mut at = mix(hash) as usize & last;
        loop {
            let place = self.slots[at].wrapping_sub(1) as usize;
            match self.all.get_mut(place) {
                Some(known) if known.hash == hash && known.of(&self.text) == word => {
                    known.mask |= mask;
                    return place;
                }
                Some(_) => at = (at + 1) & last,
                None => break,
            }
        }
        let start = self.text.len() as u32;
        self.text.extend_from_slice(word);
        self.all.push(Word {
            hash,
            start,
            end: self.text.len() as u32,
            mask,
        });
        self.slots[at] = self.all.len() as u32;
        self.all.len() - 1
    }

    /// Doubles the slots.
    #[cold]
    fn grow(&mut self) {
        let least = self.slots.len() * 2;
        use_slots(&mut self.slots, least);
        let last = self.slots.len() - 1;
        for (place, word) in (1..).zip(&self.all) {
            let mut at = mix(word.hash) as usize & last;
            while self.slots[at] != 0 {
                at = (at + 1) & last;
            }
            self.slots[at] = place;
        }
    }

    /// The word with this number.
    pub(crate) fn get(&self, number: usize) -> &[u8] {
        self.all[number].of(&self.text)
    }

    /// The words, each once, with their masks.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], u64)> + '_ {
        let words = self.all.iter();
        words.map(|word| (word.of(&self.text), word.mask))
    }
}

/// Numbers, each with a mask.
///
/// Half of the numbers of a post have been met before in it, in no order: a processor that has to guess whether one has been
/// guesses wrong time and again. So the same is done with both.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    /// As those of [`Words`].
    slots: Vec<u32>,
    count: usize,
    /// The numbers with their masks. Behind them there is room, with empty masks.
    all: Vec<(u32, u64)>,
}

impl Numbers {
    /// Forgets everything; so many numbers are expected next.
    pub(crate) fn clear(&mut self, expected: usize) {
        self.all[..self.count].fill((0, 0));
        self.count = 0;
        // Four slots for each: fewer are taken by others when they are wanted.
        self.use_slots(expected * 4);
    }

    /// Makes it so many slots, all of them empty, and room for as many numbers as they hold.
    fn use_slots(&mut self, least: usize) {
        use_slots(&mut self.slots, least);
        let room = self.slots.len() / 2 + 1;
        if self.all.len() < room {
            self.all.resize(room, (0, 0));
        }
    }

    /// Adds the bits of a mask to those of a number.
    pub(crate) fn add(&mut self, number: u32, mask: u64) {
        if (self.count + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let (slots, all) = (self.slots.as_mut_slice(), self.all.as_mut_slice());
        let (count, last) = (self.count, slots.len() - 1);
        // Behind the list it stands in any case, and that is where an empty slot leads.
        all[count].0 = number;
        let mut at = place_of(number, slots.len());
        loop {
            let slot = &mut slots[at & last];
            let place = (slot.wrapping_sub(1) as usize).min(count);
            let (known, bits) = &mut all[place];
            if *known == number {
                *bits |= mask;
                *slot = place as u32 + 1;
                self.count += usize::from(place == count);
                return;
            }
            at += 1;
        }
    }

    /// Doubles the slots.
    #[cold]
    fn grow(&mut self) {
        self.use_slots(self.slots.len() * 2);
        let last = self.slots.len() - 1;
        for (place, (number, _)) in (1..).zip(&self.all[..self.count]) {
            let mut at = place_of(*number, self.slots.len());
            while self.slots[at & last] != 0 {
                at += 1;
            }
            self.slots[at & last] = place;
        }
    }

    /// The numbers, each once, with their masks.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, u64)> + '_ {
        self.all[..self.count].iter().copied()
    }
}

/// Where a number is looked for first among so many slots: its upper bits once it is spread (Knuth's multiplicative hashing).
fn place_of(number: u32, slots: usize) -> usize {
    let spread = u64::from(number.wrapping_mul(0x9e37_79b1));
    ((spread * slots as u64) >> 32) as usize
}

/// Numbers of 16 bits, each with a mask. Most need none, and come again and again.
#[derive(Debug)]
pub(crate) struct SmallNumbers {
    masked: Numbers,
    /// By number, a bit: whether it was noted, and does not stand in a list yet.
    noted: Box<[u64; 1 << 10]>,
    /// Those without a mask.
    bare: Vec<u16>,
}

impl Default for SmallNumbers {
    fn default() -> Self {
        Self {
            masked: Numbers::default(),
            noted: Box::new([0; 1 << 10]),
            bare: Vec::new(),
        }
    }
}

impl SmallNumbers {
    /// Forgets everything, once all that was noted has been [listed](Self::list_noted).
    pub(crate) fn clear(&mut self) {
        self.masked.clear(0);
        self.bare.clear();
    }

    /// Adds the bits of a mask to those of a number.
    pub(crate) fn add(&mut self, number: u16, mask: u64) {
        self.masked.add(u32::from(number), mask);
    }

    /// The same without any bits. What was noted has to be [listed](Self::list_noted) in the end.
    pub(crate) fn note(&mut self, number: u16) {
        self.noted[usize::from(number >> 6)] |= 1 << (number & 0x3f);
    }

    /// Puts what was noted among the others.
    pub(crate) fn list_noted(&mut self) {
        for (number, _) in self.masked.iter() {
            self.noted[(number >> 6) as usize] &= !(1 << (number & 0x3f));
        }
        const TOGETHER: usize = 8;
        for (group, noted) in (0..).zip(self.noted.chunks_exact_mut(TOGETHER)) {
            // Most have none.
            if noted.iter().fold(0, |all, bits| all | bits) == 0 {
                continue;
            }
            for (place, bits) in (group * TOGETHER..).zip(noted) {
                let mut rest = std::mem::take(bits);
                while rest != 0 {
                    self.bare
                        .push((place << 6) as u16 | rest.trailing_zeros() as u16);
                    rest &= rest - 1;
                }
            }
        }
    }

    /// The numbers, each once, with their masks.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u16, u64)> + '_ {
        let masked = self
            .masked
            .iter()
            .map(|(number, mask)| (number as u16, mask));
        masked.chain(self.bare.iter().map(|number| (*number, 0)))
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
                    // As a letter is: with a mask, without one, or now so, now so.
                    match bit {
                        0 => small.note(number as u16),
                        _ => small.add(number as u16, 1 << bit),
                    }
                    // Many words have one hash.
                    words.add(number.to_string().as_bytes(), number % 64, 1 << bit);
                    *expected.entry(number).or_insert(0) |= 1 << bit;
                }
                prop_assert_eq!(numbers.iter().collect::<BTreeMap<_, _>>(), expected.clone());
                prop_assert_eq!(numbers.iter().count(), expected.len());
                small.list_noted();
                let masks = small.iter().map(|(number, mask)| (u32::from(number), mask));
                let noted = expected.iter().map(|(number, mask)| (*number, mask & !1));
                prop_assert_eq!(masks.collect::<BTreeMap<_, _>>(), noted.collect());
                prop_assert_eq!(small.iter().count(), expected.len());
                let expected: BTreeMap<Vec<u8>, u64> = expected.into_iter().map(|(number, mask)| (number.to_string().into_bytes(), mask)).collect();
                prop_assert_eq!(words.iter().count(), expected.len());
                prop_assert_eq!(words.iter().map(|(word, mask)| (word.to_vec(), mask)).collect::<BTreeMap<_, _>>(), expected);
            }
        }
    }
}
