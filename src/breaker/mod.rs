//! One device: settings, mechanism, condition, sensors; what [`crate::plant`] steps.
//!
//! A sample goes through the device in a fixed order: current transformers, instruments, elements that look at samples,
//! mechanism, recorder; every eighth sample is followed by a pass of the elements and of the automatics. Nothing in here
//! waits for anybody, and what happened is left as [`Event`]s for the owner to collect.

pub mod binding;
mod breaking;
mod capture;
pub mod condition;
mod device;
pub mod diagnostic;
mod event;
mod identity;
pub mod injection;
mod instruments;
mod life;
mod lockout;
mod look;
mod mechanism;
mod order;
pub mod reclose;
mod run;
mod sensors;
mod settings;
mod state;
mod supply;
mod trip;
mod tripping;
mod waveform;

pub use device::Breaker;
pub use event::{ClearedFacts, Event, Movement, TripFacts};
pub use identity::{Communication, CommunicationStatus, Identity, PathKind, PathState};
pub use instruments::Published;
pub use life::SavedBreaker;
pub use mechanism::Failures;
pub use sensors::{SensorError, SensorFaults};
pub use settings::{ControlSettings, MeasurementSettings, Rating, Settings};
pub use state::{Contacts, Position, Spring, Status};
pub use trip::LastTrip;
pub use waveform::{AnalogChannel, DigitalChannel, Waveform};
