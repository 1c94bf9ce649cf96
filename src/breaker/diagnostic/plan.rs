//! From the steps of the profile to the jobs that carry them out.

use super::TestOrder;
use super::channel::Stimulus;
use super::report::{Check, Outcome};
use super::stimulus::{self, Trial};
use crate::breaker::Settings;
use crate::protection::ElementId;
use crate::units::Amperes;
use std::collections::VecDeque;
use std::sync::Arc;

/// What a step of a test does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Settings, sensors, mechanism, memory.
    Hardware,
    /// Each overcurrent element starts above its pickup and does not below it.
    Algorithms,
    /// All paths.
    Communication,
    /// The converters against an internal reference.
    Calibration,
    /// Operate times of the overcurrent elements.
    Overcurrent,
    /// Operate time of the ground fault element.
    GroundFault,
    /// Operate time of the arc flash element.
    ArcFault,
    /// Operate times of the thermal images.
    Thermal,
    /// Operate times of the voltage and frequency elements.
    Supply,
    /// The link to the broker.
    Mqtt,
    /// The LwM2M path.
    Lwm2m,
    /// The Sparkplug path.
    Sparkplug,
}

impl Step {
    const NAMES: [(&'static str, Self); 12] = [
        ("HardwareCheck", Self::Hardware),
        ("ProtectionTest", Self::Algorithms),
        ("CommunicationTest", Self::Communication),
        ("CalibrationCheck", Self::Calibration),
        ("OvercurrentTest", Self::Overcurrent),
        ("GroundFaultTest", Self::GroundFault),
        ("ArcFaultTest", Self::ArcFault),
        ("ThermalTest", Self::Thermal),
        ("SupplyTest", Self::Supply),
        ("MQTTTest", Self::Mqtt),
        ("LwM2MTest", Self::Lwm2m),
        ("SparkplugTest", Self::Sparkplug),
    ];

    /// The step that a profile calls by this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(n, _)| *n == name).map(|(_, step)| step)
    }

    /// It injects into elements and times them: a test with such a step can end with a trip.
    #[must_use]
    pub const fn times_elements(self) -> bool {
        matches!(self, Self::Overcurrent | Self::GroundFault | Self::ArcFault | Self::Thermal | Self::Supply)
    }

    const fn elements(self) -> &'static [ElementId] {
        match self {
            Self::Algorithms | Self::Overcurrent => stimulus::OVERCURRENT,
            Self::GroundFault => stimulus::GROUND,
            Self::ArcFault => stimulus::ARC,
            Self::Thermal => stimulus::THERMAL,
            Self::Supply => stimulus::SUPPLY,
            _ => &[],
        }
    }
}

/// Something that takes at most a while, with the step it belongs to.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) step: Arc<str>,
    pub(super) what: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    /// Over at once.
    Look(Step),
    /// The converters against the reference.
    Reference,
    /// Does not start below its pickup, and does above.
    Starting(ElementId, Amperes),
    /// Operates in time.
    Timing(Box<Trial>),
    /// The same, with the trip coil behind it.
    Tripping(Box<Trial>),
    /// Known before it begins.
    Known(Box<Check>),
}

/// The jobs of a test under the settings in force.
pub(super) fn jobs(order: &TestOrder, settings: &Settings) -> VecDeque<Job> {
    let mut jobs = VecDeque::new();
    for (name, step) in &order.steps {
        let mut add = |what| jobs.push_back(Job { step: Arc::clone(name), what });
        match step {
            Step::Hardware | Step::Communication | Step::Mqtt | Step::Lwm2m | Step::Sparkplug => add(What::Look(*step)),
            Step::Calibration => add(What::Reference),
            Step::Algorithms => {
                for id in step.elements().iter().chain(stimulus::GROUND) {
                    if let Some(pickup) = stimulus::starts_at(*id, settings) {
                        add(What::Starting(*id, pickup));
                    }
                }
            }
            timed => {
                let trials: Vec<Trial> =
                    timed.elements().iter().filter_map(|id| stimulus::trial(*id, settings)).collect();
                if trials.is_empty() {
                    add(What::Known(Box::new(none_in_service(name, *timed))));
                }
                for trial in trials {
                    add(What::Timing(Box::new(trial)));
                }
            }
        }
    }
    if order.with_trip {
        let quickest = order
            .steps
            .iter()
            .flat_map(|(name, step)| step.elements().iter().map(move |id| (name, id)))
            .filter_map(|(name, id)| Some((name, stimulus::trial(*id, settings)?)))
            .min_by(|a, b| a.1.window.most.0.total_cmp(&b.1.window.most.0));
        if let Some((name, trial)) = quickest {
            jobs.push_back(Job { step: Arc::clone(name), what: What::Tripping(Box::new(trial)) });
        }
    }
    jobs
}

fn none_in_service(name: &Arc<str>, step: Step) -> Check {
    let names: Vec<&str> = step.elements().iter().map(|id| id.label()).collect();
    Check {
        step: Arc::clone(name),
        item: names.join(", "),
        outcome: Outcome::Skipped,
        finding: "out of service by setting".to_owned(),
        expected: None,
        measured: None,
    }
}

/// The two currents of the check of starting, as shares of the pickup.
pub(super) const SHARES: [f64; 2] = [0.95, 1.05];

/// What is put in for one of them.
pub(super) fn starting(id: ElementId, settings: &Settings, pickup: Amperes, share: f64) -> Stimulus {
    stimulus::at_share(id, settings, pickup, share)
}
