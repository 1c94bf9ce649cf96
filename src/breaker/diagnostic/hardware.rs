//! What can be seen at once: settings, sensors, mechanism, memory.

use super::report::{Check, Outcome};
use crate::breaker::condition::OPENING_LIMIT;
use crate::breaker::{Breaker, SavedBreaker, Spring};
use crate::protection::{self, ElementId};
use crate::time::SAMPLES_PER_CYCLE;
use crate::units::{Amperes, Celsius, Phase, Phases};
use std::sync::Arc;

/// A pole carries current for sure above this share of the rating.
const LOADED: f64 = 0.10;
/// A phase that shows less than this share of the others while they are loaded shows nothing.
const NOTHING: f64 = 0.05;
/// The trip unit is built for this.
const UNIT_LIMIT: Celsius = Celsius(85.0);

/// Names of the recorded channels, in their order.
const CHANNELS: [&str; 8] = ["IA", "IB", "IC", "IN", "IG", "VA", "VB", "VC"];

/// All of it, one check each.
pub(super) fn checks(step: &Arc<str>, b: &Breaker) -> Vec<Check> {
    let check = |item: &str, found: Result<String, String>| {
        let (outcome, finding) = match found {
            Ok(finding) => (Outcome::Passed, finding),
            Err(finding) => (Outcome::Failed, finding),
        };
        let step = Arc::clone(step);
        Check { step, item: item.to_owned(), outcome, finding, expected: None, measured: None }
    };
    vec![
        check("settings", settings(b)),
        check("current transformers", transformers(b)),
        check("channels", channels(b)),
        check("trip unit", unit(b)),
        check("spring", spring(b)),
        check("trip coil", coil(b)),
        check("mechanism", mechanism(b)),
        check("memory", memory(b)),
    ]
}

fn settings(b: &Breaker) -> Result<String, String> {
    let s = &b.settings.protection;
    if !s.enabled {
        return Err("the protection is out of service by setting".to_owned());
    }
    match protection::check(s, &b.settings.rating.rated()) {
        Ok(()) => Ok("agree with each other".to_owned()),
        Err(errors) => Err(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")),
    }
}

fn transformers(b: &Breaker) -> Result<String, String> {
    if b.elements().iter().any(|e| e.id == ElementId::CurrentTransformer && e.operated) {
        return Err("the supervision sees an open current transformer".to_owned());
    }
    let poles = b.conducting();
    let currents = b.quantities().current_rms;
    let (most, greatest) = currents.greatest();
    if greatest < b.settings.rating.current * LOADED {
        return Ok(format!("not loaded enough to compare the phases ({:.1} A)", greatest.0));
    }
    let dead: Vec<String> = Phase::ALL
        .into_iter()
        .filter(|p| poles[*p] && currents[*p] < greatest * NOTHING)
        .map(|p| format!("phase {} reads {:.1} A", p.letter(), currents[p].0))
        .collect();
    if dead.is_empty() {
        Ok("all loaded phases read current".to_owned())
    } else {
        Err(format!("{} while phase {} carries {:.1} A", dead.join(", "), most.letter(), greatest.0))
    }
}

/// A channel that repeats one value other than nothing for a whole cycle does not follow the wires.
fn channels(b: &Breaker) -> Result<String, String> {
    let rows: Vec<[f32; 8]> = b.newest_rows(SAMPLES_PER_CYCLE as usize).collect();
    let frozen: Vec<String> = CHANNELS
        .iter()
        .enumerate()
        .filter_map(|(k, name)| {
            let first = rows.first()?[k];
            (first != 0.0 && rows.iter().all(|row| row[k] == first)).then(|| format!("{name} stands at {first:.1}"))
        })
        .collect();
    let wild = rows.iter().flatten().any(|v| !v.is_finite());
    match (frozen.is_empty(), wild) {
        (true, false) => Ok("all follow the wires".to_owned()),
        (_, true) => Err("a channel gives no number".to_owned()),
        _ => Err(frozen.join(", ")),
    }
}

fn unit(b: &Breaker) -> Result<String, String> {
    let temperature = b.condition().unit_temperature();
    let words = format!("at {:.1} °C", temperature.0);
    if b.communication_lost() {
        Err("the communication unit has failed".to_owned())
    } else if temperature > UNIT_LIMIT {
        Err(format!("{words}, built for {:.0} °C", UNIT_LIMIT.0))
    } else {
        Ok(words)
    }
}

fn spring(b: &Breaker) -> Result<String, String> {
    match b.spring() {
        Spring::Charged => Ok("charged".to_owned()),
        Spring::Charging => Ok("the motor winds it".to_owned()),
        Spring::Discharged => Err("discharged, and the motor does not run".to_owned()),
    }
}

/// A supervision current through coil and wiring.
fn coil(b: &Breaker) -> Result<String, String> {
    if b.failures().coil {
        Err("the circuit is open: no trip through it".to_owned())
    } else {
        Ok("the circuit is closed".to_owned())
    }
}

fn mechanism(b: &Breaker) -> Result<String, String> {
    if b.in_fault() {
        return Err("a failure to open stands".to_owned());
    }
    match b.last_opening() {
        Some(took) if took > OPENING_LIMIT => {
            Err(format!("the last opening took {:.1} ms, more than {:.0} ms", took.0 * 1e3, OPENING_LIMIT.0 * 1e3))
        }
        Some(took) => Ok(format!("the last opening took {:.1} ms", took.0 * 1e3)),
        None => Ok("has not opened since the start".to_owned()),
    }
}

/// What is kept over a restart reads back as it is.
fn memory(b: &Breaker) -> Result<String, String> {
    let kept = b.saved();
    let text = serde_json::to_string(&kept).map_err(|e| e.to_string())?;
    let back: SavedBreaker =
        serde_json::from_str(&text).map_err(|e| format!("the kept state does not read back: {e}"))?;
    let counts = [
        kept.life.wear.greatest().1,
        kept.life.service_s,
        kept.heat.long_time,
        kept.heat.thermal_image,
        kept.energy.imported_kwh,
    ];
    if counts.iter().any(|v| !v.is_finite() || *v < 0.0) {
        return Err("a counter is no number above nothing".to_owned());
    }
    if back.life.trips > back.life.trip_number || back.life.operations != kept.life.operations {
        return Err("the counters contradict each other".to_owned());
    }
    Ok(format!("{} bytes of state read back", text.len()))
}

/// The converters against a reference of rated current and voltage.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub(super) samples: u32,
    sum: Phases<f64>,
    volts: Phases<f64>,
}

