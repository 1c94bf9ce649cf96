//! Keys in, requests out.

use super::*;
use crate::breaker::injection::{FaultKind, Injection};
use crate::console::dialog::{Dialog, Stage};
use crate::console::ui::Tone;
use crate::console::wiring::Pace;
use crate::profile::{Role, Value};
use crate::session::misbehaviour::Misbehaviour;

fn stage(model: &Model) -> Option<Stage> {
    match &model.ui.dialog {
        Some(Dialog::Select(d)) => Some(d.stage.clone()),
        _ => None,
    }
}

/// Opens the dialog for closing Q03 and has the gate accept the selection.
fn selected(model: &mut Model) {
    model.ui.selected = 2;
    let cmds = press(model, "c");
    let asked = requests(&cmds);
    assert_eq!(asked[0].command, Command::Select(Switch::Close));
    assert_eq!(asked[0].target, BreakerIx(2));
    answer(model, &asked[0], 0, Ok(()));
    assert!(matches!(stage(model), Some(Stage::Selected(_))));
}

/// The gate holds the selection of this console for so long.
fn holding(model: &mut Model, seconds: f64) {
    let ident = model.ui.ident.clone();
    snapshot(model, |s| {
        let mut b = (*s.breakers[2]).clone();
        b.selection = Some((Switch::Close, ident, Seconds(seconds)));
        s.breakers[2] = Arc::new(b);
    });
}

#[test]
fn keys_lead_to_screens_and_breakers() {
    let cases = [
        ("", ScreenId::Overview, 0),
        ("5", ScreenId::Events, 0),
        ("tab tab", ScreenId::PowerQuality, 0),
        ("backtab", ScreenId::Comms, 0),
        ("down down down down", ScreenId::Overview, 2),
        ("down enter", ScreenId::Breaker, 1),
        ("] 4 [ [", ScreenId::Protection, 0),
        ("3 esc", ScreenId::Overview, 0),
        ("6 enter", ScreenId::Breaker, 2),
        ("end home right", ScreenId::Overview, 1),
    ];
    for (keys, screen, breaker) in cases {
        let mut model = demo::model();
        assert!(press(&mut model, keys).is_empty(), "{keys}");
        assert_eq!((model.ui.screen, model.ui.selected), (screen, breaker), "{keys}");
    }
}

#[test]
fn closing_is_selected_then_executed_with_another_key() {
    let mut model = demo::model();
    selected(&mut model);
    holding(&mut model, 9.0);
    assert!(text(&drawn(&mut model, 80, 24)).contains("expires in 9 s"));
    for key in ["enter", "space", "c", "t", "q", "1"] {
        assert!(press(&mut model, key).is_empty(), "{key}");
        assert!(matches!(stage(&model), Some(Stage::Selected(_))), "{key}");
    }
    let cmds = press(&mut model, "x");
    let asked = requests(&cmds);
    assert_eq!(asked[0].command, Command::Operate(Switch::Close));
    // Executing once is enough, whatever is pressed meanwhile.
    assert!(press(&mut model, "x x").is_empty());
    answer(&mut model, &asked[0], 1, Ok(()));
    assert!(model.ui.dialog.is_none());
    assert_eq!(model.ui.message.as_ref().unwrap().text, "CLOSE Q03: executed");
}

#[test]
fn what_was_typed_ahead_does_not_execute() {
    let mut model = demo::model();
    model.ui.selected = 2;
    let cmds = press(&mut model, "c");
    answer(&mut model, &requests(&cmds)[0], 0, Ok(()));
    let x: Key = "x".parse().unwrap();
    let opened = model.ui.now_ms;
    model.ui.now_ms = opened + 399;
    assert!(update(&mut model, Msg::Key(x)).is_empty());
    model.ui.now_ms = opened + 400;
    assert!(update(&mut model, Msg::Repeat(x)).is_empty(), "a key held down");
    assert_eq!(commands(&update(&mut model, Msg::Key(x))), [Command::Operate(Switch::Close)]);
}

#[test]
fn executing_waits_for_the_selection() {
    let mut model = demo::model();
    press(&mut model, "t");
    assert!(press(&mut model, "x").is_empty());
}

