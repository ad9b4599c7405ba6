//! Finds web addresses that stand in a text as they are.
//!
//! The rule is that of [GitHub's Markdown](https://github.github.com/gfm/#autolinks-extension-), made fit for text
//! without blanks between words: an address ends before Chinese punctuation, and before Chinese words unless they stand where only
//! a part of an address can.

use std::ops::Range;

/// The longest address that is looked for, in bytes.
const MAX_ADDRESS: usize = 2048;

/// The longest host, in bytes (RFC 1035, section 2.3.4).
const MAX_HOST: usize = 253;

/// The web addresses in a text, in order.
pub(super) fn find(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + next_start(&text[at..])?;
            if begins_alone(text, start) && has_host(&text[start..]) {
                at = start + length(&text[start..]);
                return Some(start..at);
            }
            at = start + 1;
        }
    })
}

/// The address that a text found by [`find`] leads to.
pub(super) fn target(found: &str) -> String {
    let scheme = if found.starts_with("www.") {
        "http://"
    } else {
        ""
    };
    format!("{scheme}{found}")
}

/// Where `http://`, `https://` or `www.` begins.
fn next_start(text: &str) -> Option<usize> {
    memchr::memchr2_iter(b'h', b'w', text.as_bytes()).find(|&at| {
        let rest = &text[at..];
        ["http://", "https://", "www."]
            .iter()
            .any(|start| rest.starts_with(start))
    })
}

/// Whether what stands before an address belongs to no other word or address.
fn begins_alone(text: &str, start: usize) -> bool {
    let before = text[..start].chars().next_back();
    let is_www = text[start..].starts_with('w');
    !before.is_some_and(|c| {
        c.is_ascii_alphanumeric() || is_www && matches!(c, '/' | '.' | '@' | '-' | '_' | ':')
    })
}

fn has_host(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .unwrap_or(text);
    let is_host = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let host = &rest[..rest
        .bytes()
        .take(MAX_HOST)
        .take_while(|b| is_host(b))
        .count()];
    let host = host.trim_end_matches('.');
    let name = host.strip_prefix("www.").unwrap_or(host);
    (name.contains('.') || name == "localhost")
        && host.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// How much of a text belongs to the address that it begins with.
fn length(text: &str) -> usize {
    let text = &text[..text.floor_char_boundary(MAX_ADDRESS)];
    let mut before = '\0';
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        if !belongs(before, c)
            || ["&lt;", "&gt;", "&quot;", "&nbsp;", "&#"]
                .iter()
                .any(|reference| text[at..].starts_with(reference))
        {
            end = at;
            break;
        }
        before = c;
    }
    without_punctuation(&text[..end]).len()
}

/// Whether a character goes on with an address whose last one was `before`.
fn belongs(before: char, c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_graphic()
            && !matches!(c, '<' | '>' | '"' | '`' | '|' | '\\' | '^' | '{' | '}');
    }
    // `/wiki/中文` and `?q=中文`, but `example.com/a中文`.
    c.is_alphanumeric() && (matches!(before, '/' | '=' | '_' | '-' | '#') || !before.is_ascii())
}

/// The address without the marks that end the sentence around it.
fn without_punctuation(mut address: &str) -> &str {
    loop {
        let Some(last) = address.chars().next_back() else {
            return address;
        };
        let ends_sentence = match last {
            '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' => true,
            ')' => address.matches(')').count() > address.matches('(').count(),
            ']' => address.matches(']').count() > address.matches('[').count(),
            _ => false,
        };
        if !ends_sentence {
            return address;
        }
        address = &address[..address.len() - last.len_utf8()];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_where_readers_see_them_end() {
        // The address in brackets, or none.
        let cases = [
            "见⟦https://a.example/b⟧，然后",
            "见⟦https://a.example/b⟧了解更多",
            "⟦https://zh.wiki.example/wiki/中文⟧ 条目",
            "⟦https://a.example/?q=中文&p=2⟧。",
            "(⟦https://a.example/b_(c)⟧)",
            "⟦http://a.example⟧.",
            "⟦https://a.example/a?b=c&d=e#f⟧!",
            "“⟦https://a.example/b⟧”",
            "⟦https://a.example/b⟧...",
            "⟦www.a.example/b⟧ 与 ⟦http://localhost:8000/x⟧",
            "官网：⟦www.a.example⟧（新）",
            "⟦https://a.example/x⟧&gt; x",
            "https://",
            "https://a",
            "xhttps://a.example/",
            "a.www.example",
            "www.",
            "http and www",
            "//a.example/",
        ];
        for case in cases {
            let text = case.replace(['⟦', '⟧'], "");
            let mut found = String::new();
            let mut done = 0;
            for range in find(&text) {
                found.push_str(&text[done..range.start]);
                found.push('⟦');
                found.push_str(&text[range.clone()]);
                found.push('⟧');
                done = range.end;
            }
            found.push_str(&text[done..]);
            assert_eq!(found, case);
        }
        assert_eq!(target("www.a.example"), "http://www.a.example");
        assert_eq!(target("https://a.example"), "https://a.example");
    }

    #[test]
    fn long_texts_take_no_time() {
        for unit in ["http", "https://", "www.", "http://a.b)", "(", "www.中"] {
            find(&unit.repeat(50_000)).count();
        }
    }
}
