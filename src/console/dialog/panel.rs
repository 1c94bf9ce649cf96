//! The frame of a dialog and its lines.

use crate::console::action::Action;
use crate::console::keymap::Context;
use crate::console::model::Model;
use crate::console::symbols::Symbols;
use crate::console::theme::Role;
use crate::console::widget::pen::{Look, Pen};
use crate::console::widget::text::{clip, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

/// A dialog being drawn: lines go in from the top, what does not fit is left out whole.
pub(super) struct Panel<'b> {
    buf: &'b mut Buffer,
    inner: Rect,
    row: u16,
    look: Look,
    pub(super) symbols: &'static Symbols,
}

impl<'b> Panel<'b> {
    /// Clears a place in the middle of `area`, at most `width` x `height`, and draws a border with a title around it.
    pub(super) fn new(
        model: &Model,
        area: Rect,
        buf: &'b mut Buffer,
        title: &str,
        (width, height): (u16, u16),
    ) -> Self {
        let look = Look::new(model.ui.theme, model.ui.symbols);
        let (width, height) = (width.min(area.width), height.min(area.height));
        let outer =
            Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
        let mut pen = Pen::new(buf, outer, &look);
        pen.clear(Role::Text);
        pen.panel_in(title, Role::Accent, "");
        let side = if width >= 8 { 2 } else { 1 };
        let inner = Rect {
            x: outer.x + side.min(width),
            y: outer.y + 1.min(height),
            width: width.saturating_sub(2 * side),
            height: height.saturating_sub(2),
        };
        let symbols = look.symbols;
        Self { buf, inner, row: 0, look, symbols }
    }

    /// Columns for text.
    pub(super) const fn width(&self) -> u16 {
        self.inner.width
    }

    /// Rows that are still free.
    pub(super) const fn left(&self) -> u16 {
        self.inner.height.saturating_sub(self.row)
    }

    /// A span in a role.
    pub(super) fn span<'s>(&self, role: Role, text: impl Into<std::borrow::Cow<'s, str>>) -> Span<'s> {
        Span::styled(text, self.look.theme.style(role))
    }

    /// A line of spans. One that does not fit is cut between words, never inside a number, and ends the line.
    pub(super) fn line(&mut self, spans: Vec<Span<'_>>) {
        if self.left() == 0 {
            return;
        }
        let (mut x, y) = (self.inner.x, self.inner.y + self.row);
        for span in spans {
            let room = usize::from(self.inner.right() - x);
            let text = clip(span.content.trim_end(), room, self.symbols.ellipsis);
            // Trailing blanks may be cut, they hold a column apart.
            let whole = text.len() == span.content.trim_end().len();
            let shown = if whole { span.content.as_ref() } else { text.as_ref() };
            self.buf.set_stringn(x, y, shown, room, span.style);
            if !whole {
                break;
            }
            x = (x + span.width() as u16).min(self.inner.right());
        }
        self.row += 1;
    }

    /// A line of plain text.
    pub(super) fn text(&mut self, role: Role, text: &str) {
        let span = Span::styled(text, self.look.theme.style(role));
        self.line(vec![span]);
    }

    /// Text over as many lines as it needs.
    pub(super) fn wrapped(&mut self, role: Role, text: &str) {
        for line in wrap(text, usize::from(self.width()), self.symbols.ellipsis) {
            self.text(role, &line);
        }
    }

    /// An empty line.
    pub(super) fn gap(&mut self) {
        self.line(Vec::new());
    }

    /// An empty line, unless room is short.
    pub(super) fn gap_if(&mut self, rows_to_come: u16) {
        if self.left() > rows_to_come {
            self.gap();
        }
    }

    /// A row of a list, marked when it is the selected one.
    pub(super) fn row(&mut self, selected: bool, spans: Vec<Span<'_>>) {
        let y = self.inner.y + self.row;
        let visible = self.left() > 0;
        let pointer = if selected { self.symbols.pointer } else { " " };
        let mut all = vec![Span::styled(pointer, self.look.theme.style(Role::Accent)), Span::raw(" ")];
        all.extend(spans);
        self.line(all);
        if selected && visible {
            let style = self.look.theme.style(Role::Selected);
            for x in self.inner.left()..self.inner.right() {
                self.buf[(x, y)].set_style(style);
            }
        }
    }

    /// The line under a list: which keys do what, from the live map.
    pub(super) fn keys(&mut self, model: &Model, context: Context, actions: &[(Action, &str)]) {
        let mut spans = Vec::new();
        for (action, words) in actions {
            if let Some(keys) = model.keymap.keys_for(context, *action) {
                spans.push(Span::styled(keys, self.look.theme.style(Role::Accent)));
                spans.push(Span::styled(format!(" {words}   "), self.look.theme.style(Role::Text)));
            }
        }
        self.line(spans);
    }

    /// A text being typed, its cursor in reverse.
    pub(super) fn input(&mut self, label: &str, input: &super::Input) {
        let (before, after) = input.halves();
        let room = usize::from(self.width()).saturating_sub(label.chars().count() + 2);
        // The end of what was typed matters more than its beginning.
        let skip = before.chars().count().saturating_sub(room);
        let shown: String = before.chars().skip(skip).collect();
        let mut rest = after.chars();
        let under = rest.next().unwrap_or(' ');
        let cursor = self.look.theme.style(Role::Strong).add_modifier(ratatui::style::Modifier::REVERSED);
        let spans = vec![
            self.span(Role::Dim, label.to_owned()),
            Span::raw(" "),
            self.span(Role::Strong, shown),
            Span::styled(under.to_string(), cursor),
            self.span(Role::Strong, rest.collect::<String>()),
        ];
        self.line(spans);
    }
}

/// The rows of a list of `rows` rows that are visible when `cursor` has to be, in `height` rows.
pub(super) fn window(cursor: usize, rows: usize, height: usize) -> std::ops::Range<usize> {
    let height = height.min(rows);
    let first = cursor.saturating_sub(height / 2).min(rows - height);
    first..first + height
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_holds_the_cursor() {
        assert_eq!(window(0, 10, 4), 0..4);
        assert_eq!(window(9, 10, 4), 6..10);
        assert_eq!(window(5, 10, 4), 3..7);
        assert_eq!(window(0, 2, 4), 0..2);
        assert_eq!(window(0, 0, 4), 0..0);
    }
}
