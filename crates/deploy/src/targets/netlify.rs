//! `type = "netlify"`: Netlify, through its own program.

use newsprint_model::Diagnostic;
use newsprint_model::config::{Host, NetlifyTarget};

use super::staged::Staged;
use super::{Context, Deploy, Live, Target};
use crate::facts::Facts;
use crate::local::Local;
use crate::platform;
use crate::process::Program;
use crate::progress::Progress;

const NETLIFY: Program = Program {
    what: "netlify",
    install: "`npm install -g netlify-cli`, or set `command = [\"npx\", \"netlify-cli\"]`; it reads NETLIFY_AUTH_TOKEN",
};

/// A site of Netlify.
pub(super) struct Netlify {
    config: NetlifyTarget,
    staged: Staged,
}

impl Netlify {
    pub(super) fn new(config: &NetlifyTarget, context: Context) -> Self {
        Self {
            config: config.clone(),
            staged: Staged::new(context),
        }
    }
}

impl Target for Netlify {
    fn describe(&self) -> String {
        format!("the Netlify site {}", self.config.site)
    }

    fn extras(&self, facts: &Facts, local: &Local) -> Vec<(String, Vec<u8>)> {
        // Without the mark, the page that stands at the old address would be served instead.
        platform::headers_and_redirects(facts, local, Host::Netlify, "301!")
    }

    fn host(&self) -> Option<Host> {
        Some(Host::Netlify)
    }

    fn live(&mut self, _local: &Local, _progress: &dyn Progress) -> Result<Live, Diagnostic> {
        self.staged.live()
    }

    fn apply(&mut self, deploy: &Deploy<'_>, progress: &dyn Progress) -> Result<(), Diagnostic> {
        self.staged
            .beside("netlify.toml", &platform::netlify_toml("site"))?;
        let site = format!("--site={}", self.config.site);
        let arguments = ["deploy", "--prod", "--no-build", "--dir=site", &site];
        self.staged
            .hand_over(NETLIFY, &self.config.command, &arguments, deploy, progress)
    }
}
