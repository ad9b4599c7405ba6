//! From the tree to blocks: what each element means for the page.
//!
//! Boxes without meaning disappear; what they say about alignment, language and direction passes to the blocks inside. Bare text, line
//! breaks in a row and images between lines become paragraphs and figures. In places that hold inline content only (headings,
//! captions, terms), blocks become lines, and what cannot stand in a line follows after.

use std::collections::HashSet;

use rustc_hash::FxHashSet;

use super::blocks::{Align, Block, Format, Image, Inline, Line, Manner};
use super::inlines::Inlines;
use super::text;
use super::tree::{Kind, NodeId, Tree};
use super::values::{fragment, is_language_tag};
use crate::escape::decode;
use crate::tag::Tag;

/// Containers of the page nest no deeper, counted in elements; what stands deeper loses them. With all that a line can be
/// formatted with, a body is then still less deep than one that is read may be.
const DEEPEST: u32 = 60;

/// Turns a tree into blocks.
pub(super) struct Setter<'t, 'a> {
    pub(super) tree: &'t Tree<'a>,
    dropped: &'t FxHashSet<NodeId>,
    pub(super) inlines: Inlines<'a>,
    pub(super) images: Vec<Image<'a>>,
    /// Ids that links within the body lead to.
    pub(super) wanted: HashSet<String>,
    /// Ids that have found their place, without prefix.
    pub(super) placed: HashSet<&'a str>,
    /// How many places deep that hold inline content only.
    pub(super) inline_only: u32,
    /// What such a place could not hold.
    pub(super) late: Vec<Block<'a>>,
    /// Images at the end of a line so far, and where they stand in it: there if text follows, else on their own.
    pub(super) held: Vec<(u32, usize)>,
    /// How many `noscript` deep.
    pub(super) noscript: u32,
    /// The last image, if nothing was shown since.
    pub(super) last_image: Option<u32>,
    /// The id for the block to come.
    pub(super) pending_id: Option<&'a str>,
    pub(super) twins_removed: u64,
    pub(super) in_header_cell: bool,
    /// How many elements of the page stand around.
    depth: u32,
    /// Whether images are to leave the line being set, small ones aside.
    pub(super) without_images: bool,
}

impl<'t, 'a> Setter<'t, 'a> {
    pub(super) fn new(tree: &'t Tree<'a>, dropped: &'t FxHashSet<NodeId>) -> Self {
        let wanted = (0..tree.len() as NodeId)
            .filter(|id| tree.tag(*id) == Some(Tag::A))
            .filter_map(|id| Some((id, fragment(tree.attribute(id, "href")?)?)))
            .filter(|(id, _)| shows(tree, dropped, *id))
            .map(|(_, fragment)| fragment)
            .collect();
        Self {
            tree,
            dropped,
            inlines: Inlines::with_capacity(tree.len()),
            images: Vec::new(),
            wanted,
            placed: HashSet::new(),
            inline_only: 0,
            late: Vec::new(),
            held: Vec::new(),
            noscript: 0,
            last_image: None,
            pending_id: None,
            twins_removed: 0,
            in_header_cell: false,
            depth: 0,
            without_images: false,
        }
    }

    /// The blocks below a node.
    pub(super) fn blocks(&mut self, id: NodeId, manner: Manner<'a>) -> Vec<Block<'a>> {
        let mut out = Vec::new();
        self.children(id, &mut out, manner);
        self.end_paragraph(&mut out, manner);
        out
    }

    /// Everything below a node as one line.
    pub(super) fn line(
        &mut self,
        id: NodeId,
        out: &mut Vec<Block<'a>>,
        manner: Manner<'a>,
    ) -> Line {
        self.inline_only += 1;
        self.children(id, out, manner);
        self.inline_only -= 1;
        self.inlines.finish()
    }

    /// What had to leave a line comes after it.
    pub(super) fn flush_late(&mut self, out: &mut Vec<Block<'a>>) {
        if self.inline_only == 0 {
            for block in std::mem::take(&mut self.late) {
                out.push(match block {
                    Block::Image(image) => self.lone_image(image),
                    other => other,
                });
            }
        }
    }

    /// An image that had to leave its line: a block of its own, or a line of its own if it is a small one.
    pub(super) fn lone_image(&mut self, index: u32) -> Block<'a> {
        let image = self.images[index as usize];
        if !image.small {
            return Block::Image(index);
        }
        let formats = self.inlines.suspend();
        if let Some((href, title)) = image.link {
            self.inlines.enter(Format::Link { href, title });
        }
        self.inlines.object(Inline::Image(index));
        let line = self.inlines.finish();
        self.inlines.resume(formats);
        Block::Paragraph {
            line,
            manner: Manner::default(),
            id: None,
            caption: false,
        }
    }

