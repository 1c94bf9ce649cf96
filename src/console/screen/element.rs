//! Protection elements in words.

use crate::protection::{Block, ElementId, ElementState};

/// Short designation of an element.
pub(super) fn label(id: ElementId) -> &'static str {
    match id {
        ElementId::HardwareOverride => "HW",
        ElementId::ArcFlash => "AFD",
        ElementId::Instantaneous => "I",
        ElementId::ShortTime => "S",
        ElementId::GroundFault => "G",
        ElementId::TimeOvercurrent => "51",
        ElementId::LongTime => "L",
        ElementId::ThermalImage => "49",
        ElementId::BreakerFailure => "BF",
    }
}

/// Device number of IEEE C37.2.
pub(super) fn ansi(id: ElementId) -> &'static str {
    match id {
        ElementId::HardwareOverride | ElementId::Instantaneous => "50",
        ElementId::ArcFlash => "50ARC",
        ElementId::ShortTime => "50TD",
        ElementId::GroundFault => "50G",
        ElementId::TimeOvercurrent => "51",
        ElementId::LongTime => "49RMS",
        ElementId::ThermalImage => "49",
        ElementId::BreakerFailure => "50BF",
    }
}

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
            ElementId::Instantaneous | ElementId::ShortTime | ElementId::TimeOvercurrent | ElementId::LongTime
        )
}

/// The element that is nearest to a trip: started, with the least time to run.
pub(super) fn most_urgent(elements: &[ElementState]) -> Option<&ElementState> {
    elements.iter().filter(|e| e.enabled && e.started && !e.operated).min_by(|a, b| {
        let time = |e: &ElementState| e.time_to_operate.map_or(f64::INFINITY, |t| t.0);
        time(a).total_cmp(&time(b))
    })
}
