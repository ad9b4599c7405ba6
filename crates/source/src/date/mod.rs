//! Dates as people and crawlers write them.
//!
//! A date is read in three steps. [`tokens`] turns the text into numbers, words and marks, with
//! full-width forms, Chinese numerals and the words for parts of the day already resolved. This
//! and [`reading`] picks the time, the zone and then the date out of them, in whatever order they
//! stand. [`calendar`] checks that such a moment exists and places it in the zone.
//!
//! Read are: RFC 2822 (also with wrong or missing weekdays, two-digit years, zone names), RFC
//! 3339 and ISO 8601 (basic and extended, week and ordinal dates), `2022/02/23`,
//! `2022年2月23日 下午3:04`, `二〇二二年九月二十六日`, `Sep 26, 2022`, `26 September 2022`, the forms of
//! JavaScript and of the `date` command, and seconds, milliseconds, microseconds or
//! nanoseconds since 1970. `23/02/2022` is read if one of the numbers can only be a day, else
//! it is refused: to guess would be wrong half of the time.

mod calendar;
pub(crate) mod neighbours;
pub(crate) mod path;
mod reading;
mod tokens;
mod zone;

use chrono_tz::Tz;

use reading::Reading;

/// Why a text is not a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// It is not written like a date.
    Unreadable,
    /// It is, but day, month or time do not exist.
    Impossible,
    /// `03/04/2022`: in some countries March, in others April.
    Ambiguous,
    /// It is the zero of some clock, not a date: 1970-01-01, `0000-00-00`.
    Zero,
}

impl Unusable {
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Unreadable => "is not in any form that is known",
            Self::Impossible => "does not exist",
            Self::Ambiguous => "can be read in two ways, day first or month first",
            Self::Zero => "is the zero of a clock, not a date",
        }
    }
}

/// Dates up to and including this moment, 1970-01-02T00:00:00Z, come from clocks that stood at zero.
const CLOCK_ZERO: i64 = 24 * 60 * 60;

/// Reads a date; the result is in seconds since 1970. `zone` is used if the text names none.
pub(crate) fn parse(text: &str, zone: Tz) -> Result<i64, Unusable> {
    let seconds = parse_any(text.trim(), zone)?;
    if seconds <= CLOCK_ZERO {
        return Err(Unusable::Zero);
    }
    Ok(seconds)
}

/// The first day that a text names as year, month, day, with its time if that makes sense: what is left
/// of a date whose time, zone or surroundings cannot be read.
pub(crate) fn salvage(text: &str, zone: Tz) -> Option<i64> {
    let numbers = numbers(text);
    let (place, day) = numbers.windows(3).enumerate().find_map(|(place, part)| {
        let between = |a: usize, b: usize| &text[part[a].0 + part[a].1.len()..part[b].0];
        let joined = part[0].1.len() == 4
            && matches!(between(0, 1), "-" | "/" | "." | "_" | "年")
            && matches!(between(1, 2), "-" | "/" | "." | "_" | "月")
            && part[1..].iter().all(|(_, digits)| digits.len() <= 2);
        joined.then(|| (place, format!("{}-{}-{}", part[0].1, part[1].1, part[2].1)))
    })?;
    let time: Vec<&str> = numbers[place + 3..]
        .iter()
        .map(|(_, digits)| *digits)
        .take(3)
        .collect();
    let with_time = (time.len() >= 2 && time.iter().all(|digits| digits.len() == 2))
        .then(|| parse(&format!("{day} {}", time.join(":")), zone).ok())
        .flatten();
    with_time.or_else(|| parse(&day, zone).ok())
}

/// Whether a text that was read as a date names a year or a month, but no day.
pub(crate) fn names_no_day(text: &str) -> bool {
    let is_year = |digits: &str| digits.len() == 4;
    match numbers(text)[..] {
        [(_, year)] => is_year(year),
        [(_, year), (_, month)] => {
            is_year(year) && month.len() <= 2 && !text.chars().any(|c| c.is_ascii_alphabetic())
        }
        _ => false,
    }
}

