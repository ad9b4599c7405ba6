//! `cargo xtask corpus`: as many made-up posts as wanted, of the sizes and with the markup of a real archive of scraped news.
//!
//! A post is a function of the seed and its number alone, so a corpus needs no memory, and the same seed gives the same bytes.

mod blocks;
mod body;
mod markup;
mod post;
mod random;
mod size;
mod text;
mod tree;
// Lists read better in lines than in columns of one word.
#[rustfmt::skip]
mod words;

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::shell;
use post::{Post, post};
use size::Sizes;
use tree::Tree;

pub(crate) use post::When;
pub(crate) use size::MEASURED_MEAN;

/// What a corpus is made from.
pub(crate) struct Corpus {
    seed: u64,
    tree: Tree,
    sizes: Sizes,
}

/// What was written.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Written {
    pub(crate) posts: u64,
    pub(crate) bytes: u64,
}

/// Writes a corpus into a folder that is empty or not there yet, and says how much it was.
pub(crate) fn run(posts: u64, out: &Path, seed: u64, mean_size: u64) -> Result<(), String> {
    let written = Corpus::new(seed, mean_size)?.write(posts, out)?;
    shell::say(&format!(
        "{} posts, {:.1} MB, {:.0} bytes each, in {}",
        written.posts,
        written.bytes as f64 / 1e6,
        written.bytes as f64 / written.posts.max(1) as f64,
        out.display()
    ));
    Ok(())
}

impl Corpus {
    /// The corpus of a seed; `mean_size` is in bytes of a file.
    pub(crate) fn new(seed: u64, mean_size: u64) -> Result<Self, String> {
        Ok(Self {
            seed,
            tree: Tree::new(),
            sizes: Sizes::new(mean_size)?,
        })
    }

    fn post(&self, number: u64) -> Post {
        post(self.seed, number, When::AnyTime, &self.tree, &self.sizes)
    }

    /// Writes the first posts, as many as wanted.
    pub(crate) fn write(&self, posts: u64, out: &Path) -> Result<Written, String> {
        fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
        let mut entries =
            fs::read_dir(out).map_err(|error| format!("{}: {error}", out.display()))?;
        if entries.next().is_some() {
            return Err(format!(
                "{} is not empty: a corpus is written into a folder of its own",
                out.display()
            ));
        }
        let mut written = Written::default();
        let mut folders = HashSet::new();
        for number in 0..posts {
            let post = self.post(number);
            let folder: PathBuf = out.join(post.folder.iter().collect::<PathBuf>());
            if folders.insert(post.folder) {
                fs::create_dir_all(&folder)
                    .map_err(|error| format!("{}: {error}", folder.display()))?;
            }
            write_post(&folder, &post)?;
            written.posts += 1;
            written.bytes += post.text.len() as u64;
        }
        Ok(written)
    }

    /// Writes the post of a number into a corpus that is there, and gives back its file.
    pub(crate) fn add(&self, number: u64, when: When, out: &Path) -> Result<PathBuf, String> {
        let post = post(self.seed, number, when, &self.tree, &self.sizes);
        let folder: PathBuf = out.join(post.folder.iter().collect::<PathBuf>());
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        write_post(&folder, &post)
    }
}

/// Titles come twice in an archive; the file that comes later gets a number.
fn write_post(folder: &Path, post: &Post) -> Result<PathBuf, String> {
    let mut path = folder.join(format!("{}.md", post.name));
    for copy in 2.. {
        match File::create_new(&path) {
            Ok(mut file) => {
                file.write_all(post.text.as_bytes())
                    .map_err(|error| format!("{}: {error}", path.display()))?;
                break;
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                path = folder.join(format!("{} ({copy}).md", post.name));
            }
            Err(error) => return Err(format!("{}: {error}", path.display())),
        }
    }
    Ok(path)
}

#[cfg(test)]
mod tests;
