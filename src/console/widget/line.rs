//! A line of items of falling importance: what does not fit is left out whole, from the end.

use super::pen::Pen;
use super::text::width;
use crate::console::theme::Role;
use std::borrow::Cow;

/// One item: parts that belong together, a label and its value for example.
type Item<'a> = Vec<(Cow<'a, str>, Role)>;

/// A line being put together.
#[derive(Clone, Debug, Default)]
pub struct Line<'a> {
    items: Vec<Item<'a>>,
    gap: u16,
}

impl<'a> Line<'a> {
    /// An empty line; items stand two cells apart.
    #[must_use]
    pub const fn new() -> Self {
        Self { items: Vec::new(), gap: 2 }
    }

    /// With another distance between items.
    #[must_use]
    pub const fn gap(mut self, cells: u16) -> Self {
        self.gap = cells;
        self
    }

    /// Adds an item of one part.
    #[must_use]
    pub fn item(mut self, text: impl Into<Cow<'a, str>>, role: Role) -> Self {
        self.items.push(vec![(text.into(), role)]);
        self
    }

    /// Adds an item of a label and a value.
    #[must_use]
    pub fn value(mut self, label: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.items.push(vec![(label.into(), Role::Dim), (" ".into(), Role::Dim), (value.into(), Role::Text)]);
        self
    }

    /// Adds an item of a label and a value in a role.
    #[must_use]
    pub fn state(mut self, label: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>, role: Role) -> Self {
        self.items.push(vec![(label.into(), Role::Dim), (" ".into(), Role::Dim), (value.into(), role)]);
        self
    }

    /// Adds to the last item.
    #[must_use]
    pub fn also(mut self, text: impl Into<Cow<'a, str>>, role: Role) -> Self {
        match self.items.last_mut() {
            Some(item) => item.push((text.into(), role)),
            None => self.items.push(vec![(text.into(), role)]),
        }
        self
    }

    /// Draws as many items as fit and gives the column behind the last.
    pub fn draw(&self, pen: &mut Pen<'_>, x: u16, y: u16) -> u16 {
        let mut at = x;
        for (i, item) in self.items.iter().enumerate() {
            let start = if i == 0 { at } else { at + self.gap };
            let needed: usize = item.iter().map(|(t, _)| width(t)).sum();
            if usize::from(start) + needed > usize::from(pen.width()) || y >= pen.height() {
                break;
            }
            at = start;
            for (text, role) in item {
                at = pen.put(at, y, text, *role);
            }
        }
        at
    }
}
