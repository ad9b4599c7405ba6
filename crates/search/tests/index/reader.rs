//! What a client does with a term and with a shard, in Rust.

use std::io::Read;

use newsprint_search::query::Part;

use super::GENERATION;

pub(crate) enum Lookup {
    Pair(u32),
    Letter(u32),
    Word(String),
}

fn mix(mut number: u32) -> u32 {
    number ^= number >> 16;
    number = number.wrapping_mul(0x85eb_ca6b);
    number ^= number >> 13;
    number = number.wrapping_mul(0xc2b2_ae35);
    number ^ (number >> 16)
}

fn unit16(part: &Part) -> u32 {
    match part.text.chars().next().map_or(0, u32::from) {
        rare @ 0x1_0000.. => 0xe000 | (rare & 0x1fff),
        code => code,
    }
}

fn hash_of(word: &str) -> u32 {
    word.encode_utf16().fold(0x811c_9dc5, |hash, unit| {
        (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193)
    })
}

fn class(part: Option<&Part>) -> u64 {
    let Some(part) = part else { return 0 };
    let hash = if part.is_word {
        hash_of(&part.text)
    } else {
        unit16(part)
    };
    1 << (mix(hash ^ if part.joined { 0 } else { 0x9e37_79b9 }) % 61)
}

pub(crate) fn lookups(parts: &[Part]) -> Vec<(Lookup, u64)> {
    let mut all = Vec::new();
    let is_pair = |first: &Part, second: &Part| {
        first.is_word == second.is_word && (first.is_word || second.joined)
    };
    for (at, part) in parts.iter().enumerate() {
        let next = parts.get(at + 1);
        let is_second = at > 0 && is_pair(&parts[at - 1], part);
        if let Some(second) = next.filter(|next| is_pair(part, next)) {
            let hash = if part.is_word {
                hash_of(&part.text).rotate_left(7) ^ hash_of(&second.text)
            } else {
                unit16(part) << 16 | unit16(second)
            };
            all.push((Lookup::Pair(mix(hash)), class(parts.get(at + 2))));
        } else if !is_second && part.is_word {
            all.push((Lookup::Word(part.text.clone()), class(next)));
        } else if !is_second {
            all.push((Lookup::Letter(mix(unit16(part))), class(next)));
        }
    }
    all
}

/// A post of a term: its place, the classes of what follows the term in it, and whether the term stands in its title.
pub(crate) type Posting = (u32, u64, bool);

/// A file that is read from front to back.
struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Reader<'a> {
        let (bytes, rest) = self.bytes.split_at(length);
        self.bytes = rest;
        Reader { bytes }
    }

    fn number(&mut self) -> usize {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let byte = self.take(1).bytes[0];
            value |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        value
    }

    fn numbers(&mut self, count: usize) -> Vec<usize> {
        (0..count).map(|_| self.number()).collect()
    }
}

/// The lookups' terms of all chunks of all tables, as (table, name, posts).
pub(crate) fn read_shard(file: &[u8]) -> Vec<(usize, Vec<u8>, Vec<Posting>)> {
    let mut file = Reader { bytes: file };
    assert_eq!(file.take(4).bytes, GENERATION.to_le_bytes());
    let length = file.number();
    let mut directory = file.take(length);
    let mut all = Vec::new();
    for table in 0..3 {
        let mut hash = 0;
        for _ in 0..directory.number() {
            let first = if table == 2 {
                let length = directory.number();
                directory.take(length).bytes.to_vec()
            } else {
                hash += directory.number();
                (hash as u32).to_le_bytes().to_vec()
            };
            let length = directory.number();
            let terms = read_chunk(file.take(length).bytes, table == 2);
            assert_eq!(
                terms[0].0, first,
                "the directory says what a chunk begins with"
            );
            all.extend(terms.into_iter().map(|(name, posts)| (table, name, posts)));
        }
    }
    assert!(
        directory.bytes.is_empty() && file.bytes.is_empty(),
        "nothing is left over"
    );
    all
}

fn read_chunk(packed: &[u8], has_words: bool) -> Vec<(Vec<u8>, Vec<Posting>)> {
    let mut bytes = Vec::new();
    let mut unpacked = flate2::read::DeflateDecoder::new(packed);
    unpacked.read_to_end(&mut bytes).expect("deflated");
    let mut chunk = Reader { bytes: &bytes };
    assert_eq!(chunk.take(4).bytes, GENERATION.to_le_bytes());
    let terms = chunk.number();
    let (mut hash, mut word) = (0, Vec::new());
    let names: Vec<Vec<u8>> = (0..terms)
        .map(|_| {
            if has_words {
                word.truncate(chunk.number());
                let length = chunk.number();
                word.extend_from_slice(chunk.take(length).bytes);
                return word.clone();
            }
            hash += chunk.number();
            (hash as u32).to_le_bytes().to_vec()
        })
        .collect();
    let places = chunk.numbers(terms);
    let neighbours = chunk.numbers(terms);
    let titles: Vec<Vec<usize>> = (0..terms)
        .map(|_| {
            let count = chunk.number();
            let mut next = 0;
            let numbers = chunk.numbers(count).into_iter();
            numbers
                .map(|distance| {
                    next += distance + 1;
                    next - 1
                })
                .collect()
        })
        .collect();
    let mut all_places = chunk.take(places.iter().sum());
    let mut all_neighbours = chunk.take(neighbours.iter().sum());
    assert!(chunk.bytes.is_empty(), "nothing is left over");
    let parts = names.into_iter().zip(places).zip(neighbours).zip(titles);
    parts
        .map(|(((name, places), neighbours), titles)| {
            let places = all_places.take(places);
            let neighbours = all_neighbours.take(neighbours);
            (name, read_posts(places, neighbours, &titles))
        })
        .collect()
}

fn read_posts(
    mut places: Reader<'_>,
    mut neighbours: Reader<'_>,
    titles: &[usize],
) -> Vec<Posting> {
    let mut posts = Vec::new();
    let mut next = 0;
    while !places.bytes.is_empty() {
        let doc = next + places.number() as u32;
        let kind = neighbours.take(1).bytes[0];
        let mask = match kind {
            0..61 => 1 << kind,
            61 => 0,
            _ => {
                let classes = neighbours.take(usize::from(kind) - 61).bytes;
                classes.iter().map(|class| 1 << class).sum()
            }
        };
        posts.push((doc, mask, titles.contains(&posts.len())));
        next = doc + 1;
    }
    posts
}