#[test]
fn a_refusal_is_shown_with_its_cause_and_nothing_can_be_executed() {
    let mut model = demo::model();
    model.ui.selected = 2;
    let cmds = press(&mut model, "c");
    let why = Denied::BlockedByInterlocking(vec![Interlock::LockoutLatched]);
    answer(&mut model, &requests(&cmds)[0], 0, Err(why.clone()));
    assert_eq!(stage(&model), Some(Stage::Refused(why)));
    let shown = text(&drawn(&mut model, 80, 24));
    assert!(shown.contains("Blocked-by-interlocking") && shown.contains("86 latched, reset first"), "{shown}");
    assert!(press(&mut model, "x").is_empty());
    assert!(press(&mut model, "esc").is_empty(), "there is no selection to give back");
    assert!(model.ui.dialog.is_none());
}

#[test]
fn leaving_the_dialog_gives_the_selection_back() {
    for (how, leave) in [
        ("esc", Msg::Key("esc".parse().unwrap())),
        ("ctrl-c", Msg::Key("ctrl-c".parse().unwrap())),
        ("focus", Msg::Focus(false)),
        ("size", Msg::Resize(30, 8)),
    ] {
        let mut model = demo::model();
        selected(&mut model);
        let cmds = update(&mut model, leave);
        assert_eq!(commands(&cmds), [Command::Cancel], "{how}");
        assert!(model.ui.dialog.is_none(), "{how}");
    }
}

#[test]
fn a_selection_that_ran_out_executes_nothing() {
    let mut model = demo::model();
    selected(&mut model);
    holding(&mut model, 0.4);
    snapshot(&mut model, |s| {
        let mut b = (*s.breakers[2]).clone();
        b.selection = None;
        s.breakers[2] = Arc::new(b);
    });
    assert_eq!(stage(&model), Some(Stage::Expired));
    assert!(text(&drawn(&mut model, 80, 24)).contains("EXPIRED"));
    assert!(press(&mut model, "x").is_empty());
}

#[test]
fn nobody_elses_selection_counts() {
    let mut model = demo::model();
    selected(&mut model);
    snapshot(&mut model, |s| {
        let mut b = (*s.breakers[2]).clone();
        b.selection = Some((Switch::Close, "somebody".into(), Seconds(9.0)));
        s.breakers[2] = Arc::new(b);
    });
    assert_eq!(stage(&model), Some(Stage::Expired));
}

#[test]
fn a_read_only_console_asks_for_nothing_and_says_why() {
    for keys in
        ["t", "c", "o", "r", "i", "I", "T", "4 e", "4 u", "d", "L", "m", "a", "A", "space", "+", "-", "=", "g n", "6 a"]
    {
        let mut model = demo::model();
        model.ui.read_only = true;
        assert!(press(&mut model, keys).is_empty(), "{keys}");
        assert!(model.ui.dialog.is_none(), "{keys}");
        let message = model.ui.message.as_ref().unwrap_or_else(|| panic!("{keys} says nothing"));
        assert!(message.tone == Tone::Refused && message.text.contains("read-only"), "{keys}: {}", message.text);
    }
}

#[test]
fn faults_are_put_on_by_letter_at_a_distance() {
    let mut model = demo::model();
    let cmds = press(&mut model, "down i right 3");
    let asked = requests(&cmds);
    assert_eq!(asked[0].target, BreakerIx(1));
    let Command::Inject(Injection::Fault(fault)) = &asked[0].command else { panic!("{asked:?}") };
    assert_eq!((fault.kind, fault.distance_m, fault.arc), (FaultKind::ThreePhase, 30.0, false));
    answer(&mut model, &asked[0], 0, Ok(()));
    assert_eq!(model.ui.message.as_ref().unwrap().text, "inject three-phase fault at 30 m on Q02: done");
    assert_eq!(commands(&press(&mut model, "i x")), [Command::ClearInjections]);
    assert_eq!(commands(&press(&mut model, "I")), [Command::ClearInjections]);
    assert_eq!(commands(&press(&mut model, "i down enter")).len(), 1);
}

