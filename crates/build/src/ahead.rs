//! Reading ahead: whatever the next pieces of work will ask the disk for is asked for by threads of its own, many at a time.
//!
//! After a restart the system's cache is empty. A slow disk then takes milliseconds for each small file, and answers many
//! requests in nearly the time of one. Threads that work on one file after another would wait most of the time, so once
//! requests prove slow, what lies before each of them is read in advance, and the bytes are thrown away: the system keeps
//! them. Where requests are quick, as they mostly are, nothing of that happens; and it ends where they only seemed slow, since
//! the program had just begun or others wanted the processor.

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Requests that are under way at once. Disks queue at least 32.
const THREADS: usize = 32;

/// How far ahead to read, in pieces of work for each thread: enough for a slow disk, little enough that a small machine still
/// has in its cache what was read when it is asked for.
const WINDOW: usize = 256;

/// A request that takes longer was not answered from the cache, which takes about ten.
const SLOW: Duration = Duration::from_micros(50);

/// What a slow request counts against a quick one, how much is enough to read ahead, and how much is remembered.
const SLOW_WEIGHT: i32 = 4;
const ENOUGH: i32 = 128;
const MOST: i32 = 2 * ENOUGH;

/// How long a thread sleeps that is far enough ahead.
const NAP: Duration = Duration::from_micros(500);

/// Pieces of work, numbered, which several threads do in an order of their own, each going upwards most of the time.
pub(crate) struct Ahead<'a> {
    /// How many there are.
    pieces: usize,
    /// Asks the disk for what a piece will need.
    touch: &'a (dyn Fn(usize) + Sync),
    fronts: Vec<Front>,
    /// How slow requests have been of late.
    slowness: AtomicI32,
    /// Whether they are slow enough to read ahead.
    is_slow: AtomicBool,
    is_over: AtomicBool,
    /// Held while one of the two is set, so that nobody begins to wait for it then.
    turn: Mutex<()>,
    changed: Condvar,
}

/// Where one of the threads is.
#[derive(Default)]
struct Front {
    /// The piece that it works on.
    at: AtomicUsize,
    /// The first that has not been read ahead.
    ahead: AtomicUsize,
}

impl<'a> Ahead<'a> {
    /// Does `work` in this many threads of the common pool, on as many pieces. `touch` asks the disk for what a piece will need.
    pub(crate) fn of<T>(
        pieces: usize,
        threads: usize,
        touch: &'a (dyn Fn(usize) + Sync),
        work: impl FnOnce(&Ahead<'a>) -> T,
    ) -> T {
        let ahead = Self {
            pieces,
            touch,
            fronts: (0..threads).map(|_| Front::default()).collect(),
            slowness: AtomicI32::new(0),
            is_slow: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
            turn: Mutex::new(()),
            changed: Condvar::new(),
        };
        thread::scope(|scope| {
            // If it cannot be started, nothing is read ahead.
            let _ = thread::Builder::new()
                .name("newsprint-ahead".to_owned())
                .spawn_scoped(scope, || ahead.run());
            let _end = End(&ahead);
            work(&ahead)
        })
    }

    /// A thread begins a piece of work.
    pub(crate) fn begin(&self, thread: usize, piece: usize) {
        if let Some(front) = self.fronts.get(thread) {
            front.at.store(piece, Ordering::Relaxed);
        }
    }

    /// Notes how long the disk took to answer.
    pub(crate) fn took(&self, time: Duration) {
        let change = match time > SLOW {
            true => SLOW_WEIGHT,
            false => -1,
        };
        let before = self.slowness.load(Ordering::Relaxed);
        // Two threads at once may lose a request: it is an estimate.
        let now = (before + change).clamp(0, MOST);
        self.slowness.store(now, Ordering::Relaxed);
        if now >= ENOUGH && before < ENOUGH {
            self.set(&self.is_slow);
        } else if now == 0 && before > 0 {
            self.is_slow.store(false, Ordering::Relaxed);
        }
    }

    fn set(&self, flag: &AtomicBool) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        flag.store(true, Ordering::Relaxed);
        self.changed.notify_all();
    }

    /// Waits until requests prove slow, then reads ahead with many threads as long as they are.
    fn run(&self) {
        let mut can_start = true;
        while can_start && self.waits_for_slow() {
            can_start = thread::scope(|scope| {
                let start = |number: usize| {
                    let front = &self.fronts[number % self.fronts.len()];
                    let read = move || self.read(front);
                    thread::Builder::new().spawn_scoped(scope, read).is_ok()
                };
                (0..THREADS).take_while(|number| start(*number)).count() > 0
            });
        }
    }

