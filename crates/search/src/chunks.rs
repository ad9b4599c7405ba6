//! The form of a shard: tables of terms with their posts, in chunks that can be fetched and unpacked one by one.
//!
//! A shard begins with the segment's [generation](crate::Generation) (4 bytes, lowest first) and a directory; the chunks follow
//! one another, each compressed by itself. All numbers that follow are varints. The directory is its own length in bytes, and then for each of the three tables (of
//! pairs, of letters, of words) the number of its chunks and for each chunk what its first term is called (a hash: the distance to the
//! one before; a word: its length and itself) and how many bytes the chunk takes. So a client that may ask for a range of a file
//! fetches the directory and the chunk that holds a term, and another one fetches the file.
//!
//! A chunk, unpacked, is the generation once more, the number of its terms, and then column after column, so that like bytes
//! are compressed together:
//!
//! - what tells terms apart: the distance of the term's hash from the one before (pairs, letters), the first from 0; or how many bytes a word
//!   shares with the word before, how many follow, and those;
//! - how many bytes the places of the term's posts take, and how many their neighbours;
//! - in how many of the posts the term stands in the title, and which ones of the list these are, each as the distance to the one before, less one;
//! - the places, each as the distance to the one before, less one (the first as it is);
//! - the neighbours of the term in each post: the class of the only one, or [`NEIGHBOURS`] for none, or
//!   `NEIGHBOURS` + n for n classes in as many bytes.

use crate::bytes::put_varint;
use crate::catalogue::Generation;
use crate::column::Column;
use crate::deflate::{Deflater, Part};
use crate::postings::{SEVERAL, Sorted};
use crate::terms::{IN_TITLE, NEIGHBOURS};

/// A chunk ends with the term that makes it so large, in bytes before it is compressed. Smaller ones are compressed badly and
/// make the directory long; larger ones take longer to fetch.
const CHUNK: usize = 8 * 1024;
/// Fewer bytes share their codes with what follows: codes take some tens of bytes themselves.
const SMALL: usize = 400;

/// What a term is called in its table.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Name<'a> {
    /// Pairs and letters.
    Hash(u32),
    /// Words.
    Word(&'a [u8]),
}

/// What a shard is made in, one after the other in the same memory.
#[derive(Debug, Default)]
pub(crate) struct Workshop {
    deflater: Deflater,
    chunk: Chunk,
    bytes: Vec<u8>,
    /// The directory of a shard, and of a table of it.
    directory: Vec<u8>,
    entries: Vec<u8>,
    /// The chunks of a shard.
    chunks: Column,
}

/// Makes a shard, table by table. Tables are given one after the other, and their terms in order.
pub(crate) struct ShardWriter<'a> {
    generation: Generation,
    workshop: &'a mut Workshop,
}

impl<'a> ShardWriter<'a> {
    pub(crate) fn new(generation: Generation, workshop: &'a mut Workshop) -> Self {
        workshop.directory.clear();
        workshop.chunks.clear();
        Self {
            generation,
            workshop,
        }
    }

    /// Appends a table of these posts; `name` gives the names of their terms.
    pub(crate) fn table<'n>(&mut self, mut posts: Sorted<'_>, name: impl Fn(u32) -> Name<'n>) {
        let Workshop {
            deflater,
            chunk,
            bytes,
            directory,
            entries,
            chunks,
        } = &mut *self.workshop;
        let (mut count, mut last_first) = (0, 0);
        entries.clear();
        while let Some((term, of_term)) = posts.next_term() {
            let name = name(term);
            if chunk.terms == 0 {
                count += 1;
                put_first(entries, name, &mut last_first);
            }
            chunk.add(name, of_term);
            if chunk.size() >= CHUNK || posts.entries.is_empty() {
                let before = chunks.len();
                let parts = chunk.write(self.generation, bytes, name);
                deflater.append(bytes, &parts, chunks);
                put_varint(entries, (chunks.len() - before) as u32);
                chunk.clear();
            }
        }
        put_varint(directory, count);
        directory.extend_from_slice(entries);
    }

    /// The bytes of the file.
    pub(crate) fn finish(self) -> Vec<u8> {
        let (directory, chunks) = (&self.workshop.directory, &self.workshop.chunks);
        let mut file = Vec::with_capacity(directory.len() + chunks.len() + 16);
        file.extend_from_slice(&self.generation.to_le_bytes());
        put_varint(&mut file, directory.len() as u32);
        file.extend_from_slice(directory);
        file.extend_from_slice(chunks.as_bytes());
        file
    }
}

/// Writes a chunk's first name into the directory.
fn put_first(entries: &mut Vec<u8>, name: Name<'_>, last: &mut u32) {
    match name {
        Name::Hash(hash) => {
            put_varint(entries, hash - *last);
            *last = hash;
        }
        Name::Word(word) => {
            put_varint(entries, word.len() as u32);
            entries.extend_from_slice(word);
        }
    }
}

