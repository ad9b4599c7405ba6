//! The tree that the setting works on: an arena over slices of canonical markup.
//!
//! The markup comes from a serialiser, so that a tag is what stands between `<` and `>`,
//! values are double-quoted, and every element but the void ones is closed. Whatever should be otherwise all the same is
//! read as text or ignored; nothing is trusted to be right.

use memchr::{memchr, memchr2};

use crate::canonical::{next_tag, start_tag};
use crate::intake::MAX_VALUE;
use crate::tag::Tag;

/// The number of a node in its tree.
pub(super) type NodeId = u32;

/// The root, which is no element.
pub(super) const ROOT: NodeId = 0;

/// No node.
pub(super) const NONE: NodeId = u32::MAX;

/// Deeper elements than the intake and the tree builder together can make are read flat.
const MAX_DEPTH: usize = 400;

/// What a node is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind<'a> {
    /// Text, escaped as in the markup.
    Text(&'a str),
    /// An element and where its attributes are.
    Element(Tag, u32, u32),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) kind: Kind<'a>,
    first: NodeId,
    last: NodeId,
    next: NodeId,
}

/// The tree of a body.
pub(super) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tree<'a> {
    /// Reads canonical markup.
    pub(super) fn read(html: &'a str) -> Self {
        let mut tree = Self {
            nodes: Vec::with_capacity(html.len() / 48 + 16),
            attributes: Vec::with_capacity(64),
        };
        tree.nodes.push(Node {
            kind: Kind::Text(""),
            first: NONE,
            last: NONE,
            next: NONE,
        });
        let mut open: Vec<(Tag, NodeId)> = Vec::with_capacity(32);
        let bytes = html.as_bytes();
        let mut done = 0;
        while let Some(at) = next_tag(bytes, done) {
            let innermost = open.last().copied();
            let parent = innermost.map_or(ROOT, |(_, id)| id);
            tree.text(parent, &html[done..at]);
            if let Some((tag, _)) = innermost
                && bytes[at..].starts_with(tag.end_tag().as_bytes())
            {
                open.pop();
                done = at + tag.end_tag().len();
            } else if let Some(end) = tree.canonical_start(&mut open, html, at, parent) {
                done = end;
            } else {
                done = tree.other_tag(&mut open, html, at, parent);
            }
        }
        let parent = open.last().map_or(ROOT, |(_, id)| *id);
        tree.text(parent, &html[done..]);
        tree
    }

    /// Reads a start tag in the serialiser's form and says where it ends.
    fn canonical_start(
        &mut self,
        open: &mut Vec<(Tag, NodeId)>,
        html: &'a str,
        at: usize,
        parent: NodeId,
    ) -> Option<usize> {
        let from = self.attributes.len();
        let read = start_tag(html, at, |name, value| {
            if fits(value) {
                self.attributes.push((name, value));
            }
        });
        match read {
            Some((tag, end)) => {
                self.element(open, tag, from, parent);
                Some(end)
            }
            None => {
                self.attributes.truncate(from);
                None
            }
        }
    }

    /// Reads any other tag and says where it ends.
    fn other_tag(
        &mut self,
        open: &mut Vec<(Tag, NodeId)>,
        html: &'a str,
        at: usize,
        parent: NodeId,
    ) -> usize {
        let Some(end) = tag_end(&html[at..]) else {
            // Not canonical: a tag without end. Its text is kept, without the sign that makes it one.
            return at + 1;
        };
        let inside = &html[at + 1..at + end];
        if let Some(name) = inside.strip_prefix('/') {
            close(open, name);
        } else {
            self.start(open, inside, parent);
        }
        at + end + 1
    }

    fn start(&mut self, open: &mut Vec<(Tag, NodeId)>, inside: &'a str, parent: NodeId) {
        let end = inside.bytes().position(|b| b == b' ');
        let (name, attributes) =
            end.map_or((inside, ""), |end| (&inside[..end], &inside[end + 1..]));
        let Some(tag) = Tag::from_name(name) else {
            return;
        };
        let from = self.attributes.len();
        self.read_attributes(attributes);
        self.element(open, tag, from, parent);
    }

    /// Adds an element whose attributes were read, those from a place on.
    fn element(&mut self, open: &mut Vec<(Tag, NodeId)>, tag: Tag, from: usize, parent: NodeId) {
        let to = self.attributes.len();
        let id = self.append(parent, Kind::Element(tag, index(from), index(to)));
        if !tag.is_void() && open.len() < MAX_DEPTH {
            open.push((tag, id));
        }
    }

    fn read_attributes(&mut self, source: &'a str) {
        let mut rest = source;
        while let Some(end) = rest.bytes().position(|b| b == b'=') {
            let name = &rest[..end];
            let Some(tail) = rest[end + 1..].strip_prefix('"') else {
                return;
            };
            let Some(end) = memchr(b'"', tail.as_bytes()) else {
                return;
            };
            let value = &tail[..end];
            if fits(value) {
                self.attributes.push((name.trim_start(), value));
            }
            rest = &tail[end + 1..];
        }
    }

    fn text(&mut self, parent: NodeId, text: &'a str) {
        if !text.is_empty() {
            self.append(parent, Kind::Text(text));
        }
    }

    fn append(&mut self, parent: NodeId, kind: Kind<'a>) -> NodeId {
        let id = index(self.nodes.len());
        self.nodes.push(Node {
            kind,
            first: NONE,
            last: NONE,
            next: NONE,
        });
        let last = std::mem::replace(&mut self.nodes[parent as usize].last, id);
        match self.nodes.get_mut(last as usize) {
            Some(sibling) => sibling.next = id,
            None => self.nodes[parent as usize].first = id,
        }
        id
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn kind(&self, id: NodeId) -> Kind<'a> {
        self.nodes[id as usize].kind
    }

    /// The element's tag; none for text.
    pub(super) fn tag(&self, id: NodeId) -> Option<Tag> {
        match self.kind(id) {
            Kind::Element(tag, ..) => Some(tag),
            Kind::Text(_) => None,
        }
    }

    /// The children, in order.
    pub(super) fn children(&self, id: NodeId) -> Children<'_, 'a> {
        Children {
            tree: self,
            next: self.nodes[id as usize].first,
        }
    }

    /// An attribute's value, escaped as in the markup.
    pub(super) fn attribute(&self, id: NodeId, name: &str) -> Option<&'a str> {
        let Kind::Element(_, from, to) = self.kind(id) else {
            return None;
        };
        self.attributes[from as usize..to as usize]
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, value)| *value)
    }

    /// Whether the element carries any attribute.
    pub(super) fn has_attributes(&self, id: NodeId) -> bool {
        matches!(self.kind(id), Kind::Element(_, from, to) if from < to)
    }

    /// Whether the class attribute holds that class.
    pub(super) fn has_class(&self, id: NodeId, class: &str) -> bool {
        self.attribute(id, "class")
            .is_some_and(|value| value.split_ascii_whitespace().any(|c| c == class))
    }

    /// The first descendant of a tag, in document order.
    pub(super) fn find(&self, id: NodeId, wanted: Tag) -> Option<NodeId> {
        let mut pending: Vec<NodeId> = vec![id];
        while let Some(at) = pending.pop() {
            if at != id && self.tag(at) == Some(wanted) {
                return Some(at);
            }
            let from = pending.len();
            pending.extend(self.children(at));
            pending[from..].reverse();
        }
        None
    }

    /// Appends the text below a node, escaped as in the markup.
    pub(super) fn text_into(&self, id: NodeId, out: &mut String) {
        let mut pending: Vec<NodeId> = vec![id];
        while let Some(at) = pending.pop() {
            match self.kind(at) {
                Kind::Text(text) => out.push_str(text),
                Kind::Element(tag, ..) if tag.is_block() || tag == Tag::Br => out.push(' '),
                Kind::Element(..) => {}
            }
            let from = pending.len();
            pending.extend(self.children(at));
            pending[from..].reverse();
        }
    }
}

