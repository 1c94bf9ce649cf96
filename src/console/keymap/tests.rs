use super::*;
use crate::console::ui::ScreenId;

fn keys(text: &str) -> Vec<Key> {
    text.split_whitespace().map(|k| k.parse().unwrap()).collect()
}

fn faults(text: &str) -> Vec<String> {
    Keymap::parse(text, "my.toml").unwrap_err().0.iter().map(ToString::to_string).collect()
}

#[test]
fn the_maps_inside_the_program_can_be_read() {
    for (name, text) in EMBEDDED {
        let map = Keymap::parse(text, name).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(map.name, name);
    }
}

#[test]
fn every_action_has_a_key_somewhere_in_the_shipped_maps() {
    for (name, text) in EMBEDDED {
        let map = Keymap::parse(text, name).unwrap();
        let without: Vec<_> = Action::ALL
            .iter()
            .filter(|a| !Context::ALL.iter().any(|c| map.keys_for(*c, **a).is_some()))
            .map(|a| a.name())
            .collect();
        assert!(without.is_empty(), "{name}: {without:?}");
    }
}

#[test]
fn a_screen_falls_back_to_global_and_a_dialog_does_not() {
    let map = Keymap::shipped();
    let comms = Context::Screen(ScreenId::Comms);
    assert_eq!(map.find(comms, &keys("l")), Found::Action(Action::LinkNext));
    assert_eq!(map.find(comms, &keys("t")), Found::Action(Action::SelectTrip));
    assert_eq!(map.find(Context::Select, &keys("t")), Found::Nothing);
    assert_eq!(map.find(Context::Select, &keys("x")), Found::Action(Action::Execute));
    assert_eq!(map.find(Context::Select, &keys("enter")), Found::Nothing);
}

#[test]
fn a_sequence_is_found_key_by_key() {
    let map = Keymap::shipped();
    assert_eq!(map.find(Context::Global, &keys("g")), Found::Prefix);
    assert_eq!(map.find(Context::Global, &keys("g t")), Found::Action(Action::ThemeNext));
    assert_eq!(map.find(Context::Global, &keys("g z")), Found::Nothing);
}

#[test]
fn a_map_inherits_and_takes_away() {
    let map = Keymap::parse(
        "format = 1\nname = \"mine\"\ninherits = \"default\"\n[global]\nt = false\n\"ctrl-t\" = \"select.trip\"\n",
        "my.toml",
    )
    .unwrap();
    assert_eq!(map.find(Context::Global, &keys("t")), Found::Nothing);
    assert_eq!(map.find(Context::Global, &keys("ctrl-t")), Found::Action(Action::SelectTrip));
    assert_eq!(map.find(Context::Global, &keys("c")), Found::Action(Action::SelectClose));
    assert_eq!(map.keys_for(Context::Global, Action::SelectTrip).unwrap(), "ctrl-t");
}

const HEAD: &str = "format = 1\ninherits = \"default\"\n";

#[test]
fn faults_name_file_line_and_remedy() {
    let found = faults(&format!("{HEAD}[global]\nv = \"select.tripp\"\n[globl]\nw = \"quit\"\n"));
    assert_eq!(
        found,
        [
            "my.toml:4: there is no action \"select.tripp\", did you mean \"select.trip\"?",
            "my.toml:5: there is no place \"globl\", did you mean \"global\"?"
        ]
    );
    assert!(faults(&format!("{HEAD}[global]\nentr = \"open\"\n"))[0].starts_with("my.toml:4: \"entr\" is no key"));
    assert!(faults("name = \"x\"\n")[0].contains("format = 1"));
    assert!(faults(&format!("{HEAD}[global]\nt = 5\n"))[0].contains("false to take it away"));
    assert!(faults("format = 2\ninherits = \"default\"\n")[0].contains("format 2"));
    assert!(faults("format = 1\ninherits = \"emacs\"\n")[0].contains("default, vim"));
    assert!(faults(&format!("{HEAD}[global]\nt = \"quit\"\nt = \"quit\"\n"))[0].starts_with("my.toml:5:"));
    assert!(faults(&format!("{HEAD}[global]\nA = \"quit\"\nshift-a = \"quit\"\n"))[0].contains("twice"));
    assert!(faults(&format!("{HEAD}[global]\n\"F9\" = false\n"))[0].contains("nothing to take away"));
}

#[test]
fn executing_is_guarded() {
    let rule = |lines: &str| faults(&format!("{HEAD}{lines}\n"))[0].clone();
    assert!(rule("[global]\nx = \"execute\"").contains("dialog.select only"));
    assert!(rule("[dialog.select]\nenter = \"execute\"").contains("enter or space"));
    assert!(rule("[dialog.select]\nspace = \"execute\"").contains("enter or space"));
    assert!(rule("[dialog.select]\nt = \"execute\"").contains("key of its own"));
    assert!(rule("[dialog.select]\n\"x x\" = \"execute\"").contains("single key"));
    assert!(rule("[overview]\nx = \"select.close\"").contains("key of its own"));
    assert!(rule("[dialog.select]\nx = false").contains("needs a key for \"execute\""));
    assert!(rule("[dialog.select]\nesc = false\nctrl-c = false").contains("needs a key for \"cancel\""));
    assert!(rule("[global]\nq = false\nctrl-c = false").contains("needs a key for \"quit\""));
}

#[test]
fn keys_that_cannot_arrive_and_keys_that_hide_others_are_reported() {
    let rule = |lines: &str| faults(&format!("{HEAD}{lines}\n"))[0].clone();
    assert_eq!(rule("[global]\nctrl-i = \"help\""), "my.toml:4: a terminal sends ctrl-i as tab, use another key");
    assert!(rule("[global]\n\"esc a\" = \"help\"").contains("must not begin with esc"));
    assert!(rule("[events]\ng = \"help\"").contains("hides g t (theme.next)"));
}

proptest::proptest! {
    #[test]
    fn any_text_gives_a_map_or_faults(text in "\\PC{0,200}", tail in "[a-z=\\[\\]\"\n .-]{0,80}") {
        match Keymap::parse(&format!("{text}\n{tail}"), "any") {
            Ok(map) => assert!(map.keys_for(Context::Select, Action::Execute).is_some()),
            Err(faults) => assert!(!faults.0.is_empty()),
        }
    }
}