/// The columns of a chunk.
#[derive(Debug, Default)]
struct Chunk {
    terms: u32,
    last_hash: u32,
    last_word: Vec<u8>,
    names: Vec<u8>,
    places_lengths: Vec<u8>,
    neighbours_lengths: Vec<u8>,
    titles: Vec<u8>,
    places: Column,
    neighbours: Vec<u8>,
    /// Which posts of the term at hand have it in their titles.
    in_titles: Vec<u32>,
}

impl Chunk {
    fn clear(&mut self) {
        self.terms = 0;
        self.last_hash = 0;
        self.last_word.clear();
        for column in [
            &mut self.names,
            &mut self.places_lengths,
            &mut self.neighbours_lengths,
            &mut self.titles,
            &mut self.neighbours,
        ] {
            column.clear();
        }
        self.places.clear();
    }

    fn add(&mut self, name: Name<'_>, posts: Sorted<'_>) {
        self.terms += 1;
        self.add_name(name);
        let (places, neighbours) = (self.places.len(), self.neighbours.len());
        let mut next = 0;
        self.places.put_varints(posts.entries.iter().map(|entry| {
            let after = std::mem::replace(&mut next, entry.doc() + 1);
            entry.doc() - after
        }));
        self.in_titles.clear();
        if posts.masks.is_empty() {
            let codes = posts.entries.iter().map(|entry| entry.code());
            self.neighbours.extend(codes);
        } else {
            self.add_neighbours(posts);
        }
        let lengths = (
            self.places.len() - places,
            self.neighbours.len() - neighbours,
        );
        put_varint(&mut self.places_lengths, lengths.0 as u32);
        put_varint(&mut self.neighbours_lengths, lengths.1 as u32);
        put_varint(&mut self.titles, self.in_titles.len() as u32);
        let mut next = 0;
        for number in &self.in_titles {
            put_varint(&mut self.titles, number - next);
            next = number + 1;
        }
    }

    /// Adds the neighbours of a term some of which are named in masks, and finds out in which titles it stands.
    fn add_neighbours(&mut self, mut posts: Sorted<'_>) {
        for (number, entry) in (0..).zip(posts.entries) {
            if entry.code() != SEVERAL {
                self.neighbours.push(entry.code());
                continue;
            }
            let mask = posts.mask(*entry);
            put_neighbours(&mut self.neighbours, mask & !IN_TITLE);
            if mask & IN_TITLE != 0 {
                self.in_titles.push(number);
            }
        }
    }

    fn add_name(&mut self, name: Name<'_>) {
        match name {
            Name::Hash(hash) => {
                put_varint(&mut self.names, hash - self.last_hash);
                self.last_hash = hash;
            }
            Name::Word(word) => {
                let both = word.iter().zip(&self.last_word);
                let shared = both.take_while(|(a, b)| a == b).count();
                put_varint(&mut self.names, shared as u32);
                put_varint(&mut self.names, (word.len() - shared) as u32);
                self.names.extend_from_slice(&word[shared..]);
                self.last_word.clear();
                self.last_word.extend_from_slice(word);
            }
        }
    }

    fn columns(&self) -> [&[u8]; 6] {
        [
            &self.names,
            &self.places_lengths,
            &self.neighbours_lengths,
            &self.titles,
            self.places.as_bytes(),
            &self.neighbours,
        ]
    }

    fn size(&self) -> usize {
        self.columns().iter().map(|column| column.len()).sum()
    }

    /// Puts the chunk's bytes in the place of those given, and says which parts of them are worth codes of their own. One of
    /// its names says of which kind all are.
    fn write(&self, generation: Generation, bytes: &mut Vec<u8>, name: Name<'_>) -> Vec<Part> {
        bytes.clear();
        bytes.extend_from_slice(&generation.to_le_bytes());
        put_varint(bytes, self.terms);
        let (mut parts, mut start) = (Vec::new(), 0);
        for (number, column) in self.columns().iter().enumerate() {
            bytes.extend_from_slice(column);
            // The two lengths and the titles, small numbers all of them, stand together.
            let is_part = !matches!(number, 1 | 2);
            let is_last = number == 5;
            if is_last || (is_part && bytes.len() - start >= SMALL) {
                // The distances of hashes are as random as hashes: packing them takes long and gains hardly anything.
                let is_random = number == 0 && matches!(name, Name::Hash(_));
                let end = bytes.len();
                parts.push(Part { end, is_random });
                start = end;
            }
        }
        parts
    }
}

fn put_neighbours(column: &mut Vec<u8>, mut classes: u64) {
    match classes.count_ones() {
        0 => column.push(NEIGHBOURS as u8),
        1 => column.push(classes.trailing_zeros() as u8),
        count => {
            column.push((NEIGHBOURS + count) as u8);
            while classes != 0 {
                column.push(classes.trailing_zeros() as u8);
                classes &= classes - 1;
            }
        }
    }
}
