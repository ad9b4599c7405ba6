//! Gives every post and every list its URL: by pattern, by ledger, and without losing one.

mod posts;

use std::borrow::Cow;
use std::collections::HashSet;

use newsprint_model::archive::Term;
use newsprint_model::{Archive, CategoryId, ListKey, PostId, UrlPath};

pub use self::posts::{assign_posts, candidates};
use crate::claims::{Claims, Owner};
use crate::ledger::{Entry, Ledger, News};
use crate::names;
use crate::permalink;

/// The URL of everything that has a place in the archive.
#[derive(Debug, Default)]
pub struct Urls {
    /// By [`PostId`].
    pub posts: Vec<UrlPath>,
    /// The permanent id of each post, by [`PostId`].
    pub ids: Vec<Box<str>>,
    /// By [`CategoryId`].
    pub categories: Vec<UrlPath>,
    /// By [`newsprint_model::TermId`], of tags.
    pub tags: Vec<UrlPath>,
    /// By [`newsprint_model::TermId`], of authors.
    pub authors: Vec<UrlPath>,
}

impl Urls {
    /// The front page of a list.
    pub fn list(&self, key: ListKey) -> UrlPath {
        match key {
            ListKey::Home => UrlPath::new(""),
            ListKey::Category(id) => self.categories[id.0 as usize].clone(),
            ListKey::Tag(id) => self.tags[id.0 as usize].clone(),
            ListKey::Author(id) => self.authors[id.0 as usize].clone(),
            ListKey::Year(year) => UrlPath::new(format!("{year:04}/")),
            ListKey::Month(year, month) => UrlPath::new(format!("{year:04}/{month:02}/")),
            ListKey::Day(year, month, day) => {
                UrlPath::new(format!("{year:04}/{month:02}/{day:02}/"))
            }
        }
    }

    /// A post's URL.
    pub fn post(&self, id: PostId) -> &UrlPath {
        &self.posts[id.0 as usize]
    }
}

/// Gives lists their URLs. Lists come before posts, since their addresses can be guessed and posts' need not be.
/// Comes with what the ledger is to be told.
pub fn assign_lists(archive: &Archive, ledger: &Ledger, claims: &mut Claims) -> (Urls, Vec<News>) {
    let mut urls = Urls::default();
    let mut news = Vec::new();
    for (category, id) in archive.categories().iter().zip(0..) {
        let above = match category.parent {
            Some(parent) => urls.categories[parent.0 as usize].to_string(),
            None => "categories/".to_owned(),
        };
        let wanted = UrlPath::new(format!("{above}{}/", names::component(&category.name)));
        let key = category_key(archive, CategoryId(id));
        let (url, new) = assign_list(&key, wanted, ledger, claims);
        urls.categories.push(url);
        news.extend(new);
    }
    let mut term_urls = |kind: &str, folder: &str, terms: &[Term]| {
        let url = |term: &Term| {
            let wanted = UrlPath::new(format!("{folder}/{}/", names::component(&term.name)));
            let key = format!("{kind}:{}", term.name);
            let (url, new) = assign_list(&key, wanted, ledger, claims);
            news.extend(new);
            url
        };
        terms.iter().map(url).collect()
    };
    urls.tags = term_urls("tag", "tags", archive.tags());
    urls.authors = term_urls("author", "authors", archive.authors());
    (urls, news)
}

fn category_key(archive: &Archive, id: CategoryId) -> String {
    // A name may hold a slash, never a tab.
    let names: Vec<&str> = archive
        .category_path(id)
        .into_iter()
        .map(|id| &*archive.category(id).name)
        .collect();
    format!("category:{}", names.join("\t"))
}

fn assign_list(
    key: &str,
    wanted: UrlPath,
    ledger: &Ledger,
    claims: &mut Claims,
) -> (UrlPath, Option<News>) {
    let known = ledger.get(key);
    let kept = known
        .as_ref()
        .filter(|entry| entry.wanted == wanted.as_str())
        .map(|entry| UrlPath::new(&entry.url));
    let url = match kept {
        Some(url) if claims.claim(&url, Owner::Generated).is_ok() => url,
        _ => claim_or_suffix(&wanted, &names::short_id(key), Owner::Generated, claims),
    };
    let entry = Entry {
        wanted: wanted.as_str().into(),
        url: url.as_str().into(),
        former: former_urls(known, &url),
        ..Entry::default()
    };
    let news = ledger.news(key, &entry);
    (url, news)
}

/// The addresses that something had before it got the one it has.
fn former_urls<'a>(known: Option<Entry<'a>>, url: &UrlPath) -> Vec<Cow<'a, str>> {
    let Some(known) = known else {
        return Vec::new();
    };
    let mut former = known.former;
    former.push(known.url);
    former.retain(|old| old != url.as_str());
    former.sort_unstable();
    former.dedup();
    former
}

/// Claims the wanted URL or, where it is taken, one with a suffix that depends on the claimant alone.
fn claim_or_suffix(wanted: &UrlPath, suffix: &str, owner: Owner, claims: &mut Claims) -> UrlPath {
    if claims.claim(wanted, owner).is_ok() {
        return wanted.clone();
    }
    let mut url = permalink::with_suffix(wanted, suffix);
    let mut attempt = 2;
    while claims.claim(&url, owner).is_err() {
        url = permalink::with_suffix(wanted, &format!("{suffix}-{attempt}"));
        attempt += 1;
    }
    url
}

/// An address of earlier times and where it leads now.
pub type Redirect = (UrlPath, UrlPath);

/// The addresses of earlier times that are still free, and where they lead. Only those of what is there now.
pub fn redirects(ledger: &Ledger, urls: &Urls, claims: &mut Claims) -> Vec<Redirect> {
    let entries = ledger.with_former();
    if entries.is_empty() {
        return Vec::new();
    }
    let current: HashSet<&str> = urls
        .posts
        .iter()
        .chain(&urls.categories)
        .chain(&urls.tags)
        .chain(&urls.authors)
        .map(UrlPath::as_str)
        .collect();
    entries
        .iter()
        .filter(|entry| current.contains(&*entry.url))
        .flat_map(|entry| entry.former.iter().map(|old| (old, &entry.url)))
        .map(|(from, to)| (UrlPath::new(from), UrlPath::new(to)))
        .filter(|(from, _)| claims.claim(from, Owner::Generated).is_ok())
        .collect()
}
