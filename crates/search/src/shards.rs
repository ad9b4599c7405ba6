//! How the terms of a segment are spread over files.

use std::ops::Range;

use crate::terms::word_place;

/// Where there are fewer shards, all of them hold terms of every kind.
const MIXED_BELOW: u32 = 10;
/// Shards of pairs, of letters and of words that are made together, as powers of two: more of them need more memory at once. Those
/// of letters, which are few and in every post, are the largest by far.
const SHARDS_A_BUCKET: [u32; 3] = [1, 0, 1];

/// How a segment's terms are spread over its shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shards {
    pairs: u32,
    letters: u32,
    words: u32,
}

impl Shards {
    /// So many, at least one.
    pub fn of(count: usize) -> Self {
        let count = u32::try_from(count.max(1)).unwrap_or(u32::MAX);
        if count < MIXED_BELOW {
            return Self {
                pairs: count,
                letters: 0,
                words: 0,
            };
        }
        let (letters, words) = (count / 10, count / 10);
        Self {
            pairs: count - letters - words,
            letters,
            words,
        }
    }

    /// Shards of pairs, of letters and of words. The latter two are 0 where the first hold all terms.
    pub fn counts(self) -> [u32; 3] {
        [self.pairs, self.letters, self.words]
    }

    /// How many there are.
    pub fn count(self) -> u32 {
        self.pairs + self.letters + self.words
    }

    /// How many buckets they are made in.
    pub fn buckets(self) -> u32 {
        self.parts()[2].buckets.1
    }

    /// The bucket in which a shard is made.
    pub fn bucket(self, shard: u32) -> u32 {
        let parts = self.parts();
        let part = parts.iter().find(|part| shard < part.shards.1);
        part.map_or(0, |part| part.bucket(shard))
    }

    /// The shards that are made in a bucket.
    pub fn in_bucket(self, bucket: u32) -> Range<u32> {
        let parts = self.parts();
        let part = parts.iter().find(|part| bucket < part.buckets.1);
        part.map_or(0..0, |part| {
            let start = part.shards.0 + ((bucket - part.buckets.0) << part.together);
            start..(start + (1 << part.together)).min(part.shards.1)
        })
    }

    /// The shards that hold pairs, those that hold letters, and those that hold words.
    pub(crate) fn of_kinds(self) -> [Part; 3] {
        let [pairs, letters, words] = self.parts();
        match self.letters {
            0 => [pairs; 3],
            _ => [pairs, letters, words],
        }
    }

    /// All shards, those of a kind after those of another.
    fn parts(self) -> [Part; 3] {
        let (mut shards, mut buckets) = (0, 0);
        let mut kinds = self.counts().into_iter().zip(SHARDS_A_BUCKET);
        std::array::from_fn(|_| {
            let (count, together) = kinds.next().unwrap_or_default();
            let part = Part {
                shards: (shards, shards + count),
                buckets: (buckets, buckets + count.div_ceil(1 << together)),
                together,
            };
            (shards, buckets) = (part.shards.1, part.buckets.1);
            part
        })
    }

    pub(crate) fn of_pair(self, hash: u32) -> u32 {
        share(hash, self.pairs)
    }

    pub(crate) fn of_letter(self, hash: u32) -> u32 {
        match self.letters {
            0 => share(hash, self.pairs),
            letters => self.pairs + share(hash, letters),
        }
    }

    pub(crate) fn of_word(self, word: &[u8]) -> u32 {
        let place = word_place(word);
        match self.words {
            0 => share(place, self.pairs),
            words => self.pairs + self.letters + share(place, words),
        }
    }
}

/// Shards of one kind, and the buckets in which they are made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// The first, and the one after the last.
    shards: (u32, u32),
    buckets: (u32, u32),
    /// As a power of two: how many shards are made in a bucket.
    together: u32,
}

impl Part {
    /// The buckets in which its shards are made.
    pub(crate) fn buckets(self) -> Range<usize> {
        self.buckets.0 as usize..self.buckets.1 as usize
    }

    /// The bucket in which one of the shards is made.
    pub(crate) fn bucket(self, shard: u32) -> u32 {
        self.buckets.0 + ((shard - self.shards.0) >> self.together)
    }
}

/// Which of `count` equal parts of all numbers holds this one.
fn share(number: u32, count: u32) -> u32 {
    ((u64::from(number) * u64::from(count)) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_has_a_shard() {
        for count in [0, 1, 9, 10, 11, 700] {
            let shards = Shards::of(count);
            for hash in [0, 1, u32::MAX / 2, u32::MAX] {
                assert!(shards.of_pair(hash) < shards.count());
                assert!(shards.of_letter(hash) < shards.count());
            }
            assert!(shards.of_word(b"") < shards.count());
            let mut made = 0..shards.count();
            for bucket in 0..shards.buckets() {
                for shard in shards.in_bucket(bucket) {
                    assert_eq!(made.next(), Some(shard));
                    assert_eq!(shards.bucket(shard), bucket);
                }
            }
            assert_eq!(made.next(), None);
        }
    }
}
