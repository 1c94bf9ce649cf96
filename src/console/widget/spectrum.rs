//! Harmonics as columns, h2 upwards.

use super::number::PERCENT;
use super::pen::Pen;
use super::text::width;
use crate::console::theme::Role;

/// Draws harmonics in percent of the fundamental; `spectrum[0]` is the fundamental. As many orders as fit are shown, up
/// to the 50th. `limit(h)` is the limit of order h; a column above it is drawn as a warning. `cursor` marks an order.
pub fn draw(
    pen: &mut Pen<'_>,
    spectrum: &[f32],
    role: Role,
    limit: impl Fn(usize) -> Option<f32>,
    cursor: Option<usize>,
) {
    let (w, h) = (pen.width(), pen.height());
    if w < 16 || h < 4 {
        return;
    }
    let greatest = spectrum.iter().skip(1).filter(|v| v.is_finite()).fold(1.0_f32, |g, v| g.max(*v)).clamp(1.0, 1000.0);
    // Room above the greatest column, at a round number.
    let top = [1.0, 2.0, 4.0, 6.0, 8.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0, 200.0, 500.0, 1000.0]
        .into_iter()
        .find(|t| *t >= greatest)
        .unwrap_or(1000.0);
    let labels = [top, top / 2.0, 0.0].map(|v| PERCENT.full(f64::from(v)));
    let left = labels.iter().map(|l| width(l)).max().unwrap_or(0) as u16 + 1;
    let plot = h - 1;
    let orders = spectrum.len().min(50);
    // Two cells an order when all fit, else one: every column keeps its own cell.
    let pitch = if orders >= 2 && (orders as u16 - 1) * 2 + left <= w { 2 } else { 1 };
    pen.put_before(0, left - 1, 0, &labels[0], Role::Dim);
    if plot >= 5 {
        pen.put_before(0, left - 1, (plot - 1) / 2, &labels[1], Role::Dim);
    }
    pen.put_before(0, left - 1, plot - 1, &labels[2], Role::Dim);
    let s = pen.symbols();
    let steps = s.column.len() as u32;
    let mut free = left;
    for order in 2..=orders {
        let x = left + (order as u16 - 2) * pitch;
        if x >= w {
            break;
        }
        let value = spectrum[order - 1];
        let value = if value.is_finite() { value.max(0.0) } else { 0.0 };
        let over = limit(order).is_some_and(|l| value > l);
        let column = if over { Role::Priority2 } else { role };
        let filled = (value / top * (u32::from(plot) * steps) as f32).round() as u32;
        let filled = filled.min(u32::from(plot) * steps);
        for cell in 0..filled / steps {
            pen.sign(x, plot - 1 - cell as u16, s.column[steps as usize - 1], column);
        }
        if over {
            // A shape tells it too, for eyes and terminals without the colour.
            let above = filled.div_ceil(steps) as u16;
            if above < plot {
                pen.sign(x, plot - 1 - above, s.priority[1], column);
            }
        }
        let rest = filled % steps;
        if rest > 0 {
            pen.sign(x, plot - 1 - (filled / steps) as u16, s.column[rest as usize - 1], column);
        }
        if let Some(l) = limit(order).filter(|l| *l < top) {
            let row = plot - 1 - ((l / top * f32::from(plot)) as u16).min(plot - 1);
            if pen.at(x, row) == " " {
                pen.sign(x, row, s.border[0], Role::Limit);
            }
        }
        let marked = cursor == Some(order);
        let name = order.to_string();
        // Odd orders carry their number: those are the ones that rectifiers make.
        if (order % 2 == 1 || marked) && x >= free && x + (name.len() as u16) <= w {
            free = pen.put(x, h - 1, &name, if marked { Role::Accent } else { Role::Dim }) + 1;
        }
        if marked && filled < u32::from(plot) * steps {
            pen.sign(x, plot - 1 - (filled.div_ceil(steps) as u16).min(plot - 1), s.down, Role::Accent);
        }
    }
}
