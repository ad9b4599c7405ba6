//! The index finds what a plain scan finds: all of it, and hardly anything else.
//!
//! The reader below is the client's in Rust: it answers queries from the bytes of shards alone.

use std::collections::BTreeSet;

use newsprint_search::query::{Part, Query, ScannedPost, Term, scan};
use newsprint_search::{Bucket, PostText, Shards, TermFinder, fold, visible_text};
use proptest::prelude::*;

/// Posts that were made into shards.
struct Index {
    shards: Shards,
    files: Vec<Vec<u8>>,
}

impl Index {
    fn of(posts: &[(String, String)], shards: Shards) -> Self {
        let mut finder = TermFinder::default();
        let mut buckets = vec![Vec::new(); shards.buckets() as usize];
        // In any order: threads finish when they do.
        for (doc, (title, body)) in posts.iter().enumerate().rev() {
            let text = visible_text(body);
            let post = PostText {
                title,
                text: &text,
                ..PostText::default()
            };
            finder.find(&post).write(doc as u32, shards, &mut buckets);
        }
        let mut files = Vec::new();
        for (number, bytes) in (0..).zip(&buckets) {
            let mut bucket = Bucket::new(shards);
            bucket.add(bytes);
            bucket.sort();
            files.extend(shards.in_bucket(number).map(|shard| bucket.shard(shard, 7)));
        }
        Self { shards, files }
    }

    /// The posts of a lookup with the units that follow it; none where no post has it.
    fn postings(&self, lookup: &Lookup) -> Option<Vec<(u32, u32)>> {
        // Which shard it is in is the layout's own affair; a term is in one of them.
        let found: Vec<_> = self
            .files
            .iter()
            .filter_map(|file| Shard::read(file).postings(lookup))
            .collect();
        assert!(found.len() <= 1, "a term is in one shard only");
        found.into_iter().next()
    }

    fn term(&self, term: &Term) -> BTreeSet<u32> {
        let lists = lookups(&term.parts).into_iter().map(|(lookup, after)| {
            let list = self.postings(&lookup).unwrap_or_default();
            let fits = |mask: u32| after == 0 || mask & after != 0;
            list.into_iter()
                .filter(|(_, mask)| fits(*mask))
                .map(|(doc, _)| doc)
                .collect::<BTreeSet<_>>()
        });
        lists
            .reduce(|a, b| a.intersection(&b).copied().collect())
            .unwrap_or_default()
    }

    fn find(&self, posts: u32, query: &Query) -> BTreeSet<u32> {
        let mut found: BTreeSet<u32> = (0..posts).collect();
        for term in &query.terms {
            let with = self.term(term);
            found.retain(|doc| with.contains(doc) != term.excluded);
        }
        found
    }
}

enum Lookup {
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

fn class(part: Option<&Part>) -> u32 {
    let Some(part) = part else { return 0 };
    let hash = if part.is_word {
        part.text
            .encode_utf16()
            .fold(0x811c_9dc5, |hash: u32, unit| {
                (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193)
            })
    } else {
        unit16(part)
    };
    1 << (mix(hash ^ if part.joined { 0 } else { 0x9e37_79b9 }) % 31)
}

fn lookups(parts: &[Part]) -> Vec<(Lookup, u32)> {
    let mut all = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let next = parts.get(at + 1);
        let pairs_with = next.filter(|next| next.joined && !next.is_word);
        let is_second = at > 0 && part.joined && !parts[at - 1].is_word;
        if part.is_word {
            all.push((Lookup::Word(part.text.clone()), class(next)));
        } else if let Some(second) = pairs_with {
            let hash = mix(unit16(part) << 16 | unit16(second));
            all.push((Lookup::Pair(hash), class(parts.get(at + 2))));
        } else if !is_second {
            all.push((Lookup::Letter(mix(unit16(part))), 0));
        }
    }
    all
}

/// A shard, unpacked.
struct Shard {
    bytes: Vec<u8>,
    at: usize,
}

