//! Tables: rows and cells made whole, tables that only lay out made flow.

use super::blocks::{Align, Block, Cell, Line, Manner, Table};
use super::figures;
use super::flow::Setter;
use super::tree::NodeId;
use crate::tag::Tag;

/// No table has more columns than this; wider spans are cut.
const MAX_COLUMNS: usize = 400;

/// Rows and their cells in the order of the source, and whether each row is part of the head.
type Rows<'a> = Vec<(bool, Vec<Cell<'a>>)>;

impl<'a> Setter<'_, 'a> {
    pub(super) fn table(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        if !self
            .tree
            .children(id)
            .any(|child| self.tree.tag(child) != Some(Tag::Caption) && self.shows(child))
        {
            return self.flow_box(id, out, manner);
        }
        let inner = Manner {
            align: Align::Start,
            ..manner
        };
        let mut caption = Line::default();
        let mut rows: Rows<'a> = Vec::new();
        let mut loose = Vec::new();
        let mut pending: Vec<(NodeId, bool)> =
            self.tree.children(id).map(|child| (child, false)).collect();
        pending.reverse();
        while let Some((child, in_head)) = pending.pop() {
            match self.tree.tag(child) {
                _ if self.is_dropped(child) || self.is_blank(child) => {}
                Some(Tag::Caption) if caption.is_empty() => {
                    // Whether there will be a table for it to stand in is not known yet.
                    let outer = std::mem::replace(&mut self.without_images, true);
                    caption = self.line(child, &mut loose, inner);
                    self.without_images = outer;
                    self.flush_late(&mut loose);
                }
                Some(tag @ (Tag::Thead | Tag::Tbody | Tag::Tfoot)) => {
                    let from = pending.len();
                    pending.extend(
                        self.tree
                            .children(child)
                            .map(|row| (row, tag == Tag::Thead)),
                    );
                    pending[from..].reverse();
                }
                Some(Tag::Tr) => rows.push((in_head, self.row(child, inner, &mut loose))),
                _ => {
                    self.one(child, &mut loose, inner);
                    self.end_paragraph(&mut loose, inner);
                }
            }
        }
        out.append(&mut loose);
        self.finish_table(caption, rows, out, inner);
    }

    fn row(&mut self, id: NodeId, manner: Manner<'a>, loose: &mut Vec<Block<'a>>) -> Vec<Cell<'a>> {
        let row_align = self.alignment(id).unwrap_or_default();
        let mut cells = Vec::new();
        for child in self.tree.children(id) {
            let tag = self.tree.tag(child);
            if !matches!(tag, Some(Tag::Td | Tag::Th)) {
                self.one(child, loose, manner);
                self.end_paragraph(loose, manner);
                continue;
            }
            if self.is_dropped(child) {
                continue;
            }
            let align = self.alignment(child).unwrap_or(row_align);
            let header = tag == Some(Tag::Th);
            let inner = Manner {
                align,
                ..self.manner_at(child, manner)
            };
            let outer = self.in_header_cell;
            self.in_header_cell |= header;
            let mut blocks = self.blocks(child, inner);
            self.in_header_cell = outer;
            figures::arrange(&mut blocks, &self.inlines.tokens);
            let span = |name: &str| {
                self.tree
                    .attribute(child, name)
                    .and_then(|value| value.trim().parse::<u32>().ok())
                    .unwrap_or(1)
                    .clamp(1, 1000)
            };
            cells.push(Cell {
                header,
                colspan: span("colspan"),
                rowspan: span("rowspan"),
                align,
                blocks,
            });
        }
        cells
    }

    fn finish_table(
        &mut self,
        caption: Line,
        mut rows: Rows<'a>,
        out: &mut Vec<Block<'a>>,
        manner: Manner<'a>,
    ) {
        let columns = rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
        let shows = rows
            .iter()
            .flat_map(|(_, cells)| cells)
            .any(|cell| !cell.blocks.is_empty());
        let has_header = rows
            .iter()
            .flat_map(|(_, cells)| cells)
            .any(|cell| cell.header);
        let nests = rows
            .iter()
            .flat_map(|(_, cells)| cells)
            .flat_map(|cell| &cell.blocks)
            .any(|block| matches!(block, Block::Table(_)));
        // Rows without a cell are not written.
        let rows_with_cells = rows.iter().filter(|(_, cells)| !cells.is_empty()).count();
        let lays_out = columns <= 1 && !has_header && caption.is_empty()
            || nests && (columns <= 2 || rows_with_cells <= 1);
        if !shows || lays_out {
            if !caption.is_empty() {
                out.push(Block::Paragraph {
                    line: caption,
                    manner,
                    id: None,
                    caption: true,
                });
            }
            out.extend(
                rows.into_iter()
                    .flat_map(|(_, cells)| cells)
                    .flat_map(|cell| cell.blocks),
            );
            return;
        }
        let first = rows.iter().position(|(_, cells)| !cells.is_empty());
        rows.drain(..first.unwrap_or_default());
        // A first row of headers is the head, whether the source says so or not.
        let titled = rows_with_cells > 1
            && rows.first().is_some_and(|(_, cells)| {
                cells.iter().all(|cell| cell.header && cell.rowspan == 1)
            });
        if let Some((in_head, _)) = rows.first_mut() {
            *in_head |= titled;
        }
        // A table is not all head: what follows its first row is the body then.
        if rows
            .iter()
            .all(|(in_head, cells)| *in_head || cells.is_empty())
        {
            for (in_head, _) in rows.iter_mut().skip(usize::from(titled)) {
                *in_head = false;
            }
        }
        let (mut head, mut body) = (Vec::new(), Vec::new());
        for (in_head, cells) in rows {
            // A head below the body would be moved above it.
            if in_head && body.is_empty() {
                head.push(cells);
            } else {
                body.push(cells);
            }
        }
        let mut starts = vec![false; MAX_COLUMNS];
        let places = [place(&mut head, &mut starts), place(&mut body, &mut starts)];
        for (rows, places) in [&mut head, &mut body].into_iter().zip(places) {
            close_gaps(rows, &places, &starts);
        }
        let table = Block::Table(Box::new(Table {
            caption,
            head,
            body,
            manner,
        }));
        self.push(out, table);
    }
}

