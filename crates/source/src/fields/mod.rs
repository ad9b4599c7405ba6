//! What the keys of a front matter mean: from [`Entry`] to the fields of a post.

mod shapes;

use newsprint_model::BodyKind;
use newsprint_model::post::{Extra, Visibility};

use crate::body::kind;
use crate::front_matter::keys::{self, Field};
use crate::front_matter::{Entry, FrontMatter, Repair, Value};
use crate::text::{Cleaned, clean_line};
use shapes::{
    address, date_of_parts, first_scalar, flag, hashtags, joined, language, line, link, names,
    trim_quotes, unique,
};

/// The fields of a front matter. Dates are still text: reading them takes a time zone.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    pub(crate) title: Option<Box<str>>,
    /// The title before it was cleaned, where that changed it.
    pub(crate) written_title: Option<Box<str>>,
    pub(crate) dates: Vec<DateText>,
    pub(crate) updated: Vec<DateText>,
    pub(crate) expires: Vec<DateText>,
    pub(crate) categories: Vec<Vec<Box<str>>>,
    pub(crate) tags: Vec<Box<str>>,
    pub(crate) authors: Vec<Box<str>>,
    pub(crate) image: Option<Box<str>>,
    pub(crate) link: Option<Box<str>>,
    pub(crate) slug: Option<Box<str>>,
    pub(crate) permalink: Option<Box<str>>,
    pub(crate) language: Option<Box<str>>,
    pub(crate) summary: Option<String>,
    pub(crate) visibility: Option<Visibility>,
    pub(crate) format: Option<BodyKind>,
    pub(crate) extra: Extra,
    pub(crate) repairs: Vec<Repair>,
}

/// A date as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DateText {
    pub(crate) text: String,
    pub(crate) offset: usize,
    rank: u8,
}

