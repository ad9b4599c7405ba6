//! The elements that are open at a point of the source.

use crate::tag::Tag;

/// How an open element behaves when something else closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A box: its end closes everything in it.
    Block,
    /// A stretch of text: its end tag means nothing across a box.
    Inline,
    /// Formatting: its end tag reaches across boxes.
    Formatting,
    /// A table or a part of one: end tags of other things stop here.
    TablePart,
    /// HTML content that is not shown.
    Unshown,
    /// A player: only its sources matter.
    Player,
    /// An element of a drawing or formula.
    Foreign,
    /// One that is not drawn.
    UndrawnForeign,
    /// HTML inside a drawing or formula.
    Integration,
}

impl Kind {
    pub(super) fn of(tag: Tag) -> Self {
        if tag.is_table_part() {
            Self::TablePart
        } else if tag.is_formatting() {
            Self::Formatting
        } else if tag.is_block() {
            Self::Block
        } else {
            Self::Inline
        }
    }
}

/// An open element: its name in the source, and what was written for it, if anything.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open<'a> {
    name: &'a str,
    pub(super) tag: Option<Tag>,
    pub(super) kind: Kind,
}

impl<'a> Open<'a> {
    pub(super) fn new(name: &'a str, tag: Option<Tag>, kind: Kind) -> Self {
        Self { name, tag, kind }
    }
}

/// What an end tag closed.
pub(super) struct Closed {
    /// What was written for it, if anything.
    pub(super) tag: Option<Tag>,
    pub(super) kind: Kind,
    /// Whether formatting was closed while other elements in it stay open.
    pub(super) misnested: bool,
}

/// End tags look this far up; beyond, nothing was written anyway.
const REACH: usize = 256;

/// Start tags beyond this many are forgotten at once.
const MAX_OPEN: usize = 20_000;

/// Formatting of one kind that the tree builder opens again ("Noah's Ark clause"); links count once.
const MAX_ALIKE: u32 = 3;

/// The stack of open elements, with what is asked of it all the time counted along.
pub(super) struct OpenElements<'a> {
    stack: Vec<Open<'a>>,
    /// What was written of them.
    written: Vec<Tag>,
    unshown: usize,
    foreign: usize,
    tables: usize,
    formatting: usize,
    /// Formatting that was never closed, by element.
    leaked: [u32; Tag::ALL.len()],
    leaks: usize,
}

impl Default for OpenElements<'_> {
    fn default() -> Self {
        Self {
            stack: Vec::with_capacity(32),
            written: Vec::with_capacity(32),
            unshown: 0,
            foreign: 0,
            tables: 0,
            formatting: 0,
            leaked: [0; Tag::ALL.len()],
            leaks: 0,
        }
    }
}

impl<'a> OpenElements<'a> {
    /// How many of the open elements were written.
    pub(super) fn depth(&self) -> usize {
        self.written.len()
    }

    /// Whether what comes now is not shown.
    pub(super) fn is_unshown(&self) -> bool {
        self.unshown > 0
    }

    /// Whether a table was written and is open.
    pub(super) fn in_table(&self) -> bool {
        self.tables > 0
    }

    /// How many formatting elements a new block makes the tree builder open again.
    pub(super) fn reopened(&self) -> usize {
        self.formatting + self.leaks
    }

    /// Whether the innermost element that matters is part of a drawing or formula.
    pub(super) fn in_foreign(&self) -> bool {
        self.foreign > 0
            && self
                .stack
                .iter()
                .rev()
                .take(REACH)
                .find_map(|open| match open.kind {
                    Kind::Foreign | Kind::UndrawnForeign => Some(true),
                    Kind::Integration => Some(false),
                    _ => None,
                })
                .unwrap_or(false)
    }

    /// Whether content that comes now stands in a table but in no cell.
    pub(super) fn in_table_structure(&self) -> bool {
        self.written.last().is_some_and(|tag| {
            matches!(
                tag,
                Tag::Table | Tag::Thead | Tag::Tbody | Tag::Tfoot | Tag::Tr
            )
        })
    }

    pub(super) fn push(&mut self, open: Open<'a>) {
        if self.stack.len() >= MAX_OPEN {
            return;
        }
        self.written.extend(open.tag);
        self.tables += usize::from(open.tag == Some(Tag::Table));
        self.formatting += usize::from(is_written_formatting(&open));
        self.unshown += usize::from(is_unshown(open.kind));
        self.foreign += usize::from(matches!(open.kind, Kind::Foreign | Kind::UndrawnForeign));
        self.stack.push(open);
    }

    /// Closes the innermost of `tags`, if nothing that `stops` stands in between.
    pub(super) fn close_implied(&mut self, tags: &[Tag], stops: impl Fn(Tag) -> bool) {
        for at in (0..self.stack.len()).rev().take(REACH) {
            let Some(tag) = self.stack[at].tag else {
                continue;
            };
            if tags.contains(&tag) {
                return self.pop_to(at);
            }
            if stops(tag) {
                return;
            }
        }
    }

