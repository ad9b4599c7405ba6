//! One record of the posts' cache: what was read of a post, as bytes.

use std::sync::Arc;

use newsprint_model::post::{PostDate, Visibility};
use newsprint_model::{
    BodyKind, DateOrigin, Diagnostic, Names, PostMeta, SourceFile, TitleOrigin, Uncommon,
};
use newsprint_source::Outcome;
use serde::{Deserialize, Serialize};

/// A record as it is written.
#[derive(Serialize, Deserialize)]
struct Record<'a> {
    #[serde(with = "long_text")]
    title: &'a str,
    title_origin: u8,
    date: Option<(i64, u8)>,
    /// A record of its own: that of one post is mostly that of the next.
    names: &'a [u8],
    image: Option<&'a str>,
    link: Option<&'a str>,
    #[serde(with = "long_text")]
    excerpt: &'a str,
    words: u32,
    visibility: u8,
    body_kind: u8,
    body: (usize, usize),
    digest: u64,
    #[serde(borrow)]
    uncommon: Option<UncommonRecord<'a>>,
    /// Line, reason, hint.
    #[serde(borrow)]
    warnings: Vec<(Option<u32>, &'a str, Option<&'a str>)>,
}

/// Categories, tags and authors.
#[derive(Serialize, Deserialize)]
struct NamesRecord<'a> {
    #[serde(borrow)]
    categories: Vec<Vec<&'a str>>,
    #[serde(borrow)]
    tags: Vec<&'a str>,
    #[serde(borrow)]
    authors: Vec<&'a str>,
}

#[derive(Serialize, Deserialize)]
struct UncommonRecord<'a> {
    written_title: Option<&'a str>,
    updated: Option<i64>,
    slug: Option<&'a str>,
    permalink: Option<&'a str>,
    language: Option<&'a str>,
    expires: Option<i64>,
    /// JSON, since its values may be anything.
    extra: Option<String>,
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

/// A record with what it is a record of.
pub(super) struct Entry<'a> {
    pub(super) size: u64,
    pub(super) mtime: i64,
    pub(super) path: &'a [u8],
    pub(super) record: &'a [u8],
}

impl<'a> Entry<'a> {
    /// Length of the path, length of the record, size and time of the file.
    const FIXED: usize = 24;

    /// The one that begins here; none if the bytes end in the middle of it.
    pub(super) fn at(bytes: &'a [u8], start: usize) -> Option<Self> {
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
        })
    }

    /// How many bytes it takes.
    pub(super) fn len(&self) -> usize {
        Self::FIXED + self.path.len() + self.record.len()
    }

    pub(super) fn write(out: &mut Vec<u8>, file: &SourceFile, record: &[u8]) {
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

/// Names as they were read last.
#[derive(Default)]
pub(super) struct LastNames<'a> {
    record: &'a [u8],
    names: Option<Arc<Names>>,
}

impl<'a> LastNames<'a> {
    /// What a record of names says; what the last one said, if it is the same.
    fn thaw(&mut self, record: &'a [u8]) -> Option<Arc<Names>> {
        if self.names.is_none() || self.record != record {
            let many = |texts: Vec<&str>| texts.into_iter().map(Box::from).collect();
            let names: NamesRecord<'_> = postcard::from_bytes(record).ok()?;
            self.record = record;
            self.names = Some(Arc::new(Names {
                categories: names.categories.into_iter().map(many).collect(),
                tags: many(names.tags),
                authors: many(names.authors),
            }));
        }
        self.names.clone()
    }
}

/// What was read of a post, as it is written; none where that cannot be done.
pub(super) fn freeze(meta: &PostMeta, warnings: &[Diagnostic]) -> Option<Vec<u8>> {
    fn texts(texts: &[Box<str>]) -> Vec<&str> {
        texts.iter().map(|text| &**text).collect()
    }
    let names = NamesRecord {
        categories: meta
            .names
            .categories
            .iter()
            .map(|path| texts(path))
            .collect(),
        tags: texts(&meta.names.tags),
        authors: texts(&meta.names.authors),
    };
    let names = postcard::to_allocvec(&names).ok()?;
    let uncommon = meta.uncommon.as_ref().map(|uncommon| UncommonRecord {
        written_title: uncommon.written_title.as_deref(),
        updated: uncommon.updated,
        slug: uncommon.slug.as_deref(),
        permalink: uncommon.permalink.as_deref(),
        language: uncommon.language.as_deref(),
        expires: uncommon.expires,
        extra: uncommon
            .extra
            .as_ref()
            .and_then(|extra| serde_json::to_string(extra).ok()),
    });
    let record = Record {
        title: &meta.title,
        title_origin: meta.title_origin as u8,
        date: meta.date.map(|date| (date.seconds, date.origin as u8)),
        names: &names,
        image: meta.image.as_deref(),
        link: meta.link.as_deref(),
        excerpt: &meta.excerpt,
        words: meta.words,
        visibility: meta.visibility as u8,
        body_kind: meta.body_kind as u8,
        body: (meta.body.start, meta.body.end),
        digest: meta.digest,
        uncommon,
        warnings: warnings
            .iter()
            .map(|warning| (warning.line, &*warning.reason, warning.hint.as_deref()))
            .collect(),
    };
    postcard::to_allocvec(&record).ok()
}

/// A record as it was read; none if it holds what this program never writes. It comes without its file.
pub(super) fn thaw<'a>(
    record: &'a [u8],
    file: &SourceFile,
    last: &mut LastNames<'a>,
) -> Option<Outcome> {
    let record: Record<'a> = postcard::from_bytes(record).ok()?;
    let one = |text: Option<&str>| text.map(Box::from);
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
    let uncommon = match record.uncommon {
        Some(uncommon) => Uncommon {
            written_title: one(uncommon.written_title),
            updated: uncommon.updated,
            slug: one(uncommon.slug),
            permalink: one(uncommon.permalink),
            language: one(uncommon.language),
            expires: uncommon.expires,
            extra: match uncommon.extra {
                Some(text) => Some(Box::new(serde_json::from_str(&text).ok()?)),
                None => None,
            },
        }
        .into_box(),
        None => None,
    };
    let warnings = record.warnings.into_iter().map(|(line, reason, hint)| {
        let mut warning = Diagnostic::warning(reason).at(format!("content/{}", file.key()));
        warning.line = line;
        warning.hint = hint.map(str::to_owned);
        warning
    });
    let meta = PostMeta {
        file: SourceFile::default(),
        title: record.title.into(),
        title_origin: *[
            TitleOrigin::FrontMatter,
            TitleOrigin::Heading,
            TitleOrigin::FileName,
        ]
        .get(usize::from(record.title_origin))?,
        date,
        names: last.thaw(record.names)?,
        image: one(record.image),
        link: one(record.link),
        excerpt: record.excerpt.into(),
        words: record.words,
        visibility: *[
            Visibility::Published,
            Visibility::Draft,
            Visibility::Unpublished,
        ]
        .get(usize::from(record.visibility))?,
        body_kind: *[BodyKind::Html, BodyKind::Markdown, BodyKind::Text]
            .get(usize::from(record.body_kind))?,
        body: record.body.0..record.body.1,
        digest: record.digest,
        uncommon,
    };
    Some(Outcome::Post {
        meta: Box::new(meta),
        warnings: warnings.collect(),
    })
}
