//! Writes tables, each in a region that scrolls.

use super::Writer;
use crate::escape::{encode_into, without_forbidden};
use crate::setting::blocks::{Block, Cell, Manner, Table};
use crate::setting::headings::plain_text;

impl<'a> Writer<'_, 'a> {
    pub(super) fn table(&mut self, table: &Table<'a>) {
        self.facts.has_table = true;
        let caption = plain_text(self.page.tokens, table.caption);
        let chinese = self.page.context.language.is_none_or(|tag| {
            tag.get(..2)
                .is_some_and(|tag| tag.eq_ignore_ascii_case("zh"))
        });
        let label = match caption.as_str() {
            "" if chinese => "表格",
            "" => "Table",
            caption => caption,
        };
        self.out
            .push_str("<div class=\"np-scroll\" role=\"region\" aria-label=\"");
        encode_into(&mut self.out, &without_forbidden(label));
        self.out.push_str("\" tabindex=\"0\"><table");
        self.manner(table.manner, None);
        self.out.push('>');
        if !table.caption.is_empty() {
            self.wrapped("caption", table.caption);
        }
        for (name, rows) in [("thead", &table.head), ("tbody", &table.body)] {
            if rows.is_empty() {
                continue;
            }
            self.out.push_str(&format!("<{name}>"));
            for row in rows {
                self.out.push_str("<tr>");
                for (i, cell) in row.iter().enumerate() {
                    self.cell(cell, name == "thead", i == 0);
                }
                self.out.push_str("</tr>");
            }
            self.out.push_str(&format!("</{name}>"));
        }
        self.out.push_str("</table></div>");
    }

    pub(super) fn cell(&mut self, cell: &Cell<'a>, in_head: bool, first: bool) {
        let name = if cell.header { "th" } else { "td" };
        self.out.push('<');
        self.out.push_str(name);
        if cell.colspan > 1 {
            self.out.push_str(&format!(" colspan=\"{}\"", cell.colspan));
        }
        if cell.rowspan > 1 {
            self.out.push_str(&format!(" rowspan=\"{}\"", cell.rowspan));
        }
        if cell.header && (in_head || first) {
            self.out.push_str(if in_head {
                " scope=\"col\""
            } else {
                " scope=\"row\""
            });
        }
        // A cell of one paragraph stands as that paragraph does.
        let (align, lone) = match cell.blocks.as_slice() {
            [
                Block::Paragraph {
                    line,
                    manner,
                    id: None,
                    ..
                },
            ] => (manner.align, Some(*line)),
            _ => (cell.align, None),
        };
        self.manner(
            Manner {
                align,
                ..Manner::default()
            },
            None,
        );
        self.out.push('>');
        match (lone, cell.blocks.as_slice()) {
            (Some(line), _) => self.line(line),
            // Images in cells are part of the table, not figures.
            (None, [Block::Image(image)]) => self.lone_image(*image),
            (None, blocks) => self.blocks(blocks),
        }
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }
}
