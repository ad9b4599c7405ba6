//! The repository that a deploy keeps for itself: how git is called, and what is fetched into it.

use std::fs;
use std::process::Command;

use newsprint_model::Diagnostic;

use super::{GIT, Git, LIVE, NEXT};
use crate::process::{Finished, run};
use crate::state::failed;

impl Git {
    /// A git command that minds no repository but the one it is told of, whatever calls us.
    pub(super) fn plain(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        for name in [
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY",
            "GIT_PREFIX",
        ] {
            command.env_remove(name);
        }
        command.args(arguments);
        command
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.plain(&[]);
        command
            .arg("--git-dir")
            .arg(&self.repository)
            .args(arguments);
        command
    }

    /// Runs a git command in our repository that must succeed.
    pub(super) fn git(&self, what: &str, arguments: &[&str]) -> Result<Finished, Diagnostic> {
        let finished = run(GIT, &mut self.command(arguments), &self.context.secrets)?;
        if finished.succeeded() {
            Ok(finished)
        } else {
            Err(self.explain(what, &finished))
        }
    }

    pub(super) fn explain(&self, what: &str, finished: &Finished) -> Diagnostic {
        let complaint = finished.complaint();
        let hint = if complaint.contains("stale info")
            || complaint.contains("fetch first")
            || complaint.contains("non-fast-forward")
            || complaint.contains("cannot lock ref")
        {
            "somebody else has pushed to the branch meanwhile; deploy again"
        } else if complaint.contains("Authentication failed")
            || complaint.contains("could not read Username")
            || complaint.contains("Permission denied")
            || complaint.contains("403")
        {
            "git is not let in: give it a credential helper, a token or an SSH key for this remote"
        } else if complaint.contains("No space left") || complaint.contains("File too large") {
            "there is no room left on one of the two sides; the branch is as it was"
        } else {
            "the branch is as it was; `git ls-remote` with the same address shows whether it can be reached"
        };
        Diagnostic::error(format!("{what} failed: {complaint}"))
            .at(self.context.secrets.clean(&self.url))
            .hint(hint)
    }

    /// A bare name means a remote of the repository that the site is in.
    pub(super) fn find_url(&mut self) -> Result<(), Diagnostic> {
        let remote = self.config.remote.clone();
        let relative = self.context.site.join(&remote);
        if relative.exists() {
            // git runs in another folder than the one that the path is relative to.
            self.url = std::path::absolute(&relative)
                .unwrap_or(relative)
                .display()
                .to_string();
            return Ok(());
        }
        if remote.contains(['/', ':', '\\']) {
            return Ok(());
        }
        let mut command = self.plain(&["-C"]);
        command
            .arg(&self.context.site)
            .args(["remote", "get-url", "--", &remote]);
        let finished = run(GIT, &mut command, &self.context.secrets)?;
        if finished.succeeded() {
            self.url = finished.text();
            return Ok(());
        }
        Err(Diagnostic::error(format!(
            "the site folder is in no git repository with a remote `{remote}`"
        ))
        .hint("name the repository's address as `remote` of this target"))
    }

    /// Our own repository: bare, and content with commits whose files it has never seen.
    pub(super) fn prepare(&self) -> Result<(), Diagnostic> {
        if !self.repository.join("HEAD").is_file() {
            fs::create_dir_all(&self.repository)
                .map_err(|error| failed(&self.repository, &error))?;
            let mut init = self.plain(&["init", "--quiet", "--bare", "--"]);
            let finished = run(GIT, init.arg(&self.repository), &self.context.secrets)?;
            if !finished.succeeded() {
                return Err(self.explain("making a repository for the deploy", &finished));
            }
        }
        for (key, value) in [
            ("remote.origin.url", self.url.as_str()),
            ("remote.origin.promisor", "true"),
            ("remote.origin.partialclonefilter", "blob:none"),
            ("core.compression", "1"),
            ("gc.pruneExpire", "now"),
        ] {
            self.git("configuring", &["config", key, value])?;
        }
        // What a deploy that was killed left behind: a commit that must not become a parent, half a pack.
        self.git("clearing", &["update-ref", "-d", NEXT])?;
        let packs = fs::read_dir(self.repository.join("objects/pack"))
            .into_iter()
            .flatten();
        for pack in packs.flatten() {
            if pack.file_name().to_string_lossy().starts_with("tmp_") {
                let _ = fs::remove_file(pack.path());
            }
        }
        Ok(())
    }

    /// Asks for the branch's commit and fetches it with its folders, but not the files.
    pub(super) fn fetch(&mut self) -> Result<(), Diagnostic> {
        let branch = self.branch();
        let listed = self
            .git("asking the remote", &["ls-remote", "origin", &branch])?
            .text();
        let found = listed.lines().find_map(|line| {
            let (commit, name) = line.split_once('\t')?;
            (name == branch).then(|| commit.to_owned())
        });
        if let Some(commit) = &found {
            let known = self.git("looking", &["for-each-ref", "--format=%(objectname)", LIVE])?;
            if known.text() != *commit {
                let refspec = format!("+{branch}:{LIVE}");
                self.git(
                    "fetching the branch",
                    &[
                        "fetch",
                        "--quiet",
                        "--no-tags",
                        "--depth=1",
                        "--filter=blob:none",
                        "origin",
                        &refspec,
                    ],
                )?;
                let fetched = self.git("looking", &["rev-parse", "--verify", LIVE])?;
                self.found = Some(fetched.text());
                return Ok(());
            }
        }
        self.found = found;
        Ok(())
    }

    /// The branch's files by path. Links and submodules are nothing that we could have put there.
    pub(super) fn read_tree(&mut self) -> Result<(), Diagnostic> {
        self.tree.clear();
        let Some(commit) = self.found.clone() else {
            return Ok(());
        };
        let listed = self.git(
            "listing the branch",
            &["ls-tree", "-r", "-z", "--full-tree", &commit],
        )?;
        for line in listed.stdout.split(|byte| *byte == 0) {
            let Some(line) = std::str::from_utf8(line).ok() else {
                continue;
            };
            let Some((facts, path)) = line.split_once('\t') else {
                continue;
            };
            if let Some(Ok(hash)) = facts.split(' ').nth(2).map(str::parse) {
                self.tree.insert(path.to_owned(), hash);
            }
        }
        Ok(())
    }
}
