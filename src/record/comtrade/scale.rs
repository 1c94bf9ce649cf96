//! How a channel is scaled: `value = a x + b`, b = 0.

use super::Form;
use crate::record::{AnalogChannel, Waveform};

/// Greatest 16-bit figure; -32768 stands for a missing value. Text uses the same range, so that a conversion between
/// text and binary, which the standard provides for, keeps the figures.
const MAX_16: f64 = 32_767.0;

/// Greatest 32-bit figure; -2147483648 stands for a missing value.
const MAX_32: f64 = 2_147_483_647.0;

/// Scale of one channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    /// Value of one step.
    pub(super) a: f64,
    /// Least figure that the data may hold.
    pub(super) min: f64,
    /// Greatest.
    pub(super) max: f64,
}

impl Scale {
    /// The figure for a value.
    pub(super) fn figure(self, value: f32) -> f64 {
        (f64::from(value) / self.a).round().clamp(self.min, self.max)
    }
}

pub(super) fn scales(waveform: &Waveform, form: Form) -> Vec<Scale> {
    waveform.analog.iter().map(|channel| scale(channel, form)).collect()
}

fn scale(channel: &AnalogChannel, form: Form) -> Scale {
    let values = || channel.values.iter().map(|v| f64::from(*v));
    let full = match form {
        Form::Float32 => {
            return Scale {
                a: 1.0,
                min: values().fold(f64::INFINITY, f64::min),
                max: values().fold(f64::NEG_INFINITY, f64::max),
            };
        }
        Form::Binary32 => MAX_32,
        Form::Ascii1999 | Form::Binary1999 | Form::Ascii2013 | Form::Binary2013 => MAX_16,
    };
    let greatest = values().map(f64::abs).fold(0.0, f64::max);
    // The text of a is read back before it is used, so that figures are made with the number the reader will have.
    let step = if greatest > 0.0 { greatest / full } else { 1.0 };
    Scale { a: real(step).parse().unwrap_or(step), min: -full, max: full }
}

/// A real number in at most 32 characters, as the standard allows; with an exponent where plain digits would be longer.
pub(super) fn real(number: f64) -> String {
    let plain = number.to_string();
    if plain.len() <= 24 { plain } else { format!("{number:E}") }
}
