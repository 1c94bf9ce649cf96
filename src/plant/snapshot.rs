//! What a screen may see of the plant: an immutable picture, the latest wins.

use crate::breaker::injection::Injection;
use crate::breaker::{Contacts, Position, Spring, Status};
use crate::control::{Interlock, Switch};
use crate::point::Reading;
use crate::protection::ElementState;
use crate::record::{TripId, TripRecord};
use crate::time::{SampleRate, Tick, UtcMillis};
use crate::units::{Amperes, Celsius, Hertz, Percent, Phase, Phases, Seconds, Vars, VoltAmperes, Volts, Watts};
use num_complex::Complex64;
use std::sync::Arc;

/// The plant at one instant.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// When, in samples.
    pub tick: Tick,
    /// When, by the calendar.
    pub utc: UtcMillis,
    /// Samples a second.
    pub rate: SampleRate,
    /// Simulated seconds a second that was asked for.
    pub speed: f64,
    /// Time stands still.
    pub paused: bool,
    /// Number of the newest record.
    pub newest_record: u64,
    /// Name of the plant.
    pub plant: Arc<str>,
    /// The bus.
    pub bus: BusView,
    /// The breakers, in plant order.
    pub breakers: Vec<Arc<BreakerView>>,
}

/// The bus behind the breakers.
#[derive(Clone, Copy, Debug, Default)]
pub struct BusView {
    /// Line-to-line voltages, RMS: ab, bc, ca.
    pub line_voltage: Phases<Volts>,
    /// Frequency of the source; none when dead.
    pub frequency: Option<Hertz>,
    /// Power into the bus.
    pub power: Watts,
    /// Position of the breaker that feeds the bus, when one of the simulated breakers does.
    pub main: Option<usize>,
}

/// One breaker at one instant.
#[derive(Clone, Debug)]
pub struct BreakerView {
    /// Device id, as on the wire.
    pub id: Arc<str>,
    /// Short designation on the one-line diagram, for example `Q01`.
    pub designation: Arc<str>,
    /// What it feeds, for example `Chiller 1`.
    pub load: Arc<str>,
    /// The state of the brief.
    pub status: Status,
    /// Main contacts.
    pub contacts: Contacts,
    /// Closing spring.
    pub spring: Spring,
    /// Truck position.
    pub position: Position,
    /// Trip latch.
    pub trip_latched: bool,
    /// Lockout (86).
    pub lockout: bool,
    /// The switch stands on local.
    pub local: bool,
    /// Remote control enabled by setting.
    pub remote_enabled: bool,
    /// Maintenance mode (arc reduction).
    pub maintenance_mode: bool,
    /// Danger tag text.
    pub tag: Option<Arc<str>>,
    /// What keeps it from closing now; empty: ready to close.
    pub not_ready: Vec<Interlock>,
    /// Selection held: the action, by whom, and how long it still holds.
    pub selection: Option<(Switch, Arc<str>, Seconds)>,
    /// Disturbances that stand now.
    pub injections: Vec<Injection>,
    /// Rated current.
    pub rated_current: Amperes,
    /// Poles, 1 to 4.
    pub poles: usize,
    /// Measured values.
    pub measured: MeasuredView,
    /// The elements, in order of arbitration.
    pub elements: Vec<ElementState>,
    /// Time-current curves of the settings in force, in order of arbitration; anew only when settings change.
    pub curves: Arc<[CurveView]>,
    /// Last trip with its calendar time.
    pub last_trip: Option<(UtcMillis, Arc<TripRecord>)>,
    /// Clearing time of the last trip.
    pub last_clearing: Option<(TripId, Seconds)>,
    /// Condition.
    pub condition: ConditionView,
    /// Auto-reclose state in a word.
    pub reclose: Arc<str>,
    /// Alarms that are active or not acknowledged.
    pub alarms: Vec<AlarmView>,
    /// Last six cycles, newest last: three currents (A) and three voltages (V), one value a sample.
    pub scope: Arc<Scope>,
    /// Trend of the RMS currents and voltages, one point a second, newest last.
    pub trend: Arc<Trend>,
    /// Readings by position of the parameter in the profile.
    pub readings: Arc<[Reading]>,
    /// Warnings of the settings validator for the settings in force.
    pub warnings: Arc<[String]>,
    /// Settings can be taken back.
    pub can_undo: bool,
}

