//! Data of the edge node: report by exception, events, quality, history.

use crate::sparkplug_rig::{Rig, START, Sent};
use breaker_console::control::BreakerIx;
use breaker_console::point::Quality;
use breaker_console::profile::Value;
use breaker_console::record::{Body, Movement, Operation, Record};
use breaker_console::session::{Qos, Session};
use breaker_console::sparkplug::payload::{MetricValue, PropertyScalar};
use breaker_console::sparkplug::table::wire_alias;
use breaker_console::sparkplug::{EdgeConfig, Report};
use breaker_console::time::UtcMillis;
use std::sync::Arc;

const CURRENT_A: u16 = 11;
const STATUS: u16 = 10;
const FREQUENCY: u16 = 21;
const TRIP_COUNT: u16 = 23;

fn config() -> EdgeConfig {
    EdgeConfig::new("IIoT", "MDB-A")
}

fn first(alias: u16) -> u64 {
    wire_alias(0, alias)
}

fn ddata(sent: &[Sent]) -> Vec<&Sent> {
    sent.iter().filter(|s| s.topic.contains("DDATA")).collect()
}

#[test]
fn tck_id_topics_ddata_payload() {
    let mut rig = Rig::born();
    rig.pass(1000);
    rig.set(0, "CurrentPhaseA", Value::Float(61.5));
    rig.send_frame();
    let sent = rig.sent();
    assert_eq!(sent.len(), 1);
    let data = &sent[0];
    assert_eq!(data.topic, "spBv1.0/IIoT/DDATA/MDB-A/smart-breaker-001");
    assert_eq!((data.qos, data.retain), (Qos::AtMostOnce, false), "tck-id-topics-ddata-mqtt");
    assert_eq!(data.payload.timestamp, Some((START + 1000) as u64), "tck-id-topics-ddata-timestamp");
    assert_eq!(data.payload.metrics.len(), 1, "only what changed");
    let metric = &data.payload.metrics[0];
    assert_eq!(metric.alias, Some(0x1_0000 + 11), "tck-id-payloads-alias-data-cmd-requirement");
    assert_eq!((&metric.name, metric.datatype), (&None, None), "tck-id-payloads-metric-datatype-not-req");
    assert_eq!(metric.timestamp, Some((START + 1000) as u64), "tck-id-payloads-name-birth-data-requirement");
    assert_eq!(metric.value, Some(MetricValue::Float(61.5)));
    assert_eq!(metric.properties, None, "no quality while good");
}

#[test]
fn nothing_changed_nothing_sent() {
    let mut rig = Rig::born();
    for _ in 0..10 {
        rig.pass(1000);
        rig.send_frame();
    }
    assert!(rig.sent().is_empty());
}

#[test]
fn a_change_within_the_deadband_is_not_sent_and_adds_up() {
    let mut rig = Rig::born();
    let mut sent_at = Vec::new();
    // 50 A at birth, deadband 0.5 A.
    for step in 1..=11 {
        rig.pass(1000);
        rig.set(0, "CurrentPhaseA", Value::Float(50.0 + 0.1 * f64::from(step)));
        rig.send_frame();
        if !rig.sent().is_empty() {
            sent_at.push(step);
        }
    }
    assert_eq!(sent_at, [6], "50.6, then not before 51.1 is passed");
}

#[test]
fn measurements_wait_for_the_tick_and_events_do_not() {
    let mut rig = Rig::born();
    rig.pass(300);
    rig.set(0, "CurrentPhaseA", Value::Float(900.0));
    rig.send_frame();
    assert!(rig.sent().is_empty());
    rig.pass(100);
    rig.set(0, "BreakerStatus", Value::Int(2));
    rig.send_frame();
    let sent = rig.sent();
    let data = ddata(&sent);
    assert_eq!(data.len(), 1);
    assert_eq!(data[0].value(first(STATUS)), Some(MetricValue::Int(2)));
    assert_eq!(data[0].value(first(CURRENT_A)), Some(MetricValue::Float(900.0)), "with all that belongs to it");
    let node: Vec<_> = sent.iter().filter(|s| s.topic == "spBv1.0/IIoT/NDATA/MDB-A").collect();
    assert_eq!(node.len(), 1, "Fleet/Tripped changed with it");
    assert_eq!(
        node[0].payload.metrics.iter().map(|m| &m.value).collect::<Vec<_>>(),
        [&Some(MetricValue::Int(0)), &Some(MetricValue::Int(1))]
    );
    rig.pass(100);
    rig.set(0, "CurrentPhaseA", Value::Float(0.0));
    rig.send_frame();
    assert!(rig.sent().is_empty());
    rig.pass(500);
    assert_eq!(ddata(&rig.sent()).len(), 1, "at the tick, without another frame");
}

