//! Which files the output consists of, before any of them is made.

use std::path::{Path, PathBuf};

use newsprint_model::route::{FeedFormat, FeedKey, SitemapPart};
use newsprint_model::{
    Archive, Config, Diagnostic, ListKey, ListPage, PostId, Route, RouteKind, SourceFile, UrlPath,
};
use newsprint_search::Layout;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::claims::{Claims, Conflict, Owner};
use crate::ledger::{Ledger, News};
use crate::pagination::Pagination;
use crate::permalink::Pattern;
use crate::search;
use crate::urls::{self, Urls};

/// The most URLs that a sitemap may hold (sitemaps.org).
pub const SITEMAP_URLS: usize = 50_000;

/// The directory pages, with their addresses.
pub const CATEGORIES_URL: &str = "categories/";
/// All tags.
pub const TAGS_URL: &str = "tags/";
/// All authors.
pub const AUTHORS_URL: &str = "authors/";
/// All sources.
pub const SOURCES_URL: &str = "sources/";
/// The calendar of all years.
pub const CALENDAR_URL: &str = "archive/";
/// Figures about the archive.
pub const STATISTICS_URL: &str = "statistics/";
/// What the archive is.
pub const ABOUT_URL: &str = "about/";
/// The page that searches; the files of the index stand below it.
pub const SEARCH_URL: &str = "search/";

/// Everything that goes into a plan.
pub struct Sources<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The posts in order.
    pub archive: &'a Archive,
    /// The folder of posts.
    pub content: &'a Path,
    /// Every post file found, built or not, as [`crate::ledger::hash_of_post`] has it.
    pub post_files: &'a FxHashSet<u64>,
    /// The files beside posts.
    pub assets: &'a [SourceFile],
    /// The site's own `static/`: file on disk and path below the output.
    pub statics: &'a [(PathBuf, String)],
    /// The theme's files: their URLs.
    pub theme_files: &'a [String],
    /// Whether the archive is searched.
    pub is_searched: bool,
}

/// The plan: every file, and the addresses that the pages need to name one another.
pub struct Plan {
    /// Every file of the output, posts first, each group in order of its URLs.
    pub routes: Vec<Route>,
    /// Addresses by id.
    pub urls: Urls,
    /// Where every post is found by the search; none where there is no search.
    pub search: Option<Layout>,
    /// What could not go where it wanted to.
    pub warnings: Vec<Diagnostic>,
}

