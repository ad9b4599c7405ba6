//! Gives every post and every list its URL: by pattern, by ledger, and without losing one.

use std::collections::{BTreeMap, HashMap, HashSet};

use newsprint_model::{Archive, CategoryId, Diagnostic, ListKey, Post, PostId, UrlPath};
use xxhash_rust::xxh3::xxh3_64;

use crate::claims::{Claims, Owner};
use crate::ledger::{Entry, Ledger};
use crate::names;
use crate::permalink::{self, Pattern};

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
pub fn assign_lists(archive: &Archive, ledger: &mut Ledger, claims: &mut Claims) -> Urls {
    let mut urls = Urls::default();
    for (category, id) in archive.categories().iter().zip(0..) {
        let above = match category.parent {
            Some(parent) => urls.categories[parent.0 as usize].to_string(),
            None => "categories/".to_owned(),
        };
        let wanted = UrlPath::new(format!("{above}{}/", names::component(&category.name)));
        let key = category_key(archive, CategoryId(id));
        urls.categories
            .push(assign_list(key, wanted, ledger, claims));
    }
    let term_urls = |kind: &str,
                     folder: &str,
                     terms: &[newsprint_model::archive::Term],
                     ledger: &mut Ledger,
                     claims: &mut Claims| {
        terms
            .iter()
            .map(|term| {
                let wanted = UrlPath::new(format!("{folder}/{}/", names::component(&term.name)));
                assign_list(format!("{kind}:{}", term.name), wanted, ledger, claims)
            })
            .collect()
    };
    urls.tags = term_urls("tag", "tags", archive.tags(), ledger, claims);
    urls.authors = term_urls("author", "authors", archive.authors(), ledger, claims);
    urls
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

fn assign_list(key: String, wanted: UrlPath, ledger: &mut Ledger, claims: &mut Claims) -> UrlPath {
    let known = ledger.entries.remove(&key);
    let kept = known
        .as_ref()
        .filter(|entry| entry.wanted == wanted.as_str())
        .map(|entry| UrlPath::new(&entry.url));
    let url = match kept {
        Some(url) if claims.claim(&url, Owner::Generated).is_ok() => url,
        _ => claim_or_suffix(&wanted, &names::short_id(&key), Owner::Generated, claims),
    };
    let entry = Entry {
        wanted: wanted.to_string(),
        url: url.to_string(),
        former: former_urls(known, &url),
        ..Entry::default()
    };
    ledger.entries.insert(key, entry);
    url
}

/// The addresses that something had before it got the one it has.
fn former_urls(known: Option<Entry>, url: &UrlPath) -> Vec<String> {
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

/// Gives posts their URLs. `present` names every post file there is, those that are not built too:
/// only the ledger entries of files that are gone can be taken over by a file that moved.
pub fn assign_posts(
    archive: &Archive,
    pattern: &Pattern,
    present: &HashSet<String>,
    ledger: &mut Ledger,
    claims: &mut Claims,
    urls: &mut Urls,
) -> Vec<Diagnostic> {
    let mut candidates = candidates(archive, pattern, present, ledger);
    // First those that keep what they have, then the others, from the oldest post on.
    for (candidate, id) in candidates.iter_mut().zip(0..) {
        let Some(known) = &candidate.known else {
            continue;
        };
        let url = UrlPath::new(&known.url);
        if known.wanted == candidate.wanted.as_str()
            && claims.claim(&url, Owner::Post(PostId(id))).is_ok()
        {
            candidate.url = Some(url);
        }
    }
    for (candidate, id) in candidates.iter_mut().zip(0..) {
        if candidate.url.is_none() {
            let owner = Owner::Post(PostId(id));
            let url = claim_or_suffix(&candidate.wanted, &candidate.id, owner, claims);
            candidate.url = Some(url);
        }
    }
    let warnings = collisions(&candidates);
    record(candidates, ledger, urls);
    warnings
}

/// A post on its way to a URL.
struct Candidate {
    key: String,
    id: String,
    identity: u64,
    wanted: UrlPath,
    known: Option<Entry>,
    url: Option<UrlPath>,
}

fn candidates(
    archive: &Archive,
    pattern: &Pattern,
    present: &HashSet<String>,
    ledger: &mut Ledger,
) -> Vec<Candidate> {
    let mut moved = orphans(ledger, present);
    let mut known_by_post: Vec<(String, u64, Option<Entry>)> =
        Vec::with_capacity(archive.posts().len());
    for post in archive.posts() {
        let key = format!("post:{}", post.file.key());
        let identity = identity(post);
        let known = ledger.entries.remove(&key).or_else(|| {
            let old_key = moved.get_mut(&identity)?.pop()?;
            ledger.entries.remove(&old_key)
        });
        known_by_post.push((key, identity, known));
    }
    let mut used: HashSet<String> = known_by_post
        .iter()
        .filter_map(|(_, _, known)| known.as_ref())
        .map(|entry| entry.id.clone())
        .collect();
    archive
        .posts()
        .iter()
        .zip(known_by_post)
        .map(|(post, (key, identity, known))| {
            let id = match &known {
                Some(entry) => entry.id.clone(),
                None => fresh_id(&post.file.key(), &mut used),
            };
            let wanted = post
                .permalink
                .as_deref()
                .and_then(permalink::explicit)
                .unwrap_or_else(|| pattern.expand(archive, post, &id));
            Candidate {
                key,
                id,
                identity,
                wanted,
                known,
                url: None,
            }
        })
        .collect()
}

/// Entries whose file is gone, by what a moved file still has in common with them; the first in order last.
fn orphans(ledger: &Ledger, present: &HashSet<String>) -> HashMap<u64, Vec<String>> {
    let mut orphans: HashMap<u64, Vec<String>> = HashMap::new();
    for (key, entry) in ledger.entries.iter().rev() {
        let gone = key
            .strip_prefix("post:")
            .is_some_and(|path| !present.contains(path));
        if gone {
            orphans.entry(entry.identity).or_default().push(key.clone());
        }
    }
    orphans
}

fn identity(post: &Post) -> u64 {
    xxh3_64(format!("{}\0{}", post.title, post.seconds).as_bytes())
}

/// An id made of the path; another post may hold it that once stood there and has moved.
fn fresh_id(path: &str, used: &mut HashSet<String>) -> String {
    let mut id = names::short_id(path);
    let mut attempt = 2;
    while !used.insert(id.clone()) {
        id = names::short_id(&format!("{path}\0{attempt}"));
        attempt += 1;
    }
    id
}

/// One warning for each post that could not have the URL its pattern gives, naming who has it.
fn collisions(candidates: &[Candidate]) -> Vec<Diagnostic> {
    let pushed_aside = |c: &&Candidate| c.url.as_ref() != Some(&c.wanted);
    let path_of = |key: &str| format!("content/{}", key.trim_start_matches("post:"));
    let wanted: HashSet<String> = candidates
        .iter()
        .filter(pushed_aside)
        .map(|c| names::fold(&c.wanted.file()))
        .collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let holders: BTreeMap<String, &str> = candidates
        .iter()
        .filter_map(|c| {
            c.url
                .as_ref()
                .map(|url| (names::fold(&url.file()), c.key.as_str()))
        })
        .filter(|(file, _)| wanted.contains(file))
        .collect();
    candidates
        .iter()
        .filter(pushed_aside)
        .map(|candidate| {
            let holder = match holders.get(&names::fold(&candidate.wanted.file())) {
                Some(key) => path_of(key),
                None => "another file of the output".to_owned(),
            };
            let url = candidate
                .url
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            Diagnostic::warning(format!(
                "its URL `{}` belongs to {holder}",
                candidate.wanted
            ))
            .at(path_of(&candidate.key))
            .hint(format!("it stands at `{url}` instead"))
        })
        .collect()
}

/// Enters the result into the ledger.
fn record(candidates: Vec<Candidate>, ledger: &mut Ledger, urls: &mut Urls) {
    for candidate in candidates {
        let url = candidate.url.unwrap_or(candidate.wanted.clone());
        let former = former_urls(candidate.known, &url);
        urls.posts.push(url.clone());
        urls.ids.push(candidate.id.as_str().into());
        ledger.entries.insert(
            candidate.key,
            Entry {
                id: candidate.id,
                identity: candidate.identity,
                wanted: candidate.wanted.to_string(),
                url: url.to_string(),
                former,
            },
        );
    }
}

/// The addresses of earlier times that are still free, and where they lead. Only those of what is there now.
pub fn redirects(ledger: &Ledger, urls: &Urls, claims: &mut Claims) -> Vec<Redirect> {
    let current: HashSet<&str> = urls
        .posts
        .iter()
        .chain(&urls.categories)
        .chain(&urls.tags)
        .chain(&urls.authors)
        .map(UrlPath::as_str)
        .collect();
    ledger
        .entries
        .values()
        .filter(|entry| !entry.former.is_empty() && current.contains(entry.url.as_str()))
        .flat_map(|entry| entry.former.iter().map(|old| (old, &entry.url)))
        .map(|(from, to)| (UrlPath::new(from), UrlPath::new(to)))
        .filter(|(from, _)| claims.claim(from, Owner::Generated).is_ok())
        .collect()
}
