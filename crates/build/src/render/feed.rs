//! Feeds: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1, each of the same posts.
//!
//! An item's id is a tag URI (RFC 4151) made of the host, the post's day and its permanent id, so that a reader's
//! program does not show everything anew when the archive moves to another path or scheme.

use std::io;
use std::sync::Arc;

use newsprint_model::config::FeedContent;
use newsprint_model::route::{FeedFormat, FeedKey};
use newsprint_model::{Diagnostic, ListKey, PostId, Route};
use newsprint_rewrite::absolutize;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use serde::Serialize;

use super::entry::rfc3339;
use super::{Renderer, Worker, root_of};
use crate::site::GENERATOR;

type Xml<'a> = Writer<&'a mut Vec<u8>>;

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
    /// HTML with absolute addresses; none where the feed is of summaries.
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
            language: post.language.as_deref(),
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
        Ok(absolutize(&html, &self.site.permalink(id)).into_owned())
    }
}

/// The XML declaration.
pub(super) fn start(xml: &mut Xml<'_>) -> io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))
}

/// Writing to memory fails only where memory does; the message is for whoever sees it all the same.
pub(super) fn xml_error(error: io::Error) -> Diagnostic {
    Diagnostic::error(format!("a feed or sitemap could not be written: {error}"))
}

fn text(xml: &mut Xml<'_>, name: &str, content: &str) -> io::Result<()> {
    xml.create_element(name)
        .write_text_content(BytesText::new(&plain(content)))?;
    Ok(())
}

/// XML 1.0 (section 2.2) has no way at all to write most control characters.
fn plain(content: &str) -> std::borrow::Cow<'_, str> {
    let forbidden = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    // Looked for by bytes first, since whole bodies come this way: without a branch a byte for controls,
    // and by a search for the two characters that are none (U+FFFE and U+FFFF in UTF-8).
    let is_control = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    let bytes = content.as_bytes();
    let has_control = bytes.chunks(256).any(|chunk| {
        chunk
            .iter()
            .fold(false, |found, byte| found | is_control(*byte))
    });
    let has_noncharacter = || {
        memchr::memmem::find(bytes, "\u{fffe}".as_bytes()).is_some()
            || memchr::memmem::find(bytes, "\u{ffff}".as_bytes()).is_some()
    };
    if has_control || has_noncharacter() {
        content.replace(forbidden, "").into()
    } else {
        content.into()
    }
}

fn atom(feed: &Feed<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    let mut xml = Writer::new(out);
    start(&mut xml)?;
    xml.create_element("feed")
        .with_attributes([
            ("xmlns", "http://www.w3.org/2005/Atom"),
            ("xml:lang", feed.language),
        ])
        .write_inner_content(|xml| {
            text(xml, "id", &feed.home)?;
            text(xml, "title", &feed.title)?;
            if !feed.description.is_empty() {
                text(xml, "subtitle", feed.description)?;
            }
            text(xml, "updated", &feed.updated)?;
            text(xml, "generator", GENERATOR)?;
            xml.create_element("author")
                .write_inner_content(|xml| text(xml, "name", feed.publisher))?;
            link(xml, "alternate", "text/html", &feed.home)?;
            link(xml, "self", FeedFormat::Atom.media_type(), &feed.own)?;
            feed.items.iter().try_for_each(|item| atom_entry(xml, item))
        })?;
    Ok(())
}

fn link(xml: &mut Xml<'_>, rel: &str, media_type: &str, href: &str) -> io::Result<()> {
    xml.create_element("link")
        .with_attributes([("rel", rel), ("type", media_type), ("href", href)])
        .write_empty()?;
    Ok(())
}

