//! The point list: the shipped profile joined with the real breaker, every disagreement of a join, and settings across
//! the edge.

use breaker_console::breaker::binding::{Binding, WriteError, bindings};
use breaker_console::breaker::{Breaker, Settings};
use breaker_console::point::{PointList, Quality, Reading, WriteDenied};
use breaker_console::profile::{Access, Profile, Value, ValueKind};
use std::fs;
use std::sync::Arc;

fn list() -> PointList {
    let profile = Arc::new(Profile::parse(Profile::SHIPPED, "smart-breaker.fdi").unwrap());
    PointList::join(profile, bindings()).unwrap_or_else(|faults| panic!("\n{faults}"))
}

fn none(_: &Breaker) -> Option<Value> {
    None
}

fn zero(_: &Settings) -> Value {
    Value::Int(0)
}

fn refuse(_: &mut Settings, value: &Value) -> Result<(), WriteError> {
    Err(WriteError(format!("got {value:?}")))
}

const fn reading(id: &'static str, kind: ValueKind, unit: &'static str) -> Binding {
    Binding { id, kind, unit, read: none, setting: None, write: None }
}

const fn setting(id: &'static str, kind: ValueKind, unit: &'static str) -> Binding {
    Binding { id, kind, unit, read: none, setting: Some(zero), write: Some(refuse) }
}

/// Rows that fit `profiles/good/minimal.fdi`.
fn rows() -> Vec<Binding> {
    vec![
        reading("Position", ValueKind::Integer, ""),
        reading("Current", ValueKind::Float, "A"),
        setting("Pickup", ValueKind::Float, "A"),
        setting("Shots", ValueKind::Integer, ""),
    ]
}

fn join(rows: &[Binding]) -> Result<PointList, Vec<String>> {
    let text = fs::read_to_string("tests/it/profiles/good/minimal.fdi").unwrap();
    let profile = Arc::new(Profile::parse(&text, "f").unwrap());
    PointList::join(profile, rows).map_err(|faults| faults.0.iter().map(ToString::to_string).collect())
}

/// What a case does to good rows.
type Edit<'a> = &'a dyn Fn(&mut Vec<Binding>);

#[test]
fn each_disagreement_is_reported_with_the_line_of_the_profile() {
    assert!(join(&rows()).is_ok());
    let with = |change: Edit| {
        let mut rows = rows();
        change(&mut rows);
        join(&rows).unwrap_err()
    };
    let cases: [(Edit, &str); 9] = [
        (&|r| r.push(r[1]), "f:1: Current: the breaker has two rows for it"),
        (&|r| r.retain(|row| row.id != "Current"), "f:11: Current: the breaker has no datum of this id"),
        (&|r| r[1].kind = ValueKind::Boolean, "f:11: Current: is Float in the profile and Boolean in the breaker"),
        (
            &|r| r[1].unit = "V",
            "f:11: Current: is in 'A' in the profile and in 'V' in the breaker, which do not convert",
        ),
        (&|r| r[1].unit = "amp", "f:11: Current: unit 'amp' of the breaker is not known"),
        (
            &|r| (r[1].kind, r[1].unit) = (ValueKind::Integer, "mA"),
            "f:11: Current: is a whole number of 'mA' in the breaker, which is not scaled to 'A'; give a Float",
        ),
        (
            &|r| r[2] = reading("Pickup", ValueKind::Float, "A"),
            "f:12: Pickup: is a setting, but the breaker cannot write it",
        ),
        (
            &|r| r[1] = setting("Current", ValueKind::Float, "A"),
            "f:11: Current: is a reading (access R), but the breaker has a write for it",
        ),
        (&|r| r[2].setting = None, "f:12: Pickup: the row of the breaker has only one of write and setting"),
    ];
    for (change, expected) in cases {
        assert_eq!(with(change), [expected]);
    }
}

#[test]
fn all_disagreements_come_together() {
    let mut faults =
        join(&[reading("Other", ValueKind::Float, ""), reading("Current", ValueKind::String, "V")]).unwrap_err();
    faults.retain(|f| f.contains("Current"));
    assert!(faults.iter().any(|f| f.contains("is Float in the profile and String in the breaker")), "{faults:#?}");
    assert!(faults.iter().any(|f| f.contains("in 'V' in the breaker")), "{faults:#?}");
    let unknown = join(&[reading("Other", ValueKind::Float, "")]).unwrap_err();
    assert!(unknown.len() > 1 && unknown.iter().all(|f| f.ends_with("no datum of this id")), "{unknown:#?}");
}

