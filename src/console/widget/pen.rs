//! Draws into a rectangle; a text is drawn whole or not at all.

use super::text::width;
use crate::console::symbols::{SymbolSet, Symbols};
use crate::console::theme::{Role, Theme, ThemeId};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// How everything looks: colours and signs.
#[derive(Clone, Debug)]
pub struct Look {
    /// Colours by meaning.
    pub theme: Theme,
    /// Signs.
    pub symbols: &'static Symbols,
}

impl Look {
    /// From the names of both.
    #[must_use]
    pub fn new(theme: ThemeId, symbols: SymbolSet) -> Self {
        Self { theme: Theme::of(theme), symbols: symbols.symbols() }
    }
}

/// A rectangle of the screen to draw into; positions count from its upper left corner.
#[derive(Debug)]
pub struct Pen<'a> {
    buf: &'a mut Buffer,
    area: Rect,
    look: &'a Look,
    selected: bool,
}

impl<'a> Pen<'a> {
    /// A pen for an area of a buffer; what of the area lies outside the buffer is not there.
    pub fn new(buf: &'a mut Buffer, area: Rect, look: &'a Look) -> Self {
        let area = area.intersection(buf.area);
        Self { buf, area, look, selected: false }
    }

    /// A pen for a part of this rectangle.
    pub fn part(&mut self, x: u16, y: u16, w: u16, h: u16) -> Pen<'_> {
        let x = x.min(self.area.width);
        let y = y.min(self.area.height);
        let area = Rect {
            x: self.area.x + x,
            y: self.area.y + y,
            width: w.min(self.area.width - x),
            height: h.min(self.area.height - y),
        };
        Pen { buf: self.buf, area, look: self.look, selected: self.selected }
    }

    /// Columns.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.area.width
    }

    /// Rows.
    #[must_use]
    pub const fn height(&self) -> u16 {
        self.area.height
    }

    /// The signs.
    #[must_use]
    pub const fn symbols(&self) -> &'static Symbols {
        self.look.symbols
    }

    /// From now on rows are drawn as the selected one, or not.
    pub const fn select(&mut self, selected: bool) {
        self.selected = selected;
    }

    fn style(&self, role: Role) -> Style {
        if self.selected { self.look.theme.selected(role) } else { self.look.theme.style(role) }
    }

    /// Draws a text at a place and gives the column behind it; the same column when the text does not fit.
    pub fn put(&mut self, x: u16, y: u16, text: &str, role: Role) -> u16 {
        let w = width(text);
        if y >= self.area.height || usize::from(x) + w > usize::from(self.area.width) {
            return x;
        }
        let style = self.style(role);
        let (column, row) = (self.area.x + x, self.area.y + y);
        #[cfg(test)]
        written::note(column, row, text);
        self.buf.set_stringn(column, row, text, w, style);
        x + w as u16
    }

    /// Draws a text so that it ends before column `end`; nothing when it would begin before column `start`.
    pub fn put_before(&mut self, start: u16, end: u16, y: u16, text: &str, role: Role) -> bool {
        let w = width(text) as u16;
        let end = end.min(self.area.width);
        match end.checked_sub(w) {
            Some(x) if x >= start => {
                self.put(x, y, text, role);
                true
            }
            _ => false,
        }
    }

    /// Draws a text on a plane of dots: the cells beside it are wiped, so that no dot reads as a decimal point.
    pub fn label(&mut self, x: u16, y: u16, text: &str, role: Role) -> u16 {
        let end = self.put(x, y, text, role);
        if end > x {
            if let Some(before) = x.checked_sub(1) {
                self.sign(before, y, " ", role);
            }
            self.sign(end, y, " ", role);
        }
        end
    }

    /// Draws one sign of one cell: no text that could be cut.
    pub fn sign(&mut self, x: u16, y: u16, sign: &str, role: Role) {
        if x < self.area.width && y < self.area.height {
            let style = self.style(role);
            if let Some(cell) = self.buf.cell_mut((self.area.x + x, self.area.y + y)) {
                cell.set_symbol(sign).set_style(style);
            }
        }
    }

    /// The sign that stands in a cell.
    #[must_use]
    pub fn at(&self, x: u16, y: u16) -> &str {
        self.buf.cell((self.area.x + x, self.area.y + y)).map_or(" ", |c| c.symbol())
    }

    /// Repeats a sign of one cell to the right.
    pub fn repeat(&mut self, x: u16, y: u16, count: u16, sign: &str, role: Role) {
        for i in 0..count.min(self.area.width.saturating_sub(x)) {
            self.sign(x + i, y, sign, role);
        }
    }

    /// Paints every cell of the rectangle empty in a role.
    pub fn clear(&mut self, role: Role) {
        let style = self.style(role);
        for y in self.area.rows() {
            for p in y.columns() {
                if let Some(cell) = self.buf.cell_mut((p.x, p.y)) {
                    cell.set_symbol(" ").set_style(style);
                }
            }
        }
    }

    /// A box around the rectangle with a title and a remark on the upper line, and a pen for its inside. The remark is
    /// dropped when it does not fit, the title too when even that does not.
    pub fn panel(&mut self, title: &str, remark: &str) -> Pen<'_> {
        self.panel_in(title, Role::Title, remark)
    }

    /// As [`Pen::panel`], the title in a role of its own.
    pub fn panel_in(&mut self, title: &str, role: Role, remark: &str) -> Pen<'_> {
        let (w, h) = (self.area.width, self.area.height);
        if w < 3 || h < 3 {
            return self.part(0, 0, 0, 0);
        }
        let [across, down, tl, tr, bl, br] = self.symbols().border;
        self.repeat(1, 0, w - 2, across, Role::Border);
        self.repeat(1, h - 1, w - 2, across, Role::Border);
        for y in 1..h - 1 {
            self.sign(0, y, down, Role::Border);
            self.sign(w - 1, y, down, Role::Border);
        }
        self.sign(0, 0, tl, Role::Border);
        self.sign(w - 1, 0, tr, Role::Border);
        self.sign(0, h - 1, bl, Role::Border);
        self.sign(w - 1, h - 1, br, Role::Border);
        let mut end = 2;
        let title_width = width(title) as u16;
        if title_width > 0 && title_width + 6 <= w {
            self.sign(2, 0, " ", Role::Border);
            end = self.put(3, 0, title, role);
            self.sign(end, 0, " ", Role::Border);
        }
        let remark_width = width(remark) as u16;
        if remark_width > 0 && end + remark_width + 6 <= w {
            let x = w - 3 - remark_width;
            self.sign(x - 1, 0, " ", Role::Border);
            self.put(x, 0, remark, Role::Dim);
            self.sign(w - 3, 0, " ", Role::Border);
        }
        self.part(1, 1, w - 2, h - 2)
    }
}