    pub(super) fn children(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let mut stray_items = false;
        for child in self.tree.children(id) {
            let is_item = self.tree.tag(child) == Some(Tag::Li);
            let is_stray = is_item && self.inline_only == 0 && !self.inlines.verbatim;
            if is_stray && self.depth < DEEPEST {
                self.depth += 2;
                self.stray_item(child, stray_items, out, manner);
                self.depth -= 2;
            } else {
                self.one(child, out, manner);
            }
            stray_items = is_item || stray_items && self.is_blank(child);
        }
    }

    /// One node and everything below it.
    pub(super) fn one(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        if self.dropped.contains(&id) {
            return;
        }
        match self.tree.kind(id) {
            Kind::Text(text) => self.text(text, out, manner),
            Kind::Element(tag, ..) => {
                if tag.is_block() && tag != Tag::Li && !self.inlines.verbatim {
                    self.end_paragraph(out, manner);
                }
                let manner = if self.tree.has_attributes(id) {
                    self.manner(id, tag, manner)
                } else {
                    manner
                };
                self.element(id, tag, out, manner);
            }
        }
    }

    fn element(&mut self, id: NodeId, tag: Tag, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        self.place_id(id, tag);
        match tag {
            Tag::Br => self.line_break(out, manner),
            Tag::Wbr => self.inlines.mark(Inline::WordBreak),
            Tag::Img => self.image(id, out, manner),
            Tag::A => self.link(id, out, manner),
            Tag::Video | Tag::Audio => self.player(id, tag, out, manner),
            Tag::Iframe | Tag::Source => {}
            Tag::Hr => self.push(out, Block::Rule),
            Tag::Span => self.span(id, out, manner),
            Tag::Picture => self.children(id, out, manner),
            _ if tag.is_block() && self.inlines.verbatim => self.verbatim_box(id, out, manner),
            _ if tag.is_block() && self.inline_only > 0 => self.line_box(id, out, manner),
            Tag::Pre => self.code(id, out, manner),
            Tag::Ul | Tag::Ol => self.container(2, id, out, manner, |setter, out| {
                setter.list(id, tag, out, manner);
            }),
            Tag::Dl => self.container(2, id, out, manner, |setter, out| {
                setter.definitions(id, out, manner);
            }),
            Tag::Table => self.container(5, id, out, manner, |setter, out| {
                setter.table(id, out, manner);
            }),
            Tag::Blockquote => self.container(1, id, out, manner, |setter, out| {
                setter.quote(id, out, manner);
            }),
            Tag::Figure => self.container(2, id, out, manner, |setter, out| {
                setter.figure(id, out, manner);
            }),
            Tag::Details => self.container(1, id, out, manner, |setter, out| {
                setter.details(id, out, manner);
            }),
            _ if tag.is_block() => match tag.heading_level().filter(|_| self.may_be_heading(id)) {
                Some(level) => self.heading(id, level, out, manner),
                None => self.flow_box(id, out, manner),
            },
            _ => self.formatted(id, tag, out, manner),
        }
    }

