//! What the devices know of the host they run on and of their links.

use super::Plant;
use crate::breaker::Communication;

impl Plant {
    /// Tells every device how host and links stand.
    pub fn set_communication(&mut self, communication: &Communication) {
        for (ix, seat) in self.seats.iter_mut().enumerate() {
            let own = communication.paths.iter().filter(|p| p.devices.contains(&ix)).cloned().collect();
            seat.breaker.set_communication(Communication { paths: own, ..communication.clone() });
        }
        self.changed = true;
    }
}
