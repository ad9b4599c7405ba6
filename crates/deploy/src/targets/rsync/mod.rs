//! `type = "rsync"`: one's own server, through the installed `rsync`. It is told just which files to take, group by group;
//! with `releases`, they go into a folder of their own, and a symbolic link is switched to it at the end.

mod switch;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use newsprint_model::Diagnostic;
use newsprint_model::config::RsyncTarget;

use super::{Context, Deploy, Live, Target, unreadable_manifest};
use crate::diff::Change;
use crate::local::Local;
use crate::manifest::{self, Manifest};
use crate::process::{Finished, Program, cut_off, run, run_fed};
use crate::progress::Progress;
use crate::releases::{CURRENT, RELEASES, UNFINISHED};
use crate::state::{self, failed};

const RSYNC: Program = Program {
    what: "rsync",
    install: "install rsync, version 3.2.3 or newer, here and there: `apt-get install rsync`, `brew install rsync`",
};

const SHELL: Program = Program {
    what: "a remote shell",
    install: "install OpenSSH, or name the program as `ssh` of this target",
};

/// Some files could not be transferred (rsync(1), "EXIT VALUES").
const PARTIAL: Option<i32> = Some(23);

/// Where files stand until they are whole, below the target: rsync may be killed, and nobody else would know them again.
const SCRATCH: &str = ".newsprint-scratch";

/// Another machine.
pub(super) struct Rsync {
    config: RsyncTarget,
    context: Context,
    /// The machine, as the remote shell takes it; none for a folder of this one.
    machine: Option<String>,
    /// The folder on it.
    folder: String,
    is_daemon: bool,
    is_new: bool,
}

impl Rsync {
    pub(super) fn open(config: &RsyncTarget, context: Context) -> Result<Self, Diagnostic> {
        let destination = config.destination.trim_end_matches('/');
        let is_daemon = destination.starts_with("rsync://") || destination.contains("::");
        if is_daemon && config.releases {
            return Err(Diagnostic::error(
                "`releases` needs a remote shell, which an rsync daemon does not give",
            )
            .hint("use `user@host:/path`, or leave `releases` out"));
        }
        let (machine, folder) = match destination.split_once(':') {
            Some((machine, folder)) if !is_daemon && !machine.contains('/') => {
                (Some(machine.to_owned()), folder.to_owned())
            }
            _ => (None, destination.to_owned()),
        };
        if folder.is_empty() || destination.starts_with('-') {
            return Err(Diagnostic::error(format!(
                "`{}` is no destination",
                context.secrets.clean(destination)
            ))
            .hint("it looks like `user@host:/var/www/archive`"));
        }
        let folder = if machine.is_some() || is_daemon {
            folder
        } else {
            context.site.join(folder).display().to_string()
        };
        Ok(Self {
            config: config.clone(),
            context,
            machine,
            folder,
            is_daemon,
            is_new: true,
        })
    }

    /// A place below the destination, as rsync takes it.
    fn place(&self, below: &str) -> String {
        let path = if below.is_empty() {
            format!("{}/", self.folder)
        } else {
            format!("{}/{below}", self.folder)
        };
        match &self.machine {
            Some(machine) => format!("{machine}:{path}"),
            None => path,
        }
    }

    /// Where files go: the folder itself, or the release that is in the making.
    fn target(&self) -> String {
        if self.config.releases {
            self.place(&format!("{RELEASES}/{UNFINISHED}/"))
        } else {
            self.place("")
        }
    }

    fn command(&self, options: &[&str]) -> Command {
        let mut command = Command::new("rsync");
        command.args(["--protect-args", "--timeout=120"]);
        if !self.is_daemon {
            // With a remote shell, rsync would look for the daemon at its other end.
            command.args(["--rsh", &self.config.ssh]);
        }
        command.args(options);
        command
    }

    fn explain(&self, what: &str, finished: &Finished) -> Diagnostic {
        let complaint = finished.complaint();
        let hint = if complaint.contains("Permission denied") {
            "the key or the user is not let in, or may not write there"
        } else if complaint.contains("No space left") {
            "there is no room left on the other side; the files that are live are whole"
        } else if complaint.contains("command not found") || finished.code == Some(127) {
            "rsync must be installed on the other side too"
        } else {
            "what is live is whole; deploy again and it goes on from there"
        };
        Diagnostic::error(format!("{what} failed: {complaint}"))
            .at(self.context.secrets.clean(&self.config.destination))
            .hint(hint)
    }

