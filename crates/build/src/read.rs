//! The first two hops: the walk over `content/`, and the front matter of every post.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use newsprint_model::post::Visibility;
use newsprint_model::report::{GuessedDate, PostReport};
use newsprint_model::{Archive, Config, DateOrigin, Diagnostic, Names, PostMeta, SourceFile};
use newsprint_source::{FileBuffer, Outcome, Reader, Scan};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::Options;
use crate::ahead::{Ahead, warm};
use crate::cache::posts::{PostCache, Remembered};
use crate::ledger::hash_of_post;
use crate::progress::Progress;

/// A post dated further ahead than this waits until its time comes; less may be a matter of zones.
const FUTURE_TOLERANCE: i64 = 86_400;

/// What was found and read.
pub struct ReadPosts {
    /// The posts to build, by path.
    pub metas: Vec<Box<PostMeta>>,
    /// Every post file there is, built or not, as the ledger knows it ([`hash_of_post`]).
    pub post_files: FxHashSet<u64>,
    /// The files beside posts.
    pub assets: Vec<SourceFile>,
    /// What became of the posts so far.
    pub report: PostReport,
    /// The post files that could not be used, by their path below `content/`.
    pub set_aside: Vec<String>,
    /// Whether there may be files that could not be seen.
    pub incomplete: bool,
}

/// Where posts are read from, and what is known of them.
pub struct Reading<'a> {
    /// The content folder.
    pub content: &'a Path,
    /// What the last build read.
    pub cache: PostCache,
    /// Where to write down what this one reads; nowhere if nothing may be written.
    pub records: Option<PathBuf>,
    /// Takes what is wrong with what is known.
    pub damage: &'a mut Vec<Diagnostic>,
}

/// Reads the front matter of every post that a walk found.
pub fn read(
    mut reading: Reading<'_>,
    config: &Config,
    options: &Options,
    scan: Scan,
    progress: &dyn Progress,
) -> ReadPosts {
    let reader = Reader::new(config.timezone, config.excerpt_width, options.now);
    progress.begin("read", scan.posts.len());
    let mut found = Found {
        post_files: scan
            .posts
            .par_iter()
            .with_min_len(1024)
            .map(|file| hash_of_post(&file.key()))
            .collect::<Vec<u64>>()
            .into_iter()
            .collect(),
        assets: scan.assets,
        diagnostics: scan.diagnostics,
        incomplete: scan.incomplete,
    };
    let mut posts = scan.posts;
    let (known, damage) = reading.cache.recall(&mut posts);
    reading.damage.extend(damage);
    let new = posts.into_iter().zip(&known);
    let new: Vec<SourceFile> = new
        .filter_map(|(file, known)| known.is_none().then_some(file))
        .collect();
    progress.advance(known.len() - new.len());
    let touch = |at: usize| warm(&reading.content.join(&new[at].path));
    let threads = rayon::current_num_threads();
    let read: Vec<Remembered> = Ahead::of(new.len(), threads, &touch, |ahead| {
        let files = new.par_iter().enumerate().with_min_len(16);
        let read = |last: &mut Option<Arc<Names>>, (at, file): (usize, &SourceFile)| {
            progress.advance(1);
            let thread = rayon::current_thread_index().unwrap_or_default();
            ahead.begin(thread, at);
            let since = Instant::now();
            let mut buffer = FileBuffer::of_thread();
            let bytes = buffer.read(&reading.content.join(&file.path), file.size);
            ahead.took(since.elapsed());
            let mut outcome = reader.take(file.clone(), bytes);
            if let Outcome::Post { meta, .. } = &mut outcome {
                share(&mut meta.names, last);
            }
            outcome.into()
        };
        files.with_max_len(64).map_init(|| None, read).collect()
    });
    drop(new);
    let mut read = read.into_iter();
    let outcomes: Vec<Remembered> = known
        .into_iter()
        .filter_map(|known| known.or_else(|| read.next()))
        .collect();
    if let Some(records) = reading.records
        && let Err(error) = reading.cache.store(&records, &outcomes, options.now)
    {
        found.diagnostics.push(
            Diagnostic::warning(format!("the cache could not be written: {error}"))
                .hint("the next build takes as long as a first one"),
        );
    }
    gather(
        found,
        outcomes.into_iter().map(|remembered| remembered.outcome),
        options,
    )
}

/// Lets a post share its names with the last one of its folder, if they are the same: of each post they would take more
/// memory than all that is kept of it but its excerpt, and leave holes among that when they go.
fn share(names: &mut Arc<Names>, last: &mut Option<Arc<Names>>) {
    match last {
        Some(last) if last == names => *names = Arc::clone(last),
        _ => *last = Some(Arc::clone(names)),
    }
}

