//! Signs that have to meet their neighbours, as geometry. Positions are shares of the cell, from its upper left corner.

use super::boxes;

/// A part of a sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Shape {
    /// A rectangle: left, top, width, height.
    Fill(f32, f32, f32, f32),
    /// The whole cell in a colour between background and letters.
    Shade(f32),
    /// A braille dot by its middle.
    Dot(f32, f32),
    /// A stroke of a box line.
    Line {
        /// Where it begins.
        from: (f32, f32),
        /// Where it ends.
        to: (f32, f32),
        /// Its width in tenths of an SVG unit.
        tenths: u16,
    },
}

/// The shapes of a sign; none when it is to be set as text.
pub(super) fn of(symbol: &str) -> Option<Vec<Shape>> {
    let mut chars = symbol.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else { return None };
    match c {
        '\u{2800}'..='\u{28ff}' => Some(braille(c as u32 - 0x2800)),
        '\u{2580}'..='\u{259f}' => block(c),
        '\u{2500}'..='\u{257f}' => boxes::lines(c),
        _ => None,
    }
}

/// Unicode 10.0, section 21.1: bits 0 to 2 and 6 are the left column from the top, bits 3 to 5 and 7 the right one.
fn braille(bits: u32) -> Vec<Shape> {
    const PLACES: [(u8, u8); 8] = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)];
    let dot = |(column, row): (u8, u8)| Shape::Dot(0.25 + 0.5 * f32::from(column), 0.125 + 0.25 * f32::from(row));
    PLACES.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, place)| dot(*place)).collect()
}

fn block(c: char) -> Option<Vec<Shape>> {
    let eighths = |from: char| (c as u32 - from as u32) as f32 / 8.0;
    Some(match c {
        '▀' => vec![Shape::Fill(0.0, 0.0, 1.0, 0.5)],
        '▁'..='█' => {
            let h = eighths('▀');
            vec![Shape::Fill(0.0, 1.0 - h, 1.0, h)]
        }
        '▉'..='▏' => {
            let w = 1.0 - eighths('█');
            vec![Shape::Fill(0.0, 0.0, w, 1.0)]
        }
        '▐' => vec![Shape::Fill(0.5, 0.0, 0.5, 1.0)],
        '░' => vec![Shape::Shade(0.25)],
        '▒' => vec![Shape::Shade(0.5)],
        '▓' => vec![Shape::Shade(0.75)],
        '▔' => vec![Shape::Fill(0.0, 0.0, 1.0, 0.125)],
        '▕' => vec![Shape::Fill(0.875, 0.0, 0.125, 1.0)],
        '▖'..='▟' => quadrants(c),
        _ => return None,
    })
}

/// Quadrants: upper left 1, upper right 2, lower left 4, lower right 8.
fn quadrants(c: char) -> Vec<Shape> {
    let set = match c {
        '▖' => 4,
        '▗' => 8,
        '▘' => 1,
        '▙' => 1 | 4 | 8,
        '▚' => 1 | 8,
        '▛' => 1 | 2 | 4,
        '▜' => 1 | 2 | 8,
        '▝' => 2,
        '▞' => 2 | 4,
        _ => 2 | 4 | 8,
    };
    let quarter = |i: u8| Shape::Fill(0.5 * f32::from(i % 2), 0.5 * f32::from(i / 2), 0.5, 0.5);
    (0..4).filter(|i| set >> i & 1 == 1).map(quarter).collect()
}
