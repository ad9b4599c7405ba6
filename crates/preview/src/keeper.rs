//! Keeps the state that is served in step with the site folder.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use newsprint_build::folder::SiteFolder;
use newsprint_build::prepare::Prepared;
use newsprint_build::preview::{Changes, Live, Notes, Pages};
use newsprint_build::{Options, Progress};
use newsprint_model::report::{Phase, PostReport};
use newsprint_model::{Diagnostic, ListKey, Post, Severity};
use rayon::ThreadPool;

use crate::address::{self, Target};
use crate::listen::place;
use crate::news::{News, needs_second_look, sort, stamps};
use crate::problems::SHOWN;
use crate::state::{Board, Swap};
use crate::styles::{is_style, swaps};
use crate::watch::Watch;
use crate::{Change, Listener, Settings};

/// How often the folder is looked through where the system does not tell of changes.
const POLL: Duration = Duration::from_secs(2);

/// A folder that came with files in it may not have been watched when the first of them were written: it is looked at again.
const SECOND_LOOK: Duration = Duration::from_millis(400);

/// Files that a line about a change names.
const NAMED: usize = 3;

/// Posts of a change whose pages are tried before it is published.
const TRIED_POSTS: usize = 4;

/// Pages that browsers show and that are tried before a change is published.
const TRIED_PAGES: usize = 16;

/// Keeps the state in step; lives in a thread of its own.
pub(crate) struct Keeper {
    settings: Settings,
    address: SocketAddr,
    board: Arc<Board>,
    listener: Arc<dyn Listener>,
    pool: ThreadPool,
    live: Live,
    notes: Arc<Notes>,
    /// The files that were changed since the start: what is wrong with them is shown.
    touched: BTreeSet<String>,
    /// Whether pages must be loaded again for the sake of a change that was not shown yet.
    owes_reload: bool,
    /// Whether the last attempt came to nothing.
    failed: bool,
    /// What became of the posts when the site could first be made, and how long that took.
    first: Option<(PostReport, Duration)>,
}

impl Keeper {
    /// Starts to keep the board in step with the site folder.
    ///
    /// # Errors
    /// Threads that the system does not give.
    pub(crate) fn start(
        settings: Settings,
        address: SocketAddr,
        board: Arc<Board>,
        listener: Arc<dyn Listener>,
    ) -> Result<(), Diagnostic> {
        let failed = |error: &dyn std::fmt::Display| {
            Diagnostic::error(format!("threads could not be started: {error}"))
        };
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(settings.options.jobs)
            .thread_name(|number| format!("newsprint-{number}"))
            .build()
            .map_err(|error| failed(&error))?;
        // The output is not touched, but what the last build noted about it is of use.
        let options = Options {
            output: None,
            ..settings.options.clone()
        };
        let folder = SiteFolder::at(&settings.site, None);
        let keeper = Self {
            live: Live::new(&settings.site, options),
            notes: Arc::new(Notes::new(&folder)),
            settings,
            address,
            board,
            listener,
            pool,
            touched: BTreeSet::new(),
            owes_reload: false,
            failed: true,
            first: None,
        };
        thread::Builder::new()
            .name("newsprint-keeper".to_owned())
            .spawn(move || keeper.run())
            .map_err(|error| failed(&error))?;
        Ok(())
    }

    fn run(mut self) {
        let listener = self.listener.clone();
        let before = stamps(&self.settings.site);
        self.take_in(News::anything(false), Instant::now(), listener.progress());
        let watch = Watch::new(&self.settings.site);
        // What changed before the system began to tell of changes.
        let has_else = stamps(&self.settings.site) != before;
        self.take_in(News::anything(has_else), Instant::now(), &Silence);
        self.greet();
        // It only saves the next start some time.
        let _ = self.pool.install(|| self.live.keep_records());
        match watch {
            Ok(watch) => self.watch(watch),
            Err(error) => self.poll(&error.to_string()),
        }
    }

    /// Says that everything is ready: from now on no change is missed.
    fn greet(&mut self) {
        let state = self.board.now();
        let path = state
            .pages
            .as_ref()
            .map_or("/", |pages| pages.site().config.base_path());
        let (report, time) = self.first.take().unzip();
        let place = place(self.address, path);
        self.listener
            .ready(&place, report.as_ref(), time.unwrap_or_default());
    }

