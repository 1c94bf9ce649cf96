//! x
use crate::console::model::Model;
use crate::console::widget::pen::Pen;
pub(super) fn view(_model: &Model, _pen: &mut Pen<'_>) {}
