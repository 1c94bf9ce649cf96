//! The palettes: one function a theme, from role to style.
//!
//! Colours are numbers of the xterm 256-colour cube: every terminal that matters has them, and their contrast can be
//! calculated (16-colour names mean something else on each desk).

use super::Role;
use ratatui::style::{Color, Modifier, Style};

const fn on(fg: u8, bg: u8) -> Style {
    Style::new().fg(Color::Indexed(fg)).bg(Color::Indexed(bg))
}

/// Grey on `#262626`.
#[expect(clippy::match_same_arms, reason = "one row a role: changing one colour must not move another")]
pub(super) fn isa_dark(role: Role) -> Style {
    const BG: u8 = 235;
    let bold = Modifier::BOLD;
    match role {
        Role::Text => on(252, BG),
        Role::Strong => on(255, BG).add_modifier(bold),
        Role::Dim => on(247, BG),
        Role::Border => on(243, BG),
        Role::Title => on(253, BG).add_modifier(bold),
        Role::Accent => on(117, BG).add_modifier(bold),
        Role::Selected => on(255, 237).add_modifier(bold),
        Role::Energised => on(254, BG),
        Role::Dead => on(243, BG),
        Role::Closed => on(255, BG).add_modifier(bold),
        Role::Open => on(249, BG),
        Role::Tripped => on(16, 209).add_modifier(bold),
        Role::Fault => on(16, 214).add_modifier(bold),
        Role::Moving => on(228, BG),
        Role::Priority1 => on(210, BG).add_modifier(bold),
        Role::Priority2 => on(215, BG),
        Role::Priority3 => on(228, BG),
        Role::Priority4 => on(81, BG),
        Role::Unseen1 => on(16, 209).add_modifier(bold),
        Role::Unseen2 => on(16, 214).add_modifier(bold),
        Role::Unseen3 => on(16, 228),
        Role::Unseen4 => on(16, 81),
        // Violet, orange and blue stay apart under the common colour deficiencies; red, yellow and blue would not.
        Role::PhaseA => on(222, BG),
        Role::PhaseB => on(182, BG),
        Role::PhaseC => on(117, BG),
        Role::Ground => on(151, BG),
        Role::Limit => on(180, BG),
        Role::Good => on(151, BG),
        Role::Inject => on(16, 176).add_modifier(bold),
        Role::Pending => on(159, BG),
    }
}

/// Dark on `#d7d7d7`.
#[expect(clippy::match_same_arms, reason = "one row a role: changing one colour must not move another")]
pub(super) fn isa_light(role: Role) -> Style {
    const BG: u8 = 253;
    let bold = Modifier::BOLD;
    match role {
        Role::Text => on(235, BG),
        Role::Strong => on(16, BG).add_modifier(bold),
        Role::Dim => on(239, BG),
        Role::Border => on(243, BG),
        Role::Title => on(233, BG).add_modifier(bold),
        Role::Accent => on(18, BG).add_modifier(bold),
        Role::Selected => on(16, 251).add_modifier(bold),
        Role::Energised => on(233, BG),
        Role::Dead => on(243, BG),
        Role::Closed => on(16, BG).add_modifier(bold),
        Role::Open => on(238, BG),
        Role::Tripped => on(231, 124).add_modifier(bold),
        Role::Fault => on(231, 88).add_modifier(bold),
        Role::Moving => on(53, BG),
        Role::Priority1 => on(88, BG).add_modifier(bold),
        Role::Priority2 => on(52, BG),
        Role::Priority3 => on(236, BG),
        Role::Priority4 => on(17, BG),
        Role::Unseen1 => on(231, 124).add_modifier(bold),
        Role::Unseen2 => on(231, 94).add_modifier(bold),
        Role::Unseen3 => on(231, 58),
        Role::Unseen4 => on(231, 24),
        Role::PhaseA => on(52, BG),
        Role::PhaseB => on(53, BG),
        Role::PhaseC => on(18, BG),
        Role::Ground => on(22, BG),
        Role::Limit => on(52, BG),
        Role::Good => on(22, BG),
        Role::Inject => on(231, 90).add_modifier(bold),
        Role::Pending => on(17, BG),
    }
}

/// No colour.
pub(super) fn mono(role: Role) -> Style {
    let plain = Style::new().fg(Color::Reset).bg(Color::Reset);
    match role {
        Role::Strong | Role::Title | Role::Closed | Role::Energised | Role::Priority2 | Role::Moving => {
            plain.add_modifier(Modifier::BOLD)
        }
        Role::Accent | Role::Priority1 | Role::Pending => plain.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
        Role::Selected | Role::Unseen3 | Role::Unseen4 => plain.add_modifier(Modifier::REVERSED),
        Role::Tripped | Role::Fault | Role::Unseen1 | Role::Unseen2 | Role::Inject => {
            plain.add_modifier(Modifier::REVERSED | Modifier::BOLD)
        }
        Role::Text
        | Role::Dim
        | Role::Border
        | Role::Dead
        | Role::Open
        | Role::Priority3
        | Role::Priority4
        | Role::PhaseA
        | Role::PhaseB
        | Role::PhaseC
        | Role::Ground
        | Role::Limit
        | Role::Good => plain,
    }
}

/// As [`isa_dark`], with the lamp colours of IEC 60073 on the breakers: green normal, red tripped, white neutral.
pub(super) fn iec(role: Role) -> Style {
    match role {
        Role::Closed | Role::Energised => on(77, 235).add_modifier(Modifier::BOLD),
        Role::Open => on(255, 235),
        Role::Tripped => on(231, 124).add_modifier(Modifier::BOLD),
        other => isa_dark(other),
    }
}

/// As [`isa_dark`], with the switchboard habit of North America: red closed and live, green open, amber tripped.
pub(super) fn ansi(role: Role) -> Style {
    match role {
        Role::Closed | Role::Energised => on(210, 235).add_modifier(Modifier::BOLD),
        Role::Open => on(77, 235),
        Role::Tripped => on(16, 220).add_modifier(Modifier::BOLD),
        other => isa_dark(other),
    }
}

/// Red, green and blue of a colour of the 256 of xterm: the 16 by name, the cube, the grey ramp.
pub(in crate::console) fn xterm_rgb(index: u8) -> (u8, u8, u8) {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    match index {
        232.. => {
            let v = 8 + 10 * (index - 232);
            (v, v, v)
        }
        16..232 => {
            let i = usize::from(index - 16);
            (LEVELS[i / 36], LEVELS[i / 6 % 6], LEVELS[i % 6])
        }
        0..16 => {
            // Every desktop repaints these; the values are those of xterm.
            let full = if index >= 8 { 255 } else { 205 };
            let channel = |bit: u8| if index & bit == 0 { 0 } else { full };
            match index {
                7 => (229, 229, 229),
                8 => (127, 127, 127),
                4 => (0, 0, 238),
                12 => (92, 92, 255),
                _ => (channel(1), channel(2), channel(4)),
            }
        }
    }
}
