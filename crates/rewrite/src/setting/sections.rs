//! Blocks that hold others: boxes, headings, quotations, figures, details.

use super::blocks::{Align, Block, Inline, Line, Manner};
use super::flow::Setter;
use super::inlines::Inlines;
use super::text;
use super::tree::NodeId;
use super::values::bare_id;
use crate::escape::decode;
use crate::tag::Tag;

/// Classes by which pages mark captions, beside those that have the word in them.
const CAPTION_CLASSES: &[&str] = &[
    "img-desc",
    "pic-desc",
    "image-desc",
    "img-info",
    "pic-info",
    "photo-desc",
    "pictext",
    "pic-text",
    "imgdesc",
    "img-note",
];

/// A longer text is no heading, in characters that are no blanks.
const MAX_HEADING: usize = 160;

impl<'a> Setter<'_, 'a> {
    /// A box without meaning of its own.
    pub(super) fn flow_box(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let before = out.len();
        self.children(id, out, manner);
        self.end_paragraph(out, manner);
        let unused = self.pending_id.take();
        self.unplace(unused);
        if self.is_caption(id) {
            for block in &mut out[before..] {
                if let Block::Paragraph { caption, .. } = block {
                    *caption = true;
                }
            }
        }
    }

    pub(super) fn is_caption(&self, id: NodeId) -> bool {
        self.tree.tag(id) == Some(Tag::Figcaption)
            || matches!(self.tree.tag(id), Some(Tag::P | Tag::Div | Tag::Span))
                && self.tree.attribute(id, "class").is_some_and(|value| {
                    value.split_ascii_whitespace().any(|class| {
                        CAPTION_CLASSES.contains(&class)
                            || class.ends_with("caption-text")
                            || class.ends_with("-caption") && class != "wp-caption"
                            || class == "caption"
                            || class.ends_with("_caption")
                    })
                })
    }

    /// A block in a place for one line.
    pub(super) fn line_box(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        self.children(id, out, manner);
        self.end_paragraph(out, manner);
    }

    /// A block in preformatted text: its end is a line's end.
    pub(super) fn verbatim_box(
        &mut self,
        id: NodeId,
        out: &mut Vec<Block<'a>>,
        manner: Manner<'a>,
    ) {
        let ends_line = |inlines: &Inlines<'_>| matches!(inlines.tokens.last(), Some(Inline::Text(text)) if text.ends_with('\n'));
        if self.inlines.has_content() && !ends_line(&self.inlines) {
            self.inlines.line_break();
        }
        self.children(id, out, manner);
        // Cells of one row stay on it.
        let is_cell = matches!(self.tree.tag(id), Some(Tag::Td | Tag::Th));
        if !is_cell && self.inlines.has_content() && !ends_line(&self.inlines) {
            self.inlines.line_break();
        }
    }

    /// Headings in header cells are text like any other there, and some pages set whole paragraphs as headings.
    pub(super) fn may_be_heading(&self, id: NodeId) -> bool {
        let mut text = String::new();
        self.tree.text_into(id, &mut text);
        !self.in_header_cell
            && decode(&text)
                .split_whitespace()
                .map(|word| word.chars().count())
                .sum::<usize>()
                <= MAX_HEADING
    }

    pub(super) fn heading(
        &mut self,
        id: NodeId,
        level: u8,
        out: &mut Vec<Block<'a>>,
        manner: Manner<'a>,
    ) {
        let own = self.own_id(id);
        let first_image = self.images.len();
        let line = self.line(id, out, manner);
        let is_text = self.inlines.tokens[line.range()]
            .iter()
            .any(|token| matches!(token, Inline::Text(text) if !text::is_empty(text)));
        if is_text {
            out.push(Block::Heading {
                level,
                line,
                manner,
                id: own,
            });
        } else {
            // A heading that shows images only is none.
            self.discard(line);
            self.unplace(own);
            for image in first_image..self.images.len() {
                let block = self.lone_image(image as u32);
                out.push(block);
            }
        }
        self.flush_late(out);
    }

    /// The id of a heading, which may not repeat one that has its place.
    pub(super) fn own_id(&mut self, id: NodeId) -> Option<&'a str> {
        let bare = bare_id(self.tree.attribute(id, "id")?)?;
        self.placed.insert(bare).then_some(bare)
    }

    pub(super) fn quote(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let mut blocks = self.blocks(
            id,
            Manner {
                align: Align::Start,
                ..manner
            },
        );
        super::figures::arrange(&mut blocks, &self.inlines.tokens);
        if !blocks.is_empty() {
            let manner = Manner {
                align: Align::Start,
                ..manner
            };
            self.push(out, Block::Quote { blocks, manner });
        }
    }

    pub(super) fn figure(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let is_caption = |child: NodeId| self.tree.tag(child) == Some(Tag::Figcaption);
        if !self
            .tree
            .children(id)
            .any(|child| !is_caption(child) && self.shows(child))
        {
            // A caption of nothing is text like any other.
            self.children(id, out, manner);
            return self.end_paragraph(out, manner);
        }
        // A figure of its own is nobody's twin.
        self.last_image = None;
        let mut content = Vec::new();
        let mut caption = Line::default();
        for child in self.tree.children(id) {
            if is_caption(child) && caption.is_empty() && !self.is_dropped(child) {
                self.end_paragraph(&mut content, manner);
                caption = self.line(child, &mut content, manner);
                self.flush_late(&mut content);
            } else {
                self.one(child, &mut content, manner);
            }
        }
        self.end_paragraph(&mut content, manner);
        if caption.is_empty() {
            super::figures::arrange(&mut content, &self.inlines.tokens);
            out.append(&mut content);
        } else if content.is_empty() {
            out.push(Block::Paragraph {
                line: caption,
                manner,
                id: None,
                caption: true,
            });
        } else {
            super::figures::without_twins(&mut content);
            out.push(Block::Figure { content, caption });
        }
    }

    pub(super) fn details(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let shows = |wanted: bool| {
            self.tree.children(id).any(|child| {
                (self.tree.tag(child) == Some(Tag::Summary)) == wanted && self.shows(child)
            })
        };
        if !shows(true) || !shows(false) {
            return self.flow_box(id, out, manner);
        }
        let mut blocks = Vec::new();
        let mut summary = Line::default();
        for child in self.tree.children(id) {
            if self.tree.tag(child) == Some(Tag::Summary)
                && summary.is_empty()
                && !self.is_dropped(child)
            {
                self.end_paragraph(&mut blocks, manner);
                summary = self.line(child, &mut blocks, manner);
                self.flush_late(&mut blocks);
            } else {
                self.one(child, &mut blocks, manner);
            }
        }
        self.end_paragraph(&mut blocks, manner);
        super::figures::arrange(&mut blocks, &self.inlines.tokens);
        if summary.is_empty() || blocks.is_empty() {
            if !summary.is_empty() {
                out.push(Block::Paragraph {
                    line: summary,
                    manner,
                    id: None,
                    caption: false,
                });
            }
            out.append(&mut blocks);
        } else {
            let open = self.tree.attribute(id, "open").is_some();
            out.push(Block::Details {
                open,
                summary,
                blocks,
            });
        }
    }
}
