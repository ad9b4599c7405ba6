//! The build itself: prepare, render into a sink, prune, report.

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use newsprint_model::report::RouteReport;
use newsprint_model::{Counts, Diagnostic, Report, Route, RouteKind};
use rayon::prelude::*;

use crate::Options;
use crate::folder::SiteFolder;
use crate::linkcheck::LinkCheck;
use crate::lock;
use crate::manifest::Manifest;
use crate::names;
use crate::plan::Pagination;
use crate::prepare::{self, Phases, Prepared};
use crate::profile::{FILES, Profile};
use crate::progress::Progress;
use crate::render::{BodySpans, Rendered, Renderer, Worker};
use crate::sink::{FolderSink, Put, Sink, write_state};
use crate::site::Site;

/// Routes that one task takes at a time: enough that sharing them out costs nothing, few enough that
/// the last task does not keep the others waiting.
const ROUTES_A_TASK: usize = 16;

/// After so many pages that could not be made it is the templates, not the pages.
const MOST_FAILURES: usize = 100;

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
        let prepared = prepare::prepare(folder, config, options, progress)?;
        refuse_if_strict(options, &prepared)?;
        let mut state_warnings = Vec::new();
        if let Err(error) = &lock {
            state_warnings.push(
                Diagnostic::warning(format!("the build's own records cannot be written: {error}"))
                    .hint("URLs that were decided by who came first are decided anew each time, and old files are not removed"),
            );
        }
        write(prepared, options, lock.is_ok(), state_warnings, progress)
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
        let prepared = prepare::prepare(folder, config, options, progress)?;
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

fn write(
    prepared: Prepared,
    options: &Options,
    has_state: bool,
    state_warnings: Vec<Diagnostic>,
    progress: &dyn Progress,
) -> Result<Outcome, Vec<Diagnostic>> {
    let folder = prepared.site.folder.clone();
    let sink = FolderSink::new(&folder.output).trusting_nothing(options.clean);
    let files: BTreeSet<String> = prepared
        .site
        .plan
        .routes
        .iter()
        .map(|route| route.url.file())
        .collect();
    let failed = |error: std::io::Error| vec![Diagnostic::error(error.to_string())];
    let before = Manifest::load(&folder.manifest_file());
    let mut stale: Vec<&str> = before
        .files
        .difference(&files)
        .map(String::as_str)
        .collect();
    stale.retain(|file| !prepared.kept.iter().any(|kept| kept == file));
    if has_state {
        if prepared.ledger.is_foreign {
            let old = folder.ledger_file().with_extension("tsv.old");
            std::fs::rename(folder.ledger_file(), old).map_err(failed)?;
        }
        write_state(&folder.ledger_file(), &prepared.ledger.to_text()).map_err(failed)?;
        announce(&folder, &before, &files).map_err(failed)?;
        if before.unfinished {
            sink.sweep();
            FolderSink::new(&folder.state).sweep();
        }
        let in_the_way: Vec<&str> = stale
            .iter()
            .copied()
            .filter(|file| is_in_the_way(file, &files))
            .collect();
        sink.prune(&in_the_way).map_err(failed)?;
    }
    let mut run = Run::new(&prepared.site, &sink, progress);
    run.profile = options.profile.then(Profile::default);
    run.render();
    progress.begin("prune", 0);
    let mut removed = 0;
    if run.errors.is_empty() && has_state {
        if prepared.incomplete {
            stale.clear();
        }
        keep_twins(&sink, &mut stale, &files);
        match sink.prune(&stale) {
            Ok(count) => removed = count,
            Err(error) => run.errors.push(Diagnostic::error(error.to_string())),
        }
        let gone: BTreeSet<&str> = stale.into_iter().collect();
        let kept = before
            .files
            .iter()
            .filter(|file| !gone.contains(file.as_str()));
        let now = Manifest {
            files: kept.chain(&files).cloned().collect(),
            unfinished: false,
        };
        if let Err(error) = now.store(&folder.manifest_file()) {
            run.errors.push(Diagnostic::error(error.to_string()));
        }
    }
    run.phases.end("prune");
    let mut report = report(&prepared, &run);
    report.routes.removed = removed;
    report.posts.warnings.splice(0..0, state_warnings);
    Ok(run.outcome(report))
}

/// Where a file system ignores case or Unicode form, a file's old name is also that of its successor.
fn keep_twins(sink: &FolderSink, stale: &mut Vec<&str>, files: &BTreeSet<String>) {
    if stale.is_empty() {
        return;
    }
    let folded: HashMap<String, &str> = files
        .iter()
        .map(|file| (names::fold(file), file.as_str()))
        .collect();
    stale.retain(|old| match folded.get(&names::fold(old)) {
        Some(new) => !sink.is_one_file(old, new),
        None => true,
    });
}

