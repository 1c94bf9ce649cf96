//! The time-current plane: curves, live operating point and last trip on logarithmic axes.

use super::dots::Dots;
use super::pen::Pen;
use super::text::width;
use crate::console::theme::Role;

/// A curve: current in A, time in s, by rising current.
#[derive(Clone, Copy, Debug)]
pub struct Curve<'a> {
    /// For the legend.
    pub label: &'a str,
    /// Its points; those that are not positive and finite are passed over.
    pub points: &'a [(f64, f64)],
    /// How it is drawn.
    pub role: Role,
    /// Dotted, for curves that are not in force.
    pub dotted: bool,
}

/// A point on the plane with words beside it.
#[derive(Clone, Debug)]
pub struct Mark {
    /// A.
    pub current: f64,
    /// s; none: above every curve, at the upper edge, because it would never trip.
    pub time: Option<f64>,
    /// The words.
    pub label: String,
    /// The sign.
    pub sign: &'static str,
    /// How it is drawn.
    pub role: Role,
}

/// The part of the plane shown, in powers of ten.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Least and greatest current, log10 A.
    pub current: (f64, f64),
    /// Least and greatest time, log10 s.
    pub time: (f64, f64),
}

impl Range {
    /// Whole decades around everything that is to be seen, from 10 ms to 1000 s at least.
    #[must_use]
    pub fn around(curves: &[Curve<'_>], marks: &[Mark]) -> Self {
        let currents = curves
            .iter()
            .flat_map(|c| c.points.iter().map(|p| p.0))
            .chain(marks.iter().map(|m| m.current))
            .filter(|a| a.is_finite() && *a >= 1.0);
        let (low, high) = currents.fold((f64::INFINITY, 0.0_f64), |(l, h), a| (l.min(a), h.max(a)));
        // A curve that begins on a decade does not begin on the frame.
        let low = if low.is_finite() { (low * 0.7).log10().floor().clamp(0.0, 5.0) } else { 1.0 };
        let high = if high > 0.0 { high.log10().ceil().clamp(low + 1.0, 6.0) } else { low + 3.0 };
        Self { current: (low, high), time: (-2.0, 3.0) }
    }

    fn x(&self, amperes: f64, dots: i32) -> Option<i32> {
        (amperes > 0.0 && amperes.is_finite()).then(|| {
            ((amperes.log10() - self.current.0) / (self.current.1 - self.current.0) * f64::from(dots - 1)).round()
                as i32
        })
    }

    fn y(&self, seconds: f64, dots: i32) -> Option<i32> {
        (seconds > 0.0 && seconds.is_finite()).then(|| {
            ((self.time.1 - seconds.log10()) / (self.time.1 - self.time.0) * f64::from(dots - 1)).round() as i32
        })
    }
}

/// Draws the plane.
pub fn draw(pen: &mut Pen<'_>, range: &Range, curves: &[Curve<'_>], marks: &[Mark]) {
    const LEFT: u16 = 8;
    let (w, h) = (pen.width(), pen.height());
    if w < LEFT + 12 || h < 6 {
        return;
    }
    let (columns, rows) = (w - LEFT, h - 1);
    let mut dots = Dots::new(columns, rows);
    let (dw, dh) = (dots.width(), dots.height());
    grid(pen, range, (columns, rows), LEFT);
    for curve in curves {
        let mut before: Option<(i32, i32)> = None;
        for (a, s) in curve.points {
            let (Some(x), Some(y)) = (range.x(*a, dw), range.y(*s, dh)) else {
                before = None;
                continue;
            };
            if curve.dotted {
                if before.is_none_or(|b| (b.0 - x).abs() + (b.1 - y).abs() >= 4) {
                    dots.set(x, y, curve.role);
                    before = Some((x, y));
                }
            } else {
                match before {
                    Some(b) => dots.line(b, (x, y), curve.role),
                    None => dots.set(x, y, curve.role),
                }
                before = Some((x, y));
            }
        }
    }
    for curve in curves.iter().filter(|c| !c.dotted) {
        rise(&mut dots, range, curve, curves);
    }
    for mark in marks {
        // A started element is seen rising from the floor towards its curve.
        if let (Some(x), Some(s)) = (range.x(mark.current, dw), mark.time)
            && mark.role == Role::Accent
            && let Some(y) = range.y(s, dh)
        {
            for y in (y..dh).step_by(2) {
                dots.set(x, y, mark.role);
            }
        }
    }
    dots.draw(pen, LEFT, 0);
    for curve in curves {
        name(pen, range, curve, (columns, rows), LEFT);
    }
    for mark in marks {
        let Some(x) = range.x(mark.current, dw) else { continue };
        let y = mark.time.and_then(|s| range.y(s, dh)).unwrap_or(0);
        let column = (x / 2).clamp(0, i32::from(columns) - 1) as u16 + LEFT;
        let row = (y / 4).clamp(0, i32::from(rows) - 1) as u16;
        let wide = width(&mark.label) as u16;
        if column + 2 + wide <= w {
            pen.label(column + 2, row, &mark.label, mark.role);
        } else if column >= LEFT + wide + 2 {
            pen.label(column - 1 - wide, row, &mark.label, mark.role);
        }
        pen.sign(column, row, mark.sign, mark.role);
    }
}

