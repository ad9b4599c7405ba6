//! From the tree to blocks: what each element means for the page.
//!
//! Boxes without meaning disappear; what they say about alignment, language and direction passes to the blocks inside. Bare text, line
//! breaks in a row and images between lines become paragraphs and figures. In places that hold inline content only (headings,
//! captions, terms), blocks become lines, and what cannot stand in a line follows after.

use std::collections::{HashMap, HashSet};

use super::blocks::{Align, Block, Format, Image, Inline, Line, Manner, Player};
use super::inlines::Inlines;
use super::text;
use super::tree::{Kind, NodeId, Tree};
use crate::escape::decode;
use crate::rules::{SMALL, has_web_scheme, players};
use crate::tag::Tag;

/// Classes by which pages mark captions, beside those that have the word in them.
const CAPTION_CLASSES: &[&str] = &["img-desc", "pic-desc", "image-desc", "img-info", "pic-info", "photo-desc", "pictext", "pic-text", "imgdesc", "img-note"];

/// A longer text is no heading, in characters that are no blanks.
const MAX_HEADING: usize = 160;

/// Turns a tree into blocks.
pub(super) struct Setter<'t, 'a> {
    pub(super) tree: &'t Tree<'a>,
    dropped: &'t HashSet<NodeId>,
    pub(super) inlines: Inlines<'a>,
    pub(super) images: Vec<Image<'a>>,
    /// Ids that links within the body lead to.
    wanted: HashSet<String>,
    /// Ids that have found their place, without prefix.
    pub(super) placed: HashSet<&'a str>,
    /// How many places deep that hold inline content only.
    inline_only: u32,
    /// What such a place could not hold.
    late: Vec<Block<'a>>,
    /// Images at the end of a line so far, and where they stand in it: there if text follows, else on their own.
    held: Vec<(u32, usize)>,
    /// How many `noscript` deep.
    noscript: u32,
    /// The last image, if nothing was shown since.
    last_image: Option<u32>,
    /// The id for the block to come.
    pending_id: Option<&'a str>,
    /// Addresses of frames so far, to know the twins that `object` and `embed` make.
    cards: HashMap<&'a str, usize>,
    pub(super) twins_removed: u64,
    pub(super) in_header_cell: bool,
}

