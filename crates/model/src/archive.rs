//! The whole site's order, trees and lists: the only view of all posts at once.
//!
//! An [`Archive`] is made once, by [`freeze`](Archive::freeze), and then shared by reference
//! among all threads. Posts are known by [`PostId`], which counts from the oldest.

mod calendar;
mod order;
mod terms;
mod tree;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

pub use self::order::{Order, Placed};
use crate::post::{BodyKind, DateOrigin, Extra, PostMeta, SourceFile, Uncommon};

/// A post's place in the archive, counted from the oldest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PostId(pub u32);

/// A node of the category tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CategoryId(pub u32);

/// A tag or an author, in the order of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermId(pub u32);

/// A post in its place. Its names of categories, tags and authors have become ids.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// The file.
    pub file: SourceFile,
    /// The title; never empty.
    pub title: Box<str>,
    /// When it was published, seconds since 1970.
    pub seconds: i64,
    /// Where that date came from.
    pub date_origin: DateOrigin,
    /// The category nodes it belongs to directly; usually one, the deepest of its path.
    pub categories: Box<[CategoryId]>,
    /// Its tags.
    pub tags: Box<[TermId]>,
    /// Its authors.
    pub authors: Box<[TermId]>,
    /// The address of the lead image, as given.
    pub image: Option<Box<str>>,
    /// The address of the original article, as given.
    pub link: Option<Box<str>>,
    /// The beginning of the text, or the summary; plain text.
    pub excerpt: Box<str>,
    /// Han characters plus words of other scripts.
    pub words: u32,
    /// Minutes that a reader takes.
    pub reading_minutes: u32,
    /// What language the body is written in.
    pub body_kind: BodyKind,
    /// Where the body stands, in bytes of the decoded text.
    pub body: std::ops::Range<usize>,
    /// XXH3 (64 bits) of the file's bytes.
    pub digest: u64,
    /// What few posts have.
    uncommon: Option<Box<Uncommon>>,
}

impl Post {
    /// The title as the file has it, where cleaning changed it.
    pub fn written_title(&self) -> Option<&str> {
        self.uncommon().written_title.as_deref()
    }

    /// When it was last changed, seconds since 1970, if the front matter says so.
    pub fn updated(&self) -> Option<i64> {
        self.uncommon().updated
    }

    /// The last part of the URL that the owner asked for.
    pub fn slug(&self) -> Option<&str> {
        self.uncommon().slug.as_deref()
    }

    /// The whole URL that the owner asked for.
    pub fn permalink(&self) -> Option<&str> {
        self.uncommon().permalink.as_deref()
    }

    /// The language, if it is not the archive's.
    pub fn language(&self) -> Option<&str> {
        self.uncommon().language.as_deref()
    }

    /// The keys that Newsprint does not know.
    pub fn extra(&self) -> Option<&Extra> {
        self.uncommon().extra.as_deref()
    }

    fn uncommon(&self) -> &Uncommon {
        Uncommon::of(&self.uncommon)
    }
}

/// A node of the category tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its own name.
    pub name: Box<str>,
    /// The node above, if it is not a section.
    pub parent: Option<CategoryId>,
    /// The nodes below, by name.
    pub children: Vec<CategoryId>,
    /// How many nodes stand above it.
    pub depth: usize,
    /// Every post in it or below it, once, oldest first.
    pub posts: Vec<PostId>,
}

/// A tag or an author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Its name.
    pub name: Box<str>,
    /// Its posts, oldest first.
    pub posts: Vec<PostId>,
}

/// A year that has posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year {
    /// The year.
    pub year: i32,
    /// Its posts, oldest first.
    pub posts: Vec<PostId>,
    /// Its months that have posts, in order.
    pub months: Vec<Month>,
}

/// A month that has posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// 1 to 12.
    pub month: u32,
    /// Its posts, oldest first.
    pub posts: Vec<PostId>,
    /// Its days that have posts, in order.
    pub days: Vec<Day>,
}

/// A day that has posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// 1 to 31.
    pub day: u32,
    /// Its posts, oldest first.
    pub posts: Vec<PostId>,
}

/// Names one of the lists that the archive offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListKey {
    /// All posts.
    Home,
    /// A category node, with everything below it.
    Category(CategoryId),
    /// A tag.
    Tag(TermId),
    /// An author.
    Author(TermId),
    /// A year.
    Year(i32),
    /// A month.
    Month(i32, u32),
    /// A day.
    Day(i32, u32, u32),
}

