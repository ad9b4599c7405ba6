//! Picking time, zone and date out of the pieces of a text, in whatever order they stand.

use super::calendar::{Civil, Time};
use super::tokens::{Token, Tokens};
use super::{Unusable, calendar, zone};

/// What a text says of a moment.
pub(super) struct Reading<'a> {
    /// Date and time of day.
    pub(super) civil: Civil,
    /// How many seconds its clock is ahead of UTC, if it says so in figures.
    pub(super) offset: Option<i32>,
    /// The abbreviation of its zone, in lower case.
    pub(super) zone_name: Option<&'a str>,
}

impl<'a> Reading<'a> {
    /// Reads the pieces of a date.
    pub(super) fn read(tokens: Tokens<'a>) -> Result<Self, Unusable> {
        let mut picker = Picker::new(tokens);
        picker.take_compact();
        picker.take_time();
        picker.take_zone();
        let time = picker.time()?;
        let date = picker.date()?;
        Ok(Self {
            civil: Civil { date, time },
            offset: picker.offset,
            zone_name: picker.zone_name,
        })
    }
}

/// Tokens on their way to a date: what was recognised is taken out.
struct Picker<'a> {
    tokens: Tokens<'a>,
    hour: Option<u32>,
    minute: u32,
    second: u32,
    /// Where the time stood; a sign after it begins an offset.
    after_time: usize,
    half: Option<Half>,
    offset: Option<i32>,
    zone_name: Option<&'a str>,
}

/// Which half of the day twelve hours are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    /// Around twelve: 中午.
    Noon,
    Afternoon,
    /// 晚上 and the like: its twelve is midnight, its small hours are the morning's.
    Night,
}

impl<'a> Picker<'a> {
    fn new(mut tokens: Tokens<'a>) -> Self {
        let mut half = None;
        tokens.retain(|token| match token {
            Token::Word("am") => {
                half = Some(Half::Morning);
                false
            }
            Token::Word("pm") => {
                half = Some(Half::Afternoon);
                false
            }
            Token::Word("noon") => {
                half = Some(Half::Noon);
                false
            }
            Token::Word("night") => {
                half = Some(Half::Night);
                false
            }
            Token::Word(word) => !is_noise(word),
            _ => true,
        });
        Self {
            tokens,
            hour: None,
            minute: 0,
            second: 0,
            after_time: usize::MAX,
            half,
            offset: None,
            zone_name: None,
        }
    }

    fn number(&self, at: usize, digits: std::ops::RangeInclusive<u8>) -> Option<u32> {
        match self.tokens.get(at) {
            Some(Token::Number { value, digits: n }) if digits.contains(n) => {
                u32::try_from(*value).ok()
            }
            _ => None,
        }
    }

    fn is_mark(&self, at: usize, mark: char) -> bool {
        self.tokens.get(at) == Some(&Token::Mark(mark))
    }

    /// `20220926`, `20220926T101500`, `202209261015`, `20220926101500`: into parts.
    fn take_compact(&mut self) {
        let Some(at) = (0..self.tokens.len()).find(|at| {
            matches!(
                self.tokens[*at],
                Token::Number {
                    digits: 8 | 12 | 14,
                    ..
                }
            )
        }) else {
            return;
        };
        let Token::Number { value, digits } = self.tokens[at] else {
            return;
        };
        let (date, clock) = match digits {
            8 => (value, None),
            12 => (value / 10_000, Some(value % 10_000 * 100)),
            _ => (value / 1_000_000, Some(value % 1_000_000)),
        };
        if !(19_000_000..22_000_000).contains(&date) {
            return;
        }
        let part = |value, digits| Token::Number { value, digits };
        let parts = [
            part(date / 10_000, 4),
            Token::Mark('-'),
            part(date / 100 % 100, 2),
            Token::Mark('-'),
            part(date % 100, 2),
        ];
        self.tokens.splice(at..=at, parts);
        self.after_time = at + 5;
        if let Some(clock) = clock {
            self.set_clock(clock);
        } else if self.tokens.get(at + 5) == Some(&Token::Word("t")) {
            let clock = self
                .number(at + 6, 6..=6)
                .or_else(|| self.number(at + 6, 4..=4).map(|n| n * 100));
            if let Some(clock) = clock {
                self.set_clock(u64::from(clock));
                self.tokens.drain(at + 5..at + 7);
                self.drop_fraction(at + 5);
            }
        }
    }

