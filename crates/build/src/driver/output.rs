//! Writing an output folder: what an earlier build left there, what is made anew, what goes.

use std::collections::{BTreeSet, HashMap};

use newsprint_model::Diagnostic;

use super::memory::Memory;
use super::run::Run;
use super::{Outcome, report};
use crate::Options;
use crate::cache::routes::RouteCache;
use crate::fingerprint::Fingerprints;
use crate::folder::SiteFolder;
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
    let mut run = Run::new(&prepared.site, &sink, progress);
    let cache_file = folder.route_cache_file();
    if has_state {
        let cache = if options.clean {
            RouteCache::default()
        } else {
            RouteCache::load(&cache_file).unwrap_or_else(|damage| {
                state_warnings.push(damage);
                RouteCache::default()
            })
        };
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
