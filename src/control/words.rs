//! Commands in words, for records, answers and screens.

use super::{Command, OriginCategory, Switch};
use crate::breaker::injection::{FaultKind, Injection, NetworkFault};
use crate::profile::{Role, Value};
use crate::units::{Phase, Phases};

impl Switch {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Close => "close",
            Self::Trip => "trip",
            Self::Reset => "reset",
        }
    }
}

impl OriginCategory {
    /// The originator category as IEC 61850-7-2 writes it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::BayControl => "bay-control",
            Self::StationControl => "station-control",
            Self::RemoteControl => "remote-control",
            Self::Process => "process",
        }
    }
}

/// The word for a role.
#[must_use]
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Viewer => "viewer",
        Role::Maintenance => "maintenance",
        Role::Operator => "operator",
        Role::Administrator => "administrator",
    }
}

impl Command {
    /// The command as one short line.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Select(switch) => format!("select {}", switch.word()),
            Self::Operate(switch) => format!("operate {}", switch.word()),
            Self::Cancel => "cancel selection".to_owned(),
            Self::Direct(switch, reason) if reason.trim().is_empty() => switch.word().to_owned(),
            Self::Direct(switch, reason) => format!("{} ({})", switch.word(), one_line(reason)),
            Self::ClearAlarms => "clear alarms".to_owned(),
            Self::ClearCounters => "clear counters".to_owned(),
            Self::Write(values) => {
                let list: Vec<String> =
                    values.iter().map(|(id, v)| format!("{} = {}", one_line(id), value(v))).collect();
                format!("write {}", list.join(", "))
            }
            Self::ApplyTemplate(id) => format!("apply template {}", one_line(id)),
            Self::UndoSettings => "undo settings".to_owned(),
            Self::Acknowledge(None) => "acknowledge all alarms".to_owned(),
            Self::Acknowledge(Some(id)) => format!("acknowledge alarm {}", one_line(id)),
            Self::SetLocal(true) => "switch to local".to_owned(),
            Self::SetLocal(false) => "switch to remote".to_owned(),
            Self::SetMaintenanceMode(true) => "maintenance mode on".to_owned(),
            Self::SetMaintenanceMode(false) => "maintenance mode off".to_owned(),
            Self::SetTag(Some(text)) => format!("danger tag on: {}", one_line(text)),
            Self::SetTag(None) => "danger tag off".to_owned(),
            Self::Inject(i) => format!("inject {}", injection(i)),
            Self::ClearInjections => "clear all disturbances".to_owned(),
            Self::RunTest { test, with_trip: false } => format!("run test {}", one_line(test)),
            Self::RunTest { test, with_trip: true } => format!("run test {} with trip", one_line(test)),
            Self::StopTest => "stop the test".to_owned(),
        }
    }
}

/// A value as people write it.
#[must_use]
pub fn value(value: &Value) -> String {
    match value {
        Value::Bool(v) => v.to_string(),
        Value::Int(v) => v.to_string(),
        Value::Float(v) => v.to_string(),
        Value::Text(v) => format!("\"{}\"", one_line(v)),
        Value::Time(v) => format!("{} ms since 1970", v.0),
        Value::Link(object, instance) => format!("{object}:{instance}"),
    }
}

