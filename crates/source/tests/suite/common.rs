//! What the tests of this crate share: a reader with fixed settings, and shorthand to use it.

use std::path::PathBuf;

use newsprint_model::{Diagnostic, PostMeta, SourceFile};
use newsprint_source::{Outcome, Reader};

/// 2023-01-01T00:00:00Z: the moment that every test takes for now.
pub(crate) const NOW: i64 = 1_672_531_200;

/// 2022-06-01T00:00:00Z, the time of change of every file.
pub(crate) const MTIME: i64 = 1_654_041_600;

/// A reader for an archive in Shanghai.
pub(crate) fn reader() -> Reader {
    Reader::new(chrono_tz::Tz::Asia__Shanghai, 60, NOW)
}

/// A file of the content folder.
pub(crate) fn file(path: &str, bytes: &[u8]) -> SourceFile {
    SourceFile {
        path: PathBuf::from(path),
        size: bytes.len() as u64,
        mtime: MTIME * 1_000_000_000,
    }
}

/// What becomes of a file.
pub(crate) fn parse(path: &str, bytes: &[u8]) -> Outcome {
    reader().parse(file(path, bytes), bytes)
}

/// The post that a file becomes.
pub(crate) fn post(path: &str, bytes: &[u8]) -> (PostMeta, Vec<Diagnostic>) {
    match parse(path, bytes) {
        Outcome::Post { meta, warnings } => (*meta, warnings),
        Outcome::SetAside(reason) => panic!(
            "{path} was set aside: {reason}\n{}",
            String::from_utf8_lossy(bytes)
        ),
    }
}

/// Seconds since 1970 as `2022-09-26T10:15:00Z`.
pub(crate) fn rfc3339(seconds: i64) -> String {
    chrono::DateTime::from_timestamp(seconds, 0).map_or_else(
        || format!("{seconds} is no moment"),
        |moment| moment.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
    )
}
