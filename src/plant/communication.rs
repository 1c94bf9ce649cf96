//! What the devices know of the host they run on and of their links.

use super::Plant;
use crate::breaker::Communication;

impl Plant {
    /// Tells every device how host and links stand.
    pub fn set_communication(&mut self, communication: &Communication) {
        for seat in &mut self.seats {
            seat.breaker.set_communication(communication.clone());
        }
        self.changed = true;
    }
}
