//! Shows a site while it is being written: pages are made when they are asked for, the site folder is watched, and browsers
//! follow every save.
//!
//! 1. `watch` hears of changes and gathers those that belong together; `news` sorts them.
//! 2. `keeper` takes them in, makes a new state of the site and publishes it (`state`).
//! 3. `server` takes connections, `answer` answers from the state published last, `reply` gives answers their form; `guard`
//!    decides who may ask and `address` what for.
//! 4. `events` tells the browsers; a small script of the preview's own, which every page carries (`live`), acts on it.
//!
//! What is served is what [`newsprint_build::build`] would write at that moment, byte for byte but for that script.

mod address;
mod answer;
mod body;
mod encode;
mod events;
mod files;
mod guard;
mod keeper;
mod listen;
mod live;
mod media;
mod news;
mod problems;
mod range;
mod reply;
mod server;
mod stall;
mod state;
mod styles;
mod watch;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use newsprint_build::{Options, Progress};
use newsprint_model::Diagnostic;
use newsprint_model::report::{Phase, PostReport};

pub use listen::FIRST_PORT;

/// Which port to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// The first free one from [`FIRST_PORT`] on.
    Free,
    /// This one.
    Fixed(u16),
}

/// What the owner asks of a preview.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The site folder.
    pub site: PathBuf,
    /// What the site is made with; `output` and `now` are not looked at.
    pub options: Options,
    /// The address to listen on.
    pub bind: IpAddr,
    /// The port to listen on.
    pub port: Port,
    /// Names by which the server may be called beside its own addresses.
    pub hosts: Vec<String>,
    /// What time it is, seconds since 1970; asked each time that the site is made anew.
    pub clock: fn() -> i64,
}

/// Where the preview can be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// On this machine, with scheme, port and the path of the base URL.
    pub local: String,
    /// From other machines of the network, where they may ask.
    pub network: Option<String>,
}

/// A change that browsers have been told of.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The files, as the owner would type them; some of them where there are many.
    pub files: Vec<String>,
    /// How many there are.
    pub count: usize,
    /// From the first sign of the change until browsers were told.
    pub time: Duration,
    /// What that time was spent on.
    pub phases: Vec<Phase>,
}

/// Hears what happens in a preview. Called from several threads.
pub trait Listener: Send + Sync {
    /// The site is served and followed, or cannot be made as it is: then there is no report on its posts yet. `time` is how long
    /// the first browser had to wait.
    fn ready(&self, place: &Place, report: Option<&PostReport>, time: Duration);
    /// Something changed.
    fn changed(&self, change: &Change);
    /// What is wrong now with what was changed; nothing where all is well again.
    fn problems(&self, problems: &[Diagnostic]);
    /// Something to know that is not about a post.
    fn note(&self, text: &str);
    /// Hears of the progress of the first reading.
    fn progress(&self) -> &dyn Progress;
}

/// Serves until the process is told to end (Ctrl-C, or what a system sends to end a program).
///
/// # Errors
/// A site folder that is none, or an address that cannot be listened on. A site that cannot be made is no error: browsers
/// show what is wrong with it until that is mended.
pub fn serve(settings: Settings, listener: Arc<dyn Listener>) -> Result<(), Diagnostic> {
    let failed = |what: &str, error: &dyn std::fmt::Display| {
        Diagnostic::error(format!("{what} could not be started: {error}"))
    };
    let site = newsprint_build::folder::SiteFolder::at(&settings.site, None);
    if !site.content.is_dir() {
        // Opened for what it says about a folder that is no site.
        newsprint_build::folder::SiteFolder::open(&settings.site, None)?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("newsprint-http")
        .enable_io()
        .enable_time()
        .build()
        .map_err(|error| failed("the server", &error))?;
    let result = runtime.block_on(server::run(settings, listener));
    // Browsers that listen for changes would do so for ever.
    runtime.shutdown_background();
    result
}
