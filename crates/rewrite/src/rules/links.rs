//! Rule: a link leads to its target and nowhere else.
//!
//! Tracking parameters and redirects go; a link that leads nowhere a reader can go (dead schemes,
//! local addresses, share dialogs) loses its address and keeps its text.

use super::element::Element;
use super::{Page, SHARE};
use crate::links::Verdict;

pub(super) fn apply(element: &mut Element<'_>, page: &mut Page<'_>) {
    let Some(raw) = element.get("href") else {
        // The intake writes links only with an address: the sanitiser took this one.
        page.counts.links_removed += 1;
        return;
    };
    let trimmed = raw.trim();
    if let Some(found) = page.local(trimmed) {
        return element.set("href", &found);
    }
    let verdict = page.links.link(&raw, page.context.original_url);
    if verdict == Verdict::Keep && trimmed == raw {
        return;
    }
    page.relative = None;
    match page.judged(verdict, trimmed) {
        Some(url) => element.set("href", &url),
        None => {
            page.counts.links_removed += 1;
            page.lost();
            if page.links.is_share_dialog(trimmed) {
                element.set(SHARE, "");
            }
            element.unset("href");
        }
    }
}
