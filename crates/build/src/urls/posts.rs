//! Gives posts their URLs: what the ledger knows first, then in order of age.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use newsprint_model::{Archive, Diagnostic, Post, PostId, UrlPath};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::Xxh3;

use super::{Urls, claim_or_suffix, former_urls};
use crate::claims::{Claims, Owner, Spot};
use crate::ledger::{self, Entry, Ledger, Written};
use crate::names;
use crate::permalink::{self, Pattern};

/// Gives posts their URLs. `present` names every post file there is ([`ledger::hash_of_post`]), those that are not built too:
/// only the ledger entries of files that are gone can be taken over by a file that moved.
pub fn assign_posts(
    archive: &Archive,
    pattern: &Pattern,
    present: &FxHashSet<u64>,
    ledger: &mut Ledger,
    claims: &mut Claims,
    urls: &mut Urls,
) -> Vec<Diagnostic> {
    let mut candidates = candidates(archive, pattern, present, ledger);
    // First those that keep what they have, then the others, from the oldest post on.
    for (candidate, id) in candidates.iter_mut().zip(0..) {
        if let Some((url, spot)) = candidate.kept.take()
            && claims.claim_spot(&spot, Owner::Post(PostId(id))).is_ok()
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
    let warnings = collisions(&candidates, archive);
    let mut news = Vec::new();
    urls.posts.reserve_exact(candidates.len());
    urls.ids.reserve_exact(candidates.len());
    for (candidate, post) in candidates.into_iter().zip(archive.posts()) {
        let url = candidate.url.as_ref().unwrap_or(&candidate.wanted);
        urls.posts.push(url.clone());
        urls.ids.push(candidate.id.as_ref().into());
        news.extend(candidate.into_news(post));
    }
    for (written, former_key) in news {
        if let Some(former_key) = former_key {
            ledger.remove(&former_key);
        }
        ledger.enter(written);
    }
    warnings
}

/// A post on its way to a URL.
struct Candidate<'l> {
    id: Cow<'l, str>,
    identity: u64,
    wanted: UrlPath,
    known: Option<Box<Entry<'l>>>,
    /// The key of what is known, where the file had another name.
    former_key: Option<Cow<'l, str>>,
    /// The URL that it has had, if it still asks for the same.
    kept: Option<(UrlPath, Spot)>,
    url: Option<UrlPath>,
}

/// What the ledger does not hold yet, and the key of what it takes the place of, where the file had another name.
type News = (Written, Option<String>);

impl Candidate<'_> {
    fn into_news(self, post: &Post) -> Option<News> {
        let url = self.url.as_ref().unwrap_or(&self.wanted);
        let is_known = self.known.as_ref().is_some_and(|known| {
            known.identity == self.identity
                && known.wanted == self.wanted.as_str()
                && known.url == url.as_str()
        });
        if is_known && self.former_key.is_none() {
            return None;
        }
        let entry = Entry {
            identity: self.identity,
            wanted: self.wanted.as_str().into(),
            url: url.as_str().into(),
            former: former_urls(self.known.map(|known| *known), url),
            id: self.id,
        };
        let key = ledger::post_key(&post.file.key());
        Some((
            Written::of(&key, &entry),
            self.former_key.map(Cow::into_owned),
        ))
    }
}

/// What the ledger knows of a post.
struct Known<'l> {
    identity: u64,
    entry: Option<Box<Entry<'l>>>,
    former_key: Option<Cow<'l, str>>,
}

fn candidates<'l>(
    archive: &Archive,
    pattern: &Pattern,
    present: &FxHashSet<u64>,
    ledger: &'l Ledger,
) -> Vec<Candidate<'l>> {
    let known = known(archive, present, ledger);
    let ids = ids(&known, archive);
    known
        .into_par_iter()
        .zip(ids)
        .zip(archive.posts())
        .map(|((known, id), post)| {
            let wanted = post
                .permalink()
                .and_then(permalink::explicit)
                .unwrap_or_else(|| pattern.expand(archive, post, &id));
            let kept = known
                .entry
                .as_ref()
                .filter(|entry| entry.wanted == wanted.as_str());
            Candidate {
                kept: kept.map(|entry| {
                    let url = UrlPath::new(&entry.url);
                    let spot = Spot::of(&url);
                    (url, spot)
                }),
                id,
                identity: known.identity,
                wanted,
                known: known.entry,
                former_key: known.former_key,
                url: None,
            }
        })
        .collect()
}

