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

use crate::bytes::{Packer, put_varint};
use crate::catalogue::Generation;
use crate::terms::{IN_TITLE, NEIGHBOURS};

/// A chunk ends with the term that makes it so large, in bytes before it is compressed. Smaller ones are compressed badly and
/// make the directory long; larger ones take longer to fetch.
const CHUNK: usize = 8 * 1024;

/// What a term is called in its table.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Name<'a> {
    /// Pairs and letters.
    Hash(u32),
    /// Words.
    Word(&'a str),
}

/// A term's posts in a table: where each is in its segment, and what is known of the term there.
pub(crate) type Posting = (u32, u64);

/// Makes a shard, table by table. Tables are given one after the other, and their terms in order.
pub(crate) struct ShardWriter<'a> {
    generation: Generation,
    packer: &'a mut Packer,
    directory: Vec<u8>,
    chunks: Vec<u8>,
}

impl<'a> ShardWriter<'a> {
    pub(crate) fn new(generation: Generation, packer: &'a mut Packer) -> Self {
        Self {
            generation,
            packer,
            directory: Vec::new(),
            chunks: Vec::new(),
        }
    }

    /// Appends a table.
    pub(crate) fn table<'n, P: Iterator<Item = Posting>>(
        &mut self,
        terms: impl Iterator<Item = (Name<'n>, P)>,
    ) {
        let (mut count, mut entries) = (0, Vec::new());
        let mut chunk = Chunk::default();
        let mut last_first = 0;
        let mut terms = terms.peekable();
        while let Some((name, posts)) = terms.next() {
            if chunk.terms == 0 {
                count += 1;
                put_first(&mut entries, name, &mut last_first);
            }
            chunk.add(name, posts);
            if chunk.size() >= CHUNK || terms.peek().is_none() {
                let before = self.chunks.len();
                let bytes = chunk.bytes(self.generation);
                self.packer.append(&bytes, &mut self.chunks);
                put_varint(&mut entries, (self.chunks.len() - before) as u32);
                chunk = Chunk::default();
            }
        }
        put_varint(&mut self.directory, count);
        self.directory.extend_from_slice(&entries);
    }

    /// The bytes of the file.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut file = self.generation.to_le_bytes().to_vec();
        put_varint(&mut file, self.directory.len() as u32);
        file.extend_from_slice(&self.directory);
        file.extend_from_slice(&self.chunks);
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
            entries.extend_from_slice(word.as_bytes());
        }
    }
}

/// The columns of a chunk.
#[derive(Debug, Default)]
struct Chunk {
    terms: u32,
    last_hash: u32,
    last_word: String,
    names: Vec<u8>,
    places_lengths: Vec<u8>,
    neighbours_lengths: Vec<u8>,
    titles: Vec<u8>,
    places: Vec<u8>,
    neighbours: Vec<u8>,
}

impl Chunk {
    fn add(&mut self, name: Name<'_>, posts: impl Iterator<Item = Posting>) {
        self.terms += 1;
        self.add_name(name);
        let (places, neighbours) = (self.places.len(), self.neighbours.len());
        let (mut next, mut count) = (0, 0);
        let mut in_titles = Vec::new();
        for (doc, mask) in posts {
            // A post that was taken twice counts once.
            let Some(distance) = doc.checked_sub(next) else {
                continue;
            };
            put_varint(&mut self.places, distance);
            put_neighbours(&mut self.neighbours, mask & !IN_TITLE);
            if mask & IN_TITLE != 0 {
                in_titles.push(count);
            }
            next = doc + 1;
            count += 1;
        }
        put_varint(
            &mut self.places_lengths,
            (self.places.len() - places) as u32,
        );
        put_varint(
            &mut self.neighbours_lengths,
            (self.neighbours.len() - neighbours) as u32,
        );
        put_varint(&mut self.titles, in_titles.len() as u32);
        let mut next = 0;
        for number in in_titles {
            put_varint(&mut self.titles, number - next);
            next = number + 1;
        }
    }

    fn add_name(&mut self, name: Name<'_>) {
        match name {
            Name::Hash(hash) => {
                put_varint(&mut self.names, hash - self.last_hash);
                self.last_hash = hash;
            }
            Name::Word(word) => {
                let both = word.bytes().zip(self.last_word.bytes());
                let shared = both.take_while(|(a, b)| a == b).count();
                put_varint(&mut self.names, shared as u32);
                put_varint(&mut self.names, (word.len() - shared) as u32);
                self.names.extend_from_slice(&word.as_bytes()[shared..]);
                self.last_word.clear();
                self.last_word.push_str(word);
            }
        }
    }

    fn columns(&self) -> [&Vec<u8>; 6] {
        [
            &self.names,
            &self.places_lengths,
            &self.neighbours_lengths,
            &self.titles,
            &self.places,
            &self.neighbours,
        ]
    }

    fn size(&self) -> usize {
        self.columns().iter().map(|column| column.len()).sum()
    }

    fn bytes(&self, generation: Generation) -> Vec<u8> {
        let mut bytes = generation.to_le_bytes().to_vec();
        put_varint(&mut bytes, self.terms);
        for column in self.columns() {
            bytes.extend_from_slice(column);
        }
        bytes
    }
}

fn put_neighbours(column: &mut Vec<u8>, classes: u64) {
    match classes.count_ones() {
        0 => column.push(NEIGHBOURS as u8),
        1 => column.push(classes.trailing_zeros() as u8),
        count => {
            column.push((NEIGHBOURS + count) as u8);
            let set = (0..NEIGHBOURS).filter(|class| classes >> class & 1 == 1);
            column.extend(set.map(|class| class as u8));
        }
    }
}
