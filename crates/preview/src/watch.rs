//! Hears of changes in the site folder, and gathers those that belong together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use newsprint_model::config;
use notify::event::{AccessKind, AccessMode, CreateKind, EventKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

/// The folders of a site that a build reads.
pub(crate) const FOLDERS: [&str; 5] = ["content", "static", "themes", "templates", "i18n"];

/// After so long without another change, those so far are taken to belong together: editors write, rename and remove within a
/// few milliseconds.
const QUIET: Duration = Duration::from_millis(20);

/// The same where very many files change, as when another branch is checked out.
const QUIET_AFTER_MANY: Duration = Duration::from_millis(120);
const MANY: usize = 100;

/// A file that somebody still has open for writing is waited for, but not longer than this.
const UNFINISHED: Duration = Duration::from_secs(1);

/// Changes that never stop are taken in all the same.
const LONGEST: Duration = Duration::from_secs(2);

/// What has changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Batch {
    /// Paths, as they lead down from the site folder.
    pub(crate) paths: BTreeSet<PathBuf>,
    /// Whether there may be more than these.
    pub(crate) and_more: bool,
}

/// One thing heard.
#[derive(Debug)]
enum Heard {
    Change {
        path: PathBuf,
        is_open: Option<bool>,
    },
    /// The system could not tell everything.
    More,
}

/// Watches a site folder.
pub(crate) struct Watch {
    /// The folder, by the name that changes are told by.
    pub(crate) root: PathBuf,
    watcher: RecommendedWatcher,
    watched: BTreeSet<PathBuf>,
    receiver: Receiver<Heard>,
}

impl Watch {
    /// Watches the site folder given.
    ///
    /// # Errors
    /// What keeps the system from watching: most often, too many folders.
    pub(crate) fn new(root: &Path) -> notify::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let watcher = notify::recommended_watcher(move |event| hear(event, &sender))?;
        let mut watch = Self {
            root: root.canonicalize().map_err(notify::Error::io)?,
            watcher,
            watched: BTreeSet::new(),
            receiver,
        };
        watch
            .watcher
            .watch(&watch.root, RecursiveMode::NonRecursive)?;
        watch.cover(&Batch::default(), &[])?;
        Ok(watch)
    }

    /// Watches what has come since the last time, and again what was put in the place of something else. `rules` are the
    /// files that the configuration names.
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub(crate) fn cover(&mut self, batch: &Batch, rules: &[String]) -> notify::Result<()> {
        let folders = FOLDERS
            .iter()
            .map(|name| (self.root.join(name), RecursiveMode::Recursive));
        let beside = rules.iter().filter_map(|name| {
            let folder = self.root.join(name).parent()?.to_owned();
            (folder != self.root).then_some((folder, RecursiveMode::NonRecursive))
        });
        for (folder, mode) in folders.chain(beside).collect::<Vec<_>>() {
            let is_there = folder.is_dir();
            // A link that leads elsewhere now, or another folder of the same name.
            if self.watched.contains(&folder) && (!is_there || batch.paths.contains(&folder)) {
                // What is gone is no longer watched anyway.
                let _ = self.watcher.unwatch(&folder);
                self.watched.remove(&folder);
            }
            if is_there && !self.watched.contains(&folder) {
                self.watcher.watch(&folder, mode)?;
                self.watched.insert(folder);
            }
        }
        Ok(())
    }

    /// Waits for the next changes, at most so long; says when the first of them was heard of.
    pub(crate) fn next(&self, patience: Option<Duration>) -> Option<(Batch, Instant)> {
        let first = match patience {
            Some(patience) => self.receiver.recv_timeout(patience).ok()?,
            None => self.receiver.recv().ok()?,
        };
        Some(gather(first, |wait| self.receiver.recv_timeout(wait)))
    }
}

/// Gathers what is heard until it is quiet.
fn gather(
    first: Heard,
    mut next: impl FnMut(Duration) -> Result<Heard, RecvTimeoutError>,
) -> (Batch, Instant) {
    let since = Instant::now();
    let mut batch = Batch::default();
    let mut open: BTreeMap<PathBuf, Instant> = BTreeMap::new();
    let take = |heard, batch: &mut Batch, open: &mut BTreeMap<PathBuf, Instant>| match heard {
        Heard::More => batch.and_more = true,
        Heard::Change { path, is_open } => {
            match is_open {
                Some(true) => {
                    open.entry(path.clone()).or_insert_with(Instant::now);
                }
                Some(false) => {
                    open.remove(&path);
                }
                None => {}
            }
            batch.paths.insert(path);
        }
    };
    take(first, &mut batch, &mut open);
    while since.elapsed() < LONGEST {
        let quiet = if batch.paths.len() > MANY {
            QUIET_AFTER_MANY
        } else {
            QUIET
        };
        let unfinished = open
            .values()
            .map(|since| UNFINISHED.saturating_sub(since.elapsed()))
            .max();
        match next(quiet.max(unfinished.unwrap_or_default())) {
            Ok(heard) => take(heard, &mut batch, &mut open),
            Err(_) => break,
        }
    }
    (batch, since)
}

