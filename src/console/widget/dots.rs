//! A plane of dots, 2 x 4 a cell, for traces; and the reduction of a trace to what the dots can show.

use super::pen::Pen;
use crate::console::theme::Role;

/// Bit of a dot in a braille pattern, by row and column (Unicode block U+2800).
const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// A plane of dots.
#[derive(Clone, Debug)]
pub struct Dots {
    columns: u16,
    rows: u16,
    cells: Vec<(u8, Role)>,
}

impl Dots {
    /// An empty plane of so many cells.
    #[must_use]
    pub fn new(columns: u16, rows: u16) -> Self {
        Self { columns, rows, cells: vec![(0, Role::Text); usize::from(columns) * usize::from(rows)] }
    }

    /// Dots across.
    #[must_use]
    pub const fn width(&self) -> i32 {
        self.columns as i32 * 2
    }

    /// Dots down.
    #[must_use]
    pub const fn height(&self) -> i32 {
        self.rows as i32 * 4
    }

    /// Sets a dot; the cell takes the role of the newest dot in it. Outside the plane nothing happens.
    pub fn set(&mut self, x: i32, y: i32, role: Role) {
        if x < 0 || y < 0 || x >= self.width() || y >= self.height() {
            return;
        }
        let cell = &mut self.cells[(y / 4 * i32::from(self.columns) + x / 2) as usize];
        cell.0 |= BITS[(y % 4) as usize][(x % 2) as usize];
        cell.1 = role;
    }

    /// A vertical stroke, both ends included.
    pub fn stroke(&mut self, x: i32, from: i32, to: i32, role: Role) {
        let (low, high) = (from.min(to).max(0), from.max(to).min(self.height() - 1));
        for y in low..=high {
            self.set(x, y, role);
        }
    }

    /// A straight line (Bresenham); what lies far outside is not walked.
    pub fn line(&mut self, (x0, y0): (i32, i32), (x1, y1): (i32, i32), role: Role) {
        let reach = 4 * (self.width() + self.height() + 1);
        if [x0, y0, x1, y1].iter().any(|v| v.abs() > reach) {
            return;
        }
        let (dx, dy) = ((x1 - x0).abs(), -(y1 - y0).abs());
        let (sx, sy) = ((x1 - x0).signum(), (y1 - y0).signum());
        let (mut x, mut y, mut error) = (x0, y0, dx + dy);
        loop {
            self.set(x, y, role);
            if (x, y) == (x1, y1) {
                return;
            }
            let twice = 2 * error;
            if twice >= dy {
                error += dy;
                x += sx;
            }
            if twice <= dx {
                error += dx;
                y += sy;
            }
        }
    }

    /// Draws the plane at a place of the rectangle.
    pub fn draw(&self, pen: &mut Pen<'_>, x: u16, y: u16) {
        let braille = pen.symbols().braille;
        let mut buffer = [0_u8; 4];
        for row in 0..self.rows {
            for column in 0..self.columns {
                let (bits, role) = self.cells[usize::from(row) * usize::from(self.columns) + usize::from(column)];
                if bits == 0 {
                    continue;
                }
                let sign = if braille { char::from_u32(0x2800 + u32::from(bits)).unwrap_or(' ') } else { ascii(bits) };
                pen.sign(x + column, y + row, sign.encode_utf8(&mut buffer), role);
            }
        }
    }
}

/// The ASCII sign that looks most like a pattern of dots.
const fn ascii(bits: u8) -> char {
    let (top, upper, lower, bottom) = (bits & 0x09, bits & 0x12, bits & 0x24, bits & 0xC0);
    let rows = (top != 0) as u8 + (upper != 0) as u8 + (lower != 0) as u8 + (bottom != 0) as u8;
    match rows {
        3.. => '|',
        2 if top != 0 && bottom != 0 => ':',
        2 if top != 0 => '\'',
        2 if bottom != 0 => '.',
        2 => '-',
        _ if top != 0 => '\'',
        _ if bottom != 0 => '.',
        _ => '-',
    }
}

