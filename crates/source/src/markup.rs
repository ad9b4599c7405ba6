//! A light HTML tokenizer: enough to tell text from markup in scraped bodies, in one pass.
//!
//! It follows the HTML standard in what matters for that (quoted attribute values may hold `>`,
//! comments end at `-->`, scripts at `</script`), never fails, and takes linear time on any
//! input: what an unclosed quote or comment makes it look for is looked for once.

mod name;

pub(crate) use name::Name;

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

    /// The markup that begins here with `opening`, whose name ends at `from`; `None` if it has no end.
    fn markup(&mut self, opening: Opening, from: usize) -> Option<Token<'a>> {
        match opening {
            Opening::Declaration => Some(self.declaration()),
            Opening::Close(name) => {
                self.at = self.tag_end(from)?;
                Some(Token::Close(name))
            }
            Opening::Open(name) => {
                self.at = self.tag_end(from)?;
                let is_empty = self.text.as_bytes()[self.at - 2] == b'/';
                if name.is_raw() && !is_empty {
                    self.raw = Some(name);
                }
                Some(Token::Open(name))
            }
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
        if bytes.get(from) == Some(&b'>') {
            return Some(from + 1);
        }
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
            // One tag mostly follows another.
            let at = if bytes.get(from) == Some(&b'<') {
                from
            } else if let Some(offset) = memchr::memchr(b'<', &bytes[from..]) {
                from + offset
            } else {
                self.at = bytes.len();
                return Some(Token::Text(&self.text[start..]));
            };
            let Some((opening, length)) = opening(&bytes[at..]) else {
                from = at + 1;
                continue;
            };
            if at > start {
                self.at = at;
                return Some(Token::Text(&self.text[start..at]));
            }
            if let Some(token) = self.markup(opening, at + length) {
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

/// What a `<` begins.
enum Opening {
    Open(Name),
    Close(Name),
    /// A comment, a doctype, a processing instruction.
    Declaration,
}

/// What the `<` at the start of `bytes` begins, if it begins markup, and how long that is up to the end of the name.
fn opening(bytes: &[u8]) -> Option<(Opening, usize)> {
    match bytes.get(1)? {
        b'!' | b'?' => Some((Opening::Declaration, 1)),
        b'/' if bytes.get(2).is_some_and(u8::is_ascii_alphabetic) => {
            let (name, length) = Name::read(&bytes[2..]);
            Some((Opening::Close(name), 2 + length))
        }
        letter if letter.is_ascii_alphabetic() => {
            let (name, length) = Name::read(&bytes[1..]);
            // `<https://...>` and `<name@host>` are Markdown's links, not elements.
            let is_link = matches!(bytes.get(1 + length), Some(b':' | b'@'));
            (!is_link).then_some((Opening::Open(name), 1 + length))
        }
        _ => None,
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
