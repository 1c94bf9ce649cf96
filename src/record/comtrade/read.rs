//! Reading back what [`combined`](super::combined) wrote with [`Form::Float32`](super::Form::Float32): the full recording,
//! from which every other form can be written.

use super::Meta;
use crate::record::{AnalogChannel, DigitalChannel, Waveform};
use crate::time::civil::Civil;
use crate::time::{Epoch, SampleRate, Tick};
use crate::units::Hertz;

/// Why a file is not such a recording.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a recording of this program: {0}")]
pub struct ReadError(String);

fn wrong(what: impl Into<String>) -> ReadError {
    ReadError(what.into())
}

/// The lines of a configuration, one after the other.
struct Lines<'a> {
    lines: std::str::Lines<'a>,
    number: usize,
}

impl<'a> Lines<'a> {
    fn fields(&mut self, count: usize) -> Result<Vec<&'a str>, ReadError> {
        self.number += 1;
        let line = self.lines.next().ok_or_else(|| wrong(format!("line {} is missing", self.number)))?;
        let fields: Vec<&str> = line.split(',').collect();
        if fields.len() < count {
            return Err(wrong(format!("line {} has {} fields, not {count}", self.number, fields.len())));
        }
        Ok(fields)
    }

    fn number<T: std::str::FromStr>(&self, text: &str) -> Result<T, ReadError> {
        text.trim().parse().map_err(|_| wrong(format!("line {}: {text:?} is no number", self.number)))
    }
}

/// The waveform and what its files say besides.
///
/// # Errors
/// The file is not a combined one with 32-bit floating point data as this program writes it, or it is damaged.
pub fn read(file: &[u8]) -> Result<(Waveform, Meta), ReadError> {
    let cfg = section(file, b"--- file type: CFG ---\r\n").ok_or_else(|| wrong("no configuration"))?;
    let hdr = section(file, b"--- file type: HDR ---\r\n").unwrap_or_default();
    let cfg = std::str::from_utf8(cfg).map_err(|_| wrong("the configuration is no text"))?;
    let mut lines = Lines { lines: cfg.lines(), number: 0 };
    let head = lines.fields(3)?;
    let (station, device) = (head[0].to_owned(), head[1].to_owned());
    let counts = lines.fields(3)?;
    let analog_count: usize = lines.number(counts[1].trim_end_matches('A'))?;
    let digital_count: usize = lines.number(counts[2].trim_end_matches('D'))?;
    let mut waveform = Waveform {
        first: Tick(0),
        trigger: Tick(0),
        rate_hz: 0,
        frequency_hz: 0.0,
        analog: Vec::new(),
        digital: Vec::new(),
    };
    let (mut component, mut normally_on) = (String::new(), Vec::new());
    for _ in 0..analog_count {
        let f = lines.fields(13)?;
        f[3].clone_into(&mut component);
        let (name, phase, unit) = (f[1].to_owned(), f[2].to_owned(), f[4].to_owned());
        waveform.analog.push(AnalogChannel { name, phase, unit, values: Vec::new() });
    }
    for _ in 0..digital_count {
        let f = lines.fields(5)?;
        if f[4] == "1" {
            normally_on.push(f[1].to_owned());
        }
        waveform.digital.push(DigitalChannel { name: f[1].to_owned(), states: Vec::new() });
    }
    let f = lines.fields(1)?;
    waveform.frequency_hz = lines.number(f[0])?;
    lines.fields(1)?;
    let f = lines.fields(2)?;
    waveform.rate_hz = lines.number(f[0])?;
    let rows: usize = lines.number(f[1])?;
    let start = micros(&lines.fields(2)?)?;
    let trigger = micros(&lines.fields(2)?)?;
    let kind = lines.fields(1)?;
    if kind[0].trim() != "FLOAT32" {
        return Err(wrong(format!("its data are {}, not FLOAT32", kind[0].trim())));
    }
    let rate = SampleRate::for_rated(Hertz(waveform.frequency_hz));
    if rate.hz() != waveform.rate_hz {
        return Err(wrong(format!("{} samples a second", waveform.rate_hz)));
    }
    place(&mut waveform, rate, rows, trigger - start)?;
    let epoch = Epoch { utc_micros: start - micros_of(rate, waveform.first), rate };
    data(&mut waveform, data_of(file)?, rows)?;
    let header = String::from_utf8_lossy(hdr).lines().map(str::to_owned).collect();
    let (company, event) = (String::new(), String::new());
    Ok((waveform, Meta { station, device, component, company, event, epoch, normally_on, header }))
}

