//! Files of our own: what a build notes for the next one.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::folder::FolderSink;
use super::same::holds;
use super::with_path;

/// Writes a file of our own state, if it is not what stands there.
///
/// # Errors
/// Whatever the file system says, with the path.
pub(crate) fn write_state(path: &Path, text: &str) -> io::Result<()> {
    if matches!(holds(path, text.as_bytes()), Ok(Some(_))) {
        return Ok(());
    }
    write_to_stay(path, |file| file.write_all(text.as_bytes()))
}

/// Writes a file of our own state, whole or not at all. Pages can be made again; the ledger cannot, and must outlast a power cut.
///
/// # Errors
/// Whatever the file system says, with the path.
pub(crate) fn write_to_stay(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    write_scratch(path, |file| {
        write(file)?;
        file.sync_all()
    })
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
