//! Numbers as bytes, bytes as fewer bytes.

use flate2::{Compress, Compression, FlushCompress, Status};

/// Appends a number in groups of seven bits, the lowest first, each but the last with its high bit set (LEB128).
pub(crate) fn put_varint(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// The bytes compressed as the client unpacks them: raw deflate (RFC 1951). The same on every machine.
pub(crate) fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    Packer::default().append(bytes, &mut packed);
    packed
}

/// Compresses one piece after the other in the same memory.
#[derive(Debug)]
pub(crate) struct Packer(Compress);

impl Default for Packer {
    fn default() -> Self {
        /// Higher levels take much longer and save little.
        const LEVEL: Compression = Compression::new(2);
        Self(Compress::new(LEVEL, false))
    }
}

impl Packer {
    /// Appends the compressed bytes.
    pub(crate) fn append(&mut self, bytes: &[u8], packed: &mut Vec<u8>) {
        self.0.reset();
        loop {
            let taken = self.0.total_in() as usize;
            packed.reserve(bytes.len() / 2 + 64);
            let finish = FlushCompress::Finish;
            match self.0.compress_vec(&bytes[taken..], packed, finish) {
                Ok(Status::StreamEnd) => return,
                Ok(Status::Ok | Status::BufError) => {}
                // Only a stream that was not begun can fail.
                Err(error) => unreachable!("{error}"),
            }
        }
    }
}

/// Mixes all bits of a number into all others; every result belongs to one number (the final mix of MurmurHash3).
pub(crate) fn mix(mut number: u32) -> u32 {
    number ^= number >> 16;
    number = number.wrapping_mul(0x85eb_ca6b);
    number ^= number >> 13;
    number = number.wrapping_mul(0xc2b2_ae35);
    number ^ (number >> 16)
}

/// A hash of UTF-16 code units (FNV-1a), which is what scripts have at hand.
pub(crate) fn hash_units(text: &str) -> u32 {
    let mut hash = Fnv::default();
    text.chars().for_each(|letter| hash.add_char(letter));
    hash.finish()
}

/// A hash of bytes: of ASCII, that of its units.
pub(crate) fn hash_bytes(bytes: &[u8]) -> u32 {
    let mut hash = Fnv::default();
    bytes
        .iter()
        .for_each(|byte| hash.add_unit(u16::from(*byte)));
    hash.finish()
}

/// [`hash_units`], a character at a time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fnv(u32);

impl Default for Fnv {
    fn default() -> Self {
        Self(0x811c_9dc5)
    }
}

impl Fnv {
    pub(crate) fn add_char(&mut self, letter: char) {
        for unit in letter.encode_utf16(&mut [0; 2]) {
            self.add_unit(*unit);
        }
    }

    pub(crate) fn add_unit(&mut self, unit: u16) {
        self.0 = (self.0 ^ u32::from(unit)).wrapping_mul(0x0100_0193);
    }

    pub(crate) fn finish(self) -> u32 {
        self.0
    }
}
