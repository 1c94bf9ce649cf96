//! The one-line diagram of a bus: its feed, and a column for each breaker on it.

use super::bar::bar;
use super::number::{ACTIVE, CURRENT, PERCENT};
use super::pen::Pen;
use super::text::{clip, width};
use crate::console::theme::Role;

/// A breaker on the diagram.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    /// Sign of its state, three cells.
    pub sign: &'static str,
    /// How the sign is drawn.
    pub role: Role,
    /// State in a word.
    pub word: &'static str,
    /// For example `Q01`.
    pub designation: &'a str,
    /// What it feeds.
    pub load: &'a str,
    /// Greatest phase current, A.
    pub current: f64,
    /// The same in percent of the rated current.
    pub percent: f64,
    /// Active power, W.
    pub power: f64,
    /// There is voltage behind it.
    pub live: bool,
    /// The one thing about it that must be seen, in a word.
    pub flag: Option<(String, Role)>,
    /// It is the selected one.
    pub selected: bool,
}

/// The diagram.
#[derive(Clone, Debug)]
pub struct OneLine<'a> {
    /// Voltage and frequency of the source in words.
    pub source: &'a str,
    /// There is voltage on the source.
    pub source_live: bool,
    /// There is voltage on the bus.
    pub bus_live: bool,
    /// The breaker that feeds the bus.
    pub main: Option<Node<'a>>,
    /// The others, in plant order.
    pub feeders: Vec<Node<'a>>,
}

/// Least cells a feeder needs.
const LEAST_PITCH: u16 = 9;
/// More than this a feeder does not get: a wide gap reads as two diagrams.
const MOST_PITCH: u16 = 40;
/// Cells of the feed in the flat form.
const FEED: u16 = 13;

impl OneLine<'_> {
    /// Whether all feeders find room in so many cells.
    #[must_use]
    pub fn fits(&self, w: u16, h: u16) -> bool {
        h >= 6 && usize::from(w) >= usize::from(FEED) + self.feeders.len() * usize::from(LEAST_PITCH)
    }

    /// Draws the diagram: with the feed from above where there is height, else from the left.
    pub fn draw(&self, pen: &mut Pen<'_>) {
        let (w, h) = (pen.width(), pen.height());
        let tall = h >= 13;
        let left = if tall { 4 } else { FEED };
        let n = self.feeders.len() as u16;
        let pitch = (w.saturating_sub(left + 3) / n.max(1)).clamp(LEAST_PITCH, MOST_PITCH);
        let bus = if tall { self.feed_from_above(pen) } else { self.feed_from_the_left(pen) };
        let s = pen.symbols();
        let (line, tee, corner) = if self.bus_live {
            (s.bus_live, s.tee_live, s.corner_live)
        } else {
            (s.bus_dead, s.tee_dead, s.corner_dead)
        };
        let role = if self.bus_live { Role::Energised } else { Role::Dead };
        let start = if tall { 2 } else { left };
        let place = |i: u16| left + i * pitch + 3;
        for (i, feeder) in self.feeders.iter().enumerate() {
            let x = place(i as u16);
            let from = if i == 0 { start } else { place(i as u16 - 1) + 1 };
            for c in from..x {
                // The feed from above keeps its own sign on the bus.
                if pen.at(c, bus) == " " {
                    pen.sign(c, bus, line, role);
                }
            }
            pen.sign(x, bus, if i as u16 + 1 == n { corner } else { tee }, role);
            let mut column = pen.part(x - 2, bus + 1, pitch.min(w.saturating_sub(x - 2)), h - bus - 1);
            feeder.draw(&mut column, self.bus_live, pitch - 2);
        }
    }

    /// Source, feed and main breaker in one row; gives the row of the bus.
    fn feed_from_the_left(&self, pen: &mut Pen<'_>) -> u16 {
        let s = pen.symbols();
        let line = |live| if live { (s.bus_live, Role::Energised) } else { (s.bus_dead, Role::Dead) };
        let (above, above_role) = line(self.source_live);
        let (below, below_role) = line(self.bus_live);
        let x = pen.put(0, 0, "UTIL", above_role);
        pen.sign(x, 0, above, above_role);
        let mut x = x + 1;
        if let Some(main) = &self.main {
            x = pen.put(x, 0, main.sign, main.role);
            x = pen.put(x, 0, main.designation, name_role(main));
            pen.put(0, 1, &CURRENT.fit(main.current, 8), Role::Text);
            pen.put(0, 2, &PERCENT.fit(main.percent, 8), Role::Dim);
            if main.selected {
                pen.put(9, 1, main.word, main.role);
            }
        }
        pen.repeat(x, 0, FEED.saturating_sub(x), below, below_role);
        0
    }

    /// Source, feed and main breaker from above; gives the row of the bus.
    fn feed_from_above(&self, pen: &mut Pen<'_>) -> u16 {
        let s = pen.symbols();
        let drop = |live| if live { (s.drop_live, Role::Energised) } else { (s.drop_dead, Role::Dead) };
        let (above, above_role) = drop(self.source_live);
        let (below, below_role) = drop(self.bus_live);
        let x = pen.put(2, 0, "UTILITY", above_role);
        pen.put(x + 2, 0, self.source, Role::Text);
        pen.sign(3, 1, above, above_role);
        let mut y = 2;
        if let Some(main) = &self.main {
            if main.selected {
                pen.sign(1, y, s.pointer, Role::Accent);
            }
            let mut x = pen.put(2, y, main.sign, main.role);
            x = pen.put(x + 1, y, main.designation, name_role(main));
            x = pen.put(x + 1, y, main.word, main.role);
            x = pen.put(x + 2, y, &CURRENT.full(main.current), Role::Strong);
            x = pen.put(x + 2, y, &PERCENT.full(main.percent), Role::Text);
            x = pen.put(x + 2, y, &ACTIVE.full(main.power), Role::Text);
            x = pen.put(x + 2, y, main.load, Role::Dim);
            if let Some((flag, role)) = &main.flag {
                pen.put(x + 2, y, flag, *role);
            }
            pen.sign(3, y + 1, below, below_role);
            y += 2;
        }
        pen.sign(3, y, if self.bus_live { s.feed_live } else { s.feed_dead }, below_role);
        y
    }
}

