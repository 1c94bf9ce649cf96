//! ANSI 21: distance, one self-polarised mho zone, for training.
//!
//! Nobody uses it on low-voltage feeders: their impedance is mostly resistance and so is that of an arc, which moves
//! the fault out of the circle. The lesson is to see that.

use super::finding::Finding;
use super::sequence::magnitude;
use super::state::Block;
use super::view::{View, sane};
use crate::units::{Ohms, Phase};
use num_complex::Complex64;

/// Passes in a row inside the zone that operate.
const CONSECUTIVE: u8 = 8;

/// Share of the nominal voltage under which a loop without memory has no direction.
const LEAST_VOLTAGE: f64 = 0.02;

/// Share of the rated current under which a loop is not measured.
const LEAST_CURRENT: f64 = 0.1;

/// Settings of 21.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DistanceSettings {
    /// In service.
    pub enabled: bool,
    /// Reach: the diameter of the circle.
    pub reach: Ohms,
    /// Angle of the line, degrees.
    pub angle_deg: f64,
    /// Magnitude of the residual compensation `k0 = (Z0 - Z1) / (3 Z1)`.
    pub k0: f64,
    /// Its angle, degrees.
    pub k0_angle_deg: f64,
}

impl DistanceSettings {
    /// Reach in the direction of an impedance at this angle: `Zr cos(angle - angle of the line)`; nothing backwards.
    #[must_use]
    pub fn reach_at(&self, angle_deg: f64) -> Ohms {
        Ohms((self.reach.0 * (angle_deg - self.angle_deg).to_radians().cos()).max(0.0))
    }
}

/// The constants of the zone, computed when the settings change.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Zone {
    of: DistanceSettings,
    half_reach: Complex64,
    k0: Complex64,
}

/// 21.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Distance {
    zone: Zone,
    passes: u8,
}

impl Distance {
    #[inline]
    pub(super) fn pass(&mut self, s: &DistanceSettings, view: &View<'_>) -> Finding {
        let rest = Finding::at_rest(0.0, s.reach.0, "Ohm", None);
        if !s.enabled {
            self.passes = 0;
            return rest.off();
        }
        if self.zone.of != *s {
            self.zone = Zone {
                of: *s,
                half_reach: Complex64::from_polar(s.reach.0 / 2.0, s.angle_deg.to_radians()),
                k0: Complex64::from_polar(s.k0, s.k0_angle_deg.to_radians()),
            };
        }
        let nearest = self.nearest(view);
        let nominal = view.rated.voltage.0;
        if nearest.is_none() && view.voltage_sequence().positive < LEAST_VOLTAGE * nominal {
            self.passes = 0;
            return rest.block(Block::InvalidInput);
        }
        let inside = nearest.is_some_and(|n| n.inside);
        self.passes = if inside { (self.passes + 1).min(CONSECUTIVE) } else { 0 };
        Finding {
            started: inside,
            operating: self.passes >= CONSECUTIVE,
            progress: f64::from(self.passes) / f64::from(CONSECUTIVE),
            quantity: nearest.map_or(0.0, |n| n.impedance),
            phase: nearest.map(|n| n.phase),
            ..rest
        }
    }

    /// The loop that lies deepest in the zone, or nearest to it.
    ///
    /// `|z - c|` is `|v - c i| / |i|`: products of squares compare as well as quotients, and only the loop that is found is
    /// divided.
    fn nearest(&self, view: &View<'_>) -> Option<Loop> {
        let (v, i) = (&view.q.voltage, &view.q.current);
        let centre = self.zone.half_reach;
        let residual = (i.a + i.b + i.c) * self.zone.k0;
        let loops = [
            (Phase::A, v.a, i.a + residual),
            (Phase::B, v.b, i.b + residual),
            (Phase::C, v.c, i.c + residual),
            (Phase::A, v.a - v.b, i.a - i.b),
            (Phase::B, v.b - v.c, i.b - i.c),
            (Phase::C, v.c - v.a, i.c - i.a),
        ];
        let least_current = (LEAST_CURRENT * view.rated.current.0).powi(2);
        let least_voltage = (LEAST_VOLTAGE * view.rated.voltage.0).powi(2);
        let mut nearest: Option<(f64, f64, Phase, Complex64, Complex64)> = None;
        for (phase, v, i) in loops {
            let (distance, current) = ((v - centre * i).norm_sqr(), i.norm_sqr());
            let measured = current > least_current && v.norm_sqr() > least_voltage;
            if measured && nearest.is_none_or(|(other, its_current, ..)| distance * its_current < other * current) {
                nearest = Some((distance, current, phase, v, i));
            }
        }
        let (distance, current, phase, v, i) = nearest?;
        Some(Loop { phase, impedance: sane(magnitude(v / i)), inside: distance <= centre.norm_sqr() * current })
    }
}

/// A measured loop.
#[derive(Clone, Copy, Debug)]
struct Loop {
    phase: Phase,
    impedance: f64,
    inside: bool,
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, polar};
    use super::*;
    use crate::power::Quantities;
    use crate::units::Phases;

    /// 80 % of 50 m of cable with 0.557 mOhm/m at 19.6 degrees.
    fn settings() -> DistanceSettings {
        DistanceSettings {
            enabled: true,
            reach: Ohms(0.8 * 50.0 * 0.557e-3),
            angle_deg: 19.6,
            k0: 1.0,
            k0_angle_deg: 0.0,
        }
    }

    /// A bolted three-phase fault that many metres away with 100 V left at the bus.
    fn fault(metres: f64, backwards: bool) -> Quantities {
        let v = Phases::new(polar(100.0, 0.0), polar(100.0, -120.0), polar(100.0, 120.0));
        let z = polar(metres * 0.557e-3, 19.6) * if backwards { -1.0 } else { 1.0 };
        Quantities { voltage: v, current: v.map(|v| v / z), ..Quantities::default() }
    }

    fn operates(q: &Quantities) -> Option<f64> {
        let (mut element, mut bench) = (Distance::default(), Bench::at_60_hz());
        bench.until(0.5, |_, view| element.pass(&settings(), &view.of(q)).operating)
    }

    #[test]
    fn faults_inside_the_reach_operate_after_eight_passes_and_others_do_not() {
        for metres in [5.0, 30.0, 39.0] {
            let at = operates(&fault(metres, false)).unwrap();
            assert!((at - 7.0 / 960.0).abs() < 1e-9, "{metres} m: {at}");
        }
        for q in [fault(41.0, false), fault(45.0, false), fault(30.0, true)] {
            assert_eq!(operates(&q), None);
        }
    }

    #[test]
    fn an_arc_moves_the_fault_out_of_the_circle() {
        let v = polar(100.0, 0.0);
        let z = polar(30.0 * 0.557e-3, 19.6) + 0.010;
        let current = Phases::new(v / z, Complex64::ZERO, Complex64::ZERO);
        let settings = DistanceSettings { k0: 0.0, ..settings() };
        let q = Quantities {
            voltage: Phases::new(v, polar(277.0, -120.0), polar(277.0, 120.0)),
            current,
            ..Quantities::default()
        };
        let (mut element, mut bench) = (Distance::default(), Bench::at_60_hz());
        assert_eq!(bench.until(0.5, |_, view| element.pass(&settings, &view.of(&q)).operating), None);
    }
}
