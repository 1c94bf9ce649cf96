//! The shipped drills: each is run to its end, and none is more lenient than the acceptance table.
//!
//! `tests/vectors/acceptance.csv` states element, windows and final state of each case, computed apart from this program.

use breaker_console::breaker::binding::bindings;
use breaker_console::drill::expect::Tolerance;
use breaker_console::drill::file::{self, Case};
use breaker_console::drill::run;
use breaker_console::point::PointList;
use breaker_console::profile::Profile;
use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

fn cases(file: &str) -> Vec<Case> {
    file::parse(&fs::read_to_string(format!("assets/drills/{file}.toml")).unwrap(), file).unwrap()
}

fn shipped() -> Vec<Case> {
    let mut all = Vec::new();
    for entry in fs::read_dir("assets/drills").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "toml") {
            all.extend(cases(path.file_stem().unwrap().to_str().unwrap()));
        }
    }
    all
}

fn points() -> Arc<PointList> {
    let profile = Arc::new(Profile::parse(Profile::SHIPPED, "smart-breaker.fdi").unwrap());
    Arc::new(PointList::join(profile, bindings()).unwrap())
}

fn all_pass(file: &str) {
    let points = points();
    for case in cases(file) {
        let outcome = run::run(&case, &points, &mut |_| {}).unwrap();
        let failed: Vec<_> = outcome.verdicts.iter().filter(|v| !v.pass).collect();
        assert!(failed.is_empty(), "{}: {failed:#?}", case.id);
    }
}

#[test]
fn overcurrent_drills_pass() {
    all_pass("overcurrent");
}

#[test]
fn short_circuit_and_first_drills_pass() {
    all_pass("short-circuit");
    all_pass("first-trip");
}

#[test]
fn ground_and_arc_drills_pass() {
    all_pass("ground-and-arc");
    all_pass("arc");
}

#[test]
fn thermal_drills_pass() {
    all_pass("thermal");
}

#[test]
fn breaker_drills_pass() {
    all_pass("breaker");
}

#[test]
fn condition_drills_pass() {
    all_pass("condition");
}

#[test]
fn motor_drills_pass() {
    all_pass("motor");
}

#[test]
fn supply_drills_pass() {
    all_pass("supply");
}

#[test]
fn zone_drills_pass() {
    all_pass("zone");
}

/// A row of the table, by column.
type Row<'a> = BTreeMap<&'a str, &'a str>;

fn number(row: &Row<'_>, column: &str) -> Option<f64> {
    row[column].parse().ok()
}

/// The windows of time in which a drill wants its operation: of the trip, of an event, or of the measured delay.
fn windows(case: &Case) -> Vec<[f64; 2]> {
    let expect = &case.expect;
    let delays = expect.quantity.iter().filter(|q| q.name == "delay_s").map(|q| {
        let value = q.value.as_ref().and_then(toml::Value::as_float).unwrap();
        match Tolerance::read(q.tolerance.as_ref()).unwrap() {
            Tolerance::Relative(share) => [value * (1.0 - share), value * (1.0 + share)],
            Tolerance::Absolute(by) => [value - by, value + by],
        }
    });
    let events = expect.event.iter().filter_map(|e| e.within_s);
    expect.operate_s.into_iter().chain(events).chain(delays).collect()
}

/// The table names its own short forms for two elements.
fn label(element: &str) -> &str {
    match element {
        "JAM" => "51LR",
        "UNB" => "46",
        "21Z1" => "21",
        "I+50BF" => "I",
        other => other,
    }
}

#[test]
fn no_drill_is_more_lenient_than_the_acceptance_table() {
    let table = fs::read_to_string("tests/vectors/acceptance.csv").unwrap();
    let mut lines = table.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let drills = shipped();
    let mut rows = 0;
    for line in lines {
        let row: Row<'_> = head.iter().copied().zip(line.split(',')).collect();
        let id = row["case_id"];
        let case = drills.iter().find(|c| c.id == id).unwrap_or_else(|| panic!("no drill {id}"));
        let expect = &case.expect;
        let element = expect.element.as_deref().unwrap();
        assert_eq!(element, label(row["expected_element"]), "{id}");
        if let (Some(from), Some(to)) = (number(&row, "t_op_min_s"), number(&row, "t_op_max_s")) {
            let inside = |w: &[f64; 2]| w[0] >= from - 0.002 && w[1] <= to + 0.002;
            assert!(windows(case).iter().any(inside), "{id}: {:?} against {from} to {to}", windows(case));
        }
        if let Some(most) = number(&row, "t_clear_max_s") {
            assert!(
                expect.clear_max_s.is_some_and(|t| t <= most),
                "{id}: clears by {:?}, not {most}",
                expect.clear_max_s
            );
        }
        let wanted = row["expected_final_state"];
        if let Some(state) = expect.state.as_deref() {
            assert!(wanted.starts_with(state), "{id}: {state}, not {wanted}");
        }
        rows += 1;
    }
    assert_eq!(rows, 61);
}
