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

/// Replaces every root mark in `out` by `root`, in place: a worker's page keeps its memory from one page to the next.
pub(crate) fn insert_root(out: &mut Vec<u8>, root: &str) {
    let mark = ROOT_MARK.as_bytes()[0];
    if root.is_empty() {
        out.retain(|byte| *byte != mark);
        return;
    }
    let end = out.len();
    let marks = memchr::memchr_iter(mark, out).count();
    out.resize(end + marks * (root.len() - 1), 0);
    // From the end, so that nothing is written over that has yet to be moved.
    let (mut from, mut to) = (end, out.len());
    while let Some(at) = memchr::memrchr(mark, &out[..from]) {
        let start = to - (from - (at + 1));
        out.copy_within(at + 1..from, start);
        (from, to) = (at, start - root.len());
        out[to..start].copy_from_slice(root.as_bytes());
    }
}

/// Replaces every mark in `out` by `body`, and returns where the first copy stands.
pub(crate) fn insert_body(out: &mut Vec<u8>, body: &str) -> Option<Range<usize>> {
    let marks: Vec<usize> = memchr::memchr_iter(MARK.as_bytes()[0], out).collect();
    let first = *marks.first()?;
    // From the last mark to the first, so that the places found stay true.
    for mark in marks.iter().rev() {
        let after = out.split_off(mark + 1);
        out.truncate(*mark);
        out.extend_from_slice(body.as_bytes());
        out.extend_from_slice(&after);
    }
    Some(first..first + body.len())
}

#[cfg(test)]
mod tests {
    use super::{insert_body, insert_root};
    use proptest::prelude::*;

    #[test]
    fn every_mark_becomes_the_body() {
        let cases: [(&str, &str, &str, Option<std::ops::Range<usize>>); 6] = [
            ("", "x", "", None),
            ("no mark", "x", "no mark", None),
            ("a\u{1}b", "正文", "a正文b", Some(1..7)),
            ("\u{1}\u{1}", "ab", "abab", Some(0..2)),
            ("a\u{1}b\u{1}", "", "ab", Some(1..1)),
            ("a\u{1}", "{{ x }}", "a{{ x }}", Some(1..8)),
        ];
        for (page, body, expected, range) in cases {
            let mut out = page.as_bytes().to_vec();
            assert_eq!(insert_body(&mut out, body), range, "{page:?}");
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }

    proptest! {
        #[test]
        fn roots_are_replaced(page in "[a-c\u{2}]{0,40}", root in "(\\.\\./){0,3}") {
            let mut out = page.clone().into_bytes();
            insert_root(&mut out, &root);
            prop_assert_eq!(String::from_utf8_lossy(&out), page.replace('\u{2}', &root));
        }

        #[test]
        fn does_what_replace_does(page in "[a-c\u{1}]{0,40}", body in "[d-f]{0,9}") {
            let mut out = page.clone().into_bytes();
            let range = insert_body(&mut out, &body);
            let out = String::from_utf8(out).expect("both were text");
            prop_assert_eq!(&out, &page.replace('\u{1}', &body));
            prop_assert_eq!(range.map(|range| &out[range]), page.contains('\u{1}').then_some(body.as_str()));
        }
    }
}
