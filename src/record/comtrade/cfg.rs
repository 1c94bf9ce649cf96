//! The configuration file.

use super::scale::{Scale, real};
use super::{Form, Meta};
use crate::record::Waveform;
use crate::time::civil::Civil;

/// Its text. C37.111-2013 clause 7 (1999: clause 5) gives the order of the lines and fields.
pub(super) fn text(waveform: &Waveform, meta: &Meta, form: Form, scales: &[Scale], rows: usize) -> String {
    let (analog, digital) = (waveform.analog.len(), waveform.digital.len());
    let mut lines = vec![
        format!("{},{},{}", required(&meta.station), required(&meta.device), form.year()),
        format!("{},{analog}A,{digital}D", analog + digital),
    ];
    let component = field(&meta.component, 64);
    for (n, (channel, scale)) in waveform.analog.iter().zip(scales).enumerate() {
        // Primary values without instrument transformer in between: ratio 1 to 1, no skew.
        lines.push(format!(
            "{},{},{},{component},{},{},0,0,{},{},1,1,P",
            n + 1,
            field(&channel.name, 64),
            field(&channel.phase, 2),
            field(&channel.unit, 32),
            real(scale.a),
            real(scale.min),
            real(scale.max)
        ));
    }
    for (n, channel) in waveform.digital.iter().enumerate() {
        let normal = u8::from(meta.normally_on.contains(&channel.name));
        lines.push(format!("{},{},,{component},{normal}", n + 1, field(&channel.name, 64)));
    }
    lines.push(real(waveform.frequency_hz));
    lines.push("1".to_owned());
    lines.push(format!("{},{rows}", waveform.rate_hz));
    lines.push(date(meta.epoch.micros(waveform.first)));
    lines.push(date(meta.epoch.micros(waveform.trigger)));
    lines.push(form.file_type().to_owned());
    lines.push("1".to_owned());
    if form.year() == 2013 {
        lines.push("0,0".to_owned()); // times are UTC, and so is the local time of the recorder
        // Simulated time is traceable to no clock (quality F) and knows no leap seconds (3: cannot tell).
        lines.push("F,3".to_owned());
    }
    lines.join("\r\n") + "\r\n"
}

fn date(micros: i64) -> String {
    let c = Civil::from_micros(micros);
    format!("{:02}/{:02}/{:04},{:02}:{:02}:{:02}.{:06}", c.day, c.month, c.year, c.hour, c.minute, c.second, c.micro)
}

/// Text for a field: printable ASCII without the separator, cut to length.
fn field(text: &str, length: usize) -> String {
    text.chars().take(length).map(|c| if matches!(c, ' '..='~') && c != ',' { c } else { '_' }).collect()
}

/// A name that must not be empty.
fn required(text: &str) -> String {
    if text.is_empty() { "_".to_owned() } else { field(text, 64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_holds_no_separator_and_fits() {
        assert_eq!(field("Main, board\r\nnorth µ", 64), "Main_ board__north _");
        assert_eq!(field("abc", 2), "ab");
    }

    #[test]
    fn a_real_number_fits_into_32_characters() {
        for number in
            [1.0, 0.03051850947599719, 1.0 / 3.0e38, f64::from(f32::MAX), f64::from(f32::MIN_POSITIVE), 5e-324]
        {
            for signed in [number, -number] {
                let text = real(signed);
                assert!(text.len() <= 32, "{text}");
                assert_eq!(text.parse::<f64>(), Ok(signed));
            }
        }
    }
}
