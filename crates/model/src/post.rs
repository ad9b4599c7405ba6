//! What is known of a post before its body is looked at again: one value per file.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;
use std::path::{MAIN_SEPARATOR, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};

/// Unknown front-matter keys, kept for themes as `post.extra`.
pub type Extra = Map<String, Value>;

/// A file below `content/`, as the walk found it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    /// Where it is, relative to `content/`, as the file system spells it.
    pub path: PathBuf,
    /// Its length in bytes.
    pub size: u64,
    /// When it last changed, nanoseconds since 1970; 0 where the file system does not say.
    pub mtime: i64,
}

impl SourceFile {
    /// The path with `/` between its parts; bytes that are no UTF-8 are written as U+FFFD.
    pub fn key(&self) -> Cow<'_, str> {
        // A path that the walk put together is in this form already where `/` is what parts it.
        if MAIN_SEPARATOR == '/'
            && let Ok(path) = simdutf8::basic::from_utf8(self.path.as_os_str().as_encoded_bytes())
        {
            return Cow::Borrowed(path);
        }
        let mut key = String::with_capacity(self.path.as_os_str().len());
        for part in &self.path {
            if !key.is_empty() {
                key.push('/');
            }
            key.push_str(&part.to_string_lossy());
        }
        Cow::Owned(key)
    }
}

impl SourceFile {
    /// The order of two files' paths, part by part. For paths as a walk puts them together it is that of
    /// [`Path`](std::path::Path), without taking them apart.
    pub fn by_path(&self, other: &Self) -> Ordering {
        by_path(
            self.path.as_os_str().as_encoded_bytes(),
            other.path.as_os_str().as_encoded_bytes(),
        )
    }
}

/// The order of two paths, part by part, given as the bytes that [`OsStr`](std::ffi::OsStr) has them in.
pub fn by_path(a: &[u8], b: &[u8]) -> Ordering {
    let same = common_prefix(a, b);
    match (a.get(same), b.get(same)) {
        (Some(a), Some(b)) => {
            let is_within = |byte: &u8| *byte != MAIN_SEPARATOR as u8;
            (is_within(a), a).cmp(&(is_within(b), b))
        }
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

/// How many bytes two texts begin with alike. Paths of one folder mostly have dozens in common.
fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    const STEP: usize = 16;
    let steps = a.chunks_exact(STEP).zip(b.chunks_exact(STEP));
    let whole = STEP * steps.take_while(|(a, b)| a == b).count();
    let rest = a[whole..].iter().zip(&b[whole..]);
    whole + rest.take_while(|(a, b)| a == b).count()
}

/// What language a body is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BodyKind {
    /// HTML: never shown to a Markdown parser.
    Html,
    /// Markdown, perhaps with HTML in it.
    Markdown,
    /// Plain text without any markup: line ends mean what they show.
    Text,
}

/// Where a post's title came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TitleOrigin {
    /// The front matter.
    FrontMatter,
    /// The body's first heading.
    Heading,
    /// The file's name.
    FileName,
}

/// Where a post's date came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateOrigin {
    /// The front matter.
    FrontMatter,
    /// Directories such as `2022/09/26`.
    Path,
    /// The file's name, such as `2022-09-26-title.md`.
    FileName,
    /// The posts beside it.
    Neighbours,
    /// The posts of the whole archive, where the folder holds no dated one.
    Archive,
    /// The file's own time of change, where no post has a date.
    FileTime,
}

impl DateOrigin {
    /// The name that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::FrontMatter => "front matter",
            Self::Path => "path",
            Self::FileName => "file name",
            Self::Neighbours => "neighbours",
            Self::Archive => "archive",
            Self::FileTime => "file time",
        }
    }
}

/// A date as read, before neighbours were asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostDate {
    /// Seconds since 1970 in UTC.
    pub seconds: i64,
    /// Where it came from.
    pub origin: DateOrigin,
}

