//! Bits as bytes, for deflate.

use crate::column::Column;
use crate::huffman::Code;

/// Bits one after the other, the first lowest in its byte.
pub(crate) struct Bits<'a> {
    bytes: &'a mut Column,
    held: u64,
    /// How many are held: fewer than a byte.
    count: u32,
}

impl<'a> Bits<'a> {
    pub(crate) fn new(bytes: &'a mut Column) -> Self {
        Self {
            bytes,
            held: 0,
            count: 0,
        }
    }

    /// Appends at most 56 bits; those above `count` are none.
    pub(crate) fn put(&mut self, bits: u64, count: u32) {
        self.held |= bits << self.count;
        self.count += count;
        // Whole bytes go, however many they are.
        self.bytes.put(self.held, (self.count / 8) as usize);
        self.held >>= self.count & !7;
        self.count &= 7;
    }

    pub(crate) fn put_code(&mut self, code: Code) {
        self.put(u64::from(code.bits), code.length);
    }

    /// Appends blocks of bytes as they are (section 3.2.4).
    pub(crate) fn put_stored(&mut self, bytes: &[u8], is_last: bool) {
        let mut blocks = bytes.chunks(usize::from(u16::MAX)).peekable();
        while let Some(block) = blocks.next() {
            self.put(u64::from(is_last && blocks.peek().is_none()), 3);
            self.flush();
            let length = block.len() as u32;
            self.put(u64::from(length | !length << 16), 32);
            self.bytes.extend(block);
        }
    }

    /// Fills the last byte up.
    pub(crate) fn flush(&mut self) {
        self.put(0, self.count.wrapping_neg() % 8);
    }
}
