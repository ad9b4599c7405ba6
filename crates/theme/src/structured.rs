//! What a page says to machines: structured data of schema.org as JSON-LD (W3C, JSON-LD 1.1), for `<script type="application/ld+json">`.
//!
//! An archive has one article's worth of it on every page. Put together by a template, value by value through the filter `json`,
//! it took as long as all text that readers see.

use serde::Serialize;
use tera::{Error, Value};

use crate::filters::escape_script;
use crate::ready::Ready;
use crate::views::{Link, PageView, PostView, SiteView, View};

const CONTEXT: &str = "https://schema.org";

/// Makes the structured data of a site's pages.
#[derive(Debug, Default)]
pub(crate) struct Structured {
    publisher: String,
    base_url: String,
}

impl Structured {
    /// For this site.
    pub(crate) fn of(site: &SiteView) -> Self {
        let publisher = match site.author.as_str() {
            "" => site.title.as_str(),
            author => author,
        };
        Self {
            publisher: publisher.to_owned(),
            base_url: site.base_url.clone(),
        }
    }

    /// The variable `json_ld`: its field `article` is a post's `NewsArticle`, `breadcrumbs` the page's `BreadcrumbList`; each is
    /// empty where the page is not for search engines or has no such thing.
    pub(crate) fn value(&self, page: &PageView<'_>, view: &View<'_>) -> Result<Value, Error> {
        let article = match view {
            View::Post(post) => script(&self.article(page, post))?,
            _ => String::new(),
        };
        let breadcrumbs = match page.breadcrumbs.is_empty() || page.noindex {
            false => script(&self.breadcrumbs(page))?,
            true => String::new(),
        };
        Value::try_from_serializable(&JsonLd {
            article: Value::safe_string(&article),
            breadcrumbs: Value::safe_string(&breadcrumbs),
        })
    }

    fn article<'a>(&'a self, page: &PageView<'a>, post: &'a PostView<'a>) -> NewsArticle<'a> {
        let person = |author: &'a Ready<Link>| Named::new("Person", author.text("title"));
        NewsArticle {
            context: CONTEXT,
            kind: "NewsArticle",
            headline: post.title,
            date_published: post.date.text("iso"),
            date_modified: post.updated.as_ref().map(|date| date.iso.as_str()),
            in_language: page.language,
            main_entity_of_page: page.permalink,
            image: post.image.as_ref().map(|image| [image.permalink.as_str()]),
            author: post.authors.iter().map(person).collect(),
            is_based_on: post.link.as_deref(),
            publisher: Named::new("Organization", &self.publisher),
        }
    }

    fn breadcrumbs<'a>(&'a self, page: &'a PageView<'a>) -> BreadcrumbList<'a> {
        let above = page.breadcrumbs.iter().map(|link| {
            let address = format!("{}{}", self.base_url, link.text("url"));
            (link.text("title"), Some(address))
        });
        let all = above.chain([(page.title, None)]);
        let items = (1..).zip(all).map(|(position, (name, item))| ListItem {
            kind: "ListItem",
            position,
            name,
            item,
        });
        BreadcrumbList {
            context: CONTEXT,
            kind: "BreadcrumbList",
            items: items.collect(),
        }
    }
}

/// The variable `json_ld`.
#[derive(Serialize)]
struct JsonLd {
    article: Value,
    breadcrumbs: Value,
}

/// JSON that cannot end the script element that it stands in.
fn script(data: &impl Serialize) -> Result<String, Error> {
    let json = serde_json::to_string(data).map_err(|error| Error::message(error.to_string()))?;
    Ok(escape_script(&json))
}

/// <https://schema.org/NewsArticle>
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewsArticle<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    headline: &'a str,
    date_published: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<&'a str>,
    in_language: &'a str,
    main_entity_of_page: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<[&'a str; 1]>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Named<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_based_on: Option<&'a str>,
    publisher: Named<'a>,
}

