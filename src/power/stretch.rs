//! Some samples of one breaker in a row: what everything that looks at samples takes at a time.

use super::Sample;
use crate::time::{Span, Tick};
use crate::units::Phases;

/// Most samples that the network gives at a time: half a cycle. No pole stops or begins to conduct so soon after an order
/// that came within them, which is why the poles may be taken as standing still meanwhile.
pub const STRETCH: usize = 64;

/// One value a channel: IA IB IC I0 VA VB VC and the light at the arc sensor.
pub type Row = [f64; 8];

/// Place of the zero-sequence transformer in a [`Row`].
pub const I0: usize = 3;
/// Place of the first voltage in a [`Row`].
pub const VA: usize = 4;
/// Place of the light in a [`Row`].
pub const LIGHT: usize = 7;

/// Samples that follow each other.
#[derive(Clone, Copy, Debug)]
pub struct Stretch<'a> {
    /// Tick of the first.
    pub first: Tick,
    /// Their values, oldest first.
    pub rows: &'a [Row],
    /// Each is to the last bit that of a cycle before.
    pub repeats: bool,
}

impl<'a> Stretch<'a> {
    /// A sample by itself, of which is not known whether it repeats one.
    pub fn single(tick: Tick, row: &'a Row) -> Self {
        Self { first: tick, rows: std::slice::from_ref(row), repeats: false }
    }

    /// How many samples.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// No sample at all.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Tick of the last sample; that before the first when there is none.
    pub const fn last(&self) -> Tick {
        Tick(self.first.0 + self.rows.len() as u64 - 1)
    }

    /// Those from `from` on, at most `count` of them.
    #[must_use]
    pub fn part(&self, from: usize, count: usize) -> Self {
        let rows = &self.rows[from.min(self.rows.len())..];
        Self { first: self.first + Span(from as u64), rows: &rows[..count.min(rows.len())], ..*self }
    }

    /// Greatest magnitude of each channel.
    #[inline]
    pub fn crests(&self) -> Row {
        let mut crests = [0.0; 8];
        for row in self.rows {
            for (crest, value) in crests.iter_mut().zip(row) {
                *crest = if value.abs() > *crest { value.abs() } else { *crest };
            }
        }
        crests
    }

    /// Each sample by itself.
    pub fn samples(&self) -> impl Iterator<Item = Sample> + use<'a> {
        let first = self.first;
        self.rows.iter().enumerate().map(move |(at, row)| Sample::of(first + Span(at as u64), row))
    }
}

impl Sample {
    /// From the values of a row.
    #[inline]
    pub fn of(tick: Tick, row: &Row) -> Self {
        let [ia, ib, ic, i0, va, vb, vc, light] = *row;
        Self { tick, current: Phases::new(ia, ib, ic), voltage: Phases::new(va, vb, vc), zero_sequence: i0, light }
    }

    /// Its values as a row.
    #[inline]
    pub fn row(&self) -> Row {
        let ([ia, ib, ic], [va, vb, vc]) = (self.current.to_array(), self.voltage.to_array());
        [ia, ib, ic, self.zero_sequence, va, vb, vc, self.light]
    }
}
