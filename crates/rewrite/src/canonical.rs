//! Reads tags of canonical markup, the form in which the sanitiser writes: lower-case names, one blank before each attribute, values in
//! double quotes.

use memchr::memchr;

use crate::tag::Tag;

/// Reads the start tag that begins at a place: shows each attribute, its value as it stands in the markup, and says which element it is and
/// where the tag ends. None if it is in another form; some attributes may have been shown by then.
pub(crate) fn start_tag<'a>(
    html: &'a str,
    start: usize,
    mut each: impl FnMut(&'a str, &'a str),
) -> Option<(Tag, usize)> {
    let bytes = html.as_bytes();
    let mut at = name_end(bytes, start + 1)?;
    let tag = Tag::from_name(&html[start + 1..at])?;
    while bytes[at] == b' ' {
        let name = at + 1;
        let equals = name_end(bytes, name)?;
        let value = equals + 2;
        if !bytes[equals..].starts_with(b"=\"") {
            return None;
        }
        let end = value + memchr(b'"', &bytes[value..])?;
        each(&html[name..equals], &html[value..end]);
        at = end + 1;
        bytes.get(at)?;
    }
    (bytes[at] == b'>').then_some((tag, at + 1))
}

/// Where the next tag begins, from a place on: often right there, for tags follow on one another.
pub(crate) fn next_tag(html: &[u8], from: usize) -> Option<usize> {
    match html.get(from)? {
        b'<' => Some(from),
        _ => memchr(b'<', &html[from..]).map(|step| from + step),
    }
}

/// Where a name ends, if anything follows it.
pub(crate) fn name_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while IN_NAME[usize::from(*bytes.get(at)?)] {
        at += 1;
    }
    Some(at)
}

/// Whether a byte may stand in a name.
static IN_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = matches!(byte as u8, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    /// The element, where its tag ends, and each attribute behind a line end.
    fn read(html: &str) -> Option<(Tag, usize, String)> {
        let mut attributes = String::new();
        let (tag, end) = start_tag(html, 0, |name, value| {
            attributes.push_str(&format!("\n{name}={value}"));
        })?;
        Some((tag, end, attributes))
    }

    #[test]
    fn start_tags_in_the_serialisers_form_are_read() {
        assert_eq!(read("<p>a"), Some((Tag::P, 3, String::new())));
        let tag = "<td data-a=\"&lt; >\" id=\"\">";
        let attributes = "\ndata-a=&lt; >\nid=";
        assert_eq!(read(tag), Some((Tag::Td, tag.len(), attributes.to_owned())));
    }

    #[test]
    fn other_forms_are_not_read() {
        let others = [
            "",
            "<",
            "<p",
            "</p>",
            "<P>",
            "<q/>",
            "<x>",
            "<p >",
            "<p a>",
            "<p a=b>",
            "<p a='b'>",
            "<p  a=\"b\">",
            "<p a=\"b\"c=\"d\">",
            "<p a=\"b",
            "<p a=\"b\"",
            "<p A=\"b\">",
            "<p a>b=\"c\">",
        ];
        for html in others {
            assert_eq!(read(html), None, "{html}");
        }
    }
}
