//! A search index for static hosting: text in, files out. No I/O and no threads of its own.
//!
//! 1. [`Layout`] gives every post its place: a segment, and a number in it.
//! 2. [`TermFinder`] finds what a post is searched by: the letters and overlapping pairs of letters of scripts that do
//!    not part words, and the words and pairs of words of all others, from [folded](fold()) text. [`Terms::write`] spreads them over buckets.
//! 3. [`Bucket`] turns the terms of posts into the posts of terms, and makes the shards.
//! 4. [`catalogue`] makes the few files that are about posts.
//!
//! A client (`search.js` of the theme) answers a query by fetching the manifest once, then, for every term, a chunk of one shard of each
//! segment. A run of letters or a phrase is looked up as its pairs. That they occur does not mean that the run does; therefore every
//! posting says by a class which unit follows the pair in the post, which leaves hardly any wrong answer and never loses a
//! right one. [`query`] holds the meaning of queries without any of this: a plain scan, against which the index is tested.

mod bits;
mod bucket;
mod bytes;
pub mod catalogue;
mod characters;
mod chunks;
mod column;
mod deflate;
mod fold;
mod huffman;
mod layout;
mod pieces;
mod postings;
pub mod query;
mod records;
mod shards;
mod sorter;
mod tables;
mod terms;
mod text;
mod units;

pub use bucket::Bucket;
pub use catalogue::Generation;
pub use fold::{fold, fold_into};
pub use layout::{Layout, Segment, TAIL, YearPart};
pub use shards::Shards;
pub use terms::{PostText, TermFinder, Terms};
pub use text::{append_visible_text, visible_text};
pub use units::{LONGEST_WORD, Placed, Unit, Units, units};
