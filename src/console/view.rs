//! The skeleton of every screen: tabs and clock, alarm banner, the screen itself, message row, hint row.
//!
//! A pure function of the model and the size. The banner is never covered: dialogs stand in the body.

mod banner;
mod header;
mod hints;
mod message;

use super::model::Model;
use super::screen;
use super::theme::Role;
use super::widget::pen::{Look, Pen};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns and rows below which only one line is shown.
pub const LEAST_SIZE: (u16, u16) = (20, 5);

/// Draws the model.
pub fn view(model: &Model, area: Rect, buf: &mut Buffer) {
    let look = Look::new(model.ui.theme, model.ui.symbols);
    let mut pen = Pen::new(buf, area, &look);
    pen.clear(Role::Text);
    if area.width < LEAST_SIZE.0 || area.height < LEAST_SIZE.1 {
        too_small(model, &mut pen);
        return;
    }
    let (w, h) = (area.width, area.height);
    header::draw(model, &mut pen.part(0, 0, w, 1));
    banner::draw(model, &mut pen.part(0, 1, w, 1));
    message::draw(model, &mut pen.part(0, h - 2, w, 1));
    hints::draw(model, &mut pen.part(0, h - 1, w, 1));
    let body = Rect { y: area.y + 2, height: h - 4, ..area };
    super::screen::view(model, body, buf);
    screen::view(model, body, buf);
    if let Some(dialog) = &model.ui.dialog {
        dialog.view(model, body, buf);
    }
}

/// One line, the number of unseen alarms first: that is what counts when there is no room for more.
fn too_small(model: &Model, pen: &mut Pen<'_>) {
    let unseen = model.alarms().iter().filter(|(_, a)| !a.acknowledged).count();
    let (w, h) = (pen.width(), pen.height());
    let alarms = format!("{unseen} alarms");
    let full = format!("{alarms}  too small {w}x{h}, need {}x{}", LEAST_SIZE.0, LEAST_SIZE.1);
    let role = if unseen > 0 { Role::Priority1 } else { Role::Text };
    for text in [full.as_str(), alarms.as_str(), &unseen.to_string()] {
        if pen.put(0, 0, text, role) > 0 {
            return;
        }
    }
}
