//! Puts posts in order and makes the lists over them.

use std::sync::Arc;

use chrono_tz::Tz;

use super::calendar::calendar;
use super::terms::Terms;
use super::tree::CategoryTree;
use super::{Archive, Category, CategoryId, Post, PostId, Term, TermId, Year};
use crate::post::{DateOrigin, Names, PostMeta};

/// Every list over posts in order: an [`Archive`] but for the posts.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    pub(super) timezone: Tz,
    pub(super) all: Vec<PostId>,
    pub(super) categories: Vec<Category>,
    pub(super) sections: Vec<CategoryId>,
    pub(super) tags: Vec<Term>,
    pub(super) authors: Vec<Term>,
    pub(super) years: Vec<Year>,
}

/// A post of which it is known where it belongs.
#[derive(Debug)]
pub struct Placed {
    meta: Box<PostMeta>,
    listed: Listed,
}

/// The lists that a post belongs to, by number.
#[derive(Debug, Clone, Default)]
struct Listed {
    categories: Box<[CategoryId]>,
    tags: Box<[TermId]>,
    authors: Box<[TermId]>,
}

impl Order {
    /// The order of posts, by date and then by path, and the posts in this order. To make what the archive holds of each
    /// ([`Post::from`]) takes most of the time, and can be done for many at once.
    pub fn of(mut metas: Vec<Box<PostMeta>>, timezone: Tz) -> (Self, Vec<Placed>) {
        let by_path = |a: &PostMeta, b: &PostMeta| a.file.by_path(&b.file);
        if !metas.is_sorted_by(|a, b| by_path(a, b).is_le()) {
            metas.sort_by(|a, b| by_path(a, b));
        }
        // Posts lie all over the memory: each is asked once for all that is needed of it here. Names are looked up in the
        // order of paths, since posts of one folder mostly share them.
        let mut order: Vec<(i64, u32)> = Vec::with_capacity(metas.len());
        let mut runs: Vec<(&Arc<Names>, usize)> = Vec::new();
        for (meta, place) in metas.iter().zip(0..) {
            order.push((date_of(meta).0, place));
            match runs.last_mut() {
                Some((names, count)) if Arc::ptr_eq(names, &meta.names) => *count += 1,
                _ => runs.push((&meta.names, 1)),
            }
        }
        let names = || runs.iter().map(|(names, _)| names);
        let mut categories = CategoryTree::default();
        names()
            .flat_map(|names| &names.categories)
            .for_each(|path| categories.add(path));
        let mut categories = categories.freeze();
        let mut tags = Terms::of(names().flat_map(|names| &names.tags));
        let mut authors = Terms::of(names().flat_map(|names| &names.authors));
        let mut listed = Vec::with_capacity(metas.len());
        for (names, count) in runs {
            let ids = Listed {
                categories: categories.leaves(&names.categories),
                tags: tags.ids(&names.tags),
                authors: authors.ids(&names.authors),
            };
            listed.extend(std::iter::repeat_n(ids, count));
        }
        order.sort_unstable();
        let mut metas: Vec<Option<Box<PostMeta>>> = metas.into_iter().map(Some).collect();
        let mut posts = Vec::with_capacity(metas.len());
        for ((_, place), id) in order.iter().zip(0..) {
            let (id, place) = (PostId(id), *place as usize);
            let listed = std::mem::take(&mut listed[place]);
            categories.place(id, &listed.categories);
            tags.place(id, &listed.tags);
            authors.place(id, &listed.authors);
            posts.extend(metas[place].take().map(|meta| Placed { meta, listed }));
        }
        let order = Self {
            timezone,
            all: (0..).map(PostId).take(posts.len()).collect(),
            sections: categories.sections,
            categories: categories.nodes,
            tags: tags.terms,
            authors: authors.terms,
            years: calendar(order.iter().map(|(seconds, _)| *seconds), timezone),
        };
        (order, posts)
    }

    /// The archive, given its posts in this order.
    pub fn filled(self, posts: Vec<Post>) -> Archive {
        Archive { posts, order: self }
    }
}

fn date_of(meta: &PostMeta) -> (i64, DateOrigin) {
    match meta.date {
        Some(date) => (date.seconds, date.origin),
        None => (
            meta.file.mtime.div_euclid(1_000_000_000),
            DateOrigin::FileTime,
        ),
    }
}

impl From<Placed> for Post {
    fn from(Placed { meta, listed }: Placed) -> Self {
        let meta = *meta;
        let (seconds, date_origin) = date_of(&meta);
        Self {
            seconds,
            date_origin,
            reading_minutes: meta.reading_minutes(),
            categories: listed.categories,
            tags: listed.tags,
            authors: listed.authors,
            file: meta.file,
            title: meta.title,
            image: meta.image,
            link: meta.link,
            excerpt: meta.excerpt,
            words: meta.words,
            body_kind: meta.body_kind,
            digest: meta.digest,
            body: meta.body,
            uncommon: meta.uncommon,
        }
    }
}
