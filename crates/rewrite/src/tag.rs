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
            #[inline]
            pub(crate) const fn name(self) -> &'static str {
                NAMES[self as usize]
            }

            /// The end tag.
            #[inline]
            pub(crate) const fn end_tag(self) -> &'static str {
                END_TAGS[self as usize]
            }

            /// The element of that (lower case) name.
            #[inline]
            pub(crate) fn from_name(name: &str) -> Option<Tag> {
                let tag = SLOTS[slot(name.as_bytes(), MULTIPLIER)]?;
                (tag.name() == name).then_some(tag)
            }
        }

        /// The names of all elements, by their number.
        static NAMES: &[&str] = &[$($name,)*];

        /// The end tags of all elements, by their number.
        static END_TAGS: &[&str] = &[$(concat!("</", $name, ">"),)*];
    };
}

/// Where names are looked up: each element of the vocabulary stands in the slot of its name, and none shares it.
static SLOTS: [Option<Tag>; 1 << SLOT_BITS] = {
    let mut slots = [None; 1 << SLOT_BITS];
    let mut i = 0;
    while i < Tag::ALL.len() {
        slots[slot(Tag::ALL[i].name().as_bytes(), MULTIPLIER)] = Some(Tag::ALL[i]);
        i += 1;
    }
    slots
};

const SLOT_BITS: u32 = 9;

/// The first factor with which no two names of the vocabulary have the same [`slot`].
const MULTIPLIER: u32 = {
    let mut multiplier = 0x9e37_79b1_u32;
    while !parts_all(multiplier) {
        multiplier = multiplier.wrapping_add(2);
    }
    multiplier
};

/// Whether every name has a [`slot`] of its own.
const fn parts_all(multiplier: u32) -> bool {
    let mut taken = [false; 1 << SLOT_BITS];
    let mut i = 0;
    while i < Tag::ALL.len() {
        let slot = slot(Tag::ALL[i].name().as_bytes(), multiplier);
        if taken[slot] {
            return false;
        }
        taken[slot] = true;
        i += 1;
    }
    true
}

/// The slot of a name: made of its length and of its first two letters and its last, which tell all names apart.
#[inline]
const fn slot(name: &[u8], multiplier: u32) -> usize {
    let (first, second, last) = match name {
        [] => (0, 0, 0),
        [only] => (*only, 0, *only),
        [first, second, ..] => (*first, *second, name[name.len() - 1]),
    };
    let mixed = u32::from_le_bytes([first, second, last, name.len() as u8]);
    (mixed.wrapping_mul(multiplier) >> (u32::BITS - SLOT_BITS)) as usize
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_by_their_names_and_by_no_others() {
        for tag in Tag::ALL {
            let name = tag.name();
            assert_eq!(Tag::from_name(name), Some(*tag));
            assert_eq!(tag.end_tag(), format!("</{name}>"));
            for other in [
                format!("{name}\0"),
                name.to_uppercase(),
                format!("{name}-{name}"),
            ] {
                assert_eq!(Tag::from_name(&other), None, "{other}");
            }
        }
        for other in [
            "",
            "x",
            "é",
            "字",
            "tablf",
            "blockquoue",
            &"p".repeat(70_000),
        ] {
            assert_eq!(Tag::from_name(other), None);
        }
    }
}
