//! The diagnostic tests through the remote doors: DCMD, LwM2M execute, and the command topic.

use crate::sparkplug_rig::{Rig, named, shipped};
use breaker_console::control::Command;
use breaker_console::lwm2m::command::{Asked, parse};
use breaker_console::profile::{Profile, ResourceTarget};
use breaker_console::sparkplug::payload::MetricValue;

fn run(test: &str, with_trip: bool) -> Command {
    Command::RunTest { test: test.into(), with_trip }
}

fn asked(profile: &Profile, name: &str, payload: &str) -> Command {
    match parse(profile, name, payload.as_bytes()).asked {
        Ok(Asked::Gate(command)) => command,
        other => panic!("{payload}: {other:?}"),
    }
}

#[test]
fn each_test_has_a_command_metric_of_its_own() {
    let mut rig = Rig::born();
    let tests: Vec<String> = rig.profile.tests.iter().map(|t| t.id.clone()).collect();
    assert_eq!(tests, ["SelfTest", "ProtectionTest", "CommunicationTest"]);
    for test in tests {
        let metrics = rig.profile.sparkplug.commands.iter();
        let name = metrics.filter(|c| c.argument.as_deref() == Some(&test)).map(|c| c.name.clone()).next().unwrap();
        rig.command("spBv1.0/IIoT/DCMD/MDB-A/smart-breaker-001", vec![named(&name, MetricValue::Boolean(true))]);
        let incoming = rig.request().unwrap();
        assert_eq!(incoming.command, run(&test, false));
        rig.answer(&incoming, Ok(()));
        assert!(rig.request().is_none());
    }
}

#[test]
fn the_command_topic_takes_a_test_and_the_profile_knows_the_default() {
    let profile = shipped();
    assert_eq!(asked(&profile, "run_diagnostic", ""), run("SelfTest", false));
    assert_eq!(asked(&profile, "run_diagnostic", r#"{"test_name":"ProtectionTest"}"#), run("ProtectionTest", false));
    let with_trip = r#"{"test_name":"ProtectionTest","with_trip":true}"#;
    assert_eq!(asked(&profile, "run_diagnostic", with_trip), run("ProtectionTest", true));
    assert_eq!(asked(&profile, "stop_diagnostic", ""), Command::StopTest);
    assert!(parse(&profile, "run_diagnostic", br#"{"with_trip":"maybe"}"#).asked.is_err());
}

#[test]
fn an_execute_takes_its_arguments_by_position_or_by_name() {
    let profile = shipped();
    let path = profile
        .lwm2m
        .objects
        .iter()
        .flat_map(|o| o.resources.iter().map(move |r| (o.id, r)))
        .find_map(|(object, r)| match r.target {
            ResourceTarget::Method(m) if profile[m].id == "run_diagnostic" => Some(format!("/{object}/0/{}", r.id)),
            _ => None,
        })
        .unwrap();
    let execute = |arguments: &str| asked(&profile, "execute", &format!(r#"{{"path":"{path}"{arguments}}}"#));
    assert_eq!(execute(""), run("SelfTest", false));
    assert_eq!(execute(r#","arguments":"0='ProtectionTest',1='true'""#), run("ProtectionTest", true));
    assert_eq!(execute(r#","arguments":{"test_name":"CommunicationTest"}"#), run("CommunicationTest", false));
}
