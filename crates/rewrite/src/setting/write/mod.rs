//! Writes blocks as markup, and has the last word on it.
//!
//! Every element and attribute that can come out is written down here. Texts are checked for
//! anything that could be markup, values for anything that could leave their quotes, addresses for their scheme: whatever the
//! stages before let through, this one does not write it.

mod lines;
mod tables;
mod values;

use std::collections::HashSet;

use newsprint_model::config::Indent;

use super::blocks::{Align, Block, Image, Inline, Line, List, Manner, Player};
use super::headings::Ids;
use super::{highlight, indent};
use crate::escape::{decode, encode_into, without_forbidden};
use crate::rules::has_web_scheme;
use crate::{Context, Facts};
use lines::EXTERNAL;
use values::is_media_address;

/// What the writer needs to know of a body and the article around it.
pub(super) struct Page<'w, 'a> {
    pub(super) tokens: &'w [Inline<'a>],
    pub(super) images: &'w [Image<'a>],
    pub(super) context: &'w Context<'w>,
    pub(super) indent: Indent,
    /// Whether addresses went through the rules.
    pub(super) judged: bool,
    /// About how many bytes will be written.
    pub(super) length: usize,
}

/// Writes the blocks of a body, one a line, and says which ids its links lead to.
pub(super) fn write<'a>(
    page: &Page<'_, 'a>,
    blocks: &[Block<'a>],
    ids: &Ids,
    facts: &mut Facts,
) -> (String, HashSet<String>) {
    (facts.images, facts.first_image) = (0, None);
    let mut writer = Writer {
        out: String::with_capacity(page.length),
        page,
        ids,
        facts,
        headings: 0,
        linked: HashSet::new(),
    };
    writer.body(blocks);
    (writer.out, writer.linked)
}

/// The writer of one body.
struct Writer<'w, 'a> {
    out: String,
    page: &'w Page<'w, 'a>,
    ids: &'w Ids,
    facts: &'w mut Facts,
    /// How many headings were written.
    headings: usize,
    /// The ids that links lead to.
    linked: HashSet<String>,
}

/// Where a block stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the top of the body.
    Top,
    /// In a quotation, a list, a cell.
    Inside,
}

