//! Tables: columns that do not fit are left out whole, and only the rows that can be seen are built.

use super::pen::Pen;
use super::text::{clip, width};
use crate::console::theme::Role;
use std::borrow::Cow;

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// Cells it needs.
    pub width: u16,
    /// Numbers end at the right edge of their column, words begin at the left.
    pub right: bool,
    /// 0 is never left out; the greatest number goes first.
    pub rank: u8,
    /// Takes the cells that are left over, and its text may be shortened between words.
    pub flexible: bool,
}

impl Column {
    /// A column of words.
    #[must_use]
    pub const fn words(title: &'static str, width: u16, rank: u8) -> Self {
        Self { title, width, right: false, rank, flexible: false }
    }

    /// A column of numbers.
    #[must_use]
    pub const fn numbers(title: &'static str, width: u16, rank: u8) -> Self {
        Self { title, width, right: true, rank, flexible: false }
    }

    /// A column that may be shortened; the last of these that fits takes what is left.
    #[must_use]
    pub const fn rest(title: &'static str, width: u16, rank: u8) -> Self {
        Self { title, width, right: false, rank, flexible: true }
    }
}

/// A cell of a row.
pub type Cell<'a> = (Cow<'a, str>, Role);

/// Position and width of the columns that fit in `room` cells, by index; one cell stands before each column.
#[must_use]
pub fn fit(columns: &[Column], room: u16) -> Vec<(usize, u16, u16)> {
    let mut chosen: Vec<usize> = (0..columns.len()).collect();
    let needed = |chosen: &[usize]| chosen.iter().map(|i| columns[*i].width + 1).sum::<u16>();
    while needed(&chosen) > room {
        let Some(worst) = chosen
            .iter()
            .enumerate()
            .max_by_key(|(at, i)| (columns[**i].rank, *at))
            .map(|(at, _)| at)
            .filter(|at| columns[chosen[*at]].rank > 0 || chosen.len() > 1)
        else {
            return Vec::new();
        };
        chosen.remove(worst);
    }
    let spare = room - needed(&chosen);
    let widest = chosen.iter().rev().find(|i| columns[**i].flexible).copied();
    let mut x = 0;
    chosen
        .into_iter()
        .map(|i| {
            let w = columns[i].width + if widest == Some(i) { spare } else { 0 };
            let place = (i, x + 1, w);
            x += w + 1;
            place
        })
        .collect()
}

/// First row to show so that the row under the cursor can be seen, as near to the start as possible.
#[must_use]
pub const fn window(cursor: usize, rows: usize, room: usize) -> usize {
    let last = rows.saturating_sub(room);
    let first = if cursor >= room { cursor + 1 - room } else { 0 };
    if first < last { first } else { last }
}

/// Draws a table with headings. `row(i)` builds row `i`; it is called for visible rows only. `cursor` marks a row.
pub fn table<'a>(
    pen: &mut Pen<'_>,
    columns: &[Column],
    rows: usize,
    cursor: Option<usize>,
    row: impl Fn(usize) -> Vec<Cell<'a>>,
) {
    let placed = fit(columns, pen.width());
    for (i, x, w) in &placed {
        let column = &columns[*i];
        if width(column.title) <= usize::from(*w) {
            if column.right {
                pen.put_before(*x, x + w, 0, column.title, Role::Dim);
            } else {
                pen.put(*x, 0, column.title, Role::Dim);
            }
        }
    }
    let room = usize::from(pen.height().saturating_sub(1));
    let first = window(cursor.unwrap_or(0), rows, room);
    for (at, i) in (first..rows.min(first + room)).enumerate() {
        let y = at as u16 + 1;
        let selected = cursor == Some(i);
        pen.select(selected);
        if selected {
            let w = pen.width();
            pen.part(0, y, w, 1).clear(Role::Text);
            let pointer = pen.symbols().pointer;
            pen.sign(0, y, pointer, Role::Accent);
        }
        let cells = row(i);
        for (c, x, w) in &placed {
            let Some((text, role)) = cells.get(*c) else { continue };
            draw_cell(pen, &columns[*c], (*x, y, *w), text, *role);
        }
        pen.select(false);
    }
}

fn draw_cell(pen: &mut Pen<'_>, column: &Column, (x, y, w): (u16, u16, u16), text: &str, role: Role) {
    let fits = width(text) <= usize::from(w);
    if column.right {
        let text = match text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit()) {
            _ if fits => text.into(),
            true => super::number::NO_ROOM.into(),
            false => clip(text, usize::from(w), pen.symbols().ellipsis),
        };
        pen.put_before(x, x + w, y, &text, role);
    } else if fits {
        pen.put(x, y, text, role);
    } else {
        pen.put(x, y, &clip(text, usize::from(w), pen.symbols().ellipsis), role);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 4] = [
        Column::words("ID", 3, 0),
        Column::words("STATE", 8, 0),
        Column::numbers("I", 7, 1),
        Column::rest("LOAD", 6, 2),
    ];

    #[test]
    fn the_least_important_columns_go_first_and_whole() {
        let shown = |room| fit(&COLUMNS, room).into_iter().map(|(i, ..)| i).collect::<Vec<_>>();
        assert_eq!(shown(28), [0, 1, 2, 3]);
        assert_eq!(shown(27), [0, 1, 2]);
        assert_eq!(shown(20), [0, 1]);
        assert_eq!(shown(12), [0]);
        assert!(shown(3).is_empty());
    }

    #[test]
    fn the_flexible_column_takes_the_rest() {
        assert_eq!(fit(&COLUMNS, 40)[3], (3, 22, 18));
    }

    #[test]
    fn the_cursor_is_always_in_the_window() {
        assert_eq!(window(0, 100, 10), 0);
        assert_eq!(window(9, 100, 10), 0);
        assert_eq!(window(10, 100, 10), 1);
        assert_eq!(window(99, 100, 10), 90);
        assert_eq!(window(500, 3, 10), 0);
    }
}
