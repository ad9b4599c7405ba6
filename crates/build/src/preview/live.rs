//! What was read of every post, kept up to date.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use newsprint_model::{Diagnostic, SourceFile};
use newsprint_source::{Look, Outcome, Reader, Scan};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Options;
use crate::cache::posts::{PostCache, Remembered, is_recordable, settled};
use crate::folder::SiteFolder;
use crate::ledger::{Ledger, hash_of_post};
use crate::prepare::{Frame, Phases, Prepared, assemble, load_ledger, open};
use crate::progress::Progress;
use crate::read::{Found, ReadPosts, gather};
use crate::sink::Stamp;

/// What may have changed since the last time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes {
    /// Anything: the whole content folder is walked, and what looks as it did is not read again.
    Anything,
    /// These paths below `content/`, and perhaps whatever is not below it.
    Paths(BTreeSet<PathBuf>),
}

/// A site folder that is followed.
pub struct Live {
    root: PathBuf,
    options: Options,
    posts: Option<Posts>,
    /// What was wrong with the records of the last build.
    damage: Option<Diagnostic>,
    ledger: KnownLedger,
}

/// What was read under certain settings.
struct Posts {
    settings: Settings,
    known: FxHashMap<PathBuf, Known>,
    assets: BTreeMap<PathBuf, SourceFile>,
    diagnostics: Vec<Diagnostic>,
    incomplete: bool,
    /// Counts the changes.
    revision: u64,
    /// The records of the last build, until this reading has been noted with them.
    records: Option<PostCache>,
    /// Whether the folder must be walked before anything here may be used.
    is_stale: bool,
}

/// The settings that decide what is read of a post.
#[derive(PartialEq, Eq)]
struct Settings {
    content: PathBuf,
    timezone: &'static str,
    excerpt_width: usize,
}

/// What was read of a file.
struct Known {
    size: u64,
    mtime: i64,
    /// Whether a file of this length and time of change must be the same.
    is_settled: bool,
    remembered: Remembered,
}

impl Live {
    /// For the site folder given. Nothing is read yet.
    pub fn new(root: &Path, options: Options) -> Self {
        Self {
            root: root.to_owned(),
            options,
            posts: None,
            damage: None,
            ledger: None,
        }
    }

    /// Reads what changed, at the time `now` (seconds since 1970); says whether that made a difference to any post or asset.
    ///
    /// # Errors
    /// A site folder or a configuration that cannot be used. The changes are not forgotten: the next call takes them in too.
    pub fn follow(
        &mut self,
        changes: &Changes,
        now: i64,
        progress: &dyn Progress,
    ) -> Result<bool, Vec<Diagnostic>> {
        self.options.now = now;
        let (folder, config) = open(&self.root, &self.options).map_err(|error| {
            if let Some(posts) = &mut self.posts {
                posts.is_stale = true;
            }
            vec![error]
        })?;
        let settings = Settings {
            content: folder.content.clone(),
            timezone: config.timezone.name(),
            excerpt_width: config.excerpt_width,
        };
        let mut posts = match self.posts.take() {
            Some(posts) if posts.settings == settings => posts,
            _ => Posts::new(settings),
        };
        let before = posts.revision;
        let reader = Reader::new(config.timezone, config.excerpt_width, now);
        let reading = Reading {
            content: &folder.content,
            reader: &reader,
            now,
            progress,
        };
        let is_done = match changes {
            Changes::Paths(paths) => !posts.is_stale && posts.look(&reading, paths),
            Changes::Anything => false,
        };
        self.damage = None;
        if !is_done {
            progress.begin("scan", 0);
            // The records of the last build stand in for what was not read yet.
            let wants_records = posts.known.is_empty() && !self.options.clean;
            let (scan, cache) = rayon::join(
                || newsprint_source::scan(&folder.content),
                || match wants_records {
                    true => PostCache::open(&folder.post_cache_file(), &config),
                    false => Ok(PostCache::new(&config)),
                },
            );
            let mut cache = cache.unwrap_or_else(|damage| {
                self.damage = Some(damage);
                PostCache::new(&config)
            });
            let damage = posts.walk(&reading, scan, &mut cache);
            self.damage = self.damage.take().or(damage);
            if wants_records {
                posts.records = Some(cache);
            }
        }
        let is_news = posts.revision != before;
        self.posts = Some(posts);
        Ok(is_news)
    }