#[test]
fn a_template_is_seen_before_it_is_applied() {
    let mut model = demo::model();
    assert!(press(&mut model, "T down enter").is_empty());
    let pending = model.ui.pending.clone().unwrap();
    let ids: Vec<_> = pending.changes.iter().map(|c| (c.id.as_ref(), c.old.clone(), c.new.clone())).collect();
    assert_eq!(
        ids,
        [
            ("LongTimePickup", Some(Value::Float(105.0)), Value::Float(80.0)),
            ("ShortTimePickup", Some(Value::Float(600.0)), Value::Float(300.0))
        ]
    );
    assert_eq!(pending.unchanged, 1);
    assert!(press(&mut model, "enter").is_empty(), "enter applies nothing");
    assert_eq!(commands(&press(&mut model, "y")), [Command::ApplyTemplate("HighSensitivity".into())]);
    assert!(model.ui.pending.is_none());
    assert!(press(&mut model, "T down enter n").is_empty());
    assert!(model.ui.pending.is_none() && model.ui.dialog.is_none());
    assert_eq!(commands(&press(&mut model, "4 u")), [Command::UndoSettings]);
}

#[test]
fn an_illegal_template_cannot_be_applied() {
    let mut model = demo::model();
    press(&mut model, "T down down enter");
    assert!(text(&drawn(&mut model, 80, 24)).contains("LongTimePickup above its greatest 130"));
    assert!(press(&mut model, "y").is_empty());
    assert!(model.ui.message.as_ref().unwrap().text.starts_with("not applied"));
}

#[test]
fn a_setting_is_typed_within_its_limits() {
    let write = |id: &str, value| vec![Command::Write(vec![(id.into(), value)])];
    let cases = [
        (0, "99.5", Some(write("LongTimePickup", Value::Float(99.5)))),
        (0, "99.5 A", Some(write("LongTimePickup", Value::Float(99.5)))),
        (0, "130.1", None),
        (0, "19", None),
        (0, "many", None),
        (0, "NaN", None),
        (0, "", None),
        (6, "iec-vi", Some(write("CurveType", Value::Int(2)))),
        (6, "7", None),
        (7, "off", Some(write("ProtectionEnabled", Value::Bool(false)))),
        (7, "perhaps", None),
    ];
    for (row, typed, expected) in cases {
        let mut model = demo::model();
        press(&mut model, "4");
        model.ui.cursor.settings = row;
        press(&mut model, "e");
        assert!(type_text(&mut model, typed).is_empty());
        let cmds = press(&mut model, "enter");
        assert_eq!(commands(&cmds), expected.clone().unwrap_or_default(), "{typed}");
        assert_eq!(model.ui.dialog.is_some(), expected.is_none(), "{typed}");
        if expected.is_none() {
            assert!(text(&drawn(&mut model, 80, 24)).contains("is not allowed"), "{typed}");
        }
    }
}

#[test]
fn a_danger_tag_comes_off_only_with_the_name_typed() {
    let mut model = demo::model();
    press(&mut model, "d");
    assert!(press(&mut model, "enter").is_empty(), "a tag without a text");
    type_text(&mut model, "quit at t J. Doe");
    assert_eq!(commands(&press(&mut model, "enter")), [Command::SetTag(Some("quit at t J. Doe".into()))]);
    snapshot(&mut model, |s| {
        let mut b = (*s.breakers[0]).clone();
        b.tag = Some("quit at t J. Doe".into());
        s.breakers[0] = Arc::new(b);
    });
    press(&mut model, "d");
    type_text(&mut model, "Q02");
    assert!(press(&mut model, "enter").is_empty());
    press(&mut model, "ctrl-u");
    type_text(&mut model, "Q01");
    assert_eq!(commands(&press(&mut model, "enter")), [Command::SetTag(None)]);
}

#[test]
fn alarms_are_acknowledged_one_by_one_or_all() {
    let mut model = demo::model();
    let ack = |id: &str| vec![Command::Acknowledge(Some(id.into()))];
    assert_eq!(commands(&press(&mut model, "a")), ack("BreakerTripped"));
    assert_eq!(commands(&press(&mut model, "6 down a")), ack("VoltageSag"));
    assert!(press(&mut model, "down a").is_empty(), "ContactWear is acknowledged already");
    let cmds = press(&mut model, "A");
    assert_eq!(commands(&cmds), [Command::Acknowledge(None)]);
    assert_eq!(requests(&cmds)[0].target, BreakerIx(2));
}

