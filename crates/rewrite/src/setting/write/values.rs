//! The last gate: what every text, value and address goes through.

use std::borrow::Cow;

use super::Writer;
use crate::escape::decode;
use crate::rules::has_scheme;
use crate::rules::has_web_scheme;
use crate::setting::blocks::{Align, Manner};

impl Writer<'_, '_> {
    pub(super) fn id(&mut self, bare: Option<&str>) {
        if let Some(bare) = bare.filter(|bare| self.ids.has(&decode(bare))) {
            self.out.push_str(" id=\"p-");
            self.value(bare);
            self.out.push('"');
        }
    }

    pub(super) fn manner(&mut self, manner: Manner<'_>, class: Option<&str>) {
        let class = class.or(match manner.align {
            Align::Start => None,
            Align::Centre => Some("np-center"),
            Align::End => Some("np-right"),
        });
        if let Some(class) = class {
            self.attribute("class", class);
        }
        if let Some(lang) = manner.lang {
            self.attribute("lang", lang);
        }
        if let Some(dir) = manner.dir {
            self.attribute("dir", dir);
        }
    }

    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        self.value(value);
        self.out.push('"');
    }

    /// An address, with the signs encoded that none may hold.
    pub(super) fn address_attribute(&mut self, name: &str, address: &str) {
        self.attribute(name, &encoded(address));
    }

    /// A value that is escaped already; whatever could end it is escaped again.
    pub(super) fn value(&mut self, value: &str) {
        if is_harmless(value, false) {
            return self.out.push_str(value);
        }
        for c in value.chars() {
            match c {
                '"' => self.out.push_str("&quot;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                c => self.out.push(c),
            }
        }
    }

    /// Text that is escaped already; whatever could be markup is escaped again.
    pub(super) fn text(&mut self, text: &str) {
        if is_harmless(text, true) {
            return self.out.push_str(text);
        }
        for c in text.chars() {
            match c {
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                c => self.out.push(c),
            }
        }
    }
}

/// An escaped address with blanks, quotes and angle brackets percent-encoded, as browsers send them
/// (URL Standard, "query percent-encode set"); everything else stays as it is.
pub(super) fn encoded(address: &str) -> Cow<'_, str> {
    const SIGNS: &[(&str, &str)] = &[
        (" ", "%20"),
        ("\"", "%22"),
        ("&quot;", "%22"),
        ("<", "%3C"),
        ("&lt;", "%3C"),
        (">", "%3E"),
        ("&gt;", "%3E"),
        ("\u{a0}", "%C2%A0"),
        ("&nbsp;", "%C2%A0"),
    ];
    // What each of them begins with. A no-break space has to be looked at as a whole: other letters begin alike.
    let bytes = address.as_bytes();
    let may_hold = memchr::memchr3(b' ', b'"', b'<', bytes).is_some()
        || memchr::memchr3(b'>', b'&', 0xc2, bytes).is_some();
    if !may_hold || !SIGNS.iter().any(|(sign, _)| address.contains(sign)) {
        return Cow::Borrowed(address);
    }
    Cow::Owned(SIGNS.iter().fold(address.to_owned(), |url, (sign, code)| {
        url.replace(sign, code)
    }))
}

/// Whether nothing in a text begins markup or, unless `quotes` may stand in it, ends a value.
fn is_harmless(text: &str, quotes: bool) -> bool {
    let quote = if quotes { b'<' } else { b'"' };
    memchr::memchr3(b'<', b'>', quote, text.as_bytes()).is_none()
}

/// Whether an address is on the web, or relative and no other scheme in disguise.
pub(super) fn is_media_address(address: &str) -> bool {
    if has_web_scheme(address) {
        return true;
    }
    let decoded = decode(address);
    let compact: String = decoded
        .chars()
        .filter(|c| !c.is_control() && !c.is_whitespace())
        .take(64)
        .collect();
    !compact.is_empty()
        && !has_scheme(&compact)
        && !compact.contains("&#")
        && !compact.starts_with("//")
        && !compact.starts_with(['\\', '#', '?'])
        && !compact.starts_with("/\\")
}
