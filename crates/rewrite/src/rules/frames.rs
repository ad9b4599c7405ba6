//! Rule: an embedded page or player becomes a link.
//!
//! Known players become a card that leads to the page of what they play; others a link to the
//! frame's own address. Nothing is loaded until a reader follows it. Widgets and
//! invisible frames go.

use super::element::Element;
use super::images::parse_pixels;
use super::{DROP, Page, has_web_scheme, players, widgets};
use crate::escape::{encode_into, encode_text_into};

/// Frames at most this wide and high, in pixels, are not there to be seen.
const INVISIBLE: u32 = 3;

pub(super) fn apply(element: &mut Element<'_>, page: &mut Page<'_>) {
    let Some(raw) = element.get("src") else {
        page.counts.elements_removed += 1;
        return element.replace(String::new());
    };
    let size = |name: &str| element.raw(name).and_then(|value| parse_pixels(&value));
    let invisible = size("width").is_some_and(|w| w <= INVISIBLE)
        || size("height").is_some_and(|h| h <= INVISIBLE);
    if invisible || element.has(DROP) || page.links.is_tracking_pixel_host(&raw) {
        page.counts.elements_removed += 1;
        return element.replace(String::new());
    }
    // The address as it stands, made absolute: a player's own parameters tell what it plays.
    let absolute = absolute(raw.trim(), page.context.original_url);
    if let Some(found) = absolute.as_deref().and_then(players::find) {
        page.counts.frames_replaced += 1;
        let target = page
            .judged(page.links.link(&found.page, None), &found.page)
            .unwrap_or(found.page);
        return replace(
            element,
            page,
            &Card {
                provider: &found.provider.id,
                name: &found.provider.name,
                kind: found.provider.kind,
                target: &target,
            },
        );
    }
    page.relative = None;
    let cleaned = page
        .judged(
            page.links.link(raw.trim(), page.context.original_url),
            raw.trim(),
        )
        .filter(|url| has_web_scheme(url));
    match cleaned {
        Some(url)
            if !widgets::is_widget_host(url.split_once("://").map_or("", |(_, rest)| rest)) =>
        {
            page.counts.frames_replaced += 1;
            let shown = url
                .split_once("://")
                .map_or(url.as_str(), |(_, rest)| rest)
                .to_owned();
            let host = shown
                .split(['/', '?', '#'])
                .next()
                .unwrap_or_default()
                .to_owned();
            replace(
                element,
                page,
                &Card {
                    provider: players::ANY,
                    name: &host,
                    kind: players::Kind::Page,
                    target: &url,
                },
            );
        }
        _ => {
            page.lost();
            page.counts.elements_removed += 1;
            element.replace(String::new());
        }
    }
}

/// What a frame becomes.
struct Card<'a> {
    provider: &'a str,
    name: &'a str,
    kind: players::Kind,
    target: &'a str,
}

fn replace(element: &mut Element<'_>, page: &Page<'_>, card: &Card<'_>) {
    let title = element.get("title").unwrap_or_default();
    let label = players::label(card.name, card.kind, title.trim(), page.context.language);
    let mut html = String::with_capacity(128 + card.target.len() + label.len());
    html.push_str("<a class=\"np-card np-card-");
    html.push_str(card.provider);
    html.push_str("\" href=\"");
    encode_into(&mut html, card.target);
    html.push_str("\">");
    encode_text_into(&mut html, &label);
    html.push_str("</a>");
    element.replace(html);
}

fn absolute(raw: &str, base: Option<&str>) -> Option<String> {
    if has_web_scheme(raw) {
        return Some(raw.to_owned());
    }
    if let Some(rest) = raw.strip_prefix("//") {
        return Some(format!("https://{rest}"));
    }
    let base = url::Url::parse(base?).ok()?;
    Some(base.join(raw).ok()?.to_string()).filter(|url| has_web_scheme(url))
}