#[test]
fn one_message_a_device_and_tick() {
    let mut rig = Rig::born_with(config(), 3);
    for round in 0..5 {
        rig.pass(1000);
        for device in 0..3 {
            rig.set(device, "CurrentPhaseA", Value::Float(100.0 + f64::from(round)));
            rig.set(device, "CurrentPhaseB", Value::Float(100.0 + f64::from(round)));
            rig.set(device, "Temperature", Value::Float(40.0 + f64::from(round)));
        }
        rig.send_frame();
        let sent = rig.sent();
        assert_eq!(sent.len(), 3);
        assert!(sent.iter().all(|s| s.payload.metrics.len() == 3), "{sent:?}");
    }
}

#[test]
fn report_all_sends_every_measurement_at_each_tick() {
    let mut rig = Rig::born_with(EdgeConfig { report: Report::All, tick_ms: 1, ..config() }, 1);
    let mut sent = Vec::new();
    for _ in 0..100 {
        rig.pass(1);
        rig.send_frame();
        sent.extend(rig.sent());
    }
    // What has a deadband is a measurement.
    let carried = |ix: usize| rig.profile.sparkplug.metrics.iter().any(|m| m.parameter.0 == ix);
    let measured = rig.profile.parameters.iter().enumerate().filter(|(ix, p)| p.deadband.is_some() && carried(*ix));
    let measured = measured.count();
    assert_eq!(sent.len(), 100);
    assert!(sent.iter().all(|s| s.payload.metrics.len() == measured), "{}", sent[0].payload.metrics.len());
}

#[test]
fn a_thousand_messages_a_second_and_device_even_when_frames_come_in_bunches() {
    let config = EdgeConfig { tick_ms: 1, report: Report::All, ..config() };
    let mut rig = Rig::born_with(config, 3);
    let start = rig.now.0;
    let mut sent = Vec::new();
    for bunch in 1..=200 {
        for n in 0..5 {
            // Sampled one by one, delivered five at a time.
            rig.frame.utc = UtcMillis(start + bunch * 5 - 4 + n);
            rig.set(0, "CurrentPhaseA", Value::Float((bunch * 5 + n) as f64));
            rig.now = UtcMillis(start + bunch * 5);
            rig.session.frame(&Arc::new(rig.frame.clone()), rig.now);
            sent.extend(rig.sent());
        }
    }
    let first = "/smart-breaker-001";
    let stamps: Vec<_> =
        ddata(&sent).iter().filter(|m| m.topic.ends_with(first)).map(|m| m.payload.metrics[0].timestamp).collect();
    assert_eq!(stamps, (1..=1000).map(|ms| Some((start + ms) as u64)).collect::<Vec<_>>());
    assert_eq!(ddata(&sent).len(), 3000);
    let seqs: Vec<_> = sent.iter().filter_map(|m| m.payload.seq).collect();
    assert!(seqs.windows(2).all(|w| w[1] == (w[0] + 1) % 256), "no gap");
}

#[test]
fn what_is_repeated_is_what_was_measured() {
    let config = EdgeConfig { report: Report::All, ..config() };
    let mut rig = Rig::born_with(config, 1);
    let tick = |rig: &mut Rig| {
        rig.pass(1000);
        rig.send_frame();
        let sent = rig.sent();
        ddata(&sent).first().map(|m| m.payload.clone()).unwrap()
    };
    let first = tick(&mut rig);
    for n in 1..=6 {
        let current = 10.0 * f64::from(n) + 0.123;
        rig.set(0, "CurrentPhaseA", Value::Float(current));
        match n {
            // Between two plain ones: an event, a quality that goes and comes, a value that goes and comes.
            2 => rig.set(0, "BreakerStatus", Value::Int(2)),
            3 => rig.set_quality(0, "VoltagePhaseA", Quality::Stale),
            4 => rig.set_quality(0, "VoltagePhaseA", Quality::Good),
            5 => rig.set(0, "Frequency", None),
            6 => rig.set(0, "Frequency", Value::Float(59.9)),
            _ => {}
        }
        let payload = tick(&mut rig);
        let events = usize::from(n == 2);
        assert_eq!(payload.metrics.len(), first.metrics.len() + events, "{n}");
        assert!(payload.metrics.iter().all(|m| m.timestamp == Some(rig.now.0 as u64)), "{n}");
        assert_eq!(payload.metrics.iter().filter(|m| m.value == Some(MetricValue::Float(current as f32))).count(), 1);
        assert_eq!(payload.metrics.iter().filter(|m| m.properties.is_some()).count(), usize::from(n == 3 || n == 4));
        assert_eq!(payload.metrics.iter().filter(|m| m.is_null == Some(true)).count(), usize::from(n == 5));
    }
}

