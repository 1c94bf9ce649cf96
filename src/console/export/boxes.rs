//! Box lines: four arms, each absent, light or heavy.

use super::shapes::Shape;

/// Width of a light stroke in tenths of an SVG unit.
const LIGHT: u16 = 12;
/// Width of a heavy stroke.
const HEAVY: u16 = 30;

/// Arms of the signs up, right, down, left: 0 absent, 1 light, 2 heavy.
const ARMS: &[(char, [u8; 4])] = &[
    ('─', [0, 1, 0, 1]),
    ('━', [0, 2, 0, 2]),
    ('│', [1, 0, 1, 0]),
    ('┃', [2, 0, 2, 0]),
    ('┌', [0, 1, 1, 0]),
    ('┏', [0, 2, 2, 0]),
    ('┐', [0, 0, 1, 1]),
    ('┓', [0, 0, 2, 2]),
    ('└', [1, 1, 0, 0]),
    ('┗', [2, 2, 0, 0]),
    ('┘', [1, 0, 0, 1]),
    ('┛', [2, 0, 0, 2]),
    ('├', [1, 1, 1, 0]),
    ('┣', [2, 2, 2, 0]),
    ('┤', [1, 0, 1, 1]),
    ('┫', [2, 0, 2, 2]),
    ('┬', [0, 1, 1, 1]),
    ('┯', [0, 2, 1, 2]),
    ('┰', [0, 1, 2, 1]),
    ('┳', [0, 2, 2, 2]),
    ('┴', [1, 1, 0, 1]),
    ('┷', [1, 2, 0, 2]),
    ('┻', [2, 2, 0, 2]),
    ('┼', [1, 1, 1, 1]),
    ('┿', [1, 2, 1, 2]),
    ('╂', [2, 1, 2, 1]),
    ('╋', [2, 2, 2, 2]),
    ('╭', [0, 1, 1, 0]),
    ('╮', [0, 0, 1, 1]),
    ('╯', [1, 0, 0, 1]),
    ('╰', [1, 1, 0, 0]),
    ('╴', [0, 0, 0, 1]),
    ('╵', [1, 0, 0, 0]),
    ('╶', [0, 1, 0, 0]),
    ('╷', [0, 0, 1, 0]),
    ('╸', [0, 0, 0, 2]),
    ('╹', [2, 0, 0, 0]),
    ('╺', [0, 2, 0, 0]),
    ('╻', [0, 0, 2, 0]),
];

/// Dashed signs: dashes in a cell, standing upright, heavy.
const DASHED: &[(char, u8, bool, bool)] = &[
    ('╌', 2, false, false),
    ('╍', 2, false, true),
    ('╎', 2, true, false),
    ('╏', 2, true, true),
    ('┄', 3, false, false),
    ('┅', 3, false, true),
    ('┆', 3, true, false),
    ('┇', 3, true, true),
    ('┈', 4, false, false),
    ('┊', 4, true, false),
];

/// The strokes of a box sign; none for one that is not known.
pub(super) fn lines(c: char) -> Option<Vec<Shape>> {
    if let Some((_, arms)) = ARMS.iter().find(|(sign, _)| *sign == c) {
        return Some(arms_of(*arms));
    }
    let (_, dashes, upright, heavy) = DASHED.iter().find(|(sign, ..)| *sign == c)?;
    let tenths = if *heavy { HEAVY } else { LIGHT };
    let step = 1.0 / f32::from(*dashes);
    let dash = |i: u8| {
        let (a, b) = ((f32::from(i) + 0.2) * step, (f32::from(i) + 0.8) * step);
        let (from, to) = if *upright { ((0.5, a), (0.5, b)) } else { ((a, 0.5), (b, 0.5)) };
        Shape::Line { from, to, tenths }
    };
    Some((0..*dashes).map(dash).collect())
}

fn arms_of(arms: [u8; 4]) -> Vec<Shape> {
    const ENDS: [(f32, f32); 4] = [(0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)];
    let mut out = Vec::new();
    // A stroke right through is one line, so that no seam can show in its middle.
    for (i, j) in [(3, 1), (0, 2)] {
        if arms[i] == arms[j] && arms[i] > 0 {
            out.push(Shape::Line { from: ENDS[i], to: ENDS[j], tenths: tenths(arms[i]) });
        } else {
            for k in [i, j] {
                if arms[k] > 0 {
                    // A little past the middle, to fill the corner.
                    let past = |e: f32| 0.5 - (e - 0.5) * 0.12;
                    let middle = (past(ENDS[k].0), past(ENDS[k].1));
                    out.push(Shape::Line { from: middle, to: ENDS[k], tenths: tenths(arms[k]) });
                }
            }
        }
    }
    out
}

const fn tenths(weight: u8) -> u16 {
    if weight == 2 { HEAVY } else { LIGHT }
}
