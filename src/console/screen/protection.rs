//! Screen 4: the time-current plane with the live point, the elements, the settings and what is pending.

use super::{Class, element, settings};
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::widget::bar::bar;
use crate::console::widget::curve::{self, Curve, Mark, Range};
use crate::console::widget::number::{CURRENT, DURATION, Form, PERCENT};
use crate::console::widget::pen::Pen;
use crate::plant::snapshot::BreakerView;
use crate::protection::{ElementId, ElementState};
use crate::record::TripCause;

/// Draws the screen.
pub(super) fn view(model: &Model, class: Class, pen: &mut Pen<'_>) {
    let Some(b) = model.selected() else {
        pen.put(1, 1, "the plant has no breakers", Role::Dim);
        return;
    };
    let (w, h) = (pen.width(), pen.height());
    let elements_rows = b.elements.len() as u16 + 2;
    match class {
        Class::Large | Class::Medium => {
            let left = if class == Class::Large { w * 9 / 16 } else { w / 2 };
            let templates = (model.fleet.profile.templates.len() as u16 + 2).min(h / 4);
            let upper = elements_rows.min(h * 2 / 5);
            let lower = if class == Class::Large { 0 } else { templates };
            plane(model, b, &mut pen.part(0, 0, left, h - lower));
            if lower > 0 {
                settings::templates(model, &mut pen.part(0, h - lower, left, lower));
            }
            elements(b, &mut pen.part(left, 0, w - left, upper));
            let below = if class == Class::Large { templates } else { 0 };
            settings::view(model, b, &mut pen.part(left, upper, w - left, h - upper - below));
            if below > 0 {
                settings::templates(model, &mut pen.part(left, h - below, w - left, below));
            }
        }
        _ => {
            let top = if h >= 17 { h * 11 / 20 } else { h / 2 };
            let left = w / 2;
            plane(model, b, &mut pen.part(0, 0, left, top));
            elements(b, &mut pen.part(left, 0, w - left, top));
            settings::view(model, b, &mut pen.part(0, top, w, h - top));
        }
    }
}

/// The curves in force with the live point and the last trip.
pub(super) fn plane(model: &Model, b: &BreakerView, pen: &mut Pen<'_>) {
    let s = pen.symbols();
    let (current, _) = super::state::greatest_current(b);
    let mut marks = Vec::new();
    let urgent = element::most_urgent(&b.elements);
    let now = if urgent.is_some_and(|e| e.id == ElementId::GroundFault) { b.measured.ground.0 } else { current };
    if now >= 1.0 {
        let elapsed = urgent.and_then(elapsed);
        let label = match urgent.and_then(|e| e.time_to_operate) {
            Some(left) => format!("{}  trips in {}", CURRENT.full(now), DURATION.full(left.0)),
            None => format!("now {}", CURRENT.full(now)),
        };
        marks.push(Mark { current: now, time: elapsed, label, sign: s.point, role: Role::Accent });
    }
    if let Some((_, trip)) = &b.last_trip
        && matches!(trip.cause, TripCause::Element(_))
    {
        // Where it was cleared, once that is known: a fast trip is commanded before the RMS value has risen.
        let cleared = super::strip::cleared(model, &trip.id);
        let current = cleared.map_or(trip.current, |c| c.interrupted.greatest().1.max(trip.current)).0;
        let seconds = cleared.map_or(trip.delay, |c| c.clearing).0;
        let word = if cleared.is_some() { "cleared" } else { "trip" };
        let label = format!("{word} {} {}", CURRENT.full(current), DURATION.full(seconds));
        let time = Some(seconds.max(1e-3));
        marks.push(Mark { current, time, label, sign: s.cross, role: Role::Priority1 });
    }
    let curves: Vec<Curve<'_>> = b
        .curves
        .iter()
        .map(|c| Curve {
            label: c.element.label(),
            points: &c.points,
            role: role_of(c.element),
            dotted: matches!(c.element, ElementId::GroundFault | ElementId::HardwareOverride),
        })
        .collect();
    let names: Vec<&str> = curves.iter().map(|c| c.label).collect();
    let title = format!("Time-current  {} {}", b.designation, b.load);
    let mut inside = pen.panel(&title, &names.join(" "));
    if curves.is_empty() && marks.is_empty() {
        inside.put(1, 0, "no element in service has a time-current curve", Role::Dim);
        return;
    }
    let range = Range::around(&curves, &marks);
    curve::draw(&mut inside, &range, &curves, &marks);
}

