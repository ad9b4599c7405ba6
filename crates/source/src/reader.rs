//! From a file to a post: the one place where all parts of this crate meet.

use std::path::Path;
use std::sync::Arc;

use chrono_tz::Tz;
use newsprint_model::post::PostDate;
use newsprint_model::{DateOrigin, Diagnostic, Names, PostMeta, SourceFile, TitleOrigin, Uncommon};
use xxhash_rust::xxh3::xxh3_64;

use crate::body::{digest, heading};
use crate::date::{self, Unusable};
use crate::decode::{Decoded, decode};
use crate::fields::{self, DateText, Fields};
use crate::file_buffer::FileBuffer;
use crate::front_matter::{self, FrontMatter, Repair, fence};
use crate::lines::LineNumbers;
use crate::names::{folder_names, folders_as_category, title_from_name};

/// Reads posts; its settings hold for the whole build. It can be used from many threads.
#[derive(Debug, Clone)]
pub struct Reader {
    timezone: Tz,
    excerpt_width: usize,
    now: i64,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A post.
    Post {
        /// What is known of it.
        meta: Box<PostMeta>,
        /// What was assumed or repaired, in the order of the lines.
        warnings: Vec<Diagnostic>,
    },
    /// It holds nothing that could be a post; why, and what to do about it.
    SetAside(Box<Diagnostic>),
}

/// Dates before this, 1990-01-01T00:00:00Z, are older than the web.
const OLDEST_LIKELY: i64 = 631_152_000;

/// Clocks and zones may differ by this much; a later date lies in the future.
const DAY: i64 = 24 * 60 * 60;

/// More warnings than this about one file help nobody.
const MOST_WARNINGS: usize = 40;

impl Reader {
    /// A reader for one build.
    ///
    /// `timezone` holds for dates that name none, `excerpt_width` is in columns (a Han character
    /// is two), and `now`, in seconds since 1970, decides which dates lie in the future.
    pub fn new(timezone: Tz, excerpt_width: usize, now: i64) -> Self {
        Self {
            timezone,
            excerpt_width,
            now,
        }
    }

    /// Opens and reads a file found by [`scan`](crate::scan()). One that cannot be opened is
    /// set aside.
    pub fn read(&self, content: &Path, file: SourceFile) -> Outcome {
        let mut buffer = FileBuffer::of_thread();
        let bytes = buffer.read(&content.join(&file.path), file.size);
        self.take(file, bytes)
    }

    /// Reads a post from what came of reading its file. One that could not be read is set aside.
    pub fn take(&self, file: SourceFile, bytes: std::io::Result<&[u8]>) -> Outcome {
        match bytes {
            Ok(bytes) => self.parse(file, bytes),
            Err(error) => set_aside(
                Diagnostic::error(format!("it could not be read: {error}"))
                    .at(site_path(&file))
                    .hint("check that the file exists and may be read"),
            ),
        }
    }

    /// Reads a post from the bytes of its file. This does no I/O and never fails: at worst the
    /// file is set aside.
    pub fn parse(&self, file: SourceFile, bytes: &[u8]) -> Outcome {
        let decoded = decode(bytes);
        let split = fence::split(&decoded.text);
        let body = &decoded.text[split.body.clone()];
        let front = match &split.front {
            Some((language, range)) => {
                front_matter::parse(*language, &decoded.text[range.clone()], range.start)
            }
            None => FrontMatter::default(),
        };
        let says_something = front.entries.iter().any(|entry| !entry.value.is_null());
        let has_body = body.chars().any(is_seen);
        if !says_something && let Some(kind) = decoded.suspect {
            let diagnostic = Diagnostic::error(format!("it is no text, but {kind}")).on_line(1);
            return set_aside(
                diagnostic
                    .at(site_path(&file))
                    .hint("move it out of the content folder, or rename it"),
            );
        }
        if !says_something && !has_body {
            return set_aside(why_empty(&file, &decoded.text));
        }
        let fields = fields::collect(front);
        Post {
            reader: self,
            decoded: &decoded,
            split: &split,
            body,
            digest: xxh3_64(bytes),
            repairs: Vec::new(),
        }
        .read(file, fields, has_body)
    }
}

fn set_aside(reason: Diagnostic) -> Outcome {
    Outcome::SetAside(Box::new(reason))
}

/// Whether a character is something to read.
fn is_seen(c: char) -> bool {
    !c.is_whitespace()
        && !c.is_control()
        && !matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
}