impl<'t, 'a> Setter<'t, 'a> {
    pub(super) fn new(tree: &'t Tree<'a>, dropped: &'t HashSet<NodeId>) -> Self {
        let wanted = (0..tree.len() as NodeId)
            .filter(|id| tree.tag(*id) == Some(Tag::A))
            .filter_map(|id| Some((id, fragment(tree.attribute(id, "href")?)?)))
            .filter(|(id, _)| shows(tree, dropped, *id))
            .map(|(_, fragment)| fragment)
            .collect();
        Self {
            tree,
            dropped,
            inlines: Inlines::default(),
            images: Vec::new(),
            wanted,
            placed: HashSet::new(),
            inline_only: 0,
            late: Vec::new(),
            held: Vec::new(),
            noscript: 0,
            last_image: None,
            pending_id: None,
            cards: HashMap::new(),
            twins_removed: 0,
            in_header_cell: false,
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
    pub(super) fn line(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) -> Line {
        self.inline_only += 1;
        self.children(id, out, manner);
        self.inline_only -= 1;
        self.inlines.finish()
    }

    /// What had to leave a line comes after it.
    pub(super) fn flush_late(&mut self, out: &mut Vec<Block<'a>>) {
        if self.inline_only == 0 {
            out.append(&mut self.late);
        }
    }

    pub(super) fn children(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let mut stray_items = false;
        for child in self.tree.children(id) {
            let is_item = self.tree.tag(child) == Some(Tag::Li);
            if is_item && self.inline_only == 0 && !self.inlines.verbatim {
                self.stray_item(child, stray_items, out, manner);
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
                let manner = if self.tree.has_attributes(id) { self.manner(id, tag, manner) } else { manner };
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
            Tag::Ul | Tag::Ol => self.list(id, tag, out, manner),
            Tag::Dl => self.definitions(id, out, manner),
            Tag::Table => self.table(id, out, manner),
            Tag::Blockquote => self.quote(id, out, manner),
            Tag::Figure => self.figure(id, out, manner),
            Tag::Details => self.details(id, out, manner),
            _ if tag.is_block() => match tag.heading_level().filter(|_| self.may_be_heading(id)) {
                Some(level) => self.heading(id, level, out, manner),
                None => self.flow_box(id, out, manner),
            },
            _ => self.formatted(id, tag, out, manner),
        }
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
        !self.wanted.is_empty() && self.wanted.contains(decode(bare).as_ref()) && self.placed.insert(bare)
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
        classes.split_ascii_whitespace().find_map(|class| match class {
            "np-center" | "text-center" | "ql-align-center" | "has-text-align-center" => Some(Align::Centre),
            "np-right" | "text-right" | "ql-align-right" | "has-text-align-right" => Some(Align::End),
            "np-left" => Some(Align::Start),
            _ => None,
        })
    }

    fn language(&self, id: NodeId) -> Option<&'a str> {
        self.tree.attribute(id, "lang").filter(|tag| is_language_tag(tag))
    }

    fn direction(&self, id: NodeId) -> Option<&'static str> {
        let value = self.tree.attribute(id, "dir")?;
        ["rtl", "ltr", "auto"].into_iter().find(|known| value.eq_ignore_ascii_case(known))
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
    fn before_content(&mut self, indented: bool, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
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
            out.push(Block::Paragraph { line, manner, id, caption: false });
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

    fn is_caption(&self, id: NodeId) -> bool {
        self.tree.tag(id) == Some(Tag::Figcaption)
            || matches!(self.tree.tag(id), Some(Tag::P | Tag::Div | Tag::Span))
                && self.tree.attribute(id, "class").is_some_and(|value| {
                    value.split_ascii_whitespace().any(|class| {
                        CAPTION_CLASSES.contains(&class) || class.ends_with("caption-text") || class.ends_with("-caption") && class != "wp-caption" || class == "caption" || class.ends_with("_caption")
                    })
                })
    }

    /// A block in a place for one line.
    fn line_box(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        self.children(id, out, manner);
        self.end_paragraph(out, manner);
    }

    /// A block in preformatted text: its end is a line's end.
    fn verbatim_box(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
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
    fn may_be_heading(&self, id: NodeId) -> bool {
        let mut text = String::new();
        self.tree.text_into(id, &mut text);
        !self.in_header_cell && decode(&text).split_whitespace().map(|word| word.chars().count()).sum::<usize>() <= MAX_HEADING
    }

    fn heading(&mut self, id: NodeId, level: u8, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let own = self.own_id(id);
        let first_image = self.images.len();
        let line = self.line(id, out, manner);
        let is_text = self.inlines.tokens[line.range()].iter().any(|token| matches!(token, Inline::Text(text) if !text::is_empty(text)));
        if is_text {
            out.push(Block::Heading { level, line, manner, id: own });
        } else {
            // A heading that shows images only is none.
            out.extend((first_image..self.images.len()).map(|image| Block::Image(image as u32)));
        }
        self.flush_late(out);
    }

    /// The id of a heading, which may not repeat one that has its place.
    fn own_id(&mut self, id: NodeId) -> Option<&'a str> {
        let bare = bare_id(self.tree.attribute(id, "id")?)?;
        self.placed.insert(bare).then_some(bare)
    }

    fn quote(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let mut blocks = self.blocks(id, Manner { align: Align::Start, ..manner });
        super::figures::arrange(&mut blocks, &self.inlines.tokens);
        if !blocks.is_empty() {
            let manner = Manner { align: Align::Start, ..manner };
            self.push(out, Block::Quote { blocks, manner });
        }
    }

    fn figure(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let is_caption = |child: NodeId| self.tree.tag(child) == Some(Tag::Figcaption);
        if !self.tree.children(id).any(|child| !is_caption(child) && self.shows(child)) {
            // A caption of nothing is text like any other.
            self.children(id, out, manner);
            return self.end_paragraph(out, manner);
        }
        let mut content = Vec::new();
        let mut caption = Line::default();
        for child in self.tree.children(id) {
            if is_caption(child) && caption.is_empty() && !self.dropped.contains(&child) {
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
            out.push(Block::Paragraph { line: caption, manner, id: None, caption: true });
        } else {
            out.push(Block::Figure { content, caption });
        }
    }

    fn details(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let shows = |wanted: bool| self.tree.children(id).any(|child| (self.tree.tag(child) == Some(Tag::Summary)) == wanted && self.shows(child));
        if !shows(true) || !shows(false) {
            return self.flow_box(id, out, manner);
        }
        let mut blocks = Vec::new();
        let mut summary = Line::default();
        for child in self.tree.children(id) {
            if self.tree.tag(child) == Some(Tag::Summary) && summary.is_empty() && !self.dropped.contains(&child) {
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
                out.push(Block::Paragraph { line: summary, manner, id: None, caption: false });
            }
            out.append(&mut blocks);
        } else {
            let open = self.tree.attribute(id, "open").is_some();
            out.push(Block::Details { open, summary, blocks });
        }
    }

    fn image(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let Some(src) = self.tree.attribute(id, "src").filter(|src| !src.is_empty()) else { return };
        let number = |name: &str| self.tree.attribute(id, name).and_then(|value| value.parse::<u32>().ok()).filter(|n| *n > 0);
        let image = Image {
            src,
            alt: self.tree.attribute(id, "alt").unwrap_or_default().trim(),
            size: number("width").zip(number("height")),
            small: self.tree.attribute(id, SMALL).is_some() || self.tree.has_class(id, "np-small"),
            noscript: self.noscript > 0,
            link: self.inlines.link(),
        };
        if let Some(last) = self.last_image.map(|last| self.images[last as usize]) {
            let twin = if image.noscript { !last.noscript || last.src == src } else { last.noscript && last.src == src };
            if twin {
                self.twins_removed += 1;
                return;
            }
        }
        let index = self.images.len() as u32;
        self.images.push(image);
        if self.inlines.verbatim {
            self.late.push(Block::Image(index));
        } else if self.inline_only > 0 || image.small {
            self.before_content(false, out, manner);
            self.inlines.object(Inline::Image(index));
        } else if self.inlines.line_has_content() {
            self.inlines.object(Inline::Image(index));
            self.held.push((index, self.inlines.position() - 1));
        } else {
            self.end_paragraph(out, manner);
            out.push(Block::Image(index));
        }
        self.last_image = Some(index);
    }

    fn player(&mut self, id: NodeId, tag: Tag, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let tree = self.tree;
        let number = |name: &str| tree.attribute(id, name).and_then(|value| value.parse::<u32>().ok()).filter(|n| *n > 0);
        let player = Player {
            video: tag == Tag::Video,
            src: tree.attribute(id, "src").filter(|src| !src.is_empty()),
            poster: tree.attribute(id, "poster").filter(|src| tag == Tag::Video && !src.is_empty()),
            size: number("width").zip(number("height")).filter(|_| tag == Tag::Video),
            title: tree.attribute(id, "title").filter(|title| !title.trim().is_empty()),
            sources: tree
                .children(id)
                .filter(|child| tree.tag(*child) == Some(Tag::Source))
                .filter_map(|child| Some((tree.attribute(child, "src").filter(|src| !src.is_empty())?, tree.attribute(child, "type").filter(|kind| is_media_type(kind)))))
                .collect(),
        };
        if player.src.is_some() || !player.sources.is_empty() {
            self.end_paragraph(out, manner);
            self.push(out, Block::Player(player));
        }
    }

    fn link(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let href = self.tree.attribute(id, "href").filter(|href| !href.is_empty());
        if let (Some(href), Some(provider)) = (href, self.provider(id))
            && has_web_scheme(href)
            && self.inline_only == 0
            && !self.inlines.verbatim
        {
            return self.card(id, provider, href, out, manner);
        }
        let title = self.tree.attribute(id, "title").filter(|title| !title.trim().is_empty());
        let entered = href.is_some_and(|href| self.inlines.enter(Format::Link { href, title }));
        self.children(id, out, manner);
        if entered {
            self.inlines.leave();
        }
    }

    /// The provider of a link that stands for a frame.
    fn provider(&self, id: NodeId) -> Option<&'a str> {
        let classes = self.tree.attribute(id, "class")?;
        let mut classes = classes.split_ascii_whitespace();
        (classes.next() == Some("np-card")).then_some(())?;
        classes.next()?.strip_prefix("np-card-").filter(|provider| players::is_known(provider))
    }

    fn card(&mut self, id: NodeId, provider: &'a str, href: &'a str, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        self.end_paragraph(out, manner);
        let formats = self.inlines.suspend();
        let label = self.line(id, out, manner);
        self.inlines.resume(formats);
        let place = out.len();
        let twin = self.cards.insert(href, place).is_some_and(|before| before + 1 == place);
        if twin {
            self.twins_removed += 1;
        } else if !label.is_empty() {
            out.push(Block::Card { provider, href, label });
        }
        self.flush_late(out);
    }

    fn span(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let noscript = u32::from(self.tree.attribute(id, "data-np-noscript").is_some());
        self.noscript += noscript;
        let strong = self.tree.has_class(id, "np-strong") && self.inlines.enter(Format::Plain("strong"));
        let span = Format::Span { lang: self.language(id), dir: self.direction(id) };
        let entered = span != (Format::Span { lang: None, dir: None }) && !self.inlines.verbatim && self.inlines.enter(span);
        self.children(id, out, manner);
        if entered {
            self.inlines.leave();
        }
        if strong {
            self.inlines.leave();
        }
        self.noscript -= noscript;
    }

    fn formatted(&mut self, id: NodeId, tag: Tag, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let format = match tag {
            Tag::B => Format::Plain("strong"),
            Tag::I => Format::Plain("em"),
            Tag::Abbr | Tag::Dfn => match self.tree.attribute(id, "title").filter(|title| !title.trim().is_empty()) {
                Some(title) => Format::Titled(tag.name(), title),
                None => Format::Plain(tag.name()),
            },
            Tag::Time | Tag::Del | Tag::Ins => match self.tree.attribute(id, "datetime").filter(|date| is_date(date)) {
                Some(date) => Format::Dated(tag.name(), date),
                // Without a date the text itself would have to be one.
                None if tag == Tag::Time => return self.children(id, out, manner),
                None => Format::Plain(tag.name()),
            },
            Tag::Bdo => match self.direction(id) {
                Some(dir @ ("rtl" | "ltr")) => Format::Override(dir),
                _ => return self.children(id, out, manner),
            },
            Tag::Rt | Tag::Rp if !self.inlines.formats().contains(&Format::Plain("ruby")) => return self.children(id, out, manner),
            Tag::Code if self.inlines.verbatim => return self.children(id, out, manner),
            _ => Format::Plain(tag.name()),
        };
        let entered = self.inlines.enter(format);
        self.children(id, out, manner);
        if entered {
            self.inlines.leave();
        }
    }

    /// Puts an id that some link leads to where its element stands.
    fn place_id(&mut self, id: NodeId, tag: Tag) {
        if self.wanted.is_empty() || !self.tree.has_attributes(id) || tag.heading_level().is_some() || tag == Tag::Li {
            return;
        }
        let value = self.tree.attribute(id, "id").or_else(|| self.tree.attribute(id, "name"));
        let Some(bare) = value.and_then(bare_id) else { return };
        if !self.claim(bare) {
            return;
        }
        if tag == Tag::P && self.inline_only == 0 && !self.inlines.verbatim {
            self.pending_id = Some(bare);
        } else {
            self.inlines.mark(Inline::Anchor(bare));
        }
    }
}

/// Whether anything below a node is seen.
fn shows(tree: &Tree<'_>, dropped: &HashSet<NodeId>, id: NodeId) -> bool {
    let mut pending = vec![id];
    while let Some(at) = pending.pop() {
        if dropped.contains(&at) {
            continue;
        }
        match tree.kind(at) {
            Kind::Text(text) if !text::is_empty(text) => return true,
            Kind::Element(Tag::Img, ..) => return true,
            Kind::Element(Tag::Video | Tag::Audio | Tag::Source, ..) if tree.attribute(at, "src").is_some_and(|src| !src.is_empty()) => return true,
            _ => pending.extend(tree.children(at)),
        }
    }
    false
}

/// An id without the prefix that ours have; none if it cannot be one.
pub(super) fn bare_id(value: &str) -> Option<&str> {
    let bare = value.strip_prefix("p-").unwrap_or(value);
    (!bare.is_empty() && bare.len() <= 200 && !bare.contains(|c: char| c.is_whitespace() || c.is_control())).then_some(bare)
}

/// The id, without prefix, that a link within the page leads to.
pub(super) fn fragment(href: &str) -> Option<String> {
    let fragment = href.strip_prefix('#')?;
    let decoded = percent_encoding::percent_decode_str(fragment).decode_utf8().ok()?.into_owned();
    bare_id(&decode(&decoded)).map(str::to_owned)
}

/// Whether a value has the form of a language tag: `zh`, `zh-Hans`, `en-US` (RFC 5646, well-formed and short).
fn is_language_tag(value: &str) -> bool {
    let mut parts = value.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && value.len() <= 35
        && parts.all(|part| matches!(part.len(), 2 | 4) && part.bytes().all(|b| b.is_ascii_alphabetic()) || part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a value is a date, or a date and a time, as the attribute wants it.
fn is_date(value: &str) -> bool {
    let (date, time) = value.split_once(['T', ' ']).map_or((value, None), |(date, time)| (date, Some(time)));
    let digits = |text: &str, shape: &str| text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(|(b, s)| if s == b'0' { b.is_ascii_digit() } else { b == s });
    let month_and_day = || {
        let month: u8 = date[5..7].parse().unwrap_or(0);
        let day: u8 = date[8..10].parse().unwrap_or(0);
        (1..=12).contains(&month) && (1..=28).contains(&day) || matches!(day, 29..=30) && month != 2 && month <= 12 && month > 0 || day == 31 && matches!(month, 1 | 3 | 5 | 7 | 8 | 10 | 12)
    };
    if !digits(date, "0000-00-00") || date.starts_with("0000") || !month_and_day() {
        return false;
    }
    let Some(time) = time else { return true };
    let clock_end = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(clock_end);
    let clock = clock.split('.').next().unwrap_or_default();
    let in_range = |text: &str, most: u8| text.parse::<u8>().is_ok_and(|n| n <= most);
    let clock_fits = (digits(clock, "00:00") || digits(clock, "00:00:00") && in_range(&clock[6..], 59)) && in_range(&clock[..2], 23) && in_range(&clock[3..5], 59);
    let zone_fits = zone.is_empty() || zone == "Z" || digits(&zone[1..], "00:00") && in_range(&zone[1..3], 23) && in_range(&zone[4..], 59);
    clock_fits && zone_fits && !time.contains('.')
}

fn is_media_type(value: &str) -> bool {
    value.split_once('/').is_some_and(|(kind, rest)| {
        matches!(kind, "video" | "audio" | "application") && !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'+'))
    })
}