    fn set_clock(&mut self, clock: u64) {
        let part = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
        self.hour = Some(part(clock / 10_000));
        self.minute = part(clock / 100 % 100);
        self.second = part(clock % 100);
    }

    /// `10:15`, `10:15:30.123`, `10时15分30秒`, `10点`, `T10`, and a lone `3` before `pm`.
    fn take_time(&mut self) {
        if self.hour.is_some() {
            return;
        }
        for at in 0..self.tokens.len() {
            let Some(hour) = self.number(at, 1..=2) else {
                continue;
            };
            let colon = self.is_mark(at + 1, ':') && !(at > 0 && self.is_mark(at - 1, '+'));
            let unit = self.is_mark(at + 1, '时');
            let end = if colon || unit {
                self.take_minutes(at + 2, unit)
            } else if at > 0 && self.tokens[at - 1] == Token::Word("t") {
                at + 1
            } else {
                continue;
            };
            self.hour = Some(hour);
            let start = if at > 0 && self.tokens[at - 1] == Token::Word("t") {
                at - 1
            } else {
                at
            };
            self.tokens.drain(start..end);
            self.after_time = start;
            self.drop_fraction(start);
            return;
        }
    }

    /// Minutes and seconds from `at` on; gives where they end.
    fn take_minutes(&mut self, at: usize, units: bool) -> usize {
        let Some(minute) = self.number(at, 1..=2) else {
            return at;
        };
        let mark = if units { '分' } else { ':' };
        if units && !self.is_mark(at + 1, mark) {
            // `10点15` has its unit left out; `10时` before a date has nothing to do with it.
            self.minute = minute;
            return at + 1;
        }
        self.minute = minute;
        if !self.is_mark(at + 1, mark) {
            return at + 1;
        }
        let Some(second) = self.number(at + 2, 1..=2) else {
            return at + 2;
        };
        self.second = second;
        at + 3 + usize::from(self.is_mark(at + 3, '秒'))
    }

    /// Fractions of a second, behind the time that was taken out.
    fn drop_fraction(&mut self, at: usize) {
        if (self.is_mark(at, '.') || self.is_mark(at, ',') || self.is_mark(at, ':'))
            && matches!(self.tokens.get(at + 1), Some(Token::Number { .. }))
        {
            self.tokens.drain(at..at + 2);
        }
    }

    /// `Z`, `+08:00`, `-0500`, `GMT+8`, `UTC`, `CST`.
    fn take_zone(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() {
            if let Token::Word(word) = self.tokens[at] {
                // A lone `z` is a zone only where nothing but a zone can stand.
                if zone::is_known(word)
                    && (word != "z" || at >= self.after_time || at + 1 == self.tokens.len())
                {
                    self.zone_name = self.zone_name.or(Some(word));
                    self.tokens.remove(at);
                    self.take_offset(at);
                    continue;
                }
            } else if (at == self.after_time && self.hour.is_some() || self.is_mark(at, '+'))
                && self.take_offset(at)
            {
                continue;
            }
            at += 1;
        }
    }