/// Passes on what could matter. That files are opened and read is heard as well, and by far most often from the preview itself.
fn hear(event: notify::Result<notify::Event>, sender: &Sender<Heard>) {
    let Ok(event) = event else {
        let _ = sender.send(Heard::More);
        return;
    };
    if event.need_rescan() {
        let _ = sender.send(Heard::More);
    }
    let is_open = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(false),
        EventKind::Access(_) => return,
        // Only here does every write end with a word about its end.
        EventKind::Create(CreateKind::File) | EventKind::Modify(ModifyKind::Data(_))
            if cfg!(target_os = "linux") =>
        {
            Some(true)
        }
        EventKind::Modify(ModifyKind::Name(_)) | EventKind::Remove(_) => Some(false),
        _ => None,
    };
    for path in event.paths {
        // The keeper may have gone: then the process ends.
        let _ = sender.send(Heard::Change { path, is_open });
    }
}

/// Where a path lies in a site.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of `content/`.
    AllContent,
    /// Below `content/`.
    Content(PathBuf),
    /// Something else that a build reads.
    Else,
    /// Nothing that a build reads.
    None,
}

/// Says where a path, given from the site folder on, lies. `rules` are the files that the configuration names.
pub(crate) fn part(path: &Path, rules: &[String]) -> Part {
    let mut parts = path.iter();
    let Some(top) = parts.next() else {
        return Part::None;
    };
    let below = parts.as_path();
    if top == "content" {
        return if below.as_os_str().is_empty() {
            Part::AllContent
        } else {
            Part::Content(below.to_owned())
        };
    }
    let is_ours = || FOLDERS.iter().any(|folder| top == *folder) && !is_scratch(path);
    let files = [config::FILE_NAME, "about.md", "about.html"];
    let is_named = || {
        let names = files.into_iter().chain(rules.iter().map(String::as_str));
        names.into_iter().any(|name| path == Path::new(name))
    };
    if is_ours() || is_named() {
        Part::Else
    } else {
        Part::None
    }
}

/// What editors leave behind for a moment.
fn is_scratch(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_swap = name.starts_with('.')
        && [".swp", ".swx", ".swo"]
            .iter()
            .any(|end| name.ends_with(end));
    name.ends_with('~') || is_swap || name.starts_with(".#") || name == "4913"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(path: &str, is_open: Option<bool>) -> Heard {
        Heard::Change {
            path: path.into(),
            is_open,
        }
    }

    #[test]
    fn what_belongs_together_is_gathered() {
        let mut heard = vec![
            change("b", None),
            change("a", None),
            change("b", None),
            Heard::More,
        ]
        .into_iter();
        let first = heard.next().expect("one");
        let (batch, _) = gather(first, |_| heard.next().ok_or(RecvTimeoutError::Timeout));
        assert_eq!(batch.paths, BTreeSet::from(["a".into(), "b".into()]));
        assert!(batch.and_more);
    }

    #[test]
    fn a_file_that_is_being_written_is_waited_for() {
        let mut waits = Vec::new();
        let mut heard = vec![change("a", Some(true)), change("a", Some(false))].into_iter();
        gather(change("a", None), |wait| {
            waits.push(wait);
            heard.next().ok_or(RecvTimeoutError::Timeout)
        });
        assert_eq!(waits.len(), 3);
        assert!(
            waits[0] == QUIET && waits[1] > QUIET && waits[2] == QUIET,
            "{waits:?}"
        );
    }

    #[test]
    fn changes_that_never_stop_are_taken_in() {
        let since = Instant::now();
        let (batch, _) = gather(change("a", None), |_| {
            std::thread::sleep(Duration::from_millis(5));
            Ok(change("a", None))
        });
        assert_eq!(batch.paths.len(), 1);
        assert!(since.elapsed() >= LONGEST && since.elapsed() < 3 * LONGEST);
    }

    #[test]
    fn only_what_a_build_reads_counts() {
        let rules = ["rules/own.json".to_owned()];
        let cases = [
            ("content", Part::AllContent),
            ("content/a/b.md", Part::Content("a/b.md".into())),
            ("static/.well-known/x", Part::Else),
            ("themes/own/theme.toml", Part::Else),
            ("templates/post.html", Part::Else),
            ("i18n/en.toml", Part::Else),
            ("newsprint.toml", Part::Else),
            ("about.md", Part::Else),
            ("rules/own.json", Part::Else),
            ("rules/other.json", Part::None),
            ("static/.a.css.swp", Part::None),
            ("static/a.css~", Part::None),
            ("static/4913", Part::None),
            ("public/index.html", Part::None),
            (".newsprint/ledger.tsv", Part::None),
            (".git/HEAD", Part::None),
            ("newsprint.toml~", Part::None),
            ("", Part::None),
        ];
        for (path, expected) in cases {
            assert_eq!(part(Path::new(path), &rules), expected, "{path}");
        }
    }
}
