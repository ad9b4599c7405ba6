//! The elements that Newsprint knows between its stages: the intake maps every source element to
//! one of them, the sanitiser lets nothing else through, and the setting reads nothing else.

macro_rules! tags {
    ($($variant:ident $name:literal,)*) => {
        /// An element of the working vocabulary.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub(crate) enum Tag { $(#[doc = $name] $variant,)* }

        impl Tag {
            /// Every element of the vocabulary.
            pub(crate) const ALL: &'static [Tag] = &[$(Tag::$variant,)*];

            /// The name in markup.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Tag::$variant => $name,)* }
            }

            /// The element of that (lower case) name.
            pub(crate) fn from_name(name: &str) -> Option<Tag> {
                if name.len() > LONGEST {
                    return None;
                }
                match key(name) { $(keys::$variant => Some(Tag::$variant),)* _ => None }
            }
        }

        /// The [`key`] of every element.
        #[allow(non_upper_case_globals)]
        mod keys { $(pub(super) const $variant: u128 = super::key($name);)* }
    };
}

/// The longest name that a [`key`] holds.
const LONGEST: usize = 16;

/// The bytes of a name as a number: numbers are found among sixty by halves, names only one by one.
const fn key(name: &str) -> u128 {
    let bytes = name.as_bytes();
    assert!(bytes.len() <= LONGEST);
    let (mut key, mut i) = (0, 0);
    while i < bytes.len() {
        key = key << 8 | bytes[i] as u128;
        i += 1;
    }
    key
}

tags! {
    A "a", Abbr "abbr", Audio "audio", B "b", Bdi "bdi", Bdo "bdo", Blockquote "blockquote", Br "br",
    Caption "caption", Cite "cite", Code "code", Dd "dd", Del "del", Details "details", Dfn "dfn",
    Div "div", Dl "dl", Dt "dt", Em "em", Figcaption "figcaption", Figure "figure",
    H1 "h1", H2 "h2", H3 "h3", H4 "h4", H5 "h5", H6 "h6", Hr "hr", I "i", Iframe "iframe", Img "img",
    Ins "ins", Kbd "kbd", Li "li", Mark "mark", Ol "ol", P "p", Picture "picture", Pre "pre", Q "q",
    Rp "rp", Rt "rt", Ruby "ruby", S "s", Samp "samp", Section "section", Small "small", Source "source",
    Span "span", Strong "strong", Sub "sub", Summary "summary", Sup "sup", Table "table", Tbody "tbody",
    Td "td", Tfoot "tfoot", Th "th", Thead "thead", Time "time", Tr "tr", U "u", Ul "ul", Var "var",
    Video "video", Wbr "wbr",
}

impl Tag {
    /// Whether the element has neither content nor end tag.
    pub(crate) const fn is_void(self) -> bool {
        matches!(self, Tag::Br | Tag::Hr | Tag::Img | Tag::Source | Tag::Wbr)
    }

    /// Whether the HTML parser keeps it on its list of active formatting elements, to be
    /// opened again in later blocks if nobody closes it (HTML, "the list of active formatting elements").
    pub(crate) const fn is_formatting(self) -> bool {
        matches!(
            self,
            Tag::A
                | Tag::B
                | Tag::Code
                | Tag::Em
                | Tag::I
                | Tag::S
                | Tag::Small
                | Tag::Strong
                | Tag::U
        )
    }

    /// Whether it is part of a table, the table itself included.
    pub(crate) const fn is_table_part(self) -> bool {
        matches!(
            self,
            Tag::Table
                | Tag::Caption
                | Tag::Thead
                | Tag::Tbody
                | Tag::Tfoot
                | Tag::Tr
                | Tag::Td
                | Tag::Th
        )
    }

    /// The rank of a heading, 1 to 6.
    pub(crate) const fn heading_level(self) -> Option<u8> {
        Some(match self {
            Tag::H1 => 1,
            Tag::H2 => 2,
            Tag::H3 => 3,
            Tag::H4 => 4,
            Tag::H5 => 5,
            Tag::H6 => 6,
            _ => return None,
        })
    }

    /// Whether it breaks the line it stands in, as block elements do.
    pub(crate) const fn is_block(self) -> bool {
        matches!(
            self,
            Tag::Blockquote
                | Tag::Caption
                | Tag::Dd
                | Tag::Details
                | Tag::Div
                | Tag::Dl
                | Tag::Dt
                | Tag::Figcaption
                | Tag::Figure
                | Tag::H1
                | Tag::H2
                | Tag::H3
                | Tag::H4
                | Tag::H5
                | Tag::H6
                | Tag::Hr
                | Tag::Li
                | Tag::Ol
                | Tag::P
                | Tag::Pre
                | Tag::Section
                | Tag::Summary
                | Tag::Table
                | Tag::Tbody
                | Tag::Td
                | Tag::Tfoot
                | Tag::Th
                | Tag::Thead
                | Tag::Tr
                | Tag::Ul
        )
    }
}
