//! What language a body is written in.
//!
//! The rule, applied where the front matter has no `format:`
//!
//! 1. Signs of Markdown count only where Markdown would see them: outside of every block
//!    element, script, comment and `<pre>`. Scraped HTML is full of lines that begin with `#`,
//!    `-` or four blanks; they stand inside of its elements.
//! 2. A body that holds elements is Markdown if the signs outside of them are strong (a link or
//!    an image, a fence, two headings, a heading and a list ...), else HTML. So a readme with a
//!    centred logo is Markdown, and `text<br>1. one<br>` is HTML. Where there are such signs, those
//!    in elements count as well if a blank line stands before them, which is where Markdown takes over again.
//! 3. A body without elements is Markdown if it shows any sign that is hardly an accident,
//!    HTML if its only markup is entities or comments, else plain text, whose line ends are kept.

use newsprint_model::BodyKind;

use crate::lines::Lines;
use crate::markup::{Name, Token, Tokens};

/// Signs that outweigh the HTML around them.
const STRONG: u32 = 4;

/// Signs that show Markdown where there is no HTML.
const CLEAR: u32 = 2;

/// Looking further than this changes nothing, and bodies may be long.
pub(super) const LOOK_AT: usize = 256 * 1024;

/// Decides what language a body is written in.
pub(super) fn detect(body: &str) -> BodyKind {
    let body = head(body);
    let mut detector = Detector::default();
    let mut tokens = Tokens::new(body);
    let mut start = 0;
    while let Some(token) = tokens.next() {
        detector.see(token, &body[..start]);
        start = tokens.position();
    }
    detector.kind(body)
}

/// Decides what language a body is written in, from its tokens, which are seen one after another.
#[derive(Default)]
pub(super) struct Detector {
    /// Those outside of elements.
    signs: Signs,
    elements: Elements,
}

impl Detector {
    /// Takes the next token; `before` is the body up to it.
    pub(super) fn see(&mut self, token: Token<'_>, before: &str) {
        match token {
            Token::Text(text) if self.elements.depth == 0 => {
                let at_margin = matches!(before.as_bytes().last(), None | Some(b'\n' | b'\r'));
                self.signs.read(text, at_margin);
            }
            other => self.elements.see(other),
        }
    }

    /// The language of the `body` whose tokens were seen.
    pub(super) fn kind(&self, body: &str) -> BodyKind {
        let has_elements = self.elements.seen;
        let needed = if has_elements { STRONG } else { CLEAR };
        let mut weight = self.signs.weight(has_elements);
        if has_elements && (1..needed).contains(&weight) {
            weight += weight_within(body);
        }
        if weight >= needed {
            BodyKind::Markdown
        } else if has_elements {
            BodyKind::Html
        } else {
            BodyKind::Text
        }
    }
}

/// The weight of the signs in elements, after blank lines. Few bodies make it worth another look.
fn weight_within(body: &str) -> u32 {
    let mut signs = Signs::default();
    let mut elements = Elements::default();
    for token in Tokens::new(body) {
        match token {
            Token::Text(text) if elements.depth > 0 && elements.verbatim == 0 => {
                if let Some(text) = after_blank_line(text) {
                    signs.read(text, true);
                }
            }
            other => elements.see(other),
        }
    }
    signs.weight(true)
}

/// What a `format:` in the front matter says.
pub(crate) fn by_name(name: &str) -> Option<BodyKind> {
    let name = name.trim().to_ascii_lowercase();
    match name.trim_start_matches("text/").trim_start_matches('.') {
        "html" | "htm" | "xhtml" => Some(BodyKind::Html),
        "markdown" | "md" | "gfm" | "commonmark" | "mkd" => Some(BodyKind::Markdown),
        "text" | "txt" | "plain" => Some(BodyKind::Text),
        _ => None,
    }
}

