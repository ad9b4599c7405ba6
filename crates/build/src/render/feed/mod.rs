//! Feeds: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1, each of the same posts.
//!
//! An item's id is a tag URI (RFC 4151) made of the host, the post's day and its permanent id, so that a reader's
//! program does not show everything anew when the archive moves to another path or scheme.

mod json;
pub(super) mod xml;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use self::json::json;
use self::xml::{atom, plain, rss, xml_error};
use super::entry::rfc3339;
use super::{Renderer, Worker, root_of};
use newsprint_model::config::FeedContent;
use newsprint_model::route::{FeedFormat, FeedKey};
use newsprint_model::{Diagnostic, ListKey, PostId, Route};
use newsprint_rewrite::absolutize;

/// A feed before it has a form.
struct Feed<'a> {
    title: String,
    description: &'a str,
    language: &'a str,
    publisher: &'a str,
    home: String,
    own: String,
    /// The WebSub hubs that are told when it changes.
    hubs: BTreeSet<&'a str>,
    /// RFC 3339; of the newest post.
    updated: String,
    /// RFC 2822; of the newest post.
    updated_2822: String,
    items: Vec<Item<'a>>,
}

struct Item<'a> {
    title: &'a str,
    authors: Vec<&'a str>,
    categories: Vec<&'a str>,
    language: Option<&'a str>,
    summary: &'a str,
    made: &'a Made,
}

/// What had to be made for an item: once for all forms of its feed.
#[derive(Debug)]
pub(super) struct Made {
    post: PostId,
    id: String,
    url: String,
    published: String,
    published_2822: String,
    updated: String,
    image: Option<String>,
    /// HTML with absolute addresses, without characters that XML cannot hold; none where the feed is of summaries.
    content: Option<String>,
}

impl Renderer<'_> {
    pub(super) fn feed(
        &self,
        key: FeedKey,
        format: FeedFormat,
        route: &Route,
        worker: &mut Worker,
    ) -> Result<(), Diagnostic> {
        let made = self.made(key, worker)?;
        let feed = self.collect(key, route, &made);
        worker.page.clear();
        match format {
            FeedFormat::Atom => atom(&feed, &mut worker.page).map_err(xml_error),
            FeedFormat::Rss => rss(&feed, &mut worker.page).map_err(xml_error),
            FeedFormat::Json => {
                json(&feed, &mut worker.page);
                Ok(())
            }
        }
    }

    /// What is made for the items of a feed. Its three forms are mostly rendered one after the other by the same worker, which
    /// keeps what it made for the last feed.
    fn made(&self, key: FeedKey, worker: &mut Worker) -> Result<Arc<Vec<Made>>, Diagnostic> {
        if let Some((kept, made)) = &worker.feed
            && *kept == key
        {
            return Ok(Arc::clone(made));
        }
        let site = self.site;
        let list = match key {
            FeedKey::Site => ListKey::Home,
            FeedKey::Category(id) => ListKey::Category(id),
        };
        let posts = site.archive.list(list).iter().rev();
        let made = posts
            .take(site.config.feeds.count)
            .map(|id| self.make(*id, worker))
            .collect::<Result<Vec<_>, _>>()?;
        let made = Arc::new(made);
        worker.feed = Some((key, Arc::clone(&made)));
        Ok(made)
    }

    fn make(&self, id: PostId, worker: &mut Worker) -> Result<Made, Diagnostic> {
        let (archive, config) = (&self.site.archive, &self.site.config);
        let local = archive.local(archive.post(id).seconds);
        let published = rfc3339(&local);
        let (day, _) = published.split_once('T').unwrap_or((&published, ""));
        let host = config.origin().rsplit("//").next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default();
        Ok(Made {
            post: id,
            id: [
                "tag:",
                host,
                ",",
                day,
                ":",
                &self.site.urls().ids[id.0 as usize],
            ]
            .concat(),
            url: self.site.permalink(id),
            published_2822: local.to_rfc2822(),
            published,
            updated: rfc3339(&archive.local(self.changed(id))),
            image: self.image(id, "", worker).map(|image| image.permalink),
            content: match config.feeds.content {
                FeedContent::Summary => None,
                FeedContent::Full => Some(self.content(id, worker)?),
            },
        })
    }

    fn collect<'a>(&'a self, key: FeedKey, route: &Route, made: &'a [Made]) -> Feed<'a> {
        let (site, config) = (self.site, &self.site.config);
        let (list, title) = match key {
            FeedKey::Site => (ListKey::Home, config.title.clone()),
            FeedKey::Category(id) => {
                let name = &site.archive.category(id).name;
                (ListKey::Category(id), format!("{name} · {}", config.title))
            }
        };
        let newest = made.iter().map(|made| self.changed(made.post)).max();
        let newest = site.archive.local(newest.unwrap_or_default());
        Feed {
            title,
            description: &config.description,
            language: &config.language,
            publisher: config.publisher(),
            home: site.absolute(&site.urls().list(list).encoded()),
            own: site.absolute(&route.url.encoded()),
            hubs: config.hubs(),
            updated: rfc3339(&newest),
            updated_2822: newest.to_rfc2822(),
            items: made.iter().map(|made| self.item(made)).collect(),
        }
    }

    fn item<'a>(&'a self, made: &'a Made) -> Item<'a> {
        let archive = &self.site.archive;
        let post = archive.post(made.post);
        let paths = post.categories.iter();
        let mut categories: Vec<&str> = paths
            .flat_map(|leaf| archive.category_path(*leaf))
            .map(|id| &*archive.category(id).name)
            .collect();
        let tags = post.tags.iter();
        categories.extend(tags.map(|tag| &*archive.tags()[tag.0 as usize].name));
        categories.sort_unstable();
        categories.dedup();
        let authors = post.authors.iter();
        Item {
            title: &post.title,
            authors: authors
                .map(|author| &*archive.authors()[author.0 as usize].name)
                .collect(),
            categories,
            language: post.language(),
            summary: &post.excerpt,
            made,
        }
    }

    /// A post's body with absolute addresses: taken from its page if that was written by this build, else made again.
    fn content(&self, id: PostId, worker: &mut Worker) -> Result<String, Diagnostic> {
        let url = self.site.urls().post(id);
        let written = self
            .spans
            .get(id)
            .and_then(|span| self.sink.recall(&url.file(), span));
        let html = match written {
            Some(html) => html,
            None => {
                let post = self.site.archive.post(id);
                let root = &root_of(url);
                let image = self.image(id, root, worker);
                self.body(
                    post,
                    root,
                    image.as_ref().map(|image| image.src.as_str()),
                    worker,
                )?
                .html
            }
        };
        // Most bodies stay as they are, and need no copy.
        let html = match absolutize(&html, &self.site.permalink(id)) {
            Cow::Borrowed(_) => html,
            Cow::Owned(absolute) => absolute,
        };
        Ok(match plain(&html) {
            Cow::Borrowed(_) => html,
            Cow::Owned(plain) => plain,
        })
    }
}
