//! Elements that are not what they seem: raw text that is seen, frames, players' parameters.

use super::vocabulary;
use super::{MAX_VALUE, Reader, write_attribute};
use crate::escape::lower;
use crate::intake::open::Kind;
use crate::tag::Tag;

impl<'a> Reader<'a> {
    /// Text that was raw in the source and is seen by readers.
    pub(super) fn shown(&mut self, text: &'a str, name: &str, preformatted: bool) {
        if self.open.is_unshown() {
            return;
        }
        // The text of a text area has character references, that of the others has none.
        let raw = preformatted && name != "listing";
        let pre = preformatted && !self.limits.is_flat();
        self.out.html.push_str(if pre { "<pre>" } else { " " });
        let text = if raw {
            text.replace('&', "&amp;")
        } else {
            text.to_owned()
        };
        self.text(&text.replace('<', "&lt;"), false);
        self.out.html.push_str(if pre { "</pre>" } else { " " });
    }

    /// An embedded page or player, written as a frame without content.
    pub(super) fn frame(&mut self, name: &str, attributes: &[&str]) {
        let unshown = self.open.is_unshown();
        if !unshown && self.limits.allows_void() {
            let address = attributes.iter().find_map(|wanted| {
                self.tokens.attributes.iter().find(|a| {
                    a.name.eq_ignore_ascii_case(wanted)
                        && !a.value.trim_ascii().is_empty()
                        && !a.value.starts_with("about:")
                })
            });
            if let Some(address) = address.copied() {
                self.write_frame(address.value);
            } else if name != "object" {
                self.removed(1);
            }
        } else {
            self.removed(1);
        }
        match name {
            "iframe" => {
                self.tokens.raw_text(name);
            }
            "object" => self.push(None, Kind::Inline),
            "embed" | "frame" => {}
            _ => self.push(None, Kind::Unshown),
        }
    }

    /// `<param name="movie" value="...">` names the player of an object that has no address itself.
    pub(super) fn param(&mut self) {
        let value_of = |wanted: &str| {
            self.tokens
                .attributes
                .iter()
                .find(|a| a.name.eq_ignore_ascii_case(wanted))
                .map(|a| a.value)
        };
        let named = value_of("name").is_some_and(|name| {
            ["movie", "src", "url", "filename"]
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known))
        });
        match value_of("value") {
            Some(address) if named && !self.open.is_unshown() && self.limits.allows_void() => {
                self.write_frame(address);
            }
            _ => {}
        }
    }

    pub(super) fn write_frame(&mut self, address: &str) {
        if address.len() > MAX_VALUE {
            return self.removed(1);
        }
        if self.open.in_table_structure() {
            self.spend_on_moving();
        }
        self.out.html.push_str("<iframe");
        write_attribute(&mut self.out.html, "src", address);
        for attribute in &self.tokens.attributes {
            let name = lower(attribute.name);
            if name != "src"
                && attribute.value.len() <= MAX_VALUE
                && vocabulary::keeps_attribute(Tag::Iframe, &name, attribute.value)
            {
                write_attribute(&mut self.out.html, &name, attribute.value);
            }
        }
        self.out.html.push_str("></iframe>");
    }
}
