//! What one post is found by: a pure function of its text.

use memchr::memchr_iter;

use crate::bytes::{Fnv, hash_bytes, hash_units, mix};
use crate::fold::fold_into;
use crate::pieces::{Pieces, single};
use crate::records::{Kind, begin_block, end_block, put_record};
use crate::shards::{Part, Shards};
use crate::tables::{Numbers, SmallNumbers, Words};
use crate::units::cut;

/// How many neighbours are told apart: a term notes for each post which of so many classes the units after it belong to. A
/// letter or a word does so where it makes no pair with the next.
pub(crate) const NEIGHBOURS: u32 = 61;
/// Says that the term stands in the title.
pub(crate) const IN_TITLE: u64 = 1 << 63;

/// Which post something was found in: its place in its segment.
pub(crate) type Doc = u32;

/// A letter as a number of 16 bits. Letters beyond the Basic Multilingual Plane share numbers of the private use area;
/// they are rare enough.
pub(crate) fn unit16(letter: char) -> u32 {
    let code = u32::from(letter);
    if code < 0x1_0000 {
        code
    } else {
        0xe000 | (code & 0x1fff)
    }
}

/// The class as another's neighbour of a letter with this number, or of a word with this hash.
pub(crate) fn neighbour_class(hash: u32, joined: bool) -> u8 {
    let apart = if joined { 0 } else { 0x9e37_79b9 };
    (mix(hash ^ apart) % NEIGHBOURS) as u8
}

/// Where a word is looked for: words that begin alike stand together, so that a beginning can be asked for.
pub(crate) fn word_place(word: &[u8]) -> u32 {
    // The sign before the name of an author or a category is no part of the beginning.
    let count = if word.starts_with(b"@") || word.starts_with(b"#") {
        3
    } else {
        2
    };
    let beginning = &word[..word.len().min(count)];
    if beginning.is_ascii() {
        return mix(hash_bytes(beginning));
    }
    let mut hash = Fnv::default();
    let letters = String::from_utf8_lossy(word);
    letters
        .chars()
        .take(count)
        .for_each(|letter| hash.add_char(letter));
    mix(hash.finish())
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
    pieces: Pieces,
    pairs: Numbers,
    letters: SmallNumbers,
    words: Words,
    /// Where the blocks begin that are being written.
    block_starts: Vec<usize>,
}

