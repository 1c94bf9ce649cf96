//! Report by exception: what changed enough since it was last sent.

use crate::point::{Quality, Reading};
use crate::profile::Value;

/// Whether `next` is worth a report when `sent` is what the host has; `deadband` is the least change worth one.
///
/// Compared with the value last *sent*, so that a slow creep is reported as soon as it sums up to the deadband.
#[must_use]
pub fn worth(deadband: f64, sent: &Reading, next: &Reading) -> bool {
    if sent.quality != next.quality {
        return true;
    }
    match (&sent.value, &next.value) {
        (Some(Value::Float(a)), Some(Value::Float(b))) => match (a.is_finite(), b.is_finite()) {
            (true, true) if deadband > 0.0 => (b - a).abs() > deadband,
            (true, true) => a != b,
            (a, b) => a != b,
        },
        (Some(Value::Int(a)), Some(Value::Int(b))) if deadband > 0.0 => b.abs_diff(*a) as f64 > deadband,
        (a, b) => a != b,
    }
}

/// The quality to tell with a value: a number that is none is bad whatever was said about it.
#[must_use]
pub fn quality(reading: &Reading) -> Quality {
    match &reading.value {
        Some(Value::Float(v)) if !v.is_finite() => Quality::Bad,
        _ => reading.quality,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    const DEADBAND: f64 = 0.5;

    fn float(v: f64) -> Reading {
        Reading { value: Some(Value::Float(v)), quality: Quality::Good }
    }

    #[test]
    fn tck_id_principles_rbe_recommended() {
        assert!(!worth(DEADBAND, &float(10.0), &float(10.5)));
        assert!(worth(DEADBAND, &float(10.0), &float(10.51)));
        assert!(worth(DEADBAND, &float(10.0), &float(9.4)));
    }

    #[test]
    fn a_creep_adds_up() {
        let sent = float(10.0);
        let first = (1..100).find(|i| worth(DEADBAND, &sent, &float(10.0 + f64::from(*i) * 0.1)));
        assert_eq!(first, Some(6));
    }

    #[test]
    fn no_number_is_reported_once() {
        assert!(worth(DEADBAND, &float(1.0), &float(f64::NAN)));
        assert!(!worth(DEADBAND, &float(f64::NAN), &float(f64::NAN)));
        assert!(worth(DEADBAND, &float(f64::NAN), &float(1.0)));
        assert_eq!(quality(&float(f64::NAN)), Quality::Bad);
    }

    #[test]
    fn quality_and_availability_count_as_change() {
        let none = Reading { value: None, quality: Quality::Good };
        let stale = Reading { quality: Quality::Stale, ..float(1.0) };
        assert!(worth(DEADBAND, &float(1.0), &stale));
        assert!(worth(DEADBAND, &none, &float(1.0)));
        assert!(!worth(DEADBAND, &none, &none));
    }
}
