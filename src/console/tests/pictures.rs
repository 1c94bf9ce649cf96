//! Skeleton and dialogs as they look.

use super::*;

/// Name, keys, and whether the gate accepts what they ask for.
const DIALOGS: [(&str, &str, bool); 12] = [
    ("select", "] ] c", true),
    ("inject", "i", false),
    ("misbehave", "7 M down", false),
    ("templates", "T", false),
    ("diff", "T down enter", false),
    ("edit", "4 e", false),
    ("tag", "d", false),
    ("filter", "5 /", false),
    ("palette", ":", false),
    ("help", "?", false),
    ("quit", "q", false),
    ("sequence", "g", false),
];

#[test]
fn dialogs() {
    for (name, keys, accepted) in DIALOGS {
        for (width, height) in [(80, 24), (120, 40)] {
            let mut model = demo::model();
            let asked = requests(&press(&mut model, keys));
            if accepted {
                answer(&mut model, &asked[0], 0, Ok(()));
            }
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), text(&drawn(&mut model, width, height)));
        }
    }
}

#[test]
fn a_refusal() {
    let mut model = demo::model();
    let asked = requests(&press(&mut model, "] ] c"));
    let why = Denied::BlockedByInterlocking(vec![Interlock::TripLatched, Interlock::LockoutLatched]);
    answer(&mut model, &asked[0], 0, Err(why));
    insta::assert_snapshot!(text(&drawn(&mut model, 80, 24)));
}

#[test]
fn too_small_says_so_and_counts_alarms() {
    let mut model = demo::model();
    assert_eq!(text(&drawn(&mut model, 60, 4)).lines().next(), Some("2 alarms  too small 60x4, need 20x5"));
    assert_eq!(text(&drawn(&mut model, 9, 1)), "2 alarms");
    assert_eq!(text(&drawn(&mut model, 1, 1)), "2");
}
