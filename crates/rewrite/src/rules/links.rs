//! Rule: a link leads to its target and nowhere else.
//!
//! Tracking parameters and redirects go; a link that leads nowhere a reader can go (dead schemes,
//! local addresses, share dialogs) loses its address and keeps its text.

use lol_html::html_content::Element;

use super::{Page, SHARE, attribute, set_attribute};
use crate::links::Verdict;

pub(super) fn apply(element: &mut Element<'_, '_>, page: &mut Page<'_>) {
    let Some(raw) = attribute(element, "href") else {
        // The intake writes links only with an address: the sanitiser took this one.
        page.counts.links_removed += 1;
        return;
    };
    let trimmed = raw.trim();
    if let Some(found) = page.local(trimmed) {
        return set_attribute(element, "href", &found);
    }
    let verdict = page.links.link(&raw, page.context.original_url);
    if verdict == Verdict::Keep && trimmed == raw {
        return;
    }
    page.relative = None;
    match page.judged(verdict, trimmed) {
        Some(url) => set_attribute(element, "href", &url),
        None => {
            page.counts.links_removed += 1;
            page.lost();
            if page.links.is_share_dialog(trimmed) {
                set_attribute(element, SHARE, "");
            }
            element.remove_attribute("href");
        }
    }
}
