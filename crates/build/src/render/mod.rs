//! One route in, the bytes of one file out. Nothing here writes, and nothing grows with the archive
//! but the few pages that are about all of it.

mod about;
mod directory;
mod entry;
mod feed;
mod list;
mod post;
mod search;
mod sitemap;
mod sources;
mod statistics;

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use newsprint_model::route::FeedKey;
use newsprint_model::{Counts, Diagnostic, PostId, Route, RouteKind, UrlPath};
use newsprint_rewrite::{Options, Rewriter};
use newsprint_theme::Ready;
use newsprint_theme::views::{FeedLink, Link, PageView, View};

pub(crate) use self::entry::Entries;
pub(crate) use self::list::columns;
pub(crate) use self::post::related;
use crate::profile::Profile;
use crate::sink::Sink;
use crate::site::Site;

/// What one thread keeps between routes: parsed selectors, and a page's worth of memory.
pub struct Worker {
    rewriter: Rewriter,
    /// The page made last.
    pub page: Vec<u8>,
    /// What this worker took out of the bodies it rewrote for posts' own pages.
    pub counts: Counts,
    /// What was taken out of the body rewritten last.
    pub body_counts: Counts,
    /// What was odd about the body rewritten last, and what to do about it.
    pub body_warning: Option<(String, Option<String>)>,
    /// What the body rewritten last refers to beside it, whether it is there or not.
    pub references: Vec<Box<str>>,
    /// How long the disk took to give what the last route needed, if it was asked.
    pub waited: Option<Duration>,
    /// What it found odd about them.
    pub warnings: Vec<Diagnostic>,
    /// What has been measured, where that is asked for.
    pub profile: Option<Profile>,
    /// What was made for the items of the last feed, for its other forms.
    feed: Option<(FeedKey, Arc<Vec<feed::Made>>)>,
}

impl Worker {
    /// For the site given.
    pub fn new(site: &Site) -> Self {
        let options = Options {
            indent: site.config.body.indent,
        };
        Self {
            rewriter: Rewriter::new(site.rules.clone(), options),
            page: Vec::with_capacity(64 * 1024),
            counts: Counts::default(),
            body_counts: Counts::default(),
            body_warning: None,
            references: Vec::new(),
            waited: None,
            profile: None,
            warnings: Vec::new(),
            feed: None,
        }
    }

    /// When a piece of work begins, if that is to be measured.
    pub fn begin(&self) -> Option<Instant> {
        self.profile.is_some().then(Instant::now)
    }

    /// Notes that a piece of work is over.
    pub fn end(&mut self, kind: &'static str, since: Option<Instant>) {
        if let (Some(profile), Some(since)) = (&mut self.profile, since) {
            profile.end(kind, since);
        }
    }
}

/// Where the bodies stand in pages written during this build, so that feeds can take them from there
/// instead of making them again. Eight bytes a post.
#[derive(Debug, Default)]
pub struct BodySpans(Vec<AtomicU64>);

impl BodySpans {
    /// Room for so many posts.
    pub fn new(posts: usize) -> Self {
        Self((0..posts).map(|_| AtomicU64::new(0)).collect())
    }

    /// Notes where a post's body stands in its page.
    pub fn set(&self, id: PostId, span: &Range<usize>) {
        // A page of 4 GiB and more is simply not noted.
        let (Ok(start), Ok(length)) = (u32::try_from(span.start), u32::try_from(span.len())) else {
            return;
        };
        if let Some(slot) = self.0.get(id.0 as usize) {
            slot.store(
                u64::from(start) << 32 | u64::from(length),
                Ordering::Release,
            );
        }
    }

    /// Where a post's body stands in its page, if that page has been written.
    pub fn get(&self, id: PostId) -> Option<Range<usize>> {
        let packed = self.0.get(id.0 as usize)?.load(Ordering::Acquire);
        let (start, length) = ((packed >> 32) as usize, (packed & 0xffff_ffff) as usize);
        (packed != 0).then(|| start..start + length)
    }
}

/// What differs between the pages that are not about one post.
#[derive(Default)]
struct PageParts<'a> {
    kind: &'static str,
    title: &'a str,
    description: &'a str,
    breadcrumbs: Vec<Ready<Link>>,
    feeds: Vec<FeedLink>,
}

impl PageParts<'_> {
    fn of(kind: &'static str) -> Self {
        Self {
            kind,
            ..Self::default()
        }
    }
}

/// What a route turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rendered {
    /// A page in [`Worker::page`]; for posts, where the body stands in it.
    Page(Option<Range<usize>>),
    /// A copy of this file.
    Copy(PathBuf),
}

