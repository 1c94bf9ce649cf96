//! The screens, one file each: pure functions from the model and a rectangle to cells.
//!
//! A screen decides once, by the size of its rectangle, which panels it has (`Class`); a panel that does not fit is
//! left out whole. Lists build only the rows that can be seen.

mod alarms;
mod breaker;
mod comms;
mod condition;
mod element;
pub(super) mod event;
mod events;
mod host;
mod limits;
mod link;
mod list;
mod next;
mod overview;
mod phases;
mod power_quality;
mod protection;
mod settings;
mod state;
mod strip;
mod trip;
mod wall;

use super::model::Model;
use super::theme::Role;
use super::ui::ScreenId;
use super::widget::pen::{Look, Pen};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// How much a screen can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    /// A list and the selected line.
    Tiny,
    /// 80 x 24: a picture and a strip.
    Small,
    /// 120 x 40: two columns.
    Medium,
    /// 200 x 60: a wall.
    Large,
}

impl Class {
    /// By the columns and rows between the header rows and the message and hint rows (four together).
    const fn of(w: u16, h: u16) -> Self {
        match (w, h) {
            (160.., 44..) => Self::Large,
            (100.., 24..) => Self::Medium,
            (60.., 12..) => Self::Small,
            _ => Self::Tiny,
        }
    }
}

/// Draws the screen that is chosen.
pub fn view(model: &Model, area: Rect, buf: &mut Buffer) {
    let look = Look::new(model.ui.theme, model.ui.symbols);
    let mut pen = Pen::new(buf, area, &look);
    pen.clear(Role::Text);
    let class = Class::of(pen.width(), pen.height());
    if class == Class::Tiny && !matches!(model.ui.screen, ScreenId::Alarms | ScreenId::Events) {
        list::compact(model, &mut pen);
        return;
    }
    match model.ui.screen {
        ScreenId::Overview => overview::view(model, class, &mut pen),
        ScreenId::Breaker => breaker::view(model, class, &mut pen),
        ScreenId::PowerQuality => power_quality::view(model, class, &mut pen),
        ScreenId::Protection => protection::view(model, class, &mut pen),
        ScreenId::Events => events::view(model, class, &mut pen),
        ScreenId::Alarms => alarms::view(model, &mut pen),
        ScreenId::Comms if model.ui.host => host::view(model, &mut pen),
        ScreenId::Comms => comms::view(model, class, &mut pen),
    }
}

#[cfg(test)]
mod tests;
