//! The data file.

use super::Form;
use super::scale::Scale;
use crate::record::Waveform;

/// Its bytes: number of the row from 1, microseconds from the first row, analog values, digital states.
pub(super) fn bytes(waveform: &Waveform, stamps: &[u32], form: Form, scales: &[Scale]) -> Vec<u8> {
    match form {
        Form::Ascii1999 | Form::Ascii2013 => text(waveform, stamps, scales).into_bytes(),
        Form::Binary1999 | Form::Binary2013 => binary(waveform, stamps, |value, channel, out| {
            out.extend_from_slice(&(scales[channel].figure(value) as i16).to_le_bytes());
        }),
        Form::Binary32 => binary(waveform, stamps, |value, channel, out| {
            out.extend_from_slice(&(scales[channel].figure(value) as i32).to_le_bytes());
        }),
        Form::Float32 => binary(waveform, stamps, |value, _, out| out.extend_from_slice(&value.to_le_bytes())),
    }
}

fn text(waveform: &Waveform, stamps: &[u32], scales: &[Scale]) -> String {
    let mut text = String::new();
    for (row, stamp) in stamps.iter().enumerate() {
        let mut fields = vec![(row + 1).to_string(), stamp.to_string()];
        fields.extend(waveform.analog.iter().zip(scales).map(|(channel, scale)| {
            // As an integer, because a figure of -0.0 would be written with its sign.
            (scale.figure(channel.values[row]) as i64).to_string()
        }));
        fields.extend(waveform.digital.iter().map(|channel| u8::from(channel.states[row]).to_string()));
        text.push_str(&fields.join(","));
        text.push_str("\r\n");
    }
    text
}

/// Little-endian; digital states in words of 16, the first channel in the least significant bit, unused bits zero.
fn binary(waveform: &Waveform, stamps: &[u32], put: impl Fn(f32, usize, &mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    for (row, stamp) in stamps.iter().enumerate() {
        out.extend_from_slice(&(row as u32 + 1).to_le_bytes());
        out.extend_from_slice(&stamp.to_le_bytes());
        for (n, channel) in waveform.analog.iter().enumerate() {
            put(channel.values[row], n, &mut out);
        }
        for word in waveform.digital.chunks(16) {
            let bits = word.iter().enumerate().fold(0u16, |bits, (bit, c)| bits | u16::from(c.states[row]) << bit);
            out.extend_from_slice(&bits.to_le_bytes());
        }
    }
    out
}
