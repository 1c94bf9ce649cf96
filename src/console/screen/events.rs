//! Screen 5: the sequence of events; a trip opens as a card with its waveform.

use super::{Class, event, trip};
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::widget::pen::Pen;
use crate::console::widget::table::{Cell, Column, table};
use crate::console::widget::text::{clock_ms, count, wrap};
use crate::record::{Body, Record};
use std::sync::Arc;

const COLUMNS: [Column; 5] = [
    Column::numbers("#", 6, 4),
    Column::words("TIME", 12, 1),
    Column::words("BKR", 5, 0),
    Column::words("CLASS", 5, 2),
    Column::rest("EVENT", 12, 0),
];

/// Draws the screen.
pub(super) fn view(model: &Model, class: Class, pen: &mut Pen<'_>) {
    let (w, h) = (pen.width(), pen.height());
    if let Some(open) = &model.ui.trip
        && let Some(incident) = trip::incident(model, open.seq)
    {
        trip::view(model, &incident, open.sample, pen);
        return;
    }
    if class == Class::Large {
        let left = w * 9 / 20;
        list(model, &mut pen.part(0, 0, left, h));
        detail(model, &mut pen.part(left, 0, w - left, h));
    } else if class == Class::Medium {
        let below = (h * 2 / 5).max(8);
        list(model, &mut pen.part(0, 0, w, h - below));
        detail(model, &mut pen.part(0, h - below, w, below));
    } else {
        list(model, pen);
    }
}

fn list(model: &Model, pen: &mut Pen<'_>) {
    let filter = &model.ui.events;
    let mut remark = String::new();
    if let Some(class) = filter.class {
        remark = format!("class {class:?}  ");
    }
    if !filter.text.is_empty() {
        remark += &["filter \"", &filter.text, "\"  "].concat();
    }
    if model.records_missed > 0 {
        remark += &[&count(model.records_missed), " missed  "].concat();
    }
    remark.push_str("newest first");
    let mut inside = pen.panel(&format!("Sequence of events  {} kept", count(model.records.len() as u64)), &remark);
    let s = inside.symbols();
    let room = usize::from(inside.height().saturating_sub(1));
    let cursor = model.ui.cursor.events;
    // Only what can be seen is collected; the filter stops at the last visible row.
    let unfiltered = filter.class.is_none() && filter.text.is_empty();
    let first = (cursor + 1).saturating_sub(room);
    let rows: Vec<&Arc<Record>> = if unfiltered {
        let n = model.records.len();
        (first..n.min(first + room)).map(|i| &model.records[n - 1 - i]).collect()
    } else {
        model.events().skip(first).take(room).collect()
    };
    if rows.is_empty() {
        let text = if unfiltered { "nothing has happened yet" } else { "no event passes the filter" };
        inside.put(1, 1, text, Role::Dim);
    }
    let at = cursor.saturating_sub(first).min(rows.len().saturating_sub(1));
    table(&mut inside, &COLUMNS, rows.len(), (!rows.is_empty()).then_some(at), |i| {
        let record = rows[i];
        let (class, role) = event::class(record);
        let row: Vec<Cell<'_>> = vec![
            (record.seq.to_string().into(), Role::Dim),
            (clock_ms(record.utc).into(), Role::Dim),
            (event::place(record, &model.snapshot).into(), Role::Text),
            (class.into(), role),
            (event::text(record, s).into(), role),
        ];
        row
    });
}

/// The record under the cursor in full: a trip as its card, anything else in words.
fn detail(model: &Model, pen: &mut Pen<'_>) {
    let Some(record) = model.event() else { return };
    if let Some(incident) = trip::incident(model, record.seq) {
        trip::view(model, &incident, None, pen);
        return;
    }
    let (class, role) = event::class(record);
    let title = format!("{class}  {}", event::place(record, &model.snapshot));
    let mut inside = pen.panel_in(&title, role, &clock_ms(record.utc));
    let s = inside.symbols();
    let mut paragraphs = vec![event::text(record, s)];
    match &record.body {
        Body::Settings(c) => {
            paragraphs.extend(c.changes.iter().map(|(id, old, new)| format!("{id}: {old} {} {new}", s.arrow)));
            paragraphs.extend(c.warnings.iter().map(|w| format!("warning: {w}")));
        }
        Body::Request(r) => {
            paragraphs.push(format!("asked as {:?} by {} ({:?})", r.role, r.origin.ident, r.origin.category));
            if let Some(denied) = &r.denied {
                paragraphs.push(format!("additional cause: {}", denied.cause()));
            }
        }
        _ => {}
    }
    paragraphs.push(format!("record {}, tick {}, device {}", record.seq, record.tick.0, record.device));
    let (room, h) = (usize::from(inside.width().saturating_sub(2)), inside.height());
    let lines = paragraphs.iter().flat_map(|p| wrap(p, room, s.ellipsis));
    for (y, line) in lines.take(usize::from(h)).enumerate() {
        inside.put(1, y as u16, &line, Role::Text);
    }
}
