//! Arranges blocks side by side: captions join their images, rules that separate nothing go.

use super::blocks::{Align, Block, Inline, Line};
use super::text::{self, Script};

/// A caption is at most this long, in columns (a Han character is two).
const MAX_CAPTION: usize = 120;

/// Signs with which captions begin that point up at their image.
const POINTERS: &[char] = &['▲', '△', '↑', '⬆'];

/// Arranges the blocks of one container.
pub(super) fn arrange<'a>(blocks: &mut Vec<Block<'a>>, tokens: &[Inline<'a>]) {
    captions(blocks, tokens);
    rules(blocks);
    without_twins(blocks);
}

/// Of two cards of one player, one after the other, the first is enough: they came out of different containers.
pub(super) fn without_twins(blocks: &mut Vec<Block<'_>>) {
    blocks.dedup_by(|later, first| match (later, first) {
        (Block::Card { href, .. }, Block::Card { href: before, .. }) => href == before,
        _ => false,
    });
}

fn captions<'a>(blocks: &mut Vec<Block<'a>>, tokens: &[Inline<'a>]) {
    let is_captioned = |pair: &[Block<'a>]| {
        matches!(
            pair,
            [Block::Image(_) | Block::Player(_), Block::Paragraph { .. }]
        ) && caption_of(&pair[1], tokens).is_some()
    };
    if !blocks.windows(2).any(is_captioned) {
        return;
    }
    let mut arranged: Vec<Block<'a>> = Vec::with_capacity(blocks.len());
    for block in blocks.drain(..) {
        let is_picture = matches!(arranged.last(), Some(Block::Image(_) | Block::Player(_)));
        match is_picture.then(|| caption_of(&block, tokens)).flatten() {
            Some(caption) => {
                let content: Vec<Block<'a>> = arranged.pop().into_iter().collect();
                arranged.push(Block::Figure { content, caption });
            }
            None => arranged.push(block),
        }
    }
    *blocks = arranged;
}

/// The line of a paragraph that reads like a caption: marked as one, pointing at the image, or short and centred.
fn caption_of(block: &Block<'_>, tokens: &[Inline<'_>]) -> Option<Line> {
    let Block::Paragraph {
        line,
        manner,
        id: None,
        caption,
    } = block
    else {
        return None;
    };
    let tokens = &tokens[line.range()];
    let mut script = Script::default();
    let mut first = None;
    for token in tokens {
        match token {
            Inline::Text(text) => {
                first = first.or(text::trim_start(text).chars().next());
                script.add(text);
            }
            Inline::Image(_) => return None,
            _ => {}
        }
    }
    let columns = script.characters + script.han + script.kana;
    let points = first.is_some_and(|c| POINTERS.contains(&c));
    (columns > 0 && columns <= MAX_CAPTION && (*caption || points || manner.align == Align::Centre))
        .then_some(*line)
}

/// A thematic break separates: none at either end, no two in a row.
fn rules(blocks: &mut Vec<Block<'_>>) {
    let mut after_rule = true;
    blocks.retain(|block| {
        let is_rule = matches!(block, Block::Rule);
        let keep = !(is_rule && after_rule);
        after_rule = is_rule;
        keep
    });
    if matches!(blocks.last(), Some(Block::Rule)) {
        blocks.pop();
    }
}
