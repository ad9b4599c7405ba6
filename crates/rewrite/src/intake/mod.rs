//! The door: turns whatever was scraped into plain, bounded markup for the sanitiser.
//!
//! Ammonia parses like a browser, with everything that entails: scripts that hide tags, foreign
//! content that changes what a tag means, formatting that is opened again in every later block, content that is
//! moved out of tables. Attackers live off these, and some cost quadratic time. So the intake
//! walks the source once and writes it again with none of that in it:
//!
//! * every element under a name of the working vocabulary ([`Tag`]), boxes and stretches without meaning as `div` and `span`,
//!   or not at all;
//! * of attributes only those that some rule reads, double-quoted, at most [`MAX_VALUE`] bytes each;
//! * no comment, script, style, template, drawing or raw text: what a reader would see of them is text;
//! * nested at most [`limits::MAX_DEPTH`] deep, and once the tree builder's work would grow faster than the
//!   input, no more structure than line breaks and images ([`limits`]).
//!
//! It is a convenience for what follows and a bound on its cost, not the protection: that is the sanitiser's job.

mod limits;
mod open;
mod special;
mod text;
mod tokens;
mod vocabulary;

use std::borrow::Cow;

use crate::escape::lower;
use crate::tag::Tag;
use limits::Limits;
use open::{Kind, Open, OpenElements};
use tokens::{Token, Tokens};
use vocabulary::Role;

/// The longest attribute value that anything here has a use for, in bytes.
pub(crate) const MAX_VALUE: usize = 8 * 1024;

/// Plain markup, and what went.
#[derive(Debug, Default)]
pub(crate) struct Intake {
    /// The markup, to be sanitised.
    pub(crate) html: String,
    /// Elements that were taken out.
    pub(crate) elements_removed: u64,
    /// Attributes that were taken out of elements that stay.
    pub(crate) attributes_removed: u64,
    /// Whether structure was given up to keep the cost in bounds.
    pub(crate) flattened: bool,
}

/// Reads a body.
pub(crate) fn read(source: &str) -> Intake {
    let source: Cow<'_, str> = if memchr::memchr(0, source.as_bytes()).is_some() {
        Cow::Owned(source.replace('\0', ""))
    } else {
        Cow::Borrowed(source)
    };
    let mut reader = Reader {
        tokens: Tokens::new(&source),
        out: Intake {
            html: String::with_capacity(source.len() + source.len() / 8),
            ..Intake::default()
        },
        open: OpenElements::default(),
        limits: Limits::new(source.len()),
        name: "",
    };
    while let Some(token) = reader.tokens.next() {
        reader.token(token);
    }
    reader.out
}

struct Reader<'a> {
    tokens: Tokens<'a>,
    out: Intake,
    open: OpenElements<'a>,
    limits: Limits,
    /// The name of the tag being read, as written.
    name: &'a str,
}

impl<'a> Reader<'a> {
    fn token(&mut self, token: Token<'a>) {
        match token {
            Token::Text(text) | Token::Cdata(text) => {
                let raw = matches!(token, Token::Cdata(_));
                self.text(text, raw);
            }
            Token::LessThan => self.text("<", true),
            Token::End { name } => self.end(&lower(name)),
            Token::Start { name, self_closing } => {
                self.name = name;
                let name = lower(name);
                if self.open.in_foreign() {
                    self.foreign_start(&name, self_closing);
                } else {
                    self.start(&name, self_closing);
                }
            }
        }
        self.tokens.in_foreign = self.open.in_foreign();
    }

