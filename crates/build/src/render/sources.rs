//! The sources: who wrote what the archive keeps, section by section.

use std::collections::BTreeMap;

use newsprint_model::{CategoryId, Diagnostic, ListKey, Post, PostId, Route};
use newsprint_theme::views::{SourceGroup, SourceView, View};

use super::{PageParts, Renderer, Worker};

/// What there is of a source.
#[derive(Debug, Clone, Copy)]
pub(super) struct SourceFigures {
    /// How many posts.
    pub(super) posts: usize,
    first: PostId,
    last: PostId,
}

impl Renderer<'_> {
    pub(super) fn sources(&self, route: &Route, worker: &mut Worker) -> Result<(), Diagnostic> {
        let archive = &self.site.archive;
        let mut groups: BTreeMap<usize, Vec<SourceView>> = BTreeMap::new();
        for (id, figures) in self.source_figures() {
            let section = archive.category(id).parent.unwrap_or(id);
            let place = archive
                .sections()
                .iter()
                .position(|other| *other == section);
            let source = self.source(id, figures);
            groups.entry(place.unwrap_or(0)).or_default().push(source);
        }
        let groups: Vec<SourceGroup> = groups
            .into_iter()
            .map(|(place, mut sources)| {
                sources.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.title.cmp(&b.title)));
                SourceGroup {
                    section: self.link(ListKey::Category(archive.sections()[place])),
                    sources,
                }
            })
            .collect();
        self.page(
            route,
            PageParts::of("sources"),
            &View::Sources(&groups),
            worker,
        )
    }

    fn source(&self, id: CategoryId, figures: SourceFigures) -> SourceView {
        let link = self.link(ListKey::Category(id));
        let date = |post: PostId| self.date(self.site.archive.post(post).seconds);
        SourceView {
            title: link.title,
            url: link.url,
            count: figures.posts,
            first: date(figures.first),
            last: date(figures.last),
            newest: self.post_link(figures.last),
        }
    }

    /// The sources that a post comes from, each once.
    pub(super) fn sources_of(&self, post: &Post) -> Vec<CategoryId> {
        let leaves = post.categories.iter();
        let mut sources: Vec<CategoryId> = leaves
            .map(|leaf| self.site.shared.sources[leaf.0 as usize])
            .collect();
        sources.sort_unstable();
        sources.dedup();
        sources
    }

    /// Every source with its figures. One pass over all posts, for the few pages that are about all of them.
    pub(super) fn source_figures(&self) -> BTreeMap<CategoryId, SourceFigures> {
        let mut all: BTreeMap<CategoryId, SourceFigures> = BTreeMap::new();
        for (post, id) in self.site.archive.posts().iter().zip((0..).map(PostId)) {
            for source in self.sources_of(post) {
                let figures = all.entry(source).or_insert(SourceFigures {
                    posts: 0,
                    first: id,
                    last: id,
                });
                figures.posts += 1;
                figures.last = id;
            }
        }
        all
    }
}
