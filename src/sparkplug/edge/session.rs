//! The edge node as the runtime drives it: what happens, and what each of it sets off.

use super::server::HOST_WAIT_MS;
use super::{EdgeSession, Phase, node};
use crate::control::Answer;
use crate::point::Frame;
use crate::record::{Body, Record};
use crate::session::misbehaviour::Misbehaviour;
use crate::session::{Connect, Incoming, Publish, Qos, Session, Standing};
use crate::sparkplug::describe::describe;
use crate::sparkplug::state::HostState;
use crate::sparkplug::table::device_alias;
use crate::sparkplug::topic::{Topic, Verb};
use crate::time::UtcMillis;
use std::sync::Arc;

impl Session for EdgeSession {
    fn name(&self) -> Arc<str> {
        format!("Sparkplug {}", self.config.node).into()
    }

    fn connect(&mut self, now: UtcMillis) -> Connect {
        self.bd_seq.advance();
        self.store = Some((Self::store_name(&self.config), self.bd_seq.stored()));
        self.phase = Phase::Connecting;
        self.reconnect = false;
        self.host.forget();
        let mut subscriptions = vec![
            (self.topics.command.clone(), Qos::AtLeastOnce),
            (self.topics.device_commands.clone(), Qos::AtLeastOnce),
            (self.topics.death.to_string(), Qos::AtLeastOnce),
        ];
        subscriptions.extend(self.topics.flat_commands.clone().map(|f| (f, Qos::AtLeastOnce)));
        subscriptions.extend(self.topics.host.iter().flatten().map(|f| (f.clone(), Qos::AtLeastOnce)));
        Connect {
            client_id: format!("sp-{}-{}", self.config.group, self.config.node),
            will: Some(self.death_message(now)),
            subscriptions,
            keep_alive_s: self.config.keep_alive_s,
        }
    }

    fn unreached(&mut self, _now: UtcMillis) {
        self.bd_seq.take_back();
        self.phase = Phase::Offline;
    }

    fn subscribed(&mut self, now: UtcMillis) {
        if self.phase == Phase::Connecting {
            self.phase = Phase::Waiting;
            self.walk_at = self.config.primary_host.is_some().then_some(UtcMillis(now.0 + HOST_WAIT_MS));
            self.try_births(now);
        }
    }

    fn disconnected(&mut self, now: UtcMillis) {
        if self.phase == Phase::Stopped {
            return;
        }
        self.phase = Phase::Offline;
        self.outbox.clear();
        self.history.lost(now);
        for device in &mut self.devices {
            device.born = false;
        }
        self.orders.clear();
        self.quiet_until = None;
        self.rebirth_asked = false;
        self.reconnect = false;
    }

    fn received(&mut self, topic: &str, payload: &[u8], retained: bool, now: UtcMillis) {
        match Topic::parse(topic) {
            Some(Topic::State { host }) if self.config.primary_host.as_deref() == Some(host) => {
                self.host_told(HostState::parse(payload), now);
            }
            Some(Topic::OldState { host }) if self.config.primary_host.as_deref() == Some(host) => {
                self.host_told(HostState::parse_old(payload), now);
            }
            // A retained command would be carried out again at each reconnect: refused.
            Some(_) if retained => {}
            Some(Topic::Node { group, verb, node }) if *group == *self.config.group && *node == *self.config.node => {
                match verb {
                    Verb::Ncmd => self.node_command(payload, now),
                    Verb::Ndeath => self.own_death(payload, now),
                    _ => {}
                }
            }
            Some(Topic::Device { group, verb: Verb::Dcmd, node, device })
                if *group == *self.config.group && *node == *self.config.node =>
            {
                self.device_command(device, payload, now);
            }
            Some(Topic::Flat { group, verb: Verb::Dcmd, device }) if *group == *self.config.group => {
                self.device_command(device, payload, now);
            }
            _ => {}
        }
    }

    fn frame(&mut self, frame: &Arc<Frame>, now: UtcMillis) {
        self.latest = Some(Arc::clone(frame));
        self.came = now;
        self.unreported = true;
        match self.phase {
            Phase::Born => self.report(now),
            Phase::Waiting => {
                self.keep(now);
                self.try_births(now);
            }
            Phase::Offline | Phase::Connecting => self.keep(now),
            Phase::Stopped => {}
        }
    }

