//! How much work a body may make for the tree builder.
//!
//! Three things in HTML's tree construction cost more than their own length: formatting elements that nobody closes are opened
//! again in every later block, and each new one is compared to all of them; content that stands in a table but in no cell is moved before the table; and
//! formatting that is closed out of order is moved about. Each search costs up to the number of
//! nodes so far. The intake counts these and gives up structure when the sum passes what real articles come near.

/// Elements nested deeper than this are left out, their content is not.
pub(super) const MAX_DEPTH: usize = 96;

/// Tags with which a body keeps its structure. The longest real articles have a few thousand.
const MAX_TAGS: usize = 200_000;

/// Line breaks and images that a body may have in addition once it is flat.
const MAX_FLAT_TAGS: usize = 50_000;

/// Nodes that may be made again or moved, in units of one.
const MAX_WORK: u64 = 200_000;

/// Nodes that are looked at in the time in which one is made.
const LOOKS_PER_NODE: u64 = 64;

/// The running account of a body.
#[derive(Debug)]
pub(super) struct Limits {
    tags: usize,
    work: u64,
    budget: u64,
    flat: bool,
}

impl Limits {
    /// The account of a body of that many bytes.
    pub(super) fn new(length: usize) -> Self {
        Self {
            tags: 0,
            work: 0,
            // A short body may not ask for a thousand times its length either.
            budget: MAX_WORK.min(10_000 + length as u64),
            flat: false,
        }
    }

    /// Whether structure was given up.
    pub(super) fn is_flat(&self) -> bool {
        self.flat
    }

    /// Whether one more element with content may be written.
    pub(super) fn allows_element(&self) -> bool {
        !self.flat
    }

    /// Whether one more line break or image may be written.
    pub(super) fn allows_void(&self) -> bool {
        self.tags < MAX_TAGS + MAX_FLAT_TAGS
    }

    /// Counts a tag that was written.
    pub(super) fn wrote_tag(&mut self) {
        self.tags += 1;
        self.flat |= self.tags >= MAX_TAGS;
    }

    /// Counts nodes that will be made again.
    pub(super) fn spend(&mut self, nodes: usize) {
        self.work += nodes as u64;
        self.flat |= self.work > self.budget;
    }

    /// Counts a search among so many nodes.
    pub(super) fn spend_on_looking(&mut self, nodes: usize) {
        self.spend(nodes / LOOKS_PER_NODE as usize);
    }

    /// Counts a search among all nodes so far.
    pub(super) fn spend_on_moving(&mut self) {
        self.work += 1 + self.tags as u64 / LOOKS_PER_NODE;
        self.flat |= self.work > self.budget;
    }
}
