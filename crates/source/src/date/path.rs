//! Dates in file names and folder names.

use chrono_tz::Tz;

/// A date found in a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    /// Seconds since 1970.
    pub(crate) seconds: i64,
    /// How much of it the path says: 1 the year, 2 the month as well, 3 the day as well.
    pub(crate) precision: u8,
    /// Where it ends in the name that it was found in.
    pub(crate) end: usize,
}

/// The date that a file's name begins with or holds: `2022-09-26-title`, `20220926 title`,
/// `title_2022.9.26`, `2022年9月26日 title`, also with a time of day. A year or a month alone
/// says nothing: titles are full of them.
pub(crate) fn in_name(stem: &str, zone: Tz) -> Option<Found> {
    let bytes = stem.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let digits = digits_at(bytes, at);
        if let Some(found) = full_date(stem, at, digits, zone) {
            return Some(found);
        }
        at += digits;
    }
    None
}

/// The date that the folders of a path say, from the top down: `2022/09/26`, `2022/09`,
/// `2022-09`, `202209`, `2022年/9月`, `2022-09-26`. Without a day it is the first of the month,
/// without a month the first of January.
pub(crate) fn in_folders<'a>(folders: impl Iterator<Item = &'a str>, zone: Tz) -> Option<Found> {
    let mut best: Option<Found> = None;
    let (mut year, mut month) = (None, None);
    for folder in folders {
        if let Some(found) = in_name(folder, zone) {
            return Some(found);
        }
        let mut parts = Parts::default();
        parts.read(folder, year, month);
        if parts.is_empty() {
            (year, month) = (None, None);
            continue;
        }
        year = parts.year.or(year);
        month = parts
            .month
            .or(if parts.year.is_some() { None } else { month });
        let Some(in_year) = year else { continue };
        let precision = 1 + u8::from(month.is_some()) + u8::from(parts.day.is_some());
        let (in_month, day) = (month.unwrap_or(1), parts.day.unwrap_or(1));
        if let Some(seconds) = moment(in_year, in_month, day, &[], zone)
            && best.is_none_or(|best| precision >= best.precision)
        {
            best = Some(Found {
                seconds,
                precision,
                end: folder.len(),
            });
        }
    }
    best
}

/// What one folder's name says of a date.
#[derive(Debug, Default)]
struct Parts {
    year: Option<u32>,
    month: Option<u32>,
    day: Option<u32>,
}

impl Parts {
    fn is_empty(&self) -> bool {
        self.year.is_none() && self.month.is_none() && self.day.is_none()
    }

    /// Reads a name that consists of numbers only, in the light of the folders above it.
    fn read(&mut self, name: &str, year: Option<u32>, month: Option<u32>) {
        let bytes = name.as_bytes();
        let first = digits_at(bytes, 0);
        let Some(number) = number(name, 0, first) else {
            return;
        };
        let rest = name[first..].trim_start_matches(['年', '-', '_', '.', '月', '日', '号']);
        let unit = &name[first..name.len() - rest.len()];
        let second = digits_at(rest.as_bytes(), 0);
        match (first, second) {
            (6, 0) if rest.is_empty() && is_year(number / 100) && is_month(number % 100) => {
                self.year = Some(number / 100);
                self.month = Some(number % 100);
            }
            (4, 0) if rest.is_empty() && is_year(number) => self.year = Some(number),
            (4, 1 | 2)
                if is_year(number) && matches!(&rest[second..], "" | "月") && !unit.is_empty() =>
            {
                let month = self::number(rest, 0, second).filter(|month| is_month(*month));
                self.year = month.map(|_| number);
                self.month = month;
            }
            (1 | 2, 0)
                if rest.is_empty() && year.is_some() && month.is_none() && is_month(number) =>
            {
                self.month = Some(number);
            }
            (1 | 2, 0) if rest.is_empty() && month.is_some() && (1..=31).contains(&number) => {
                self.day = Some(number);
            }
            _ => {}
        }
    }
}

