//! Makes the addresses in rewritten markup absolute, for readers of feeds, who see it elsewhere.

use std::borrow::Cow;

use memchr::memchr;
use url::Url;

use crate::escape::{decode, encode_into};
use crate::rules::has_scheme;

/// The rewriter's own output with every relative `href`, `src`, `poster` and `srcset` resolved against `base`,
/// the absolute address of the page it stands on. Texts and other attributes stay as they are, byte for byte; so do
/// absolute addresses. Markup that needs no change is borrowed, and so is all markup if `base` is no absolute address.
pub fn absolutize<'a>(html: &'a str, base: &str) -> Cow<'a, str> {
    let Ok(base) = Url::parse(base) else {
        return Cow::Borrowed(html);
    };
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(step) = memchr(b'<', &html.as_bytes()[at..]) {
        at += step + 1;
        // Attributes of one tag: name="value", as the rewriter writes them.
        while let Some((name, value)) = next_attribute(html, &mut at) {
            if let Some(new) = resolved(name, &html[value.clone()], &base) {
                out.push_str(&html[copied..value.start]);
                encode_into(&mut out, &new);
                copied = value.end;
            }
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(&html[copied..]);
    Cow::Owned(out)
}

/// The next attribute with a value in the tag that `at` stands in; `at` moves behind it, or to the tag's end.
fn next_attribute<'a>(html: &'a str, at: &mut usize) -> Option<(&'a str, std::ops::Range<usize>)> {
    let bytes = html.as_bytes();
    let mut name = *at;
    loop {
        match bytes.get(*at)? {
            b'>' => return None,
            b' ' => {
                *at += 1;
                name = *at;
            }
            b'=' if bytes.get(*at + 1) == Some(&b'"') => {
                let start = *at + 2;
                let end = start + memchr(b'"', &bytes[start..])?;
                let found = &html[name..*at];
                *at = end + 1;
                return Some((found, start..end));
            }
            _ => *at += 1,
        }
    }
}

fn resolved(name: &str, value: &str, base: &Url) -> Option<String> {
    match name {
        "href" | "src" | "poster" => absolute(value, base),
        "srcset" => {
            let mut changed = false;
            let candidates: Vec<String> = value
                .split(", ")
                .map(|candidate| {
                    let (address, descriptor) = candidate
                        .split_once(' ')
                        .map_or((candidate, ""), |(a, d)| (a, d));
                    match absolute(address, base) {
                        Some(new) => {
                            changed = true;
                            if descriptor.is_empty() {
                                new
                            } else {
                                format!("{new} {descriptor}")
                            }
                        }
                        None => decode(candidate).into_owned(),
                    }
                })
                .collect();
            changed.then(|| candidates.join(", "))
        }
        _ => None,
    }
}

/// The absolute form of a relative reference; none if it is absolute already or cannot be resolved.
fn absolute(value: &str, base: &Url) -> Option<String> {
    let reference = decode(value);
    if reference.is_empty() || has_scheme(&reference) {
        return None;
    }
    base.join(&reference).ok().map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_relative_addresses_change() {
        let base = "https://news.example/archive/2022/09/a.html";
        let cases = [
            (
                "<a href=\"/x\">/y</a>",
                "<a href=\"https://news.example/x\">/y</a>",
            ),
            (
                "<a href=\"b.html#p-1\">b</a>",
                "<a href=\"https://news.example/archive/2022/09/b.html#p-1\">b</a>",
            ),
            (
                "<a href=\"#p-1\">b</a>",
                "<a href=\"https://news.example/archive/2022/09/a.html#p-1\">b</a>",
            ),
            (
                "<img src=\"../i.png\" alt=\"src=&quot;/x&quot;\">",
                "<img src=\"https://news.example/archive/2022/i.png\" alt=\"src=&quot;/x&quot;\">",
            ),
            (
                "<img srcset=\"/a.png 1x, https://x.test/b.png 2x\" src=\"https://x.test/b.png\">",
                "<img srcset=\"https://news.example/a.png 1x, https://x.test/b.png 2x\" src=\"https://x.test/b.png\">",
            ),
            (
                "<a href=\"/x?a=1&amp;b=2\">x</a>",
                "<a href=\"https://news.example/x?a=1&amp;b=2\">x</a>",
            ),
            (
                "<a href=\"//cdn.test/x\">x</a>",
                "<a href=\"https://cdn.test/x\">x</a>",
            ),
            ("<code>href=\"/x\"</code>", "<code>href=\"/x\"</code>"),
            (
                "<a href=\"mailto:a@b.test\">x</a>",
                "<a href=\"mailto:a@b.test\">x</a>",
            ),
            (
                "<details open><summary>x</summary></details>",
                "<details open><summary>x</summary></details>",
            ),
            ("", ""),
            ("<a href=\"", "<a href=\""),
        ];
        for (html, expected) in cases {
            assert_eq!(absolutize(html, base), expected);
        }
    }

    #[test]
    fn nothing_to_do_costs_no_copy() {
        assert!(matches!(
            absolutize(
                "<p>a <a href=\"https://x.test/\">b</a></p>",
                "https://news.example/"
            ),
            Cow::Borrowed(_)
        ));
        assert!(matches!(
            absolutize("<a href=\"/x\">b</a>", "no base"),
            Cow::Borrowed(_)
        ));
    }
}
