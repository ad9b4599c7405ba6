//! One file a verb: each parses nothing, calls the library, and says what came of it.

pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod clean_html;
pub(crate) mod deploy;
mod hosting;
pub(crate) mod init;
pub(crate) mod new;
pub(crate) mod serve;

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use newsprint_build::folder::SiteFolder;
use newsprint_build::{Options, Outcome};
use newsprint_model::{Diagnostic, Report, Severity};
use serde::Serialize;

use crate::args::{Global, Selection};
use crate::terminal::Terminal;
use crate::{FAILED, FINE, SET_ASIDE};

/// What was typed about the selection of posts, as the driver wants it.
fn options(selection: &Selection) -> Options {
    Options {
        jobs: selection.jobs.map_or(0, std::num::NonZeroUsize::get),
        drafts: selection.drafts,
        future: selection.future,
        now: now(),
        ..Options::default()
    }
}

/// The time of the build: the clock's, or SOURCE_DATE_EPOCH (reproducible-builds.org) where it is set.
fn now() -> i64 {
    let fixed = std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|text| text.trim().parse().ok());
    fixed.unwrap_or_else(|| {
        let elapsed = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX)
    })
}

/// Writes a report as JSON.
fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Diagnostic> {
    let failed = |error: String| {
        Diagnostic::error(format!("the report could not be written: {error}"))
            .at(path.display().to_string())
    };
    let mut text =
        serde_json::to_string_pretty(value).map_err(|error| failed(error.to_string()))?;
    text.push('\n');
    std::fs::write(path, text).map_err(|error| failed(error.to_string()))
}

/// Shows all that a build or a check had to say, writes the report, and settles the exit code.
fn conclude(outcome: &Outcome, selection: &Selection, terminal: &Terminal) -> u8 {
    let posts = &outcome.report.posts;
    terminal.warnings(&posts.warnings);
    terminal.errors(&posts.skipped);
    terminal.errors(&outcome.report.errors);
    if let Some(path) = &selection.report
        && let Err(error) = write_json(path, &outcome.report)
    {
        terminal.errors(&[error]);
        return FAILED;
    }
    if !outcome.report.errors.is_empty() {
        FAILED
    } else if !posts.skipped.is_empty() {
        SET_ASIDE
    } else {
        FINE
    }
}

/// Makes sure, before anything else, that the report does no harm where it goes.
fn check_report(
    global: &Global,
    output: Option<&Path>,
    selection: &Selection,
) -> Result<(), Diagnostic> {
    let folder = SiteFolder::at(&global.site, output);
    selection
        .report
        .as_ref()
        .map_or(Ok(()), |file| folder.check_side_file(file))
}

/// Shows what stopped a build or a check before it had done anything, and writes that into the report too.
fn not_begun(errors: Vec<Diagnostic>, selection: &Selection, terminal: &Terminal) -> u8 {
    stopped(&errors, terminal);
    let report = Report {
        errors,
        ..Report::default()
    };
    if let Some(path) = &selection.report
        && let Err(error) = write_json(path, &report)
    {
        terminal.errors(&[error]);
    }
    FAILED
}

/// Shows what stopped a verb before it had done anything.
fn stopped(errors: &[Diagnostic], terminal: &Terminal) -> u8 {
    terminal.finish();
    let (fatal, rest): (Vec<_>, Vec<_>) = errors
        .iter()
        .cloned()
        .partition(|e| e.severity == Severity::Error);
    terminal.warnings(&rest);
    terminal.errors(&fatal);
    FAILED
}