#[test]
fn names_instead_of_aliases() {
    let mut rig = Rig::new(EdgeConfig { aliases: false, ..config() }, 1);
    rig.connect();
    rig.send_frame();
    rig.pass(1000);
    rig.set(0, "CurrentPhaseA", Value::Float(61.5));
    rig.send_frame();
    let sent = rig.sent();
    assert!(sent.iter().flat_map(|s| &s.payload.metrics).all(|m| m.alias.is_none() && m.name.is_some()));
    assert_eq!(sent[2].value("Breaker/CurrentPhaseA"), Some(MetricValue::Float(61.5)));
}

#[test]
fn quality_is_told_when_it_goes_and_once_when_it_is_back() {
    let mut rig = Rig::born();
    let mut told = Vec::new();
    for (value, quality) in [
        (Some(60.0), Quality::Good),
        (Some(60.0), Quality::Stale),
        (None, Quality::Bad),
        (Some(60.0), Quality::Good),
        (Some(59.0), Quality::Good),
        (Some(f64::NAN), Quality::Good),
    ] {
        rig.pass(1000);
        rig.set(0, "Frequency", value.map(Value::Float));
        rig.set_quality(0, "Frequency", quality);
        rig.send_frame();
        let sent = rig.sent();
        let metric = sent.first().unwrap().metric(first(FREQUENCY)).unwrap().clone();
        let quality = metric.properties.as_ref().and_then(|p| p.get("Quality").cloned());
        told.push((metric.is_null, quality));
    }
    let code = |code| Some(PropertyScalar::Int(code));
    assert_eq!(
        told,
        [
            (None, None),
            (None, code(500)),
            (Some(true), code(0)),
            (None, code(192)),
            (None, None),
            (Some(true), code(0)),
        ]
    );
}

#[test]
fn live_values_never_go_back_in_time_and_history_is_marked() {
    let mut rig = Rig::born();
    rig.session.disconnected(rig.now);
    for second in 1..=5 {
        rig.pass(1000);
        rig.set(0, "CurrentPhaseA", Value::Float(100.0 * f64::from(second)));
        rig.set(0, "TripCount", Value::Int(i64::from(second) + 10));
        rig.send_frame();
    }
    assert!(rig.sent().is_empty());
    rig.pass(1000);
    rig.connect();
    let mut sent = rig.sent();
    rig.pass(0);
    sent.extend(rig.sent());
    assert_eq!(sent.len(), 2 + 1, "births, then one message of history: {sent:?}");
    assert_eq!(sent[1].value("Breaker/TripCount"), Some(MetricValue::Int(15)), "the birth has the present");
    let history = &sent[2];
    assert!(history.topic.contains("DDATA") && history.payload.seq == Some(2));
    assert!(history.payload.metrics.iter().all(|m| m.is_historical == Some(true)), "{history:?}");
    let series = |alias| {
        let of = history.payload.metrics.iter().filter(move |m| m.alias == Some(first(alias)));
        of.map(|m| (m.timestamp.unwrap() - START as u64, m.value.clone().unwrap())).collect::<Vec<_>>()
    };
    let counts: Vec<_> = (1..=5).map(|s| (s * 1000, MetricValue::Int(s as u32 + 10))).collect();
    let currents: Vec<_> = (1..=5).map(|s| (s * 1000, MetricValue::Float(100.0 * s as f32))).collect();
    assert_eq!(series(TRIP_COUNT), counts);
    assert_eq!(series(CURRENT_A), currents);
    let times: Vec<_> = history.payload.metrics.iter().map(|m| m.timestamp).collect();
    assert!(times.is_sorted());

    // History is not what the host takes for current: the same value is not sent again.
    rig.pass(2000);
    rig.send_frame();
    rig.pass(2000);
    assert!(rig.sent().is_empty());
}

/// A long outage: a current and a count change each second; `told` says whether a record goes with the count.
fn outage(told: bool) -> Rig {
    let mut rig = Rig::born_with(EdgeConfig { history_points: 100, ..config() }, 1);
    rig.session.disconnected(rig.now);
    for second in 1..=1000 {
        rig.pass(1000);
        rig.set(0, "CurrentPhaseA", Value::Float(f64::from(second) * 2.0));
        rig.set(0, "TripCount", Value::Int(i64::from(second) + 10));
        if told {
            let operation = Operation { what: Movement::Opened, duration: None };
            let record = Record {
                seq: second as u64,
                tick: rig.frame.tick,
                utc: rig.now,
                breaker: BreakerIx(0),
                device: "smart-breaker-001".into(),
                body: Body::Operation(operation),
            };
            rig.session.record(&record, rig.now);
        }
        rig.send_frame();
    }
    rig
}

