//! What can be wrong with a network description or a disturbance.

/// Why a network or a disturbance is not possible.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PowerError {
    /// Not a low voltage.
    #[error("source voltage {0} V: state a line-to-line voltage of 50 to 1000 V")]
    SourceVoltage(f64),
    /// Neither of the two systems.
    #[error("source frequency {0} Hz: state 50 or 60 Hz")]
    SourceFrequency(f64),
    /// A resistance or reactance is negative or not a number.
    #[error("{what}: r = {r}, x = {x} ohm: both must be numbers of at least 0")]
    Impedance {
        /// Of what.
        what: String,
        /// Resistance in ohms.
        r: f64,
        /// Reactance in ohms.
        x: f64,
    },
    /// The short-circuit current would have no bound.
    #[error("z1 of the source is zero: state r and x, they limit the short-circuit current")]
    NoSourceImpedance,
    /// Feeder length.
    #[error("feeder length {0} m: state 0 to 10000 m")]
    FeederLength(f64),
    /// Feeder zero-sequence factor.
    #[error("zero-sequence factor {0}: state 0 to 100")]
    ZeroSequenceFactor(f64),
    /// Current and power.
    #[error("a load states both current and power: state one of them")]
    LoadTwice,
    /// Load size.
    #[error("load of {0}: state a number of at least 0")]
    LoadSize(f64),
    /// Load power factor.
    #[error("power factor {0}: state 0.05 to 1")]
    PowerFactor(f64),
    /// Load factor or unbalance.
    #[error("load factor {0}: state 0 to 100")]
    LoadFactor(f64),
    /// Distortion.
    #[error("THD of {0} %: state 0 to 100")]
    Thd(f64),
    /// Two breakers say that they feed the bus.
    #[error("breakers {0} and {1} both feed the bus: only one may be the main")]
    TwoMains(usize, usize),
    /// No breaker with this number.
    #[error("no breaker number {0}: the network has {1}")]
    NoBreaker(usize, usize),
    /// One conductor alone.
    #[error("a fault needs two conductors, or one and ground")]
    FaultConductors,
    /// The fault is beyond the feeder.
    #[error("fault at {distance_m} m: the feeder of this breaker is {length_m} m long")]
    FaultDistance {
        /// Where it should be.
        distance_m: f64,
        /// How long the feeder is.
        length_m: f64,
    },
    /// Negative or NaN.
    #[error("fault resistance {0} ohm: state 0 to 1e6")]
    FaultResistance(f64),
    /// NaN or infinite.
    #[error("angle {0}: state degrees")]
    Angle(f64),
    /// Voltage share out of range.
    #[error("source voltage of {0} x nominal: state 0 to 10")]
    VoltageShare(f64),
    /// Frequency out of range.
    #[error("frequency {0} Hz: state 10 to 400 Hz")]
    Frequency(f64),
    /// A ramp that does not get anywhere.
    #[error("frequency ramp of {0} Hz/s: state a slope other than 0")]
    Ramp(f64),
    /// Harmonic order outside of the sampled band.
    #[error("harmonic order {0}: state 2 to 50")]
    HarmonicOrder(u32),
    /// Harmonic share.
    #[error("harmonic voltage of {0} %: state 0 to 100")]
    HarmonicShare(f64),
    /// More half-cycles than the time has.
    #[error("an arc of {half_cycles} half-cycles within {within_s} s: state at least one and no more than fit")]
    ArcHalfCycles {
        /// How many.
        half_cycles: u32,
        /// Within how many seconds.
        within_s: f64,
    },
    /// A series arc needs a circuit of its own.
    #[error("a series arc needs a feeder with a load between phase and neutral (four-wire)")]
    SeriesArcLoad,
    /// Rating of a transformer.
    #[error("transformer of {0} VA: state more than 0 and at most 10 MVA")]
    TransformerRating(f64),
    /// Residual flux.
    #[error("residual flux of {0}: state -1 to 1 of the rated crest")]
    ResidualFlux(f64),
    /// A motor that nobody builds.
    #[error(
        "a motor: state a full-load current up to 10 kA, a locked-rotor multiple of 3 to 12, a start of 0.2 to 60 s"
    )]
    Motor,
    /// Torque at the shaft.
    #[error("torque of {0} x rated: state 0 to 20")]
    MotorTorque(f64),
    /// The load is more than the motor can start.
    #[error("a load of {0} x rated torque stalls this motor before it is up to speed")]
    MotorStalls(f64),
    /// There is no motor.
    #[error("the load of this breaker is no motor: put one on first")]
    NoMotor,
    /// The main has no load of its own.
    #[error("the main has no load of its own: name a feeder")]
    NoLoad,
    /// Negative, NaN or beyond the sensors.
    #[error("voltage of {0} V: state 0 to 10000")]
    Voltage(f64),
    /// Negative, NaN or beyond the sensors.
    #[error("current of {0} A: state 0 to 200000")]
    Current(f64),
    /// Time constant of an offset.
    #[error("X/R of {0}: state 0 to 1000")]
    XOverR(f64),
    /// Negative or NaN.
    #[error("light of {0} lx: state 0 to 1000000")]
    Light(f64),
    /// Negative or NaN.
    #[error("noise of {0}: state a number of at least 0")]
    Noise(f64),
}