    /// Fetches a file from the other side; none if it is not there.
    fn get(&self, place: &str) -> Result<Option<String>, Diagnostic> {
        let file = self.context.state.join("fetched-manifest");
        fs::create_dir_all(&self.context.state)
            .map_err(|error| failed(&self.context.state, &error))?;
        let _ = fs::remove_file(&file);
        let mut command = self.command(&["--copy-links", "--ignore-times", "--"]);
        let finished = run(RSYNC, command.arg(place).arg(&file), &self.context.secrets)?;
        if finished.succeeded() {
            let text = fs::read(&file).map_err(|error| failed(&file, &error))?;
            let _ = fs::remove_file(&file);
            return Ok(Some(String::from_utf8_lossy(&text).into_owned()));
        }
        if finished.code == PARTIAL && finished.stderr.contains("No such file or directory") {
            return Ok(None);
        }
        Err(self.explain("asking what is live", &finished))
    }

    /// Sends just these files of a folder, or deletes those that the folder does not have.
    fn sync<'a>(
        &self,
        from: &Path,
        options: &[&str],
        files: impl Iterator<Item = &'a str>,
    ) -> Result<(), Diagnostic> {
        // Content decides, not times: a build on another machine gives every file another one.
        let mut command = self.command(&["--checksum", "--times", "--omit-dir-times", "--perms"]);
        command.args(["--chmod=D755,F644", "--from0", "--files-from=-"]);
        command.arg(format!("--temp-dir={SCRATCH}")).args(options);
        let mut from: OsString = from.into();
        from.push("/");
        command.arg("--").arg(from).arg(self.target());
        command.stdin(Stdio::piped());
        let finished = run_fed(RSYNC, &mut command, &self.context.secrets, |out| {
            for file in files {
                out.write_all(file.as_bytes())
                    .and_then(|()| out.write_all(b"\0"))
                    .map_err(|error| cut_off(RSYNC, &error))?;
            }
            Ok(())
        })?;
        if finished.succeeded() {
            Ok(())
        } else {
            Err(self.explain("rsync", &finished))
        }
    }

    /// A folder without any file in it, here: only with the folders that these files would stand in, which rsync wants to see.
    fn empty(&self, files: &[&str]) -> Result<PathBuf, Diagnostic> {
        let empty = self.context.state.join("empty");
        if empty.exists() {
            fs::remove_dir_all(&empty).map_err(|error| failed(&empty, &error))?;
        }
        fs::create_dir_all(&empty).map_err(|error| failed(&empty, &error))?;
        let folders: BTreeSet<&str> = files
            .iter()
            .filter_map(|file| Some(&file[..file.rfind('/')?]))
            .collect();
        for folder in folders {
            let folder = empty.join(folder);
            fs::create_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
        }
        Ok(empty)
    }

    /// Makes room for unfinished files, and takes those away that a deploy left behind that was killed.
    fn make_scratch(&self) -> Result<(), Diagnostic> {
        let mut from: OsString = self.empty(&[])?.into();
        from.push("/");
        let mut command = self.command(&["--recursive", "--delete"]);
        if self.is_new && !self.config.releases {
            command.arg("--mkpath");
        }
        let target = format!("{}{SCRATCH}/", self.target());
        let finished = run(
            RSYNC,
            command.arg("--").arg(from).arg(target),
            &self.context.secrets,
        )?;
        if finished.succeeded() {
            Ok(())
        } else {
            Err(self.explain("rsync", &finished))
        }
    }

    fn record(&self, manifest: &Manifest) -> Result<(), Diagnostic> {
        let folder = self.context.state.join("record");
        let file = folder.join(manifest::FILE_NAME);
        state::write(&file, manifest.to_text().as_bytes())
            .map_err(|error| failed(&file, &error))?;
        self.sync(&folder, &[], [manifest::FILE_NAME].into_iter())
    }

    /// Takes files away: rsync deletes what it is told to send and does not find.
    fn delete(&self, files: &[&str]) -> Result<(), Diagnostic> {
        if files.is_empty() {
            return Ok(());
        }
        let empty = self.empty(files)?;
        self.sync(&empty, &["--delete-missing-args"], files.iter().copied())
    }

    /// Runs a script on the other side.
    fn shell(&self, what: &str, script: &str) -> Result<Finished, Diagnostic> {
        let finished = match &self.machine {
            None => run(
                SHELL,
                Command::new("sh").args(["-c", script]),
                &self.context.secrets,
            )?,
            Some(machine) => {
                let mut words = self.config.ssh.split_whitespace();
                let mut command = Command::new(words.next().unwrap_or("ssh"));
                command.args(words).arg(machine).arg(script);
                run(SHELL, &mut command, &self.context.secrets)?
            }
        };
        if finished.succeeded() {
            Ok(finished)
        } else {
            Err(self.explain(what, &finished))
        }
    }

    fn send(&self, deploy: &Deploy<'_>, progress: &dyn Progress) -> Result<(), Diagnostic> {
        let in_the_way: Vec<&str> = deploy
            .plan
            .in_the_way(&deploy.local.manifest)
            .into_iter()
            .collect();
        self.delete(&in_the_way)?;
        for group in &deploy.plan.groups {
            let paths: Vec<&str> = group.steps.iter().map(|(path, _)| path.as_str()).collect();
            match group.steps.first() {
                Some((_, Change::Delete)) => self.delete(&paths)?,
                _ => self.sync(deploy.local.root(), &[], paths.iter().copied())?,
            }
            progress.advance(group.steps.len());
        }
        self.remove_empty_folders(deploy)
    }

    /// Folders that deletes have left without any file of ours go, unless they hold something of others.
    fn remove_empty_folders(&self, deploy: &Deploy<'_>) -> Result<(), Diagnostic> {
        let wanted = &deploy.local.manifest.files;
        let is_used = |folder: &str| {
            let below = format!("{folder}/");
            wanted
                .range(below.clone()..)
                .next()
                .is_some_and(|(path, _)| path.starts_with(&below))
        };
        let mut folders: Vec<&str> = deploy
            .plan
            .deletes()
            .flat_map(|path| path.match_indices('/').map(|(slash, _)| &path[..slash]))
            .filter(|folder| !is_used(folder))
            .collect();
        folders.sort_unstable();
        folders.dedup();
        // The deepest first, each in a run of its own depth: rsync does not promise an order within one.
        let depth = |folder: &&str| folder.matches('/').count();
        folders.sort_by_key(|folder| std::cmp::Reverse(depth(folder)));
        for level in folders.chunk_by(|one, next| depth(one) == depth(next)) {
            self.delete(level)?;
        }
        Ok(())
    }
}

