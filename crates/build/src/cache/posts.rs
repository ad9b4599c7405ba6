//! What was read of every post: front matter, excerpt, counts, and what had to be repaired.
//!
//! A record is used for a file of the same path, length and time of change. One that changed within the last two seconds
//! before a build is not recorded: it may change again within the same tick of the file system's clock, and nobody
//! would see it (as for git's index, `racy-git`).

use std::borrow::Borrow;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use newsprint_model::post::{PostDate, Visibility};
use newsprint_model::{
    BodyKind, Config, DateOrigin, Diagnostic, PostMeta, SourceFile, TitleOrigin,
};
use newsprint_source::Outcome;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::{Magic, Mixer, append, open, program, store};

const MAGIC: Magic = *b"newsprint post 2";

/// How many records are written at a time: all of them at once would take as much memory as the posts.
const RECORDS_A_PART: usize = 16 * 1024;

/// Nanoseconds for which a file must have been left alone.
const SETTLED: i64 = 2_000_000_000;

/// The latest time of change, in nanoseconds since 1970, with which a file that is read now will not change unseen.
pub(crate) fn settled() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|now| i64::try_from(now.as_nanos()).ok())
        .map_or(0, |now| now - SETTLED)
}

/// The records of the last build.
pub struct PostCache {
    key: u64,
    bytes: Vec<u8>,
    /// How long the file is that they stand in.
    length: u64,
    /// How many there are, those included that a later one has replaced.
    written: usize,
    /// Where the record of a path stands in `bytes`, by XXH3 of the path.
    places: FxHashMap<u64, usize>,
}

/// What became of a file, and whether it had to be read.
pub struct Remembered {
    /// What became of it.
    pub outcome: Outcome,
    /// Where its record begins, where it was not read.
    place: Option<usize>,
}

/// A record as it is written.
#[derive(Serialize, Deserialize)]
struct Record<'a> {
    title: &'a str,
    title_origin: u8,
    written_title: Option<&'a str>,
    date: Option<(i64, u8)>,
    updated: Option<i64>,
    #[serde(borrow)]
    categories: Vec<Vec<&'a str>>,
    #[serde(borrow)]
    tags: Vec<&'a str>,
    #[serde(borrow)]
    authors: Vec<&'a str>,
    image: Option<&'a str>,
    link: Option<&'a str>,
    slug: Option<&'a str>,
    permalink: Option<&'a str>,
    language: Option<&'a str>,
    #[serde(with = "long_text")]
    excerpt: &'a str,
    words: u32,
    visibility: u8,
    expires: Option<i64>,
    body_kind: u8,
    body: (usize, usize),
    /// JSON, since its values may be anything.
    extra: Option<String>,
    digest: u64,
    /// Line, reason, hint.
    #[serde(borrow)]
    warnings: Vec<(Option<u32>, &'a str, Option<&'a str>)>,
}

/// A text that is mostly Chinese, checked ten times as fast as the standard library does.
mod long_text {
    use serde::de::{Error, Visitor};
    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(text.as_bytes())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<&'de str, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = &'de str;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("UTF-8")
            }

            fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<&'de str, E> {
                simdutf8::basic::from_utf8(bytes).map_err(E::custom)
            }
        }
        deserializer.deserialize_bytes(Text)
    }
}

impl PostCache {
    /// Reads the records, if there are any that this program can use with these settings.
    ///
    /// # Errors
    /// A file that is there and no good; go on with an empty cache.
    pub fn load(path: &Path, config: &Config) -> Result<Self, Diagnostic> {
        let empty = Self::new(config);
        let Some(content) = open(path, &MAGIC, empty.key)? else {
            return Ok(empty);
        };
        let (places, written) = index(&content.bytes).unwrap_or_default();
        Ok(Self {
            bytes: content.bytes,
            length: content.length,
            written,
            places,
            ..empty
        })
    }

    /// No records yet.
    pub fn new(config: &Config) -> Self {
        let mut key = Mixer::default();
        key.number(program())
            .text(config.timezone.name())
            .number(config.excerpt_width as u64);
        Self {
            key: key.finish(),
            bytes: Vec::new(),
            length: 0,
            written: 0,
            places: FxHashMap::default(),
        }
    }

    /// Whether there is a record of a file as it is.
    pub fn has(&self, file: &SourceFile) -> bool {
        self.find(file).is_some()
    }

    fn find(&self, file: &SourceFile) -> Option<(usize, Entry<'_>)> {
        let path = file.path.as_os_str().as_encoded_bytes();
        let place = *self.places.get(&xxh3_64(path))?;
        let entry = Entry::at(&self.bytes, place)?;
        let is_same = entry.path == path && entry.size == file.size && entry.mtime == file.mtime;
        is_same.then_some((place, entry))
    }

