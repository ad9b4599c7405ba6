//! `type = "git"`: a branch of a remote, through the installed `git`. Nothing is checked out: the tree of the branch says
//! what is live, and `git fast-import` writes what changed on top of it in a bare repository of our own.

mod repository;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;

use newsprint_model::Diagnostic;
use newsprint_model::config::GitTarget;

use super::{Context, Deploy, Live, Target, unreadable_manifest};
use crate::diff::Change;
use crate::facts::Facts;
use crate::local::Local;
use crate::manifest::{self, Content, Entry, Hash, Manifest};
use crate::process::{Program, cut_off, run, run_fed};
use crate::progress::Progress;

const GIT: Program = Program {
    what: "git",
    install: "install git (https://git-scm.com/), version 2.29 or newer",
};

/// The commit that is live, and the one that shall be, in our own repository.
const LIVE: &str = "refs/newsprint/live";
const NEXT: &str = "refs/newsprint/next";

/// A branch of a remote.
pub(super) struct Git {
    config: GitTarget,
    context: Context,
    repository: PathBuf,
    url: String,
    /// The commit that the branch was at when we asked; none where there was no branch.
    found: Option<String>,
    /// Its files.
    tree: BTreeMap<String, Hash>,
}

impl Git {
    pub(super) fn new(config: &GitTarget, context: Context) -> Self {
        Self {
            config: config.clone(),
            repository: context.state.join("repository.git"),
            context,
            url: config.remote.clone(),
            found: None,
            tree: BTreeMap::new(),
        }
    }

    fn branch(&self) -> String {
        format!("refs/heads/{}", self.config.branch)
    }

    /// Who commits, as fast-import wants it.
    fn committer(&self) -> Result<String, Diagnostic> {
        let configured = |key: &str| -> Result<Option<String>, Diagnostic> {
            let mut command = self.plain(&["-C"]);
            command
                .arg(&self.context.site)
                .args(["config", "--get", key]);
            let finished = run(GIT, &mut command, &self.context.secrets)?;
            Ok(finished.succeeded().then(|| finished.text()))
        };
        let name = match &self.config.name {
            Some(name) => name.clone(),
            None => configured("user.name")?.unwrap_or_else(|| "Newsprint".into()),
        };
        let email = match &self.config.email {
            Some(email) => email.clone(),
            None => configured("user.email")?.unwrap_or_else(|| "newsprint@localhost".into()),
        };
        let plain = |text: &str| text.replace(['<', '>', '\n', '\r', '\0'], "");
        Ok(format!(
            "{} <{}> {} +0000",
            plain(&name),
            plain(&email),
            chrono::Utc::now().timestamp()
        ))
    }

    /// Writes the commit. The commands are those of git-fast-import(1).
    fn import(&self, deploy: &Deploy<'_>, progress: &dyn Progress) -> Result<(), Diagnostic> {
        let committer = self.committer()?;
        let mut command = self.command(&["fast-import", "--quiet", "--done", "--force"]);
        command.stdin(Stdio::piped());
        let finished = run_fed(GIT, &mut command, &self.context.secrets, |out| {
            let wrote = |result: std::io::Result<()>| result.map_err(|error| cut_off(GIT, &error));
            wrote(write!(out, "commit {NEXT}\ncommitter {committer}\n"))?;
            wrote(write_data(out, self.config.message.as_bytes()))?;
            if let Some(commit) = &self.found {
                wrote(writeln!(out, "from {commit}"))?;
            }
            // Deletes first: what was a file may have become a folder. Nobody sees what is between.
            for path in deploy.plan.deletes() {
                wrote(writeln!(out, "D {}", quoted(path)))?;
            }
            for (path, change) in deploy.plan.steps() {
                if matches!(change, Change::Upload(_)) {
                    let bytes = deploy.local.bytes(path)?;
                    wrote(writeln!(out, "M 100644 inline {}", quoted(path)))?;
                    wrote(write_data(out, &bytes))?;
                }
                progress.advance(1);
            }
            let record = deploy.local.manifest.to_text();
            wrote(writeln!(out, "M 100644 inline {}", manifest::FILE_NAME))?;
            wrote(write_data(out, record.as_bytes()))?;
            wrote(writeln!(out, "done"))
        })?;
        if finished.succeeded() {
            Ok(())
        } else {
            Err(self.explain("writing the commit", &finished))
        }
    }

    /// Moves the branch: only if it still is where we found it.
    fn push(&self) -> Result<(), Diagnostic> {
        let mut commit = self
            .git("looking", &["rev-parse", "--verify", NEXT])?
            .text();
        if !self.config.history {
            let tree = format!("{NEXT}^{{tree}}");
            commit = self.orphan(&tree)?;
        }
        let refspec = format!("{commit}:{}", self.branch());
        let lease = format!(
            "--force-with-lease={}:{}",
            self.branch(),
            self.found.as_deref().unwrap_or_default()
        );
        self.git(
            "pushing",
            &["push", "--quiet", "--no-verify", &lease, "origin", &refspec],
        )?;
        self.git("noting", &["update-ref", LIVE, &commit])?;
        self.git("noting", &["update-ref", "-d", NEXT])?;
        // Packs of earlier deploys pile up; that they could not be swept does no harm.
        let _ = self.git("sweeping", &["gc", "--auto", "--quiet"]);
        Ok(())
    }

