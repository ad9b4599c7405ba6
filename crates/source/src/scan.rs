//! Walking the content folder: which files are posts, which are assets, and what could not be read.

mod crew;
mod folder;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use newsprint_model::{Diagnostic, SourceFile};
use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use folder::Folder;

/// What a content folder holds.
#[derive(Debug, Default)]
pub struct Scan {
    /// The files that are posts, sorted by path.
    pub posts: Vec<SourceFile>,
    /// Every other file that belongs to the site, sorted by path.
    pub assets: Vec<SourceFile>,
    /// Links that lead in a circle or nowhere, folders and files that may not be read; sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether something could not be read, so that files may exist which are not listed here.
    pub incomplete: bool,
}

/// With so many folders to walk it no longer pays to look for more of them a level deeper.
const ENOUGH_TASKS: usize = 32;

/// How many levels are read one after another in search of folders to walk in parallel.
const TASK_DEPTH: usize = 3;

/// Walks `content` (which may itself be a symbolic link) and sorts what it finds.
///
/// Symbolic links are followed. One that leads back into a folder above it, or nowhere, is
/// reported and left out, and so is everything that may not be read; nothing of that ends the
/// walk. Hidden files, the backups and locks of editors and the droppings of file managers are
/// passed over silently.
pub fn scan(content: &Path) -> Scan {
    let mut scan = Scan::default();
    let mut folders = vec![content.to_owned()];
    for _ in 0..TASK_DEPTH {
        if folders.len() >= ENOUGH_TASKS {
            break;
        }
        let mut below = Vec::new();
        for folder in &folders {
            let mut level = Walk::new(content, folder);
            level.run(1, |deeper| below.push(deeper));
            scan.join(level.found);
        }
        folders = below;
    }
    let parts = crew::walk_all(&folders, |folder| {
        let mut whole = Walk::new(content, folder);
        whole.run(usize::MAX, |_| {});
        let entries = whole.found.posts.len() + whole.found.assets.len();
        (whole.found, entries)
    });
    let files = |of: fn(&Scan) -> &Vec<SourceFile>| parts.iter().map(|part| of(part).len()).sum();
    scan.posts.reserve(files(|part| &part.posts));
    scan.assets.reserve(files(|part| &part.assets));
    for part in parts {
        scan.join(part);
    }
    scan.posts.par_sort_unstable_by(SourceFile::by_path);
    scan.assets.par_sort_unstable_by(SourceFile::by_path);
    scan.diagnostics.sort_unstable();
    scan.diagnostics.dedup();
    scan
}

impl Scan {
    fn join(&mut self, other: Self) {
        self.posts.extend(other.posts);
        self.assets.extend(other.assets);
        self.diagnostics.extend(other.diagnostics);
        self.incomplete |= other.incomplete;
    }
}

/// What a single path below a content folder is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// A post.
    Post(SourceFile),
    /// Another file that belongs to the site.
    Asset(SourceFile),
    /// Nothing any more: neither a file nor a folder.
    Gone,
    /// A hidden file or clutter, which a walk passes over.
    Ignored,
    /// A folder, a link, something below a link, or something that may not be read: only a walk can tell what it means.
    NeedsWalk,
}

/// Looks at one path, relative to `content`, as [`scan`](scan()) would have found it.
pub fn look(content: &Path, path: &Path) -> Look {
    if path.iter().any(is_clutter) {
        return Look::Ignored;
    }
    let mut above = content.to_owned();
    for part in path.parent().unwrap_or(Path::new("")) {
        above.push(part);
        match above.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => {}
            Err(error) if is_absent(&error) => return Look::Gone,
            _ => return Look::NeedsWalk,
        }
    }
    let metadata = match content.join(path).symlink_metadata() {
        Ok(metadata) if metadata.is_file() => metadata,
        Err(error) if is_absent(&error) => return Look::Gone,
        _ => return Look::NeedsWalk,
    };
    let file = SourceFile {
        path: path.to_owned(),
        size: metadata.len(),
        mtime: metadata.modified().map_or(0, nanoseconds),
    };
    if path.file_name().is_some_and(is_post) {
        Look::Post(file)
    } else {
        Look::Asset(file)
    }
}

fn is_absent(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
    )
}

/// The walk of one folder.
struct Walk<'a> {
    content: &'a Path,
    folder: &'a Path,
    /// The folder without symbolic links in it, to recognise a link that leads above it.
    real_folder: Option<PathBuf>,
    /// The folder of the file that was taken last: the next one mostly is in it as well.
    last: Option<Folder>,
    found: Scan,
}

impl<'a> Walk<'a> {
    fn new(content: &'a Path, folder: &'a Path) -> Self {
        Self {
            content,
            folder,
            real_folder: folder.canonicalize().ok(),
            last: None,
            found: Scan::default(),
        }
    }