fn why_empty(file: &SourceFile, text: &str) -> Diagnostic {
    let (reason, hint) = if text.is_empty() {
        (
            "the file is empty",
            "delete it, or let the crawler fetch it again",
        )
    } else if !text.chars().any(is_seen) {
        (
            "the file holds nothing but blanks",
            "delete it, or let the crawler fetch it again",
        )
    } else {
        (
            "it has neither front matter that says anything nor a body",
            "give it at least a title or some text",
        )
    };
    Diagnostic::error(reason)
        .at(site_path(file))
        .on_line(1)
        .hint(hint)
}

/// The file as the owner would type it.
fn site_path(file: &SourceFile) -> String {
    format!("content/{}", file.key())
}

/// A post that is being put together.
struct Post<'a> {
    reader: &'a Reader,
    decoded: &'a Decoded<'a>,
    split: &'a fence::Split,
    body: &'a str,
    digest: u64,
    repairs: Vec<Repair>,
}

impl Post<'_> {
    fn read(mut self, file: SourceFile, mut fields: Fields, has_body: bool) -> Outcome {
        fields.sort_dates();
        self.note_shape(has_body);
        self.repairs.append(&mut fields.repairs);
        let (width, title) = (self.reader.excerpt_width, fields.title.as_deref());
        let (body_kind, body) = match fields.format {
            Some(kind) => (kind, digest::read(kind, self.body, width, title)),
            None => digest::detect(self.body, width, title),
        };
        let (title, title_origin) = self.title(fields.title.take(), body_kind, &file);
        let date = self.date(&fields.dates, &file);
        let updated = self.other_date(&fields.updated);
        let expires = self.other_date(&fields.expires);
        let digest = body.finish(&title);
        let summary = fields
            .summary
            .take()
            .map(|summary| digest::summary(&summary, width));
        if fields.categories.is_empty() {
            fields.categories.extend(folders_as_category(&file));
        }
        let warnings = self.warnings(&file);
        let excerpt = summary
            .filter(|summary| !summary.is_empty())
            .unwrap_or(digest.excerpt);
        let names = Names {
            categories: fields.categories,
            tags: fields.tags,
            authors: fields.authors,
        };
        let uncommon = Uncommon {
            written_title: fields.written_title,
            updated,
            slug: fields.slug,
            permalink: fields.permalink,
            language: fields.language,
            expires,
            extra: (!fields.extra.is_empty()).then(|| Box::new(fields.extra)),
        };
        let meta = PostMeta {
            title,
            title_origin,
            date,
            names: Arc::new(names),
            image: fields.image,
            link: fields.link,
            // Copied: an allocator may leave a text that is made shorter in the memory of the longer one, and this one is kept.
            excerpt: Box::from(&*excerpt),
            words: digest.words,
            visibility: fields
                .visibility
                .unwrap_or(newsprint_model::post::Visibility::Published),
            body_kind,
            digest: self.digest,
            body: self.split.body.clone(),
            uncommon: uncommon.into_box(),
            file,
        };
        Outcome::Post {
            meta: Box::new(meta),
            warnings,
        }
    }

    fn repair(&mut self, offset: usize, reason: impl Into<String>, hint: impl Into<String>) {
        self.repairs.push(Repair::new(offset, reason, hint));
    }

    /// What is odd about the file as a whole.
    fn note_shape(&mut self, has_body: bool) {
        if let Some(assumed) = self.decoded.assumed {
            self.repair(0, assumed.reason(), assumed.hint());
        }
        self.repairs.extend(self.split.repair.clone());
        if self.split.front.is_none() {
            self.repair(
                self.split.body.start,
                "there is no front matter",
                "title, date and category were taken from elsewhere",
            );
        }
        if !has_body {
            self.repair(
                self.split.body.start,
                "there is no text below the front matter",
                "the page will be nearly empty",
            );
        }
    }

    fn title(
        &mut self,
        given: Option<Box<str>>,
        kind: newsprint_model::BodyKind,
        file: &SourceFile,
    ) -> (Box<str>, TitleOrigin) {
        if let Some(title) = given {
            return (title, TitleOrigin::FrontMatter);
        }
        let at = self
            .split
            .front
            .as_ref()
            .map_or(self.split.body.start, |(_, range)| range.start);
        if let Some(heading) = heading::first(kind, self.body) {
            self.repair(
                at,
                "there is no title",
                format!("the first heading was used: `{heading}`"),
            );
            return (heading.into(), TitleOrigin::Heading);
        }
        let title = title_from_name(file, self.reader.timezone);
        self.repair(
            at,
            "there is no title",
            format!("the file's name was used: `{title}`"),
        );
        (title, TitleOrigin::FileName)
    }

    /// The first date that can be used, or else one from the path or the file's name. Of these
    /// the one that says more counts, and the path if they say the same.
    fn date(&mut self, candidates: &[DateText], file: &SourceFile) -> Option<PostDate> {
        for candidate in candidates {
            if let Some(seconds) = self.one_date(candidate) {
                self.check_likely(seconds, candidate);
                return Some(PostDate {
                    seconds,
                    origin: DateOrigin::FrontMatter,
                });
            }
        }
        let zone = self.reader.timezone;
        let stem = file.path.file_stem().map(|stem| stem.to_string_lossy());
        let folders: Vec<_> = folder_names(file);
        let in_path = date::path::in_folders(folders.iter().map(AsRef::as_ref), zone);
        let in_name = stem.and_then(|stem| date::path::in_name(&stem, zone));
        match (in_path, in_name) {
            (Some(path), Some(name)) if name.precision > path.precision => {
                Some((name, DateOrigin::FileName))
            }
            (Some(path), _) => Some((path, DateOrigin::Path)),
            (None, Some(name)) => Some((name, DateOrigin::FileName)),
            (None, None) => None,
        }
        .map(|(found, origin)| PostDate {
            seconds: found.seconds,
            origin,
        })
    }

    fn one_date(&mut self, candidate: &DateText) -> Option<i64> {
        match date::parse(&candidate.text, self.reader.timezone) {
            Ok(seconds) => {
                if date::names_no_day(&candidate.text) {
                    let reason = format!("the date `{}` names no day", candidate.text);
                    self.repair(candidate.offset, reason, "the first one was used");
                }
                Some(seconds)
            }
            Err(unusable) => {
                let shown: String = candidate.text.chars().take(60).collect();
                if let Some(seconds) = date::salvage(&candidate.text, self.reader.timezone) {
                    let reason = format!("the date `{shown}` {}", unusable.reason());
                    self.repair(candidate.offset, reason, "the day in it was used");
                    return Some(seconds);
                }
                let hint = match unusable {
                    Unusable::Unreadable | Unusable::Ambiguous => {
                        "write it like 2022-09-26 10:15:00 +0800"
                    }
                    Unusable::Impossible | Unusable::Zero => "it was treated as missing",
                };
                self.repair(
                    candidate.offset,
                    format!("the date `{shown}` {}", unusable.reason()),
                    hint,
                );
                None
            }
        }
    }

    fn check_likely(&mut self, seconds: i64, candidate: &DateText) {
        if seconds < OLDEST_LIKELY {
            self.repair(
                candidate.offset,
                format!("the date `{}` lies before 1990", candidate.text),
                "it was used all the same",
            );
        } else if seconds > self.reader.now.saturating_add(DAY) {
            let hint =
                "the post is left out until then, unless the build is asked for future posts";
            self.repair(
                candidate.offset,
                format!("the date `{}` lies in the future", candidate.text),
                hint,
            );
        }
    }

    fn other_date(&mut self, candidates: &[DateText]) -> Option<i64> {
        candidates
            .iter()
            .find_map(|candidate| self.one_date(candidate))
    }

    fn warnings(&mut self, file: &SourceFile) -> Vec<Diagnostic> {
        if self.repairs.is_empty() {
            return Vec::new();
        }
        self.repairs.sort_by_key(|repair| repair.offset);
        let more = self.repairs.len().saturating_sub(MOST_WARNINGS);
        if more > 0 {
            self.repairs.truncate(MOST_WARNINGS);
            let hint = "look at the file as a whole: it may not be what its name says";
            self.repair(
                self.split.body.start,
                format!("{more} more things had to be repaired"),
                hint,
            );
        }
        let path = site_path(file);
        let mut lines = LineNumbers::new(&self.decoded.text);
        let told = |repair: Repair| {
            let line = lines.at(repair.offset);
            Diagnostic::warning(repair.reason)
                .at(path.clone())
                .on_line(line)
                .hint(repair.hint)
        };
        self.repairs.drain(..).map(told).collect()
    }
}
