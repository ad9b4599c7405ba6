//! The filters that templates have beside Tera's own. `docs/themes.md` describes each.

use std::sync::Arc;

use newsprint_model::config::nearest;
use rustc_hash::FxHashMap;
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use crate::i18n::{CalendarDate, Catalogue, fill};
use crate::ready::field;
use crate::statics::AssetUrls;
use crate::{charts, phrases};

/// The names of all filters that [`register`] adds.
pub(crate) const NAMES: [&str; 11] = [
    "t", "date", "weekdays", "number", "rough", "json", "asset", "href", "phrases", "bars",
    "shares",
];

/// Adds every filter.
pub(crate) fn register(tera: &mut Tera, catalogue: &Arc<Catalogue>, assets: &AssetUrls) {
    register_translation(tera, catalogue);
    register_asset(tera, assets);
    let dates = Arc::clone(catalogue);
    tera.register_filter(
        "date",
        move |date: &Value, kwargs: Kwargs, _: &State<'_>| format_date(&dates, date, &kwargs),
    );
    let days = Arc::clone(catalogue);
    tera.register_filter("weekdays", move |_: &Value, _: Kwargs, _: &State<'_>| {
        Value::from(
            days.weekdays()
                .iter()
                .map(|name| Value::normal_string(name))
                .collect::<Vec<_>>(),
        )
    });
    tera.register_filter("number", |number: i64, _: Kwargs, _: &State<'_>| {
        group_digits(number)
    });
    tera.register_filter("rough", |number: i64, _: Kwargs, _: &State<'_>| {
        rough(number)
    });
    tera.register_filter("json", json);
    tera.register_filter("href", href);
    tera.register_filter("phrases", |text: &str, _: Kwargs, _: &State<'_>| {
        phrases::mark_phrases(text)
    });
    tera.register_filter("bars", charts::bars);
    tera.register_filter("shares", charts::shares);
}

/// Adds the filter `asset`: the name of a static file of the theme becomes its URL, relative to the site's root.
pub(crate) fn register_asset(tera: &mut Tera, assets: &AssetUrls) {
    let urls: FxHashMap<String, Value> = assets
        .iter()
        .map(|(name, url)| (name.clone(), Value::normal_string(url)))
        .collect();
    tera.register_filter(
        "asset",
        move |name: &str, _: Kwargs, _: &State<'_>| -> TeraResult<Value> {
            if let Some(url) = urls.get(name) {
                return Ok(url.clone());
            }
            let near = nearest(name, urls.keys().map(String::as_str));
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            Err(Error::message(format!(
                "the theme has no static file `{name}`{near}"
            )))
        },
    );
}

/// Adds the filter `t`: a key becomes its text in the site's language. `count` chooses the plural form; it
/// and every other argument replace `{name}` in the text.
fn register_translation(tera: &mut Tera, catalogue: &Arc<Catalogue>) {
    // Most calls take no argument: their values are made once.
    let plain: FxHashMap<String, Value> = catalogue
        .plain_messages()
        .map(|(key, text)| (key.to_owned(), Value::normal_string(text)))
        .collect();
    let catalogue = Arc::clone(catalogue);
    tera.register_filter(
        "t",
        move |key: &str, kwargs: Kwargs, _: &State<'_>| -> TeraResult<Value> {
            if kwargs.iter().next().is_none()
                && let Some(text) = plain.get(key)
            {
                return Ok(text.clone());
            }
            let count = kwargs.get::<&Value>("count")?.and_then(Value::as_i64);
            let text = catalogue.text(key, count);
            let filled = fill(text, |name, out| match kwargs.get::<&Value>(name) {
                Ok(Some(value)) => {
                    match value.as_i64() {
                        Some(number) => out.push_str(&group_digits(number)),
                        None => out.push_str(&value.to_string()),
                    }
                    true
                }
                _ => false,
            });
            Ok(Value::from(filled))
        },
    );
}

/// The filter `date`: a date view, or `2022`, `2022-09`, `2022-09-26`, in one of the catalogue's formats. Where no
/// `format` is named, a text takes `year`, `month` or `day` after its parts, and a view takes `day`.
fn format_date(catalogue: &Catalogue, value: &Value, kwargs: &Kwargs) -> TeraResult<String> {
    let (date, usual) = match value.as_str() {
        Some(text) => parse_period(text).ok_or_else(|| {
            Error::message(format!(
                "`{text}` is not a date such as 2022, 2022-09 or 2022-09-26"
            ))
        })?,
        None => (read_view(value)?, "day"),
    };
    let format = kwargs.get::<&str>("format")?.unwrap_or(usual);
    catalogue
        .date(format, &date)
        .ok_or_else(|| Error::message(format!("no catalogue has a date format `{format}`")))
}

fn read_view(value: &Value) -> TeraResult<CalendarDate<'_>> {
    let number = |name| field(value, name).and_then(Value::as_i64);
    let part = |name| {
        number(name)
            .and_then(|number| usize::try_from(number).ok())
            .unwrap_or_default()
    };
    let year = number("year")
        .ok_or_else(|| Error::message(format!("a {} is not a date", value.name())))?;
    Ok(CalendarDate {
        year,
        month: part("month"),
        day: part("day"),
        weekday: part("weekday"),
        time: field(value, "time")
            .and_then(Value::as_str)
            .unwrap_or_default(),
    })
}

