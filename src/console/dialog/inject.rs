//! Disturbances by key: each has a letter, faults also a distance.

use super::panel::{Panel, window};
use super::{Next, moved, send};
use crate::breaker::injection::{FaultKind, Injection, NetworkFault};
use crate::console::action::Action;
use crate::console::keymap::Context;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::control::Command;
use crate::time::SAMPLES_PER_CYCLE;
use crate::units::{Amperes, Celsius, Hertz, HertzPerSecond, Lux, Ohms, Percent, Phase, Phases, Seconds, VoltAmperes};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Distances at which a fault can be put, in metres along the feeder.
const DISTANCES_M: [f64; 3] = [0.0, 30.0, 100.0];

/// Disturbances by key.
#[derive(Clone, Debug)]
pub struct InjectMenu {
    /// The breaker, by position.
    pub breaker: usize,
    /// Row under the cursor.
    pub cursor: usize,
    /// Which of the distances.
    distance: usize,
}

/// What a row of the menu does.
#[derive(Clone, Copy, Debug)]
enum Does {
    /// A fault of this kind at the chosen distance.
    Fault(FaultKind),
    /// Made from the rated frequency.
    Put(fn(Hertz) -> Injection),
    /// Takes all away.
    Clear,
}

/// Letter, words and deed of each row.
const ROWS: &[(char, &str, Does)] = &[
    ('3', "three-phase fault", Does::Fault(FaultKind::ThreePhase)),
    ('2', "line-to-line fault B-C", Does::Fault(FaultKind::LineLine)),
    ('4', "two-line-to-ground fault B-C-G", Does::Fault(FaultKind::LineLineGround)),
    ('1', "line-to-ground fault A-G", Does::Fault(FaultKind::LineGround)),
    ('a', "arc flash at the breaker", Does::Put(|_| arc_flash())),
    ('o', "overload, 2 x the load", Does::Put(|_| Injection::LoadScale { factor: 2.0 })),
    ('O', "overload, 3 x the load", Does::Put(|_| Injection::LoadScale { factor: 3.0 })),
    ('l', "load step down to 20 %", Does::Put(|_| Injection::LoadScale { factor: 0.2 })),
    ('n', "load as planned", Does::Put(|_| Injection::LoadScale { factor: 1.0 })),
    ('s', "voltage sag to 70 % for 0.5 s", Does::Put(|_| voltage(0.7, 0.5))),
    ('S', "voltage swell to 115 % for 0.5 s", Does::Put(|_| voltage(1.15, 0.5))),
    ('i', "interruption for 0.2 s", Does::Put(|_| voltage(0.0, 0.2))),
    ('v', "flicker, 2 % at 7 a minute", Does::Put(|_| flicker())),
    ('f', "frequency falls 1 Hz, 0.5 Hz/s", Does::Put(|rated| ramp(rated, -1.0))),
    ('F', "frequency rises 1 Hz, 0.5 Hz/s", Does::Put(|rated| ramp(rated, 1.0))),
    ('r', "frequency back to rated", Does::Put(|rated| ramp(rated, 0.0))),
    ('h', "harmonics of the load, THD 15 %", Does::Put(|_| Injection::Harmonics { thd: Percent(15.0) })),
    ('H', "harmonics of the load, THD 40 %", Does::Put(|_| Injection::Harmonics { thd: Percent(40.0) })),
    ('g', "ground leak of 30 A", Does::Put(|_| Injection::GroundLeak { current: Amperes(30.0) })),
    ('p', "sputtering arc, A to ground", Does::Put(|_| parallel_arc())),
    ('u', "inrush of a 75 kVA transformer", Does::Put(|_| inrush())),
    ('d', "conductor A broken", Does::Put(|_| Injection::BrokenConductor { phase: Phase::A })),
    ('b', "light only, 20 klx for 0.1 s", Does::Put(|_| light())),
    ('k', "stuck breaker: does not open", Does::Put(|_| Injection::StuckBreaker)),
    ('j', "opens 200 ms late", Does::Put(|_| Injection::SlowOpening { delay: Seconds(0.2) })),
    ('m', "spring motor failed", Does::Put(|_| Injection::SpringMotorFailed)),
    ('y', "loose terminal C, 3 x", Does::Put(|_| Injection::LooseTerminal { phase: Phase::C, factor: 3.0 })),
    ('z', "trip coil circuit open", Does::Put(|_| Injection::TripCoilOpen)),
    ('t', "current transformer A open", Does::Put(|_| Injection::OpenCurrentTransformer { phase: Phase::A })),
    ('e', "current channel A 10 % low", Does::Put(|_| low_channel())),
    ('Z', "current channel A frozen", Does::Put(|_| Injection::FrozenChannel { phase: Phase::A })),
    ('w', "ambient 55 degrees", Does::Put(|_| Injection::Ambient { temperature: Celsius(55.0) })),
    ('c', "communication lost", Does::Put(|_| Injection::CommunicationLost)),
    ('x', "CLEAR ALL", Does::Clear),
];

