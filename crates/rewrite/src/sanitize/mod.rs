//! The tree sanitiser: ammonia with the working vocabulary as its allow-list.
//!
//! What comes out was parsed as browsers parse and written again from the tree, so every later stage may take it
//! literally: lower-case names, balanced tags, double-quoted and escaped values. Nothing in it is active; addresses have a scheme from the
//! list or are relative.
//!
//! Most bodies need no tree for that: [`direct`] writes for them what ammonia would, in one pass, and
//! ammonia has the rest.

mod body;
mod direct;
mod formatting;
mod references;
mod sets;
mod tables;
mod tree;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use ammonia::Builder;
use url::Url;

use crate::tag::Tag;

/// Sanitised markup.
pub(crate) struct Sanitised {
    /// UTF-8; left as bytes because the next stage reads bytes.
    pub(crate) html: Vec<u8>,
    /// Whether it was written from a tree.
    pub(crate) took_tree: bool,
}

/// It is not certain what a browser makes of the markup, or it takes a tree to find out.
#[derive(Debug)]
struct Uncertain;

/// Of every element, by its number, the attributes that it may carry besides [`EVERYWHERE`].
static BY_TAG: [&[&str]; Tag::ALL.len()] = by_tag();

/// The schemes that a link may have. Images and frames are judged again by their rules.
const SCHEMES: &[&str] = &["http", "https", "mailto", "tel"];

/// Attributes by the element that may carry them. The intake lets fewer through; this list
/// is what holds if it is ever fooled.
const ATTRIBUTES: &[(Tag, &[&str])] = &[
    (Tag::A, &["href", "hreflang", "name", "title"]),
    (Tag::Abbr, &["title"]),
    (Tag::Audio, &["src", "title"]),
    (Tag::Code, &["data-lang", "data-language"]),
    (Tag::Del, &["datetime"]),
    (Tag::Details, &["open"]),
    (Tag::Dfn, &["title"]),
    (Tag::Iframe, &["src", "title", "width", "height"]),
    (
        Tag::Img,
        &[
            "src",
            "srcset",
            "alt",
            "title",
            "width",
            "height",
            "_src",
            "file",
            "zoomfile",
            "original",
            "lazy-src",
            "lazysrc",
            "lazyload",
            "real_src",
            "realsrc",
            "real-src",
            "load-src",
            "loadsrc",
            "src2",
            "osrc",
            "orig_src",
            "original-src",
            "ess-data",
            "lowsrc",
            "dynsrc",
        ],
    ),
    (Tag::Ins, &["datetime"]),
    (Tag::Li, &["value"]),
    (Tag::Ol, &["start", "type", "reversed"]),
    (Tag::Source, &["src", "srcset", "type"]),
    (Tag::Td, &["colspan", "rowspan"]),
    (Tag::Th, &["colspan", "rowspan", "scope"]),
    (Tag::Time, &["datetime"]),
    (Tag::Video, &["src", "poster", "width", "height", "title"]),
];

/// Attributes of every element: read by rules, none of them written as they are.
const EVERYWHERE: &[&str] = &["align", "class", "dir", "hidden", "id", "lang", "style"];

/// What the names of further attributes of every element begin with.
const PREFIX: &str = "data-";

/// The sanitiser, one per worker.
pub(crate) struct Sanitizer(Builder<'static>);

impl Sanitizer {
    pub(crate) fn new() -> Self {
        let mut builder = Builder::empty();
        builder
            .tags(Tag::ALL.iter().map(|tag| tag.name()).collect())
            .tag_attributes(
                ATTRIBUTES
                    .iter()
                    .map(|(tag, names)| (tag.name(), names.iter().copied().collect()))
                    .collect(),
            )
            .generic_attributes(EVERYWHERE.iter().copied().collect())
            .generic_attribute_prefixes(HashSet::from([PREFIX]))
            .clean_content_tags(HashSet::from([
                "script", "style", "template", "title", "svg", "math", "noscript", "noembed",
                "noframes",
            ]))
            .url_schemes(SCHEMES.iter().copied().collect())
            .link_rel(None);
        Self(builder)
    }

    /// Sanitises markup.
    pub(crate) fn clean(&self, html: &str) -> Sanitised {
        match direct::clean(html) {
            Some(html) => Sanitised {
                html,
                took_tree: false,
            },
            None => Sanitised {
                html: self.clean_by_tree(html),
                took_tree: true,
            },
        }
    }

    /// What ammonia makes of the markup.
    pub(crate) fn clean_by_tree(&self, html: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(html.len() + html.len() / 8);
        // Writing to memory cannot fail; if it did, nothing half written would be used.
        match self.0.clean(html).write_to(&mut out) {
            Ok(()) => out,
            Err(_) => Vec::new(),
        }
    }

    /// What the fast pass makes of the markup, if it is certain.
    pub(crate) fn clean_directly(html: &str) -> Option<Vec<u8>> {
        direct::clean(html)
    }
}

const fn by_tag() -> [&'static [&'static str]; Tag::ALL.len()] {
    let mut table: [&[&str]; Tag::ALL.len()] = [&[]; Tag::ALL.len()];
    let mut i = 0;
    while i < ATTRIBUTES.len() {
        table[ATTRIBUTES[i].0 as usize] = ATTRIBUTES[i].1;
        i += 1;
    }
    table
}

/// Whether an element may carry an attribute.
fn is_allowed_attribute(tag: Tag, name: &str) -> bool {
    name.starts_with(PREFIX) || EVERYWHERE.contains(&name) || BY_TAG[tag as usize].contains(&name)
}

/// Whether ammonia takes the value of an attribute for an address.
fn is_url_attribute(tag: Tag, name: &str) -> bool {
    matches!(name, "href" | "src") || tag == Tag::Video && name == "poster"
}

/// Whether an address may stay: it has one of the schemes or none at all.
fn is_allowed_url(value: &str) -> bool {
    if is_plain_web_address(value) {
        return true;
    }
    match Url::parse(value) {
        Ok(url) => SCHEMES.contains(&url.scheme()),
        Err(error) => error == url::ParseError::RelativeUrlWithoutBase,
    }
}

/// Whether an address is like nearly all: on the web, with a host of plain ASCII labels that are neither
/// numbers nor encoded, which the parser of URLs never refuses.
fn is_plain_web_address(value: &str) -> bool {
    let Some(rest) = value
        .strip_prefix("https://")
        .or_else(|| value.strip_prefix("http://"))
    else {
        return false;
    };
    let mut begins_label = true;
    for byte in rest.bytes() {
        match byte {
            b'a'..=b'z' => begins_label = false,
            b'0'..=b'9' if !begins_label => {}
            b'.' if !begins_label => begins_label = true,
            b'/' | b'?' | b'#' => break,
            _ => return false,
        }
    }
    !begins_label
}
