//! What templates see: small borrowed values, one struct a kind of page.
//!
//! Every page has the variables `site` ([`SiteView`], made once) and `page` ([`PageView`]), and
//! one more that its kind names: `post`, `list`, `tree`, `terms`, `sources`, `calendar`, `statistics`, `about`, `target`.
//! A view's size does not depend on how many posts the archive holds.
//!
//! Addresses come in two forms. A field called `url` is percent-encoded and relative to the site's
//! root: templates write `{{ page.root }}{{ entry.url }}`. A field called `href` or `src` is ready
//! to use as it stands. All text is plain text; the templates' autoescaping makes it HTML.

use newsprint_model::Counts;
use newsprint_model::post::Extra;
use serde::Serialize;

use crate::{Body, Ready};

/// The archive itself, the same on every page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SiteView {
    /// The archive's name.
    pub title: String,
    /// One sentence about the archive; may be empty.
    pub description: String,
    /// The publisher.
    pub author: String,
    /// The main language, a BCP 47 tag.
    pub language: String,
    /// Where the output stands: `https://news.example/archive/`.
    pub base_url: String,
    /// The path of `base_url`: `/archive/`.
    pub base_path: String,
    /// The name and version of the program, for `<meta name="generator">`.
    pub generator: String,
    /// The top of the category tree.
    pub sections: Vec<Link>,
    /// The site's own feeds; empty where feeds are off.
    pub feeds: Vec<FeedLink>,
    /// The page that searches, relative to the site's root; empty where there is none.
    pub search: String,
    /// The directory pages that exist, by name.
    pub directories: Vec<Directory>,
}

/// A directory page.
#[derive(Debug, Clone, Serialize)]
pub struct Directory {
    /// `categories`, `sources`, `calendar`, `tags`, `authors`, `statistics` or `about`; also the key of its translated name.
    pub name: &'static str,
    /// Its address.
    pub url: String,
}

/// A title and where it leads.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The text.
    pub title: String,
    /// Relative to the site's root.
    pub url: String,
}

/// A title, where it leads, and how many posts are there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CountedLink {
    /// The text.
    pub title: String,
    /// Relative to the site's root.
    pub url: String,
    /// Posts, those further down included.
    pub count: usize,
}

/// A feed, for `<link rel="alternate">`.
#[derive(Debug, Clone, Serialize)]
pub struct FeedLink {
    /// What it holds.
    pub title: String,
    /// Relative to the site's root.
    pub url: String,
    /// The media type.
    pub media_type: &'static str,
}

/// What every page has.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PageView<'a> {
    /// What leads to the site's root: `./`, `../`, `../../` ...; the base path on the 404 page.
    pub root: &'a str,
    /// `post`, `list`, `categories`, `tags`, `authors`, `sources`, `calendar`, `statistics`, `about`, `search`, `not_found` or `redirect`.
    pub kind: &'static str,
    /// The page's own title, without the site's; empty on the home page and where `kind` names a translated one.
    pub title: &'a str,
    /// A sentence for search engines: about the page, else about the archive, else the title of one of them.
    pub description: &'a str,
    /// The language of the page's main text, a BCP 47 tag.
    pub language: &'a str,
    /// Relative to the site's root.
    pub url: &'a str,
    /// The absolute address.
    pub permalink: &'a str,
    /// The nodes above this page, from the top, without the home page and the page itself.
    pub breadcrumbs: Vec<Ready<Link>>,
    /// The feeds of this page's list; empty where it has none.
    pub feeds: Vec<FeedLink>,
    /// Whether search engines are asked to leave the page out (numbered list pages stay in).
    pub noindex: bool,
}

/// A moment in the archive's zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DateView {
    /// RFC 3339 with offset: `2022-09-26T19:51:54+08:00`.
    pub iso: String,
    /// `2022-09-26`.
    pub date: String,
    /// `19:51`.
    pub time: String,
    /// The year.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// 1 (Monday) to 7.
    pub weekday: u32,
    /// The list of that day, relative to the site's root.
    pub url: String,
}

/// An image that can be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImageView {
    /// Ready for `src`.
    pub src: String,
    /// The absolute address, for metadata.
    pub permalink: String,
}

