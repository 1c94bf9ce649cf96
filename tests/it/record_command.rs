//! `record list|show|export` on a state directory of a real trip.

use crate::comtrade_check::{check, sections};
use crate::store::fresh;
use breaker_console::control::{BreakerIx, Command, Origin, OriginCategory, Request, RequestId, Switch};
use breaker_console::plant::{Plant, PlantConfig, PlantSpec, SHIPPED};
use breaker_console::point::PointList;
use breaker_console::profile::{Profile, Role};
use breaker_console::record::comtrade::Meta;
use breaker_console::record::{Body, Record, json};
use breaker_console::runtime::store::Store;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Output};
use std::sync::{Arc, LazyLock};

/// A directory with a manual trip, a test of the paths, and what came of both.
static STATE: LazyLock<(PathBuf, Vec<Arc<Record>>)> = LazyLock::new(|| {
    let dir = fresh("record_command");
    let profile = Arc::new(Profile::parse(Profile::SHIPPED, "shipped").unwrap());
    let points = Arc::new(PointList::join(profile, breaker_console::breaker::binding::bindings()).unwrap());
    let mut plant = Plant::new(PlantConfig::new(PlantSpec::parse(SHIPPED).unwrap(), points)).unwrap();
    plant.step(7680);
    for (id, breaker, command) in [
        (1, 1, Command::RunTest { test: "CommunicationTest".into(), with_trip: false }),
        (2, 0, Command::Direct(Switch::Trip, "Drill".into())),
    ] {
        let origin = Origin { category: OriginCategory::Process, ident: "test".into() };
        let target = BreakerIx(breaker);
        plant.request(Request { id: RequestId(id), origin, role: Role::Operator, target, command });
        plant.step(7680);
    }
    let records = plant.drain_records();
    let (mut store, _) = Store::open(&dir).unwrap();
    let plain: Vec<&Record> = records.iter().map(AsRef::as_ref).collect();
    store.append(&plain).unwrap();
    for record in &records {
        if let Body::Cleared(cleared) = &record.body {
            let meta = Meta {
                station: "MDB-A".to_owned(),
                device: record.device.to_string(),
                component: "Q01".to_owned(),
                company: String::new(),
                event: String::new(),
                epoch: plant.epoch(),
                normally_on: vec!["52A".to_owned()],
                header: vec!["A trip".to_owned()],
            };
            store.save_waveform(&cleared.id, cleared.waveform.as_ref().unwrap(), &meta).unwrap();
        }
    }
    (dir, records)
});

fn breaker_console(dir: &Path, arguments: &[&str]) -> Output {
    let mut all = vec!["record"];
    all.extend(arguments);
    Process::new(env!("CARGO_BIN_EXE_breaker-console"))
        .args(all)
        .arg("--state-dir")
        .arg(dir)
        .env_clear()
        .output()
        .unwrap()
}

