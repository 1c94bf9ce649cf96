//! Protection elements in words.

use crate::protection::{Block, ElementId, ElementState};

/// Why an element is out of service.
pub(super) const fn block(block: Block) -> &'static str {
    match block {
        Block::InvalidInput => "no valid input",
        Block::BreakerOpen => "breaker open",
        Block::CurrentTransformer => "CT circuit open",
        Block::HighCurrent => "phase current too high",
        Block::External => "blocked by input",
        Block::OutOfService => "out of service",
    }
}

/// Whether its threshold is a phase current that can be marked on a current bar.
pub(super) fn watches_phase_current(e: &ElementState) -> bool {
    e.enabled
        && e.unit == "A"
        && e.threshold > 0.0
        && matches!(
            e.id,
            ElementId::Instantaneous
                | ElementId::ShortTime
                | ElementId::TimeOvercurrent
                | ElementId::LongTime
                | ElementId::ThermalImage
        )
}

/// The element that is nearest to a trip: started, with the least time to run.
pub(super) fn most_urgent(elements: &[ElementState]) -> Option<&ElementState> {
    elements.iter().filter(|e| e.enabled && e.started && !e.operated).min_by(|a, b| {
        let time = |e: &ElementState| e.time_to_operate.map_or(f64::INFINITY, |t| t.0);
        time(a).total_cmp(&time(b))
    })
}
