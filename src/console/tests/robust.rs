//! Whatever comes in and however large the terminal is: no panic, and nothing asked that nobody asked for.

use super::*;
use crate::console::action::Action;
use crate::console::symbols::SymbolSet;
use crate::console::theme::ThemeId;
use crate::console::update;
use proptest::prelude::*;

/// Openers of every dialog, and the screens.
const PLACES: [&str; 18] =
    ["", "2", "3", "4", "5", "6", "7", "t", "i", "T", "T enter", "T down down enter", "4 e", "d", "5 /", ":", "?", "q"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_size_panics(width in 1_u16..300, height in 1_u16..100, place in 0..PLACES.len(), set in 0..3_usize, theme in 0..5_usize) {
        let mut model = demo::model();
        model.ui.symbols = SymbolSet::ALL[set];
        model.ui.theme = ThemeId::ALL[theme];
        press(&mut model, PLACES[place]);
        let buf = drawn(&mut model, width, height);
        prop_assert_eq!((buf.area.width, buf.area.height), (width, height));
    }

    #[test]
    fn the_banner_is_never_covered(width in 40_u16..200, height in 6_u16..60, place in 0..PLACES.len()) {
        let mut model = demo::model();
        press(&mut model, PLACES[place]);
        let shown = text(&drawn(&mut model, width, height));
        prop_assert!(shown.lines().nth(1).unwrap().contains("BreakerTripped"), "{shown}");
    }

    #[test]
    fn no_keys_panic_and_nothing_is_executed_unselected(keys in proptest::collection::vec(0..KEYS.len(), 0..60)) {
        let mut model = demo::model();
        for k in keys {
            let cmds = press(&mut model, KEYS[k]);
            prop_assert!(!commands(&cmds).iter().any(|c| matches!(c, Command::Operate(_))));
            drawn(&mut model, 80, 24);
        }
    }

    #[test]
    fn pasted_noise_asks_for_nothing(noise in "\\PC{0,400}", place in 0..PLACES.len()) {
        let mut model = demo::model();
        press(&mut model, PLACES[place]);
        let before = (model.ui.screen, model.ui.selected, model.ui.dialog.is_some());
        let cmds = update(&mut model, Msg::Paste(noise));
        prop_assert!(cmds.is_empty());
        prop_assert_eq!((model.ui.screen, model.ui.selected, model.ui.dialog.is_some()), before);
        drawn(&mut model, 80, 24);
    }
}

/// Without answers from a gate no selection is ever held, so that none of these may execute.
const KEYS: [&str; 40] = [
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "t",
    "c",
    "o",
    "r",
    "x",
    "i",
    "T",
    "d",
    "L",
    "m",
    "a",
    "A",
    "e",
    "u",
    "/",
    "f",
    ":",
    "?",
    "g",
    "up",
    "down",
    "left",
    "right",
    "pageup",
    "pagedown",
    "home",
    "end",
    "enter",
    "esc",
    "tab",
    "y",
    "backspace",
    "q",
];

#[test]
fn ten_kilobytes_of_paste_change_nothing() {
    let mut model = demo::model();
    let noise: String = "txcy5q\n\x1b[A: select.trip\n".chars().cycle().take(10_000).collect();
    assert!(update(&mut model, Msg::Paste(noise)).is_empty());
    assert_eq!((model.ui.screen, model.ui.dialog.is_none()), (ScreenId::Overview, true));
}

#[test]
fn two_hundred_sizes_in_a_row() {
    let mut model = demo::model();
    press(&mut model, "2");
    // A walk over sizes that has no pattern a layout could hide behind: multiples of primes, wrapped.
    for i in 0..200_u32 {
        let (w, h) = (1 + i * 7919 % 300, 1 + i * 104_729 % 100);
        drawn(&mut model, w as u16, h as u16);
    }
}

#[test]
fn an_empty_plant_is_a_picture_too() {
    for keys in PLACES {
        let mut model = demo::model();
        snapshot(&mut model, |s| s.breakers.clear());
        model.records.clear();
        model.links.clear();
        press(&mut model, keys);
        for (w, h) in [(80, 24), (120, 40), (200, 60)] {
            drawn(&mut model, w, h);
        }
    }
}

#[test]
fn every_action_can_be_done_everywhere() {
    for keys in PLACES {
        for action in Action::ALL {
            let mut model = demo::model();
            press(&mut model, keys);
            update::perform(&mut model, *action);
            drawn(&mut model, 80, 24);
        }
    }
}
