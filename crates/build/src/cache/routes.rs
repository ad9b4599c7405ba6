//! What every file of the output was made of, and what it looked like when it was done.
//!
//! A file is left alone if the fingerprint of all that it is made of is the same, and if it still has the length and the
//! time of change that it had: one that was edited or removed by hand is made again.
//!
//! There are more files than posts, so what is known of one takes forty bytes, in order of the files' hashes; what more is
//! known of a post's page stands in a second block, written as short as it goes, and is read when it is asked for.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use newsprint_model::{Counts, Diagnostic};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::{Magic, open, program, store};
use crate::sink::Stamp;

const MAGIC: Magic = *b"newsprint page 2";

/// What is known of a file of the output.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    /// XXH3 of the file's path.
    file: u64,
    /// Of all that it was made of, or of its bytes where it is cheaper to make than to ask.
    pub fingerprint: u64,
    /// The file as it was left.
    pub stamp: Stamp,
    /// Where more is said of a post's own page; empty for other files.
    record: Record,
}

/// A stretch of the records.
#[derive(Debug, Clone, Copy, Default)]
struct Record {
    start: u32,
    length: u32,
}

/// What other pages need of a post's page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MadePost<'a> {
    /// Where the body stands in the page.
    pub body: Option<std::ops::Range<usize>>,
    /// What was taken out of the body.
    pub counts: Counts,
    /// What was odd about the body, and what to do about it.
    #[serde(borrow)]
    pub warning: Option<(&'a str, Option<&'a str>)>,
    /// What the body refers to beside it.
    #[serde(borrow)]
    pub references: Vec<&'a str>,
}

impl Made {
    /// How it is written: five numbers, the last of which is two halves.
    const BYTES: usize = 40;

    /// For the file named.
    pub fn new(file: &str, fingerprint: u64, stamp: Stamp) -> Self {
        Self {
            file: xxh3_64(file.as_bytes()),
            fingerprint,
            stamp,
            record: Record::default(),
        }
    }

    /// The first of these numbers alone.
    fn file_of(bytes: &[u8; Self::BYTES]) -> u64 {
        u64::from_le_bytes(std::array::from_fn(|place| bytes[place]))
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.file.to_le_bytes());
        out.extend_from_slice(&self.fingerprint.to_le_bytes());
        out.extend_from_slice(&self.stamp.size.to_le_bytes());
        out.extend_from_slice(&self.stamp.mtime.to_le_bytes());
        out.extend_from_slice(&self.record.start.to_le_bytes());
        out.extend_from_slice(&self.record.length.to_le_bytes());
    }

    fn read(bytes: &[u8; Self::BYTES]) -> Self {
        let number = |at: usize| u64::from_le_bytes(std::array::from_fn(|place| bytes[at + place]));
        let half = |at: usize| u32::from_le_bytes(std::array::from_fn(|place| bytes[at + place]));
        Self {
            file: number(0),
            fingerprint: number(8),
            stamp: Stamp {
                size: number(16),
                mtime: number(24).cast_signed(),
            },
            record: Record {
                start: half(32),
                length: half(36),
            },
        }
    }
}

/// What a build notes of its files.
#[derive(Debug, Default)]
pub struct Notes {
    made: Vec<Made>,
    records: Vec<u8>,
}

impl Notes {
    /// Notes a file, and more of it if it is a post's own page.
    pub fn push(&mut self, mut made: Made, post: Option<&MadePost<'_>>) {
        if let Some(record) = post.and_then(|post| postcard::to_allocvec(post).ok()) {
            made.record = self.append(&record);
        }
        self.made.push(made);
    }

    fn append(&mut self, record: &[u8]) -> Record {
        let (Ok(start), Ok(length)) = (
            u32::try_from(self.records.len()),
            u32::try_from(record.len()),
        ) else {
            // Without its record a page is made again.
            return Record::default();
        };
        self.records.extend_from_slice(record);
        Record { start, length }
    }
}

/// The files of the last build.
#[derive(Default)]
pub struct RouteCache {
    /// As they were read: their number, what is known of each in order of its hash, the records.
    bytes: Vec<u8>,
    /// Where the records begin.
    records: usize,
    /// Whether the file has been found as it was.
    kept: Vec<AtomicBool>,
    /// Where the files begin whose hashes begin with these bits; hashes are spread evenly, so that there are about as many as files.
    starts: Vec<u32>,
}

impl RouteCache {
    /// Reads what the last build into this output folder left.
    ///
    /// # Errors
    /// A file that is there and no good; go on with an empty cache.
    pub fn load(path: &Path) -> Result<Self, Diagnostic> {
        let content = open(path, &MAGIC, program())?;
        Ok(content.and_then(Self::of).unwrap_or_default())
    }

