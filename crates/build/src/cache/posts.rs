//! What was read of every post: front matter, excerpt, counts, and what had to be repaired.
//!
//! A record is used for a file of the same path, length and time of change. One that changed within the last two seconds
//! before a build is not recorded: it may change again within the same tick of the file system's clock, and nobody
//! would see it (as for git's index, `racy-git`).

use std::borrow::Borrow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use newsprint_model::post::by_path;
use newsprint_model::{Config, Diagnostic, SourceFile};
use newsprint_source::Outcome;
use rayon::prelude::*;

use super::record::{Entry, LastNames, freeze, thaw};
use super::{Magic, Mixer, Parts, append, damaged, program, store};

const MAGIC: Magic = *b"newsprint post 3";

/// How many records are read or written by one thread at a time.
const RECORDS_A_PART: usize = 1024;

/// How many parts are made at a time: all of them at once would take as much memory as the posts.
const PARTS_AT_ONCE: usize = 16;

/// Nanoseconds for which a file must have been left alone.
const SETTLED: i64 = 2_000_000_000;

/// The latest time of change, in nanoseconds since 1970, with which a file that is read now will not change unseen.
pub(crate) fn settled() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|now| i64::try_from(now.as_nanos()).ok())
        .map_or(0, |now| now - SETTLED)
}

/// The records of the last build.
pub struct PostCache {
    key: u64,
    /// Where they stand, until they have been read.
    records: Option<(PathBuf, Parts)>,
    /// How long the file is that they stand in.
    length: u64,
    /// How many have been read, those included that a later one has replaced.
    written: usize,
}

/// What became of a file, and whether it had to be read.
pub struct Remembered {
    /// What became of it.
    pub outcome: Outcome,
    /// Whether it was not read, but stands in the records of the last build.
    is_recorded: bool,
}

impl PostCache {
    /// Finds the records, if there are any that this program can use with these settings.
    ///
    /// # Errors
    /// A file that is there and no good; go on with an empty cache.
    pub fn open(path: &Path, config: &Config) -> Result<Self, Diagnostic> {
        let mut cache = Self::new(config);
        if let Some(parts) = Parts::open(path, &MAGIC, cache.key)? {
            cache.length = parts.length;
            cache.records = Some((path.to_owned(), parts));
        }
        Ok(cache)
    }

    /// No records yet.
    pub fn new(config: &Config) -> Self {
        let mut key = Mixer::default();
        key.number(program())
            .text(config.timezone.name())
            .number(config.excerpt_width as u64);
        Self {
            key: key.finish(),
            records: None,
            length: 0,
            written: 0,
        }
    }

    /// What is known of each of these files, which are in order of their paths. A file of which something is known
    /// is moved there, and an empty one left in its place.
    ///
    /// The records are read once, part by part, into what they are records of: as they stand there they would take as
    /// much memory as the posts.
    ///
    /// If they are damaged nothing is known of any file, and the damage is said.
    pub fn recall(
        &mut self,
        files: &mut [SourceFile],
    ) -> (Vec<Option<Remembered>>, Option<Diagnostic>) {
        let nothing = || files.iter().map(|_| None).collect();
        let Some((path, parts)) = self.records.take() else {
            return (nothing(), None);
        };
        let known: Mutex<(Vec<Option<Remembered>>, usize)> = Mutex::new((nothing(), 0));
        let read = parts.par_bridge().try_for_each(|part| {
            let part = part.ok()?;
            let (found, count) = thaw_part(part.whole()?, files);
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            known.1 += count;
            for (place, remembered) in found {
                known.0[place] = Some(remembered);
            }
            Some(())
        });
        if read.is_none() {
            self.length = 0;
            return (nothing(), Some(damaged(&path)));
        }
        let known = known.into_inner();
        let (mut known, written) = known.unwrap_or_else(PoisonError::into_inner);
        self.written = written;
        let known_files = known.par_iter_mut().zip(files).with_min_len(RECORDS_A_PART);
        known_files.for_each(|(known, file)| {
            if let Some(Remembered {
                outcome: Outcome::Post { meta, .. },
                ..
            }) = known
            {
                meta.file = std::mem::take(file);
            }
        });
        (known, None)
    }

