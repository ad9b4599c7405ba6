//! Rule: video and audio stand at a web address, or not at all.

use super::Page;
use super::element::Element;

/// Attributes in which pages keep the address of a medium until its script runs.
const LATE: &[&str] = &[
    "data-src",
    "data-mp4",
    "data-video-url",
    "data-url",
    "data-original",
];

pub(super) fn apply(element: &mut Element<'_>, page: &mut Page<'_>) {
    place(element, page);
    let poster = ["poster", "data-poster"]
        .iter()
        .filter_map(|name| element.get(name))
        .find_map(|raw| page.media_address(&raw));
    match poster {
        Some(poster) => element.set("poster", &poster),
        None => element.unset("poster"),
    }
}

pub(super) fn apply_to_source(element: &mut Element<'_>, page: &mut Page<'_>) {
    place(element, page);
}

fn place(element: &mut Element<'_>, page: &mut Page<'_>) {
    page.relative = None;
    let address = std::iter::once(&"src")
        .chain(LATE)
        .filter_map(|name| element.get(name))
        .find_map(|raw| page.media_address(&raw));
    match address {
        Some(address) => element.set("src", &address),
        None => {
            page.lost();
            element.unset("src");
        }
    }
}