    fn start(&mut self, name: &str, self_closing: bool) {
        match vocabulary::role(name) {
            Role::Is(tag) => self.element(tag),
            Role::Block => self.element(Tag::Div),
            Role::Centre => self.centre(),
            Role::Inline => self.element(Tag::Span),
            Role::Transparent => {}
            Role::Nothing => self.removed(1),
            Role::Raw => {
                self.removed(1);
                self.tokens.raw_text(name);
            }
            Role::Shown { preformatted } => {
                let text = self.tokens.raw_text(name);
                self.shown(text, name, preformatted);
            }
            Role::Plaintext => {
                let text = self.tokens.remainder();
                self.shown(text, "xmp", true);
            }
            Role::Unshown => {
                self.removed(1);
                self.push(None, Kind::Unshown);
            }
            Role::Noscript => self.noscript(),
            Role::Foreign => {
                self.removed(1);
                if !self_closing {
                    self.push(None, Kind::Foreign);
                }
            }
            Role::Frame(attributes) => self.frame(name, attributes),
            Role::Param => self.param(),
            Role::Player(tag) => {
                self.write_start(tag, false);
                self.push(Some(tag), Kind::Player);
            }
        }
    }

    /// An element of the vocabulary.
    fn element(&mut self, tag: Tag) {
        if self.open.is_unshown() && tag != Tag::Source {
            return self.removed(1);
        }
        // Table parts without a table are boxes: as in browsers, but their texts don't run together.
        let tag = if tag.is_table_part() && tag != Tag::Table && !self.open.in_table() {
            Tag::Div
        } else {
            tag
        };
        if tag.is_void() {
            if self.open.in_table_structure() {
                self.spend_on_moving();
            }
            self.write_start(tag, false);
            return;
        }
        self.close_implied(tag);
        if self.open.in_table_structure() && !tag.is_table_part() {
            self.spend_on_moving();
        }
        let wanted = self.open.depth() < limits::MAX_DEPTH && !self.limits.is_flat();
        let written = wanted && self.write_start(tag, tag == Tag::Span);
        if written && tag.is_block() {
            let again = self.open.reopened();
            self.limits.spend(again);
            self.check_limits();
        } else if written && tag.is_formatting() {
            // It is compared to all formatting that is still to be opened again.
            self.limits.spend_on_looking(self.open.reopened());
            self.check_limits();
        }
        if !wanted && tag.is_block() {
            self.line_break();
        }
        self.push(written.then_some(tag), Kind::of(tag));
    }

    /// Closes what the start of `tag` closes without saying so.
    fn close_implied(&mut self, tag: Tag) {
        if vocabulary::closes_paragraph(tag) {
            self.open.close_implied(&[Tag::P], Tag::is_table_part);
        }
        match tag {
            Tag::Li => self.open.close_implied(&[Tag::Li], |t| {
                matches!(t, Tag::Ul | Tag::Ol) || t.is_table_part()
            }),
            Tag::Dt | Tag::Dd => self
                .open
                .close_implied(&[Tag::Dt, Tag::Dd], |t| t == Tag::Dl || t.is_table_part()),
            Tag::Td | Tag::Th => self
                .open
                .close_implied(&[Tag::Td, Tag::Th, Tag::Caption], |t| {
                    matches!(t, Tag::Table | Tag::Tr)
                }),
            Tag::Tr => self
                .open
                .close_implied(&[Tag::Tr, Tag::Caption], |t| t == Tag::Table),
            Tag::Thead | Tag::Tbody | Tag::Tfoot => {
                self.open
                    .close_implied(&[Tag::Thead, Tag::Tbody, Tag::Tfoot, Tag::Caption], |t| {
                        t == Tag::Table
                    });
            }
            // A link ends the one it stands in, but not the boxes between them.
            Tag::A if self.open.close_link() => self.spend_on_moving(),
            _ => {}
        }
    }

    fn centre(&mut self) {
        if self.open.is_unshown() || self.limits.is_flat() || self.open.depth() >= limits::MAX_DEPTH
        {
            self.line_break();
            return self.push(None, Kind::Block);
        }
        self.close_implied(Tag::Div);
        self.out.html.push_str("<div align=\"center\">");
        self.push(Some(Tag::Div), Kind::Block);
    }

    fn noscript(&mut self) {
        if self.open.is_unshown() || self.limits.is_flat() {
            return self.push(None, Kind::Inline);
        }
        self.out.html.push_str("<span data-np-noscript=\"\">");
        self.push(Some(Tag::Span), Kind::Inline);
    }

