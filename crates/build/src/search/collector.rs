//! Takes terms from posts, one after the other on every thread, and makes the files of the index when all are there.

use std::io;
use std::path::Path;
use std::sync::{LockResult, Mutex, PoisonError};

use newsprint_model::config::SearchScope;
use newsprint_model::route::SearchFile;
use newsprint_model::{Diagnostic, PostId, Route, RouteKind};
use newsprint_search::{Bucket, Layout, PostText, Shards, TermFinder, append_visible_text};
use rayon::prelude::*;

use super::SearchIndex;
use crate::site::Site;
use crate::spill::Spill;

/// What all threads together hold back before it goes to the file, in bytes.
const HELD_BACK: usize = 4 * 1024 * 1024;
/// The least that is worth writing.
const LEAST_PIECE: usize = 4 * 1024;

/// Takes the terms of posts while they are rendered.
pub struct Collector<'a> {
    site: &'a Site,
    index: &'a SearchIndex,
    /// By segment: whether it is made anew.
    anew: Vec<bool>,
    threads: Vec<Mutex<Thread>>,
    /// The first bucket of each segment.
    first_buckets: Vec<usize>,
    /// A bucket goes to the file at this length: a little before a power of two, at which its memory would be doubled.
    piece: usize,
    spill: Spill,
}

/// What a thread keeps.
#[derive(Default)]
struct Thread {
    finder: TermFinder,
    text: String,
    buckets: Vec<Vec<u8>>,
    /// One after the other is made in the same memory: fresh memory is dear.
    workshop: Option<Bucket>,
}

impl<'a> Collector<'a> {
    /// For as many threads as share out the work; `anew` says which segments are made, `side` is the folder for the file on the side.
    pub fn new(
        site: &'a Site,
        index: &'a SearchIndex,
        anew: Vec<bool>,
        threads: usize,
        side: &Path,
    ) -> Self {
        let mut first_buckets = Vec::with_capacity(anew.len());
        let mut buckets = 0;
        for segment in &index.layout.segments {
            first_buckets.push(buckets);
            buckets += segment.shards.buckets() as usize;
        }
        let new = || Thread {
            buckets: vec![Vec::new(); buckets],
            ..Thread::default()
        };
        let piece = (HELD_BACK / (buckets * threads).max(1)).max(LEAST_PIECE);
        Self {
            site,
            index,
            anew,
            threads: (0..threads).map(|_| Mutex::new(new())).collect(),
            first_buckets,
            piece: (1 << piece.ilog2()) / 8 * 7,
            spill: Spill::new(side, buckets),
        }
    }

    /// Whether a post's terms are needed.
    pub fn wants(&self, id: PostId) -> bool {
        let (segment, _) = self.index.layout.place(id);
        self.anew[segment as usize]
    }

    /// Takes the terms of a post whose finished body is given; `thread` is the number of the calling thread.
    ///
    /// # Errors
    /// The file on the side cannot be written.
    pub fn add(&self, thread: usize, id: PostId, body: &str) -> io::Result<()> {
        let archive = &self.site.archive;
        let post = archive.post(id);
        let mut guard = unpoisoned(self.threads[thread % self.threads.len()].lock());
        let thread = &mut *guard;
        thread.text.clear();
        match self.site.config.search.scope {
            SearchScope::Full => append_visible_text(body, &mut thread.text),
            SearchScope::Lead => thread.text.push_str(&post.excerpt),
            SearchScope::Title => {}
        }
        let authors: Vec<&str> = post
            .authors
            .iter()
            .map(|id| &*archive.authors()[id.0 as usize].name)
            .collect();
        let more = post.categories.iter().skip(1);
        let categories: Vec<&str> = more
            .flat_map(|leaf| archive.category_path(*leaf))
            .map(|id| &*archive.category(id).name)
            .collect();
        let terms = thread.finder.find(&PostText {
            title: &post.title,
            text: &thread.text,
            authors: &authors,
            categories: &categories,
        });
        let (segment, doc) = self.index.layout.place(id);
        let shards = self.index.layout.segments[segment as usize].shards;
        let first = self.first_buckets[segment as usize];
        let own = &mut thread.buckets[first..first + shards.buckets() as usize];
        terms.write(doc, shards, own);
        for (bucket, bytes) in (first..).zip(own) {
            if bytes.len() >= self.piece {
                self.spill.write(bucket, bytes)?;
                bytes.clear();
            }
        }
        Ok(())
    }