/// One post without its body. Text fields hold decoded text without control characters:
/// entities are resolved, nothing is escaped for HTML yet.
#[derive(Debug, Clone, PartialEq)]
pub struct PostMeta {
    /// The file.
    pub file: SourceFile,
    /// The title; never empty.
    pub title: Box<str>,
    /// Where the title came from.
    pub title_origin: TitleOrigin,
    /// When it was published, if the file says so in any way.
    pub date: Option<PostDate>,
    /// Its categories, tags and authors. Posts of one folder mostly have the same, and may share them.
    pub names: Arc<Names>,
    /// The address of the lead image, as given.
    pub image: Option<Box<str>>,
    /// The address of the original article, as given.
    pub link: Option<Box<str>>,
    /// The beginning of the text, or what the front matter gives as summary; plain text.
    pub excerpt: Box<str>,
    /// Han characters plus words of other scripts.
    pub words: u32,
    /// Whether the front matter says that it is not to be shown.
    pub visibility: Visibility,
    /// What language the body is written in.
    pub body_kind: BodyKind,
    /// Where the body stands, in bytes of the decoded text.
    pub body: Range<usize>,
    /// XXH3 (64 bits) of the file's bytes.
    pub digest: u64,
    /// What few posts have.
    pub uncommon: Option<Box<Uncommon>>,
}

/// The names that a post is listed under.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// The category paths, general to special; usually one.
    pub categories: Vec<Vec<Box<str>>>,
    /// The tags, in the order given, without repetitions.
    pub tags: Vec<Box<str>>,
    /// The authors, in the order given, without repetitions.
    pub authors: Vec<Box<str>>,
}

/// What few posts have, so that the others need no room for it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Uncommon {
    /// The front matter's title before it was cleaned, where that changed it. Checksums of the
    /// title, such as `:abbrlink`, are those of this one: other generators do not clean titles.
    pub written_title: Option<Box<str>>,
    /// When it was last changed, seconds since 1970, if the front matter says so.
    pub updated: Option<i64>,
    /// The last part of the URL that the owner asked for.
    pub slug: Option<Box<str>>,
    /// The whole URL that the owner asked for.
    pub permalink: Option<Box<str>>,
    /// The language, if it is not the archive's; a BCP 47 tag.
    pub language: Option<Box<str>>,
    /// When it stops to be shown, seconds since 1970.
    pub expires: Option<i64>,
    /// The keys that Newsprint does not know.
    pub extra: Option<Box<Extra>>,
}

/// What is said of posts that have nothing uncommon.
static NOTHING: Uncommon = Uncommon {
    written_title: None,
    updated: None,
    slug: None,
    permalink: None,
    language: None,
    expires: None,
    extra: None,
};

impl Uncommon {
    /// As posts hold it: none where there is nothing.
    pub fn into_box(self) -> Option<Box<Self>> {
        (self != NOTHING).then(|| Box::new(self))
    }

    /// What a post has of it.
    pub(crate) fn of(held: &Option<Box<Self>>) -> &Self {
        held.as_deref().unwrap_or(&NOTHING)
    }
}

/// Whether the front matter says that a post is not to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// It is to be shown.
    Published,
    /// `draft: true`: shown with `--drafts`.
    Draft,
    /// `published: false`: never shown.
    Unpublished,
}

impl PostMeta {
    /// Minutes that a reader takes: 400 Han characters or words a minute, at least 1.
    pub fn reading_minutes(&self) -> u32 {
        self.words.div_ceil(400).max(1)
    }

    /// What few posts have.
    pub fn uncommon(&self) -> &Uncommon {
        Uncommon::of(&self.uncommon)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_in_the_order_of_their_parts() {
        let paths = [
            "a",
            "a!",
            "a/b",
            "a!/b",
            "a/b c",
            "a/b/c",
            "a/b!",
            "a/ b",
            "b",
            "ab",
            "aaaaaaaaaaaaaaaaaaaaaaaa/b",
            "aaaaaaaaaaaaaaaaaaaaaaaa-b",
            "aaaaaaaaaaaaaaaaaaaaaaaab",
            "分类/甲.md",
            "分类/甲/乙.md",
            "分类-甲.md",
        ];
        let file = |path: &str| SourceFile {
            path: path.split('/').collect(),
            size: 0,
            mtime: 0,
        };
        for a in paths.map(file) {
            for b in paths.map(file) {
                assert_eq!(a.by_path(&b), a.path.cmp(&b.path), "{a:?} {b:?}");
            }
        }
    }
}