impl Node<'_> {
    /// The column below the bus: the drop stands in the third cell, texts begin in the second.
    fn draw(&self, pen: &mut Pen<'_>, bus_live: bool, room: u16) {
        let s = pen.symbols();
        let h = pen.height();
        let drop = |live| if live { (s.drop_live, Role::Energised) } else { (s.drop_dead, Role::Dead) };
        let (above, above_role) = drop(bus_live);
        let (below, below_role) = drop(self.live);
        // Rows that a low column does without: the bar goes last, the power first.
        let (with_bar, with_power) = (h >= 7, h >= 8);
        let mut y = 0;
        pen.sign(2, y, above, above_role);
        y += 1;
        if self.selected {
            pen.sign(0, y, s.pointer, Role::Accent);
        }
        pen.put(1, y, self.sign, self.role);
        if usize::from(room) >= 4 + width(self.designation) {
            pen.put(5, y, self.designation, name_role(self));
            y += 1;
            pen.sign(2, y, below, below_role);
        } else {
            y += 1;
            pen.put(1, y, self.designation, name_role(self));
        }
        y += 1;
        let current = CURRENT.fit(self.current, usize::from(room));
        let x = pen.put(1, y, &current, if self.live { Role::Strong } else { Role::Dim });
        let over = if self.percent > 100.0 { Role::Priority2 } else { Role::Text };
        let percent = PERCENT.full(self.percent);
        let beside = usize::from(room) >= usize::from(x) + 2 + width(&percent) + 3;
        if beside {
            let x = pen.put(x + 2, y, &percent, over);
            pen.put(x, y, "In", Role::Dim);
        }
        y += 1;
        if with_bar {
            bar(pen, 1, y, room.saturating_sub(1).min(16), self.percent / 125.0, over);
            y += 1;
        }
        if with_power && !beside {
            let x = pen.put(1, y, &PERCENT.fit(self.percent, usize::from(room)), over);
            if x + 2 <= room {
                pen.put(x, y, "In", Role::Dim);
            }
            y += 1;
        }
        if with_power {
            pen.put(1, y, &ACTIVE.fit(self.power, usize::from(room)), Role::Text);
            y += 1;
        }
        pen.put(1, y, &clip(self.load, usize::from(room), s.ellipsis), Role::Dim);
        y += 1;
        // The word of the state always; the flag beside it where there is room.
        let x = pen.put(1, y, self.word, self.role);
        if let Some((flag, role)) = &self.flag
            && width(flag) + usize::from(x) < usize::from(room) + 1
        {
            pen.put(x + 1, y, flag, *role);
        }
    }
}

const fn name_role(node: &Node<'_>) -> Role {
    if node.selected { Role::Accent } else { Role::Text }
}
