//! A tokeniser for HTML as it is found: text, start tags with attributes, end tags.
//!
//! It follows the tokenisation chapter of the HTML standard as far as ordinary tags, comments and
//! raw text go. Comments, doctypes and processing instructions are skipped. It borrows from the input, never looks
//! back, and takes time linear in the length of the input.

use memchr::{memchr, memmem};

/// An attribute as written: its value still has its character references.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attribute<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
}

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text without `<`, character references unresolved.
    Text(&'a str),
    /// A `<` that begins no tag.
    LessThan,
    /// `<name ...>`; its attributes are in [`Tokens::attributes`].
    Start { name: &'a str, self_closing: bool },
    /// `</name ...>`.
    End { name: &'a str },
    /// `<![CDATA[...]]>`: text in foreign content, nothing elsewhere.
    Cdata(&'a str),
}

/// More attributes than anybody writes on one element; the rest are dropped.
const MAX_ATTRIBUTES: usize = 128;

/// The tokeniser.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    /// Whether `<![CDATA[` opens a section (foreign content) or a bogus comment.
    pub(super) in_foreign: bool,
    /// The attributes of the last start tag, the first of each name.
    pub(super) attributes: Vec<Attribute<'a>>,
    /// Attributes of the last start tag that were repeated or beyond the limit.
    pub(super) surplus: u64,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self {
            rest: source,
            in_foreign: false,
            attributes: Vec::with_capacity(16),
            surplus: 0,
        }
    }

    /// The next token, or none at the end. A tag that the end of the input cuts off is none, as in browsers.
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let bytes = self.rest.as_bytes();
            if *bytes.first()? != b'<' {
                let end = memchr(b'<', bytes).unwrap_or(bytes.len());
                return Some(Token::Text(self.take(end)));
            }
            match bytes.get(1) {
                Some(c) if c.is_ascii_alphabetic() => return self.tag(false),
                Some(b'/') => match bytes.get(2) {
                    Some(c) if c.is_ascii_alphabetic() => return self.tag(true),
                    None => {
                        self.take(1);
                        return Some(Token::LessThan);
                    }
                    Some(_) => self.skip_past(2, b">"),
                },
                Some(b'!') => {
                    if let Some(token) = self.declaration() {
                        return Some(token);
                    }
                }
                Some(b'?') => self.skip_past(1, b">"),
                _ => {
                    self.take(1);
                    return Some(Token::LessThan);
                }
            }
        }
    }

    /// The raw text of an element whose start tag was just read, up to its end tag, which is
    /// read too. At the end of the input everything is its text.
    pub(super) fn raw_text(&mut self, name: &str) -> &'a str {
        let end = if name.eq_ignore_ascii_case("script") {
            script_end(self.rest)
        } else {
            find_end_tag(self.rest, name, 0)
        };
        let Some(end) = end else {
            return self.take(self.rest.len());
        };
        let text = self.take(end);
        self.tag(true);
        text
    }

    /// Everything that is left, as `<plaintext>` wants it.
    pub(super) fn remainder(&mut self) -> &'a str {
        self.take(self.rest.len())
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (head, tail) = self.rest.split_at(length);
        self.rest = tail;
        head
    }

    fn skip_past(&mut self, from: usize, needle: &[u8]) {
        let end = memmem::find(&self.rest.as_bytes()[from..], needle);
        self.take(end.map_or(self.rest.len(), |at| from + at + needle.len()));
    }

    fn declaration(&mut self) -> Option<Token<'a>> {
        if self.rest.starts_with("<!--") {
            self.comment();
        } else if self.in_foreign && self.rest.starts_with("<![CDATA[") {
            self.take(9);
            let end = memmem::find(self.rest.as_bytes(), b"]]>").unwrap_or(self.rest.len());
            let text = self.take(end);
            self.take(self.rest.len().min(3));
            return Some(Token::Cdata(text));
        } else {
            self.skip_past(2, b">");
        }
        None
    }

    /// A comment ends at `-->` and `--!>`, at once at `<!-->` and `<!--->`.
    fn comment(&mut self) {
        let bytes = self.rest.as_bytes();
        let end = if bytes[4..].starts_with(b">") {
            5
        } else if bytes[4..].starts_with(b"->") {
            6
        } else {
            let plain = memmem::find(&bytes[4..], b"-->").map(|at| 4 + at);
            // Looked for before the other end only: no byte is searched more than twice.
            let bang =
                memmem::find(&bytes[4..plain.unwrap_or(bytes.len())], b"--!>").map(|at| 4 + at + 4);
            bang.or(plain.map(|at| at + 3)).unwrap_or(bytes.len())
        };
        self.take(end);
    }

    /// A start or end tag, whose first letter is known to be one.
    fn tag(&mut self, end_tag: bool) -> Option<Token<'a>> {
        self.attributes.clear();
        self.surplus = 0;
        let start = if end_tag { 2 } else { 1 };
        let end = find(self.rest.as_bytes(), start, NAME_END).unwrap_or(self.rest.len());
        let name = &self.rest[start..end];
        let Some((self_closing, end)) = self.attributes(end) else {
            self.take(self.rest.len());
            return None;
        };
        self.take(end);
        Some(if end_tag {
            Token::End { name }
        } else {
            Token::Start { name, self_closing }
        })
    }

    /// Reads attributes from a place on, up to and with `>`: whether a slash stands before it, and the place behind it. None if the input ends before.
    fn attributes(&mut self, mut at: usize) -> Option<(bool, usize)> {
        let bytes = self.rest.as_bytes();
        loop {
            at = find(bytes, at, !BLANK)?;
            match bytes[at] {
                b'>' => return Some((false, at + 1)),
                b'/' if bytes.get(at + 1) == Some(&b'>') => return Some((true, at + 2)),
                b'/' => at += 1,
                _ => at = self.attribute(at)?,
            }
        }
    }

    /// Reads the attribute at a place and says where it ends.
    fn attribute(&mut self, start: usize) -> Option<usize> {
        let (source, bytes) = (self.rest, self.rest.as_bytes());
        // An equals sign in the first place belongs to the name. The first character may be more than one byte long; its
        // tail is never a delimiter.
        let name_end = find(bytes, start + 1, NAME_END | EQUALS)?;
        let name = &source[start..name_end];
        let mut at = find(bytes, name_end, !BLANK)?;
        let mut value = "";
        if bytes[at] == b'=' {
            at = find(bytes, at + 1, !BLANK)?;
            match bytes[at] {
                quote @ (b'"' | b'\'') => {
                    let from = at + 1;
                    let end = from + memchr(quote, &bytes[from..])?;
                    value = &source[from..end];
                    at = end + 1;
                }
                b'>' => {}
                _ => {
                    let end = find(bytes, at, BLANK | GREATER)?;
                    value = &source[at..end];
                    at = end;
                }
            }
        }
        let is_known = |known: &Attribute<'_>| known.name.eq_ignore_ascii_case(name);
        if self.attributes.len() >= MAX_ATTRIBUTES || self.attributes.iter().any(is_known) {
            self.surplus += 1;
        } else {
            self.attributes.push(Attribute { name, value });
        }
        Some(at)
    }
}