/// All posts in their total order, with every list over them.
#[derive(Debug, Clone, PartialEq)]
pub struct Archive {
    posts: Vec<Post>,
    order: Order,
}

impl Archive {
    /// Puts posts in order (by date, then by path) and makes every list.
    ///
    /// A post without a date would have no place: the reader has given each one a date before.
    /// One that still has none is treated as of its file's time.
    pub fn freeze(metas: impl IntoIterator<Item = impl Into<Box<PostMeta>>>, timezone: Tz) -> Self {
        let metas = metas.into_iter().map(Into::into).collect();
        let (order, posts) = Order::of(metas, timezone);
        order.filled(posts.into_iter().map(Post::from).collect())
    }

    /// Every post, oldest first; a [`PostId`] is a place in it.
    pub fn posts(&self) -> &[Post] {
        &self.posts
    }

    /// One post.
    pub fn post(&self, id: PostId) -> &Post {
        &self.posts[id.0 as usize]
    }

    /// A moment in the archive's zone.
    pub fn local(&self, seconds: i64) -> DateTime<Tz> {
        local(self.order.timezone, seconds)
    }

    /// The top of the category tree, by name.
    pub fn sections(&self) -> &[CategoryId] {
        &self.order.sections
    }

    /// Every category node, a parent before its children.
    pub fn categories(&self) -> &[Category] {
        &self.order.categories
    }

    /// One category node.
    pub fn category(&self, id: CategoryId) -> &Category {
        &self.order.categories[id.0 as usize]
    }

    /// The nodes from the section down to the given one.
    pub fn category_path(&self, id: CategoryId) -> Vec<CategoryId> {
        // Most are a section, a source and a channel.
        let mut path = Vec::with_capacity(4);
        path.push(id);
        while let Some(parent) = self.category(path[path.len() - 1]).parent {
            path.push(parent);
        }
        path.reverse();
        path
    }

    /// Every tag, by name.
    pub fn tags(&self) -> &[Term] {
        &self.order.tags
    }

    /// Every author, by name.
    pub fn authors(&self) -> &[Term] {
        &self.order.authors
    }

    /// The years that have posts, oldest first.
    pub fn years(&self) -> &[Year] {
        &self.order.years
    }

    /// The posts of a list, oldest first; empty where the archive has no such list.
    pub fn list(&self, key: ListKey) -> &[PostId] {
        match key {
            ListKey::Home => &self.order.all,
            ListKey::Category(id) => &self.category(id).posts,
            ListKey::Tag(id) => &self.order.tags[id.0 as usize].posts,
            ListKey::Author(id) => &self.order.authors[id.0 as usize].posts,
            ListKey::Year(year) => self.year(year).map_or(&[], |y| &y.posts),
            ListKey::Month(year, month) => self.month(year, month).map_or(&[], |m| &m.posts),
            ListKey::Day(year, month, day) => self
                .month(year, month)
                .and_then(|m| m.days.iter().find(|d| d.day == day))
                .map_or(&[], |d| &d.posts),
        }
    }

    /// Every list, each once: home, categories, tags, authors, then years, months and days.
    pub fn lists(&self) -> impl Iterator<Item = ListKey> + '_ {
        let ids = |len: usize| (0..).take(len);
        let dates = self.order.years.iter().flat_map(|year| {
            let y = year.year;
            std::iter::once(ListKey::Year(y)).chain(year.months.iter().flat_map(move |month| {
                let m = month.month;
                let days = month
                    .days
                    .iter()
                    .map(move |day| ListKey::Day(y, m, day.day));
                std::iter::once(ListKey::Month(y, m)).chain(days)
            }))
        });
        std::iter::once(ListKey::Home)
            .chain(ids(self.order.categories.len()).map(|i| ListKey::Category(CategoryId(i))))
            .chain(ids(self.order.tags.len()).map(|i| ListKey::Tag(TermId(i))))
            .chain(ids(self.order.authors.len()).map(|i| ListKey::Author(TermId(i))))
            .chain(dates)
    }

    fn year(&self, year: i32) -> Option<&Year> {
        let at = self
            .order
            .years
            .binary_search_by_key(&year, |y| y.year)
            .ok()?;
        Some(&self.order.years[at])
    }

    fn month(&self, year: i32, month: u32) -> Option<&Month> {
        self.year(year)?.months.iter().find(|m| m.month == month)
    }
}

fn local(timezone: Tz, seconds: i64) -> DateTime<Tz> {
    // Out of chrono's range means a date that no reader of posts lets through.
    DateTime::<Utc>::from_timestamp(seconds, 0)
        .unwrap_or_default()
        .with_timezone(&timezone)
}
