//! One edge node with its devices, as a host knows it.
//!
//! ```text
//!            NBIRTH                  NDEATH with the same bdSeq
//!  Unheard ---------> Online ------------------------------------> Offline --NBIRTH--> Online
//!     ^                  |
//!     +-- broker lost ---+
//! ```

mod birth;
mod data;

use super::check;
use super::decoded::Members;
use super::entity::{Entity, Life};
use super::event::{Event, Gone};
use super::findings::Place;
use super::out::Out;
use super::rebirth::{Cause, Rebirth};
use super::reorder::{Admitted, Gap, Reorder};
use super::rule::Rule;
use crate::sparkplug::payload::{Metric, Payload};
use crate::sparkplug::topic::Verb;
use crate::time::UtcMillis;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// A decoded message on its way through the order of sequence numbers.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) verb: Verb,
    pub(super) device: Option<Arc<str>>,
    pub(super) payload: Payload,
}

/// What instances of a template may have.
#[derive(Debug, Default)]
pub(super) struct Definition {
    pub(super) members: Members,
    pub(super) parameters: BTreeSet<String>,
}

/// The last millisecond of the year 9999.
const LAST_MS: u64 = 253_402_300_799_999;

/// When a message says that it was made, by a calendar that people can read; else now.
fn told(payload: &Payload, now: UtcMillis) -> UtcMillis {
    payload.timestamp.filter(|t| *t <= LAST_MS).and_then(|t| i64::try_from(t).ok()).map_or(now, UtcMillis)
}

/// Whom an alias stands for.
#[derive(Clone, Debug)]
struct Alias {
    device: Option<Arc<str>>,
    name: Arc<str>,
}

/// One edge node with its devices.
#[derive(Debug)]
pub(super) struct EdgeNode {
    pub(super) own: Entity,
    pub(super) devices: BTreeMap<Arc<str>, Entity>,
    pub(super) rebirth: Rebirth,
    /// Of the newest birth.
    pub(super) bd_seq: Option<u64>,
    /// Of the death that ended the session before.
    died_with: Option<u64>,
    order: Option<Reorder<Message>>,
    aliases: HashMap<u64, Alias>,
    definitions: BTreeMap<Arc<str>, Definition>,
    /// Messages since the host started.
    pub(super) messages: u64,
    /// Deaths of sessions that are not the current one.
    pub(super) deaths_ignored: u64,
}

impl EdgeNode {
    pub(super) fn new(group: &str, node: &str, now: UtcMillis) -> Self {
        Self {
            own: Entity::new(Place { group: group.into(), node: node.into(), device: None }, now),
            devices: BTreeMap::new(),
            rebirth: Rebirth::default(),
            bd_seq: None,
            died_with: None,
            order: None,
            aliases: HashMap::new(),
            definitions: BTreeMap::new(),
            messages: 0,
            deaths_ignored: 0,
        }
    }

    /// The place of a message.
    pub(super) fn place(&self, device: Option<&Arc<str>>) -> Place {
        Place { device: device.cloned(), ..self.own.place.clone() }
    }

    /// The metric that an alias stands for.
    pub(super) fn name_of(&self, alias: u64) -> Option<Arc<str>> {
        self.aliases.get(&alias).map(|a| Arc::clone(&a.name))
    }

    /// Newest sequence number in order; none before a birth.
    pub(super) fn seq(&self) -> Option<u8> {
        self.order.as_ref().map(|o| o.next().wrapping_sub(1))
    }

    /// Messages that wait for an earlier one.
    pub(super) fn held(&self) -> usize {
        self.order.as_ref().map_or(0, Reorder::held)
    }

    /// When it has to be looked at next.
    pub(super) fn due(&self, out: &Out) -> Option<UtcMillis> {
        let gap = self.order.as_ref().and_then(Reorder::since).map(|at| UtcMillis(at.0 + out.config.reorder_ms));
        [gap, self.rebirth_due(out)].into_iter().flatten().min()
    }

    /// When births may be asked for; an observer never asks.
    pub(super) fn rebirth_due(&self, out: &Out) -> Option<UtcMillis> {
        let speaks = out.config.mode != super::Mode::Observer;
        self.rebirth.due(out.config.rebirth_pause_ms).filter(|_| speaks)
    }

    /// Takes a message.
    pub(super) fn take(&mut self, message: Message, size: usize, out: &mut Out, now: UtcMillis) {
        self.messages += 1;
        let place = self.place(message.device.as_ref());
        check::head(message.verb, &message.payload, &mut |rule, detail| out.found(&place, rule, detail, now));
        match message.verb {
            Verb::Nbirth => {
                self.let_go(out, now);
                self.node_birth(&message.payload, out, now);
            }
            Verb::Ndeath => {
                self.let_go(out, now);
                self.node_death(&message.payload, out, now);
            }
            Verb::Ncmd | Verb::Dcmd => self.command(&message, out, now),
            Verb::Ndata | Verb::Dbirth | Verb::Ddata | Verb::Ddeath => self.in_order(message, size, out, now),
        }
    }

