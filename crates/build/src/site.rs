//! Everything that pages are made of, frozen: made once, then shared by all threads.

use std::sync::{Arc, OnceLock};

use newsprint_model::archive::Term;
use newsprint_model::route::FeedFormat;
use newsprint_model::{Archive, CategoryId, Config, ListKey, PostId, RouteKind, UrlPath};
use newsprint_rewrite::links::LinkRules;
use newsprint_theme::views::{Directory, FeedLink, Link, SiteView};
use newsprint_theme::{Ready, Theme};

use crate::about::About;
use crate::folder::SiteFolder;
use crate::local::LocalFiles;
use crate::plan::{self, Plan};
use crate::render::Entries;
use crate::search::SearchIndex;
use crate::urls::Urls;

/// The name and version that pages and feeds carry.
pub const GENERATOR: &str = concat!("Newsprint ", env!("CARGO_PKG_VERSION"));

/// A site that is ready to be rendered, one route at a time.
pub struct Site {
    /// The settings.
    pub config: Config,
    /// Where things lie.
    pub folder: SiteFolder,
    /// The posts in order.
    pub archive: Archive,
    /// The files of the output.
    pub plan: Plan,
    /// Templates and styles.
    pub theme: Theme,
    /// What every page is told of the site.
    pub view: SiteView,
    /// How links are cleaned.
    pub rules: Arc<LinkRules>,
    /// A hash of the rule files that the owner names.
    pub rules_fingerprint: u64,
    /// What bodies may refer to.
    pub local: LocalFiles,
    /// Where every post is found by the search; none where the archive is not searched.
    pub search: Option<SearchIndex>,
    /// What many pages ask for.
    pub shared: Shared,
    /// What the owner says about the archive.
    pub about: Option<About>,
}

/// Answers that many pages ask for, made once: a post stands in eight lists and more.
#[derive(Debug, Default)]
pub struct Shared {
    /// By [`CategoryId`].
    pub category_links: Vec<Ready<Link>>,
    /// By [`TermId`](newsprint_model::TermId).
    pub tag_links: Vec<Ready<Link>>,
    /// By [`TermId`](newsprint_model::TermId).
    pub author_links: Vec<Ready<Link>>,
    /// By [`CategoryId`]: the node's source, which is the second node of its path, or the first where there is no second.
    pub sources: Vec<CategoryId>,
    /// By [`PostId`]: the lead image, once somebody has asked.
    pub images: Vec<OnceLock<Option<LeadImage>>>,
    /// Posts as lists show them.
    pub(crate) entries: Entries,
}

/// A lead image's address, cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeadImage {
    /// Percent-encoded, relative to the site's root.
    Local(Box<str>),
    /// Absolute; as the post gives it.
    AsGiven,
    /// Absolute.
    Remote(Box<str>),
}

impl Shared {
    /// What can be said before the first page is asked for.
    pub fn new(archive: &Archive, urls: &Urls) -> Self {
        let ids = || (0..).map(CategoryId).take(archive.categories().len());
        Self {
            category_links: ids()
                .map(|id| {
                    ready_link(
                        &archive.category(id).name,
                        &urls.list(ListKey::Category(id)),
                    )
                })
                .collect(),
            tag_links: term_links(archive.tags(), &urls.tags),
            author_links: term_links(archive.authors(), &urls.authors),
            sources: ids()
                .map(|id| {
                    let path = archive.category_path(id);
                    path.get(1).or(path.first()).copied().unwrap_or(id)
                })
                .collect(),
            images: archive.posts().iter().map(|_| OnceLock::new()).collect(),
            entries: Entries::new(archive.posts().len()),
        }
    }
}

fn term_links(terms: &[Term], urls: &[UrlPath]) -> Vec<Ready<Link>> {
    terms
        .iter()
        .zip(urls)
        .map(|(term, url)| ready_link(&term.name, url))
        .collect()
}

fn ready_link(title: &str, url: &UrlPath) -> Ready<Link> {
    Ready::from(&Link {
        title: title.to_owned(),
        url: url.encoded(),
    })
}

impl Site {
    /// Addresses by id.
    pub fn urls(&self) -> &Urls {
        &self.plan.urls
    }

    /// The absolute address of something below the site's root, whose encoded path is given.
    pub fn absolute(&self, encoded: &str) -> String {
        [self.config.base_url.as_str(), encoded].concat()
    }

    /// The absolute address of a post.
    pub fn permalink(&self, id: PostId) -> String {
        self.absolute(&self.urls().post(id).encoded())
    }
}

/// The part of every page that is the same on all of them. It says nothing that changes with each new post.
pub fn site_view(config: &Config, archive: &Archive, plan: &Plan) -> SiteView {
    let has = |url: &str| plan.routes.iter().any(|route| route.url.as_str() == url);
    let has_sources = plan
        .routes
        .iter()
        .any(|route| route.kind == RouteKind::Sources);
    let directories = [
        ("categories", plan::CATEGORIES_URL),
        ("sources", plan::SOURCES_URL),
        ("calendar", plan::CALENDAR_URL),
        ("tags", plan::TAGS_URL),
        ("authors", plan::AUTHORS_URL),
        ("statistics", plan::STATISTICS_URL),
        ("about", plan::ABOUT_URL),
    ];
    SiteView {
        title: config.title.clone(),
        description: config.description.clone(),
        author: config.publisher().to_owned(),
        language: config.language.clone(),
        base_url: config.base_url.clone(),
        base_path: config.base_path().to_owned(),
        generator: GENERATOR.to_owned(),
        sections: archive
            .sections()
            .iter()
            .map(|id| Link {
                title: archive.category(*id).name.to_string(),
                url: plan.urls.list(ListKey::Category(*id)).encoded(),
            })
            .collect(),
        feeds: feed_links(config, &config.title, &plan.urls, ListKey::Home),
        search: if plan
            .routes
            .iter()
            .any(|route| route.kind == RouteKind::SearchPage)
        {
            plan::SEARCH_URL.to_owned()
        } else {
            String::new()
        },
        directories: directories
            .into_iter()
            .filter(|(name, url)| has(url) && (*name != "sources" || has_sources))
            .map(|(name, url)| Directory {
                name,
                url: url.to_owned(),
            })
            .collect(),
    }
}

/// The feeds of a list, for its pages to name.
pub fn feed_links(config: &Config, title: &str, urls: &Urls, key: ListKey) -> Vec<FeedLink> {
    if config.feeds.count == 0 || !matches!(key, ListKey::Home | ListKey::Category(_)) {
        return Vec::new();
    }
    FeedFormat::ALL
        .into_iter()
        .map(|format| FeedLink {
            title: title.to_owned(),
            url: plan::feed_url(&urls.list(key), format).encoded(),
            media_type: format.media_type(),
        })
        .collect()
}
