//! Numbers as bytes, and bytes as fewer bytes.

use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, TDEFLStatus, compress_to_output, create_comp_flags_from_zip_params,
};

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
pub(crate) struct Packer(CompressorOxide);

impl std::fmt::Debug for Packer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Packer")
    }
}

impl Default for Packer {
    fn default() -> Self {
        /// Higher levels take much longer and save little.
        const LEVEL: i32 = 4;
        // Negative window bits: without the header and the checksum of zlib.
        let flags = create_comp_flags_from_zip_params(LEVEL, -15, 0);
        Self(CompressorOxide::new(flags))
    }
}

impl Packer {
    /// Appends the compressed bytes.
    pub(crate) fn append(&mut self, bytes: &[u8], packed: &mut Vec<u8>) {
        self.0.reset();
        let (status, _) = compress_to_output(&mut self.0, bytes, TDEFLFlush::Finish, |piece| {
            packed.extend_from_slice(piece);
            true
        });
        debug_assert_eq!(status, TDEFLStatus::Done, "nothing stops the output");
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
pub(crate) fn hash_units(units: impl Iterator<Item = u16>) -> u32 {
    units.fold(0x811c_9dc5, |hash, unit| {
        (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193)
    })
}
