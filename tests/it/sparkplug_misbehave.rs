//! Faults on purpose of the edge node: each breaks its rule while it is on and none after.

use crate::sparkplug_rig::{Rig, Sent, named};
use breaker_console::profile::Value;
use breaker_console::session::misbehaviour::Misbehaviour;
use breaker_console::session::{Qos, Session};
use breaker_console::sparkplug::EdgeConfig;
use breaker_console::sparkplug::payload::{MetricValue, Payload};
use prost::Message;
use std::collections::HashSet;

fn born(devices: usize) -> Rig {
    Rig::born_with(EdgeConfig::new("IIoT", "MDB-A"), devices)
}

fn switch(rig: &mut Rig, what: Misbehaviour, on: bool) {
    rig.session.misbehave(what, on, rig.now).unwrap();
    assert_eq!(rig.session.standing(rig.now).misbehaving.has(what), on);
}

fn verbs(sent: &[Sent]) -> Vec<&str> {
    sent.iter().filter_map(|m| m.topic.split('/').nth(2)).collect()
}

/// One data message a second with a current that moves.
fn data(rig: &mut Rig, messages: usize) -> Vec<Sent> {
    let mut all = Vec::new();
    for n in 0..messages {
        rig.pass(1000);
        rig.set(0, "CurrentPhaseA", Value::Float(100.0 + 10.0 * (n % 2) as f64));
        rig.send_frame();
        all.extend(rig.sent());
    }
    all
}

/// The rules that no message of a conformant session breaks; gives those that are broken.
fn broken(sent: &[Sent]) -> Vec<&'static str> {
    let mut broken = Vec::new();
    let mut next = None;
    let mut aliases = HashSet::new();
    let mut born = HashSet::new();
    for m in sent {
        let mut levels = m.topic.split('/').skip(2);
        let (verb, device) = (levels.next().unwrap_or_default(), levels.nth(1).unwrap_or_default().to_owned());
        if verb == "NDEATH" {
            continue;
        }
        if verb == "NBIRTH" {
            next = Some(0);
            aliases.clear();
            born.clear();
        }
        if next.is_some_and(|n| m.payload.seq != Some(n)) {
            broken.push("payloads-sequence-num-incrementing");
        }
        next = m.payload.seq.map(|n| (n + 1) % 256);
        for metric in &m.payload.metrics {
            match (verb, metric.alias) {
                ("NBIRTH" | "DBIRTH", Some(alias)) if !aliases.insert(alias) => {
                    broken.push("payloads-alias-uniqueness");
                }
                ("NDATA" | "DDATA", Some(alias)) if !aliases.contains(&alias) => {
                    broken.push("payloads-alias-birth-requirement");
                }
                ("NDATA" | "DDATA", _) if metric.datatype.is_some() => {
                    broken.push("payloads-metric-datatype-not-req");
                }
                _ => {}
            }
        }
        if verb == "DBIRTH" {
            born.insert(device);
        } else if verb == "DDATA" && !born.contains(&device) {
            broken.push("payloads-ddata-order");
        }
    }
    broken.dedup();
    broken
}

/// Whatever was on: after switching off, a birth sequence with the bdSeq of the will, and data that break nothing.
fn conformant_again(rig: &mut Rig, what: Misbehaviour) {
    rig.sent();
    switch(rig, what, false);
    let mut after = rig.sent();
    assert_eq!(verbs(&after)[..2], ["NBIRTH", "DBIRTH"], "{what}");
    assert_eq!(after[0].value("bdSeq"), Some(MetricValue::Long(0)), "{what}");
    after.extend(data(rig, 25));
    assert_eq!(broken(&after), [""; 0], "{what}");
    assert_eq!(after[0].payload.timestamp, Some((rig.now.0 - 25_000) as u64), "{what}");
}

#[test]
fn a_session_without_faults_breaks_none_of_the_rules() {
    let mut rig = Rig::new(EdgeConfig::new("IIoT", "MDB-A"), 2);
    rig.connect();
    rig.send_frame();
    let mut all = rig.sent();
    all.extend(data(&mut rig, 300));
    assert!(all.len() > 300);
    assert_eq!(broken(&all), [""; 0]);
}

