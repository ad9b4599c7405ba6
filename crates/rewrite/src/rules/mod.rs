//! The rules about single elements, run by lol_html over sanitised markup.
//!
//! One rule a module. A rule reads an element's attributes, asks the tables, and writes its verdict
//! into attributes of the same element: a cleaned address, a size, an alignment, or [`DROP`] for the
//! setting to take the element out and to note what was in it. What a rule writes is markup like any
//! other to the stages after it: the serialiser checks it again.

mod frames;
mod images;
mod links;
mod media;
pub(crate) mod players;
mod styles;
pub(crate) mod widgets;

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use lol_html::html_content::Element;
use lol_html::{ElementContentHandlers, HtmlRewriter, Selector, Settings};
use newsprint_model::Counts;

use crate::Context;
use crate::escape::{decode, encode};
use crate::links::{LinkRules, RemovedReason, Verdict};

/// Says which rule takes the element out, content and all.
pub(crate) const DROP: &str = "data-np-drop";

/// Marks a link that led to a share dialog.
pub(crate) const SHARE: &str = "data-np-share";

/// Marks an image that belongs into the line.
pub(crate) const SMALL: &str = "data-np-small";

/// The tables and selectors that the rules need, made once per worker.
pub(crate) struct ElementRules {
    links: Arc<LinkRules>,
    selectors: Vec<(Selector, Rule)>,
}

type Rule = fn(&mut Element<'_, '_>, &mut Page<'_>);

/// What a rule may know and what it leaves behind.
pub(crate) struct Page<'p> {
    links: &'p LinkRules,
    context: &'p Context<'p>,
    counts: Counts,
    /// The best address among the sources of a `picture` whose image is still to come.
    picture_source: Option<String>,
    /// The last reference that nobody knows the meaning of, until it is clear whether the element needs it.
    relative: Option<String>,
    /// Those that cost an element its address.
    unresolved: Vec<String>,
}

/// So many references that lead nowhere are remembered.
const MAX_UNRESOLVED: usize = 20;

/// The markup as the rules leave it.
#[derive(Debug)]
pub(crate) struct Ruled {
    pub(crate) html: String,
    pub(crate) counts: Counts,
    /// Relative references that cost an element its address.
    pub(crate) unresolved: Vec<String>,
    /// Whether the rules could not run to the end; then no address in the markup was judged.
    pub(crate) failed: bool,
}

impl ElementRules {
    pub(crate) fn new(links: Arc<LinkRules>) -> Self {
        // In this order where several match: what a style says of an image's size comes before the image.
        let rules: &[(&str, Rule)] = &[
            ("[class], [id]", widgets::apply),
            ("[style], [align], [hidden]", styles::apply),
            ("a", links::apply),
            ("source", source),
            ("img", images::apply),
            ("video, audio", media::apply),
            ("iframe", frames::apply),
        ];
        let selectors = rules
            .iter()
            .filter_map(|(selector, rule)| Some((selector.parse().ok()?, *rule)))
            .collect();
        Self { links, selectors }
    }

    pub(crate) fn links(&self) -> &LinkRules {
        &self.links
    }

    /// Runs the rules over sanitised markup. `chunk` is how many bytes lol_html is fed at a time; the result does not depend on it.
    pub(crate) fn apply(&self, html: &[u8], context: &Context<'_>, chunk: usize) -> Ruled {
        let page = RefCell::new(Page {
            links: &self.links,
            context,
            counts: Counts::default(),
            picture_source: None,
            relative: None,
            unresolved: Vec::new(),
        });
        let mut out = Vec::with_capacity(html.len() + html.len() / 4);
        let mut settings = Settings::new();
        for (selector, rule) in &self.selectors {
            let (page, rule) = (&page, *rule);
            settings = settings.append_element_content_handler((
                Cow::Borrowed(selector),
                ElementContentHandlers::default().element(move |element: &mut Element<'_, '_>| {
                    rule(element, &mut page.borrow_mut());
                    Ok(())
                }),
            ));
        }
        let mut rewriter = HtmlRewriter::new(settings, |bytes: &[u8]| out.extend_from_slice(bytes));
        let fed = html
            .chunks(chunk.max(1))
            .try_for_each(|piece| rewriter.write(piece));
        let done = fed.and_then(|()| rewriter.end());
        let Page {
            counts, unresolved, ..
        } = page.into_inner();
        // Ammonia's output is never ambiguous, so that this cannot fail short of a bug in a parser. If
        // it does, the sanitised text is still right: it is set without any link or image.
        match (done, simdutf8::basic::from_utf8(&out)) {
            (Ok(()), Ok(html)) => Ruled {
                html: html.to_owned(),
                counts,
                unresolved,
                failed: false,
            },
            _ => Ruled {
                html: String::from_utf8_lossy(html).into_owned(),
                counts: Counts::default(),
                unresolved: Vec::new(),
                failed: true,
            },
        }
    }
}