/// Error that is still good: the class of the current measurement of this kind of trip unit.
const REFERENCE_ERROR: f64 = 0.005;
/// Cycles over which the reference is measured.
pub(super) const REFERENCE_CYCLES: u32 = 12;

impl Reference {
    pub(super) fn new() -> Self {
        Self { samples: 0, sum: Phases::default(), volts: Phases::default() }
    }

    /// Takes what the converters show of a sample of the reference.
    pub(super) fn add(&mut self, current: &Phases<f64>, voltage: &Phases<f64>) {
        self.samples += 1;
        for phase in Phase::ALL {
            self.sum[phase] += current[phase] * current[phase];
            self.volts[phase] += voltage[phase] * voltage[phase];
        }
    }

    pub(super) fn checks(&self, step: &Arc<str>, current: Amperes, voltage: f64) -> Vec<Check> {
        let n = f64::from(self.samples.max(1));
        let lanes = Phase::ALL.into_iter().flat_map(|p| {
            let letter = p.letter();
            [
                (format!("I{letter}"), (self.sum[p] / n).sqrt(), current.0, "A"),
                (format!("V{letter}"), (self.volts[p] / n).sqrt(), voltage, "V"),
            ]
        });
        lanes
            .filter(|(.., reference, _)| *reference > 0.0)
            .map(|(item, read, reference, unit)| {
                let error = read / reference - 1.0;
                let good = error.abs() <= REFERENCE_ERROR;
                Check {
                    step: Arc::clone(step),
                    item,
                    outcome: if good { Outcome::Passed } else { Outcome::Failed },
                    finding: format!("reads {read:.2} {unit} of {reference:.2} {unit}, error {:+.2} %", error * 100.0),
                    expected: None,
                    measured: None,
                }
            })
            .collect()
    }
}