    /// Writes the records of this build, unless they are those of the last one. `now` is the time that this build goes by,
    /// in seconds: what was read of a post dated later holds for this build only.
    ///
    /// A few new ones are written behind those of the last build; only when a quarter of them is out of date are all written anew.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn store(
        self,
        path: &Path,
        outcomes: &[impl Borrow<Remembered> + Sync],
        now: i64,
    ) -> std::io::Result<()> {
        let settled = settled();
        let kept = outcomes.iter().filter(|one| (*one).borrow().is_recorded);
        let replaced = self.written - kept.count().min(self.written);
        if self.written > 0 && replaced * 4 <= self.written {
            let mut new = Vec::new();
            let outcomes = outcomes.iter().map(Borrow::borrow);
            for remembered in outcomes.filter(|one| !one.is_recorded) {
                write(&mut new, remembered, settled, now);
            }
            // A file that is gone, or another's by now, is written anew.
            let is_known = || append(path, &MAGIC, self.key, self.length, &new).unwrap_or_default();
            if new.is_empty() || is_known() {
                return Ok(());
            }
        }
        let parts = outcomes.chunks(RECORDS_A_PART * PARTS_AT_ONCE);
        let parts = parts.flat_map(|outcomes| {
            let parts = outcomes.par_chunks(RECORDS_A_PART).map(|chunk| {
                let mut part = Vec::new();
                for remembered in chunk {
                    write(&mut part, remembered.borrow(), settled, now);
                }
                vec![part]
            });
            parts.collect::<Vec<_>>()
        });
        store(path, &MAGIC, self.key, parts)
    }
}

fn write(out: &mut Vec<u8>, remembered: &Remembered, settled: i64, now: i64) {
    let Outcome::Post { meta, warnings } = &remembered.outcome else {
        return;
    };
    if (remembered.is_recorded || is_recordable(&remembered.outcome, settled, now))
        && let Some(record) = freeze(meta, warnings)
    {
        Entry::write(out, &meta.file, &record);
    }
}

/// Whether what was read of a file will still be true the next time.
pub(crate) fn is_recordable(outcome: &Outcome, settled: i64, now: i64) -> bool {
    match outcome {
        Outcome::Post { meta, .. } => {
            let is_ahead = meta.date.is_some_and(|date| date.seconds > now);
            meta.file.mtime != 0 && meta.file.mtime <= settled && !is_ahead
        }
        Outcome::SetAside(_) => false,
    }
}

impl From<Outcome> for Remembered {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            is_recorded: false,
        }
    }
}

/// What the records of a part say of these files, by their places, and how many records there are. What is known comes without its file.
fn thaw_part(bytes: &[u8], files: &[SourceFile]) -> (Vec<(usize, Remembered)>, usize) {
    let mut found = Vec::with_capacity(RECORDS_A_PART);
    let mut last = LastNames::default();
    let (mut at, mut count, mut next) = (0, 0, 0);
    while let Some(entry) = Entry::at(bytes, at) {
        at += entry.len();
        count += 1;
        let Some(place) = place_of(entry.path, files, next) else {
            continue;
        };
        next = place + 1;
        let file = &files[place];
        if (entry.size, entry.mtime) != (file.size, file.mtime) {
            continue;
        }
        if let Some(outcome) = thaw(entry.record, file, &mut last) {
            let is_recorded = true;
            found.push((
                place,
                Remembered {
                    outcome,
                    is_recorded,
                },
            ));
        }
    }
    (found, count)
}

