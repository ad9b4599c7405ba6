//! From the terms of posts to the posts of terms: the inversion, a part of a segment at a time. What a shard looks like is said in [`chunks`](crate::chunks).

use crate::bytes::hash_bytes;
use crate::catalogue::Generation;
use crate::chunks::{Name, ShardWriter, Workshop};
use crate::postings::Postings;
use crate::records::{Block, Kind};
use crate::shards::Shards;
use crate::sorter::Sorter;
use crate::tables::Words;

/// The terms of some of a segment's shards with their posts; one bucket after the other in the same memory.
#[derive(Debug)]
pub struct Bucket {
    shards: Shards,
    /// What was taken, and its blocks.
    bytes: Vec<u8>,
    blocks: Vec<BlockAt>,
    block_sorter: Sorter<BlockAt>,
    pairs: Postings,
    letters: Postings,
    /// By the word's number in `names`; once sorted, by its place in `order`.
    words: Postings,
    names: Words,
    /// By number: the shard of the word.
    shards_of_words: Vec<u32>,
    /// The numbers of all words in the order of their shards, and within one of the alphabet.
    order: Vec<u32>,
    workshop: Workshop,
}

/// Where the records of a block stand.
#[derive(Debug, Clone, Copy)]
struct BlockAt {
    head: u32,
    length: u32,
    start: usize,
}

impl Bucket {
    /// For a segment whose terms are spread so.
    pub fn new(shards: Shards) -> Self {
        Self {
            shards,
            bytes: Vec::new(),
            blocks: Vec::new(),
            block_sorter: Sorter::default(),
            pairs: Postings::default(),
            letters: Postings::default(),
            words: Postings::default(),
            names: Words::default(),
            shards_of_words: Vec::new(),
            order: Vec::new(),
            workshop: Workshop::default(),
        }
    }

    /// Begins another one, as [`new`](Self::new) does, in the same memory.
    pub fn begin(&mut self, shards: Shards) {
        self.shards = shards;
        self.bytes.clear();
        self.blocks.clear();
        for postings in [&mut self.pairs, &mut self.letters, &mut self.words] {
            postings.clear();
        }
        self.names.clear();
        self.shards_of_words.clear();
        self.order.clear();
    }

    /// Takes bytes that [`Terms::write`](crate::Terms::write) has made, in any order of posts.
    /// Bytes after the last whole record are left out.
    pub fn add(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((block, after)) = Block::take(rest) {
            rest = after;
            self.blocks.push(BlockAt {
                head: block.head,
                length: block.records.len() as u32,
                start: self.bytes.len() + (bytes.len() - rest.len() - block.records.len()),
            });
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Puts everything in order; after this, shards can be asked for.
    pub fn sort(&mut self) {
        // Posts in their order first, so that nothing but terms has to be compared later.
        self.block_sorter.sort(&mut self.blocks, |block| block.head);
        for at in &self.blocks {
            let block = Block {
                head: at.head,
                records: &self.bytes[at.start..at.start + at.length as usize],
            };
            match block.kind() {
                Kind::Pair => block.each(|entry, mask, _| self.pairs.push(entry, mask)),
                Kind::Letter => block.each(|entry, mask, _| self.letters.push(entry, mask)),
                Kind::Word => block.each(|entry, mask, word| {
                    let number = self.names.add(word, hash_bytes(word), 0);
                    if number == self.shards_of_words.len() {
                        self.shards_of_words.push(self.shards.of_word(word));
                    }
                    self.words.push(entry.with_term(number as u32), mask);
                }),
            }
        }
        self.pairs.sort();
        self.letters.sort();
        self.sort_words();
    }

    fn sort_words(&mut self) {
        let (names, shards) = (&self.names, &self.shards_of_words);
        let mut order: Vec<(u32, u64, u32)> = (0..)
            .zip(shards)
            .map(|(number, shard)| (*shard, beginning(names.get(number as usize)), number))
            .collect();
        order.sort_unstable_by(|a, b| {
            let names = || names.get(a.2 as usize).cmp(names.get(b.2 as usize));
            (a.0, a.1).cmp(&(b.0, b.1)).then_with(names)
        });
        self.order = order.into_iter().map(|(_, _, number)| number).collect();
        let mut ranks = vec![0_u32; self.order.len()];
        for (rank, number) in (0..).zip(&self.order) {
            ranks[*number as usize] = rank;
        }
        self.words.rename(|number| ranks[number as usize]);
        self.words.sort();
    }

    /// The file of one of the shards.
    pub fn shard(&mut self, shard: u32, generation: Generation) -> Vec<u8> {
        let shards = self.shards;
        let number = |rank: u32| self.order[rank as usize] as usize;
        let mut writer = ShardWriter::new(generation, &mut self.workshop);
        writer.table(
            self.pairs.within(shard, |hash| shards.of_pair(hash)),
            Name::Hash,
        );
        writer.table(
            self.letters.within(shard, |hash| shards.of_letter(hash)),
            Name::Hash,
        );
        writer.table(
            self.words
                .within(shard, |rank| self.shards_of_words[number(rank)]),
            |rank| Name::Word(self.names.get(number(rank))),
        );
        writer.finish()
    }
}

/// The first bytes of a word as a number: words are in order of these, as far as they differ there.
fn beginning(word: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let length = word.len().min(bytes.len());
    bytes[..length].copy_from_slice(&word[..length]);
    u64::from_be_bytes(bytes)
}
