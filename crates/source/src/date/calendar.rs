//! From day, month and year to a moment: which dates exist, and when they are.

use chrono::{Duration, LocalResult, NaiveDate, NaiveDateTime, TimeZone, Weekday};
use chrono_tz::Tz;

use super::Unusable;

/// A number with the count of digits that it was written with.
type Digits = (u64, u8);

/// A time of day. 24:00:00 is the end of the day, and a leap second is its 60th.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time {
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
}

impl Time {
    pub(super) fn exists(self) -> bool {
        let is_midnight = self.hour == 24 && self.minute == 0 && self.second == 0;
        is_midnight || (self.hour < 24 && self.minute < 60 && self.second <= 60)
    }
}

/// A date and time, not yet in any zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) date: NaiveDate,
    pub(super) time: Time,
}

impl Civil {
    fn naive(self) -> Option<NaiveDateTime> {
        let Time {
            hour,
            minute,
            second,
        } = self.time;
        let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        self.date
            .and_hms_opt(0, 0, 0)?
            .checked_add_signed(Duration::seconds(seconds))
    }

    /// Seconds since 1970, for a zone so many seconds ahead of UTC.
    pub(super) fn at_offset(self, offset: i32) -> Option<i64> {
        Some(self.naive()?.and_utc().timestamp() - i64::from(offset))
    }

