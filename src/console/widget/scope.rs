//! The last cycles of three waveforms, one below the other.

use super::dots::{Dots, trace};
use super::number::Form;
use super::pen::Pen;
use crate::console::theme::Role;
use crate::units::{Phase, Phases};

/// What a scope shows.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// Samples of the three phases, newest last.
    pub values: Phases<&'a [f32]>,
    /// How the quantity is written.
    pub form: Form,
    /// Samples a second.
    pub rate_hz: u32,
    /// Least full scale, so that noise does not fill the screen.
    pub least: f32,
}

/// Full scale of a set of traces: the greatest magnitude rounded up to 1, 2 or 5 times a power of ten.
#[must_use]
pub fn full_scale(values: &[&[f32]], least: f32) -> f32 {
    let greatest =
        values.iter().flat_map(|v| v.iter()).filter(|v| v.is_finite()).fold(least.max(1e-3), |g, v| g.max(v.abs()));
    let decade = 10_f32.powf(greatest.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|s| s * decade).find(|s| *s >= greatest).unwrap_or(greatest)
}

/// Draws the scope. With fewer than four rows a phase they share one plane; the last row is the time axis.
pub fn draw(pen: &mut Pen<'_>, scope: &Scope<'_>) {
    let (w, h) = (pen.width(), pen.height());
    if w < 12 || h < 3 {
        return;
    }
    let [a, b, c] = scope.values.to_array();
    let scale = full_scale(&[a, b, c], scope.least);
    let plot_rows = h - 1;
    let stacked = plot_rows >= 6;
    let mut dots = Dots::new(w - 2, plot_rows);
    let each = plot_rows / 3;
    for (i, phase) in Phase::ALL.into_iter().enumerate() {
        let rows = if stacked { each } else { plot_rows };
        let first = if stacked { i as u16 * each } else { 0 };
        let (top, bottom) = (i32::from(first) * 4, i32::from(first + rows) * 4 - 1);
        let middle = i32::midpoint(top, bottom);
        if stacked || i == 0 {
            for x in (0..dots.width()).step_by(4) {
                dots.set(x, middle, Role::Border);
            }
        }
        trace(&mut dots, scope.values[phase], (top, bottom), (-scale, scale), Role::of_phase(phase));
        if stacked {
            pen.put(0, first, phase.letter(), Role::of_phase(phase));
        } else {
            pen.put(0, i as u16, phase.letter(), Role::of_phase(phase));
        }
    }
    dots.draw(pen, 2, 0);
    axis(pen, scope, scale);
}

/// The row below: full scale on the left, times spread over the width.
fn axis(pen: &mut Pen<'_>, scope: &Scope<'_>, scale: f32) {
    let (w, y) = (pen.width(), pen.height() - 1);
    let plus_minus = pen.symbols().plus_minus;
    let end = pen.put(0, y, &format!("{plus_minus}{}", scope.form.full(f64::from(scale))), Role::Dim);
    let samples = scope.values.iter().map(|v| v.len()).max().unwrap_or(0);
    if samples == 0 || scope.rate_hz == 0 {
        return;
    }
    let milliseconds = samples as f64 / f64::from(scope.rate_hz) * 1e3;
    let last = format!("{milliseconds:.0} ms");
    if pen.put_before(end + 2, w, y, &last, Role::Dim) {
        let half = format!("{:.0} ms", milliseconds / 2.0);
        let middle = 2 + (w - 2) / 2;
        if middle > end + 2 + half.len() as u16 / 2 && middle + half.len() as u16 + 2 < w - last.len() as u16 {
            pen.put(middle - half.len() as u16 / 2, y, &half, Role::Dim);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_scale_is_a_round_number_above_the_peak() {
        assert_eq!(full_scale(&[&[3.0, -136.0]], 1.0), 200.0);
        assert_eq!(full_scale(&[&[f32::NAN, 0.2]], 1.0), 1.0);
        assert_eq!(full_scale(&[&[100.0]], 1.0), 100.0);
        assert_eq!(full_scale(&[&[510.0]], 1.0), 1000.0);
    }
}