#[test]
fn a_write_reaches_the_breaker_in_its_own_unit_and_its_refusal_comes_back() {
    let mut rows = rows();
    rows[2].unit = "mA";
    let list = join(&rows).unwrap();
    let error = list.write(&Settings::default(), &[("Pickup", Value::Int(50))]).unwrap_err();
    assert_eq!(error.to_string(), "Pickup: got Float(50000.0)");
}

#[test]
fn the_breaker_and_the_shipped_profile_agree_on_every_row() {
    let list = list();
    assert_eq!(list.profile().parameters.len(), bindings().len());
}

#[test]
fn a_profile_with_other_words_joins_by_source_and_reads_in_its_own_units() {
    let mini = Arc::new(Profile::parse(Profile::SHIPPED_MINI, "mini-breaker.fdi").unwrap());
    let list = PointList::join(Arc::clone(&mini), bindings()).unwrap();
    let settings = list.initial_settings::<&str>(&[]).unwrap();
    // 10 min in the profile, 600 s in the breaker.
    assert_eq!(settings.protection.thermal_image.delay.0, 600.0);
    assert_eq!(settings.rating.current.0, 63.0);
    assert!(mini.parameters.iter().all(|p| p.source != p.id));
}

#[test]
fn a_profile_without_what_no_breaker_can_do_without_is_refused() {
    let text = Profile::SHIPPED_MINI.replace("source=\"RatedFrequency\"", "source=\"MeasurementInterval\"");
    let profile = Arc::new(Profile::parse(&text, "mini-breaker.fdi").unwrap());
    let faults = PointList::join(profile, bindings()).unwrap_err();
    assert!(faults.0.iter().any(|f| f.name == "RatedFrequency"), "{faults}");
}

#[test]
fn every_default_goes_in_and_comes_back() {
    let list = list();
    let settings = list.initial_settings::<&str>(&[]).unwrap();
    for (at, parameter) in list.profile().parameters.iter().enumerate() {
        if parameter.default.is_some() && parameter.kind != ValueKind::ObjectLink {
            let ix = breaker_console::profile::ParameterIx(at);
            assert_eq!(list.setting(&settings, ix), parameter.default, "{}", parameter.id);
        }
    }
}

#[test]
fn least_and_greatest_value_of_every_setting_go_in_and_come_back() {
    let list = list();
    let settings = list.initial_settings::<&str>(&[]).unwrap();
    for (at, parameter) in list.profile().parameters.iter().enumerate() {
        if parameter.access != Access::ReadWrite {
            continue;
        }
        let ix = breaker_console::profile::ParameterIx(at);
        let limits = [parameter.min, parameter.max].into_iter().flatten();
        let numbers =
            limits.map(|l| if parameter.kind == ValueKind::Float { Value::Float(l) } else { Value::Int(l as i64) });
        let items =
            list.profile().enumeration(parameter).into_iter().flat_map(|e| e.items.iter().map(|i| Value::Int(i.0)));
        let flags = [true, false].into_iter().filter(|_| parameter.kind == ValueKind::Boolean).map(Value::Bool);
        for value in numbers.chain(items).chain(flags) {
            let written = list.write(&settings, &[(parameter.id.as_str(), value.clone())]).unwrap();
            assert_eq!(list.setting(&written, ix), Some(value), "{}", parameter.id);
            assert!(list.diff(&settings, &written).iter().all(|c| c.parameter == ix), "{}", parameter.id);
        }
    }
}

#[test]
fn a_write_is_taken_whole_or_not_at_all_and_says_why() {
    let list = list();
    let settings = list.initial_settings::<&str>(&[]).unwrap();
    let good = ("OvercurrentPickup", Value::Float(120.0));
    for (bad, message) in [
        (("GroundFaultPickup", Value::Float(101.0)), "GroundFaultPickup: 101 A is out of range 0.1 to 100 A"),
        (("GroundFaultPickup", Value::Float(f64::NAN)), "GroundFaultPickup: NaN is not a finite number"),
        (("GroundFaultPickup", Value::Bool(true)), "GroundFaultPickup: 'true' is Boolean; wanted is Float"),
        (("AutoRecloseAttempts", Value::Float(2.0)), "AutoRecloseAttempts: '2' is Float; wanted is Integer"),
        (("ThermalMode", Value::Int(2)), "ThermalMode: '2' is not one of Image, Definite"),
        (("ThermalMode", Value::Text("Cold".into())), "ThermalMode: 'Cold' is not one of Image, Definite"),
        (("CurrentPhaseA", Value::Float(1.0)), "CurrentPhaseA cannot be written: it is a reading"),
        (("RatedCurrent", Value::Float(63.0)), "RatedCurrent cannot be written: it is a constant"),
        (("Nothing", Value::Float(1.0)), "Nothing is not a parameter of this device"),
        (("OvercurrentPickup", Value::Float(130.0)), "OvercurrentPickup is given twice"),
    ] {
        assert_eq!(list.write(&settings, &[good.clone(), bad]).unwrap_err().to_string(), message);
    }
    let written =
        list.write(&settings, &[("OvercurrentPickup", Value::Int(120)), ("OvercurrentDelay", Value::Int(70))]);
    let changes: Vec<String> = list
        .diff(&settings, &written.unwrap())
        .into_iter()
        .map(|c| format!("{} {} -> {}", c.id, c.old, c.new))
        .collect();
    assert_eq!(changes, ["OvercurrentPickup 100 A -> 120 A", "OvercurrentDelay 1000 ms -> 70 ms"]);
}

