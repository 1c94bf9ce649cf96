//! The terminal: one screen for the plant, driven by keys.
//!
//! The shape is that of Elm: [`model::Model`] holds everything that can be seen, one update function turns a message
//! into a new model and a list of effects, and the view is a pure function of the model and the size. Nothing in the
//! view reads a clock or a channel, so that a test, a picture and a live terminal show the same.

pub mod action;
pub mod attach;
mod burst;
pub mod command;
#[cfg(test)]
pub(crate) mod demo;
pub mod dialog;
mod environment;
pub mod export;
pub mod key;
pub mod keymap;
pub mod model;
pub mod picture;
pub mod screen;
mod shell;
pub mod symbols;
mod terminal;
pub mod theme;
pub mod ui;
pub mod update;
pub mod view;
pub mod widget;
pub mod wiring;

pub use shell::run;

#[cfg(test)]
mod tests;