/// The children of a node.
pub(super) struct Children<'t, 'a> {
    tree: &'t Tree<'a>,
    next: NodeId,
}

impl Iterator for Children<'_, '_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let id = self.next;
        self.next = self.tree.nodes.get(id as usize)?.next;
        Some(id)
    }
}

/// Whether a value is, once it is written, no longer than the intake takes: one that grew beyond that (escapes,
/// a relative address made absolute) would be gone the next time.
fn fits(value: &str) -> bool {
    let growth = |b: u8| match b {
        b' ' | b'<' | b'>' => 3,
        0xa0 => 4,
        _ => 0,
    };
    value.len() <= MAX_VALUE / 6
        || value.len() + value.bytes().map(growth).sum::<usize>() <= MAX_VALUE
}

/// Node numbers are 32 bits wide: markup of four billion tags is not read to the end.
fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(NONE - 1)
}

/// Where the tag ends that the text begins with, quoted values skipped.
fn tag_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        at += memchr2(b'>', b'"', &bytes[at..])?;
        if bytes[at] == b'>' {
            return Some(at);
        }
        at += 1;
        at += memchr(b'"', &bytes[at..])? + 1;
    }
}

fn close(open: &mut Vec<(Tag, NodeId)>, name: &str) {
    let Some(tag) = Tag::from_name(name) else {
        return;
    };
    if let Some(at) = open.iter().rposition(|(t, _)| *t == tag) {
        open.truncate(at);
    }
}
