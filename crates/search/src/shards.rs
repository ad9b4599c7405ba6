//! How the terms of a segment are spread over files.

use std::ops::Range;

use crate::terms::word_place;

/// Where there are fewer shards, all of them hold terms of every kind.
const MIXED_BELOW: u32 = 10;
/// Shards that are made together: more of them need more memory at once.
const SHARDS_A_BUCKET: u32 = 2;

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
        self.count().div_ceil(SHARDS_A_BUCKET)
    }

    /// The bucket in which a shard is made.
    pub fn bucket(self, shard: u32) -> u32 {
        shard / SHARDS_A_BUCKET
    }

    /// The shards that are made in a bucket.
    pub fn in_bucket(self, bucket: u32) -> Range<u32> {
        let start = bucket * SHARDS_A_BUCKET;
        start..(start + SHARDS_A_BUCKET).min(self.count())
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

    pub(crate) fn of_word(self, word: &str) -> u32 {
        let place = word_place(word);
        match self.words {
            0 => share(place, self.pairs),
            words => self.pairs + self.letters + share(place, words),
        }
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
            assert!(shards.of_word("") < shards.count());
            let made: u32 = (0..shards.buckets())
                .map(|bucket| shards.in_bucket(bucket).len() as u32)
                .sum();
            assert_eq!(made, shards.count());
        }
    }
}
