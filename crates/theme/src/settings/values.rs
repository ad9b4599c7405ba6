//! The values that are more than a type: colours and addresses.

/// A CSS colour (CSS Color 4): hexadecimal, a name, or a function. Nothing else gets through, for the value stands in a style sheet.
pub(super) fn is_color(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix('#') {
        return matches!(digits.len(), 3 | 4 | 6 | 8)
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    let Some((function, rest)) = text.split_once('(') else {
        return !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    };
    const FUNCTIONS: [&str; 9] = [
        "rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch",
    ];
    FUNCTIONS.contains(&function)
        && rest.strip_suffix(')').is_some_and(|arguments| {
            arguments
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b" .,%/+-".contains(&byte))
        })
}

/// Something that may stand in `href`: no scheme, or one that a reader can follow.
pub(super) fn is_url(text: &str) -> bool {
    let scheme_end = text
        .find([':', '/', '?', '#'])
        .filter(|at| text.as_bytes()[*at] == b':');
    let scheme_is_fine = match scheme_end {
        None => true,
        Some(end) => {
            let scheme = text[..end].to_ascii_lowercase();
            matches!(scheme.as_str(), "http" | "https" | "mailto")
        }
    };
    scheme_is_fine && !text.contains(|c: char| c.is_control() || c.is_whitespace())
}

/// The scheme and host of an absolute address.
pub(super) fn origin(url: &str) -> Option<&str> {
    let start = ["https://", "http://"]
        .iter()
        .find(|scheme| url.starts_with(**scheme))?
        .len();
    let end = url[start..]
        .find(['/', '?', '#'])
        .map_or(url.len(), |at| start + at);
    // A source in a policy ends at a blank, a comma or a semicolon: a host that holds one would add its own.
    let host = &url[start..end];
    let is_host = !host.is_empty() && !host.contains([';', ',', '\'', '"', '@', '<', '>', '&']);
    is_host.then_some(&url[..end])
}

#[cfg(test)]
mod tests {
    use super::{is_color, is_url, origin};

    #[test]
    fn colours_are_colours() {
        for good in [
            "#fff",
            "#8a1c1cff",
            "teal",
            "rgb(1, 2, 3)",
            "oklch(45% 0.1 25 / 50%)",
        ] {
            assert!(is_color(good), "{good}");
        }
        for bad in [
            "",
            "#ff",
            "#ggg",
            "red;}",
            "url(x)",
            "expression(1)",
            "rgb(1",
            "rgb(1)}",
            "rgb(var(--x))",
            "re d",
        ] {
            assert!(!is_color(bad), "{bad}");
        }
    }

    #[test]
    fn addresses_lead_somewhere() {
        for good in [
            "",
            "about.html",
            "categories/a:b/",
            "#top",
            "https://a.example/?q=1",
            "mailto:a@b.example",
        ] {
            assert!(is_url(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "JavaScript:x",
            "a b",
            "java\nscript:x",
        ] {
            assert!(!is_url(bad), "{bad}");
        }
    }

    #[test]
    fn the_origin_of_an_address_is_its_scheme_and_host() {
        let cases = [
            ("https://a.example/search?q=", Some("https://a.example")),
            ("http://a.example:8080", Some("http://a.example:8080")),
            ("https://a.example;script-src/*", None),
            ("https://a<b.example/", None),
            ("search/", None),
            ("https:///x", None),
        ];
        for (url, expected) in cases {
            assert_eq!(origin(url), expected, "{url}");
        }
    }
}
