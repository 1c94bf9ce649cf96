//! Waveforms as COMTRADE, for the tools of protection engineers.
//!
//! Two editions, which differ in what the configuration says and which data files exist:
//!
//! * IEEE C37.111-1999: ASCII and BINARY (16 bit);
//! * IEEE C37.111-2013, which is IEC 60255-24:2013: these two, BINARY32, FLOAT32, and all of them in one combined file.
//!
//! Values are primary, scaled per channel as `value = a x + b` with b = 0, so that zero current is exactly zero. Every
//! line of text ends in CRLF. Times count simulated time from the instant at which the plant was energised.

mod cfg;
mod combined;
mod dat;
mod hdr;
mod name;
mod read;
mod scale;

pub use combined::combined;
pub use hdr::header;
pub use name::base_name;
pub use read::{ReadError, read};

use crate::record::Waveform;
use crate::time::civil::Civil;
use crate::time::{Epoch, Tick};

/// Edition and kind of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// 1999, figures as text.
    Ascii1999,
    /// 1999, 16-bit integers.
    Binary1999,
    /// 2013, figures as text.
    Ascii2013,
    /// 2013, 16-bit integers.
    Binary2013,
    /// 2013, 32-bit integers.
    Binary32,
    /// 2013, IEEE 754 single precision.
    Float32,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Ascii1999, Self::Binary1999, Self::Ascii2013, Self::Binary2013, Self::Binary32, Self::Float32];

    /// Year of the edition.
    #[must_use]
    pub const fn year(self) -> u16 {
        match self {
            Self::Ascii1999 | Self::Binary1999 => 1999,
            _ => 2013,
        }
    }

    /// The word of the configuration for the kind of data.
    #[must_use]
    pub const fn file_type(self) -> &'static str {
        match self {
            Self::Ascii1999 | Self::Ascii2013 => "ASCII",
            Self::Binary1999 | Self::Binary2013 => "BINARY",
            Self::Binary32 => "BINARY32",
            Self::Float32 => "FLOAT32",
        }
    }
}

/// What the files say besides the waveform.
#[derive(Clone, Debug, PartialEq)]
pub struct Meta {
    /// Station: the switchboard.
    pub station: String,
    /// Recording device: the id of the breaker.
    pub device: String,
    /// What the channels look at: the designation of the feeder.
    pub component: String,
    /// Who runs it, for the file name.
    pub company: String,
    /// What the file name ends in: the id of the trip.
    pub event: String,
    /// Ties ticks to the calendar.
    pub epoch: Epoch,
    /// Digital channels that are on while the breaker is in service; the others are off.
    pub normally_on: Vec<String>,
    /// Lines of free text for the header file.
    pub header: Vec<String>,
}

/// The files of one recording, without their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// Configuration (`.cfg`).
    pub cfg: Vec<u8>,
    /// Data (`.dat`).
    pub dat: Vec<u8>,
    /// Free text (`.hdr`).
    pub hdr: Vec<u8>,
}

/// Why a waveform cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComtradeError {
    /// No rows or no channels.
    #[error("the waveform is empty")]
    Empty,
    /// Channels of different length.
    #[error("channel {channel} has {rows} rows, the first has {expected}")]
    Ragged {
        /// Which.
        channel: String,
        /// Its rows.
        rows: usize,
        /// Those of the first channel.
        expected: usize,
    },
    /// A value that is no number.
    #[error("channel {channel}, row {row}: not a finite number")]
    NotFinite {
        /// Which.
        channel: String,
        /// From 1.
        row: usize,
    },
    /// The trigger is not within the rows.
    #[error("the trigger lies outside the recorded rows")]
    Trigger,
    /// The sample rates disagree.
    #[error("the waveform has {waveform} samples a second, its clock {clock}")]
    Rate {
        /// Of the waveform.
        waveform: u32,
        /// Of the epoch.
        clock: u32,
    },
    /// Longer than a 32-bit count of microseconds.
    #[error("the waveform lasts longer than 71 minutes, the most that COMTRADE can stamp in microseconds")]
    TooLong,
    /// The year does not have four digits.
    #[error("year {0} cannot be written with four digits")]
    Year(i64),
    /// The combined file exists in the edition of 2013 only.
    #[error("a combined file exists in the edition of 2013 only")]
    Edition,
}

/// Writes configuration, data and header.
///
/// # Errors
/// The waveform is empty, ragged, not finite or too long, its trigger lies outside, or its time is not a date.
pub fn write(waveform: &Waveform, meta: &Meta, form: Form) -> Result<Files, ComtradeError> {
    let rows = check(waveform, meta)?;
    let scales = scale::scales(waveform, form);
    Ok(Files {
        cfg: cfg::text(waveform, meta, form, &scales, rows).into_bytes(),
        dat: dat::bytes(waveform, &stamps(waveform, meta, rows), form, &scales),
        hdr: hdr::text(&meta.header).into_bytes(),
    })
}

/// The number of rows of a waveform that can be written.
fn check(waveform: &Waveform, meta: &Meta) -> Result<usize, ComtradeError> {
    let analog = waveform.analog.iter().map(|c| (&c.name, c.values.len()));
    let digital = waveform.digital.iter().map(|c| (&c.name, c.states.len()));
    let lengths: Vec<_> = analog.chain(digital).collect();
    let rows = lengths.first().map_or(0, |(_, rows)| *rows);
    if rows == 0 {
        return Err(ComtradeError::Empty);
    }
    if let Some((channel, other)) = lengths.into_iter().find(|(_, other)| *other != rows) {
        return Err(ComtradeError::Ragged { channel: channel.clone(), rows: other, expected: rows });
    }
    for channel in &waveform.analog {
        if let Some(row) = channel.values.iter().position(|v| !v.is_finite()) {
            return Err(ComtradeError::NotFinite { channel: channel.name.clone(), row: row + 1 });
        }
    }
    if waveform.rate_hz != meta.epoch.rate.hz() {
        return Err(ComtradeError::Rate { waveform: waveform.rate_hz, clock: meta.epoch.rate.hz() });
    }
    if waveform.trigger < waveform.first || waveform.trigger.since(waveform.first).0 >= rows as u64 {
        return Err(ComtradeError::Trigger);
    }
    // All ones stands for a missing time stamp.
    if stamp(waveform, meta, rows - 1) >= i64::from(u32::MAX) {
        return Err(ComtradeError::TooLong);
    }
    for tick in [waveform.first, waveform.trigger] {
        let year = Civil::from_micros(meta.epoch.micros(tick)).year;
        if !(1000..=9999).contains(&year) {
            return Err(ComtradeError::Year(year));
        }
    }
    Ok(rows)
}

/// Microseconds from the first row to this one; both are rounded as the start and trigger time are, so that the trigger
/// time is the time of a row to the microsecond.
fn stamp(waveform: &Waveform, meta: &Meta, row: usize) -> i64 {
    let tick = Tick(waveform.first.0 + row as u64);
    meta.epoch.micros(tick) - meta.epoch.micros(waveform.first)
}

fn stamps(waveform: &Waveform, meta: &Meta, rows: usize) -> Vec<u32> {
    (0..rows).map(|row| u32::try_from(stamp(waveform, meta, row)).unwrap_or(u32::MAX)).collect()
}
