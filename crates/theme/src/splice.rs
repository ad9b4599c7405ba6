//! Puts an article's body where the template printed `{{ post.body }}`, and what leads to the root where `row.html` or
//! `mention.html` printed `{{ root }}`.

use std::ops::Range;

use serde::{Serialize, Serializer};
use tera::Value;

/// What a template prints in place of the body: one control character, which escaped text never holds.
pub(crate) const MARK: &str = "\u{1}";

/// What `row.html` and `mention.html` print in place of what leads from the page to the root.
pub(crate) const ROOT_MARK: &str = "\u{2}";

/// A body for its page. Templates do not see it: `{{ post.body }}` prints a mark that is replaced by the body after rendering, so
/// that the body is never copied into a value. An empty body is an empty text, so that templates can ask.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Body<'a> {
    html: &'a str,
}

impl<'a> Body<'a> {
    /// Of this HTML, which goes to the page as it is.
    pub fn of(html: &'a str) -> Self {
        Self { html }
    }

    /// What goes to the page.
    pub(crate) fn html(self) -> &'a str {
        self.html
    }
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mark = if self.html.is_empty() { "" } else { MARK };
        // Tera takes a value that it meets here as it is.
        Value::safe_string(mark).serialize(serializer)
    }
}

/// Puts a page together in `out`: what its template printed, with `body` and `root` for their marks. Returns where the first
/// copy of the body stands.
///
/// What a template prints is short beside the body, or beside the bytes that would have to move for every root; so it is copied
/// here, once, and nothing moves. Where there are no marks, the two change places.
pub(crate) fn assemble(
    printed: &mut Vec<u8>,
    body: &str,
    root: &str,
    out: &mut Vec<u8>,
) -> Option<Range<usize>> {
    let [mark, root_mark] = [MARK, ROOT_MARK].map(|mark| mark.as_bytes()[0]);
    let mut marks = memchr::memchr2_iter(mark, root_mark, printed).peekable();
    if marks.peek().is_none() {
        std::mem::swap(printed, out);
        return None;
    }
    out.clear();
    out.reserve(printed.len() + body.len());
    let (mut first, mut copied) = (None, 0);
    for at in marks {
        out.extend_from_slice(&printed[copied..at]);
        copied = at + 1;
        if printed[at] == mark {
            first = first.or(Some(out.len()));
            out.extend_from_slice(body.as_bytes());
        } else {
            out.extend_from_slice(root.as_bytes());
        }
    }
    out.extend_from_slice(&printed[copied..]);
    first.map(|start| start..start + body.len())
}

#[cfg(test)]
mod tests {
    use super::assemble;
    use proptest::prelude::*;

    #[test]
    fn every_mark_becomes_what_it_stands_for() {
        let cases = [
            ("", "x", "../", "", None),
            ("no mark", "x", "../", "no mark", None),
            ("a\u{1}b", "正文", "../", "a正文b", Some(1..7)),
            ("\u{1}\u{1}", "ab", "../", "abab", Some(0..2)),
            ("a\u{1}b\u{1}", "", "../", "ab", Some(1..1)),
            ("a\u{1}", "{{ x }}", "../", "a{{ x }}", Some(1..8)),
            (
                "\u{2}a\u{1}\u{2}",
                "\u{2}",
                "../",
                "../a\u{2}../",
                Some(4..5),
            ),
        ];
        for (printed, body, root, expected, range) in cases {
            let mut out = b"what stood there before".to_vec();
            let found = assemble(&mut printed.into(), body, root, &mut out);
            assert_eq!(found, range, "{printed:?}");
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }

    proptest! {
        #[test]
        fn does_what_replace_does(
            printed in "[a-c\u{1}\u{2}]{0,40}",
            body in "[d-f]{0,9}",
            root in "(\\.\\./){0,3}",
        ) {
            let mut out = Vec::new();
            let range = assemble(&mut printed.clone().into_bytes(), &body, &root, &mut out);
            let out = String::from_utf8(out).expect("all were text");
            prop_assert_eq!(&out, &printed.replace('\u{1}', &body).replace('\u{2}', &root));
            prop_assert_eq!(range.map(|range| &out[range]), printed.contains('\u{1}').then_some(body.as_str()));
        }
    }
}