fn head(body: &str) -> &str {
    let mut end = body.len().min(LOOK_AT);
    while !body.is_char_boundary(end) {
        end -= 1;
    }
    &body[..end]
}

/// What follows the first blank line of a text.
fn after_blank_line(text: &str) -> Option<&str> {
    // What comes first may end a line that began before a tag.
    let blank = |(_, line): &(usize, &str)| line.trim().is_empty();
    let (offset, line) = Lines::new(text).skip(1).find(blank)?;
    Some(&text[offset + line.len()..])
}

/// Which elements are open, as far as it matters.
#[derive(Default)]
struct Elements {
    /// How many block elements (and `<pre>`, `<code>`) the place is in.
    depth: u32,
    /// How many of them keep every character as it is.
    verbatim: u32,
    /// Whether a `<p>` is open: the next block closes it without saying so.
    paragraph: bool,
    seen: bool,
}

impl Elements {
    fn see(&mut self, token: Token<'_>) {
        match token {
            Token::Open(name) => self.open(name),
            Token::Close(name) => self.close(name),
            Token::Text(_) | Token::Comment(_) | Token::Raw(_) => {}
        }
    }

    fn open(&mut self, name: Name) {
        self.seen = true;
        if !is_counted(name) {
            return;
        }
        if std::mem::take(&mut self.paragraph) {
            self.depth = self.depth.saturating_sub(1);
        }
        if name.is_left_open() {
            return;
        }
        self.paragraph = name.as_bytes() == b"p";
        self.depth += 1;
        self.verbatim += u32::from(name.is_verbatim());
    }

    fn close(&mut self, name: Name) {
        self.seen = true;
        if !is_counted(name) || name.is_left_open() {
            return;
        }
        if name.as_bytes() == b"p" {
            if !std::mem::take(&mut self.paragraph) {
                return;
            }
        } else if std::mem::take(&mut self.paragraph) {
            self.depth = self.depth.saturating_sub(1);
        }
        self.depth = self.depth.saturating_sub(1);
        self.verbatim = self.verbatim.saturating_sub(u32::from(name.is_verbatim()));
    }
}

/// Whether Markdown sees nothing in the element.
fn is_counted(name: Name) -> bool {
    !name.is_void() && (name.is_block() || name.as_bytes() == b"code")
}

/// The signs of Markdown seen so far. Each kind counts only so often.
#[derive(Default)]
struct Signs {
    headings: u32,
    items: u32,
    quotes: u32,
    fences: u32,
    rows: u32,
    links: u32,
    /// `**x**`, `*x*`, `~~x~~`.
    emphases: u32,
    /// Signs that names in programs have as well: `` `x` ``, `_x_`, `__x__`.
    doubtful: u32,
}

impl Signs {
    fn weight(&self, among_elements: bool) -> u32 {
        // Two lines that begin like list items are a list, unless HTML shows that lines mean nothing.
        let items = match self.items {
            2 if !among_elements => CLEAR,
            items => items.min(3).saturating_sub(1),
        };
        self.headings.min(3) * 2
            + items
            + self.quotes.min(1)
            + self.fences.min(1) * 4
            + self.rows.min(1) * 4
            + self.links.min(2) * 4
            + self.emphases.min(3) * if among_elements { 1 } else { CLEAR }
            + self.doubtful.min(3)
    }

    /// Reads text outside of elements; `at_margin` says whether it begins a line.
    fn read(&mut self, text: &str, at_margin: bool) {
        let mut previous = "";
        for (offset, line) in Lines::new(text) {
            if offset > 0 || at_margin {
                self.line(line, previous);
            }
            self.inline(line);
            previous = line;
        }
    }