/// A post on its own page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PostView<'a> {
    /// The title; never empty.
    pub title: &'a str,
    /// Its text.
    pub body: Body<'a>,
    /// When it was published.
    pub date: Ready<DateView>,
    /// When it was last changed, if known.
    pub updated: Option<DateView>,
    /// Whether the date was inferred, not given.
    pub date_guessed: bool,
    /// The category paths, each from section to channel.
    pub categories: Vec<Vec<Ready<Link>>>,
    /// The source of each category path: its second node, or its first where there is no second.
    pub sources: Vec<Ready<Link>>,
    /// The tags.
    pub tags: Vec<Ready<Link>>,
    /// The authors.
    pub authors: Vec<Ready<Link>>,
    /// The authors without one that is named as the first source is, for a line that names both.
    pub writers: Vec<Ready<Link>>,
    /// The lead image.
    pub image: Option<ImageView>,
    /// Whether the body shows the lead image itself, so that the page need not.
    pub image_in_body: bool,
    /// The original article's address, if known; `http` or `https`, ready for `href`.
    pub link: Option<String>,
    /// The excerpt, plain text.
    pub excerpt: &'a str,
    /// Han characters plus words of other scripts.
    pub words: u32,
    /// Minutes that a reader takes.
    pub reading_minutes: u32,
    /// The body's headings, for a table of contents.
    pub headings: Vec<HeadingView>,
    /// The next newer post of the archive.
    pub newer: Option<Link>,
    /// The next older post of the archive.
    pub older: Option<Link>,
    /// The posts before it in its deepest category, newest first, at most five.
    pub related: Vec<Ready<Entry<'static>>>,
    /// The keys that Newsprint does not know, as the front matter gives them.
    pub extra: Option<&'a Extra>,
}

/// A heading of the body.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HeadingView {
    /// 2 to 6.
    pub level: u8,
    /// The element's id.
    pub id: String,
    /// The text.
    pub text: String,
}

/// A post in a list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Entry<'a> {
    /// The title.
    pub title: &'a str,
    /// Relative to the site's root.
    pub url: String,
    /// When it was published.
    pub date: DateView,
    /// The excerpt, plain text; may be empty.
    pub excerpt: &'a str,
    /// The lead image.
    pub image: Option<ImageView>,
    /// The deepest node of its first category path.
    pub category: Option<Ready<Link>>,
    /// The source: the second node of its first category path (the first where there is no second).
    pub source: Option<Ready<Link>>,
    /// The language, a BCP 47 tag.
    pub language: &'a str,
    /// Minutes that a reader takes.
    pub reading_minutes: u32,
}

/// A page of a list. The front page holds the newest posts; numbered pages are counted from the oldest
/// post, are full, and never change again. Whatever changes with every new post is on the front page only.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ListView<'a> {
    /// `home`, `category`, `tag`, `author`, `year`, `month` or `day`.
    pub kind: &'static str,
    /// The list's own name; empty for `home`; `2022`, `2022-09`, `2022-09-26` for dates.
    pub name: &'a str,
    /// The posts, newest first.
    pub entries: Vec<Ready<Entry<'static>>>,
    /// The number of this page; none on the front page.
    pub number: Option<u32>,
    /// All posts of the list; front page only.
    pub count: Option<usize>,
    /// The page of newer posts.
    pub newer: Option<String>,
    /// The page of older posts.
    pub older: Option<String>,
    /// The page of the oldest posts; front page only.
    pub oldest: Option<String>,
    /// The list's front page.
    pub front: String,
    /// The nodes below (subcategories, months, days); front page only.
    pub children: Vec<CountedLink>,
    /// The newest posts of each section; the home page only.
    pub columns: Vec<Column>,
}

/// A section and its newest posts.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Column {
    /// The section.
    pub section: CountedLink,
    /// Its newest posts, newest first, at most twelve: a front page may leave out those that it shows already.
    pub entries: Vec<Ready<Entry<'static>>>,
}

/// A node of the category tree.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TreeNode {
    /// The node's name.
    pub title: String,
    /// Relative to the site's root.
    pub url: String,
    /// Posts in it and below.
    pub count: usize,
    /// The nodes below.
    pub children: Vec<TreeNode>,
}

/// The sources of a section.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SourceGroup {
    /// The section.
    pub section: Link,
    /// Its sources, the largest first.
    pub sources: Vec<SourceView>,
}

