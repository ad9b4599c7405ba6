//! Which style sheets of a page to swap where nothing else has changed.

use std::collections::BTreeMap;

use newsprint_build::preview::Pages;

use crate::state::Swap;

/// Whether a file of the site folder can have no effect but on the look of pages.
pub(crate) fn is_style(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    path.ends_with(".css") || path.ends_with(".css.tera")
}

/// The swaps that lead from one state of the site to the next. None where the theme's other files differ. `copied`
/// are the changed files that are copied as they are: their paths below the site's root.
pub(crate) fn swaps(before: &Pages, after: &Pages, copied: &[String]) -> Option<Vec<Swap>> {
    let (old, new) = (theme_files(before), theme_files(after));
    if !old.keys().eq(new.keys()) {
        return None;
    }
    let base = after.site().config.base_path();
    let address = |url: &str| format!("{base}{}", newsprint_model::UrlPath::new(url).encoded());
    let mut swaps = Vec::new();
    for (name, from) in &old {
        let to = new.get(name)?;
        if from == to {
            continue;
        }
        if !is_style(name) {
            return None;
        }
        swaps.push(Swap {
            from: address(from),
            to: address(to),
        });
    }
    swaps.extend(copied.iter().map(|url| Swap {
        from: address(url),
        to: address(url),
    }));
    Some(swaps)
}

/// The theme's files: their addresses, by address without the digest of their content.
fn theme_files(pages: &Pages) -> BTreeMap<String, String> {
    let files = pages.site().theme.static_files().iter();
    files
        .map(|file| (without_digest(&file.url), file.url.clone()))
        .collect()
}

/// `static/a.css` for `static/a.3f2a91c4.css`.
fn without_digest(url: &str) -> String {
    let (folder, name) = url.rsplit_once('/').unwrap_or(("", url));
    let parts: Vec<&str> = name.split('.').collect();
    let is_digest =
        |part: &&str| part.len() == 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    match parts.iter().rposition(is_digest) {
        Some(place) if place > 0 => {
            let rest: Vec<&str> = parts
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != place)
                .map(|(_, part)| *part)
                .collect();
            format!("{folder}/{}", rest.join("."))
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_digests() {
        let cases = [
            ("static/a.3f2a91c4.css", "static/a.css"),
            ("static/fonts/a.b.0123abcd.css", "static/fonts/a.b.css"),
            ("static/README.0123abcd", "static/README"),
            ("static/a.css", "static/a.css"),
        ];
        for (url, expected) in cases {
            assert_eq!(without_digest(url), expected);
        }
    }

    #[test]
    fn style_sheets_are_told_by_their_names() {
        for (path, expected) in [
            ("static/a.css", true),
            ("themes/t/static/b.CSS.tera", true),
            ("static/a.scss", false),
            ("content/a.md", false),
        ] {
            assert_eq!(is_style(path), expected, "{path}");
        }
    }
}
