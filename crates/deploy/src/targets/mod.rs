//! Where a site can be put: one file a target.

mod cloudflare;
mod folder;
mod git;
mod netlify;
mod place;
mod rsync;
mod s3;
mod staged;
mod vercel;

use std::path::{Path, PathBuf};

use newsprint_model::Diagnostic;
use newsprint_model::config::{self, Host};

use crate::diff::Plan;
use crate::facts::Facts;
use crate::local::Local;
use crate::manifest::Manifest;
use crate::progress::Progress;
use crate::redact::Secrets;

/// What every target is given.
#[derive(Debug, Clone)]
pub struct Context {
    /// The site folder; relative paths in the configuration start there.
    pub site: PathBuf,
    /// Where this target may keep what it needs between deploys.
    pub state: PathBuf,
    /// What must not be said.
    pub secrets: Secrets,
}

/// What is live.
#[derive(Debug)]
pub struct Live {
    /// The files that earlier deploys put there; none where there are none, or where that is not known.
    pub manifest: Option<Manifest>,
    /// Whether it is known. Some platforms do not tell.
    pub is_known: bool,
    /// Whether an earlier deploy ended before its last step, so that there is something to do even if no file differs.
    pub is_pending: bool,
    /// What was odd about it.
    pub warnings: Vec<Diagnostic>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            manifest: None,
            is_known: true,
            is_pending: false,
            warnings: Vec::new(),
        }
    }
}

/// A deploy that has been decided on.
pub struct Deploy<'a> {
    /// What shall be live.
    pub local: &'a Local,
    /// What is live.
    pub live: &'a Manifest,
    /// What to do.
    pub plan: &'a Plan,
}

/// A place that a site can be put.
pub trait Target {
    /// What it is, for messages.
    fn describe(&self) -> String;

    /// Files that this target needs besides those of the output.
    fn extras(&self, _facts: &Facts, _local: &Local) -> Vec<(String, Vec<u8>)> {
        Vec::new()
    }

    /// Stands for the headers that a file is stored with; 0 where there are none.
    fn headers(&self, _path: &str) -> u32 {
        0
    }

    /// The host whose limits hold where the configuration names none.
    fn host(&self) -> Option<Host> {
        None
    }

    /// Asks what is live. Changes nothing there.
    ///
    /// # Errors
    /// A target that cannot be reached or does not let us in.
    fn live(&mut self, local: &Local, progress: &dyn Progress) -> Result<Live, Diagnostic>;

    /// Makes live what shall be.
    ///
    /// # Errors
    /// Whatever stops it; what is live then still holds together, and the next deploy goes on from there.
    fn apply(&mut self, deploy: &Deploy<'_>, progress: &dyn Progress) -> Result<(), Diagnostic>;
}

/// The target that a configuration describes.
///
/// # Errors
/// A folder that must not be deployed to.
pub fn open(
    target: &config::Target,
    context: Context,
    output: &Path,
) -> Result<Box<dyn Target>, Diagnostic> {
    Ok(match target {
        config::Target::Git(config) => Box::new(git::Git::new(config, context)),
        config::Target::S3(config) => Box::new(s3::S3::open(config, context)?),
        config::Target::Rsync(config) => Box::new(rsync::Rsync::open(config, context)?),
        config::Target::Folder(config) => Box::new(folder::Folder::open(config, context, output)?),
        config::Target::Cloudflare(config) => {
            Box::new(cloudflare::Cloudflare::new(config, context))
        }
        config::Target::Netlify(config) => Box::new(netlify::Netlify::new(config, context)),
        config::Target::Vercel(config) => Box::new(vercel::Vercel::new(config, context)),
    })
}

/// What a manifest at a target that makes no sense means: nothing there is known to be ours.
fn unreadable_manifest(place: &str) -> Diagnostic {
    Diagnostic::warning("the record of what is live there cannot be read")
        .at(place)
        .hint("everything is sent again; files of earlier deploys that are not part of the site any more stay")
}
