//! What a run does about a file that could not be made.

use newsprint_model::Diagnostic;

/// Why a file did not come about.
pub(super) struct Failure {
    pub(super) diagnostic: Diagnostic,
    /// Whether every other file would fail the same way.
    pub(super) is_final: bool,
}

impl Failure {
    pub(super) fn of_page(diagnostic: Diagnostic) -> Self {
        Self {
            diagnostic,
            is_final: false,
        }
    }

    pub(super) fn of_sink(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        Self {
            is_final: matches!(
                error.kind(),
                StorageFull | ReadOnlyFilesystem | QuotaExceeded
            ),
            diagnostic: Diagnostic::error(error.to_string())
                .hint("the files written so far are whole; the next build completes the rest"),
        }
    }
}
