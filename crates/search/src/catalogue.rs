//! The files that are about posts rather than terms: what the client asks for first, titles, and the order by date.

use newsprint_model::{Archive, PostId};
use serde::Serialize;

use crate::bytes::pack;
use crate::fold::variants_file;
use crate::layout::{Layout, Segment, YearPart};

/// Changes when the form of the files does, or what they say of the same posts.
pub const VERSION: u32 = 2;
/// The order of so few posts stands in the manifest.
const SHORT_ORDER: usize = 256;

/// A number that all files of a segment carry, and that changes when what they say does: a client can tell
/// files of two builds apart.
pub type Generation = u32;

#[derive(Serialize)]
struct Manifest<'a> {
    version: u32,
    posts: usize,
    /// Whether categories beside those of a post's first path can be asked for as terms.
    more_categories: bool,
    /// Every category node: its name, and the number of the node above or -1.
    nodes: Vec<(&'a str, i64)>,
    segments: Vec<ManifestSegment<'a>>,
}

#[derive(Serialize)]
struct ManifestSegment<'a> {
    name: &'a str,
    generation: Generation,
    posts: usize,
    block: usize,
    shards: [u32; 3],
    years: Vec<ManifestYear>,
    /// Where there are no files with titles.
    titles: Option<Block<'a>>,
}

#[derive(Serialize)]
struct ManifestYear {
    year: i32,
    posts: u32,
    /// A node's number or -1, how many posts of it follow, and so on.
    runs: Vec<i64>,
    /// As in the file of the order, which there is only where this is empty.
    order: Vec<u32>,
}

/// What the client reads first: the categories, and all segments with their years and categories.
pub fn manifest(
    archive: &Archive,
    layout: &Layout,
    generation: impl Fn(u32) -> Generation,
    address: impl Fn(PostId) -> String,
) -> Vec<u8> {
    let segments = (0..).zip(&layout.segments);
    let manifest = Manifest {
        version: VERSION,
        posts: archive.posts().len(),
        more_categories: archive.posts().iter().any(|post| post.categories.len() > 1),
        nodes: archive
            .categories()
            .iter()
            .map(|node| (&*node.name, node.parent.map_or(-1, |id| i64::from(id.0))))
            .collect(),
        segments: segments
            .map(|(number, segment)| ManifestSegment {
                name: &segment.name,
                generation: generation(number),
                posts: segment.posts.len(),
                block: segment.block,
                shards: segment.shards.counts(),
                years: segment
                    .years
                    .iter()
                    .map(|part| year(segment, part))
                    .collect(),
                titles: segment
                    .has_titles_in_manifest()
                    .then(|| titles(archive, &segment.posts, generation(number), &address)),
            })
            .collect(),
    };
    pack_json(&manifest)
}

fn year(segment: &Segment, part: &YearPart) -> ManifestYear {
    ManifestYear {
        year: part.year,
        posts: part.docs.end - part.docs.start,
        runs: part
            .runs
            .iter()
            .flat_map(|(node, count)| [node.map_or(-1, |id| i64::from(id.0)), i64::from(*count)])
            .collect(),
        order: if has_order_file(segment) {
            Vec::new()
        } else {
            order(segment, part)
        },
    }
}

/// Whether the order of a segment's posts stands in files of its own, one a year.
pub fn has_order_file(segment: &Segment) -> bool {
    segment.posts.len() > SHORT_ORDER
}

/// How many posts of the year and segment are newer, for each post in its place.
fn order(segment: &Segment, part: &YearPart) -> Vec<u32> {
    let posts = &segment.posts[part.docs.start as usize..part.docs.end as usize];
    let mut by_date: Vec<(PostId, usize)> = posts.iter().copied().zip(0..).collect();
    by_date.sort_unstable_by(|a, b| b.cmp(a));
    let mut order = vec![0; posts.len()];
    for (rank, (_, place)) in (0..).zip(by_date) {
        order[place] = rank;
    }
    order
}

/// The file of a year's order: the generation, then the lowest bytes of all numbers, then the next, three times.
pub fn order_file(segment: &Segment, part: &YearPart, generation: Generation) -> Vec<u8> {
    let order = order(segment, part);
    let mut file = generation.to_le_bytes().to_vec();
    for shift in [0, 8, 16] {
        file.extend(order.iter().map(|rank| (rank >> shift & 0xff) as u8));
    }
    pack(&file)
}

#[derive(Serialize)]
struct Block<'a> {
    generation: Generation,
    titles: Vec<&'a str>,
    urls: Vec<String>,
    /// Minutes since 1970 on the archive's clocks.
    minutes: Vec<i64>,
    authors: Vec<Vec<&'a str>>,
}

/// The titles of so many posts as stand in one file, with what else a list of results shows.
pub fn block(
    archive: &Archive,
    segment: &Segment,
    block: u32,
    generation: Generation,
    address: impl Fn(PostId) -> String,
) -> Vec<u8> {
    let start = block as usize * segment.block;
    let end = (start + segment.block).min(segment.posts.len());
    let ids = &segment.posts[start.min(end)..end];
    pack_json(&titles(archive, ids, generation, address))
}

fn titles<'a>(
    archive: &'a Archive,
    ids: &[PostId],
    generation: Generation,
    address: impl Fn(PostId) -> String,
) -> Block<'a> {
    let posts = || ids.iter().map(|id| archive.post(*id));
    Block {
        generation,
        titles: posts().map(|post| &*post.title).collect(),
        urls: ids.iter().map(|id| address(*id)).collect(),
        minutes: posts()
            .map(|post| {
                let local = archive.local(post.seconds).naive_local();
                local.and_utc().timestamp().div_euclid(60)
            })
            .collect(),
        authors: posts()
            .map(|post| {
                let names = post.authors.iter();
                names
                    .map(|id| &*archive.authors()[id.0 as usize].name)
                    .collect()
            })
            .collect(),
    }
}

/// The table of variants, compressed.
pub fn variants() -> Vec<u8> {
    pack(&variants_file())
}

fn pack_json(value: &impl Serialize) -> Vec<u8> {
    // Only maps whose keys are no texts can fail, and there is none.
    pack(&serde_json::to_vec(value).unwrap_or_default())
}
