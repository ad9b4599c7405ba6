//! Making folders beside the work that fills them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// Folders that are made at once: a file system has to look for room for each of them, which may mean reading from the disk, while
/// that for the bytes of files is found later.
const THREADS: usize = 4;

/// Threads that make folders one after the other, while files are already written into the first of them.
#[derive(Debug)]
pub(super) struct Maker {
    work: Arc<Work>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Work {
    place: PathBuf,
    folders: Vec<String>,
    /// The first folder that nobody has taken.
    next: AtomicUsize,
}

impl Maker {
    /// Begins to make `folders` below `place`. Where no thread is to be had, none are made.
    pub(super) fn begin(place: &Path, folders: Vec<String>) -> Self {
        let work = Arc::new(Work {
            place: place.to_owned(),
            folders,
            next: AtomicUsize::new(0),
        });
        let start = |_| {
            let work = Arc::clone(&work);
            let thread = thread::Builder::new().name("newsprint-folders".to_owned());
            thread.spawn(move || work.run()).ok()
        };
        let threads = (0..THREADS).map_while(start).collect();
        Self {
            work,
            threads: Mutex::new(threads),
        }
    }

    /// Makes no more folders: those that are missing still are not needed.
    pub(super) fn end(&self) {
        self.work
            .next
            .store(self.work.folders.len(), Ordering::Relaxed);
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Drop for Maker {
    fn drop(&mut self) {
        self.end();
    }
}

impl Work {
    fn run(&self) {
        while let Some(folder) = self.folders.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            // Whoever writes into it makes it if it is not there, and tells what is wrong if that cannot be done.
            let _ = make(&self.place.join(folder));
        }
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
