//! Files of our own: what a build notes for the next one.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::folder::FolderSink;
use super::same::holds;
use super::with_path;

/// Writes a small file of our own state, whole or not at all.
///
/// # Errors
/// Whatever the file system says, with the path.
pub(crate) fn write_state(path: &Path, text: &str) -> io::Result<()> {
    if matches!(holds(path, text.as_bytes()), Ok(Some(_))) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| with_path(folder, &error))?;
    FolderSink::new(folder)
        .replace(path, |file| {
            file.write_all(text.as_bytes())?;
            // Pages can be made again; the ledger cannot, and must outlast a power cut.
            file.sync_all()
        })
        .map(|_| ())
        .map_err(|error| with_path(path, &error))
}

/// Writes a file that may be lost, whole or not at all.
///
/// # Errors
/// Whatever the file system says, with the path.
pub(crate) fn write_scratch(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| with_path(folder, &error))?;
    FolderSink::new(folder)
        .replace(path, write)
        .map(|_| ())
        .map_err(|error| with_path(path, &error))
}
