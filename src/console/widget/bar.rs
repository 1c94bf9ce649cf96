//! Horizontal bars with marks.

use super::pen::Pen;
use super::text::width;
use crate::console::theme::Role;

/// A bar over `cells` cells, filled to a share between 0 and 1.
pub fn bar(pen: &mut Pen<'_>, x: u16, y: u16, cells: u16, share: f64, role: Role) {
    let s = pen.symbols();
    let cells = cells.min(pen.width().saturating_sub(x));
    let steps = s.bar.len() as u32;
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let filled = (share * f64::from(u32::from(cells) * steps)).round() as u32;
    let (whole, rest) = ((filled / steps) as u16, filled % steps);
    let full = s.bar[s.bar.len() - 1];
    pen.repeat(x, y, whole, full, role);
    let mut at = x + whole;
    if rest > 0 && whole < cells {
        pen.sign(at, y, s.bar[rest as usize - 1], role);
        at += 1;
    }
    pen.repeat(at, y, (x + cells).saturating_sub(at), s.bar_empty, Role::Border);
}

/// Marks below bars of the same place and width: a sign at its share, and a label to the right of it, or to the left
/// where the next mark stands in the way. A label that would touch another is left out, its sign stays. Labels may
/// stand beyond the bar, as far as the rectangle reaches.
pub fn marks(pen: &mut Pen<'_>, x: u16, y: u16, cells: u16, marks: &[(f64, String)]) {
    let mark = pen.symbols().mark;
    let mut sorted: Vec<&(f64, String)> =
        marks.iter().filter(|(share, _)| share.is_finite() && (0.0..=1.0).contains(share)).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let places: Vec<u16> =
        sorted.iter().map(|(share, _)| x + (share * f64::from(cells.saturating_sub(1))).round() as u16).collect();
    let mut free = x;
    for (i, (_, label)) in sorted.iter().enumerate() {
        let at = places[i];
        let w = width(label) as u16;
        let next = places.get(i + 1).copied().unwrap_or_else(|| pen.width() + 1);
        let left = at.checked_sub(w).filter(|start| *start >= free);
        if at >= free {
            pen.sign(at, y, mark, Role::Limit);
        }
        if at >= free && at + 1 + w < next {
            free = pen.put(at + 1, y, label, Role::Limit).max(at) + 1;
        } else if let Some(start) = left {
            pen.put(start, y, label, Role::Limit);
            free = at + 1;
        } else {
            free = free.max(at + 1);
        }
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

    fn drawn(symbols: SymbolSet, draw: impl Fn(&mut Pen<'_>)) -> String {
        let look = Look::new(ThemeId::Mono, symbols);
        let area = Rect::new(0, 0, 20, 1);
        let mut buf = Buffer::empty(area);
        draw(&mut Pen::new(&mut buf, area, &look));
        (0..20).map(|x| buf[(x, 0)].symbol().to_owned()).collect()
    }

    /// 10 cells of 8 steps: 0.5625 is 45 steps, five cells and five eighths.
    #[test]
    fn a_bar_has_the_resolution_of_an_eighth_of_a_cell() {
        let text = drawn(SymbolSet::Unicode, |pen| bar(pen, 0, 0, 10, 0.5625, Role::Good));
        assert_eq!(text.trim_end(), "█████▋····");
        let text = drawn(SymbolSet::Ascii, |pen| bar(pen, 0, 0, 10, 0.5625, Role::Good));
        assert_eq!(text.trim_end(), "######....");
        let text = drawn(SymbolSet::Ascii, |pen| bar(pen, 0, 0, 4, f64::NAN, Role::Good));
        assert_eq!(text.trim_end(), "....");
    }

    #[test]
    fn labels_that_would_touch_are_left_out() {
        let text = drawn(SymbolSet::Ascii, |pen| {
            marks(pen, 0, 0, 20, &[(0.0, "In".into()), (0.2, "L".into()), (0.25, "long".into()), (0.9, "S".into())]);
        });
        assert_eq!(text, "^In ^^long       ^S ");
        // The first label has its neighbour on the right, so it stands on the left; the last may leave the bar.
        let text = drawn(SymbolSet::Ascii, |pen| marks(pen, 0, 0, 10, &[(0.8, "In".into()), (0.9, "L 105 A".into())]));
        assert_eq!(text, "     In^^L 105 A    ");
    }
}
