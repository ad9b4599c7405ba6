//! The setting: from sanitised markup to a page of a book.
//!
//! 1. [`tree`] reads the markup, without copying, into an arena;
//! 2. [`removals`] takes out what rules marked;
//! 3. [`flow`] (with [`sections`], [`phrasing`], [`inlines`], [`lists`], [`tables`]) turns what is left into typed [`blocks`], which cannot express anything ill-formed;
//! 4. [`figures`] and [`headings`] look at the blocks as a whole;
//! 5. [`mod@write`] writes them, deciding on indentation ([`indent`]) and colouring code ([`highlight`]).

mod blocks;
mod figures;
mod flow;
mod headings;
mod highlight;
mod indent;
mod inlines;
mod lists;
mod phrasing;
mod removals;
mod sections;
mod tables;
mod text;
mod tree;
mod values;
mod write;

use newsprint_model::Counts;
use newsprint_model::config::Indent;

use crate::{Context, Facts};
use blocks::Manner;
use headings::Ids;

/// What the rules say about markup.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judged {
    /// Whether they saw the addresses in it: otherwise none is written.
    pub(crate) addresses: bool,
    /// Whether they marked anything in it.
    pub(crate) marks: bool,
}

/// Sets sanitised markup.
pub(crate) fn set(
    html: &str,
    context: &Context<'_>,
    indent: Indent,
    judged: Judged,
    facts: &mut Facts,
    counts: &mut Counts,
) -> String {
    let tree = tree::Tree::read(html);
    let (dropped, removals) = removals::find(&tree, judged.marks);
    counts.elements_removed += removals
        .iter()
        .filter(|removal| {
            removal.rule != "tracking pixel" && removal.rule != "image without address"
        })
        .count() as u64;
    facts.removals = removals;
    let mut setter = flow::Setter::new(&tree, &dropped);
    let mut blocks = setter.blocks(tree::ROOT, Manner::default());
    setter.flush_late(&mut blocks);
    counts.elements_removed += setter.twins_removed;
    for id in setter.inlines.unplaced() {
        setter.placed.remove(id);
    }
    let (tokens, images) = (&setter.inlines.tokens, &setter.images);
    figures::arrange(&mut blocks, tokens);
    let has_headings = headings::level(&mut blocks);
    let mut ids = Ids::default();
    for id in &setter.placed {
        ids.take(&crate::escape::decode(id));
    }
    if has_headings {
        facts.headings = headings::identify(&mut blocks, tokens, &mut ids);
    }
    let page = write::Page {
        tokens,
        images,
        context,
        indent,
        judged: judged.addresses,
        length: html.len(),
    };
    let (out, linked) = write::write(&page, &blocks, &ids, facts);
    // A link may turn out to show nothing; then its target is none either.
    match ids.retain_linked(&linked) {
        Some(fewer) => write::write(&page, &blocks, &fewer, facts).0,
        None => out,
    }
}