/// Least and greatest value of each of `columns` stretches of equal length; a stretch always has a sample. Values that
/// are no numbers are passed over.
#[must_use]
pub fn envelope(values: &[f32], columns: usize) -> Vec<(f32, f32)> {
    let n = values.len();
    if n == 0 || columns == 0 {
        return Vec::new();
    }
    (0..columns)
        .map(|c| {
            let from = c * n / columns;
            let to = ((c + 1) * n / columns).max(from + 1).min(n);
            values[from.min(n - 1)..to]
                .iter()
                .filter(|v| v.is_finite())
                .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), v| (low.min(*v), high.max(*v)))
        })
        .collect()
}

/// Draws a trace of samples over the width of the plane, between two rows of dots, `low` at the bottom. Each dot column
/// shows the whole span of its samples, so that a peak of one sample is never lost.
pub fn trace(dots: &mut Dots, values: &[f32], (top, bottom): (i32, i32), (low, high): (f32, f32), role: Role) {
    let span = if high > low { high - low } else { 1.0 };
    let height = (bottom - top).max(0) as f32;
    let place = |v: f32| bottom - ((v - low) / span * height).round().clamp(0.0, height) as i32;
    let mut before: Option<(i32, i32)> = None;
    for (x, (least, greatest)) in (0..).zip(envelope(values, dots.width() as usize)) {
        if least > greatest {
            before = None;
            continue;
        }
        let (mut upper, mut lower) = (place(greatest), place(least));
        if let Some((last_upper, last_lower)) = before {
            // Join with the column before, without a step between them.
            upper = upper.min(last_lower + 1);
            lower = lower.max(last_upper - 1);
        }
        dots.stroke(x, upper, lower, role);
        before = Some((place(greatest), place(least)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::symbols::SymbolSet;
    use crate::console::theme::ThemeId;
    use crate::console::widget::pen::Look;
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    fn drawn(dots: &Dots, symbols: SymbolSet) -> String {
        let look = Look::new(ThemeId::Mono, symbols);
        let area = Rect::new(0, 0, dots.columns, dots.rows);
        let mut buf = Buffer::empty(area);
        dots.draw(&mut Pen::new(&mut buf, area, &look), 0, 0);
        (0..dots.columns).map(|x| buf[(x, 0)].symbol().to_owned()).collect()
    }

    /// Unicode: dots 1 and 8 of a cell are U+2881.
    #[test]
    fn dots_become_the_braille_pattern_of_unicode() {
        let mut dots = Dots::new(1, 1);
        dots.set(0, 0, Role::Text);
        dots.set(1, 3, Role::Text);
        dots.set(5, 5, Role::Text);
        assert_eq!(drawn(&dots, SymbolSet::Unicode), "\u{2881}");
    }

    #[test]
    fn ascii_shows_height() {
        let mut dots = Dots::new(3, 1);
        dots.set(0, 0, Role::Text);
        dots.set(2, 3, Role::Text);
        dots.stroke(4, 0, 3, Role::Text);
        assert_eq!(drawn(&dots, SymbolSet::Ascii), "'.|");
    }

    #[test]
    fn a_peak_of_one_sample_survives() {
        let mut values = vec![0.0_f32; 10_000];
        values[7_777] = 5.0;
        let reduced = envelope(&values, 100);
        assert_eq!(reduced.len(), 100);
        assert_eq!(reduced[77], (0.0, 5.0));
        assert_eq!(reduced[78], (0.0, 0.0));
    }

    #[test]
    fn fewer_samples_than_columns_fill_the_width() {
        assert_eq!(envelope(&[1.0, 2.0], 4), [(1.0, 1.0), (1.0, 1.0), (2.0, 2.0), (2.0, 2.0)]);
        assert!(envelope(&[], 4).is_empty());
    }

    proptest! {
        #[test]
        fn any_values_on_any_plane_are_drawn(values in prop::collection::vec(prop::num::f32::ANY, 0..300), w in 0_u16..40, h in 0_u16..10) {
            let mut dots = Dots::new(w, h);
            let bottom = dots.height() - 1;
            trace(&mut dots, &values, (0, bottom), (-1.0, 1.0), Role::Text);
            dots.line((-5, -5), (w.into(), 9), Role::Text);
        }
    }
}