#[test]
fn skip_seq_breaks_payloads_sequence_num_incrementing() {
    let mut rig = born(1);
    switch(&mut rig, Misbehaviour::SkipSeq, true);
    let seqs: Vec<u64> = data(&mut rig, 21).iter().filter_map(|m| m.payload.seq).collect();
    let steps: Vec<u64> = seqs.windows(2).map(|w| w[1] - w[0]).collect();
    assert_eq!(steps.iter().filter(|s| **s == 2).count(), 2, "{seqs:?}");
    assert!(steps.iter().all(|s| *s == 1 || *s == 2));
    conformant_again(&mut rig, Misbehaviour::SkipSeq);
}

#[test]
fn wrong_bdseq_breaks_topics_nbirth_bdseq_matching() {
    let mut rig = born(1);
    switch(&mut rig, Misbehaviour::WrongBdSeq, true);
    let births = rig.sent();
    assert_eq!(verbs(&births), ["NBIRTH", "DBIRTH"]);
    assert_eq!(births[0].value("bdSeq"), Some(MetricValue::Long(1)), "the will carries 0");
    conformant_again(&mut rig, Misbehaviour::WrongBdSeq);
}

#[test]
fn data_before_birth_breaks_payloads_ddata_order() {
    let mut rig = born(2);
    switch(&mut rig, Misbehaviour::DataBeforeBirth, true);
    let births = rig.sent();
    assert_eq!(verbs(&births), ["NBIRTH", "DDATA", "DBIRTH", "DDATA", "DBIRTH"]);
    assert!(broken(&births).contains(&"payloads-ddata-order"));
    rig.session.misbehave(Misbehaviour::DataBeforeBirth, false, rig.now).unwrap();
    assert_eq!(verbs(&rig.sent()), ["NBIRTH", "DBIRTH", "DBIRTH"]);
}

#[test]
fn duplicate_alias_breaks_payloads_alias_uniqueness() {
    let mut rig = born(1);
    switch(&mut rig, Misbehaviour::DuplicateAlias, true);
    let mut all = rig.sent();
    all.extend(data(&mut rig, 3));
    assert_eq!(broken(&all), ["payloads-alias-uniqueness"]);
    conformant_again(&mut rig, Misbehaviour::DuplicateAlias);
    let mut named = Rig::born_with(EdgeConfig { aliases: false, ..EdgeConfig::new("IIoT", "MDB-A") }, 1);
    let refused = named.session.misbehave(Misbehaviour::DuplicateAlias, true, named.now);
    assert!(refused.unwrap_err().contains("--aliases on"));
}

#[test]
fn no_ndeath_breaks_operational_behavior_edge_node_intentional_disconnect_ndeath() {
    let mut rig = born(1);
    switch(&mut rig, Misbehaviour::NoNdeath, true);
    assert!(rig.session.wants_reconnect(), "an orderly DISCONNECT");
    assert!(rig.sent().is_empty());
    rig.session.disconnected(rig.now);
    rig.connect();
    assert_eq!(verbs(&rig.sent()), ["NBIRTH", "DBIRTH"]);
    rig.session.stop(rig.now);
    assert_eq!(verbs(&rig.sent()), ["DDEATH"]);

    let mut rig = born(1);
    switch(&mut rig, Misbehaviour::NoNdeath, true);
    rig.session.disconnected(rig.now);
    rig.connect();
    rig.sent();
    switch(&mut rig, Misbehaviour::NoNdeath, false);
    rig.session.stop(rig.now);
    assert_eq!(verbs(&rig.sent()), ["DDEATH", "NDEATH"]);
}

#[test]
fn late_will_repeats_the_death_of_the_session_before() {
    let mut rig = born(1);
    switch(&mut rig, Misbehaviour::LateWill, true);
    rig.pass(999);
    assert!(rig.sent().is_empty());
    rig.pass(1);
    let deaths = rig.sent();
    assert_eq!((verbs(&deaths), deaths[0].qos), (vec!["NDEATH"], Qos::AtLeastOnce));
    assert_eq!(deaths[0].value("bdSeq"), Some(MetricValue::Long(255)), "the session is number 0");
    // Our own late will is not taken for a death of this session.
    rig.session.received(&deaths[0].topic, &deaths[0].payload.encode_to_vec(), false, rig.now);
    assert!(rig.sent().is_empty());
    conformant_again(&mut rig, Misbehaviour::LateWill);
}