    /// What was read of a file, if it is still the same.
    pub fn get(&self, file: &SourceFile) -> Option<Remembered> {
        let (place, entry) = self.find(file)?;
        let record = postcard::from_bytes(entry.record).ok()?;
        Some(Remembered {
            outcome: thaw(record, file)?,
            place: Some(place),
        })
    }

    /// Writes the records of this build, unless they are those of the last one. `now` is the time that this build goes by,
    /// in seconds: what was read of a post dated later holds for this build only.
    ///
    /// A few new ones are written behind those of the last build; only when a quarter of them is out of date are all written anew.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn store(
        self,
        path: &Path,
        outcomes: &[impl Borrow<Remembered> + Sync],
        now: i64,
    ) -> std::io::Result<()> {
        let settled = settled();
        let kept = outcomes
            .iter()
            .filter(|one| (*one).borrow().place.is_some());
        let replaced = self.written - kept.count().min(self.written);
        if self.written > 0 && replaced * 4 <= self.written {
            let mut new = Vec::new();
            let outcomes = outcomes.iter().map(Borrow::borrow);
            for remembered in outcomes.filter(|one| one.place.is_none()) {
                self.write(&mut new, remembered, settled, now);
            }
            // A file that is gone, or another's by now, is written anew.
            let is_known = || append(path, &MAGIC, self.key, self.length, &new).unwrap_or_default();
            if new.is_empty() || is_known() {
                return Ok(());
            }
        }
        let parts = outcomes.chunks(RECORDS_A_PART).map(|part| {
            let pieces = part.par_chunks(1024).map(|chunk| {
                let mut piece = Vec::new();
                for remembered in chunk {
                    self.write(&mut piece, remembered.borrow(), settled, now);
                }
                piece
            });
            pieces.collect::<Vec<Vec<u8>>>()
        });
        store(path, &MAGIC, self.key, parts)
    }

    fn write(&self, out: &mut Vec<u8>, remembered: &Remembered, settled: i64, now: i64) {
        let Outcome::Post { meta, warnings } = &remembered.outcome else {
            return;
        };
        if let Some(place) = remembered.place {
            let entry = Entry::at(&self.bytes, place);
            return out.extend_from_slice(entry.map_or(&[], |entry| entry.whole));
        }
        if !is_recordable(&remembered.outcome, settled, now) {
            return;
        }
        if let Ok(record) = postcard::to_allocvec(&freeze(meta, warnings)) {
            Entry::write(out, &meta.file, &record);
        }
    }
}

/// A record with what it is a record of.
struct Entry<'a> {
    size: u64,
    mtime: i64,
    path: &'a [u8],
    record: &'a [u8],
    /// All of it.
    whole: &'a [u8],
}

impl<'a> Entry<'a> {
    /// Length of the path, length of the record, size and time of the file.
    const FIXED: usize = 24;

    /// The one that begins here; none if the bytes end in the middle of it.
    fn at(bytes: &'a [u8], start: usize) -> Option<Self> {
        let bytes = bytes.get(start..)?;
        let fixed = bytes.get(..Self::FIXED)?;
        let path_length = u32::from_le_bytes(fixed[..4].try_into().ok()?) as usize;
        let length = u32::from_le_bytes(fixed[4..8].try_into().ok()?) as usize;
        let path_end = Self::FIXED + path_length;
        Some(Self {
            size: u64::from_le_bytes(fixed[8..16].try_into().ok()?),
            mtime: i64::from_le_bytes(fixed[16..].try_into().ok()?),
            path: bytes.get(Self::FIXED..path_end)?,
            record: bytes.get(path_end..path_end + length)?,
            whole: &bytes[..path_end + length],
        })
    }

    fn write(out: &mut Vec<u8>, file: &SourceFile, record: &[u8]) {
        let path = file.path.as_os_str().as_encoded_bytes();
        let (Ok(path_length), Ok(length)) =
            (u32::try_from(path.len()), u32::try_from(record.len()))
        else {
            return;
        };
        out.extend_from_slice(&path_length.to_le_bytes());
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&file.size.to_le_bytes());
        out.extend_from_slice(&file.mtime.to_le_bytes());
        out.extend_from_slice(path);
        out.extend_from_slice(record);
    }
}