impl BreakerView {
    /// The phases that have a pole here.
    #[must_use]
    pub fn phases(&self) -> &'static [Phase] {
        const ALL: &[Phase] = &Phase::ALL;
        &ALL[..self.poles.clamp(1, ALL.len())]
    }
}

/// Measured values of a breaker.
#[derive(Clone, Debug, Default)]
pub struct MeasuredView {
    /// RMS currents.
    pub current: Phases<Amperes>,
    /// RMS phase-to-neutral voltages.
    pub voltage: Phases<Volts>,
    /// RMS line-to-line voltages: ab, bc, ca.
    pub line_voltage: Phases<Volts>,
    /// Ground current.
    pub ground: Amperes,
    /// Current phasors, RMS, against the phase-A voltage.
    pub current_phasor: Phases<Complex64>,
    /// Voltage phasors, RMS, against the phase-A voltage.
    pub voltage_phasor: Phases<Complex64>,
    /// Magnitudes of the sequence components of the current: positive, negative, zero.
    pub current_sequence: (Amperes, Amperes, Amperes),
    /// Magnitudes of the sequence components of the voltage.
    pub voltage_sequence: (Volts, Volts, Volts),
    /// Active power.
    pub active: Watts,
    /// Fundamental reactive power.
    pub reactive: Vars,
    /// Arithmetic apparent power.
    pub apparent: VoltAmperes,
    /// True power factor, none without load.
    pub power_factor: Option<f64>,
    /// Frequency, none when there is no voltage.
    pub frequency: Option<Hertz>,
    /// THD of the currents.
    pub current_thd: Phases<Percent>,
    /// THD of the voltages.
    pub voltage_thd: Phases<Percent>,
    /// Harmonic currents h = 1..50 in percent of the fundamental, phase A, B, C.
    pub current_spectrum: Phases<Arc<[f32]>>,
    /// Harmonic voltages, likewise.
    pub voltage_spectrum: Phases<Arc<[f32]>>,
}

/// A time-current curve for the log-log plane.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveView {
    /// Whose.
    pub element: crate::protection::ElementId,
    /// Current in A and time to operate in s, by rising current.
    pub points: Vec<(f64, f64)>,
}

/// Condition of a breaker.
#[derive(Clone, Debug, Default)]
pub struct ConditionView {
    /// Temperature of the hottest pole.
    pub temperature: Celsius,
    /// Thermal image, 100 = trip.
    pub thermal: Percent,
    /// Contact wear of each pole.
    pub wear: Phases<Percent>,
    /// Operations.
    pub operations: u64,
    /// Trips.
    pub trips: u64,
    /// Hours in service.
    pub hours: f64,
    /// Maintenance is due, and why.
    pub maintenance: Option<Arc<str>>,
    /// Opening time of the last operation.
    pub opening: Option<Seconds>,
    /// Health: the least of its parts, which part that is, and what to do.
    pub health: Percent,
    /// The part that limits it.
    pub health_limit: &'static str,
    /// What to do.
    pub health_action: Arc<str>,
    /// The anomaly detection in words.
    pub anomaly: Arc<str>,
    /// A contact has left its baseline.
    pub anomalous: bool,
    /// Hours until a contact is at its end, lower end of a 90 % interval; none while the trend is insufficient.
    pub remaining_h: Option<f64>,
    /// The test that runs, else the last one, in one line.
    pub test: Option<Arc<str>>,
}

/// An alarm for the list.
#[derive(Clone, Debug)]
pub struct AlarmView {
    /// Id in the profile.
    pub id: Arc<str>,
    /// How bad.
    pub severity: crate::profile::Severity,
    /// Condition holds now.
    pub active: bool,
    /// Seen by an operator.
    pub acknowledged: bool,
    /// Since when.
    pub since: UtcMillis,
    /// What to do.
    pub response: Arc<str>,
}

/// The newest cycles of the waveforms.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Currents, A.
    pub current: Phases<Vec<f32>>,
    /// Voltages, V.
    pub voltage: Phases<Vec<f32>>,
}

/// One point a second.
#[derive(Clone, Debug, Default)]
pub struct Trend {
    /// RMS currents, A.
    pub current: Phases<Vec<f32>>,
    /// Active power, kW.
    pub power_kw: Vec<f32>,
}