    /// Notes what was read for the next build or preview, where builds keep their records; once, after the first reading.
    ///
    /// # Errors
    /// Whatever the file system says. Nothing is lost by it but time.
    pub fn keep_records(&mut self) -> io::Result<()> {
        let folder = SiteFolder::at(&self.root, None);
        let Some(posts) = &mut self.posts else {
            return Ok(());
        };
        let Some(records) = posts.records.take().filter(|_| folder.state.is_dir()) else {
            return Ok(());
        };
        let mut settled: Vec<(&PathBuf, &Remembered)> = posts
            .known
            .iter()
            .filter(|(_, known)| known.is_settled)
            .map(|(path, known)| (path, &known.remembered))
            .collect();
        settled.par_sort_unstable_by_key(|(path, _)| *path);
        let settled: Vec<&Remembered> = settled.into_iter().map(|(_, one)| one).collect();
        records.store(&folder.post_cache_file(), &settled, self.options.now)
    }

    /// Makes the site of what was read last, with everything else as it is now.
    ///
    /// # Errors
    /// Whatever would stop a build before its first page.
    pub fn prepare(&mut self, progress: &dyn Progress) -> Result<Prepared, Vec<Diagnostic>> {
        let mut phases = Phases::default();
        let (folder, config) = open(&self.root, &self.options).map_err(|error| vec![error])?;
        let (posts, known_ledger) = (self.posts.as_ref(), &mut self.ledger);
        let (frame, (read, ledger)) = rayon::join(
            || Frame::load(folder.clone(), config),
            || {
                rayon::join(
                    || gathered(posts, &self.options),
                    || current_ledger(&folder, known_ledger),
                )
            },
        );
        let (mut frame, ledger) = (frame?, ledger?);
        frame.warnings.extend(self.damage.clone());
        phases.end("load");
        assemble(frame, read, ledger, &self.options, phases, progress)
    }
}

/// The posts as a build would have read them.
fn gathered(posts: Option<&Posts>, options: &Options) -> ReadPosts {
    let none = FxHashMap::default();
    let known = posts.map_or(&none, |posts| &posts.known);
    let known: Vec<(&PathBuf, &Known)> = known.iter().collect();
    let outcomes: Vec<Outcome> = known
        .par_iter()
        .map(|(_, known)| known.remembered.outcome.clone())
        .collect();
    let hash_of = |path: &Path| {
        let (path, size, mtime) = (path.to_owned(), 0, 0);
        hash_of_post(&SourceFile { path, size, mtime }.key())
    };
    let found = Found {
        post_files: known.iter().map(|(path, _)| hash_of(path)).collect(),
        assets: posts.map_or_else(Vec::new, |posts| posts.assets.values().cloned().collect()),
        diagnostics: posts.map_or_else(Vec::new, |posts| posts.diagnostics.clone()),
        incomplete: posts.is_some_and(|posts| posts.incomplete),
    };
    let mut read = gather(found, outcomes.into_iter(), options);
    read.report.skipped.sort();
    read
}

/// A ledger with what was odd about it, as it was read from a file that looked like this.
type KnownLedger = Option<(Stamp, Ledger, Vec<Diagnostic>)>;

/// The ledger as it stands in the site folder: a build may run beside the preview.
fn current_ledger(
    folder: &SiteFolder,
    known: &mut KnownLedger,
) -> Result<(Ledger, Vec<Diagnostic>), Vec<Diagnostic>> {
    let stamp = std::fs::metadata(folder.ledger_file())
        .map(|metadata| Stamp::of(&metadata))
        .ok();
    if let (Some((as_read, ledger, damage)), Some(stamp)) = (&known, stamp)
        && as_read.is_still(Some(stamp))
    {
        return Ok((ledger.clone(), damage.clone()));
    }
    let (ledger, damage) = load_ledger(folder).map_err(|error| vec![error])?;
    *known = stamp.map(|stamp| (stamp, ledger.clone(), damage.clone()));
    Ok((ledger, damage))
}

/// How posts are read this time.
struct Reading<'a> {
    content: &'a Path,
    reader: &'a Reader,
    now: i64,
    progress: &'a dyn Progress,
}

impl Reading<'_> {
    fn read(&self, file: SourceFile) -> Known {
        let settled = settled();
        let (size, mtime) = (file.size, file.mtime);
        let outcome = self.reader.read(self.content, file);
        Known {
            size,
            mtime,
            is_settled: is_recordable(&outcome, settled, self.now),
            remembered: outcome.into(),
        }
    }
}

