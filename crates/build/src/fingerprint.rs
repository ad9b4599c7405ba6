//! What a file of the output is made of, as one number: as long as it is the same, the file need not be made again.
//!
//! Fingerprints are generous: more may go in than a page shows, never less. Pages that are few and depend on everything
//! (directories, statistics, sitemaps) have none; they are made each time, and compared.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use newsprint_model::config::{Affiliate, FeedContent};
use newsprint_model::route::{FeedFormat, FeedKey};
use newsprint_model::{CategoryId, ListKey, ListPage, Post, PostId, Route, RouteKind, UrlPath};
use rayon::prelude::*;

use crate::cache::Mixer;
use crate::cache::routes::MadePost;
use crate::pagination::Pagination;
use crate::render::{columns, related};
use crate::sink::Stamp;
use crate::site::Site;

/// Fingerprints of a site's routes.
pub struct Fingerprints<'a> {
    site: &'a Site,
    /// What every page has, and the template of posts.
    post_pages: u64,
    /// What every page has, and the template of lists.
    list_pages: u64,
    /// What every page has, and the template of the home page.
    home_page: u64,
    /// How bodies are cleaned and set.
    bodies: u64,
    /// By post: what lists show of it.
    entries: Vec<u64>,
    /// By post: its page, once that is known.
    pages: Vec<AtomicU64>,
}