    /// Takes the files down to `depth` levels; folders at the last level are handed to `deeper`.
    fn run(&mut self, depth: usize, mut deeper: impl FnMut(PathBuf)) {
        let mut entries = WalkDir::new(self.folder)
            .min_depth(1)
            .max_depth(depth)
            .follow_links(true)
            .into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.report(&error);
                    continue;
                }
            };
            let is_folder = entry.file_type().is_dir();
            if is_clutter(entry.file_name()) {
                if is_folder && depth > 1 {
                    entries.skip_current_dir();
                }
            } else if !is_folder {
                self.take(&entry);
            } else if let Some(diagnostic) = self.leads_back(&entry) {
                self.found.diagnostics.push(diagnostic);
                if depth > 1 {
                    entries.skip_current_dir();
                }
            } else if entry.depth() == depth {
                deeper(entry.into_path());
            }
        }
    }

    /// What is wrong with a link to a folder that is walked anyway: one above it, or another one of the content.
    /// (walkdir itself sees the circles that lie wholly below.)
    fn leads_back(&self, entry: &DirEntry) -> Option<Diagnostic> {
        if !entry.path_is_symlink() {
            return None;
        }
        let target = entry.path().canonicalize().ok()?;
        let is_above = |folder: &PathBuf| folder.starts_with(&target);
        if self.real_folder.as_ref().is_some_and(is_above) {
            return Some(circle(self.content, entry.path()));
        }
        let content = self.content.canonicalize().ok()?;
        target.starts_with(content).then(|| {
            Diagnostic::warning("this link leads to another folder of the content")
                .at(site_path(below(self.content, entry.path())))
                .hint("it was not followed: its posts would be there twice")
        })
    }

    fn take(&mut self, entry: &DirEntry) {
        if !entry.file_type().is_file() {
            self.found.diagnostics.push(
                Diagnostic::warning("it is neither a file nor a folder")
                    .at(site_path(below(self.content, entry.path())))
                    .hint("pipes, sockets and devices are left out"),
            );
            return;
        }
        let mut folder = match self.last.take() {
            Some(folder) if folder.holds(entry) => folder,
            _ => Folder::of(entry, self.content),
        };
        match folder.file(entry) {
            Ok(file) if is_post(entry.file_name()) => self.found.posts.push(file),
            Ok(file) => self.found.assets.push(file),
            Err(error) => self.report(&error),
        }
        self.last = Some(folder);
    }

    fn report(&mut self, error: &walkdir::Error) {
        let path = error.path().unwrap_or(self.folder);
        let diagnostic = if error.loop_ancestor().is_some() {
            circle(self.content, path)
        } else {
            let cause = error
                .io_error()
                .map_or_else(|| error.to_string(), ToString::to_string);
            let at = site_path(below(self.content, path));
            self.found.incomplete = true;
            Diagnostic::warning(format!("it could not be read: {cause}"))
                .at(at)
                .hint("pages that earlier builds made of what is there stay as they are")
        };
        self.found.diagnostics.push(diagnostic);
    }
}

fn circle(content: &Path, link: &Path) -> Diagnostic {
    Diagnostic::warning("this link leads back to a folder above it")
        .at(site_path(below(content, link)))
        .hint("it was not followed")
}

fn below<'a>(content: &Path, path: &'a Path) -> &'a Path {
    path.strip_prefix(content).unwrap_or(path)
}

/// How reports name a file of the content folder.
fn site_path(path: &Path) -> String {
    let file = SourceFile {
        path: path.to_owned(),
        size: 0,
        mtime: 0,
    };
    let key = file.key();
    if key.is_empty() {
        "content".into()
    } else {
        format!("content/{key}")
    }
}

fn nanoseconds(time: std::time::SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |n| -n),
    }
}

/// Whether the extension says that a file is a post: `.md`, `.markdown`, `.mdown`, `.mkd`.
fn is_post(name: &OsStr) -> bool {
    Path::new(name).extension().is_some_and(|extension| {
        ["md", "markdown", "mdown", "mkd"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// Hidden files, and what editors and file managers leave behind.
fn is_clutter(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    let ends = |suffix: &[u8]| {
        name.last_chunk::<4>()
            .is_some_and(|end| end.eq_ignore_ascii_case(suffix))
    };
    matches!(name, [b'.', ..] | [.., b'~'] | [b'#', .., b'#'])
        || [b".swp", b".swo", b".tmp"]
            .into_iter()
            .any(|suffix| ends(suffix))
        || name.eq_ignore_ascii_case(b"thumbs.db")
        || name.eq_ignore_ascii_case(b"desktop.ini")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clutter_is_told_from_files() {
        for name in [
            ".git",
            ".DS_Store",
            ".#a.md",
            "a.md~",
            "#a.md#",
            "a.md.swp",
            "a.TMP",
            "Thumbs.db",
            "desktop.ini",
        ] {
            assert!(is_clutter(name.as_ref()), "{name}");
        }
        for name in [
            "a.md",
            "#1 的选择.md",
            "~a.md",
            "a.swp.md",
            "#",
            "thumbs.db.png",
            "说明.tmpl",
            "x",
        ] {
            assert!(!is_clutter(name.as_ref()), "{name}");
        }
    }

    #[test]
    fn posts_are_told_by_their_extension() {
        for name in ["a.md", "b/a.MD", "a.markdown", "a.mdown", "a.Mkd", "a.b.md"] {
            assert!(is_post(name.as_ref()), "{name}");
        }
        for name in ["a.html", "a.txt", "md", ".md", "a.mdx", "a.md.bak", "a"] {
            assert!(!is_post(name.as_ref()), "{name}");
        }
    }
}