impl Posts {
    fn new(settings: Settings) -> Self {
        Self {
            settings,
            known: FxHashMap::default(),
            assets: BTreeMap::new(),
            diagnostics: Vec::new(),
            incomplete: false,
            revision: 0,
            records: None,
            is_stale: true,
        }
    }

    /// Takes in what a walk found. What looks as it did, here or in the records of the last build, is not read again; what
    /// is wrong with those records is said.
    fn walk(
        &mut self,
        reading: &Reading<'_>,
        scan: Scan,
        cache: &mut PostCache,
    ) -> Option<Diagnostic> {
        reading.progress.begin("read", scan.posts.len());
        if self.known.len() + self.assets.len() > 0 {
            let posts: FxHashSet<&Path> = scan.posts.iter().map(|file| &*file.path).collect();
            let assets: FxHashSet<&Path> = scan.assets.iter().map(|file| &*file.path).collect();
            self.remove(|path| !posts.contains(path) && !assets.contains(path));
        }
        let all = scan.posts.len();
        let mut new: Vec<SourceFile> = scan
            .posts
            .into_iter()
            .filter(|file| {
                let is_known = |known: &Known| {
                    known.is_settled && known.size == file.size && known.mtime == file.mtime
                };
                !self.known.get(&file.path).is_some_and(is_known)
            })
            .collect();
        reading.progress.advance(all - new.len());
        let looks: Vec<(PathBuf, u64, i64)> = new
            .iter()
            .map(|file| (file.path.clone(), file.size, file.mtime))
            .collect();
        let (known, damage) = cache.recall(&mut new);
        let read: Vec<(PathBuf, Known)> = new
            .into_par_iter()
            .zip(known)
            .zip(looks)
            .with_min_len(16)
            .map(|((file, known), (path, size, mtime))| {
                reading.progress.advance(1);
                let known = match known {
                    Some(remembered) => Known {
                        size,
                        mtime,
                        is_settled: true,
                        remembered,
                    },
                    None => reading.read(file),
                };
                (path, known)
            })
            .collect();
        self.take(read);
        for file in scan.assets {
            self.take_asset(file);
        }
        if self.diagnostics != scan.diagnostics || self.incomplete != scan.incomplete {
            self.diagnostics = scan.diagnostics;
            self.incomplete = scan.incomplete;
            self.revision += 1;
        }
        self.is_stale = false;
        damage
    }

    /// Looks at these paths alone; gives up where only a walk can tell what became of them.
    fn look(&mut self, reading: &Reading<'_>, paths: &BTreeSet<PathBuf>) -> bool {
        let looks: Vec<Look> = paths
            .par_iter()
            .map(|path| newsprint_source::look(reading.content, path))
            .collect();
        // What a walk found odd may be mended by any of these.
        if !self.diagnostics.is_empty() || self.incomplete || looks.contains(&Look::NeedsWalk) {
            return false;
        }
        let (mut posts, mut gone) = (Vec::new(), Vec::new());
        for (path, look) in paths.iter().zip(looks) {
            match look {
                Look::Post(file) => posts.push(file),
                Look::Asset(file) => self.take_asset(file),
                Look::Gone => gone.push(path),
                Look::Ignored | Look::NeedsWalk => {}
            }
        }
        if !gone.is_empty() {
            // Whatever of them was a folder took everything in it with it.
            let gone: FxHashSet<&Path> = gone.into_iter().map(|path| &**path).collect();
            self.remove(|path| path.ancestors().any(|above| gone.contains(above)));
        }
        let read: Vec<(PathBuf, Known)> = posts
            .into_par_iter()
            .map(|file| (file.path.clone(), reading.read(file)))
            .collect();
        self.take(read);
        true
    }

    fn take(&mut self, read: Vec<(PathBuf, Known)>) {
        for (path, known) in read {
            let before = self.known.get(&path);
            if before.is_none_or(|before| before.remembered.outcome != known.remembered.outcome) {
                self.revision += 1;
            }
            self.known.insert(path, known);
        }
    }

    fn take_asset(&mut self, file: SourceFile) {
        if self.assets.get(&file.path) != Some(&file) {
            self.revision += 1;
            self.assets.insert(file.path.clone(), file);
        }
    }

    fn remove(&mut self, is_gone: impl Fn(&Path) -> bool) {
        let before = self.known.len() + self.assets.len();
        self.known.retain(|path, _| !is_gone(path));
        self.assets.retain(|path, _| !is_gone(path));
        if self.known.len() + self.assets.len() < before {
            self.revision += 1;
        }
    }
}
