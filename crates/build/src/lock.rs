//! Keeps two builds of one site apart: the second waits for the first.

use std::fs::{self, File, TryLockError};
use std::io;

use crate::folder::SiteFolder;
use crate::progress::Progress;
use crate::sink::with_path;

/// Held while a build writes; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct BuildLock {
    _file: File,
}

/// Waits until no other build of this site is writing.
///
/// # Errors
/// A state folder that cannot be written.
pub fn acquire(folder: &SiteFolder, progress: &dyn Progress) -> io::Result<BuildLock> {
    fs::create_dir_all(&folder.state).map_err(|error| with_path(&folder.state, &error))?;
    let path = folder.state.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| with_path(&path, &error))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            progress.note("another build of this site is running; waiting for it to finish");
            file.lock().map_err(|error| with_path(&path, &error))?;
        }
        // A network file system without locks: the files themselves still appear whole or not at all.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
        Err(TryLockError::Error(error)) => return Err(with_path(&path, &error)),
    }
    Ok(BuildLock { _file: file })
}
