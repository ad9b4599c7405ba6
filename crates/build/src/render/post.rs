//! A post's own page.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Instant;

use newsprint_model::post::DateOrigin;
use newsprint_model::{Archive, CategoryId, Counts, Diagnostic, Post, PostId, TermId};
use newsprint_rewrite::{Context, Rewritten};
use newsprint_theme::views::{HeadingView, Link, PageView, PostView, View};
use newsprint_theme::{Body, Ready};

use super::{Renderer, Worker, root_of};
use crate::profile::BODIES;

/// Posts of the same category that a page names.
const RELATED: usize = 5;

impl Renderer<'_> {
    /// Renders a post; returns where its body stands in the page.
    pub(super) fn post(
        &self,
        id: PostId,
        worker: &mut Worker,
    ) -> Result<Option<Range<usize>>, Diagnostic> {
        let site = self.site;
        let post = site.archive.post(id);
        let url = site.urls().post(id);
        let root = root_of(url);
        let image = self.image(id, &root, worker);
        let lead = image.as_ref().map(|image| image.src.as_str());
        let since = worker.begin();
        let body = self.body(post, &root, lead, worker)?;
        worker.end(BODIES, since);
        worker.counts.add(&body.counts);
        worker.body_counts = body.counts;
        let warning = leading_nowhere(post, &body);
        worker.body_warning = warning
            .as_ref()
            .map(|warning| (warning.reason.clone(), warning.hint.clone()));
        worker.warnings.extend(warning);
        let (encoded, permalink) = (url.encoded(), site.permalink(id));
        let categories = self.category_paths(post);
        let page = PageView {
            kind: "post",
            title: &post.title,
            description: self.description(&post.excerpt, &post.title),
            language: post.language().unwrap_or(&site.config.language),
            root: &root,
            url: &encoded,
            permalink: &permalink,
            breadcrumbs: categories.first().cloned().unwrap_or_default(),
            ..PageView::default()
        };
        let view = PostView {
            title: &post.title,
            body: Body::of(&body.html),
            date: self.entry(id, &root, worker).date(),
            updated: post.updated().map(|seconds| self.date(seconds)),
            date_guessed: post.date_origin != DateOrigin::FrontMatter,
            categories,
            tags: links(&post.tags, &site.shared.tag_links),
            authors: links(&post.authors, &site.shared.author_links),
            writers: links(&self.writers(post), &site.shared.author_links),
            sources: self
                .path_sources(post)
                .map(|id| self.category_link(id))
                .collect(),
            image_in_body: lead.is_some() && lead == body.facts.first_image.as_deref(),
            image,
            link: post
                .link
                .as_deref()
                .and_then(|link| worker.rewriter.link_url(link)),
            excerpt: &post.excerpt,
            words: post.words,
            reading_minutes: post.reading_minutes,
            headings: headings(&body),
            newer: (id.0 as usize + 1 < site.archive.posts().len())
                .then(|| self.post_link(PostId(id.0 + 1))),
            older: id
                .0
                .checked_sub(1)
                .map(|older| self.post_link(PostId(older))),
            related: related(&site.archive, id)
                .map(|other| self.entry(other, &root, worker))
                .collect(),
            extra: post.extra(),
        };
        self.template(&page, &View::Post(&view), worker)
            .map_err(|error| match &error.hint {
                Some(_) => error,
                None => error.hint(format!("while rendering content/{}", post.file.key())),
            })
    }

    /// What is taken out of a post's body, and what the body refers to beside it, without making the page.
    ///
    /// # Errors
    /// A body that can no longer be read.
    pub(crate) fn clean(
        &self,
        id: PostId,
        worker: &mut Worker,
    ) -> Result<(Counts, Vec<Box<str>>), Diagnostic> {
        let root = root_of(self.site.urls().post(id));
        let image = self.image(id, &root, worker);
        let lead = image.as_ref().map(|image| image.src.as_str());
        let body = self.body(self.site.archive.post(id), &root, lead, worker)?;
        Ok((body.counts, std::mem::take(&mut worker.references)))
    }

    /// A post's body, rewritten for a page whose way to the root is `root`.
    pub(super) fn body(
        &self,
        post: &Post,
        root: &str,
        lead_image: Option<&str>,
        worker: &mut Worker,
    ) -> Result<Rewritten, Diagnostic> {
        let key = post.file.key();
        let since = Instant::now();
        let mut buffer = newsprint_source::FileBuffer::of_thread();
        let content = &self.site.folder.content;
        let raw = newsprint_source::load_body(&mut buffer, content, &post.file, &post.body)
            .map_err(|error| {
                Diagnostic::error(format!("could not be read again: {error}"))
                    .at(format!("content/{key}"))
            })?;
        worker.waited = Some(since.elapsed());
        let html = newsprint_source::body_to_html(post.body_kind, &raw);
        let references = RefCell::new(BTreeSet::new());
        let local = |reference: &str| {
            references.borrow_mut().insert(Box::from(reference));
            let path = self.site.local.find(self.site.urls(), &key, reference)?;
            Some(format!("{root}{path}"))
        };
        let context = Context {
            original_url: post.link.as_deref(),
            local: Some(&local),
            lead_image,
            language: Some(post.language().unwrap_or(&self.site.config.language)),
        };
        let rewritten = worker.rewriter.rewrite(&html, &context);
        worker.references = references.into_inner().into_iter().collect();
        Ok(rewritten)
    }

    /// The source of each of a post's category paths.
    fn path_sources(&self, post: &Post) -> impl Iterator<Item = CategoryId> {
        let leaves = post.categories.iter();
        leaves.map(|leaf| self.site.shared.sources[leaf.0 as usize])
    }

    /// The authors that are not named as the first source is.
    fn writers(&self, post: &Post) -> Vec<TermId> {
        let archive = &self.site.archive;
        let source = self
            .path_sources(post)
            .next()
            .map(|id| &archive.category(id).name);
        let name = |id: &TermId| &archive.authors()[id.0 as usize].name;
        let writers = post.authors.iter().filter(|id| Some(name(id)) != source);
        writers.copied().collect()
    }

    fn category_paths(&self, post: &Post) -> Vec<Vec<Ready<Link>>> {
        post.categories
            .iter()
            .map(|leaf| {
                let path = self.site.archive.category_path(*leaf);
                path.into_iter().map(|id| self.category_link(id)).collect()
            })
            .collect()
    }
}

