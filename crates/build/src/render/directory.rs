//! The pages about the archive as a whole: the category tree, tags, authors, the calendar, the figures.
//! Each exists once, so its cost may grow with the archive.

use chrono::{Datelike, NaiveDate};
use newsprint_model::archive::{Month, Year};
use newsprint_model::{CategoryId, Diagnostic, ListKey, PostId, Route, TermId};
use newsprint_theme::views::{
    CalendarDay, CalendarMonth, CalendarYear, CountedLink, Gap, StatisticsView, TreeNode, View,
};

use super::{PageParts, Renderer, Worker};

/// Sources that the figures name.
const LARGEST_SOURCES: usize = 40;
/// Times without a post that the figures name.
const LONGEST_GAPS: usize = 5;
const SECONDS_A_DAY: i64 = 86_400;

impl Renderer<'_> {
    pub(super) fn categories(&self, route: &Route, worker: &mut Worker) -> Result<(), Diagnostic> {
        let tree = self.tree();
        self.page(
            route,
            PageParts::of("categories"),
            &View::Categories(&tree),
            worker,
        )
    }

    /// The category tree. Nodes come parents first, so building from the last one up needs no recursion.
    fn tree(&self) -> Vec<TreeNode> {
        let archive = &self.site.archive;
        let mut nodes: Vec<TreeNode> = archive
            .categories()
            .iter()
            .zip(0..)
            .map(|(category, id)| TreeNode {
                title: category.name.to_string(),
                url: self
                    .site
                    .urls()
                    .list(ListKey::Category(CategoryId(id)))
                    .encoded(),
                count: category.posts.len(),
                children: Vec::new(),
            })
            .collect();
        for id in (0..nodes.len()).rev() {
            let children = &archive.categories()[id].children;
            nodes[id].children = children
                .iter()
                .map(|child| std::mem::take(&mut nodes[child.0 as usize]))
                .collect();
        }
        archive
            .sections()
            .iter()
            .map(|id| std::mem::take(&mut nodes[id.0 as usize]))
            .collect()
    }

    pub(super) fn terms(
        &self,
        kind: &'static str,
        route: &Route,
        worker: &mut Worker,
    ) -> Result<(), Diagnostic> {
        let archive = &self.site.archive;
        let (terms, key): (_, fn(TermId) -> ListKey) = match kind {
            "tags" => (archive.tags(), ListKey::Tag),
            _ => (archive.authors(), ListKey::Author),
        };
        let links: Vec<CountedLink> = terms
            .iter()
            .zip(0..)
            .map(|(term, id)| CountedLink {
                title: term.name.to_string(),
                url: self.site.urls().list(key(TermId(id))).encoded(),
                count: term.posts.len(),
            })
            .collect();
        self.page(route, PageParts::of(kind), &View::Terms(&links), worker)
    }

    pub(super) fn calendar(&self, route: &Route, worker: &mut Worker) -> Result<(), Diagnostic> {
        let years: Vec<CalendarYear> = self
            .site
            .archive
            .years()
            .iter()
            .rev()
            .map(|year| self.calendar_year(year))
            .collect();
        self.page(
            route,
            PageParts::of("calendar"),
            &View::Calendar(&years),
            worker,
        )
    }

    fn calendar_year(&self, year: &Year) -> CalendarYear {
        let days = year.months.iter().flat_map(|month| &month.days);
        // In a quiet year a single post is no busy day.
        let busiest = days.map(|day| day.posts.len()).max().unwrap_or(0).max(4);
        CalendarYear {
            year: year.year,
            url: self.site.urls().list(ListKey::Year(year.year)).encoded(),
            count: year.posts.len(),
            months: year
                .months
                .iter()
                .map(|month| self.calendar_month(year.year, month, busiest))
                .collect(),
        }
    }

    fn calendar_month(&self, year: i32, month: &Month, busiest: usize) -> CalendarMonth {
        let first = NaiveDate::from_ymd_opt(year, month.month, 1).unwrap_or_default();
        let mut days: Vec<CalendarDay> = first
            .iter_days()
            .take_while(|day| day.month() == month.month)
            .map(|day| CalendarDay {
                day: day.day(),
                ..CalendarDay::default()
            })
            .collect();
        for day in &month.days {
            let Some(cell) = days.get_mut(day.day as usize - 1) else {
                continue;
            };
            cell.count = day.posts.len();
            // Four steps, of which the first begins with the first post.
            cell.level = u8::try_from((day.posts.len() * 4).div_ceil(busiest))
                .unwrap_or(4)
                .min(4);
            cell.url = self
                .site
                .urls()
                .list(ListKey::Day(year, month.month, day.day))
                .encoded();
        }
        CalendarMonth {
            month: month.month,
            url: self
                .site
                .urls()
                .list(ListKey::Month(year, month.month))
                .encoded(),
            count: month.posts.len(),
            first_weekday: first.weekday().number_from_monday(),
            days,
        }
    }

    pub(super) fn statistics(&self, route: &Route, worker: &mut Worker) -> Result<(), Diagnostic> {
        let archive = &self.site.archive;
        let posts = archive.posts();
        let view = StatisticsView {
            posts: posts.len(),
            words: posts.iter().map(|post| u64::from(post.words)).sum(),
            first: posts.first().map(|post| self.date(post.seconds)),
            last: posts.last().map(|post| self.date(post.seconds)),
            months: self.months(),
            sections: archive
                .sections()
                .iter()
                .map(|id| self.counted(ListKey::Category(*id)))
                .collect(),
            sources: self.largest_sources(),
            gaps: self.gaps(),
            cleaning: self.cleaning,
        };
        self.page(
            route,
            PageParts::of("statistics"),
            &View::Statistics(&view),
            worker,
        )
    }

    /// Every month from the first post's to the last one's.
    fn months(&self) -> Vec<CountedLink> {
        let years = self.site.archive.years();
        let (Some(first), Some(last)) = (
            years
                .first()
                .and_then(|y| Some((y.year, y.months.first()?.month))),
            years
                .last()
                .and_then(|y| Some((y.year, y.months.last()?.month))),
        ) else {
            return Vec::new();
        };
        let mut months = Vec::new();
        let (mut year, mut month) = first;
        while (year, month) <= last {
            let key = ListKey::Month(year, month);
            let count = self.site.archive.list(key).len();
            let url = if count == 0 {
                String::new()
            } else {
                self.site.urls().list(key).encoded()
            };
            months.push(CountedLink {
                title: format!("{year:04}-{month:02}"),
                url,
                count,
            });
            (year, month) = if month == 12 {
                (year + 1, 1)
            } else {
                (year, month + 1)
            };
        }
        months
    }

    /// The sources with the most posts.
    fn largest_sources(&self) -> Vec<CountedLink> {
        let mut sources: Vec<CountedLink> = self
            .source_figures()
            .into_iter()
            .map(|(id, figures)| {
                let link = self.link(ListKey::Category(id));
                CountedLink {
                    title: link.title,
                    url: link.url,
                    count: figures.posts,
                }
            })
            .collect();
        sources.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.url.cmp(&b.url)));
        sources.truncate(LARGEST_SOURCES);
        sources
    }

    /// The longest times without a post, from one whole day on.
    fn gaps(&self) -> Vec<Gap> {
        let posts = self.site.archive.posts();
        let mut gaps: Vec<(i64, usize)> = posts
            .windows(2)
            .zip(0..)
            .map(|(pair, at)| ((pair[1].seconds - pair[0].seconds) / SECONDS_A_DAY, at))
            .filter(|(days, _)| *days > 0)
            .collect();
        gaps.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        gaps.into_iter()
            .take(LONGEST_GAPS)
            .map(|(days, at)| Gap {
                from: self.date(posts[at].seconds),
                to: self.date(posts[at + 1].seconds),
                days,
            })
            .collect()
    }

    /// When a post last changed, as far as anybody knows.
    pub(super) fn changed(&self, id: PostId) -> i64 {
        let post = self.site.archive.post(id);
        post.updated.unwrap_or(post.seconds).max(post.seconds)
    }
}
