//! The header file: free text for people.

use crate::control::words::one_line;
use crate::record::describe::{cause, current, duration};
use crate::record::{ClearedRecord, TripRecord};
use crate::units::Phase;

/// The lines with their ends. A line must not look like the separator of a combined file.
pub(super) fn text(lines: &[String]) -> String {
    lines.iter().map(|line| one_line(line).trim_start_matches('-').to_owned() + "\r\n").collect()
}

/// Lines that say what the recording shows; the caller adds the settings in force.
#[must_use]
pub fn header(trip: &TripRecord, cleared: Option<&ClearedRecord>) -> Vec<String> {
    let mut lines = vec![
        format!("Trip {}", trip.id.0),
        format!("Cause: {}", cause(&trip.cause)),
        format!("Leading phase: {}", trip.phase.map_or("none", Phase::letter)),
        format!("Current at the trip command: {}", current(trip.current)),
        format!("Measured delay: {}", duration(trip.delay)),
    ];
    if let Some(set) = trip.set_delay {
        lines.push(format!("Delay by the settings at that current: {}", duration(set)));
    }
    if let Some(cleared) = cleared {
        lines.push(format!("Clearing time: {}", duration(cleared.clearing)));
        lines.push(format!("Opening time: {}", duration(cleared.opening)));
        for phase in Phase::ALL {
            lines.push(format!(
                "Pole {}: interrupted {}, peak {:.1} A, let-through {:.0} A2s",
                phase.letter(),
                current(cleared.interrupted[phase]),
                cleared.peak[phase],
                cleared.i2t[phase]
            ));
        }
    }
    lines.push("Simulated breaker; times are simulated time.".to_owned());
    lines
}
