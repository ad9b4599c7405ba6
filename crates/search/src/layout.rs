//! Which post is found through which files.
//!
//! Posts are put into segments, and every segment is split into shards by term. A query fetches a shard of each
//! segment for each of its terms, so the segments are few. What changes with every new post must be small, so the newest posts
//! stand apart, as the front page of a list does:
//!
//! - the newest posts, fewer than [`TAIL`]: their number is what is left when all posts, counted from the oldest, are put
//!   into groups of [`TAIL`];
//! - the rest of the newest year;
//! - the years before, joined from the oldest on until [`FULL`] posts are together; then the next segment begins.
//!
//! So a new post changes the first segment, the newest year's segment changes once in [`TAIL`] posts, and what came before is
//! written again once a year, until its segment is full; from then on it never changes.
//!
//! Within a segment posts are in order of year, category path and title: like stands beside like, which makes lists of
//! posts short when they are compressed (Silvestri, "Sorting Out the Document Identifier Assignment Problem", 2007), and the posts
//! of a category are a range, which makes counting and narrowing free.

use std::ops::Range;

use chrono::Datelike;
use newsprint_model::{Archive, CategoryId, PostId};

use crate::catalogue::has_order_file;
use crate::shards::Shards;

/// The newest posts stand apart until there are so many.
pub const TAIL: usize = 16;
/// Years are joined until so many posts are together.
pub(crate) const FULL: usize = 150_000;
/// Posts of a segment for which there is one shard.
const POSTS_A_SHARD: usize = 95;
/// Posts of a segment whose titles stand in one file.
const POSTS_A_BLOCK: usize = 160;
/// The same for the newest year at the most. Every query fetches as much of each segment as a shard holds, however few posts the
/// segment has: smaller shards where there are few posts cost few files and save much.
const NEW_POSTS_A_SHARD: usize = 32;
const NEW_POSTS_A_BLOCK: usize = 64;
/// How many of the newest year's files are shards.
const SHARDS_IN_TEN: usize = 7;
/// The same for the posts that stand apart, whose titles are in the manifest.
const TAIL_POSTS_A_SHARD: usize = 8;
/// There is at most one file for so many posts of the archive,
const POSTS_A_FILE: usize = 50;
/// and these are used by what is not a part of a segment, and by the newest posts.
const OTHER_FILES: usize = 6;

/// The posts of one year in a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearPart {
    /// The year.
    pub year: i32,
    /// The places of its posts.
    pub docs: Range<u32>,
    /// How many posts of which category follow one another; the deepest node of a post's first path counts.
    pub runs: Vec<(Option<CategoryId>, u32)>,
}

/// Posts that are searched through the same files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The name of its folder: `new`, `2026`, `2016-2020`.
    pub name: String,
    /// The post at each place.
    pub posts: Vec<PostId>,
    /// Its years, oldest first.
    pub years: Vec<YearPart>,
    /// How its terms are spread.
    pub shards: Shards,
    /// How many titles stand in one file.
    pub block: usize,
}

impl Segment {
    /// How many files hold its titles; none where they stand in the manifest.
    pub fn blocks(&self) -> u32 {
        if self.has_titles_in_manifest() {
            return 0;
        }
        u32::try_from(self.posts.len().div_ceil(self.block)).unwrap_or(u32::MAX)
    }

    /// Whether its titles stand in the manifest: those of the newest posts do.
    pub fn has_titles_in_manifest(&self) -> bool {
        self.posts.len() < TAIL
    }
}

/// The places of all posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The segments, oldest posts first.
    pub segments: Vec<Segment>,
    places: Vec<(u32, u32)>,
}

impl Layout {
    /// Puts the posts of an archive into segments.
    pub fn of(archive: &Archive) -> Self {
        let years: Vec<i32> = archive
            .posts()
            .iter()
            .map(|post| archive.local(post.seconds).year())
            .collect();
        let ranks = path_ranks(archive);
        let mut segments: Vec<Segment> = cut(&years)
            .into_iter()
            .map(|(name, range)| segment(archive, &years, &ranks, name, range))
            .collect();
        let sizes: Vec<usize> = segments.iter().map(|one| one.posts.len()).collect();
        let orders = segments.iter().filter(|segment| has_order_file(segment));
        let order_files = orders.map(|segment| segment.years.len()).sum();
        for (segment, (shards, block)) in segments.iter_mut().zip(files(&sizes, order_files)) {
            segment.shards = Shards::of(shards);
            segment.block = block;
        }
        let mut places = vec![(0, 0); years.len()];
        for (number, segment) in (0..).zip(&segments) {
            for (doc, post) in (0..).zip(&segment.posts) {
                places[post.0 as usize] = (number, doc);
            }
        }
        Self { segments, places }
    }

