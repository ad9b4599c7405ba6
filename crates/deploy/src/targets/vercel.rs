//! `type = "vercel"`: Vercel, through its own program.

use newsprint_model::Diagnostic;
use newsprint_model::config::{Host, VercelTarget};

use super::staged::Staged;
use super::{Context, Deploy, Live, Target};
use crate::facts::Facts;
use crate::local::Local;
use crate::platform;
use crate::preflight;
use crate::process::Program;
use crate::progress::Progress;

const VERCEL: Program = Program {
    what: "vercel",
    install: "`npm install -g vercel`, or set `command = [\"npx\", \"vercel\"]`; it reads VERCEL_TOKEN, VERCEL_ORG_ID and VERCEL_PROJECT_ID",
};

const PROJECT: &str = "VERCEL_PROJECT_ID";

/// A project of Vercel.
pub(super) struct Vercel {
    config: VercelTarget,
    staged: Staged,
}

impl Vercel {
    pub(super) fn new(config: &VercelTarget, context: Context) -> Self {
        Self {
            config: config.clone(),
            staged: Staged::new(context),
        }
    }
}

impl Target for Vercel {
    fn describe(&self) -> String {
        match &self.config.project {
            Some(project) => format!("the Vercel project {project}"),
            None => format!("the Vercel project that {PROJECT} names"),
        }
    }

    fn extras(&self, facts: &Facts, local: &Local) -> Vec<(String, Vec<u8>)> {
        let mut extras = Vec::new();
        let rules = platform::rules(facts, &local.manifest);
        let most = preflight::most_redirects(Host::Vercel);
        let text = platform::vercel_json(facts, &rules, most);
        platform::add_missing(&mut extras, local, "vercel.json", text);
        extras
    }

    fn host(&self) -> Option<Host> {
        Some(Host::Vercel)
    }

    fn live(&mut self, _local: &Local, _progress: &dyn Progress) -> Result<Live, Diagnostic> {
        self.staged.live()
    }

    fn apply(&mut self, deploy: &Deploy<'_>, progress: &dyn Progress) -> Result<(), Diagnostic> {
        let project = self
            .config
            .project
            .as_ref()
            .map(|project| format!("--project={project}"));
        if project.is_none() && std::env::var_os(PROJECT).is_none_or(|value| value.is_empty()) {
            // Without one, the program would begin a project of its own accord.
            return Err(Diagnostic::error("no project is named")
                .hint("set `project` of this target, or VERCEL_PROJECT_ID and VERCEL_ORG_ID in the environment"));
        }
        let folder = self.staged.folder().display().to_string();
        let mut arguments = vec!["deploy", &folder, "--prod", "--yes"];
        arguments.extend(project.as_deref());
        if self.config.archive {
            arguments.push("--archive=tgz");
        }
        self.staged
            .hand_over(VERCEL, &self.config.command, &arguments, deploy, progress)
    }
}