/// The vertical part of a characteristic: at its pickup it falls from the characteristic above it, or from the upper
/// edge when there is none.
fn rise(dots: &mut Dots, range: &Range, curve: &Curve<'_>, all: &[Curve<'_>]) {
    let Some((amperes, seconds)) = curve.points.first().copied() else { return };
    let above = all
        .iter()
        .filter(|other| !other.dotted)
        .filter_map(|other| time_at(other.points, amperes))
        .filter(|t| *t > seconds)
        .fold(f64::INFINITY, f64::min);
    let (Some(x), Some(y)) = (range.x(amperes, dots.width()), range.y(seconds, dots.height())) else { return };
    let top = range.y(above, dots.height()).unwrap_or(0);
    dots.stroke(x, top, y, curve.role);
}

/// Time of a curve at a current, between its points on logarithmic axes; none outside of them.
fn time_at(points: &[(f64, f64)], amperes: f64) -> Option<f64> {
    points.windows(2).find(|p| p[0].0 <= amperes && amperes <= p[1].0).map(|p| {
        let share = (amperes / p[0].0).ln() / (p[1].0 / p[0].0).ln();
        let share = if share.is_finite() { share } else { 0.0 };
        p[0].1 * (p[1].1 / p[0].1).powf(share)
    })
}

/// The name of a curve above its middle, where nothing else stands.
fn name(pen: &mut Pen<'_>, range: &Range, curve: &Curve<'_>, (columns, rows): (u16, u16), left: u16) {
    let Some((amperes, seconds)) = curve.points.get(curve.points.len() / 2) else { return };
    let (dw, dh) = (i32::from(columns) * 2, i32::from(rows) * 4);
    let (Some(x), Some(y)) = (range.x(*amperes, dw), range.y(*seconds, dh)) else { return };
    let (column, row) = (x / 2 + 1, y / 4 - 1);
    if column < 1 || column + 1 >= i32::from(columns) || row < 0 || row >= i32::from(rows) {
        return;
    }
    let (column, row) = (left + column as u16, row as u16);
    let wide = width(curve.label) as u16;
    if (0..wide).all(|i| pen.at(column + i, row) == " ") {
        pen.label(column, row, curve.label, curve.role);
    }
}