#[test]
fn a_full_history_drops_measurements_and_never_events() {
    let mut rig = outage(true);
    assert_eq!(rig.session.standing(rig.now).dropped, 900);
    rig.connect();
    assert_eq!(rig.sent().len(), 2);
    let mut history = Vec::new();
    for _ in 0..20 {
        rig.pass(50);
        history.extend(ddata(&rig.sent()).into_iter().cloned());
    }
    assert!(history.iter().all(|s| s.payload.metrics.len() <= 500));
    let points: Vec<_> = history.iter().flat_map(|s| s.payload.metrics.iter()).collect();
    let of = |alias| points.iter().filter(|m| m.alias == Some(first(alias))).count();
    assert_eq!((of(CURRENT_A), of(TRIP_COUNT)), (100, 1000));
    let times: Vec<_> = points.iter().map(|m| m.timestamp).collect();
    assert!(times.is_sorted());
}

#[test]
fn what_changes_by_itself_outlives_measurements_and_has_an_end() {
    let mut rig = outage(false);
    assert_eq!(rig.session.standing(rig.now).dropped, 1900);
    rig.connect();
    rig.sent();
    rig.pass(50);
    let sent = rig.sent();
    let history = ddata(&sent);
    let counts = history.iter().flat_map(|s| &s.payload.metrics).filter(|m| m.alias == Some(first(TRIP_COUNT)));
    let newest: Vec<_> = (901..=1000).map(|n| Some(MetricValue::Int(n + 10))).collect();
    assert_eq!(counts.map(|m| m.value.clone()).collect::<Vec<_>>(), newest);
}

#[test]
fn a_trip_handed_to_a_dying_connection_is_sent_again() {
    let mut rig = Rig::born();
    rig.pass(500);
    rig.set(0, "BreakerStatus", Value::Int(2));
    rig.send_frame();
    assert_eq!(ddata(&rig.sent()).len(), 1, "written into a connection that is dead already");
    rig.pass(2000);
    rig.session.disconnected(rig.now);
    rig.connect();
    let mut sent = rig.sent();
    rig.pass(0);
    sent.extend(rig.sent());
    let status = sent.last().unwrap().metric(first(STATUS)).unwrap().clone();
    assert_eq!(status.is_historical, Some(true));
    assert_eq!((status.value, status.timestamp), (Some(MetricValue::Int(2)), Some((START + 500) as u64)));
}

#[test]
fn a_slow_connection_gets_the_newest_measurements_and_every_event() {
    let mut rig = Rig::born();
    // Nobody takes anything out for a minute.
    for second in 1..=60 {
        rig.pass(1000);
        rig.set(0, "CurrentPhaseA", Value::Float(100.0 * f64::from(second)));
        if second % 20 == 0 {
            rig.set(0, "TripCount", Value::Int(i64::from(second)));
        }
        rig.send_frame();
    }
    let sent = rig.sent();
    assert!(sent.len() < 10, "{}", sent.len());
    let trips: Vec<_> = sent.iter().filter_map(|s| s.value(first(TRIP_COUNT))).collect();
    assert_eq!(trips, [20, 40, 60].map(MetricValue::Int));
    let last = sent.iter().rev().find_map(|s| s.value(first(CURRENT_A)));
    assert_eq!(last, Some(MetricValue::Float(6000.0)));
    let seqs: Vec<_> = sent.iter().map(|s| s.payload.seq.unwrap()).collect();
    assert_eq!(seqs, (2..2 + seqs.len() as u64).collect::<Vec<_>>());
}

#[test]
fn the_fleet_is_counted() {
    let mut rig = Rig::new(config(), 3);
    for (device, status, power) in [(0, 1, 10.0), (1, 2, 0.0), (2, 1, 12.5)] {
        rig.set(device, "BreakerStatus", Value::Int(status));
        rig.set(device, "ActivePower", Value::Float(power));
    }
    rig.connect();
    rig.send_frame();
    let birth = &rig.sent()[0];
    assert_eq!(birth.value("Fleet/Breakers Closed"), Some(MetricValue::Int(2)));
    assert_eq!(birth.value("Fleet/Tripped"), Some(MetricValue::Int(1)));
    assert_eq!(birth.value("Fleet/Total Power"), Some(MetricValue::Double(22.5)));
}

#[test]
fn a_message_in_words() {
    let mut rig = Rig::born();
    rig.pass(1000);
    rig.set(0, "CurrentPhaseA", Value::Float(61.5));
    rig.send_frame();
    let message = rig.session.poll_publish().unwrap();
    let words = rig.session.describe(&message.topic, &message.payload);
    assert_eq!(words, ["seq 2, 2023-11-14T22:13:21.000Z, 1 metric", "Breaker/CurrentPhaseA [65547] = 61.5"]);
    let words = rig.session.describe("spBv1.0/IIoT/DDATA/x/y", &[0xFF; 40]);
    assert_eq!(words.len(), 1);
    assert!(words[0].starts_with("no Sparkplug payload, 40 bytes"), "{words:?}");
}