    fn in_order(&mut self, message: Message, size: usize, out: &mut Out, now: UtcMillis) {
        let seq = message.payload.seq.and_then(|s| u8::try_from(s).ok());
        let (Some(order), Some(seq)) = (&mut self.order, seq) else {
            self.apply(&message, false, out, now);
            return;
        };
        // What a message takes once it is decoded is far more than its bytes.
        let size = size + message.payload.metrics.len() * size_of::<Metric>();
        let before = order.bytes();
        let mut admitted = order.admit(seq, size, message, now);
        out.held = out.held - before + order.bytes();
        if matches!(admitted, Admitted::Held) && out.held > out.config.limits.held_bytes {
            out.held -= order.bytes();
            admitted = Admitted::GivenUp(order.give_up());
        }
        match admitted {
            Admitted::Now(ready) => ready.iter().for_each(|m| self.apply(m, false, out, now)),
            Admitted::Held => {}
            Admitted::Again(message) => {
                let place = self.place(message.device.as_ref());
                out.found(&place, Rule::SeqRepeated, format_args!("seq {seq} in {}", message.verb.token()), now);
                self.want(&Cause::SeqRepeated(seq), out, now);
                self.apply(&message, true, out, now);
            }
            Admitted::GivenUp(gap) => self.gap(&gap, out, now),
        }
    }

    /// A gap in seq stays.
    fn gap(&mut self, gap: &Gap<Message>, out: &mut Out, now: UtcMillis) {
        let Gap { expected, found, messages } = gap;
        let place = self.own.place.clone();
        out.found(&place, Rule::SeqGap, format_args!("seq {found} where {expected} was next"), now);
        self.want(&Cause::SeqGap { expected: *expected, found: *found }, out, now);
        for m in messages {
            self.apply(m, false, out, now);
        }
    }

    /// What waits was sent before whatever ends the session.
    fn let_go(&mut self, out: &mut Out, now: UtcMillis) {
        if let Some(order) = self.order.as_mut().filter(|o| o.held() > 0) {
            out.held -= order.bytes();
            let gap = order.give_up();
            self.gap(&gap, out, now);
        }
    }

    /// The time may be over for a gap.
    pub(super) fn timeout(&mut self, out: &mut Out, now: UtcMillis) {
        let late = |since: UtcMillis| since.0 + out.config.reorder_ms <= now.0;
        if let Some(order) = self.order.as_mut().filter(|o| o.since().is_some_and(late)) {
            out.held -= order.bytes();
            let gap = order.give_up();
            self.gap(&gap, out, now);
        }
    }

    fn apply(&mut self, message: &Message, late: bool, out: &mut Out, now: UtcMillis) {
        match (&message.device, message.verb) {
            (Some(device), Verb::Dbirth) => self.device_birth(device, &message.payload, out, now),
            (Some(device), Verb::Ddeath) => self.device_death(device, &message.payload, out, now),
            (device, _) => self.data(device.as_ref(), &message.payload, late, out, now),
        }
    }

    /// Births are needed again.
    pub(super) fn want(&mut self, cause: &Cause, out: &mut Out, now: UtcMillis) {
        let first = self.rebirth.want(cause);
        if first && out.config.mode == super::Mode::Observer {
            let place = self.own.place.clone();
            out.tell(|| Event::Rebirth { place, cause: cause.clone(), asked: false, at: now });
        }
    }

    /// `tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-offline` and its siblings: only the
    /// death of the current session counts, and the time is that of this host.
    fn node_death(&mut self, payload: &Payload, out: &mut Out, now: UtcMillis) {
        let number = check::bd_seq(payload).map(|(number, _)| number);
        if self.own.life == Life::Online && self.bd_seq.is_some() && number != self.bd_seq {
            self.deaths_ignored += 1;
            // A late will of an earlier session is in order, one of a session to come is not.
            if let (Some(number), Some(born)) = (number, self.bd_seq)
                && (1..128).contains(&(number.wrapping_sub(born) & 0xFF))
            {
                let place = self.own.place.clone();
                out.found(&place, Rule::NdeathUnmatched, format_args!("{number} while {born} is born"), now);
            }
            return;
        }
        self.died_with = number.or(self.bd_seq);
        self.all_gone(Gone::Ndeath, Life::Offline, out, now);
    }

    /// `tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-offline` and its sibling: the time
    /// is that of the payload.
    fn device_death(&mut self, device: &Arc<str>, payload: &Payload, out: &mut Out, now: UtcMillis) {
        let place = self.place(Some(device));
        let born = self.devices.get(device).is_some_and(|d| d.life == Life::Online);
        if !born && self.own.life == Life::Online {
            out.found(&place, Rule::DdeathUnborn, format_args!(""), now);
        }
        let at = told(payload, now);
        if let Some(entity) = self.devices.get_mut(device) {
            let metrics = entity.leave(Life::Offline, at);
            out.tell(|| Event::Offline { place, why: Gone::Ddeath, metrics, at });
        }
    }

    /// The connection of this host is gone, and with it whatever vouched for the values.
    pub(super) fn broker_lost(&mut self, out: &mut Out, now: UtcMillis) {
        self.let_go(out, now);
        self.rebirth.forget();
        self.died_with = None;
        self.bd_seq = None;
        self.all_gone(Gone::Broker, Life::Unheard, out, now);
    }

    /// Who differs from an id only in upper and lower case.
    pub(super) fn twin<'a>(id: &str, mut others: impl Iterator<Item = &'a Arc<str>>) -> Option<&'a Arc<str>> {
        let same = |a: &str| {
            if a.is_ascii() && id.is_ascii() {
                a.eq_ignore_ascii_case(id)
            } else {
                a.to_lowercase() == id.to_lowercase()
            }
        };
        others.find(|o| same(o))
    }

    fn all_gone(&mut self, why: Gone, life: Life, out: &mut Out, now: UtcMillis) {
        self.order = None;
        self.aliases.clear();
        for entity in std::iter::once(&mut self.own).chain(self.devices.values_mut()) {
            let was = entity.life;
            if was == Life::Offline && why == Gone::Ndeath {
                continue;
            }
            let metrics = entity.leave(life, now);
            if was == Life::Online {
                let place = entity.place.clone();
                out.tell(|| Event::Offline { place, why, metrics, at: now });
            }
        }
    }
}
