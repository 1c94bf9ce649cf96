//! x
use super::Class;
use crate::console::model::Model;
use crate::console::widget::pen::Pen;
pub(super) fn view(_model: &Model, _class: Class, _pen: &mut Pen<'_>) {}
