//! One pass over all routes: what changed is made and put into the sink, the rest is left as it stands.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use newsprint_model::{Counts, Diagnostic, Report, Route, RouteKind};
use rayon::prelude::*;

use super::Outcome;
use super::failure::Failure;
use super::memory::{Kept, Memory};
use crate::ahead::{Ahead, warm};
use crate::cache::routes::{Notes, RouteCache};
use crate::pagination::Pagination;
use crate::prepare::Phases;
use crate::profile::{FILES, Profile};
use crate::progress::Progress;
use crate::render::{BodySpans, Rendered, Renderer, Worker};
use crate::search::Collector;
use crate::sink::{Put, Sink};
use crate::site::Site;

/// Routes that one task takes at a time: enough that sharing them out costs nothing, few enough that
/// the last task does not keep the others waiting.
const ROUTES_A_TASK: usize = 16;

/// After so many pages that could not be made it is the templates, not the pages.
const MOST_FAILURES: usize = 100;

/// One pass over all routes.
pub(super) struct Run<'a> {
    pub(super) site: &'a Site,
    pub(super) sink: &'a dyn Sink,
    pub(super) progress: &'a dyn Progress,
    pub(super) phases: Phases,
    pub(super) errors: Vec<Diagnostic>,
    pub(super) warnings: Vec<Diagnostic>,
    pub(super) cleaning: Counts,
    pub(super) profile: Option<Profile>,
    pub(super) memory: Option<Memory<'a>>,
    /// What takes the terms for the search index, where one is made.
    pub(super) collector: Option<Collector<'a>>,
    /// Whether an index is made at all: nothing comes of one that is not kept.
    pub(super) makes_index: bool,
    posts: AtomicUsize,
    written: AtomicUsize,
    pub(super) unchanged: AtomicUsize,
    failures: AtomicUsize,
    pub(super) stop: AtomicBool,
}

impl<'a> Run<'a> {
    pub(super) fn new(site: &'a Site, sink: &'a dyn Sink, progress: &'a dyn Progress) -> Self {
        Self {
            site,
            sink,
            progress,
            phases: Phases::default(),
            errors: Vec::new(),
            warnings: Vec::new(),
            cleaning: Counts::default(),
            profile: None,
            memory: None,
            collector: None,
            makes_index: false,
            posts: AtomicUsize::new(0),
            written: AtomicUsize::new(0),
            unchanged: AtomicUsize::new(0),
            failures: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
        }
    }

    /// Leaves alone what is as the last build left it, and notes what this one leaves.
    pub(super) fn remembering(mut self, memory: Memory<'a>) -> Self {
        self.memory = Some(memory);
        self
    }

    /// Makes the search index as well.
    pub(super) fn with_index(mut self) -> Self {
        self.makes_index = true;
        self
    }

    /// What was known before and what has been made.
    pub(super) fn forget(&mut self) -> Option<(RouteCache, Notes)> {
        self.memory.take().map(Memory::into_parts)
    }

    pub(super) fn posts(&self) -> usize {
        self.posts.load(Ordering::Relaxed)
    }

    pub(super) fn written(&self) -> usize {
        self.written.load(Ordering::Relaxed)
    }

    pub(super) fn unchanged(&self) -> usize {
        self.unchanged.load(Ordering::Relaxed)
    }