/// The posts before a post in its deepest category, newest first. None of those after it: a new post leaves the pages of
/// the others as they are.
pub(crate) fn related(archive: &Archive, id: PostId) -> impl Iterator<Item = PostId> + '_ {
    let leaf = archive.post(id).categories.first();
    let posts = leaf.map_or(&[][..], |leaf| &archive.category(*leaf).posts);
    let place = posts.binary_search(&id).unwrap_or_default();
    posts[place.saturating_sub(RELATED)..place]
        .iter()
        .rev()
        .copied()
}

fn links(ids: &[TermId], links: &[Ready<Link>]) -> Vec<Ready<Link>> {
    ids.iter().map(|id| links[id.0 as usize].clone()).collect()
}

/// A warning if links or images were lost because nobody knows what they are relative to.
fn leading_nowhere(post: &Post, body: &Rewritten) -> Option<Diagnostic> {
    let (first, others) = body.facts.unresolved.split_first()?;
    let shown: String = first.chars().take(80).collect();
    let reason = match others.len() {
        0 => format!("the relative reference `{shown}` in its body leads nowhere"),
        more => {
            format!("the relative reference `{shown}` and {more} more in its body lead nowhere")
        }
    };
    let hint = if post.link.is_some() {
        "links lost their address, images were left out; put the files beside the post"
    } else {
        "links lost their address, images were left out; name the article's own address as `link:` in the front matter, \
         or put the files beside the post"
    };
    Some(
        Diagnostic::warning(reason)
            .at(format!("content/{}", post.file.key()))
            .hint(hint),
    )
}

fn headings(body: &Rewritten) -> Vec<HeadingView> {
    body.facts
        .headings
        .iter()
        .map(|heading| HeadingView {
            level: heading.level,
            id: heading.id.clone(),
            text: heading.text.clone(),
        })
        .collect()
}
