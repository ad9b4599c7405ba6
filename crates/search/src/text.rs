//! The text of a body as its reader sees it.

use memchr::{memchr2, memchr3_iter};

/// Elements that begin and end within a line. All others end a line before and after them.
fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "img"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "nobr"
            | "noscript"
            | "picture"
            | "q"
            | "rb"
            | "ruby"
            | "s"
            | "samp"
            | "small"
            | "source"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
    )
}

/// The visible text of a body in canonical markup, one line a block. Character references are resolved.
pub fn visible_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len() / 2);
    append_visible_text(html, &mut text);
    text
}

/// Appends what [`visible_text`] gives.
pub fn append_visible_text(html: &str, text: &mut String) {
    let mut rest = html;
    while let Some(at) = memchr2(b'<', b'&', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        let is_reference = rest.as_bytes()[at] == b'&';
        rest = &rest[at + 1..];
        if is_reference {
            rest = after_reference(rest, text);
            continue;
        }
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let name = rest.strip_prefix('/').unwrap_or(rest);
        let length = name
            .bytes()
            .position(|byte| !byte.is_ascii_alphanumeric())
            .unwrap_or(name.len());
        if length == 0 {
            // No tag: a sign that stands for itself.
            text.push('<');
            continue;
        }
        if !is_inline(&name[..length]) {
            text.push('\n');
        }
        rest = after_tag(&name[length..]);
    }
    text.push_str(rest);
}

/// What follows a tag, from the end of its name; a `>` in a quoted value does not end it.
fn after_tag(tag: &str) -> &str {
    let bytes = tag.as_bytes();
    // Most tags have no attributes.
    if bytes.first() == Some(&b'>') {
        return &tag[1..];
    }
    let mut quote = None;
    for at in memchr3_iter(b'>', b'"', b'\'', bytes) {
        match (quote, bytes[at]) {
            (None, b'>') => return &tag[at + 1..],
            (None, byte) => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    ""
}

/// Appends the character that a reference means, from what follows its `&`; gives what follows the reference. These are the
/// references that a serialiser writes, and numeric ones.
fn after_reference<'t>(rest: &'t str, text: &mut String) -> &'t str {
    const NAMED: [(&str, char); 6] = [
        ("amp;", '&'),
        ("lt;", '<'),
        ("gt;", '>'),
        ("quot;", '"'),
        ("nbsp;", '\u{a0}'),
        ("#39;", '\''),
    ];
    let (letter, length) = NAMED
        .iter()
        .find(|(name, _)| rest.starts_with(name))
        .map(|(name, letter)| (*letter, name.len()))
        .or_else(|| numeric(rest))
        .unwrap_or(('&', 0));
    text.push(letter);
    &rest[length..]
}

/// The character of `#8212;` or `#x2014;`, and how long that is.
fn numeric(reference: &str) -> Option<(char, usize)> {
    let end = reference.bytes().take(10).position(|byte| byte == b';')?;
    let number = reference[..end].strip_prefix('#')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    Some((char::from_u32(code)?, end + 1))
}

#[cfg(test)]
mod tests {
    use super::visible_text;

    #[test]
    fn text_is_what_a_reader_sees() {
        let cases = [
            ("<p>钉<b>钉</b></p><p>低代码</p>", "\n钉钉\n\n低代码\n"),
            ("a<br>b", "a\nb"),
            (
                "1 &lt; 2 &amp;&amp; x&nbsp;y &#8212;&#x2014; &bogus;",
                "1 < 2 && x\u{a0}y —— &bogus;",
            ),
            ("<a title=\"a > b\" href='x'>链接</a>", "链接"),
            ("<!-- no --><img alt=\"no\" src=\"x\">字", "字"),
            ("3 < 4", "3 < 4"),
            ("<", "<"),
            ("<p title=\"", "\n"),
            ("<!-- open", ""),
            ("", ""),
        ];
        for (html, text) in cases {
            assert_eq!(visible_text(html), text, "{html}");
        }
    }
}
