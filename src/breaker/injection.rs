//! Disturbances that can be put on a breaker, by key or by drill.

use crate::units::{
    Amperes, Celsius, Hertz, HertzPerSecond, Lux, Ohms, Percent, Phase, Phases, Seconds, VoltAmperes, Volts,
};
use serde::{Deserialize, Serialize};

/// One disturbance. All of them stand until cleared, unless they carry a duration.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Injection {
    /// A short circuit on the feeder of this breaker.
    Fault(NetworkFault),
    /// The load of this breaker scaled: 1 is the load of the plant file, 2 twice its current.
    LoadScale {
        /// Factor on the load current.
        factor: f64,
    },
    /// The voltage of the source, for all breakers of the bus.
    SourceVoltage {
        /// Share of nominal, a phase.
        share: Phases<f64>,
        /// How long; for ever when absent.
        #[serde(default)]
        duration: Option<Seconds>,
    },
    /// The voltage of the source steps up and down for all breakers of the bus, as flicker is tested.
    Fluctuation {
        /// From low to high, percent of nominal.
        depth: Percent,
        /// Steps a minute.
        changes_per_minute: f64,
    },
    /// The frequency of the source.
    SourceFrequency {
        /// Where the ramp ends, or the step goes.
        target: Hertz,
        /// Slope; a step when absent.
        #[serde(default)]
        ramp: Option<HertzPerSecond>,
    },
    /// Harmonic currents drawn by the load of this breaker.
    Harmonics {
        /// THD of the current wanted, with the spectrum of a six-pulse drive.
        thd: Percent,
    },
    /// A leak to ground seen by the zero-sequence transformer.
    GroundLeak {
        /// RMS current of the leak.
        current: Amperes,
    },
    /// Light at the arc sensor.
    Light {
        /// How bright.
        light: Lux,
        /// How long; for ever when absent.
        #[serde(default)]
        duration: Option<Seconds>,
    },
    /// Secondary injection: these currents instead of those of the network.
    Secondary {
        /// RMS magnitude a phase.
        current: Phases<Amperes>,
        /// Angle a phase in degrees, against the phase-A voltage; balanced and in phase when absent.
        #[serde(default = "balanced")]
        angle: Phases<f64>,
        /// Frequency; that of the source when absent.
        #[serde(default)]
        frequency: Option<Hertz>,
        /// Current through the zero-sequence transformer, RMS; the sum of the phases when absent.
        #[serde(default)]
        ground: Option<Amperes>,
        /// Full decaying offset with this X/R on every phase at its start; none when absent.
        #[serde(default)]
        offset_x_r: Option<f64>,
    },
    /// Ends a secondary injection; the currents are those of the network again.
    SecondaryOff,
    /// Secondary injection of voltages: these phase-to-neutral voltages instead of those of the network.
    SecondaryVoltage {
        /// RMS magnitude a phase.
        voltage: Phases<Volts>,
        /// Angle a phase in degrees, against the phase-A voltage of the source; balanced when absent.
        #[serde(default = "balanced")]
        angle: Phases<f64>,
        /// Frequency; that of the source when absent.
        #[serde(default)]
        frequency: Option<Hertz>,
    },
    /// Currents of the transformers at the far end of the zone of 87, positive into the zone.
    RemoteCurrent {
        /// RMS magnitude a phase.
        current: Phases<Amperes>,
        /// Angle a phase in degrees, against the phase-A voltage; balanced and in phase when absent.
        #[serde(default = "balanced")]
        angle: Phases<f64>,
        /// Frequency; that of the source when absent.
        #[serde(default)]
        frequency: Option<Hertz>,
    },
    /// An arc that sputters from one conductor to ground, at random half-cycles.
    ParallelArc {
        /// From which conductor.
        #[serde(default = "phase_a")]
        phase: Phase,
        /// Peak of its half-cycles.
        peak: Amperes,
        /// How many half-cycles it burns.
        half_cycles: u32,
        /// Over how long they are spread.
        within: Seconds,
    },
    /// An arc in a conductor of the load.
    SeriesArc {
        /// In which conductor.
        #[serde(default = "phase_a")]
        phase: Phase,
    },
    /// A transformer is energised behind the breaker.
    Inrush {
        /// Rated power.
        rated: VoltAmperes,
        /// Residual flux of each limb as a share of the rated crest; that of phase A high when absent.
        #[serde(default = "remanent")]
        residual: Phases<f64>,
    },
    /// The load is a motor, standing until it is fed.
    Motor {
        /// Full-load current.
        full_load: Amperes,
        /// Locked-rotor current as a multiple of it.
        #[serde(default = "six")]
        locked_rotor: f64,
        /// Time of a start at rated voltage.
        #[serde(default = "five_seconds")]
        start: Seconds,
        /// Torque of the machine that it drives, a share of the rated.
        #[serde(default = "four_fifths")]
        load: f64,
    },
    /// Another torque at the shaft of the motor: a jam when it is above the breakdown torque.
    MotorTorque {
        /// A share of the rated torque.
        load: f64,
    },
    /// A conductor is broken behind the breaker: phase loss.
    BrokenConductor {
        /// Which.
        phase: Phase,
    },
    /// A zone-interlocking restraint arrives from downstream.
    ZoneRestraint,
    /// The mechanism does not open.
    StuckBreaker,
    /// The mechanism opens later.
    SlowOpening {
        /// How much later.
        delay: Seconds,
    },
    /// The spring motor fails: no recharge.
    SpringMotorFailed,
    /// A terminal or contact of this pole has a greater resistance: the pole runs hot.
    LooseTerminal {
        /// Which.
        phase: Phase,
        /// Resistance of the pole in multiples of what it should be.
        factor: f64,
    },
    /// The circuit of the trip coil is open.
    TripCoilOpen,
    /// The current transformer of this phase is open.
    OpenCurrentTransformer {
        /// Which.
        phase: Phase,
    },
    /// The current transformer of this phase is connected the wrong way round.
    ReversedTransformer {
        /// Which.
        phase: Phase,
    },
    /// The current transformers of two phases are exchanged.
    SwappedPhases {
        /// One.
        first: Phase,
        /// The other.
        second: Phase,
    },
    /// A current channel reads more or less than it should.
    SensorError {
        /// Which.
        phase: Phase,
        /// Error of the ratio from the start.
        #[serde(default)]
        gain: Percent,
        /// How much it grows in an hour.
        #[serde(default)]
        drift: Percent,
    },
    /// The converter of this current repeats its last value.
    FrozenChannel {
        /// Which.
        phase: Phase,
    },
    /// Ambient temperature.
    Ambient {
        /// How warm.
        temperature: Celsius,
    },
    /// The breaker loses its communication.
    CommunicationLost,
}

