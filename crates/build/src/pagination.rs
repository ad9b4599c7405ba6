//! Which posts of a list stand on which of its pages.

use newsprint_model::ListPage;

/// How a list is cut into pages.
///
/// Numbered pages are counted from the oldest post and hold `size` posts each, so that page N stays as it
/// is, byte for byte, once it is full. The front page holds everything newer than the last numbered page
/// it leads to: at least `size` posts and less than twice as many, so that no post is shown twice on the way down.
/// The page after the last full one is there too, for "newer" on that page to lead to; until it is full it leads on to the
/// front, where its posts stand: so a new post changes the front of a list and no other page of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pagination {
    posts: usize,
    size: usize,
}

impl Pagination {
    /// For a list of so many posts and pages of so many.
    pub fn of(posts: usize, size: usize) -> Self {
        Self {
            posts,
            size: size.max(1),
        }
    }

    /// How many numbered pages there are.
    pub fn numbered(self) -> usize {
        let full = self.posts / self.size;
        if full < 2 { 0 } else { full + 1 }
    }

    /// Whether a numbered page has all the posts that it will ever have.
    pub fn is_full(self, number: u32) -> bool {
        number as usize <= self.posts / self.size
    }

    /// The posts of a page, counted from the oldest.
    pub fn range(self, page: ListPage) -> std::ops::Range<usize> {
        match page {
            ListPage::Front => {
                let full = self.posts / self.size;
                full.saturating_sub(1) * self.size..self.posts
            }
            ListPage::Numbered(number) => {
                let start = (number as usize)
                    .saturating_sub(1)
                    .saturating_mul(self.size);
                start.min(self.posts)..(start + self.size).min(self.posts)
            }
        }
    }

    /// The page of older posts that a page leads to.
    pub fn older(self, page: ListPage) -> Option<u32> {
        match page {
            ListPage::Front => {
                let full = u32::try_from(self.posts / self.size).unwrap_or(u32::MAX);
                (full >= 2).then(|| full - 1)
            }
            ListPage::Numbered(number) => (number > 1).then(|| number - 1),
        }
    }

    /// The page of newer posts that a page leads to; the front page for the last numbered one.
    pub fn newer(self, page: ListPage) -> Option<ListPage> {
        match page {
            ListPage::Front => None,
            ListPage::Numbered(number) if (number as usize) < self.numbered() => {
                Some(ListPage::Numbered(number + 1))
            }
            ListPage::Numbered(_) => Some(ListPage::Front),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_post_is_missed_or_shown_twice_on_the_way_down() {
        for size in [1, 2, 3, 50] {
            for posts in 0..=4 * size + 3 {
                let pages = Pagination::of(posts, size);
                let mut seen = pages.range(ListPage::Front).rev().collect::<Vec<_>>();
                let mut next = pages.older(ListPage::Front);
                while let Some(number) = next {
                    seen.extend(pages.range(ListPage::Numbered(number)).rev());
                    next = pages.older(ListPage::Numbered(number));
                }
                assert_eq!(
                    seen,
                    (0..posts).rev().collect::<Vec<_>>(),
                    "{posts} posts, {size} a page"
                );
            }
        }
    }

    #[test]
    fn a_full_page_keeps_its_posts_and_its_neighbours() {
        let size = 5;
        for posts in 10..60 {
            let (now, later) = (Pagination::of(posts, size), Pagination::of(posts + 1, size));
            for number in 1..=u32::try_from(posts / size).expect("small") {
                let page = ListPage::Numbered(number);
                assert_eq!(now.range(page), later.range(page));
                assert_eq!(now.older(page), later.older(page));
                assert_eq!(
                    now.newer(page),
                    later.newer(page),
                    "page {number} of {posts}"
                );
            }
        }
    }
}