#[test]
fn ratings_are_overridden_at_start_only() {
    let list = list();
    let settings =
        list.initial_settings(&[("RatedCurrent", Value::Int(400)), ("ThermalMode", Value::Text("Definite".into()))]);
    let settings = settings.unwrap();
    let (rated, _) = list.profile().parameter("RatedCurrent").unwrap();
    assert_eq!(list.setting(&settings, rated), Some(Value::Float(400.0)));
    let refused = list.initial_settings(&[("CurrentPhaseA", Value::Float(1.0))]);
    assert!(matches!(refused, Err(WriteDenied::NotASetting { .. })));
}

#[test]
fn every_template_goes_in_and_the_standard_one_is_the_start() {
    let list = list();
    let settings = list.initial_settings::<&str>(&[]).unwrap();
    for template in &list.profile().templates {
        let applied = list.template(&settings, &template.id).unwrap();
        for (ix, value) in &template.sets {
            assert_eq!(list.setting(&applied, *ix).as_ref(), Some(value), "{} {}", template.id, list.profile()[*ix].id);
        }
        assert_eq!(list.diff(&settings, &applied).is_empty(), template.id == "StandardProtection", "{}", template.id);
        // A full template undoes any other.
        let back = list.template(&applied, "StandardProtection").unwrap();
        assert!(list.diff(&settings, &back).is_empty(), "{}", template.id);
    }
    let unknown = list.template(&settings, "Nothing").unwrap_err().to_string();
    assert!(unknown.contains("StandardProtection, IndustrialLSIG"), "{unknown}");
}

/// Readings of the minimal profile: Position, Current, Pickup, Shots.
fn holds(condition: &str, readings: &[Reading; 4]) -> Option<bool> {
    let escaped = condition.replace('<', "&lt;").replace('>', "&gt;");
    let text = fs::read_to_string("tests/it/profiles/good/minimal.fdi").unwrap();
    let text = text.replace("Current &gt; Pickup", &escaped);
    let profile = Profile::parse(&text, "f").unwrap_or_else(|faults| panic!("\n{faults}"));
    profile.alarms[0].when.eval(&profile, readings)
}

fn good(value: Value) -> Reading {
    Reading { value: Some(value), quality: Quality::Good }
}

#[test]
fn conditions_follow_three_valued_logic() {
    let known = || [good(Value::Int(1)), good(Value::Float(50.0)), good(Value::Float(60.0)), good(Value::Int(0))];
    let no_current = || {
        let mut readings = known();
        readings[1] = Reading { value: None, quality: Quality::Bad };
        readings
    };
    for (condition, with_current, without) in [
        ("Current > Pickup", Some(false), None),
        ("Current < Pickup", Some(true), None),
        ("Position == On", Some(true), Some(true)),
        ("Position != 1", Some(false), Some(false)),
        ("Current > Pickup OR Position == On", Some(true), Some(true)),
        ("Current > Pickup AND Position == On", Some(false), None),
        ("Current < Pickup AND Position == Off", Some(false), Some(false)),
        ("Position == On OR Shots > 0 AND Shots < 0", Some(true), Some(true)),
        ("(Position == On OR Shots > 0) AND Shots < 0", Some(false), Some(false)),
        ("Current >= 50 AND Current <= 50.0", Some(true), None),
    ] {
        assert_eq!(holds(condition, &known()), with_current, "{condition}");
        assert_eq!(holds(condition, &no_current()), without, "{condition} without current");
    }
}

#[test]
fn a_value_beyond_the_range_is_beyond_every_limit() {
    let readings = |current: f64| {
        [
            good(Value::Int(0)),
            Reading { value: Some(Value::Float(current)), quality: Quality::OverRange },
            good(Value::Float(100.0)),
            good(Value::Int(0)),
        ]
    };
    // 14 kA on a point that ends at 100 A reads as 100 A, and the pickup may stand at 100 A.
    assert_eq!(holds("Current > Pickup", &readings(100.0)), Some(true));
    assert_eq!(holds("Current < Pickup", &readings(0.0)), Some(true));
    assert_eq!(holds("Current < 0", &readings(0.0)), Some(true));
}
