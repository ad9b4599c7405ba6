//! The one place where output is written: a file appears whole or not at all, and only if it changed.

mod folder;
mod maker;
mod same;
mod state;

use std::collections::BTreeSet;
use std::fs::Metadata;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

pub use self::folder::FolderSink;
pub(crate) use self::state::{write_scratch, write_state, write_to_stay};

/// How temporary files begin; no page, list or asset of ours is named so.
pub(crate) const TEMPORARY: &str = ".~newsprint-";

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It was made, or its bytes changed.
    Written,
    /// It stood there already, byte for byte.
    Unchanged,
}

/// A file as it was left: what a later look at it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stamp {
    /// Its length in bytes.
    pub size: u64,
    /// When it last changed, nanoseconds since 1970; 0 where that is not known.
    pub mtime: i64,
}

impl Stamp {
    /// What metadata say.
    pub fn of(metadata: &Metadata) -> Self {
        let mtime = metadata.modified().ok();
        let mtime = mtime.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Self {
            size: metadata.len(),
            mtime: mtime
                .and_then(|time| i64::try_from(time.as_nanos()).ok())
                .unwrap_or_default(),
        }
    }

    /// Whether a file that looks like this is the one that was left so.
    pub fn is_still(self, found: Option<Self>) -> bool {
        self.mtime != 0 && found == Some(self)
    }
}

/// Takes the files of an output. Paths are relative, with `/` between their parts.
pub trait Sink: Sync {
    /// Sees to it that these folders come about before files are put into them.
    ///
    /// # Errors
    /// A folder that cannot be made, with its path; it may also be told by the first file that is put into it.
    fn prepare(&self, folders: &BTreeSet<&str>) -> io::Result<()>;

    /// Takes a file.
    ///
    /// # Errors
    /// Whatever the file system says; the file is then as it was before.
    fn put(&self, file: &str, bytes: &[u8]) -> io::Result<(Put, Stamp)>;

    /// Takes a copy of a file on disk.
    ///
    /// # Errors
    /// As for [`put`](Self::put), and if the original cannot be read.
    fn copy(&self, file: &str, from: &Path) -> io::Result<(Put, Stamp)>;

    /// What a file looks like now; none if it is not there or is no file.
    fn look(&self, file: &str) -> Option<Stamp>;

    /// Gives back part of a file that was put during this build; none where it is not at hand.
    fn recall(&self, file: &str, range: std::ops::Range<usize>) -> Option<String>;
}

/// Keeps nothing, for pages that are only looked at: feeds then make the bodies that they show.
#[derive(Debug)]
pub struct NothingKept;

impl Sink for NothingKept {
    fn prepare(&self, _: &BTreeSet<&str>) -> io::Result<()> {
        Ok(())
    }

    fn put(&self, _: &str, _: &[u8]) -> io::Result<(Put, Stamp)> {
        Ok((Put::Unchanged, Stamp::default()))
    }

    fn copy(&self, _: &str, _: &Path) -> io::Result<(Put, Stamp)> {
        Ok((Put::Unchanged, Stamp::default()))
    }

    fn look(&self, _: &str) -> Option<Stamp> {
        None
    }

    fn recall(&self, _: &str, _: std::ops::Range<usize>) -> Option<String> {
        None
    }
}

/// An I/O error that says which path it is about.
pub(crate) fn with_path(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
