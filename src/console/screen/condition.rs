//! Condition of a breaker: heat, wear, counters, what is due.

use super::state;
use crate::console::theme::Role;
use crate::console::widget::bar::bar;
use crate::console::widget::line::Line;
use crate::console::widget::number::{DURATION, PERCENT};
use crate::console::widget::pen::Pen;
use crate::console::widget::text::{count, wrap};
use crate::plant::snapshot::BreakerView;

/// Draws the panel.
pub(super) fn view(b: &BreakerView, pen: &mut Pen<'_>) {
    let c = &b.condition;
    let temperature = format!("{:.1} {}C", c.temperature.0, pen.symbols().degree);
    let mut inside = pen.panel("Condition", &temperature);
    let (w, h) = (inside.width(), inside.height());
    let gauges = [
        ("thermal 49", c.thermal.0, 90.0),
        ("wear A", c.wear.a.0, 80.0),
        ("wear B", c.wear.b.0, 80.0),
        ("wear C", c.wear.c.0, 80.0),
    ];
    let mut y = 0;
    for (name, percent, limit) in gauges {
        if y >= h {
            return;
        }
        let role = if percent >= limit { Role::Priority2 } else { Role::Text };
        inside.put(1, y, name, Role::Dim);
        if w >= 28 {
            bar(&mut inside, 12, y, w - 12 - 10, percent / 100.0, role);
        }
        inside.put_before(11, w.saturating_sub(1), y, &PERCENT.full(percent), role);
        y += 1;
    }
    let (spring, role) = state::spring(b);
    let mut lines = vec![
        Line::new().state("spring", spring, role),
        Line::new().value("operations", count(c.operations)).value("trips", count(c.trips)),
        Line::new().value("in service", format!("{:.1} h", c.hours)),
    ];
    if let Some(opening) = c.opening {
        lines.push(Line::new().value("opening time", DURATION.full(opening.0)));
    }
    let health = if c.health.0 < 40.0 { Role::Priority3 } else { Role::Text };
    lines.push(Line::new().state("health", format!("{:.0} % by {}", c.health.0, c.health_limit), health));
    lines.push(Line::new().value("action", c.health_action.as_ref()));
    let left = c.remaining_h.map_or_else(|| "insufficient trend".to_owned(), |hours| format!("over {hours:.0} h"));
    lines.push(Line::new().value("contacts last", left));
    let anomaly = if c.anomalous { Role::Priority3 } else { Role::Dim };
    lines.push(Line::new().state("anomaly", c.anomaly.to_string(), anomaly));
    for line in lines {
        if y < h {
            line.draw(&mut inside, 1, y);
            y += 1;
        }
    }
    if let Some(test) = &c.test {
        let lines = wrap(test, usize::from(w.saturating_sub(2)), inside.symbols().ellipsis);
        if usize::from(h.saturating_sub(y)) > lines.len() {
            for line in lines {
                inside.put(1, y, &line, Role::Dim);
                y += 1;
            }
        }
    }
    let due =
        c.maintenance.as_ref().map_or_else(|| "maintenance: not due".to_owned(), |m| format!("maintenance due: {m}"));
    let role = if c.maintenance.is_some() { Role::Priority3 } else { Role::Dim };
    let lines = wrap(&due, usize::from(w.saturating_sub(2)), inside.symbols().ellipsis);
    if usize::from(h.saturating_sub(y)) >= lines.len() {
        for line in lines {
            inside.put(1, y, &line, role);
            y += 1;
        }
    }
}
