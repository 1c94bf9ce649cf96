//! The selected breaker in six lines, with what to do next.

use super::{event, link, next, state};
use crate::console::model::Model;
use crate::console::symbols::Symbols;
use crate::console::theme::Role;
use crate::console::widget::line::Line;
use crate::console::widget::number::{ACTIVE, CURRENT, DURATION, ENERGY, FREQUENCY, PERCENT, RATIO, REACTIVE, VOLTAGE};
use crate::console::widget::pen::Pen;
use crate::console::widget::text::{clip, wrap};
use crate::plant::snapshot::BreakerView;
use crate::record::{Body, ClearedRecord, TripId};

/// Draws the strip.
pub(super) fn view(model: &Model, pen: &mut Pen<'_>) {
    let Some(b) = model.selected() else {
        let mut inside = pen.panel("no breaker", "");
        inside.put(0, 0, "the plant has no breakers", Role::Dim);
        return;
    };
    let s = pen.symbols();
    let look = state::of(b, s);
    let mut title = format!("{} {}  {}", b.designation, b.load, look.word);
    if b.lockout {
        title.push_str("  lockout 86");
    }
    let mut inside = pen.panel_in(&title, look.role, "detail: 2 Breaker");
    let rows = inside.height();
    let mut y = 0;
    // The sentence that says what to do is the last to go.
    if rows >= 2 {
        last_trip(b, model).draw(&mut inside, 1, y);
        y += 1;
    }
    for line in [currents(b), mechanism(b)] {
        if y + 1 < rows {
            line.draw(&mut inside, 1, y);
            y += 1;
        }
    }
    y += draw_hint(b, &mut inside, y, rows.saturating_sub(y + 2).clamp(1, 3));
    if y < rows {
        power(b).draw(&mut inside, 1, y);
        y += 1;
    }
    for l in &model.links {
        if y < rows {
            link::line(l, s).draw(&mut inside, 1, y);
            y += 1;
        }
    }
}

/// Draws the selected breaker in three lines.
pub(super) fn short(b: &BreakerView, model: &Model, pen: &mut Pen<'_>) {
    last_trip(b, model).draw(pen, 0, 0);
    currents(b).draw(pen, 0, 1);
    draw_hint(b, pen, 2, 1);
}

/// The hint over at most `most` lines; gives the lines used.
fn draw_hint(b: &BreakerView, pen: &mut Pen<'_>, y: u16, most: u16) -> u16 {
    let s = pen.symbols();
    let (text, role) = next::hint(b, s);
    let x = pen.put(1, y, "NEXT", Role::Accent) + 1;
    let room = usize::from(pen.width().saturating_sub(x + 1));
    let lines = wrap(&text, room, s.ellipsis);
    let shown = lines.len().min(usize::from(most));
    for (i, line) in lines.iter().take(shown).enumerate() {
        let cut = i + 1 == shown && shown < lines.len();
        let more = format!("{line}{}", s.ellipsis);
        let line = if cut { clip(&more, room, s.ellipsis) } else { line.as_str().into() };
        pen.put(x, y + i as u16, &line, role);
    }
    shown as u16
}

/// The last trip, or that there was none.
pub(super) fn last_trip<'a>(b: &BreakerView, model: &Model) -> Line<'a> {
    let Some((_, trip)) = &b.last_trip else {
        return Line::new()
            .item("no trip since start", Role::Dim)
            .value("operations", b.condition.operations.to_string());
    };
    let mut line = Line::new().state("cause", event::cause(trip), Role::Strong);
    if let Some(phase) = trip.phase {
        line = line.value("phase", phase.letter());
    }
    let cleared = cleared(model, &trip.id);
    // A fast trip is commanded before the RMS value has risen; what was interrupted tells how bad it was.
    let current = cleared.map_or(trip.current, |c| c.interrupted.greatest().1.max(trip.current));
    line = line.item(CURRENT.full(current.0), Role::Strong);
    if let Some((_, clearing)) = b.last_clearing.as_ref().filter(|(id, _)| *id == trip.id) {
        line = line.value("cleared", DURATION.full(clearing.0));
    }
    if let Some(cleared) = cleared {
        let (_, energy) = cleared.i2t.greatest();
        line = line.value("let-through", self::energy(energy, model.ui.symbols.symbols()));
    }
    line.value("trips", b.condition.trips.to_string())
}

/// Let-through energy with the sign for the square of the symbol set.
pub(super) fn energy(value: f64, s: &Symbols) -> String {
    ENERGY.full(value).replace("A2s", &format!("A{}s", s.square))
}

/// What was measured when a trip had cleared.
pub(super) fn cleared<'a>(model: &'a Model, id: &TripId) -> Option<&'a ClearedRecord> {
    model.records.iter().rev().find_map(|r| match &r.body {
        Body::Cleared(c) if c.id == *id => Some(&**c),
        _ => None,
    })
}

fn currents<'a>(b: &BreakerView) -> Line<'a> {
    let m = &b.measured;
    let mut line = Line::new();
    for &phase in b.phases() {
        let value = m.current[phase];
        line = line
            .item(phase.letter(), Role::of_phase(phase))
            .also(format!(" {:>8}", CURRENT.full(value.0)), Role::Strong);
    }
    line = line.item("G", Role::Ground).also(format!(" {:>7}", CURRENT.full(m.ground.0)), Role::Strong);
    for (name, value) in [("Vab", m.line_voltage.a), ("Vbc", m.line_voltage.b), ("Vca", m.line_voltage.c)] {
        line = line.value(name, VOLTAGE.full(value.0));
    }
    line
}

/// Spring, auxiliary contacts, control switch, reclose, tag.
pub(super) fn mechanism<'a>(b: &BreakerView) -> Line<'a> {
    let (spring, role) = state::spring(b);
    let (a, bb) = state::auxiliary(b);
    let mut line = Line::new()
        .state("spring", spring, role)
        .value("52a", a)
        .value("52b", bb)
        .value("control", if b.local { "LOCAL" } else { "REMOTE" });
    if !b.remote_enabled {
        line = line.item("remote disabled", Role::Limit);
    }
    line = line.value("reclose", b.reclose.to_string());
    line = match &b.tag {
        Some(tag) => line.state("tag", format!("\"{tag}\""), Role::Priority2),
        None => line.value("tag", "none"),
    };
    if b.maintenance_mode { line.item("MAINTENANCE MODE", Role::Limit) } else { line }
}

fn power<'a>(b: &BreakerView) -> Line<'a> {
    let m = &b.measured;
    let mut line = Line::new().value("P", ACTIVE.full(m.active.0)).value("Q", REACTIVE.full(m.reactive.0));
    if let Some(pf) = m.power_factor {
        line = line.value("PF", RATIO.full(pf));
    }
    if let Some(f) = m.frequency {
        line = line.value("f", FREQUENCY.full(f.0));
    }
    line.value("thermal", PERCENT.full(b.condition.thermal.0))
        .value("THDi", PERCENT.full(m.current_thd.greatest().1.0))
        .value("wear", PERCENT.full(b.condition.wear.greatest().1.0))
}
