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
    /// Making current release (ANSI 50).
    MakingCurrent,
    /// Instantaneous (ANSI 50).
    Instantaneous,
    /// Differential (ANSI 87).
    Differential,
    /// Short time (ANSI 50TD).
    ShortTime,
    /// Ground fault (ANSI 50G/51G or 50N/51N).
    GroundFault,
    /// Distance (ANSI 21).
    Distance,
    /// Arc signature, parallel (AFCI-P).
    ArcParallel,
    /// Arc signature, series (AFCI-S).
    ArcSeries,
    /// Time overcurrent with a named curve (ANSI 51).
    TimeOvercurrent,
    /// Long time (ANSI 49RMS/51).
    LongTime,
    /// Thermal image (ANSI 49).
    ThermalImage,
    /// Thermal image of a motor (ANSI 49M).
    MotorThermal,
    /// Current unbalance (ANSI 46).
    NegativeSequence,
    /// Voltage unbalance and rotation (ANSI 47).
    PhaseSequence,
    /// Undervoltage (ANSI 27).
    Undervoltage,
    /// Overvoltage (ANSI 59).
    Overvoltage,
    /// Underfrequency (ANSI 81U).
    Underfrequency,
    /// Overfrequency (ANSI 81O).
    Overfrequency,
    /// Rate of change of frequency (ANSI 81R).
    FrequencyRate,
    /// Reverse power (ANSI 32R).
    ReversePower,
    /// Long start of a motor (ANSI 48).
    LongStart,
    /// Jam of a running motor (ANSI 51LR).
    Jam,
    /// Underload of a running motor (ANSI 37).
    Underload,
    /// Starts per hour (ANSI 66); forbids, never trips.
    StartsPerHour,
    /// Temperature of the trip unit (ANSI 49T).
    OverTemperature,
    /// Ground alarm (ANSI 51G); never trips.
    GroundAlarm,
    /// Open current transformer; never trips.
    CurrentTransformer,
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
    pub const ALL: [Self; 31] = [
        Self::HardwareOverride,
        Self::ArcFlash,
        Self::MaintenanceMode,
        Self::MakingCurrent,
        Self::Instantaneous,
        Self::Differential,
        Self::ShortTime,
        Self::GroundFault,
        Self::Distance,
        Self::ArcParallel,
        Self::ArcSeries,
        Self::TimeOvercurrent,
        Self::LongTime,
        Self::ThermalImage,
        Self::MotorThermal,
        Self::NegativeSequence,
        Self::PhaseSequence,
        Self::Undervoltage,
        Self::Overvoltage,
        Self::Underfrequency,
        Self::Overfrequency,
        Self::FrequencyRate,
        Self::ReversePower,
        Self::LongStart,
        Self::Jam,
        Self::Underload,
        Self::StartsPerHour,
        Self::OverTemperature,
        Self::GroundAlarm,
        Self::CurrentTransformer,
        Self::BreakerFailure,
    ];

    const fn facts(self) -> Facts {
        match self {
            Self::HardwareOverride => facts("50", "HW", "Overcurrent(HW)", true),
            Self::ArcFlash => facts("50ARC", "AFD", "ArcFault(AFD)", true),
            Self::MaintenanceMode => facts("50", "ARMS", "Overcurrent(ARMS)", true),
            Self::MakingCurrent => facts("50", "MCR", "Overcurrent(MCR)", true),
            Self::Instantaneous => facts("50", "I", "Overcurrent(I)", true),
            Self::Differential => facts("87", "87", "Differential(87)", true),
            Self::ShortTime => facts("50TD", "S", "Overcurrent(S)", true),
            Self::GroundFault => facts("50G/51G", "G", "GroundFault(G)", true),
            Self::Distance => facts("21", "21", "Distance(21)", true),
            Self::ArcParallel => facts("AFCI", "AFCI-P", "ArcFault(AFCI-P)", true),
            Self::ArcSeries => facts("AFCI", "AFCI-S", "ArcFault(AFCI-S)", true),
            Self::TimeOvercurrent => facts("51", "51", "Overcurrent(51)", false),
            Self::LongTime => facts("49RMS/51", "L", "Overcurrent(L)", false),
            Self::ThermalImage => facts("49", "49", "Thermal(49)", false),
            Self::MotorThermal => facts("49", "49M", "Thermal(49M)", false),
            Self::NegativeSequence => facts("46", "46", "Unbalance(46)", false),
            Self::PhaseSequence => facts("47", "47", "PhaseSequence(47)", false),
            Self::Undervoltage => facts("27", "27", "Undervoltage(27)", false),
            Self::Overvoltage => facts("59", "59", "Overvoltage(59)", false),
            Self::Underfrequency => facts("81U", "81U", "Frequency(81U)", false),
            Self::Overfrequency => facts("81O", "81O", "Frequency(81O)", false),
            Self::FrequencyRate => facts("81R", "81R", "Frequency(81R)", false),
            Self::ReversePower => facts("32R", "32R", "ReversePower(32R)", false),
            Self::LongStart => facts("48", "48", "Motor(long start)", false),
            Self::Jam => facts("51LR", "51LR", "Motor(jam)", false),
            Self::Underload => facts("37", "37", "Motor(underload)", false),
            Self::StartsPerHour => facts("66", "66", "Motor(starts per hour)", false),
            Self::OverTemperature => facts("49T", "OT", "Temperature(OT)", false),
            Self::GroundAlarm => facts("51G", "GA", "GroundAlarm(GA)", false),
            Self::CurrentTransformer => facts("CTS", "CTS", "CurrentTransformer(CTS)", false),
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

    /// IEEE C37.2-2008, and the letters that low-voltage trip units print.
    #[test]
    fn numbers_and_labels_are_those_of_the_field() {
        for (id, ansi, label) in [
            (ElementId::Instantaneous, "50", "I"),
            (ElementId::TimeOvercurrent, "51", "51"),
            (ElementId::Undervoltage, "27", "27"),
            (ElementId::Overvoltage, "59", "59"),
            (ElementId::NegativeSequence, "46", "46"),
            (ElementId::PhaseSequence, "47", "47"),
            (ElementId::ThermalImage, "49", "49"),
            (ElementId::ReversePower, "32R", "32R"),
            (ElementId::Differential, "87", "87"),
            (ElementId::BreakerFailure, "50BF", "BF"),
        ] {
            assert_eq!((id.ansi(), id.label()), (ansi, label));
        }
    }
}
