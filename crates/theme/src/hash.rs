//! A hash that is the same in every version and on every machine, for file names and fingerprints.

/// FNV-1a with 64 bits (draft-eastlake-fnv), fed piece by piece.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fnv(u64);

impl Fnv {
    /// The hash of nothing.
    pub(crate) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Adds a piece and its length, so that `ab` + `c` differs from `a` + `bc`.
    pub(crate) fn piece(&mut self, bytes: &[u8]) {
        self.bytes(bytes);
        self.bytes(&(bytes.len() as u64).to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// The hash of everything added so far.
    pub(crate) fn finish(self) -> u64 {
        self.0
    }
}

/// Eight hexadecimal digits that stand for a file's content in its name.
pub(crate) fn short_digest(bytes: &[u8]) -> String {
    let mut hash = Fnv::new();
    hash.bytes(bytes);
    let hash = hash.finish();
    format!("{:08x}", (hash >> 32) ^ (hash & 0xffff_ffff))
}

#[cfg(test)]
mod tests {
    use super::{Fnv, short_digest};

    #[test]
    fn agrees_with_the_published_test_vectors() {
        for (text, expected) in [
            ("", 0xcbf2_9ce4_8422_2325),
            ("a", 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0x8594_4171_f739_67e8),
        ] {
            let mut hash = Fnv::new();
            hash.bytes(text.as_bytes());
            assert_eq!(hash.finish(), expected, "{text}");
        }
    }

    #[test]
    fn a_digest_has_eight_digits() {
        for length in 0..200 {
            assert_eq!(short_digest(&vec![b'x'; length]).len(), 8);
        }
    }
}
