//! A light HTML tokenizer: enough to tell text from markup in scraped bodies, in one pass.
//!
//! It follows the HTML standard in what matters for that (quoted attribute values may hold `>`,
//! comments end at `-->`, scripts at `</script`), never fails, and takes linear time on any
//! input: what an unclosed quote or comment makes it look for is looked for once.

/// A piece of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// Text with its entities still escaped.
    Text(&'a str),
    /// An opening tag; also an empty one such as `<br/>`.
    Open(Name),
    /// A closing tag.
    Close(Name),
    /// The content of a comment.
    Comment(&'a str),
    /// The content of an element that is not markup: a script, a style sheet, a text area.
    Raw(&'a str),
}

/// An element's name in lower case; one that is longer than any HTML element's is cut off.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name {
    bytes: [u8; 12],
    length: u8,
}

impl Name {
    fn new(name: &[u8]) -> Self {
        let mut bytes = [0; 12];
        let mut length = 0;
        for (to, from) in bytes.iter_mut().zip(name) {
            *to = from.to_ascii_lowercase();
            length += 1;
        }
        Self { bytes, length }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// Whether the element begins a paragraph of its own.
    pub(crate) fn is_block(&self) -> bool {
        matches!(
            self.as_bytes(),
            b"div"
                | b"p"
                | b"br"
                | b"hr"
                | b"h1"
                | b"h2"
                | b"h3"
                | b"h4"
                | b"h5"
                | b"h6"
                | b"ul"
                | b"ol"
                | b"li"
                | b"dl"
                | b"dt"
                | b"dd"
                | b"table"
                | b"thead"
                | b"tbody"
                | b"tfoot"
                | b"tr"
                | b"td"
                | b"th"
                | b"caption"
                | b"section"
                | b"article"
                | b"header"
                | b"footer"
                | b"main"
                | b"nav"
                | b"aside"
                | b"figure"
                | b"figcaption"
                | b"blockquote"
                | b"pre"
                | b"form"
                | b"fieldset"
                | b"address"
                | b"details"
                | b"summary"
                | b"center"
                | b"video"
                | b"audio"
                | b"iframe"
                | b"hgroup"
                | b"body"
                | b"html"
        )
    }

    /// Whether it is one of `<h1>` to `<h6>`.
    pub(crate) fn is_heading(&self) -> bool {
        matches!(self.as_bytes(), [b'h', b'1'..=b'6'])
    }

    /// Whether the element has no content and no closing tag.
    pub(crate) fn is_void(&self) -> bool {
        matches!(
            self.as_bytes(),
            b"br"
                | b"hr"
                | b"img"
                | b"input"
                | b"meta"
                | b"link"
                | b"source"
                | b"track"
                | b"wbr"
                | b"area"
                | b"base"
                | b"col"
                | b"embed"
                | b"param"
        )
    }

    fn is_raw(&self) -> bool {
        matches!(
            self.as_bytes(),
            b"script"
                | b"style"
                | b"noscript"
                | b"textarea"
                | b"title"
                | b"iframe"
                | b"xmp"
                | b"noembed"
                | b"noframes"
                | b"template"
        )
    }
}

impl std::fmt::Debug for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", String::from_utf8_lossy(self.as_bytes()))
    }
}

/// The tokens of a body, in order.
#[derive(Debug, Clone)]
pub(crate) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    /// The element whose raw content comes next.
    raw: Option<Name>,
    /// From here on there is no double quote, no single quote, no `>`, no `-->`.
    no_double: bool,
    no_single: bool,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            raw: None,
            no_double: false,
            no_single: false,
        }
    }

    /// How far the text has been read, in bytes.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    fn markup(&mut self) -> Option<Token<'a>> {
        let rest = &self.text[self.at..];
        let bytes = rest.as_bytes();
        match bytes.get(1)? {
            b'!' | b'?' => Some(self.declaration()),
            b'/' if bytes.get(2).is_some_and(u8::is_ascii_alphabetic) => {
                let name = tag_name(&bytes[2..]);
                let end = self.tag_end(self.at + 2 + name.len())?;
                self.at = end;
                Some(Token::Close(Name::new(name)))
            }
            letter if letter.is_ascii_alphabetic() => {
                let name = tag_name(&bytes[1..]);
                let end = self.tag_end(self.at + 1 + name.len())?;
                let empty = bytes[..end - self.at].ends_with(b"/>");
                self.at = end;
                let name = Name::new(name);
                if name.is_raw() && !empty {
                    self.raw = Some(name);
                }
                Some(Token::Open(name))
            }
            _ => None,
        }
    }

    /// A comment, a doctype, a processing instruction.
    fn declaration(&mut self) -> Token<'a> {
        let rest = &self.text[self.at..];
        let (start, end, after) = if let Some(content) = rest.strip_prefix("<!--") {
            // The standard has `<!-->` and `<!--->` as empty comments.
            match memchr::memmem::find(content.as_bytes(), b"-->") {
                _ if content.starts_with('>') => (4, 4, 5),
                _ if content.starts_with("->") => (4, 4, 6),
                Some(length) => (4, 4 + length, 7 + length),
                None => (4, rest.len(), rest.len()),
            }
        } else {
            let end = memchr::memchr(b'>', rest.as_bytes()).map_or(rest.len(), |end| end + 1);
            (end, end, end)
        };
        self.at += after;
        Token::Comment(&rest[start..end])
    }

    /// Where the tag ends whose attributes begin at `from`; `None` if it has no end.
    fn tag_end(&mut self, from: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = from;
        loop {
            at += memchr::memchr3(b'>', b'"', b'\'', &bytes[at..])?;
            let quote = bytes[at];
            if quote == b'>' {
                return Some(at + 1);
            }
            // A quote begins a value only after `=`; elsewhere it is a piece of a name.
            let opens = bytes[from..at]
                .iter()
                .rev()
                .find(|b| !b.is_ascii_whitespace())
                == Some(&b'=');
            let missing = if quote == b'"' {
                &mut self.no_double
            } else {
                &mut self.no_single
            };
            at += 1;
            if opens && !*missing {
                match memchr::memchr(quote, &bytes[at..]) {
                    Some(length) => at += length + 1,
                    None => *missing = true,
                }
            }
        }
    }

    /// The content of a raw element, up to its closing tag.
    fn raw_content(&mut self, name: Name) -> Token<'a> {
        let rest = &self.text[self.at..];
        let bytes = rest.as_bytes();
        let is_end = |at: &usize| {
            let after = at + 2 + name.as_bytes().len();
            bytes.get(at + 1) == Some(&b'/')
                && bytes
                    .get(at + 2..after)
                    .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
                && !bytes.get(after).is_some_and(u8::is_ascii_alphanumeric)
        };
        let end = memchr::memchr_iter(b'<', bytes)
            .find(is_end)
            .unwrap_or(rest.len());
        self.at += end;
        Token::Raw(&rest[..end])
    }
}

