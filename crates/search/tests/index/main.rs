//! The index finds what a plain scan finds: all of it, and hardly anything else.
//!
//! The reader below is the client's in Rust: it answers queries from the bytes of shards alone.

use std::collections::BTreeSet;

use newsprint_search::query::{Query, ScannedPost, Term, scan};
use newsprint_search::{Bucket, PostText, Shards, TermFinder, fold, visible_text};
use proptest::prelude::*;

mod reader;

use reader::{Lookup, Posting, lookups, read_shard};

const GENERATION: u32 = 7;

/// Posts that were made into shards.
struct Index {
    shards: Shards,
    files: Vec<Vec<u8>>,
    /// What all files say.
    terms: Vec<(usize, Vec<u8>, Vec<Posting>)>,
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
            files.extend(
                shards
                    .in_bucket(number)
                    .map(|shard| bucket.shard(shard, GENERATION)),
            );
        }
        let terms = files.iter().flat_map(|file| read_shard(file)).collect();
        Self {
            shards,
            files,
            terms,
        }
    }

    /// The posts of a lookup with the units that follow it; none where no post has it.
    fn postings(&self, lookup: &Lookup) -> Option<Vec<Posting>> {
        // Which shard it is in is the layout's own affair; a term is in one of them.
        let (table, name) = match lookup {
            Lookup::Pair(hash) => (0, hash.to_le_bytes().to_vec()),
            Lookup::Letter(hash) => (1, hash.to_le_bytes().to_vec()),
            Lookup::Word(word) => (2, word.as_bytes().to_vec()),
        };
        let mut found = self
            .terms
            .iter()
            .filter(|term| (term.0, &term.1) == (table, &name));
        let posts = found.next().map(|term| term.2.clone());
        assert!(found.next().is_none(), "a term is in one shard only");
        posts
    }

    fn term(&self, term: &Term) -> BTreeSet<u32> {
        let lists = lookups(&term.parts).into_iter().map(|(lookup, after)| {
            let list = self.postings(&lookup).unwrap_or_default();
            let fits = |mask: u64| after == 0 || mask & after != 0;
            list.into_iter()
                .filter(|(_, mask, _)| fits(*mask))
                .map(|(doc, ..)| doc)
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
        assert!(precision > 0.99, "{precision}");
    }
}

#[test]
fn terms_in_titles_are_told_apart_from_those_in_texts() {
    let post = |title: &str, body: &str| (title.to_owned(), body.to_owned());
    let posts = [
        post("钉钉 release notes", "<p>低代码 平台</p>"),
        post("别的", "<p>钉钉 release notes 低代码</p>"),
    ];
    let index = Index::of(&posts, Shards::of(1));
    let cases = [
        ("钉钉", [Some(true), Some(false)]),
        ("钉", [Some(true), Some(false)]),
        ("release", [Some(true), Some(false)]),
        ("\"release notes\"", [Some(true), Some(false)]),
        ("代码", [Some(false), Some(false)]),
        ("别的", [None, Some(true)]),
        ("平台", [Some(false), None]),
    ];
    for (text, expected) in cases {
        let query = Query::parse(text);
        for (lookup, _) in lookups(&query.terms[0].parts) {
            let postings = index.postings(&lookup).expect("some post has it");
            let in_title = |doc| {
                postings
                    .iter()
                    .find(|post| post.0 == doc)
                    .map(|post| post.2)
            };
            assert_eq!([in_title(0), in_title(1)], expected, "{text}");
        }
    }
}

#[test]
fn shards_do_not_depend_on_the_order_of_posts_or_of_pieces() {
    let posts = archive(40);
    let shards = Shards::of(3);
    let index = Index::of(&posts, shards);
    let mut finder = TermFinder::default();
    let mut bytes = vec![Vec::new(); shards.buckets() as usize];
    let mut buckets: Vec<_> = bytes.iter().map(|_| Bucket::new(shards)).collect();
    for (doc, (title, body)) in posts.iter().enumerate() {
        let text = visible_text(body);
        let post = PostText {
            title,
            text: &text,
            ..PostText::default()
        };
        finder.find(&post).write(doc as u32, shards, &mut bytes);
        for (bucket, bytes) in buckets.iter_mut().zip(&mut bytes) {
            bucket.add(bytes);
            bytes.clear();
        }
    }
    let mut files = Vec::new();
    for (number, bucket) in (0..).zip(&mut buckets) {
        bucket.sort();
        let shards = shards.in_bucket(number);
        files.extend(shards.map(|shard| bucket.shard(shard, GENERATION)));
    }
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
        bucket.shard(0, GENERATION);
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
    fn whatever_stands_in_a_bucket_makes_a_shard(bytes in prop::collection::vec(prop_oneof![Just(0_u8), Just(62), any::<u8>()], 0..400)) {
        let shards = Shards::of(1);
        let mut bucket = Bucket::new(shards);
        for bytes in [bytes.as_slice(), &[]] {
            bucket.begin(shards);
            bucket.add(bytes);
            bucket.sort();
            let again = bucket.shard(0, GENERATION);
            prop_assert_eq!(bucket.shard(0, GENERATION), again);
        }
        let empty = Bucket::new(shards).shard(0, GENERATION);
        prop_assert_eq!(bucket.shard(0, GENERATION), empty, "what was made before does not matter");
    }

    #[test]
    fn every_text_is_a_query(text in ".{0,60}") {
        Query::parse(&text);
        Query::parse(&format!("-source:\"{text}"));
    }
}
