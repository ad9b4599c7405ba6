//! From the terms of posts to the posts of terms: the inversion, a part of a segment at a time.
//!
//! A shard, before it is compressed, holds the segment's [generation](crate::Generation) (4 bytes, lowest first), then three
//! tables: of pairs, of letters, of words. A table is the number of its terms and then column after column, so that like bytes
//! are compressed together; all numbers are varints:
//!
//! - what tells terms apart: the distance of the term's hash from the one before (pairs, letters); or how many bytes a word
//!   shares with the word before, how many follow, and those;
//! - how many bytes the places of the term's posts take; how many their neighbours take (not for letters);
//! - the places, each as the distance to the one before, less one (the first as it is); for letters with a low bit that says whether the letter stands
//!   in the title;
//! - the neighbours of the term in each post: a byte whose high bit says whether the term stands in the title, and whose rest is
//!   the class of the only neighbour, or 31 for none, or 31 + n for n classes in as many bytes.

use rustc_hash::FxHashMap;

use crate::bytes::{pack, put_varint};
use crate::shards::Shards;
use crate::terms::{IN_TITLE, Kind, NEIGHBOURS, take_record};

/// The terms of some of a segment's shards with their posts.
#[derive(Debug)]
pub struct Bucket {
    shards: Shards,
    pairs: Vec<(u64, u32)>,
    letters: Vec<(u64, u32)>,
    /// By the word's place in `names`.
    words: Vec<(u64, u32)>,
    /// Every word's shard, and the word.
    names: Vec<(u32, Box<str>)>,
    known: FxHashMap<Box<str>, u32>,
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
    pub fn shard(&self, shard: u32, generation: u32) -> Vec<u8> {
        let shards = self.shards;
        let mut file = generation.to_le_bytes().to_vec();
        let pairs = within(&self.pairs, shard, |hash| shards.of_pair(hash));
        hash_table(pairs, put_neighbours).append_to(&mut file);
        let letters = within(&self.letters, shard, |hash| shards.of_letter(hash));
        hash_table(letters, put_letter).append_to(&mut file);
        let words = within(&self.words, shard, |id| self.names[id as usize].0);
        self.word_table(words).append_to(&mut file);
        pack(&file)
    }

    fn word_table(&self, words: &[(u64, u32)]) -> Table {
        let mut table = Table::default();
        let mut last = "";
        for posts in words.chunk_by(|a, b| term_of(a.0) == term_of(b.0)) {
            let word = &*self.names[term_of(posts[0].0) as usize].1;
            let both = word.bytes().zip(last.bytes());
            let shared = both.take_while(|(a, b)| a == b).count();
            put_varint(&mut table.names, shared as u32);
            put_varint(&mut table.names, (word.len() - shared) as u32);
            table.names.extend_from_slice(&word.as_bytes()[shared..]);
            last = word;
            table.add(posts, put_neighbours);
        }
        table
    }
}

/// The term's number above, the post's below.
fn key(term: u32, doc: u32) -> u64 {
    u64::from(term) << 32 | u64::from(doc)
}

fn term_of(key: u64) -> u32 {
    (key >> 32) as u32
}

/// The part of a sorted list that belongs to a shard: terms of a shard follow one another.
fn within(list: &[(u64, u32)], shard: u32, of: impl Fn(u32) -> u32) -> &[(u64, u32)] {
    let start = list.partition_point(|(key, _)| of(term_of(*key)) < shard);
    let end = list.partition_point(|(key, _)| of(term_of(*key)) <= shard);
    &list[start..end]
}

/// Writes what is known of a term in a post: into the column of places, and into that of neighbours.
type PutPost = fn(table: &mut Table, distance: u32, mask: u32);

fn hash_table(list: &[(u64, u32)], put: PutPost) -> Table {
    let mut table = Table::default();
    let mut last = 0;
    for posts in list.chunk_by(|a, b| term_of(a.0) == term_of(b.0)) {
        let hash = term_of(posts[0].0);
        put_varint(&mut table.names, hash - last);
        last = hash;
        table.add(posts, put);
    }
    table
}

fn put_letter(table: &mut Table, distance: u32, mask: u32) {
    put_varint(
        &mut table.places,
        distance << 1 | u32::from(mask & IN_TITLE != 0),
    );
}

fn put_neighbours(table: &mut Table, distance: u32, mask: u32) {
    put_varint(&mut table.places, distance);
    let (classes, title) = (mask & !IN_TITLE, ((mask & IN_TITLE) >> 24) as u8);
    match classes.count_ones() {
        0 => table.neighbours.push(title | NEIGHBOURS as u8),
        1 => table
            .neighbours
            .push(title | classes.trailing_zeros() as u8),
        count => {
            table.neighbours.push(title | (NEIGHBOURS + count) as u8);
            let set = (0..NEIGHBOURS).filter(|class| classes >> class & 1 == 1);
            table.neighbours.extend(set.map(|class| class as u8));
        }
    }
}

/// The columns of a table.
#[derive(Debug, Default)]
struct Table {
    terms: u32,
    names: Vec<u8>,
    places_lengths: Vec<u8>,
    neighbours_lengths: Vec<u8>,
    places: Vec<u8>,
    neighbours: Vec<u8>,
}

impl Table {
    fn add(&mut self, posts: &[(u64, u32)], put: PutPost) {
        let (places, neighbours) = (self.places.len(), self.neighbours.len());
        let mut next = 0;
        for (key, mask) in posts {
            let doc = *key as u32;
            // A post that was taken twice counts once.
            let Some(distance) = doc.checked_sub(next) else {
                continue;
            };
            put(self, distance, *mask);
            next = doc + 1;
        }
        self.terms += 1;
        put_varint(
            &mut self.places_lengths,
            (self.places.len() - places) as u32,
        );
        if self.neighbours.len() > neighbours {
            put_varint(
                &mut self.neighbours_lengths,
                (self.neighbours.len() - neighbours) as u32,
            );
        }
    }

    fn append_to(&self, file: &mut Vec<u8>) {
        put_varint(file, self.terms);
        for column in [
            &self.names,
            &self.places_lengths,
            &self.neighbours_lengths,
            &self.places,
            &self.neighbours,
        ] {
            file.extend_from_slice(column);
        }
    }
}
