//! Three-by-three complex matrices: the network in the phase domain needs no more.

#![expect(clippy::needless_range_loop, reason = "rows and columns are indices")]

use num_complex::Complex64;
use std::ops::{Add, Mul, Sub};

const ZERO: Complex64 = Complex64::new(0.0, 0.0);
const ONE: Complex64 = Complex64::new(1.0, 0.0);

/// An admittance below this is no connection (siemens): a million times less than a 1 A load.
const NO_ADMITTANCE: f64 = 1e-9;

/// One complex value a phase.
pub(crate) type Vec3 = [Complex64; 3];

/// Row-major three-by-three.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mat3(pub(crate) [[Complex64; 3]; 3]);

impl Mat3 {
    pub(crate) const ZERO: Self = Self([[ZERO; 3]; 3]);
    pub(crate) const IDENTITY: Self = Self([[ONE, ZERO, ZERO], [ZERO, ONE, ZERO], [ZERO, ZERO, ONE]]);

    pub(crate) fn diagonal(d: Vec3) -> Self {
        let mut m = Self::ZERO;
        for (k, value) in d.into_iter().enumerate() {
            m.0[k][k] = value;
        }
        m
    }

    /// The phase-domain matrix of a transposed element with these positive- and zero-sequence values.
    pub(crate) fn from_sequence(positive: Complex64, zero: Complex64) -> Self {
        let own = (zero + positive * 2.0) / 3.0;
        let mutual = (zero - positive) / 3.0;
        let mut m = Self([[mutual; 3]; 3]);
        for k in 0..3 {
            m.0[k][k] = own;
        }
        m
    }

    /// The phase-domain matrix of a symmetrical element whose sequences differ, as those of a turning machine do.
    pub(crate) fn from_sequences(zero: Complex64, positive: Complex64, negative: Complex64) -> Self {
        let a = Complex64::new(-0.5, 0.75f64.sqrt());
        let (aa, third) = (a * a, 1.0 / 3.0);
        let own = (zero + positive + negative) * third;
        // What the conductor before, and the one behind, in the order of the phases adds.
        let before = (zero + a * positive + aa * negative) * third;
        let behind = (zero + aa * positive + a * negative) * third;
        Self([[own, before, behind], [behind, own, before], [before, behind, own]])
    }

    /// A star of admittances whose centre goes nowhere.
    pub(crate) fn isolated_star(y: Vec3) -> Self {
        let total: Complex64 = y.iter().sum();
        let mut m = Self::diagonal(y);
        if total.norm() > NO_ADMITTANCE {
            for (row, y_row) in m.0.iter_mut().zip(y) {
                for (cell, y_col) in row.iter_mut().zip(y) {
                    *cell -= y_row * y_col / total;
                }
            }
        }
        m
    }

    pub(crate) fn apply(&self, v: &Vec3) -> Vec3 {
        self.0.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
    }

    /// `self⁻¹ · rhs` by Gauss elimination with row exchange. The callers pass `1 + YZ` of passive elements, which is
    /// never singular; a zero pivot would leave its row unreduced rather than divide by nothing.
    pub(crate) fn solve(mut self, mut rhs: Self) -> Self {
        for col in 0..3 {
            let mut pivot = col;
            for row in col + 1..3 {
                if self.0[row][col].norm_sqr() > self.0[pivot][col].norm_sqr() {
                    pivot = row;
                }
            }
            self.0.swap(col, pivot);
            rhs.0.swap(col, pivot);
            if self.0[col][col] == ZERO {
                continue;
            }
            let inverse = ONE / self.0[col][col];
            for k in 0..3 {
                self.0[col][k] *= inverse;
                rhs.0[col][k] *= inverse;
            }
            for row in 0..3 {
                if row != col {
                    let factor = self.0[row][col];
                    for k in 0..3 {
                        let (own, other) = (self.0[col][k], rhs.0[col][k]);
                        self.0[row][k] -= factor * own;
                        rhs.0[row][k] -= factor * other;
                    }
                }
            }
        }
        rhs
    }

    /// The admittance seen from the feeding end when a series impedance stands in front: `(1 + YZ)⁻¹ Y`.
    pub(crate) fn behind(self, series: Self) -> Self {
        (Self::IDENTITY + self * series).solve(self)
    }

    /// The admittance with the open conductors eliminated (Kron); their rows and columns are exactly zero afterwards,
    /// so that an open pole carries exactly nothing.
    pub(crate) fn with_open(mut self, closed: [bool; 3]) -> Self {
        for k in 0..3 {
            if closed[k] {
                continue;
            }
            let own = self.0[k][k];
            if own.norm() > NO_ADMITTANCE {
                for i in 0..3 {
                    for j in 0..3 {
                        if i != k && j != k {
                            let through = self.0[i][k] * self.0[k][j] / own;
                            self.0[i][j] -= through;
                        }
                    }
                }
            }
            for i in 0..3 {
                self.0[i][k] = ZERO;
                self.0[k][i] = ZERO;
            }
        }
        self
    }