/// Decides about every file. Who comes first in a conflict: the owner's static files, then lists and
/// other generated pages, then posts, then the theme, last the files beside posts.
pub fn plan(sources: &Sources<'_>, pattern: &Pattern, ledger: &mut Ledger) -> Plan {
    let mut claims = Claims::default();
    let mut routes = Vec::new();
    let mut warnings = Vec::new();
    for (file, path) in sources.statics {
        let url = UrlPath::new(path);
        match claims.claim(&url, Owner::Static) {
            Ok(()) => routes.push(Route {
                url,
                kind: RouteKind::Copy(file.clone()),
            }),
            Err(conflict) => warnings.push(not_copied(conflict, format!("static/{path}"))),
        }
    }
    let archive = sources.archive;
    let known: &Ledger = ledger;
    // None of these depends on another.
    let (candidates, ((mut generated, mut urls, list_news), search)) = rayon::join(
        || urls::candidates(archive, pattern, sources.post_files, known),
        || {
            rayon::join(
                || early_routes(sources, known, &mut claims),
                || sources.is_searched.then(|| Layout::of(archive)),
            )
        },
    );
    let (aside, post_news) = urls::assign_posts(candidates, archive, known, &mut claims, &mut urls);
    warnings.extend(aside);
    ledger.take(list_news.into_iter().chain(post_news));
    let late = late_routes(archive).into_iter();
    generated.extend(late.filter(|route| claims.claim(&route.url, Owner::Generated).is_ok()));
    // Without its page there is no search: something else stands there.
    let search_page = UrlPath::new(SEARCH_URL);
    let search = search.filter(|_| claims.claim(&search_page, Owner::Generated).is_ok());
    if let Some(layout) = &search {
        generated.push(Route {
            url: search_page,
            kind: RouteKind::SearchPage,
        });
        let files = search::routes(layout).into_iter();
        generated.extend(files.filter(|route| claims.claim(&route.url, Owner::Generated).is_ok()));
    }
    let redirects = urls::redirects(ledger, &urls, &mut claims);
    generated.extend(redirects.into_iter().map(|(from, to)| Route {
        url: from,
        kind: RouteKind::Redirect(to),
    }));
    let listed = generated
        .iter()
        .filter(|route| is_listed(&route.kind))
        .count();
    for part in (1..).take(listed.div_ceil(SITEMAP_URLS)) {
        let part = SitemapPart::Lists(part);
        let url = UrlPath::new(sitemap_url(part));
        if claims.claim(&url, Owner::Generated).is_ok() {
            generated.push(Route {
                url,
                kind: RouteKind::Sitemap(part),
            });
        }
    }
    for (url, place) in sources.theme_files.iter().zip(0..) {
        let url = UrlPath::new(url);
        if claims.claim(&url, Owner::Theme).is_ok() {
            generated.push(Route {
                url,
                kind: RouteKind::ThemeFile(place),
            });
        }
    }
    for asset in sources.assets {
        let url = UrlPath::new(asset.key());
        match claims.claim(&url, Owner::Asset) {
            Ok(()) => generated.push(Route {
                url,
                kind: RouteKind::Copy(sources.content.join(&asset.path)),
            }),
            Err(conflict) => {
                warnings.push(not_copied(conflict, format!("content/{}", asset.key())));
            }
        }
    }
    routes.extend(generated);
    routes.par_sort_unstable_by(|a, b| a.url.cmp(&b.url));
    let mut all = Vec::with_capacity(urls.posts.len() + routes.len());
    all.extend(urls.posts.iter().zip(0..).map(|(url, id)| Route {
        url: url.clone(),
        kind: RouteKind::Post(PostId(id)),
    }));
    all.par_sort_unstable_by(|a, b| a.url.cmp(&b.url));
    all.extend(routes);
    Plan {
        routes: all,
        urls,
        search,
        warnings,
    }
}

/// The pages that are always where they are, and those of lists; with the addresses of lists, and what the ledger is to
/// be told of them.
fn early_routes(
    sources: &Sources<'_>,
    ledger: &Ledger,
    claims: &mut Claims,
) -> (Vec<Route>, Urls, Vec<News>) {
    let mut routes = fixed_routes(sources.archive);
    routes.retain(|route| claims.claim(&route.url, Owner::Generated).is_ok());
    let (urls, news) = urls::assign_lists(sources.archive, ledger, claims);
    for key in sources.archive.lists() {
        let own = matches!(
            key,
            ListKey::Category(_) | ListKey::Tag(_) | ListKey::Author(_)
        );
        for route in list_routes(sources, &urls, key) {
            let is_front = matches!(route.kind, RouteKind::List(_, ListPage::Front));
            if (own && is_front) || claims.claim(&route.url, Owner::Generated).is_ok() {
                routes.push(route);
            }
        }
    }
    (routes, urls, news)
}

fn not_copied(conflict: Conflict, path: String) -> Diagnostic {
    let why = match conflict {
        Conflict::Taken(Owner::Static | Owner::Asset) => {
            "another file has its name, or one that some file systems take for it"
        }
        Conflict::Taken(_) => "a page of the archive stands at its address",
        Conflict::FileAndFolder => "its address would be a file and a folder at once",
    };
    Diagnostic::warning(format!("this file was not copied: {why}"))
        .at(path)
        .hint("give it another name")
}

