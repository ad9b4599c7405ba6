//! Takes out what a rule named, and notes what was in it.
//!
//! A page may hide its whole article until its script has run, and a class may mean something else than the rule thinks. So what
//! holds most of the text stays, whatever it is marked as.

use rustc_hash::FxHashSet;

use super::tree::{Kind, NONE, NodeId, ROOT, Tree};
use crate::Removal;
use crate::escape::decode;
use crate::rules::{DROP, SHARE, widgets};
use crate::tag::Tag;

/// A marked element stays if it holds more than one part in this many of the body's text, and more than [`SHORT`] bytes.
const MOST: usize = 3;

/// Texts up to this length, in bytes, are never the article.
const SHORT: usize = 200;

/// The rule that takes out rows of links to share dialogs.
const SHARE_ROW: &str = "share links";

/// The nodes that are taken out, with everything in them, and what was in them.
pub(super) fn find(tree: &Tree<'_>, marked: bool) -> (FxHashSet<NodeId>, Vec<Removal>) {
    // Most bodies have nothing marked in them.
    if !marked {
        return (FxHashSet::default(), Vec::new());
    }
    let mut finder = Finder {
        tree,
        weights: weigh(tree),
        nodes: FxHashSet::default(),
        removals: Vec::new(),
    };
    if finder.weights.iter().any(|weight| weight.marked) {
        finder.walk();
    }
    (finder.nodes, finder.removals)
}

/// What is known of a node and everything below it.
#[derive(Debug, Clone, Copy, Default)]
struct Weight {
    /// Bytes of text that are no blank.
    text: usize,
    /// How many links to share dialogs, and bytes of text in them.
    shares: usize,
    share_text: usize,
    /// Whether some rule marked it or anything below.
    marked: bool,
}

/// Weighs every node: children have higher numbers than their parents.
fn weigh(tree: &Tree<'_>) -> Vec<Weight> {
    let mut weights = vec![Weight::default(); tree.len()];
    let mut parents = vec![NONE; tree.len()];
    for id in 0..tree.len() as NodeId {
        for child in tree.children(id) {
            parents[child as usize] = id;
        }
    }
    for id in (0..tree.len()).rev() {
        let node = id as NodeId;
        let mut weight = weights[id];
        match tree.kind(node) {
            Kind::Text(text) => {
                weight.text += text.len() - blanks(text);
            }
            Kind::Element(..) if tree.has_attributes(node) => {
                if tree.attribute(node, SHARE).is_some() {
                    weight.shares += 1;
                    weight.share_text = weight.text;
                    weight.marked = true;
                }
                weight.marked |= tree.attribute(node, DROP).is_some();
            }
            Kind::Element(..) => {}
        }
        weights[id] = weight;
        if let Some(parent) = weights.get_mut(parents[id] as usize) {
            parent.text += weight.text;
            parent.shares += weight.shares;
            parent.share_text += weight.share_text;
            parent.marked |= weight.marked;
        }
    }
    weights
}

/// How many blanks there are in a text. Counts up to 255 fit a byte, so that many bytes are counted at a time.
fn blanks(text: &str) -> usize {
    let in_part = |part: &[u8]| {
        let blanks = part.iter().map(|b| u8::from(b.is_ascii_whitespace()));
        usize::from(blanks.sum::<u8>())
    };
    text.as_bytes().chunks(255).map(in_part).sum()
}

struct Finder<'t, 'a> {
    tree: &'t Tree<'a>,
    weights: Vec<Weight>,
    nodes: FxHashSet<NodeId>,
    removals: Vec<Removal>,
}

impl Finder<'_, '_> {
    fn walk(&mut self) {
        let mut pending = vec![ROOT];
        while let Some(id) = pending.pop() {
            if !self.weights[id as usize].marked {
                continue;
            }
            if id != ROOT
                && let Some(rule) = self.rule(id)
            {
                self.take(id, rule);
                continue;
            }
            let from = pending.len();
            pending.extend(self.tree.children(id));
            pending[from..].reverse();
        }
    }

    /// The rule by which a node goes, if it goes.
    fn rule(&self, id: NodeId) -> Option<String> {
        let weight = self.weights[id as usize];
        if weight.text > SHORT && weight.text * MOST > self.weights[ROOT as usize].text {
            return None;
        }
        if let Some(rule) = self.tree.attribute(id, DROP) {
            return Some(decode(rule).into_owned());
        }
        // A link to a share dialog that shows no more than an icon; or a row of at least two with nothing but a label.
        let silent = self.tree.attribute(id, SHARE).is_some() && weight.text == 0;
        let row = weight.shares >= 2
            && self.tree.tag(id).is_some_and(Tag::is_block)
            && self.is_only_shares(id);
        (silent || row).then(|| SHARE_ROW.to_owned())
    }

    fn is_only_shares(&self, id: NodeId) -> bool {
        let weight = self.weights[id as usize];
        if weight.text > weight.share_text + 64 {
            return false;
        }
        let mut rest = String::new();
        let mut pending = vec![id];
        while let Some(at) = pending.pop() {
            if self.tree.attribute(at, SHARE).is_some() {
                continue;
            }
            if let Kind::Text(text) = self.tree.kind(at) {
                rest.push_str(text);
            }
            pending.extend(self.tree.children(at));
        }
        widgets::is_share_label(&rest.replace("&nbsp;", " "))
    }

    fn take(&mut self, id: NodeId, rule: String) {
        let mut text = String::new();
        self.tree.text_into(id, &mut text);
        self.nodes.insert(id);
        self.removals.push(Removal {
            rule,
            text: decode(&text).into_owned(),
        });
    }
}
