//! What a page says to machines: structured data of schema.org as JSON-LD (W3C, JSON-LD 1.1), for `<script type="application/ld+json">`.
//!
//! An archive has one article's worth of it on every page. Put together by a template, value by value through the filter `json`,
//! it took as long as all text that readers see.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;
use serde::Serialize;
use serde_json::Value as Json;
use tera::{Error, Value};

use crate::filters::escape_script;
use crate::ready::Ready;
use crate::views::{Link, PageView, PostView, SiteView, View};

/// Makes the structured data of a site's pages.
#[derive(Debug, Default)]
pub(crate) struct Structured {
    publisher: String,
    base_url: String,
    /// The lists of nodes above a page, which all pages below a node begin with, by the node's address.
    above: RwLock<FxHashMap<String, Arc<str>>>,
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
            ..Self::default()
        }
    }

    /// The variable `json_ld`: its field `article` is a post's `NewsArticle`, `breadcrumbs` the page's `BreadcrumbList`; each is
    /// empty where the page is not for search engines or has no such thing.
    pub(crate) fn value(&self, page: &PageView<'_>, view: &View<'_>) -> Result<Value, Error> {
        let article = match view {
            View::Post(post) => self.article(page, post),
            _ => String::new(),
        };
        let breadcrumbs = match page.breadcrumbs.last() {
            Some(last) if !page.noindex => self.breadcrumbs(page, last),
            _ => String::new(),
        };
        Value::try_from_serializable(&JsonLd {
            article: Value::safe_string(&article),
            breadcrumbs: Value::safe_string(&breadcrumbs),
        })
    }

    /// <https://schema.org/NewsArticle>
    fn article(&self, page: &PageView<'_>, post: &PostView<'_>) -> String {
        let mut json = String::with_capacity(1024);
        let mut add = |name: &str, text: &str| {
            json.push_str(name);
            quote(text, &mut json);
        };
        add(
            r#"{"@context":"https://schema.org","@type":"NewsArticle","headline":"#,
            post.title,
        );
        add(r#","datePublished":"#, post.date.text("iso"));
        if let Some(updated) = &post.updated {
            add(r#","dateModified":"#, &updated.iso);
        }
        add(r#","inLanguage":"#, page.language);
        add(r#","mainEntityOfPage":"#, page.permalink);
        if let Some(image) = &post.image {
            add(r#","image":["#, &image.permalink);
            json.push(']');
        }
        let mut before = r#","author":[{"@type":"Person","name":"#;
        for author in &post.authors {
            json.push_str(before);
            quote(author.text("title"), &mut json);
            before = r#"},{"@type":"Person","name":"#;
        }
        if !post.authors.is_empty() {
            json.push_str("}]");
        }
        if let Some(link) = &post.link {
            json.push_str(r#","isBasedOn":"#);
            quote(link, &mut json);
        }
        json.push_str(r#","publisher":{"@type":"Organization","name":"#);
        quote(&self.publisher, &mut json);
        json.push_str("}}");
        escape_script(&json)
    }

    /// <https://schema.org/BreadcrumbList>, whose last item is the page itself, without an address.
    fn breadcrumbs(&self, page: &PageView<'_>, last: &Ready<Link>) -> String {
        let above = self.above(page, last.text("url"));
        let mut json = String::with_capacity(above.len() + page.title.len() + 64);
        json.push_str(&above);
        json.push_str(&(page.breadcrumbs.len() + 1).to_string());
        json.push_str(r#","name":"#);
        quote(page.title, &mut json);
        json.push_str("}]}");
        escape_script(&json)
    }

    /// A page's list up to the position of the page itself.
    fn above(&self, page: &PageView<'_>, last: &str) -> Arc<str> {
        let known = self.above.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(json) = known.get(last) {
            return Arc::clone(json);
        }
        drop(known);
        let mut json =
            r#"{"@context":"https://schema.org","@type":"BreadcrumbList","itemListElement":["#
                .to_owned();
        for (position, link) in (1..).zip(&page.breadcrumbs) {
            json.push_str(&format!(
                r#"{{"@type":"ListItem","position":{position},"name":"#
            ));
            quote(link.text("title"), &mut json);
            json.push_str(r#","item":"#);
            let address = [&self.base_url, link.text("url")].concat();
            quote(&address, &mut json);
            json.push_str("},");
        }
        json.push_str(r#"{"@type":"ListItem","position":"#);
        let json: Arc<str> = json.into();
        let mut known = self.above.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(last.to_owned(), Arc::clone(&json));
        json
    }
}

/// The variable `json_ld`.
#[derive(Serialize)]
struct JsonLd {
    article: Value,
    breadcrumbs: Value,
}

/// Writes a text as a JSON string.
fn quote(text: &str, out: &mut String) {
    out.push_str(&Json::from(text).to_string());
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
    fn any_text_comes_back_from_json_in_which_nothing_ends_a_script() {
        let chars = ('\0'..='\u{100}').chain('\u{2000}'..='\u{2100}');
        for c in chars.chain(['文', '😀']) {
            let title = format!("文{c}{c}–");
            let post = PostView {
                title: &title,
                ..PostView::default()
            };
            let [article, _] = json_ld(&PageView::default(), &View::Post(&post));
            let read: Json = serde_json::from_str(&article).expect("it is JSON");
            assert_eq!(read["headline"], title);
            let quoted = serde_json::to_string(&title).expect("text is JSON");
            assert!(article.contains(&escape_script(&quoted)), "{c:?}");
            assert!(!article.contains(['<', '>', '&', '\u{7f}', '\u{2028}', '\u{2029}']));
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
