//! Lets emphasis in Chinese and Japanese begin and end where its authors see it.
//!
//! CommonMark decides by the characters on both sides whether `**` can open or close, and takes it for granted that words are
//! divided by blanks. In `**注意。**然后` the second run follows punctuation and precedes a letter, so that it closes nothing
//! and readers see the asterisks. The rule applied here is that of the
//! [amendment for these scripts](https://github.com/tats-u/markdown-cjk-friendly/blob/main/specification.md):
//! their punctuation counts as letters, and their characters count like blanks for the other side.

use std::borrow::Cow;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::markdown;

/// Shows nothing and counts as punctuation: it stands beside a run for the blank that these scripts do without.
pub(super) const MARK: &str = "<!---->";

/// The Markdown with a [`MARK`] beside every run of `*` or `~~` that can only so open or close.
pub(super) fn mend(text: &str) -> Cow<'_, str> {
    let mut places: Vec<usize> = runs(text).collect();
    if places.is_empty() {
        return Cow::Borrowed(text);
    }
    let verbatim = verbatim(text);
    places.retain(|place| {
        let before = verbatim.partition_point(|range| range.end <= *place);
        verbatim
            .get(before)
            .is_none_or(|range| range.start >= *place)
    });
    let mut mended = String::with_capacity(text.len() + places.len() * MARK.len());
    let mut done = 0;
    for place in places {
        mended.push_str(&text[done..place]);
        mended.push_str(MARK);
        done = place;
    }
    mended.push_str(&text[done..]);
    Cow::Owned(mended)
}

/// Where marks belong: before a run that could open but for what it follows, or behind one that could close.
fn runs(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + memchr::memchr2(b'*', b'~', &bytes[at..])?;
            let sign = bytes[start];
            let end = start + bytes[start..].iter().take_while(|b| **b == sign).count();
            at = end;
            let escaped = bytes[..start]
                .iter()
                .rev()
                .take_while(|b| **b == b'\\')
                .count()
                % 2
                == 1;
            if escaped || sign == b'~' && end - start != 2 {
                continue;
            }
            let (Some(before), Some(after)) = (
                text[..start].chars().next_back(),
                text[end..].chars().next(),
            ) else {
                continue;
            };
            let can = |word: char, mark: char| {
                word.is_alphanumeric()
                    && (is_cjk(word) && is_punctuation(mark) || is_cjk_punctuation(mark))
            };
            if can(before, after) {
                return Some(start);
            }
            if can(after, before) {
                return Some(end);
            }
        }
    })
}

/// What the parser takes literally, in order: code, HTML, the targets of links.
fn verbatim(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut end_of_label = 0;
    let parser = markdown::parse(text);
    ranges.extend(
        parser
            .reference_definitions()
            .iter()
            .map(|(_, definition)| definition.span.clone()),
    );
    for (event, range) in parser.into_offset_iter() {
        match event {
            Event::Code(_)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::Start(Tag::CodeBlock(_)) => {
                end_of_label = range.end;
                ranges.push(range);
            }
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => end_of_label = range.start + 1,
            Event::End(TagEnd::Link | TagEnd::Image) => {
                ranges.push(end_of_label..range.end);
                end_of_label = range.end;
            }
            Event::Start(_) => {}
            _ => end_of_label = range.end,
        }
    }
    ranges.sort_by_key(|range| range.start);
    // Of ranges inside one another the outermost counts.
    let mut reach = 0;
    ranges.retain(|range| {
        let is_new = range.end > reach;
        reach = reach.max(range.end);
        is_new
    });
    ranges
}

/// Han, kana, hangul and bopomofo.
fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}'
        | '\u{3031}'..='\u{3035}' | '\u{3038}'..='\u{303c}' | '\u{3041}'..='\u{30ff}' | '\u{3105}'..='\u{31bf}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}'
        | '\u{ff41}'..='\u{ff5a}' | '\u{ff66}'..='\u{ffdc}' | '\u{20000}'..='\u{3ffff}')
}

/// Punctuation of these scripts alone. All of it is punctuation to the parser as well.
fn is_cjk_punctuation(c: char) -> bool {
    matches!(c,
        '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}' | '\u{3030}' | '\u{303d}'
        | '\u{30a0}' | '\u{30fb}' | '\u{fe10}'..='\u{fe19}' | '\u{fe30}'..='\u{fe52}' | '\u{fe54}'..='\u{fe61}'
        | '\u{fe63}' | '\u{fe68}' | '\u{fe6a}'..='\u{fe6b}' | '\u{ff01}'..='\u{ff03}' | '\u{ff05}'..='\u{ff0a}'
        | '\u{ff0c}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff1b}' | '\u{ff1f}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff3d}'
        | '\u{ff3f}' | '\u{ff5b}' | '\u{ff5d}' | '\u{ff5f}'..='\u{ff65}')
}

/// Punctuation that stands beside these scripts' characters: theirs, ASCII's, and the quotation marks and dashes that all share.
fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || is_cjk_punctuation(c)
        || matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{203e}' | '·' | '«' | '»')
}

#[cfg(test)]
mod tests {
    use super::super::markdown::markdown_to_html;
    use super::*;

    #[test]
    fn emphasis_begins_and_ends_beside_punctuation() {
        let cases = [
            ("**注意。**然后", "<strong>注意。</strong>然后"),
            (
                "**甲。**乙**丙。**丁",
                "<strong>甲。</strong>乙<strong>丙。</strong>丁",
            ),
            ("前**“引文”**后", "前<strong>“引文”</strong>后"),
            ("前**（注）**后", "前<strong>（注）</strong>后"),
            ("*《书名》*的作者", "<em>《书名》</em>的作者"),
            ("~~甲。~~乙", "<del>甲。</del>乙"),
            (
                "**提示：**`a**b`",
                "<strong>提示：</strong><code>a**b</code>",
            ),
            ("**note:**中文", "<strong>note:</strong>中文"),
            ("**甲（乙）**丙", "<strong>甲（乙）</strong>丙"),
            (
                "**[甲](https://a.example/x)**乙",
                "<strong><a href=\"https://a.example/x\">甲</a></strong>乙",
            ),
            // As CommonMark has it.
            ("**注意**然后", "<strong>注意</strong>然后"),
            ("a**\"b\"**c", "a**\"b\"**c"),
            ("价格*。*见下", "价格<em>。</em>见下"),
            ("\\**注意。**然后", "**注意。**然后"),
            ("`甲**。**乙`", "<code>甲**。**乙</code>"),
            ("[甲](<a**。**b>)", "<a href=\"a**%E3%80%82**b\">甲</a>"),
            ("3 * 4 * 5", "3 * 4 * 5"),
        ];
        for (markdown, html) in cases {
            assert_eq!(
                markdown_to_html(markdown),
                format!("<p>{html}</p>\n"),
                "{markdown}"
            );
        }
        let code = "    甲**。**乙\n";
        assert_eq!(
            markdown_to_html(code),
            "<pre><code>甲**。**乙\n</code></pre>\n"
        );
    }

    #[test]
    fn nothing_to_mend_costs_no_copy() {
        assert!(matches!(mend("**a** 中 **文** *b*"), Cow::Borrowed(_)));
        assert!(matches!(mend(""), Cow::Borrowed(_)));
    }
}
