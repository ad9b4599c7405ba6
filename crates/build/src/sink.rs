//! The one place where output is written: a file appears whole or not at all, and only if it changed.

use std::collections::BTreeSet;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::UNIX_EPOCH;

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

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
    /// Makes room for files in these folders.
    ///
    /// # Errors
    /// A folder that cannot be made, with its path.
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

/// Writes into a folder.
#[derive(Debug)]
pub struct FolderSink {
    root: PathBuf,
    trusts_nothing: bool,
    /// The folders that came about with this build: nothing stands in them that a file could be compared with.
    fresh: OnceLock<FxHashSet<String>>,
    process: u32,
    counter: AtomicU64,
}

impl FolderSink {
    /// For the folder given; it need not exist yet.
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            trusts_nothing: false,
            fresh: OnceLock::new(),
            process: std::process::id(),
            counter: AtomicU64::new(0),
        }
    }

    /// Writes every file, whether it stands there already or not.
    #[must_use]
    pub fn trusting_nothing(mut self, trusts_nothing: bool) -> Self {
        self.trusts_nothing = trusts_nothing;
        self
    }

    /// Whether a file may be there already, the same as it will be.
    fn may_stand(&self, file: &str) -> bool {
        let is_fresh = || {
            let (folder, _) = file.rsplit_once('/')?;
            Some(self.fresh.get()?.contains(folder))
        };
        !self.trusts_nothing && !is_fresh().unwrap_or_default()
    }

    /// A name in the same folder, so that the rename does not cross a file system.
    fn temporary(&self, target: &Path) -> PathBuf {
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        target.with_file_name(format!("{TEMPORARY}{}-{number}", self.process))
    }

    fn replace(
        &self,
        target: &Path,
        write: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> io::Result<Stamp> {
        let temporary = self.temporary(target);
        let result = File::create_new(&temporary).and_then(|mut file| {
            write(&mut file)?;
            let stamp = Stamp::of(&file.metadata()?);
            fs::rename(&temporary, target)?;
            Ok(stamp)
        });
        if result.is_err() {
            // The file may never have come about; what counts is the first error.
            let _ = fs::remove_file(&temporary);
        }
        result
    }

    /// Removes temporary files that a killed build left behind.
    pub fn sweep(&self) {
        for entry in WalkDir::new(&self.root).into_iter().flatten() {
            let ours = entry
                .file_name()
                .to_str()
                .is_some_and(|name| name.starts_with(TEMPORARY));
            if ours && entry.file_type().is_file() {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Whether two names mean one file on this file system.
    pub fn is_one_file(&self, one: &str, other: &str) -> bool {
        let real = |file| self.root.join(file).canonicalize().ok();
        real(one).is_some() && real(one) == real(other)
    }

    /// Removes files that an earlier build made, and the folders that are empty then.
    ///
    /// # Errors
    /// The first file that cannot be removed, with its path.
    pub fn prune(&self, files: &[&str]) -> io::Result<usize> {
        let mut removed = 0;
        let mut folders = BTreeSet::new();
        for file in files {
            let path = self.root.join(file);
            match fs::remove_file(&path) {
                Ok(()) => removed += 1,
                Err(error) if is_absent(&error) => {}
                Err(error) => return Err(with_path(&path, &error)),
            }
            folders.extend(
                Path::new(file)
                    .ancestors()
                    .skip(1)
                    .filter(|folder| !folder.as_os_str().is_empty())
                    .map(Path::to_owned),
            );
        }
        // The deepest first; one that is not empty is not ours to remove, and stays.
        for folder in folders.iter().rev() {
            let _ = fs::remove_dir(self.root.join(folder));
        }
        Ok(removed)
    }
}

impl Sink for FolderSink {
    fn prepare(&self, folders: &BTreeSet<&str>) -> io::Result<()> {
        fs::create_dir_all(&self.root).map_err(|error| with_path(&self.root, &error))?;
        let make = |folder: &&str| -> io::Result<Option<String>> {
            let path = self.root.join(folder);
            let mut is_fresh = true;
            match fs::create_dir(&path) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {
                    is_fresh = false;
                }
                Err(error) => {
                    is_fresh = error.kind() == io::ErrorKind::NotFound;
                    fs::create_dir_all(&path).map_err(|error| with_path(&path, &error))?;
                }
            }
            Ok(is_fresh.then(|| (*folder).to_owned()))
        };
        let made: Vec<Option<String>> = folders.par_iter().map(make).collect::<io::Result<_>>()?;
        self.fresh
            .get_or_init(|| made.into_iter().flatten().collect());
        Ok(())
    }

    fn put(&self, file: &str, bytes: &[u8]) -> io::Result<(Put, Stamp)> {
        let target = self.root.join(file);
        if self.may_stand(file)
            && let Some(stamp) = holds(&target, bytes)?
        {
            return Ok((Put::Unchanged, stamp));
        }
        self.replace(&target, |temporary| temporary.write_all(bytes))
            .map(|stamp| (Put::Written, stamp))
            .map_err(|error| with_path(&target, &error))
    }

    fn look(&self, file: &str) -> Option<Stamp> {
        let metadata = fs::symlink_metadata(self.root.join(file)).ok()?;
        metadata.is_file().then(|| Stamp::of(&metadata))
    }

    fn copy(&self, file: &str, from: &Path) -> io::Result<(Put, Stamp)> {
        let target = self.root.join(file);
        let is_same = || same_files(from, &target).map_err(|error| with_path(from, &error));
        if self.may_stand(file) && is_same()? {
            return Ok((Put::Unchanged, self.look(file).unwrap_or_default()));
        }
        let mut original = File::open(from).map_err(|error| with_path(from, &error))?;
        // The bytes alone: what may be read here may be read by everybody.
        self.replace(&target, |temporary| {
            io::copy(&mut original, temporary).map(|_| ())
        })
        .map(|stamp| (Put::Written, stamp))
        .map_err(|error| with_path(&target, &error))
    }

    fn recall(&self, file: &str, range: std::ops::Range<usize>) -> Option<String> {
        use std::io::{Seek, SeekFrom};
        let mut opened = File::open(self.root.join(file)).ok()?;
        opened.seek(SeekFrom::Start(range.start as u64)).ok()?;
        let mut bytes = vec![0; range.len()];
        opened.read_exact(&mut bytes).ok()?;
        simdutf8::basic::from_utf8(&bytes).ok().map(str::to_owned)
    }
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

/// Whether a file holds just these bytes: then what it looks like.
fn holds(target: &Path, bytes: &[u8]) -> io::Result<Option<Stamp>> {
    let mut existing = match File::open(target) {
        Ok(existing) => existing,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        // What cannot be read may still be replaced; the rename will tell.
        Err(_) => return Ok(None),
    };
    let stamp = Stamp::of(&existing.metadata()?);
    if stamp.size != bytes.len() as u64 {
        return Ok(None);
    }
    Ok(same_bytes(&mut existing, &mut &*bytes)?.then_some(stamp))
}

fn same_files(from: &Path, target: &Path) -> io::Result<bool> {
    let mut original = File::open(from)?;
    let Ok(mut existing) = File::open(target) else {
        return Ok(false);
    };
    if original.metadata()?.len() != existing.metadata()?.len() {
        return Ok(false);
    }
    same_bytes(&mut original, &mut existing)
}

fn same_bytes(a: &mut impl Read, b: &mut impl Read) -> io::Result<bool> {
    let mut buffers = ([0; 16 * 1024], [0; 16 * 1024]);
    loop {
        let length = a.read(&mut buffers.0)?;
        if length == 0 {
            return Ok(true);
        }
        match b.read_exact(&mut buffers.1[..length]) {
            Ok(()) if buffers.0[..length] == buffers.1[..length] => {}
            Ok(()) => return Ok(false),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            Err(error) => return Err(error),
        }
    }
}

/// Whether the file that was to go is not there; a folder in its place is somebody else's, or newer.
fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory
    )
}

/// An I/O error that says which path it is about.
pub(crate) fn with_path(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

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
