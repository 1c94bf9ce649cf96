//! The `Quality` property of a metric.

use super::edge::config::QualityDialect;
use crate::point::Quality;

/// Name of the property (specification 6.4.14).
pub const KEY: &str = "Quality";

/// The code for a quality.
///
/// `spec`: 0 bad, 192 good, 500 stale (`tck-id-payloads-propertyset-quality-value-value`). A value at the end of its
/// range whose true size is unknown counts as bad: there is no fourth code. `ignition`: that product shows 0 and 500
/// as good, so its own codes are sent, which have the sign bit and severity bits set.
#[must_use]
pub const fn code(quality: Quality, dialect: QualityDialect) -> i32 {
    match (dialect, quality) {
        (_, Quality::Good) => 192,
        (QualityDialect::Spec, Quality::OverRange | Quality::Bad) => 0,
        (QualityDialect::Spec, Quality::Stale) => 500,
        (QualityDialect::Ignition, Quality::OverRange | Quality::Bad) => -2_147_483_136,
        (QualityDialect::Ignition, Quality::Stale) => -2_147_483_132,
    }
}
