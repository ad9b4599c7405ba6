//! The names of time zones that stand in dates.

use chrono::{Offset, TimeZone, Utc};
use chrono_tz::Tz;

/// A zone that a date names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// So many seconds ahead of UTC.
    Offset(i32),
    /// A zone with a history.
    Named(Tz),
}

/// Abbreviations and their hours ahead of UTC (RFC 2822, section 4.3, and those of feeds in
/// Asia, Europe and Australia). `CST` is not here: it depends on who writes.
const NAMES: &[(&str, f32)] = &[
    ("gmt", 0.0),
    ("utc", 0.0),
    ("ut", 0.0),
    ("z", 0.0),
    ("wet", 0.0),
    ("est", -5.0),
    ("edt", -4.0),
    ("cst", -6.0),
    ("cdt", -5.0),
    ("mst", -7.0),
    ("mdt", -6.0),
    ("pst", -8.0),
    ("pdt", -7.0),
    ("akst", -9.0),
    ("hst", -10.0),
    ("bst", 1.0),
    ("cet", 1.0),
    ("cest", 2.0),
    ("mez", 1.0),
    ("mesz", 2.0),
    ("west", 1.0),
    ("eet", 2.0),
    ("eest", 3.0),
    ("msk", 3.0),
    ("ist", 5.5),
    ("ict", 7.0),
    ("bjt", 8.0),
    ("hkt", 8.0),
    ("sgt", 8.0),
    ("awst", 8.0),
    ("jst", 9.0),
    ("kst", 9.0),
    ("acst", 9.5),
    ("aest", 10.0),
    ("aedt", 11.0),
    ("nzst", 12.0),
    ("nzdt", 13.0),
];

/// The table's spelling of a zone's name.
pub(super) fn known_word(word: &str) -> Option<&'static str> {
    NAMES
        .iter()
        .map(|(name, _)| *name)
        .find(|name| name.eq_ignore_ascii_case(word))
}

/// Whether a word in lower case is a zone's name.
pub(super) fn is_known(word: &str) -> bool {
    NAMES.iter().any(|(name, _)| *name == word)
}

/// The zone of a name. `CST` is China's where the archive lives in China's time, else that of
/// the middle of North America.
pub(super) fn find(name: &str, home: Tz) -> Option<Zone> {
    if name == "cst" && offset_of(home) == 8 * 3600 {
        return Some(Zone::Offset(8 * 3600));
    }
    if let Some((_, hours)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(Zone::Offset((hours * 3600.0) as i32));
    }
    name.parse().ok().map(Zone::Named)
}

/// How far a zone is ahead of UTC in our time, without regard to summer.
fn offset_of(zone: Tz) -> i32 {
    Utc.with_ymd_and_hms(2022, 1, 1, 0, 0, 0)
        .single()
        .map_or(0, |moment| {
            zone.offset_from_utc_datetime(&moment.naive_utc())
                .fix()
                .local_minus_utc()
        })
}
