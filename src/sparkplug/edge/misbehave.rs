//! Faults on purpose of an edge node. All are off unless somebody switches one on; `docs/misbehaviour.md` tells what
//! each sends and which rule it breaks. Switching off ends in a birth sequence, so that the host starts from a
//! conformant state.

use super::{EdgeSession, Phase, birth};
use crate::point::Frame;
use crate::profile::MetricType;
use crate::session::misbehaviour::{Misbehaviour, Misbehaviours};
use crate::session::{Publish, Qos};
use crate::sparkplug::datatype::DataType;
use crate::sparkplug::payload::Payload;
use crate::sparkplug::scalar::Scalar;
use crate::sparkplug::table::{Row, Table, wire_alias};
use crate::sparkplug::write::Head;
use crate::time::UtcMillis;
use bytes::Bytes;
use prost::Message;
use std::borrow::Cow;
use std::sync::Arc;

/// A data message of so many skips a number.
const SKIP_EVERY: u64 = 10;
/// How long after the births the late will comes, and how often again.
const LATE_WILL_MS: [i64; 2] = [1000, 10_000];
/// How long a flapping connection holds.
const FLAP_MS: i64 = 5000;
/// An alias within the device that no profile can give: it would have to be the last of all.
const UNKNOWN_ALIAS: u16 = u16::MAX;
/// The name that stands for it where aliases are not used.
const UNKNOWN_NAME: &str = "Unborn/Metric";

/// What is on, and what it needs.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) on: Misbehaviours,
    /// The time that all timestamps show.
    frozen: Option<UtcMillis>,
    /// Data messages since a fault that counts them was switched on.
    messages: u64,
    late_will_at: Option<UtcMillis>,
    cut_at: Option<UtcMillis>,
    /// The connection is to be cut.
    pub(super) cut: bool,
    /// The row whose alias is that of another, and its own.
    twin: Option<(usize, u16)>,
}

impl Faults {
    pub(super) const fn has(&self, what: Misbehaviour) -> bool {
        self.on.has(what)
    }

    /// The time to tell instead of this one.
    pub(super) fn told(&self, utc: UtcMillis) -> UtcMillis {
        self.frozen.unwrap_or(utc)
    }

    /// When something is due while births are out.
    pub(super) fn next(&self) -> Option<UtcMillis> {
        [self.late_will_at, self.cut_at].into_iter().flatten().min()
    }
}

