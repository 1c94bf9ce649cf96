//! The heats that outlive a restart of the program: conductors do not cool because a trip unit starts again.

use serde::{Deserialize, Serialize};

/// Every thermal memory of one breaker, 1 = trip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Heat {
    /// L.
    pub long_time: f64,
    /// 49.
    pub thermal_image: f64,
    /// 49 has tripped and still forbids closing.
    pub thermal_image_hot: bool,
    /// 49M.
    pub motor: f64,
    /// 49M has tripped and still forbids closing.
    pub motor_hot: bool,
}
