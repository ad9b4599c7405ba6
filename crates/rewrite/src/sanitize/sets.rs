//! Sets of elements that rules of tree construction speak of, as far as they are in the working vocabulary.

use crate::tag::Tag;

/// A set of elements.
pub(super) struct TagSet([bool; Tag::ALL.len()]);

impl TagSet {
    const fn of(tags: &[Tag]) -> Self {
        let mut set = [false; Tag::ALL.len()];
        let mut i = 0;
        while i < tags.len() {
            set[tags[i] as usize] = true;
            i += 1;
        }
        Self(set)
    }

    pub(super) const fn has(&self, tag: Tag) -> bool {
        self.0[tag as usize]
    }
}

/// "Has an element in scope" looks up to one of these; "in button scope" is the same for want of buttons.
pub(super) static DEFAULT_SCOPE: TagSet = TagSet::of(&[Tag::Caption, Tag::Table, Tag::Td, Tag::Th]);

/// "Has an element in list item scope."
pub(super) static LIST_SCOPE: TagSet =
    TagSet::of(&[Tag::Caption, Tag::Table, Tag::Td, Tag::Th, Tag::Ol, Tag::Ul]);

/// "Has an element in table scope", and what the stack is cleared back to in a table.
pub(super) static TABLE_SCOPE: TagSet = TagSet::of(&[Tag::Table]);

/// What the stack is cleared back to among rows.
pub(super) static BODY_CONTEXT: TagSet = TagSet::of(&[Tag::Tbody, Tag::Tfoot, Tag::Thead]);

/// What the stack is cleared back to in a row.
pub(super) static ROW_CONTEXT: TagSet = TagSet::of(&[Tag::Tr]);

pub(super) static CELLS: TagSet = TagSet::of(&[Tag::Td, Tag::Th]);

/// What stands in tables only.
pub(super) static INNER_TABLE_PARTS: TagSet = TagSet::of(&[
    Tag::Caption,
    Tag::Tbody,
    Tag::Td,
    Tag::Tfoot,
    Tag::Th,
    Tag::Thead,
    Tag::Tr,
]);

pub(super) static HEADINGS: TagSet =
    TagSet::of(&[Tag::H1, Tag::H2, Tag::H3, Tag::H4, Tag::H5, Tag::H6]);

/// "Generate implied end tags."
pub(super) static IMPLIED_END: TagSet =
    TagSet::of(&[Tag::Dd, Tag::Dt, Tag::Li, Tag::P, Tag::Rp, Tag::Rt]);

/// Boxes that close an open paragraph and are closed by their own end tag with all that is in them.
pub(super) static SECTIONS: TagSet = TagSet::of(&[
    Tag::Blockquote,
    Tag::Details,
    Tag::Div,
    Tag::Dl,
    Tag::Figcaption,
    Tag::Figure,
    Tag::Ol,
    Tag::Section,
    Tag::Summary,
    Tag::Ul,
]);

/// The "special" elements.
pub(super) static SPECIAL: TagSet = TagSet::of(&[
    Tag::Blockquote,
    Tag::Br,
    Tag::Caption,
    Tag::Dd,
    Tag::Details,
    Tag::Div,
    Tag::Dl,
    Tag::Dt,
    Tag::Figcaption,
    Tag::Figure,
    Tag::H1,
    Tag::H2,
    Tag::H3,
    Tag::H4,
    Tag::H5,
    Tag::H6,
    Tag::Hr,
    Tag::Iframe,
    Tag::Img,
    Tag::Li,
    Tag::Ol,
    Tag::P,
    Tag::Pre,
    Tag::Section,
    Tag::Source,
    Tag::Summary,
    Tag::Table,
    Tag::Tbody,
    Tag::Td,
    Tag::Tfoot,
    Tag::Th,
    Tag::Thead,
    Tag::Tr,
    Tag::Ul,
    Tag::Wbr,
]);
