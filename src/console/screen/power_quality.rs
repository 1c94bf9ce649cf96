//! Screen 3: harmonics against their limits, the figures of power quality, voltage events on the ITIC plane.

use super::{Class, breaker, event, limits};
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::widget::itic;
use crate::console::widget::line::Line;
use crate::console::widget::number::{DURATION, FREQUENCY, NONE, PERCENT, VOLTAGE};
use crate::console::widget::pen::Pen;
use crate::console::widget::spectrum;
use crate::console::widget::table::{Cell, Column, table};
use crate::console::widget::text::clock_ms;
use crate::plant::snapshot::BreakerView;
use crate::record::{Body, PowerQualityRecord, Record};
use crate::time::SAMPLES_PER_CYCLE;
use crate::units::Phase;
use std::sync::Arc;

/// Voltage events looked at; older ones are on the events screen.
const EVENTS: usize = 200;

/// Draws the screen.
pub(super) fn view(model: &Model, class: Class, pen: &mut Pen<'_>) {
    let Some(b) = model.selected() else {
        pen.put(1, 1, "the plant has no breakers", Role::Dim);
        return;
    };
    let events = voltage_events(model);
    let (w, h) = (pen.width(), pen.height());
    if class == Class::Small {
        let top = (h * 11 / 20).max(7);
        let left = (w * 5 / 8).max(w.min(50));
        harmonics(model, b, &mut pen.part(0, 0, left, top));
        plane(&events, &mut pen.part(left, 0, w - left, top));
        let table_rows = h - top;
        figures(model, b, &mut pen.part(0, top, left, table_rows));
        list(model, &events, &mut pen.part(left, top, w - left, table_rows));
        return;
    }
    let top = h * 5 / 9;
    let left = w * 5 / 9;
    harmonics(model, b, &mut pen.part(0, 0, left, top));
    plane(&events, &mut pen.part(left, 0, w - left, top));
    let middle = left.min(62);
    let rest = h - top;
    figures(model, b, &mut pen.part(0, top, middle, rest));
    if class == Class::Large {
        let each = (w - middle) / 2;
        breaker::scope(model, b, &mut pen.part(middle, top, each, rest));
        list(model, &events, &mut pen.part(middle + each, top, w - middle - each, rest));
    } else {
        list(model, &events, &mut pen.part(middle, top, w - middle, rest));
    }
}

/// The spectrum of the chosen phase and quantity, with the limits of IEEE 519.
pub(super) fn harmonics(model: &Model, b: &BreakerView, pen: &mut Pen<'_>) {
    let phase = model.ui.phase;
    let m = &b.measured;
    let (name, values, thd) = if model.ui.voltages {
        ("voltage", &m.voltage_spectrum[phase], m.voltage_thd[phase])
    } else {
        ("current", &m.current_spectrum[phase], m.current_thd[phase])
    };
    let title = format!("Harmonics  {}  {name} {}", b.designation, phase.letter());
    let thd = PERCENT.full(thd.0);
    let mut inside = pen.panel(&title, &format!("THD {thd}"));
    if inside.height() < 6 || values.is_empty() {
        if values.is_empty() {
            inside.put(1, 0, "no fundamental, no harmonics", Role::Dim);
        }
        return;
    }
    let (w, h) = (inside.width(), inside.height());
    let cursor = (model.ui.cursor.harmonic >= 2).then_some(model.ui.cursor.harmonic);
    let voltages = model.ui.voltages;
    let limit = |order| if voltages { limits::harmonic_voltage(order) } else { limits::harmonic_current(order) };
    spectrum::draw(&mut inside.part(1, 0, w - 2, h - 1), values, Role::of_phase(phase), limit, cursor);
    let mut line = Line::new();
    match cursor.and_then(|order| values.get(order - 1).map(|v| (order, *v))) {
        Some((order, value)) => {
            line = line.state(format!("h{order}"), PERCENT.full(f64::from(value)), Role::Accent);
            if let Some(l) = limit(order) {
                line = line.value("limit", PERCENT.full(f64::from(l)));
            }
        }
        None => {
            for (order, value) in greatest(values) {
                line = line.value(format!("h{order}"), PERCENT.full(f64::from(value)));
            }
        }
    }
    let table = if model.ui.voltages { "IEEE 519 table 1" } else { "IEEE 519 table 2, Isc/IL < 20" };
    line.value("limits", table).draw(&mut inside, 1, h - 1);
}