/// Sorts the keys of a front matter into fields. Where several keys mean the same, the one of
/// the highest rank that says something is used.
pub(crate) fn collect(front: FrontMatter<'_>) -> Fields {
    let mut fields = Fields {
        repairs: front.repairs,
        ..Fields::default()
    };
    let mut known: Vec<(Field, u8, &Entry<'_>)> = Vec::with_capacity(front.entries.len());
    let mut empty_date = None;
    for entry in &front.entries {
        if let Some((field, rank)) = keys::lookup(&entry.key) {
            if field == Field::Ignored {
                continue;
            }
            if !entry.value.is_null() {
                known.push((field, rank, entry));
            } else if field == Field::Date {
                empty_date.get_or_insert(entry);
            }
        } else if keys::is_link_if_absolute(&entry.key) && link(&entry.value).is_some() {
            known.push((Field::Link, u8::MAX, entry));
        } else {
            let key = clean_line(&entry.key).0.into_owned();
            fields.extra.insert(key, entry.value.to_json());
        }
    }
    // Stable: of two names of the same rank the first one in the file counts.
    known.sort_by_key(|(_, rank, _)| *rank);
    for (field, rank, entry) in known {
        fields.take(field, rank, entry);
    }
    if let Some(entry) = empty_date.filter(|_| fields.dates.is_empty()) {
        let reason = format!("`{}` says nothing", entry.key);
        fields.repair(entry, reason, "it was treated as missing");
    }
    fields
}

impl Fields {
    /// Puts the dates in the order in which they are to be tried.
    pub(crate) fn sort_dates(&mut self) {
        for dates in [&mut self.dates, &mut self.updated, &mut self.expires] {
            dates.sort_by_key(|date| date.rank);
        }
    }

    fn take(&mut self, field: Field, rank: u8, entry: &Entry<'_>) {
        let value = &entry.value;
        match field {
            Field::Title if self.title.is_none() => self.title = self.title_of(entry),
            Field::Date | Field::Updated | Field::Expires => {
                let date = self.date_text(entry, rank);
                match field {
                    Field::Date => &mut self.dates,
                    Field::Updated => &mut self.updated,
                    _ => &mut self.expires,
                }
                .extend(date);
            }
            Field::Published => self.take_published(entry),
            Field::Categories if self.categories.is_empty() => {
                self.categories = self.category_paths(entry);
            }
            Field::Tags if self.tags.is_empty() => self.tags = self.terms(entry),
            Field::Authors if self.authors.is_empty() => self.authors = self.people(entry),
            Field::Image => set(&mut self.image, || {
                address(value, &["url", "src", "image", "path", "file"])
            }),
            Field::Link => set(&mut self.link, || link(value)),
            Field::Slug => set(&mut self.slug, || line(value)),
            Field::Permalink => set(&mut self.permalink, || line(value)),
            Field::Language => set(&mut self.language, || language(value)),
            Field::Summary if self.summary.is_none() => self.summary = joined(value),
            Field::Draft => self.take_draft(entry),
            Field::Status => match first_scalar(value)
                .map(|s| s.text.to_ascii_lowercase())
                .as_deref()
            {
                Some("draft" | "pending") => self.hide(true, Visibility::Draft),
                Some("private" | "trash" | "unpublished") => {
                    self.hide(true, Visibility::Unpublished);
                }
                _ => {
                    self.extra.insert(entry.key.to_string(), value.to_json());
                }
            },
            Field::Format => {
                match first_scalar(value).and_then(|scalar| kind::by_name(&scalar.text)) {
                    Some(kind) => self.format = Some(kind),
                    None => self.repair(
                        entry,
                        format!("the format of `{}` is not known", entry.key),
                        "known are html, markdown and text",
                    ),
                }
            }
            _ => {}
        }
    }

    fn repair(&mut self, entry: &Entry<'_>, reason: impl Into<String>, hint: impl Into<String>) {
        self.repairs.push(Repair::new(entry.offset, reason, hint));
    }

    fn hide(&mut self, hidden: bool, how: Visibility) {
        // Of two reasons the stronger one counts.
        if hidden && self.visibility != Some(Visibility::Unpublished) {
            self.visibility = Some(how);
        }
    }

    /// `published: false` is a flag, `published: 2022-09-26` a date.
    fn take_published(&mut self, entry: &Entry<'_>) {
        match flag(&entry.value) {
            Some(published) => self.hide(!published, Visibility::Unpublished),
            None => {
                let date = self.date_text(entry, 2);
                self.dates.extend(date);
            }
        }
    }

    fn take_draft(&mut self, entry: &Entry<'_>) {
        match flag(&entry.value) {
            Some(draft) => self.hide(draft, Visibility::Draft),
            None => {
                let value = joined(&entry.value).unwrap_or_default();
                let shown: String = value.chars().take(60).collect();
                self.repair(
                    entry,
                    format!("`{}` is `{shown}`, neither true nor false", entry.key),
                    "the post was taken for finished; write `draft: true` to keep it back",
                );
            }
        }
    }

    /// A date as it was written: one text, or a list of its parts.
    fn date_text(&mut self, entry: &Entry<'_>, rank: u8) -> Option<DateText> {
        let text = match &entry.value {
            Value::Scalar(_) => clean_line(&first_scalar(&entry.value)?.text).0.into_owned(),
            other => {
                let text = date_of_parts(other)
                    .or_else(|| Some(clean_line(&first_scalar(other)?.text).0.into_owned()))?;
                self.repair(
                    entry,
                    format!("`{}` is a list, not a date", entry.key),
                    format!("it was read as `{text}`"),
                );
                text
            }
        };
        Some(DateText {
            text,
            offset: entry.offset,
            rank,
        })
    }

    /// One line of text, with a warning if it had to be cleaned.
    fn cleaned(&mut self, raw: &str, entry: &Entry<'_>) -> Option<Box<str>> {
        let (text, cleaned) = clean_line(raw);
        self.report(cleaned, entry);
        (!text.is_empty()).then(|| Box::from(&*text))
    }

    fn report(&mut self, cleaned: Cleaned, entry: &Entry<'_>) {
        if cleaned.controls {
            self.repair(
                entry,
                format!("the value of `{}` holds control characters", entry.key),
                "they were taken out",
            );
        } else if cleaned.entities {
            self.repair(
                entry,
                format!("the value of `{}` holds HTML entities", entry.key),
                "they were decoded",
            );
        }
    }

    fn title_of(&mut self, entry: &Entry<'_>) -> Option<Box<str>> {
        match &entry.value {
            Value::Scalar(scalar) => {
                if scalar.is_number() {
                    self.repair(
                        entry,
                        "the title is a number",
                        format!("it was read as the text `{}`", scalar.text),
                    );
                }
                let title = self.cleaned(&scalar.text, entry)?;
                self.written_title = (*title != *scalar.text).then(|| scalar.text.as_ref().into());
                Some(title)
            }
            other => {
                let text = joined(other)?;
                self.repair(
                    entry,
                    "the title is a list, not a text",
                    "its parts were joined",
                );
                self.cleaned(&text, entry)
            }
        }
    }

    /// Tags: a list, or a text in which commas divide them.
    fn terms(&mut self, entry: &Entry<'_>) -> Vec<Box<str>> {
        let mut terms = Vec::new();
        match &entry.value {
            Value::Scalar(scalar) => {
                for part in self.divide(&scalar.text, entry) {
                    let part = part.strip_prefix('#').unwrap_or(part);
                    terms.extend(self.cleaned(part, entry));
                }
            }
            Value::List(list) => {
                for name in list.iter().flat_map(names) {
                    terms.extend(self.cleaned(&name, entry));
                }
            }
            Value::Map(_) => terms.extend(
                names(&entry.value)
                    .iter()
                    .filter_map(|name| self.cleaned(name, entry)),
            ),
        }
        unique(terms)
    }

    /// Divides `a, b` (also with full-width commas) and `#a #b`; a text without a comma is one term.
    fn divide<'t>(&mut self, text: &'t str, entry: &Entry<'_>) -> Vec<&'t str> {
        // The semicolon of an entity divides nothing.
        let is_divider = |c: char| {
            matches!(c, ',' | '，' | '、') || (matches!(c, ';' | '；') && !text.contains('&'))
        };
        let bare = text.trim().trim_start_matches('[').trim_end_matches(']');
        let mut parts: Vec<&str> =
            hashtags(bare).unwrap_or_else(|| bare.split(is_divider).collect());
        parts.iter_mut().for_each(|part| *part = trim_quotes(part));
        parts.retain(|part| !part.is_empty());
        if parts.len() > 1 {
            let list = parts.join("`, `");
            self.repair(
                entry,
                format!("`{}` is one text, not a list", entry.key),
                format!("it was read as `{list}`"),
            );
        }
        parts
    }

    /// Authors: a text, a list, a map with a name.
    fn people(&mut self, entry: &Entry<'_>) -> Vec<Box<str>> {
        let mut people = Vec::new();
        match &entry.value {
            // `Smith, John` and `Zhang San, Li Si` look alike, so a comma divides nothing here.
            Value::Scalar(scalar) => people.extend(self.cleaned(&scalar.text, entry)),
            Value::List(list) => {
                for name in list.iter().flat_map(names) {
                    people.extend(self.cleaned(&name, entry));
                }
            }
            map @ Value::Map(_) => people.extend(
                names(map)
                    .iter()
                    .filter_map(|name| self.cleaned(name, entry)),
            ),
        }
        unique(people)
    }

    /// Categories as Hexo has them: a list is one path, general to special; lists in a list are
    /// several paths. A text is one category, `a > b` a path, and `a, b` is taken for a list.
    fn category_paths(&mut self, entry: &Entry<'_>) -> Vec<Vec<Box<str>>> {
        let mut paths: Vec<Vec<Box<str>>> = Vec::new();
        match &entry.value {
            Value::Scalar(scalar) => match self.category_path(&scalar.text, entry) {
                path if path.len() == 1 => {
                    let parts = self.divide(&path[0], entry);
                    paths.push(parts.into_iter().map(Into::into).collect());
                }
                path => paths.push(path),
            },
            Value::List(list) if list.iter().any(|item| matches!(item, Value::List(_))) => {
                for item in list {
                    let names = match item {
                        Value::List(path) => path.iter().flat_map(names).collect(),
                        other => names(other),
                    };
                    paths.push(
                        names
                            .iter()
                            .filter_map(|name| self.cleaned(name, entry))
                            .collect(),
                    );
                }
            }
            Value::List(list) if list.len() == 1 => {
                let name = names(&list[0]).into_iter().next().unwrap_or_default();
                paths.push(self.category_path(&name, entry));
            }
            Value::List(list) => {
                let names: Vec<String> = list.iter().flat_map(names).collect();
                paths.push(
                    names
                        .iter()
                        .filter_map(|name| self.cleaned(name, entry))
                        .collect(),
                );
            }
            map @ Value::Map(_) => paths.push(
                names(map)
                    .iter()
                    .filter_map(|name| self.cleaned(name, entry))
                    .collect(),
            ),
        }
        paths.retain(|path| !path.is_empty());
        unique(paths)
    }

    /// A path given as text: `news > tech`.
    fn category_path(&mut self, text: &str, entry: &Entry<'_>) -> Vec<Box<str>> {
        let (text, cleaned) = clean_line(text);
        self.report(cleaned, entry);
        let steps = text
            .replace(" › ", " > ")
            .replace(" » ", " > ")
            .replace(" / ", " > ");
        let steps = steps
            .split(" > ")
            .map(str::trim)
            .filter(|step| !step.is_empty());
        steps.map(Into::into).collect()
    }
}

fn set(field: &mut Option<Box<str>>, value: impl FnOnce() -> Option<Box<str>>) {
    if field.is_none() {
        *field = value();
    }
}
