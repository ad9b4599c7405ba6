//! One value on one line: read as YAML has it, or else as the crawler will have meant it.

use std::borrow::Cow;

use super::Value;
use super::keys::Wants;

/// What came of reading a value.
#[derive(Debug, PartialEq)]
pub(super) enum Read<'a> {
    /// It is well formed, and this is what it says.
    Exact(Value<'a>),
    /// It is not, or says something nobody means; this was assumed.
    Repaired {
        value: Value<'a>,
        reason: &'static str,
        hint: &'static str,
    },
    /// It takes more than this line, or more than a scalar, to know.
    Complex,
}

const AS_TEXT: &str = "the whole line was read as text";

/// Reads what stands behind a colon or a list dash.
pub(super) fn read(raw: &str, wants: Wants) -> Read<'_> {
    let Some(first) = raw.bytes().next() else {
        return Read::Exact(Value::plain(""));
    };
    let text = |reason| Read::Repaired {
        value: Value::quoted(raw),
        reason,
        hint: AS_TEXT,
    };
    match first {
        b'\'' | b'"' => quoted(raw, first, wants),
        b'[' | b'{' => Read::Complex,
        b'|' | b'>' if is_block_header(raw) => Read::Complex,
        b'|' | b'>' => text("an unquoted value begins with `|` or `>`"),
        b'&' | b'*' | b'!' => Read::Complex,
        b'@' | b'`' | b'%' => text("an unquoted value begins with a reserved character"),
        b',' | b']' | b'}' => text("an unquoted value begins with a bracket or comma"),
        b'#' if wants != Wants::Any => text("an unquoted value begins with `#`"),
        b'#' => Read::Exact(Value::plain("")),
        b'-' | b'?' | b':' if raw.len() == 1 || raw[1..].starts_with([' ', '\t']) => {
            match (first, wants) {
                // A list within a list: several category paths.
                (b'-', Wants::List | Wants::Any) => Read::Complex,
                _ => text("an unquoted value begins with `-`, `?` or `:`"),
            }
        }
        _ => plain(raw, wants),
    }
}

fn plain(raw: &str, wants: Wants) -> Read<'_> {
    let bytes = raw.as_bytes();
    for at in memchr::memchr2_iter(b':', b'#', bytes) {
        if bytes[at] == b':' {
            if bytes
                .get(at + 1)
                .is_none_or(|next| matches!(next, b' ' | b'\t'))
            {
                return Read::Repaired {
                    value: Value::quoted(raw),
                    reason: "an unquoted value holds a colon followed by a blank",
                    hint: AS_TEXT,
                };
            }
        } else if matches!(bytes[at - 1], b' ' | b'\t') {
            let comment = match wants {
                Wants::Any => true,
                Wants::List => bytes
                    .get(at + 1)
                    .is_none_or(|next| matches!(next, b' ' | b'\t')),
                Wants::Text => false,
            };
            if comment {
                return Read::Exact(Value::plain(raw[..at].trim_end()));
            }
            return Read::Repaired {
                value: Value::quoted(raw),
                reason: "an unquoted value holds ` #`, which begins a comment",
                hint: AS_TEXT,
            };
        }
    }
    Read::Exact(Value::plain(raw))
}

/// `|`, `>-`, `|2+ # comment`: the header of a text on the following lines.
pub(super) fn is_block_header(raw: &str) -> bool {
    let rest = raw[1..].trim_start_matches(|c: char| c == '+' || c == '-' || c.is_ascii_digit());
    raw.len() - rest.len() <= 3
        && (rest.is_empty() || rest.trim_start().starts_with('#') && rest.starts_with([' ', '\t']))
}

fn quoted(raw: &str, quote: u8, wants: Wants) -> Read<'_> {
    let closed = if quote == b'\'' {
        single(raw)
    } else {
        double(raw)
    };
    match closed {
        Some((value, end)) if is_blank_or_comment(&raw[end..]) => Read::Exact(Value::quoted(value)),
        // Without an end on this line it may go on over the next ones.
        None if wants == Wants::Any || !raw[1..].contains(char::from(quote)) => Read::Complex,
        _ => Read::Repaired {
            value: Value::quoted(peel(raw)),
            reason: "the quotes around a value are broken",
            hint: "the outer quotes were taken off, the rest was kept",
        },
    }
}

