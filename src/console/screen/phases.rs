//! The currents of a breaker as bars with the pickups of its elements, and the voltages beside them.

use super::{element, state, strip};
use crate::console::theme::Role;
use crate::console::widget::bar::{bar, marks};
use crate::console::widget::line::Line;
use crate::console::widget::number::{
    ACTIVE, APPARENT, CURRENT, DURATION, FREQUENCY, PERCENT, RATIO, REACTIVE, VOLTAGE,
};
use crate::console::widget::pen::Pen;
use crate::plant::snapshot::BreakerView;

/// Draws the panel.
pub(super) fn view(b: &BreakerView, pen: &mut Pen<'_>) {
    let s = pen.symbols();
    let look = state::of(b, s);
    let title = format!("{} {}  {} {}", b.designation, b.load, look.sign, look.word);
    let flags: Vec<String> = state::flags(b, s).into_iter().map(|f| f.0).collect();
    let remark = format!("{}  In {}", flags.join(" "), CURRENT.full(b.rated_current.0));
    let mut inside = pen.panel_in(&title, look.role, remark.trim_start());
    let (w, h) = (inside.width(), inside.height());
    let voltages = if w >= 66 { 24 } else { 0 };
    bars(b, &mut inside.part(1, 0, w.saturating_sub(voltages + 1), 5));
    if voltages > 0 {
        beside(b, &mut inside.part(w - voltages + 2, 0, voltages - 2, 5));
    }
    let mut y = 5;
    for line in [power(b), element_line(b), strip::mechanism(b)] {
        if y < h {
            line.draw(&mut inside, 1, y);
            y += 1;
        }
    }
}

/// Full scale of the bars in A: 125 % of the rated current, or the next step that holds the present current.
fn full_scale(b: &BreakerView) -> f64 {
    let rated = if b.rated_current.0 > 0.0 { b.rated_current.0 } else { 1.0 };
    let (greatest, _) = state::greatest_current(b);
    let greatest = greatest.max(b.measured.ground.0);
    [1.25, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]
        .into_iter()
        .map(|k| k * rated)
        .find(|f| *f >= greatest)
        .unwrap_or(greatest)
}

fn bars(b: &BreakerView, pen: &mut Pen<'_>) {
    let scale = full_scale(b);
    let w = pen.width();
    let (before, after) = (12, 11);
    if w < before + after + 6 {
        for (y, &phase) in b.phases().iter().enumerate() {
            let x = pen.put(0, y as u16, phase.letter(), Role::of_phase(phase));
            pen.put(x + 1, y as u16, &CURRENT.full(b.measured.current[phase].0), Role::Strong);
        }
        return;
    }
    let cells = w - before - after;
    let rated = b.rated_current.0.max(1e-9);
    let rows = b.phases().iter().map(|&p| (p.letter(), Role::of_phase(p), b.measured.current[p].0)).chain([(
        "G",
        Role::Ground,
        b.measured.ground.0,
    )]);
    for (y, (name, role, value)) in rows.enumerate() {
        let y = y as u16;
        pen.put(0, y, name, role);
        pen.put_before(2, before - 1, y, &CURRENT.full(value), Role::Strong);
        bar(pen, before, y, cells, value / scale, role);
        let over = value > rated && name != "G";
        let percent = format!("{}In", PERCENT.full(value / rated * 100.0));
        pen.put_before(before + cells, w, y, &percent, if over { Role::Priority2 } else { Role::Text });
    }
    let mut at: Vec<(f64, String)> = vec![(rated / scale, "In".to_owned())];
    at.extend(
        b.elements
            .iter()
            .filter(|e| element::watches_phase_current(e))
            .map(|e| (e.threshold / scale, format!("{} {}", e.id.label(), CURRENT.full(e.threshold)))),
    );
    marks(pen, before, 4, cells, &at);
}

fn beside(b: &BreakerView, pen: &mut Pen<'_>) {
    let m = &b.measured;
    let angle = |z: num_complex::Complex64| {
        if z.norm() > 1.0 { format!("{:.0}", z.arg().to_degrees().round() + 0.0) } else { String::new() }
    };
    let s = pen.symbols();
    for (y, (name, v, phasor)) in [
        ("Van", m.voltage.a, m.voltage_phasor.a),
        ("Vbn", m.voltage.b, m.voltage_phasor.b),
        ("Vcn", m.voltage.c, m.voltage_phasor.c),
    ]
    .into_iter()
    .enumerate()
    {
        let y = y as u16;
        let x = pen.put(0, y, name, Role::Dim);
        let text = VOLTAGE.full(v.0);
        pen.put_before(x + 1, x + 9, y, &text, Role::Text);
        let degrees = angle(phasor);
        if !degrees.is_empty() {
            let text = format!("{} {}{}", s.angle, degrees, s.degree);
            let w = pen.width();
            pen.put_before(x + 10, w.min(x + 10 + 8), y, &text, Role::Dim);
        }
    }
    let f = m.frequency.map_or_else(|| "no voltage".to_owned(), |f| FREQUENCY.full(f.0));
    Line::new().value("f", f).draw(pen, 0, 3);
}

fn power<'a>(b: &BreakerView) -> Line<'a> {
    let m = &b.measured;
    let mut line = Line::new()
        .value("P", ACTIVE.full(m.active.0))
        .value("Q", REACTIVE.full(m.reactive.0))
        .value("S", APPARENT.full(m.apparent.0));
    if let Some(pf) = m.power_factor {
        line = line.value("PF", RATIO.full(pf));
    }
    let line = line
        .value("THDi", PERCENT.full(m.current_thd.greatest().1.0))
        .value("THDv", PERCENT.full(m.voltage_thd.greatest().1.0));
    [("Vab", m.line_voltage.a), ("Vbc", m.line_voltage.b), ("Vca", m.line_voltage.c)]
        .into_iter()
        .fold(line, |line, (name, v)| line.value(name, VOLTAGE.full(v.0)))
}

/// The nearest trip, the thermal image, and what the mechanism has done.
fn element_line<'a>(b: &BreakerView) -> Line<'a> {
    let line = match element::most_urgent(&b.elements) {
        Some(e) => {
            let left = e.time_to_operate.map_or_else(|| "started".to_owned(), |t| DURATION.full(t.0));
            Line::new().state(format!("{} trips in", e.id.label()), left, Role::Priority1)
        }
        None => Line::new().value("pickup", "none"),
    };
    let c = &b.condition;
    let hot = if c.thermal.0 >= 90.0 { Role::Priority2 } else { Role::Text };
    let mut line = line
        .state("thermal", PERCENT.full(c.thermal.0), hot)
        .value("operations", c.operations.to_string())
        .value("wear", PERCENT.full(c.wear.greatest().1.0));
    if let Some(opening) = c.opening {
        line = line.value("opening", DURATION.full(opening.0));
    }
    line
}