    fn line(&mut self, line: &str, previous: &str) {
        let trimmed = line.trim_start_matches(' ');
        let Some(first) = trimmed.bytes().next() else {
            return;
        };
        // Four blanks make it code.
        if line.len() - trimmed.len() > 3 && !matches!(first, b'-' | b'*' | b'+') {
            return;
        }
        let after = |width: usize| {
            trimmed
                .as_bytes()
                .get(width)
                .is_none_or(|b| matches!(b, b' ' | b'\t'))
        };
        match first {
            b'#' => {
                let level = trimmed.bytes().take_while(|b| *b == b'#').count();
                self.headings +=
                    u32::from(level <= 6 && after(level) && trimmed.trim_matches('#').trim() != "");
            }
            b'-' | b'*' | b'+' if after(1) && trimmed.len() > 2 => self.items += 1,
            b'0'..=b'9' => {
                let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
                let is_item = trimmed[digits..].starts_with(['.', ')'])
                    && after(digits + 1)
                    && digits < 4
                    && trimmed.len() > digits + 2;
                self.items += u32::from(is_item);
            }
            b'>' if after(1) && trimmed.len() > 2 => self.quotes += 1,
            b'`' | b'~' if trimmed.starts_with("```") || trimmed.starts_with("~~~") => {
                self.fences += 1;
            }
            b'|' | b':' | b'-' if is_delimiter_row(trimmed) && previous.contains('|') => {
                self.rows += 1;
            }
            b'=' | b'-'
                if trimmed.len() >= 3 && is_underline(trimmed) && !previous.trim().is_empty() =>
            {
                self.headings += 1;
            }
            _ => {}
        }
    }

    fn inline(&mut self, line: &str) {
        let bytes = line.as_bytes();
        let is_sign = |b: &u8| matches!(b, b'[' | b'*' | b'~' | b'`' | b'_' | b'<');
        if !bytes.iter().any(is_sign) {
            return;
        }
        for at in memchr::memmem::find_iter(bytes, b"](").take(2) {
            let target = &line[at + 2..];
            let is_link = line[..at].contains('[')
                && target.find(')').is_some_and(|end| {
                    end > 0 && !target[..end].contains(' ') || target[..end].contains(" \"")
                });
            self.links += u32::from(is_link);
        }
        if bytes.first() == Some(&b'[')
            && (line.contains("]: http") || line.starts_with("[^") && line.contains("]:"))
        {
            self.links += 1;
        }
        for mark in ["**", "*", "~~"] {
            self.emphases += u32::from(has_pair(line, mark));
        }
        for mark in ["`", "__", "_"] {
            self.doubtful += u32::from(has_pair(line, mark));
        }
        self.links += u32::from(line.contains("<http://") || line.contains("<https://"));
    }
}

/// Whether a run of signs encloses something: `**x**`, but neither `a**b**c` nor `** x **`.
fn has_pair(line: &str, mark: &str) -> bool {
    let sign = mark.chars().next().unwrap_or('*');
    let mut open = false;
    let mut rest = line;
    let mut before = ' ';
    while let Some(at) = rest.find(sign) {
        before = rest[..at].chars().next_back().unwrap_or(before);
        let length = rest[at..]
            .bytes()
            .take_while(|b| char::from(*b) == sign)
            .count();
        let after = rest[at + length..].chars().next().unwrap_or(' ');
        if length == mark.len() && before != '\\' {
            if open && !before.is_whitespace() && !after.is_ascii_alphanumeric() {
                return true;
            }
            open = !after.is_whitespace() && !before.is_ascii_alphanumeric();
        }
        rest = &rest[at + length..];
        before = sign;
    }
    false
}

/// `|---|:-:|`, the second row of a table.
fn is_delimiter_row(line: &str) -> bool {
    let line = line.trim();
    line.contains('|')
        && line.contains("--")
        && line
            .bytes()
            .all(|b| matches!(b, b'|' | b'-' | b':' | b' ' | b'\t'))
}

fn is_underline(line: &str) -> bool {
    let line = line.trim_end();
    line.bytes().all(|b| b == b'=') || line.bytes().all(|b| b == b'-')
}