fn is_year(number: u32) -> bool {
    (1990..2100).contains(&number)
}

fn is_month(number: u32) -> bool {
    (1..=12).contains(&number)
}

fn digits_at(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .take_while(|b| b.is_ascii_digit())
        .count()
}

fn number(text: &str, at: usize, digits: usize) -> Option<u32> {
    if digits == 0 || digits > 8 {
        return None;
    }
    text.get(at..at + digits)?.parse().ok()
}

/// A date of year, month and day whose year begins at byte `at`.
fn full_date(text: &str, at: usize, digits: usize, zone: Tz) -> Option<Found> {
    let (year, month, day, end) = match digits {
        8 | 14 => {
            let all = number(text, at, 8)?;
            (all / 10_000, all / 100 % 100, all % 100, at + 8)
        }
        4 => {
            let (month, end) = next_number(text, at + 4)?;
            let (day, end) = next_number(text, end)?;
            (number(text, at, 4)?, month, day, end)
        }
        _ => return None,
    };
    if !is_year(year) {
        return None;
    }
    let mut end = end;
    if let Some(rest) = text[end..].strip_prefix(['日', '号']) {
        end = text.len() - rest.len();
    }
    let (clock, after_clock) = clock_at(text, end);
    let seconds = moment(year, month, day, &clock, zone)?;
    Some(Found {
        seconds,
        precision: 3,
        end: if clock.is_empty() { end } else { after_clock },
    })
}

/// One or two digits behind one separator.
fn next_number(text: &str, at: usize) -> Option<(u32, usize)> {
    let separator = text[at..]
        .chars()
        .next()
        .filter(|c| matches!(c, '-' | '_' | '.' | ' ' | '/' | '年' | '月'))?;
    let at = at + separator.len_utf8();
    let digits = digits_at(text.as_bytes(), at);
    (1..=2).contains(&digits).then_some(())?;
    Some((number(text, at, digits)?, at + digits))
}

/// A time of day behind a date: `T15-30-00`, `_153000`, `-1530`, or the last six of 14 digits.
fn clock_at(text: &str, at: usize) -> (Vec<u32>, usize) {
    let rest = &text[at..];
    let start = at + usize::from(rest.starts_with(['T', 't', '_', '-', ' ']));
    let digits = digits_at(text.as_bytes(), start);
    let joined = text[at..].starts_with(['T', 't']);
    let clock = match digits {
        6 | 4 if start > at || digits == 6 => {
            let all = number(text, start, digits).unwrap_or(u32::MAX);
            let all = if digits == 4 {
                all.saturating_mul(100)
            } else {
                all
            };
            vec![all / 10_000, all / 100 % 100, all % 100]
        }
        2 if joined => {
            let mut clock = vec![number(text, start, 2).unwrap_or(0)];
            let mut end = start + 2;
            while let Some((part, next)) = next_number(text, end).filter(|_| clock.len() < 3) {
                clock.push(part);
                end = next;
            }
            return if is_clock(&clock) {
                (clock, end)
            } else {
                (Vec::new(), at)
            };
        }
        _ => return (Vec::new(), at),
    };
    if is_clock(&clock) {
        (clock, start + digits)
    } else {
        (Vec::new(), at)
    }
}

fn is_clock(clock: &[u32]) -> bool {
    clock
        .iter()
        .zip([24, 60, 60])
        .all(|(part, limit)| *part < limit)
}

fn moment(year: u32, month: u32, day: u32, clock: &[u32], zone: Tz) -> Option<i64> {
    let part = |at: usize| clock.get(at).copied().unwrap_or(0);
    super::calendar::Civil {
        date: chrono::NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?,
        time: super::calendar::Time {
            hour: part(0),
            minute: part(1),
            second: part(2),
        },
    }
    .in_zone(zone)
}
