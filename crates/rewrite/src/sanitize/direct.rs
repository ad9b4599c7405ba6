//! Sanitising in one pass, for markup of which it is certain what a browser makes of it.
//!
//! The reference is ammonia: it builds the tree as the HTML standard says, filters it and writes it. Nearly all of that work is
//! for markup that is not as it seems. What the intake writes is regular to the letter (lower-case tags of the working vocabulary,
//! double-quoted attributes, text), and where tree construction only ever appends to the innermost open element, the tree is written in
//! the order in which it is built. So this pass keeps the stack of open elements and the list of active formatting
//! elements as the standard has them ([`tree`](super::tree)), and writes as it goes.
//!
//! Why it is safe:
//!
//! * It writes tags from [`Tag`] only, attributes only through the allow-list that ammonia is given,
//!   addresses only with the schemes that ammonia is given, and everything else escaped.
//! * A tag, or a part of it, is copied only after all of it was read to the letter and found to be what would be written.
//! * At the first thing that is not certain ([`Uncertain`]) nothing of it is used, and ammonia reads the whole body. Uncertain is whatever moves nodes
//!   that stand already (formatting closed across blocks, content of tables outside of cells), what is spelt in any other way than the intake's, and
//!   character references that are rare.
//! * Tests and a fuzz target hold its bytes against those of ammonia.

use memchr::memchr;

use super::references::{read_value, write_text, write_value};
use super::tree::Tree;
use super::{Uncertain, is_allowed_attribute, is_allowed_url, is_url_attribute};
use crate::canonical::{name_end, next_tag};
use crate::tag::Tag;

/// More attributes than the intake lets through on anything but an image full of data.
const MAX_ATTRIBUTES: usize = 32;

/// The sanitised markup, if it is certain what ammonia would write.
pub(super) fn clean(html: &str) -> Option<Vec<u8>> {
    let bytes = html.as_bytes();
    // A parser drops a byte order mark at the start and every NUL.
    if html.starts_with('\u{feff}') || memchr(0, bytes).is_some() {
        return None;
    }
    let mut walk = Walk {
        html,
        at: 0,
        tree: Tree::new(bytes.len() + bytes.len() / 8),
        names: Vec::with_capacity(16),
        value: String::new(),
    };
    walk.run().ok()?;
    Some(walk.tree.finish())
}

struct Walk<'a> {
    html: &'a str,
    /// How far it was read.
    at: usize,
    tree: Tree,
    /// The attributes of the tag being read.
    names: Vec<&'a str>,
    /// A value with its character references resolved.
    value: String,
}

impl<'a> Walk<'a> {
    fn run(&mut self) -> Result<(), Uncertain> {
        let bytes = self.html.as_bytes();
        while self.at < bytes.len() {
            let end = next_tag(bytes, self.at).unwrap_or(bytes.len());
            if end > self.at {
                self.text(&self.html[self.at..end])?;
                self.at = end;
            }
            if end == bytes.len() {
                break;
            }
            if bytes.get(end + 1) == Some(&b'/') {
                self.end_tag()?;
            } else {
                self.start_tag()?;
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Uncertain> {
        if self.tree.in_table_structure() {
            // Anything else would be moved before the table.
            if !text.bytes().all(|b| b.is_ascii_whitespace()) {
                return Err(Uncertain);
            }
        } else {
            self.tree.reopen_formatting()?;
        }
        write_text(&mut self.tree.out, text)
    }

    /// The name at the current place, and the byte after it.
    fn name(&mut self) -> Result<(Tag, u8), Uncertain> {
        let bytes = self.html.as_bytes();
        let end = name_end(bytes, self.at).ok_or(Uncertain)?;
        let tag = Tag::from_name(&self.html[self.at..end]).ok_or(Uncertain)?;
        self.at = end;
        Ok((tag, bytes[end]))
    }

    fn end_tag(&mut self) -> Result<(), Uncertain> {
        self.at += 2;
        let (tag, next) = self.name()?;
        if next != b'>' {
            return Err(Uncertain);
        }
        self.at += 1;
        self.tree.end(tag)
    }

    fn start_tag(&mut self) -> Result<(), Uncertain> {
        let from = self.at;
        self.at += 1;
        let (tag, _) = self.name()?;
        let place = self.tree.make_room(tag)?;
        let start = self.tree.out.len();
        let all_kept = self.attributes(tag, from)?;
        self.tree.insert(tag, place, start, all_kept)?;
        let rest = &self.html.as_bytes()[self.at..];
        match tag {
            // What is in a frame is raw text: the intake writes none.
            Tag::Iframe => {
                if !rest.starts_with(b"</iframe>") {
                    return Err(Uncertain);
                }
                self.at += "</iframe>".len();
                self.tree.out.extend_from_slice(b"</iframe>");
            }
            // The first line end is part of the markup, not of the text.
            Tag::Pre => match rest {
                [b'&', ..] => return Err(Uncertain),
                [b'\r', b'\n', ..] => self.at += 2,
                [b'\r' | b'\n', ..] => self.at += 1,
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    /// Reads the attributes, and the `>` after them, and writes the tag from its beginning on with those that are allowed.
    /// Says whether all are.
    fn attributes(&mut self, tag: Tag, from: usize) -> Result<bool, Uncertain> {
        let bytes = self.html.as_bytes();
        let mut all_kept = true;
        // Most tags stand as they are to be written, so that they can be copied as a whole.
        let mut copied = from;
        self.names.clear();
        loop {
            let start = self.at;
            match bytes.get(start) {
                Some(b'>') => {
                    self.at += 1;
                    self.tree.out.extend_from_slice(&bytes[copied..self.at]);
                    return Ok(all_kept);
                }
                Some(b' ') => self.at += 1,
                _ => return Err(Uncertain),
            }
            let equals = name_end(bytes, self.at).ok_or(Uncertain)?;
            let name = &self.html[self.at..equals];
            if name.is_empty() || !bytes[equals..].starts_with(b"=\"") {
                return Err(Uncertain);
            }
            let value = equals + 2;
            let end = value + memchr(b'"', &bytes[value..]).ok_or(Uncertain)?;
            self.at = end + 1;
            // Of attributes with the same name, the first counts.
            if self.names.contains(&name) || self.names.len() >= MAX_ATTRIBUTES {
                return Err(Uncertain);
            }
            self.names.push(name);
            match self.attribute(tag, name, &self.html[value..end])? {
                Fate::Stands => {}
                Fate::Rewritten => {
                    self.tree.out.extend_from_slice(&bytes[copied..value]);
                    write_value(&mut self.tree.out, &self.value);
                    copied = end;
                }
                Fate::Goes => {
                    self.tree.out.extend_from_slice(&bytes[copied..start]);
                    copied = self.at;
                    all_kept = false;
                }
            }
        }
    }

    /// Says what becomes of an attribute. The value of one that is rewritten is in [`Walk::value`].
    fn attribute(&mut self, tag: Tag, name: &str, raw: &str) -> Result<Fate, Uncertain> {
        if !is_allowed_attribute(tag, name) {
            return Ok(Fate::Goes);
        }
        let stands = read_value(raw, &mut self.value)?;
        let value = if stands { raw } else { &self.value };
        Ok(if is_url_attribute(tag, name) && !is_allowed_url(value) {
            Fate::Goes
        } else if stands {
            Fate::Stands
        } else {
            Fate::Rewritten
        })
    }
}

/// What becomes of an attribute.
enum Fate {
    /// It is written as it stands.
    Stands,
    /// It is written with its value read and escaped.
    Rewritten,
    Goes,
}
