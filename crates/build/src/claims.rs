//! Who has which file of the output: the place where URL collisions are found.

use std::borrow::Cow;
use std::collections::hash_map::Entry;

use newsprint_model::{PostId, UrlPath};
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_64;

use crate::names::fold;

/// Who claimed a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A post.
    Post(PostId),
    /// A list, a feed, or another page that Newsprint makes by itself.
    Generated,
    /// A file of `static/`.
    Static,
    /// A file of the theme.
    Theme,
    /// A file beside a post.
    Asset,
}

/// Why a file could not be claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// Another has it, perhaps in another spelling that some file systems take for the same.
    Taken(Owner),
    /// It would have to be a folder and a file at once.
    FileAndFolder,
}

/// The files claimed so far, by a hash of their folded path: a 64-bit hash of even ten million
/// paths collides once in 370,000 builds, and then only costs a suffix.
#[derive(Debug, Default)]
pub struct Claims {
    files: FxHashMap<u64, Owner>,
    folders: FxHashSet<u64>,
}

/// A file's place among all others, as [`Claims`] knows it.
#[derive(Debug, Default)]
pub struct Spot {
    file: u64,
    /// The folder that it is in, if it is in one.
    folder: Option<u64>,
}

impl Spot {
    /// The place of the file that answers to a URL.
    pub fn of(url: &UrlPath) -> Self {
        let path = folded_file(url);
        Self {
            file: xxh3_64(path.as_bytes()),
            folder: folders(&path).last(),
        }
    }
}

fn folded_file(url: &UrlPath) -> Cow<'_, str> {
    let (path, name) = url.file_parts();
    match name {
        "" => fold(path),
        name => Cow::Owned([&fold(path), name].concat()),
    }
}

/// The folders above a file, the highest first.
fn folders(path: &str) -> impl DoubleEndedIterator<Item = u64> {
    let slashes = path.match_indices('/');
    slashes.map(|(slash, _)| xxh3_64(&path.as_bytes()[..slash]))
}

impl Claims {
    /// Makes room for so many more files.
    pub fn reserve(&mut self, files: usize) {
        self.files.reserve(files);
    }

    /// Claims the file that answers to a URL.
    ///
    /// # Errors
    /// Who has it already, or that a folder stands there.
    pub fn claim(&mut self, url: &UrlPath, owner: Owner) -> Result<(), Conflict> {
        self.claim_spot(&Spot::of(url), url, owner)
    }

    /// Claims the file that answers to a URL, whose place is known.
    ///
    /// # Errors
    /// As for [`claim`](Self::claim).
    pub fn claim_spot(&mut self, spot: &Spot, url: &UrlPath, owner: Owner) -> Result<(), Conflict> {
        if self.folders.contains(&spot.file) {
            return Err(Conflict::FileAndFolder);
        }
        // What stands above a known folder is known as well.
        let is_new = |folder: &u64| !self.folders.contains(folder);
        let new: Vec<u64> = match spot.folder {
            Some(folder) if is_new(&folder) => folders(&folded_file(url))
                .rev()
                .take_while(is_new)
                .collect(),
            _ => Vec::new(),
        };
        if new.iter().any(|folder| self.files.contains_key(folder)) {
            return Err(Conflict::FileAndFolder);
        }
        match self.files.entry(spot.file) {
            Entry::Occupied(taken) => return Err(Conflict::Taken(*taken.get())),
            Entry::Vacant(free) => free.insert(owner),
        };
        self.folders.extend(new);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twins_and_folders_conflict() {
        let mut claims = Claims::default();
        let post = Owner::Post(PostId(1));
        assert_eq!(claims.claim(&UrlPath::new("a/B.html"), post), Ok(()));
        let cases = [
            ("a/b.html", Err(Conflict::Taken(post))),
            ("a", Err(Conflict::FileAndFolder)),
            ("a/b.html/", Err(Conflict::FileAndFolder)),
            ("a/", Ok(())),
            ("a/index.html", Err(Conflict::Taken(Owner::Generated))),
            ("ab.html", Ok(())),
        ];
        for (url, expected) in cases {
            assert_eq!(
                claims.claim(&UrlPath::new(url), Owner::Generated),
                expected,
                "{url}"
            );
        }
    }
}
