//! What the current transformers and the channels behind them make of the currents, and what can be wrong with them.

use crate::power::Sample;
use crate::time::{SampleRate, Tick};
use crate::units::{Percent, Phase, Phases};

/// What is wrong with the sensors of the currents.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SensorFaults {
    /// Open secondary: reads nothing.
    pub open: Phases<bool>,
    /// Connected the wrong way round.
    pub reversed: Phases<bool>,
    /// These two are exchanged.
    pub swapped: Option<(Phase, Phase)>,
    /// Reads more or less than it should.
    pub error: Phases<SensorError>,
    /// The converter repeats the value at which it stopped.
    pub frozen: Phases<Option<f64>>,
}

/// An error of the ratio that may grow.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SensorError {
    /// Error when it began.
    pub gain: Percent,
    /// How it grows in an hour.
    pub drift: Percent,
    /// When it began.
    pub since: Tick,
}

impl SensorFaults {
    /// Sound sensors show the truth.
    pub(super) fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// What these sensors show of a sample.
    pub(super) fn see(&self, truth: &Sample, rate: SampleRate) -> Sample {
        let mut seen = *truth;
        if let Some((first, second)) = self.swapped {
            seen.current[first] = truth.current[second];
            seen.current[second] = truth.current[first];
        }
        for phase in Phase::ALL {
            let error = &self.error[phase];
            let hours = rate.seconds(truth.tick.since(error.since)).0 / 3600.0;
            seen.current[phase] *= 1.0 + (error.gain.0 + error.drift.0 * hours) / 100.0;
            if self.reversed[phase] {
                seen.current[phase] = -seen.current[phase];
            }
            if self.open[phase] {
                seen.current[phase] = 0.0;
            }
            if let Some(stuck) = self.frozen[phase] {
                seen.current[phase] = stuck;
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: SampleRate = SampleRate::AT_60_HZ;

    fn seen(faults: SensorFaults, hours: u64) -> [f64; 3] {
        let tick = Tick(hours * 3600 * u64::from(RATE.hz()));
        let truth = Sample { tick, current: Phases::new(10.0, 20.0, 30.0), ..Sample::default() };
        faults.see(&truth, RATE).current.to_array()
    }

    #[test]
    fn each_fault_does_what_it_says() {
        let sound = SensorFaults::default();
        assert!(sound.is_none());
        assert_eq!(seen(sound, 1), [10.0, 20.0, 30.0]);
        assert_eq!(seen(SensorFaults { open: Phases::new(true, false, false), ..sound }, 1), [0.0, 20.0, 30.0]);
        assert_eq!(seen(SensorFaults { reversed: Phases::new(false, true, false), ..sound }, 1), [10.0, -20.0, 30.0]);
        assert_eq!(seen(SensorFaults { swapped: Some((Phase::A, Phase::C)), ..sound }, 1), [30.0, 20.0, 10.0]);
        assert_eq!(seen(SensorFaults { frozen: Phases::new(None, None, Some(7.0)), ..sound }, 1), [10.0, 20.0, 7.0]);
    }

    #[test]
    fn an_error_grows_by_the_hour() {
        let error = SensorError { gain: Percent(5.0), drift: Percent(1.0), since: Tick(0) };
        let faults =
            SensorFaults { error: Phases::new(SensorError::default(), error, error), ..SensorFaults::default() };
        assert_eq!(seen(faults, 0), [10.0, 21.0, 31.5]);
        assert_eq!(seen(faults, 10)[1], 23.0);
    }
}