    /// The number of a post's segment, and its place there.
    pub fn place(&self, post: PostId) -> (u32, u32) {
        self.places[post.0 as usize]
    }
}

/// The names and the posts of all segments, given the years of all posts, oldest first.
fn cut(years: &[i32]) -> Vec<(String, Range<usize>)> {
    let settled = years.len() - years.len() % TAIL;
    let mut segments: Vec<(String, Range<usize>)> = Vec::new();
    let newest = years[..settled].last().copied();
    let mut start = 0;
    while start < settled {
        let (first, mut end) = (years[start], start);
        while end < settled && (Some(years[end]) != newest || end == start && Some(first) == newest)
        {
            let year = years[end];
            end += years[end..settled].partition_point(|other| *other == year);
            if end - start >= FULL || Some(year) == newest {
                break;
            }
        }
        let last = years[end - 1];
        let name = if first == last {
            format!("{first:04}")
        } else {
            format!("{first:04}-{last:04}")
        };
        segments.push((name, start..end));
        start = end;
    }
    if settled < years.len() {
        segments.push(("new".to_owned(), settled..years.len()));
    }
    segments
}

/// How many shards segments of these sizes have, and how many posts a block. That of a segment before the newest year's depends
/// on its own posts alone. `years` is how many files hold the orders of years.
fn files(sizes: &[usize], years: usize) -> Vec<(usize, usize)> {
    let posts: usize = sizes.iter().sum();
    let settled = posts - posts % TAIL;
    let mut room = (settled / POSTS_A_FILE).saturating_sub(OTHER_FILES + years);
    let mut all = Vec::with_capacity(sizes.len());
    let mut before = 0;
    for size in sizes.iter().copied() {
        before += size;
        if before < settled {
            let shards = size / POSTS_A_SHARD;
            room = room.saturating_sub(shards.max(1) + size.div_ceil(POSTS_A_BLOCK));
            all.push((shards, POSTS_A_BLOCK));
        } else if before == settled {
            let shards = room * SHARDS_IN_TEN / 10;
            let block = size.div_ceil((room - shards).max(1)).max(NEW_POSTS_A_BLOCK);
            all.push((shards.min(size / NEW_POSTS_A_SHARD), block));
        } else {
            all.push((size.div_ceil(TAIL_POSTS_A_SHARD), TAIL));
        }
    }
    all
}

/// The rank of every category node by the names of its path. Names stay when nodes are added, so the order of two nodes does.
fn path_ranks(archive: &Archive) -> Vec<u32> {
    let mut ids: Vec<CategoryId> = (0..)
        .map(CategoryId)
        .take(archive.categories().len())
        .collect();
    ids.sort_by_cached_key(|id| {
        let path = archive.category_path(*id).into_iter();
        path.map(|node| archive.category(node).name.clone())
            .collect::<Vec<_>>()
    });
    let mut ranks = vec![0; ids.len()];
    for (rank, id) in (1..).zip(ids) {
        ranks[id.0 as usize] = rank;
    }
    ranks
}

