//! What to put in for each element, and when it has to operate by its settings.

use super::channel::{Signal, Stimulus};
use super::report::Window;
use crate::breaker::Settings;
use crate::protection::{self, ElementId, GroundSensing, TimeCurve};
use crate::units::{Amperes, Phases, Seconds};

/// A test that takes longer is tried at more current.
const PATIENCE: Seconds = Seconds(5.0);
/// What the test set can give in multiples of what starts the element, the usual points of secondary testing first.
const MULTIPLES: [f64; 9] = [1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 20.0];
/// Voltage and frequency stand this long before they change, so that the tracker has settled.
const SETTLED: Seconds = Seconds(0.5);

/// Accuracy of definite times: 5 ms early, 40 ms late (one cycle of the window and two passes are in it).
const DEFINITE: (f64, f64) = (0.005, 0.040);
/// Accuracy of inverse times: 5 percent or 30 ms, and one cycle and two passes.
const INVERSE: (f64, f64, f64) = (0.05, 0.030, 0.020);
/// An instantaneous element operates within this.
const INSTANTANEOUS: Seconds = Seconds(0.025);

/// The elements that a step of the profile is about.
pub(super) const OVERCURRENT: &[ElementId] = &[
    ElementId::HardwareOverride,
    ElementId::MaintenanceMode,
    ElementId::MakingCurrent,
    ElementId::Instantaneous,
    ElementId::ShortTime,
    ElementId::TimeOvercurrent,
    ElementId::LongTime,
];
pub(super) const GROUND: &[ElementId] = &[ElementId::GroundFault];
pub(super) const ARC: &[ElementId] = &[ElementId::ArcFlash];
pub(super) const THERMAL: &[ElementId] = &[ElementId::ThermalImage, ElementId::MotorThermal];
pub(super) const SUPPLY: &[ElementId] =
    &[ElementId::Undervoltage, ElementId::Overvoltage, ElementId::Underfrequency, ElementId::Overfrequency];

/// A stimulus, in words, and when the element must answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trial {
    pub(super) stimulus: Stimulus,
    pub(super) words: String,
    pub(super) window: Window,
}

/// How one element is tried; none when it is out of service by setting.
pub(super) fn trial(element: ElementId, settings: &Settings) -> Option<Trial> {
    let rated = settings.rating.rated();
    let s = &settings.protection;
    let quiet = Signal::quiet(&rated);
    match element {
        ElementId::ArcFlash => s.arc_flash.enabled.then(|| {
            let current = s.arc_flash.pickup * 2.0;
            let light = s.arc_flash.light * 2.0;
            let after = Signal { light, ..quiet.balanced(current) };
            let words = format!("{:.0} A with {:.0} lx", current.0, light.0);
            step(element, quiet, after, words, timed(s.arc_flash.delay, false))
        }),
        ElementId::Undervoltage => {
            let u = &s.undervoltage;
            let share = u.pickup * 0.7;
            u.enabled.then(|| supply(element, quiet, share.0 / 100.0, u.time_at(share), u.inverse)).flatten()
        }
        ElementId::Overvoltage => {
            let u = &s.overvoltage;
            let share = u.pickup * 1.1;
            u.enabled.then(|| supply(element, quiet, share.0 / 100.0, u.time_at(share), u.inverse)).flatten()
        }
        ElementId::Underfrequency => {
            s.underfrequency.enabled.then(|| frequency(element, quiet, &s.underfrequency, -0.5))
        }
        ElementId::Overfrequency => s.overfrequency.enabled.then(|| frequency(element, quiet, &s.overfrequency, 0.5)),
        _ => by_curve(element, settings, quiet),
    }
}

/// An element whose time depends on current.
fn by_curve(element: ElementId, settings: &Settings, quiet: Signal) -> Option<Trial> {
    let mut protection = settings.protection;
    // The curve of an element that `ProtectionEnabled` takes out of service is drawn all the same: the test is to say so.
    protection.enabled = true;
    let rated = settings.rating.rated();
    let curve = protection::curves(&protection, &rated).into_iter().find(|c| c.id == element)?;
    let pickup = pickup(&curve, settings)?;
    let most = limit(settings);
    let points: Vec<(Amperes, Seconds)> = MULTIPLES
        .iter()
        .map(|m| pickup * *m)
        .filter(|i| *i <= most)
        .filter_map(|i| Some((i, curve.time_at(i)?)))
        .collect();
    let quick = points.iter().find(|(_, time)| *time <= PATIENCE);
    let (current, time) = *quick.or_else(|| points.iter().min_by(|a, b| a.1.0.total_cmp(&b.1.0)))?;
    let inverse = curve.time_at(current * 0.95).is_none_or(|slower| slower.0 - time.0 > 1e-6);
    let after = injected(element, settings, quiet, current);
    let closing = element == ElementId::MakingCurrent;
    let mut trial = step(element, quiet, after, format!("{:.1} A", current.0), timed(time, inverse));
    trial.stimulus.closing = closing;
    Some(trial)
}