    /// A commit without a past.
    fn orphan(&self, tree: &str) -> Result<String, Diagnostic> {
        let committer = self.committer()?;
        let (who, time) = committer.rsplit_once("> ").unwrap_or((&committer, ""));
        let (name, email) = who.rsplit_once(" <").unwrap_or((who, ""));
        let mut command = self.command(&["commit-tree", "-m", &self.config.message, tree]);
        for role in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{role}_NAME"), name)
                .env(format!("GIT_{role}_EMAIL"), email)
                .env(format!("GIT_{role}_DATE"), time);
        }
        let finished = run(GIT, &mut command, &self.context.secrets)?;
        if finished.succeeded() {
            Ok(finished.text())
        } else {
            Err(self.explain("writing the commit", &finished))
        }
    }

    /// Somebody else's file where we need a folder, or a folder of theirs where we need a file, would be lost without a word.
    fn check_foreign(&self, deploy: &Deploy<'_>) -> Result<(), Diagnostic> {
        let wanted: BTreeSet<&str> = deploy
            .local
            .manifest
            .files
            .keys()
            .map(String::as_str)
            .collect();
        let is_ours =
            |path: &str| deploy.live.files.contains_key(path) || path == manifest::FILE_NAME;
        for foreign in self.tree.keys().filter(|path| !is_ours(path)) {
            let below = format!("{foreign}/");
            let is_folder_now = wanted
                .range(below.as_str()..)
                .next()
                .is_some_and(|path| path.starts_with(&below));
            let mut folders = foreign
                .match_indices('/')
                .map(|(slash, _)| &foreign[..slash]);
            if is_folder_now || folders.any(|folder| wanted.contains(folder)) {
                return Err(Diagnostic::error(format!(
                    "the branch holds `{foreign}`, which is not of this site and stands in its way"
                ))
                .hint("remove it from the branch, or give the page another address"));
            }
        }
        Ok(())
    }
}

impl Target for Git {
    fn describe(&self) -> String {
        format!(
            "the branch {} of {}",
            self.config.branch,
            self.context.secrets.clean(&self.url)
        )
    }

    fn extras(&self, _facts: &Facts, _local: &Local) -> Vec<(String, Vec<u8>)> {
        let mut extras = Vec::new();
        if let Some(domain) = &self.config.cname {
            extras.push(("CNAME".into(), format!("{}\n", domain.trim()).into_bytes()));
        }
        if self.config.nojekyll {
            extras.push((".nojekyll".into(), Vec::new()));
        }
        extras
    }

    fn live(&mut self, local: &Local, progress: &dyn Progress) -> Result<Live, Diagnostic> {
        progress.begin("fetch", 0);
        self.find_url()?;
        self.prepare()?;
        self.fetch()?;
        self.read_tree()?;
        let mut live = Live::default();
        let Some(commit) = &self.found else {
            return Ok(live);
        };
        let mut recorded = Manifest::default();
        if self.tree.contains_key(manifest::FILE_NAME) {
            let object = format!("{commit}:{}", manifest::FILE_NAME);
            let text = self.git("reading the record", &["cat-file", "blob", &object])?;
            match Manifest::parse(&String::from_utf8_lossy(&text.stdout)) {
                Some(manifest) => recorded = manifest,
                None => live.warnings.push(unreadable_manifest(manifest::FILE_NAME)),
            }
        }
        // What is identical already becomes ours by being listed.
        live.is_pending = self
            .tree
            .keys()
            .any(|path| local.has(path) && !recorded.files.contains_key(path));
        // The tree is the truth; the record only says which of it is ours.
        let ours = self
            .tree
            .iter()
            .filter(|(path, _)| recorded.files.contains_key(*path) || local.has(path));
        let files = ours
            .map(|(path, hash)| {
                let known = recorded.files.get(path).or(local.manifest.files.get(path));
                let entry = Entry {
                    content: Content::Is(*hash),
                    size: known.map_or(0, |entry| entry.size),
                    headers: 0,
                };
                (path.clone(), entry)
            })
            .collect();
        live.manifest = Some(Manifest { files });
        Ok(live)
    }

    fn apply(&mut self, deploy: &Deploy<'_>, progress: &dyn Progress) -> Result<(), Diagnostic> {
        self.check_foreign(deploy)?;
        progress.begin("commit", deploy.plan.steps().count());
        self.import(deploy, progress)?;
        progress.begin("push", 0);
        self.push()
    }
}

fn write_data(out: &mut dyn Write, bytes: &[u8]) -> std::io::Result<()> {
    writeln!(out, "data {}", bytes.len())?;
    out.write_all(bytes)?;
    writeln!(out)
}

/// A path as fast-import reads it: in quotes only where it must be.
fn quoted(path: &str) -> String {
    if path.starts_with('"') || path.contains('\n') {
        let escaped = path
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n");
        format!("\"{escaped}\"")
    } else {
        path.to_owned()
    }
}