/// Where among these files, which are in order, the one of a path is; most likely at `next`.
fn place_of(path: &[u8], files: &[SourceFile], next: usize) -> Option<usize> {
    let order = |file: &SourceFile| by_path(file.path.as_os_str().as_encoded_bytes(), path);
    if files.get(next).is_some_and(|file| order(file).is_eq()) {
        return Some(next);
    }
    files.binary_search_by(order).ok()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use newsprint_source::Reader;

    use super::*;

    fn file(number: usize) -> SourceFile {
        SourceFile {
            path: format!("{}/{number:05}.md", number % 3).into(),
            size: number as u64,
            mtime: 1,
        }
    }

    /// Files in order of their paths.
    fn files(numbers: impl Iterator<Item = usize>) -> Vec<SourceFile> {
        let mut files: Vec<SourceFile> = numbers.map(file).collect();
        files.sort_by(SourceFile::by_path);
        files
    }

    fn read(config: &Config, file: &SourceFile) -> Remembered {
        let text = format!(
            "---\ntitle: 第{}篇\ncategories: [甲, 乙]\ntags: [{}]\nslug: s\n---\n<p>文</p>\n",
            file.size,
            file.size % 2
        );
        let reader = Reader::new(config.timezone, config.excerpt_width, 0);
        reader.parse(file.clone(), text.as_bytes()).into()
    }

    /// What is known of these files, each of which must come out as if it had been read.
    fn known(path: &Path, config: &Config, files: &[SourceFile]) -> Option<usize> {
        let mut cache = PostCache::open(path, config).ok()?;
        let (known, damage) = cache.recall(&mut files.to_vec());
        for (known, file) in known.iter().zip(files) {
            let read = read(config, file).outcome;
            assert!(known.as_ref().is_none_or(|known| known.outcome == read));
        }
        assert_eq!(known.len(), files.len());
        let count = known.iter().flatten().count();
        assert!(damage.is_none() || count == 0);
        damage.is_none().then_some(count)
    }

    #[test]
    fn what_was_read_is_known_as_long_as_files_look_as_they_did() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let (path, config) = (folder.path().join("posts.cache"), Config::default());
        let all = files(0..3000);
        let outcomes: Vec<Remembered> = all.iter().map(|file| read(&config, file)).collect();
        PostCache::new(&config).store(&path, &outcomes, i64::MAX)?;
        assert_eq!(known(&path, &config, &all), Some(3000));
        assert_eq!(known(&path, &config, &files(2990..3010)), Some(10));
        assert_eq!(known(&path, &config, &[]), Some(0));
        let mut changed = all.clone();
        changed[7].size += 1;
        changed[2900].mtime += 1;
        assert_eq!(known(&path, &config, &changed), Some(2998));

        // Two that changed and one that is new are written behind the others.
        changed.push(file(4001));
        let mut cache = PostCache::open(&path, &config).unwrap_or_else(|_| PostCache::new(&config));
        let (mut now, _) = cache.recall(&mut changed.clone());
        for (known, file) in now.iter_mut().zip(&changed) {
            known.get_or_insert_with(|| read(&config, file));
        }
        let now: Vec<Remembered> = now.into_iter().flatten().collect();
        let before = std::fs::metadata(&path)?.len();
        cache.store(&path, &now, i64::MAX)?;
        assert!(std::fs::metadata(&path)?.len() < before + before / 100);
        assert_eq!(known(&path, &config, &changed), Some(3001));
        Ok(())
    }

    #[test]
    fn of_records_that_are_damaged_none_is_used() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let (path, config) = (folder.path().join("posts.cache"), Config::default());
        let all = files(0..3000);
        let outcomes: Vec<Remembered> = all.iter().map(|file| read(&config, file)).collect();
        PostCache::new(&config).store(&path, &outcomes, i64::MAX)?;
        let whole = std::fs::read(&path)?;
        for at in [100, whole.len() / 2, whole.len() - 1] {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            std::fs::write(&path, damaged)?;
            assert_eq!(known(&path, &config, &all), None, "byte {at}");
            std::fs::write(&path, &whole[..at])?;
            assert_eq!(known(&path, &config, &all), None, "{at} bytes");
        }
        Ok(())
    }
}