fn micros_of(rate: SampleRate, tick: Tick) -> i64 {
    i64::try_from(rate.micros(tick)).unwrap_or(i64::MAX)
}

/// Which rows are first and trigger: the ticks were rounded to microseconds, so a first tick is looked for from which
/// the trigger comes out to the microsecond.
fn place(waveform: &mut Waveform, rate: SampleRate, rows: usize, offset: i64) -> Result<(), ReadError> {
    let row = (offset as f64 * f64::from(rate.hz()) / 1e6).round();
    if !(0.0..rows as f64).contains(&row) {
        return Err(wrong("the trigger lies outside the recording"));
    }
    let fits = |first: &u64| micros_of(rate, Tick(first + row as u64)) - micros_of(rate, Tick(*first)) == offset;
    let first = (0..u64::from(rate.hz())).find(fits).ok_or_else(|| wrong("the trigger is at no sample"))?;
    waveform.first = Tick(first);
    waveform.trigger = Tick(first + row as u64);
    Ok(())
}

/// Bytes after a separator up to the next one.
fn section<'a>(file: &'a [u8], separator: &[u8]) -> Option<&'a [u8]> {
    let from = find(file, separator)? + separator.len();
    let rest = &file[from..];
    Some(&rest[..find(rest, b"--- file type:").unwrap_or(rest.len())])
}

fn find(file: &[u8], what: &[u8]) -> Option<usize> {
    file.windows(what.len()).position(|w| w == what)
}

/// The bytes of the data, whose count stands in their separator.
fn data_of(file: &[u8]) -> Result<&[u8], ReadError> {
    const HEAD: &[u8] = b"--- file type: DAT BINARY: ";
    let missing = || wrong("no binary data");
    let rest = &file[find(file, HEAD).ok_or_else(missing)? + HEAD.len()..];
    let line = find(rest, b"\r\n").ok_or_else(missing)?;
    let count =
        std::str::from_utf8(&rest[..line]).ok().and_then(|t| t.trim_end_matches(" ---").trim().parse::<usize>().ok());
    let count = count.ok_or_else(missing)?;
    rest.get(line + 2..line + 2 + count).ok_or_else(|| wrong("the data end early"))
}

fn data(waveform: &mut Waveform, bytes: &[u8], rows: usize) -> Result<(), ReadError> {
    let words = waveform.digital.len().div_ceil(16);
    let row_bytes = 8 + 4 * waveform.analog.len() + 2 * words;
    if Some(bytes.len()) != row_bytes.checked_mul(rows) {
        return Err(wrong(format!("{} bytes of data where {rows} rows of {row_bytes} belong", bytes.len())));
    }
    for row in bytes.chunks_exact(row_bytes) {
        let (analog, digital) = row[8..].split_at(4 * waveform.analog.len());
        for (channel, value) in waveform.analog.iter_mut().zip(analog.as_chunks::<4>().0) {
            channel.values.push(f32::from_le_bytes(*value));
        }
        for (n, channel) in waveform.digital.iter_mut().enumerate() {
            channel.states.push(digital[n / 8] >> (n % 8) & 1 == 1);
        }
    }
    Ok(())
}

/// `dd/mm/yyyy`, `hh:mm:ss.ssssss`.
fn micros(fields: &[&str]) -> Result<i64, ReadError> {
    let illegal = || wrong(format!("{} is no time", fields.join(",")));
    let part = |text: Option<&str>| text.and_then(|t| t.trim().parse::<i64>().ok()).ok_or_else(illegal);
    let mut date = fields[0].split('/');
    let (day, month, year) = (part(date.next())?, part(date.next())?, part(date.next())?);
    let mut clock = fields[1].split([':', '.']);
    let (hour, minute, second) = (part(clock.next())?, part(clock.next())?, part(clock.next())?);
    let fraction = part(clock.next())?;
    Civil {
        year,
        month: month as u8,
        day: day as u8,
        hour: hour as u8,
        minute: minute as u8,
        second: second as u8,
        micro: fraction as u32,
    }
    .micros()
    .ok_or_else(illegal)
}