    /// Writes a start tag with the attributes that some rule reads. Says whether it was
    /// written: with `only_if_telling`, one without attributes is not.
    fn write_start(&mut self, tag: Tag, only_if_telling: bool) -> bool {
        let allowed = if tag.is_void() {
            self.limits.allows_void()
        } else {
            self.limits.allows_element()
        };
        if !allowed {
            self.line_break();
            return false;
        }
        let start = self.out.html.len();
        self.out.html.push('<');
        self.out.html.push_str(tag.name());
        let bare = self.out.html.len();
        let mut removed = self.tokens.surplus;
        for attribute in &self.tokens.attributes {
            let name = lower(attribute.name);
            if attribute.value.len() <= MAX_VALUE
                && vocabulary::keeps_attribute(tag, &name, attribute.value)
                && is_plain(&name)
            {
                write_attribute(&mut self.out.html, &name, attribute.value);
            } else {
                removed += 1;
            }
        }
        self.out.attributes_removed += removed;
        if only_if_telling && self.out.html.len() == bare {
            self.out.html.truncate(start);
            return false;
        }
        self.out.html.push('>');
        self.limits.wrote_tag();
        true
    }

    /// A start tag inside a drawing or a formula.
    fn foreign_start(&mut self, name: &str, self_closing: bool) {
        if vocabulary::breaks_out(name) && !self.open.is_unshown() {
            self.open.leave_foreign();
            return self.start(name, self_closing);
        }
        if self_closing {
            return;
        }
        let kind = if vocabulary::is_undrawn(name) {
            Kind::UndrawnForeign
        } else if vocabulary::is_integration_point(name) {
            Kind::Integration
        } else {
            if !self.open.is_unshown() {
                self.out.html.push(' ');
            }
            Kind::Foreign
        };
        self.push(None, kind);
    }

    fn end(&mut self, name: &str) {
        if matches!(name, "p" | "br") && self.open.in_foreign() {
            return self.open.leave_foreign();
        }
        let Some(closed) = self.open.close(name) else {
            return;
        };
        if closed.misnested {
            self.spend_on_moving();
        }
        let Some(tag) = closed.tag else {
            if closed.kind == Kind::Block && !self.open.is_unshown() {
                self.line_break();
            }
            return;
        };
        if !self.limits.is_flat() || closed.kind == Kind::Player {
            self.out.html.push_str(tag.end_tag());
        }
    }

    /// What keeps lines apart where structure was given up.
    fn line_break(&mut self) {
        if self.out.html.ends_with("<br>") || self.open.is_unshown() {
            return;
        }
        if self.limits.allows_void() && !self.open.in_table_structure() {
            self.out.html.push_str("<br>");
            self.limits.wrote_tag();
        } else {
            self.out.html.push('\n');
        }
    }

    fn push(&mut self, tag: Option<Tag>, kind: Kind) {
        self.open.push(Open::new(self.name, tag, kind));
    }

    fn removed(&mut self, elements: u64) {
        self.out.elements_removed += elements;
    }

    /// Accounts for a step that searches among the nodes written so far.
    fn spend_on_moving(&mut self) {
        self.limits.spend_on_moving();
        self.check_limits();
    }

    /// Ends all structure once the budget is spent.
    fn check_limits(&mut self) {
        if self.limits.is_flat() && !self.out.flattened {
            self.out.flattened = true;
            for tag in self.open.abandon() {
                self.out.html.push_str(tag.end_tag());
            }
        }
    }
}

/// Whether an attribute's name is made of letters that every parser reads alike.
fn is_plain(name: &str) -> bool {
    name.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Writes an attribute whose value has its character references still.
fn write_attribute(html: &mut String, name: &str, value: &str) {
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    let mut rest = value;
    while let Some(at) = memchr::memchr(b'"', rest.as_bytes()) {
        html.push_str(&rest[..at]);
        html.push_str("&quot;");
        rest = &rest[at + 1..];
    }
    html.push_str(rest);
    html.push('"');
}
