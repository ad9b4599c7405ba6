//! Rule: of inline styles, what carries meaning becomes a class, the rest goes.
//!
//! Alignment survives as `np-center`, `np-right` or `np-left` (which only ends an inherited one), weight of a span as
//! `np-strong`, direction as `dir`, an image's size as its size. What is not displayed is marked
//! for the setting. `visibility` and `opacity` are ignored: pages hide what they mean to fade in.

use super::DROP;
use super::element::Element;
use super::images::parse_pixels;
use crate::tag::Tag;

/// The mark of an element that its page did not display.
pub(crate) const HIDDEN: &str = "hidden element";

pub(super) fn apply(element: &mut Element<'_>) {
    let mut class = None;
    if let Some(align) = element.raw("align") {
        class = alignment(align.trim());
        element.unset("align");
    }
    if let Some(hidden) = element.raw("hidden") {
        // `until-found` content is shown when searched for.
        if !hidden.eq_ignore_ascii_case("until-found") {
            element.set(DROP, HIDDEN);
        }
    }
    if let Some(style) = element.get("style") {
        element.unset("style");
        let is_sized = matches!(element.tag(), Tag::Img | Tag::Iframe);
        for (property, value) in declarations(&style) {
            let names = |name: &str| property.eq_ignore_ascii_case(name);
            let says = |word: &str| value.eq_ignore_ascii_case(word);
            if names("text-align") {
                class = alignment(value).or(class);
            } else if names("display") && says("none") {
                element.set(DROP, HIDDEN);
            } else if names("direction") && (says("rtl") || says("ltr")) {
                element.set("dir", &value.to_ascii_lowercase());
            } else if names("font-weight") && is_bold(value) && element.tag() == Tag::Span {
                class = Some("np-strong");
            } else if is_sized && names("width") {
                size(element, "width", value);
            } else if is_sized && names("height") {
                size(element, "height", value);
            }
        }
    }
    if let Some(class) = class {
        let others = element.raw("class").unwrap_or_default();
        let kept = others
            .split_ascii_whitespace()
            .filter(|c| !matches!(*c, "np-center" | "np-right" | "np-left"));
        let joined = kept
            .chain(std::iter::once(class))
            .collect::<Vec<_>>()
            .join(" ");
        element.set_raw("class", joined);
    }
}

/// A size of an image that no attribute of it says.
fn size(element: &mut Element<'_>, name: &'static str, value: &str) {
    let value = value.to_ascii_lowercase();
    if value.ends_with("px")
        && !element.has(name)
        && let Some(pixels) = parse_pixels(&value)
    {
        element.set(name, &pixels.to_string());
    }
}

/// The declarations of a style attribute, without `!important`.
fn declarations(style: &str) -> impl Iterator<Item = (&str, &str)> {
    const IMPORTANT: &str = "!important";
    style.split(';').filter_map(|declaration| {
        let (property, value) = declaration.split_once(':')?;
        let value = value.trim();
        let plain = value
            .len()
            .checked_sub(IMPORTANT.len())
            .and_then(|at| value.split_at_checked(at))
            .filter(|(_, end)| end.eq_ignore_ascii_case(IMPORTANT))
            .map_or(value, |(plain, _)| plain);
        Some((property.trim(), plain.trim_end()))
    })
}

fn alignment(value: &str) -> Option<&'static str> {
    let is = |wanted: &str| value.eq_ignore_ascii_case(wanted);
    if is("center") || is("middle") || is("-webkit-center") || is("-moz-center") {
        Some("np-center")
    } else if is("right") || is("end") {
        Some("np-right")
    } else if is("left") || is("start") || is("justify") {
        Some("np-left")
    } else {
        None
    }
}

fn is_bold(value: &str) -> bool {
    value.eq_ignore_ascii_case("bold")
        || value.eq_ignore_ascii_case("bolder")
        || value
            .parse::<u32>()
            .is_ok_and(|weight| (600..=1000).contains(&weight))
}