/// The signal with which this much current reaches an element.
fn injected(element: ElementId, settings: &Settings, quiet: Signal, current: Amperes) -> Signal {
    if element != ElementId::GroundFault {
        return quiet.balanced(current);
    }
    match settings.protection.ground_fault.sensing {
        GroundSensing::ZeroSequence => Signal { ground: current, ..quiet },
        GroundSensing::Residual => {
            Signal { current: Phases::new(current, Amperes::ZERO, Amperes::ZERO), ground: current, ..quiet }
        }
    }
}

/// The least current at which an element operates, found on its curve.
fn pickup(curve: &TimeCurve, settings: &Settings) -> Option<Amperes> {
    let most = limit(settings);
    let operates = |i: f64| curve.time_at(Amperes(i)).is_some();
    let mut high =
        std::iter::successors(Some(0.1), |i| Some(i * 1.1)).take_while(|i| *i <= most.0).find(|i| operates(*i))?;
    let mut low = high / 1.1;
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if operates(middle) { high = middle } else { low = middle }
    }
    Some(Amperes(high))
}

/// The converter shows no more than this.
fn limit(settings: &Settings) -> Amperes {
    settings.rating.breaking_capacity.max(settings.rating.current * 50.0)
}

/// The pickup of an element that acts on current, for the check of starting.
pub(super) fn starts_at(element: ElementId, settings: &Settings) -> Option<Amperes> {
    let mut protection = settings.protection;
    protection.enabled = true;
    let curve = protection::curves(&protection, &settings.rating.rated()).into_iter().find(|c| c.id == element)?;
    pickup(&curve, settings)
}

/// A share of the current that starts an element, as a stimulus.
pub(super) fn at_share(element: ElementId, settings: &Settings, pickup: Amperes, share: f64) -> Stimulus {
    let quiet = Signal::quiet(&settings.rating.rated());
    let after = injected(element, settings, quiet, pickup * share);
    let closing = element == ElementId::MakingCurrent;
    Stimulus { element, before: quiet, prelude: Seconds::ZERO, after, closing }
}

fn supply(element: ElementId, quiet: Signal, share: f64, time: Option<Seconds>, inverse: bool) -> Option<Trial> {
    let after = Signal { voltage: quiet.voltage.map(|v| v * share), ..quiet };
    let mut trial =
        step(element, quiet, after, format!("{:.1} % of the nominal voltage", share * 100.0), timed(time?, inverse));
    trial.stimulus.prelude = SETTLED;
    Some(trial)
}

fn frequency(element: ElementId, quiet: Signal, s: &protection::FrequencySettings, beyond: f64) -> Trial {
    let frequency = s.pickup + crate::units::Hertz(beyond);
    let after = Signal { frequency, ..quiet };
    let mut trial = step(element, quiet, after, format!("{:.2} Hz", frequency.0), timed(s.delay, false));
    // The tracker looks at six cycles before it believes a step.
    trial.window.most += Seconds(0.100);
    trial.stimulus.prelude = SETTLED;
    trial
}

fn step(element: ElementId, before: Signal, after: Signal, words: String, window: Window) -> Trial {
    let stimulus = Stimulus { element, before, prelude: Seconds::ZERO, after, closing: false };
    Trial { stimulus, words, window }
}

/// The window of a time by its kind.
fn timed(time: Seconds, inverse: bool) -> Window {
    if time.0 < 0.020 {
        return Window { least: Seconds::ZERO, most: INSTANTANEOUS.max(time + Seconds(DEFINITE.1 / 2.0)) };
    }
    if inverse {
        let (share, least, late) = INVERSE;
        let most = Seconds((time.0 * (1.0 + share)).max(time.0 + least) + late);
        return Window { least: Seconds((time.0 * (1.0 - share)).min(time.0 - least).max(0.0)), most };
    }
    Window { least: Seconds(time.0 - DEFINITE.0), most: Seconds(time.0 + DEFINITE.1) }
}