/// The three greatest harmonics, by order.
fn greatest(spectrum: &[f32]) -> Vec<(usize, f32)> {
    let mut all: Vec<(usize, f32)> =
        spectrum.iter().enumerate().skip(1).map(|(i, v)| (i + 1, *v)).filter(|(_, v)| *v >= 0.05).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    all.truncate(3);
    all
}

type Events<'a> = Vec<(&'a Arc<Record>, &'a PowerQualityRecord)>;

/// Voltage events, newest first. The bus is common to all breakers, so those of all of them are shown.
fn voltage_events(model: &Model) -> Events<'_> {
    model
        .records
        .iter()
        .rev()
        .filter_map(|r| match &r.body {
            Body::PowerQuality(p) => Some((r, p)),
            _ => None,
        })
        .take(EVENTS)
        .collect()
}

fn plane(events: &Events<'_>, pen: &mut Pen<'_>) {
    let points: Vec<itic::Event> = events.iter().map(|(_, p)| (p.duration.0, p.extreme_percent)).collect();
    let outside = points.iter().filter(|p| !itic::inside(**p)).count();
    let remark = format!("{} inside  {outside} outside", points.len() - outside);
    let mut inside = pen.panel("ITIC  voltage events", &remark);
    itic::draw(&mut inside, &points);
}

fn list(model: &Model, events: &Events<'_>, pen: &mut Pen<'_>) {
    const COLUMNS: [Column; 6] = [
        Column::words("TIME", 12, 3),
        Column::words("BKR", 4, 2),
        Column::rest("KIND", 12, 0),
        Column::words("PH", 3, 4),
        Column::numbers("LEVEL", 6, 0),
        Column::numbers("FOR", 7, 1),
    ];
    let count = |kind: &str| events.iter().filter(|(_, p)| p.kind == kind).count();
    let remark = format!("{} sags  {} swells  {} interruptions", count("sag"), count("swell"), count("interruption"));
    let mut inside = pen.panel("Voltage events", &remark);
    if events.is_empty() {
        inside.put(1, 0, "none recorded", Role::Dim);
        return;
    }
    table(&mut inside, &COLUMNS, events.len(), None, |i| {
        let (record, p) = events[i];
        let role = if itic::inside((p.duration.0, p.extreme_percent)) { Role::Text } else { Role::Priority2 };
        let phases: String = p.phases.iter().map(|p| p.letter()).collect();
        let row: Vec<Cell<'_>> = vec![
            (clock_ms(record.utc).into(), Role::Dim),
            (event::place(record, &model.snapshot).into(), Role::Text),
            (p.kind.as_str().into(), role),
            (phases.into(), Role::Text),
            (PERCENT.fit(p.extreme_percent, 6).into(), Role::Strong),
            (DURATION.fit(p.duration.0, 7).into(), Role::Text),
        ];
        row
    });
}

