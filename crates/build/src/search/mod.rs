//! The search index during a build: terms are taken from finished pages, kept in a file on the side, and made into
//! shards when all posts have been rendered. Segments whose files still stand are left alone.

mod collector;
mod on_demand;

use newsprint_model::route::SearchFile;
use newsprint_model::{Archive, Config, Route, RouteKind, UrlPath};
use newsprint_search::{Generation, Layout, Segment, catalogue};
use rayon::prelude::*;

use crate::cache::Mixer;
use crate::plan::SEARCH_URL;
use crate::site::Site;
use crate::urls::Urls;

pub use collector::{Collector, side_file};
pub use on_demand::IndexFiles;

pub(crate) use collector::unpoisoned;

/// Where every post is found, and what each segment is made of.
#[derive(Debug)]
pub struct SearchIndex {
    /// The segments and the places of posts.
    pub layout: Layout,
    /// By segment: changes when its posts do, or how they are cleaned.
    sources: Vec<u64>,
}

impl SearchIndex {
    /// For an archive whose posts have their addresses.
    pub fn new(
        layout: Layout,
        config: &Config,
        rules_fingerprint: u64,
        archive: &Archive,
        urls: &Urls,
    ) -> Self {
        let source = |segment: &Segment| {
            let mut mixer = Mixer::default();
            mixer
                .number(u64::from(catalogue::VERSION))
                .text(&format!(
                    "{:?}",
                    (config.search.scope, &config.links.affiliate)
                ))
                .number(config.excerpt_width as u64)
                .number(rules_fingerprint)
                .text(config.timezone.name())
                .text(&format!("{:?} {}", segment.shards, segment.block));
            for id in &segment.posts {
                let post = archive.post(*id);
                mixer
                    .number(post.digest)
                    .number(post.seconds as u64)
                    .text(&post.title)
                    .text(urls.post(*id).as_str())
                    .text(&post.file.path.to_string_lossy());
            }
            mixer.finish()
        };
        let sources = layout.segments.par_iter().map(source).collect();
        Self { layout, sources }
    }

    /// The number that a segment's files carry.
    pub fn generation(&self, segment: u32) -> Generation {
        (self.sources[segment as usize] >> 32) as u32
    }

    /// What a file of the index is made of, where asking costs less than making.
    pub fn fingerprint(&self, file: SearchFile) -> Option<u64> {
        let (segment, kind, number) = match file {
            SearchFile::Manifest | SearchFile::Variants => return None,
            SearchFile::Order(segment, year) => (segment, 0, year as u64),
            SearchFile::Block(segment, block) => (segment, 1, u64::from(block)),
            SearchFile::Shard(segment, shard) => (segment, 2, u64::from(shard)),
        };
        let mut mixer = Mixer::default();
        mixer
            .number(self.sources[segment as usize])
            .number(kind)
            .number(number);
        Some(mixer.finish())
    }

    /// A file that needs no terms; none for shards.
    pub(crate) fn catalogue_file(&self, site: &Site, file: SearchFile) -> Option<Vec<u8>> {
        let (archive, layout) = (&site.archive, &self.layout);
        let address = |id| site.urls().post(id).encoded();
        match file {
            SearchFile::Manifest => {
                let generation = |segment| self.generation(segment);
                Some(catalogue::manifest(archive, layout, generation, address))
            }
            SearchFile::Variants => Some(catalogue::variants()),
            SearchFile::Order(number, year) => {
                let segment = layout.segments.get(number as usize)?;
                let part = segment.years.iter().find(|part| part.year == year)?;
                let generation = self.generation(number);
                Some(catalogue::order_file(segment, part, generation))
            }
            SearchFile::Block(number, block) => {
                let segment = layout.segments.get(number as usize)?;
                let generation = self.generation(number);
                Some(catalogue::block(
                    archive, segment, block, generation, address,
                ))
            }
            SearchFile::Shard(..) => None,
        }
    }
}

/// Every file that the page that searches needs.
pub fn routes(layout: &Layout) -> Vec<Route> {
    let mut routes = Vec::new();
    let mut add = |url: &str, kind| {
        routes.push(Route {
            url: UrlPath::new(format!("{SEARCH_URL}{url}")),
            kind,
        });
    };
    add("opensearch.xml", RouteKind::SearchDescription);
    add("manifest.bin", RouteKind::Search(SearchFile::Manifest));
    add("variants.bin", RouteKind::Search(SearchFile::Variants));
    for (number, segment) in (0..).zip(&layout.segments) {
        let name = &segment.name;
        if catalogue::has_order_file(segment) {
            for part in &segment.years {
                let file = SearchFile::Order(number, part.year);
                add(
                    &format!("{name}/o{}.bin", part.year),
                    RouteKind::Search(file),
                );
            }
        }
        for block in 0..segment.blocks() {
            let file = SearchFile::Block(number, block);
            add(&format!("{name}/b{block}.bin"), RouteKind::Search(file));
        }
        for shard in 0..segment.shards.count() {
            let file = SearchFile::Shard(number, shard);
            add(&format!("{name}/s{shard}.bin"), RouteKind::Search(file));
        }
    }
    routes
}

/// The segment that a file belongs to.
pub fn segment_of(file: SearchFile) -> Option<u32> {
    match file {
        SearchFile::Manifest | SearchFile::Variants => None,
        SearchFile::Order(segment, _)
        | SearchFile::Block(segment, _)
        | SearchFile::Shard(segment, _) => Some(segment),
    }
}
