//! The names of the elements, in order of arbitration.

use serde::{Deserialize, Serialize};

/// Every element that is built in. The order is the order of arbitration: of several that operate in one pass the
/// first in this list is the published cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ElementId {
    /// Instantaneous override on raw samples (ANSI 50), not settable.
    HardwareOverride,
    /// Arc flash by light and current (ANSI 50ARC).
    ArcFlash,
    /// Arc reduction maintenance mode (ANSI 50).
    MaintenanceMode,
    /// Instantaneous (ANSI 50).
    Instantaneous,
    /// Short time (ANSI 50TD).
    ShortTime,
    /// Ground fault (ANSI 50G/51G or 50N/51N).
    GroundFault,
    /// Time overcurrent with a named curve (ANSI 51).
    TimeOvercurrent,
    /// Long time (ANSI 49RMS/51).
    LongTime,
    /// Thermal image (ANSI 49).
    ThermalImage,
    /// Breaker failure (ANSI 50BF).
    BreakerFailure,
}

/// What is fixed about an element.
struct Facts {
    ansi: &'static str,
    label: &'static str,
    reason: &'static str,
    latches_lockout: bool,
}

const fn facts(ansi: &'static str, label: &'static str, reason: &'static str, latches_lockout: bool) -> Facts {
    Facts { ansi, label, reason, latches_lockout }
}

impl ElementId {
    /// All of them, in order of arbitration.
    pub const ALL: [Self; 10] = [
        Self::HardwareOverride,
        Self::ArcFlash,
        Self::MaintenanceMode,
        Self::Instantaneous,
        Self::ShortTime,
        Self::GroundFault,
        Self::TimeOvercurrent,
        Self::LongTime,
        Self::ThermalImage,
        Self::BreakerFailure,
    ];

    const fn facts(self) -> Facts {
        match self {
            Self::HardwareOverride => facts("50", "HW", "Overcurrent(HW)", true),
            Self::ArcFlash => facts("50ARC", "AFD", "ArcFault(AFD)", true),
            Self::MaintenanceMode => facts("50", "ARMS", "Overcurrent(ARMS)", true),
            Self::Instantaneous => facts("50", "I", "Overcurrent(I)", true),
            Self::ShortTime => facts("50TD", "S", "Overcurrent(S)", true),
            Self::GroundFault => facts("50G/51G", "G", "GroundFault(G)", true),
            Self::TimeOvercurrent => facts("51", "51", "Overcurrent(51)", false),
            Self::LongTime => facts("49RMS/51", "L", "Overcurrent(L)", false),
            Self::ThermalImage => facts("49", "49", "Thermal(49)", false),
            Self::BreakerFailure => facts("50BF", "BF", "BreakerFailure(50BF)", true),
        }
    }

    /// Device function number of IEEE C37.2.
    #[must_use]
    pub const fn ansi(self) -> &'static str {
        self.facts().ansi
    }

    /// The short name on screens: `I`, `L`, `51`.
    #[must_use]
    pub const fn label(self) -> &'static str {
        self.facts().label
    }

    /// The trip reason as it is published: `Overcurrent(L)`.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        self.facts().reason
    }

    /// A trip by this element latches the lockout (86): a short circuit, which must be found before anybody closes.
    #[must_use]
    pub const fn latches_lockout(self) -> bool {
        self.facts().latches_lockout
    }

    /// Place in the order of arbitration.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_list_is_complete_and_in_order() {
        for (place, id) in ElementId::ALL.into_iter().enumerate() {
            assert_eq!(id.index(), place, "{id:?}");
        }
        assert_eq!(ElementId::BreakerFailure.index() + 1, ElementId::ALL.len());
    }

    #[test]
    fn labels_and_reasons_tell_elements_apart() {
        let labels: BTreeSet<_> = ElementId::ALL.iter().map(|id| id.label()).collect();
        let reasons: BTreeSet<_> = ElementId::ALL.iter().map(|id| id.reason()).collect();
        assert_eq!(labels.len(), ElementId::ALL.len());
        assert_eq!(reasons.len(), ElementId::ALL.len());
    }

    #[test]
    fn the_reasons_are_the_published_words() {
        assert_eq!(ElementId::LongTime.reason(), "Overcurrent(L)");
        assert_eq!(ElementId::TimeOvercurrent.reason(), "Overcurrent(51)");
        assert_eq!(ElementId::GroundFault.reason(), "GroundFault(G)");
        assert_eq!(ElementId::ArcFlash.reason(), "ArcFault(AFD)");
        assert_eq!(ElementId::ThermalImage.reason(), "Thermal(49)");
    }
}
