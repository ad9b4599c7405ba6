//! A message about something the owner wrote, as a value: how bad, where, what, and what to do.
//!
//! Producing a diagnostic and showing it are two different jobs. Code that finds a problem
//! knows the reason and perhaps a hint; its caller adds the file; the command line decides
//! about colours and how many to show.

use std::fmt;

use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something was assumed or repaired; the result stands.
    Warning,
    /// The thing named could not be used.
    Error,
}

/// One message, with the place it is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Diagnostic {
    /// The file, as the owner would type it: relative to the site folder, `/` between parts.
    pub path: String,
    /// The line in that file, counted from 1, where one is known.
    pub line: Option<u32>,
    /// What is wrong, in one sentence without a full stop.
    pub reason: String,
    /// What to do about it, or what was assumed.
    pub hint: Option<String>,
    /// Whether the thing could be used all the same.
    #[serde(skip)]
    pub severity: Severity,
}

impl Diagnostic {
    /// A message that the result stands in spite of.
    pub fn warning(reason: impl Into<String>) -> Self {
        Self::new(Severity::Warning, reason.into())
    }

    /// A message that something could not be used.
    pub fn error(reason: impl Into<String>) -> Self {
        Self::new(Severity::Error, reason.into())
    }

    fn new(severity: Severity, reason: String) -> Self {
        Self {
            path: String::new(),
            line: None,
            reason,
            hint: None,
            severity,
        }
    }

    /// Names the file.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Names the line, counted from 1.
    #[must_use]
    pub fn on_line(mut self, line: u32) -> Self {
        self.line = Some(line);
        self
    }

    /// Says what to do about it, or what was assumed.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The one-line form that compilers use: `path:line: warning: reason (hint)`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}:", self.path)?;
            if let Some(line) = self.line {
                write!(f, "{line}:")?;
            }
            write!(f, " ")?;
        }
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{severity}: {}", self.reason)?;
        if let Some(hint) = &self.hint {
            write!(f, " ({hint})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}
