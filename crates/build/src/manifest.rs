//! What earlier builds made in an output folder: the only files there that may ever be removed.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use crate::names;
use crate::sink::write_state;

/// The first line of the file, which names its form.
const HEADER: &str = "newsprint output 1";

/// The paths of files made, relative to the output folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// The paths, with `/` between their parts.
    pub files: BTreeSet<String>,
    /// Whether the build that wrote it had not finished.
    pub unfinished: bool,
}

impl Manifest {
    /// Reads a manifest. A missing, foreign or damaged one is an empty one: then nothing is removed.
    pub fn load(path: &Path) -> Self {
        let Ok(text) = fs::read_to_string(path) else {
            return Self::default();
        };
        let mut lines = text.lines();
        if lines.next() != Some(HEADER) {
            return Self::default();
        }
        let unfinished = lines.next() == Some("unfinished");
        let files = lines
            .filter(|line| names::is_inside(line))
            .map(str::to_owned)
            .collect();
        Self { files, unfinished }
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn store(&self, path: &Path) -> io::Result<()> {
        let mut text =
            String::with_capacity(self.files.iter().map(|file| file.len() + 1).sum::<usize>() + 32);
        text.push_str(HEADER);
        text.push_str(if self.unfinished {
            "\nunfinished\n"
        } else {
            "\nfinished\n"
        });
        // A name with a line end in it cannot be listed, and so is never removed.
        for file in self
            .files
            .iter()
            .filter(|file| !file.contains(['\n', '\r']))
        {
            text.push_str(file);
            text.push('\n');
        }
        write_state(path, &text)
    }
}
