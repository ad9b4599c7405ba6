//! Platforms that take a whole folder through a program of their own: the site is staged beside the build's records, and the
//! platform compares it with what it has and switches to it as a whole.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use newsprint_model::Diagnostic;

use super::place::Place;
use super::{Context, Deploy, Live};
use crate::diff::Plan;
use crate::local::Local;
use crate::manifest::Manifest;
use crate::process::{Program, run};
use crate::progress::Progress;
use crate::state::{self, failed};

/// A folder to hand over, and the memory of what was handed over last.
pub(super) struct Staged {
    context: Context,
}

impl Staged {
    pub(super) fn new(context: Context) -> Self {
        Self { context }
    }

    /// The folder that holds the site.
    pub(super) fn folder(&self) -> PathBuf {
        self.context.state.join("site")
    }

    /// The file that remembers what the platform took last.
    fn taken(&self) -> PathBuf {
        self.context.state.join("taken")
    }

    /// What was handed over last. The platforms do not say what they have; a machine that has never deployed does not know.
    pub(super) fn live(&self) -> Result<Live, Diagnostic> {
        let text = fs::read_to_string(self.taken()).ok();
        let manifest = text.and_then(|text| Manifest::parse(&text));
        let mut live = Live {
            is_known: manifest.is_some(),
            manifest,
            ..Live::default()
        };
        if !live.is_known {
            live.warnings.push(
                Diagnostic::warning("it is not known here what is live: every file counts as new")
                    .hint("the platform compares for itself and takes only what it lacks; from the next deploy on it is known"),
            );
        }
        Ok(live)
    }

    /// Writes a file that the platform's program reads beside the site.
    pub(super) fn beside(&self, name: &str, text: &str) -> Result<(), Diagnostic> {
        let path = self.context.state.join(name);
        state::write(&path, text.as_bytes()).map_err(|error| failed(&path, &error))
    }

    /// Stages the site.
    fn stage(&self, local: &Local, progress: &dyn Progress) -> Result<(), Diagnostic> {
        let place = Place::staged(&self.folder(), &self.context.state.join("staged"));
        let staged = place.live()?.manifest;
        if staged.is_none() && self.folder().exists() {
            // Nothing is known about what lies there, and nothing but the site may be handed over.
            fs::remove_dir_all(self.folder()).map_err(|error| failed(&self.folder(), &error))?;
        }
        let staged = staged.unwrap_or_default();
        let plan = Plan::between(&staged, &local.manifest, |_| crate::role::Role::Asset);
        place.apply(
            &Deploy {
                local,
                live: &staged,
                plan: &plan,
            },
            progress,
        )
    }

    /// Stages the site and runs the platform's program over it.
    pub(super) fn hand_over(
        &self,
        program: Program,
        command: &[String],
        arguments: &[&str],
        deploy: &Deploy<'_>,
        progress: &dyn Progress,
    ) -> Result<(), Diagnostic> {
        self.stage(deploy.local, progress)?;
        let Some((name, first)) = command.split_first() else {
            return Err(Diagnostic::error("`command` names no program"));
        };
        progress.begin("hand over", 0);
        let mut child = Command::new(name);
        child
            .args(first)
            .args(arguments)
            .env("CI", "1")
            .current_dir(&self.context.state);
        let finished = run(program, &mut child, &self.context.secrets)?;
        if !finished.succeeded() {
            let said = finished.complaint();
            let out = self.context.secrets.clean(&finished.text());
            let out: Vec<&str> = out.lines().rev().take(5).collect();
            let out: Vec<&str> = out.into_iter().rev().collect();
            return Err(Diagnostic::error(format!(
                "{} failed: {said}\n{}",
                program.what,
                out.join("\n")
            ))
            .hint("what is live is as it was; the platform switches to a deploy as a whole"));
        }
        for line in self.context.secrets.clean(&finished.text()).lines() {
            if line.contains("https://") {
                progress.note(line.trim());
            }
        }
        let taken = self.taken();
        state::write(&taken, deploy.local.manifest.to_text().as_bytes())
            .map_err(|error| failed(&taken, &error))
    }
}
