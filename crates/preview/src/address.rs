//! What is asked for: from the path of a request to a path below the site's root.
//!
//! A path never reaches the file system. It is looked up among the site's routes, so that `..`, encoded slashes and
//! links can lead nowhere that the output would not.

use newsprint_build::preview::Pages;
use newsprint_model::{Route, UrlPath};
use percent_encoding::percent_decode_str;

/// The longest address that is looked at, in bytes.
pub(crate) const LONGEST: usize = 8 * 1024;

/// What the preview itself serves stands below this, at the top of the server.
pub(crate) const RESERVED: &str = "/__newsprint/";

/// What a path means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    /// A file of the site.
    File(&'a Route),
    /// It is the same with a slash at its end: the encoded path, from the server's root on.
    Folder(String),
    /// The site begins elsewhere on this server.
    Elsewhere(String),
    /// Nothing is there.
    Nothing,
}

/// Decodes a path; none if it is no path that any site has: not UTF-8, with control characters, or climbing.
pub(crate) fn decode(path: &str) -> Option<String> {
    let path = path.strip_prefix('/')?;
    let mut decoded = String::with_capacity(path.len());
    for (part, place) in path.split('/').zip(0..) {
        let part = percent_decode_str(part).decode_utf8().ok()?;
        if part == "."
            || part == ".."
            || part
                .chars()
                .any(|c| c == '/' || c == '\\' || c.is_control())
        {
            return None;
        }
        if place > 0 {
            decoded.push('/');
        }
        decoded.push_str(&part);
    }
    Some(decoded)
}

/// Finds what a decoded path means on a site.
pub(crate) fn find<'a>(pages: &'a Pages, path: &str) -> Target<'a> {
    let encoded_base = pages.site().config.base_path();
    let base = decode(encoded_base).unwrap_or_default();
    let Some(below) = path.strip_prefix(&base) else {
        // The top of the server leads to the site, as it would be looked for there.
        let is_above = path.is_empty() || format!("{path}/") == base;
        return if is_above {
            Target::Elsewhere(encoded_base.to_owned())
        } else {
            Target::Nothing
        };
    };
    if let Some(route) = pages.find(below) {
        return Target::File(route);
    }
    let folder = format!("{below}/");
    if below.is_empty() || below.ends_with('/') || pages.find(&folder).is_none() {
        return Target::Nothing;
    }
    Target::Folder(format!("{encoded_base}{}", UrlPath::new(folder).encoded()))
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn paths_are_decoded_once_and_do_not_climb() {
        let cases = [
            ("/", Some("")),
            ("/a/b.html", Some("a/b.html")),
            (
                "/%E5%88%86%E7%B1%BB/IT%20%E4%B9%8B%E5%AE%B6/",
                Some("分类/IT 之家/"),
            ),
            ("/分类/", Some("分类/")),
            ("/a%2525", Some("a%25")),
            ("/100%", Some("100%")),
            ("/a//b", Some("a//b")),
            ("//evil.example/", Some("/evil.example/")),
            ("/..", None),
            ("/a/../../etc/passwd", None),
            ("/%2e%2e/%2E%2E/etc/passwd", None),
            ("/a/%2e/b", None),
            ("/..%2f..%2fetc%2fpasswd", None),
            ("/a%2fb", None),
            ("/..%5c..%5cwindows", None),
            ("/a%00.html", None),
            ("/a%0d%0aX: y", None),
            ("/%ff%fe", None),
            ("/%c0%ae%c0%ae/", None),
            ("*", None),
        ];
        for (path, expected) in cases {
            assert_eq!(decode(path).as_deref(), expected, "{path}");
        }
    }
}
