//! Writing into a folder: file by file where a site stands, aside as a whole where none does yet.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use walkdir::WalkDir;

use super::maker::{self, Maker};
use super::same::{holds, same_files};
use super::{Put, Sink, Stamp, TEMPORARY, with_path};

/// How the name ends of a folder in which a new output is made.
const ASIDE: &str = "-new";

/// How many temporary files this process has made: several sinks may write into one folder at a time.
static TEMPORARIES: AtomicU64 = AtomicU64::new(0);

fn is_aside(name: &OsStr) -> bool {
    let name = name.to_str().and_then(|name| name.strip_prefix(TEMPORARY));
    name.is_some_and(|name| name.ends_with(ASIDE))
}

/// Writes into a folder.
#[derive(Debug)]
pub struct FolderSink {
    root: PathBuf,
    /// Where a new output is made, if this is one: nobody looks there, so files need no name but their own.
    aside: Option<PathBuf>,
    trusts_nothing: bool,
    /// The folders that came about with this build: nothing stands in them that a file could be compared with.
    fresh: OnceLock<FxHashSet<String>>,
    /// What makes the folders of a new output.
    maker: OnceLock<Maker>,
    process: u32,
}

impl FolderSink {
    /// For the folder given; it need not exist yet.
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            aside: None,
            trusts_nothing: false,
            fresh: OnceLock::new(),
            maker: OnceLock::new(),
            process: std::process::id(),
        }
    }

    /// Writes every file, whether it stands there already or not.
    #[must_use]
    pub fn trusting_nothing(mut self, trusts_nothing: bool) -> Self {
        self.trusts_nothing = trusts_nothing;
        self
    }

    /// Makes a new output aside, in a folder within it, until [`publish`](Self::publish) gives everything its place:
    /// a file then costs no second name and no rename. `names` are those of all files and folders that will stand at
    /// the top of the output; where one of them stands there already, files are written one by one. What a killed build
    /// has left aside is removed.
    #[must_use]
    pub fn aside_if_new<'n>(mut self, mut names: impl Iterator<Item = &'n str>) -> Self {
        let standing: Vec<OsString> = match fs::read_dir(&self.root) {
            Ok(entries) => entries.flatten().map(|entry| entry.file_name()).collect(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            // Writing will say what is wrong with it.
            Err(_) => return self,
        };
        let stands = |name: &str| standing.iter().any(|standing| standing == name);
        if standing.is_empty() || !names.any(stands) {
            // Of a build that was killed where nothing of its records is left: processes may have its number again.
            for name in standing.iter().filter(|name| is_aside(name)) {
                let _ = fs::remove_dir_all(self.root.join(name));
            }
            let name = format!("{TEMPORARY}{}{ASIDE}", self.process);
            self.aside = Some(self.root.join(name));
        }
        self
    }

    /// Gives what was made aside its place, the home page last. Nothing can be put any more.
    ///
    /// # Errors
    /// The first path that cannot get its place; what is left aside is for [`sweep`](Self::sweep).
    pub fn publish(&self) -> io::Result<()> {
        if let Some(maker) = self.maker.get() {
            maker.end();
        }
        match &self.aside {
            Some(aside) if aside.exists() => settle(aside, &self.root),
            _ => Ok(()),
        }
    }

    /// Where files are made.
    fn place(&self) -> &Path {
        self.aside.as_deref().unwrap_or(&self.root)
    }

    /// Whether a file may be there already, the same as it will be.
    fn may_stand(&self, file: &str) -> bool {
        let is_fresh = || {
            let (folder, _) = file.rsplit_once('/')?;
            Some(self.fresh.get()?.contains(folder))
        };
        !self.trusts_nothing && self.aside.is_none() && !is_fresh().unwrap_or_default()
    }

    /// A name in the same folder, so that the rename does not cross a file system.
    fn temporary(&self, target: &Path) -> PathBuf {
        let number = TEMPORARIES.fetch_add(1, Ordering::Relaxed);
        target.with_file_name(format!("{TEMPORARY}{}-{number}", self.process))
    }

    fn write(
        &self,
        target: &Path,
        write: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> io::Result<Stamp> {
        if self.aside.is_some() {
            match create_new(target) {
                Ok(file) => return fill(file, target, write),
                // Where names are alike to the file system, the last one stands.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        self.replace(target, write)
    }

    pub(super) fn replace(
        &self,
        target: &Path,
        write: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> io::Result<Stamp> {
        let temporary = self.temporary(target);
        let stamp = fill(File::create_new(&temporary)?, &temporary, write)?;
        let renamed = fs::rename(&temporary, target);
        if renamed.is_err() {
            // What counts is the first error.
            let _ = fs::remove_file(&temporary);
        }
        renamed.map(|()| stamp)
    }

    /// Removes what a killed build left behind: temporary files, and an output that was made aside.
    pub fn sweep(&self) {
        let mut walk = WalkDir::new(&self.root).into_iter();
        while let Some(entry) = walk.next() {
            let Ok(entry) = entry else { continue };
            let name = entry.file_name().to_str();
            if !name.is_some_and(|name| name.starts_with(TEMPORARY)) {
                continue;
            }
            if entry.file_type().is_file() {
                let _ = fs::remove_file(entry.path());
            } else if entry.file_type().is_dir() && entry.depth() == 1 {
                walk.skip_current_dir();
                let _ = fs::remove_dir_all(entry.path());
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
        let place = self.place();
        fs::create_dir_all(place).map_err(|error| with_path(&self.root, &error))?;
        if self.aside.is_some() {
            let folders = folders.iter().map(|folder| (*folder).to_owned());
            self.maker
                .get_or_init(|| Maker::begin(place, folders.collect()));
            return Ok(());
        }
        let make = |folder: &&str| -> io::Result<Option<String>> {
            let is_fresh = maker::make(&place.join(folder))
                .map_err(|error| with_path(&self.root.join(folder), &error))?;
            Ok(is_fresh.then(|| (*folder).to_owned()))
        };
        let made: Vec<Option<String>> = folders.par_iter().map(make).collect::<io::Result<_>>()?;
        self.fresh
            .get_or_init(|| made.into_iter().flatten().collect());
        Ok(())
    }

    fn put(&self, file: &str, bytes: &[u8]) -> io::Result<(Put, Stamp)> {
        let target = self.place().join(file);
        if self.may_stand(file)
            && let Some(stamp) = holds(&target, bytes)?
        {
            return Ok((Put::Unchanged, stamp));
        }
        self.write(&target, |new| new.write_all(bytes))
            .map(|stamp| (Put::Written, stamp))
            .map_err(|error| with_path(&self.root.join(file), &error))
    }

    fn look(&self, file: &str) -> Option<Stamp> {
        let metadata = fs::symlink_metadata(self.place().join(file)).ok()?;
        metadata.is_file().then(|| Stamp::of(&metadata))
    }

    fn copy(&self, file: &str, from: &Path) -> io::Result<(Put, Stamp)> {
        let target = self.place().join(file);
        let is_same = || same_files(from, &target).map_err(|error| with_path(from, &error));
        if self.may_stand(file) && is_same()? {
            return Ok((Put::Unchanged, self.look(file).unwrap_or_default()));
        }
        let mut original = File::open(from).map_err(|error| with_path(from, &error))?;
        // The bytes alone: what may be read here may be read by everybody.
        self.write(&target, |new| io::copy(&mut original, new).map(|_| ()))
            .map(|stamp| (Put::Written, stamp))
            .map_err(|error| with_path(&self.root.join(file), &error))
    }

    fn recall(&self, file: &str, range: std::ops::Range<usize>) -> Option<String> {
        use std::io::{Seek, SeekFrom};
        let mut opened = File::open(self.place().join(file)).ok()?;
        opened.seek(SeekFrom::Start(range.start as u64)).ok()?;
        let mut bytes = vec![0; range.len()];
        opened.read_exact(&mut bytes).ok()?;
        simdutf8::basic::from_utf8(&bytes).ok().map(str::to_owned)
    }
}

/// Makes a new file, and its folder if the threads that make folders have not come so far.
fn create_new(target: &Path) -> io::Result<File> {
    match (File::create_new(target), target.parent()) {
        (Err(error), Some(folder)) if error.kind() == io::ErrorKind::NotFound => {
            maker::make(folder)?;
            File::create_new(target)
        }
        (created, _) => created,
    }
}

/// Fills a new file, or leaves none.
fn fill(
    mut file: File,
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<Stamp> {
    let stamp = write(&mut file).and_then(|()| Ok(Stamp::of(&file.metadata()?)));
    if stamp.is_err() {
        // What counts is the first error.
        let _ = fs::remove_file(path);
    }
    stamp
}

/// Moves the entries of a folder to another, the home page last, and removes it then. A folder that has come about
/// there in the meantime is added to.
fn settle(from: &Path, to: &Path) -> io::Result<()> {
    let with_from = |error: io::Error| with_path(from, &error);
    let entries = fs::read_dir(from).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut names: Vec<OsString> = entries
        .map_err(with_from)?
        .iter()
        .map(fs::DirEntry::file_name)
        .collect();
    names.sort_by_key(|name| name == "index.html");
    for name in names {
        let (source, target) = (from.join(&name), to.join(&name));
        match fs::rename(&source, &target) {
            Err(_) if source.is_dir() && target.is_dir() => settle(&source, &target)?,
            moved => moved.map_err(|error| with_path(&target, &error))?,
        }
    }
    fs::remove_dir(from).map_err(with_from)
}

/// Whether the file that was to go is not there; a folder in its place is somebody else's, or newer.
fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory
    )
}
