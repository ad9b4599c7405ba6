//! An element of sanitised markup as rules see it, and the walk from one to the next.
//!
//! The sanitiser writes one form only: lower-case names, values in double quotes, `<`, `>` and `&` escaped wherever they are not
//! markup. So every `<` begins a tag, and a tag can be read without a tokeniser. What is not in that form is not read at all.

use std::borrow::Cow;

use memchr::memmem;

use super::MARK;
use crate::canonical::{next_tag, start_tag};
use crate::escape::{decode, encode};
use crate::tag::Tag;

/// A start tag.
#[derive(Debug)]
pub(super) struct Element<'a> {
    tag: Tag,
    /// Names, and values as they stand in the markup; those that were set are owned.
    attributes: Vec<(&'a str, Cow<'a, str>)>,
    changed: bool,
    replacement: Option<String>,
    /// Whether this element or one before it got a mark for the setting.
    marked: bool,
}

impl<'a> Element<'a> {
    pub(super) fn new(tag: Tag, attributes: Vec<(&'a str, Cow<'a, str>)>) -> Self {
        Self {
            tag,
            attributes,
            changed: false,
            replacement: None,
            marked: false,
        }
    }

    pub(super) fn tag(&self) -> Tag {
        self.tag
    }

    /// The names of its attributes, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|(name, _)| *name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }

    /// An attribute's value as it stands in the markup. A byte order mark before it means nothing.
    pub(super) fn raw(&self, name: &str) -> Option<Cow<'a, str>> {
        let (_, value) = self.attributes.iter().find(|(known, _)| *known == name)?;
        Some(match value {
            Cow::Borrowed(value) => Cow::Borrowed(value.strip_prefix('\u{feff}').unwrap_or(value)),
            Cow::Owned(value) => Cow::Owned(value.clone()),
        })
    }

    /// An attribute's value with its character references resolved.
    pub(super) fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        Some(match self.raw(name)? {
            Cow::Borrowed(value) => decode(value),
            Cow::Owned(value) => Cow::Owned(decode(&value).into_owned()),
        })
    }

    /// Sets an attribute to a text.
    pub(super) fn set(&mut self, name: &'static str, text: &str) {
        self.set_raw(name, encode(text).into_owned());
    }

    /// Sets an attribute to what is to stand in the markup.
    pub(super) fn set_raw(&mut self, name: &'static str, value: String) {
        self.changed = true;
        self.marked |= name.starts_with(MARK);
        let value = Cow::Owned(value);
        match self.attributes.iter_mut().find(|(known, _)| *known == name) {
            Some(attribute) => attribute.1 = value,
            None => self.attributes.push((name, value)),
        }
    }

    pub(super) fn unset(&mut self, name: &str) {
        let before = self.attributes.len();
        self.attributes.retain(|(known, _)| *known != name);
        self.changed |= self.attributes.len() < before;
    }

    /// Takes the element out and puts markup in its place. For frames only, whose content is not shown.
    pub(super) fn replace(&mut self, markup: String) {
        self.replacement = Some(markup);
    }

    /// Whether any rule may concern it.
    pub(super) fn is_judged(&self) -> bool {
        !self.attributes.is_empty() || is_judged_bare(self.tag)
    }

    /// What is to stand in its place, if it was replaced.
    pub(super) fn replaced(&mut self) -> Option<String> {
        self.replacement.take()
    }

    /// Whether any attribute was set or taken away.
    pub(super) fn is_changed(&self) -> bool {
        self.changed
    }

    /// Whether this element or one before it got a mark for the setting.
    pub(super) fn is_marked(&self) -> bool {
        self.marked
    }

    /// The attributes that were set, as they are to stand in the markup.
    pub(super) fn set_attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        let is_set = |one: &&(&str, Cow<'_, str>)| matches!(one.1, Cow::Owned(_));
        let set = self.attributes.iter().filter(is_set);
        set.map(|(name, value)| (*name, &**value))
    }

    fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(self.tag.name());
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            out.push_str(value);
            out.push('"');
        }
        out.push('>');
    }
}

/// Shows every element that any rule may concern and gives the markup as it is left, and whether anything in it is marked; none
/// if it is not in the sanitiser's form.
pub(super) fn walk(html: &str, mut rule: impl FnMut(&mut Element<'_>)) -> Option<(String, bool)> {
    let bytes = html.as_bytes();
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut element = Element::new(Tag::Div, Vec::with_capacity(16));
    // What was read, and what of it was written.
    let (mut at, mut done) = (0, 0);
    while let Some(start) = next_tag(bytes, at) {
        at = start + 1;
        if bytes.get(at) == Some(&b'/') {
            continue;
        }
        at = read(html, start, &mut element)?;
        if !element.is_judged() {
            continue;
        }
        let frame_end = match element.tag {
            Tag::Iframe => Some(at + memmem::find(&bytes[at..], FRAME_END)? + FRAME_END.len()),
            _ => None,
        };
        rule(&mut element);
        if let (Some(markup), Some(end)) = (element.replaced(), frame_end) {
            out.push_str(&html[done..start]);
            out.push_str(&markup);
            done = end;
        } else if element.changed {
            out.push_str(&html[done..start]);
            element.write(&mut out);
            done = at;
        }
        at = frame_end.unwrap_or(at);
    }
    out.push_str(&html[done..]);
    Some((out, element.marked))
}

const FRAME_END: &[u8] = b"</iframe>";

/// Elements about which there is something to be said even if they have no attribute.
fn is_judged_bare(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::A | Tag::Img | Tag::Source | Tag::Video | Tag::Audio | Tag::Iframe
    )
}

