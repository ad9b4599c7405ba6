//! What the preview adds to pages: one script, which is a file of its own, so that it runs under a policy that
//! allows no script but the site's own (`script-src 'self'`).

use crate::address::RESERVED;
use crate::state::Board;

/// The script's name below [`RESERVED`].
pub(crate) const SCRIPT: &str = "live.js";
/// The style sheet of what the script shows.
pub(crate) const STYLE: &str = "live.css";
/// Where the script hears of changes.
pub(crate) const EVENTS: &str = "events";

/// The text of a file of the preview's own.
pub(crate) fn own_file(name: &str) -> Option<&'static str> {
    match name {
        SCRIPT => Some(include_str!("client/live.js")),
        STYLE => Some(include_str!("client/live.css")),
        _ => None,
    }
}

/// The element that loads the script, on a page of this version of the site.
pub(crate) fn snippet(board: &Board, version: u64) -> String {
    let instance = &board.instance;
    format!(
        "<script src=\"{RESERVED}{SCRIPT}\" data-since=\"{instance}.{version}\" defer></script>"
    )
}

/// Puts the snippet before the end of a page's body, or at the end of a page that does not say where that is.
pub(crate) fn insert(page: &mut Vec<u8>, snippet: &str) {
    const END: &[u8] = b"</body";
    let place = page
        .windows(END.len())
        .rposition(|window| window.eq_ignore_ascii_case(END))
        .unwrap_or(page.len());
    page.splice(place..place, snippet.bytes());
}

#[cfg(test)]
mod tests {
    use super::insert;

    #[test]
    fn the_script_stands_at_the_end_of_the_body() {
        let cases = [
            ("<p>a</p></body></html>", "<p>a</p>!</body></html>"),
            ("<pre></body></pre></BODY >", "<pre></body></pre>!</BODY >"),
            ("<p>a", "<p>a!"),
            ("", "!"),
        ];
        for (page, expected) in cases {
            let mut page = page.as_bytes().to_vec();
            insert(&mut page, "!");
            assert_eq!(String::from_utf8_lossy(&page), expected);
        }
    }
}
