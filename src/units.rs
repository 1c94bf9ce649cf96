//! Physical quantities as types.
//!
//! Plain newtypes over `f64`, one a quantity, so that adding volt-amperes to watts does not compile:
//!
//! ```compile_fail
//! use breaker_console::units::{VoltAmperes, Watts};
//! let _ = VoltAmperes(1.0) + Watts(1.0);
//! ```
//!
//! The number inside is always in the unit named on the type. Scaling (kW, ms) happens where text or a wire meets the
//! program, never inside.

use serde::{Deserialize, Deserializer, Serialize};
use std::ops::{Add, AddAssign, Div, Index, IndexMut, Mul, Neg, Sub, SubAssign};

/// Reads a number as JSON writes it: there, a number that is not finite is `null`.
///
/// # Errors
/// Neither a number nor nothing.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
}

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $unit:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(#[serde(deserialize_with = "number")] pub f64);

        impl $name {
            /// The unit of the number inside, as UCUM-like text.
            pub const UNIT: &'static str = $unit;
            /// Nothing of it.
            pub const ZERO: Self = Self(0.0);

            /// The magnitude without its sign.
            #[must_use]
            pub fn abs(self) -> Self {
                Self(self.0.abs())
            }

            /// The greater of two; a NaN loses.
            #[must_use]
            pub fn max(self, other: Self) -> Self {
                Self(self.0.max(other.0))
            }

            /// The lesser of two; a NaN loses.
            #[must_use]
            pub fn min(self, other: Self) -> Self {
                Self(self.0.min(other.0))
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, rhs: Self) -> Self {
                Self(self.0 + rhs.0)
            }
        }
        impl AddAssign for $name {
            fn add_assign(&mut self, rhs: Self) {
                self.0 += rhs.0;
            }
        }
        impl Sub for $name {
            type Output = Self;
            fn sub(self, rhs: Self) -> Self {
                Self(self.0 - rhs.0)
            }
        }
        impl SubAssign for $name {
            fn sub_assign(&mut self, rhs: Self) {
                self.0 -= rhs.0;
            }
        }
        impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }
        impl Mul<f64> for $name {
            type Output = Self;
            fn mul(self, rhs: f64) -> Self {
                Self(self.0 * rhs)
            }
        }
        impl Div<f64> for $name {
            type Output = Self;
            fn div(self, rhs: f64) -> Self {
                Self(self.0 / rhs)
            }
        }
        /// The ratio of two like quantities has no unit.
        impl Div for $name {
            type Output = f64;
            fn div(self, rhs: Self) -> f64 {
                self.0 / rhs.0
            }
        }
    };
}

quantity!(/// Electric current, RMS unless a name says otherwise.
    Amperes, "A");
quantity!(/// Voltage, RMS unless a name says otherwise.
    Volts, "V");
quantity!(/// Active power.
    Watts, "W");
quantity!(/// Reactive power.
    Vars, "var");
quantity!(/// Apparent power.
    VoltAmperes, "VA");
quantity!(/// Frequency.
    Hertz, "Hz");
quantity!(/// Rate of change of frequency.
    HertzPerSecond, "Hz/s");
quantity!(/// Temperature.
    Celsius, "Cel");
quantity!(/// Duration in simulated time.
    Seconds, "s");
quantity!(/// Resistance, reactance or impedance magnitude.
    Ohms, "Ohm");
quantity!(/// Illuminance at an arc sensor.
    Lux, "lx");
quantity!(/// A share of a whole, 100 = all of it.
    Percent, "%");

/// A pole of the breaker, or the conductor on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Phase {
    /// Phase A (L1).
    A,
    /// Phase B (L2).
    B,
    /// Phase C (L3).
    C,
}

impl Phase {
    /// All three, in phase order.
    pub const ALL: [Self; 3] = [Self::A, Self::B, Self::C];

    /// Position in phase order.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The letter.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }
}

/// One value a phase. In a file it is `{ a = .., b = .., c = .. }`, `[a, b, c]`, or one value for all three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "PhasesForm<T>", bound(deserialize = "T: Clone + Deserialize<'de>"))]
pub struct Phases<T> {
    /// Phase A.
    pub a: T,
    /// Phase B.
    pub b: T,
    /// Phase C.
    pub c: T,
}

