//! A captured waveform: analog traces, digital channels, a cursor over both.

use super::dots::{Dots, trace};
use super::number::{CURRENT, VOLTAGE};
use super::pen::Pen;
use super::scope::full_scale;
use crate::console::theme::Role;
use crate::record::{AnalogChannel, Waveform};

/// Cells of the channel names on the left.
const LEFT: u16 = 10;
/// Cells of the value at the cursor on the right.
const RIGHT: u16 = 10;

/// Draws the waveform with the cursor on a row of it (the trigger when none is given).
pub fn draw(pen: &mut Pen<'_>, waveform: &Waveform, cursor: Option<usize>) {
    let (w, h) = (pen.width(), pen.height());
    let rows = waveform.analog.iter().map(|a| a.values.len()).max().unwrap_or(0);
    if w < LEFT + RIGHT + 16 || h < 6 || rows < 2 {
        return;
    }
    let trigger = (waveform.trigger.since(waveform.first).0 as usize).min(rows - 1);
    let cursor = cursor.unwrap_or(trigger).min(rows - 1);
    let columns = w - LEFT - RIGHT;
    // At least half of the height belongs to the currents and voltages.
    let digital = (waveform.digital.len() as u16).min((h - 1) / 3);
    let plot = h - 1 - digital;
    let traces = shown(&waveform.analog, plot);
    let each = plot / (traces.len() as u16).max(1);
    let dot_of = |row: usize| i32::from((row * (usize::from(columns) * 2) / rows) as u16);
    let mut dots = Dots::new(columns, plot);
    for y in (0..dots.height()).step_by(2) {
        dots.set(dot_of(trigger), y, Role::Limit);
    }
    let peak = |unit: &str| {
        let same: Vec<&[f32]> = traces.iter().filter(|t| t.unit == unit).map(|t| t.values.as_slice()).collect();
        full_scale(&same, 1.0)
    };
    let (amperes, volts) = (peak("A"), peak("V"));
    for (i, channel) in traces.iter().enumerate() {
        let first = i as u16 * each;
        let scale = if channel.unit == "V" { volts } else { amperes };
        let span = (i32::from(first) * 4, i32::from(first + each) * 4 - 1);
        trace(&mut dots, &channel.values, span, (-scale, scale), role_of(channel));
    }
    for y in 0..dots.height() {
        dots.set(dot_of(cursor), y, Role::Accent);
    }
    dots.draw(pen, LEFT, 0);
    for (i, channel) in traces.iter().enumerate() {
        let y = i as u16 * each;
        pen.put(0, y, &channel.name, role_of(channel));
        if let Some(v) = channel.values.get(cursor) {
            let form = if channel.unit == "V" { VOLTAGE } else { CURRENT };
            pen.put_before(w - RIGHT, w, y, &form.fit(f64::from(*v), usize::from(RIGHT) - 1), role_of(channel));
        }
    }
    for (i, channel) in waveform.digital.iter().take(usize::from(digital)).enumerate() {
        let y = plot + i as u16;
        let name = super::text::clip(&channel.name, usize::from(LEFT) - 1, pen.symbols().ellipsis);
        pen.put(0, y, &name, Role::Dim);
        digital_row(pen, y, columns, &channel.states, rows);
        let state = channel.states.get(cursor).copied().unwrap_or(false);
        pen.put_before(w - RIGHT, w, y, if state { "1" } else { "0" }, Role::Text);
    }
    axis(pen, waveform, (trigger, cursor, rows), columns);
}

/// The channels that are drawn: at least two rows each; voltages go first when there is no room.
fn shown(channels: &[AnalogChannel], plot: u16) -> Vec<&AnalogChannel> {
    let most = usize::from(plot / 2).max(1);
    let currents = channels.iter().filter(|c| c.unit != "V");
    let voltages = channels.iter().filter(|c| c.unit == "V");
    let mut kept: Vec<&AnalogChannel> = currents.chain(voltages).collect();
    // Three phases together or not at all.
    kept.truncate(if kept.len() > most { if most >= 3 { 3 } else { 1 } } else { kept.len() });
    kept
}

fn role_of(channel: &AnalogChannel) -> Role {
    match channel.phase.as_str() {
        "A" => Role::PhaseA,
        "B" => Role::PhaseB,
        "C" => Role::PhaseC,
        _ => Role::Ground,
    }
}

fn digital_row(pen: &mut Pen<'_>, y: u16, columns: u16, states: &[bool], rows: usize) {
    let [low, high] = pen.symbols().digital;
    for column in 0..columns {
        let from = usize::from(column) * rows / usize::from(columns);
        let to = (usize::from(column + 1) * rows / usize::from(columns)).max(from + 1);
        // A pulse of one row is seen.
        let set = states.get(from..to.min(states.len())).is_some_and(|s| s.contains(&true));
        let (sign, role) = if set { (high, Role::Strong) } else { (low, Role::Border) };
        pen.sign(LEFT + column, y, sign, role);
    }
}

/// Times against the trigger: start, trigger, end, and that of the cursor at the right.
fn axis(pen: &mut Pen<'_>, waveform: &Waveform, (trigger, cursor, rows): (usize, usize, usize), columns: u16) {
    let y = pen.height() - 1;
    let rate = f64::from(waveform.rate_hz.max(1));
    let at = |row: usize| (row as f64 - trigger as f64) / rate * 1e3;
    let start = pen.put(LEFT, y, &format!("{:.0} ms", at(0)), Role::Dim);
    let end = format!("{:+.0} ms", at(rows - 1));
    let limit = LEFT + columns;
    let from = limit.saturating_sub(end.len() as u16);
    pen.put_before(start + 1, limit, y, &end, Role::Dim);
    let column = LEFT + (trigger * usize::from(columns) / rows) as u16;
    if column > start + 1 && column + 6 < from {
        pen.put(column, y, "trip", Role::Limit);
    }
    let w = pen.width();
    pen.put_before(limit + 1, w, y, &format!("{:+.1} ms", at(cursor)), Role::Accent);
}
