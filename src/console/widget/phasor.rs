//! Phasors of voltage and current, with their sequence components in words.

use super::dots::Dots;
use super::line::Line;
use super::number::PERCENT;
use super::pen::Pen;
use crate::console::theme::Role;
use crate::units::{Phase, Phases};
use num_complex::Complex64;

/// What the diagram shows; each set is drawn to its own full scale.
#[derive(Clone, Copy, Debug)]
pub struct Phasors {
    /// Phase-to-neutral voltages.
    pub voltage: Phases<Complex64>,
    /// Currents.
    pub current: Phases<Complex64>,
    /// Positive, negative and zero sequence of the voltage, magnitudes.
    pub voltage_sequence: (f64, f64, f64),
    /// Positive, negative and zero sequence of the current, magnitudes.
    pub current_sequence: (f64, f64, f64),
    /// A voltage below this is drawn as none.
    pub least_voltage: f64,
    /// A current below this is drawn as none.
    pub least_current: f64,
}

/// Draws the diagram: voltages as whole lines with capital letters, currents dotted with small ones.
pub fn draw(pen: &mut Pen<'_>, p: &Phasors) {
    let (w, h) = (pen.width(), pen.height());
    if w < 10 || h < 4 {
        return;
    }
    let words = if h >= 7 { 2 } else { 1 };
    let rows = h - words;
    // A cell is about twice as high as wide, a dot then as high as wide.
    let mut dots = Dots::new(w, rows);
    let centre = (dots.width() / 2, dots.height() / 2);
    let radius = f64::from((dots.height() / 2 - 3).min(dots.width() / 2 - 5).max(2));
    dots.line((centre.0 - 1, centre.1), (centre.0 + 1, centre.1), Role::Border);
    dots.line((centre.0, centre.1 - 1), (centre.0, centre.1 + 1), Role::Border);
    let greatest = |set: &Phases<Complex64>, least: f64| set.iter().fold(least, |g, v| g.max(v.norm()));
    let sets = [
        (&p.current, greatest(&p.current, p.least_current), p.least_current, 0.72, true),
        (&p.voltage, greatest(&p.voltage, p.least_voltage), p.least_voltage, 1.0, false),
    ];
    let mut letters = Vec::with_capacity(6);
    for (set, scale, least, reach, dotted) in sets {
        for phase in Phase::ALL {
            let v = set[phase];
            if !v.norm().is_finite() || v.norm() < least {
                continue;
            }
            let tip = v / scale * radius * reach;
            let end = (centre.0 + tip.re.round() as i32, centre.1 - tip.im.round() as i32);
            if dotted {
                let steps = (radius as i32).max(1);
                for i in (0..=steps).step_by(3) {
                    let t = f64::from(i) / f64::from(steps);
                    dots.set(
                        centre.0 + (tip.re * t).round() as i32,
                        centre.1 - (tip.im * t).round() as i32,
                        Role::of_phase(phase),
                    );
                }
            } else {
                dots.line(centre, end, Role::of_phase(phase));
            }
            let beyond = tip * (1.0 + 3.0 / radius.max(1.0));
            let at = (centre.0 + beyond.re.round() as i32, centre.1 - beyond.im.round() as i32);
            letters.push((at, phase, dotted));
        }
    }
    dots.draw(pen, 0, 0);
    for ((x, y), phase, small) in letters {
        let (x, y) = (x / 2, y / 4);
        if (0..i32::from(w)).contains(&x) && (0..i32::from(rows)).contains(&y) {
            let letter = phase.letter();
            let lower = ["a", "b", "c"][phase.index()];
            pen.put(x as u16, y as u16, if small { lower } else { letter }, Role::of_phase(phase));
        }
    }
    let share = |part: f64, whole: f64, least: f64| {
        if whole > least { PERCENT.full(part / whole * 100.0) } else { super::number::NONE.to_owned() }
    };
    let (v, i) = (p.voltage_sequence, p.current_sequence);
    let voltage =
        Line::new().value("V2/V1", share(v.1, v.0, p.least_voltage)).value("V0/V1", share(v.2, v.0, p.least_voltage));
    let current =
        Line::new().value("I2/I1", share(i.1, i.0, p.least_current)).value("I0/I1", share(i.2, i.0, p.least_current));
    if words == 2 {
        voltage.draw(pen, 0, h - 2);
        current.draw(pen, 0, h - 1);
    } else {
        current.draw(pen, 0, h - 1);
    }
}
