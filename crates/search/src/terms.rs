//! What one post is found by: a pure function of its text.

use rustc_hash::FxHashMap;

use crate::bytes::{hash_units, mix};
use crate::fold::fold_into;
use crate::shards::Shards;
use crate::units::{Placed, Unit, cut, units};

/// How many neighbours are told apart: a term notes for each post which of so many classes the units after it belong to. A
/// letter or a word does so where it makes no pair with the next.
pub(crate) const NEIGHBOURS: u32 = 61;
/// Says that the term stands in the title.
pub(crate) const IN_TITLE: u64 = 1 << 63;

/// Which post something was found in: its place in its segment.
pub(crate) type Doc = u32;

/// The pair of two letters as a number that belongs to it alone, well mixed. Letters beyond the Basic Multilingual
/// Plane share numbers of the private use area; they are rare enough.
pub(crate) fn pair(first: char, second: char) -> u32 {
    mix(unit16(first) << 16 | unit16(second))
}

/// Two words that follow one another as a number that hardly any other two have.
pub(crate) fn word_pair(first: &str, second: &str) -> u32 {
    let hash = |word: &str| hash_units(word.encode_utf16());
    mix(hash(first).rotate_left(7) ^ hash(second))
}

/// A letter as a number that belongs to it alone, well mixed.
pub(crate) fn single(letter: char) -> u32 {
    mix(unit16(letter))
}

fn unit16(letter: char) -> u32 {
    let code = u32::from(letter);
    if code < 0x1_0000 {
        code
    } else {
        0xe000 | (code & 0x1fff)
    }
}

/// The class of a unit as another's neighbour, as a bit.
pub(crate) fn neighbour(next: &Placed<'_>) -> u64 {
    let hash = match next.unit {
        Unit::Letter(letter) => unit16(letter),
        Unit::Word(word) => hash_units(word.encode_utf16()),
    };
    let apart = if next.joined { 0 } else { 0x9e37_79b9 };
    1 << (mix(hash ^ apart) % NEIGHBOURS)
}

/// Where a word is looked for: words that begin alike stand together, so that a beginning can be asked for.
pub(crate) fn word_place(word: &str) -> u32 {
    // The sign before the name of an author or a category is no part of the beginning.
    let count = if word.starts_with(['@', '#']) { 3 } else { 2 };
    let beginning: String = word.chars().take(count).collect();
    mix(hash_units(beginning.encode_utf16()))
}

/// What a post consists of, as far as search is concerned.
#[derive(Debug, Clone, Copy, Default)]
pub struct PostText<'a> {
    /// The title.
    pub title: &'a str,
    /// The text, one line a block.
    pub text: &'a str,
    /// The names of its authors.
    pub authors: &'a [&'a str],
    /// The names of category nodes that it belongs to beside those of its first path.
    pub categories: &'a [&'a str],
}

/// Finds the terms of posts, one after the other, in the same memory.
#[derive(Debug, Default)]
pub struct TermFinder {
    folded: String,
    pairs: FxHashMap<u32, u64>,
    letters: FxHashMap<u32, u64>,
    words: FxHashMap<Box<str>, u64>,
}