fn arc_flash() -> Injection {
    // 18.8 kA of 25 kA bolted: the arcing current at 480 V and a gap of 25 mm (IEEE 1584-2018, configuration VCB).
    let resistance = Ohms(0.0077);
    Injection::Fault(NetworkFault {
        kind: FaultKind::ThreePhase,
        distance_m: 0.0,
        resistance,
        inception_deg: None,
        arc: true,
    })
}

const fn voltage(share: f64, seconds: f64) -> Injection {
    Injection::SourceVoltage { share: Phases::splat(share), duration: Some(Seconds(seconds)) }
}

fn ramp(rated: Hertz, by: f64) -> Injection {
    Injection::SourceFrequency { target: rated + Hertz(by), ramp: Some(HertzPerSecond(0.5)) }
}

const fn flicker() -> Injection {
    Injection::Fluctuation { depth: Percent(2.0), changes_per_minute: 7.0 }
}

const fn light() -> Injection {
    Injection::Light { light: Lux(20_000.0), duration: Some(Seconds(0.1)) }
}

const fn parallel_arc() -> Injection {
    Injection::ParallelArc { phase: Phase::A, peak: Amperes(400.0), half_cycles: 10, within: Seconds(0.5) }
}

const fn inrush() -> Injection {
    Injection::Inrush { rated: VoltAmperes(75_000.0), residual: Phases::new(0.7, -0.35, -0.35) }
}

const fn low_channel() -> Injection {
    Injection::SensorError { phase: Phase::A, gain: Percent(-10.0), drift: Percent(0.0) }
}

impl InjectMenu {
    pub(super) fn open(model: &Model) -> Result<Self, String> {
        if model.ui.read_only {
            return Err("inject refused: this console is read-only".into());
        }
        match model.selected() {
            Some(_) => Ok(Self { breaker: model.ui.selected, cursor: 0, distance: 0 }),
            None => Err("no breaker to inject on".into()),
        }
    }

    pub(super) fn act(&mut self, model: &mut Model, action: Action) -> Next {
        match action {
            Action::Cancel => Next::Close,
            Action::Confirm => self.put(model, self.cursor),
            Action::Left => {
                self.distance = self.distance.saturating_sub(1);
                Next::Stay
            }
            Action::Right => {
                self.distance = (self.distance + 1).min(DISTANCES_M.len() - 1);
                Next::Stay
            }
            other => {
                self.cursor = moved(self.cursor, other, ROWS.len());
                Next::Stay
            }
        }
    }

    pub(super) fn letter(&mut self, model: &mut Model, c: char) -> Next {
        match ROWS.iter().position(|(letter, ..)| *letter == c) {
            Some(at) => self.put(model, at),
            None => Next::Stay,
        }
    }

    fn put(&self, model: &mut Model, at: usize) -> Next {
        let Some((_, words, does)) = ROWS.get(at) else { return Next::Stay };
        let name = model.snapshot.breakers.get(self.breaker).map_or("", |b| b.designation.as_ref()).to_owned();
        let rated = Hertz(f64::from(model.snapshot.rate.hz() / SAMPLES_PER_CYCLE));
        let (command, words) = match does {
            Does::Fault(kind) => {
                let distance_m = DISTANCES_M[self.distance];
                let fault =
                    NetworkFault { kind: *kind, distance_m, resistance: Ohms(0.0), inception_deg: None, arc: false };
                let words = format!("inject {words} at {distance_m:.0} m on {name}");
                (Command::Inject(Injection::Fault(fault)), words)
            }
            Does::Put(make) => (Command::Inject(make(rated)), format!("inject {words} on {name}")),
            Does::Clear => (Command::ClearInjections, format!("clear faults of {name}")),
        };
        send(model, self.breaker, command, words)
    }