    fn watch(mut self, mut watch: Watch) {
        let mut patience = None;
        loop {
            let Some((batch, since)) = watch.next(patience.take()) else {
                self.take_in(News::anything(false), Instant::now(), &Silence);
                continue;
            };
            let rules = self.rules();
            if let Err(error) = watch.cover(&batch, &rules) {
                return self.poll(&error.to_string());
            }
            let news = sort(&watch.root, &batch, &rules);
            if needs_second_look(&watch.root, &news) {
                patience = Some(SECOND_LOOK);
            }
            self.take_in(news, since, &Silence);
        }
    }

    /// Looks for changes from time to time.
    fn poll(mut self, why: &str) {
        self.listener.note(&format!(
            "the system does not tell of changes ({why}); the folder is looked through every {} seconds instead",
            POLL.as_secs()
        ));
        let mut before = stamps(&self.settings.site);
        loop {
            thread::sleep(POLL);
            let since = Instant::now();
            let now = stamps(&self.settings.site);
            let has_else = now != before;
            before = now;
            self.take_in(News::anything(has_else), since, &Silence);
        }
    }

    /// The rule files that the configuration names.
    fn rules(&self) -> Vec<String> {
        self.board
            .now()
            .pages
            .as_ref()
            .map_or_else(Vec::new, |pages| pages.site().config.links.rules.clone())
    }

    /// Takes changes in and publishes what comes of them.
    fn take_in(&mut self, news: News, since: Instant, progress: &dyn Progress) {
        let Some(changes) = &news.changes else { return };
        self.touched.extend(news.files.iter().cloned());
        let now = (self.settings.clock)();
        let (pool, live) = (&self.pool, &mut self.live);
        let must = news.has_else || self.failed;
        let mut phases = vec![Phase {
            name: "gather",
            seconds: since.elapsed().as_secs_f64(),
        }];
        let begun = Instant::now();
        let made = pool.install(|| match live.follow(changes, now, progress) {
            Ok(false) if !must => Ok(None),
            Ok(_) => {
                phases.push(phase("read", begun));
                live.prepare(progress).map(Some)
            }
            Err(problems) => Err(problems),
        });
        match made {
            Ok(None) => {}
            Ok(Some(prepared)) => {
                phases.extend(prepared.phases.iter().cloned());
                self.publish(prepared, &news, since, phases);
            }
            Err(problems) => {
                self.failed = true;
                self.show(problems);
            }
        }
    }

    /// Publishes a state of the site, unless its templates fail.
    fn publish(&mut self, prepared: Prepared, news: &News, since: Instant, mut phases: Vec<Phase>) {
        let Prepared {
            site,
            posts: report,
            ledger,
            ..
        } = prepared;
        let pages = Arc::new(Pages::new(site, self.notes.clone()));
        let before = self.board.now();
        let begun = Instant::now();
        let failures = self.pool.install(|| self.try_out(&pages, news));
        phases.push(phase("try", begun));
        if !failures.is_empty() && before.pages.is_some() {
            self.failed = true;
            self.owes_reload = true;
            self.show(failures);
            return;
        }
        self.failed = !failures.is_empty();
        let mut problems = failures;
        problems.extend(self.amiss(&report));
        let is_new_error = |problem: &Diagnostic| {
            problem.severity == Severity::Error && !before.problems.contains(problem)
        };
        let has_errors = problems.iter().any(is_new_error);
        let swaps = match &before.pages {
            Some(old) if !self.owes_reload => self.swaps(old, &pages, news),
            _ => None,
        };
        // A page whose post is broken stays where it is, under what is said about it.
        self.owes_reload = has_errors && before.pages.is_some() && swaps.is_none();
        let owes_reload = self.owes_reload;
        let said = self.say(problems);
        // At once: a page that asks between two states would be told what was wrong with the last one.
        self.board.publish(|state| {
            state.pages = Some(pages);
            if let Some(problems) = said {
                state.set_problems(problems);
            }
            match swaps {
                Some(swaps) => {
                    let version = state.version;
                    Arc::make_mut(&mut state.styles)
                        .extend(swaps.into_iter().map(|swap| (version, swap)));
                }
                None if owes_reload => {}
                None => {
                    state.reload = state.version;
                    state.styles = Arc::default();
                }
            }
        });
        if before.pages.is_some() {
            let files = news.files.iter().take(NAMED).cloned().collect();
            self.listener.changed(&Change {
                files,
                count: news.files.len(),
                time: since.elapsed(),
                phases,
            });
        } else {
            self.first = Some((report, since.elapsed()));
        }
        // Large, and nobody waits for it.
        drop((before, ledger));
    }