/// The ways to write a [`Phases`] in a file.
#[derive(Deserialize)]
#[serde(untagged)]
enum PhasesForm<T> {
    Named(NamedPhases<T>),
    Array([T; 3]),
    Same(T),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "T: Deserialize<'de>"))]
struct NamedPhases<T> {
    #[serde(deserialize_with = "given")]
    a: T,
    #[serde(deserialize_with = "given")]
    b: T,
    #[serde(deserialize_with = "given")]
    c: T,
}

/// As `T` reads itself; but a phase that is not there is a mistake, and not the "no number" of a quantity.
fn given<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(input: D) -> Result<T, D::Error> {
    T::deserialize(input)
}

impl<T: Clone> From<PhasesForm<T>> for Phases<T> {
    fn from(form: PhasesForm<T>) -> Self {
        match form {
            PhasesForm::Named(NamedPhases { a, b, c }) | PhasesForm::Array([a, b, c]) => Self { a, b, c },
            PhasesForm::Same(x) => Self { a: x.clone(), b: x.clone(), c: x },
        }
    }
}

impl<T> Phases<T> {
    /// From the three values in phase order.
    pub const fn new(a: T, b: T, c: T) -> Self {
        Self { a, b, c }
    }

    /// From a function of the phase.
    pub fn from_fn(mut f: impl FnMut(Phase) -> T) -> Self {
        Self { a: f(Phase::A), b: f(Phase::B), c: f(Phase::C) }
    }

    /// The same function applied to each phase.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Phases<U> {
        Phases { a: f(self.a), b: f(self.b), c: f(self.c) }
    }

    /// The values in phase order.
    pub fn iter(&self) -> std::array::IntoIter<&T, 3> {
        [&self.a, &self.b, &self.c].into_iter()
    }
}

impl<T: Copy> Phases<T> {
    /// The same value on each phase.
    pub const fn splat(value: T) -> Self {
        Self { a: value, b: value, c: value }
    }

    /// The values as an array in phase order.
    pub const fn to_array(self) -> [T; 3] {
        [self.a, self.b, self.c]
    }
}

impl<T: Copy + PartialOrd> Phases<T> {
    /// The greatest value and the phase it is on; of equals the first phase.
    pub fn greatest(self) -> (Phase, T) {
        let mut best = (Phase::A, self.a);
        for phase in [Phase::B, Phase::C] {
            if self[phase] > best.1 {
                best = (phase, self[phase]);
            }
        }
        best
    }

    /// The least value and the phase it is on; of equals the first phase.
    pub fn least(self) -> (Phase, T) {
        let mut best = (Phase::A, self.a);
        for phase in [Phase::B, Phase::C] {
            if self[phase] < best.1 {
                best = (phase, self[phase]);
            }
        }
        best
    }
}

impl<'a, T> IntoIterator for &'a Phases<T> {
    type Item = &'a T;
    type IntoIter = std::array::IntoIter<&'a T, 3>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T> Index<Phase> for Phases<T> {
    type Output = T;
    fn index(&self, phase: Phase) -> &T {
        match phase {
            Phase::A => &self.a,
            Phase::B => &self.b,
            Phase::C => &self.c,
        }
    }
}

impl<T> IndexMut<Phase> for Phases<T> {
    fn index_mut(&mut self, phase: Phase) -> &mut T {
        match phase {
            Phase::A => &mut self.a,
            Phase::B => &mut self.b,
            Phase::C => &mut self.c,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_can_be_written_in_three_ways() {
        let read = |text: &str| serde_json::from_str::<Phases<Amperes>>(text);
        let each = Phases::new(Amperes(1.0), Amperes(2.0), Amperes(3.0));
        assert_eq!(read("[1, 2, 3]").unwrap(), each);
        assert_eq!(read(r#"{"a":1,"b":2,"c":3}"#).unwrap(), each);
        assert_eq!(read("4").unwrap(), Phases::splat(Amperes(4.0)));
        assert_eq!(read(r#"{"a":1,"b":2}"#).ok(), None);
        assert_eq!(serde_json::to_string(&each).unwrap(), r#"{"a":1.0,"b":2.0,"c":3.0}"#);
    }

    #[test]
    fn the_greatest_is_the_first_of_equals() {
        assert_eq!(Phases::new(1.0, 3.0, 3.0).greatest(), (Phase::B, 3.0));
        assert_eq!(Phases::new(1.0, 1.0, 3.0).least(), (Phase::A, 1.0));
    }
}
