//! Lists, definitions, code: the containers with a shape of their own.

use super::blocks::{Align, Block, Definition, Inline, Item, Line, List, Manner};
use super::figures;
use super::flow::Setter;
use super::text;
use super::tree::{Kind, NodeId};
use super::values::bare_id;
use crate::tag::Tag;

impl<'a> Setter<'_, 'a> {
    pub(super) fn list(
        &mut self,
        id: NodeId,
        tag: Tag,
        out: &mut Vec<Block<'a>>,
        manner: Manner<'a>,
    ) {
        let inner = Manner {
            align: Align::Start,
            ..manner
        };
        let mut items: Vec<Item<'a>> = Vec::new();
        for child in self.tree.children(id) {
            match self.tree.tag(child) {
                Some(Tag::Li) => {
                    let item = self.item(child, inner);
                    items.extend(item);
                }
                // A list right inside a list belongs to the item before it.
                Some(Tag::Ul | Tag::Ol) if !items.is_empty() => {
                    let mut blocks = Vec::new();
                    self.nested(child, &mut blocks, inner);
                    if let Some(item) = items.last_mut() {
                        item.blocks.append(&mut blocks);
                    }
                }
                _ => {
                    let mut blocks = Vec::new();
                    self.nested(child, &mut blocks, inner);
                    if !blocks.is_empty() {
                        items.push(Item {
                            value: None,
                            id: None,
                            blocks,
                        });
                    }
                }
            }
        }
        if items.is_empty() {
            return;
        }
        let ordered = tag == Tag::Ol;
        let number = |name: &str| {
            self.tree
                .attribute(id, name)
                .and_then(|value| value.trim().parse::<i32>().ok())
        };
        let list = List {
            ordered,
            start: number("start").filter(|_| ordered),
            numbering: self
                .tree
                .attribute(id, "type")
                .filter(|kind| ordered && matches!(*kind, "a" | "A" | "i" | "I")),
            reversed: ordered && self.tree.attribute(id, "reversed").is_some(),
            manner: inner,
            items,
        };
        self.push(out, Block::List(list));
    }

    /// One child of a list that is no item.
    fn nested(&mut self, child: NodeId, blocks: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        self.one(child, blocks, manner);
        self.end_paragraph(blocks, manner);
        figures::arrange(blocks, &self.inlines.tokens);
    }

    fn item(&mut self, id: NodeId, manner: Manner<'a>) -> Option<Item<'a>> {
        if self.is_dropped(id) {
            return None;
        }
        let anchor = self.item_id(id);
        let manner = self.manner_at(id, manner);
        let mut blocks = self.blocks(id, manner);
        figures::arrange(&mut blocks, &self.inlines.tokens);
        let value = self
            .tree
            .attribute(id, "value")
            .and_then(|value| value.trim().parse().ok());
        if blocks.is_empty() {
            self.unplace(anchor);
            return None;
        }
        Some(Item {
            value,
            id: anchor,
            blocks,
        })
    }

    /// An item outside a list: one more of the list before it, or the first of a new one.
    pub(super) fn stray_item(
        &mut self,
        id: NodeId,
        goes_on: bool,
        out: &mut Vec<Block<'a>>,
        manner: Manner<'a>,
    ) {
        self.end_paragraph(out, manner);
        let manner = Manner {
            align: Align::Start,
            ..manner
        };
        let Some(item) = self.item(id, manner) else {
            return;
        };
        match out.last_mut() {
            Some(Block::List(list)) if goes_on => list.items.push(item),
            _ => {
                let list = List {
                    ordered: false,
                    start: None,
                    numbering: None,
                    reversed: false,
                    manner,
                    items: vec![item],
                };
                self.push(out, Block::List(list));
            }
        }
    }

    pub(super) fn definitions(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        if !self.are_definitions(id) {
            return self.flow_box(id, out, manner);
        }
        let mut groups: Vec<Definition<'a>> = Vec::new();
        let mut loose = Vec::new();
        let mut pending: Vec<NodeId> = self.tree.children(id).collect();
        pending.reverse();
        while let Some(child) = pending.pop() {
            match self.tree.tag(child) {
                _ if self.is_dropped(child) => {}
                Some(Tag::Dt) => {
                    let line = self.line(child, &mut loose, manner);
                    self.flush_late(&mut loose);
                    if !line.is_empty() {
                        if groups.last().is_none_or(|group| !group.meanings.is_empty()) {
                            groups.push(Definition::default());
                        }
                        groups
                            .iter_mut()
                            .last()
                            .into_iter()
                            .for_each(|group| group.terms.push(line));
                    }
                }
                Some(Tag::Dd) => {
                    let inner = self.manner_at(child, manner);
                    let mut blocks = self.blocks(child, inner);
                    figures::arrange(&mut blocks, &self.inlines.tokens);
                    if !blocks.is_empty() {
                        if groups.is_empty() {
                            groups.push(Definition::default());
                        }
                        groups
                            .iter_mut()
                            .last()
                            .into_iter()
                            .for_each(|group| group.meanings.push(std::mem::take(&mut blocks)));
                    }
                }
                // Groups may be wrapped in boxes.
                Some(Tag::Div)
                    if self
                        .tree
                        .children(child)
                        .any(|inner| matches!(self.tree.tag(inner), Some(Tag::Dt | Tag::Dd))) =>
                {
                    let from = pending.len();
                    pending.extend(self.tree.children(child));
                    pending[from..].reverse();
                }
                _ => self.nested(child, &mut loose, manner),
            }
        }
        self.push(out, Block::Definitions(groups));
        out.append(&mut loose);
    }

    /// Whether the terms and meanings that are seen begin with a term and end with a meaning: terms without
    /// meanings are no definitions.
    fn are_definitions(&self, id: NodeId) -> bool {
        let mut seen = Vec::new();
        let mut pending: Vec<NodeId> = self.tree.children(id).collect();
        pending.reverse();
        while let Some(child) = pending.pop() {
            match self.tree.tag(child) {
                Some(tag @ (Tag::Dt | Tag::Dd)) if self.shows(child) => seen.push(tag),
                Some(Tag::Div) => {
                    let from = pending.len();
                    pending.extend(self.tree.children(child));
                    pending[from..].reverse();
                }
                _ => {}
            }
        }
        seen.first() == Some(&Tag::Dt) && seen.last() == Some(&Tag::Dd)
    }

    pub(super) fn code(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let code = self.tree.find(id, Tag::Code);
        let language = self
            .language_of_code(id)
            .or_else(|| self.language_of_code(code?));
        // Formatting around code is not the code's.
        let formats = self.inlines.suspend();
        self.inlines.verbatim = true;
        self.children(id, out, manner);
        self.inlines.verbatim = false;
        let line = self.inlines.finish();
        self.inlines.resume(formats);
        let shows = self.inlines.tokens[line.range()]
            .iter()
            .any(|token| matches!(token, Inline::Text(text) if !text::is_empty(text)));
        if shows {
            self.trim_code(line);
            out.push(Block::Code {
                language,
                is_code: code.is_some() || language.is_some(),
                line,
            });
        } else {
            self.discard(line);
        }
        self.flush_late(out);
    }

    /// Empty lines before and white space after code are the page's, not the code's.
    fn trim_code(&mut self, line: Line) {
        let tokens = &mut self.inlines.tokens[line.range()];
        // The last line end before the first character: everything up to it goes, the indentation after it stays.
        let mut cut = None;
        for (i, token) in tokens.iter().enumerate() {
            let Inline::Text(text) = token else { continue };
            let blank = text.len() - text::trim_start(text).len();
            cut = text[..blank].rfind('\n').map(|at| (i, at + 1)).or(cut);
            if blank < text.len() {
                break;
            }
        }
        if let Some((last, at)) = cut {
            for (i, token) in tokens[..=last].iter_mut().enumerate() {
                if let Inline::Text(text) = token {
                    *text = if i == last { &text[at..] } else { "" };
                }
            }
        }
        for token in tokens.iter_mut().rev() {
            let Inline::Text(text) = token else { continue };
            *text = text::trim_end(text);
            if !text.is_empty() {
                break;
            }
        }
    }

    /// The language that a class or an attribute names.
    fn language_of_code(&self, id: NodeId) -> Option<&'a str> {
        let named = ["data-lang", "data-language"]
            .iter()
            .find_map(|name| self.tree.attribute(id, name));
        let classes = self.tree.attribute(id, "class").unwrap_or_default();
        let from_class = || {
            let prefixed = classes.split_ascii_whitespace().find_map(|class| {
                [
                    "language-",
                    "lang-",
                    "highlight-source-",
                    "brush:",
                    "highlight-",
                ]
                .iter()
                .find_map(|prefix| class.strip_prefix(prefix))
                .filter(|name| !name.is_empty())
            });
            // `brush: js` is two classes, `hljs js` and `prettyprint js` too.
            let following = || {
                let mut classes = classes.split_ascii_whitespace();
                classes.find(|class| {
                    matches!(
                        *class,
                        "brush:" | "hljs" | "prettyprint" | "highlight" | "sourceCode"
                    )
                })?;
                classes.next()
            };
            prefixed.or_else(following)
        };
        // `js,linenos`, `rust,ignore`, `{.python}`: what else a Markdown fence says about its code.
        let name = named.or_else(from_class)?.trim_start_matches(['{', '.']);
        let name = name
            .split([',', ';', '{', '}', ':'])
            .next()
            .unwrap_or_default();
        let plain = name.len() <= 30
            && name.bytes().all(|b| {
                b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'#' | b'_' | b'.')
            });
        let silent = matches!(
            name,
            "" | "plain"
                | "plaintext"
                | "text"
                | "txt"
                | "none"
                | "nohighlight"
                | "undefined"
                | "auto"
                | "linenums"
        );
        (plain && !silent).then_some(name)
    }

    /// The id of a list item that some link leads to.
    fn item_id(&mut self, id: NodeId) -> Option<&'a str> {
        let bare = bare_id(self.tree.attribute(id, "id")?)?;
        self.claim(bare).then_some(bare)
    }

    /// Whether a node is white space only.
    pub(super) fn is_blank(&self, id: NodeId) -> bool {
        matches!(self.tree.kind(id), Kind::Text(text) if text::is_empty(text))
    }
}