fn parse_period(text: &str) -> Option<(CalendarDate<'static>, &'static str)> {
    let mut parts = text.splitn(3, '-').map(str::parse::<usize>);
    let year = i64::try_from(parts.next()?.ok()?).ok()?;
    let month = parts.next().transpose().ok()?;
    let day = parts.next().transpose().ok()?;
    let usual = match (month, day) {
        (None, _) => "year",
        (_, None) => "month",
        _ => "day",
    };
    let date = CalendarDate {
        year,
        month: month.unwrap_or_default(),
        day: day.unwrap_or_default(),
        ..CalendarDate::default()
    };
    Some((date, usual))
}

/// `1234567` as `1,234,567`.
fn group_digits(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        out.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `12345` as `12,000+`: a page that shows it does not change with every new post. Small numbers are exact.
fn rough(number: i64) -> String {
    let coarse = coarse(number);
    let more = if coarse < number { "+" } else { "" };
    format!("{}{more}", group_digits(coarse))
}

/// A number rounded down to two leading digits.
pub fn coarse(number: i64) -> i64 {
    let digits = number.checked_ilog10().unwrap_or(0);
    let step = 10_i64.pow(digits.saturating_sub(1));
    number / step * step
}

/// The filter `href`: an address that an owner wrote, ready to be linked to from a page. One that is relative to the
/// site's root gets `root` in front; one with a scheme, a host or an absolute path, and a fragment, stay as they are.
fn href(url: &str, kwargs: Kwargs, _: &State<'_>) -> TeraResult<String> {
    let scheme = url
        .find([':', '/', '?', '#'])
        .is_some_and(|at| url.as_bytes()[at] == b':');
    if scheme || url.starts_with(['/', '#']) {
        return Ok(url.to_owned());
    }
    Ok(format!("{}{url}", kwargs.must_get::<&str>("root")?))
}

/// The filter `json`: any value as JSON that is safe inside `<script>` (HTML, "restrictions for contents of script
/// elements") and needs no further escaping.
fn json(value: &Value, _: Kwargs, _: &State<'_>) -> TeraResult<Value> {
    let text = match value.as_str() {
        Some(text) => serde_json::to_string(text),
        None => serde_json::to_string(value),
    };
    let text = text.map_err(|error| Error::message(error.to_string()))?;
    Ok(Value::safe_string(&escape_script(&text)))
}

/// In JSON these characters stand only in strings, where an escape means the same. Everything else is copied in runs.
pub(crate) fn escape_script(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 8);
    let (mut copied, mut at) = (0, 0);
    // The bytes are looked at one by one, since most stand as they are, and characters take longer.
    while let Some(found) = json.as_bytes()[at..]
        .iter()
        .position(|byte| MAY_END[usize::from(*byte)])
    {
        at += found;
        let Some(c) = json[at..].chars().next() else {
            break;
        };
        let next = at + c.len_utf8();
        if matches!(c, '<' | '>' | '&' | '\u{7f}' | '\u{2028}' | '\u{2029}') {
            out.push_str(&json[copied..at]);
            out.push_str(&format!("\\u{:04x}", c as u32));
            copied = next;
        }
        at = next;
    }
    out.push_str(&json[copied..]);
    out
}

/// The bytes that a character may begin with which does not stand in a script as it is: the two separators begin with E2 in UTF-8.
const MAY_END: [bool; 256] = {
    let mut table = [false; 256];
    let bytes = [b'<', b'>', b'&', 0x7f, 0xe2];
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_come_in_groups_of_three() {
        let cases = [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (-1_234_567, "-1,234,567"),
            (i64::MIN, "-9,223,372,036,854,775,808"),
        ];
        for (number, expected) in cases {
            assert_eq!(group_digits(number), expected);
        }
    }

    #[test]
    fn rough_numbers_keep_two_digits() {
        let cases = [
            (0, "0"),
            (7, "7"),
            (42, "42"),
            (99, "99"),
            (100, "100"),
            (123, "120+"),
            (12_345, "12,000+"),
            (100_000, "100,000"),
            (i64::MAX, "9,200,000,000,000,000,000+"),
            (-3, "-3"),
        ];
        for (number, expected) in cases {
            assert_eq!(rough(number), expected);
        }
    }

    #[test]
    fn json_cannot_end_its_script_element() {
        assert_eq!(
            escape_script(r#""</script><!-- & \u{2028}""#),
            r#""\u003c/script\u003e\u003c!-- \u0026 \u{2028}""#
        );
        assert_eq!(escape_script("\"\u{2028}\""), r#""\u2028""#);
        assert_eq!(
            escape_script("“引”\u{2029}\u{7f}…>"),
            "“引”\\u2029\\u007f…\\u003e"
        );
    }

    #[test]
    fn periods_know_how_they_are_usually_written() {
        for (text, usual) in [
            ("2022", "year"),
            ("2022-09", "month"),
            ("2022-09-26", "day"),
        ] {
            assert_eq!(
                parse_period(text).map(|(_, usual)| usual),
                Some(usual),
                "{text}"
            );
        }
        for text in ["", "x", "2022-", "2022-09-26-1", "-1", "2022-9月"] {
            assert!(parse_period(text).is_none(), "{text}");
        }
    }
}
