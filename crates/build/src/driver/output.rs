//! Writing an output folder: what an earlier build left there, what is made anew, what goes.

use std::collections::HashMap;
use std::path::Path;

use newsprint_model::Diagnostic;
use rayon::prelude::*;

use super::memory::Memory;
use super::run::Run;
use super::{Outcome, report};
use crate::Options;
use crate::cache::routes::RouteCache;
use crate::fingerprint::Fingerprints;
use crate::manifest::Manifest;
use crate::names;
use crate::prepare::Prepared;
use crate::profile::Profile;
use crate::progress::Progress;
use crate::sink::{FolderSink, write_state};

/// Makes the output folder what the site says, and reports.
pub(super) fn write(
    prepared: Prepared,
    options: &Options,
    has_state: bool,
    mut state_warnings: Vec<Diagnostic>,
    progress: &dyn Progress,
) -> Result<Outcome, Vec<Diagnostic>> {
    let folder = prepared.site.folder.clone();
    let sink = FolderSink::new(&folder.output).trusting_nothing(options.clean);
    let failed = |error: std::io::Error| vec![Diagnostic::error(error.to_string())];
    let cache_file = folder.route_cache_file();
    let ((files, before), cache) = rayon::join(
        || (files_of(&prepared), Manifest::load(&folder.manifest_file())),
        || has_state.then(|| load_cache(&cache_file, options)),
    );
    let before_files = before.files();
    let mut stale: Vec<&str> = before_files
        .iter()
        .copied()
        .filter(|file| !has(&files, file))
        .collect();
    stale.retain(|file| !prepared.kept.iter().any(|kept| kept == file));
    if has_state {
        if prepared.ledger.is_foreign {
            let old = folder.ledger_file().with_extension("tsv.old");
            std::fs::rename(folder.ledger_file(), old).map_err(failed)?;
        }
        write_state(&folder.ledger_file(), &prepared.ledger.to_text()).map_err(failed)?;
        // Before the first file is written, all that may come about is listed: a build that is killed at any
        // moment then leaves nothing that a later one would not recognise as its own.
        before
            .begin(&folder.manifest_file(), &files)
            .map_err(failed)?;
        // A build may be killed while it writes a record, before it says that it has begun.
        FolderSink::new(&folder.state).sweep();
        if before.unfinished {
            sink.sweep();
        }
        let in_the_way: Vec<&str> = stale
            .iter()
            .copied()
            .filter(|file| is_in_the_way(file, &files))
            .collect();
        sink.prune(&in_the_way).map_err(failed)?;
    }
    let mut run = Run::new(&prepared.site, &sink, progress).with_index();
    if let Some(cache) = cache {
        let cache = cache.unwrap_or_else(|damage| {
            state_warnings.push(damage);
            RouteCache::default()
        });
        run = run.remembering(Memory::new(cache, Fingerprints::new(&prepared.site)));
    }
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
        let kept = before_files.iter().copied();
        let kept = kept.filter(|file| stale.binary_search(file).is_err());
        let mut now: Vec<&str> = files.iter().map(String::as_str).chain(kept).collect();
        now.sort_unstable();
        now.dedup();
        if let Err(error) = Manifest::of(now.into_iter()).end(&folder.manifest_file()) {
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
    Ok(run.outcome(report))
}

/// Every file that is to be there, sorted.
fn files_of(prepared: &Prepared) -> Vec<String> {
    let routes = prepared.site.plan.routes.par_iter();
    let mut files: Vec<String> = routes.map(|route| route.url.file()).collect();
    files.par_sort_unstable();
    files
}

fn has(files: &[String], file: &str) -> bool {
    files.binary_search_by(|one| one.as_str().cmp(file)).is_ok()
}

/// What the last build into this folder left, as far as it is to be believed.
fn load_cache(file: &Path, options: &Options) -> Result<RouteCache, Diagnostic> {
    if options.clean {
        return Ok(RouteCache::default());
    }
    RouteCache::load(file)
}

/// Where a file system ignores case or Unicode form, a file's old name is also that of its successor.
fn keep_twins(sink: &FolderSink, stale: &mut Vec<&str>, files: &[String]) {
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
fn is_in_the_way(stale: &str, files: &[String]) -> bool {
    let below = format!("{stale}/");
    let first_below = files.partition_point(|file| *file < below);
    let is_folder_now = files
        .get(first_below)
        .is_some_and(|file| file.starts_with(&below));
    let mut folders = stale.match_indices('/').map(|(slash, _)| &stale[..slash]);
    is_folder_now || folders.any(|folder| has(files, folder))
}
