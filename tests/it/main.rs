//! The one integration binary; each file is a subject.

mod curves;
mod floors;
mod profile;
mod gate;
mod gate_sequences;
