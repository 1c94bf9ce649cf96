//! The gate: every request from every door passes one [`decide`].
//!
//! Words are those of IEC 61850-7-2: a refusal carries an *additional cause*, a request an *originator category*.
//! The console must **select** before it **operates** (select-before-operate, SBO); the remote doors use direct control.
//!
//! Terms:
//!
//! * **door**: a way in: the console (bay control), the Sparkplug host (station control), the LwM2M server (remote
//!   control), a drill (process).
//! * **switching hierarchy**: who may switch now. A network may close, open or reset only while remote control is
//!   enabled by setting and the switch at the breaker does not stand on local.
//! * **interlock**: a condition of the breaker itself that keeps it from closing, whoever asks.
//! * **selection**: one origin reserves one switching action of one breaker for [`select::HOLD`].
//!
//! A **trip** is the safe direction: everybody who may control may trip, through any door, whatever the hierarchy, the
//! interlocks and the selections of others say.
//!
//! The gate changes nothing. It is told the state of one breaker and says yes or why not; the plant executes, keeps
//! the selection ([`select::after`]) and writes the one record of the request.

mod decide;
mod denied;
pub mod method;
mod request;
pub mod select;
mod state;
mod test;
pub mod words;

pub use decide::{MAX_TAG, decide};
pub use denied::{Denied, Interlock};
pub use request::{Answer, BreakerIx, Command, Origin, OriginCategory, Request, RequestId, Switch};
pub use select::Selection;
pub use state::State;