impl TermFinder {
    /// Finds the terms of a post. What this gives depends on the post alone.
    pub fn find(&mut self, post: &PostText<'_>) -> Terms<'_> {
        self.pairs.clear();
        self.letters.clear();
        self.words.clear();
        self.add(post.title, IN_TITLE);
        self.add(post.text, 0);
        for (sign, names) in [('@', post.authors), ('#', post.categories)] {
            for name in names {
                let term = field_term(sign, name);
                self.words.entry(term.into()).or_insert(0);
            }
        }
        Terms(self)
    }

    fn add(&mut self, text: &str, title: u64) {
        let mut folded = std::mem::take(&mut self.folded);
        folded.clear();
        // A character that needs the slow way slows down its own line only.
        for line in text.split_inclusive('\n') {
            fold_into(line, &mut folded);
        }
        for line in folded.split('\n') {
            self.add_line(line, title);
        }
        self.folded = folded;
    }

    fn add_line(&mut self, line: &str, title: u64) {
        let mut all = units(line);
        let (mut this, mut next) = (all.next(), all.next());
        while let Some(placed) = this {
            let after = all.next();
            let pair = match (placed.unit, &next) {
                (Unit::Letter(letter), Some(next)) if next.joined => match next.unit {
                    Unit::Letter(second) => Some(pair(letter, second)),
                    Unit::Word(_) => None,
                },
                (Unit::Word(word), Some(next)) => match next.unit {
                    Unit::Word(second) => Some(word_pair(word, second)),
                    Unit::Letter(_) => None,
                },
                _ => None,
            };
            // What is not known by the pair that it makes with the next is known by its neighbour.
            let mask = match (pair, &next) {
                (None, Some(next)) => neighbour(next) | title,
                _ => title,
            };
            if let Some(pair) = pair {
                let mask = after.as_ref().map_or(0, neighbour) | title;
                *self.pairs.entry(pair).or_insert(0) |= mask;
            }
            match placed.unit {
                Unit::Letter(letter) => *self.letters.entry(single(letter)).or_insert(0) |= mask,
                Unit::Word(word) => match self.words.get_mut(word) {
                    Some(known) => *known |= mask,
                    None => {
                        self.words.insert(word.into(), mask);
                    }
                },
            }
            (this, next) = (next, after);
        }
    }
}

/// The name of an author or a category as a term: a sign that no word begins with, and the folded name.
pub(crate) fn field_term(sign: char, name: &str) -> String {
    let mut term = String::from(sign);
    fold_into(name.trim(), &mut term);
    cut(&term).to_owned()
}

/// The terms of a post, to be taken before the next post's are found.
#[derive(Debug)]
pub struct Terms<'a>(&'a TermFinder);

impl Terms<'_> {
    /// Appends the terms to the buckets of the post's segment, for [`Bucket`](crate::Bucket) to read.
    ///
    /// A record is its kind and its neighbours in a byte, the post in three, its mask where the byte does not say it all, and
    /// what it is about.
    pub fn write(&self, doc: u32, shards: Shards, buckets: &mut [Vec<u8>]) {
        let bucket = |shard: u32| shards.bucket(shard) as usize;
        for (hash, mask) in &self.0.pairs {
            let bytes = &mut buckets[bucket(shards.of_pair(*hash))];
            put_record(bytes, Kind::Pair, doc, *mask);
            bytes.extend_from_slice(&hash.to_le_bytes());
        }
        for (hash, mask) in &self.0.letters {
            let bytes = &mut buckets[bucket(shards.of_letter(*hash))];
            put_record(bytes, Kind::Letter, doc, *mask);
            bytes.extend_from_slice(&hash.to_le_bytes());
        }
        for (word, mask) in &self.0.words {
            let bytes = &mut buckets[bucket(shards.of_word(word))];
            put_record(bytes, Kind::Word, doc, *mask);
            bytes.push(word.len() as u8);
            bytes.extend_from_slice(word.as_bytes());
        }
    }
}

/// What a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Pair = 0,
    Letter = 1,
    Word = 2,
}

/// How a record says which neighbours its term has: the only one's number, or one of these. Several are named in a
/// mask of their own.
const NONE: u8 = NEIGHBOURS as u8;
const SEVERAL: u8 = NONE + 1;
const KIND_SHIFT: u32 = 6;

fn put_record(bytes: &mut Vec<u8>, kind: Kind, doc: Doc, mask: u64) {
    let (neighbours, title) = (mask & !IN_TITLE, mask & IN_TITLE != 0);
    let code = match neighbours.count_ones() {
        // A title's terms are few: they take the long form.
        _ if title => SEVERAL,
        0 => NONE,
        1 => neighbours.trailing_zeros() as u8,
        _ => SEVERAL,
    };
    bytes.push((kind as u8) << KIND_SHIFT | code);
    bytes.extend_from_slice(&doc.to_le_bytes()[..3]);
    if code == SEVERAL {
        bytes.extend_from_slice(&mask.to_le_bytes());
    }
}

/// The next record of a bucket: its kind, its post, its mask; and what follows it.
pub(crate) fn take_record(bytes: &[u8]) -> Option<(Kind, Doc, u64, &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    let (doc, mut rest) = rest.split_at_checked(3)?;
    let doc = u32::from_le_bytes([doc[0], doc[1], doc[2], 0]);
    let kind = match first >> KIND_SHIFT {
        0 => Kind::Pair,
        1 => Kind::Letter,
        _ => Kind::Word,
    };
    let mask = match first & 0x3f {
        NONE => 0,
        SEVERAL => {
            let (mask, after) = rest.split_at_checked(8)?;
            rest = after;
            u64::from_le_bytes(mask.try_into().ok()?)
        }
        one => 1 << one,
    };
    Some((kind, doc, mask, rest))
}
