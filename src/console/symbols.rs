//! The signs that a screen is drawn with, in three sets.
//!
//! `unicode` is the full set. `narrow` avoids every character that a terminal in an East Asian locale may draw two
//! cells wide (Unicode Standard Annex 11, class *ambiguous*). `ascii` is for consoles that have nothing else. Emoji and
//! variation selectors appear in none of them: their width differs from terminal to terminal.

use std::fmt;
use std::str::FromStr;

/// Which set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SymbolSet {
    /// Everything.
    #[default]
    Unicode,
    /// Nothing of ambiguous width.
    Narrow,
    /// Seven bits.
    Ascii,
}

impl SymbolSet {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Unicode, Self::Narrow, Self::Ascii];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unicode => "unicode",
            Self::Narrow => "narrow",
            Self::Ascii => "ascii",
        }
    }

    /// The signs of the set.
    #[must_use]
    pub const fn symbols(self) -> &'static Symbols {
        match self {
            Self::Unicode => &UNICODE,
            Self::Narrow => &NARROW,
            Self::Ascii => &ASCII,
        }
    }

    /// The next one, round and round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Unicode => Self::Narrow,
            Self::Narrow => Self::Ascii,
            Self::Ascii => Self::Unicode,
        }
    }
}

impl fmt::Display for SymbolSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The name of a set that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no symbol set is called {0:?}; choose unicode, narrow or ascii")]
pub struct UnknownSymbols(pub String);

impl FromStr for SymbolSet {
    type Err = UnknownSymbols;
    fn from_str(text: &str) -> Result<Self, UnknownSymbols> {
        Self::ALL.into_iter().find(|s| s.name() == text).ok_or_else(|| UnknownSymbols(text.to_owned()))
    }
}

