//! Codes of the fewest bits: Huffman's, in the canonical form of RFC 1951, section 3.2.2.

/// The code of a symbol.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Code {
    /// The first bit lowest.
    pub(crate) bits: u32,
    /// How many bits; none where the symbol does not occur.
    pub(crate) length: u32,
}

impl Code {
    /// Both together.
    pub(crate) fn then(self, next: Self) -> Self {
        Self {
            bits: self.bits | next.bits << self.length,
            length: self.length + next.length,
        }
    }
}

/// The codes of an alphabet, by symbol.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Codes<const N: usize>(pub(crate) [Code; N]);

impl<const N: usize> Codes<N> {
    /// The best codes of at most `longest` bits for symbols that occur so often. At least two symbols get a code, for some
    /// decoders want a complete set.
    pub(crate) fn of(counts: &[u32; N], longest: u32) -> Self {
        let mut codes = Self([Code::default(); N]);
        let mut least = 1;
        // While the longest codes, those of the rarest symbols, are too long, these count for more.
        while !codes.fit(counts, least, longest) {
            least *= 2;
        }
        codes.number();
        codes
    }

    /// The codes up to the last one that is used, but at least so many.
    pub(crate) fn used(&self, least: usize) -> &[Code] {
        let last = self.0.iter().rposition(|code| code.length > 0);
        &self.0[..last.map_or(least, |last| (last + 1).max(least))]
    }

    /// Finds the lengths of codes for symbols that occur so often, or at least `least` times; false where one is too long.
    fn fit(&mut self, counts: &[u32; N], least: u32, longest: u32) -> bool {
        // Symbols in order of their weights. The weight stands above the symbol, so that ties are broken by symbol.
        let mut leaves = [0_u64; N];
        let mut count = 0;
        for (symbol, occurs) in (0..).zip(counts) {
            if *occurs > 0 {
                leaves[count] = u64::from((*occurs).max(least)) << 16 | symbol;
                count += 1;
            }
        }
        let mut unused = (0..).zip(counts).filter(|(_, occurs)| **occurs == 0);
        while count < 2 {
            let Some((symbol, _)) = unused.next() else {
                break;
            };
            leaves[count] = u64::from(least) << 16 | symbol;
            count += 1;
        }
        let leaves = &mut leaves[..count];
        leaves.sort_unstable();
        // The lightest two nodes become one, again and again. New nodes come in order of weight too, so that the
        // lightest is always the next leaf or the next node.
        let mut nodes = [0_u64; N];
        let mut parents = [0_u16; N];
        let mut leaf_parents = [0_u16; N];
        let (mut leaf, mut node) = (0, 0);
        for made in 0..count - 1 {
            for _ in 0..2 {
                let is_leaf = leaf < count && (node == made || leaves[leaf] >> 16 <= nodes[node]);
                if is_leaf {
                    nodes[made] += leaves[leaf] >> 16;
                    leaf_parents[leaf] = made as u16;
                    leaf += 1;
                } else {
                    nodes[made] += nodes[node];
                    parents[node] = made as u16;
                    node += 1;
                }
            }
        }
        // From the root, which is the last node, down.
        let mut depths = [0_u32; N];
        for node in (0..count - 2).rev() {
            depths[node] = depths[usize::from(parents[node])] + 1;
        }
        for (leaf, parent) in leaves.iter().zip(leaf_parents) {
            let length = depths[usize::from(parent)] + 1;
            if length > longest {
                return false;
            }
            self.0[(leaf & 0xffff) as usize].length = length;
        }
        true
    }

    /// Gives every symbol its code by the lengths: shorter ones before longer ones, and of one length in order of symbols.
    fn number(&mut self) {
        let mut of_length = [0_u16; 16];
        for code in &self.0 {
            of_length[code.length as usize] += 1;
        }
        of_length[0] = 0;
        let mut next = [0_u16; 16];
        for length in 1..16 {
            next[length] = (next[length - 1] + of_length[length - 1]) << 1;
        }
        for code in self.0.iter_mut().filter(|code| code.length > 0) {
            let length = code.length as usize;
            code.bits = u32::from(next[length].reverse_bits() >> (16 - length));
            next[length] += 1;
        }
    }
}
