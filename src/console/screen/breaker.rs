//! Screen 2: one breaker in depth.

use super::{Class, condition, event, list, phases, protection};
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::widget::number::{CURRENT, DURATION};
use crate::console::widget::pen::Pen;
use crate::console::widget::phasor::{self, Phasors};
use crate::console::widget::scope::{self, Scope};
use crate::console::widget::table::{Cell, Column, table};
use crate::console::widget::text::clock;
use crate::console::widget::trend::{self, Series};
use crate::plant::snapshot::BreakerView;
use crate::record::{Body, Record};
use crate::units::Phases;
use std::sync::Arc;

/// Draws the screen.
pub(super) fn view(model: &Model, class: Class, pen: &mut Pen<'_>) {
    let Some(b) = model.selected() else {
        pen.put(1, 1, "the plant has no breakers", Role::Dim);
        return;
    };
    let (w, h) = (pen.width(), pen.height());
    if class == Class::Small {
        let top = if h >= 16 { 10 } else { h.min(8) };
        phases::view(b, &mut pen.part(0, 0, w, top));
        let rest = h - top;
        if rest >= 5 {
            let right = (w * 3 / 8).clamp(26, 40);
            scope(model, b, &mut pen.part(0, top, w - right, rest));
            phasors(b, &mut pen.part(w - right, top, right, rest));
        }
        return;
    }
    let left = if class == Class::Large { 52 } else { 40 };
    let upper = (h * 5 / 9).min(model.snapshot.breakers.len() as u16 + 3).max(6);
    {
        let title = model.snapshot.plant.clone();
        let n = model.snapshot.breakers.len();
        let mut part = pen.part(0, 0, left, upper);
        let mut inside = part.panel(&title, &format!("{n} breakers"));
        list::breakers(model, &mut inside);
    }
    let below = h - upper;
    let trips = (below / 2).clamp(6, 14);
    let elements = if class == Class::Large { (b.elements.len() as u16 + 2).min(below - trips) } else { 0 };
    trip_history(model, &mut pen.part(0, upper, left, below - trips - elements));
    if elements > 0 {
        protection::elements(b, &mut pen.part(0, h - trips - elements, left, elements));
    }
    condition::view(b, &mut pen.part(0, h - trips, left, trips));
    let width = w - left;
    let top = 10;
    phases::view(b, &mut pen.part(left, 0, width, top));
    let middle = (h - top) * 3 / 5;
    let right = (middle * 2).max(28).min(width * 2 / 5);
    scope(model, b, &mut pen.part(left, top, width - right, middle));
    phasors(b, &mut pen.part(w - right, top, right, middle));
    trends(b, &mut pen.part(left, top + middle, width, h - top - middle));
}

/// The last six cycles of the currents, or of the voltages when those are chosen.
pub(super) fn scope(model: &Model, b: &BreakerView, pen: &mut Pen<'_>) {
    let voltages = model.ui.voltages;
    let (values, form) = if voltages {
        (&b.scope.voltage, crate::console::widget::number::VOLTAGE)
    } else {
        (&b.scope.current, CURRENT)
    };
    let remark = if model.snapshot.paused { "frozen" } else { "live" };
    let title = if voltages { "Scope  voltages" } else { "Scope  currents" };
    let mut inside = pen.panel(title, remark);
    let view = Scope {
        values: Phases::new(&values.a[..], &values.b[..], &values.c[..]),
        form,
        rate_hz: model.snapshot.rate.hz(),
        least: if voltages { 10.0 } else { (b.rated_current.0 * 0.1) as f32 },
    };
    scope::draw(&mut inside, &view);
}

/// Phasors with sequence components.
pub(super) fn phasors(b: &BreakerView, pen: &mut Pen<'_>) {
    let mut inside = pen.panel("Phasors", "V line  I dots");
    let m = &b.measured;
    let (i1, i2, i0) = m.current_sequence;
    let (v1, v2, v0) = m.voltage_sequence;
    phasor::draw(
        &mut inside,
        &Phasors {
            voltage: m.voltage_phasor,
            current: m.current_phasor,
            voltage_sequence: (v1.0, v2.0, v0.0),
            current_sequence: (i1.0, i2.0, i0.0),
            least_voltage: 1.0,
            least_current: (b.rated_current.0 * 0.001).max(0.01),
        },
    );
}

/// Fifteen minutes of the RMS currents.
pub(super) fn trends(b: &BreakerView, pen: &mut Pen<'_>) {
    const SECONDS: usize = 900;
    let limit = b.elements.iter().filter(|e| super::element::watches_phase_current(e)).map(|e| e.threshold);
    let limit = limit.fold(None, |least: Option<f64>, t| Some(least.map_or(t, |l| l.min(t))));
    let letters: Vec<&str> = b.phases().iter().map(|p| p.letter()).collect();
    let mut inside = pen.panel(&format!("Load trend  {}", letters.join(" ")), "least pickup dotted");
    let series: Vec<Series<'_>> =
        b.phases().iter().map(|&p| Series { values: &b.trend.current[p], role: Role::of_phase(p) }).collect();
    trend::draw(&mut inside, &series, SECONDS, CURRENT, limit);
}

/// Trips of all breakers, newest first.
fn trip_history(model: &Model, pen: &mut Pen<'_>) {
    const COLUMNS: [Column; 6] = [
        Column::words("TIME", 8, 1),
        Column::words("BKR", 4, 0),
        Column::rest("CAUSE", 7, 0),
        Column::words("P", 1, 4),
        Column::numbers("I", 7, 2),
        Column::numbers("AFTER", 7, 3),
    ];
    let room = usize::from(pen.height().saturating_sub(3));
    let trips: Vec<&Arc<Record>> =
        model.records.iter().rev().filter(|r| matches!(r.body, Body::Trip(_))).take(room).collect();
    let total: u64 = model.snapshot.breakers.iter().map(|b| b.condition.trips).sum();
    let mut inside = pen.panel("Trip history", &format!("{total} trips"));
    if trips.is_empty() {
        inside.put(1, 0, "no trip since start", Role::Dim);
        return;
    }
    table(&mut inside, &COLUMNS, trips.len(), None, |i| {
        let record = trips[i];
        let Body::Trip(trip) = &record.body else { return Vec::new() };
        let row: Vec<Cell<'_>> = vec![
            (clock(record.utc).into(), Role::Dim),
            (event::place(record, &model.snapshot).into(), Role::Text),
            (event::cause(trip).into(), Role::Priority1),
            (trip.phase.map_or("-", |p| p.letter()).into(), Role::Text),
            (CURRENT.fit(trip.current.0, 7).into(), Role::Strong),
            (DURATION.fit(trip.delay.0, 7).into(), Role::Text),
        ];
        row
    });
}