    fn record(&mut self, record: &Record, _now: UtcMillis) {
        if matches!(record.body, Body::Trip(_) | Body::Cleared(_) | Body::Operation(_) | Body::Alarm(_) | Body::Test(_))
            && let Some(device) = self.devices.get_mut(record.breaker.0)
        {
            device.urgent = Some(record.tick);
        }
    }

    fn answer(&mut self, number: u64, answer: &Answer, now: UtcMillis) {
        self.answered(number, answer, now);
    }

    fn timeout(&mut self, now: UtcMillis) {
        if self.walk_at.is_some_and(|at| now >= at) {
            self.walk_at = None;
            if !self.host.online() {
                self.walk(now);
            }
        }
        if self.phase != Phase::Born {
            return;
        }
        if self.rebirth_asked && self.quiet_until.is_none_or(|until| now >= until) {
            self.quiet_until = None;
            self.ask_rebirth(now);
        }
        if self.unreported && now >= self.next_tick {
            self.report(now);
        }
        self.send_history(now);
        self.misbehave_in_time(now);
    }

    fn next_timeout(&self) -> Option<UtcMillis> {
        if self.phase != Phase::Born {
            return self.walk_at.filter(|_| self.phase == Phase::Waiting);
        }
        let tick = self.unreported.then_some(self.next_tick);
        let rebirth = self.quiet_until.filter(|_| self.rebirth_asked);
        let history = self.history.waits(|device| self.devices[device].born).then_some(self.next_history);
        [tick, rebirth, history, self.faults.next()].into_iter().flatten().min()
    }

    fn stop(&mut self, now: UtcMillis) {
        if self.phase == Phase::Born {
            for device in 0..self.devices.len() {
                if self.devices[device].born {
                    self.ddeath(device, now);
                }
            }
            if !self.faults.has(Misbehaviour::NoNdeath) {
                let death = self.death_message(now);
                self.outbox.push_back(death);
            }
        }
        self.phase = Phase::Stopped;
    }

    fn wants_reconnect(&mut self) -> bool {
        std::mem::take(&mut self.reconnect)
    }

    fn wants_cut(&mut self) -> bool {
        std::mem::take(&mut self.faults.cut)
    }

    fn misbehaviours(&self) -> &'static [Misbehaviour] {
        Misbehaviour::sparkplug()
    }

    fn misbehave(&mut self, what: Misbehaviour, on: bool, now: UtcMillis) -> Result<(), &'static str> {
        self.set_misbehaviour(what, on, now)
    }

    fn poll_publish(&mut self) -> Option<Publish> {
        self.outbox.pop_front()
    }

    fn poll_request(&mut self) -> Option<Incoming> {
        self.requests.pop_front()
    }

    fn poll_store(&mut self) -> Option<(String, String)> {
        self.store.take()
    }

    fn standing(&self, _now: UtcMillis) -> Standing {
        let waiting_for: Option<Arc<str>> = match (self.phase, &self.config.primary_host) {
            (Phase::Waiting, Some(host)) if !self.host.online() => Some(format!("primary host {host}").into()),
            (Phase::Waiting, _) => Some("first values".into()),
            _ => None,
        };
        Standing {
            online: self.phase == Phase::Born,
            waiting_for,
            seq: (self.phase == Phase::Born).then(|| self.seq.wrapping_sub(1)),
            bd_seq: self.bd_seq.current(),
            lifetime_s: None,
            malformed: self.malformed,
            dropped: self.history.dropped(),
            kept: self.history.len() as u64,
            misbehaving: self.faults.on,
        }
    }

    fn describe(&self, topic: &str, payload: &[u8]) -> Vec<String> {
        describe(topic, payload, |alias| self.name_of(alias))
    }
}

impl EdgeSession {
    /// The name behind an alias of this node.
    fn name_of(&self, alias: u64) -> Option<Arc<str>> {
        match device_alias(alias) {
            Some((_, alias)) => self.table.name_of(alias).cloned(),
            None => node::NodeMetric::by_alias(alias).map(|m| m.name().into()),
        }
    }
}
