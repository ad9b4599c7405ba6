//! What a build did, in the form that `--report` writes.

use serde::{Deserialize, Serialize};

use crate::Diagnostic;

/// The whole report. Keys are a contract: they may be added, never renamed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// What became of the posts.
    pub posts: PostReport,
    /// What went wrong as a whole; where there is anything, the output is not complete.
    pub errors: Vec<Diagnostic>,
    /// What became of the output files.
    pub routes: RouteReport,
    /// What was taken out of the bodies, in total.
    pub rewrite: Counts,
    /// How long each phase took, in the order in which they ran.
    pub phases: Vec<Phase>,
    /// Where the time went, if that was asked for; what took longest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profile: Vec<Timing>,
    /// The most memory the process held at any time; 0 where the system does not tell.
    pub peak_rss_bytes: u64,
}

/// What became of the posts.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PostReport {
    /// Files that look like posts.
    pub found: usize,
    /// Posts that got a page.
    pub built: usize,
    /// Posts left out because their front matter says so (drafts, expired, future, unpublished).
    pub withheld: usize,
    /// Posts whose date was not in their front matter, and where it came from instead.
    pub dated: Vec<GuessedDate>,
    /// Files that could not be used at all.
    pub skipped: Vec<Diagnostic>,
    /// Everything that was assumed or repaired.
    pub warnings: Vec<Diagnostic>,
}

/// A post whose date had to be inferred.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuessedDate {
    /// The post's file.
    pub path: String,
    /// Where its date came from: `path`, `file name`, `neighbours`, ...
    pub origin: &'static str,
    /// The date it was given, RFC 3339.
    pub date: String,
}

/// What became of the output files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RouteReport {
    /// Files that the output consists of.
    pub total: usize,
    /// Files that were created or whose bytes changed.
    pub written: usize,
    /// Files that already stood there, byte for byte.
    pub unchanged: usize,
    /// Files of an earlier build that this one did not make.
    pub removed: usize,
}

/// How long a phase took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Phase {
    /// The phase: `scan`, `read`, `freeze`, `plan`, `posts`, `pages`, `prune`.
    pub name: &'static str,
    /// Wall clock seconds.
    pub seconds: f64,
}

/// How long one kind of work took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Timing {
    /// A template, such as `post.html`; in brackets what is no template: `(bodies)`, `(files)`.
    pub name: &'static str,
    /// How often it was done.
    pub count: usize,
    /// Seconds, of all threads together.
    pub seconds: f64,
    /// Seconds of the one that took longest.
    pub max_seconds: f64,
    /// Which that was: a post's file, or a file of the output.
    pub slowest: String,
}

/// What the rewriter took out of one body, or out of all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Links that lost tracking parameters.
    pub links_cleaned: u64,
    /// Links that led through a redirect and now lead to their target.
    pub links_unwrapped: u64,
    /// Links that led nowhere a reader can go (dead schemes, local files, share dialogs); their text stays.
    pub links_removed: u64,
    /// Images that exist to be counted, not seen.
    pub pixels_removed: u64,
    /// Other elements taken out: scripts, forms, share widgets, empty wrappers.
    pub elements_removed: u64,
    /// Attributes taken out: event handlers, inline styles, ids of scripts.
    pub attributes_removed: u64,
    /// Images whose real address was found behind a placeholder.
    pub images_recovered: u64,
    /// Frames and players that became a link.
    pub frames_replaced: u64,
}

impl Counts {
    /// Adds another count to this one.
    pub fn add(&mut self, other: &Self) {
        self.links_cleaned += other.links_cleaned;
        self.links_unwrapped += other.links_unwrapped;
        self.links_removed += other.links_removed;
        self.pixels_removed += other.pixels_removed;
        self.elements_removed += other.elements_removed;
        self.attributes_removed += other.attributes_removed;
        self.images_recovered += other.images_recovered;
        self.frames_replaced += other.frames_replaced;
    }
}
