//! `type = "folder"`: a folder of this machine. Every file appears whole; with `releases`, the whole site at once.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use newsprint_model::Diagnostic;
use newsprint_model::config::FolderTarget;
use walkdir::WalkDir;

use super::place::Place;
use super::{Context, Deploy, Live, Target};
use crate::local::Local;
use crate::manifest;
use crate::progress::Progress;
use crate::releases::{self, CURRENT, RELEASES, UNFINISHED};
use crate::state::failed;

/// A folder of this machine.
pub(super) struct Folder {
    path: PathBuf,
    name: String,
    releases: bool,
    keep: usize,
}

impl Folder {
    /// The folder that the configuration names, if the site is not in it and it is not in the site's output.
    pub(super) fn open(
        config: &FolderTarget,
        context: Context,
        output: &Path,
    ) -> Result<Self, Diagnostic> {
        let path = context.site.join(&config.path);
        let (target, output) = (resolved(&path), resolved(output));
        let refuse = |what: &str| {
            Err(Diagnostic::error(format!("the folder to deploy to {what}"))
                .at(path.display().to_string())
                .hint("name another as `path` of this target"))
        };
        if target.starts_with(&output) {
            return refuse("is the output folder, or lies in it");
        }
        if output.starts_with(&target) || resolved(&context.site).starts_with(&target) {
            return refuse("holds the site that is deployed");
        }
        for part in ["content", "static", "themes", "templates", ".newsprint"] {
            if target.starts_with(resolved(&context.site.join(part))) {
                return refuse(&format!("lies in `{part}` of the site"));
            }
        }
        if path.exists() && !path.is_dir() {
            return refuse("is a file");
        }
        Ok(Self {
            path,
            name: config.path.display().to_string(),
            releases: config.releases,
            keep: config.keep,
        })
    }

    fn unfinished(&self) -> PathBuf {
        self.path.join(RELEASES).join(UNFINISHED)
    }

    fn current(&self) -> PathBuf {
        self.path.join(CURRENT)
    }

    /// Where files are written: the folder itself, or the release that is in the making.
    fn place(&self) -> Place {
        if self.releases {
            Place::new(&self.unfinished())
        } else {
            Place::new(&self.path)
        }
    }

    /// The next release begins as a twin of the current one: links to the same files, which cost no room.
    fn begin_release(&self) -> Result<(), Diagnostic> {
        let unfinished = self.unfinished();
        if unfinished.join(manifest::FILE_NAME).exists() {
            return Ok(());
        }
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(|error| failed(&unfinished, &error))?;
        }
        fs::create_dir_all(&unfinished).map_err(|error| failed(&unfinished, &error))?;
        let Ok(current) = self.current().canonicalize() else {
            return Ok(());
        };
        for entry in WalkDir::new(&current).min_depth(1) {
            let entry = entry.map_err(|error| Diagnostic::error(error.to_string()))?;
            let relative = entry.path().strip_prefix(&current).unwrap_or(entry.path());
            let target = unfinished.join(relative);
            let made = if entry.file_type().is_dir() {
                fs::create_dir(&target)
            } else if relative == Path::new(manifest::FILE_NAME) {
                // The record comes with the first step, and says that the twin is complete.
                Ok(())
            } else {
                fs::hard_link(entry.path(), &target)
                    .or_else(|_| fs::copy(entry.path(), &target).map(|_| ()))
            };
            made.map_err(|error| failed(&target, &error))?;
        }
        Ok(())
    }

    /// Makes the finished release the current one, and lets the oldest go.
    fn switch(&self) -> Result<(), Diagnostic> {
        let folder = self.path.join(RELEASES);
        let mut all: Vec<String> = fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|found| releases::is_name(found))
            .collect();
        all.sort();
        let name = releases::name(all.iter().map(String::as_str));
        let release = folder.join(&name);
        fs::rename(self.unfinished(), &release).map_err(|error| failed(&release, &error))?;
        let current = self.current();
        let link = self.path.join(".current-next");
        let _ = fs::remove_file(&link);
        symlink(&Path::new(RELEASES).join(&name), &link)
            .and_then(|()| fs::rename(&link, &current))
            .map_err(|error| failed(&current, &error))?;
        let surplus = (all.len() + 1).saturating_sub(self.keep);
        for old in &all[..surplus.min(all.len())] {
            let old = folder.join(old);
            fs::remove_dir_all(&old).map_err(|error| failed(&old, &error))?;
        }
        Ok(())
    }
}

impl Target for Folder {
    fn describe(&self) -> String {
        format!("the folder {}", self.name)
    }

    fn live(&mut self, _local: &Local, _progress: &dyn Progress) -> Result<Live, Diagnostic> {
        if !self.releases {
            return self.place().live();
        }
        let current = self.current();
        if current.exists() && !current.is_symlink() {
            return Err(
                Diagnostic::error("this must be a symbolic link to the current release")
                    .at(current.display().to_string())
                    .hint("move it away; the first deploy makes the link"),
            );
        }
        let unfinished = self.place().live()?;
        if unfinished.manifest.is_some() {
            return Ok(Live {
                is_pending: true,
                ..unfinished
            });
        }
        Place::new(&current).live()
    }

    fn apply(&mut self, deploy: &Deploy<'_>, progress: &dyn Progress) -> Result<(), Diagnostic> {
        if self.releases {
            self.begin_release()?;
        }
        self.place().apply(deploy, progress)?;
        if self.releases {
            self.switch()?;
        }
        Ok(())
    }
}

#[cfg(unix)]
fn symlink(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(not(unix))]
fn symlink(_target: &Path, _link: &Path) -> io::Result<()> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "`releases` needs symbolic links, which this system does not give to everybody",
    ))
}

/// A path without links and dots, as far as it exists; by name from there on.
fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut plain = PathBuf::new();
    for part in absolute.components() {
        match part {
            std::path::Component::ParentDir => {
                plain.pop();
            }
            std::path::Component::CurDir => {}
            part => plain.push(part),
        }
        if let Ok(real) = plain.canonicalize() {
            plain = real;
        }
    }
    plain
}
