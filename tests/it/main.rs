//! The one integration binary; each file is a subject.

mod curves;
mod floors;
mod gate;
mod gate_sequences;
mod profile;
