//! The search index as part of a run: which of its segments are made anew, and where their terms come from.

use std::ops::Range;
use std::sync::atomic::Ordering;

use newsprint_model::route::SearchFile;
use newsprint_model::{Diagnostic, PostId, Route, RouteKind};
use simdutf8::basic::from_utf8;

use super::failure::Failure;
use super::run::Run;
use crate::profile::TERMS;
use crate::render::Worker;
use crate::search::{self, Collector};

impl<'a> Run<'a> {
    /// The files of the search index that are made; those of segments that still stand are left alone.
    pub(super) fn begin_index(&mut self, routes: &'a [Route]) -> Vec<&'a Route> {
        let Some(index) = self.site.search.as_ref().filter(|_| self.makes_index) else {
            return Vec::new();
        };
        let files: Vec<(&Route, SearchFile)> = routes
            .iter()
            .filter_map(|route| match route.kind {
                RouteKind::Search(file) => Some((route, file)),
                _ => None,
            })
            .collect();
        let stands = |route: &Route| {
            let memory = self.memory.as_ref()?;
            memory.still_stands(route, &route.url.file(), self.sink)
        };
        let mut anew = vec![false; index.layout.segments.len()];
        for (route, file) in &files {
            if let Some(segment) = search::segment_of(*file)
                && !anew[segment as usize]
            {
                anew[segment as usize] = stands(route).is_none();
            }
        }
        let mut made = Vec::new();
        for (route, file) in files {
            match (search::segment_of(file), &self.memory) {
                (Some(segment), Some(memory)) if !anew[segment as usize] => {
                    if let Some(known) = stands(route) {
                        memory.keep(route, &known);
                    }
                    self.unchanged.fetch_add(1, Ordering::Relaxed);
                }
                _ => made.push(route),
            }
        }
        let threads = rayon::current_num_threads();
        let side = &self.site.folder.state;
        self.collector = Some(Collector::new(self.site, index, anew, threads, side));
        made
    }

    /// Hands over a file of the search index.
    pub(super) fn put_index(&self, route: &Route, bytes: &[u8]) -> Result<(), Diagnostic> {
        if self.stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.progress.advance(1);
        let file = route.url.file();
        match self.sink.put(&file, bytes) {
            Ok((put, stamp)) => {
                self.count(put);
                if let Some(memory) = &self.memory {
                    memory.note_index(route, &file, stamp);
                }
                Ok(())
            }
            Err(error) => {
                let failure = Failure::of_sink(error);
                self.stop.fetch_or(failure.is_final, Ordering::Relaxed);
                Err(failure.diagnostic)
            }
        }
    }

    /// Takes the terms of a post from the page just made.
    pub(super) fn collect_made(
        &self,
        id: PostId,
        body: Option<Range<usize>>,
        worker: &mut Worker,
    ) -> Result<(), Failure> {
        let Some(collector) = self.collector.as_ref().filter(|one| one.wants(id)) else {
            return Ok(());
        };
        let since = worker.begin();
        let body = worker.page.get(body.unwrap_or_default());
        let body = body.and_then(|body| from_utf8(body).ok());
        let result = collect(collector, id, body.unwrap_or_default());
        worker.end(TERMS, since);
        result
    }

    /// Takes the terms of a post from its page, which stays as it is.
    pub(super) fn collect_kept(
        &self,
        id: PostId,
        file: &str,
        body: Option<Range<usize>>,
    ) -> Result<(), Failure> {
        let Some(collector) = self.collector.as_ref().filter(|one| one.wants(id)) else {
            return Ok(());
        };
        let Some(span) = body else {
            return collect(collector, id, "");
        };
        let body = self.sink.recall(file, span).ok_or_else(|| {
            Failure::of_page(Diagnostic::error("the page could not be read again").at(file))
        })?;
        collect(collector, id, &body)
    }
}

fn collect(collector: &Collector<'_>, id: PostId, body: &str) -> Result<(), Failure> {
    let thread = rayon::current_thread_index().unwrap_or_default();
    collector.add(thread, id, body).map_err(|error| Failure {
        diagnostic: search::side_file(&error),
        is_final: true,
    })
}