    /// None if the bytes end before what they should hold.
    fn of(bytes: Vec<u8>) -> Option<Self> {
        let mut cache = Self {
            bytes,
            ..Self::default()
        };
        let count = u64::from_le_bytes(*cache.bytes.first_chunk()?);
        cache.records = usize::try_from(count)
            .ok()?
            .checked_mul(Made::BYTES)?
            .checked_add(COUNT)
            .filter(|records| *records <= cache.bytes.len())?;
        let files = cache.files();
        let bits = bits_of(files.len());
        let mut starts = Vec::with_capacity((1 << bits) + 1);
        for (made, at) in files.iter().zip(0..) {
            while starts.len() <= first_bits(Made::file_of(made), bits) {
                starts.push(at);
            }
        }
        starts.resize((1 << bits) + 1, u32::try_from(files.len()).ok()?);
        let is_sorted = files.is_sorted_by_key(Made::file_of);
        cache.kept = files.iter().map(|_| AtomicBool::new(false)).collect();
        cache.starts = starts;
        is_sorted.then_some(cache)
    }

    fn files(&self) -> &[[u8; Made::BYTES]] {
        let files = self.bytes.get(COUNT..self.records).unwrap_or_default();
        files.as_chunks().0
    }

    /// What is known of a file, and its place.
    pub fn get(&self, file: &str) -> Option<(Place, Made)> {
        let file = xxh3_64(file.as_bytes());
        let files = self.files();
        let bits = bits_of(files.len());
        let start = *self.starts.get(first_bits(file, bits))? as usize;
        let end = *self.starts.get(first_bits(file, bits) + 1)? as usize;
        let among = files.get(start..end)?;
        let place = start + among.iter().position(|made| Made::file_of(made) == file)?;
        Some((Place(place), Made::read(&files[place])))
    }

    /// What more is known of a post's page.
    pub fn post(&self, made: &Made) -> Option<MadePost<'_>> {
        postcard::from_bytes(self.record(made)).ok()
    }

    fn record(&self, made: &Made) -> &[u8] {
        let start = self.records + made.record.start as usize;
        let record = self.bytes.get(start..start + made.record.length as usize);
        record.unwrap_or_default()
    }

    /// Notes that a file is still what it was.
    pub fn keep(&self, place: Place) {
        if let Some(kept) = self.kept.get(place.0) {
            kept.store(true, Ordering::Relaxed);
        }
    }

    /// Writes what this build leaves: what was kept, and what it `made`.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn store(&self, path: &Path, mut made: Notes) -> std::io::Result<()> {
        let is_kept = |kept: &AtomicBool| kept.load(Ordering::Relaxed);
        if made.made.is_empty() && self.kept.iter().all(is_kept) && !self.kept.is_empty() {
            return Ok(());
        }
        let kept = self.files().iter().zip(&self.kept);
        for (kept, _) in kept.filter(|(_, kept)| is_kept(kept)) {
            let kept = Made::read(kept);
            let record = made.append(self.record(&kept));
            made.made.push(Made { record, ..kept });
        }
        made.made.sort_unstable_by_key(|made| made.file);
        let mut files = Vec::with_capacity(COUNT + made.made.len() * Made::BYTES);
        files.extend_from_slice(&(made.made.len() as u64).to_le_bytes());
        made.made.iter().for_each(|one| one.write(&mut files));
        let part = vec![&files, &made.records];
        store(path, &MAGIC, program(), std::iter::once(part))
    }
}

/// Where a file stands among those of the last build.
#[derive(Debug, Clone, Copy)]
pub struct Place(usize);

/// The bytes of the number of files.
const COUNT: usize = 8;

/// How many of a hash's first bits tell so many files apart.
fn bits_of(files: usize) -> u32 {
    files.max(2).ilog2()
}

fn first_bits(hash: u64, bits: u32) -> usize {
    // The shift leaves fewer bits than a number of files has.
    (hash >> (64 - bits)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(size: u64) -> Stamp {
        Stamp { size, mtime: -1 }
    }

    #[test]
    fn what_was_noted_is_known_and_what_was_not_kept_is_forgotten() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("output.cache");
        let name = |number: u64| format!("{number}.html");
        for count in [0, 1, 2, 3, 1000] {
            let mut notes = Notes::default();
            for number in 0..count {
                let post = MadePost {
                    body: Some(3..number as usize),
                    counts: Counts::default(),
                    warning: Some(("odd", None)),
                    references: vec!["a.png"],
                };
                let made = Made::new(&name(number), number * 7, stamp(number));
                notes.push(made, (number % 2 == 1).then_some(&post));
            }
            RouteCache::default().store(&path, notes)?;
            let first = RouteCache::load(&path).unwrap_or_default();
            for number in 0..count {
                let (place, known) = first.get(&name(number)).expect("it was noted");
                assert_eq!(
                    (known.fingerprint, known.stamp),
                    (number * 7, stamp(number))
                );
                let body = first.post(&known).and_then(|post| post.body);
                assert_eq!(body, (number % 2 == 1).then_some(3..number as usize));
                if number % 3 > 0 {
                    first.keep(place);
                }
            }
            assert!(first.get("another.html").is_none());
            let mut notes = Notes::default();
            notes.push(Made::new("another.html", 1, stamp(1)), None);
            first.store(&path, notes)?;
            let second = RouteCache::load(&path).unwrap_or_default();
            assert!(second.get("another.html").is_some());
            for number in 0..count {
                let known = second.get(&name(number));
                assert_eq!(known.is_some(), number % 3 > 0, "{number} of {count}");
                let post = known.and_then(|(_, known)| second.post(&known));
                assert_eq!(post.is_some(), number % 3 > 0 && number % 2 == 1);
            }
        }
        Ok(())
    }
}
