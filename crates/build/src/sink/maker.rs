//! Making folders beside the work that fills them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// A thread that makes folders one after the other, while files are already written into the first of them. A disk's file system
/// has to look for room for every folder at once, which may mean reading, while that for the bytes of files is found later.
#[derive(Debug)]
pub(super) struct Maker {
    is_over: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Maker {
    /// Begins to make `folders` below `place`.
    ///
    /// # Errors
    /// No thread is to be had.
    pub(super) fn begin(place: PathBuf, folders: Vec<String>) -> io::Result<Self> {
        let is_over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&is_over);
        let name = "newsprint-folders".to_owned();
        let thread = thread::Builder::new().name(name).spawn(move || {
            for folder in folders {
                if ends.load(Ordering::Relaxed) {
                    break;
                }
                // Whoever writes into it makes it if it is not there, and tells what is wrong if that cannot be done.
                let _ = make(&place.join(folder));
            }
        })?;
        Ok(Self {
            is_over,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Makes no more folders; those that are missing still are not needed any more.
    pub(super) fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Maker {
    fn drop(&mut self) {
        self.end();
    }
}

/// Makes a folder and those above it. Whether it is new; one that stands already is as good.
///
/// # Errors
/// Whatever the file system says.
pub(super) fn make(folder: &Path) -> io::Result<bool> {
    match fs::create_dir(folder) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(false),
        Err(error) => {
            let is_new = error.kind() == io::ErrorKind::NotFound;
            fs::create_dir_all(folder).map(|()| is_new)
        }
    }
}
