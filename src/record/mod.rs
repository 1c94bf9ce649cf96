//! What happened, in order: trips, sequence of events, requests, refusals, alarms, waveforms.
//!
//! Every record has a number without gaps within a state directory, the tick and the calendar time. A record that has
//! been shown or published is never lost.
//!
//! * [`Log`] numbers records and keeps the newest of each class in memory;
//! * [`brief()`] says it in a few words for a list;
//! * [`card`] says all of it, one thing a line;
//! * [`describe()`] says a record on one line for people;
//! * [`json`] is the form in which records are kept, [`csv`] the one for spreadsheets;
//! * [`comtrade`] writes waveforms for the tools of protection engineers.

mod body;
mod brief;
pub mod card;
mod class;
pub mod comtrade;
pub mod csv;
pub mod describe;
pub mod json;
mod log;
#[cfg(test)]
mod tests;
mod waveform;

pub use crate::breaker::Movement;
pub use body::{
    AlarmRecord, Body, ClearedRecord, ElementChange, InjectionRecord, NoteRecord, Operation, PowerQualityRecord,
    Record, RequestRecord, SettingsRecord, SeverityWord, TripCause, TripId, TripRecord,
};
pub use brief::{brief, cause_briefly};
pub use class::Class;
pub use describe::{describe, message};
pub use log::{Log, Query};
pub use waveform::{AnalogChannel, DigitalChannel, Waveform};