/// A person or an organization.
#[derive(Serialize)]
struct Named<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
}

impl<'a> Named<'a> {
    fn new(kind: &'static str, name: &'a str) -> Self {
        Self { kind, name }
    }
}

/// <https://schema.org/BreadcrumbList>
#[derive(Serialize)]
struct BreadcrumbList<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "itemListElement")]
    items: Vec<ListItem<'a>>,
}

#[derive(Serialize)]
struct ListItem<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    position: usize,
    name: &'a str,
    /// None for the page itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::{DateView, ImageView};

    fn link(title: &str, url: &str) -> Ready<Link> {
        Ready::from(&Link {
            title: title.to_owned(),
            url: url.to_owned(),
        })
    }

    fn json_ld(page: &PageView<'_>, view: &View<'_>) -> [String; 2] {
        let site = SiteView {
            title: "档案".to_owned(),
            base_url: "https://news.example/a/".to_owned(),
            ..SiteView::default()
        };
        let value = Structured::of(&site).value(page, view).expect("it is JSON");
        ["article", "breadcrumbs"].map(|field| {
            let text = value.get_from_path(field).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        })
    }

    #[test]
    fn an_article_says_what_is_known_of_it() {
        let date = |iso: &str| DateView {
            iso: iso.to_owned(),
            ..DateView::default()
        };
        let page = PageView {
            title: "题",
            language: "zh",
            permalink: "https://news.example/a/1.html",
            breadcrumbs: vec![link("科技 & 生活", "c/")],
            ..PageView::default()
        };
        let bare = PostView {
            title: "题",
            date: Ready::from(&date("2022-09-26T19:51:54+08:00")),
            ..PostView::default()
        };
        let full = PostView {
            title: "</script>",
            updated: Some(date("2022-09-27T00:00:00+08:00")),
            image: Some(ImageView {
                src: "../i.png".to_owned(),
                permalink: "https://i.example/i.png".to_owned(),
            }),
            authors: vec![link("甲", "x/"), link("\"乙\"", "y/")],
            link: Some("https://o.example/?a=1&b=2".to_owned()),
            ..bare.clone()
        };
        let list = r#"{"@context":"https://schema.org","@type":"BreadcrumbList","itemListElement":[{"@type":"ListItem","position":1,"name":"科技 \u0026 生活","item":"https://news.example/a/c/"},{"@type":"ListItem","position":2,"name":"题"}]}"#;
        let cases = [
            (
                &bare,
                r#"{"@context":"https://schema.org","@type":"NewsArticle","headline":"题","datePublished":"2022-09-26T19:51:54+08:00","inLanguage":"zh","mainEntityOfPage":"https://news.example/a/1.html","publisher":{"@type":"Organization","name":"档案"}}"#,
            ),
            (
                &full,
                r#"{"@context":"https://schema.org","@type":"NewsArticle","headline":"\u003c/script\u003e","datePublished":"2022-09-26T19:51:54+08:00","dateModified":"2022-09-27T00:00:00+08:00","inLanguage":"zh","mainEntityOfPage":"https://news.example/a/1.html","image":["https://i.example/i.png"],"author":[{"@type":"Person","name":"甲"},{"@type":"Person","name":"\"乙\""}],"isBasedOn":"https://o.example/?a=1\u0026b=2","publisher":{"@type":"Organization","name":"档案"}}"#,
            ),
        ];
        for (post, article) in cases {
            assert_eq!(json_ld(&page, &View::Post(post)), [article, list]);
        }
    }

    #[test]
    fn pages_that_are_not_for_search_engines_say_nothing() {
        let page = PageView {
            breadcrumbs: vec![link("甲", "c/")],
            noindex: true,
            ..PageView::default()
        };
        assert_eq!(json_ld(&page, &View::Search), ["", ""]);
        assert_eq!(json_ld(&PageView::default(), &View::NotFound), ["", ""]);
    }
}
