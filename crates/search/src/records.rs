//! The terms of posts on their way to the posts of terms, as bytes.
//!
//! What a post adds to a bucket is a block for each kind of term: a head, which says of which post and what kind the terms
//! are and how many bytes follow, and the records. A record is a number of four bytes, a byte that says which neighbours the
//! term has, the mask where that byte says that there is one, and the word where it is about one: its number is the word's length then.

use crate::postings::{Entry, SEVERAL, code};
use crate::terms::Doc;

/// What the terms of a block are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Pair = 0,
    Letter = 1,
    Word = 2,
}

/// Above a post in a head. There are no more posts in a segment.
const KIND_SHIFT: u32 = 24;
/// The bytes of a head and of the length that follows it.
const HEAD: usize = 4;
const LENGTH: usize = 4;
/// The bytes of a record without a mask and a word.
const SHORT: usize = 5;

/// Begins a block; gives where.
pub(crate) fn begin_block(bytes: &mut Vec<u8>, kind: Kind, doc: Doc) -> usize {
    let start = bytes.len();
    let head = (kind as u32) << KIND_SHIFT | doc;
    bytes.extend_from_slice(&u64::from(head).to_le_bytes());
    start
}

/// Ends the block that begins there; one without records is taken away.
pub(crate) fn end_block(bytes: &mut Vec<u8>, start: usize) {
    let records = start + HEAD + LENGTH;
    if bytes.len() == records {
        bytes.truncate(start);
        return;
    }
    let length = (bytes.len() - records) as u32;
    bytes[start + HEAD..records].copy_from_slice(&length.to_le_bytes());
}

/// Appends a record to the block that was begun.
pub(crate) fn put_record(bytes: &mut Vec<u8>, number: u32, mask: u64) {
    let code = code(mask);
    let mut record = [0; SHORT + 8];
    record[..4].copy_from_slice(&number.to_le_bytes());
    record[4] = code;
    record[SHORT..].copy_from_slice(&mask.to_le_bytes());
    // A mask is taken away again where there is none to be: that costs less than to guess each time.
    let end = bytes.len() + SHORT + if code == SEVERAL { 8 } else { 0 };
    bytes.extend_from_slice(&record);
    bytes.truncate(end);
}

/// A block, read again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block<'a> {
    /// Blocks in order of their heads are in order of kind, then post.
    pub(crate) head: u32,
    pub(crate) records: &'a [u8],
}

impl<'a> Block<'a> {
    /// The first block, whole or not, and what follows it.
    pub(crate) fn take(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (head, rest) = bytes.split_first_chunk::<HEAD>()?;
        let (length, rest) = rest.split_first_chunk::<LENGTH>()?;
        let length = u32::from_le_bytes(*length) as usize;
        let (records, rest) = rest.split_at(length.min(rest.len()));
        let head = u32::from_le_bytes(*head);
        Some((Self { head, records }, rest))
    }

    pub(crate) fn kind(self) -> Kind {
        match self.head >> KIND_SHIFT {
            0 => Kind::Pair,
            1 => Kind::Letter,
            _ => Kind::Word,
        }
    }

    fn doc(self) -> Doc {
        self.head & ((1 << KIND_SHIFT) - 1)
    }

    /// Hands over its records up to the last whole one: each with its mask where it has one, and its word where it is about one.
    pub(crate) fn each(self, mut take: impl FnMut(Entry, Option<u64>, &'a [u8])) {
        let (doc, has_words) = (self.doc(), self.kind() == Kind::Word);
        let mut rest = self.records;
        while let Some(([number @ .., code], after)) = rest.split_first_chunk::<SHORT>() {
            rest = after;
            let entry = Entry::new(u32::from_le_bytes(*number), doc, *code);
            let mut mask = None;
            if *code == SEVERAL {
                let Some((bytes, after)) = rest.split_first_chunk() else {
                    return;
                };
                mask = Some(u64::from_le_bytes(*bytes));
                rest = after;
            }
            let mut word: &[u8] = &[];
            if has_words {
                let Some(split) = rest.split_at_checked(entry.term() as usize) else {
                    return;
                };
                (word, rest) = split;
            }
            take(entry, mask, word);
        }
    }
}
