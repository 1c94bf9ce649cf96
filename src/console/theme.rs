//! Colours by meaning.
//!
//! A screen asks for a [`Role`], never for a colour. State is always told by shape and word first; colour only repeats
//! it, so that every theme, and no colour at all, shows the same facts. The default palette keeps the picture grey and
//! spends colour on what is abnormal, as high-performance displays after ISA-101 do. Regions disagree on what red and
//! green mean on a breaker: `ansi` and `iec` give the two conventions, `isa-dark` takes neither side.

mod palette;

pub(super) use palette::xterm_rgb;

use ratatui::style::{Modifier, Style};
use std::fmt;
use std::str::FromStr;

/// What a piece of the picture means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Plain text.
    Text,
    /// A value that is read first.
    Strong,
    /// Labels and units.
    Dim,
    /// Lines around panels, axes, grids.
    Border,
    /// Title of a panel.
    Title,
    /// Focus, the open tab, keys in hints.
    Accent,
    /// The selected row.
    Selected,
    /// Conductors under voltage.
    Energised,
    /// Conductors without voltage.
    Dead,
    /// A closed breaker.
    Closed,
    /// An open breaker.
    Open,
    /// A tripped breaker.
    Tripped,
    /// A breaker in fault.
    Fault,
    /// A breaker on the way.
    Moving,
    /// Alarm of priority 1: critical.
    Priority1,
    /// Alarm of priority 2: high.
    Priority2,
    /// Alarm of priority 3: medium.
    Priority3,
    /// Alarm of priority 4: low.
    Priority4,
    /// Alarm of priority 1 that nobody has seen yet.
    Unseen1,
    /// Alarm of priority 2 that nobody has seen yet.
    Unseen2,
    /// Alarm of priority 3 that nobody has seen yet.
    Unseen3,
    /// Alarm of priority 4 that nobody has seen yet.
    Unseen4,
    /// Phase A.
    PhaseA,
    /// Phase B.
    PhaseB,
    /// Phase C.
    PhaseC,
    /// Ground and neutral.
    Ground,
    /// Limits and pickup marks.
    Limit,
    /// A condition that holds, a link that is up.
    Good,
    /// A disturbance that was injected.
    Inject,
    /// A pending change.
    Pending,
}

/// Every role, for tables and tests.
pub const ROLES: [Role; 30] = [
    Role::Text,
    Role::Strong,
    Role::Dim,
    Role::Border,
    Role::Title,
    Role::Accent,
    Role::Selected,
    Role::Energised,
    Role::Dead,
    Role::Closed,
    Role::Open,
    Role::Tripped,
    Role::Fault,
    Role::Moving,
    Role::Priority1,
    Role::Priority2,
    Role::Priority3,
    Role::Priority4,
    Role::Unseen1,
    Role::Unseen2,
    Role::Unseen3,
    Role::Unseen4,
    Role::PhaseA,
    Role::PhaseB,
    Role::PhaseC,
    Role::Ground,
    Role::Limit,
    Role::Good,
    Role::Inject,
    Role::Pending,
];

impl Role {
    /// Role of an alarm by its severity, and whether somebody has acknowledged it.
    #[must_use]
    pub const fn of_alarm(severity: crate::profile::Severity, acknowledged: bool) -> Self {
        use crate::profile::Severity;
        match (severity, acknowledged) {
            (Severity::Critical, true) => Self::Priority1,
            (Severity::High, true) => Self::Priority2,
            (Severity::Medium, true) => Self::Priority3,
            (Severity::Low, true) => Self::Priority4,
            (Severity::Critical, false) => Self::Unseen1,
            (Severity::High, false) => Self::Unseen2,
            (Severity::Medium, false) => Self::Unseen3,
            (Severity::Low, false) => Self::Unseen4,
        }
    }

    /// Role of a conductor.
    #[must_use]
    pub const fn of_phase(phase: crate::units::Phase) -> Self {
        match phase {
            crate::units::Phase::A => Self::PhaseA,
            crate::units::Phase::B => Self::PhaseB,
            crate::units::Phase::C => Self::PhaseC,
        }
    }
}

/// The themes that ship.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ThemeId {
    /// Grey on dark, colour only for what is abnormal.
    #[default]
    IsaDark,
    /// The same on light grey.
    IsaLight,
    /// No colour at all, only bold, underline and reverse; the one for `NO_COLOR`.
    Mono,
    /// Closed green, tripped red, open white.
    Iec,
    /// Closed red, open green, tripped amber.
    Ansi,
}

impl ThemeId {
    /// All of them, in the order in which a key walks through them.
    pub const ALL: [Self; 5] = [Self::IsaDark, Self::IsaLight, Self::Mono, Self::Iec, Self::Ansi];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::IsaDark => "isa-dark",
            Self::IsaLight => "isa-light",
            Self::Mono => "mono",
            Self::Iec => "iec",
            Self::Ansi => "ansi",
        }
    }

    /// The next one, round and round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::IsaDark => Self::IsaLight,
            Self::IsaLight => Self::Mono,
            Self::Mono => Self::Iec,
            Self::Iec => Self::Ansi,
            Self::Ansi => Self::IsaDark,
        }
    }
}

