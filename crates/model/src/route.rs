//! The output, file by file, before any of it is made.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::archive::{CategoryId, ListKey, PostId};

/// A URL below the base URL, decoded, without a leading slash: `2022/09/26/3f2a91c4.html`,
/// `categories/新媒体/`, or empty for the home page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UrlPath(Arc<str>);

impl UrlPath {
    /// Takes a decoded path. Leading slashes are dropped.
    pub fn new(path: impl AsRef<str>) -> Self {
        Self(path.as_ref().trim_start_matches('/').into())
    }

    /// The decoded path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The file that answers to it, relative to the output folder: a final slash means `index.html`.
    pub fn file(&self) -> String {
        let (path, name) = self.file_parts();
        [path, name].concat()
    }

    /// [`file`](Self::file) in two parts: the path, and what is to be put after it.
    pub fn file_parts(&self) -> (&str, &'static str) {
        let is_folder = self.0.is_empty() || self.0.ends_with('/');
        (&self.0, if is_folder { "index.html" } else { "" })
    }

    /// The path as it stands in an attribute or a feed: UTF-8 and whatever is not unreserved is
    /// percent-encoded (RFC 3986, section 2.3), slashes stay.
    pub fn encoded(&self) -> String {
        const HEX: &[u8; 16] = b"0123456789ABCDEF";
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        let mut out = String::with_capacity(self.0.len() * 2);
        let mut rest: &str = &self.0;
        // Most addresses need nothing done to them, and the others for a part.
        while let Some(odd) = rest.bytes().position(|byte| !is_plain(byte)) {
            out.push_str(&rest[..odd]);
            let run = rest[odd..]
                .bytes()
                .position(is_plain)
                .unwrap_or(rest.len() - odd);
            for byte in rest[odd..odd + run].bytes() {
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
            rest = &rest[odd + run..];
        }
        out.push_str(rest);
        out
    }

    /// What leads from this page to the site's root: `""`, `../`, `../../`, ... A page never links
    /// by an absolute path, so that the output can be opened from any folder or disk.
    pub fn to_root(&self) -> String {
        "../".repeat(self.0.bytes().filter(|byte| *byte == b'/').count())
    }
}

impl fmt::Display for UrlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListPage {
    /// The newest posts.
    Front,
    /// Page N, counted from 1 at the oldest posts.
    Numbered(u32),
}

/// Whose posts a feed holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedKey {
    /// All posts.
    Site,
    /// A category node, with everything below it.
    Category(CategoryId),
}

/// The forms in which feeds are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedFormat {
    /// RFC 4287.
    Atom,
    /// RSS 2.0.
    Rss,
    /// JSON Feed 1.1.
    Json,
}

impl FeedFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Atom, Self::Rss, Self::Json];

    /// The file name below the list's own URL.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Atom => "atom.xml",
            Self::Rss => "rss.xml",
            Self::Json => "feed.json",
        }
    }

    /// The media type, as in a page's `<link rel="alternate">`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml",
            Self::Rss => "application/rss+xml",
            Self::Json => "application/feed+json",
        }
    }
}

/// One part of the sitemap; the index names them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SitemapPart {
    /// The posts of a month; the third number counts files of at most 50,000 URLs, from 1.
    Month(i32, u32, u32),
    /// Everything that is no post; the number counts files, from 1.
    Lists(u32),
}

/// A file of the search index. Segments, blocks and shards are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SearchFile {
    /// What the client reads first: segments, years, categories.
    Manifest,
    /// Which characters are taken for one.
    Variants,
    /// The order by date of a segment's posts of a year.
    Order(u32, i32),
    /// Titles and addresses of some of a segment's posts.
    Block(u32, u32),
    /// The posts of some of a segment's terms.
    Shard(u32, u32),
}

/// What a file of the output is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RouteKind {
    /// A post's page.
    Post(PostId),
    /// A page of a list.
    List(ListKey, ListPage),
    /// The category tree as a directory.
    Categories,
    /// All tags.
    Tags,
    /// All authors.
    Authors,
    /// All sources, by section.
    Sources,
    /// All years, as a calendar.
    Calendar,
    /// Figures about the archive.
    Statistics,
    /// What the archive is: the owner's words, or a text made of the settings.
    About,
    /// The page that searches.
    SearchPage,
    /// The search, described for browsers (OpenSearch 1.1).
    SearchDescription,
    /// A file of the search index.
    Search(SearchFile),
    /// A feed.
    Feed(FeedKey, FeedFormat),
    /// The list of sitemaps.
    SitemapIndex,
    /// A sitemap.
    Sitemap(SitemapPart),
    /// `robots.txt`.
    Robots,
    /// `404.html`.
    NotFound,
    /// A page that sends readers of an old address to the new one.
    Redirect(UrlPath),
    /// A copy of the file at this path on disk.
    Copy(PathBuf),
    /// A file of the theme, by its place in the theme's list.
    ThemeFile(usize),
}

/// One file of the output: where, and what of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Its URL, which also names its file.
    pub url: UrlPath,
    /// What it is made of.
    pub kind: RouteKind,
}

#[cfg(test)]
mod tests {
    use super::UrlPath;

    #[test]
    fn urls_name_files_and_lead_back_to_the_root() {
        let cases = [
            ("", "index.html", "", ""),
            (
                "2022/09/26/a.html",
                "2022/09/26/a.html",
                "2022/09/26/a.html",
                "../../../",
            ),
            (
                "/分类/IT 之家/",
                "分类/IT 之家/index.html",
                "%E5%88%86%E7%B1%BB/IT%20%E4%B9%8B%E5%AE%B6/",
                "../../",
            ),
            ("a%b\"c.html", "a%b\"c.html", "a%25b%22c.html", ""),
        ];
        for (url, file, encoded, root) in cases {
            let url = UrlPath::new(url);
            assert_eq!(
                (
                    url.file().as_str(),
                    url.encoded().as_str(),
                    url.to_root().as_str()
                ),
                (file, encoded, root)
            );
        }
    }
}
