//! The site folder: where things lie, and where an output may not go.

use std::io;
use std::path::{Component, Path, PathBuf};

use newsprint_model::Diagnostic;
use newsprint_model::config::{self, Config};
use walkdir::WalkDir;

use crate::about;
use crate::names;

/// The paths of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFolder {
    /// The folder itself.
    pub root: PathBuf,
    /// The posts.
    pub content: PathBuf,
    /// Files copied as they are; need not exist.
    pub statics: PathBuf,
    /// Where the output goes.
    pub output: PathBuf,
    /// The ledger, the lists of files made, the lock.
    pub state: PathBuf,
}

impl SiteFolder {
    /// Names the parts of a site.
    pub fn at(root: &Path, output: Option<&Path>) -> Self {
        Self {
            root: root.to_owned(),
            content: root.join("content"),
            statics: root.join("static"),
            output: output.map_or_else(|| root.join("public"), Path::to_owned),
            state: root.join(".newsprint"),
        }
    }

    /// Finds the parts of a site and makes sure that the output is none of them.
    ///
    /// # Errors
    /// No `content/`, or an output folder in which a build would write over what it reads.
    pub fn open(root: &Path, output: Option<&Path>) -> Result<Self, Diagnostic> {
        let folder = Self::at(root, output);
        if !folder.content.is_dir() {
            return Err(Diagnostic::error("there is no folder `content` here")
                .at(folder.content.display().to_string())
                .hint("posts go there, as `content/<section>/<source>/<channel>/<title>.md`; `newsprint init` makes a site"));
        }
        folder.check_output()?;
        Ok(folder)
    }

    fn check_output(&self) -> Result<(), Diagnostic> {
        let output = resolved(&self.output);
        let refuse = |what: &str| {
            Err(Diagnostic::error(format!("the output folder {what}"))
                .at(self.output.display().to_string())
                .hint("name another with --output"))
        };
        if resolved(&self.root).starts_with(&output) {
            return refuse("is the site folder, or holds it");
        }
        for (name, part) in self.parts() {
            let part = resolved(&part);
            if output == part {
                return refuse(&format!("is `{name}` of the site"));
            }
            if output.starts_with(&part) {
                return refuse(&format!("lies in `{name}` of the site"));
            }
            if part.starts_with(&output) {
                return refuse(&format!("holds `{name}` of the site"));
            }
        }
        if self.output.exists() && !self.output.is_dir() {
            return refuse("is a file");
        }
        Ok(())
    }

    /// What a build reads, or keeps for the next one.
    fn parts(&self) -> [(&'static str, PathBuf); 8] {
        [
            ("content", self.content.clone()),
            ("static", self.statics.clone()),
            ("themes", self.root.join("themes")),
            ("templates", self.root.join("templates")),
            (".newsprint", self.state.clone()),
            (config::FILE_NAME, self.root.join(config::FILE_NAME)),
            (about::FILE_NAMES[0], self.root.join(about::FILE_NAMES[0])),
            (about::FILE_NAMES[1], self.root.join(about::FILE_NAMES[1])),
        ]
    }

    /// Makes sure that a file to be written on the side is none that a build reads or makes.
    ///
    /// # Errors
    /// A file that lies in a part of the site or in its output.
    pub fn check_side_file(&self, file: &Path) -> Result<(), Diagnostic> {
        let real = resolved(file);
        let parts = self.parts();
        let output = ("output", self.output.clone());
        match parts
            .iter()
            .chain([&output])
            .find(|(_, part)| real.starts_with(resolved(part)))
        {
            None => Ok(()),
            Some((name, _)) => Err(Diagnostic::error(format!(
                "the report would be written over or into `{name}` of the site"
            ))
            .at(file.display().to_string())
            .hint("write it somewhere else")),
        }
    }

    /// Reads `newsprint.toml`; the defaults where there is none.
    ///
    /// # Errors
    /// An unreadable file, or what [`Config::parse`] says.
    pub fn config(&self) -> Result<Config, Diagnostic> {
        let path = self.root.join(config::FILE_NAME);
        match std::fs::read_to_string(&path) {
            Ok(text) => Config::parse(text.trim_start_matches('\u{feff}')),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Config::default()),
            Err(error) => {
                Err(Diagnostic::error(format!("could not be read: {error}")).at(config::FILE_NAME))
            }
        }
    }

    /// The files of `static/` with their paths below the output, in order; hidden ones too,
    /// since `.well-known` and `.nojekyll` are meant to be served.
    ///
    /// # Errors
    /// An entry that cannot be read.
    pub fn static_files(&self) -> Result<Vec<(PathBuf, String)>, Diagnostic> {
        let mut files = Vec::new();
        if !self.statics.is_dir() {
            return Ok(files);
        }
        for entry in WalkDir::new(&self.statics)
            .follow_links(true)
            .sort_by_file_name()
        {
            let entry = entry.map_err(|error| Diagnostic::error(error.to_string()).at("static"))?;
            if !entry.file_type().is_file() {
                continue;
            }
            let relative = entry
                .path()
                .strip_prefix(&self.statics)
                .unwrap_or(entry.path());
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            files.push((entry.path().to_owned(), parts.join("/")));
        }
        Ok(files)
    }

    /// The URL ledger.
    pub fn ledger_file(&self) -> PathBuf {
        self.state.join("ledger.tsv")
    }

    /// What was read of posts.
    pub fn post_cache_file(&self) -> PathBuf {
        self.state.join("posts.cache")
    }

    /// What the files of this output folder were made of.
    pub fn route_cache_file(&self) -> PathBuf {
        self.manifest_file().with_extension("cache")
    }

    /// The list of files that were made in this output folder. An output inside the site folder is known
    /// by its place there, so that a site can be moved together with what was made of it.
    pub fn manifest_file(&self) -> PathBuf {
        let output = resolved(&self.output);
        let place = output.strip_prefix(resolved(&self.root)).unwrap_or(&output);
        let id = names::short_id(&place.to_string_lossy());
        self.state.join(format!("output-{id}.tsv"))
    }
}

/// A path without links and dots, as far as it exists; by name from there on.
fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for ancestor in absolute.ancestors() {
        let Ok(mut real) = ancestor.canonicalize() else {
            continue;
        };
        for part in absolute
            .strip_prefix(ancestor)
            .unwrap_or(Path::new(""))
            .components()
        {
            match part {
                Component::ParentDir => {
                    real.pop();
                }
                Component::Normal(name) => real.push(name),
                _ => {}
            }
        }
        return real;
    }
    absolute
}