impl fmt::Display for ThemeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The name of a theme that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no theme is called {0:?}; choose isa-dark, isa-light, mono, iec or ansi")]
pub struct UnknownTheme(pub String);

impl FromStr for ThemeId {
    type Err = UnknownTheme;
    fn from_str(text: &str) -> Result<Self, UnknownTheme> {
        Self::ALL.into_iter().find(|t| t.name() == text).ok_or_else(|| UnknownTheme(text.to_owned()))
    }
}

/// A style for every role.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    id: ThemeId,
    styles: [Style; ROLES.len()],
}

impl Theme {
    /// A theme by name.
    #[must_use]
    pub fn of(id: ThemeId) -> Self {
        let style = match id {
            ThemeId::IsaDark => palette::isa_dark,
            ThemeId::IsaLight => palette::isa_light,
            ThemeId::Mono => palette::mono,
            ThemeId::Iec => palette::iec,
            ThemeId::Ansi => palette::ansi,
        };
        Self { id, styles: ROLES.map(style) }
    }

    /// Which one it is.
    #[must_use]
    pub const fn id(&self) -> ThemeId {
        self.id
    }

    /// How a role looks.
    #[must_use]
    pub const fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    /// A role on the selected row: the row's background stays, the colour of the role too where it can be read.
    #[must_use]
    pub fn selected(&self, role: Role) -> Style {
        let row = self.style(Role::Selected);
        if row.bg.is_none() || row.add_modifier.contains(Modifier::REVERSED) {
            return row;
        }
        // Grey on the lighter row would be hard to read.
        let own = match role {
            Role::Dim | Role::Border | Role::Dead => self.style(Role::Text),
            other => self.style(other),
        };
        // A block style (unseen alarm) keeps its own background: it says more than the selection does.
        if own.bg == self.style(Role::Text).bg { own.bg(row.bg.unwrap_or_default()) } else { own }
    }
}

impl Default for Theme {
    fn default() -> Self {
        Self::of(ThemeId::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Color;

    /// Relative luminance, WCAG 2.1 definition.
    fn luminance(index: u8) -> f64 {
        let channel = |v: u8| {
            let s = f64::from(v) / 255.0;
            if s <= 0.04045 { s / 12.92 } else { ((s + 0.055) / 1.055).powf(2.4) }
        };
        let (r, g, b) = xterm_rgb(index);
        0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b)
    }

    fn contrast(a: u8, b: u8) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn contrast_of_black_on_white_is_21() {
        assert!((contrast(16, 231) - 21.0).abs() < 1e-9);
    }

    /// Text needs 4.5 : 1, lines and decoration 3 : 1 (WCAG 2.1, 1.4.3 and 1.4.11).
    #[test]
    fn every_role_of_every_coloured_theme_can_be_read() {
        let mut bad = Vec::new();
        for id in ThemeId::ALL {
            if id == ThemeId::Mono {
                continue;
            }
            let theme = Theme::of(id);
            for role in ROLES {
                let needed = if matches!(role, Role::Border | Role::Dead) { 3.0 } else { 4.5 };
                for style in [theme.style(role), theme.selected(role)] {
                    let (Some(Color::Indexed(fg)), Some(Color::Indexed(bg))) = (style.fg, style.bg) else {
                        panic!("{id} {role:?} lacks a colour: {style:?}");
                    };
                    let ratio = contrast(fg, bg);
                    if ratio < needed {
                        bad.push(format!("{id} {role:?} {fg} on {bg}: {ratio:.2} < {needed}"));
                    }
                }
            }
        }
        assert!(bad.is_empty(), "\n{}", bad.join("\n"));
    }

    #[test]
    fn mono_uses_no_colour_and_still_tells_selection_and_unseen_alarms() {
        let theme = Theme::of(ThemeId::Mono);
        for role in ROLES {
            let style = theme.style(role);
            assert!(matches!(style.fg, None | Some(Color::Reset)), "{role:?}");
            assert!(matches!(style.bg, None | Some(Color::Reset)), "{role:?}");
        }
        for role in [Role::Selected, Role::Unseen1, Role::Tripped, Role::Strong] {
            assert_ne!(theme.style(role).add_modifier, theme.style(Role::Text).add_modifier, "{role:?}");
        }
    }

    #[test]
    fn roles_stand_in_the_order_of_their_numbers() {
        for (i, role) in ROLES.into_iter().enumerate() {
            assert_eq!(role as usize, i);
        }
    }

    #[test]
    fn names_are_read_back_and_wrong_ones_are_answered() {
        for id in ThemeId::ALL {
            assert_eq!(id.name().parse(), Ok(id));
        }
        let error = "dracula".parse::<ThemeId>().unwrap_err();
        assert!(error.to_string().contains("isa-dark"));
    }

    /// The conventions must differ in what they colour, or offering them would be for nothing.
    #[test]
    fn the_conventions_differ_on_closed_and_open() {
        let [iec, ansi] = [ThemeId::Iec, ThemeId::Ansi].map(Theme::of);
        assert_ne!(iec.style(Role::Closed), ansi.style(Role::Closed));
        assert_ne!(iec.style(Role::Open), ansi.style(Role::Open));
        assert_ne!(iec.style(Role::Closed).fg, iec.style(Role::Tripped).fg);
    }
}