    /// Something that is as many elements deep in the page, where it is not too deep already.
    fn container(
        &mut self,
        levels: u32,
        id: NodeId,
        out: &mut Vec<Block<'a>>,
        manner: Manner<'a>,
        set: impl FnOnce(&mut Self, &mut Vec<Block<'a>>),
    ) {
        if self.depth >= DEEPEST {
            return self.flow_box(id, out, manner);
        }
        self.depth += levels;
        set(self, out);
        self.depth -= levels;
    }

    /// Whether anything below a node is seen.
    pub(super) fn shows(&self, id: NodeId) -> bool {
        shows(self.tree, self.dropped, id)
    }

    pub(super) fn is_dropped(&self, id: NodeId) -> bool {
        self.dropped.contains(&id)
    }

    /// Whether an id is led to and still free; then it is taken.
    pub(super) fn claim(&mut self, bare: &'a str) -> bool {
        !self.wanted.is_empty()
            && self.wanted.contains(decode(bare).as_ref())
            && self.placed.insert(bare)
    }

    /// Gives the ids free again that stand in a line which is not written.
    pub(super) fn discard(&mut self, line: Line) {
        for at in line.range() {
            if let Inline::Anchor(id) = self.inlines.tokens[at] {
                self.placed.remove(id);
            }
        }
    }

    /// Gives an id free again whose element shows nothing.
    pub(super) fn unplace(&mut self, id: Option<&'a str>) {
        if let Some(id) = id {
            self.placed.remove(id);
        }
    }

    /// Alignment, language and direction in a block.
    pub(super) fn manner_at(&self, id: NodeId, outer: Manner<'a>) -> Manner<'a> {
        self.manner(id, Tag::Div, outer)
    }

    /// Alignment, language and direction at an element.
    fn manner(&self, id: NodeId, tag: Tag, outer: Manner<'a>) -> Manner<'a> {
        let mut manner = outer;
        if tag.is_block() {
            if let Some(align) = self.alignment(id) {
                manner.align = align;
            }
            manner.lang = self.language(id).or(outer.lang);
            manner.dir = self.direction(id).or(outer.dir);
        }
        manner
    }

    /// The alignment that an element itself asks for.
    pub(super) fn alignment(&self, id: NodeId) -> Option<Align> {
        let classes = self.tree.attribute(id, "class")?;
        classes
            .split_ascii_whitespace()
            .find_map(|class| match class {
                "np-center" | "text-center" | "ql-align-center" | "has-text-align-center" => {
                    Some(Align::Centre)
                }
                "np-right" | "text-right" | "ql-align-right" | "has-text-align-right" => {
                    Some(Align::End)
                }
                "np-left" => Some(Align::Start),
                _ => None,
            })
    }

    pub(super) fn language(&self, id: NodeId) -> Option<&'a str> {
        self.tree
            .attribute(id, "lang")
            .filter(|tag| is_language_tag(tag))
    }

    pub(super) fn direction(&self, id: NodeId) -> Option<&'static str> {
        let value = self.tree.attribute(id, "dir")?;
        ["rtl", "ltr", "auto"]
            .into_iter()
            .find(|known| value.eq_ignore_ascii_case(known))
    }

    fn text(&mut self, text: &'a str, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        if !self.inlines.verbatim && !text::is_empty(text) {
            self.before_content(text::begins_indented(text), out, manner);
            self.held.clear();
            self.last_image = None;
        }
        self.inlines.text(text);
    }

    /// Two line breaks, or one before an indented line, end a paragraph.
    pub(super) fn before_content(
        &mut self,
        indented: bool,
        out: &mut Vec<Block<'a>>,
        manner: Manner<'a>,
    ) {
        let breaks = self.inlines.pending_breaks();
        if self.inline_only == 0 && (breaks >= 2 || breaks == 1 && indented) {
            self.end_paragraph(out, manner);
        }
    }

    fn line_break(&mut self, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        if self.held.is_empty() {
            self.inlines.line_break();
        } else {
            self.end_paragraph(out, manner);
        }
    }

    /// Ends the paragraph being set, if there is one. In a place for one line, begins a new one.
    pub(super) fn end_paragraph(&mut self, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        if self.inlines.verbatim {
            return;
        }
        if self.inline_only > 0 {
            if self.inlines.line_has_content() {
                self.inlines.line_break();
            }
            return;
        }
        for (_, position) in &self.held {
            self.inlines.remove(*position);
        }
        let line = self.inlines.finish();
        if !line.is_empty() {
            let id = self.pending_id.take();
            out.push(Block::Paragraph {
                line,
                manner,
                id,
                caption: false,
            });
        }
        out.extend(self.held.drain(..).map(|(image, _)| Block::Image(image)));
    }

    /// Adds a block that stands in its own right.
    pub(super) fn push(&mut self, out: &mut Vec<Block<'a>>, block: Block<'a>) {
        if self.inline_only > 0 || self.inlines.verbatim {
            if !matches!(block, Block::Rule) {
                self.late.push(block);
            }
        } else {
            out.push(block);
        }
        self.last_image = None;
    }
}

/// Whether anything below a node is seen.
fn shows(tree: &Tree<'_>, dropped: &FxHashSet<NodeId>, id: NodeId) -> bool {
    let mut pending = vec![id];
    while let Some(at) = pending.pop() {
        if dropped.contains(&at) {
            continue;
        }
        match tree.kind(at) {
            Kind::Text(text) if !text::is_empty(text) => return true,
            Kind::Element(Tag::Img, ..) => return true,
            Kind::Element(Tag::Video | Tag::Audio | Tag::Source, ..)
                if tree.attribute(at, "src").is_some_and(|src| !src.is_empty()) =>
            {
                return true;
            }
            _ => pending.extend(tree.children(at)),
        }
    }
    false
}
