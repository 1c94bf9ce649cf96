//! Values over minutes.

use super::dots::{Dots, envelope};
use super::number::Form;
use super::pen::Pen;
use super::scope::full_scale;
use super::text::width;
use crate::console::theme::Role;

/// One line of a trend.
#[derive(Clone, Copy, Debug)]
pub struct Series<'a> {
    /// One a second, newest last.
    pub values: &'a [f32],
    /// How it is drawn.
    pub role: Role,
}

/// Draws series over the last `seconds`, from zero (or the least value, when it is negative) to the greatest, with a
/// limit line when one is given and in view.
pub fn draw(pen: &mut Pen<'_>, series: &[Series<'_>], seconds: usize, form: Form, limit: Option<f64>) {
    let (w, h) = (pen.width(), pen.height());
    if w < 16 || h < 3 || seconds == 0 {
        return;
    }
    let recent: Vec<&[f32]> = series.iter().map(|s| &s.values[s.values.len().saturating_sub(seconds)..]).collect();
    let top = full_scale(&recent, 1.0);
    let least = recent.iter().flat_map(|v| v.iter()).filter(|v| v.is_finite()).fold(0.0_f32, |l, v| l.min(*v));
    let bottom = if least < 0.0 { -full_scale(&[&[least]], 1.0) } else { 0.0 };
    let labels = [top, f32::midpoint(top, bottom), bottom].map(|v| form.full(f64::from(v)));
    let left = labels.iter().map(|l| width(l)).max().unwrap_or(0) as u16 + 1;
    let rows = h - 1;
    if left + 8 > w {
        return;
    }
    let mut dots = Dots::new(w - left, rows);
    let last = dots.height() - 1;
    let place = |v: f32| last - ((v - bottom) / (top - bottom) * last as f32).round().clamp(0.0, last as f32) as i32;
    if let Some(limit) = limit.filter(|l| *l < f64::from(top)) {
        for x in (0..dots.width()).step_by(4) {
            dots.set(x, place(limit as f32), Role::Limit);
        }
    }
    for (values, s) in recent.iter().zip(series) {
        // The newest second stands at the right edge; a young trend does not fill the width.
        let columns = dots.width() as usize * values.len() / seconds;
        let shift = dots.width() - i32::from(columns as u16);
        let mut before: Option<(i32, i32)> = None;
        for (x, (low, high)) in (shift..).zip(envelope(values, columns)) {
            if low > high {
                before = None;
                continue;
            }
            let (mut from, mut to) = (place(high), place(low));
            if let Some((last_from, last_to)) = before {
                from = from.min(last_to);
                to = to.max(last_from);
            }
            dots.stroke(x, from, to, s.role);
            before = Some((place(high), place(low)));
        }
    }
    dots.draw(pen, left, 0);
    pen.put_before(0, left - 1, 0, &labels[0], Role::Dim);
    if rows >= 5 {
        pen.put_before(0, left - 1, (rows - 1) / 2, &labels[1], Role::Dim);
    }
    pen.put_before(0, left - 1, rows - 1, &labels[2], Role::Dim);
    axis(pen, left, seconds);
}

fn axis(pen: &mut Pen<'_>, left: u16, seconds: usize) {
    let (w, y) = (pen.width(), pen.height() - 1);
    let name = |s: usize| if s >= 120 { format!("-{} min", s / 60) } else { format!("-{s} s") };
    let start = pen.put(left, y, &name(seconds), Role::Dim);
    if !pen.put_before(start + 2, w, y, "now", Role::Dim) {
        return;
    }
    let mut free = start + 2;
    for thirds in [2, 1] {
        let text = name(seconds * thirds / 3);
        let middle = w - ((w - left) * thirds as u16 / 3);
        let from = middle.saturating_sub(text.len() as u16 / 2);
        if from >= free && from + text.len() as u16 + 5 < w {
            free = pen.put(from, y, &text, Role::Dim) + 2;
        }
    }
}
