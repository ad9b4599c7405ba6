//! Tree construction in tables, and the choice of the rules that hold for a tag.

use super::Uncertain;
use super::sets::{BODY_CONTEXT, CELLS, INNER_TABLE_PARTS, ROW_CONTEXT, TABLE_SCOPE};
use super::tree::{Mode, Place, Tree};
use crate::tag::Tag;

impl Tree {
    /// Whether text that comes now stands in a table but in no cell.
    pub(super) fn in_table_structure(&self) -> bool {
        matches!(self.mode, Mode::Table | Mode::TableBody | Mode::Row)
    }

    /// Closes what the start tag closes and says what becomes of it.
    pub(super) fn make_room(&mut self, tag: Tag) -> Result<Place, Uncertain> {
        loop {
            match self.mode {
                Mode::Body => return self.in_body(tag),
                Mode::Cell if INNER_TABLE_PARTS.has(tag) => {
                    if !self.in_scope_any(&CELLS, &TABLE_SCOPE) {
                        return Ok(Place::Ignored);
                    }
                    self.close_cell();
                }
                Mode::Caption if INNER_TABLE_PARTS.has(tag) => {
                    if !self.in_scope(Tag::Caption, &TABLE_SCOPE) {
                        return Ok(Place::Ignored);
                    }
                    self.close_caption();
                }
                Mode::Cell | Mode::Caption => return self.in_body(tag),
                Mode::Row => match tag {
                    Tag::Td | Tag::Th => {
                        self.pop_until_current(&ROW_CONTEXT);
                        self.mode = Mode::Cell;
                        self.formatting.push_marker();
                        return Ok(Place::Element);
                    }
                    _ if INNER_TABLE_PARTS.has(tag) => {
                        if !self.in_scope(Tag::Tr, &TABLE_SCOPE) {
                            return Ok(Place::Ignored);
                        }
                        self.close_row();
                    }
                    _ => self.table_in_table(tag)?,
                },
                Mode::TableBody => match tag {
                    Tag::Tr => {
                        self.pop_until_current(&BODY_CONTEXT);
                        self.mode = Mode::Row;
                        return Ok(Place::Element);
                    }
                    Tag::Td | Tag::Th => {
                        self.pop_until_current(&BODY_CONTEXT);
                        self.open_implied(Tag::Tr)?;
                        self.mode = Mode::Row;
                    }
                    _ if INNER_TABLE_PARTS.has(tag) => self.close_table_body(),
                    _ => self.table_in_table(tag)?,
                },
                Mode::Table => match tag {
                    Tag::Caption => {
                        self.pop_until_current(&TABLE_SCOPE);
                        self.formatting.push_marker();
                        self.mode = Mode::Caption;
                        return Ok(Place::Element);
                    }
                    Tag::Tbody | Tag::Thead | Tag::Tfoot => {
                        self.pop_until_current(&TABLE_SCOPE);
                        self.mode = Mode::TableBody;
                        return Ok(Place::Element);
                    }
                    Tag::Td | Tag::Th | Tag::Tr => {
                        self.pop_until_current(&TABLE_SCOPE);
                        self.open_implied(Tag::Tbody)?;
                        self.mode = Mode::TableBody;
                    }
                    _ => self.table_in_table(tag)?,
                },
            }
        }
    }

    /// The start tag of a table in a table: it closes that one. Any other element would be moved before it.
    fn table_in_table(&mut self, tag: Tag) -> Result<(), Uncertain> {
        if tag != Tag::Table || !self.in_scope(Tag::Table, &TABLE_SCOPE) {
            return Err(Uncertain);
        }
        self.close_table();
        Ok(())
    }

    /// An end tag.
    pub(super) fn end(&mut self, tag: Tag) -> Result<(), Uncertain> {
        if tag.is_void() || tag == Tag::Iframe {
            return Err(Uncertain);
        }
        if !INNER_TABLE_PARTS.has(tag) && tag != Tag::Table {
            return if self.in_table_structure() {
                Err(Uncertain)
            } else {
                self.end_in_body(tag)
            };
        }
        loop {
            match self.mode {
                // Nothing of a table is open.
                Mode::Body => return Ok(()),
                Mode::Cell => {
                    if tag == Tag::Caption || !self.in_scope(tag, &TABLE_SCOPE) {
                        return Ok(());
                    }
                    if CELLS.has(tag) {
                        self.close_implied(None);
                        self.pop_until(tag);
                        self.formatting.clear_to_marker();
                        self.mode = Mode::Row;
                        return Ok(());
                    }
                    self.close_cell();
                }
                Mode::Caption => {
                    if !matches!(tag, Tag::Caption | Tag::Table)
                        || !self.in_scope(Tag::Caption, &TABLE_SCOPE)
                    {
                        return Ok(());
                    }
                    self.close_caption();
                    if tag == Tag::Caption {
                        return Ok(());
                    }
                }
                Mode::Row => {
                    if matches!(tag, Tag::Caption | Tag::Td | Tag::Th)
                        || !self.in_scope(tag, &TABLE_SCOPE)
                        || !self.in_scope(Tag::Tr, &TABLE_SCOPE)
                    {
                        return Ok(());
                    }
                    self.close_row();
                    if tag == Tag::Tr {
                        return Ok(());
                    }
                }
                Mode::TableBody => {
                    if matches!(tag, Tag::Caption | Tag::Td | Tag::Th | Tag::Tr)
                        || !self.in_scope(tag, &TABLE_SCOPE)
                    {
                        return Ok(());
                    }
                    self.close_table_body();
                    if tag != Tag::Table {
                        return Ok(());
                    }
                }
                Mode::Table => {
                    if tag == Tag::Table && self.in_scope(Tag::Table, &TABLE_SCOPE) {
                        self.close_table();
                    }
                    return Ok(());
                }
            }
        }
    }

    fn close_cell(&mut self) {
        self.close_implied(None);
        while self.pop().is_some_and(|open| !CELLS.has(open.tag)) {}
        self.formatting.clear_to_marker();
        self.mode = Mode::Row;
    }

    fn close_caption(&mut self) {
        self.close_implied(None);
        self.pop_until(Tag::Caption);
        self.formatting.clear_to_marker();
        self.mode = Mode::Table;
    }

    fn close_row(&mut self) {
        self.pop_until_current(&ROW_CONTEXT);
        self.pop();
        self.mode = Mode::TableBody;
    }

    fn close_table_body(&mut self) {
        self.pop_until_current(&BODY_CONTEXT);
        self.pop();
        self.mode = Mode::Table;
    }

    /// Closes the table and goes on as what it stands in wants it ("reset the insertion mode appropriately").
    fn close_table(&mut self) {
        self.pop_until(Tag::Table);
        let around = self.open.iter().rev().find_map(|open| match open.tag {
            Tag::Td | Tag::Th => Some(Mode::Cell),
            Tag::Tr => Some(Mode::Row),
            Tag::Tbody | Tag::Thead | Tag::Tfoot => Some(Mode::TableBody),
            Tag::Caption => Some(Mode::Caption),
            Tag::Table => Some(Mode::Table),
            _ => None,
        });
        self.mode = around.unwrap_or(Mode::Body);
    }
}
