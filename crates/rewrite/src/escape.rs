//! Character references in canonical markup: the five that a serialiser writes, both ways.

use std::borrow::Cow;

/// The text behind a value in canonical markup. References other than those five are left as
/// they stand: a serialiser writes none.
pub(crate) fn decode(value: &str) -> Cow<'_, str> {
    if !value.contains('&') {
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
    if !text.contains(['&', '<', '>', '"']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    encode_into(&mut out, text);
    Cow::Owned(out)
}

/// The text without the characters that HTML documents may not contain: controls and noncharacters
/// (HTML, "preprocessing the input stream").
pub(crate) fn without_forbidden(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    // Only these bytes begin such a character; the second byte tells, so that hardly any text is looked at twice.
    let suspicious = |(at, byte): (usize, &u8)| match byte {
        0x20..=0x7e | b'\n' | b'\t' | 0x80..=0xc1 | 0xc3..=0xee => false,
        0xc2 => bytes[at + 1] < 0xa0,
        0xef => matches!(bytes[at + 1], 0xb7 | 0xbf),
        0xf0.. => bytes[at + 2] == 0xbf,
        _ => true,
    };
    if !bytes.iter().enumerate().any(suspicious) {
        return Cow::Borrowed(text);
    }
    let is_forbidden = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || matches!(c, '\u{fdd0}'..='\u{fdef}')
            || (c as u32) & 0xfffe == 0xfffe
    };
    if text.contains(is_forbidden) {
        Cow::Owned(text.replace(is_forbidden, ""))
    } else {
        Cow::Borrowed(text)
    }
}