/// Time since the start, from the progress and the time still to run.
fn elapsed(e: &ElementState) -> Option<f64> {
    let left = e.time_to_operate?.0;
    (e.progress < 1.0).then(|| (left * e.progress / (1.0 - e.progress)).max(1e-3))
}

const fn role_of(id: ElementId) -> Role {
    match id {
        ElementId::GroundFault => Role::Ground,
        ElementId::Instantaneous | ElementId::HardwareOverride => Role::PhaseB,
        ElementId::ShortTime => Role::PhaseC,
        ElementId::ThermalImage => Role::Limit,
        _ => Role::PhaseA,
    }
}

/// The elements: state in a word, progress as a bar, quantity against threshold.
pub(super) fn elements(b: &BreakerView, pen: &mut Pen<'_>) {
    let started = b.elements.iter().filter(|e| e.started).count();
    let remark = if started > 0 { format!("{started} picked up") } else { "no pickup".to_owned() };
    let mut inside = pen.panel("Elements", &remark);
    let (w, h) = (inside.width(), inside.height());
    // What acts stands above what waits, and what is off stands below; within each the order is that of arbitration.
    let mut shown: Vec<&ElementState> = b.elements.iter().collect();
    shown.sort_by_key(|e| (!(e.enabled && (e.started || e.operated)), !e.enabled));
    let room = usize::from(h);
    let fits = shown.len() <= room;
    for (y, e) in (0..h).zip(shown.iter().take(if fits { room } else { room.saturating_sub(1) })) {
        row(e, &mut inside.part(0, y, w, 1));
    }
    if !fits && h > 0 {
        let hidden = shown.iter().skip(room - 1);
        let off = hidden.clone().filter(|e| !e.enabled).count();
        let more = format!("{} more, {off} of them off", hidden.count());
        inside.put(1, h - 1, &more, Role::Dim);
    }
}

fn row(e: &ElementState, pen: &mut Pen<'_>) {
    let w = pen.width();
    let (word, role) = word(e);
    pen.put(1, 0, e.id.label(), if e.enabled { Role::Strong } else { Role::Dim });
    pen.put(8, 0, word, role);
    if !e.enabled {
        return;
    }
    if let Some(why) = e.blocked {
        pen.put(17, 0, element::block(why), Role::Dim);
        return;
    }
    let mut x = 17;
    if w >= 44 {
        bar(pen, x, 0, 8, e.progress, role);
        x += 9;
    }
    let number = |v: f64| Form::of_unit(e.unit).map_or_else(|| format!("{v:.2} {}", e.unit), |f| f.full(v));
    let compared = format!("{} / {}", number(e.quantity), number(e.threshold));
    // Time to the trip matters more than the quantity behind it.
    let end = match e.time_to_operate.filter(|_| e.started && !e.operated) {
        Some(left) => {
            let text = format!("in {}", DURATION.full(left.0));
            let done = pen.put_before(x, w.saturating_sub(1), 0, &text, Role::Priority1);
            if done { w.saturating_sub(text.len() as u16 + 3) } else { w }
        }
        None if e.started => {
            let text = PERCENT.full(e.progress * 100.0);
            let done = pen.put_before(x, w.saturating_sub(1), 0, &text, role);
            if done { w.saturating_sub(text.len() as u16 + 3) } else { w }
        }
        None => w.saturating_sub(1),
    };
    pen.put_before(x, end, 0, &compared, Role::Text);
}

/// How an element stands in a word.
const fn word(e: &ElementState) -> (&'static str, Role) {
    if !e.enabled {
        ("off", Role::Dim)
    } else if e.operated {
        ("OPERATED", Role::Priority1)
    } else if e.blocked.is_some() {
        ("blocked", Role::Limit)
    } else if e.started {
        ("STARTED", Role::Priority2)
    } else {
        ("ready", Role::Good)
    }
}
