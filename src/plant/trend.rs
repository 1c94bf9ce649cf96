//! Ten minutes of currents and power, one point a second.

use super::snapshot::Trend;
use crate::units::{Amperes, Phases, Watts};
use std::sync::Arc;

/// Points kept.
const DEPTH: usize = 600;

/// The history of one breaker, shared with the pictures that were taken of it.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    trend: Arc<Trend>,
}

impl History {
    /// One second more.
    pub(super) fn push(&mut self, current: &Phases<Amperes>, power: Watts) {
        // A picture that still holds the old points keeps them: then they are copied once.
        let trend = Arc::make_mut(&mut self.trend);
        let channels = [&mut trend.current.a, &mut trend.current.b, &mut trend.current.c, &mut trend.power_kw];
        let values = [current.a.0, current.b.0, current.c.0, power.0 / 1e3];
        for (channel, value) in channels.into_iter().zip(values) {
            if channel.len() == DEPTH {
                channel.remove(0);
            }
            channel.push(value as f32);
        }
    }

    pub(super) fn trend(&self) -> Arc<Trend> {
        Arc::clone(&self.trend)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_points_fall_out() {
        let mut history = History::default();
        for second in 0..700 {
            history.push(&Phases::splat(Amperes(f64::from(second))), Watts(1500.0));
        }
        let trend = history.trend();
        assert_eq!(trend.current.a.len(), DEPTH);
        assert_eq!((trend.current.b[0], trend.current.c[DEPTH - 1]), (100.0, 699.0));
        assert_eq!(trend.power_kw[0], 1.5);
    }
}
