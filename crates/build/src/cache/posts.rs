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

use super::{Magic, Mixer, open, program, store};

const MAGIC: Magic = *b"newsprint post 1";

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
    /// Where the record of a path stands in `bytes`.
    places: FxHashMap<Box<[u8]>, Place>,
}

#[derive(Clone)]
struct Place {
    size: u64,
    mtime: i64,
    record: std::ops::Range<usize>,
}

/// What became of a file, and whether it had to be read.
pub struct Remembered {
    /// What became of it.
    pub outcome: Outcome,
    /// Its record, where it was not read.
    place: Option<std::ops::Range<usize>>,
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
        let Some(bytes) = open(path, &MAGIC, empty.key)? else {
            return Ok(empty);
        };
        let places = index(&bytes).unwrap_or_default();
        Ok(Self {
            bytes,
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
            places: FxHashMap::default(),
        }
    }

    /// What was read of a file, if it is still the same.
    pub fn get(&self, file: &SourceFile) -> Option<Remembered> {
        let place = self.places.get(file.path.as_os_str().as_encoded_bytes())?;
        if place.size != file.size || place.mtime != file.mtime {
            return None;
        }
        let record = postcard::from_bytes(self.bytes.get(place.record.clone())?).ok()?;
        Some(Remembered {
            outcome: thaw(record, file)?,
            place: Some(place.record.clone()),
        })
    }

    /// Writes the records of this build, unless they are those of the last one. `now` is the time that this build goes by,
    /// in seconds: what was read of a post dated later holds for this build only.
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
        let outcomes = || outcomes.iter().map(Borrow::borrow);
        let kept = outcomes().filter(|one| one.place.is_some()).count();
        let has_new = || {
            let mut unplaced = outcomes().filter(|one| one.place.is_none());
            unplaced.any(|one| is_recordable(&one.outcome, settled, now))
        };
        if kept == self.places.len() && !has_new() {
            return Ok(());
        }
        let outcomes: Vec<&Remembered> = outcomes().collect();
        let pieces: Vec<Vec<u8>> = outcomes
            .par_chunks(1024)
            .map(|chunk| {
                let mut piece = Vec::new();
                for remembered in chunk {
                    self.write(&mut piece, remembered, settled, now);
                }
                piece
            })
            .collect();
        store(path, &MAGIC, self.key, &pieces.concat())
    }

    fn write(&self, out: &mut Vec<u8>, remembered: &Remembered, settled: i64, now: i64) {
        let Outcome::Post { meta, warnings } = &remembered.outcome else {
            return;
        };
        let file = &meta.file;
        let record = match &remembered.place {
            Some(place) => self.bytes[place.clone()].to_vec(),
            None if !is_recordable(&remembered.outcome, settled, now) => return,
            None => match postcard::to_allocvec(&freeze(meta, warnings)) {
                Ok(record) => record,
                Err(_) => return,
            },
        };
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
        out.extend_from_slice(&record);
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

/// Where each path's record stands; none if the bytes end in the middle of one.
fn index(bytes: &[u8]) -> Option<FxHashMap<Box<[u8]>, Place>> {
    const FIXED: usize = 24;
    let mut places = FxHashMap::default();
    let mut at = 0;
    while at < bytes.len() {
        let fixed = bytes.get(at..at + FIXED)?;
        let path_length = u32::from_le_bytes(fixed[..4].try_into().ok()?) as usize;
        let length = u32::from_le_bytes(fixed[4..8].try_into().ok()?) as usize;
        let path = bytes.get(at + FIXED..at + FIXED + path_length)?;
        let from = at + FIXED + path_length;
        let place = Place {
            size: u64::from_le_bytes(fixed[8..16].try_into().ok()?),
            mtime: i64::from_le_bytes(fixed[16..].try_into().ok()?),
            record: from..from + length,
        };
        places.insert(path.into(), place);
        at = from + length;
    }
    Some(places)
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