impl Target for Rsync {
    fn describe(&self) -> String {
        self.context.secrets.clean(&self.config.destination)
    }

    fn live(&mut self, _local: &Local, progress: &dyn Progress) -> Result<Live, Diagnostic> {
        progress.begin("ask", 0);
        let mut live = Live::default();
        let places: &[(String, bool)] = if self.config.releases {
            &[
                (
                    format!("{RELEASES}/{UNFINISHED}/{}", manifest::FILE_NAME),
                    true,
                ),
                (format!("{CURRENT}/{}", manifest::FILE_NAME), false),
            ]
        } else {
            &[(manifest::FILE_NAME.to_owned(), false)]
        };
        for (below, is_pending) in places {
            let place = self.place(below);
            if let Some(text) = self.get(&place)? {
                live.manifest = Manifest::parse(&text);
                live.is_pending = *is_pending;
                self.is_new = false;
                if live.manifest.is_none() {
                    live.warnings
                        .push(unreadable_manifest(&self.context.secrets.clean(&place)));
                }
                break;
            }
        }
        Ok(live)
    }

    fn apply(&mut self, deploy: &Deploy<'_>, progress: &dyn Progress) -> Result<(), Diagnostic> {
        progress.begin("deploy", deploy.plan.steps().count());
        if self.config.releases {
            self.begin_release()?;
        }
        self.make_scratch()?;
        self.record(&deploy.plan.announced(deploy.live, &deploy.local.manifest))?;
        self.send(deploy, progress)?;
        self.record(&deploy.local.manifest)?;
        self.delete(&[SCRATCH])?;
        if self.config.releases {
            self.switch()?;
        }
        Ok(())
    }
}

/// A word of a shell's command line.
fn in_shell(word: &str) -> String {
    // A leading tilde is the shell's to expand.
    if let Some(rest) = word.strip_prefix("~/") {
        return format!("~/{}", in_shell(rest));
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}
