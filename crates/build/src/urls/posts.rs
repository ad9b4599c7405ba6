//! Gives posts their URLs: what the ledger knows first, then in order of age.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use newsprint_model::{Archive, Diagnostic, Post, PostId, UrlPath};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::xxh3_64;

use super::{Urls, claim_or_suffix, former_urls};
use crate::claims::{Claims, Owner, Spot};
use crate::ledger::{self, Entry, Ledger, News};
use crate::names;
use crate::permalink::{self, Pattern};

/// Gives posts their URLs. Comes with a warning for each that could not have the one it wanted, and with what the
/// ledger is to be told.
pub fn assign_posts<'l>(
    mut candidates: Vec<Candidate<'l>>,
    archive: &Archive,
    ledger: &'l Ledger,
    claims: &mut Claims,
    urls: &mut Urls,
) -> (Vec<Diagnostic>, Vec<News>) {
    claims.reserve(candidates.len());
    // First those that keep what they have, then the others, from the oldest post on.
    for (candidate, id) in candidates.iter_mut().zip(0..) {
        if let Some(url) = &candidate.url
            && let Err(_) = claims.claim_spot(&candidate.spot, url, Owner::Post(PostId(id)))
        {
            candidate.url = None;
        }
    }
    for (candidate, id) in candidates.iter_mut().zip(0..) {
        if candidate.url.is_none() {
            let id = PostId(id);
            let wanted = &candidate.wanted;
            let url = claim_or_suffix(wanted, &candidate.id, Owner::Post(id), claims);
            candidate.url = Some(url);
            let post = archive.post(id);
            let known = || Newcomer::of(post, ledger.of_post(&post.file.key()));
            candidate.news.get_or_insert_with(|| Box::new(known()));
        }
    }
    let warnings = collisions(&candidates, archive);
    let told = candidates.par_iter_mut().zip(archive.posts());
    let news = told.filter_map(|(candidate, post)| {
        let news = candidate.news.take()?;
        let url = candidate.url.as_ref().unwrap_or(&candidate.wanted);
        Some(news.write(post, &candidate.id, &candidate.wanted, url))
    });
    let news = news.collect();
    urls.posts.reserve_exact(candidates.len());
    urls.ids.reserve_exact(candidates.len());
    for candidate in candidates {
        urls.posts.push(candidate.url.unwrap_or(candidate.wanted));
        urls.ids.push(candidate.id);
    }
    (warnings, news)
}

/// A post on its way to a URL.
pub struct Candidate<'l> {
    id: Box<str>,
    wanted: UrlPath,
    /// The URL that it has had, if it still asks for the same; then the one that it is given.
    url: Option<UrlPath>,
    /// The place of the former.
    spot: Spot,
    /// What the ledger is to be told, if it does not know all this.
    news: Option<Box<Newcomer<'l>>>,
}

/// A post that the ledger does not know, or not as it is.
struct Newcomer<'l> {
    identity: u64,
    known: Option<Box<Entry<'l>>>,
    /// The key of what is known, where the file had another name.
    former_key: Option<Cow<'l, str>>,
}

impl<'l> Newcomer<'l> {
    fn of(post: &Post, known: Option<Entry<'l>>) -> Self {
        Self {
            identity: identity(post),
            known: known.map(Box::new),
            former_key: None,
        }
    }

    /// What the ledger is to be told.
    fn write(self, post: &Post, id: &str, wanted: &UrlPath, url: &UrlPath) -> News {
        let entry = Entry {
            identity: self.identity,
            wanted: wanted.as_str().into(),
            url: url.as_str().into(),
            former: former_urls(self.known.map(|known| *known), url),
            id: id.into(),
        };
        let key = ledger::post_key(&post.file.key());
        News::of(&key, &entry, self.former_key.map(Cow::into_owned))
    }
}

impl<'l> Candidate<'l> {
    /// A post that the ledger knows by its path.
    fn known(archive: &Archive, pattern: &Pattern, post: &Post, known: Entry<'l>) -> Self {
        let mut candidate = Self::of(archive, pattern, post, &known.id, Some(&known));
        let is_as_known =
            known.wanted == candidate.wanted.as_str() && known.identity == identity(post);
        candidate.news = (!is_as_known).then(|| Box::new(Newcomer::of(post, Some(known))));
        candidate
    }

    /// A post that the ledger does not know by its path.
    fn news(
        archive: &Archive,
        pattern: &Pattern,
        post: &Post,
        id: &str,
        news: Newcomer<'l>,
    ) -> Self {
        let candidate = Self::of(archive, pattern, post, id, news.known.as_deref());
        Self {
            news: Some(Box::new(news)),
            ..candidate
        }
    }

