//! Character references in canonical markup: the five that a serialiser writes, both ways.

use std::borrow::Cow;

/// The text behind a value in canonical markup. References other than those five are left as
/// they stand: a serialiser writes none.
pub(crate) fn decode(value: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', value.as_bytes()).is_none() {
        return Cow::Borrowed(value);
    }
    const KNOWN: &[(&str, &str)] = &[
        ("&amp;", "&"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", "\u{a0}"),
    ];
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let (from, to) = KNOWN
            .iter()
            .find(|(from, _)| rest.starts_with(from))
            .unwrap_or(&("&", "&"));
        text.push_str(to);
        rest = &rest[from.len()..];
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// The text with its ASCII letters in lower case.
#[inline]
pub(crate) fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// Where a piece begins in a text, in whatever case its ASCII letters are.
pub(crate) fn find_ignoring_case(text: &[u8], piece: &[u8]) -> Option<usize> {
    let Some(first) = piece.first() else {
        return Some(0);
    };
    let last = text.len().checked_sub(piece.len())?;
    let (lower, upper) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    memchr::memchr2_iter(lower, upper, &text[..=last])
        .find(|&at| text[at..at + piece.len()].eq_ignore_ascii_case(piece))
}

/// Writes text so that it can stand in an attribute or between tags.
pub(crate) fn encode_into(out: &mut String, text: &str) {
    encode_signs(out, text, &['&', '<', '>', '"']);
}

/// Writes text so that it can stand between tags, where quotes may stay.
pub(crate) fn encode_text_into(out: &mut String, text: &str) {
    encode_signs(out, text, &['&', '<', '>']);
}

fn encode_signs(out: &mut String, text: &str, signs: &[char]) {
    let mut rest = text;
    while let Some(at) = rest.find(signs) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// Text so that it can stand in an attribute or between tags.
pub(crate) fn encode(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if memchr::memchr3(b'&', b'<', b'>', bytes).is_none() && memchr::memchr(b'"', bytes).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    encode_into(&mut out, text);
    Cow::Owned(out)
}

/// The text without the characters that HTML documents may not contain: controls and noncharacters
/// (HTML, "preprocessing the input stream"), and without byte order marks, which mean nothing inside of a text and
/// which rules are not shown where a value begins with one.
pub(crate) fn without_forbidden(text: &str) -> Cow<'_, str> {
    // One pass without branches, which runs over many bytes at a time, so that hardly any text is looked at by character.
    let bytes = text.as_bytes();
    let is_odd = |b: u8| (b < 0x20) & (b != b'\n') & (b != b'\t') | (b == 0x7f) | (b >= 0xf0);
    // C1 controls; a byte order mark and the noncharacters of the basic plane, with what else begins by 0xb3, 0xb7, 0xbb or 0xbf.
    let begins_odd =
        |a: u8, b: u8| (a == 0xc2) & (b < 0xa0) | (a == 0xef) & (b & 0b1111_0011 == 0b1011_0011);
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let odd = pairs.fold(false, |odd, (a, b)| odd | is_odd(*a) | begins_odd(*a, *b))
        | bytes.last().is_some_and(|b| is_odd(*b));
    if !odd {
        return Cow::Borrowed(text);
    }
    let is_forbidden = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || matches!(c, '\u{fdd0}'..='\u{fdef}')
            || c == '\u{feff}'
            || (c as u32) & 0xfffe == 0xfffe
    };
    if text.contains(is_forbidden) {
        Cow::Owned(text.replace(is_forbidden, ""))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_five_references_there_and_back() {
        let cases = [
            ("a&amp;b", "a&b"),
            ("&amp;amp;", "&amp;"),
            ("&lt;&gt;&quot;&nbsp;", "<>\"\u{a0}"),
            ("&#60;&copy;&", "&#60;&copy;&"),
            ("字", "字"),
        ];
        for (escaped, text) in cases {
            assert_eq!(decode(escaped), text);
        }
        assert_eq!(
            encode("<a b=\"c\">&amp;"),
            "&lt;a b=&quot;c&quot;&gt;&amp;amp;"
        );
    }

    #[test]
    fn forbidden_characters_go_and_no_others() {
        let forbidden = [
            '\0',
            '\u{1}',
            '\r',
            '\u{7f}',
            '\u{80}',
            '\u{9f}',
            '\u{fdd0}',
            '\u{fdef}',
            '\u{fffe}',
            '\u{ffff}',
            '\u{1fffe}',
            '\u{10ffff}',
            '\u{feff}',
        ];
        let allowed = [
            '\n',
            '\t',
            ' ',
            '\u{a0}',
            '\u{ff0c}',
            '\u{fffd}',
            '\u{ffe5}',
            '\u{fdcf}',
            '\u{1f600}',
            '字',
        ];
        for c in forbidden {
            assert_eq!(without_forbidden(&format!("a{c}b")), "ab", "{c:?}");
        }
        for c in allowed {
            assert_eq!(
                without_forbidden(&format!("a{c}b")),
                format!("a{c}b"),
                "{c:?}"
            );
        }
    }
}
