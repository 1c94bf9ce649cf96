//! What a record says.

use super::Class;
use super::waveform::Waveform;
use crate::breaker::Movement;
use crate::breaker::diagnostic::TestReport;
use crate::control::{BreakerIx, Denied, Origin, RequestId};
use crate::profile::{Role, Severity};
use crate::protection::{ElementId, Transition};
use crate::time::{Tick, UtcMillis};
use crate::units::{Amperes, Phase, Phases, Seconds, number};
use serde::{Deserialize, Deserializer, Serialize};
use std::sync::Arc;

/// One line of what happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Number, from 1, without gaps.
    pub seq: u64,
    /// When, in samples.
    pub tick: Tick,
    /// When, by the calendar.
    pub utc: UtcMillis,
    /// Where.
    pub breaker: BreakerIx,
    /// Id of the breaker.
    pub device: Arc<str>,
    /// What.
    pub body: Body,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Body {
    /// A protection element changed.
    Element(ElementChange),
    /// A trip was commanded.
    Trip(Box<TripRecord>),
    /// The last pole of a trip has interrupted: what was measured.
    Cleared(Box<ClearedRecord>),
    /// The mechanism moved.
    Operation(Operation),
    /// A request was decided.
    Request(RequestRecord),
    /// An alarm changed.
    Alarm(AlarmRecord),
    /// Settings changed.
    Settings(SettingsRecord),
    /// A disturbance of the voltage ended.
    PowerQuality(PowerQualityRecord),
    /// A disturbance was injected or cleared.
    Injection(InjectionRecord),
    /// A test is over: what it found.
    Test(Box<TestReport>),
    /// A link came up or went down, or a diagnostic remark.
    Note(NoteRecord),
}

/// A change of an element; the owned form of [`Transition`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ElementChange {
    /// Which.
    pub element: ElementId,
    /// What.
    pub change: crate::protection::Change,
    /// The leading phase.
    pub phase: Option<Phase>,
    /// The quantity at that instant.
    #[serde(deserialize_with = "number")]
    pub quantity: f64,
    /// What it was compared with.
    #[serde(deserialize_with = "number")]
    pub threshold: f64,
    /// Unit of both.
    pub unit: String,
}

impl From<Transition> for ElementChange {
    fn from(t: Transition) -> Self {
        Self {
            element: t.id,
            change: t.change,
            phase: t.phase,
            quantity: t.quantity,
            threshold: t.threshold,
            unit: t.unit.to_owned(),
        }
    }
}

/// The id of a trip, the same on every path: device id, `-T`, number of the trip of this device.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TripId(pub Arc<str>);

/// A trip as it was commanded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TripRecord {
    /// Its id.
    pub id: TripId,
    /// What tripped.
    pub cause: TripCause,
    /// All elements that operated in the same pass.
    pub operated: Vec<ElementId>,
    /// The leading phase.
    pub phase: Option<Phase>,
    /// Current of the leading phase (or the ground current) at the trip command, RMS.
    pub current: Amperes,
    /// RMS currents at the trip command.
    pub currents: Phases<Amperes>,
    /// Measured time from start of the element to the trip command.
    pub delay: Seconds,
    /// What the setting would have it be at that current; none for manual trips.
    pub set_delay: Option<Seconds>,
    /// Threshold that was passed.
    pub threshold: Option<f64>,
}

/// Why the breaker tripped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TripCause {
    /// A protection element.
    Element(ElementId),
    /// A request, with the reason given.
    Manual {
        /// Who.
        origin: Origin,
        /// The reason given.
        reason: Arc<str>,
    },
}

/// What was measured when the last pole had interrupted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClearedRecord {
    /// Of which trip.
    pub id: TripId,
    /// From start of the element (or the request) to the last current zero.
    pub clearing: Seconds,
    /// From the trip command to contact parting.
    pub opening: Seconds,
    /// Current of each pole at contact parting, RMS.
    pub interrupted: Phases<Amperes>,
    /// Let-through energy of each pole from start to interruption, A2s.
    #[serde(deserialize_with = "numbers")]
    pub i2t: Phases<f64>,
    /// Greatest instantaneous current of each pole, A.
    #[serde(deserialize_with = "numbers")]
    pub peak: Phases<f64>,
    /// The waveform, for COMTRADE; not serialised with the record.
    #[serde(skip)]
    pub waveform: Option<Arc<Waveform>>,
}

/// A movement of the mechanism.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// What moved.
    pub what: Movement,
    /// What it took, where that was measured.
    pub duration: Option<Seconds>,
}

/// A request and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestRecord {
    /// Its number.
    pub id: RequestId,
    /// Who asked.
    pub origin: Origin,
    /// With what role.
    pub role: Role,
    /// What, in words.
    pub command: String,
    /// Why it was refused; none when it was done.
    pub denied: Option<Denied>,
}

/// An alarm and its new state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlarmRecord {
    /// Which.
    pub alarm: Arc<str>,
    /// How bad.
    pub severity: SeverityWord,
    /// Active now.
    pub active: bool,
    /// Acknowledged.
    pub acknowledged: bool,
}

/// [`Severity`] as records write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeverityWord {
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Critical.
    Critical,
}

impl From<Severity> for SeverityWord {
    fn from(s: Severity) -> Self {
        match s {
            Severity::Low => Self::Low,
            Severity::Medium => Self::Medium,
            Severity::High => Self::High,
            Severity::Critical => Self::Critical,
        }
    }
}

/// A change of settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingsRecord {
    /// Template applied, if one was.
    pub template: Option<Arc<str>>,
    /// Each change: id, old and new value as text in the unit of the profile.
    pub changes: Vec<(String, String, String)>,
    /// Warnings of the validator.
    pub warnings: Vec<String>,
}

/// A voltage event of IEEE 1159.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PowerQualityRecord {
    /// `sag`, `swell`, `interruption`.
    pub kind: String,
    /// `instantaneous`, `momentary`, `temporary`, `long`.
    pub class: String,
    /// Residual or greatest voltage, percent of nominal.
    #[serde(deserialize_with = "number")]
    pub extreme_percent: f64,
    /// How long.
    pub duration: Seconds,
    /// Phases that took part.
    pub phases: Vec<Phase>,
    /// Where it lies on the ITIC plane: `no interruption`, `no damage`, `prohibited`.
    #[serde(default)]
    pub itic: String,
}

/// A disturbance put on or taken off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InjectionRecord {
    /// The disturbance; none: all cleared.
    pub injection: Option<crate::breaker::injection::Injection>,
}

/// A remark of a link or a diagnostic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoteRecord {
    /// Its class.
    pub class: Class,
    /// The words.
    pub text: String,
}

/// Numbers a phase; one that is not finite is `null` in JSON.
fn numbers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Phases<f64>, D::Error> {
    Phases::<Option<f64>>::deserialize(deserializer).map(|p| p.map(|v| v.unwrap_or(f64::NAN)))
}