/// Whether what was read of a file will still be true the next time.
pub(crate) fn is_recordable(outcome: &Outcome, settled: i64, now: i64) -> bool {
    match outcome {
        Outcome::Post { meta, .. } => {
            let is_ahead = meta.date.is_some_and(|date| date.seconds > now);
            meta.file.mtime != 0 && meta.file.mtime <= settled && !is_ahead
        }
        Outcome::SetAside(_) => false,
    }
}

impl From<Outcome> for Remembered {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            place: None,
        }
    }
}

/// Where each path's record begins, and how many records there are; none if the bytes end in the middle of one. Of two
/// for one path the later counts.
fn index(bytes: &[u8]) -> Option<(FxHashMap<u64, usize>, usize)> {
    let mut places = FxHashMap::default();
    let (mut at, mut count) = (0, 0);
    while at < bytes.len() {
        let entry = Entry::at(bytes, at)?;
        places.insert(xxh3_64(entry.path), at);
        at += entry.whole.len();
        count += 1;
    }
    Some((places, count))
}

fn freeze<'a>(meta: &'a PostMeta, warnings: &'a [Diagnostic]) -> Record<'a> {
    let texts = |texts: &'a [Box<str>]| texts.iter().map(|text| &**text).collect();
    Record {
        title: &meta.title,
        title_origin: meta.title_origin as u8,
        written_title: meta.written_title.as_deref(),
        date: meta.date.map(|date| (date.seconds, date.origin as u8)),
        updated: meta.updated,
        categories: meta.categories.iter().map(|path| texts(path)).collect(),
        tags: texts(&meta.tags),
        authors: texts(&meta.authors),
        image: meta.image.as_deref(),
        link: meta.link.as_deref(),
        slug: meta.slug.as_deref(),
        permalink: meta.permalink.as_deref(),
        language: meta.language.as_deref(),
        excerpt: &meta.excerpt,
        words: meta.words,
        visibility: meta.visibility as u8,
        expires: meta.expires,
        body_kind: meta.body_kind as u8,
        body: (meta.body.start, meta.body.end),
        extra: meta
            .extra
            .as_ref()
            .and_then(|extra| serde_json::to_string(extra).ok()),
        digest: meta.digest,
        warnings: warnings
            .iter()
            .map(|warning| (warning.line, &*warning.reason, warning.hint.as_deref()))
            .collect(),
    }
}

/// A record as it was read; none if it holds what this program never writes.
fn thaw(record: Record<'_>, file: &SourceFile) -> Option<Outcome> {
    let one = |text: Option<&str>| text.map(Box::from);
    let many = |texts: Vec<&str>| texts.into_iter().map(Box::from).collect();
    let origins = [
        DateOrigin::FrontMatter,
        DateOrigin::Path,
        DateOrigin::FileName,
        DateOrigin::Neighbours,
        DateOrigin::Archive,
        DateOrigin::FileTime,
    ];
    let date = match record.date {
        Some((seconds, origin)) => Some(PostDate {
            seconds,
            origin: *origins.get(usize::from(origin))?,
        }),
        None => None,
    };
    let extra = match record.extra {
        Some(text) => Some(Box::new(serde_json::from_str(&text).ok()?)),
        None => None,
    };
    let place = format!("content/{}", file.key());
    let warnings = record.warnings.into_iter().map(|(line, reason, hint)| {
        let mut warning = Diagnostic::warning(reason).at(place.as_str());
        warning.line = line;
        warning.hint = hint.map(str::to_owned);
        warning
    });
    let meta = PostMeta {
        file: file.clone(),
        title: record.title.into(),
        title_origin: *[
            TitleOrigin::FrontMatter,
            TitleOrigin::Heading,
            TitleOrigin::FileName,
        ]
        .get(usize::from(record.title_origin))?,
        written_title: one(record.written_title),
        date,
        updated: record.updated,
        categories: record.categories.into_iter().map(many).collect(),
        tags: many(record.tags),
        authors: many(record.authors),
        image: one(record.image),
        link: one(record.link),
        slug: one(record.slug),
        permalink: one(record.permalink),
        language: one(record.language),
        excerpt: record.excerpt.into(),
        words: record.words,
        visibility: *[
            Visibility::Published,
            Visibility::Draft,
            Visibility::Unpublished,
        ]
        .get(usize::from(record.visibility))?,
        expires: record.expires,
        body_kind: *[BodyKind::Html, BodyKind::Markdown, BodyKind::Text]
            .get(usize::from(record.body_kind))?,
        body: record.body.0..record.body.1,
        extra,
        digest: record.digest,
    };
    Some(Outcome::Post {
        meta: Box::new(meta),
        warnings: warnings.collect(),
    })
}