/// The runs of ASCII digits in a text, with their places.
fn numbers(text: &str) -> Vec<(usize, &str)> {
    let is_digit = |c: char| c.is_ascii_digit();
    let mut found = Vec::new();
    let mut place = 0;
    while let Some(begin) = text[place..].find(is_digit) {
        let rest = &text[place + begin..];
        let length = rest.find(|c| !is_digit(c)).unwrap_or(rest.len());
        found.push((place + begin, &rest[..length]));
        place += begin + length;
    }
    found
}

fn parse_any(text: &str, zone: Tz) -> Result<i64, Unusable> {
    if text.len() > 200 {
        return Err(Unusable::Unreadable);
    }
    if let Some(seconds) = epoch(text) {
        return Ok(seconds);
    }
    let (named, tokens) = tokens::read(text).ok_or(Unusable::Unreadable)?;
    let reading = Reading::read(tokens)?;
    match (reading.offset, reading.zone_name.or(named)) {
        (Some(offset), _) => reading.civil.at_offset(offset),
        (None, Some(name)) => match zone::find(name, zone).ok_or(Unusable::Unreadable)? {
            zone::Zone::Offset(offset) => reading.civil.at_offset(offset),
            zone::Zone::Named(zone) => reading.civil.in_zone(zone),
        },
        (None, None) => reading.civil.in_zone(zone),
    }
    .ok_or(Unusable::Impossible)
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their digits;
/// also with a fraction (`1664161200.25`) or an exponent. `20220926` and the like are no such
/// thing.
fn epoch(text: &str) -> Option<i64> {
    let first = *text.as_bytes().first()?;
    if !(first.is_ascii_digit() || first == b'-') {
        return None;
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        // `1.664161200e9`
        let number: f64 = if fraction.contains(['e', 'E']) {
            text.parse().ok()?
        } else {
            return None;
        };
        return (number.abs() < 1e11).then_some(number as i64);
    }
    if whole == "0"
        || whole.starts_with('-')
            && whole.len() > 1
            && whole[1..].bytes().all(|b| b.is_ascii_digit())
    {
        return Some(0);
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        9..=11 => Some(number),
        13 => Some(number / 1_000),
        16 => Some(number / 1_000_000),
        19 => Some(number / 1_000_000_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_or_a_month_is_no_day() {
        for text in ["2022", "2022年", "2022-09", "2022年9月", "Sep 2022"] {
            assert!(names_no_day(text), "{text}");
        }
        for text in [
            "20220926",
            "2022-09-26",
            "2022-W39",
            "26 Sep 2022",
            "1664161200",
            "2022-269",
        ] {
            assert!(!names_no_day(text), "{text}");
        }
    }

    #[test]
    fn of_an_odd_date_the_day_is_saved_and_the_time_if_it_makes_sense() {
        let cases = [
            ("2022-02-23T07:18:34+99:99", Some("2022-02-23 07:18:34")),
            ("2022-02-23 07:18 XYZ", Some("2022-02-23 07:18")),
            ("2022-02-23_07:18:34", Some("2022-02-23 07:18:34")),
            ("2022-02-23 25:00:00", Some("2022-02-23")),
            ("发布于 2022年2月23日，来源", Some("2022-02-23")),
            ("2022-02-23 – 2022-03-01", Some("2022-02-23")),
            ("2022-02-30 10:00", None),
            ("2022-13-01", None),
            ("12345-01-02", None),
            ("3小时前", None),
            ("Wed, 23 Feb 2022 07:18:34 XYZ", None),
        ];
        for (text, expected) in cases {
            let expected = expected.map(|day| parse(day, Tz::Asia__Shanghai).expect("a date"));
            assert_eq!(salvage(text, Tz::Asia__Shanghai), expected, "{text}");
        }
    }
}
