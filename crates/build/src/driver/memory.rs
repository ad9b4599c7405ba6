//! What a build knows of the one before it, and notes for the next.

use std::sync::{Mutex, MutexGuard, PoisonError};

use newsprint_model::{Route, RouteKind};
use xxhash_rust::xxh3::xxh3_64;

use crate::cache::routes::{Made, MadePost, Notes, Place, RouteCache};
use crate::fingerprint::Fingerprints;
use crate::render::Worker;
use crate::sink::{Sink, Stamp};

/// What the last build left, and what is noted for the next.
pub(super) struct Memory<'a> {
    cache: RouteCache,
    fingerprints: Fingerprints<'a>,
    made: Mutex<Notes>,
}

/// A file that stays as it is, and what is known of it.
pub(super) struct Kept<'a> {
    place: Place,
    fingerprint: u64,
    /// More, for a post's own page.
    pub(super) post: Option<MadePost<'a>>,
}

impl<'a> Memory<'a> {
    pub(super) fn new(cache: RouteCache, fingerprints: Fingerprints<'a>) -> Self {
        Self {
            cache,
            fingerprints,
            made: Mutex::default(),
        }
    }

    /// What was known before and what has been made.
    pub(super) fn into_parts(self) -> (RouteCache, Notes) {
        let made = self.made.into_inner();
        (self.cache, made.unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes that a file stays as it is.
    pub(super) fn keep(&self, route: &Route, kept: &Kept<'_>) {
        self.cache.keep(kept.place);
        if let RouteKind::Post(id) = route.kind {
            self.fingerprints.note_page(id, kept.fingerprint);
        }
    }

    /// Whether the last build left such a file.
    pub(super) fn knows(&self, file: &str) -> bool {
        self.cache.get(file).is_some()
    }

    /// A file that would be made of the same, and is as it was left.
    pub(super) fn still_stands(
        &self,
        route: &Route,
        file: &str,
        sink: &dyn Sink,
    ) -> Option<Kept<'_>> {
        let (place, made) = self.cache.get(file)?;
        let post = match route.kind {
            RouteKind::Post(_) => Some(self.cache.post(&made)?),
            _ => None,
        };
        let fingerprint = self.fingerprints.of(route, post.as_ref())?;
        let still_stands = made.fingerprint == fingerprint && made.stamp.is_still(sink.look(file));
        still_stands.then_some(Kept {
            place,
            fingerprint,
            post,
        })
    }

    /// A page without a fingerprint that was made, and is what it was.
    pub(super) fn came_out_the_same(
        &self,
        route: &Route,
        file: &str,
        page: &[u8],
        sink: &dyn Sink,
    ) -> Option<Kept<'_>> {
        if has_fingerprint(route) {
            return None;
        }
        let (place, made) = self.cache.get(file)?;
        let fingerprint = xxh3_64(page);
        let is_the_same = made.fingerprint == fingerprint && made.stamp.is_still(sink.look(file));
        is_the_same.then_some(Kept {
            place,
            fingerprint,
            post: None,
        })
    }

    /// Notes what was made of a file of the search index.
    pub(super) fn note_index(&self, route: &Route, file: &str, stamp: Stamp) {
        if let Some(fingerprint) = self.fingerprints.of(route, None) {
            self.notes().push(Made::new(file, fingerprint, stamp), None);
        }
    }

    /// Notes what was made.
    pub(super) fn note(
        &self,
        route: &Route,
        file: &str,
        stamp: Stamp,
        body: Option<std::ops::Range<usize>>,
        worker: &mut Worker,
    ) {
        let fingerprint = match &route.kind {
            RouteKind::Post(id) => {
                let fingerprint = self.fingerprints.post(*id, &worker.references);
                self.fingerprints.note_page(*id, fingerprint);
                Some(fingerprint)
            }
            _ if has_fingerprint(route) => self.fingerprints.of(route, None),
            _ => Some(xxh3_64(&worker.page)),
        };
        let Some(fingerprint) = fingerprint else {
            return;
        };
        let made = Made::new(file, fingerprint, stamp);
        if !matches!(route.kind, RouteKind::Post(_)) {
            return self.notes().push(made, None);
        }
        let warning = worker.body_warning.take();
        let warning = warning.as_ref();
        let post = MadePost {
            body,
            counts: worker.body_counts,
            warning: warning.map(|(reason, hint)| (&**reason, hint.as_deref())),
            references: worker.references.iter().map(|one| &**one).collect(),
        };
        self.notes().push(made, Some(&post));
        worker.references.clear();
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether it costs less to ask what a file is made of than to make it.
fn has_fingerprint(route: &Route) -> bool {
    matches!(
        route.kind,
        RouteKind::Post(_) | RouteKind::List(..) | RouteKind::Feed(..) | RouteKind::Copy(_)
    )
}