/// The signs. Each is as many cells wide as its name says or one; a test checks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbols {
    /// Breaker closed, three cells.
    pub closed: &'static str,
    /// Breaker open, three cells.
    pub open: &'static str,
    /// Breaker tripped, three cells.
    pub tripped: &'static str,
    /// Breaker locked out, three cells.
    pub locked: &'static str,
    /// Breaker in fault or its position not known, three cells.
    pub fault: &'static str,
    /// Breaker on the way, three cells.
    pub moving: &'static str,
    /// Horizontal conductor, live.
    pub bus_live: &'static str,
    /// Horizontal conductor, dead.
    pub bus_dead: &'static str,
    /// A drop from a live bus, and the corner at its end.
    pub tee_live: &'static str,
    /// A drop from a dead bus.
    pub tee_dead: &'static str,
    /// The feed of a live bus from above.
    pub feed_live: &'static str,
    /// The feed of a dead bus from above.
    pub feed_dead: &'static str,
    /// The corner at the end of a live bus.
    pub corner_live: &'static str,
    /// The corner at the end of a dead bus.
    pub corner_dead: &'static str,
    /// Vertical conductor, live.
    pub drop_live: &'static str,
    /// Vertical conductor, dead.
    pub drop_dead: &'static str,
    /// Shapes of alarm priorities 1 to 4.
    pub priority: [&'static str; 4],
    /// A danger tag.
    pub tag: &'static str,
    /// The selected thing.
    pub pointer: &'static str,
    /// A condition that holds.
    pub yes: &'static str,
    /// A condition that does not hold.
    pub no: &'static str,
    /// Up, on.
    pub on: &'static str,
    /// Down, off.
    pub off: &'static str,
    /// Outgoing.
    pub up: &'static str,
    /// Incoming, also a setting mark below a bar.
    pub down: &'static str,
    /// Leads to.
    pub arrow: &'static str,
    /// Something was left out; one or two cells.
    pub ellipsis: &'static str,
    /// Angle, one cell.
    pub angle: &'static str,
    /// Degrees, after a number.
    pub degree: &'static str,
    /// Times, between a number and what it multiplies.
    pub times: &'static str,
    /// Plus or minus.
    pub plus_minus: &'static str,
    /// Unit of let-through energy.
    pub square: &'static str,
    /// Separates parts of a line.
    pub dot: &'static str,
    /// Fills a bar; the parts of a cell come first, from one eighth, the full cell last.
    pub bar: &'static [&'static str],
    /// Columns of a bar chart, from one eighth up to the full cell.
    pub column: &'static [&'static str],
    /// The empty part of a bar.
    pub bar_empty: &'static str,
    /// A mark above a bar.
    pub mark: &'static str,
    /// The live operating point.
    pub point: &'static str,
    /// Where the last trip was.
    pub cross: &'static str,
    /// An event inside an envelope.
    pub ring: &'static str,
    /// Box: horizontal, vertical, and the corners top left, top right, bottom left, bottom right.
    pub border: [&'static str; 6],
    /// Axis: vertical with a tick to the left.
    pub tick_left: &'static str,
    /// Digital channel: low and high.
    pub digital: [&'static str; 2],
    /// A cursor line.
    pub cursor: &'static str,
    /// Plots use the 2 x 4 dots of a braille cell.
    pub braille: bool,
}

const UNICODE: Symbols = Symbols {
    closed: "[■]",
    open: "[ ]",
    tripped: "[X]",
    locked: "[L]",
    fault: "[?]",
    moving: "[▒]",
    bus_live: "━",
    bus_dead: "╌",
    tee_live: "┳",
    tee_dead: "┬",
    feed_live: "┻",
    feed_dead: "┴",
    corner_live: "┓",
    corner_dead: "┐",
    drop_live: "┃",
    drop_dead: "╎",
    priority: ["▲", "◆", "●", "○"],
    tag: "⚑",
    pointer: "▸",
    yes: "✓",
    no: "✗",
    on: "●",
    off: "○",
    up: "↑",
    down: "↓",
    arrow: "→",
    ellipsis: "…",
    angle: "∠",
    degree: "°",
    times: "×",
    plus_minus: "±",
    square: "²",
    dot: "·",
    bar: &["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
    column: &["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    bar_empty: "·",
    mark: "▲",
    point: "◉",
    cross: "✗",
    ring: "○",
    border: ["─", "│", "┌", "┐", "└", "┘"],
    tick_left: "┤",
    digital: ["▁", "█"],
    cursor: "│",
    braille: true,
};

const NARROW: Symbols = Symbols {
    closed: "[◼]",
    open: "[ ]",
    tripped: "[X]",
    locked: "[L]",
    fault: "[?]",
    moving: "[~]",
    bus_live: "=",
    bus_dead: "╌",
    tee_live: "+",
    tee_dead: "+",
    feed_live: "+",
    feed_dead: "+",
    corner_live: "+",
    corner_dead: "+",
    drop_live: "|",
    drop_dead: "╎",
    priority: ["▴", "❖", "▪", "▫"],
    tag: "⚑",
    pointer: "▸",
    yes: "✓",
    no: "✗",
    on: "▪",
    off: "▫",
    up: "⇡",
    down: "⇣",
    arrow: "⇢",
    ellipsis: "..",
    angle: "@",
    degree: "",
    times: "x",
    plus_minus: "+-",
    square: "2",
    dot: "|",
    bar: &["⡀", "⡄", "⡆", "⡇", "⣇", "⣧", "⣷", "⣿"],
    column: &["⣀", "⣀", "⣤", "⣤", "⣶", "⣶", "⣿", "⣿"],
    bar_empty: ".",
    mark: "▴",
    point: "◼",
    cross: "✗",
    ring: "▫",
    border: ["╌", "╎", "+", "+", "+", "+"],
    tick_left: "+",
    digital: ["_", "⣿"],
    cursor: "╎",
    braille: true,
};

const ASCII: Symbols = Symbols {
    closed: "[#]",
    open: "[ ]",
    tripped: "[X]",
    locked: "[L]",
    fault: "[?]",
    moving: "[~]",
    bus_live: "=",
    bus_dead: "-",
    tee_live: "+",
    tee_dead: "+",
    feed_live: "+",
    feed_dead: "+",
    corner_live: "+",
    corner_dead: "+",
    drop_live: "|",
    drop_dead: ":",
    priority: ["!", "*", "+", "-"],
    tag: "T",
    pointer: ">",
    yes: "y",
    no: "x",
    on: "*",
    off: "o",
    up: "^",
    down: "v",
    arrow: "->",
    ellipsis: "..",
    angle: "@",
    degree: "",
    times: "x",
    plus_minus: "+-",
    square: "2",
    dot: "|",
    bar: &["#"],
    column: &["#"],
    bar_empty: ".",
    mark: "^",
    point: "@",
    cross: "X",
    ring: "o",
    border: ["-", "|", "+", "+", "+", "+"],
    tick_left: "+",
    digital: ["_", "#"],
    cursor: "|",
    braille: false,
};

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::text::Span;

    fn all(s: &Symbols) -> Vec<&'static str> {
        let mut out = vec![
            s.closed,
            s.open,
            s.tripped,
            s.locked,
            s.fault,
            s.moving,
            s.bus_live,
            s.bus_dead,
            s.tee_live,
            s.tee_dead,
            s.corner_live,
            s.corner_dead,
            s.drop_live,
            s.drop_dead,
            s.tag,
            s.pointer,
            s.yes,
            s.no,
            s.on,
            s.off,
            s.up,
            s.down,
            s.arrow,
            s.ellipsis,
            s.angle,
            s.degree,
            s.times,
            s.plus_minus,
            s.square,
            s.dot,
            s.bar_empty,
            s.mark,
            s.point,
            s.cross,
            s.ring,
            s.tick_left,
            s.cursor,
        ];
        out.extend(s.priority.iter().chain(s.bar).chain(s.column).chain(&s.border).chain(&s.digital));
        out
    }

    #[test]
    fn states_are_three_cells_and_differ() {
        for set in SymbolSet::ALL {
            let s = set.symbols();
            let states = [s.closed, s.open, s.tripped, s.locked, s.fault, s.moving];
            for (i, a) in states.iter().enumerate() {
                assert_eq!(Span::raw(*a).width(), 3, "{set} {a}");
                assert!(states[i + 1..].iter().all(|b| a != b), "{set} {a}");
            }
            let p = s.priority;
            assert!((0..4).all(|i| (i + 1..4).all(|j| p[i] != p[j])), "{set}");
        }
    }

    #[test]
    fn ascii_is_ascii() {
        assert!(all(SymbolSet::Ascii.symbols()).iter().all(|s| s.is_ascii()));
    }

    /// Unicode Standard Annex 11: the ambiguous ranges that a designer would reach for.
    #[test]
    fn narrow_has_nothing_of_ambiguous_width() {
        let ambiguous = |c: char| {
            matches!(c as u32,
                0xA1 | 0xA4 | 0xA7..=0xA8 | 0xAA | 0xAD..=0xAE | 0xB0..=0xB4 | 0xB6..=0xBA | 0xBC..=0xBF | 0xD7 | 0xF7
                | 0x2010 | 0x2013..=0x2016 | 0x2018..=0x2019 | 0x201C..=0x201D | 0x2020..=0x2022 | 0x2024..=0x2027
                | 0x2190..=0x2199 | 0x21D2 | 0x21D4 | 0x2200..=0x22FF | 0x2460..=0x24FF | 0x2500..=0x254B
                | 0x2550..=0x2573 | 0x2580..=0x258F | 0x2592..=0x2595 | 0x25A0..=0x25A1 | 0x25A3..=0x25A9
                | 0x25B2..=0x25B3 | 0x25B6..=0x25B7 | 0x25BC..=0x25BD | 0x25C0..=0x25C1 | 0x25C6..=0x25C8 | 0x25CB
                | 0x25CE..=0x25D1 | 0x25E2..=0x25E5 | 0x25EF | 0x2605..=0x2606 | 0x2609 | 0x266A | 0x266D | 0x266F)
        };
        for text in all(SymbolSet::Narrow.symbols()) {
            assert!(!text.chars().any(ambiguous), "{text}");
        }
    }

    #[test]
    fn names_are_read_back_and_wrong_ones_are_answered() {
        for set in SymbolSet::ALL {
            assert_eq!(set.name().parse(), Ok(set));
        }
        assert!("emoji".parse::<SymbolSet>().unwrap_err().to_string().contains("unicode"));
    }
}