/// Reads the start tag at a place and says where it ends.
fn read<'a>(html: &'a str, start: usize, element: &mut Element<'a>) -> Option<usize> {
    element.attributes.clear();
    element.changed = false;
    let attributes = &mut element.attributes;
    let (tag, end) = start_tag(html, start, |name, value| {
        attributes.push((name, Cow::Borrowed(value)));
    })?;
    element.tag = tag;
    Some(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::DROP;
    use crate::rules::streaming::Walker;
    use crate::{intake, sanitize::Sanitizer};

    /// Does something of every kind.
    fn meddle(element: &mut Element<'_>) {
        let class = element.get("class").map(Cow::into_owned);
        match element.tag() {
            Tag::Iframe => element.replace("<b>frame</b>".to_owned()),
            Tag::A => element.set("title", "a \"new\" & <odd> one"),
            Tag::Img => element.unset("alt"),
            _ if class.as_deref() == Some("") => element.set(DROP, "nothing"),
            _ => {
                if let Some(class) = class {
                    element.set("class", &class);
                    element.set("id", &class);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_was_sanitised_is_read(
            html in "(</?(p|a|b|div|table|tr|td|pre|ul|li|svg|script|xmp|br)>|<(a href|iframe src|img alt|p class|td title)=\"[^\"]{0,4}\">|</iframe>|<a |[\"'<>&=/ ]|&lt;|字|\\PC){0,20}",
        ) {
            let sanitizer = Sanitizer::new();
            for markup in [html.as_str(), intake::read(&html).html.as_str()] {
                for sanitised in [sanitizer.clean(markup).html, sanitizer.clean_by_tree(markup)] {
                    let sanitised = String::from_utf8(sanitised).map_err(|error| TestCaseError::fail(error.to_string()))?;
                    let read = walk(&sanitised, |_| {});
                    // The intake writes frames without content; nothing else can bring markup into one.
                    if !sanitised.contains("<iframe") || sanitised.contains("></iframe>") {
                        prop_assert_eq!(read.as_ref(), Some(&(sanitised.clone(), false)));
                        let streamed = Walker::new().walk(sanitised.as_bytes(), meddle);
                        prop_assert_eq!(walk(&sanitised, meddle), streamed);
                    }
                }
            }
        }
    }

    #[test]
    fn what_no_rule_changes_stands_as_it_is() {
        let html =
            "a<p class=\"b\">c<br><a href=\"d&amp;e\">f</a></p><iframe src=\"g\"></iframe>&lt;h";
        assert_eq!(walk(html, |_| {}), Some((html.to_owned(), false)));
        assert_eq!(walk("", |_| {}), Some((String::new(), false)));
    }

    #[test]
    fn elements_are_shown_in_order_and_changed_where_they_stand() {
        let html =
            "<p>a<img alt=\"b\" src=\"c\">d<iframe src=\"e\"></iframe>f<a id=\"g\">h</a></p>";
        let mut seen = Vec::new();
        let changed = walk(html, |element| {
            seen.push(element.tag().name());
            match element.tag() {
                Tag::Img => {
                    element.set("alt", "<\">");
                    element.set("title", "&");
                    element.unset("src");
                }
                Tag::Iframe => element.replace("<b>i</b>".to_owned()),
                _ => element.unset("id"),
            }
        });
        assert_eq!(
            changed.map(|(html, _)| html).as_deref(),
            Some("<p>a<img alt=\"&lt;&quot;&gt;\" title=\"&amp;\">d<b>i</b>f<a>h</a></p>")
        );
        assert_eq!(seen, ["img", "iframe", "a"]);
    }

    #[test]
    fn values_are_as_they_were_set() {
        walk("<a href=\"b&amp;c\" title=\"\u{feff}d\">", |element| {
            assert_eq!(element.raw("href").as_deref(), Some("b&amp;c"));
            assert_eq!(element.get("href").as_deref(), Some("b&c"));
            assert_eq!(element.get("title").as_deref(), Some("d"));
            assert!(!element.has("name") && element.get("name").is_none());
            element.set("name", "e&f");
            assert_eq!(element.get("name").as_deref(), Some("e&f"));
            assert_eq!(
                element.names().collect::<Vec<_>>(),
                ["href", "title", "name"]
            );
        })
        .expect("the markup is in the sanitiser's form");
    }

    #[test]
    fn marks_are_noticed() {
        let html = "<p id=\"a\">b</p><p id=\"c\">d</p>";
        let unmarked = walk(html, |element| element.set("id", "e")).expect("it is read");
        let marked = walk(html, |element| {
            if element.raw("id").as_deref() == Some("a") {
                element.set(DROP, "f");
            }
        })
        .expect("it is read");
        assert!(!unmarked.1 && marked.1);
    }

    #[test]
    fn another_form_is_not_read() {
        let others = [
            "<",
            "<p",
            "<p ",
            "<p a",
            "<p a=",
            "<p a=b>",
            "<p a=\"b",
            "<p a=\"b\"",
            "<p a=\"b\"c>",
            "<p\n>",
            "<P>",
            "<p/>",
            "<svg>",
            "<script>",
            "< p>",
            "<!--a-->",
            "a<b",
            "<iframe src=\"a\">",
            "<p a='b'>",
            "<p a>",
        ];
        for html in others {
            assert_eq!(walk(html, |_| {}), None, "{html}");
        }
    }
}