/// A disturbance as one short line.
#[must_use]
pub fn injection(injection: &Injection) -> String {
    match injection {
        Injection::Fault(fault) => network_fault(fault),
        Injection::LoadScale { factor } => format!("load x {factor}"),
        Injection::SourceVoltage { share, duration } => {
            let level =
                if share.a == share.b && share.b == share.c { percent(share.a) } else { each(share, |v| percent(*v)) };
            format!("source voltage {level} of nominal{}", lasting(duration.map(|d| d.0)))
        }
        Injection::Fluctuation { depth, changes_per_minute } => {
            format!("source voltage fluctuates by {} %, {changes_per_minute} changes a minute", depth.0)
        }
        Injection::SourceFrequency { target, ramp: Some(ramp) } => {
            format!("source frequency to {} Hz at {} Hz/s", target.0, ramp.0)
        }
        Injection::SourceFrequency { target, ramp: None } => format!("source frequency step to {} Hz", target.0),
        Injection::Harmonics { thd } => format!("harmonic load, THD {} %", thd.0),
        Injection::GroundLeak { current } => format!("ground leak {} A", current.0),
        Injection::Light { light, duration } => {
            format!("light {} lx at the arc sensor{}", light.0, lasting(duration.map(|d| d.0)))
        }
        Injection::Secondary { current, angle, frequency, .. } => {
            let frequency = frequency.map(|f| format!(", {} Hz", f.0)).unwrap_or_default();
            let current = each(current, |a| format!("{} A", a.0));
            let angle = each(angle, |deg| format!("{deg} deg"));
            format!("secondary {current} at {angle}{frequency}")
        }
        Injection::SecondaryVoltage { voltage, angle, frequency } => {
            let frequency = frequency.map(|f| format!(", {} Hz", f.0)).unwrap_or_default();
            let voltage = each(voltage, |v| format!("{} V", v.0));
            let angle = each(angle, |deg| format!("{deg} deg"));
            format!("secondary {voltage} at {angle}{frequency}")
        }
        Injection::RemoteCurrent { current, angle, .. } => {
            let current = each(current, |a| format!("{} A", a.0));
            let angle = each(angle, |deg| format!("{deg} deg"));
            format!("far end of the zone {current} at {angle}")
        }
        Injection::ParallelArc { phase, peak, half_cycles, within } => {
            let (phase, peak, within) = (phase.letter(), peak.0, within.0);
            format!("arc from phase {phase} to ground, {half_cycles} half-cycles of {peak} A in {within} s")
        }
        Injection::SeriesArc { phase } => format!("series arc in phase {}", phase.letter()),
        Injection::Inrush { rated, .. } => format!("inrush of a transformer of {} kVA", round3(rated.0 / 1e3)),
        Injection::Motor { full_load, locked_rotor, start, .. } => {
            format!("motor of {} A, locked rotor x {locked_rotor}, start of {} s", full_load.0, start.0)
        }
        Injection::MotorTorque { load } => format!("torque x {load} at the motor"),
        Injection::BrokenConductor { phase } => format!("broken conductor, phase {}", phase.letter()),
        Injection::ZoneRestraint => "zone restraint from downstream".to_owned(),
        Injection::SecondaryOff => "end of secondary injection".to_owned(),
        Injection::StuckBreaker => "stuck breaker".to_owned(),
        Injection::SlowOpening { delay } => format!("slow opening, {} ms later", round3(delay.0 * 1e3)),
        Injection::SpringMotorFailed => "spring motor failed".to_owned(),
        Injection::LooseTerminal { phase, factor } => {
            format!("loose terminal, phase {}, resistance x {factor}", phase.letter())
        }
        Injection::TripCoilOpen => "trip coil circuit open".to_owned(),
        Injection::OpenCurrentTransformer { phase } => {
            format!("open current transformer, phase {}", phase.letter())
        }
        Injection::ReversedTransformer { phase } => {
            format!("reversed current transformer, phase {}", phase.letter())
        }
        Injection::SwappedPhases { first, second } => {
            format!("current transformers {} and {} exchanged", first.letter(), second.letter())
        }
        Injection::SensorError { phase, gain, drift } => {
            format!("current channel {} off by {} % and {} % more an hour", phase.letter(), gain.0, drift.0)
        }
        Injection::FrozenChannel { phase } => format!("frozen current channel, phase {}", phase.letter()),
        Injection::Ambient { temperature } => format!("ambient {} °C", temperature.0),
        Injection::CommunicationLost => "communication lost".to_owned(),
    }
}

fn network_fault(fault: &NetworkFault) -> String {
    let kind = match fault.kind {
        FaultKind::ThreePhase => "three-phase fault",
        FaultKind::LineLine => "line-to-line fault B-C",
        FaultKind::LineLineGround => "line-to-line-to-ground fault B-C-G",
        FaultKind::LineGround => "line-to-ground fault A-G",
    };
    let resistance = if fault.resistance.0 > 0.0 { format!(", {} Ohm", fault.resistance.0) } else { String::new() };
    let inception = fault.inception_deg.map(|deg| format!(", at {deg} deg")).unwrap_or_default();
    let arc = if fault.arc { ", with arc" } else { "" };
    format!("{kind} at {} m{resistance}{inception}{arc}", fault.distance_m)
}

