//! The site as it lies here: the files of the output folder and what a target adds to them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use newsprint_model::Diagnostic;

use crate::manifest::{Content, Entry, Hash, Manifest};
use crate::state::failed;

/// What is to be deployed.
#[derive(Debug, Clone)]
pub struct Local {
    root: PathBuf,
    /// Every file, those that the target adds too.
    pub manifest: Manifest,
    extras: BTreeMap<String, Vec<u8>>,
}

impl Local {
    /// The files that `manifest` lists, below `root`.
    pub fn new(root: &Path, manifest: Manifest) -> Self {
        Self {
            root: root.to_owned(),
            manifest,
            extras: BTreeMap::new(),
        }
    }

    /// Adds a file that stands in no folder, in the place of one that does.
    pub fn add(&mut self, path: &str, bytes: Vec<u8>) {
        let entry = Entry {
            content: Content::Is(Hash::of(&bytes)),
            size: bytes.len() as u64,
            headers: 0,
        };
        self.manifest.files.insert(path.to_owned(), entry);
        self.extras.insert(path.to_owned(), bytes);
    }

    /// Whether the site has a file.
    pub fn has(&self, path: &str) -> bool {
        self.manifest.files.contains_key(path)
    }

    /// Where a file stands; none for one that the target added.
    pub fn on_disk(&self, path: &str) -> Option<PathBuf> {
        (!self.extras.contains_key(path)).then(|| self.root.join(path))
    }

    /// The output folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The files that the target added.
    pub fn extras(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.extras
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// A file's bytes, which are those that the manifest speaks of.
    ///
    /// # Errors
    /// A file that cannot be read or is not any more what it was when it was hashed.
    pub fn bytes(&self, path: &str) -> Result<Vec<u8>, Diagnostic> {
        if let Some(bytes) = self.extras.get(path) {
            return Ok(bytes.clone());
        }
        let file = self.root.join(path);
        let bytes = fs::read(&file).map_err(|error| failed(&file, &error))?;
        let known = self.manifest.files.get(path).map(|entry| entry.content);
        if known == Some(Content::Is(Hash::of(&bytes))) {
            return Ok(bytes);
        }
        Err(
            Diagnostic::error("the file changed while the site was deployed")
                .at(file.display().to_string())
                .hint("deploy again"),
        )
    }
}