/// What the ledger knows of each post, under its own path or that of a file which is gone.
fn known<'l>(archive: &Archive, present: &FxHashSet<u64>, ledger: &'l Ledger) -> Vec<Known<'l>> {
    let mut all: Vec<Known<'l>> = archive
        .posts()
        .par_iter()
        .map(|post| {
            let key = ledger::post_key(&post.file.key());
            Known {
                identity: identity(post),
                entry: ledger.get(&key).map(Box::new),
                former_key: None,
            }
        })
        .collect();
    if all.iter().all(|known| known.entry.is_some()) {
        return all;
    }
    // By what a moved file still has in common with its entry; the first in order last.
    let mut orphans: HashMap<u64, Vec<(Cow<'l, str>, Entry<'l>)>> = HashMap::new();
    for (key, entry) in ledger.of_absent_posts(present).rev() {
        orphans
            .entry(entry.identity)
            .or_default()
            .push((key, entry));
    }
    for known in all.iter_mut().filter(|known| known.entry.is_none()) {
        if let Some((key, entry)) = orphans.get_mut(&known.identity).and_then(Vec::pop) {
            known.former_key = Some(key);
            known.entry = Some(Box::new(entry));
        }
    }
    all
}

/// The permanent id of each post: the one that it has, or else a new one.
fn ids<'l>(known: &[Known<'l>], archive: &Archive) -> Vec<Cow<'l, str>> {
    let old = known.iter().filter_map(|known| known.entry.as_ref());
    let mut used: HashSet<Cow<'l, str>> = HashSet::new();
    if known.iter().any(|known| known.entry.is_none()) {
        used.extend(old.map(|entry| entry.id.clone()));
    }
    known
        .iter()
        .zip(archive.posts())
        .map(|(known, post)| match &known.entry {
            Some(entry) => entry.id.clone(),
            None => fresh_id(&post.file.key(), &mut used).into(),
        })
        .collect()
}

fn identity(post: &Post) -> u64 {
    let mut hash = Xxh3::new();
    hash.update(post.title.as_bytes());
    hash.update(b"\0");
    hash.update(post.seconds.to_string().as_bytes());
    hash.digest()
}

/// An id made of the path; another post may hold it that once stood there and has moved.
fn fresh_id(path: &str, used: &mut HashSet<Cow<'_, str>>) -> String {
    let mut id = names::short_id(path);
    let mut attempt = 2;
    while !used.insert(id.clone().into()) {
        id = names::short_id(&format!("{path}\0{attempt}"));
        attempt += 1;
    }
    id
}

/// One warning for each post that could not have the URL its pattern gives, naming who has it.
fn collisions(candidates: &[Candidate<'_>], archive: &Archive) -> Vec<Diagnostic> {
    let pushed_aside = |c: &&Candidate<'_>| c.url.as_ref() != Some(&c.wanted);
    let path_of = |post: &Post| format!("content/{}", post.file.key());
    let wanted: HashSet<String> = candidates
        .iter()
        .filter(pushed_aside)
        .map(|c| names::fold(&c.wanted.file()))
        .collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let holders: BTreeMap<String, &Post> = candidates
        .iter()
        .zip(archive.posts())
        .filter_map(|(c, post)| c.url.as_ref().map(|url| (names::fold(&url.file()), post)))
        .filter(|(file, _)| wanted.contains(file))
        .collect();
    candidates
        .iter()
        .zip(archive.posts())
        .filter(|(candidate, _)| pushed_aside(candidate))
        .map(|(candidate, post)| {
            let holder = match holders.get(&names::fold(&candidate.wanted.file())) {
                Some(holder) => path_of(holder),
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
            .at(path_of(post))
            .hint(format!("it stands at `{url}` instead"))
        })
        .collect()
}
