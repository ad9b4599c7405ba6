//! The excerpt: text collected as it is read, then cut where a sentence ends.

use unicode_width::UnicodeWidthChar;

use super::words::begins_with_han;

/// Collects text, collapsing blanks, and stops to collect once there is enough of it.
#[derive(Debug)]
pub(crate) struct Excerpt {
    text: String,
    /// The width of `text` in columns.
    width: usize,
    /// How many columns are wanted in the end.
    wanted: usize,
    /// How many columns are collected.
    enough: usize,
    gap: Gap,
    /// Whether text was left out for want of room.
    overflowed: bool,
}

/// What separates the next character from the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    /// A line end in the source: a blank between words, nothing between Han characters.
    Line,
    Blank,
    /// A new paragraph: a blank, unless punctuation shows already that something ended.
    Block,
}

/// An excerpt that its author ended with a mark may be so many times longer than others.
const MARKED: usize = 4;

impl Excerpt {
    /// For an excerpt of `wanted` columns, of which its author may have marked the end.
    pub(crate) fn new(wanted: usize) -> Self {
        Self::of(wanted, wanted * MARKED + 16)
    }

    /// For an excerpt of `wanted` columns out of a text that may begin with `title`, and in which nothing marks an end.
    pub(crate) fn unmarked(wanted: usize, title: &str) -> Self {
        // No text has more columns than bytes. Whether it has to be cut shows in the characters that follow.
        let enough = wanted + title.len() + 8;
        Self::of(wanted, enough.min(wanted * MARKED + 16))
    }

    fn of(wanted: usize, enough: usize) -> Self {
        Self {
            text: String::with_capacity(enough * 3 / 2),
            width: 0,
            wanted,
            enough,
            gap: Gap::None,
            overflowed: false,
        }
    }

    /// Adds text, until there is enough.
    pub(crate) fn extend(&mut self, text: &str) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if self.overflowed {
                return;
            }
            self.push(c);
            rest = &rest[c.len_utf8()..];
            if self.gap == Gap::None {
                rest = &rest[self.push_run(rest)..];
            }
        }
    }

    /// Adds the letters, digits, marks and Han characters that `text` begins with, which need nothing between them;
    /// says how many bytes they are.
    fn push_run(&mut self, text: &str) -> usize {
        let bytes = text.as_bytes();
        let mut end = 0;
        while self.width < self.enough {
            let rest = &bytes[end..];
            if begins_with_han(rest) {
                end += 3;
                self.width += 2;
            } else if rest.first().is_some_and(u8::is_ascii_graphic) {
                end += 1;
                self.width += 1;
            } else {
                break;
            }
        }
        self.text.push_str(&text[..end]);
        end
    }

    /// Ends a paragraph.
    pub(crate) fn end_block(&mut self) {
        self.gap = self.gap.max(Gap::Block);
    }

    /// Adds a character of text.
    pub(crate) fn push(&mut self, c: char) {
        if c.is_whitespace() {
            let gap = if matches!(c, '\n' | '\r') {
                Gap::Line
            } else {
                Gap::Blank
            };
            self.gap = self.gap.max(gap);
            return;
        }
        if c.is_control() || is_unseen(c) {
            return;
        }
        if self.width >= self.enough {
            self.overflowed = true;
            return;
        }
        let gap = std::mem::replace(&mut self.gap, Gap::None);
        if gap != Gap::None && self.needs_blank(gap, c) {
            self.text.push(' ');
            self.width += 1;
        }
        self.text.push(c);
        self.width += char_width(c);
    }

    fn needs_blank(&self, gap: Gap, next: char) -> bool {
        let Some(last) = self.text.chars().next_back() else {
            return false;
        };
        match gap {
            Gap::None => false,
            Gap::Line => !(is_wide(last) && is_wide(next)),
            Gap::Blank => !(is_wide_mark(last) || is_wide_mark(next)),
            Gap::Block => !is_wide_mark(last),
        }
    }

    /// Everything collected, which stood before a "more" mark; nothing if it is too much for that.
    pub(crate) fn at_mark(&self) -> Option<String> {
        (!self.overflowed && !self.text.is_empty()).then(|| self.text.clone())
    }

    /// The text cut to the width that was wanted.
    pub(crate) fn finish(mut self, title: &str) -> String {
        // Many scrapers repeat the headline at the top of the body.
        let repeats =
            !title.is_empty() && self.text.len() > title.len() && self.text.starts_with(title);
        if repeats && self.text[title.len()..].starts_with(' ') {
            self.text.drain(..=title.len());
            self.width = width(&self.text);
        }
        if self.width <= self.wanted {
            return self.text;
        }
        cut(&self.text, self.wanted)
    }
}

