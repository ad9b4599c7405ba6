//! Who walks: the threads of the caller, and once the disk proves slow to answer, many more.
//!
//! After a restart the system's cache is empty, and threads that walk wait for the disk most of the time, which answers many
//! questions nearly as fast as one. Where it answers from the cache, as it mostly does, more threads than processors only cost:
//! each that begins is given memory by the allocator and the system, for less work than that takes.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

use rayon::prelude::*;

/// Threads that join where the disk is slow.
const HELPERS: usize = 16;

/// A folder that takes longer than this, and for each of its entries longer than that, was not found in the cache, which takes
/// about fifty microseconds and two.
const SLOW_FOLDER: Duration = Duration::from_millis(1);
const SLOW_ENTRY: Duration = Duration::from_micros(20);

/// So many slow folders are no accident: others may have wanted the processor meanwhile.
const ENOUGH: usize = 3;

/// Applies `walk`, which also tells how many entries it met, to every folder; the results come in any order.
pub(super) fn walk_all<T: Send>(
    folders: &[PathBuf],
    walk: impl Fn(&Path) -> (T, usize) + Sync,
) -> Vec<T> {
    let crew = Crew {
        folders,
        walk,
        next: AtomicUsize::new(0),
        slow: AtomicUsize::new(0),
        has_help: AtomicBool::new(false),
        results: Mutex::new(Vec::with_capacity(folders.len())),
    };
    thread::scope(|scope| {
        (0..rayon::current_num_threads())
            .into_par_iter()
            .with_max_len(1)
            .for_each(|_| crew.work(scope));
    });
    crew.results
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
}

/// The threads that share out the folders among themselves.
struct Crew<'f, W, T> {
    folders: &'f [PathBuf],
    walk: W,
    /// The first folder that nobody has taken.
    next: AtomicUsize,
    /// How many have proved slow.
    slow: AtomicUsize,
    has_help: AtomicBool,
    results: Mutex<Vec<T>>,
}

impl<W: Fn(&Path) -> (T, usize) + Sync, T: Send> Crew<'_, W, T> {
    fn work<'s>(&'s self, scope: &'s Scope<'s, '_>) {
        while let Some(folder) = self.folders.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            let since = Instant::now();
            let (result, entries) = (self.walk)(folder);
            self.took(since.elapsed(), entries, scope);
            self.results
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(result);
        }
    }

    /// Notes how long a folder took, and calls for help where that is the disk's fault.
    fn took<'s>(&'s self, time: Duration, entries: usize, scope: &'s Scope<'s, '_>) {
        let entries = u32::try_from(entries).unwrap_or(u32::MAX);
        let is_slow = time > SLOW_FOLDER.saturating_add(SLOW_ENTRY.saturating_mul(entries));
        if is_slow
            && self.slow.fetch_add(1, Ordering::Relaxed) + 1 >= ENOUGH
            && !self.has_help.swap(true, Ordering::Relaxed)
        {
            // Where no more threads are to be had, those that walk already will do it all.
            let start = |_: &usize| {
                let helper = thread::Builder::new().name("newsprint-walk".to_owned());
                helper.spawn_scoped(scope, || self.work(scope)).is_ok()
            };
            (0..HELPERS).take_while(start).for_each(drop);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::thread::ThreadId;

    use super::*;

    /// Walks two hundred folders, each in this time, and tells which threads did.
    fn threads_for(time: Duration, entries: usize) -> HashSet<ThreadId> {
        let folders: Vec<PathBuf> = (0..200).map(|number| number.to_string().into()).collect();
        let seen = walk_all(&folders, |folder| {
            thread::sleep(time);
            ((folder.to_owned(), thread::current().id()), entries)
        });
        let mut walked: Vec<PathBuf> = seen.iter().map(|(folder, _)| folder.clone()).collect();
        walked.sort_by_key(|folder| folders.iter().position(|known| known == folder));
        assert_eq!(walked, folders, "each once");
        seen.into_iter().map(|(_, thread)| thread).collect()
    }

    #[test]
    fn a_slow_disk_is_asked_by_many_and_a_quick_one_by_as_many_as_there_are() {
        let own = rayon::current_num_threads();
        // Quick, however busy the machine is: two seconds are allowed for so many entries.
        assert!(threads_for(Duration::from_millis(4), 100_000).len() <= own);
        assert!(threads_for(Duration::from_millis(4), 10).len() > own);
        assert!(walk_all(&[], |_| ((), 0)).is_empty());
    }
}
