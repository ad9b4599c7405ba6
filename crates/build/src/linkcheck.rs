//! Follows every internal link of every page: to a file of the output, and to an id where it is in the same page.

use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Mutex;

use newsprint_model::Diagnostic;
use percent_encoding::percent_decode_str;
use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::xxh3_64;

use crate::names::resolve;
use crate::sink::{Put, Sink, Stamp, with_path};
use crate::site::Site;

/// A sink that keeps nothing but the links that lead nowhere.
pub struct LinkCheck {
    files: FxHashSet<u64>,
    base_url: String,
    base_path: String,
    broken: Mutex<BTreeSet<(String, String)>>,
}

impl LinkCheck {
    /// Knows the files that a site will have.
    pub fn new(site: &Site) -> Self {
        Self {
            files: site
                .plan
                .routes
                .iter()
                .map(|route| xxh3_64(route.url.file().as_bytes()))
                .collect(),
            base_url: site.config.base_url.clone(),
            base_path: site.config.base_path().to_owned(),
            broken: Mutex::default(),
        }
    }

    /// One warning for each broken link.
    pub fn broken(&self) -> Vec<Diagnostic> {
        let broken = self
            .broken
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        broken
            .iter()
            .map(|(page, link)| {
                Diagnostic::warning(format!("`{link}` leads nowhere"))
                    .at(page.as_str())
                    .hint("no file of the output has that address")
            })
            .collect()
    }

    fn check(&self, file: &str, html: &str) {
        let page = references(html);
        for link in &page.links {
            if !self.resolves(file, link, &page.ids) {
                let mut broken = self
                    .broken
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                broken.insert((file.to_owned(), link.clone()));
            }
        }
    }

    fn resolves(&self, file: &str, link: &str, ids: &HashSet<String>) -> bool {
        let (path, fragment) = match link.split_once('#') {
            Some((path, fragment)) => (path, Some(fragment)),
            None => (link, None),
        };
        let path = path.split('?').next().unwrap_or_default();
        if path.is_empty() {
            let decoded = percent_decode_str(fragment.unwrap_or_default()).decode_utf8_lossy();
            return decoded.is_empty() || decoded == "top" || ids.contains(&*decoded);
        }
        let target = match path.strip_prefix(&self.base_url) {
            Some(inside) => join("", inside),
            None if is_external(path) => return true,
            None => match path.strip_prefix(&self.base_path) {
                Some(inside) => join("", inside),
                // Another site on the same host.
                None if path.starts_with('/') => return true,
                None => join(&file[..file.rfind('/').map_or(0, |slash| slash + 1)], path),
            },
        };
        let Some(mut target) = target else {
            return false;
        };
        if target.is_empty() || target.ends_with('/') {
            target.push_str("index.html");
        }
        self.files.contains(&xxh3_64(target.as_bytes()))
    }
}

impl Sink for LinkCheck {
    fn prepare(&self, _: &BTreeSet<&str>) -> io::Result<()> {
        Ok(())
    }

    fn put(&self, file: &str, bytes: &[u8]) -> io::Result<(Put, Stamp)> {
        if file.ends_with(".html")
            && let Ok(html) = std::str::from_utf8(bytes)
        {
            self.check(file, html);
        }
        Ok((Put::Unchanged, Stamp::default()))
    }

    fn copy(&self, _: &str, from: &Path) -> io::Result<(Put, Stamp)> {
        File::open(from)
            .map(|_| (Put::Unchanged, Stamp::default()))
            .map_err(|error| with_path(from, &error))
    }

    fn look(&self, _: &str) -> Option<Stamp> {
        None
    }

    fn recall(&self, _: &str, _: Range<usize>) -> Option<String> {
        None
    }
}

/// A scheme, or another host.
fn is_external(path: &str) -> bool {
    let before_slash = path.split('/').next().unwrap_or_default();
    path.starts_with("//") || before_slash.contains(':')
}

/// Resolves a decoded relative path against a folder; none where it climbs out of the output.
fn join(folder: &str, path: &str) -> Option<String> {
    let path = percent_decode_str(path).decode_utf8_lossy();
    let mut joined = resolve(folder, &path)?;
    let last = path.rsplit('/').next().unwrap_or_default();
    if !joined.is_empty() && matches!(last, "" | "." | "..") {
        joined.push('/');
    }
    Some(joined)
}

/// What a page refers to, and what in it can be referred to.
#[derive(Default)]
struct References {
    links: BTreeSet<String>,
    ids: HashSet<String>,
}

/// Reads the attributes of every tag. Pages are made by templates that escape, so that a `<` is a tag's.
fn references(html: &str) -> References {
    let mut found = References::default();
    let mut rest = html;
    while let Some(open) = memchr::memchr(b'<', rest.as_bytes()) {
        rest = &rest[open + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        rest = attributes(rest, |name, value| {
            let value = || unescape(value);
            match name {
                "href" | "src" | "poster" => {
                    found.links.insert(value());
                }
                "id" => {
                    found.ids.insert(value());
                }
                _ => {}
            }
        });
    }
    found
}

/// Calls back for each quoted attribute of the tag that begins here; returns what follows the tag.
fn attributes<'a>(tag: &'a str, mut each: impl FnMut(&str, &'a str)) -> &'a str {
    let mut rest = tag;
    loop {
        let Some(stop) = rest.find(['>', '"', '\'']) else {
            return "";
        };
        let quote = &rest[stop..=stop];
        if quote == ">" {
            return &rest[stop + 1..];
        }
        let before = rest[..stop].trim_end();
        let name = before.strip_suffix('=').unwrap_or_default().trim_end();
        let name = name
            .rsplit(|c: char| c.is_ascii_whitespace())
            .next()
            .unwrap_or_default();
        let value = &rest[stop + 1..];
        let Some(end) = value.find(quote) else {
            return "";
        };
        each(name, &value[..end]);
        rest = &value[end + 1..];
    }
}

/// The entities that templates write into attributes.
fn unescape(value: &str) -> String {
    if !value.contains('&') {
        return value.to_owned();
    }
    value
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&#x2F;", "/")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_and_text_is_not_taken_for_them() {
        let page = references(
            "<a class=\"x\" href=\"a&amp;b/\">href=\"no\"</a><!-- <a href=\"no\"> --><img src='c.png' alt=\"a > b\"><p id=\"p-1\">",
        );
        assert_eq!(page.links, ["a&b/".to_owned(), "c.png".to_owned()].into());
        assert_eq!(page.ids, ["p-1".to_owned()].into());
    }

    #[test]
    fn paths_resolve_by_name() {
        let cases = [
            ("a/b/", "../c/", Some("a/c/")),
            ("a/b/", "..", Some("a/")),
            ("", "./", Some("")),
            ("a/", "../../x", None),
            ("", "%E6%96%B0/x.html", Some("新/x.html")),
        ];
        for (folder, path, expected) in cases {
            assert_eq!(join(folder, path).as_deref(), expected, "{folder} + {path}");
        }
    }
}
