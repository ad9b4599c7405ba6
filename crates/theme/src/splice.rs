//! Puts an article's body where the template printed `{{ post.body }}`, and in lists what leads to the root where
//! `row.html` printed `{{ root }}`.

use std::ops::Range;

/// What a template prints in place of the body: one control character, which escaped text never holds.
pub(crate) const MARK: &str = "\u{1}";

/// What `row.html` prints in place of what leads from the page to the root.
pub(crate) const ROOT_MARK: &str = "\u{2}";

/// Replaces every root mark in `out` by `root`.
pub(crate) fn insert_root(out: &mut Vec<u8>, root: &str) {
    let mark = ROOT_MARK.as_bytes()[0];
    let marks = memchr::memchr_iter(mark, out).count();
    if marks == 0 {
        return;
    }
    let mut done = Vec::with_capacity(out.len() + marks * root.len());
    let mut from = 0;
    for at in memchr::memchr_iter(mark, out) {
        done.extend_from_slice(&out[from..at]);
        done.extend_from_slice(root.as_bytes());
        from = at + 1;
    }
    done.extend_from_slice(&out[from..]);
    *out = done;
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