const fn phase_a() -> Phase {
    Phase::A
}

const fn six() -> f64 {
    6.0
}

const fn five_seconds() -> Seconds {
    Seconds(5.0)
}

const fn four_fifths() -> f64 {
    0.8
}

const fn remanent() -> Phases<f64> {
    Phases::new(0.7, -0.35, -0.35)
}

fn balanced() -> Phases<f64> {
    Phases::new(0.0, -120.0, 120.0)
}

/// A short circuit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkFault {
    /// Which conductors.
    pub kind: FaultKind,
    /// Distance along the feeder in metres.
    pub distance_m: f64,
    /// Resistance of the fault.
    #[serde(default)]
    pub resistance: Ohms,
    /// Angle of the phase-A voltage at inception in degrees; at once when absent.
    #[serde(default)]
    pub inception_deg: Option<f64>,
    /// An arc burns there: light at the sensor.
    #[serde(default)]
    pub arc: bool,
}

/// Which conductors are shorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FaultKind {
    /// Three-phase.
    #[serde(rename = "3PH")]
    ThreePhase,
    /// Line to line: B-C.
    #[serde(rename = "LL")]
    LineLine,
    /// Line to line to ground: B-C-G.
    #[serde(rename = "LLG")]
    LineLineGround,
    /// Line to ground: A-G.
    #[serde(rename = "LG")]
    LineGround,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_of_an_injection_reads_back() {
        let fault = NetworkFault {
            kind: FaultKind::LineGround,
            distance_m: 30.0,
            resistance: Ohms(0.0),
            inception_deg: None,
            arc: false,
        };
        for injection in [Injection::Fault(fault), Injection::StuckBreaker, Injection::LoadScale { factor: 2.0 }] {
            let text = serde_json::to_string(&injection).unwrap();
            assert_eq!(serde_json::from_str::<Injection>(&text).unwrap(), injection, "{text}");
        }
    }
}
