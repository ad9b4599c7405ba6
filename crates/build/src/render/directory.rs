//! The pages about the archive as a whole: the category tree, tags, authors, the calendar.
//! Each exists once, so its cost may grow with the archive.

use chrono::{Datelike, NaiveDate};
use newsprint_model::archive::{Month, Year};
use newsprint_model::{CategoryId, Diagnostic, ListKey, PostId, Route, TermId};
use newsprint_theme::views::{
    CalendarDay, CalendarMonth, CalendarYear, CountedLink, TreeNode, View,
};

use super::{PageParts, Renderer, Worker};

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
        let mut counts: Vec<usize> = days.map(|day| day.posts.len()).collect();
        counts.sort_unstable();
        CalendarYear {
            year: year.year,
            url: self.site.urls().list(ListKey::Year(year.year)).encoded(),
            count: year.posts.len(),
            months: year
                .months
                .iter()
                .map(|month| self.calendar_month(year.year, month, &counts))
                .collect(),
        }
    }

    fn calendar_month(&self, year: i32, month: &Month, counts: &[usize]) -> CalendarMonth {
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
            cell.level = level(cell.count, counts);
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

    /// When a post last changed, as far as anybody knows.
    pub(super) fn changed(&self, id: PostId) -> i64 {
        let post = self.site.archive.post(id);
        post.updated().unwrap_or(post.seconds).max(post.seconds)
    }
}

/// How busy a day is among those of its year that have posts, whose counts are given in order: 1 to 4, a quarter each.
/// A single day with a thousand posts does not make all others look alike. In a quiet year a day with one post stays at 1.
fn level(count: usize, counts: &[usize]) -> u8 {
    let quieter = counts.partition_point(|other| *other < count);
    let quarter = 1 + quieter * 4 / counts.len().max(1);
    u8::try_from(quarter.min(count)).unwrap_or(4).min(4)
}

#[cfg(test)]
mod tests {
    use super::level;

    #[test]
    fn days_are_as_busy_as_others_of_their_year() {
        let cases: [(&[usize], [usize; 4], [u8; 4]); 5] = [
            (&[1, 1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]),
            (&[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]),
            (&[10, 20, 30, 40, 9999], [10, 20, 30, 9999], [1, 1, 2, 4]),
            (&[5, 5, 5, 5, 6], [5, 5, 6, 6], [1, 1, 4, 4]),
            (&[1, 1, 1, 1, 1, 1, 1, 2], [1, 1, 2, 2], [1, 1, 2, 2]),
        ];
        for (year, days, expected) in cases {
            assert_eq!(days.map(|count| level(count, year)), expected, "{year:?}");
        }
    }
}