impl Shard {
    fn read(file: &[u8]) -> Self {
        let bytes = miniz_oxide::inflate::decompress_to_vec(file).expect("deflated");
        assert_eq!(bytes[..4], 7_u32.to_le_bytes());
        Self { bytes, at: 4 }
    }

    fn number(&mut self) -> u32 {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let byte = self.bytes[self.at];
            self.at += 1;
            value |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        value
    }

    fn postings(mut self, lookup: &Lookup) -> Option<Vec<(u32, u32)>> {
        let mut found = None;
        for table in 0..3 {
            let terms = self.number() as usize;
            let mut hit = None;
            let (mut hash, mut word) = (0_u32, Vec::new());
            for term in 0..terms {
                let is_it = if table == 2 {
                    word.truncate(self.number() as usize);
                    let length = self.number() as usize;
                    word.extend_from_slice(&self.bytes[self.at..self.at + length]);
                    self.at += length;
                    matches!(lookup, Lookup::Word(asked) if asked.as_bytes() == word)
                } else {
                    hash += self.number();
                    match lookup {
                        Lookup::Pair(asked) => table == 0 && *asked == hash,
                        Lookup::Letter(asked) => table == 1 && *asked == hash,
                        Lookup::Word(_) => false,
                    }
                };
                if is_it {
                    hit = Some(term);
                }
            }
            let has_neighbours = table != 1;
            let mut lengths = |count| {
                (0..count)
                    .map(|_| self.number() as usize)
                    .collect::<Vec<_>>()
            };
            let places = lengths(terms);
            let neighbours = lengths(if has_neighbours { terms } else { 0 });
            let mut place = self.at;
            let mut neighbour = place + places.iter().sum::<usize>();
            let end = neighbour + neighbours.iter().sum::<usize>();
            if let Some(hit) = hit {
                place += places[..hit].iter().sum::<usize>();
                neighbour += neighbours.iter().take(hit).sum::<usize>();
                found = Some(self.list(place, places[hit], neighbour, has_neighbours));
            }
            self.at = end;
        }
        assert_eq!(self.at, self.bytes.len(), "nothing is left over");
        found
    }

    fn list(
        &mut self,
        place: usize,
        length: usize,
        mut neighbour: usize,
        has: bool,
    ) -> Vec<(u32, u32)> {
        let mut list = Vec::new();
        let mut next = 0;
        self.at = place;
        while self.at < place + length {
            let number = self.number();
            let doc = next + if has { number } else { number >> 1 };
            let mut mask = 0;
            if has {
                let kind = u32::from(self.bytes[neighbour] & 0x7f);
                neighbour += 1;
                match kind {
                    0..31 => mask = 1 << kind,
                    31 => {}
                    _ => {
                        for _ in 31..kind {
                            mask |= 1 << self.bytes[neighbour];
                            neighbour += 1;
                        }
                    }
                }
            }
            list.push((doc, mask));
            next = doc + 1;
        }
        list
    }
}

fn scanned(posts: &[(String, String)]) -> Vec<ScannedPost> {
    posts
        .iter()
        .map(|(title, body)| ScannedPost::of(title, &visible_text(body)))
        .collect()
}

/// Numbers that look random and are the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// A made-up archive in which few letters and words are used over and over, which is hard on an index of pairs.
fn archive(posts: usize) -> Vec<(String, String)> {
    let letters: Vec<char> = "的一是了我不人在他有这上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知世什两次使身者被高已亲其进此话常与活正感".chars().collect();
    let words = [
        "iPhone", "5G", "AI", "linux", "open", "source", "2024", "release", "Rust", "web",
    ];
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut text = |units: usize| {
        let mut text = String::new();
        for _ in 0..units {
            match random.below(14) {
                0 => text.push('，'),
                1 => {
                    text.push(' ');
                    text.push_str(words[random.below(words.len())]);
                }
                // Some letters are far more frequent than others.
                _ => {
                    let range = 1 + random.below(letters.len());
                    text.push(letters[random.below(range)]);
                }
            }
        }
        text
    };
    (0..posts)
        .map(|_| {
            let body = format!("<p>{}</p><p>{}<b>{}</b></p>", text(150), text(60), text(20));
            (text(14), body)
        })
        .collect()
}