    /// Posts first: feeds take their bodies from the pages, and the figures need all counts.
    pub(super) fn render(&mut self) {
        let routes = &self.site.plan.routes;
        // A URL's last slash is its file's; neighbours mostly share their folder.
        let folders = routes
            .iter()
            .filter_map(|route| Some(&route.url.as_str()[..route.url.as_str().rfind('/')?]));
        let mut folders: Vec<&str> = folders.collect();
        folders.dedup();
        let folders: BTreeSet<&str> = folders.into_iter().collect();
        if let Err(error) = self.sink.prepare(&folders) {
            self.errors.push(Diagnostic::error(error.to_string()));
            return;
        }
        let posts = self.site.archive.posts().len();
        let spans = BodySpans::new(posts);
        let threads = rayon::current_num_threads();
        let workers: Vec<Mutex<Worker>> = (0..threads).map(|_| Mutex::new(self.worker())).collect();
        self.progress.begin("render", routes.len());
        let (posts, pages) = routes.split_at(posts);
        let index = self.begin_index(pages);
        let stages = [
            ("posts", posts.iter().collect()),
            ("pages", self.in_time(pages)),
        ];
        // What took the terms: its file on the side is large, and takes a while to remove.
        let mut spent = None;
        for (stage, part) in stages {
            let renderer = Renderer {
                site: self.site,
                sink: self.sink,
                spans: &spans,
                cleaning: self.cleaning,
            };
            let (mut errors, ()) = rayon::join(
                || self.stage(&renderer, &part, &workers),
                || drop(spent.take()),
            );
            self.errors.append(&mut errors);
            self.phases.end(stage);
            if let Some(collector) = self.collector.take() {
                let put = |route: &Route, bytes: &[u8]| self.put_index(route, bytes);
                let mut errors = collector.finish(&index, put);
                self.errors.append(&mut errors);
                self.phases.end("search");
                spent = Some(collector);
            }
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
        for worker in &workers {
            self.warnings.append(&mut lock_worker(worker).warnings);
        }
        self.warnings.sort();
        self.errors.sort();
        self.errors.dedup();
    }

    /// Pages in the order of their newest posts: lists of the same weeks are then made one after the other, and what
    /// a worker made for one of them serves the others. The forms of a feed stay together. The search index is no page.
    fn in_time(&self, pages: &'a [Route]) -> Vec<&'a Route> {
        let is_page = |route: &&Route| !matches!(route.kind, RouteKind::Search(_));
        let mut pages: Vec<&Route> = pages.iter().filter(is_page).collect();
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

    pub(super) fn count(&self, put: Put) {
        match put {
            Put::Written => &self.written,
            Put::Unchanged => &self.unchanged,
        }
        .fetch_add(1, Ordering::Relaxed);
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
        let touch = |at: usize| self.touch(routes[at]);
        Ahead::of(routes.len(), workers.len(), &touch, |ahead| {
            self.routes(renderer, routes, workers, ahead)
        })
    }

    /// Asks the disk for what a route will need.
    fn touch(&self, route: &Route) {
        let file = route.url.file();
        if self
            .memory
            .as_ref()
            .is_some_and(|memory| memory.knows(&file))
        {
            self.sink.look(&file);
        } else if let RouteKind::Post(id) = route.kind {
            let path = &self.site.archive.post(id).file.path;
            warm(&self.site.folder.content.join(path));
        }
    }

    fn routes(
        &self,
        renderer: &Renderer<'_>,
        routes: &[&Route],
        workers: &[Mutex<Worker>],
        ahead: &Ahead<'_>,
    ) -> Vec<Diagnostic> {
        routes
            .par_chunks(ROUTES_A_TASK)
            .enumerate()
            // Left to itself, rayon makes a few tasks a thread, and the last of them keeps one thread busy alone.
            .with_max_len(1)
            .map(|(task, chunk)| {
                let mut errors = Vec::new();
                // Work is shared out over this pool's threads, each with a number below their count. Nothing
                // below may share out work of its own: a thread that waits takes other tasks, and with them this lock.
                let number = rayon::current_thread_index().unwrap_or_default() % workers.len();
                let mut worker = lock_worker(&workers[number]);
                for (route, at) in chunk.iter().zip(task * ROUTES_A_TASK..) {
                    if self.stop.load(Ordering::Relaxed) {
                        break;
                    }
                    ahead.begin(number, at);
                    if let Err(failure) = self.guarded(renderer, route, &mut worker) {
                        let failures = self.failures.fetch_add(1, Ordering::Relaxed) + 1;
                        if failure.is_final || failures >= MOST_FAILURES {
                            self.stop.store(true, Ordering::Relaxed);
                        }
                        errors.push(failure.diagnostic);
                    }
                    if let Some(time) = worker.waited.take() {
                        ahead.took(time);
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
        let since = Instant::now();
        if let Some(memory) = &self.memory
            && let Some(kept) = memory.still_stands(route, &file, self.sink)
        {
            worker.waited = Some(since.elapsed());
            return self.keep(memory, renderer, route, &kept, worker);
        }
        if let Some(profile) = &mut worker.profile {
            profile.begin(self.name_of(route));
        }
        let rendered = renderer.render(route, worker).map_err(Failure::of_page)?;
        if let Some(memory) = &self.memory
            && let Some(kept) = memory.came_out_the_same(route, &file, &worker.page, self.sink)
        {
            return self.keep(memory, renderer, route, &kept, worker);
        }
        let since = worker.begin();
        let put = match &rendered {
            Rendered::Page(_) => self.sink.put(&file, &worker.page),
            Rendered::Copy(from) => self.sink.copy(&file, from),
        };
        worker.end(FILES, since);
        let (put, stamp) = put.map_err(Failure::of_sink)?;
        self.count(put);
        let body = match rendered {
            Rendered::Page(body) => body,
            Rendered::Copy(_) => None,
        };
        if let RouteKind::Post(id) = route.kind {
            self.posts.fetch_add(1, Ordering::Relaxed);
            if let Some(span) = &body {
                renderer.spans.set(id, span);
            }
            self.collect_made(id, body.clone(), worker)?;
        }
        if let Some(memory) = &self.memory {
            memory.note(route, &file, stamp, body, worker);
        }
        Ok(())
    }

    /// A file that stays as it is: what others need of it is taken from memory.
    fn keep(
        &self,
        memory: &Memory<'_>,
        renderer: &Renderer<'_>,
        route: &Route,
        kept: &Kept<'_>,
        worker: &mut Worker,
    ) -> Result<(), Failure> {
        memory.keep(route, kept);
        self.unchanged.fetch_add(1, Ordering::Relaxed);
        if let (RouteKind::Post(id), Some(post)) = (&route.kind, &kept.post) {
            self.posts.fetch_add(1, Ordering::Relaxed);
            worker.counts.add(&post.counts);
            let place = || format!("content/{}", self.site.archive.post(*id).file.key());
            worker
                .warnings
                .extend(post.warning.iter().map(|(reason, hint)| {
                    let mut warning = Diagnostic::warning(*reason).at(place());
                    warning.hint = hint.map(str::to_owned);
                    warning
                }));
            if let Some(body) = &post.body {
                renderer.spans.set(*id, body);
            }
            self.collect_kept(*id, &route.url.file(), post.body.clone())?;
        }
        Ok(())
    }

    pub(super) fn outcome(self, mut report: Report) -> Outcome {
        report.errors = self.errors;
        Outcome {
            report,
            output: self.site.folder.output.clone(),
            has_base_url: self.site.config.has_base_url(),
        }
    }
}

/// A panic is caught before it can poison a worker.
fn lock_worker(worker: &Mutex<Worker>) -> MutexGuard<'_, Worker> {
    worker.lock().unwrap_or_else(PoisonError::into_inner)
}