    /// Closes the link around the current place, if there is one; says whether there was.
    pub(super) fn close_link(&mut self) -> bool {
        let lowest = self.stack.len().saturating_sub(REACH);
        let found = (lowest..self.stack.len())
            .rev()
            .take_while(|at| !self.stack[*at].tag.is_some_and(Tag::is_table_part))
            .find(|at| self.stack[*at].tag == Some(Tag::A));
        if let Some(at) = found {
            let open = self.stack.remove(at);
            self.forget(&open);
        }
        found.is_some()
    }

    /// Leaves the innermost drawing or formula, as HTML in it does.
    pub(super) fn leave_foreign(&mut self) {
        while let Some(open) = self.stack.last() {
            if !matches!(open.kind, Kind::Foreign | Kind::UndrawnForeign) {
                return;
            }
            self.pop_to(self.stack.len() - 1);
        }
    }

    /// Closes what an end tag closes, if it closes anything.
    pub(super) fn close(&mut self, name: &str) -> Option<Closed> {
        let heading = matches!(name.as_bytes(), [b'h', b'1'..=b'6']);
        let lowest = self.stack.len().saturating_sub(REACH);
        let found = (lowest..self.stack.len()).rev().find(|at| {
            let open = &self.stack[*at];
            open.name.eq_ignore_ascii_case(name)
                || heading && open.tag.is_some_and(|tag| tag.heading_level().is_some())
        });
        let Some(at) = found else {
            return self.close_leaked(name);
        };
        let open = self.stack[at];
        let inner = &self.stack[at + 1..];
        if inner.iter().any(|inner| is_barrier(&open, inner)) {
            return None;
        }
        let misnested =
            open.kind == Kind::Formatting && inner.iter().any(|inner| inner.tag.is_some());
        if misnested {
            self.forget(&open);
            self.stack.remove(at);
        } else {
            self.pop_to(at + 1);
            self.stack.pop();
            self.forget(&open);
        }
        Some(Closed {
            tag: open.tag,
            kind: open.kind,
            misnested,
        })
    }

    /// An end tag for formatting that an earlier block left open.
    fn close_leaked(&mut self, name: &str) -> Option<Closed> {
        let tag = Tag::from_name(name)?;
        let leaked = &mut self.leaked[tag as usize];
        if *leaked == 0 {
            return None;
        }
        *leaked -= 1;
        self.leaks -= 1;
        Some(Closed {
            tag: Some(tag),
            kind: Kind::Formatting,
            misnested: true,
        })
    }

    /// Forgets everything and says what was written and has to be closed, innermost first.
    pub(super) fn abandon(&mut self) -> Vec<Tag> {
        let mut tags = std::mem::take(&mut self.written);
        tags.reverse();
        for open in &mut self.stack {
            open.tag = None;
        }
        (self.tables, self.formatting, self.leaks) = (0, 0, 0);
        self.leaked = [0; Tag::ALL.len()];
        tags
    }

    /// Removes the elements from `at` on; formatting among them stays active for the tree builder.
    fn pop_to(&mut self, at: usize) {
        while self.stack.len() > at {
            let Some(open) = self.stack.pop() else { return };
            self.forget(&open);
            if let (true, Some(tag)) = (is_written_formatting(&open), open.tag) {
                let leaked = &mut self.leaked[tag as usize];
                let most = if tag == Tag::A { 1 } else { MAX_ALIKE };
                // Code carries its language, so that no two need be alike.
                if *leaked < most || tag == Tag::Code {
                    *leaked += 1;
                    self.leaks += 1;
                }
            }
        }
    }

    fn forget(&mut self, open: &Open<'_>) {
        if let Some(at) = open
            .tag
            .and_then(|tag| self.written.iter().rposition(|written| *written == tag))
        {
            self.written.remove(at);
        }
        self.tables -= usize::from(open.tag == Some(Tag::Table));
        self.formatting -= usize::from(is_written_formatting(open));
        self.unshown -= usize::from(is_unshown(open.kind));
        self.foreign -= usize::from(matches!(open.kind, Kind::Foreign | Kind::UndrawnForeign));
    }
}

fn is_written_formatting(open: &Open<'_>) -> bool {
    open.tag.is_some_and(Tag::is_formatting)
}

fn is_unshown(kind: Kind) -> bool {
    matches!(kind, Kind::Unshown | Kind::UndrawnForeign | Kind::Player)
}

/// Whether an end tag for `open` means nothing because `inner` is open in it.
fn is_barrier(open: &Open<'_>, inner: &Open<'_>) -> bool {
    let Some(tag) = inner.tag else { return false };
    match open.kind {
        Kind::Inline => tag.is_block(),
        Kind::TablePart => tag == Tag::Table,
        Kind::Formatting => tag.is_table_part(),
        _ if tag.is_table_part() => true,
        _ => open.tag == Some(Tag::Li) && matches!(tag, Tag::Ul | Tag::Ol),
    }
}