/// Whether a file of an earlier build stands where this one needs a folder, or the other way round.
fn is_in_the_way(stale: &str, files: &BTreeSet<String>) -> bool {
    let below = format!("{stale}/");
    let is_folder_now = files
        .range(below.clone()..)
        .next()
        .is_some_and(|file| file.starts_with(&below));
    let mut folders = stale.match_indices('/').map(|(slash, _)| &stale[..slash]);
    is_folder_now || folders.any(|folder| files.contains(folder))
}

/// Before the first file is written, the manifest names all that may come about: a build that is killed at any
/// moment then leaves nothing that a later one would not recognise as its own.
fn announce(
    folder: &SiteFolder,
    before: &Manifest,
    files: &BTreeSet<String>,
) -> std::io::Result<()> {
    let files = before.files.union(files).cloned().collect();
    Manifest {
        files,
        unfinished: true,
    }
    .store(&folder.manifest_file())
}

fn report(prepared: &Prepared, run: &Run<'_>) -> Report {
    let mut report = Report {
        errors: Vec::new(),
        posts: prepared.posts.clone(),
        routes: RouteReport {
            total: prepared.site.plan.routes.len(),
            written: run.written.load(Ordering::Relaxed),
            unchanged: run.unchanged.load(Ordering::Relaxed),
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
    report.posts.built = run.posts.load(Ordering::Relaxed);
    report.phases.extend(run.phases.done.iter().cloned());
    report
}

/// One pass over all routes.
struct Run<'a> {
    site: &'a Site,
    sink: &'a dyn Sink,
    progress: &'a dyn Progress,
    phases: Phases,
    errors: Vec<Diagnostic>,
    cleaning: Counts,
    profile: Option<Profile>,
    posts: AtomicUsize,
    written: AtomicUsize,
    unchanged: AtomicUsize,
    failures: AtomicUsize,
    stop: AtomicBool,
}

impl<'a> Run<'a> {
    fn new(site: &'a Site, sink: &'a dyn Sink, progress: &'a dyn Progress) -> Self {
        Self {
            site,
            sink,
            progress,
            phases: Phases::default(),
            errors: Vec::new(),
            cleaning: Counts::default(),
            profile: None,
            posts: AtomicUsize::new(0),
            written: AtomicUsize::new(0),
            unchanged: AtomicUsize::new(0),
            failures: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
        }
    }

    /// Posts first: feeds take their bodies from the pages, and the figures need all counts.
    fn render(&mut self) {
        let routes = &self.site.plan.routes;
        let files: Vec<String> = routes.iter().map(|route| route.url.file()).collect();
        let folders: BTreeSet<&str> = files
            .iter()
            .filter_map(|file| Some(&file[..file.rfind('/')?]))
            .collect();
        if let Err(error) = self.sink.prepare(&folders) {
            self.errors.push(Diagnostic::error(error.to_string()));
            return;
        }
        drop(files);
        let posts = self.site.archive.posts().len();
        let spans = BodySpans::new(posts);
        let threads = rayon::current_num_threads();
        let workers: Vec<Mutex<Worker>> = (0..threads).map(|_| Mutex::new(self.worker())).collect();
        self.progress.begin("render", routes.len());
        let (posts, pages) = routes.split_at(posts);
        let stages = [
            ("posts", posts.iter().collect()),
            ("pages", self.in_time(pages)),
        ];
        for (stage, part) in stages {
            let renderer = Renderer {
                site: self.site,
                sink: self.sink,
                spans: &spans,
                cleaning: self.cleaning,
            };
            let mut errors = self.stage(&renderer, &part, &workers);
            self.errors.append(&mut errors);
            self.phases.end(stage);
            self.cleaning = Counts::default();
            for worker in &workers {
                self.cleaning.add(&lock_worker(worker).counts);
            }
        }
        if let Some(profile) = &mut self.profile {
            for worker in &workers {
                profile.join(lock_worker(worker).profile.take().unwrap_or_default());
            }
        }
        self.errors.sort();
        self.errors.dedup();
    }

    /// Pages in the order of their newest posts: lists of the same weeks are then made one after the other, and what
    /// a worker made for one of them serves the others. The forms of a feed stay together.
    fn in_time(&self, pages: &'a [Route]) -> Vec<&'a Route> {
        let mut pages: Vec<&Route> = pages.iter().collect();
        pages.sort_by_cached_key(|route| match &route.kind {
            RouteKind::List(key, number) => {
                let posts = self.site.archive.list(*key);
                let shown = Pagination::of(posts.len(), self.site.config.page_size).range(*number);
                posts[shown].last().copied()
            }
            _ => None,
        });
        pages
    }

    fn worker(&self) -> Worker {
        let mut worker = Worker::new(self.site);
        worker.profile = self.profile.as_ref().map(|_| Profile::default());
        worker
    }

    fn stage(
        &self,
        renderer: &Renderer<'_>,
        routes: &[&Route],
        workers: &[Mutex<Worker>],
    ) -> Vec<Diagnostic> {
        routes
            .par_chunks(ROUTES_A_TASK)
            .map(|chunk| {
                let mut errors = Vec::new();
                // Work is shared out over this pool's threads, each with a number below their count. Nothing
                // below may share out work of its own: a thread that waits takes other tasks, and with them this lock.
                let number = rayon::current_thread_index().unwrap_or_default() % workers.len();
                let mut worker = lock_worker(&workers[number]);
                for route in chunk {
                    if self.stop.load(Ordering::Relaxed) {
                        break;
                    }
                    if let Err(failure) = self.guarded(renderer, route, &mut worker) {
                        let failures = self.failures.fetch_add(1, Ordering::Relaxed) + 1;
                        if failure.is_final || failures >= MOST_FAILURES {
                            self.stop.store(true, Ordering::Relaxed);
                        }
                        errors.push(failure.diagnostic);
                    }
                }
                self.progress.advance(chunk.len());
                errors
            })
            .flatten()
            .collect()
    }

    /// A page that brings down what makes it costs itself alone.
    fn guarded(
        &self,
        renderer: &Renderer<'_>,
        route: &Route,
        worker: &mut Worker,
    ) -> Result<(), Failure> {
        let attempt = AssertUnwindSafe(|| self.route(renderer, route, worker));
        catch_unwind(attempt).unwrap_or_else(|_| {
            // What it left behind in the worker is not known.
            *worker = self.worker();
            let about = self.name_of(route);
            Err(Failure::of_page(
                Diagnostic::error("this page could not be made because of a mistake in Newsprint")
                    .at(about)
                    .hint("everything else was built; please report it with the file"),
            ))
        })
    }

    /// A route as the owner knows it: by the post's file, or else the file of the output.
    fn name_of(&self, route: &Route) -> String {
        match route.kind {
            RouteKind::Post(id) => format!("content/{}", self.site.archive.post(id).file.key()),
            _ => route.url.file(),
        }
    }

    fn route(
        &self,
        renderer: &Renderer<'_>,
        route: &Route,
        worker: &mut Worker,
    ) -> Result<(), Failure> {
        let file = route.url.file();
        if let Some(profile) = &mut worker.profile {
            profile.begin(self.name_of(route));
        }
        let rendered = renderer.render(route, worker).map_err(Failure::of_page)?;
        let since = worker.begin();
        let put = match &rendered {
            Rendered::Page(_) => self.sink.put(&file, &worker.page),
            Rendered::Copy(from) => self.sink.copy(&file, from),
        };
        worker.end(FILES, since);
        match put.map_err(Failure::of_sink)? {
            Put::Written => &self.written,
            Put::Unchanged => &self.unchanged,
        }
        .fetch_add(1, Ordering::Relaxed);
        if let RouteKind::Post(id) = route.kind {
            self.posts.fetch_add(1, Ordering::Relaxed);
            if let Rendered::Page(Some(span)) = &rendered {
                renderer.spans.set(id, span);
            }
        }
        Ok(())
    }

    fn outcome(self, mut report: Report) -> Outcome {
        report.errors = self.errors;
        Outcome {
            report,
            output: self.site.folder.output.clone(),
            has_base_url: self.site.config.has_base_url(),
        }
    }
}

/// Why a file did not come about.
struct Failure {
    diagnostic: Diagnostic,
    /// Whether every other file would fail the same way.
    is_final: bool,
}

impl Failure {
    fn of_page(diagnostic: Diagnostic) -> Self {
        Self {
            diagnostic,
            is_final: false,
        }
    }

    fn of_sink(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        Self {
            is_final: matches!(
                error.kind(),
                StorageFull | ReadOnlyFilesystem | QuotaExceeded
            ),
            diagnostic: Diagnostic::error(error.to_string())
                .hint("the files written so far are whole; the next build completes the rest"),
        }
    }
}

/// A panic is caught before it can poison a worker.
fn lock_worker(worker: &Mutex<Worker>) -> std::sync::MutexGuard<'_, Worker> {
    worker
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
