//! Feeds as JSON Feed 1.1.
//!
//! Nearly all of such a feed is bodies, and nearly all of the work is to quote them: so it is written here, eight bytes at a time.

use super::{Feed, Item};

/// Writes the feed, with the keys in the order of the specification.
pub(super) fn json(feed: &Feed<'_>, out: &mut Vec<u8>) {
    let mut object = Object::begin(out);
    object.text("version", "https://jsonfeed.org/version/1.1");
    object.text("title", &feed.title);
    object.text("home_page_url", &feed.home);
    object.text("feed_url", &feed.own);
    if !feed.description.is_empty() {
        object.text("description", feed.description);
    }
    object.list("authors", [feed.publisher], author);
    object.text("language", feed.language);
    if !feed.hubs.is_empty() {
        object.list("hubs", &feed.hubs, |hub, out| {
            let mut object = Object::begin(out);
            object.text("type", "WebSub");
            object.text("url", hub);
            object.end();
        });
    }
    object.list("items", &feed.items, item);
    object.end();
}

fn author(name: &str, out: &mut Vec<u8>) {
    let mut object = Object::begin(out);
    object.text("name", name);
    object.end();
}

fn item(item: &Item<'_>, out: &mut Vec<u8>) {
    let made = item.made;
    let mut object = Object::begin(out);
    object.text("id", &made.id);
    object.text("url", &made.url);
    object.text("title", item.title);
    // An item must have content of one kind; a feed of summaries has text.
    match &made.content {
        Some(html) => object.text("content_html", html),
        None => object.text("content_text", item.summary),
    }
    object.text("summary", item.summary);
    if let Some(image) = &made.image {
        object.text("image", image);
    }
    object.text("date_published", &made.published);
    object.text("date_modified", &made.updated);
    if !item.authors.is_empty() {
        object.list("authors", item.authors.iter().copied(), author);
    }
    object.list("tags", item.categories.iter().copied(), string);
    if let Some(language) = item.language {
        object.text("language", language);
    }
    object.end();
}

/// A JSON object on its way out, member by member.
struct Object<'o> {
    out: &'o mut Vec<u8>,
    separator: u8,
}

impl<'o> Object<'o> {
    fn begin(out: &'o mut Vec<u8>) -> Self {
        let separator = b'{';
        Self { out, separator }
    }

    /// `name` is one of our own and holds nothing that must be escaped.
    fn name(&mut self, name: &str) {
        self.out.extend_from_slice(&[self.separator, b'"']);
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.separator = b',';
    }

    fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        string(text, self.out);
    }

    fn list<T>(
        &mut self,
        name: &str,
        all: impl IntoIterator<Item = T>,
        write: fn(T, &mut Vec<u8>),
    ) {
        self.name(name);
        self.out.push(b'[');
        for (one, place) in all.into_iter().zip(0..) {
            if place > 0 {
                self.out.push(b',');
            }
            write(one, self.out);
        }
        self.out.push(b']');
    }

    fn end(self) {
        self.out.push(b'}');
    }
}

/// Writes a text as a JSON string (RFC 8259, section 7), with no more escapes than there must be.
fn string(text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    out.reserve(rest.len() + 2);
    out.push(b'"');
    while let Some(at) = first_to_escape(rest) {
        out.extend_from_slice(&rest[..at]);
        match rest[at] {
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            control @ 0..0x20 => out.extend_from_slice(format!("\\u{control:04x}").as_bytes()),
            other => out.extend_from_slice(&[b'\\', other]),
        }
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// The place of the first byte that cannot stand in a JSON string as it is.
fn first_to_escape(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // What is left of a byte by these subtractions has its highest bit set where the byte is zero, or below 32. A borrow can
    // set that of bytes behind such a one as well, never before it: the first one is true.
    let is = |eight: u64, byte: u8| {
        let zero = eight ^ (ONES * u64::from(byte));
        zero.wrapping_sub(ONES) & !zero
    };
    let is_control = |eight: u64| eight.wrapping_sub(ONES * 0x20) & !eight;
    let (eights, rest) = bytes.as_chunks::<8>();
    for (place, eight) in eights.iter().enumerate() {
        let eight = u64::from_le_bytes(*eight);
        let found = is_control(eight) | is(eight, b'"') | is(eight, b'\\');
        let found = found & (ONES << 7);
        if found != 0 {
            return Some(place * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let at = rest
        .iter()
        .position(|byte| matches!(byte, 0..0x20 | b'"' | b'\\'))?;
    Some(eights.len() * 8 + at)
}

#[cfg(test)]
mod tests {
    use super::string;

    fn quoted(text: &str) -> String {
        let mut out = Vec::new();
        string(text, &mut out);
        String::from_utf8(out).expect("it was text")
    }

    #[test]
    fn every_character_is_quoted_as_serde_json_does() {
        // At each of eight places, since eight bytes are looked at together.
        for before in 0..9 {
            for c in ('\0'..='\u{100}').chain(['\u{2028}', '文', '\u{ffff}', '😀']) {
                let text = format!("{}{c}{c}after it", "-".repeat(before));
                let expected = serde_json::to_string(&text).expect("text is JSON");
                assert_eq!(quoted(&text), expected, "{c:?}");
            }
        }
    }
}