impl<'a> Writer<'_, 'a> {
    /// Writes the blocks of the body, one a line.
    fn body(&mut self, blocks: &[Block<'a>]) {
        for (i, block) in blocks.iter().enumerate() {
            if i > 0 {
                self.out.push('\n');
            }
            self.block(block, Place::Top);
        }
    }

    fn blocks(&mut self, blocks: &[Block<'a>]) {
        for block in blocks {
            self.block(block, Place::Inside);
        }
    }

    fn block(&mut self, block: &Block<'a>, place: Place) {
        match block {
            Block::Paragraph {
                line, manner, id, ..
            } => self.paragraph(*line, *manner, *id, place),
            Block::Heading {
                level,
                line,
                manner,
                id,
            } => self.heading(*level, *line, *manner, *id),
            Block::List(list) => self.list(list),
            Block::Definitions(groups) => {
                self.out.push_str("<dl>");
                for group in groups {
                    for term in &group.terms {
                        self.wrapped("dt", *term);
                    }
                    for meaning in &group.meanings {
                        self.out.push_str("<dd>");
                        self.tight(meaning);
                        self.out.push_str("</dd>");
                    }
                }
                self.out.push_str("</dl>");
            }
            Block::Quote { blocks, manner } => {
                self.out.push_str("<blockquote");
                self.manner(*manner, None);
                self.out.push('>');
                self.blocks(blocks);
                self.out.push_str("</blockquote>");
            }
            Block::Code {
                language,
                is_code,
                line,
            } => self.code(*language, *is_code, *line),
            Block::Figure { content, caption } => {
                self.out.push_str("<figure>");
                for block in content {
                    match block {
                        Block::Image(image) => self.lone_image(*image),
                        Block::Player(player) => self.player(player),
                        other => self.block(other, Place::Inside),
                    }
                }
                self.wrapped("figcaption", *caption);
                self.out.push_str("</figure>");
            }
            Block::Image(image) => {
                self.out.push_str("<figure>");
                self.lone_image(*image);
                self.out.push_str("</figure>");
            }
            Block::Player(player) => {
                self.out.push_str("<figure>");
                self.player(player);
                self.out.push_str("</figure>");
            }
            Block::Card {
                provider,
                href,
                label,
            } => self.card(provider, href, *label),
            Block::Table(table) => self.table(table),
            Block::Details {
                open,
                summary,
                blocks,
            } => {
                self.out
                    .push_str(if *open { "<details open>" } else { "<details>" });
                self.wrapped("summary", *summary);
                self.blocks(blocks);
                self.out.push_str("</details>");
            }
            Block::Rule => self.out.push_str("<hr>"),
        }
    }

    fn paragraph(&mut self, line: Line, manner: Manner<'a>, id: Option<&str>, place: Place) {
        self.out.push_str("<p");
        self.id(id);
        let indented = place == Place::Top
            && indent::is_indented(self.page.indent, manner, self.page.tokens, line);
        self.manner(manner, indented.then_some("np-indent"));
        self.out.push('>');
        self.line(line);
        self.out.push_str("</p>");
    }

    fn heading(&mut self, level: u8, line: Line, manner: Manner<'a>, id: Option<&str>) {
        let at = self.out.len();
        self.out.push_str("<h0");
        // Headings are listed in the order in which they are written.
        let listed = self
            .facts
            .headings
            .get(self.headings)
            .map(|heading| heading.id.clone());
        self.headings += 1;
        match (id, listed) {
            (Some(id), _) => self.id(Some(id)),
            (None, Some(id)) => {
                self.out.push_str(" id=\"");
                encode_into(&mut self.out, &id);
                self.out.push('"');
            }
            (None, None) => {}
        }
        self.manner(manner, None);
        self.out.push('>');
        self.line(line);
        let digit = char::from(b'0' + level.clamp(2, 6));
        self.out
            .replace_range(at + 2..at + 3, digit.encode_utf8(&mut [0; 4]));
        self.out.push_str("</h");
        self.out.push(digit);
        self.out.push('>');
    }

    fn list(&mut self, list: &List<'a>) {
        let name = if list.ordered { "ol" } else { "ul" };
        self.out.push('<');
        self.out.push_str(name);
        if let Some(start) = list.start.filter(|start| *start != 1) {
            self.out.push_str(&format!(" start=\"{start}\""));
        }
        if let Some(kind) = list.numbering {
            self.attribute("type", kind);
        }
        if list.reversed {
            self.out.push_str(" reversed");
        }
        self.manner(list.manner, None);
        self.out.push('>');
        for item in &list.items {
            self.out.push_str("<li");
            self.id(item.id);
            if let Some(value) = item.value.filter(|_| list.ordered) {
                self.out.push_str(&format!(" value=\"{value}\""));
            }
            self.out.push('>');
            self.tight(&item.blocks);
            self.out.push_str("</li>");
        }
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// A single paragraph, or one before lists, needs no tags of its own in an item.
    fn tight(&mut self, blocks: &[Block<'a>]) {
        match blocks {
            [
                Block::Paragraph {
                    line,
                    manner,
                    id: None,
                    ..
                },
                rest @ ..,
            ] if manner.align == Align::Start
                && rest.iter().all(|block| matches!(block, Block::List(_))) =>
            {
                self.line(*line);
                self.blocks(rest);
            }
            _ => self.blocks(blocks),
        }
    }

    fn code(&mut self, language: Option<&str>, is_code: bool, line: Line) {
        self.facts.has_code |= is_code;
        self.out.push_str("<pre>");
        if is_code {
            self.out.push_str("<code");
            if let Some(language) = language {
                self.out.push_str(" class=\"language-");
                self.value(language);
                self.out.push('"');
            }
            self.out.push('>');
        }
        let tokens = &self.page.tokens[line.range()];
        // Colours take the place of the source's own formatting, but not of the targets of links.
        let has_anchor = tokens
            .iter()
            .any(|token| matches!(token, Inline::Anchor(_)));
        let grammar = language
            .and_then(highlight::grammar)
            .filter(|_| !has_anchor);
        match grammar {
            Some(grammar) => {
                let mut text = String::new();
                for token in tokens {
                    if let Inline::Text(part) = token {
                        text.push_str(&decode(part));
                    }
                }
                let text = text.replace('\u{a0}', " ");
                highlight::write(&mut self.out, grammar, &without_forbidden(&text));
            }
            None => self.line_of(line, true),
        }
        self.out
            .push_str(if is_code { "</code></pre>" } else { "</pre>" });
    }

    fn card(&mut self, provider: &str, href: &str, label: Line) {
        let Some(href) = self.address(href).filter(|href| has_web_scheme(href)) else {
            return self.wrapped("p", label);
        };
        self.out
            .push_str("<p class=\"np-media\"><a class=\"np-card np-card-");
        self.value(provider);
        self.out.push('"');
        self.address_attribute("href", href);
        self.out.push_str(EXTERNAL);
        self.out.push('>');
        self.line(label);
        self.out.push_str("</a></p>");
    }

    fn player(&mut self, player: &Player<'a>) {
        let usable =
            |address: Option<&'a str>| address.filter(|a| self.page.judged && is_media_address(a));
        let name = if player.video { "video" } else { "audio" };
        let (src, poster) = (usable(player.src), usable(player.poster));
        let sources: Vec<_> = player
            .sources
            .iter()
            .filter(|(src, _)| usable(Some(src)).is_some())
            .collect();
        self.out.push('<');
        self.out.push_str(name);
        self.out.push_str(" controls preload=\"none\"");
        if let Some(src) = src {
            self.address_attribute("src", src);
        }
        if let Some(poster) = poster {
            self.address_attribute("poster", poster);
        }
        if let Some((width, height)) = player.size {
            self.out
                .push_str(&format!(" width=\"{width}\" height=\"{height}\""));
        }
        if let Some(title) = player.title {
            self.attribute("title", title);
        }
        self.out.push('>');
        for (address, kind) in sources.into_iter().filter(|_| src.is_none()) {
            self.out.push_str("<source");
            self.address_attribute("src", address);
            if let Some(kind) = kind {
                self.attribute("type", kind);
            }
            self.out.push('>');
        }
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// A line in an element without attributes.
    fn wrapped(&mut self, name: &str, line: Line) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        self.line(line);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }
}
