//! What a body says, in one pass: its language, how many words, and how it begins.

use newsprint_model::BodyKind;
use pulldown_cmark::{Event, Tag, TagEnd};

use super::excerpt::Excerpt;
use super::words::Words;
use super::{emphasis, kind, markdown};
use crate::markup::{Name, Token, Tokens};
use crate::text::{Entity, entity};

/// A body in short.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Digest {
    /// Han, kana and hangul characters, plus words of other scripts.
    pub(crate) words: u32,
    /// How the text begins, as plain text.
    pub(crate) excerpt: String,
}

/// Decides what language a body is written in, and reads it, as [`read`] does.
///
/// Most bodies are HTML, and the tokens which show that are those to be read: one pass does both.
pub(crate) fn detect(body: &str, width: usize, title: Option<&str>) -> (BodyKind, Reader) {
    if body.len() > kind::LOOK_AT || memchr::memchr(b'<', body.as_bytes()).is_none() {
        let kind = kind::detect(body);
        return (kind, read(kind, body, width, title));
    }
    let mut detector = kind::Detector::default();
    let mut reader = Reader::of(body, width, title);
    let mut tokens = Tokens::new(body);
    let mut start = 0;
    while let Some(token) = tokens.next() {
        detector.see(token, &body[..start]);
        reader.token(token);
        start = tokens.position();
    }
    match detector.kind(body) {
        BodyKind::Html => (BodyKind::Html, reader),
        kind => (kind, read(kind, body, width, title)),
    }
}

/// Reads a body once. `width` is that of the excerpt, in columns; `title` the post's, if it is known by now.
pub(crate) fn read(kind: BodyKind, body: &str, width: usize, title: Option<&str>) -> Reader {
    let mut reader = Reader::of(body, width, title);
    match kind {
        BodyKind::Html => reader.html(body),
        BodyKind::Markdown => reader.markdown(body),
        BodyKind::Text => reader.plain(body),
    }
    reader
}

/// A summary from the front matter, which may hold HTML, as plain text of a bearable length.
pub(crate) fn summary(html: &str, width: usize) -> String {
    // Authors may say a little more than we would.
    let mut reader = Reader::new(Excerpt::new(width * 3 / 2));
    reader.html(html);
    reader.excerpt.finish("")
}

/// A body that is being read.
pub(crate) struct Reader {
    words: Words,
    excerpt: Excerpt,
    /// The excerpt up to a `<!-- more -->`.
    marked: Option<String>,
    /// Within this element text counts, but says nothing about the article.
    muted: Option<Name>,
}

impl Reader {
    fn of(body: &str, width: usize, title: Option<&str>) -> Self {
        let may_be_marked = memchr::memmem::find(body.as_bytes(), b"<!--").is_some();
        Self::new(match title {
            Some(title) if !may_be_marked => Excerpt::unmarked(width, title),
            _ => Excerpt::new(width),
        })
    }

    fn new(excerpt: Excerpt) -> Self {
        Self {
            words: Words::default(),
            excerpt,
            marked: None,
            muted: None,
        }
    }

    /// What the body says; a `title` that it begins with is left out of the excerpt.
    pub(crate) fn finish(self, title: &str) -> Digest {
        Digest {
            words: self.words.count(),
            excerpt: self.marked.unwrap_or_else(|| self.excerpt.finish(title)),
        }
    }

    fn html(&mut self, html: &str) {
        Tokens::new(html).for_each(|token| self.token(token));
    }

    fn token(&mut self, token: Token<'_>) {
        match token {
            Token::Text(text) => self.text(text),
            Token::Open(name) => {
                if name.is_aside() {
                    self.muted = self.muted.or(Some(name));
                }
                self.boundary(name);
            }
            Token::Close(name) => {
                if self.muted == Some(name) {
                    self.muted = None;
                }
                self.boundary(name);
            }
            Token::Comment(content) => self.comment(content),
            Token::Raw(_) => {}
        }
    }

    /// A block element begins or ends. One that may not stand within a caption ends it.
    fn boundary(&mut self, name: Name) {
        if !name.is_block() {
            return;
        }
        if matches!(name.as_bytes(), b"p" | b"figure" | b"div" | b"section") {
            self.muted = None;
        }
        self.words.end();
        self.excerpt.end_block();
    }

    fn comment(&mut self, content: &str) {
        if content.trim().eq_ignore_ascii_case("more") && self.marked.is_none() {
            self.marked = self.excerpt.at_mark();
        }
    }

    /// Text with entities in it.
    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
            self.characters(&rest[..at]);
            rest = &rest[at..];
            match entity(rest) {
                Some((Entity::Char(c), length)) => {
                    self.character(c);
                    rest = &rest[length..];
                }
                Some((Entity::Text(text), length)) => {
                    self.characters(&text);
                    rest = &rest[length..];
                }
                None => {
                    self.character('&');
                    rest = &rest[1..];
                }
            }
        }
        self.characters(rest);
    }

    fn characters(&mut self, text: &str) {
        if self.muted.is_none() && self.marked.is_none() {
            self.excerpt.extend(text);
        }
        self.words.text(text);
    }

    fn character(&mut self, c: char) {
        self.words.character(c);
        if self.muted.is_none() && self.marked.is_none() {
            self.excerpt.push(c);
        }
    }

    fn plain(&mut self, text: &str) {
        for (_, line) in crate::lines::Lines::new(text) {
            self.text(line);
            self.words.end();
            self.excerpt.end_block();
        }
    }

    fn markdown(&mut self, text: &str) {
        let mut hidden = 0_u32;
        // The parser gives a block of HTML line by line; a script in it ends lines later.
        let mut block = String::new();
        for event in markdown::parse(&emphasis::mend(text)) {
            match event {
                Event::Start(
                    Tag::Image { .. }
                    | Tag::CodeBlock(_)
                    | Tag::FootnoteDefinition(_)
                    | Tag::MetadataBlock(_),
                ) => hidden += 1,
                Event::End(
                    TagEnd::Image
                    | TagEnd::CodeBlock
                    | TagEnd::FootnoteDefinition
                    | TagEnd::MetadataBlock(_),
                ) => hidden = hidden.saturating_sub(1),
                Event::Start(
                    Tag::Paragraph
                    | Tag::Heading { .. }
                    | Tag::Item
                    | Tag::TableCell
                    | Tag::BlockQuote(_),
                )
                | Event::Rule => self.end_block(),
                Event::End(
                    TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell,
                ) => self.end_block(),
                Event::Text(text) | Event::Code(text) if hidden == 0 => self.characters(&text),
                Event::Text(text) | Event::Code(text) => self.words.text(&text),
                Event::SoftBreak => self.character('\n'),
                Event::HardBreak => self.end_block(),
                Event::Html(html) => block.push_str(&html),
                Event::End(TagEnd::HtmlBlock) => self.html(&std::mem::take(&mut block)),
                Event::InlineHtml(html) => self.html(&html),
                _ => {}
            }
        }
    }

    fn end_block(&mut self) {
        self.words.end();
        self.excerpt.end_block();
    }
}