    /// Publishes what is wrong, where that is not what was wrong before.
    fn show(&self, problems: Vec<Diagnostic>) {
        let said = self.say(problems);
        // Whoever waits for the first state must hear of it, whatever it is.
        if said.is_some() || self.board.now().version == 0 {
            self.board.publish(|state| {
                if let Some(problems) = said {
                    state.set_problems(problems);
                }
            });
        }
    }

    /// Says what is wrong to whoever started the preview, and gives what browsers are to be told; nothing where that is
    /// what was wrong before.
    fn say(&self, problems: Vec<Diagnostic>) -> Option<Vec<Diagnostic>> {
        if *self.board.now().problems == problems {
            return None;
        }
        self.listener.problems(&problems);
        Some(problems)
    }

    /// What is wrong with the files that were changed since the start.
    fn amiss(&self, report: &PostReport) -> Vec<Diagnostic> {
        // A folder that was changed stands for everything in it.
        let is_touched = |problem: &&Diagnostic| {
            let mut above = Path::new(&problem.path).ancestors();
            above.any(|path| {
                path.to_str()
                    .is_some_and(|path| self.touched.contains(path))
            })
        };
        let all = report.skipped.iter().chain(&report.warnings);
        all.filter(is_touched).take(SHOWN).cloned().collect()
    }

    /// Makes the pages that browsers show, and some others: what their templates cannot do.
    fn try_out(&self, pages: &Pages, news: &News) -> Vec<Diagnostic> {
        let base = pages.site().config.base_path();
        let archive = &pages.site().archive;
        let mut addresses: Vec<String> = vec![base.to_owned(), format!("{base}404.html")];
        let section = archive.sections().first().copied().map(ListKey::Category);
        let lists = section.map(|key| pages.site().urls().list(key).encoded());
        addresses.extend(lists.map(|url| format!("{base}{url}")));
        addresses.extend(self.board.viewed().into_iter().take(TRIED_PAGES));
        let mut posts: Vec<usize> = archive.posts().len().checked_sub(1).into_iter().collect();
        if news.files.len() <= TRIED_POSTS {
            let keys: Vec<&str> = news
                .files
                .iter()
                .filter_map(|file| file.strip_prefix("content/"))
                .collect();
            let is_changed = |post: &Post| keys.iter().any(|key| Path::new(key) == post.file.path);
            posts.extend(
                (0..archive.posts().len()).filter(|place| is_changed(&archive.posts()[*place])),
            );
        }
        let urls = &pages.site().urls().posts;
        addresses.extend(
            posts
                .into_iter()
                .map(|place| format!("{base}{}", urls[place].encoded())),
        );
        let mut failures = BTreeSet::new();
        for address in addresses {
            let path = address::decode(&address).unwrap_or_default();
            let Target::File(route) = address::find(pages, &path) else {
                continue;
            };
            // To make this one can take long.
            if Pages::takes_long(route) {
                continue;
            }
            match pages.render(route) {
                // A post that is gone by now is no mistake of the templates; the next change is under way.
                Err(problem) if !problem.path.starts_with("content/") => {
                    failures.insert(problem);
                }
                _ => {}
            }
        }
        failures.into_iter().collect()
    }

    /// The style sheets to swap, where nothing but style sheets changed.
    fn swaps(&self, before: &Pages, after: &Pages, news: &News) -> Option<Vec<Swap>> {
        let is_named = matches!(news.changes, Some(Changes::Paths(_)));
        if !is_named || news.files.is_empty() || !news.files.iter().all(|file| is_style(file)) {
            return None;
        }
        let copied = |file: &String| {
            let below = file
                .strip_prefix("static/")
                .or_else(|| file.strip_prefix("content/"))?;
            Some(below.to_owned())
        };
        let mut urls: Vec<String> = news.files.iter().filter_map(copied).collect();
        urls.retain(|url| !url.ends_with(".tera"));
        let is_there = |url: &String| before.find(url).is_some() && after.find(url).is_some();
        if !urls.iter().all(is_there) {
            return None;
        }
        swaps(before, after, &urls)
    }
}

/// A phase that began then and is over now.
fn phase(name: &'static str, begun: Instant) -> Phase {
    Phase {
        name,
        seconds: begun.elapsed().as_secs_f64(),
    }
}

/// Nobody wants to hear of the progress of each change.
struct Silence;

impl Progress for Silence {
    fn begin(&self, _: &'static str, _: usize) {}
    fn advance(&self, _: usize) {}
    fn note(&self, _: &str) {}
}
