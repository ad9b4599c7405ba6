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
            attributes: Vec::new(),
            surplus: 0,
        }
    }

    /// The next token, or none at the end. A tag that the end of the input cuts off is none, as in browsers.
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            match memchr(b'<', self.rest.as_bytes()) {
                None => return Some(Token::Text(self.take(self.rest.len()))),
                Some(0) => {}
                Some(end) => return Some(Token::Text(self.take(end))),
            }
            let bytes = self.rest.as_bytes();
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
        let bytes = self.rest.as_bytes();
        let start = if end_tag { 2 } else { 1 };
        let name_end = start
            + bytes[start..]
                .iter()
                .position(|b| matches!(b, b'\t' | b'\n' | b'\x0C' | b'\r' | b' ' | b'/' | b'>'))
                .unwrap_or(bytes.len() - start);
        let source = self.rest;
        let name = &source[start..name_end];
        self.take(name_end);
        self.attributes.clear();
        self.surplus = 0;
        let Some(self_closing) = self.attributes() else {
            self.take(self.rest.len());
            return None;
        };
        Some(if end_tag {
            Token::End { name }
        } else {
            Token::Start { name, self_closing }
        })
    }

    /// Reads attributes up to and with `>`; none if the input ends before.
    fn attributes(&mut self) -> Option<bool> {
        loop {
            let bytes = self.rest.as_bytes();
            let blank = bytes.iter().position(|b| !is_blank(*b))?;
            self.take(blank);
            match self.rest.as_bytes()[0] {
                b'>' => {
                    self.take(1);
                    return Some(false);
                }
                b'/' => {
                    self.take(1);
                    if self.rest.starts_with('>') {
                        self.take(1);
                        return Some(true);
                    }
                }
                _ => self.attribute()?,
            }
        }
    }

    fn attribute(&mut self) -> Option<()> {
        let bytes = self.rest.as_bytes();
        // An equals sign in the first place belongs to the name.
        let name_end = 1 + bytes[1..]
            .iter()
            .position(|b| is_blank(*b) || matches!(b, b'/' | b'>' | b'='))?;
        // The first character may be more than one byte long; its tail is never a delimiter.
        let name = self.take(name_end);
        let gap = self.rest.as_bytes().iter().position(|b| !is_blank(*b))?;
        let mut value = "";
        if self.rest.as_bytes()[gap] == b'=' {
            self.take(gap + 1);
            value = self.value()?;
        }
        if self.attributes.len() >= MAX_ATTRIBUTES
            || self
                .attributes
                .iter()
                .any(|a| a.name.eq_ignore_ascii_case(name))
        {
            self.surplus += 1;
        } else {
            self.attributes.push(Attribute { name, value });
        }
        Some(())
    }

    fn value(&mut self) -> Option<&'a str> {
        let gap = self.rest.as_bytes().iter().position(|b| !is_blank(*b))?;
        self.take(gap);
        let bytes = self.rest.as_bytes();
        match bytes[0] {
            quote @ (b'"' | b'\'') => {
                let end = memchr(quote, &bytes[1..])?;
                self.take(1);
                let value = self.take(end);
                self.take(1);
                Some(value)
            }
            b'>' => Some(""),
            _ => {
                let end = bytes.iter().position(|b| is_blank(*b) || *b == b'>')?;
                Some(self.take(end))
            }
        }
    }
}

/// White space between the parts of a tag.
fn is_blank(byte: u8) -> bool {
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
