//! Small files of our own: they appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use newsprint_model::Diagnostic;

/// How temporary files begin, here and in folders that are deployed to.
pub(crate) const TEMPORARY: &str = ".~newsprint-deploy-";

/// Writes a file whole or not at all, making its folder where needed.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    replace(path, &mut &*bytes)
}

/// Puts what can be read in the place of a file, whole or not at all.
pub(crate) fn replace(path: &Path, content: &mut dyn io::Read) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Long names leave no room for a prefix; the hash keeps two temporary names of one folder apart.
    let short = crate::manifest::Hash::of(name.as_bytes());
    let temporary = path.with_file_name(format!("{TEMPORARY}{}-{short}", std::process::id()));
    let result = File::create(&temporary).and_then(|mut file| {
        io::copy(content, &mut file)?;
        file.flush()?;
        fs::rename(&temporary, path)
    });
    if result.is_err() {
        // It may never have come about; what counts is the first error.
        let _ = fs::remove_file(&temporary);
    }
    result
}

/// Names the path that an error of the file system is about.
pub(crate) fn failed(path: &Path, error: &io::Error) -> Diagnostic {
    let diagnostic = Diagnostic::error(error.to_string()).at(path.display().to_string());
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            diagnostic.hint("there is no room left; what is live is as it was, but for files that had been replaced already")
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            diagnostic.hint("the folder must be writable for whoever runs this")
        }
        _ => diagnostic,
    }
}
