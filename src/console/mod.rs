//! The terminal: what a person sees and presses.

pub mod screen;
pub mod symbols;
pub mod theme;
pub mod widget;