    pub(super) fn view(&self, model: &Model, area: Rect, buf: &mut Buffer) {
        let Some(b) = model.snapshot.breakers.get(self.breaker) else { return };
        // On a low but wide screen all rows stay in sight, in two columns: the letters are what one looks for.
        let tall = ROWS.len() as u16 + 4;
        let columns = if area.height < tall && area.width >= 78 { 2 } else { 1 };
        let standing = match b.injections.len() {
            0 => String::new(),
            n => format!("   {n} standing"),
        };
        let title = format!("INJECT on {} {}{standing}", b.designation, b.load);
        let size = if columns == 2 { (78, ROWS.len().div_ceil(2) as u16 + 3) } else { (48, tall) };
        let mut p = Panel::new(model, area, buf, &title, size);
        let mut spans = vec![p.span(Role::Dim, "fault at ")];
        for (i, d) in DISTANCES_M.iter().enumerate() {
            let (role, text) = if i == self.distance {
                (Role::Accent, format!("[{d:.0} m]"))
            } else {
                (Role::Dim, format!(" {d:.0} m "))
            };
            spans.push(p.span(role, text));
        }
        let arrows = [Action::Left, Action::Right].map(|a| model.keymap.keys_for(Context::Menu, a).unwrap_or_default());
        spans.push(p.span(Role::Dim, format!("  {}", arrows.join(" "))));
        p.line(spans);
        let entry = |p: &Panel<'_>, i: usize| {
            let (letter, words, does) = ROWS[i];
            let role = match (i == self.cursor, does) {
                (true, _) => Role::Selected,
                (_, Does::Clear) => Role::Strong,
                _ => Role::Text,
            };
            let sign = if i == self.cursor { p.symbols.pointer } else { " " };
            let pad = if columns == 2 { 32 } else { 36 };
            vec![p.span(Role::Accent, format!("{sign} {letter}  ")), p.span(role, format!("{words:<pad$}"))]
        };
        // In two columns every line is needed; the keys stand in the hint row below as well.
        let keys = columns == 1;
        let rows = usize::from(p.left().saturating_sub(u16::from(keys))).max(1);
        let half = ROWS.len().div_ceil(columns);
        for i in window(self.cursor % half, half, rows) {
            let mut spans = entry(&p, i);
            if columns == 2 && i + half < ROWS.len() {
                spans.extend(entry(&p, i + half));
            }
            p.line(spans);
        }
        if keys {
            p.keys(model, Context::Menu, &[(Action::Confirm, "put on"), (Action::Cancel, "back")]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_has_a_letter_of_its_own() {
        for (i, (letter, ..)) in ROWS.iter().enumerate() {
            assert!(!ROWS[i + 1..].iter().any(|(other, ..)| other == letter), "{letter}");
        }
    }

    #[test]
    fn every_kind_of_disturbance_that_needs_no_numbers_has_a_row() {
        // Secondary injection takes numbers, which a menu cannot ask for, and a menu of 24 lines has no room for mistakes of
        // wiring; drills give them.
        let kinds: std::collections::BTreeSet<String> = ROWS
            .iter()
            .filter_map(|(_, _, does)| match does {
                Does::Put(make) => Some(make(Hertz(60.0))),
                _ => None,
            })
            .map(|i| format!("{i:?}").split([' ', '(']).next().unwrap().to_owned())
            .collect();
        for kind in [
            "Fault",
            "LoadScale",
            "SourceVoltage",
            "SourceFrequency",
            "Harmonics",
            "GroundLeak",
            "Light",
            "StuckBreaker",
            "SlowOpening",
            "SpringMotorFailed",
            "Fluctuation",
            "LooseTerminal",
            "TripCoilOpen",
            "OpenCurrentTransformer",
            "SensorError",
            "FrozenChannel",
            "ParallelArc",
            "Inrush",
            "BrokenConductor",
            "Ambient",
            "CommunicationLost",
        ] {
            assert!(kinds.contains(kind), "{kind}");
        }
    }
}
