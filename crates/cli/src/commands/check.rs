//! `newsprint check`

use crate::args::{Check, Global};
use crate::commands::{check_report, conclude, not_begun, options, stopped};
use crate::terminal::{Terminal, counted};
use crate::{FAILED, FINE};

pub(crate) fn run(global: &Global, check: &Check, terminal: &Terminal) -> u8 {
    if let Err(error) = check_report(global, None, &check.selection) {
        return stopped(&[error], terminal);
    }
    let outcome = match newsprint_build::check(&global.site, &options(&check.selection), terminal) {
        Ok(outcome) => outcome,
        Err(errors) => return not_begun(errors, &check.selection, terminal),
    };
    terminal.finish();
    let code = conclude(&outcome, &check.selection, terminal);
    let posts = &outcome.report.posts;
    terminal.result(&format!(
        "checked {}: {}, {} set aside",
        counted(posts.found, "post"),
        counted(posts.warnings.len(), "warning"),
        counted(posts.skipped.len(), "post"),
    ));
    if code == FINE && check.strict && !posts.warnings.is_empty() {
        return FAILED;
    }
    code
}