#[test]
fn local_maintenance_and_pace_are_toggled() {
    let mut model = demo::model();
    assert_eq!(commands(&press(&mut model, "L")), [Command::SetLocal(false)]);
    assert_eq!(commands(&press(&mut model, "m")), [Command::SetMaintenanceMode(true)]);
    assert_eq!(press(&mut model, "space"), [Cmd::Pace(Pace::Paused(true))]);
    assert_eq!(press(&mut model, "+"), [Cmd::Pace(Pace::Speed(2.0))]);
    assert_eq!(press(&mut model, "-"), [Cmd::Pace(Pace::Speed(0.5))]);
}

#[test]
fn leaving_asks_while_disturbances_stand() {
    let mut model = demo::model();
    assert!(press(&mut model, "q").is_empty());
    assert!(press(&mut model, "n").is_empty() && model.ui.dialog.is_none());
    assert_eq!(press(&mut model, "q y"), [Cmd::Quit]);
    model.snapshot = Arc::new(demo::healthy());
    assert_eq!(press(&mut model, "q"), [Cmd::Quit]);
}

#[test]
fn an_attached_console_says_that_it_detaches() {
    let mut model = demo::model();
    model.ui.attached = true;
    assert!(press(&mut model, "q").is_empty());
    let shown = text(&drawn(&mut model, 80, 24));
    assert!(shown.contains("DETACH") && shown.contains("goes on without this console"), "{shown}");
    assert_eq!(press(&mut model, "y"), [Cmd::Quit]);
}

#[test]
fn a_full_queue_is_an_answer() {
    let mut model = demo::model();
    let request = requests(&press(&mut model, "L")).remove(0);
    update(&mut model, Msg::NotSent(Box::new(request)));
    assert!(model.ui.message.as_ref().unwrap().text.contains("the request queue is full"));
    assert!(model.ui.waiting.is_empty());
}

#[test]
fn requests_are_numbered_and_carry_who_asks() {
    let mut model = demo::model();
    model.ui.next_request = 40;
    model.ui.role = Role::Maintenance;
    model.ui.ident = "jb".into();
    let asked = requests(&press(&mut model, "L m"));
    assert_eq!([asked[0].id.0, asked[1].id.0], [40, 41]);
    assert!(asked.iter().all(|r| r.role == Role::Maintenance && &*r.origin.ident == "jb"));
    assert!(asked.iter().all(|r| !r.origin.category.is_remote()));
}

#[test]
fn the_palette_does_what_it_names() {
    let mut model = demo::model();
    press(&mut model, ":");
    type_text(&mut model, "screen.ev");
    press(&mut model, "enter");
    assert_eq!((model.ui.screen, model.ui.dialog.is_none()), (ScreenId::Events, true));
    press(&mut model, ":");
    type_text(&mut model, "select.trip");
    assert_eq!(commands(&press(&mut model, "enter")), [Command::Select(Switch::Trip)]);
}

#[test]
fn events_are_filtered_while_typing_and_opened() {
    let mut model = demo::model();
    press(&mut model, "5 /");
    type_text(&mut model, "scada");
    assert_eq!(model.events().count(), 1);
    press(&mut model, "esc");
    assert_eq!(model.events().count(), model.records.len());
    press(&mut model, "f");
    assert!(model.events().count() < model.records.len());
    press(&mut model, "enter");
    assert!(model.ui.trip.is_none(), "a lockout has no waveform");
    press(&mut model, "down enter");
    assert!(model.ui.trip.is_some(), "the clearing has one");
    press(&mut model, "right");
    // The trigger stands eight cycles of 128 samples after the first row.
    assert_eq!(model.ui.trip.as_ref().unwrap().sample, Some(8 * 128 + 1));
    press(&mut model, "pageup");
    assert_eq!(model.ui.trip.as_ref().unwrap().sample, Some(7 * 128 + 1));
    press(&mut model, "end");
    assert_eq!(model.ui.trip.as_ref().unwrap().sample, Some(28 * 128 - 1));
    press(&mut model, "esc");
    assert!(model.ui.trip.is_none() && model.ui.screen == ScreenId::Events);
}

