//! Writes blocks as markup, and has the last word on it.
//!
//! Every element and attribute that can come out is written down here. Texts are checked for
//! anything that could be markup, values for anything that could leave their quotes, addresses for their scheme: whatever the
//! stages before let through, this one does not write it.

use newsprint_model::config::Indent;

use super::blocks::{Align, Block, Cell, Format, Image, Inline, Line, List, Manner, Player, Table};
use super::flow::fragment;
use super::headings::Ids;
use super::{highlight, indent};
use crate::escape::{decode, encode_into, without_forbidden};
use crate::rules::{has_scheme, has_web_scheme};
use crate::{Context, Facts};

/// What external links are: not ours, not vouched for, told nothing.
const EXTERNAL: &str = " rel=\"external nofollow noopener noreferrer\"";

/// The writer of one body.
pub(super) struct Writer<'w, 'a> {
    pub(super) out: String,
    pub(super) tokens: &'w [Inline<'a>],
    pub(super) images: &'w [Image<'a>],
    pub(super) ids: &'w Ids,
    pub(super) facts: &'w mut Facts,
    pub(super) context: &'w Context<'w>,
    pub(super) indent: Indent,
    /// Whether addresses went through the rules.
    pub(super) judged: bool,
    /// How many headings were written.
    pub(super) headings: usize,
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
    pub(super) fn body(&mut self, blocks: &[Block<'a>]) {
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
            Block::Paragraph { line, manner, id, .. } => self.paragraph(*line, *manner, *id, place),
            Block::Heading { level, line, manner, id } => self.heading(*level, *line, *manner, *id),
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
            Block::Code { language, is_code, line } => self.code(*language, *is_code, *line),
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
            Block::Card { provider, href, label } => self.card(provider, href, *label),
            Block::Table(table) => self.table(table),
            Block::Details { open, summary, blocks } => {
                self.out.push_str(if *open { "<details open>" } else { "<details>" });
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
        let indented = place == Place::Top && indent::is_indented(self.indent, manner, self.tokens, line);
        self.manner(manner, indented.then_some("np-indent"));
        self.out.push('>');
        self.line(line);
        self.out.push_str("</p>");
    }

    fn heading(&mut self, level: u8, line: Line, manner: Manner<'a>, id: Option<&str>) {
        let at = self.out.len();
        self.out.push_str("<h0");
        // Headings are listed in the order in which they are written.
        let listed = self.facts.headings.get(self.headings).map(|heading| heading.id.clone());
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
        self.out.replace_range(at + 2..at + 3, digit.encode_utf8(&mut [0; 4]));
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
            [Block::Paragraph { line, manner, id: None, .. }, rest @ ..]
                if manner.align == Align::Start && rest.iter().all(|block| matches!(block, Block::List(_))) =>
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
        let tokens = &self.tokens[line.range()];
        // Colours take the place of the source's own formatting, but not of the targets of links.
        let has_anchor = tokens.iter().any(|token| matches!(token, Inline::Anchor(_)));
        let grammar = language.and_then(highlight::grammar).filter(|_| !has_anchor);
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
        self.out.push_str(if is_code { "</code></pre>" } else { "</pre>" });
    }

    fn card(&mut self, provider: &str, href: &str, label: Line) {
        let Some(href) = self.address(href).filter(|href| has_web_scheme(href)) else {
            return self.wrapped("p", label);
        };
        self.out.push_str("<p class=\"np-media\"><a class=\"np-card np-card-");
        self.value(provider);
        self.out.push('"');
        self.attribute("href", href);
        self.out.push_str(EXTERNAL);
        self.out.push('>');
        self.line(label);
        self.out.push_str("</a></p>");
    }

    fn player(&mut self, player: &Player<'a>) {
        let usable = |address: Option<&'a str>| address.filter(|a| self.judged && is_media_address(a));
        let name = if player.video { "video" } else { "audio" };
        let (src, poster) = (usable(player.src), usable(player.poster));
        let sources: Vec<_> = player.sources.iter().filter(|(src, _)| usable(Some(src)).is_some()).collect();
        self.out.push('<');
        self.out.push_str(name);
        self.out.push_str(" controls preload=\"none\"");
        if let Some(src) = src {
            self.attribute("src", src);
        }
        if let Some(poster) = poster {
            self.attribute("poster", poster);
        }
        if let Some((width, height)) = player.size {
            self.out.push_str(&format!(" width=\"{width}\" height=\"{height}\""));
        }
        if let Some(title) = player.title {
            self.attribute("title", title);
        }
        self.out.push('>');
        for (address, kind) in sources.into_iter().filter(|_| src.is_none()) {
            self.out.push_str("<source");
            self.attribute("src", address);
            if let Some(kind) = kind {
                self.attribute("type", kind);
            }
            self.out.push('>');
        }
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn table(&mut self, table: &Table<'a>) {
        self.facts.has_table = true;
        let caption = super::headings::plain_text(self.tokens, table.caption);
        let chinese = self.context.language.is_none_or(|tag| tag.get(..2).is_some_and(|tag| tag.eq_ignore_ascii_case("zh")));
        let label = match caption.as_str() {
            "" if chinese => "表格",
            "" => "Table",
            caption => caption,
        };
        self.out.push_str("<div class=\"np-scroll\" role=\"region\" aria-label=\"");
        encode_into(&mut self.out, &without_forbidden(label));
        self.out.push_str("\" tabindex=\"0\"><table");
        self.manner(table.manner, None);
        self.out.push('>');
        if !table.caption.is_empty() {
            self.wrapped("caption", table.caption);
        }
        for (name, rows) in [("thead", &table.head), ("tbody", &table.body)] {
            if rows.is_empty() {
                continue;
            }
            self.out.push_str(&format!("<{name}>"));
            for row in rows {
                self.out.push_str("<tr>");
                for (i, cell) in row.iter().enumerate() {
                    self.cell(cell, name == "thead", i == 0);
                }
                self.out.push_str("</tr>");
            }
            self.out.push_str(&format!("</{name}>"));
        }
        self.out.push_str("</table></div>");
    }

    fn cell(&mut self, cell: &Cell<'a>, in_head: bool, first: bool) {
        let name = if cell.header { "th" } else { "td" };
        self.out.push('<');
        self.out.push_str(name);
        if cell.colspan > 1 {
            self.out.push_str(&format!(" colspan=\"{}\"", cell.colspan));
        }
        if cell.rowspan > 1 {
            self.out.push_str(&format!(" rowspan=\"{}\"", cell.rowspan));
        }
        if cell.header && (in_head || first) {
            self.out.push_str(if in_head { " scope=\"col\"" } else { " scope=\"row\"" });
        }
        // A cell of one paragraph stands as that paragraph does.
        let (align, lone) = match cell.blocks.as_slice() {
            [Block::Paragraph { line, manner, id: None, .. }] => (manner.align, Some(*line)),
            _ => (cell.align, None),
        };
        self.manner(Manner { align, ..Manner::default() }, None);
        self.out.push('>');
        match (lone, cell.blocks.as_slice()) {
            (Some(line), _) => self.line(line),
            // Images in cells are part of the table, not figures.
            (None, [Block::Image(image)]) => self.lone_image(*image),
            (None, blocks) => self.blocks(blocks),
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

    fn line(&mut self, line: Line) {
        self.line_of(line, false);
    }

    /// Inline content. Formatting is written when something in it is, so that none is empty.
    fn line_of(&mut self, line: Line, verbatim: bool) {
        let tokens = self.tokens;
        let mut open: Vec<(Format<'a>, bool)> = Vec::new();
        let mut written = 0;
        for token in &tokens[line.range()] {
            match token {
                Inline::Open(format) => {
                    let usable = self.is_usable(format);
                    open.push((*format, usable));
                    continue;
                }
                Inline::Close(_) => {
                    let Some((format, usable)) = open.pop() else { continue };
                    if written > open.len() {
                        written = open.len();
                        if usable {
                            self.out.push_str("</");
                            self.out.push_str(format.name());
                            self.out.push('>');
                        }
                    }
                    continue;
                }
                Inline::Text("") => continue,
                _ => {}
            }
            for (format, usable) in &open[written..] {
                if *usable {
                    self.open(format);
                }
            }
            written = open.len();
            match token {
                Inline::Text(text) if verbatim && text.contains("&nbsp;") => self.text(&text.replace("&nbsp;", " ")),
                Inline::Text(text) => self.text(text),
                Inline::Break => self.out.push_str("<br>"),
                Inline::WordBreak => self.out.push_str("<wbr>"),
                Inline::Image(image) => self.image(*image, true),
                Inline::Anchor(id) => {
                    self.out.push_str("<span");
                    self.id(Some(id));
                    self.out.push_str("></span>");
                }
                Inline::Open(_) | Inline::Close(_) => {}
            }
        }
    }

    fn is_usable(&self, format: &Format<'a>) -> bool {
        match format {
            Format::Link { href, .. } => self.address(href).is_some(),
            _ => true,
        }
    }

    fn open(&mut self, format: &Format<'a>) {
        if let Format::Link { href, title } = format {
            return self.open_link(href, *title);
        }
        self.out.push('<');
        self.out.push_str(format.name());
        match format {
            Format::Titled(_, title) => self.attribute("title", title),
            Format::Dated(_, date) => self.attribute("datetime", date),
            Format::Override(dir) => self.attribute("dir", dir),
            Format::Span { lang, dir } => {
                if let Some(lang) = lang {
                    self.attribute("lang", lang);
                }
                if let Some(dir) = dir {
                    self.attribute("dir", dir);
                }
            }
            Format::Link { .. } | Format::Plain(_) => {}
        }
        self.out.push('>');
    }

    fn open_link(&mut self, href: &'a str, title: Option<&'a str>) {
        self.out.push_str("<a");
        if let Some(bare) = fragment(href) {
            self.out.push_str(" href=\"#p-");
            encode_into(&mut self.out, &bare);
            self.out.push('"');
        } else {
            self.attribute("href", href);
        }
        if let Some(title) = title {
            self.attribute("title", title);
        }
        if has_web_scheme(href) {
            self.out.push_str(EXTERNAL);
        }
        self.out.push('>');
    }

    /// An address that may be written: on the web, by mail or telephone, to an id of this body, or relative.
    fn address(&self, href: &'a str) -> Option<&'a str> {
        if !self.judged {
            return None;
        }
        if href.starts_with('#') {
            return fragment(href).filter(|bare| self.ids.has(bare)).map(|_| href);
        }
        let scheme_fits = || {
            let scheme = href.split(':').next().unwrap_or_default();
            ["mailto", "tel"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
        };
        (is_media_address(href) || scheme_fits()).then_some(href)
    }

    /// An image that stands alone, with its link.
    fn lone_image(&mut self, index: u32) {
        let image = self.images[index as usize];
        let link = image.link.filter(|(href, _)| self.address(href).is_some());
        if let Some((href, title)) = link {
            self.open_link(href, title);
        }
        self.image(index, false);
        if link.is_some() {
            self.out.push_str("</a>");
        }
    }

    fn image(&mut self, index: u32, in_line: bool) {
        let image = self.images[index as usize];
        if !self.judged || !is_media_address(image.src) {
            return;
        }
        let src = decode(image.src);
        self.out.push_str("<img");
        self.attribute("src", image.src);
        self.attribute("alt", image.alt);
        if let Some((width, height)) = image.size {
            self.out.push_str(&format!(" width=\"{width}\" height=\"{height}\""));
        }
        // The first image is likely to be seen at once.
        if self.facts.images > 0 {
            self.out.push_str(" loading=\"lazy\"");
        }
        self.out.push_str(" decoding=\"async\" referrerpolicy=\"no-referrer\"");
        let lead = self.context.lead_image.is_some_and(|lead| is_same_image(lead, &src));
        match (lead, in_line && image.small) {
            (true, _) => self.out.push_str(" class=\"np-lead\""),
            (false, true) => self.out.push_str(" class=\"np-small\""),
            _ => {}
        }
        self.out.push('>');
        self.facts.images += 1;
        if self.facts.first_image.is_none() && !image.small {
            self.facts.first_image = Some(src.into_owned());
        }
    }

    fn id(&mut self, bare: Option<&str>) {
        if let Some(bare) = bare {
            self.out.push_str(" id=\"p-");
            self.value(bare);
            self.out.push('"');
        }
    }

    fn manner(&mut self, manner: Manner<'_>, class: Option<&str>) {
        let class = class.or(match manner.align {
            Align::Start => None,
            Align::Centre => Some("np-center"),
            Align::End => Some("np-right"),
        });
        if let Some(class) = class {
            self.attribute("class", class);
        }
        if let Some(lang) = manner.lang {
            self.attribute("lang", lang);
        }
        if let Some(dir) = manner.dir {
            self.attribute("dir", dir);
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        self.value(value);
        self.out.push('"');
    }

    /// A value that is escaped already; whatever could end it is escaped again.
    fn value(&mut self, value: &str) {
        if is_harmless(value, false) {
            return self.out.push_str(value);
        }
        for c in without_forbidden(value).chars() {
            match c {
                '"' => self.out.push_str("&quot;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                c => self.out.push(c),
            }
        }
    }

    /// Text that is escaped already; whatever could be markup is escaped again.
    fn text(&mut self, text: &str) {
        if is_harmless(text, true) {
            return self.out.push_str(text);
        }
        for c in without_forbidden(text).chars() {
            match c {
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                c => self.out.push(c),
            }
        }
    }
}

/// Whether a text can stand in markup as it is: nothing in it begins markup, ends a value, or is a
/// character that HTML documents may not contain.
fn is_harmless(text: &str, quotes: bool) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let suspicious = match byte {
            b'<' | b'>' | 0x7f => true,
            b'"' => !quotes,
            b'\n' | b'\t' => false,
            0xc2 => bytes[at + 1] < 0xa0,
            0xef => matches!(bytes[at + 1], 0xb7 | 0xbf),
            0xf0.. => bytes[at + 2] == 0xbf,
            byte => *byte < 0x20,
        };
        if suspicious {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether an address is on the web, or relative and no other scheme in disguise.
fn is_media_address(address: &str) -> bool {
    if has_web_scheme(address) {
        return true;
    }
    let decoded = decode(address);
    let compact: String = decoded.chars().filter(|c| !c.is_control() && !c.is_whitespace()).take(64).collect();
    !compact.is_empty() && !has_scheme(&compact) && !compact.contains("&#") && !compact.starts_with("//") && !compact.starts_with(['\\', '#', '?']) && !compact.starts_with("/\\")
}

/// Whether two addresses show the same picture: the same but for scheme and processing query.
fn is_same_image(a: &str, b: &str) -> bool {
    let core = |url: &str| {
        let url = url.split_once("://").map_or(url, |(_, rest)| rest).trim_start_matches("//").to_owned();
        url.split(['?', '#']).next().unwrap_or_default().to_owned()
    };
    a == b || core(a) == core(b) && !core(a).is_empty() && (a.contains('?') == b.contains('?') && a.split('?').nth(1) == b.split('?').nth(1) || has_image_name(&core(a)))
}

/// Whether a path names an image file, so that a query only says how to show it.
fn has_image_name(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"].iter().any(|end| path.ends_with(end))
}