impl TermFinder {
    /// Finds the terms of a post. What this gives depends on the post alone.
    pub fn find(&mut self, post: &PostText<'_>) -> Terms<'_> {
        // A letter takes three bytes, and about half of the pairs that it makes are new.
        self.pairs.clear(post.text.len() / 6);
        self.letters.clear();
        self.words.clear();
        self.add(post.title, IN_TITLE);
        self.add(post.text, 0);
        for (sign, names) in [('@', post.authors), ('#', post.categories)] {
            for name in names {
                let term = field_term(sign, name);
                self.words.add(term.as_bytes(), hash_units(&term), 0);
            }
        }
        self.letters.list_noted();
        Terms(self)
    }

    fn add(&mut self, text: &str, title: u64) {
        let ends = memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
        let mut start = 0;
        for end in ends {
            let line = &text[start..end];
            start = end + 1;
            if !line.is_empty() {
                self.pieces.read(line);
                self.add_line(title);
            }
        }
    }

    fn add_line(&mut self, title: u64) {
        let mut words = self.pieces.words();
        for (piece, next, after) in self.pieces.with_next() {
            let mask = match piece.pair(next) {
                Some(pair) => {
                    self.pairs.add(pair, after.class() | title);
                    // What is known by the pair that it makes with the next needs no neighbour.
                    title
                }
                None => next.class() | title,
            };
            if piece.is_word() {
                let word = words.next().unwrap_or_default();
                self.words.add(word, piece.number(), mask);
                continue;
            }
            // Numbers of letters have 16 bits.
            let letter = piece.number() as u16;
            if mask == 0 {
                self.letters.note(letter);
            } else {
                self.letters.add(letter, mask);
            }
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
pub struct Terms<'a>(&'a mut TermFinder);

impl Terms<'_> {
    /// Appends the terms to the buckets of the post's segment, for [`Bucket`](crate::Bucket) to read.
    pub fn write(self, doc: u32, shards: Shards, buckets: &mut [Vec<u8>]) {
        let [pairs, letters, words] = shards.of_kinds();
        let mut starts = std::mem::take(&mut self.0.block_starts);
        let mut blocks = Blocks {
            doc,
            buckets,
            starts: &mut starts,
        };
        blocks.put(Kind::Pair, pairs, |buckets| {
            for (pair, mask) in self.0.pairs.iter() {
                let hash = mix(pair);
                let bucket = pairs.bucket(shards.of_pair(hash));
                put_record(&mut buckets[bucket as usize], hash, mask);
            }
        });
        blocks.put(Kind::Letter, letters, |buckets| {
            for (letter, mask) in self.0.letters.iter() {
                let hash = single(u32::from(letter));
                let bucket = letters.bucket(shards.of_letter(hash));
                put_record(&mut buckets[bucket as usize], hash, mask);
            }
        });
        blocks.put(Kind::Word, words, |buckets| {
            for (word, mask) in self.0.words.iter() {
                let bucket = words.bucket(shards.of_word(word));
                let bytes = &mut buckets[bucket as usize];
                put_record(bytes, word.len() as u32, mask);
                bytes.extend_from_slice(word);
            }
        });
        self.0.block_starts = starts;
    }
}

/// The blocks of a post, one in each bucket that holds terms of a kind.
struct Blocks<'a> {
    doc: Doc,
    buckets: &'a mut [Vec<u8>],
    starts: &'a mut Vec<usize>,
}

impl Blocks<'_> {
    /// Puts the records that `put` appends to the buckets into blocks.
    fn put(&mut self, kind: Kind, part: Part, put: impl FnOnce(&mut [Vec<u8>])) {
        let range = part.buckets();
        let blocks = self.buckets[range.clone()].iter_mut();
        self.starts.clear();
        self.starts
            .extend(blocks.map(|bytes| begin_block(bytes, kind, self.doc)));
        put(self.buckets);
        for (bytes, start) in self.buckets[range].iter_mut().zip(&*self.starts) {
            end_block(bytes, *start);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::fold::fold;
    use crate::pieces::{pair, word_pair};
    use crate::postings::NONE;
    use crate::records::Block;
    use crate::units::{Placed, Unit, units};

    /// What a post is found by, said plainly: by kind, number or word.
    type Plain = BTreeMap<(u8, u32, String), u64>;

    fn class(next: Option<&Placed<'_>>) -> u64 {
        next.map_or(0, |next| match next.unit {
            Unit::Letter(letter) => 1 << neighbour_class(unit16(letter), next.joined),
            Unit::Word(word) => 1 << neighbour_class(hash_units(word), next.joined),
        })
    }

    fn plain_terms(title: &str, text: &str) -> Plain {
        let mut terms = Plain::new();
        let mut add = |kind, number, word: &str, mask| {
            *terms.entry((kind, number, word.to_owned())).or_insert(0) |= mask;
        };
        for (text, title) in [(title, IN_TITLE), (text, 0)] {
            for line in text.split('\n') {
                let line = fold(line);
                let all: Vec<Placed<'_>> = units(&line).collect();
                for (at, placed) in all.iter().enumerate() {
                    let (next, after) = (all.get(at + 1), all.get(at + 2));
                    let pair = match (placed.unit, next.map(|next| (next.unit, next.joined))) {
                        (Unit::Word(word), Some((Unit::Word(second), _))) => {
                            Some(word_pair(hash_units(word), hash_units(second)))
                        }
                        (Unit::Letter(letter), Some((Unit::Letter(second), true))) => {
                            Some(pair(unit16(letter), unit16(second)))
                        }
                        _ => None,
                    };
                    let mask = if pair.is_some() {
                        title
                    } else {
                        class(next) | title
                    };
                    match placed.unit {
                        Unit::Word(word) => add(2, 0, word, mask),
                        Unit::Letter(letter) => add(1, single(unit16(letter)), "", mask),
                    }
                    if let Some(pair) = pair {
                        add(0, mix(pair), "", class(after) | title);
                    }
                }
            }
        }
        terms
    }

    fn found(title: &str, text: &str, finder: &mut TermFinder) -> Plain {
        let post = PostText {
            title,
            text,
            ..PostText::default()
        };
        let mut buckets = vec![Vec::new()];
        finder.find(&post).write(5, Shards::of(1), &mut buckets);
        let mut terms = Plain::new();
        let mut rest = buckets[0].as_slice();
        while let Some((block, after)) = Block::take(rest) {
            rest = after;
            block.each(|entry, mask, word| {
                assert_eq!(entry.doc(), 5);
                let code = entry.code();
                let mask = mask.unwrap_or(if code == NONE { 0 } else { 1 << code });
                let word = String::from_utf8(word.to_vec()).expect("text");
                let number = if word.is_empty() { entry.term() } else { 0 };
                let twice = terms.insert((block.kind() as u8, number, word), mask);
                assert_eq!(twice, None, "a term is written once a post");
            });
        }
        terms
    }

    #[test]
    fn terms_are_those_of_the_folded_units() {
        let long = "x".repeat(LONG) + "y";
        let cases = [
            "",
            "\n\n",
            "钉钉 低代码5G手机",
            "ＡＢＣ　台灣，Ⅳ ﬁne ｶﾞ が か\u{3099}",
            "a\u{301}b é Straße ΣΑΣ İstanbul",
            "𠀀𠀁字𠮷",
            "ไทย ภาษา 한국어 ひらがな カタカナー",
            "……等…了…more… é…",
            "①②中③文™ → × é É ёЁ 😀字😀 ❤️",
            "one-two three 3.14\u{a0}km\u{200b}s",
            "中文abc中文\u{0}1 中",
            &long,
        ];
        let mut finder = TermFinder::default();
        for text in cases {
            assert_eq!(
                found("", text, &mut finder),
                plain_terms("", text),
                "{text}"
            );
        }
    }

    /// Longer than any word that is told apart.
    const LONG: usize = 40;

    proptest! {
        #[test]
        fn any_text_gives_the_terms_of_its_folded_units(
            title in "[ab一丁台灣Ａ ½]{0,12}",
            text in prop::collection::vec("[a-cＡéÉЯİ…→一丁七台灣か\u{3099}\u{301}𠀀 ,½\n]{0,60}|\\PC{0,30}", 0..4),
        ) {
            let mut finder = TermFinder::default();
            for text in text {
                prop_assert_eq!(found(&title, &text, &mut finder), plain_terms(&title, &text));
            }
        }
    }
}