/// A source: the second node of category paths, or the first where there is no second.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SourceView {
    /// Its name.
    pub title: String,
    /// Relative to the site's root.
    pub url: String,
    /// Its posts.
    pub count: usize,
    /// The date of its oldest post.
    pub first: DateView,
    /// The date of its newest post.
    pub last: DateView,
    /// Its newest post.
    pub newest: Link,
}

/// The page about the archive. Its figures are coarse, so that it does not change with every new post.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AboutView<'a> {
    /// The owner's text.
    pub body: Body<'a>,
    /// Posts, rounded down to two leading digits: 12,000 for 12,345.
    pub posts: usize,
    /// Sources.
    pub sources: usize,
    /// The oldest post's date.
    pub first: Option<DateView>,
    /// When the owner's text last changed, if it says so.
    pub updated: Option<DateView>,
}

/// A year of the calendar.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CalendarYear {
    /// The year.
    pub year: i32,
    /// Relative to the site's root.
    pub url: String,
    /// Posts.
    pub count: usize,
    /// Its months that have posts.
    pub months: Vec<CalendarMonth>,
}

/// A month of the calendar.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CalendarMonth {
    /// 1 to 12.
    pub month: u32,
    /// Relative to the site's root.
    pub url: String,
    /// Posts.
    pub count: usize,
    /// What the first of the month is, 1 (Monday) to 7.
    pub first_weekday: u32,
    /// Every day of the month, those without posts too.
    pub days: Vec<CalendarDay>,
}

/// A day of the calendar.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CalendarDay {
    /// 1 to 31.
    pub day: u32,
    /// Relative to the site's root; empty where there is no post.
    pub url: String,
    /// Posts.
    pub count: usize,
    /// 0 (none) to 4 (the year's busiest), for a heat map.
    pub level: u8,
}

/// Figures about the archive.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StatisticsView {
    /// Posts.
    pub posts: usize,
    /// Han characters plus words of other scripts, of all posts.
    pub words: u64,
    /// The oldest post's date.
    pub first: Option<DateView>,
    /// The newest post's date.
    pub last: Option<DateView>,
    /// Posts by month, those without posts too: at most twenty years, the ones that hold the most posts.
    pub months: Vec<CountedLink>,
    /// Posts of other times than `months` covers; usually none.
    pub outside_months: usize,
    /// Posts by section, the largest first.
    pub sections: Vec<CountedLink>,
    /// Posts by source, the largest first, at most forty.
    pub sources: Vec<CountedLink>,
    /// The longest times without a post, longest first, at most five.
    pub gaps: Vec<Gap>,
    /// What the rewriter took out of the bodies.
    pub cleaning: Counts,
}

/// A time without a post.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The last post before it.
    pub from: DateView,
    /// The first post after it.
    pub to: DateView,
    /// Whole days between the two.
    pub days: i64,
}

/// A page and what it shows.
#[derive(Debug)]
pub enum View<'a> {
    /// `post.html`, variable `post`.
    Post(&'a PostView<'a>),
    /// `list.html` (or `home.html` for the front page of all posts), variable `list`.
    List(&'a ListView<'a>),
    /// `categories.html`, variable `tree`.
    Categories(&'a [TreeNode]),
    /// `terms.html`, variable `terms`: all tags or all authors; `page.kind` says which.
    Terms(&'a [CountedLink]),
    /// `sources.html`, variable `sources`.
    Sources(&'a [SourceGroup]),
    /// `calendar.html`, variable `calendar`: newest year first.
    Calendar(&'a [CalendarYear]),
    /// `statistics.html`, variable `statistics`.
    Statistics(&'a StatisticsView),
    /// `about.html`, variable `about`, whose `body` is the owner's text.
    About(&'a AboutView<'a>),
    /// `search.html`, no variable of its own.
    Search,
    /// `404.html`, no variable of its own.
    NotFound,
    /// `redirect.html`, variable `target`: the new address, relative to the site's root.
    Redirect(&'a str),
}

impl<'a> View<'a> {
    /// The body that the page shows; empty where it has none.
    pub(crate) fn body(&self) -> &'a str {
        match self {
            View::Post(post) => post.body.html(),
            View::About(about) => about.body.html(),
            _ => "",
        }
    }
}