/// Gives every cell of a row group its column, and cuts the spans that would overlap or reach out of the group.
/// Rows without a cell of their own go.
fn place(rows: &mut Vec<Vec<Cell<'_>>>, starts: &mut [bool]) -> Vec<Vec<usize>> {
    // For each column: how many more rows the cell above covers, and which cell that is.
    let mut covered: Vec<(u32, usize, usize)> = vec![(0, 0, 0); MAX_COLUMNS];
    let mut kept: Vec<Vec<Cell<'_>>> = Vec::with_capacity(rows.len());
    let mut places: Vec<Vec<usize>> = Vec::with_capacity(rows.len());
    let mut widest = 0;
    for row in rows.drain(..) {
        let mut columns = Vec::with_capacity(row.len());
        let mut cells: Vec<Cell<'_>> = Vec::with_capacity(row.len());
        let mut column = 0;
        let mut placed = Vec::new();
        let r = kept.len();
        for mut cell in row {
            while covered.get(column).is_some_and(|(left, ..)| *left > 0) {
                column += 1;
            }
            if column >= MAX_COLUMNS {
                // No room: what it says goes to the cell before it.
                if let Some(before) = cells.last_mut().or_else(|| kept.last_mut()?.last_mut()) {
                    before.blocks.append(&mut cell.blocks);
                }
                continue;
            }
            let free = covered[column..]
                .iter()
                .take(cell.colspan as usize)
                .take_while(|(left, ..)| *left == 0)
                .count()
                .max(1);
            cell.colspan = free as u32;
            placed.push((column, free, cell.rowspan));
            columns.push(column);
            cells.push(cell);
            column += free;
        }
        widest = widest.max(column);
        if columns.is_empty() {
            shorten(&mut kept, &mut covered, widest);
            continue;
        }
        for (left, ..) in &mut covered[..widest] {
            *left = left.saturating_sub(1);
        }
        for (c, (column, width, rowspan)) in placed.into_iter().enumerate() {
            starts[column] = true;
            covered[column..column + width].fill((rowspan - 1, r, c));
        }
        kept.push(cells);
        places.push(columns);
    }
    // What still reaches down reaches out of the group.
    shorten_by(&mut kept, &covered[..widest], |left| left);
    *rows = kept;
    places
}

/// A row without cells goes: what covers it is one shorter.
fn shorten(kept: &mut [Vec<Cell<'_>>], covered: &mut [(u32, usize, usize)], widest: usize) {
    shorten_by(kept, &covered[..widest], |_| 1);
    for (left, ..) in &mut covered[..widest] {
        *left = left.saturating_sub(1);
    }
}

fn shorten_by(
    kept: &mut [Vec<Cell<'_>>],
    covered: &[(u32, usize, usize)],
    by: impl Fn(u32) -> u32,
) {
    let mut last = None;
    for (left, row, cell) in covered {
        if *left > 0 && last != Some((row, cell)) {
            last = Some((row, cell));
            if let Some(cell) = kept.get_mut(*row).and_then(|row| row.get_mut(*cell)) {
                cell.rowspan = cell.rowspan.saturating_sub(by(*left)).max(1);
            }
        }
    }
}

/// Columns in which no cell begins are none: the cells across them span so many fewer.
fn close_gaps(rows: &mut [Vec<Cell<'_>>], places: &[Vec<usize>], starts: &[bool]) {
    for (row, columns) in rows.iter_mut().zip(places) {
        for (cell, column) in row.iter_mut().zip(columns) {
            let end = (column + cell.colspan as usize).min(starts.len());
            cell.colspan = starts[*column..end]
                .iter()
                .filter(|start| **start)
                .count()
                .max(1) as u32;
        }
    }
}
