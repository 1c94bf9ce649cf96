//! Frames: the mark of readings in which nothing but measurements has moved.

use super::bench::Bench;
use crate::breaker::injection::FaultKind;
use crate::control::Command;
use crate::point::{Frame, Reading};
use crate::profile::{Profile, Value};

/// What has a metric and is not measured of the first breaker.
fn standing<'a>(profile: &Profile, frame: &'a Frame) -> Vec<&'a Reading> {
    let carried = profile.sparkplug.metrics.iter().map(|m| m.parameter);
    carried.filter(|ix| !profile[*ix].is_measured()).filter_map(|ix| frame.reading(0, ix)).collect()
}

#[test]
fn the_mark_is_the_same_exactly_while_no_event_moves() {
    let mut bench = Bench::shipped();
    let profile = bench.plant.fleet().profile;
    let (mut same, mut other) = (0, 0);
    let mut before = bench.plant.frame();
    for ms in 0..1500 {
        match ms {
            300 => bench.ask(0, Command::Write(vec![("OvercurrentPickup".into(), Value::Float(120.0))])).unwrap(),
            600 => bench.fault(0, FaultKind::ThreePhase, 10.0, 0.0),
            _ => {}
        }
        bench.run_ms(1.0);
        let frame = bench.plant.frame();
        let stands = standing(&profile, &before) == standing(&profile, &frame);
        assert!(frame.breakers[0].steady().is_some());
        assert_eq!(before.breakers[0].steady() == frame.breakers[0].steady(), stands, "millisecond {ms}");
        same += u32::from(stands);
        other += u32::from(!stands);
        before = frame;
    }
    assert!(
        same > 1000 && other >= 3,
        "a mark that is mostly the same and changes by setting and trip: {same}, {other}"
    );
}
