//! What earlier builds made in an output folder: the only files there that may ever be removed.
//!
//! The list holds more lines than anybody wants to write twice in a build. So it is written only when it changes, and that
//! a build is under way is told by a second, empty file beside it.

use std::cmp::Ordering;
use std::fs;
use std::io;
use std::path::Path;

use newsprint_model::Route;

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
        let mut manifest = Self {
            text: HEADER.to_owned(),
            unfinished: false,
        };
        files.for_each(|file| manifest.push(file, ""));
        manifest
    }

    /// Lists the files that these routes become.
    pub fn of_routes(routes: &[Route]) -> Self {
        let mut files: Vec<(&str, &str)> =
            routes.iter().map(|route| route.url.file_parts()).collect();
        // Routes come in two groups that are nearly in this order: a sort that sees it has little to do.
        files.sort_by(by_whole_name);
        let length = files
            .iter()
            .map(|(folder, name)| folder.len() + name.len() + 1);
        let mut manifest = Self {
            text: String::with_capacity(HEADER.len() + length.sum::<usize>()),
            unfinished: false,
        };
        manifest.text.push_str(HEADER);
        for (folder, name) in files {
            manifest.push(folder, name);
        }
        manifest
    }

    /// A name with a line end in it cannot be listed, and so is never removed.
    fn push(&mut self, folder: &str, name: &str) {
        if !folder.contains(['\n', '\r']) {
            self.text.push_str(folder);
            self.text.push_str(name);
            self.text.push('\n');
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

    /// The paths that are not in another list, sorted.
    pub fn without(&self, other: &Self) -> Vec<&str> {
        if self.text == other.text || self.text.is_empty() {
            return Vec::new();
        }
        let others = other.files();
        let mut others = others.iter().peekable();
        let mut files = self.files();
        files.retain(|file| {
            while others.next_if(|other| *other < file).is_some() {}
            others.peek() != Some(&file)
        });
        files
    }

    /// Notes that a build begins which may leave any of the files `planned`; `self` is what the last one left.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn begin(&self, path: &Path, planned: &Self) -> io::Result<()> {
        write_scratch(&under_way(path), |_| Ok(()))?;
        let new = planned.without(self);
        if !self.text.is_empty() && new.is_empty() {
            return Ok(());
        }
        self.with(new).store(path)
    }

    /// The paths of this list and others.
    pub fn with(&self, others: Vec<&str>) -> Self {
        let mut all = self.files();
        all.extend(others);
        // Both are in order.
        all.sort();
        all.dedup();
        Self::of(all.into_iter())
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

/// Compares names that are in two parts, as if they were in one.
fn by_whole_name(a: &(&str, &str), b: &(&str, &str)) -> Ordering {
    let common = a.0.len().min(b.0.len());
    a.0.as_bytes()[..common]
        .cmp(&b.0.as_bytes()[..common])
        .then_with(|| {
            let rest = |name: &(&'_ str, &'_ str)| {
                let (folder, name) = (name.0.as_bytes(), name.1.as_bytes());
                [&folder[common..], name].concat()
            };
            rest(a).cmp(&rest(b))
        })
}

#[cfg(test)]
mod tests {
    use newsprint_model::{RouteKind, UrlPath};

    use super::*;

    #[test]
    fn a_build_that_was_killed_leaves_a_list_of_all_it_may_have_made() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("output.tsv");
        assert_eq!(Manifest::load(&path), Manifest::default());
        let first = ["a.html", "b/c.html"];
        Manifest::default().begin(&path, &Manifest::of(first.into_iter()))?;
        assert!(Manifest::load(&path).unfinished);
        Manifest::of(first.into_iter()).end(&path)?;
        let before = Manifest::load(&path);
        assert_eq!((before.files(), before.unfinished), (first.to_vec(), false));
        before.begin(&path, &Manifest::of(["b/b.html"].into_iter()))?;
        let killed = Manifest::load(&path);
        assert_eq!(killed.files(), ["a.html", "b/b.html", "b/c.html"]);
        assert!(killed.unfinished);
        Ok(())
    }

    #[test]
    fn routes_are_listed_by_the_names_of_their_files() {
        let routes = [
            "a/",
            "a/b.html",
            "a/z/",
            "a.html",
            "",
            "i",
            "a/\n",
            "b/index.htm",
        ];
        let routes = routes.map(|url| Route {
            url: UrlPath::new(url),
            kind: RouteKind::NotFound,
        });
        let expected = [
            "a.html",
            "a/b.html",
            "a/index.html",
            "a/z/index.html",
            "b/index.htm",
            "i",
            "index.html",
        ];
        let listed = Manifest::of_routes(&routes);
        assert_eq!(listed.files(), expected);
        let some = Manifest::of(["a/b.html", "i", "j"].into_iter());
        assert_eq!(some.without(&listed), ["j"]);
        assert_eq!(listed.without(&listed), [""; 0]);
        assert_eq!(listed.without(&some).len(), expected.len() - 2);
        assert_eq!(
            some.with(vec!["i", "k"]).files(),
            ["a/b.html", "i", "j", "k"]
        );
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
