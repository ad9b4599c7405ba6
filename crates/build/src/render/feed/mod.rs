//! Feeds: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1, each of the same posts.
//!
//! An item's id is a tag URI (RFC 4151) made of the host, the post's day and its permanent id, so that a reader's
//! program does not show everything anew when the archive moves to another path or scheme.

mod json;
pub(super) mod xml;

use std::borrow::Cow;
use std::sync::Arc;

use self::json::json;
use self::xml::{atom, plain, rss, xml_error};
use super::entry::rfc3339;
use super::{Renderer, Worker, root_of};
use newsprint_model::config::FeedContent;
use newsprint_model::route::{FeedFormat, FeedKey};
use newsprint_model::{Diagnostic, ListKey, PostId, Route};
use newsprint_rewrite::absolutize;

/// The bodies of a feed's posts, and which of them is meant.
type Content = (Arc<Vec<String>>, usize);

/// A feed before it has a form.
struct Feed<'a> {
    title: String,
    description: &'a str,
    language: &'a str,
    publisher: &'a str,
    home: String,
    own: String,
    /// RFC 3339; of the newest post.
    updated: String,
    /// RFC 2822; of the newest post.
    updated_2822: String,
    items: Vec<Item<'a>>,
}

struct Item<'a> {
    id: String,
    title: &'a str,
    url: String,
    published: String,
    published_2822: String,
    updated: String,
    authors: Vec<&'a str>,
    categories: Vec<&'a str>,
    image: Option<String>,
    language: Option<&'a str>,
    summary: &'a str,
    /// HTML with absolute addresses, without characters that XML cannot hold; none where the feed is of summaries.
    content: Option<Content>,
}

impl Item<'_> {
    fn content(&self) -> Option<&str> {
        self.content
            .as_ref()
            .map(|(all, place)| all[*place].as_str())
    }
}

impl Renderer<'_> {
    pub(super) fn feed(
        &self,
        key: FeedKey,
        format: FeedFormat,
        route: &Route,
        worker: &mut Worker,
    ) -> Result<(), Diagnostic> {
        let feed = self.collect(key, route, worker)?;
        worker.page.clear();
        match format {
            FeedFormat::Atom => atom(&feed, &mut worker.page).map_err(xml_error),
            FeedFormat::Rss => rss(&feed, &mut worker.page).map_err(xml_error),
            FeedFormat::Json => {
                json(&feed, &mut worker.page).map_err(|error| xml_error(error.into()))
            }
        }
    }

    fn collect(
        &self,
        key: FeedKey,
        route: &Route,
        worker: &mut Worker,
    ) -> Result<Feed<'_>, Diagnostic> {
        let (site, config) = (self.site, &self.site.config);
        let list = match key {
            FeedKey::Site => ListKey::Home,
            FeedKey::Category(id) => ListKey::Category(id),
        };
        let title = match key {
            FeedKey::Site => config.title.clone(),
            FeedKey::Category(id) => {
                format!("{} · {}", site.archive.category(id).name, config.title)
            }
        };
        let posts: Vec<PostId> = site
            .archive
            .list(list)
            .iter()
            .rev()
            .take(config.feeds.count)
            .copied()
            .collect();
        let newest = posts
            .iter()
            .map(|id| self.changed(*id))
            .max()
            .unwrap_or_default();
        let newest = site.archive.local(newest);
        Ok(Feed {
            title,
            description: &config.description,
            language: &config.language,
            publisher: config.publisher(),
            home: site.absolute(&site.urls().list(list).encoded()),
            own: site.absolute(&route.url.encoded()),
            updated: rfc3339(&newest),
            updated_2822: newest.to_rfc2822(),
            items: self.items(key, posts, worker)?,
        })
    }

    /// The items of a feed. Its three forms are mostly rendered one after the other by the same worker, which
    /// keeps the bodies of the last feed.
    fn items(
        &self,
        key: FeedKey,
        posts: Vec<PostId>,
        worker: &mut Worker,
    ) -> Result<Vec<Item<'_>>, Diagnostic> {
        let contents = match (self.site.config.feeds.content, worker.feed.take()) {
            (FeedContent::Summary, _) => None,
            (FeedContent::Full, Some((kept, contents))) if kept == key => Some(contents),
            (FeedContent::Full, _) => {
                let contents = posts
                    .iter()
                    .map(|id| self.content(*id, worker))
                    .collect::<Result<Vec<_>, _>>()?;
                Some(Arc::new(contents))
            }
        };
        worker.feed = contents.clone().map(|contents| (key, contents));
        let items = posts.into_iter().enumerate();
        Ok(items
            .map(|(place, id)| self.item(id, contents.clone().map(|all| (all, place)), worker))
            .collect())
    }

    fn item(&self, id: PostId, content: Option<Content>, worker: &Worker) -> Item<'_> {
        let (archive, config) = (&self.site.archive, &self.site.config);
        let post = archive.post(id);
        let published = archive.local(post.seconds);
        let host = config.origin().rsplit("//").next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default();
        let mut categories: Vec<&str> = Vec::new();
        for leaf in &post.categories {
            categories.extend(
                archive
                    .category_path(*leaf)
                    .into_iter()
                    .map(|id| &*archive.category(id).name),
            );
        }
        categories.extend(
            post.tags
                .iter()
                .map(|tag| &*archive.tags()[tag.0 as usize].name),
        );
        categories.sort_unstable();
        categories.dedup();
        Item {
            id: format!(
                "tag:{host},{}:{}",
                published.format("%Y-%m-%d"),
                self.site.urls().ids[id.0 as usize]
            ),
            title: &post.title,
            url: self.site.permalink(id),
            published: rfc3339(&published),
            published_2822: published.to_rfc2822(),
            updated: rfc3339(&archive.local(self.changed(id))),
            authors: post
                .authors
                .iter()
                .map(|author| &*archive.authors()[author.0 as usize].name)
                .collect(),
            categories,
            image: self.image(id, "", worker).map(|image| image.permalink),
            language: post.language(),
            summary: &post.excerpt,
            content,
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
        let html = absolutize(&html, &self.site.permalink(id));
        Ok(match plain(&html) {
            Cow::Borrowed(_) => html.into_owned(),
            Cow::Owned(plain) => plain,
        })
    }
}
