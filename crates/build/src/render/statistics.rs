//! The figures: posts by month, section and source, the longest gaps, what was cleaned.

use newsprint_model::{Diagnostic, ListKey, Route};
use newsprint_theme::views::{CountedLink, Gap, StatisticsView, View};

use super::{PageParts, Renderer, Worker};

/// Months that the chart shows at most: twenty years.
const MOST_MONTHS: usize = 240;
/// Sources that the figures name.
const LARGEST_SOURCES: usize = 40;
/// Times without a post that the figures name.
const LONGEST_GAPS: usize = 5;
const SECONDS_A_DAY: i64 = 86_400;

impl Renderer<'_> {
    pub(super) fn statistics(&self, route: &Route, worker: &mut Worker) -> Result<(), Diagnostic> {
        let archive = &self.site.archive;
        let posts = archive.posts();
        let months = self.months();
        let shown: usize = months.iter().map(|month| month.count).sum();
        let sections = archive.sections().iter();
        let view = StatisticsView {
            posts: posts.len(),
            words: posts.iter().map(|post| u64::from(post.words)).sum(),
            first: posts.first().map(|post| self.date(post.seconds)),
            last: posts.last().map(|post| self.date(post.seconds)),
            months,
            outside_months: posts.len() - shown,
            sections: largest_first(sections.map(|id| self.counted(ListKey::Category(*id)))),
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

    /// Every month of the twenty years that hold the most posts. One post that is dated year 1, or 9999, neither makes the
    /// page endless nor the chart empty.
    fn months(&self) -> Vec<CountedLink> {
        let years = self.site.archive.years().iter();
        let filled: Vec<(i64, usize)> = years
            .flat_map(|year| {
                let months = year.months.iter();
                months.map(|month| (number(year.year, month.month), month.posts.len()))
            })
            .collect();
        let Some((first, last)) = busiest_span(&filled, MOST_MONTHS) else {
            return Vec::new();
        };
        (first..=last)
            .map(|number| {
                let (year, month) = from_number(number);
                let key = ListKey::Month(year, month);
                let count = self.site.archive.list(key).len();
                let url = if count == 0 {
                    String::new()
                } else {
                    self.site.urls().list(key).encoded()
                };
                CountedLink {
                    title: format!("{year:04}-{month:02}"),
                    url,
                    count,
                }
            })
            .collect()
    }

    /// The sources with the most posts.
    fn largest_sources(&self) -> Vec<CountedLink> {
        let sources = self.source_figures().into_iter();
        let mut sources = largest_first(sources.map(|(id, figures)| {
            let link = self.link(ListKey::Category(id));
            CountedLink {
                title: link.title,
                url: link.url,
                count: figures.posts,
            }
        }));
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
}

fn largest_first(links: impl Iterator<Item = CountedLink>) -> Vec<CountedLink> {
    let mut links: Vec<CountedLink> = links.collect();
    links.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.url.cmp(&b.url)));
    links
}

/// A month counted from January of the year 0.
fn number(year: i32, month: u32) -> i64 {
    i64::from(year) * 12 + i64::from(month) - 1
}

fn from_number(number: i64) -> (i32, u32) {
    let year = i32::try_from(number.div_euclid(12)).unwrap_or_default();
    (year, u32::try_from(number.rem_euclid(12) + 1).unwrap_or(1))
}

/// The first and the last month of the span of at most `most` months that holds the most posts, and of two such spans
/// of the later. `filled` has the months that have posts, in order, with how many.
fn busiest_span(filled: &[(i64, usize)], most: usize) -> Option<(i64, i64)> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut best: Option<(usize, i64, i64)> = None;
    let (mut posts, mut start) = (0, 0);
    for &(last, count) in filled {
        posts += count;
        while filled[start].0 <= last - most {
            posts -= filled[start].1;
            start += 1;
        }
        if best.is_none_or(|(most_posts, ..)| posts >= most_posts) {
            best = Some((posts, filled[start].0, last));
        }
    }
    best.map(|(_, first, last)| (first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Month = (i64, usize);
    type Span = Option<(i64, i64)>;

    #[test]
    fn the_span_with_the_most_posts_is_shown() {
        let cases: [(&[Month], Span); 7] = [
            (&[], None),
            (&[(24_000, 1)], Some((24_000, 24_000))),
            (&[(24_000, 1), (24_239, 1)], Some((24_000, 24_239))),
            // One month more than fits: the later end counts.
            (&[(24_000, 1), (24_240, 1)], Some((24_240, 24_240))),
            // The year 1 and the year 9999.
            (&[(12, 1), (24_000, 5), (24_009, 5)], Some((24_000, 24_009))),
            (
                &[(24_000, 5), (24_009, 5), (119_999, 1)],
                Some((24_000, 24_009)),
            ),
            (&[(-12, 3), (0, 1), (400, 2)], Some((-12, 0))),
        ];
        for (filled, expected) in cases {
            assert_eq!(busiest_span(filled, MOST_MONTHS), expected, "{filled:?}");
        }
        assert_eq!(from_number(number(1, 1)), (1, 1));
        assert_eq!(from_number(number(-1, 12)), (-1, 12));
    }
}