    /// Seconds since 1970. Where clocks were set back and an hour came twice, it is the first
    /// of the two; where they were set forward and it never came, the time is counted on from
    /// the gap's beginning, as if the clock had not been touched.
    pub(super) fn in_zone(self, zone: Tz) -> Option<i64> {
        let naive = self.naive()?;
        match zone.from_local_datetime(&naive) {
            LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => {
                Some(moment.timestamp())
            }
            LocalResult::None => {
                let before = naive.checked_sub_signed(Duration::days(1))?;
                let before = zone.from_local_datetime(&before).earliest()?;
                Some(before.timestamp() + 24 * 60 * 60)
            }
        }
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

const OTHERS: [&str; 22] = [
    "am",
    "pm",
    "t",
    "w",
    "st",
    "nd",
    "rd",
    "th",
    "of",
    "on",
    "at",
    "the",
    "o",
    "clock",
    "time",
    "date",
    "published",
    "posted",
    "updated",
    "created",
    "sept",
    "weds",
];

/// A word that may stand in a date, by its full name in lower case.
pub(super) fn known_word(word: &str) -> Option<&'static str> {
    let begins = |name: &&&str| {
        word.len() >= 3
            && name.len() >= word.len()
            && name.as_bytes()[..word.len()].eq_ignore_ascii_case(word.as_bytes())
    };
    MONTHS
        .iter()
        .chain(&WEEKDAYS)
        .find(begins)
        .or_else(|| OTHERS.iter().find(|other| other.eq_ignore_ascii_case(word)))
        .copied()
}

/// The number of a month, from its name in lower case.
pub(super) fn month_by_name(word: &str) -> Option<u32> {
    let word = if word == "sept" { "september" } else { word };
    let index = MONTHS.iter().position(|month| *month == word)?;
    u32::try_from(index + 1).ok()
}

pub(super) fn is_weekday(word: &str) -> bool {
    word == "weds" || WEEKDAYS.contains(&word)
}

fn ymd(year: u64, month: u64, day: u64) -> Result<NaiveDate, Unusable> {
    if year == 0 && month == 0 && day == 0 {
        return Err(Unusable::Zero);
    }
    let year = i32::try_from(year)
        .ok()
        .filter(|year| (1..=9999).contains(year));
    let (month, day) = (
        u32::try_from(month).unwrap_or(0),
        u32::try_from(day).unwrap_or(0),
    );
    year.and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
        .ok_or(Unusable::Impossible)
}

/// Two digits are years from 1970 to 2069 (RFC 2822 leaves 50 to 99 to the last century).
fn full_year((value, digits): Digits) -> u64 {
    match (digits, value) {
        (1..=2, 0..70) => 2000 + value,
        (1..=2, _) => 1900 + value,
        // Years since 1900, as some programs count.
        (3, _) => 1900 + value,
        _ => value,
    }
}

/// With the month's name: `26 Sep 2022`, `Sep 26, 2022`, `2022 Sep 26`, `Sep 2022`.
pub(super) fn by_name(numbers: &[Digits], month: u32) -> Result<NaiveDate, Unusable> {
    let month = u64::from(month);
    match *numbers {
        [year, (day, _)] if year.1 >= 3 => ymd(year.0, month, day),
        [(day, _), year] => ymd(full_year(year), month, day),
        [year] if year.1 == 4 => ymd(year.0, month, 1),
        _ => Err(Unusable::Unreadable),
    }
}

/// With units: `2022年9月26日`, `2022年9月`, `2022年`. A day without a year says too little.
pub(super) fn by_units(
    numbers: &[Digits],
    units: [Option<usize>; 3],
) -> Result<NaiveDate, Unusable> {
    let value = |unit: Option<usize>| unit.and_then(|at| numbers.get(at)).copied();
    let [year, month, day] = units;
    let year = value(year).ok_or(Unusable::Unreadable)?;
    let month_number = value(month).map_or(1, |n| n.0);
    // The last unit is often left out: `2022年9月26`.
    let day = value(day).or_else(|| month.and_then(|at| numbers.get(at + 1)).copied());
    ymd(full_year(year), month_number, day.map_or(1, |n| n.0))
}

/// By the order of the numbers alone.
pub(super) fn by_order(numbers: &[Digits], separator: Option<char>) -> Result<NaiveDate, Unusable> {
    match *numbers {
        [year, (month, _), (day, _)] if year.1 >= 4 => ymd(year.0, month, day),
        [(a, _), (b, _), year] if year.1 == 4 => match (a, b) {
            // With points it is the German and Russian form, day first.
            (day, month) if separator == Some('.') || day > 12 => ymd(year.0, month, day),
            (month, day) if day > 12 || month == day => ymd(year.0, month, day),
            _ => Err(Unusable::Ambiguous),
        },
        [year, (month, _), (day, _)] if separator == Some('-') && year.1 == 2 => {
            ymd(full_year(year), month, day)
        }
        [year, (month, 1 | 2)] if year.1 == 4 => ymd(year.0, month, 1),
        [year, (ordinal, 3)] if year.1 == 4 => {
            let ordinal = u32::try_from(ordinal).unwrap_or(0);
            let year = i32::try_from(year.0).unwrap_or(0);
            NaiveDate::from_yo_opt(year, ordinal).ok_or(Unusable::Impossible)
        }
        [year] if year.1 == 4 => ymd(year.0, 1, 1),
        _ => Err(Unusable::Unreadable),
    }
}

/// ISO 8601 week dates: `2022-W39-1`, `2022-W39`.
pub(super) fn by_week(numbers: &[Digits]) -> Result<NaiveDate, Unusable> {
    let (year, week, day) = match *numbers {
        [(year, 4), (week, 1 | 2)] => (year, week, 1),
        [(year, 4), (week, 1 | 2), (day, 1)] => (year, week, day),
        // `2022W391`, the basic form.
        [(year, 4), (week, 3)] => (year, week / 10, week % 10),
        _ => return Err(Unusable::Unreadable),
    };
    let weekday = match day {
        1 => Weekday::Mon,
        2 => Weekday::Tue,
        3 => Weekday::Wed,
        4 => Weekday::Thu,
        5 => Weekday::Fri,
        6 => Weekday::Sat,
        7 => Weekday::Sun,
        _ => return Err(Unusable::Impossible),
    };
    let year = i32::try_from(year).unwrap_or(0);
    let week = u32::try_from(week).unwrap_or(0);
    NaiveDate::from_isoywd_opt(year, week, weekday).ok_or(Unusable::Impossible)
}
