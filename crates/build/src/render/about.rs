//! The page about the archive: the owner's words, or what can be said without them.

use std::collections::BTreeSet;

use newsprint_model::{Diagnostic, Route};
use newsprint_rewrite::Context;
use newsprint_theme::Body;
use newsprint_theme::views::{AboutView, View};

use super::{PageParts, Renderer, Worker, root_of};
use crate::about::FILE_NAMES;

impl Renderer<'_> {
    pub(super) fn about(&self, route: &Route, worker: &mut Worker) -> Result<(), Diagnostic> {
        let site = self.site;
        let own = site.about.as_ref();
        let posts = site.archive.posts();
        let root = root_of(&route.url);
        let sources: BTreeSet<_> = posts
            .iter()
            .flat_map(|post| self.sources_of(post))
            .collect();
        let body = own.map_or_else(String::new, |own| self.about_body(&own.html, &root, worker));
        let view = AboutView {
            body: Body::of(&body),
            posts: rounded_down(posts.len()),
            sources: sources.len(),
            first: posts.first().map(|post| self.date(post.seconds)),
            updated: own
                .and_then(|own| own.updated)
                .map(|seconds| self.date(seconds)),
        };
        let parts = PageParts {
            title: own.and_then(|own| own.title.as_deref()).unwrap_or_default(),
            description: own.map_or("", |own| own.description.as_str()),
            ..PageParts::of("about")
        };
        self.page(route, parts, &View::About(&view), worker)
    }

    /// The owner's text goes the way of every body. Its relative links mean the site's root, where its file lies.
    fn about_body(&self, html: &str, root: &str, worker: &mut Worker) -> String {
        let local = |reference: &str| {
            let path = self
                .site
                .local
                .find(self.site.urls(), FILE_NAMES[0], reference);
            let is_relative = !reference.starts_with(['#', '/', '?']) && !reference.contains(':');
            match path {
                Some(path) => Some(format!("{root}{path}")),
                None => is_relative.then(|| format!("{root}{reference}")),
            }
        };
        let context = Context {
            local: Some(&local),
            language: Some(&self.site.config.language),
            ..Context::default()
        };
        worker.rewriter.rewrite(html, &context).html
    }
}

/// So that the page does not change with every new post.
fn rounded_down(number: usize) -> usize {
    let coarse = i64::try_from(number).map(newsprint_theme::coarse);
    coarse
        .ok()
        .and_then(|coarse| usize::try_from(coarse).ok())
        .unwrap_or(number)
}
