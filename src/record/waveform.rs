//! A captured waveform, as the trip unit saw it: the breaker makes it, the records carry it.

pub use crate::breaker::{AnalogChannel, DigitalChannel, Waveform};