/// The figures with their limits.
fn figures(model: &Model, b: &BreakerView, pen: &mut Pen<'_>) {
    const COLUMNS: [Column; 6] = [
        Column::rest("", 9, 0),
        Column::numbers("A", 8, 0),
        Column::numbers("B", 7, 0),
        Column::numbers("C", 7, 0),
        Column::numbers("limit", 6, 1),
        Column::words("", 4, 1),
    ];
    let m = &b.measured;
    let nominal = f64::from(model.snapshot.rate.hz()) / f64::from(SAMPLES_PER_CYCLE);
    let ratio = |part: f64, whole: f64| (whole > 1e-3).then(|| part / whole * 100.0);
    let v = m.voltage_sequence;
    let i = m.current_sequence;
    let rows: [Figure; 8] = [
        ("V phase", Phase::ALL.map(|p| Some(m.voltage[p].0)), Show::Volts, None),
        ("V line", Phase::ALL.map(|p| Some(m.line_voltage[p].0)), Show::Volts, None),
        ("frequency", [m.frequency.map(|f| f.0), None, None], Show::Hertz(nominal), Some(limits::FREQUENCY)),
        ("THD V", Phase::ALL.map(|p| Some(m.voltage_thd[p].0)), Show::Percent, Some(limits::VOLTAGE_THD)),
        ("THD I", Phase::ALL.map(|p| Some(m.current_thd[p].0)), Show::Percent, Some(limits::CURRENT_DISTORTION)),
        ("K factor", Phase::ALL.map(|p| k_factor(&m.current_spectrum[p])), Show::Ratio, None),
        ("V2/V1", [ratio(v.1.0, v.0.0), None, None], Show::Percent, Some(limits::VOLTAGE_UNBALANCE)),
        ("I2/I1", [ratio(i.1.0, i.0.0), None, None], Show::Percent, None),
    ];
    let mut inside = pen.panel("Figures", "limits: IEEE 519, EN 50160");
    let s = inside.symbols();
    table(&mut inside, &COLUMNS, rows.len(), None, |r| {
        let (name, values, show, limit) = &rows[r];
        let mut row: Vec<Cell<'_>> = vec![((*name).into(), Role::Dim)];
        for value in values {
            row.push((value.map_or_else(String::new, |v| show.text(v)).into(), Role::Text));
        }
        if values[0].is_none() {
            row[1].0 = NONE.into();
        }
        match limit {
            None => row.extend([("".into(), Role::Dim), ("".into(), Role::Dim)]),
            Some(limit) => {
                let over = values.iter().flatten().any(|v| show.deviation(*v) > *limit);
                let text = match show {
                    Show::Hertz(_) => format!("{}{}", s.plus_minus, PERCENT.full(*limit)),
                    _ => PERCENT.full(*limit),
                };
                let (word, role) = if over { ("HIGH", Role::Priority2) } else { (s.yes, Role::Good) };
                row.extend([(text.into(), Role::Dim), (word.into(), role)]);
            }
        }
        row
    });
}

/// How much more eddy-current loss this current makes in a transformer than a sine of the same RMS.
///
/// IEEE Std C57.110: sum of (h Ih)^2 over sum of Ih^2.
fn k_factor(spectrum: &[f32]) -> Option<f64> {
    let squares = spectrum.iter().map(|v| f64::from(*v).powi(2));
    let (sum, weighted) =
        squares.enumerate().fold((0.0, 0.0), |(s, w), (i, square)| (s + square, w + square * ((i + 1) as f64).powi(2)));
    (sum > 0.0).then(|| weighted / sum)
}

/// A figure: name, value of each phase (or only the first), form, limit.
type Figure = (&'static str, [Option<f64>; 3], Show, Option<f64>);

/// How a figure is written and compared.
#[derive(Clone, Copy, Debug)]
enum Show {
    Volts,
    /// With the nominal frequency.
    Hertz(f64),
    Percent,
    Ratio,
}

impl Show {
    fn text(self, value: f64) -> String {
        match self {
            Self::Volts => VOLTAGE.fit(value, 7),
            Self::Hertz(_) => FREQUENCY.fit(value, 8),
            Self::Percent => PERCENT.fit(value, 7),
            Self::Ratio => format!("{value:.2}"),
        }
    }

    /// What is compared with the limit, in percent.
    fn deviation(self, value: f64) -> f64 {
        match self {
            Self::Hertz(nominal) => (value / nominal - 1.0).abs() * 100.0,
            Self::Volts | Self::Percent | Self::Ratio => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pure sine has K = 1; with a fifth of 20 %: (1 + 25 x 0.04) / (1 + 0.04).
    #[test]
    fn the_k_factor_is_that_of_c57_110() {
        assert_eq!(k_factor(&[100.0]), Some(1.0));
        let k = k_factor(&[100.0, 0.0, 0.0, 0.0, 20.0]).unwrap();
        assert!((k - 2.0 / 1.04).abs() < 1e-6, "{k}");
        assert_eq!(k_factor(&[]), None);
    }
}
