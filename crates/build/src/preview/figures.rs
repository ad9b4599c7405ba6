//! What was taken out of the bodies: the only thing that a page shows and that needs every body to be cleaned.

use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use newsprint_model::{Counts, PostId, RouteKind};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::pages::Pages;
use crate::cache::routes::RouteCache;
use crate::fingerprint::Fingerprints;
use crate::render::Worker;

/// Remembers the figures of each body for as long as its page would be the same. Those that the last build noted are used too.
pub(super) struct Figures {
    cache_file: PathBuf,
    noted: OnceLock<RouteCache>,
    counted: Mutex<FxHashMap<Box<str>, Counted>>,
}

/// The figures of a body, and what they hold for.
struct Counted {
    fingerprint: u64,
    references: Vec<Box<str>>,
    counts: Counts,
}

impl Figures {
    /// Nothing is known yet but what the last build may have noted in this file.
    pub(super) fn new(cache_file: PathBuf) -> Self {
        Self {
            cache_file,
            noted: OnceLock::new(),
            counted: Mutex::default(),
        }
    }

    /// The sum over all posts. Bodies that are not known are cleaned, by all threads of the common pool.
    /// Whoever waits for it must not be one of them.
    pub(super) fn of(&self, pages: &Pages) -> Counts {
        let site = pages.site();
        let noted = self.noted.get_or_init(|| {
            // A build that comes will say what is wrong with it.
            RouteCache::load(&self.cache_file).unwrap_or_default()
        });
        let fingerprints = Fingerprints::new(site);
        let lock = || self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::take(&mut *lock());
        let known = |id: PostId, file: &str| {
            let counted = before.get(file).filter(|counted| {
                fingerprints.post(id, &counted.references) == counted.fingerprint
            });
            counted.map(|counted| counted.counts)
        };
        let built = |id: PostId, file: &str| {
            let (_, made) = noted.get(file)?;
            let post = noted.post(&made)?;
            (fingerprints.post(id, &post.references) == made.fingerprint).then_some(post.counts)
        };
        let posts = (site.plan.routes)
            .par_iter()
            .filter_map(|route| match route.kind {
                RouteKind::Post(id) => Some((id, route.url.file())),
                _ => None,
            });
        let (sum, new) = posts
            .map(|(id, file)| {
                if let Some(counts) = known(id, &file).or_else(|| built(id, &file)) {
                    return (counts, None);
                }
                let clean =
                    |worker: &mut Worker| pages.renderer(Counts::default()).clean(id, worker);
                // A body that cannot be read has no page either, and counts nothing.
                let Some(Ok(counts)) = pages.with_worker(clean) else {
                    return (Counts::default(), None);
                };
                let references = counts.1;
                let counted = Counted {
                    fingerprint: fingerprints.post(id, &references),
                    references,
                    counts: counts.0,
                };
                (counts.0, Some((Box::from(file), counted)))
            })
            .fold(
                || (Counts::default(), Vec::new()),
                |(mut sum, mut new), (counts, counted)| {
                    sum.add(&counts);
                    new.extend(counted);
                    (sum, new)
                },
            )
            .reduce(
                || (Counts::default(), Vec::new()),
                |(mut sum, mut new), (other, mut more)| {
                    sum.add(&other);
                    new.append(&mut more);
                    (sum, new)
                },
            );
        let mut counted = lock();
        counted.extend(before);
        counted.extend(new);
        sum
    }
}
