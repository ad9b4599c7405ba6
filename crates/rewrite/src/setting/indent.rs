//! Which paragraphs begin two characters in: running Chinese text, and nothing else.

use newsprint_model::config::Indent;

use super::blocks::{Align, Inline, Line, Manner};
use super::text::{self, Script};

/// Signs with which items of a list begin that is set as paragraphs.
const BULLETS: &[char] = &[
    '•', '·', '●', '○', '■', '□', '◆', '◇', '▪', '★', '☆', '▶', '►', '➤', '✓', '√', '※', '→', '-',
    '–', '—', '*', '▲', '△', '↑', '▼', '▽', '↓',
];

/// A paragraph that is bold throughout is a heading in all but name up to this many columns.
const MAX_HEADLINE: usize = 60;

/// Whether a paragraph at the top of the body is indented.
pub(super) fn is_indented(
    wish: Indent,
    manner: Manner<'_>,
    tokens: &[Inline<'_>],
    line: Line,
) -> bool {
    if wish == Indent::Never || manner.align != Align::Start || manner.dir == Some("rtl") {
        return false;
    }
    let mut script = Script::default();
    let mut first = None;
    let (mut strong, mut plain) = (0_usize, false);
    for token in &tokens[line.range()] {
        match token {
            Inline::Text(text) => {
                first = first.or(text::trim_start(text).chars().next());
                plain |= strong == 0 && !text::is_empty(text);
                script.add(text);
            }
            Inline::Open(format) if format.name() == "strong" => strong += 1,
            Inline::Close(format) if format.name() == "strong" => strong = strong.saturating_sub(1),
            _ => {}
        }
    }
    let Some(first) = first else { return false };
    if wish == Indent::Always {
        return true;
    }
    let columns = script.characters + script.han;
    let headline = !plain && columns <= MAX_HEADLINE;
    script.is_chinese() && !headline && !BULLETS.contains(&first)
}
