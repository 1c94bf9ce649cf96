//! When births and deaths go out. What stands in them is in [`super::birth`].

use super::{EdgeSession, Phase, birth, node};
use crate::point::Frame;
use crate::profile::{ParameterIx, Value};
use crate::session::misbehaviour::Misbehaviour;
use crate::session::{Publish, Qos};
use crate::sparkplug::payload::{MetricValue, Payload};
use crate::time::UtcMillis;
use prost::Message;
use std::sync::Arc;

/// Rebirth requests within this time of one that was answered are answered once, at its end: hosts send them in
/// storms. Tahu and Ignition use the same five seconds.
const REBIRTH_QUIET_MS: i64 = 5000;

impl EdgeSession {
    pub(super) fn death_message(&self, now: UtcMillis) -> Publish {
        Publish {
            topic: Arc::clone(&self.topics.death),
            payload: birth::ndeath(self.bd_seq.current().unwrap_or(0), now).encode_to_vec().into(),
            qos: Qos::AtLeastOnce,
            retain: false,
            sampled: None,
        }
    }

    /// Births go out when everything they need is there.
    pub(super) fn try_births(&mut self, now: UtcMillis) {
        let host_listens = self.config.primary_host.is_none() || self.host.online();
        if self.phase == Phase::Waiting && host_listens && self.latest.is_some() {
            self.births(now);
        }
    }

    /// NBIRTH, then a DBIRTH for each device that can be reached.
    pub(super) fn births(&mut self, now: UtcMillis) {
        let (Some(frame), Some(number)) = (self.latest.clone(), self.bd_seq.current()) else { return };
        if self.phase == Phase::Born && !self.outbox.is_empty() {
            // A host that asks for births must not be sent more data first; events in it follow as history.
            self.outbox.clear();
            self.history.lost(now);
        }
        self.phase = Phase::Born;
        self.seq = 0;
        let mut payload = self.nbirth(self.born_number(number), &frame, now);
        payload.seq = Some(u64::from(self.next_seq()));
        let topic = Arc::clone(&self.topics.birth);
        self.queue(topic, payload.encode_to_vec().into(), None);
        let values = self.node.metrics.iter().map(|m| self.node.value(*m, &frame)).collect();
        self.node.sent = values;
        for device in 0..self.devices.len() {
            self.devices[device].born = false;
            self.data_before_birth(device, &frame, now);
            self.follow_communication(device, &frame, now);
        }
        self.unreported = false;
        self.next_tick = UtcMillis(now.0 + self.node.scan_rate_ms);
        self.next_history = now;
        self.arm_faults(now);
    }

    /// DDEATH when a device is lost, DBIRTH when it is there (again).
    pub(super) fn follow_communication(&mut self, device: usize, frame: &Arc<Frame>, now: UtcMillis) {
        let lost = self.communication.is_some_and(|c| {
            let reading = frame.reading(device, ParameterIx(c.parameter));
            reading.and_then(|r| r.value.as_ref()) == Some(&Value::Int(c.offline))
        });
        match (self.devices[device].born, lost) {
            (true, true) => self.ddeath(device, now),
            (false, false) => {
                let mut payload = self.dbirth(device, frame, now);
                payload.seq = Some(u64::from(self.next_seq()));
                let topics = self.topics.devices[device].birth.clone();
                self.queue_pair(topics, payload.encode_to_vec().into(), None);
                let state = &mut self.devices[device];
                state.born = true;
                state.set_sent(&self.table, frame.breakers.get(device));
            }
            _ => {}
        }
    }

    pub(super) fn ddeath(&mut self, device: usize, now: UtcMillis) {
        self.devices[device].born = false;
        let seq = Some(u64::from(self.next_seq()));
        let stamp = birth::stamp(self.faults.told(now));
        let payload = Payload { timestamp: Some(stamp), seq, ..Payload::default() };
        let topics = self.topics.devices[device].death.clone();
        self.queue_pair(topics, payload.encode_to_vec().into(), None);
    }

    /// A host wants all births again.
    pub(super) fn ask_rebirth(&mut self, now: UtcMillis) {
        if self.phase != Phase::Born || self.faults.has(Misbehaviour::RefuseRebirth) {
            return;
        }
        if self.quiet_until.is_some_and(|until| now < until) {
            self.rebirth_asked = true;
        } else {
            self.quiet_until = Some(UtcMillis(now.0 + REBIRTH_QUIET_MS));
            self.rebirth_asked = false;
            self.births(now);
        }
    }

    /// A late will: the broker announced the death of a connection before this one, with a bdSeq that came round, or
    /// declared this one dead by mistake. Either way hosts think that the node is gone.
    pub(super) fn own_death(&mut self, payload: &[u8], now: UtcMillis) {
        let Ok(payload) = Payload::decode(payload) else {
            self.malformed += 1;
            return;
        };
        let number =
            payload.metrics.iter().find(|m| m.name.as_deref() == Some(node::BD_SEQ)).and_then(|m| match m.value {
                Some(MetricValue::Long(n)) => u8::try_from(n).ok(),
                Some(MetricValue::Int(n)) => u8::try_from(n).ok(),
                _ => None,
            });
        if number.is_some() && number == self.bd_seq.current() {
            self.ask_rebirth(now);
        }
    }
}
