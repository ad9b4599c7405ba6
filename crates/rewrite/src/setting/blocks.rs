//! The model of a set body: blocks that hold blocks, or inline content.
//!
//! What these types cannot express cannot be written: a paragraph inside a paragraph, a list that holds text, a
//! link in a link, a table without rows.

/// A stretch of inline content: a range of the setter's inline tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) from: u32,
    pub(super) to: u32,
}

impl Line {
    pub(super) fn is_empty(self) -> bool {
        self.from >= self.to
    }

    pub(super) fn range(self) -> std::ops::Range<usize> {
        self.from as usize..self.to as usize
    }
}

/// One inline token. Text and values are escaped as in markup.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Inline<'a> {
    Text(&'a str),
    Break,
    WordBreak,
    Image(u32),
    /// The target of a link within the page.
    Anchor(&'a str),
    Open(Format<'a>),
    Close(Format<'a>),
}

/// Inline formatting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Format<'a> {
    Link {
        href: &'a str,
        title: Option<&'a str>,
    },
    /// An element without attributes, by name.
    Plain(&'static str),
    /// `abbr` and `dfn` with a title.
    Titled(&'static str, &'a str),
    /// `time`, `del` and `ins` with a date.
    Dated(&'static str, &'a str),
    /// A stretch in another language or direction.
    Span {
        lang: Option<&'a str>,
        dir: Option<&'static str>,
    },
    /// Text that runs in a direction whatever it holds.
    Override(&'static str),
}

impl Format<'_> {
    /// The element's name.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Format::Link { .. } => "a",
            Format::Plain(name) | Format::Titled(name, _) | Format::Dated(name, _) => name,
            Format::Span { .. } => "span",
            Format::Override(_) => "bdo",
        }
    }

    /// Whether it is of no use inside the other.
    pub(super) fn repeats(&self, other: &Format<'_>) -> bool {
        match self {
            Format::Span { .. } => self == other,
            // Quotations may be nested.
            Format::Plain("q") => false,
            _ => self.name() == other.name(),
        }
    }
}

/// Where lines of a block stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Align {
    #[default]
    Start,
    Centre,
    End,
}

/// What a block inherits from the boxes around it and keeps when they go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Manner<'a> {
    pub(super) align: Align,
    pub(super) lang: Option<&'a str>,
    pub(super) dir: Option<&'static str>,
}

/// An image, with its place in the line or on its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Image<'a> {
    pub(super) src: &'a str,
    pub(super) alt: &'a str,
    pub(super) size: Option<(u32, u32)>,
    pub(super) small: bool,
    /// Whether it stands in a `noscript`, perhaps as the twin of one outside.
    pub(super) noscript: bool,
    /// The link around it, if it stands alone.
    pub(super) link: Option<(&'a str, Option<&'a str>)>,
}

/// Video or audio.
#[derive(Debug)]
pub(super) struct Player<'a> {
    pub(super) video: bool,
    pub(super) src: Option<&'a str>,
    pub(super) poster: Option<&'a str>,
    pub(super) size: Option<(u32, u32)>,
    pub(super) title: Option<&'a str>,
    /// Address and type.
    pub(super) sources: Vec<(&'a str, Option<&'a str>)>,
}

/// A block, where it stands in its own right.
#[derive(Debug)]
pub(super) enum Block<'a> {
    Paragraph {
        line: Line,
        manner: Manner<'a>,
        id: Option<&'a str>,
        caption: bool,
    },
    Heading {
        level: u8,
        line: Line,
        manner: Manner<'a>,
        id: Option<&'a str>,
    },
    List(List<'a>),
    Definitions(Vec<Definition<'a>>),
    Quote {
        blocks: Vec<Block<'a>>,
        manner: Manner<'a>,
    },
    Code {
        language: Option<&'a str>,
        is_code: bool,
        line: Line,
    },
    Figure {
        content: Vec<Block<'a>>,
        caption: Line,
    },
    Image(u32),
    Player(Player<'a>),
    /// A link in place of a frame: provider, address, label.
    Card {
        provider: &'a str,
        href: &'a str,
        label: Line,
    },
    Table(Box<Table<'a>>),
    Details {
        open: bool,
        summary: Line,
        blocks: Vec<Block<'a>>,
    },
    Rule,
}

/// A list.
#[derive(Debug)]
pub(super) struct List<'a> {
    pub(super) ordered: bool,
    pub(super) start: Option<i32>,
    pub(super) numbering: Option<&'a str>,
    pub(super) reversed: bool,
    pub(super) manner: Manner<'a>,
    pub(super) items: Vec<Item<'a>>,
}

/// An item of a list.
#[derive(Debug)]
pub(super) struct Item<'a> {
    pub(super) value: Option<i32>,
    pub(super) id: Option<&'a str>,
    pub(super) blocks: Vec<Block<'a>>,
}

/// Terms and what they mean.
#[derive(Debug, Default)]
pub(super) struct Definition<'a> {
    pub(super) terms: Vec<Line>,
    pub(super) meanings: Vec<Vec<Block<'a>>>,
}

/// A table of data.
#[derive(Debug)]
pub(super) struct Table<'a> {
    pub(super) caption: Line,
    pub(super) head: Vec<Vec<Cell<'a>>>,
    pub(super) body: Vec<Vec<Cell<'a>>>,
    pub(super) manner: Manner<'a>,
}

/// A cell of a table.
#[derive(Debug)]
pub(super) struct Cell<'a> {
    pub(super) header: bool,
    pub(super) colspan: u32,
    pub(super) rowspan: u32,
    pub(super) align: Align,
    pub(super) blocks: Vec<Block<'a>>,
}