#[test]
fn the_index_finds_what_a_scan_finds() {
    let posts = archive(300);
    let scanned = scanned(&posts);
    for shards in [Shards::of(1), Shards::of(12)] {
        let index = Index::of(&posts, shards);
        assert_eq!(index.shards.count() as usize, index.files.len());
        let mut random = Random(42);
        let (mut asked, mut precision) = (0, 0.0);
        for _ in 0..120 {
            let (title, body) = &posts[random.below(posts.len())];
            let text = fold(&format!("{title}\n{}", visible_text(body)));
            let letters: Vec<char> = text.chars().collect();
            let length = 1 + random.below(6);
            let start = random.below(letters.len() - length);
            let cut: String = letters[start..start + length].iter().collect();
            let quoted = format!("\"{}\"", cut.replace('\n', " "));
            for text in [cut, quoted] {
                let mut query = Query::parse(&text);
                for term in &mut query.terms {
                    term.may_begin = false;
                }
                if query.terms.is_empty() {
                    continue;
                }
                let expected: BTreeSet<u32> =
                    scan(&scanned, &query).iter().map(|id| *id as u32).collect();
                let found = index.find(posts.len() as u32, &query);
                assert!(found.is_superset(&expected), "{text}: something is missing");
                asked += 1;
                precision += (expected.len() + 1) as f64 / (found.len() + 1) as f64;
            }
        }
        let precision = precision / f64::from(asked);
        // Texts of so few letters chosen at random are far worse than any language.
        assert!(precision > 0.9, "{precision}");
    }
}

#[test]
fn shards_do_not_depend_on_the_order_of_posts_or_of_pieces() {
    let posts = archive(40);
    let shards = Shards::of(3);
    let index = Index::of(&posts, shards);
    let mut finder = TermFinder::default();
    let mut bytes = vec![Vec::new(); shards.buckets() as usize];
    let mut bucket = Bucket::new(shards);
    for (doc, (title, body)) in posts.iter().enumerate() {
        let text = visible_text(body);
        let post = PostText {
            title,
            text: &text,
            ..PostText::default()
        };
        finder.find(&post).write(doc as u32, shards, &mut bytes);
        bucket.add(&bytes[0]);
        bytes[0].clear();
    }
    bucket.sort();
    let files: Vec<_> = (0..shards.count())
        .map(|shard| bucket.shard(shard, 7))
        .collect();
    assert!(files == index.files);
}

#[test]
fn whatever_stands_in_a_bucket_is_read_to_its_last_whole_record() {
    let posts = archive(2);
    let shards = Shards::of(1);
    let mut finder = TermFinder::default();
    let mut bytes = vec![Vec::new()];
    let post = PostText {
        title: &posts[0].0,
        text: &posts[0].1,
        ..PostText::default()
    };
    finder.find(&post).write(3, shards, &mut bytes);
    for end in 0..bytes[0].len() {
        let mut bucket = Bucket::new(shards);
        bucket.add(&bytes[0][..end]);
        bucket.sort();
        bucket.shard(0, 7);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_stands_in_a_post_is_found(text in "[a-c一二三ア𠮷 。\n<&;]{0,40}", title in ".{0,12}", start in 0_usize..40, length in 1_usize..8) {
        let posts = vec![(title, text), ("别的".to_owned(), "一二 a b".to_owned())];
        let index = Index::of(&posts, Shards::of(1));
        let letters: Vec<char> = fold(&visible_text(&posts[0].1)).chars().collect();
        let cut: String = letters.iter().skip(start).take(length).collect();
        let mut query = Query::parse(&cut);
        for term in &mut query.terms {
            term.may_begin = false;
        }
        let found = index.find(2, &query);
        for id in scan(&scanned(&posts), &query) {
            prop_assert!(found.contains(&(id as u32)), "{cut:?}");
        }
    }

    #[test]
    fn every_text_is_a_query(text in ".{0,60}") {
        Query::parse(&text);
        Query::parse(&format!("-source:\"{text}"));
    }
}
