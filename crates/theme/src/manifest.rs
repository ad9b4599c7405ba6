//! `theme.toml`: what a theme says about itself, and the settings that it takes.

use newsprint_model::Diagnostic;
use serde::Deserialize;

/// The content of a `theme.toml`, not yet joined with its parents'.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    /// The theme's name, for people.
    pub(crate) name: String,
    /// The theme's version.
    #[serde(default)]
    pub(crate) version: String,
    /// One sentence about it.
    #[serde(default)]
    pub(crate) description: String,
    /// The theme whose files are used where this one has none.
    #[serde(default)]
    pub(crate) parent: Option<String>,
    /// The settings, each a table; [`crate::settings::Schema`] reads them.
    #[serde(default)]
    pub(crate) settings: toml::Table,
}

impl Manifest {
    /// Reads the text of a `theme.toml` that the owner knows as `path`.
    ///
    /// # Errors
    /// Malformed TOML, an unknown or missing key; with its line.
    pub(crate) fn parse(text: &str, path: &str) -> Result<Self, Diagnostic> {
        toml::from_str(text).map_err(|error| toml_diagnostic(&error, text, path))
    }
}

/// What the TOML reader complains about, with path and line.
pub(crate) fn toml_diagnostic(error: &toml::de::Error, text: &str, path: &str) -> Diagnostic {
    let message = error
        .message()
        .trim()
        .trim_end_matches('.')
        .replace('\n', "; ");
    let diagnostic = Diagnostic::error(message).at(path);
    match error.span() {
        Some(span) => diagnostic.on_line(line_at(text, span.start)),
        None => diagnostic,
    }
}

/// The line, counted from 1, that the byte at `offset` is on.
pub(crate) fn line_at(text: &str, offset: usize) -> u32 {
    let before = &text.as_bytes()[..offset.min(text.len())];
    let line = 1 + memchr::memchr_iter(b'\n', before).count();
    u32::try_from(line).unwrap_or(u32::MAX)
}
