//! The breaking current of a pole: RMS of the alternating component at contact parting (IEC 60947-2, 4.3.6.3), without
//! the decaying direct component that one cycle of true RMS would count in.

use crate::time::SAMPLES_PER_CYCLE;
use std::f64::consts::TAU;

/// Unknowns: cosine, sine, decaying direct component.
const N: usize = 3;
/// Time constants of the direct component that are tried, in samples: from a quarter of a millisecond to a tenth of a
/// second, 16 a decade.
const SLOWEST: i32 = 42;
/// So many of them are passed over in the search for the neighbourhood of the best.
const STRIDE: usize = 4;

/// RMS of the component at rated frequency in `samples` (at most one cycle is used, the newest), fitted together with an
/// exponential direct component of the time constant that fits best. Fewer than a quarter of a cycle: true RMS of what is
/// there.
pub(super) fn alternating_rms(samples: &[f64]) -> f64 {
    let cycle = SAMPLES_PER_CYCLE as usize;
    let samples = &samples[samples.len().saturating_sub(cycle)..];
    if samples.len() < cycle / 4 {
        let sum: f64 = samples.iter().map(|x| x * x).sum();
        return (sum / samples.len().max(1) as f64).sqrt();
    }
    let waves: Vec<(f64, f64)> = (0..samples.len()).map(|n| (TAU * n as f64 / cycle as f64).sin_cos()).collect();
    let best = |tried: &mut dyn Iterator<Item = i32>| {
        let fits = tried.map(|n| (n, fit(samples, &waves, 2.0 * 10f64.powf(f64::from(n) / 16.0))));
        fits.min_by(|(_, a), (_, b)| a.0.total_cmp(&b.0))
    };
    // The error has one valley: its place is found in strides, its bottom step by step.
    let place = best(&mut (0..=SLOWEST).step_by(STRIDE)).map_or(0, |(n, _)| n);
    let around = STRIDE as i32 - 1;
    best(&mut ((place - around).max(0)..=(place + around).min(SLOWEST))).map_or(0.0, |(_, (_, rms))| rms)
}

/// Least squares with this time constant (in samples): the error that is left, and the RMS.
fn fit(samples: &[f64], waves: &[(f64, f64)], tau: f64) -> (f64, f64) {
    let decay = (-1.0 / tau).exp();
    let rows = || {
        let mut direct = 1.0;
        samples.iter().zip(waves).map(move |(sample, (sine, cosine))| {
            let basis = [*cosine, *sine, direct];
            direct *= decay;
            (*sample, basis)
        })
    };
    let mut matrix = [[0.0; N]; N];
    let mut right = [0.0; N];
    for (sample, basis) in rows() {
        for row in 0..N {
            for column in 0..N {
                matrix[row][column] += basis[row] * basis[column];
            }
            right[row] += basis[row] * sample;
        }
    }
    let found = solve(matrix, right);
    let left = rows().map(|(sample, basis)| {
        let model: f64 = basis.iter().zip(found).map(|(b, x)| b * x).sum();
        (sample - model).powi(2)
    });
    (left.sum(), found[0].hypot(found[1]) / 2f64.sqrt())
}

/// Gaussian elimination with pivoting. The columns are independent, so no pivot is zero.
fn solve(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> [f64; N] {
    for column in 0..N {
        let pivot =
            (column..N).max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs())).unwrap_or(column);
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        for row in column + 1..N {
            let factor = matrix[row][column] / matrix[column][column];
            let (above, below) = matrix.split_at_mut(row);
            for (x, pivot) in below[0][column..].iter_mut().zip(&above[column][column..]) {
                *x -= factor * pivot;
            }
            right[row] -= factor * right[column];
        }
    }
    let mut out = [0.0; N];
    for row in (0..N).rev() {
        let known: f64 = (row + 1..N).map(|k| matrix[row][k] * out[k]).sum();
        out[row] = (right[row] - known) / matrix[row][row];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Symmetrical RMS plus a full offset that decays with X/R at 60 Hz.
    fn offset(rms: f64, count: usize, angle: f64, x_over_r: f64) -> Vec<f64> {
        let peak = rms * 2f64.sqrt();
        (0..count)
            .map(|n| {
                let t = n as f64 / 7680.0;
                peak * ((TAU * 60.0 * t + angle).cos() - angle.cos() * (-t * TAU * 60.0 / x_over_r).exp())
            })
            .collect()
    }

    #[test]
    fn a_pure_sine_is_its_rms_from_any_length() {
        for count in [40, 64, 100, 128, 500] {
            let x: Vec<f64> = (0..count).map(|n| 70.0 * 2f64.sqrt() * (TAU * n as f64 / 128.0 + 0.3).sin()).collect();
            assert!((alternating_rms(&x) - 70.0).abs() < 1e-9, "{count}");
        }
    }

    #[test]
    fn a_fully_offset_current_is_within_1_5_percent_where_true_rms_is_up_to_32_percent_high() {
        for x_over_r in [0.3, 0.92, 2.0, 4.9, 10.0] {
            for angle in [0.0, 0.7, 1.57, 2.4, 3.1] {
                for count in [70, 100, 128] {
                    let got = alternating_rms(&offset(25_000.0, count, angle, x_over_r));
                    assert!((got / 25_000.0 - 1.0).abs() < 0.015, "{count} samples at {angle}, X/R {x_over_r}: {got}");
                }
            }
        }
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(alternating_rms(&[]), 0.0);
        assert_eq!(alternating_rms(&[0.0; 128]), 0.0);
    }
}
