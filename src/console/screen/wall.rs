//! Everything at once, for 160 columns and more.

use super::{breaker, overview, power_quality, protection, strip};
use crate::console::model::Model;
use crate::console::widget::pen::Pen;

/// Draws the wall.
pub(super) fn view(model: &Model, pen: &mut Pen<'_>) {
    let (w, h) = (pen.width(), pen.height());
    let right = w * 3 / 8;
    let top = h * 2 / 5;
    overview::bus(model, &mut pen.part(0, 0, w - right, top));
    let alarms = top / 2;
    overview::alarms(model, &mut pen.part(w - right, 0, right, alarms));
    overview::recent(model, &mut pen.part(w - right, alarms, right, top - alarms));
    let rest = h - top;
    let low = (rest / 3).max(9);
    let middle = rest - low;
    let left = w - right;
    strip::view(model, &mut pen.part(0, h - low, left, low));
    overview::links(model, &mut pen.part(left, h - low, right, low));
    let Some(b) = model.selected() else { return };
    let columns = [w * 5 / 16, w * 5 / 16, w * 3 / 16];
    let mut x = 0;
    breaker::scope(model, b, &mut pen.part(x, top, columns[0], middle));
    x += columns[0];
    protection::plane(model, b, &mut pen.part(x, top, columns[1], middle));
    x += columns[1];
    breaker::phasors(b, &mut pen.part(x, top, columns[2], middle));
    x += columns[2];
    power_quality::harmonics(model, b, &mut pen.part(x, top, w - x, middle));
}