#[test]
fn unknown_alias_breaks_payloads_alias_birth_requirement() {
    let mut rig = born(1);
    rig.command("spBv1.0/IIoT/NCMD/MDB-A", vec![named("Node Control/Rebirth", MetricValue::Boolean(true))]);
    switch(&mut rig, Misbehaviour::UnknownAlias, true);
    let mut all = rig.sent();
    assert_eq!(broken(&all), [""; 0]);
    all.extend(data(&mut rig, 2));
    assert_eq!(broken(&all), ["payloads-alias-birth-requirement"]);
    conformant_again(&mut rig, Misbehaviour::UnknownAlias);
}

#[test]
fn wrong_datatype_sends_text_for_float() {
    let mut rig = born(1);
    switch(&mut rig, Misbehaviour::WrongDatatype, true);
    let sent = data(&mut rig, 2);
    let moved = sent.iter().flat_map(|m| &m.payload.metrics).find(|m| m.datatype.is_some()).unwrap();
    assert_eq!((moved.datatype, &moved.value), (Some(12), &Some(MetricValue::String("100".into()))));
    conformant_again(&mut rig, Misbehaviour::WrongDatatype);
}

#[test]
fn frozen_time_stops_every_timestamp() {
    let mut rig = born(1);
    let at = rig.now.0 as u64;
    switch(&mut rig, Misbehaviour::FrozenTime, true);
    let sent = data(&mut rig, 3);
    assert_eq!(sent.len(), 3);
    for m in &sent {
        assert_eq!(m.payload.timestamp, Some(at));
        assert!(m.payload.metrics.iter().all(|metric| metric.timestamp == Some(at)));
    }
    conformant_again(&mut rig, Misbehaviour::FrozenTime);
}

#[test]
fn refuse_rebirth_breaks_operational_behavior_data_commands_rebirth_action_2() {
    let mut rig = born(1);
    switch(&mut rig, Misbehaviour::RefuseRebirth, true);
    rig.command("spBv1.0/IIoT/NCMD/MDB-A", vec![named("Node Control/Rebirth", MetricValue::Boolean(true))]);
    rig.pass(20_000);
    assert!(rig.sent().is_empty());
    conformant_again(&mut rig, Misbehaviour::RefuseRebirth);
}

#[test]
fn cut_payload_ends_every_second_message_too_early() {
    let mut rig = born(1);
    switch(&mut rig, Misbehaviour::CutPayload, true);
    let mut whole = Vec::new();
    for n in 0..10 {
        rig.pass(1000);
        rig.set(0, "CurrentPhaseA", Value::Float(100.0 + 10.0 * f64::from(n % 2)));
        rig.send_frame();
        let message = rig.session.poll_publish().unwrap();
        whole.push(Payload::decode(message.payload).ok().and_then(|p| p.seq));
    }
    assert_eq!(whole.iter().filter(|seq| seq.is_none()).count(), 5);
    let seqs: Vec<u64> = whole.into_iter().flatten().collect();
    assert!(seqs.windows(2).all(|w| w[1] == w[0] + 2), "the cut ones have used numbers up: {seqs:?}");
    conformant_again(&mut rig, Misbehaviour::CutPayload);
}

#[test]
fn flapping_cuts_the_connection_again_and_again() {
    let mut rig = born(1);
    switch(&mut rig, Misbehaviour::Flapping, true);
    rig.pass(4999);
    assert!(!rig.session.wants_cut());
    rig.pass(1);
    assert!(rig.session.wants_cut() && !rig.session.wants_cut());
    rig.session.disconnected(rig.now);
    let connect = rig.connect();
    let will = Payload::decode(connect.will.unwrap().payload).unwrap();
    assert_eq!(will.metrics[0].value, Some(MetricValue::Long(1)));
    assert_eq!(rig.sent()[0].value("bdSeq"), Some(MetricValue::Long(1)));
    rig.pass(5000);
    assert!(rig.session.wants_cut());
    switch(&mut rig, Misbehaviour::Flapping, false);
    rig.pass(60_000);
    assert!(!rig.session.wants_cut());
}

#[test]
fn catalogue_and_program_list_the_same_names() {
    let text = include_str!("../../docs/misbehaviour.md");
    let listed: Vec<&str> =
        text.lines().filter_map(|l| l.strip_prefix("| `")).filter_map(|l| l.split('`').next()).collect();
    let known: Vec<&str> = Misbehaviour::ALL.iter().map(|m| m.name()).collect();
    assert_eq!(listed, known);
}
