//! What changed in a site folder, sorted by what it is to the site.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use newsprint_build::preview::Changes;
use walkdir::WalkDir;

use crate::watch::{Batch, FOLDERS, Part, part};

/// What changed, as far as it concerns the site.
#[derive(Debug, Default)]
pub(crate) struct News {
    pub(crate) changes: Option<Changes>,
    /// The files, as the owner would type them.
    pub(crate) files: BTreeSet<String>,
    /// Whether anything beside posts and their assets changed.
    pub(crate) has_else: bool,
}

impl News {
    /// Nobody knows what.
    pub(crate) fn anything(has_else: bool) -> Self {
        Self {
            changes: Some(Changes::Anything),
            has_else,
            files: BTreeSet::new(),
        }
    }
}

/// Sorts changed paths by what they are to a site.
pub(crate) fn sort(root: &Path, batch: &Batch, rules: &[String]) -> News {
    let mut news = News::default();
    let mut below_content = BTreeSet::new();
    let mut is_walk_due = batch.and_more;
    for path in &batch.paths {
        let Ok(inside) = path.strip_prefix(root) else {
            // Where a link leads is told by the other name, on some systems.
            is_walk_due = true;
            continue;
        };
        let part = part(inside, rules);
        if part == Part::None {
            continue;
        }
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        match part {
            Part::AllContent => is_walk_due = true,
            Part::Content(path) => {
                below_content.insert(path);
            }
            Part::Else | Part::None => news.has_else = true,
        }
        news.files.insert(parts.join("/"));
    }
    // What the system did not tell may be anything.
    news.has_else |= batch.and_more;
    if is_walk_due {
        news.changes = Some(Changes::Anything);
    } else if news.has_else || !below_content.is_empty() {
        news.changes = Some(Changes::Paths(below_content));
    }
    news
}

/// Whether folders are among the changes.
pub(crate) fn needs_second_look(root: &Path, news: &News) -> bool {
    match &news.changes {
        Some(Changes::Paths(paths)) => paths
            .iter()
            .any(|path| root.join("content").join(path).is_dir()),
        _ => false,
    }
}

/// A file, its length and its time of change in nanoseconds.
type Stamp = (PathBuf, u64, u128);

/// What the files that are no posts look like, where nobody tells of changes.
pub(crate) fn stamps(root: &Path) -> Vec<Stamp> {
    let beside = FOLDERS
        .iter()
        .filter(|folder| **folder != "content")
        .map(|folder| root.join(folder));
    let top = std::fs::read_dir(root)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_file());
    beside
        .chain(top)
        .flat_map(|path| WalkDir::new(path).follow_links(true).sort_by_file_name())
        .flatten()
        .filter_map(|entry| {
            let metadata = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
            let time = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
            Some((entry.into_path(), metadata.len(), time.as_nanos()))
        })
        .collect()
}