/// Cuts a text to at most `wanted` columns: after the last sentence that ends in the second
/// half or so of them, else between words with an ellipsis.
pub(crate) fn cut(text: &str, wanted: usize) -> String {
    let mut columns = 0;
    let mut fits = 0;
    let mut sentence = None;
    let mut word = None;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        columns += char_width(c);
        if columns > wanted {
            break;
        }
        let end = at + c.len_utf8();
        let next = characters.peek().map(|(_, next)| *next);
        if columns * 5 >= wanted * 3 && ends_sentence(&text[..end], c, next) {
            sentence = Some(end);
        }
        // One column is kept for the ellipsis.
        // A word longer than half of the line is cut in its middle.
        let may_end = columns < wanted && columns * 2 >= wanted && !c.is_whitespace();
        if may_end && next.is_none_or(|next| may_break(c, next)) {
            word = Some(end);
        }
        if columns < wanted {
            fits = end;
        }
    }
    if columns <= wanted {
        return text.to_owned();
    }
    if let Some(end) = sentence {
        return text[..end].to_owned();
    }
    let kept = text[..word.unwrap_or(fits)].trim_end_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '，' | '、'
                    | ','
                    | '：'
                    | ':'
                    | '；'
                    | ';'
                    | '（'
                    | '('
                    | '“'
                    | '《'
                    | '「'
                    | '—'
                    | '-'
            )
    });
    format!("{kept}…")
}

/// The width of a text in columns.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// How many columns a character takes.
fn char_width(c: char) -> usize {
    match c {
        ' '..='~' => 1,
        '\u{4e00}'..='\u{9fff}' => 2,
        _ => c.width().unwrap_or(0),
    }
}

/// Whether a sentence ends with `c`, the last character of `before`.
fn ends_sentence(before: &str, c: char, next: Option<char>) -> bool {
    let is_close = |c: char| matches!(c, '”' | '’' | '」' | '』' | '）' | ')' | '"' | '\'' | '】');
    let mark = if is_close(c) {
        // A closing quote or bracket belongs to the sentence that it ends.
        match before.trim_end_matches(is_close).chars().next_back() {
            Some(mark) => mark,
            None => return false,
        }
    } else {
        c
    };
    let ends = match mark {
        '。' | '！' | '？' | '；' | '…' | '｡' => true,
        '.' | '!' | '?' => next.is_none_or(char::is_whitespace),
        _ => false,
    };
    ends && !next.is_some_and(|next| is_close(next) || is_end(next))
}

fn is_end(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '；' | '…' | '.' | '!' | '?')
}

/// Whether a line may end between two characters.
fn may_break(c: char, next: char) -> bool {
    if char_width(next) == 0 || c == '\u{200d}' {
        return false;
    }
    next.is_whitespace() || is_wide(c) || is_wide(next)
}

/// Han, kana, their punctuation, and what else is set in full squares.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff01}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}')
}

/// Punctuation that brings its own blank with it.
fn is_wide_mark(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{301b}' | '\u{ff01}' | '\u{ff08}' | '\u{ff09}' | '\u{ff0c}' | '\u{ff1a}' | '\u{ff1b}' | '\u{ff1f}')
}

fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffc}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn excerpt(mut excerpt: Excerpt, text: &str, title: &str) -> String {
        excerpt.extend(text);
        excerpt.finish(title)
    }

    proptest! {
        /// What is not collected where nothing can mark an end would not be shown.
        #[test]
        fn an_excerpt_is_the_same_where_no_mark_was_expected(
            title in "(标题|Title|é|\u{301}|，| ){0,40}",
            gap in "[ \n]{0,2}",
            text in "(中文|word|。|\\. |，|\u{301}|\u{200d}|ｶ|😀|1| |\n){0,200}",
            repeats in any::<bool>(),
            wanted in 0_usize..80,
        ) {
            let text = if repeats { format!("{title}{gap}{text}") } else { text };
            let expected = excerpt(Excerpt::new(wanted), &text, &title);
            prop_assert_eq!(excerpt(Excerpt::unmarked(wanted, &title), &text, &title), expected);
        }
    }
}
