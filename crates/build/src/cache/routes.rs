//! What every file of the output was made of, and what it looked like when it was done.
//!
//! A file is left alone if the fingerprint of all that it is made of is the same, and if it still has the length and the
//! time of change that it had: one that was edited or removed by hand is made again.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use newsprint_model::{Counts, Diagnostic};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::{Magic, open, program, store};
use crate::sink::Stamp;

const MAGIC: Magic = *b"newsprint page 1";

/// What is known of a file of the output.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Made {
    /// XXH3 of the file's path.
    file: u64,
    /// Of all that it was made of, or of its bytes where it is cheaper to make than to ask.
    pub fingerprint: u64,
    /// The file as it was left.
    pub stamp: Stamp,
    /// More, for a post's own page.
    pub post: Option<Box<MadePost>>,
}

/// What other pages need of a post's page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MadePost {
    /// Where the body stands in the page.
    pub body: Option<std::ops::Range<usize>>,
    /// What was taken out of the body.
    pub counts: Counts,
    /// What was odd about the body, and what to do about it.
    pub warning: Option<(String, Option<String>)>,
    /// What the body refers to beside it.
    pub references: Vec<Box<str>>,
}

impl Made {
    /// For the file named.
    pub fn new(file: &str, fingerprint: u64, stamp: Stamp) -> Self {
        Self {
            file: xxh3_64(file.as_bytes()),
            fingerprint,
            stamp,
            post: None,
        }
    }
}

/// The files of the last build.
#[derive(Default)]
pub struct RouteCache {
    made: Vec<Made>,
    /// Whether the file has been found as it was.
    kept: Vec<AtomicBool>,
    places: FxHashMap<u64, u32>,
}

impl RouteCache {
    /// Reads what the last build into this output folder left.
    ///
    /// # Errors
    /// A file that is there and no good; go on with an empty cache.
    pub fn load(path: &Path) -> Result<Self, Diagnostic> {
        let Some(bytes) = open(path, &MAGIC, program())? else {
            return Ok(Self::default());
        };
        let made: Vec<Made> = postcard::from_bytes(&bytes).unwrap_or_default();
        let places = made.iter().map(|made| made.file).zip(0..).collect();
        let kept = made.iter().map(|_| AtomicBool::new(false)).collect();
        Ok(Self { made, kept, places })
    }

    /// What is known of a file.
    pub fn get(&self, file: &str) -> Option<&Made> {
        let place = self.places.get(&xxh3_64(file.as_bytes()))?;
        self.made.get(*place as usize)
    }

    /// Notes that a file is still what it was.
    pub fn keep(&self, made: &Made) {
        if let Some(kept) = self
            .places
            .get(&made.file)
            .and_then(|place| self.kept.get(*place as usize))
        {
            kept.store(true, Ordering::Relaxed);
        }
    }

    /// Writes what this build leaves: what was kept, and what it `made`.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn store(self, path: &Path, made: Vec<Made>) -> std::io::Result<()> {
        let is_same = made.is_empty() && self.kept.iter().all(|kept| kept.load(Ordering::Relaxed));
        if is_same && !self.made.is_empty() {
            return Ok(());
        }
        let kept = self.made.into_iter().zip(&self.kept);
        let mut all: Vec<Made> = kept
            .filter(|(_, kept)| kept.load(Ordering::Relaxed))
            .map(|(made, _)| made)
            .chain(made)
            .collect();
        all.sort_unstable_by_key(|made| made.file);
        // Only a value that has no length could fail to be written, and there is none.
        let bytes = postcard::to_allocvec(&all).unwrap_or_default();
        store(path, &MAGIC, program(), &bytes)
    }
}
