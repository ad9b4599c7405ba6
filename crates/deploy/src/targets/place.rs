//! A folder that is made to hold a site, file by file: what the `folder` target and those that stage a site share.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use newsprint_model::Diagnostic;
use rayon::prelude::*;

use super::{Deploy, Live, unreadable_manifest};
use crate::diff::{Change, Group, Plan};
use crate::local::Local;
use crate::manifest::{Content, Manifest};
use crate::progress::Progress;
use crate::state::{self, TEMPORARY, failed};

/// How often what is done so far is written down.
const CHECKPOINT: Duration = Duration::from_secs(10);

/// A folder with the record of what we put there.
pub(super) struct Place {
    root: PathBuf,
    record: PathBuf,
    links: bool,
}

impl Place {
    /// A folder that holds its own record.
    pub(super) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            record: root.join(crate::manifest::FILE_NAME),
            links: false,
        }
    }

    /// A folder whose record stands elsewhere, and whose files may be links to those of the output.
    pub(super) fn staged(root: &Path, record: &Path) -> Self {
        Self {
            root: root.to_owned(),
            record: record.to_owned(),
            links: true,
        }
    }

    /// What we put there.
    pub(super) fn live(&self) -> Result<Live, Diagnostic> {
        let mut live = Live::default();
        match fs::read_to_string(&self.record) {
            Ok(text) => {
                live.manifest = Manifest::parse(&text);
                if live.manifest.is_none() {
                    let place = self.record.display().to_string();
                    live.warnings.push(unreadable_manifest(&place));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(&self.record, &error)),
        }
        Ok(live)
    }

    /// Makes the folder hold what it shall.
    pub(super) fn apply(
        &self,
        deploy: &Deploy<'_>,
        progress: &dyn Progress,
    ) -> Result<(), Diagnostic> {
        fs::create_dir_all(&self.root).map_err(|error| failed(&self.root, &error))?;
        self.sweep(deploy.live);
        let announced = deploy.plan.announced(deploy.live, &deploy.local.manifest);
        self.record(&announced)?;
        for path in deploy.plan.in_the_way(&deploy.local.manifest) {
            self.delete(path)?;
        }
        let done = Mutex::new((announced, Instant::now()));
        progress.begin("deploy", deploy.plan.steps().count());
        let result = deploy
            .plan
            .groups
            .iter()
            .try_for_each(|group| self.group(group, deploy.local, &done, progress));
        if let Err(error) = result {
            // What was done counts; that it cannot be written down either changes nothing about the error.
            if let Ok(done) = done.into_inner() {
                let _ = self.record(&done.0);
            }
            return Err(error);
        }
        self.remove_empty_folders(deploy.plan);
        self.record(&deploy.local.manifest)
    }

    fn group(
        &self,
        group: &Group,
        local: &Local,
        done: &Mutex<(Manifest, Instant)>,
        progress: &dyn Progress,
    ) -> Result<(), Diagnostic> {
        if !group.deletes() {
            self.make_folders(group)?;
        }
        group.steps.par_iter().try_for_each(|(path, change)| {
            match change {
                Change::Upload(_) => self.put(path, local)?,
                Change::Delete => self.delete(path)?,
            }
            progress.advance(1);
            let Ok(mut done) = done.lock() else {
                return Ok(());
            };
            match local.manifest.files.get(path) {
                Some(entry) => done.0.files.insert(path.clone(), *entry),
                None => done.0.files.remove(path),
            };
            if done.1.elapsed() > CHECKPOINT {
                self.record(&done.0)?;
                done.1 = Instant::now();
            }
            Ok(())
        })
    }

    fn make_folders(&self, group: &Group) -> Result<(), Diagnostic> {
        let folders: BTreeSet<&str> = group
            .steps
            .iter()
            .filter_map(|(path, _)| Some(&path[..path.rfind('/')?]))
            .collect();
        for folder in folders {
            let path = self.root.join(folder);
            fs::create_dir_all(&path).map_err(|error| failed(&path, &error))?;
        }
        Ok(())
    }

    fn put(&self, path: &str, local: &Local) -> Result<(), Diagnostic> {
        let target = self.root.join(path);
        if self.links
            && let Some(source) = local.on_disk(path)
            && link(&source, &target).is_ok()
        {
            return Ok(());
        }
        let bytes = local.bytes(path)?;
        state::replace(&target, &mut bytes.as_slice()).map_err(|error| failed(&target, &error))
    }

    fn delete(&self, path: &str) -> Result<(), Diagnostic> {
        let path = self.root.join(path);
        match fs::remove_file(&path) {
            Err(error)
                if !matches!(
                    error.kind(),
                    io::ErrorKind::NotFound
                        | io::ErrorKind::NotADirectory
                        | io::ErrorKind::IsADirectory
                ) =>
            {
                Err(failed(&path, &error))
            }
            _ => Ok(()),
        }
    }

    fn record(&self, manifest: &Manifest) -> Result<(), Diagnostic> {
        state::write(&self.record, manifest.to_text().as_bytes())
            .map_err(|error| failed(&self.record, &error))
    }

    /// Folders that deletes have left empty go; others hold what is not ours.
    fn remove_empty_folders(&self, plan: &Plan) {
        let folders: BTreeSet<&Path> = plan
            .deletes()
            .flat_map(|path| Path::new(path).ancestors().skip(1))
            .filter(|folder| !folder.as_os_str().is_empty())
            .collect();
        for folder in folders.iter().rev() {
            let _ = fs::remove_dir(self.root.join(folder));
        }
    }

    /// Removes temporary files of a deploy that was killed: they can only stand beside what it had announced.
    fn sweep(&self, live: &Manifest) {
        let unfinished = live
            .files
            .iter()
            .filter(|(_, entry)| !matches!(entry.content, Content::Is(_)));
        let mut folders: BTreeSet<&str> = unfinished
            .map(|(path, _)| path.rfind('/').map_or("", |slash| &path[..slash]))
            .collect();
        folders.insert("");
        for folder in folders {
            let entries = fs::read_dir(self.root.join(folder)).into_iter().flatten();
            for entry in entries.flatten() {
                if entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
                    let _ = fs::remove_file(entry.path());
                }
            }
        }
    }
}

/// Puts a hard link to `source` in the place of `target`.
fn link(source: &Path, target: &Path) -> io::Result<()> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let short = crate::manifest::Hash::of(name.as_bytes());
    let temporary = target.with_file_name(format!("{TEMPORARY}{short}"));
    fs::hard_link(source, &temporary)?;
    let result = fs::rename(&temporary, target);
    // Renaming one link of a file over another of the same file does nothing (rename(2)), and leaves the first.
    let _ = fs::remove_file(&temporary);
    result
}
