//! Posts: every case of `cases/*.toml` is a file and what is read from it.
//!
//! A case names only the fields that it is about. Warnings are the exception: without
//! `warnings` there must be none. Each is given as `line: part of the text`.

use std::collections::BTreeMap;

use newsprint_model::post::Visibility;
use newsprint_model::{BodyKind, Diagnostic, PostMeta, TitleOrigin};
use newsprint_source::Outcome;
use serde::Deserialize;

use crate::common::{self, rfc3339};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    case: Vec<Case>,
}

#[derive(Debug, Deserialize)]
struct Case {
    name: String,
    #[serde(default = "default_path")]
    path: String,
    text: String,
    /// Do not look at the warnings.
    #[serde(default)]
    any_warnings: bool,
    #[serde(default)]
    warnings: Vec<String>,
    /// The file must be set aside, for this reason.
    set_aside: Option<String>,
    #[serde(flatten)]
    fields: BTreeMap<String, toml::Value>,
}

fn default_path() -> String {
    "新闻/来源/文件.md".into()
}

#[test]
fn front_matter_is_read() {
    run(include_str!("cases/front_matter.toml"));
}

#[test]
fn what_crawlers_get_wrong_is_repaired() {
    run(include_str!("cases/repairs.toml"));
}

#[test]
fn the_fences_are_found() {
    run(include_str!("cases/fences.toml"));
}

#[test]
fn the_language_of_a_body_is_told() {
    run(include_str!("cases/body_kind.toml"));
}

#[test]
fn excerpts_and_words() {
    run(include_str!("cases/excerpt.toml"));
}

fn run(table: &str) {
    let table: Table = toml::from_str(table).expect("the table of cases is TOML");
    let wrong: Vec<String> = table
        .case
        .iter()
        .filter_map(|case| check(case).err())
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        table.case.len(),
        wrong.join("\n")
    );
}

fn check(case: &Case) -> Result<(), String> {
    match (
        common::parse(&case.path, case.text.as_bytes()),
        &case.set_aside,
    ) {
        (Outcome::SetAside(diagnostic), Some(reason))
            if diagnostic.reason.contains(reason.as_str()) =>
        {
            Ok(())
        }
        (Outcome::SetAside(diagnostic), _) => {
            Err(format!("{}: set aside: {diagnostic}", case.name))
        }
        (Outcome::Post { .. }, Some(_)) => Err(format!("{}: not set aside", case.name)),
        (Outcome::Post { meta, warnings }, None) => {
            let mut wrong = Vec::new();
            for (field, expected) in &case.fields {
                let found = show(&meta, field, &case.text);
                if found != *expected {
                    wrong.push(format!("{}: {field} is {found}, not {expected}", case.name));
                }
            }
            if !case.any_warnings && !agree(&warnings, &case.warnings) {
                let found: Vec<String> = warnings.iter().map(ToString::to_string).collect();
                wrong.push(format!(
                    "{}: warnings are {found:#?}, not {:?}",
                    case.name, case.warnings
                ));
            }
            if wrong.is_empty() {
                Ok(())
            } else {
                Err(wrong.join("\n"))
            }
        }
    }
}

fn agree(found: &[Diagnostic], expected: &[String]) -> bool {
    found.len() == expected.len()
        && found.iter().zip(expected).all(|(found, expected)| {
            let (line, words) = expected.split_once(": ").unwrap_or(("", expected));
            found.line.map(|line| line.to_string()).unwrap_or_default() == line
                && found.to_string().contains(words)
        })
}

/// A field in the form in which the tables have it.
fn show(meta: &PostMeta, field: &str, text: &str) -> toml::Value {
    let text_of = |value: &Option<Box<str>>| toml::Value::from(value.as_deref().unwrap_or("none"));
    let moment = |value: Option<i64>| toml::Value::from(value.map_or("none".into(), rfc3339));
    let list = |values: &[Box<str>]| {
        toml::Value::Array(values.iter().map(|value| value.as_ref().into()).collect())
    };
    match field {
        "title" => meta.title.as_ref().into(),
        "written_title" => text_of(&meta.uncommon().written_title),
        "title_origin" => match meta.title_origin {
            TitleOrigin::FrontMatter => "front matter",
            TitleOrigin::Heading => "heading",
            TitleOrigin::FileName => "file name",
        }
        .into(),
        "date" => moment(meta.date.map(|date| date.seconds)),
        "date_origin" => meta.date.map_or("none", |date| date.origin.name()).into(),
        "updated" => moment(meta.uncommon().updated),
        "expires" => moment(meta.uncommon().expires),
        "categories" => toml::Value::Array(
            meta.names
                .categories
                .iter()
                .map(|path| list(path))
                .collect(),
        ),
        "tags" => list(&meta.names.tags),
        "authors" => list(&meta.names.authors),
        "image" => text_of(&meta.image),
        "link" => text_of(&meta.link),
        "slug" => text_of(&meta.uncommon().slug),
        "permalink" => text_of(&meta.uncommon().permalink),
        "language" => text_of(&meta.uncommon().language),
        "excerpt" => meta.excerpt.as_ref().into(),
        "words" => i64::from(meta.words).into(),
        "visibility" => match meta.visibility {
            Visibility::Published => "published",
            Visibility::Draft => "draft",
            Visibility::Unpublished => "unpublished",
        }
        .into(),
        "kind" => match meta.body_kind {
            BodyKind::Html => "html",
            BodyKind::Markdown => "markdown",
            BodyKind::Text => "text",
        }
        .into(),
        // A byte order mark is no part of the decoded text.
        "body" => text
            .trim_start_matches('\u{feff}')
            .get(meta.body.clone())
            .unwrap_or("out of bounds")
            .trim()
            .into(),
        "extra" => {
            let extra = meta
                .uncommon()
                .extra
                .as_deref()
                .cloned()
                .unwrap_or_default();
            serde_json::Value::Object(extra).to_string().into()
        }
        other => format!("there is no field {other}").into(),
    }
}
