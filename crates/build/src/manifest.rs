//! What earlier builds made in an output folder: the only files there that may ever be removed.
//!
//! The list holds more lines than anybody wants to write twice in a build. So it is written only when it changes, and that
//! a build is under way is told by a second, empty file beside it.

use std::fs;
use std::io;
use std::path::Path;

use crate::names;
use crate::sink::{write_scratch, write_state};

/// The first two lines of the file, which name its form.
const HEADER: &str = "newsprint output 1\nfinished\n";

/// The paths of files made, relative to the output folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    text: String,
    /// Whether the build that wrote it had not finished.
    pub unfinished: bool,
}

impl Manifest {
    /// Lists these paths, with `/` between their parts; sorted, each once.
    pub fn of<'a>(files: impl Iterator<Item = &'a str>) -> Self {
        let mut text = HEADER.to_owned();
        // A name with a line end in it cannot be listed, and so is never removed.
        for file in files.filter(|file| !file.contains(['\n', '\r'])) {
            text.push_str(file);
            text.push('\n');
        }
        Self {
            text,
            unfinished: false,
        }
    }

    /// Reads a manifest. A missing, foreign or damaged one is an empty one: then nothing is removed.
    pub fn load(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        let is_ours = text.starts_with(HEADER);
        Self {
            text: if is_ours { text } else { String::new() },
            unfinished: is_ours && under_way(path).exists(),
        }
    }

    /// The paths, sorted.
    pub fn files(&self) -> Vec<&str> {
        let lines = self.text.get(HEADER.len()..).unwrap_or_default().lines();
        let mut files: Vec<&str> = lines.filter(|line| names::is_inside(line)).collect();
        if !files.is_sorted() {
            files.sort_unstable();
        }
        files
    }

    /// Notes that a build begins which may leave any of these files; `self` is what the last one left.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn begin(&self, path: &Path, files: &[String]) -> io::Result<()> {
        write_scratch(&under_way(path), &[])?;
        let known = self.files();
        let is_known = |file: &&String| known.binary_search(&file.as_str()).is_ok();
        if !self.text.is_empty() && files.iter().all(|file| is_known(&file)) {
            return Ok(());
        }
        let mut all: Vec<&str> = files.iter().map(String::as_str).chain(known).collect();
        all.sort_unstable();
        all.dedup();
        Self::of(all.into_iter()).store(path)
    }

    /// Notes that a build has ended which left these files.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn end(&self, path: &Path) -> io::Result<()> {
        self.store(path)?;
        fs::remove_file(under_way(path))
    }

    /// Writes it, whole or not at all, if it is not what stands there.
    fn store(&self, path: &Path) -> io::Result<()> {
        write_state(path, &self.text)
    }
}

/// The file that is there while a build is under way.
fn under_way(path: &Path) -> std::path::PathBuf {
    path.with_extension("unfinished")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_that_was_killed_leaves_a_list_of_all_it_may_have_made() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("output.tsv");
        let strings = |files: &[&str]| {
            files
                .iter()
                .map(|file| (*file).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(Manifest::load(&path), Manifest::default());
        let first = ["a.html", "b/c.html"];
        Manifest::default().begin(&path, &strings(&first))?;
        assert!(Manifest::load(&path).unfinished);
        Manifest::of(first.into_iter()).end(&path)?;
        let before = Manifest::load(&path);
        assert_eq!((before.files(), before.unfinished), (first.to_vec(), false));
        before.begin(&path, &strings(&["b/b.html"]))?;
        let killed = Manifest::load(&path);
        assert_eq!(killed.files(), ["a.html", "b/b.html", "b/c.html"]);
        assert!(killed.unfinished);
        Ok(())
    }

    #[test]
    fn what_is_not_a_list_of_ours_lists_nothing() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("output.tsv");
        for text in ["", "something\n", "newsprint output 1\n"] {
            fs::write(&path, text)?;
            assert!(Manifest::load(&path).files().is_empty(), "{text:?}");
        }
        fs::write(&path, format!("{HEADER}../up.html\n/etc/passwd\nb\na\n"))?;
        assert_eq!(Manifest::load(&path).files(), ["a", "b"]);
        Ok(())
    }
}
