//! `type = "cloudflare"`: Cloudflare Pages, through `wrangler`.

use newsprint_model::Diagnostic;
use newsprint_model::config::{CloudflareTarget, Host};

use super::staged::Staged;
use super::{Context, Deploy, Live, Target};
use crate::facts::Facts;
use crate::local::Local;
use crate::platform;
use crate::process::Program;
use crate::progress::Progress;

const WRANGLER: Program = Program {
    what: "wrangler",
    install: "`npm install -g wrangler`, or set `command = [\"npx\", \"wrangler\"]`; it reads CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID",
};

/// A project of Cloudflare Pages.
pub(super) struct Cloudflare {
    config: CloudflareTarget,
    staged: Staged,
}

impl Cloudflare {
    pub(super) fn new(config: &CloudflareTarget, context: Context) -> Self {
        Self {
            config: config.clone(),
            staged: Staged::new(context),
        }
    }
}

impl Target for Cloudflare {
    fn describe(&self) -> String {
        format!("the Cloudflare Pages project {}", self.config.project)
    }

    fn extras(&self, facts: &Facts, local: &Local) -> Vec<(String, Vec<u8>)> {
        platform::headers_and_redirects(facts, local, Host::Cloudflare, "301")
    }

    fn host(&self) -> Option<Host> {
        Some(Host::Cloudflare)
    }

    fn live(&mut self, _local: &Local, _progress: &dyn Progress) -> Result<Live, Diagnostic> {
        self.staged.live()
    }

    fn apply(&mut self, deploy: &Deploy<'_>, progress: &dyn Progress) -> Result<(), Diagnostic> {
        let folder = self.staged.folder().display().to_string();
        let project = format!("--project-name={}", self.config.project);
        let branch = self
            .config
            .branch
            .as_ref()
            .map(|branch| format!("--branch={branch}"));
        let mut arguments = vec!["pages", "deploy", &folder, &project, "--commit-dirty=true"];
        arguments.extend(branch.as_deref());
        self.staged
            .hand_over(WRANGLER, &self.config.command, &arguments, deploy, progress)
    }
}