impl EdgeSession {
    pub(super) fn set_misbehaviour(
        &mut self,
        what: Misbehaviour,
        on: bool,
        now: UtcMillis,
    ) -> Result<(), &'static str> {
        if !Misbehaviour::sparkplug().contains(&what) {
            return Err("a Sparkplug edge node does not have it");
        }
        if self.faults.has(what) == on {
            return Ok(());
        }
        if what == Misbehaviour::DuplicateAlias {
            if on && !self.config.aliases {
                return Err("there are no aliases to duplicate (--aliases on)");
            }
            twin(&mut self.table, &mut self.faults.twin, on);
        }
        self.faults.on.set(what, on);
        self.faults.messages = 0;
        self.faults.frozen = self.faults.has(Misbehaviour::FrozenTime).then(|| self.faults.frozen.unwrap_or(now));
        match (what, on) {
            (Misbehaviour::NoNdeath, true) => self.vanish(),
            // Nothing of it is left: the next session is as it should be.
            (Misbehaviour::NoNdeath, false) => {}
            (Misbehaviour::LateWill | Misbehaviour::Flapping, true) => self.arm_faults(now),
            (Misbehaviour::WrongBdSeq | Misbehaviour::DataBeforeBirth | Misbehaviour::DuplicateAlias, true)
            | (_, false) => {
                self.arm_faults(now);
                if self.phase == Phase::Born {
                    self.births(now);
                }
            }
            (_, true) => {}
        }
        Ok(())
    }

    /// Births are out, or a fault was switched: sets the times of what comes later.
    pub(super) fn arm_faults(&mut self, now: UtcMillis) {
        let later = |on: bool, ms: i64| on.then_some(UtcMillis(now.0 + ms));
        self.faults.late_will_at = later(self.faults.has(Misbehaviour::LateWill), LATE_WILL_MS[0]);
        self.faults.cut_at = later(self.faults.has(Misbehaviour::Flapping), FLAP_MS);
    }

    /// Does what is due.
    pub(super) fn misbehave_in_time(&mut self, now: UtcMillis) {
        if self.faults.late_will_at.is_some_and(|at| at <= now) {
            self.faults.late_will_at = Some(UtcMillis(now.0 + LATE_WILL_MS[1]));
            let before = self.bd_seq.current().unwrap_or(0).wrapping_sub(1);
            self.outbox.push_back(Publish {
                topic: Arc::clone(&self.topics.death),
                payload: birth::ndeath(before, now).encode_to_vec().into(),
                qos: Qos::AtLeastOnce,
                retain: false,
                sampled: None,
            });
        }
        if self.faults.cut_at.is_some_and(|at| at <= now) {
            self.faults.cut_at = None;
            self.faults.cut = true;
        }
    }

    /// Goes without NDEATH: the orderly DISCONNECT makes the broker forget the will.
    fn vanish(&mut self) {
        if self.phase == Phase::Born {
            self.phase = Phase::Offline;
            self.outbox.clear();
            self.reconnect = true;
        }
    }

    /// The bdSeq that the node birth shows.
    pub(super) fn born_number(&self, number: u8) -> u8 {
        number.wrapping_add(u8::from(self.faults.has(Misbehaviour::WrongBdSeq)))
    }

    /// The sequence number of a data message.
    pub(super) fn data_seq(&mut self) -> u8 {
        self.faults.messages += 1;
        if self.faults.has(Misbehaviour::SkipSeq) && self.faults.messages.is_multiple_of(SKIP_EVERY) {
            self.seq = self.seq.wrapping_add(1);
        }
        self.next_seq()
    }

    /// Data of a device that is not born yet.
    pub(super) fn data_before_birth(&mut self, device: usize, frame: &Frame, now: UtcMillis) {
        if !self.faults.has(Misbehaviour::DataBeforeBirth) {
            return;
        }
        let Some(row) = self.table.rows.iter().find(|row| row.measured) else { return };
        let Some(reading) = frame.reading(device, crate::profile::ParameterIx(row.parameter)) else { return };
        self.writer.begin(birth::stamp(now));
        let head = super::data::head(self.config.aliases, device, row, frame.utc);
        self.writer.metric(head, super::data::wire(row, reading).as_ref());
        self.finish_device(device, None);
    }

    /// Adds a metric that no birth announced to the data message that is being written.
    pub(super) fn unknown_metric(&mut self, device: usize, utc: UtcMillis) {
        if self.faults.has(Misbehaviour::UnknownAlias) {
            let head = Head {
                name: (!self.config.aliases).then_some(UNKNOWN_NAME),
                alias: self.config.aliases.then(|| wire_alias(device, UNKNOWN_ALIAS)),
                timestamp: birth::stamp(utc),
                ..Head::default()
            };
            self.writer.metric(head, Some(&Scalar::Float(1.0)));
        }
    }

    /// A payload that ends in the middle of something.
    pub(super) fn cut(&self, payload: Bytes) -> Bytes {
        if !self.faults.has(Misbehaviour::CutPayload) || !self.faults.messages.is_multiple_of(2) {
            return payload;
        }
        // Where two thirds happen to be the end of a metric, a little less is not.
        let ends = (1..payload.len() * 2 / 3).rev();
        ends.map(|end| payload.slice(..end)).find(|cut| Payload::decode(&**cut).is_err()).unwrap_or(payload)
    }
}

/// The value of a Float metric as text, under the datatype of text.
pub(super) fn as_text<'a>(row: &Row, head: Head<'a>, value: Option<Scalar<'a>>) -> (Head<'a>, Option<Scalar<'a>>) {
    match value {
        Some(Scalar::Float(v)) if row.datatype == MetricType::Float => {
            let head = Head { datatype: Some(DataType::String.code()), ..head };
            (head, Some(Scalar::Text(Cow::Owned(v.to_string()))))
        }
        other => (head, other),
    }
}

/// Gives the second measured row the alias of the first, or its own back.
fn twin(table: &mut Table, kept: &mut Option<(usize, u16)>, on: bool) {
    if on {
        let mut measured = table.rows.iter().enumerate().filter(|(_, row)| row.measured);
        let (Some((_, first)), Some((second, own))) = (measured.next(), measured.next()) else { return };
        let alias = first.alias;
        *kept = Some((second, own.alias));
        table.rows[second].alias = alias;
    } else if let Some((row, own)) = kept.take() {
        table.rows[row].alias = own;
    }
}
