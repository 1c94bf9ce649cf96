//! The trip card: what tripped, how fast, how fast it should have been, and what was let through.

use super::event;
use super::strip::energy;
use crate::console::model::Model;
use crate::console::symbols::Symbols;
use crate::console::theme::Role;
use crate::console::widget::line::Line;
use crate::console::widget::number::{CURRENT, DURATION};
use crate::console::widget::pen::Pen;
use crate::console::widget::text::clock_ms;
use crate::console::widget::waveform;
use crate::record::{Body, ClearedRecord, Record, TripRecord};
use std::sync::Arc;

/// A trip with its clearing, found from either record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Incident<'a> {
    record: &'a Record,
    trip: &'a TripRecord,
    cleared: Option<&'a ClearedRecord>,
}

/// The incident a record belongs to; none when it is neither a trip nor a clearing, or its trip is no longer kept.
pub(super) fn incident(model: &Model, seq: u64) -> Option<Incident<'_>> {
    let at = model.records.partition_point(|r| r.seq < seq);
    let record = model.records.get(at).filter(|r| r.seq == seq)?;
    let trip_of = |r: &'_ Arc<Record>, id| matches!(&r.body, Body::Trip(t) if t.id == id);
    match &record.body {
        Body::Trip(trip) => {
            let cleared = model.records.iter().skip(at).find_map(|r| match &r.body {
                Body::Cleared(c) if c.id == trip.id => Some(&**c),
                _ => None,
            });
            Some(Incident { record, trip, cleared })
        }
        Body::Cleared(cleared) => {
            let record = model.records.iter().take(at).rev().find(|r| trip_of(r, cleared.id.clone()))?;
            let Body::Trip(trip) = &record.body else { return None };
            Some(Incident { record, trip, cleared: Some(cleared) })
        }
        _ => None,
    }
}

/// Draws the card, and the waveform below it where one was captured.
pub(super) fn view(model: &Model, incident: &Incident<'_>, cursor: Option<usize>, pen: &mut Pen<'_>) {
    let (w, h) = (pen.width(), pen.height());
    let lines = lines(incident, pen.symbols());
    let wanted = lines.len() as u16 + 2;
    let waveform = incident.cleared.and_then(|c| c.waveform.as_ref());
    let card = if waveform.is_some() && h >= wanted + 8 { wanted } else { h.min(wanted.max(3)) };
    {
        let mut part = pen.part(0, 0, w, card);
        let title = format!("Trip {}  {}", incident.trip.id.0, event::place(incident.record, &model.snapshot));
        let mut inside = part.panel_in(&title, Role::Priority1, &clock_ms(incident.record.utc));
        for (y, line) in lines.iter().enumerate() {
            line.draw(&mut inside, 1, y as u16);
        }
    }
    if let Some(wave) = waveform.filter(|_| h >= card + 6) {
        let mut part = pen.part(0, card, w, h - card);
        let mut inside = part.panel("Waveform", "left, right: sample  page: cycle");
        let (iw, ih) = (inside.width(), inside.height());
        waveform::draw(&mut inside.part(1, 0, iw.saturating_sub(2), ih), wave, cursor);
    } else if h > card + 1 {
        let text = if incident.cleared.is_some() { "no waveform was captured" } else { "not cleared yet" };
        pen.put(1, card, text, Role::Dim);
    }
}

fn lines<'a>(incident: &Incident<'_>, s: &Symbols) -> Vec<Line<'a>> {
    let t = incident.trip;
    let mut cause = Line::new().state("cause", event::cause(t), Role::Strong);
    if let Some(p) = t.phase {
        cause = cause.state("phase", p.letter(), Role::of_phase(p));
    }
    cause = cause.state("at trip", CURRENT.full(t.current.0), Role::Strong);
    if let Some(threshold) = t.threshold {
        cause = cause.value("threshold", CURRENT.full(threshold));
    }
    let mut delay = Line::new().state("measured delay", DURATION.full(t.delay.0), Role::Strong);
    if let Some(set) = t.set_delay {
        delay = delay.value("by setting", DURATION.full(set.0));
        let off = (t.delay.0 - set.0) * 1e3;
        delay = delay.value("difference", format!("{off:+.1} ms"));
    }
    let currents = Line::new()
        .value("currents at trip  A", CURRENT.full(t.currents.a.0))
        .value("B", CURRENT.full(t.currents.b.0))
        .value("C", CURRENT.full(t.currents.c.0));
    let operated: Vec<&str> = t.operated.iter().map(|e| e.label()).collect();
    let mut out = vec![cause, delay, currents];
    if operated.len() > 1 {
        out.push(Line::new().value("operated together", operated.join(", ")));
    }
    if let Some(c) = incident.cleared {
        out.push(
            Line::new()
                .state("cleared in", DURATION.full(c.clearing.0), Role::Strong)
                .value("contacts parted after", DURATION.full(c.opening.0)),
        );
        out.push(
            Line::new()
                .value("interrupted  A", CURRENT.full(c.interrupted.a.0))
                .value("B", CURRENT.full(c.interrupted.b.0))
                .value("C", CURRENT.full(c.interrupted.c.0)),
        );
        out.push(
            Line::new()
                .value("let-through  A", energy(c.i2t.a, s))
                .value("B", energy(c.i2t.b, s))
                .value("C", energy(c.i2t.c, s))
                .value("peak", CURRENT.full(c.peak.greatest().1)),
        );
    }
    out
}