    /// Makes the files given and hands them to `put`; the posts of their segments must have been taken.
    pub fn finish(
        &self,
        routes: &[&Route],
        put: impl Fn(&Route, &[u8]) -> Result<(), Diagnostic> + Sync,
    ) -> Vec<Diagnostic> {
        let files = Files::of(routes, &self.first_buckets, &self.index.layout);
        let others = files.others.par_iter();
        let mut errors: Vec<Diagnostic> = others
            .filter_map(|(route, file)| {
                put(route, &self.index.catalogue_file(self.site, *file)?).err()
            })
            .collect();
        let buckets = files.buckets.par_iter().enumerate().with_max_len(1);
        errors.par_extend(
            buckets.flat_map_iter(|(bucket, routes)| self.bucket(bucket, routes, &put)),
        );
        errors
    }

    fn bucket(
        &self,
        number: usize,
        routes: &[(&Route, u32, u32)],
        put: &(impl Fn(&Route, &[u8]) -> Result<(), Diagnostic> + Sync),
    ) -> Vec<Diagnostic> {
        let Some((_, segment, _)) = routes.first() else {
            return Vec::new();
        };
        let shards = self.index.layout.segments[*segment as usize].shards;
        let mut bucket = self.workshop(shards);
        if let Err(error) = self.spill.read(number, |bytes| bucket.add(bytes)) {
            return vec![side_file(&error)];
        }
        for thread in &self.threads {
            let held_back = std::mem::take(&mut unpoisoned(thread.lock()).buckets[number]);
            bucket.add(&held_back);
        }
        bucket.sort();
        let errors = routes
            .iter()
            .filter_map(|(route, segment, shard)| {
                let bytes = bucket.shard(*shard, self.index.generation(*segment));
                put(route, &bytes).err()
            })
            .collect();
        unpoisoned(self.own_thread().lock()).workshop = Some(bucket);
        errors
    }

    /// The memory in which the calling thread makes buckets, with a new one begun.
    fn workshop(&self, shards: Shards) -> Bucket {
        let kept = unpoisoned(self.own_thread().lock()).workshop.take();
        match kept {
            Some(mut bucket) => {
                bucket.begin(shards);
                bucket
            }
            None => Bucket::new(shards),
        }
    }

    fn own_thread(&self) -> &Mutex<Thread> {
        let number = rayon::current_thread_index().unwrap_or_default();
        &self.threads[number % self.threads.len()]
    }
}

/// What is wrong when the file on the side cannot be used.
pub fn side_file(error: &io::Error) -> Diagnostic {
    Diagnostic::error(format!("the search index could not be made: {error}"))
        .hint("it needs room for about 4 kB a post in `.newsprint/` or the folder for temporary files; `[search] enabled = false` does without")
}

/// A panic costs its page alone, and what a thread had taken before it is whole.
pub(crate) fn unpoisoned<T>(result: LockResult<T>) -> T {
    result.unwrap_or_else(PoisonError::into_inner)
}

/// The routes of the index by how they are made.
struct Files<'a> {
    /// By bucket: the route, its segment, its shard.
    buckets: Vec<Vec<(&'a Route, u32, u32)>>,
    others: Vec<(&'a Route, SearchFile)>,
}

impl<'a> Files<'a> {
    fn of(routes: &[&'a Route], first_buckets: &[usize], layout: &Layout) -> Self {
        let last = layout.segments.last();
        let count = first_buckets.last().copied().unwrap_or_default()
            + last.map_or(0, |segment| segment.shards.buckets() as usize);
        let mut files = Self {
            buckets: vec![Vec::new(); count],
            others: Vec::new(),
        };
        for route in routes {
            match route.kind {
                RouteKind::Search(SearchFile::Shard(number, shard)) => {
                    let shards = layout.segments[number as usize].shards;
                    let bucket = first_buckets[number as usize] + shards.bucket(shard) as usize;
                    files.buckets[bucket].push((route, number, shard));
                }
                RouteKind::Search(file) => files.others.push((route, file)),
                _ => {}
            }
        }
        files
    }
}