fn each<T>(phases: &Phases<T>, text: impl Fn(&T) -> String) -> String {
    Phase::ALL.map(|p| format!("{} {}", p.letter(), text(&phases[p]))).join(", ")
}

fn percent(share: f64) -> String {
    format!("{} %", round3(share * 100.0))
}

fn round3(v: f64) -> f64 {
    (v * 1e3).round() / 1e3
}

fn lasting(seconds: Option<f64>) -> String {
    seconds.map(|s| format!(" for {s} s")).unwrap_or_default()
}

/// Text from outside on one line: characters that steer a terminal or turn the writing direction become spaces.
#[must_use]
pub fn one_line(text: &str) -> String {
    let steers = |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if steers(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::UtcMillis;
    use crate::units::{Amperes, Hertz, HertzPerSecond, Lux, Ohms, Seconds};

    #[test]
    fn commands_are_said_in_one_line() {
        let said = |command: Command| command.describe();
        assert_eq!(said(Command::Direct(Switch::Trip, " ".into())), "trip");
        assert_eq!(said(Command::Direct(Switch::Trip, "line\nwork".into())), "trip (line work)");
        assert_eq!(said(Command::Operate(Switch::Close)), "operate close");
        let values = vec![("Pickup".into(), Value::Float(120.5)), ("Name".into(), Value::Text("F\u{7}1".into()))];
        assert_eq!(said(Command::Write(values)), "write Pickup = 120.5, Name = \"F 1\"");
        assert_eq!(said(Command::RunTest { test: "SelfTest".into(), with_trip: true }), "run test SelfTest with trip");
    }

    #[test]
    fn values_are_said_as_people_write_them() {
        for (given, said) in [
            (Value::Bool(true), "true"),
            (Value::Int(-3), "-3"),
            (Value::Float(0.25), "0.25"),
            (Value::Text("a".into()), "\"a\""),
            (Value::Time(UtcMillis(5)), "5 ms since 1970"),
            (Value::Link(3200, 1), "3200:1"),
        ] {
            assert_eq!(value(&given), said);
        }
    }

    #[test]
    fn a_voltage_is_said_once_where_the_phases_are_alike() {
        let said = |a: f64, b: f64, c: f64| {
            injection(&Injection::SourceVoltage { share: Phases::new(a, b, c), duration: Some(Seconds(0.5)) })
        };
        assert_eq!(said(0.7, 0.7, 0.7), "source voltage 70 % of nominal for 0.5 s");
        assert_eq!(said(0.7, 0.7, 1.0), "source voltage A 70 %, B 70 %, C 100 % of nominal for 0.5 s");
        assert_eq!(said(1.0, 0.7, 0.7), "source voltage A 100 %, B 70 %, C 70 % of nominal for 0.5 s");
        assert_eq!(said(0.12345, 0.12345, 0.12345), "source voltage 12.345 % of nominal for 0.5 s");
        let light = Injection::Light { light: Lux(9000.0), duration: None };
        assert_eq!(injection(&light), "light 9000 lx at the arc sensor");
    }

    #[test]
    fn frequencies_and_faults_are_said_with_what_was_given() {
        let to = |ramp| injection(&Injection::SourceFrequency { target: Hertz(59.0), ramp });
        assert_eq!(to(Some(HertzPerSecond(0.5))), "source frequency to 59 Hz at 0.5 Hz/s");
        assert_eq!(to(None), "source frequency step to 59 Hz");
        let fault = |resistance: f64, inception_deg, arc| {
            injection(&Injection::Fault(NetworkFault {
                kind: FaultKind::LineGround,
                distance_m: 30.0,
                resistance: Ohms(resistance),
                inception_deg,
                arc,
            }))
        };
        assert_eq!(fault(0.0, None, false), "line-to-ground fault A-G at 30 m");
        assert_eq!(fault(0.1, Some(90.0), true), "line-to-ground fault A-G at 30 m, 0.1 Ohm, at 90 deg, with arc");
        assert_eq!(injection(&Injection::GroundLeak { current: Amperes(0.3) }), "ground leak 0.3 A");
        assert_eq!(injection(&Injection::SlowOpening { delay: Seconds(0.0305) }), "slow opening, 30.5 ms later");
    }
}