fn lines(arguments: &[&str]) -> Vec<String> {
    let out = breaker_console(&STATE.0, arguments);
    assert!(out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn refused(dir: &Path, arguments: &[&str]) -> String {
    let out = breaker_console(dir, arguments);
    assert_eq!(out.status.code(), Some(1), "{arguments:?}");
    let said = String::from_utf8(out.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn a_list_has_a_line_a_record_and_filters() {
    let all = &STATE.1;
    assert_eq!(lines(&["list"]).len(), all.len());
    let read: Vec<Record> = lines(&["list", "--json"]).iter().map(|l| json::parse(l).unwrap()).collect();
    assert_eq!(read.iter().map(|r| r.seq).collect::<Vec<_>>(), all.iter().map(|r| r.seq).collect::<Vec<_>>());
    let trips = lines(&["list", "--class", "trip"]);
    assert_eq!(trips.len(), 2, "{trips:#?}");
    assert!(trips[0].contains("by command of test at process (Drill)"), "{}", trips[0]);
    assert_eq!(lines(&["list", "--last", "1"]), lines(&["list"])[all.len() - 1..]);
    let of_second = all.iter().filter(|r| &*r.device == "smart-breaker-002").count();
    assert_eq!(lines(&["list", "--device", "smart-breaker-002"]).len(), of_second);
    // The plant began on the first of January 2024; the trip came two seconds later.
    assert_eq!(
        lines(&["list", "--since", "2024-01-01T00:00:02"]).len()
            + lines(&["list", "--until", "2024-01-01T00:00:01.999"]).len(),
        all.len()
    );
    assert!(refused(&STATE.0, &["list", "--since", "yesterday"]).contains("2026-01-31"));
    assert!(refused(&STATE.0, &["list", "--class", "trips"]).contains("trip, protection"));
}

#[test]
fn a_trip_is_shown_as_its_card_and_a_test_with_its_steps() {
    let trip = STATE.1.iter().find(|r| matches!(r.body, Body::Trip(_))).unwrap();
    let number = trip.seq.to_string();
    let card = lines(&["show", &number]);
    for part in ["Cause: command of test", "Clearing time:", "Pole C: interrupted", "Recording: "] {
        assert!(card.iter().any(|l| l.contains(part)), "{part} in {card:#?}");
    }
    assert_eq!(lines(&["show", "smart-breaker-001-T000001"]), card);
    let one = lines(&["show", &number, "--json"]);
    assert_eq!(json::parse(&one[0]).unwrap(), **trip);
    let test = STATE.1.iter().find(|r| matches!(r.body, Body::Test(_))).unwrap();
    let card = lines(&["show", &test.seq.to_string()]);
    assert!(card.iter().any(|l| l.contains("MQTTTest MQTT: there is no such path in this run")), "{card:#?}");
    assert!(refused(&STATE.0, &["show", "99999"]).contains("there are 1 to"));
}

#[test]
fn every_form_of_comtrade_passes_the_strict_checker() {
    let out = fresh("record_export");
    let written = lines(&["export", "--format", "comtrade", "--form", "all", "--out", out.to_str().unwrap()]);
    assert_eq!(written.len(), 6 * 3 + 4, "{written:#?}");
    let mut counts = Vec::new();
    for path in written.iter().map(PathBuf::from) {
        let recording = match path.extension().and_then(|e| e.to_str()) {
            Some("cfg") => {
                let (cfg, dat) = (fs::read(&path).unwrap(), fs::read(path.with_extension("dat")).unwrap());
                check(&cfg, &dat).unwrap()
            }
            Some("cff") => {
                let file = fs::read(&path).unwrap();
                let [cfg, _, dat] = sections(&file).unwrap();
                check(&cfg, &dat).unwrap()
            }
            _ => continue,
        };
        counts.push((recording.analog.len(), recording.analog[0].values.len()));
    }
    assert_eq!(counts.len(), 10);
    assert!(counts.iter().all(|c| *c == counts[0] && c.1 >= 28 * 128), "{counts:?}");
}

#[test]
fn the_export_of_the_stored_form_is_the_stored_file() {
    let out = fresh("record_same");
    let written = lines(&["export", "--format", "comtrade", "--form", "cff-float32", "--out", out.to_str().unwrap()]);
    let path = PathBuf::from(&written[0]);
    let stored = STATE.0.join("waveforms").join(path.file_name().unwrap());
    assert_eq!(fs::read(path).unwrap(), fs::read(stored).unwrap());
}

#[test]
fn tables_and_lines_are_exported() {
    let out = fresh("record_tables");
    let to = out.to_str().unwrap();
    lines(&["export", "--format", "csv", "--class", "trip", "--out", to]);
    let table = fs::read_to_string(out.join("records.csv")).unwrap();
    assert_eq!(table.matches("\r\n").count(), 3, "a header and two rows: {table}");
    lines(&["export", "--format", "json", "--out", to]);
    let text = fs::read_to_string(out.join("records.jsonl")).unwrap();
    assert_eq!(text.lines().count(), STATE.1.len());
}

#[test]
fn what_is_not_there_is_said_in_one_line() {
    let nowhere = fresh("record_nowhere");
    assert!(refused(&nowhere, &["list"]).contains("--state-dir"));
    let no_trip = ["export", "--format", "comtrade", "--class", "diagnostic", "--out", "/tmp/nothing"];
    assert!(refused(&STATE.0, &no_trip).contains("no recording"));
    let full = ["export", "--format", "csv", "--out", "/dev/full"];
    assert!(refused(&STATE.0, &full).contains("/dev/full"));
    let form = ["export", "--format", "comtrade", "--form", "1991", "--out", "/tmp/nothing"];
    assert!(refused(&STATE.0, &form).contains("1999-ascii"));
}
