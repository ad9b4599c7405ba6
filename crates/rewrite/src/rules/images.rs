//! Rule: an image stands at its real address, with its size, or not at all.
//!
//! Pages that load images late keep the address in an attribute of their own and a placeholder in
//! `src`; `rules/lazy.toml` lists the attributes and the marks of placeholders.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::element::Element;
use super::{DROP, Page, SMALL};
use crate::escape::lower;

/// Images that are at most this wide and high, in pixels, are there to be counted.
const PIXEL: u32 = 3;

/// Images that are at most this wide or high, in pixels, belong into the line: emoji, icons.
const SMALL_SIZE: u32 = 48;

/// Of the candidates of a `srcset`, the smallest that is at least this wide, in pixels.
const WANTED_WIDTH: f64 = 1200.0;

/// The largest size that is believed, in pixels.
const MAX_SIZE: u32 = 20_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lazy {
    /// Attributes that scripts copy to `src`, most telling first.
    address: Vec<String>,
    /// Sets of candidates, for images without a usable address.
    candidates: Vec<String>,
    /// Attributes that are good for an address if there is no other.
    fallback: Vec<String>,
    /// File names of placeholders, without extension.
    placeholder_names: Vec<String>,
    /// What the path of a placeholder contains.
    placeholder_parts: Vec<String>,
    /// Classes and parts of file names of images that belong into the line.
    small: Vec<String>,
}

static LAZY: LazyLock<Lazy> = LazyLock::new(|| {
    toml::from_str(include_str!("../../rules/lazy.toml"))
        .unwrap_or_else(|error| unreachable!("rules/lazy.toml: {error}"))
});

/// The names of all attributes in [`LAZY`].
static LATE_NAMES: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let lists = [&LAZY.address, &LAZY.candidates, &LAZY.fallback];
    lists.into_iter().flatten().map(String::as_str).collect()
});

/// [`Lazy::placeholder_names`], to be asked.
static PLACEHOLDER_NAMES: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let names = LAZY.placeholder_names.iter();
    names.map(String::as_str).collect()
});

/// [`Lazy::placeholder_parts`], to be looked for.
static PLACEHOLDER_PARTS: LazyLock<Vec<Finder<'static>>> = LazyLock::new(|| {
    let parts = LAZY.placeholder_parts.iter();
    parts.map(|part| Finder::new(part.as_str())).collect()
});

pub(super) fn apply(element: &mut Element<'_>, page: &mut Page<'_>) {
    let picture_source = page.picture_source.take();
    let size = size_of(element);
    if size.is_some_and(|(width, height)| width <= PIXEL && height <= PIXEL) {
        return pixel(element, page);
    }
    let shown = element.get("src").filter(|src| !is_placeholder(src));
    page.relative = None;
    let Some(found) = address_of(element, page, shown.as_deref(), picture_source) else {
        let counted = shown.is_some_and(|src| page.links.is_tracking_pixel_host(&src));
        if counted {
            return pixel(element, page);
        }
        page.lost();
        element.set(DROP, "image without address");
        page.counts.elements_removed += 1;
        return;
    };
    if found.counts_readers {
        return pixel(element, page);
    }
    page.counts.images_recovered += u64::from(found.recovered);
    if is_small(element, size, &found.address) {
        element.set(SMALL, "");
    }
    element.set("src", &found.address);
    match size {
        Some((width, height)) if width > 0 && height > 0 => {
            element.set("width", &width.to_string());
            element.set("height", &height.to_string());
        }
        _ => {
            element.unset("width");
            element.unset("height");
        }
    }
}

/// A source of a `picture`: remembered for its image.
pub(super) fn apply_to_source(element: &mut Element<'_>, page: &mut Page<'_>) {
    if page.picture_source.is_some() {
        return;
    }
    page.picture_source = ["srcset", "data-srcset"]
        .iter()
        .filter_map(|name| element.get(name))
        .find_map(|srcset| best_candidate(&srcset).map(str::to_owned))
        .filter(|candidate| !is_placeholder(candidate));
}

fn pixel(element: &mut Element<'_>, page: &mut Page<'_>) {
    element.set(DROP, "tracking pixel");
    page.counts.pixels_removed += 1;
}

/// The address of an image.
struct Found {
    address: String,
    /// Whether fetching it only counts the reader.
    counts_readers: bool,
    /// Whether it was found elsewhere than in `src`.
    recovered: bool,
}

