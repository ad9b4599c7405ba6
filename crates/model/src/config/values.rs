//! How single values of `newsprint.toml` are read and checked, and how errors in it are told.

use chrono_tz::Tz;
use serde::{Deserialize, Deserializer};

use super::{FILE_NAME, ThemeConfig};
use crate::Diagnostic;

/// Checks and completes a base URL: `http` or `https`, a host, a final slash.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn normalize_base_url(raw: &str) -> Result<String, String> {
    let raw = raw.trim();
    let rest = raw
        .strip_prefix("https://")
        .or_else(|| raw.strip_prefix("http://"))
        .ok_or_else(|| {
            format!("`{raw}` is not a base URL: it must begin with https:// or http://")
        })?;
    if rest.is_empty() || rest.starts_with('/') {
        return Err(format!("`{raw}` is not a base URL: it names no host"));
    }
    if rest.contains(['?', '#', '"', '\'', '<', '>', '\\'])
        || rest.contains(|c: char| c.is_whitespace() || c.is_control())
    {
        return Err(format!(
            "`{raw}` is not a base URL: query, fragment, quotes and blanks have no place in it"
        ));
    }
    Ok(if raw.ends_with('/') {
        raw.to_owned()
    } else {
        format!("{raw}/")
    })
}

pub(super) fn base_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let raw = String::deserialize(deserializer)?;
    normalize_base_url(&raw).map_err(serde::de::Error::custom)
}

pub(super) fn timezone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tz, D::Error> {
    let name = String::deserialize(deserializer)?;
    name.parse().map_err(|_| {
        let near = nearest(&name, chrono_tz::TZ_VARIANTS.iter().map(|tz| tz.name()));
        serde::de::Error::custom(match near {
            Some(near) => format!("unknown timezone `{name}`; did you mean `{near}`?"),
            None => format!("unknown timezone `{name}`; names look like `Asia/Shanghai`"),
        })
    })
}

pub(super) fn page_size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let size = usize::deserialize(deserializer)?;
    if size == 0 {
        return Err(serde::de::Error::custom("page_size must be at least 1"));
    }
    Ok(size)
}

/// Takes both `theme = "name"` and a `[theme]` table: TOML cannot hold the first together with `[theme.settings]`.
pub(super) fn theme<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ThemeConfig, D::Error> {
    struct Visitor;
    impl<'de> serde::de::Visitor<'de> for Visitor {
        type Value = ThemeConfig;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a theme's name, or a table with `name` and `settings`")
        }

        fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<ThemeConfig, E> {
            Ok(ThemeConfig {
                name: name.to_owned(),
                ..ThemeConfig::default()
            })
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<ThemeConfig, A::Error> {
            ThemeConfig::deserialize(serde::de::value::MapAccessDeserializer::new(map))
        }
    }
    deserializer.deserialize_any(Visitor)
}

/// The candidate that is most like `word`, if any is alike at all.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

pub(super) fn explain(text: &str, error: &toml::de::Error) -> Diagnostic {
    let message = error
        .message()
        .trim()
        .trim_end_matches('.')
        .replace('\n', "; ");
    let mut diagnostic = Diagnostic::error(&message).at(FILE_NAME);
    if let Some(span) = error.span() {
        let before = &text.as_bytes()[..span.start.min(text.len())];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        diagnostic = diagnostic.on_line(u32::try_from(line).unwrap_or(u32::MAX));
    }
    let Some(rest) = message.strip_prefix("unknown field ") else {
        return diagnostic;
    };
    // serde words it "unknown field `x`, expected one of `a`, `b`": every second piece is a name.
    let mut names = rest.split('`').skip(1).step_by(2);
    let unknown = names.next().unwrap_or_default();
    let known: Vec<&str> = names.collect();
    diagnostic.reason = format!("unknown key `{unknown}`");
    diagnostic.hint(match nearest(unknown, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known keys here: {}", known.join(", ")),
    })
}
