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
        // Each round closes something, or opens what is implied, and goes on by the rules that hold then.
        loop {
            let place = match self.mode {
                Mode::Cell if INNER_TABLE_PARTS.has(tag) => self.part_in_cell(),
                Mode::Caption if INNER_TABLE_PARTS.has(tag) => self.part_in_caption(),
                Mode::Body | Mode::Cell | Mode::Caption => Some(self.in_body(tag)?),
                Mode::Row => self.in_row(tag)?,
                Mode::TableBody => self.in_table_body(tag)?,
                Mode::Table => self.in_table(tag)?,
            };
            if let Some(place) = place {
                return Ok(place);
            }
        }
    }

    fn part_in_cell(&mut self) -> Option<Place> {
        if !self.in_scope_any(&CELLS, &TABLE_SCOPE) {
            return Some(Place::Ignored);
        }
        self.close_cell();
        None
    }

    fn part_in_caption(&mut self) -> Option<Place> {
        if !self.in_scope(Tag::Caption, &TABLE_SCOPE) {
            return Some(Place::Ignored);
        }
        self.close_caption();
        None
    }

    fn in_row(&mut self, tag: Tag) -> Result<Option<Place>, Uncertain> {
        if CELLS.has(tag) {
            self.pop_until_current(&ROW_CONTEXT);
            self.mode = Mode::Cell;
            self.formatting.push_marker();
            return Ok(Some(Place::Element));
        }
        if !INNER_TABLE_PARTS.has(tag) {
            return self.table_in_table(tag);
        }
        if !self.in_scope(Tag::Tr, &TABLE_SCOPE) {
            return Ok(Some(Place::Ignored));
        }
        self.close_row();
        Ok(None)
    }

    fn in_table_body(&mut self, tag: Tag) -> Result<Option<Place>, Uncertain> {
        match tag {
            Tag::Tr => {
                self.pop_until_current(&BODY_CONTEXT);
                self.mode = Mode::Row;
                return Ok(Some(Place::Element));
            }
            Tag::Td | Tag::Th => {
                self.pop_until_current(&BODY_CONTEXT);
                self.open_implied(Tag::Tr)?;
                self.mode = Mode::Row;
            }
            _ if INNER_TABLE_PARTS.has(tag) => self.close_table_body(),
            _ => return self.table_in_table(tag),
        }
        Ok(None)
    }

    fn in_table(&mut self, tag: Tag) -> Result<Option<Place>, Uncertain> {
        if !INNER_TABLE_PARTS.has(tag) {
            return self.table_in_table(tag);
        }
        self.pop_until_current(&TABLE_SCOPE);
        match tag {
            Tag::Caption => {
                self.formatting.push_marker();
                self.mode = Mode::Caption;
            }
            Tag::Tbody | Tag::Thead | Tag::Tfoot => self.mode = Mode::TableBody,
            _ => {
                self.open_implied(Tag::Tbody)?;
                self.mode = Mode::TableBody;
                return Ok(None);
            }
        }
        Ok(Some(Place::Element))
    }

    /// The start tag of a table in a table: it closes that one. Any other element would be moved before it.
    fn table_in_table(&mut self, tag: Tag) -> Result<Option<Place>, Uncertain> {
        if tag != Tag::Table || !self.in_scope(Tag::Table, &TABLE_SCOPE) {
            return Err(Uncertain);
        }
        self.close_table();
        Ok(None)
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
        while !self.end_part(tag) {}
        Ok(())
    }

    /// The end tag of a table or a part of one; says whether there is nothing more to be closed.
    fn end_part(&mut self, tag: Tag) -> bool {
        match self.mode {
            // Nothing of a table is open.
            Mode::Body => true,
            Mode::Cell => self.end_in_cell(tag),
            Mode::Caption => {
                let closes = matches!(tag, Tag::Caption | Tag::Table)
                    && self.in_scope(Tag::Caption, &TABLE_SCOPE);
                if closes {
                    self.close_caption();
                }
                !closes || tag == Tag::Caption
            }
            Mode::Row => {
                let closes = !matches!(tag, Tag::Caption | Tag::Td | Tag::Th)
                    && self.in_scope(tag, &TABLE_SCOPE)
                    && self.in_scope(Tag::Tr, &TABLE_SCOPE);
                if closes {
                    self.close_row();
                }
                !closes || tag == Tag::Tr
            }
            Mode::TableBody => {
                let closes = !matches!(tag, Tag::Caption | Tag::Td | Tag::Th | Tag::Tr)
                    && self.in_scope(tag, &TABLE_SCOPE);
                if closes {
                    self.close_table_body();
                }
                !closes || tag != Tag::Table
            }
            Mode::Table => {
                if tag == Tag::Table && self.in_scope(Tag::Table, &TABLE_SCOPE) {
                    self.close_table();
                }
                true
            }
        }
    }

    fn end_in_cell(&mut self, tag: Tag) -> bool {
        if tag == Tag::Caption || !self.in_scope(tag, &TABLE_SCOPE) {
            return true;
        }
        if !CELLS.has(tag) {
            self.close_cell();
            return false;
        }
        self.close_implied(None);
        self.pop_until(tag);
        self.formatting.clear_to_marker();
        self.mode = Mode::Row;
        true
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
