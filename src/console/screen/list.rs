//! The breakers as a list.

use super::state;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::widget::number::{CURRENT, PERCENT};
use crate::console::widget::pen::Pen;
use crate::console::widget::table::{Cell, Column, table};

const COLUMNS: [Column; 6] = [
    Column::words("ID", 5, 0),
    Column::words("STATE", 12, 0),
    Column::numbers("I max", 8, 1),
    Column::numbers("%In", 7, 3),
    Column::rest("FLAGS", 9, 2),
    Column::rest("LOAD", 12, 4),
];

/// Draws the list.
pub(super) fn breakers(model: &Model, pen: &mut Pen<'_>) {
    let all = &model.snapshot.breakers;
    let s = pen.symbols();
    table(pen, &COLUMNS, all.len(), Some(model.ui.selected), |i| {
        let b = &all[i];
        let look = state::of(b, s);
        let (current, percent) = state::greatest_current(b);
        let flags = state::flags(b, s);
        let flag_role = flags.first().map_or(Role::Dim, |f| f.1);
        let words = flags.into_iter().map(|f| f.0).collect::<Vec<_>>().join(" ");
        let row: Vec<Cell<'_>> = vec![
            ((*b.designation).into(), Role::Text),
            (format!("{} {}", look.sign, look.word).into(), look.role),
            (CURRENT.fit(current, 8).into(), Role::Strong),
            (PERCENT.bare(percent).into(), if percent > 100.0 { Role::Priority2 } else { Role::Text }),
            (words.into(), flag_role),
            ((*b.load).into(), Role::Dim),
        ];
        row
    });
}

/// Draws what is left on a very small terminal: the list, and below it the selected breaker.
pub(super) fn compact(model: &Model, pen: &mut Pen<'_>) {
    let (w, h) = (pen.width(), pen.height());
    if w < 20 || h < 3 {
        single(model, pen);
        return;
    }
    let below = if h >= 9 { 4 } else { 0 };
    breakers(model, &mut pen.part(0, 0, w, h - below));
    if below > 0
        && let Some(b) = model.selected()
    {
        let mut rest = pen.part(0, h - below + 1, w, below - 1);
        super::strip::short(b, model, &mut rest);
    }
}

/// One line about the selected breaker, for anything smaller.
fn single(model: &Model, pen: &mut Pen<'_>) {
    if let Some(b) = model.selected() {
        let look = state::of(b, pen.symbols());
        let x = pen.put(0, 0, &b.designation, Role::Text);
        let x = if x > 0 { x + 1 } else { 0 };
        let x = pen.put(x, 0, look.word, look.role);
        pen.put(x + 1, 0, &CURRENT.full(state::greatest_current(b).0), Role::Strong);
    }
}
