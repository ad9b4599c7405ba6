//! The names of front-matter keys: which of them mean the same thing.

use std::borrow::Cow;

/// What a known key is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Title,
    Date,
    Updated,
    Categories,
    Tags,
    Authors,
    Image,
    Link,
    Slug,
    Permalink,
    Language,
    Summary,
    Draft,
    /// `published` says a date in some systems and yes or no in others.
    Published,
    Status,
    Expires,
    Format,
    /// Known to other generators, without a meaning here.
    Ignored,
}

/// What kind of value a key wants, which decides how doubtful writing is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wants {
    /// One line of text: a `#` in it is no comment, a `[` begins no list.
    Text,
    /// Several short texts.
    List,
    /// Anything else: as the language has it.
    Any,
}

impl Field {
    pub(crate) fn wants(self) -> Wants {
        match self {
            Self::Title | Self::Summary | Self::Slug | Self::Permalink | Self::Link => Wants::Text,
            Self::Categories | Self::Tags | Self::Authors => Wants::List,
            _ => Wants::Any,
        }
    }
}

/// The longest known name, without its `-` and `_`.
const LONGEST: usize = 24;

/// Whether two keys are one to everybody but a strict parser: equal, or known and told apart by nothing but case, `-`, `_` and blanks.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    one == other || letters(one).eq(letters(other)) && lookup(one).is_some()
}

/// What [`is_same`] compares in a key.
pub(crate) fn folded(key: &str) -> Cow<'_, str> {
    if lookup(key).is_none() {
        return Cow::Borrowed(key);
    }
    Cow::Owned(letters(key).collect())
}

fn letters(key: &str) -> impl Iterator<Item = char> {
    key.chars()
        .filter(|c| !matches!(c, '-' | '_' | ' '))
        .map(|c| c.to_ascii_lowercase())
}

/// What a key means, and its rank among the names for that (0 is preferred). Case, `-`, `_`
/// and blanks do not matter: `pub-date`, `PubDate` and `pub_date` are one name.
pub(crate) fn lookup(key: &str) -> Option<(Field, u8)> {
    if !key
        .bytes()
        .any(|b| b.is_ascii_uppercase() || matches!(b, b'-' | b'_' | b' '))
    {
        return meaning(key);
    }
    let mut name = [0_u8; LONGEST];
    let mut length = 0;
    for byte in key.bytes().filter(|b| !matches!(b, b'-' | b'_' | b' ')) {
        *name.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    meaning(std::str::from_utf8(&name[..length]).ok()?)
}

/// What a name means that is written without capitals, `-`, `_` and blanks.
fn meaning(name: &str) -> Option<(Field, u8)> {
    let found =
        match name {
            "title" => (Field::Title, 0),
            "标题" | "標題" => (Field::Title, 1),
            "headline" => (Field::Title, 2),
            "date" => (Field::Date, 0),
            "pubdate" | "publishdate" | "publisheddate" | "publishedat" | "publishedtime"
            | "datepublished" => (Field::Date, 1),
            "datetime" | "time" | "timestamp" => (Field::Date, 3),
            "created" | "createdat" | "createdate" | "createtime" | "creationdate"
            | "datecreated" => (Field::Date, 4),
            "日期" | "发布时间" | "发布日期" | "時間" | "时间" => (Field::Date, 5),
            "published" => (Field::Published, 0),
            "updated" | "updatedat" | "updatedate" | "updatetime" => (Field::Updated, 0),
            "lastmod" | "lastmodified" | "lastmodifiedat" | "lastupdated" => (Field::Updated, 1),
            "modified" | "modifiedat" | "modifieddate" | "datemodified" | "更新时间"
            | "更新日期" => (Field::Updated, 2),
            "categories" => (Field::Categories, 0),
            "category" => (Field::Categories, 1),
            "分类" | "分類" | "栏目" => (Field::Categories, 2),
            "tags" => (Field::Tags, 0),
            "tag" => (Field::Tags, 1),
            "keywords" | "keyword" => (Field::Tags, 2),
            "标签" | "標籤" | "关键词" => (Field::Tags, 3),
            "author" => (Field::Authors, 0),
            "authors" => (Field::Authors, 1),
            "writer" | "writers" | "by" | "byline" => (Field::Authors, 2),
            "作者" => (Field::Authors, 3),
            "headimg" | "headimage" => (Field::Image, 0),
            "thumbnail" | "thumb" => (Field::Image, 1),
            "cover" | "coverimage" | "coverimg" => (Field::Image, 2),
            "featuredimage" | "featureimage" | "topimg" | "banner" | "bannerimg" | "headerimg" => {
                (Field::Image, 3)
            }
            "image" | "img" | "images" | "ogimage" => (Field::Image, 4),
            "photos" | "gallery" => (Field::Image, 5),
            "link" => (Field::Link, 0),
            "originalurl" | "original" | "originurl" | "originallink" => (Field::Link, 1),
            "sourceurl" | "sourcelink" => (Field::Link, 2),
            "canonical" | "canonicalurl" => (Field::Link, 3),
            "externalurl" | "原文链接" => (Field::Link, 4),
            "slug" => (Field::Slug, 0),
            "permalink" => (Field::Permalink, 0),
            "lang" => (Field::Language, 0),
            "language" => (Field::Language, 1),
            "locale" => (Field::Language, 2),
            "description" => (Field::Summary, 0),
            "summary" => (Field::Summary, 1),
            "excerpt" => (Field::Summary, 2),
            "abstract" => (Field::Summary, 3),
            "摘要" | "简介" => (Field::Summary, 4),
            "draft" => (Field::Draft, 0),
            "status" | "poststatus" => (Field::Status, 0),
            "expires" | "expirydate" | "expiredate" | "expiry" => (Field::Expires, 0),
            "format" | "markup" => (Field::Format, 0),
            "layout" | "comments" | "comment" | "toc" | "mathjax" | "katex" | "math"
            | "template" | "weight" => (Field::Ignored, 0),
            _ => return None,
        };
    Some(found)
}

/// Keys that name the original article only if they hold an absolute address; else they are
/// somebody's own: `source: cnBeta`, `url: /about/`.
pub(crate) fn is_link_if_absolute(key: &str) -> bool {
    ["url", "guid", "source", "origin", "id"]
        .iter()
        .any(|name| key.eq_ignore_ascii_case(name))
}

/// Whether a word looks like a key: letters, digits, `-`, `_` and `.`, as people name keys.
pub(crate) fn is_likely(key: &str) -> bool {
    let starts_well = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    starts_well && key.len() <= 40 && key.bytes().all(is_word)
}