    fn of(
        archive: &Archive,
        pattern: &Pattern,
        post: &Post,
        id: &str,
        known: Option<&Entry<'_>>,
    ) -> Self {
        let wanted = post
            .permalink()
            .and_then(permalink::explicit)
            .unwrap_or_else(|| pattern.expand(archive, post, id));
        let kept = known.filter(|entry| entry.wanted == wanted.as_str());
        let url = kept.map(|entry| match entry.url == entry.wanted {
            true => wanted.clone(),
            false => UrlPath::new(&entry.url),
        });
        Self {
            id: id.into(),
            spot: url.as_ref().map(Spot::of).unwrap_or_default(),
            url,
            wanted,
            news: None,
        }
    }
}

/// What every post asks for. `present` names every post file there is ([`ledger::hash_of_post`]), those that are not built too:
/// only the ledger entries of files that are gone can be taken over by a file that moved.
pub fn candidates<'l>(
    archive: &Archive,
    pattern: &Pattern,
    present: &FxHashSet<u64>,
    ledger: &'l Ledger,
) -> Vec<Candidate<'l>> {
    let known = |post: &Post| {
        let entry = ledger.of_post(&post.file.key())?;
        Some(Candidate::known(archive, pattern, post, entry))
    };
    let all: Vec<Option<Candidate<'l>>> = archive.posts().par_iter().map(known).collect();
    let unknown = (0..).map(PostId).zip(&all);
    let unknown = unknown.filter_map(|(id, known)| known.is_none().then_some(id));
    let unknown: Vec<PostId> = unknown.collect();
    let mut newcomers = Vec::new();
    if !unknown.is_empty() {
        let news = news(archive, &unknown, present, ledger);
        let known = all.iter().flatten().map(|candidate| &*candidate.id);
        let ids = ids(&news, archive, known);
        let candidate = |((post, news), id): ((PostId, Newcomer<'l>), String)| {
            Candidate::news(archive, pattern, archive.post(post), &id, news)
        };
        newcomers = news.into_par_iter().zip(ids).map(candidate).collect();
    }
    let mut newcomers = newcomers.into_iter();
    all.into_iter()
        .filter_map(|known| known.or_else(|| newcomers.next()))
        .collect()
}

/// What the ledger knows of each of these posts, which are not there under their own paths, under that of a file which is gone.
fn news<'l>(
    archive: &Archive,
    posts: &[PostId],
    present: &FxHashSet<u64>,
    ledger: &'l Ledger,
) -> Vec<(PostId, Newcomer<'l>)> {
    // By what a moved file still has in common with its entry; the first in order last.
    let mut orphans: HashMap<u64, Vec<(Cow<'l, str>, Entry<'l>)>> = HashMap::new();
    for (key, entry) in ledger.of_absent_posts(present).rev() {
        orphans
            .entry(entry.identity)
            .or_default()
            .push((key, entry));
    }
    let news = posts.iter().map(|id| {
        let mut news = Newcomer::of(archive.post(*id), None);
        if let Some((key, entry)) = orphans.get_mut(&news.identity).and_then(Vec::pop) {
            news.former_key = Some(key);
            news.known = Some(Box::new(entry));
        }
        (*id, news)
    });
    news.collect()
}

/// The permanent id of each of these posts: the one that it has had, or else a new one that no other has.
fn ids<'a>(
    news: &[(PostId, Newcomer<'_>)],
    archive: &Archive,
    known: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let mut used: FxHashSet<Cow<'_, str>> = known.map(Cow::Borrowed).collect();
    let adopted = news.iter().filter_map(|(_, news)| news.known.as_ref());
    used.extend(adopted.map(|entry| entry.id.clone()));
    news.iter()
        .map(|(post, news)| match &news.known {
            Some(entry) => entry.id.to_string(),
            None => fresh_id(&archive.post(*post).file.key(), &mut used),
        })
        .collect()
}

fn identity(post: &Post) -> u64 {
    xxh3_64(format!("{}\0{}", post.title, post.seconds).as_bytes())
}

/// An id made of the path; another post may hold it that once stood there and has moved.
fn fresh_id(path: &str, used: &mut FxHashSet<Cow<'_, str>>) -> String {
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
        .map(|c| names::fold(&c.wanted.file()).into_owned())
        .collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let holders: BTreeMap<String, &Post> = candidates
        .iter()
        .zip(archive.posts())
        .filter_map(|(c, post)| {
            c.url
                .as_ref()
                .map(|url| (names::fold(&url.file()).into_owned(), post))
        })
        .filter(|(file, _)| wanted.contains(file))
        .collect();
    candidates
        .iter()
        .zip(archive.posts())
        .filter(|(candidate, _)| pushed_aside(candidate))
        .map(|(candidate, post)| {
            let holder = match holders.get(&*names::fold(&candidate.wanted.file())) {
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