impl<'a> Fingerprints<'a> {
    /// For a site that is ready to be rendered.
    pub fn new(site: &'a Site) -> Self {
        let everywhere = everywhere(site);
        let of_template = |names: &[&str]| {
            let mut mixer = Mixer::default();
            mixer.number(everywhere);
            for name in names {
                mixer.number(site.theme.fingerprint_of(name));
            }
            mixer.finish()
        };
        let bodies = bodies(site);
        let posts = site.archive.posts();
        Self {
            site,
            post_pages: of_template(&["post.html", "mention.html"]),
            list_pages: of_template(&["list.html", "row.html"]),
            home_page: of_template(&["home.html", "list.html", "row.html"]),
            bodies,
            entries: (0..posts.len())
                .into_par_iter()
                .map(|at| entry(site, PostId(at as u32), bodies))
                .collect(),
            pages: posts.iter().map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// The fingerprint of a route, where it has one. `known` is what is known of a post's page.
    pub fn of(&self, route: &Route, known: Option<&MadePost<'_>>) -> Option<u64> {
        match &route.kind {
            RouteKind::Post(id) => Some(self.post(*id, &known?.references)),
            RouteKind::List(key, page) => Some(self.list(*key, *page, &route.url)),
            RouteKind::Feed(key, format) => Some(self.feed(*key, *format, &route.url)),
            RouteKind::Copy(from) => copy(from),
            RouteKind::Search(file) => {
                let index = self.site.search.as_ref()?;
                let mut mixer = Mixer::default();
                // Terms are taken from the pages of posts.
                mixer
                    .number(index.fingerprint(*file)?)
                    .number(self.site.theme.fingerprint_of("post.html"))
                    .number(self.bodies);
                Some(mixer.finish())
            }
            _ => None,
        }
    }

    /// The fingerprint of a post's page, whose body refers to these things beside it.
    pub fn post(&self, id: PostId, references: &[impl AsRef<str>]) -> u64 {
        let (site, post) = (self.site, self.site.archive.post(id));
        let mut mixer = Mixer::default();
        mixer
            .number(self.post_pages)
            .number(self.bodies)
            .number(self.entries[id.0 as usize])
            .number(post.digest)
            .text(site.urls().post(id).as_str());
        self.links(&mut mixer, post);
        let newer = (id.0 as usize + 1 < site.archive.posts().len()).then(|| PostId(id.0 + 1));
        for neighbour in [newer, id.0.checked_sub(1).map(PostId)] {
            match neighbour {
                Some(id) => mixer
                    .text(&site.archive.post(id).title)
                    .text(site.urls().post(id).as_str()),
                None => mixer.number(0),
            };
        }
        for other in related(&site.archive, id) {
            mixer.number(self.entries[other.0 as usize]);
        }
        let key = post.file.key();
        for reference in references.iter().map(AsRef::as_ref) {
            let found = site.local.find(site.urls(), &key, reference);
            mixer.text(reference).maybe(found.as_deref());
        }
        mixer.finish()
    }

    /// Notes the fingerprint of a post's page, for the feeds that take its body.
    pub fn note_page(&self, id: PostId, fingerprint: u64) {
        if let Some(page) = self.pages.get(id.0 as usize) {
            page.store(fingerprint, Ordering::Release);
        }
    }

    /// The categories, tags and authors of a post, with their addresses.
    fn links(&self, mixer: &mut Mixer, post: &Post) {
        let (archive, urls) = (&self.site.archive, self.site.urls());
        for leaf in &post.categories {
            for id in archive.category_path(*leaf) {
                self.category(mixer, id);
            }
            mixer.number(0);
        }
        for tag in &post.tags {
            let at = tag.0 as usize;
            mixer
                .text(&archive.tags()[at].name)
                .text(urls.tags[at].as_str());
        }
        mixer.number(0);
        for author in &post.authors {
            let at = author.0 as usize;
            mixer
                .text(&archive.authors()[at].name)
                .text(urls.authors[at].as_str());
        }
    }

    fn category(&self, mixer: &mut Mixer, id: CategoryId) {
        mixer
            .text(&self.site.archive.category(id).name)
            .text(self.site.urls().categories[id.0 as usize].as_str());
    }

    fn list(&self, key: ListKey, page: ListPage, url: &UrlPath) -> u64 {
        let (site, archive) = (self.site, &self.site.archive);
        let posts = archive.list(key);
        let pages = Pagination::of(posts.len(), site.config.page_size);
        let is_front = page == ListPage::Front;
        let mut mixer = Mixer::default();
        mixer
            .number(if is_front && key == ListKey::Home {
                self.home_page
            } else {
                self.list_pages
            })
            .number(self.bodies)
            .text(url.as_str())
            .text(site.urls().list(key).as_str());
        if let ListKey::Category(id) = key {
            for id in archive.category_path(id) {
                self.category(&mut mixer, id);
            }
        }
        if let ListKey::Tag(id) = key {
            mixer.text(&archive.tags()[id.0 as usize].name);
        }
        if let ListKey::Author(id) = key {
            mixer.text(&archive.authors()[id.0 as usize].name);
        }
        let number = |page: ListPage| match page {
            ListPage::Front => 0,
            ListPage::Numbered(number) => u64::from(number),
        };
        mixer
            .number(number(page))
            .number(pages.newer(page).map_or(u64::MAX, number))
            .number(pages.older(page).map_or(u64::MAX, u64::from))
            .number(u64::from(site.config.feeds.count == 0));
        for id in &posts[pages.range(page)] {
            mixer.number(self.entries[id.0 as usize]);
        }
        if is_front {
            mixer.number(posts.len() as u64);
            self.below(&mut mixer, key);
        }
        mixer.finish()
    }

    /// What only a list's front page shows: the nodes below, and on the home page the newest posts of each section.
    fn below(&self, mixer: &mut Mixer, key: ListKey) {
        let archive = &self.site.archive;
        match key {
            ListKey::Home => {
                for (section, posts) in columns(archive) {
                    self.category(mixer, section);
                    mixer.number(archive.category(section).posts.len() as u64);
                    for id in posts {
                        mixer.number(self.entries[id.0 as usize]);
                    }
                }
            }
            ListKey::Category(id) => {
                for child in &archive.category(id).children {
                    self.category(mixer, *child);
                    mixer.number(archive.category(*child).posts.len() as u64);
                }
            }
            ListKey::Year(year) | ListKey::Month(year, _) => {
                let months = archive
                    .years()
                    .iter()
                    .filter(|one| one.year == year)
                    .flat_map(|one| &one.months);
                for month in months {
                    mixer
                        .number(u64::from(month.month))
                        .number(month.posts.len() as u64);
                    if key == ListKey::Month(year, month.month) {
                        for day in &month.days {
                            mixer
                                .number(u64::from(day.day))
                                .number(day.posts.len() as u64);
                        }
                    }
                }
            }
            ListKey::Tag(_) | ListKey::Author(_) | ListKey::Day(..) => {}
        }
    }

    fn feed(&self, key: FeedKey, format: FeedFormat, url: &UrlPath) -> u64 {
        let (site, config) = (self.site, &self.site.config);
        let list = match key {
            FeedKey::Site => ListKey::Home,
            FeedKey::Category(id) => ListKey::Category(id),
        };
        let mut mixer = Mixer::default();
        mixer
            .text(format.file_name())
            .text(url.as_str())
            .text(site.urls().list(list).as_str())
            .text(&config.title)
            .text(&config.description)
            .text(&config.language)
            .text(config.publisher())
            .text(&config.base_url)
            .text(config.timezone.name())
            .number(match config.feeds.content {
                FeedContent::Full => 0,
                FeedContent::Summary => 1,
            });
        for hub in config.hubs() {
            mixer.text(hub);
        }
        if let FeedKey::Category(id) = key {
            mixer.text(&site.archive.category(id).name);
        }
        let posts = site.archive.list(list).iter().rev();
        for id in posts.take(config.feeds.count) {
            let page = self.pages[id.0 as usize].load(Ordering::Acquire);
            mixer.number(page).text(&site.urls().ids[id.0 as usize]);
        }
        mixer.finish()
    }
}

/// What every page has.
fn everywhere(site: &Site) -> u64 {
    let config = &site.config;
    let mut mixer = Mixer::default();
    mixer
        .text(&serde_json::to_string(&site.view).unwrap_or_default())
        .text(config.timezone.name());
    mixer.finish()
}

/// What bodies go through: two sites with the same number clean the same body alike.
pub(crate) fn bodies(site: &Site) -> u64 {
    let config = &site.config;
    let mut mixer = Mixer::default();
    mixer
        .text(&format!("{:?}", config.body.indent))
        .number(u64::from(config.links.affiliate == Affiliate::Keep))
        .number(site.rules_fingerprint)
        .text(&config.language);
    mixer.finish()
}

/// What lists show of a post.
fn entry(site: &Site, id: PostId, bodies: u64) -> u64 {
    let post = site.archive.post(id);
    let mut mixer = Mixer::default();
    mixer
        .text(&post.title)
        .text(site.urls().post(id).as_str())
        .number(post.seconds as u64)
        .text(&post.excerpt)
        .maybe(post.image.as_deref())
        .maybe(post.link.as_deref())
        .maybe(post.language())
        .number(u64::from(post.reading_minutes))
        .number(post.date_origin as u64)
        .number(bodies);
    if let Some(image) = post.image.as_deref() {
        let found = site.local.find(site.urls(), &post.file.key(), image);
        mixer.maybe(found.as_deref());
    }
    if let Some(leaf) = post.categories.first() {
        for id in [*leaf, site.shared.sources[leaf.0 as usize]] {
            mixer
                .text(&site.archive.category(id).name)
                .text(site.urls().categories[id.0 as usize].as_str());
        }
    }
    mixer.finish()
}

/// A file that is copied as it is, by what it looks like.
fn copy(from: &Path) -> Option<u64> {
    let stamp = Stamp::of(&std::fs::metadata(from).ok()?);
    let mut mixer = Mixer::default();
    mixer
        .text(&from.to_string_lossy())
        .number(stamp.size)
        .number(stamp.mtime as u64);
    (stamp.mtime != 0).then(|| mixer.finish())
}
