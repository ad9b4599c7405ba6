//! The walk through markup that took the sanitiser a tree: lol_html reads it.
//!
//! Such bodies are odd, and few. Nothing is taken for granted of them that a tokeniser would not say as well; for the others
//! [`walk`](super::element::walk) comes to the same result in a fraction of the time, which a property test holds.

use std::borrow::Cow;

use lol_html::html_content::{ContentType, Element as Streamed};
use lol_html::{ElementContentHandlers, HtmlRewriter, Selector, Settings};

use super::element::Element;
use crate::tag::Tag;

/// Reads markup with a selector that was parsed once.
#[derive(Debug)]
pub(super) struct Walker {
    /// Every element. None only if lol_html no longer knew what `*` means.
    all: Option<Selector>,
}

impl Walker {
    pub(super) fn new() -> Self {
        Self {
            all: "*".parse().ok(),
        }
    }

    /// Does what [`walk`](super::element::walk) does, for any markup that means the same to every reader; none if lol_html
    /// finds that it does not.
    pub(super) fn walk(
        &self,
        html: &[u8],
        mut rule: impl FnMut(&mut Element<'_>),
    ) -> Option<(String, bool)> {
        let mut out = Vec::with_capacity(html.len() + html.len() / 4);
        let mut marked = false;
        let handler = |streamed: &mut Streamed<'_, '_>| {
            if let Some(tag) = Tag::from_name(&streamed.tag_name()) {
                marked |= judge(streamed, tag, &mut rule);
            }
            Ok(())
        };
        let handlers = ElementContentHandlers::default().element(handler);
        let settings = Settings::new()
            .append_element_content_handler((Cow::Borrowed(self.all.as_ref()?), handlers));
        let mut rewriter = HtmlRewriter::new(settings, |bytes: &[u8]| out.extend_from_slice(bytes));
        rewriter.write(html).ok()?;
        rewriter.end().ok()?;
        Some((String::from_utf8(out).ok()?, marked))
    }
}

/// Shows an element to the rule and does to it what the rule did; whether it got a mark for the setting.
fn judge(
    streamed: &mut Streamed<'_, '_>,
    tag: Tag,
    rule: &mut impl FnMut(&mut Element<'_>),
) -> bool {
    let before: Vec<(String, String)> = streamed
        .attributes()
        .iter()
        .map(|one| (one.name(), one.value()))
        .collect();
    let attributes = before
        .iter()
        .map(|(name, value)| (&**name, Cow::Borrowed(&**value)));
    let mut element = Element::new(tag, attributes.collect());
    if !element.is_judged() {
        return false;
    }
    rule(&mut element);
    if let Some(markup) = element.replaced() {
        streamed.replace(&markup, ContentType::Html);
    } else if element.is_changed() {
        for (name, _) in before.iter().filter(|(name, _)| !element.has(name)) {
            streamed.remove_attribute(name);
        }
        for (name, value) in element.set_attributes() {
            // Names are the sanitiser's or ours, which are always accepted.
            let accepted = streamed.set_attribute(name, value);
            debug_assert!(accepted.is_ok(), "{name} is a plain name");
        }
    }
    element.is_marked()
}