// What a byte is within a tag; all others are [`OTHER`].
const BLANK: u8 = 1;
const GREATER: u8 = 2;
const SLASH: u8 = 4;
const EQUALS: u8 = 8;
const OTHER: u8 = 16;

/// What the name of an element ends with.
const NAME_END: u8 = BLANK | GREATER | SLASH;

/// Of every byte, what it is within a tag.
static KINDS: [u8; 256] = {
    let mut kinds = [OTHER; 256];
    let mut byte = 0;
    while byte < kinds.len() {
        if is_blank(byte as u8) {
            kinds[byte] = BLANK;
        }
        byte += 1;
    }
    kinds[b'>' as usize] = GREATER;
    kinds[b'/' as usize] = SLASH;
    kinds[b'=' as usize] = EQUALS;
    kinds
};

/// Where the first byte of one of those kinds stands, from a place on.
fn find(bytes: &[u8], from: usize, kinds: u8) -> Option<usize> {
    let mut at = from;
    while KINDS[usize::from(*bytes.get(at)?)] & kinds == 0 {
        at += 1;
    }
    Some(at)
}

/// White space between the parts of a tag.
const fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\x0C' | b'\r' | b' ')
}

/// Where `</name` begins, followed by something that ends a name.
fn find_end_tag(text: &str, name: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    memmem::find_iter(&bytes[from..], b"</")
        .map(|at| from + at)
        .find(|at| is_named(bytes, at + 2, name))
}

fn is_named(bytes: &[u8], at: usize, name: &str) -> bool {
    let end = at + name.len();
    bytes.len() > end
        && bytes[at..end].eq_ignore_ascii_case(name.as_bytes())
        && (is_blank(bytes[end]) || matches!(bytes[end], b'/' | b'>'))
}

/// Where the end tag of a script begins: after `<!--` and `<script`, the first `</script>` only
/// leads back to the comment (HTML, "script data double escaped state").
fn script_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut escaped, mut doubly) = (false, false);
    let mut at = 0;
    while let Some(step) = bytes[at..].iter().position(|b| matches!(b, b'<' | b'-')) {
        at += step;
        if bytes[at] == b'-' {
            if escaped && bytes[at..].starts_with(b"-->") {
                (escaped, doubly) = (false, false);
            }
        } else if bytes[at..].starts_with(b"<!--") && !escaped {
            escaped = true;
            // The hyphens may already be those of the end: `<!-->`.
            at += 1;
        } else if escaped && !doubly && is_named(bytes, at + 1, "script") {
            doubly = true;
        } else if bytes[at..].starts_with(b"</") && is_named(bytes, at + 2, "script") {
            if !doubly {
                return Some(at);
            }
            doubly = false;
        }
        at += 1;
    }
    None
}