/// What was drawn, so that a test can tell a whole number from the rest of a cut one.
#[cfg(test)]
pub(crate) mod written {
    use std::cell::RefCell;

    thread_local! {
        static TEXTS: RefCell<Vec<(u16, u16, String)>> = const { RefCell::new(Vec::new()) };
    }

    pub(super) fn note(x: u16, y: u16, text: &str) {
        if text.bytes().any(|b| b.is_ascii_digit()) {
            TEXTS.with(|t| t.borrow_mut().push((x, y, text.to_owned())));
        }
    }

    /// Takes the texts drawn on this thread since the last call: column, row, text.
    pub(crate) fn take() -> Vec<(u16, u16, String)> {
        TEXTS.with(|t| t.borrow_mut().drain(..).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_does_not_fit_is_not_drawn_at_all() {
        let look = Look::new(ThemeId::IsaDark, SymbolSet::Unicode);
        let mut buf = Buffer::empty(Rect::new(0, 0, 5, 1));
        let mut pen = Pen::new(&mut buf, Rect::new(0, 0, 5, 1), &look);
        assert_eq!(pen.put(0, 0, "86.2 A", Role::Text), 0);
        assert_eq!(pen.at(0, 0), " ");
        assert_eq!(pen.put(1, 0, "86.2", Role::Text), 5);
        assert_eq!(pen.at(4, 0), "2");
        assert!(!pen.put_before(2, 5, 0, "86.2", Role::Text));
        assert_eq!(buf.area.width, 5);
    }

    #[test]
    fn an_area_outside_the_buffer_is_empty() {
        let look = Look::new(ThemeId::Mono, SymbolSet::Ascii);
        let mut buf = Buffer::empty(Rect::new(0, 0, 4, 2));
        let mut pen = Pen::new(&mut buf, Rect::new(3, 1, 10, 10), &look);
        assert_eq!((pen.width(), pen.height()), (1, 1));
        pen.panel("title", "remark").clear(Role::Text);
    }

    #[test]
    fn a_panel_drops_its_remark_before_its_title() {
        let look = Look::new(ThemeId::Mono, SymbolSet::Ascii);
        let mut buf = Buffer::empty(Rect::new(0, 0, 20, 3));
        Pen::new(&mut buf, Rect::new(0, 0, 20, 3), &look).panel("Trend", "15 min");
        assert_eq!(
            row(&buf, 0),
            "+- Trend -- 15 min +".replace("min +", "min-+").replace("-- 15 min-+", "- 15 min -+")
        );
        let mut buf = Buffer::empty(Rect::new(0, 0, 14, 3));
        Pen::new(&mut buf, Rect::new(0, 0, 14, 3), &look).panel("Trend", "15 min");
        assert_eq!(row(&buf, 0), "+- Trend ----+");
    }

    fn row(buf: &Buffer, y: u16) -> String {
        (0..buf.area.width).map(|x| buf[(x, y)].symbol()).collect()
    }
}