    /// A signed offset at `at`; says whether there was one.
    fn take_offset(&mut self, at: usize) -> bool {
        let sign = match self.tokens.get(at) {
            Some(Token::Mark('+')) => 1,
            Some(Token::Mark('-')) => -1,
            _ => return false,
        };
        let (minutes, length) = if let Some(hhmm) = self.number(at + 1, 3..=4) {
            (hhmm / 100 * 60 + hhmm % 100, 2)
        } else if let Some(hours) = self.number(at + 1, 1..=2) {
            match (self.is_mark(at + 2, ':'), self.number(at + 3, 2..=2)) {
                (true, Some(minutes)) => (hours * 60 + minutes, 4),
                _ => (hours * 60, 2),
            }
        } else {
            return false;
        };
        if minutes > 15 * 60 {
            return false;
        }
        self.offset = Some(sign * i32::try_from(minutes * 60).unwrap_or(0));
        self.tokens.drain(at..at + length);
        true
    }

    fn time(&mut self) -> Result<Time, Unusable> {
        if self.hour.is_none() && self.half.is_some() {
            self.take_bare_hour();
        }
        let mut time = Time {
            hour: self.hour.unwrap_or(0),
            minute: self.minute,
            second: self.second,
        };
        if !time.exists() {
            return Err(Unusable::Impossible);
        }
        time.hour += match (self.half, time.hour) {
            (Some(Half::Afternoon), 1..12)
            | (Some(Half::Night), 5..=12)
            | (Some(Half::Noon), 1..=3) => 12,
            _ => 0,
        };
        if self.half == Some(Half::Morning) && time.hour == 12 {
            time.hour = 0;
        }
        Ok(time)
    }

    /// `3 pm`: the last number, if three others remain for the date.
    fn take_bare_hour(&mut self) {
        let is_number = |token: &Token<'_>| matches!(token, Token::Number { .. });
        let count = self.tokens.iter().filter(|token| is_number(token)).count();
        let is_word = |token: &Token<'_>| matches!(token, Token::Word(_));
        let needed = if self.tokens.iter().any(is_word) {
            2
        } else {
            3
        };
        let last = self.tokens.iter().rposition(is_number);
        if let (true, Some(at)) = (count > needed, last) {
            self.hour = self.number(at, 1..=2);
            self.tokens.remove(at);
        }
    }

    /// The date among the tokens that are left; anything else left is an error.
    fn date(&self) -> Result<chrono::NaiveDate, Unusable> {
        let mut numbers = [(0_u64, 0_u8); 3];
        let mut count = 0;
        let mut month = None;
        let mut units = [None; 3];
        let mut separator = None;
        let mut week = false;
        for token in self.tokens.iter() {
            match *token {
                Token::Number { value, digits } => {
                    *numbers.get_mut(count).ok_or(Unusable::Unreadable)? = (value, digits);
                    count += 1;
                }
                Token::Word("w") => week = true,
                Token::Word("t") => {}
                Token::Word(word) => {
                    month = Some(calendar::month_by_name(word).ok_or(Unusable::Unreadable)?);
                }
                Token::Mark(unit @ ('年' | '月' | '日')) => {
                    let place = "年月日".find(unit).map_or(0, |at| at / 3);
                    units[place] = count.checked_sub(1);
                }
                Token::Mark(mark @ ('-' | '/' | '.' | ',' | ':')) => {
                    separator = separator.or(Some(mark));
                }
                Token::Mark(_) => return Err(Unusable::Unreadable),
            }
        }
        let numbers = &numbers[..count];
        if week {
            return calendar::by_week(numbers);
        }
        if let Some(month) = month {
            return calendar::by_name(numbers, month);
        }
        if units.iter().any(Option::is_some) {
            return calendar::by_units(numbers, units);
        }
        calendar::by_order(numbers, separator)
    }
}

/// Words that stand around dates without changing them.
fn is_noise(word: &str) -> bool {
    matches!(
        word,
        "st" | "nd"
            | "rd"
            | "th"
            | "of"
            | "on"
            | "at"
            | "the"
            | "o"
            | "clock"
            | "time"
            | "date"
            | "published"
            | "posted"
            | "updated"
            | "created"
    ) || calendar::is_weekday(word)
}
