//! Files of the index made when they are asked for, in memory: for a preview, which renders nothing in advance.

use std::sync::{Arc, Mutex};

use newsprint_model::route::SearchFile;
use newsprint_model::{Diagnostic, PostId, Route, RouteKind};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Collector, SearchIndex, segment_of, side_file, unpoisoned};
use crate::cache::Mixer;
use crate::fingerprint::bodies;
use crate::site::Site;

/// The shards of a segment, by number.
type Shards = Arc<Vec<Vec<u8>>>;

/// Makes files of the index, and keeps those of the segments that were asked for. One of these serves a site through all its
/// changes: what a segment is made of decides whether what is kept still holds.
#[derive(Debug, Default)]
pub struct IndexFiles {
    /// By what the segment is made of. The lock is held while it is made: whoever asks meanwhile waits for the same.
    kept: Mutex<FxHashMap<u64, Arc<Mutex<Option<Shards>>>>>,
}

impl IndexFiles {
    /// The bytes that a build would write for the file; none where the site has no such file.
    ///
    /// The first shard of a segment takes as long as cleaning its posts' bodies, on a thread a core; whoever asks for another
    /// of them meanwhile waits. Everything else is there at once. `body` gives the finished body of a post (`Renderer::body_html`); a post without one,
    /// because its file cannot be read any more, is found by its title alone.
    ///
    /// # Errors
    /// The file on the side, in the system's folder for such files, cannot be used, or no threads can be had.
    pub fn file(
        &self,
        site: &Site,
        file: SearchFile,
        body: impl Fn(PostId) -> Option<String> + Sync + Send,
    ) -> Result<Option<Vec<u8>>, Diagnostic> {
        let Some(index) = &site.search else {
            return Ok(None);
        };
        let SearchFile::Shard(segment, shard) = file else {
            return Ok(index.catalogue_file(site, file));
        };
        if index.layout.segments.get(segment as usize).is_none() {
            return Ok(None);
        }
        let place = self.place(site, index, segment);
        let mut place = unpoisoned(place.lock());
        let shards = match &*place {
            Some(shards) => shards.clone(),
            None => {
                let made = apart(|| shards_of(site, index, segment, body))?;
                place.insert(Arc::new(made)).clone()
            }
        };
        Ok(shards.get(shard as usize).cloned())
    }

    /// Where the shards of a segment are kept. Those of segments that the site no longer has are dropped.
    fn place(&self, site: &Site, index: &SearchIndex, segment: u32) -> Arc<Mutex<Option<Shards>>> {
        let bodies = bodies(site);
        let key = |segment: u32| {
            let mut mixer = Mixer::default();
            mixer.number(bodies).number(index.sources[segment as usize]);
            mixer.finish()
        };
        let now: Vec<u64> = (0..).map(key).take(index.sources.len()).collect();
        let mut kept = unpoisoned(self.kept.lock());
        kept.retain(|key, _| now.contains(key));
        kept.entry(now[segment as usize]).or_default().clone()
    }
}

/// Does the work on threads of its own. A thread of a pool that waits for its pool takes up other work; that might be a request for
/// the same segment, and would then wait for ever.
fn apart<T: Send>(work: impl FnOnce() -> Result<T, Diagnostic> + Send) -> Result<T, Diagnostic> {
    let failed =
        |reason: String| Diagnostic::error(format!("the search index could not be made: {reason}"));
    let pool = rayon::ThreadPoolBuilder::new()
        .build()
        .map_err(|error| failed(error.to_string()))?;
    let worked = std::thread::scope(|scope| scope.spawn(|| pool.install(work)).join());
    worked.unwrap_or_else(|_| Err(failed("a thread stopped early".to_owned())))
}

fn shards_of(
    site: &Site,
    index: &SearchIndex,
    segment: u32,
    body: impl Fn(PostId) -> Option<String> + Sync + Send,
) -> Result<Vec<Vec<u8>>, Diagnostic> {
    let anew = (0..).map(|number: u32| number == segment);
    let anew = anew.take(index.layout.segments.len()).collect();
    let threads = rayon::current_num_threads();
    let collector = Collector::new(site, index, anew, threads, &std::env::temp_dir());
    let posts = &index.layout.segments[segment as usize].posts;
    posts
        .par_iter()
        .try_for_each(|id| {
            let thread = rayon::current_thread_index().unwrap_or_default();
            collector.add(thread, *id, &body(*id).unwrap_or_default())
        })
        .map_err(|error| side_file(&error))?;
    let routes = site.plan.routes.iter().filter(|route| match route.kind {
        RouteKind::Search(file @ SearchFile::Shard(..)) => segment_of(file) == Some(segment),
        _ => false,
    });
    let routes: Vec<&Route> = routes.collect();
    let count = index.layout.segments[segment as usize].shards.count();
    let shards = Mutex::new(vec![Vec::new(); count as usize]);
    let keep = |route: &Route, bytes: &[u8]| {
        if let RouteKind::Search(SearchFile::Shard(_, shard)) = route.kind
            && let Some(place) = unpoisoned(shards.lock()).get_mut(shard as usize)
        {
            *place = bytes.to_vec();
        }
        Ok(())
    };
    match collector.finish(&routes, keep).into_iter().next() {
        Some(error) => Err(error),
        None => Ok(shards.into_inner().unwrap_or_default()),
    }
}