fn atom_entry(xml: &mut Xml<'_>, item: &Item<'_>) -> io::Result<()> {
    let entry = xml.create_element("entry");
    let entry = match item.language {
        Some(language) => entry.with_attribute(("xml:lang", language)),
        None => entry,
    };
    entry.write_inner_content(|xml| {
        text(xml, "id", &item.id)?;
        text(xml, "title", item.title)?;
        link(xml, "alternate", "text/html", &item.url)?;
        text(xml, "published", &item.published)?;
        text(xml, "updated", &item.updated)?;
        for author in &item.authors {
            xml.create_element("author")
                .write_inner_content(|xml| text(xml, "name", author))?;
        }
        for category in &item.categories {
            xml.create_element("category")
                .with_attribute(("term", &*plain(category)))
                .write_empty()?;
        }
        if !item.summary.is_empty() {
            text(xml, "summary", item.summary)?;
        }
        if let Some(content) = item.content() {
            xml.create_element("content")
                .with_attribute(("type", "html"))
                .write_text_content(BytesText::new(&plain(content)))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn rss(feed: &Feed<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    let mut xml = Writer::new(out);
    start(&mut xml)?;
    xml.create_element("rss")
        .with_attributes([
            ("version", "2.0"),
            ("xmlns:atom", "http://www.w3.org/2005/Atom"),
            ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ])
        .write_inner_content(|xml| {
            xml.create_element("channel").write_inner_content(|xml| {
                text(xml, "title", &feed.title)?;
                text(xml, "link", &feed.home)?;
                // A channel must have a description (RSS 2.0, required channel elements).
                text(
                    xml,
                    "description",
                    if feed.description.is_empty() {
                        &feed.title
                    } else {
                        feed.description
                    },
                )?;
                text(xml, "language", feed.language)?;
                text(xml, "lastBuildDate", &feed.updated_2822)?;
                text(xml, "generator", GENERATOR)?;
                xml.create_element("atom:link")
                    .with_attributes([
                        ("rel", "self"),
                        ("type", FeedFormat::Rss.media_type()),
                        ("href", &feed.own),
                    ])
                    .write_empty()?;
                feed.items.iter().try_for_each(|item| rss_item(xml, item))
            })?;
            Ok(())
        })?;
    Ok(())
}

fn rss_item(xml: &mut Xml<'_>, item: &Item<'_>) -> io::Result<()> {
    xml.create_element("item").write_inner_content(|xml| {
        text(xml, "title", item.title)?;
        text(xml, "link", &item.url)?;
        xml.create_element("guid")
            .with_attribute(("isPermaLink", "false"))
            .write_text_content(BytesText::new(&item.id))?;
        text(xml, "pubDate", &item.published_2822)?;
        for author in &item.authors {
            text(xml, "dc:creator", author)?;
        }
        for category in &item.categories {
            text(xml, "category", category)?;
        }
        text(xml, "description", item.summary)?;
        item.content()
            .map_or(Ok(()), |content| text(xml, "content:encoded", content))
    })?;
    Ok(())
}

/// JSON Feed 1.1, with the keys in the order of its specification.
#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    authors: [JsonAuthor<'a>; 1],
    language: &'a str,
    items: Vec<JsonItem<'a>>,
}

#[derive(Serialize)]
struct JsonAuthor<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct JsonItem<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<&'a str>,
    /// An item must have content of one kind; a feed of summaries has text.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<&'a str>,
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: &'a str,
    date_modified: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<JsonAuthor<'a>>,
    tags: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
}

fn json(feed: &Feed<'_>, out: &mut Vec<u8>) -> serde_json::Result<()> {
    let items = feed.items.iter().map(|item| JsonItem {
        id: &item.id,
        url: &item.url,
        title: item.title,
        content_html: item.content(),
        content_text: if item.content.is_none() {
            Some(item.summary)
        } else {
            None
        },
        summary: item.summary,
        image: item.image.as_deref(),
        date_published: &item.published,
        date_modified: &item.updated,
        authors: item
            .authors
            .iter()
            .map(|name| JsonAuthor { name })
            .collect(),
        tags: &item.categories,
        language: item.language,
    });
    serde_json::to_writer(
        out,
        &JsonFeed {
            version: "https://jsonfeed.org/version/1.1",
            title: &feed.title,
            home_page_url: &feed.home,
            feed_url: &feed.own,
            description: feed.description,
            authors: [JsonAuthor {
                name: feed.publisher,
            }],
            language: feed.language,
            items: items.collect(),
        },
    )
}
