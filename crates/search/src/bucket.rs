//! From the terms of posts to the posts of terms: the inversion, a part of a segment at a time. What a shard looks like is said in [`chunks`](crate::chunks).

use rustc_hash::FxHashMap;

use crate::bytes::Packer;
use crate::catalogue::Generation;
use crate::chunks::{Name, Posting, ShardWriter};
use crate::shards::Shards;
use crate::terms::{Kind, take_record};

/// The terms of some of a segment's shards with their posts.
#[derive(Debug)]
pub struct Bucket {
    shards: Shards,
    pairs: Vec<(u64, u64)>,
    letters: Vec<(u64, u64)>,
    /// By the word's place in `names`.
    words: Vec<(u64, u64)>,
    /// Every word's shard, and the word.
    names: Vec<(u32, Box<str>)>,
    known: FxHashMap<Box<str>, u32>,
    packer: Packer,
}

impl Bucket {
    /// For a segment whose terms are spread so.
    pub fn new(shards: Shards) -> Self {
        Self {
            shards,
            pairs: Vec::new(),
            letters: Vec::new(),
            words: Vec::new(),
            names: Vec::new(),
            known: FxHashMap::default(),
            packer: Packer::default(),
        }
    }

    /// Takes bytes that [`Terms::write`](crate::Terms::write) has made, in any order of posts.
    /// Bytes after the last whole record are left out.
    pub fn add(&mut self, mut bytes: &[u8]) {
        while let Some((kind, doc, mask, rest)) = take_record(bytes) {
            let length = match (kind, rest.first()) {
                (Kind::Word, Some(length)) => 1 + usize::from(*length),
                _ => 4,
            };
            let Some((name, rest)) = rest.split_at_checked(length) else {
                return;
            };
            let number = || name.try_into().map(u32::from_le_bytes).unwrap_or_default();
            match kind {
                Kind::Pair => self.pairs.push((key(number(), doc), mask)),
                Kind::Letter => self.letters.push((key(number(), doc), mask)),
                Kind::Word => {
                    let id = self.word(&String::from_utf8_lossy(&name[1..]));
                    self.words.push((key(id, doc), mask));
                }
            }
            bytes = rest;
        }
    }

    fn word(&mut self, word: &str) -> u32 {
        if let Some(id) = self.known.get(word) {
            return *id;
        }
        let id = self.names.len() as u32;
        self.names.push((self.shards.of_word(word), word.into()));
        self.known.insert(word.into(), id);
        id
    }

    /// Puts everything in order; after this, shards can be asked for.
    pub fn sort(&mut self) {
        self.pairs.sort_unstable_by_key(|(key, _)| *key);
        self.letters.sort_unstable_by_key(|(key, _)| *key);
        self.known.clear();
        let mut order: Vec<u32> = (0..self.names.len() as u32).collect();
        order.sort_unstable_by(|a, b| self.names[*a as usize].cmp(&self.names[*b as usize]));
        let mut ranks = vec![0_u32; order.len()];
        for (rank, id) in (0..).zip(order) {
            ranks[id as usize] = rank;
        }
        for (key, _) in &mut self.words {
            *key = u64::from(ranks[term_of(*key) as usize]) << 32 | (*key & 0xffff_ffff);
        }
        self.words.sort_unstable_by_key(|(key, _)| *key);
        self.names.sort_unstable();
    }

    /// The file of a shard.
    pub fn shard(&mut self, shard: u32, generation: Generation) -> Vec<u8> {
        let shards = self.shards;
        let mut writer = ShardWriter::new(generation, &mut self.packer);
        let pairs = within(&self.pairs, shard, |hash| shards.of_pair(hash));
        writer.table(by_term(pairs).map(|(hash, posts)| (Name::Hash(hash), posts)));
        let letters = within(&self.letters, shard, |hash| shards.of_letter(hash));
        writer.table(by_term(letters).map(|(hash, posts)| (Name::Hash(hash), posts)));
        let words = within(&self.words, shard, |id| self.names[id as usize].0);
        writer.table(
            by_term(words).map(|(id, posts)| (Name::Word(&self.names[id as usize].1), posts)),
        );
        writer.finish()
    }
}

/// Every term of a sorted list, and its posts.
fn by_term(list: &[(u64, u64)]) -> impl Iterator<Item = (u32, impl Iterator<Item = Posting>)> {
    let chunks = list.chunk_by(|a, b| term_of(a.0) == term_of(b.0));
    chunks.map(|posts| {
        let places = posts.iter().map(|(key, mask)| (*key as u32, *mask));
        (term_of(posts[0].0), places)
    })
}

/// The term's number above, the post's below.
fn key(term: u32, doc: u32) -> u64 {
    u64::from(term) << 32 | u64::from(doc)
}

fn term_of(key: u64) -> u32 {
    (key >> 32) as u32
}

/// The part of a sorted list that belongs to a shard: terms of a shard follow one another.
fn within(list: &[(u64, u64)], shard: u32, of: impl Fn(u32) -> u32) -> &[(u64, u64)] {
    let start = list.partition_point(|(key, _)| of(term_of(*key)) < shard);
    let end = list.partition_point(|(key, _)| of(term_of(*key)) <= shard);
    &list[start..end]
}