fn tag_name(bytes: &[u8]) -> &[u8] {
    let length = bytes
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'-')
        .count();
    &bytes[..length]
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(name) = self.raw.take() {
            return Some(self.raw_content(name));
        }
        let start = self.at;
        let bytes = self.text.as_bytes();
        if start >= bytes.len() {
            return None;
        }
        let mut from = start;
        loop {
            let Some(offset) = memchr::memchr(b'<', &bytes[from..]) else {
                self.at = bytes.len();
                return Some(Token::Text(&self.text[start..]));
            };
            let at = from + offset;
            if !is_markup(&bytes[at..]) {
                from = at + 1;
                continue;
            }
            if at > start {
                self.at = at;
                return Some(Token::Text(&self.text[start..at]));
            }
            if let Some(token) = self.markup() {
                return Some(token);
            }
            // A tag without an end: nothing after it can have one either.
            if memchr::memchr(b'>', &bytes[at..]).is_none() {
                self.at = bytes.len();
                return Some(Token::Text(&self.text[start..]));
            }
            from = at + 1;
        }
    }
}

/// Whether a `<` begins a tag, a comment or a declaration.
fn is_markup(bytes: &[u8]) -> bool {
    match bytes.get(1) {
        Some(b'!' | b'?') => true,
        Some(b'/') => bytes.get(2).is_some_and(u8::is_ascii_alphabetic),
        // `<https://...>` and `<name@host>` are Markdown's links, not elements.
        Some(letter) if letter.is_ascii_alphabetic() => !matches!(
            bytes.get(1 + tag_name(&bytes[1..]).len()),
            Some(b':' | b'@')
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(html: &str) -> String {
        Tokens::new(html)
            .map(|token| format!("{token:?}"))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn tags_texts_and_comments() {
        let cases = [
            ("", ""),
            ("a", r#"Text("a")"#),
            ("<p>a</p>", r#"Open(p) Text("a") Close(p)"#),
            ("<BR/>x", r#"Open(br) Text("x")"#),
            ("a < b > c", r#"Text("a < b > c")"#),
            ("<a title='x > y'>t", r#"Open(a) Text("t")"#),
            ("<a title=x'y>t", r#"Open(a) Text("t")"#),
            ("<!-- <b> -->t", r#"Comment(" <b> ") Text("t")"#),
            ("<!-->t", r#"Comment("") Text("t")"#),
            ("<!--->t", r#"Comment("") Text("t")"#),
            ("<!-- open", r#"Comment(" open")"#),
            ("<!DOCTYPE html>t", r#"Comment("") Text("t")"#),
            (
                "<script>if (a<b) '</p>'</SCRIPT >t",
                r#"Open(script) Raw("if (a<b) '</p>'") Close(script) Text("t")"#,
            ),
            ("<style>a", r#"Open(style) Raw("a")"#),
            ("<b", r#"Text("<b")"#),
            ("<a href=\"x>y</a>", r#"Open(a) Text("y") Close(a)"#),
            (
                "see <https://a.example/> ok",
                r#"Text("see <https://a.example/> ok")"#,
            ),
            ("1 <2", r#"Text("1 <2")"#),
            ("</ p>", r#"Text("</ p>")"#),
        ];
        for (html, expected) in cases {
            assert_eq!(tokens(html), expected, "{html}");
        }
    }

    #[test]
    fn hostile_input_takes_linear_time() {
        for piece in [
            "<a \"",
            "<a b='",
            "<!--",
            "<a",
            "<",
            "<script>",
            "</",
            "<a b=\"c'",
            "<x:",
        ] {
            let text = piece.repeat(200_000);
            let started = std::time::Instant::now();
            assert!(Tokens::new(&text).count() > 0);
            assert!(started.elapsed().as_secs() < 5, "{piece}");
        }
    }
}
