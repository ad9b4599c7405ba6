//! Values of attributes: which have the form that their attribute wants.

use crate::escape::decode;

/// An id without the prefix that ours have; none if it cannot be one.
pub(super) fn bare_id(value: &str) -> Option<&str> {
    let bare = value.strip_prefix("p-").unwrap_or(value);
    (!bare.is_empty()
        && bare.len() <= 200
        && !bare.contains(|c: char| c.is_whitespace() || c.is_control()))
    .then_some(bare)
}

/// The id, without prefix, that a link within the page leads to.
pub(super) fn fragment(href: &str) -> Option<String> {
    let fragment = href.strip_prefix('#')?;
    let decoded = percent_encoding::percent_decode_str(fragment)
        .decode_utf8()
        .ok()?
        .into_owned();
    bare_id(&decode(&decoded)).map(str::to_owned)
}

/// Whether a value has the form of a language tag: `zh`, `zh-Hans`, `en-US` (RFC 5646, well-formed and short).
pub(super) fn is_language_tag(value: &str) -> bool {
    let mut parts = value.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && value.len() <= 35
        && parts.all(|part| {
            matches!(part.len(), 2 | 4) && part.bytes().all(|b| b.is_ascii_alphabetic())
                || part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit())
        })
}

/// Whether a value is a date, or a date and a time, as the attribute wants it.
pub(super) fn is_date(value: &str) -> bool {
    let (date, time) = value
        .split_once(['T', ' '])
        .map_or((value, None), |(date, time)| (date, Some(time)));
    let digits = |text: &str, shape: &str| {
        text.len() == shape.len()
            && text.bytes().zip(shape.bytes()).all(|(b, s)| {
                if s == b'0' {
                    b.is_ascii_digit()
                } else {
                    b == s
                }
            })
    };
    let month_and_day = || {
        let month: u8 = date[5..7].parse().unwrap_or(0);
        let day: u8 = date[8..10].parse().unwrap_or(0);
        (1..=12).contains(&month) && (1..=28).contains(&day)
            || matches!(day, 29..=30) && month != 2 && month <= 12 && month > 0
            || day == 31 && matches!(month, 1 | 3 | 5 | 7 | 8 | 10 | 12)
    };
    if !digits(date, "0000-00-00") || date.starts_with("0000") || !month_and_day() {
        return false;
    }
    let Some(time) = time else { return true };
    let clock_end = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(clock_end);
    let clock = clock.split('.').next().unwrap_or_default();
    let in_range = |text: &str, most: u8| text.parse::<u8>().is_ok_and(|n| n <= most);
    let clock_fits = (digits(clock, "00:00")
        || digits(clock, "00:00:00") && in_range(&clock[6..], 59))
        && in_range(&clock[..2], 23)
        && in_range(&clock[3..5], 59);
    let zone_fits = zone.is_empty()
        || zone == "Z"
        || digits(&zone[1..], "00:00") && in_range(&zone[1..3], 23) && in_range(&zone[4..], 59);
    clock_fits && zone_fits && !time.contains('.')
}

pub(super) fn is_media_type(value: &str) -> bool {
    value.split_once('/').is_some_and(|(kind, rest)| {
        matches!(kind, "video" | "audio" | "application")
            && !rest.is_empty()
            && rest
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'+'))
    })
}
