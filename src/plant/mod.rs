//! The breakers on a bus under one clock; the only owner of simulated state.

pub mod snapshot;

/// The plant. (The room fills this in.)
pub struct Plant;

impl Plant {
    /// Simulated time passes here and nowhere else.
    pub fn step(&mut self) {}
}