fn segment(
    archive: &Archive,
    years: &[i32],
    ranks: &[u32],
    name: String,
    range: Range<usize>,
) -> Segment {
    let leaf = |id: PostId| archive.post(id).categories.first().copied();
    let mut posts: Vec<PostId> = (0..)
        .map(PostId)
        .skip(range.start)
        .take(range.len())
        .collect();
    posts.sort_unstable_by(|a, b| {
        let key = |id: &PostId| {
            let rank = leaf(*id).map_or(0, |leaf| ranks[leaf.0 as usize]);
            (years[id.0 as usize], rank)
        };
        key(a)
            .cmp(&key(b))
            .then_with(|| archive.post(*a).title.cmp(&archive.post(*b).title))
            .then(a.cmp(b))
    });
    let mut parts: Vec<YearPart> = Vec::new();
    for (doc, id) in (0..).zip(&posts) {
        let year = years[id.0 as usize];
        if parts.last().is_none_or(|part| part.year != year) {
            parts.push(YearPart {
                year,
                docs: doc..doc,
                runs: Vec::new(),
            });
        }
        let Some(part) = parts.last_mut() else {
            continue;
        };
        part.docs.end = doc + 1;
        match part.runs.last_mut() {
            Some((node, count)) if *node == leaf(*id) => *count += 1,
            _ => part.runs.push((leaf(*id), 1)),
        }
    }
    Segment {
        shards: Shards::of(1),
        block: POSTS_A_BLOCK,
        name,
        posts,
        years: parts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn years(counts: &[(i32, usize)]) -> Vec<i32> {
        let year = |(year, count): &(i32, usize)| std::iter::repeat_n(*year, *count);
        counts.iter().flat_map(year).collect()
    }

    fn names(counts: &[(i32, usize)]) -> Vec<(String, usize)> {
        let segments = cut(&years(counts));
        let sizes = segments
            .into_iter()
            .map(|(name, range)| (name, range.len()));
        sizes.collect()
    }

    #[test]
    fn segments_are_cut_by_years() {
        type Case<'a> = (&'a [(i32, usize)], &'a [(&'a str, usize)]);
        let cases: [Case<'_>; 7] = [
            (&[], &[]),
            (&[(2024, 15)], &[("new", 15)]),
            (&[(2024, 64)], &[("2024", 64)]),
            (
                &[(2023, 10), (2024, 60)],
                &[("2023", 10), ("2024", 54), ("new", 6)],
            ),
            (
                &[(2021, 64), (2022, 64), (2023, 64)],
                &[("2021-2022", 128), ("2023", 64)],
            ),
            (
                &[
                    (2016, 80_000),
                    (2017, 80_000),
                    (2018, 30_000),
                    (2019, 10_004),
                ],
                &[
                    ("2016-2017", 160_000),
                    ("2018", 30_000),
                    ("2019", 10_000),
                    ("new", 4),
                ],
            ),
            // A new year's first posts do not touch the old year.
            (&[(2024, 64), (2025, 3)], &[("2024", 64), ("new", 3)]),
        ];
        for (counts, expected) in cases {
            let expected: Vec<_> = expected
                .iter()
                .map(|(name, count)| ((*name).to_owned(), *count))
                .collect();
            assert_eq!(names(counts), expected, "{counts:?}");
        }
    }

    #[test]
    fn a_new_post_changes_the_last_segment_alone() {
        let mut all = years(&[(2019, 100), (2020, 50)]);
        let mut before = cut(&all);
        for number in 0..63 {
            all.push(2021);
            let after = cut(&all);
            let settled = |segments: &[(String, Range<usize>)]| {
                let mut segments = segments.to_vec();
                segments.retain(|(name, _)| name != "new");
                segments
            };
            if !all.len().is_multiple_of(TAIL) {
                assert_eq!(settled(&before), settled(&after), "{number}");
            }
            before = after;
        }
    }

    #[test]
    fn files_stay_few() {
        // The sizes of segments, the last one apart from its year, and how many years have files of their own.
        let cases: [(&[usize], usize); 8] = [
            (&[15], 0),
            (&[496, 4], 1),
            (&[2_000], 1),
            (&[10_000], 1),
            (&[9_000, 984, 15], 10),
            (&[5_000, 5_000], 4),
            (&[90_000, 9_984, 15], 10),
            (&[150_000, 150_016, 200_000, 12], 25),
        ];
        for (sizes, years) in cases {
            let posts: usize = sizes.iter().sum();
            let made = files(sizes, years).into_iter().zip(sizes);
            let count: usize = made
                .map(|((shards, block), size)| match *size {
                    0..TAIL => shards.max(1),
                    _ => shards.max(1) + size.div_ceil(block),
                })
                .sum();
            let most = (posts / POSTS_A_FILE).max(8);
            assert!(count + 4 + years <= most, "{sizes:?}: {count}");
        }
    }
}
