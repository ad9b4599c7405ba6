//! Lists of posts, page by page.

use newsprint_model::{Archive, CategoryId, Diagnostic, ListKey, ListPage, PostId, Route};
use newsprint_theme::Ready;
use newsprint_theme::views::{Column, CountedLink, Entry, Link, ListView, View};

use super::{PageParts, Renderer, Worker, root_of};
use crate::pagination::Pagination;
use crate::plan::page_url;
use crate::site::feed_links;

/// Posts that the front page of the archive is given of each section: enough to leave out those that it shows at its top.
const COLUMN_ENTRIES: usize = 12;

impl Renderer<'_> {
    pub(super) fn list(
        &self,
        key: ListKey,
        number: ListPage,
        route: &Route,
        worker: &mut Worker,
    ) -> Result<(), Diagnostic> {
        let site = self.site;
        let posts = site.archive.list(key);
        let pages = Pagination::of(posts.len(), site.config.page_size);
        let front = site.urls().list(key);
        let root = root_of(&route.url);
        let is_front = number == ListPage::Front;
        let name = self.list_name(key);
        let url_of = |page: ListPage| match page {
            ListPage::Front => front.encoded(),
            ListPage::Numbered(number) => page_url(&front, number).encoded(),
        };
        let entries: Vec<Ready<Entry<'static>>> = posts[pages.range(number)]
            .iter()
            .rev()
            .map(|id| self.entry(*id, &root, worker))
            .collect();
        let view = ListView {
            kind: kind(key),
            name: &name,
            entries,
            number: match number {
                ListPage::Front => None,
                ListPage::Numbered(number) => Some(number),
            },
            count: is_front.then_some(posts.len()),
            newer: pages.newer(number).map(url_of),
            older: pages
                .older(number)
                .map(|number| url_of(ListPage::Numbered(number))),
            oldest: (is_front && pages.older(number).is_some_and(|older| older > 1))
                .then(|| url_of(ListPage::Numbered(1))),
            front: front.encoded(),
            children: if is_front {
                self.children(key)
            } else {
                Vec::new()
            },
            columns: if is_front && key == ListKey::Home {
                self.columns(&root, worker)
            } else {
                Vec::new()
            },
        };
        let feed_title = if name.is_empty() {
            &site.config.title
        } else {
            &name
        };
        let feeds = feed_links(&site.config, feed_title, site.urls(), key);
        let breadcrumbs = self.breadcrumbs(key);
        let about = PageParts {
            kind: "list",
            title: &name,
            breadcrumbs,
            feeds,
            ..PageParts::default()
        };
        self.page(route, about, &View::List(&view), worker)
    }

    /// The list's own name: of a category, a tag, an author; a date in numbers; nothing for the home page.
    fn list_name(&self, key: ListKey) -> String {
        let archive = &self.site.archive;
        match key {
            ListKey::Home => String::new(),
            ListKey::Category(id) => archive.category(id).name.to_string(),
            ListKey::Tag(id) => archive.tags()[id.0 as usize].name.to_string(),
            ListKey::Author(id) => archive.authors()[id.0 as usize].name.to_string(),
            ListKey::Year(year) => format!("{year:04}"),
            ListKey::Month(year, month) => format!("{year:04}-{month:02}"),
            ListKey::Day(year, month, day) => format!("{year:04}-{month:02}-{day:02}"),
        }
    }

    pub(super) fn link(&self, key: ListKey) -> Link {
        Link {
            title: self.list_name(key),
            url: self.site.urls().list(key).encoded(),
        }
    }

    pub(super) fn counted(&self, key: ListKey) -> CountedLink {
        let link = self.link(key);
        CountedLink {
            title: link.title,
            url: link.url,
            count: self.site.archive.list(key).len(),
        }
    }

    fn breadcrumbs(&self, key: ListKey) -> Vec<Ready<Link>> {
        match key {
            ListKey::Category(id) => {
                let mut path = self.site.archive.category_path(id);
                path.pop();
                path.into_iter().map(|id| self.category_link(id)).collect()
            }
            ListKey::Month(year, _) => vec![Ready::from(&self.link(ListKey::Year(year)))],
            ListKey::Day(year, month, _) => {
                vec![
                    Ready::from(&self.link(ListKey::Year(year))),
                    Ready::from(&self.link(ListKey::Month(year, month))),
                ]
            }
            _ => Vec::new(),
        }
    }

    /// The nodes below: subcategories, the months of a year, the days of a month.
    fn children(&self, key: ListKey) -> Vec<CountedLink> {
        let archive = &self.site.archive;
        let keys: Vec<ListKey> = match key {
            ListKey::Category(id) => archive
                .category(id)
                .children
                .iter()
                .map(|id| ListKey::Category(*id))
                .collect(),
            ListKey::Year(year) | ListKey::Month(year, _) => {
                let months = archive
                    .years()
                    .iter()
                    .filter(|y| y.year == year)
                    .flat_map(|y| &y.months);
                match key {
                    ListKey::Month(_, month) => months
                        .filter(|m| m.month == month)
                        .flat_map(|m| m.days.iter().map(move |d| ListKey::Day(year, month, d.day)))
                        .collect(),
                    _ => months.map(|m| ListKey::Month(year, m.month)).collect(),
                }
            }
            _ => Vec::new(),
        };
        keys.into_iter().map(|key| self.counted(key)).collect()
    }

    /// The newest posts of each section, as the front page shows them.
    fn columns(&self, root: &str, worker: &mut Worker) -> Vec<Column> {
        columns(&self.site.archive)
            .map(|(section, posts)| Column {
                section: self.counted(ListKey::Category(section)),
                entries: posts.map(|id| self.entry(id, root, worker)).collect(),
            })
            .collect()
    }
}

/// The newest posts of each section, the section with the most posts first.
pub(crate) fn columns(
    archive: &Archive,
) -> impl Iterator<Item = (CategoryId, impl Iterator<Item = PostId> + '_)> + '_ {
    let mut sections: Vec<_> = archive.sections().to_vec();
    sections.sort_by_key(|id| std::cmp::Reverse(archive.category(*id).posts.len()));
    sections.into_iter().map(|section| {
        let posts = &archive.category(section).posts;
        (section, posts.iter().rev().take(COLUMN_ENTRIES).copied())
    })
}

fn kind(key: ListKey) -> &'static str {
    match key {
        ListKey::Home => "home",
        ListKey::Category(_) => "category",
        ListKey::Tag(_) => "tag",
        ListKey::Author(_) => "author",
        ListKey::Year(_) => "year",
        ListKey::Month(..) => "month",
        ListKey::Day(..) => "day",
    }
}
