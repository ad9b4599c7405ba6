//! Dates: every row of `cases/dates.txt` is a text and the moment that it means.

use newsprint_model::DateOrigin;

use crate::common::{self, post, rfc3339};

/// The rows of a table `input => expected`; blank lines and lines that begin with `#` are passed over.
fn rows(table: &str) -> impl Iterator<Item = (&str, &str)> {
    table
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| {
            line.split_once(" => ")
                .unwrap_or_else(|| panic!("no ` => ` in {line}"))
        })
        .map(|(input, expected)| (input.trim(), expected.trim()))
}

fn read(text: &str) -> String {
    let (meta, warnings) = post(
        "a/b.md",
        format!(
            "---\ntitle: t\ndate: '{}'\n---\nbody",
            text.replace('\'', "''")
        )
        .as_bytes(),
    );
    match meta.date {
        Some(date) => {
            assert_eq!(date.origin, DateOrigin::FrontMatter);
            rfc3339(date.seconds)
        }
        None => {
            let reason = warnings
                .first()
                .map(|warning| warning.reason.clone())
                .unwrap_or_default();
            let kinds = [
                ("not in any form", "unreadable"),
                ("does not exist", "impossible"),
                ("two ways", "ambiguous"),
                ("zero of a clock", "zero"),
            ];
            let kind = kinds.iter().find(|(words, _)| reason.contains(words));
            kind.map_or(reason.clone(), |(_, kind)| (*kind).to_owned())
        }
    }
}

#[test]
fn every_form_is_read() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (text, expected) in rows(include_str!("cases/dates.txt")) {
        count += 1;
        let found = read(text);
        if found != expected {
            wrong.push(format!("{text} => {found}, not {expected}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_date_needs_no_quotes() {
    for (text, expected) in rows(include_str!("cases/dates.txt")) {
        if text.contains(": ")
            || text.contains(" #")
            || text.starts_with(['[', '\'', '"', '@'])
            || text.ends_with(':')
        {
            continue;
        }
        let (meta, _) = post(
            "a/b.md",
            format!("---\ntitle: t\ndate: {text}\n---\nbody").as_bytes(),
        );
        let found = meta.date.map(|date| rfc3339(date.seconds));
        let is_moment = expected.ends_with('Z');
        assert_eq!(found.as_deref(), is_moment.then_some(expected), "{text}");
    }
}

#[test]
fn paths_and_names_say_dates() {
    for (path, expected) in rows(include_str!("cases/path_dates.txt")) {
        let (meta, _) = post(path, b"---\ntitle: t\n---\nbody");
        let found = meta.date.map_or("none".to_owned(), |date| {
            format!("{} {}", rfc3339(date.seconds), date.origin.name())
        });
        assert_eq!(found, expected, "{path}");
    }
}

#[test]
fn the_zone_of_the_archive_holds_where_none_is_named() {
    let cases = [
        (
            "2022-09-26 10:00",
            chrono_tz::Tz::UTC,
            "2022-09-26T10:00:00Z",
        ),
        (
            "2022-09-26 10:00",
            chrono_tz::Tz::America__New_York,
            "2022-09-26T14:00:00Z",
        ),
        // Clocks were set forward at 2:00 and the time never came.
        (
            "2022-03-13 02:30",
            chrono_tz::Tz::America__New_York,
            "2022-03-13T07:30:00Z",
        ),
        // Clocks were set back and the time came twice.
        (
            "2022-11-06 01:30",
            chrono_tz::Tz::America__New_York,
            "2022-11-06T05:30:00Z",
        ),
        // CST is China's only at home in China's time.
        (
            "Mon Sep 26 11:51:54 CST 2022",
            chrono_tz::Tz::America__Chicago,
            "2022-09-26T17:51:54Z",
        ),
        (
            "Mon Sep 26 11:51:54 CST 2022",
            chrono_tz::Tz::Asia__Taipei,
            "2022-09-26T03:51:54Z",
        ),
        // A whole day that Samoa skipped.
        (
            "2011-12-30 12:00",
            chrono_tz::Tz::Pacific__Apia,
            "2011-12-30T22:00:00Z",
        ),
    ];
    for (text, zone, expected) in cases {
        let reader = newsprint_source::Reader::new(zone, 60, common::NOW);
        let bytes = format!("---\ntitle: t\ndate: {text}\n---\nbody");
        let outcome = reader.parse(common::file("a.md", bytes.as_bytes()), bytes.as_bytes());
        let newsprint_source::Outcome::Post { meta, .. } = outcome else {
            panic!("{text}")
        };
        assert_eq!(
            meta.date.map(|date| rfc3339(date.seconds)).as_deref(),
            Some(expected),
            "{text} in {zone}"
        );
    }
}

#[test]
fn unlikely_dates_are_used_with_a_warning() {
    let cases = [
        ("1985-05-01", Some("lies before 1990")),
        ("1990-01-02", None),
        ("2023-01-01 12:00", None),
        ("2023-01-03 12:00", Some("lies in the future")),
        ("2122-01-01", Some("lies in the future")),
    ];
    for (text, expected) in cases {
        let (meta, warnings) = post(
            "a.md",
            format!("---\ntitle: t\ndate: {text}\n---\nbody").as_bytes(),
        );
        assert!(meta.date.is_some(), "{text}");
        let found: Vec<&str> = warnings
            .iter()
            .map(|warning| warning.reason.as_str())
            .collect();
        match expected {
            Some(words) => assert!(
                found.len() == 1 && found[0].contains(words),
                "{text}: {found:?}"
            ),
            None => assert!(found.is_empty(), "{text}: {found:?}"),
        }
    }
}
