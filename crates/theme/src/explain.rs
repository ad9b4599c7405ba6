//! Tera's errors as diagnostics: the file that the owner knows, the line, the reason, and the page at hand.

use std::collections::BTreeMap;

use newsprint_model::Diagnostic;
use tera::{Error, ErrorKind, ReportError};

/// Tera's names of templates and the paths by which the owner knows them.
pub(crate) type TemplatePaths = BTreeMap<String, String>;

/// What is wrong with the templates themselves.
pub(crate) fn explain_load(error: &Error, paths: &TemplatePaths) -> Vec<Diagnostic> {
    match error.kind() {
        ErrorKind::Msg(message) if message.starts_with("error: ") => message
            .split("\n\n")
            .map(|report| explain_text_report(report, paths))
            .collect(),
        _ => vec![explain_kind(error, paths)],
    }
}

/// What went wrong while a page was rendered.
pub(crate) fn explain_render(error: &Error, paths: &TemplatePaths, page: &str) -> Diagnostic {
    let diagnostic = explain_kind(error, paths);
    diagnostic.hint(format!("while rendering {page}"))
}

fn explain_kind(error: &Error, paths: &TemplatePaths) -> Diagnostic {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            explain_report(report, paths)
        }
        ErrorKind::CircularExtend { tpl, .. } => {
            Diagnostic::error("the template extends itself, perhaps by way of others")
                .at(shown(tpl, paths))
        }
        ErrorKind::CircularInclude { tpl, .. } => {
            Diagnostic::error("the template includes itself, perhaps by way of others")
                .at(shown(tpl, paths))
        }
        ErrorKind::MissingParent { current, parent } => {
            Diagnostic::error(format!("extends `{parent}`, which is not there"))
                .at(shown(current, paths))
        }
        _ => Diagnostic::error(one_line(&error.to_string())),
    }
}

fn explain_report(report: &ReportError, paths: &TemplatePaths) -> Diagnostic {
    let line = u32::try_from(report.span().start_line).unwrap_or(u32::MAX);
    Diagnostic::error(one_line(report.message()))
        .at(shown(report.filename(), paths))
        .on_line(line)
}

/// Tera gives the errors that it finds across templates only as text: reason, ` --> name:line:column`, source.
fn explain_text_report(report: &str, paths: &TemplatePaths) -> Diagnostic {
    let mut lines = report.lines();
    let reason = lines.next().unwrap_or_default();
    let diagnostic = Diagnostic::error(one_line(reason.trim_start_matches("error: ")));
    let place = lines.find_map(|line| line.trim_start().strip_prefix("--> "));
    let Some((name, line)) = place.and_then(|place| {
        let (rest, _column) = place.rsplit_once(':')?;
        rest.rsplit_once(':')
    }) else {
        return diagnostic;
    };
    let diagnostic = diagnostic.at(shown(name, paths));
    match line.parse() {
        Ok(line) => diagnostic.on_line(line),
        Err(_) => diagnostic,
    }
}

fn shown<'a>(name: &'a str, paths: &'a TemplatePaths) -> &'a str {
    paths.get(name).map_or(name, String::as_str)
}

fn one_line(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    message
        .split('\n')
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}
