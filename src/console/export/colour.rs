//! The colours of a cell as SVG writes them.

use crate::console::theme::xterm_rgb;
use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// The background of a terminal that was told no colour.
pub(super) const PAPER: &str = "#1c1c1c";
/// The letters of a terminal that was told no colour.
const LETTERS: &str = "#d0d0d0";

/// How a cell looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ink {
    pub(super) fore: String,
    pub(super) back: String,
    pub(super) modifiers: Modifier,
}

impl Ink {
    pub(super) fn of(cell: &Cell) -> Self {
        let (mut fore, mut back) = (hex(cell.fg, LETTERS), hex(cell.bg, PAPER));
        let modifiers = cell.modifier;
        if modifiers.contains(Modifier::REVERSED) {
            std::mem::swap(&mut fore, &mut back);
        }
        let ink = Self { fore, back, modifiers };
        if modifiers.contains(Modifier::DIM) { Self { fore: ink.mixed(0.6), ..ink } } else { ink }
    }

    /// A colour between background (0) and letters (1).
    pub(super) fn mixed(&self, share: f32) -> String {
        let (fore, back) = (channels(&self.fore), channels(&self.back));
        let between = |i: usize| (f32::from(back[i]) + (f32::from(fore[i]) - f32::from(back[i])) * share).round() as u8;
        rgb(between(0), between(1), between(2))
    }
}

fn hex(colour: Color, reset: &str) -> String {
    const NAMED: [Color; 16] = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    let (r, g, b) = match colour {
        Color::Reset => return reset.to_owned(),
        Color::Rgb(r, g, b) => (r, g, b),
        Color::Indexed(i) => xterm_rgb(i),
        named => xterm_rgb(NAMED.iter().position(|c| *c == named).unwrap_or(7) as u8),
    };
    rgb(r, g, b)
}

fn rgb(r: u8, g: u8, b: u8) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn channels(hex: &str) -> [u8; 3] {
    let at = |i: usize| hex.get(i..i + 2).and_then(|h| u8::from_str_radix(h, 16).ok()).unwrap_or(0);
    [at(1), at(3), at(5)]
}