fn is_blank_or_comment(rest: &str) -> bool {
    let trimmed = rest.trim_start();
    trimmed.is_empty() || (trimmed.starts_with('#') && trimmed.len() < rest.len())
}

/// A single-quoted scalar at the start of `raw`: its text, and where it ends.
fn single(raw: &str) -> Option<(Cow<'_, str>, usize)> {
    let bytes = raw.as_bytes();
    let mut at = 1;
    let mut doubled = false;
    loop {
        at += memchr::memchr(b'\'', &bytes[at..])?;
        if bytes.get(at + 1) != Some(&b'\'') {
            break;
        }
        doubled = true;
        at += 2;
    }
    let inner = &raw[1..at];
    let text = if doubled {
        Cow::Owned(inner.replace("''", "'"))
    } else {
        Cow::Borrowed(inner)
    };
    Some((text, at + 1))
}

/// A double-quoted scalar at the start of `raw`: its text, and where it ends. `None` if it has
/// no end or an escape that does not exist.
fn double(raw: &str) -> Option<(Cow<'_, str>, usize)> {
    let bytes = raw.as_bytes();
    let mut at = 1;
    let mut escapes = false;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            break;
        }
        escapes = true;
        at += 2;
    }
    let inner = &raw[1..at];
    let text = if escapes {
        Cow::Owned(unescape(inner)?)
    } else {
        Cow::Borrowed(inner)
    };
    Some((text, at + 1))
}

/// Resolves the escapes of YAML's double quotes (JSON's are among them); `None` if one does not exist.
fn unescape(text: &str) -> Option<String> {
    resolve_escapes(text, escape)
}

/// Resolves what may be meant as an escape in a text that holds others which do not exist: whoever writes `C:\new` or
/// `\q` means backslashes. Quotes, backslashes and characters by their number are left.
fn unescape_some(text: &str) -> String {
    let certain = |rest: &str| {
        escape(rest).map_or(Some(('\\', 0)), |found| {
            let is_certain = rest.starts_with(['"', '\\']) || found.1 > 3;
            Some(if is_certain { found } else { ('\\', 0) })
        })
    };
    resolve_escapes(text, certain).unwrap_or_default()
}

/// Replaces every backslash with what follows by the character that `escape` makes of it, given with its length.
fn resolve_escapes(text: &str, escape: impl Fn(&str) -> Option<(char, usize)>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let (c, length) = escape(rest)?;
        out.push(c);
        rest = &rest[length..];
    }
    out.push_str(rest);
    Some(out)
}

/// The escape whose backslash has been read: its character and length.
fn escape(rest: &str) -> Option<(char, usize)> {
    let simple = |c| Some((c, 1));
    match rest.as_bytes().first()? {
        b'"' => simple('"'),
        b'\\' => simple('\\'),
        b'/' => simple('/'),
        b'n' => simple('\n'),
        b't' | b'\t' => simple('\t'),
        b'r' => simple('\r'),
        b' ' => simple(' '),
        b'0' => simple('\0'),
        b'a' => simple('\x07'),
        b'b' => simple('\x08'),
        b'e' => simple('\x1b'),
        b'f' => simple('\x0c'),
        b'v' => simple('\x0b'),
        b'_' => simple('\u{a0}'),
        b'N' => simple('\u{85}'),
        b'L' => simple('\u{2028}'),
        b'P' => simple('\u{2029}'),
        b'x' => Some((char::from_u32(hex(rest, 1, 2)?)?, 3)),
        b'U' => Some((char::from_u32(hex(rest, 1, 8)?)?, 9)),
        b'u' => {
            let code = hex(rest, 1, 4)?;
            // JSON writes characters beyond U+FFFF as two surrogates.
            if (0xd800..0xdc00).contains(&code) && rest[5..].starts_with("\\u") {
                let low = hex(rest, 7, 4).filter(|low| (0xdc00..0xe000).contains(low))?;
                return Some((
                    char::from_u32(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00))?,
                    11,
                ));
            }
            Some((
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
                5,
            ))
        }
        _ => None,
    }
}

