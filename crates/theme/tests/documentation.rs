//! `docs/themes.md` names everything that a theme's author can use.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use newsprint_theme::{FILTERS, REQUIRED_TEMPLATES, Theme};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Everything that stands in backquotes in the page about themes.
fn documented() -> BTreeSet<String> {
    let page = std::fs::read_to_string(repository().join("docs/themes.md"))
        .expect("docs/themes.md is there");
    page.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// The public structs of a source file with their public fields.
fn structs(source: &str) -> Vec<(String, Vec<String>)> {
    let mut structs: Vec<(String, Vec<String>)> = Vec::new();
    for line in source.lines() {
        let name = |text: &str| {
            text.split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        if let Some(rest) = line.strip_prefix("pub struct ") {
            structs.push((name(rest), Vec::new()));
        } else if let (Some(rest), Some((_, fields))) =
            (line.strip_prefix("    pub "), structs.last_mut())
            && rest.contains(':')
            && !rest.starts_with("fn ")
        {
            fields.push(name(rest));
        }
    }
    structs
}

#[test]
fn every_view_and_every_field_is_documented() {
    let documented = documented();
    let views = structs(include_str!("../src/views.rs"));
    assert!(views.len() >= 15, "the views were found");
    for (view, fields) in views {
        assert!(
            documented.contains(&view),
            "`{view}` is not in docs/themes.md"
        );
        assert!(!fields.is_empty(), "{view}");
        for field in fields {
            assert!(
                documented.contains(&field),
                "`{field}` of `{view}` is not in docs/themes.md"
            );
        }
    }
    let report = std::fs::read_to_string(repository().join("crates/model/src/report.rs"))
        .expect("it is there");
    let counts = structs(&report)
        .into_iter()
        .find(|(name, _)| name == "Counts")
        .expect("it is there");
    for field in counts.1 {
        assert!(
            documented.contains(&field),
            "`{field}` of `Counts` is not in docs/themes.md"
        );
    }
}

#[test]
fn every_filter_and_every_template_is_documented() {
    let documented = documented();
    for name in FILTERS
        .iter()
        .chain(&REQUIRED_TEMPLATES)
        .copied()
        .chain(Theme::embedded())
    {
        assert!(
            documented.contains(name),
            "`{name}` is not in docs/themes.md"
        );
    }
}

#[test]
fn every_setting_of_every_embedded_theme_is_documented() {
    let documented = documented();
    for theme in Theme::embedded() {
        let manifest = repository().join("themes").join(theme).join("theme.toml");
        let text = std::fs::read_to_string(manifest).expect("it is there");
        for line in text.lines() {
            if let Some(name) = line
                .strip_prefix("[settings.")
                .and_then(|rest| rest.strip_suffix(']'))
            {
                assert!(
                    documented.contains(name),
                    "`{name}` of {theme} is not in docs/themes.md"
                );
            }
        }
    }
}