impl Found {
    fn recovered(self) -> Self {
        Self {
            recovered: true,
            ..self
        }
    }
}

fn address_of(
    element: &Element<'_>,
    page: &mut Page<'_>,
    shown: Option<&str>,
    picture_source: Option<String>,
) -> Option<Found> {
    // Most images have nothing but a source and words about it.
    let has_late = element.names().any(|name| LATE_NAMES.contains(name));
    if has_late
        && let Some(found) = LAZY
            .address
            .iter()
            .find_map(|name| candidate(element, page, name, false))
    {
        return Some(found.recovered());
    }
    if let Some(found) = shown.and_then(|src| real_address(page, src)) {
        return Some(found);
    }
    if !has_late {
        return picture_source
            .and_then(|source| real_address(page, &source))
            .map(Found::recovered);
    }
    LAZY.candidates
        .iter()
        .find_map(|name| candidate(element, page, name, true))
        .or_else(|| real_address(page, &picture_source?))
        .or_else(|| {
            LAZY.fallback
                .iter()
                .find_map(|name| candidate(element, page, name, false))
        })
        .map(Found::recovered)
}

fn candidate(
    element: &Element<'_>,
    page: &mut Page<'_>,
    name: &str,
    is_set: bool,
) -> Option<Found> {
    let value = element.get(name)?;
    let value = if is_set {
        best_candidate(&value)?
    } else {
        value.trim()
    };
    if !looks_like_address(value) || is_placeholder(value) {
        return None;
    }
    real_address(page, value)
}

/// The address as it is published of one that is no placeholder, unless what stood behind a proxy is one.
fn real_address(page: &mut Page<'_>, written: &str) -> Option<Found> {
    let (address, counts_readers) = page.picture_address(written)?;
    (address == written || !is_placeholder(&address)).then_some(Found {
        address,
        counts_readers,
        recovered: false,
    })
}

/// Whether a value of an attribute that may hold anything is an address.
fn looks_like_address(value: &str) -> bool {
    super::has_web_scheme(value)
        || value.starts_with("//")
        || (value.contains(['/', '.'])
            && !value.contains(|c: char| {
                c.is_whitespace() || matches!(c, '{' | '}' | '<' | '>' | '"' | ';')
            })
            && !super::has_scheme(value)
            && value.bytes().any(|b| b.is_ascii_alphabetic()))
}

/// Whether an address is that of the picture that is shown until the real one is there.
fn is_placeholder(address: &str) -> bool {
    let address = address.trim();
    if address.is_empty()
        || address.len() > 4 && address.as_bytes()[..5].eq_ignore_ascii_case(b"data:")
    {
        return true;
    }
    let end = memchr::memchr2(b'?', b'#', address.as_bytes()).unwrap_or(address.len());
    let path = lower(&address[..end]);
    let name = memchr::memrchr(b'/', path.as_bytes()).map_or(&*path, |at| &path[at + 1..]);
    let stem = name.split('.').next().unwrap_or_default();
    PLACEHOLDER_NAMES.contains(stem)
        || PLACEHOLDER_PARTS
            .iter()
            .any(|part| part.find(path.as_bytes()).is_some())
}

fn is_small(element: &Element<'_>, size: Option<(u32, u32)>, address: &str) -> bool {
    if let Some((width, height)) = size {
        if width > 0 && height > 0 {
            return width <= SMALL_SIZE && height <= SMALL_SIZE * 2;
        }
        // One that is large by half its size may still be small by its name: that half is not written.
        if width.max(height) <= SMALL_SIZE {
            return true;
        }
    }
    let class = element.raw("class").unwrap_or_default();
    let name = address.rsplit('/').next().unwrap_or_default();
    // `face12.gif`, but not `facebook.jpg`.
    let is_named = |part: &str| {
        name.strip_prefix(part)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphabetic()))
    };
    LAZY.small
        .iter()
        .any(|part| class.split_ascii_whitespace().any(|c| c == part) || is_named(part))
}

