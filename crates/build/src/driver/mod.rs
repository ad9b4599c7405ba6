//! The build itself: prepare, render into a sink, prune, report.

mod failure;
mod index;
mod memory;
mod output;
mod run;

use std::path::{Path, PathBuf};

use newsprint_model::report::RouteReport;
use newsprint_model::{Diagnostic, Report};

use self::run::Run;
use crate::Options;
use crate::linkcheck::LinkCheck;
use crate::lock;
use crate::prepare::{self, Prepared};
use crate::profile::Profile;
use crate::progress::Progress;

/// More threads than this only cost memory.
const MOST_JOBS: usize = 256;

/// What a build or a check has come to.
#[derive(Debug)]
pub struct Outcome {
    /// What was done.
    pub report: Report,
    /// Where the output is.
    pub output: PathBuf,
    /// Whether the owner said where the output will stand.
    pub has_base_url: bool,
}

/// Builds a site.
///
/// # Errors
/// Whatever stops it before the first file is written.
pub fn build(
    root: &Path,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Outcome, Vec<Diagnostic>> {
    in_pool(options, || {
        let (folder, config) = prepare::open(root, options).map_err(|error| vec![error])?;
        let lock = lock::acquire(&folder, progress);
        let prepared = prepare::prepare(folder, config, options, lock.is_ok(), progress)?;
        refuse_if_strict(options, &prepared)?;
        let mut state_warnings = Vec::new();
        if let Err(error) = &lock {
            state_warnings.push(
                Diagnostic::warning(format!("the build's own records cannot be written: {error}"))
                    .hint("URLs that were decided by who came first are decided anew each time, and old files are not removed"),
            );
        }
        output::write(prepared, options, lock.is_ok(), state_warnings, progress)
    })
}

/// Does everything that a build does but write, and follows every internal link.
///
/// # Errors
/// Whatever would stop a build before the first file is written.
pub fn check(
    root: &Path,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Outcome, Vec<Diagnostic>> {
    in_pool(options, || {
        let (folder, config) = prepare::open(root, options).map_err(|error| vec![error])?;
        let prepared = prepare::prepare(folder, config, options, false, progress)?;
        let sink = LinkCheck::new(&prepared.site);
        let mut run = Run::new(&prepared.site, &sink, progress);
        run.render();
        let mut report = report(&prepared, &run);
        report.posts.warnings.splice(0..0, sink.broken());
        Ok(run.outcome(report))
    })
}

/// The number of threads is a setting, one thread too, so that every build takes the same path.
fn in_pool<T: Send>(
    options: &Options,
    work: impl FnOnce() -> Result<T, Vec<Diagnostic>> + Send,
) -> Result<T, Vec<Diagnostic>> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.jobs.min(MOST_JOBS))
        .thread_name(|number| format!("newsprint-{number}"))
        .build()
        .map_err(|error| {
            vec![Diagnostic::error(format!(
                "threads could not be started: {error}"
            ))]
        })?;
    pool.install(work)
}

fn refuse_if_strict(options: &Options, prepared: &Prepared) -> Result<(), Vec<Diagnostic>> {
    let posts = &prepared.posts;
    if !options.strict || (posts.skipped.is_empty() && posts.warnings.is_empty()) {
        return Ok(());
    }
    let mut all = posts.skipped.clone();
    all.extend(posts.warnings.iter().cloned());
    Err(all)
}

fn report(prepared: &Prepared, run: &Run<'_>) -> Report {
    let mut report = Report {
        errors: Vec::new(),
        posts: prepared.posts.clone(),
        routes: RouteReport {
            total: prepared.site.plan.routes.len(),
            written: run.written(),
            unchanged: run.unchanged(),
            removed: 0,
        },
        rewrite: run.cleaning,
        phases: prepared.phases.clone(),
        profile: run
            .profile
            .clone()
            .map(Profile::timings)
            .unwrap_or_default(),
        peak_rss_bytes: crate::memory::peak_rss_bytes(),
    };
    report.posts.warnings.extend_from_slice(&run.warnings);
    report.posts.built = run.posts();
    report.phases.extend(run.phases.done.iter().cloned());
    report
}
