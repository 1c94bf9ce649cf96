//! The breaking current of a pole: RMS of the alternating component at contact parting (IEC 60947-2, 4.3.6.3), without
//! the decaying direct component that one cycle of true RMS would count in.

use crate::time::SAMPLES_PER_CYCLE;
use std::f64::consts::TAU;

/// Unknowns: cosine, sine, constant, slope.
const N: usize = 4;

/// RMS of the component at rated frequency in `samples` (at most one cycle is used, the newest), fitted together with a
/// straight line for the direct component. Fewer than a quarter of a cycle: true RMS of what is there.
pub(super) fn alternating_rms(samples: &[f64]) -> f64 {
    let cycle = SAMPLES_PER_CYCLE as usize;
    let samples = &samples[samples.len().saturating_sub(cycle)..];
    if samples.len() < cycle / 4 {
        let sum: f64 = samples.iter().map(|x| x * x).sum();
        return (sum / samples.len().max(1) as f64).sqrt();
    }
    let mut matrix = [[0.0; N]; N];
    let mut right = [0.0; N];
    for (n, sample) in samples.iter().enumerate() {
        let angle = TAU * n as f64 / cycle as f64;
        let basis = [angle.cos(), angle.sin(), 1.0, n as f64 / cycle as f64];
        for row in 0..N {
            for column in 0..N {
                matrix[row][column] += basis[row] * basis[column];
            }
            right[row] += basis[row] * sample;
        }
    }
    let [cosine, sine, ..] = solve(matrix, right);
    cosine.hypot(sine) / 2f64.sqrt()
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
            for k in column..N {
                matrix[row][k] -= factor * matrix[column][k];
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

    /// Symmetrical RMS plus a full offset that decays with 13.0 ms (X/R 4.9 at 60 Hz).
    fn offset(rms: f64, count: usize, angle: f64) -> Vec<f64> {
        let peak = rms * 2f64.sqrt();
        (0..count)
            .map(|n| {
                let t = n as f64 / 7680.0;
                peak * ((TAU * 60.0 * t + angle).cos() - angle.cos() * (-t / 0.013).exp())
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
    fn a_fully_offset_current_is_within_5_percent_where_true_rms_is_32_percent_high() {
        for angle in [0.0, 0.7, 1.57, 2.4, 3.14] {
            for count in [75, 100, 128] {
                let got = alternating_rms(&offset(25_000.0, count, angle));
                assert!((got / 25_000.0 - 1.0).abs() < 0.05, "{count} samples at {angle}: {got}");
            }
        }
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(alternating_rms(&[]), 0.0);
        assert_eq!(alternating_rms(&[0.0; 128]), 0.0);
    }
}
