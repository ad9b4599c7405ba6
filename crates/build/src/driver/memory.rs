//! What a build knows of the one before it, and notes for the next.

use std::sync::{Mutex, PoisonError};

use newsprint_model::{Route, RouteKind};
use xxhash_rust::xxh3::xxh3_64;

use crate::cache::routes::{Made, MadePost, RouteCache};
use crate::fingerprint::Fingerprints;
use crate::render::Worker;
use crate::sink::{Sink, Stamp};

/// What the last build left, and what is noted for the next.
pub(super) struct Memory<'a> {
    cache: RouteCache,
    fingerprints: Fingerprints<'a>,
    made: Mutex<Vec<Made>>,
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
    pub(super) fn into_parts(self) -> (RouteCache, Vec<Made>) {
        let made = self.made.into_inner();
        (self.cache, made.unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes that a file stays as it is.
    pub(super) fn keep(&self, route: &Route, made: &Made) {
        self.cache.keep(made);
        if let RouteKind::Post(id) = route.kind {
            self.fingerprints.note_page(id, made.fingerprint);
        }
    }

    /// A file that would be made of the same, and is as it was left.
    pub(super) fn still_stands(&self, route: &Route, file: &str, sink: &dyn Sink) -> Option<&Made> {
        let known = self.cache.get(file)?;
        let fingerprint = self.fingerprints.of(route, Some(known))?;
        (known.fingerprint == fingerprint && known.stamp.is_still(sink.look(file))).then_some(known)
    }

    /// A page without a fingerprint that was made, and is what it was.
    pub(super) fn came_out_the_same(
        &self,
        route: &Route,
        file: &str,
        page: &[u8],
        sink: &dyn Sink,
    ) -> Option<&Made> {
        if has_fingerprint(route) {
            return None;
        }
        let known = self.cache.get(file)?;
        (known.fingerprint == xxh3_64(page) && known.stamp.is_still(sink.look(file)))
            .then_some(known)
    }

    /// Notes what was made of a file of the search index.
    pub(super) fn note_index(&self, route: &Route, file: &str, stamp: Stamp) {
        if let Some(fingerprint) = self.fingerprints.of(route, None) {
            self.push(Made::new(file, fingerprint, stamp));
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
        let mut made = Made::new(file, fingerprint, stamp);
        if matches!(route.kind, RouteKind::Post(_)) {
            made.post = Some(Box::new(MadePost {
                body,
                counts: worker.body_counts,
                warning: worker.body_warning.take(),
                references: std::mem::take(&mut worker.references),
            }));
        }
        self.push(made);
    }

    fn push(&self, made: Made) {
        let mut all = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(made);
    }
}

/// Whether it costs less to ask what a file is made of than to make it.
fn has_fingerprint(route: &Route) -> bool {
    matches!(
        route.kind,
        RouteKind::Post(_) | RouteKind::List(..) | RouteKind::Feed(..) | RouteKind::Copy(_)
    )
}