#[test]
fn a_sequence_shows_what_can_follow() {
    let mut model = demo::model();
    press(&mut model, "g");
    assert!(text(&drawn(&mut model, 80, 24)).lines().last().unwrap().contains("t theme"));
    press(&mut model, "esc");
    assert!(model.ui.keys.is_empty());
    let before = model.ui.theme;
    press(&mut model, "g t");
    assert_ne!(model.ui.theme, before);
    // A key that does not go on with the sequence acts by itself.
    press(&mut model, "g 5");
    assert_eq!(model.ui.screen, ScreenId::Events);
}

#[test]
fn a_new_key_map_shows_in_the_hints_and_a_bad_one_changes_nothing() {
    use crate::console::keymap::Keymap;
    let mut model = demo::model();
    let text_of = "format = 1\ninherits = \"default\"\n[global]\nt = false\nw = \"select.trip\"\n";
    update(&mut model, Msg::Keymap(Ok(Keymap::parse(text_of, "my").unwrap())));
    assert!(text(&drawn(&mut model, 80, 24)).lines().last().unwrap().contains("w trip"));
    let fault = Keymap::parse("format = 1\n[global]\nq = \"quitt\"\n", "my.toml").unwrap_err().to_string();
    update(&mut model, Msg::Keymap(Err(fault)));
    let shown = text(&drawn(&mut model, 80, 24));
    assert!(shown.lines().last().unwrap().contains("w trip"));
    assert!(shown.contains("my.toml:3"), "{shown}");
}

#[test]
fn a_new_critical_alarm_sounds_the_bell_once() {
    let mut model = demo::model();
    let tripped = model.snapshot.clone();
    model.snapshot = Arc::new(demo::healthy());
    assert_eq!(update(&mut model, Msg::Snapshot(tripped.clone())), [Cmd::Bell]);
    assert!(update(&mut model, Msg::Snapshot(tripped)).is_empty());
}

#[test]
fn records_that_never_came_are_counted_and_shown() {
    let mut model = demo::model();
    let mut late = (**model.records.back().unwrap()).clone();
    late.seq += 4;
    update(&mut model, Msg::Record(Arc::new(late)));
    assert_eq!(model.records_missed, 3);
    assert!(text(&drawn(&mut model, 120, 40)).contains("3 EVENTS MISSED"));
}

#[test]
fn a_test_is_run_from_the_menu_and_one_with_trip_wants_two_confirmations() {
    let mut model = demo::model();
    let run = |test: &str, with_trip| Command::RunTest { test: test.into(), with_trip };
    assert_eq!(commands(&press(&mut model, "D enter")), [run("SelfTest", false)]);
    assert_eq!(commands(&press(&mut model, "D down enter")), [run("ProtectionTest", false)]);
    assert!(press(&mut model, "D down down enter").is_empty(), "once is not enough");
    assert_eq!(commands(&press(&mut model, "enter")), [run("ProtectionTest", true)]);
    assert!(press(&mut model, "D down down enter up down enter esc").is_empty(), "moving away takes it back");
    assert_eq!(commands(&press(&mut model, "D end enter")), [Command::StopTest]);
}

#[test]
fn a_link_is_made_to_misbehave_and_the_header_says_so() {
    let mut model = demo::model();
    assert!(!text(&drawn(&mut model, 80, 24)).contains("MIS"));
    let cmds = press(&mut model, "7 l M down enter");
    assert_eq!(cmds, [Cmd::Misbehave(1, Misbehaviour::WrongToken, true)]);
    let mut link = model.links[1].clone();
    link.misbehaving.set(Misbehaviour::WrongToken, true);
    update(&mut model, Msg::Link(1, link));
    let screen = text(&drawn(&mut model, 80, 24));
    assert!(screen.lines().next().is_some_and(|header| header.contains("MIS")), "{screen}");
    assert!(screen.contains("ON  wrong_token"), "{screen}");
    assert_eq!(press(&mut model, "enter"), [Cmd::Misbehave(1, Misbehaviour::WrongToken, false)]);
    press(&mut model, "esc");
    assert!(text(&drawn(&mut model, 120, 40)).contains("MISBEHAVES: wrong_token"));
    model.ui.read_only = true;
    assert!(press(&mut model, "M enter").is_empty());
}