/// Width and height in pixels as any attribute tells; 0 for what none does.
fn size_of(element: &Element<'_>) -> Option<(u32, u32)> {
    let pixels = |name: &str| element.raw(name).and_then(|value| parse_pixels(&value));
    let pair = |width: &str, height: &str| Some((pixels(width)?, pixels(height)?));
    let plain = (pixels("width"), pixels("height"));
    if let (Some(width), Some(height)) = plain {
        return Some((width, height));
    }
    let natural = pair("data-rawwidth", "data-rawheight")
        .or_else(|| pair("data-width", "data-height"))
        .or_else(|| pair("data-w", "data-h"))
        .or_else(|| pair("data-original-width", "data-original-height"))
        .or_else(|| {
            let width = pixels("data-w")?;
            let ratio: f64 = element.raw("data-ratio")?.trim().parse().ok()?;
            let height = (f64::from(width) * ratio).round();
            // A quotient of two believable sizes.
            (1.0..=f64::from(MAX_SIZE))
                .contains(&height)
                .then_some((width, height as u32))
        })
        .or_else(|| {
            let size = element.raw("data-size")?;
            let (width, height) = size.split_once('x')?;
            Some((parse_pixels(width)?, parse_pixels(height)?))
        });
    natural
        .or_else(|| plain.0.map(|width| (width, 0)))
        .or_else(|| plain.1.map(|height| (0, height)))
}

/// `640`, `640px` or `640.5`; nothing relative.
pub(super) fn parse_pixels(value: &str) -> Option<u32> {
    let value = value.trim();
    let number = value.strip_suffix("px").unwrap_or(value).trim();
    let whole = number.split('.').next()?;
    whole.parse().ok().filter(|n| *n <= MAX_SIZE)
}

/// The candidate of a `srcset` that suits a page: the smallest that is wide enough, or the largest.
fn best_candidate(srcset: &str) -> Option<&str> {
    let mut best: Option<(&str, f64)> = None;
    let mut rest = srcset;
    while let Some(start) = rest.find(|c: char| !c.is_whitespace() && c != ',') {
        rest = &rest[start..];
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let mut url = &rest[..end];
        rest = &rest[end..];
        let mut width = 0.0;
        if let Some(bare) = url.strip_suffix(',') {
            url = bare;
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            width = descriptor(rest[..end].trim());
            rest = &rest[end..];
        }
        let better = best.is_none_or(|(_, old)| {
            if old >= WANTED_WIDTH {
                width >= WANTED_WIDTH && width < old
            } else {
                width > old
            }
        });
        if better {
            best = Some((url, width));
        }
    }
    best.map(|(url, _)| url)
}

/// A width in pixels; a density counts as so many times half the wanted width.
fn descriptor(text: &str) -> f64 {
    let number = |suffix| {
        text.strip_suffix(suffix)
            .and_then(|n: &str| n.parse::<f64>().ok())
            .filter(|n| n.is_finite() && *n > 0.0)
    };
    number('w')
        .or_else(|| number('x').map(|x| x * WANTED_WIDTH / 2.0))
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_wide_enough_candidate_is_taken() {
        let cases = [
            ("a.jpg", Some("a.jpg")),
            (
                "a.jpg 300w, b.jpg 1024w, c.jpg 1536w, d.jpg 3000w",
                Some("c.jpg"),
            ),
            ("a.jpg 300w, b.jpg 600w", Some("b.jpg")),
            ("a.jpg 1x, b.jpg 2x, c.jpg 3x", Some("b.jpg")),
            (
                "https://x.test/w_1,h_2/a.jpg 300w,https://x.test/b.jpg 800w",
                Some("https://x.test/b.jpg"),
            ),
            ("a.jpg, b.jpg 2x", Some("b.jpg")),
            (" , ,, ", None),
            ("", None),
            ("a.jpg NaNw, b.jpg infw", Some("a.jpg")),
        ];
        for (srcset, expected) in cases {
            assert_eq!(best_candidate(srcset), expected, "{srcset}");
        }
    }

    #[test]
    fn sizes_are_pixels_or_nothing() {
        let cases = [
            ("640", Some(640)),
            (" 640px ", Some(640)),
            ("640.5", Some(640)),
            ("100%", None),
            ("auto", None),
            ("-1", None),
            ("99999", None),
            ("", None),
        ];
        for (value, expected) in cases {
            assert_eq!(parse_pixels(value), expected, "{value}");
        }
    }

    #[test]
    fn the_table_is_valid() {
        assert!(!LAZY.address.is_empty());
    }
}
