//! Voltage events on the plane of the ITIC (CBEMA) curve, 2000: duration against magnitude.

use super::dots::Dots;
use super::pen::Pen;
use crate::console::theme::Role;

/// Upper limit: up to this many seconds, this many percent of nominal voltage.
///
/// ITIC curve application note (2000): 500 % to 0.01 cycle (about 0.167 ms), a slope to 200 % at 1 ms, 140 % to 3 ms, 120 % to
/// 0.5 s, 110 % beyond.
const UPPER: [(f64, f64); 7] =
    [(1e-4, 500.0), (1.667e-4, 500.0), (1e-3, 200.0), (1e-3, 140.0), (3e-3, 140.0), (3e-3, 120.0), (0.5, 120.0)];

/// Lower limit: 0 % for 20 ms, 70 % to 0.5 s, 80 % to 10 s, 90 % beyond.
const LOWER: [(f64, f64); 5] = [(0.02, 0.0), (0.02, 70.0), (0.5, 70.0), (0.5, 80.0), (10.0, 80.0)];

/// Longest duration shown, s.
const LONGEST: f64 = 100.0;
/// Shortest duration shown, s.
const SHORTEST: f64 = 1e-4;
/// Greatest magnitude shown, percent.
const GREATEST: f64 = 250.0;

/// An event: duration in s, residual or greatest voltage in percent of nominal.
pub type Event = (f64, f64);

/// Whether equipment that keeps to the curve rides through.
#[must_use]
pub fn inside((seconds, percent): Event) -> bool {
    percent <= upper(seconds) && percent >= lower(seconds)
}

fn upper(seconds: f64) -> f64 {
    match seconds {
        s if s <= 1.667e-4 => 500.0,
        // On the slope both axes are logarithmic.
        s if s <= 1e-3 => 200.0 * (1e-3 / s).powf((500.0_f64 / 200.0).ln() / (1e-3_f64 / 1.667e-4).ln()),
        s if s <= 3e-3 => 140.0,
        s if s <= 0.5 => 120.0,
        _ => 110.0,
    }
}

fn lower(seconds: f64) -> f64 {
    match seconds {
        s if s <= 0.02 => 0.0,
        s if s <= 0.5 => 70.0,
        s if s <= 10.0 => 80.0,
        _ => 90.0,
    }
}

/// Draws the plane with events: rings inside the envelope, crosses outside.
pub fn draw(pen: &mut Pen<'_>, events: &[Event]) {
    const LEFT: u16 = 6;
    let (w, h) = (pen.width(), pen.height());
    if w < LEFT + 14 || h < 5 {
        return;
    }
    let (columns, rows) = (w - LEFT, h - 1);
    let mut dots = Dots::new(columns, rows);
    let (dw, dh) = (dots.width(), dots.height());
    let x = |s: f64| ((s / SHORTEST).log10() / (LONGEST / SHORTEST).log10() * f64::from(dw - 1)).round() as i32;
    let y = |p: f64| ((GREATEST - p) / GREATEST * f64::from(dh - 1)).round() as i32;
    for dot in (0..dw).step_by(4) {
        dots.set(dot, y(100.0), Role::Border);
    }
    let mut upper = UPPER.to_vec();
    upper.extend([(0.5, 110.0), (LONGEST, 110.0)]);
    let mut lower = LOWER.to_vec();
    lower.extend([(10.0, 90.0), (LONGEST, 90.0)]);
    for line in [upper, lower] {
        for pair in line.windows(2) {
            let [a, b] = [pair[0], pair[1]].map(|(s, p)| (x(s), y(p.min(GREATEST))));
            dots.line(a, b, Role::Limit);
        }
    }
    dots.draw(pen, LEFT, 0);
    for percent in [0.0, 50.0, 100.0, 150.0, 200.0, 250.0] {
        let row = (y(percent) / 4).clamp(0, i32::from(rows) - 1) as u16;
        if rows >= 10 || percent == 0.0 || percent == 100.0 || percent == 200.0 {
            pen.put_before(0, LEFT - 1, row, &format!("{percent:.0}%"), Role::Dim);
        }
    }
    let s = pen.symbols();
    for event in events {
        let (seconds, percent) = *event;
        if !seconds.is_finite() || !percent.is_finite() {
            continue;
        }
        let column = (x(seconds.clamp(SHORTEST, LONGEST)) / 2).clamp(0, i32::from(columns) - 1) as u16;
        let row = (y(percent.clamp(0.0, GREATEST)) / 4).clamp(0, i32::from(rows) - 1) as u16;
        let (sign, role) = if inside(*event) { (s.ring, Role::Good) } else { (s.cross, Role::Priority1) };
        pen.sign(LEFT + column, row, sign, role);
    }
    let mut free = LEFT;
    for (seconds, name) in
        [(1e-4, "0.1ms"), (1e-3, "1ms"), (1e-2, "10ms"), (0.1, "0.1s"), (1.0, "1s"), (10.0, "10s"), (100.0, "100s")]
    {
        let at = (LEFT + (x(seconds) / 2) as u16).min(w.saturating_sub(name.len() as u16));
        if at >= free {
            free = pen.put(at, rows, name, Role::Dim) + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Corners of the ITIC curve (2000), both sides of each.
    #[test]
    fn the_envelope_is_that_of_the_application_note() {
        let cases = [
            ((0.019, 0.0), true),
            ((0.021, 0.0), false),
            ((0.4, 71.0), true),
            ((0.4, 69.0), false),
            ((9.0, 81.0), true),
            ((9.0, 79.0), false),
            ((11.0, 91.0), true),
            ((11.0, 89.0), false),
            ((0.002, 139.0), true),
            ((0.002, 141.0), false),
            ((0.4, 119.0), true),
            ((0.4, 121.0), false),
            ((1.0, 109.0), true),
            ((1.0, 111.0), false),
            ((1e-3, 199.0), true),
            ((1e-4, 499.0), true),
        ];
        for (event, rides_through) in cases {
            assert_eq!(inside(event), rides_through, "{event:?}");
        }
    }
}
