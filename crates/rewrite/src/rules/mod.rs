//! The rules about single elements, run over sanitised markup from one to the next.
//!
//! One rule a module. A rule reads an element's attributes, asks the tables, and writes its verdict
//! into attributes of the same element: a cleaned address, a size, an alignment, or [`DROP`] for the
//! setting to take the element out and to note what was in it. What a rule writes is markup like any
//! other to the stages after it: the serialiser checks it again.

mod element;
mod frames;
mod images;
mod links;
mod media;
pub(crate) mod players;
mod streaming;
mod styles;
pub(crate) mod widgets;

use std::sync::Arc;

use newsprint_model::Counts;

use crate::Context;
use crate::links::{LinkRules, RemovedReason, Verdict};
use crate::sanitize::Sanitised;
use crate::tag::Tag;
use element::Element;
use streaming::Walker;

/// What the names of all marks for the setting begin with. No attribute of a source does.
const MARK: &str = "data-np-";

/// Says which rule takes the element out, content and all.
pub(crate) const DROP: &str = "data-np-drop";

/// Marks a link that led to a share dialog.
pub(crate) const SHARE: &str = "data-np-share";

/// Marks an image that belongs into the line.
pub(crate) const SMALL: &str = "data-np-small";

/// The tables that the rules need, shared by all workers.
pub(crate) struct ElementRules {
    links: Arc<LinkRules>,
    streaming: Walker,
}

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
    /// Whether any element is marked in it.
    pub(crate) marked: bool,
    pub(crate) counts: Counts,
    /// Relative references that cost an element its address.
    pub(crate) unresolved: Vec<String>,
    /// Whether the rules could not run to the end; then no address in the markup was judged.
    pub(crate) failed: bool,
}

impl ElementRules {
    pub(crate) fn new(links: Arc<LinkRules>) -> Self {
        Self {
            links,
            streaming: Walker::new(),
        }
    }

    pub(crate) fn links(&self) -> &LinkRules {
        &self.links
    }

    /// Runs the rules over sanitised markup.
    pub(crate) fn apply(&self, sanitised: &Sanitised, context: &Context<'_>) -> Ruled {
        let html = &sanitised.html;
        let mut page = Page {
            links: &self.links,
            context,
            counts: Counts::default(),
            picture_source: None,
            relative: None,
            unresolved: Vec::new(),
        };
        let rule = |element: &mut Element<'_>| judge(element, &mut page);
        let ruled = match sanitised.took_tree {
            true => self.streaming.walk(html, rule),
            false => simdutf8::basic::from_utf8(html)
                .ok()
                .and_then(|html| element::walk(html, rule)),
        };
        // The sanitiser writes nothing that cannot be read, short of a bug. If it
        // does, its text is still right: it is set without any link or image.
        match ruled {
            Some((html, marked)) => Ruled {
                html,
                marked,
                counts: page.counts,
                unresolved: page.unresolved,
                failed: false,
            },
            None => Ruled {
                html: String::from_utf8_lossy(html).into_owned(),
                marked: false,
                counts: Counts::default(),
                unresolved: Vec::new(),
                failed: true,
            },
        }
    }
}

/// Runs the rules that concern an element. What a style says of an image's size comes before the image.
fn judge(element: &mut Element<'_>, page: &mut Page<'_>) {
    let (mut is_named, mut is_styled) = (false, false);
    for name in element.names() {
        is_named |= matches!(name, "class" | "id");
        is_styled |= matches!(name, "style" | "align" | "hidden");
    }
    if is_named {
        widgets::apply(element);
    }
    if is_styled {
        styles::apply(element);
    }
    match element.tag() {
        Tag::A => links::apply(element, page),
        Tag::Source => source(element, page),
        Tag::Img => images::apply(element, page),
        Tag::Video | Tag::Audio => media::apply(element, page),
        Tag::Iframe => frames::apply(element, page),
        _ => {}
    }
}

/// A source: of a picture if it offers candidates, else of a player.
fn source(element: &mut Element<'_>, page: &mut Page<'_>) {
    images::apply_to_source(element, page);
    media::apply_to_source(element, page);
}

impl Page<'_> {
    /// The address to be written for a medium, if it has a usable one.
    fn media_address(&mut self, raw: &str) -> Option<String> {
        self.picture_address(raw).map(|(address, _)| address)
    }

    /// The address to be written for an image, if it has a usable one, and whether fetching it only counts the reader.
    fn picture_address(&mut self, raw: &str) -> Option<(String, bool)> {
        let raw = raw.trim();
        if raw.is_empty() || raw.starts_with('#') || raw.starts_with('?') {
            return None;
        }
        if let Some(found) = self.local(raw) {
            let counts = self.links.is_tracking_pixel_host(&found);
            return Some((found, counts));
        }
        let (verdict, counts) = self.links.image_or_pixel(raw, self.context.original_url);
        let url = self.judged(verdict, raw)?;
        has_web_scheme(&url).then_some((url, counts))
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
