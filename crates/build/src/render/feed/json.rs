//! Feeds as JSON Feed 1.1.

use serde::Serialize;

use super::Feed;

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

/// Writes the feed.
pub(super) fn json(feed: &Feed<'_>, out: &mut Vec<u8>) -> serde_json::Result<()> {
    let items = feed.items.iter().map(|item| JsonItem {
        id: &item.made.id,
        url: &item.made.url,
        title: item.title,
        content_html: item.made.content.as_deref(),
        content_text: if item.made.content.is_none() {
            Some(item.summary)
        } else {
            None
        },
        summary: item.summary,
        image: item.made.image.as_deref(),
        date_published: &item.made.published,
        date_modified: &item.made.updated,
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