/// Makes pages of a site.
pub struct Renderer<'a> {
    /// What pages are made of.
    pub site: &'a Site,
    /// Where finished bodies can be had.
    pub sink: &'a dyn Sink,
    /// Where they stand.
    pub spans: &'a BodySpans,
    /// What was taken out of all bodies; known when all posts have been rendered.
    pub cleaning: Counts,
}

impl Renderer<'_> {
    /// Makes the file of a route.
    ///
    /// # Errors
    /// A body that can no longer be read, or a template that fails: with the post, the template and its line.
    pub fn render(&self, route: &Route, worker: &mut Worker) -> Result<Rendered, Diagnostic> {
        match &route.kind {
            RouteKind::Post(id) => return self.post(*id, worker).map(Rendered::Page),
            RouteKind::Copy(from) => return Ok(Rendered::Copy(from.clone())),
            RouteKind::ThemeFile(place) => {
                worker.page.clear();
                worker
                    .page
                    .extend_from_slice(&self.site.theme.static_files()[*place].bytes);
            }
            RouteKind::List(key, page) => self.list(*key, *page, route, worker)?,
            RouteKind::Categories => self.categories(route, worker)?,
            RouteKind::Tags => self.terms("tags", route, worker)?,
            RouteKind::Authors => self.terms("authors", route, worker)?,
            RouteKind::Sources => self.sources(route, worker)?,
            RouteKind::Calendar => self.calendar(route, worker)?,
            RouteKind::Statistics => self.statistics(route, worker)?,
            RouteKind::About => self.about(route, worker)?,
            RouteKind::SearchPage => {
                self.page(route, PageParts::of("search"), &View::Search, worker)?;
            }
            RouteKind::SearchDescription => self.search_description(worker)?,
            // The index is made when all posts are known, not page by page.
            RouteKind::Search(_) => worker.page.clear(),
            RouteKind::Feed(key, format) => self.feed(*key, *format, route, worker)?,
            RouteKind::SitemapIndex => self.sitemap_index(worker)?,
            RouteKind::Sitemap(part) => self.sitemap(*part, worker)?,
            RouteKind::Robots => self.robots(worker),
            RouteKind::NotFound => {
                self.page(route, PageParts::of("not_found"), &View::NotFound, worker)?;
            }
            RouteKind::Redirect(to) => {
                let target = to.encoded();
                self.page(
                    route,
                    PageParts::of("redirect"),
                    &View::Redirect(&target),
                    worker,
                )?;
            }
        }
        Ok(Rendered::Page(None))
    }

    /// Renders a page that is not about one post.
    fn page(
        &self,
        route: &Route,
        parts: PageParts<'_>,
        view: &View<'_>,
        worker: &mut Worker,
    ) -> Result<(), Diagnostic> {
        let config = &self.site.config;
        let (url, own_root) = (route.url.encoded(), root_of(&route.url));
        // The 404 page is served at any depth, so it alone links from the base path.
        let root = if route.kind == RouteKind::NotFound {
            config.base_path()
        } else {
            &own_root
        };
        let permalink = self.site.absolute(&url);
        let page = PageView {
            kind: parts.kind,
            title: parts.title,
            description: self.description(parts.description, parts.title),
            language: &config.language,
            root,
            url: &url,
            permalink: &permalink,
            breadcrumbs: parts.breadcrumbs,
            feeds: parts.feeds,
            noindex: matches!(
                route.kind,
                RouteKind::NotFound | RouteKind::Redirect(_) | RouteKind::SearchPage
            ),
        };
        self.template(&page, view, worker).map(|_| ())
    }

    /// What search engines are told of a page that says this of itself, if anything, and has this title, if any.
    fn description<'t>(&'t self, own: &'t str, title: &'t str) -> &'t str {
        let config = &self.site.config;
        let sentences = [own, &config.description, title, &config.title];
        let mut said = sentences.into_iter().filter(|one| !one.is_empty());
        said.next().unwrap_or_default()
    }

    /// Renders a view through its template into the worker's page; returns where the body stands in it.
    fn template(
        &self,
        page: &PageView<'_>,
        view: &View<'_>,
        worker: &mut Worker,
    ) -> Result<Option<Range<usize>>, Diagnostic> {
        let theme = &self.site.theme;
        let since = worker.begin();
        let place = theme.render(page, view, &mut worker.page)?;
        worker.end(theme.template_of(view), since);
        Ok(place)
    }

    fn robots(&self, worker: &mut Worker) {
        worker.page.clear();
        let text = format!(
            "User-agent: *\nAllow: /\n\nSitemap: {}\n",
            self.site.absolute("sitemap.xml")
        );
        worker.page.extend_from_slice(text.as_bytes());
    }
}

/// What leads from a page to the root; `./` from the root itself, since an empty reference means the page.
pub(crate) fn root_of(url: &UrlPath) -> String {
    let root = url.to_root();
    if root.is_empty() {
        "./".to_owned()
    } else {
        root
    }
}
