//! Who may switch, and what is measured how often.

use super::Binding;
use super::row::{self, quantity, switch};
use crate::profile::{Value, ValueKind};

pub(super) const ROWS: &[Binding] = &[
    switch!("RemoteControlEnabled", control.remote_enabled),
    quantity!("MeasurementInterval", "s", measurement.interval),
    switch!("HarmonicAnalysis", measurement.harmonics),
    switch!("PowerQualityMonitoring", measurement.power_quality),
];
