//! The tree sanitiser: ammonia with the working vocabulary as its allow-list.
//!
//! What comes out was parsed as browsers parse and written again from the tree, so every later stage may take it
//! literally: lower-case names, balanced tags, double-quoted and escaped values. Nothing in it is active; addresses have a scheme from the
//! list or are relative.

use std::collections::HashSet;

use ammonia::Builder;

use crate::tag::Tag;

/// The schemes that a link may have. Images and frames are judged again by their rules.
const SCHEMES: &[&str] = &["http", "https", "mailto", "tel"];

/// Attributes by the element that may carry them. The intake lets fewer through; this list
/// is what holds if it is ever fooled.
const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href", "hreflang", "name", "title"]),
    ("abbr", &["title"]),
    ("audio", &["src", "title"]),
    ("code", &["data-lang", "data-language"]),
    ("del", &["datetime"]),
    ("details", &["open"]),
    ("dfn", &["title"]),
    ("iframe", &["src", "title", "width", "height"]),
    (
        "img",
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
    ("ins", &["datetime"]),
    ("li", &["value"]),
    ("ol", &["start", "type", "reversed"]),
    ("source", &["src", "srcset", "type"]),
    ("td", &["colspan", "rowspan"]),
    ("th", &["colspan", "rowspan", "scope"]),
    ("time", &["datetime"]),
    ("video", &["src", "poster", "width", "height", "title"]),
];

/// Attributes of every element: read by rules, none of them written as they are.
const EVERYWHERE: &[&str] = &["align", "class", "dir", "hidden", "id", "lang", "style"];

/// The sanitiser, one per worker.
pub(crate) fn sanitizer() -> Builder<'static> {
    let mut builder = Builder::empty();
    builder
        .tags(Tag::ALL.iter().map(|tag| tag.name()).collect())
        .tag_attributes(
            ATTRIBUTES
                .iter()
                .map(|(tag, names)| (*tag, names.iter().copied().collect()))
                .collect(),
        )
        .generic_attributes(EVERYWHERE.iter().copied().collect())
        .generic_attribute_prefixes(HashSet::from(["data-"]))
        .clean_content_tags(HashSet::from([
            "script", "style", "template", "title", "svg", "math", "noscript", "noembed",
            "noframes",
        ]))
        .url_schemes(SCHEMES.iter().copied().collect())
        .link_rel(None);
    builder
}

/// Sanitises markup. What comes out is UTF-8; it is left as bytes because the next stage reads bytes.
pub(crate) fn clean(sanitizer: &Builder<'_>, html: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(html.len() + html.len() / 8);
    // Writing to memory cannot fail; if it did, nothing half written would be used.
    match sanitizer.clean(html).write_to(&mut out) {
        Ok(()) => out,
        Err(_) => Vec::new(),
    }
}
