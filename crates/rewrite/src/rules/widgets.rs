//! Rule: share buttons, lists of further reading and the like go.
//!
//! They are known by class and id; `rules/widgets.toml` lists them by what they are. The setting takes them
//! out, unless most of the article turns out to be inside.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::DROP;
use super::element::Element;
use crate::escape::lower;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    widget: Vec<Widget>,
    /// Hosts of frames that are widgets.
    frame_hosts: Vec<String>,
    /// What a container of share links may say beside them.
    share_words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Widget {
    /// What the report calls it.
    name: String,
    /// Whole class names, or beginnings of them with a final `*`.
    #[serde(default)]
    classes: Vec<String>,
    /// Whole ids, or beginnings of them with a final `*`.
    #[serde(default)]
    ids: Vec<String>,
}

/// A table of names, whole and beginnings, to the widget's index.
#[derive(Default)]
struct Names {
    whole: FxHashMap<String, usize>,
    beginnings: Vec<(String, usize)>,
}

impl Names {
    fn add(&mut self, pattern: &str, widget: usize) {
        match pattern.strip_suffix('*') {
            Some(beginning) => self.beginnings.push((beginning.to_owned(), widget)),
            None => {
                self.whole.insert(pattern.to_owned(), widget);
            }
        }
    }

    fn find(&self, name: &str) -> Option<usize> {
        let name = &*lower(name);
        self.whole.get(name).copied().or_else(|| {
            let first = name.as_bytes().first();
            self.beginnings
                .iter()
                .find(|(b, _)| b.as_bytes().first() == first && name.starts_with(b.as_str()))
                .map(|(_, widget)| *widget)
        })
    }
}

struct Table {
    file: File,
    classes: Names,
    ids: Names,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../../rules/widgets.toml"))
        .unwrap_or_else(|error| unreachable!("rules/widgets.toml: {error}"));
    let (mut classes, mut ids) = (Names::default(), Names::default());
    for (i, widget) in file.widget.iter().enumerate() {
        widget
            .classes
            .iter()
            .for_each(|pattern| classes.add(pattern, i));
        widget.ids.iter().for_each(|pattern| ids.add(pattern, i));
    }
    Table { file, classes, ids }
});

pub(super) fn apply(element: &mut Element<'_>) {
    let table = &*TABLE;
    let by_class = || {
        let class = element.raw("class")?;
        class
            .split_ascii_whitespace()
            .find_map(|name| table.classes.find(name))
    };
    let found = by_class().or_else(|| table.ids.find(&element.raw("id")?));
    if let Some(widget) = found {
        element.set(DROP, &table.file.widget[widget].name);
    }
}

/// Whether a frame of that host is a widget.
pub(super) fn is_widget_host(host: &str) -> bool {
    TABLE
        .file
        .frame_hosts
        .iter()
        .any(|known| super::players::is_below(host, known))
}

/// Whether a text is no more than the label of a row of share links.
pub(crate) fn is_share_label(text: &str) -> bool {
    let bare = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                ':' | '：' | '|' | '/' | '·' | ',' | '，' | '-' | '\u{200b}'
            )
    };
    let text = text.trim_matches(bare);
    text.is_empty()
        || TABLE
            .file
            .share_words
            .iter()
            .any(|word| word.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_valid_and_its_names_are_lower_case() {
        for widget in &TABLE.file.widget {
            assert!(!widget.name.is_empty());
            for pattern in widget.classes.iter().chain(&widget.ids) {
                assert_eq!(pattern, &pattern.to_ascii_lowercase());
                assert!(
                    pattern.trim_end_matches('*').len() > 3,
                    "`{pattern}` would match too much"
                );
            }
        }
    }
}