    /// Voltages behind poles: the feeding voltage where closed; where open, what the coupling through `self` (the
    /// admittance behind the poles) leaves floating there.
    pub(crate) fn voltage_behind(&self, closed: [bool; 3], feeding: &Vec3) -> Vec3 {
        // Rows of closed poles fix the voltage; rows of open poles say that no current flows.
        let mut system = Self::IDENTITY;
        let mut rhs = Self::ZERO;
        for k in 0..3 {
            if closed[k] {
                rhs.0[k][0] = feeding[k];
            } else if self.0[k][k].norm() > NO_ADMITTANCE {
                system.0[k] = self.0[k];
            }
        }
        let solved = system.solve(rhs);
        [solved.0[0][0], solved.0[1][0], solved.0[2][0]]
    }
}

impl Add for Mat3 {
    type Output = Self;
    fn add(mut self, rhs: Self) -> Self {
        for i in 0..3 {
            for j in 0..3 {
                self.0[i][j] += rhs.0[i][j];
            }
        }
        self
    }
}

impl Mul for Mat3 {
    type Output = Self;
    fn mul(self, rhs: Self) -> Self {
        let mut out = Self::ZERO;
        for i in 0..3 {
            for j in 0..3 {
                out.0[i][j] = (0..3).map(|k| self.0[i][k] * rhs.0[k][j]).sum();
            }
        }
        out
    }
}

impl Sub for Mat3 {
    type Output = Self;
    fn sub(mut self, rhs: Self) -> Self {
        for i in 0..3 {
            for j in 0..3 {
                self.0[i][j] -= rhs.0[i][j];
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn c(re: f64, im: f64) -> Complex64 {
        Complex64::new(re, im)
    }

    #[test]
    fn solving_with_itself_gives_the_identity() {
        let m = Mat3([
            [c(0.0, 1.0), c(2.0, 0.0), c(0.1, 0.1)],
            [c(3.0, -1.0), c(0.0, 0.0), c(1.0, 0.0)],
            [c(0.5, 0.0), c(0.0, 0.2), c(-4.0, 2.0)],
        ]);
        let product = m.solve(m) - Mat3::IDENTITY;
        assert!(product.0.iter().flatten().all(|x| x.norm() < 1e-14), "{product:?}");
    }

    #[test]
    fn sequence_values_come_back_from_the_phase_domain() {
        let (z1, z0) = (c(2.2166, 10.861), c(3.81, 13.02));
        let m = Mat3::from_sequence(z1, z0);
        let a = Complex64::from_polar(1.0, 120f64.to_radians());
        let positive = m.apply(&[ONE, a * a, a]);
        assert!((positive[0] - z1).norm() < 1e-12);
        assert!((m.apply(&[ONE; 3])[2] - z0).norm() < 1e-12);
    }

    #[test]
    fn an_isolated_star_with_one_conductor_open_is_two_admittances_in_series() {
        let y = Mat3::isolated_star([c(1.0, 0.0), c(2.0, 0.0), c(2.0, 0.0)]).with_open([false, true, true]);
        assert!((y.0[1][1] - c(1.0, 0.0)).norm() < 1e-12);
        assert!((y.0[1][2] + c(1.0, 0.0)).norm() < 1e-12);
        assert_eq!(y.0[0], [ZERO; 3]);
    }

    #[test]
    fn each_sequence_meets_its_own_value_of_a_turning_machine() {
        let (z0, z1, z2) = (c(0.3, 0.1), c(1.0, 2.0), c(-0.5, 4.0));
        let m = Mat3::from_sequences(z0, z1, z2);
        let a = Complex64::from_polar(1.0, 120f64.to_radians());
        for (set, want) in [([ONE; 3], z0), ([ONE, a * a, a], z1), ([ONE, a, a * a], z2)] {
            let got = m.apply(&set);
            for k in 0..3 {
                assert!((got[k] - want * set[k]).norm() < 1e-12, "{got:?}");
            }
        }
    }

    #[test]
    fn a_row_without_its_pivot_changes_places() {
        let m = Mat3([[ZERO, ONE, ZERO], [ZERO, ZERO, ONE], [ONE, ZERO, ZERO]]);
        let transposed = Mat3([[ZERO, ZERO, ONE], [ONE, ZERO, ZERO], [ZERO, ONE, ZERO]]);
        assert_eq!(m.solve(Mat3::IDENTITY), transposed);
    }

    #[test]
    fn behind_an_open_pole_floats_what_the_others_leave_there() {
        let star = Mat3::isolated_star([c(1.0, 0.0), c(2.0, 0.0), c(3.0, 0.0)]);
        let feeding = [c(9.0, 0.0), c(5.0, 2.0), c(10.0, -3.0)];
        let got = star.voltage_behind([false, true, true], &feeding);
        // No current in A, so that it has the voltage of the centre: (2 b + 3 c) / 5.
        assert!((got[0] - c(8.0, -1.0)).norm() < 1e-12, "{got:?}");
        assert_eq!(got[1..], feeding[1..]);
        // Nothing is behind: nothing floats.
        assert_eq!(Mat3::ZERO.voltage_behind([false; 3], &feeding), [ZERO; 3]);
    }
}
