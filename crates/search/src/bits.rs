//! Bits as bytes, for deflate.

use crate::huffman::Code;

/// Bits one after the other, the first lowest in its byte.
pub(crate) struct Bits<'a> {
    bytes: &'a mut Vec<u8>,
    held: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    pub(crate) fn new(bytes: &'a mut Vec<u8>) -> Self {
        Self {
            bytes,
            held: 0,
            count: 0,
        }
    }

    /// Appends at most 32 bits; those above `count` are none.
    pub(crate) fn put(&mut self, bits: u32, count: u32) {
        self.held |= u64::from(bits) << self.count;
        self.count += count;
        if self.count >= 32 {
            self.bytes
                .extend_from_slice(&(self.held as u32).to_le_bytes());
            self.held >>= 32;
            self.count -= 32;
        }
    }

    pub(crate) fn put_code(&mut self, code: Code) {
        self.put(code.bits, code.length);
    }

    /// Appends blocks of bytes as they are (section 3.2.4).
    pub(crate) fn put_stored(&mut self, bytes: &[u8], is_last: bool) {
        let mut blocks = bytes.chunks(usize::from(u16::MAX)).peekable();
        while let Some(block) = blocks.next() {
            self.put(u32::from(is_last && blocks.peek().is_none()), 3);
            self.put(0, self.count.wrapping_neg() % 8);
            let length = block.len() as u32;
            self.put(length | !length << 16, 32);
            self.flush();
            self.bytes.extend_from_slice(block);
        }
    }

    /// Fills the last byte up.
    pub(crate) fn flush(&mut self) {
        let count = self.count.div_ceil(8) as usize;
        self.bytes
            .extend_from_slice(&self.held.to_le_bytes()[..count]);
        (self.held, self.count) = (0, 0);
    }
}
