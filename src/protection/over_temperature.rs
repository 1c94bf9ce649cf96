//! ANSI 49T, "OT": temperature of the trip unit itself. Electronics that is too hot cannot be trusted to trip later.

use super::finding::Finding;
use super::state::Block;
use super::view::{View, sane};
use crate::units::Celsius;

/// Hysteresis, K.
const HYSTERESIS: f64 = 5.0;

/// Settings of OT.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OverTemperatureSettings {
    /// In service.
    pub enabled: bool,
    /// Starts, which is an alarm.
    pub alarm: Celsius,
    /// Operates.
    pub trip: Celsius,
}

/// OT.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct OverTemperature {
    alarm: bool,
    trip: bool,
}

impl OverTemperature {
    #[inline]
    pub(super) fn pass(&mut self, s: &OverTemperatureSettings, view: &View<'_>) -> Finding {
        let temperature = view.context.unit_temperature;
        let rest = Finding::at_rest(sane(temperature.map_or(0.0, |t| t.0)), s.trip.0, "Cel", None);
        if !s.enabled {
            *self = Self::default();
            return rest.off();
        }
        let Some(temperature) = temperature.filter(|t| t.0.is_finite()) else {
            *self = Self::default();
            return rest.block(Block::InvalidInput);
        };
        let over = |limit: Celsius, was: bool| temperature.0 >= limit.0 - if was { HYSTERESIS } else { 0.0 };
        self.alarm = over(s.alarm, self.alarm);
        self.trip = over(s.trip, self.trip);
        let span = (s.trip.0 - s.alarm.0).max(f64::MIN_POSITIVE);
        Finding {
            started: self.alarm || self.trip,
            operating: self.trip,
            progress: if self.trip { 1.0 } else { ((temperature.0 - s.alarm.0) / span).clamp(0.0, 1.0) },
            ..rest
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Context;
    use super::super::bench_inputs::{Bench, balanced};
    use super::*;

    #[test]
    fn it_starts_at_the_alarm_operates_at_the_trip_and_goes_back_five_kelvin_lower() {
        let s = OverTemperatureSettings { enabled: true, alarm: Celsius(70.0), trip: Celsius(85.0) };
        let (mut element, mut bench) = (OverTemperature::default(), Bench::at_60_hz());
        for (celsius, started, operating) in [
            (69.0, false, false),
            (70.0, true, false),
            (85.0, true, true),
            (80.5, true, true),
            (79.0, true, false),
            (64.0, false, false),
        ] {
            bench.context = Context { unit_temperature: Some(Celsius(celsius)), ..Context::default() };
            bench.pass(|view| {
                let found = element.pass(&s, &view.of(&balanced(0.0)));
                assert_eq!((found.started, found.operating), (started, operating), "{celsius}");
            });
        }
    }
}