/// Decades as rows and columns of points, with their numbers.
fn grid(pen: &mut Pen<'_>, range: &Range, (columns, rows): (u16, u16), left: u16) {
    let s = pen.symbols();
    let (dw, dh) = (i32::from(columns) * 2, i32::from(rows) * 4);
    let mut last_row = None;
    for decade in range.time.0 as i32..=range.time.1 as i32 {
        let Some(y) = range.y(10_f64.powi(decade), dh) else { continue };
        let row = (y / 4).clamp(0, i32::from(rows) - 1) as u16;
        if last_row == Some(row) {
            continue;
        }
        last_row = Some(row);
        pen.put_before(0, left - 1, row, time_name(decade), Role::Dim);
        pen.sign(left - 1, row, s.tick_left, Role::Border);
        for x in (1..columns).step_by(4) {
            pen.sign(left + x, row, s.bar_empty, Role::Border);
        }
    }
    let mut free = left;
    for decade in range.current.0 as i32..=range.current.1 as i32 {
        let Some(x) = range.x(10_f64.powi(decade), dw) else { continue };
        let column = left + (x / 2).clamp(0, i32::from(columns) - 1) as u16;
        let name = current_name(decade);
        let w = name.len() as u16;
        let at = column.min((left + columns).saturating_sub(w));
        if at >= free {
            free = pen.put(at, rows, name, Role::Dim) + 1;
        }
        for row in (0..rows).step_by(2) {
            if column > left && pen.at(column, row) == " " {
                pen.sign(column, row, s.bar_empty, Role::Border);
            }
        }
    }
}

const fn time_name(decade: i32) -> &'static str {
    match decade {
        ..=-3 => "1 ms",
        -2 => "10 ms",
        -1 => "100 ms",
        0 => "1 s",
        1 => "10 s",
        2 => "100 s",
        _ => "1000 s",
    }
}

const fn current_name(decade: i32) -> &'static str {
    match decade {
        ..=0 => "1 A",
        1 => "10 A",
        2 => "100 A",
        3 => "1 kA",
        4 => "10 kA",
        5 => "100 kA",
        _ => "1 MA",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::symbols::SymbolSet;
    use crate::console::theme::ThemeId;
    use crate::console::widget::pen::Look;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    /// Three decades over 301 dots: 1 kA stands on dot 200; five decades over 501: 1 s on dot 300.
    #[test]
    fn axes_are_logarithmic() {
        let range = Range { current: (1.0, 4.0), time: (-2.0, 3.0) };
        assert_eq!(range.x(1_000.0, 301), Some(200));
        assert_eq!(range.y(1.0, 501), Some(300));
        assert_eq!(range.x(0.0, 301), None);
        assert_eq!(range.y(f64::NAN, 301), None);
    }

    /// Halfway between 100 A and 10 kA on a logarithmic axis is 1 kA; between 100 s and 1 s it is 10 s.
    #[test]
    fn a_curve_is_straight_between_its_points_on_logarithmic_axes() {
        let points = [(100.0, 100.0), (10_000.0, 1.0)];
        assert!((time_at(&points, 1_000.0).unwrap() - 10.0).abs() < 1e-9);
        assert_eq!(time_at(&points, 99.0), None);
    }

    #[test]
    fn the_plane_covers_whole_decades_of_what_is_shown() {
        let points = [(60.0, 100.0), (4_000.0, 0.02)];
        let curve = Curve { label: "S", points: &points, role: Role::Text, dotted: false };
        assert_eq!(Range::around(&[curve], &[]).current, (1.0, 4.0));
        assert_eq!(Range::around(&[], &[]).current, (1.0, 4.0));
    }

    #[test]
    fn the_trip_cross_stands_at_its_current_and_time() {
        let look = Look::new(ThemeId::Mono, SymbolSet::Ascii);
        // 90 columns of plot and 20 rows: 3 decades of current, 5 of time.
        let area = Rect::new(0, 0, 98, 21);
        let mut buf = Buffer::empty(area);
        let range = Range { current: (1.0, 4.0), time: (-2.0, 3.0) };
        let mark = Mark { current: 1_000.0, time: Some(1.0), label: "trip".into(), sign: "X", role: Role::Tripped };
        draw(&mut Pen::new(&mut buf, area, &look), &range, &[], &[mark]);
        // Two thirds of 179 dots is dot 119, cell 59; three fifths of 79 dots is dot 47, cell 11.
        assert_eq!(buf[(8 + 59, 11)].symbol(), "X");
    }
}