/// What a walk found beside what stands in the posts.
pub(crate) struct Found {
    /// Every post file there is, as the ledger knows it.
    pub(crate) post_files: FxHashSet<u64>,
    /// The files beside posts.
    pub(crate) assets: Vec<SourceFile>,
    /// What was odd on the way.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Whether there may be files that could not be seen.
    pub(crate) incomplete: bool,
}

/// Settles what can only be settled when every post has been read, in the order of their paths: missing dates, and which
/// posts are shown.
pub(crate) fn gather(
    found: Found,
    outcomes: impl ExactSizeIterator<Item = Outcome>,
    options: &Options,
) -> ReadPosts {
    let mut report = PostReport {
        found: outcomes.len(),
        warnings: found.diagnostics,
        ..PostReport::default()
    };
    let mut metas = Vec::with_capacity(outcomes.len());
    let mut set_aside = Vec::new();
    for outcome in outcomes {
        match outcome {
            Outcome::Post { mut meta, warnings } => {
                report.warnings.extend(warnings);
                report.warnings.extend(limit_categories(&mut meta));
                metas.push(meta);
            }
            Outcome::SetAside(diagnostic) => {
                let path = diagnostic.path.strip_prefix("content/");
                set_aside.extend(path.map(str::to_owned));
                report.skipped.push(*diagnostic);
            }
        }
    }
    newsprint_source::date_missing_dates(&mut metas);
    let all = metas.len();
    metas.retain(|meta| is_shown(meta, options));
    report.withheld = all - metas.len();
    report.warnings.sort();
    ReadPosts {
        metas,
        post_files: found.post_files,
        assets: found.assets,
        report,
        set_aside,
        incomplete: found.incomplete,
    }
}

/// A path deeper than this is no classification but an accident, and each level is a folder of the output.
const CATEGORY_DEPTH: usize = 16;

fn limit_categories(meta: &mut PostMeta) -> Option<Diagnostic> {
    let deepest = meta.names.categories.iter().map(Vec::len).max();
    let deepest = deepest.filter(|depth| *depth > CATEGORY_DEPTH)?;
    let paths = &mut Arc::make_mut(&mut meta.names).categories;
    paths
        .iter_mut()
        .for_each(|path| path.truncate(CATEGORY_DEPTH));
    Some(
        Diagnostic::warning(format!("a category path has {deepest} levels"))
            .at(format!("content/{}", meta.file.key()))
            .hint(format!("the first {CATEGORY_DEPTH} were used")),
    )
}

fn is_shown(meta: &PostMeta, options: &Options) -> bool {
    let wanted = match meta.visibility {
        Visibility::Published => true,
        Visibility::Draft => options.drafts,
        Visibility::Unpublished => false,
    };
    let expires = meta.uncommon().expires;
    let expired = expires.is_some_and(|expires| expires <= options.now);
    let ahead = meta
        .date
        .is_some_and(|date| date.seconds > options.now.saturating_add(FUTURE_TOLERANCE));
    wanted && !expired && (options.future || !ahead)
}

/// The posts whose date had to be inferred.
pub fn guessed_dates(archive: &Archive) -> Vec<GuessedDate> {
    archive
        .posts()
        .iter()
        .filter(|post| post.date_origin != DateOrigin::FrontMatter)
        .map(|post| GuessedDate {
            path: format!("content/{}", post.file.key()),
            origin: post.date_origin.name(),
            date: archive.local(post.seconds).to_rfc3339(),
        })
        .collect()
}

/// Turns what could not be read about a file of the site into a message about that file.
pub(crate) fn unreadable(path: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(format!("could not be read: {error}")).at(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_that_follow_one_another_share_the_names_that_they_have_in_common() {
        let named = |tag: &str| {
            Arc::new(Names {
                tags: vec![tag.into()],
                ..Names::default()
            })
        };
        let mut posts = ["甲", "甲", "乙", "甲"].map(named);
        let mut last = None;
        posts.iter_mut().for_each(|names| share(names, &mut last));
        assert_eq!(
            posts.each_ref().map(|names| &*names.tags[0]),
            ["甲", "甲", "乙", "甲"]
        );
        let shared = [(0, 1), (1, 2), (0, 3)].map(|(a, b)| Arc::ptr_eq(&posts[a], &posts[b]));
        assert_eq!(shared, [true, false, false]);
    }
}
