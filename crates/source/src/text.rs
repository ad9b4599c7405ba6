//! Text fields made clean: entities decoded, control and invisible characters out, blanks collapsed.

use std::borrow::Cow;

/// What was done to a text besides trimming it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cleaned {
    /// HTML entities were decoded.
    pub(crate) entities: bool,
    /// Control characters were taken out.
    pub(crate) controls: bool,
}

/// A text as one line: entities decoded (twice, if they were encoded twice), control
/// characters, byte order marks, zero-width blanks and direction marks taken out, every run
/// of blanks made one blank.
///
/// Zero-width joiners stay: emoji and several scripts need them.
pub(crate) fn clean_line(raw: &str) -> (Cow<'_, str>, Cleaned) {
    let trimmed = raw.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    if is_clean(trimmed) {
        return (Cow::Borrowed(trimmed), Cleaned::default());
    }
    let mut cleaned = Cleaned::default();
    let decoded = decode_twice(trimmed);
    cleaned.entities = decoded != trimmed;
    let mut line = String::with_capacity(decoded.len());
    let mut blank = false;
    for c in decoded.chars() {
        if c.is_whitespace() {
            blank = !line.is_empty();
        } else if c.is_control() {
            cleaned.controls = true;
        } else if !is_invisible(c) {
            if std::mem::take(&mut blank) {
                line.push(' ');
            }
            line.push(c);
        }
    }
    (Cow::Owned(line), cleaned)
}

/// Whether [`clean_line`] has nothing to do but trim.
fn is_clean(text: &str) -> bool {
    let mut after_blank = false;
    text.chars().all(|c| {
        let is_blank = c == ' ';
        let is_second = std::mem::replace(&mut after_blank, is_blank) && is_blank;
        match c {
            ' '..='~' => c != '&' && !is_second,
            '\u{4e00}'..='\u{9fff}' => true,
            _ => !c.is_whitespace() && !c.is_control() && !is_invisible(c),
        }
    })
}

/// Characters that are not seen and that nobody meant: marks of byte order and direction,
/// zero-width blanks, soft hyphens.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// A text without control characters other than line ends and tabs.
pub(crate) fn without_controls(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect()
}

fn decode_twice(text: &str) -> Cow<'_, str> {
    match decode_entities(text) {
        Cow::Owned(once) => match decode_entities(&once) {
            Cow::Owned(twice) => Cow::Owned(twice),
            Cow::Borrowed(_) => Cow::Owned(once),
        },
        borrowed => borrowed,
    }
}

/// Decodes the entities of a text once; borrowed if there was none.
pub(crate) fn decode_entities(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', text.as_bytes()) else {
        return Cow::Borrowed(text);
    };
    let mut decoded = String::new();
    let mut done = 0;
    let mut at = first;
    loop {
        let length = match entity(&text[at..]) {
            Some((entity, length)) => {
                decoded.push_str(&text[done..at]);
                entity.push_to(&mut decoded);
                done = at + length;
                length
            }
            None => 1,
        };
        match memchr::memchr(b'&', &text.as_bytes()[at + length..]) {
            Some(next) => at += length + next,
            None => break,
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    decoded.push_str(&text[done..]);
    Cow::Owned(decoded)
}

/// What an entity stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entity {
    /// One character.
    Char(char),
    /// Several, as a few named ones do.
    Text(String),
}

impl Entity {
    fn push_to(&self, out: &mut String) {
        match self {
            Self::Char(c) => out.push(*c),
            Self::Text(text) => out.push_str(text),
        }
    }
}

/// The longest name in HTML's table, `CounterClockwiseContourIntegral`, is 31 letters long.
const LONGEST_NAME: usize = 31;

/// The entity at the start of `text` (which begins with `&`), and how long it is in bytes.
///
/// Numeric ones follow the HTML standard: those of Windows-1252 mean what their writers meant,
/// and the final semicolon may be missing. Named ones need their semicolon.
pub(crate) fn entity(text: &str) -> Option<(Entity, usize)> {
    let bytes = text.as_bytes();
    if bytes.get(1) == Some(&b'#') {
        return numeric(bytes);
    }
    let name = bytes[1..]
        .iter()
        .take(LONGEST_NAME)
        .take_while(|b| b.is_ascii_alphanumeric())
        .count();
    let length = name + 2;
    if name == 0 || bytes.get(name + 1) != Some(&b';') {
        return None;
    }
    let simple = match &bytes[1..=name] {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        b"nbsp" => '\u{a0}',
        _ => {
            let decoded = html_escape::decode_html_entities(&text[..length]);
            if decoded == text[..length] {
                return None;
            }
            return Some((Entity::Text(decoded.into_owned()), length));
        }
    };
    Some((Entity::Char(simple), length))
}

fn numeric(bytes: &[u8]) -> Option<(Entity, usize)> {
    let (radix, start) = match bytes.get(2) {
        Some(b'x' | b'X') => (16, 3),
        _ => (10, 2),
    };
    let digits = bytes[start..]
        .iter()
        .take_while(|b| char::from(**b).is_digit(radix))
        .count();
    if digits == 0 {
        return None;
    }
    let mut code = 0_u32;
    for byte in &bytes[start..start + digits] {
        let digit = char::from(*byte).to_digit(radix).unwrap_or(0);
        code = code.saturating_mul(radix).saturating_add(digit);
    }
    let end = start + digits;
    let length = end + usize::from(bytes.get(end) == Some(&b';'));
    let c = match code {
        0x80..=0x9f => windows_1252(code),
        0 => char::REPLACEMENT_CHARACTER,
        _ => char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    Some((Entity::Char(c), length))
}

fn windows_1252(code: u32) -> char {
    let byte = [u8::try_from(code).unwrap_or(b'?')];
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte);
    text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cleaned() {
        let cases = [
            ("plain", "plain"),
            ("  被删的\u{3000}标题 ", "被删的 标题"),
            ("a\tb\r\nc", "a b c"),
            ("a\u{0}b\u{7f}c\u{1b}[0m", "abc[0m"),
            ("\u{feff}\u{200b}零宽\u{200b}空格\u{202e}", "零宽空格"),
            ("👩\u{200d}💻 emoji", "👩\u{200d}💻 emoji"),
            ("&#123;x&#x7D; &amp; &quot;y&quot;", "{x} & \"y\""),
            ("&#x4e2d;&#25991;", "中文"),
            ("Don&amp;#39;t &amp;amp; can&#8217;t", "Don't & can’t"),
            ("a&nbsp;&nbsp;b", "a b"),
            ("&hellip;&mdash;&unknown; &", "…—&unknown; &"),
            ("R&D AT&T;", "R&D AT&T;"),
            (
                "&#150;&#0;&#x110000;&#99999999999;",
                "–\u{fffd}\u{fffd}\u{fffd}",
            ),
            ("&#35 &#x;&#;", "# &#x;&#;"),
            ("&lt;b&gt;", "<b>"),
            ("", ""),
            (" \u{3000}\t", ""),
        ];
        for (raw, expected) in cases {
            assert_eq!(clean_line(raw).0, expected, "{raw:?}");
        }
    }

    #[test]
    fn cleaning_says_what_it_did() {
        assert_eq!(clean_line("a  b").1, Cleaned::default());
        assert!(clean_line("a&lt;b").1.entities);
        assert!(clean_line("a\u{8}b").1.controls);
    }
}