/// The pages that every archive has once.
fn fixed_routes(archive: &Archive) -> Vec<Route> {
    let mut routes = Vec::new();
    let mut add = |url: &str, kind| {
        routes.push(Route {
            url: UrlPath::new(url),
            kind,
        });
    };
    add("404.html", RouteKind::NotFound);
    add("robots.txt", RouteKind::Robots);
    add("sitemap.xml", RouteKind::SitemapIndex);
    add(STATISTICS_URL, RouteKind::Statistics);
    add(CALENDAR_URL, RouteKind::Calendar);
    add(CATEGORIES_URL, RouteKind::Categories);
    if !archive.tags().is_empty() {
        add(TAGS_URL, RouteKind::Tags);
    }
    if !archive.authors().is_empty() {
        add(AUTHORS_URL, RouteKind::Authors);
    }
    for year in archive.years() {
        for month in &year.months {
            let parts = month.posts.len().div_ceil(SITEMAP_URLS);
            for part in (1..).take(parts) {
                let part = SitemapPart::Month(year.year, month.month, part);
                add(&sitemap_url(part), RouteKind::Sitemap(part));
            }
        }
    }
    routes
}

/// Pages that give way to a post: an archive may have had a post of its own at their addresses before there were such
/// pages, and a URL once published stays. A post at `about/` then is the page about the archive.
fn late_routes(archive: &Archive) -> Vec<Route> {
    let sources = (!archive.categories().is_empty()).then_some((SOURCES_URL, RouteKind::Sources));
    let about = Some((ABOUT_URL, RouteKind::About));
    [sources, about]
        .into_iter()
        .flatten()
        .map(|(url, kind)| Route {
            url: UrlPath::new(url),
            kind,
        })
        .collect()
}

/// Where a sitemap stands.
pub fn sitemap_url(part: SitemapPart) -> String {
    match part {
        SitemapPart::Month(year, month, 1) => format!("sitemaps/{year:04}-{month:02}.xml"),
        SitemapPart::Month(year, month, n) => format!("sitemaps/{year:04}-{month:02}-{n}.xml"),
        SitemapPart::Lists(1) => "sitemaps/lists.xml".to_owned(),
        SitemapPart::Lists(n) => format!("sitemaps/lists-{n}.xml"),
    }
}

/// Whether a page that is no post is worth a search engine's while. Days are not: their months name the same posts,
/// and there is a new one every day.
pub fn is_listed(kind: &RouteKind) -> bool {
    if let RouteKind::List(key, _) = kind {
        return !matches!(key, ListKey::Day(..));
    }
    matches!(
        kind,
        RouteKind::Categories
            | RouteKind::Tags
            | RouteKind::Authors
            | RouteKind::Sources
            | RouteKind::Calendar
            | RouteKind::Statistics
            | RouteKind::About
    )
}

/// Every page and feed of a list.
fn list_routes(sources: &Sources<'_>, urls: &Urls, key: ListKey) -> Vec<Route> {
    let front = urls.list(key);
    let pages = Pagination::of(sources.archive.list(key).len(), sources.config.page_size);
    let mut routes = vec![Route {
        url: front.clone(),
        kind: RouteKind::List(key, ListPage::Front),
    }];
    for number in (1..).take(pages.numbered()) {
        let kind = if pages.is_full(number) {
            RouteKind::List(key, ListPage::Numbered(number))
        } else {
            RouteKind::Redirect(front.clone())
        };
        routes.push(Route {
            url: page_url(&front, number),
            kind,
        });
    }
    let feed = match key {
        ListKey::Home => Some(FeedKey::Site),
        ListKey::Category(id) => Some(FeedKey::Category(id)),
        _ => None,
    };
    if let Some(feed) = feed.filter(|_| sources.config.feeds.count > 0) {
        for format in FeedFormat::ALL {
            routes.push(Route {
                url: feed_url(&front, format),
                kind: RouteKind::Feed(feed, format),
            });
        }
    }
    routes
}

/// A numbered page of the list whose front page is given.
pub fn page_url(front: &UrlPath, number: u32) -> UrlPath {
    UrlPath::new(format!("{front}page/{number}.html"))
}

/// A feed of the list whose front page is given.
pub fn feed_url(front: &UrlPath, format: FeedFormat) -> UrlPath {
    UrlPath::new(format!("{front}{}", format.file_name()))
}