fn hex(text: &str, start: usize, digits: usize) -> Option<u32> {
    let digits = text.get(start..start + digits)?;
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}

/// Takes broken quotes off a text: every pair around the whole of it, and an opening quote
/// that was never closed. Quotes that belong to the text stay.
pub(super) fn peel(raw: &str) -> Cow<'_, str> {
    let mut text = raw.trim();
    let mut outermost = None;
    while let Some(quote) = text.bytes().next().filter(|b| matches!(b, b'\'' | b'"')) {
        let inner = text.strip_prefix(char::from(quote)).unwrap_or(text);
        match inner.strip_suffix(char::from(quote)) {
            Some(both) if !is_two_quotations(both, quote) => text = both.trim(),
            None if !holds_quote(inner.as_bytes(), quote) => text = inner.trim(),
            _ => break,
        }
        outermost = outermost.or(Some(quote));
    }
    match outermost {
        Some(b'\'') if text.contains("''") => Cow::Owned(text.replace("''", "'")),
        Some(b'"') if text.contains('\\') => {
            Cow::Owned(unescape(text).unwrap_or_else(|| unescape_some(text)))
        }
        _ => Cow::Borrowed(text),
    }
}

/// Whether a quote occurs that is not escaped by a backslash.
fn holds_quote(bytes: &[u8], quote: u8) -> bool {
    memchr::memchr_iter(quote, bytes).any(|at| at == 0 || bytes[at - 1] != b'\\')
}

/// Whether what seem outer quotes are the ends of two quotations: `"a" and "b"`.
fn is_two_quotations(inner: &str, quote: u8) -> bool {
    let bytes = inner.as_bytes();
    let (Some(first), Some(last)) = (memchr::memchr(quote, bytes), memchr::memrchr(quote, bytes))
    else {
        return false;
    };
    let is_gap = |byte: Option<&u8>| {
        byte.is_some_and(|b| {
            b.is_ascii_whitespace() || matches!(b, b',' | b';' | b':' | b'/' | b'&')
        })
    };
    first > 0 && first < last && is_gap(bytes.get(first + 1)) && is_gap(bytes.get(last - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_quotes_are_peeled() {
        let cases = [
            (r#"'It's here'"#, "It's here"),
            (r#"""""'x'"""""#, "x"),
            (r#"""#, ""),
            (r#"'open"#, "open"),
            (r#""open"#, "open"),
            (r#"'a' and 'b'"#, "'a' and 'b'"),
            (r#""a", "b""#, r#""a", "b""#),
            (r#"'a 'b' c'"#, "a 'b' c"),
            (r#"'quoted' text"#, "'quoted' text"),
            (r#""C:\path\new""#, r"C:\path\new"),
            (
                r#""a\qb C:\new \u4e2d \"x\" \\\\ \x41""#,
                r#"a\qb C:\new 中 "x" \\ \x41"#,
            ),
            (r#""a \"b\" c"#, r#"a "b" c"#),
            (r#"'It''s 'so''"#, "It's 'so'"),
            ("''", ""),
            ("' x '", "x"),
        ];
        for (raw, expected) in cases {
            assert_eq!(peel(raw), expected, "{raw}");
        }
    }

    #[test]
    fn escapes_are_those_of_yaml_and_json() {
        let cases = [
            (r"\u4e2d\x41\U0001F600", Some("中A😀")),
            (r"\ud83d\ude00", Some("😀")),
            (r"\ud83d", Some("\u{fffd}")),
            (r"\q", None),
            (r"\u12", None),
            (r"a\tb\nc\\", Some("a\tb\nc\\")),
        ];
        for (text, expected) in cases {
            assert_eq!(unescape(text).as_deref(), expected, "{text}");
        }
        assert_eq!(unescape_some(r"\q\u12"), r"\q\u12");
    }
}