/// A source: of a picture if it offers candidates, else of a player.
fn source(element: &mut Element<'_, '_>, page: &mut Page<'_>) {
    images::apply_to_source(element, page);
    media::apply_to_source(element, page);
}

impl Page<'_> {
    /// The address to be written for an image or a medium, if it has a usable one.
    fn media_address(&mut self, raw: &str) -> Option<String> {
        let raw = raw.trim();
        if raw.is_empty() || raw.starts_with('#') || raw.starts_with('?') {
            return None;
        }
        if let Some(found) = self.local(raw) {
            return Some(found);
        }
        let url = self.judged(self.links.image(raw, self.context.original_url), raw)?;
        has_web_scheme(&url).then_some(url)
    }

    /// The URL of a file beside the post, for a relative reference.
    fn local(&self, raw: &str) -> Option<String> {
        let find = self.context.local?;
        if raw.starts_with("//") || has_scheme(raw) {
            return None;
        }
        find(raw)
    }

    /// Counts a verdict and gives the address that it leads to.
    fn judged(&mut self, verdict: Verdict, raw: &str) -> Option<String> {
        match verdict {
            Verdict::Keep => Some(raw.to_owned()),
            Verdict::Cleaned(url) => {
                self.counts.links_cleaned += 1;
                Some(url)
            }
            Verdict::Unwrapped(url) => {
                self.counts.links_unwrapped += 1;
                Some(url)
            }
            Verdict::Removed(reason) => {
                if reason == RemovedReason::Relative {
                    self.relative = Some(raw.to_owned());
                }
                None
            }
        }
    }

    /// Notes that an element has no address, for want of what a relative reference means if there was one.
    fn lost(&mut self) {
        if let Some(reference) = self.relative.take()
            && self.unresolved.len() < MAX_UNRESOLVED
            && !self.unresolved.contains(&reference)
        {
            self.unresolved.push(reference);
        }
    }
}

/// An attribute's value with its character references resolved.
fn attribute(element: &Element<'_, '_>, name: &str) -> Option<String> {
    element
        .get_attribute(name)
        .map(|value| decode(&value).into_owned())
}

/// Sets an attribute to a text. Its name is one of ours, which lol_html always accepts.
fn set_attribute(element: &mut Element<'_, '_>, name: &str, text: &str) {
    let accepted = element.set_attribute(name, &encode(text));
    debug_assert!(accepted.is_ok(), "{name} is a plain name");
}

/// Whether an address is absolute, on the web.
pub(crate) fn has_web_scheme(url: &str) -> bool {
    let starts = |scheme: &str| {
        url.len() > scheme.len()
            && url.as_bytes()[..scheme.len()].eq_ignore_ascii_case(scheme.as_bytes())
    };
    starts("https://") || starts("http://")
}

/// Whether a reference begins with a scheme (RFC 3986, section 3.1).
pub(crate) fn has_scheme(reference: &str) -> bool {
    reference.split_once(':').is_some_and(|(scheme, _)| {
        scheme
            .bytes()
            .next()
            .is_some_and(|b| b.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    })
}

#[cfg(test)]
mod tests;
