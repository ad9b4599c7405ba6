//! Writing an output folder: what an earlier build left there, what is made anew, what goes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;

use newsprint_model::{Diagnostic, Route};

use super::memory::Memory;
use super::run::Run;
use super::{Outcome, report};
use crate::Options;
use crate::cache::routes::RouteCache;
use crate::fingerprint::Fingerprints;
use crate::folder::SiteFolder;
use crate::ledger::Ledger;
use crate::manifest::Manifest;
use crate::names;
use crate::prepare::Prepared;
use crate::profile::Profile;
use crate::progress::Progress;
use crate::sink::{FolderSink, write_to_stay};

/// Makes the output folder what the site says, and reports.
pub(super) fn write(
    mut prepared: Prepared,
    options: &Options,
    has_state: bool,
    mut state_warnings: Vec<Diagnostic>,
    progress: &dyn Progress,
) -> Result<Outcome, Vec<Diagnostic>> {
    let folder = prepared.site.folder.clone();
    let mut sink = FolderSink::new(&folder.output).trusting_nothing(options.clean);
    let failed = |error: std::io::Error| vec![Diagnostic::error(error.to_string())];
    let cache_file = folder.route_cache_file();
    // Nobody asks the ledger from here on, and it is long.
    let ledger = std::mem::take(&mut prepared.ledger);
    let (recorded, ((planned, before, begun), (cache, fingerprints))) = rayon::join(
        || has_state.then(|| record_urls(ledger, &folder)).transpose(),
        || {
            rayon::join(
                || {
                    let file = folder.manifest_file();
                    let planned = Manifest::of_routes(&prepared.site.plan.routes);
                    let before = Manifest::load(&file);
                    // Before the first file is written, all that may come about is listed: a build that is killed at any
                    // moment then leaves nothing that a later one would not recognise as its own.
                    let begun = has_state.then(|| before.begin(&file, &planned));
                    (planned, before, begun)
                },
                || {
                    has_state
                        .then(|| {
                            let cache = load_cache(&cache_file, options);
                            (cache, Fingerprints::new(&prepared.site))
                        })
                        .unzip()
                },
            )
        },
    );
    recorded.map_err(failed)?;
    begun.transpose().map_err(failed)?;
    let mut stale = before.without(&planned);
    stale.retain(|file| !prepared.kept.iter().any(|kept| kept == file));
    if has_state {
        // A build may be killed while it writes a record, before it says that it has begun.
        FolderSink::new(&folder.state).sweep();
        if before.unfinished {
            sink.sweep();
        }
        let in_the_way = in_the_way(&stale, &planned);
        sink.prune(&in_the_way).map_err(failed)?;
        sink = sink.aside_if_new(prepared.site.plan.routes.iter().map(top));
    }
    let mut run = Run::new(&prepared.site, &sink, progress).with_index();
    if let (Some(cache), Some(fingerprints)) = (cache, fingerprints) {
        let cache = cache.unwrap_or_else(|damage| {
            state_warnings.push(damage);
            RouteCache::default()
        });
        run = run.remembering(Memory::new(cache, fingerprints));
    }
    run.profile = options.profile.then(Profile::default);
    run.render();
    if let Err(error) = sink.publish() {
        run.errors.push(Diagnostic::error(error.to_string()));
    }
    progress.begin("prune", 0);
    let mut removed = 0;
    if run.errors.is_empty() && has_state {
        if prepared.incomplete {
            stale.clear();
        }
        keep_twins(&sink, &mut stale, &planned);
        match sink.prune(&stale) {
            Ok(count) => removed = count,
            Err(error) => run.errors.push(Diagnostic::error(error.to_string())),
        }
        let mut kept = before.without(&planned);
        kept.retain(|file| stale.binary_search(file).is_err());
        let now = match kept.is_empty() {
            true => planned,
            false => planned.with(kept),
        };
        if let Err(error) = now.end(&folder.manifest_file()) {
            run.errors.push(Diagnostic::error(error.to_string()));
        }
    }
    if let Some((cache, made)) = run.forget()
        && let Err(error) = cache.store(&cache_file, made)
    {
        state_warnings.push(
            Diagnostic::warning(format!("the cache could not be written: {error}"))
                .hint("the next build takes as long as a first one"),
        );
    }
    run.phases.end("prune");
    let mut report = report(&prepared, &run);
    report.routes.removed = removed;
    report.posts.warnings.splice(0..0, state_warnings);
    let outcome = run.outcome(report);
    // To take apart what is known of a hundred thousand posts takes a while; nobody has to wait for it. Where no thread
    // is to be had, it is taken apart here.
    let _ = std::thread::Builder::new().spawn(move || drop(prepared));
    Ok(outcome)
}

/// What stands at the top of the output for a route to be found.
fn top(route: &Route) -> &str {
    let (folder, name) = route.url.file_parts();
    folder
        .split('/')
        .next()
        .filter(|top| !top.is_empty())
        .unwrap_or(name)
}

/// Writes the URL ledger, if its file does not say all that already.
fn record_urls(ledger: Ledger, folder: &SiteFolder) -> io::Result<()> {
    if ledger.is_foreign {
        let old = folder.ledger_file().with_extension("tsv.old");
        fs::rename(folder.ledger_file(), old)?;
    }
    if ledger.is_as_read() {
        return Ok(());
    }
    write_to_stay(&folder.ledger_file(), |file| ledger.write(file))
}

/// What the last build into this folder left, as far as it is to be believed.
fn load_cache(file: &Path, options: &Options) -> Result<RouteCache, Diagnostic> {
    if options.clean {
        return Ok(RouteCache::default());
    }
    RouteCache::load(file)
}

/// Where a file system ignores case or Unicode form, a file's old name is also that of its successor.
fn keep_twins(sink: &FolderSink, stale: &mut Vec<&str>, planned: &Manifest) {
    if stale.is_empty() {
        return;
    }
    let folded: HashMap<Cow<'_, str>, &str> = planned
        .files()
        .into_iter()
        .map(|file| (names::fold(file), file))
        .collect();
    stale.retain(|old| match folded.get(&names::fold(old)) {
        Some(new) => !sink.is_one_file(old, new),
        None => true,
    });
}

/// The files of an earlier build that stand where this one needs a folder, or the other way round.
fn in_the_way<'s>(stale: &[&'s str], planned: &Manifest) -> Vec<&'s str> {
    if stale.is_empty() {
        return Vec::new();
    }
    let files = planned.files();
    let is_in_the_way = |stale: &&str| {
        let below = format!("{stale}/");
        let first_below = files.partition_point(|file| *file < below.as_str());
        let is_folder_now = files
            .get(first_below)
            .is_some_and(|file| file.starts_with(&below));
        let mut folders = stale.match_indices('/').map(|(slash, _)| &stale[..slash]);
        is_folder_now || folders.any(|folder| files.binary_search(&folder).is_ok())
    };
    stale.iter().copied().filter(is_in_the_way).collect()
}