    /// Whether there is something to read ahead, once that is known.
    fn waits_for_slow(&self) -> bool {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if self.is_over.load(Ordering::Relaxed) {
                return false;
            }
            if self.is_slow.load(Ordering::Relaxed) {
                return true;
            }
            turn = self
                .changed
                .wait(turn)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn read(&self, front: &Front) {
        let goes_on =
            || self.is_slow.load(Ordering::Relaxed) && !self.is_over.load(Ordering::Relaxed);
        while goes_on() {
            let at = front.at.load(Ordering::Relaxed);
            let known = front.ahead.load(Ordering::Relaxed);
            // The thread may have gone elsewhere.
            let next = match known > at && known <= at + WINDOW {
                true => known,
                false => at + 1,
            };
            if next >= self.pieces || next >= at + WINDOW {
                thread::sleep(NAP);
                continue;
            }
            let taken =
                front
                    .ahead
                    .compare_exchange(known, next + 1, Ordering::Relaxed, Ordering::Relaxed);
            if taken.is_ok() {
                let since = Instant::now();
                (self.touch)(next);
                self.took(since.elapsed());
            }
        }
    }
}

/// Ends the reading, even if the work comes to an unexpected end.
struct End<'a, 'b>(&'a Ahead<'b>);

impl Drop for End<'_, '_> {
    fn drop(&mut self) {
        self.0.set(&self.0.is_over);
    }
}

/// Reads a file to have it in the system's cache.
pub(crate) fn warm(path: &std::path::Path) {
    // Whoever needs the file will see what is wrong with it.
    let _ = std::fs::File::open(path)
        .and_then(|mut file| std::io::copy(&mut file, &mut std::io::sink()));
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rayon::prelude::*;

    use super::*;

    /// A disk that takes a millisecond for everything that it has not been asked for before.
    #[derive(Default)]
    struct Disk(Mutex<BTreeSet<usize>>);

    impl Disk {
        fn ask(&self, piece: usize) {
            let is_new = |set: &mut BTreeSet<usize>| set.insert(piece);
            if is_new(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
                thread::sleep(Duration::from_millis(1));
            }
        }
    }

    #[test]
    fn on_a_slow_disk_requests_overlap() {
        const PIECES: usize = 2000;
        let disk = Disk::default();
        let touched = AtomicUsize::new(0);
        let touch = |piece: usize| {
            touched.fetch_add(1, Ordering::Relaxed);
            disk.ask(piece);
        };
        let threads = rayon::current_num_threads();
        let sum: usize = Ahead::of(PIECES, threads, &touch, |ahead| {
            let piece = |piece: usize| {
                let thread = rayon::current_thread_index().unwrap_or_default();
                ahead.begin(thread, piece);
                let since = Instant::now();
                disk.ask(piece);
                ahead.took(since.elapsed());
                piece
            };
            (0..PIECES).into_par_iter().map(piece).sum()
        });
        assert_eq!(sum, PIECES * (PIECES - 1) / 2);
        let touched = touched.into_inner();
        assert!(
            touched > PIECES / 2,
            "{touched} of {PIECES} were read ahead"
        );
    }

    #[test]
    fn where_only_the_beginning_was_slow_it_ends() {
        const PIECES: usize = 1_000_000;
        let touched = AtomicUsize::new(0);
        let touch = |_: usize| {
            touched.fetch_add(1, Ordering::Relaxed);
        };
        let is_slow = Ahead::of(PIECES, 1, &touch, |ahead| {
            for _ in 0..ENOUGH {
                ahead.took(Duration::from_millis(1));
            }
            let was_slow = ahead.is_slow.load(Ordering::Relaxed);
            for piece in 0..PIECES {
                ahead.begin(0, piece);
                ahead.took(Duration::from_micros(9));
            }
            (was_slow, ahead.is_slow.load(Ordering::Relaxed))
        });
        assert_eq!(is_slow, (true, false));
        assert!(touched.into_inner() < PIECES / 10);
    }

    #[test]
    fn where_answers_are_quick_nothing_is_read_ahead() {
        let touch = |_: usize| unreachable!("nothing was slow");
        let done = Ahead::of(1000, 1, &touch, |ahead| {
            for piece in 0..1000 {
                ahead.begin(0, piece);
                ahead.took(Duration::from_micros(9));
            }
            true
        });
        assert!(done);
        assert!(Ahead::of(0, 1, &touch, |_| true));
    }
}
