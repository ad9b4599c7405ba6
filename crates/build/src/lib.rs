//! Drives a build: six hops from a folder of posts to a folder of pages.
//!
//! 1. scan: walk over `content/` ([`read`])
//! 2. read: front matter of every post, in parallel ([`read`])
//! 3. freeze: order, trees, lists (`newsprint_model::Archive`)
//! 4. plan: every file of the output and its URL ([`plan`], [`urls`], [`ledger`])
//! 5. render: one route in, one file out, in parallel ([`render`])
//!    Terms for the search index are taken from the finished pages on the way ([`search`])
//! 6. sink: written if it differs, then what is stale is removed ([`sink`], [`manifest`])

pub mod abbrlink;
pub mod about;
mod ahead;
pub mod cache;
pub mod claims;
pub mod driver;
pub mod fingerprint;
pub mod folder;
pub mod ledger;
pub mod linkcheck;
pub mod local;
pub mod lock;
pub mod manifest;
pub mod memory;
pub mod names;
pub mod pagination;
pub mod permalink;
pub mod plan;
pub mod prepare;
pub mod preview;
pub mod profile;
pub mod progress;
pub mod read;
pub mod render;
pub mod search;
pub mod sink;
pub mod site;
pub mod spill;
pub mod urls;

use std::path::PathBuf;

pub use driver::{Outcome, build, check};
pub use progress::Progress;

/// What the owner asks of one build.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Where the output goes; `public/` in the site folder where not said.
    pub output: Option<PathBuf>,
    /// Threads; 0 for one a core.
    pub jobs: usize,
    /// Whether anything assumed or set aside stops the build before it writes.
    pub strict: bool,
    /// Whether drafts are shown.
    pub drafts: bool,
    /// Whether posts dated more than a day ahead are shown.
    pub future: bool,
    /// Whether every file is written anew, trusting nothing that earlier builds left but the URL ledger.
    pub clean: bool,
    /// Whether to measure how long each template takes.
    pub profile: bool,
    /// Overrides the base URL of the configuration.
    pub base_url: Option<String>,
    /// What time it is, seconds since 1970: held still for a whole build.
    pub now: i64,
}
