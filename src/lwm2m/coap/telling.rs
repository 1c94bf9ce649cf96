//! What the client says by itself: registrations, updates, notifications.

use super::message::{BLOCK_SZX, Block, code, packet, set_number};
use super::{CONFIRM_EVERY_MS, Endpoint, NOTIFICATIONS, What};
use crate::lwm2m::client::{Errand, Notification};
use crate::lwm2m::codec::Format;
use crate::time::UtcMillis;
use coap_lite::{CoapOption, MessageType, Packet};

impl Endpoint {
    /// Sends what the registration has to send, and the notifications that are due.
    pub(super) fn act(&mut self, now: UtcMillis) {
        if self.stopping {
            return;
        }
        match self.core.errand(&mut self.registration, now) {
            Some(Errand::Register) => self.register(now),
            Some(Errand::Update { lifetime_s }) => {
                let mut message = self.request(2, &self.location.clone());
                if let Some(lifetime) = lifetime_s {
                    message.add_option(CoapOption::UriQuery, format!("lt={lifetime}").into_bytes());
                }
                self.send_confirmable(&message, What::Update, now);
            }
            None => {}
        }
        if self.registration.is_on() {
            while let Some(notification) = self.core.poll_notification(now) {
                self.notify(notification, now);
            }
        }
    }

    pub(super) fn request(&mut self, method: u8, path: &[String]) -> Packet {
        let (id, token) = (self.id(), self.token());
        let mut message = packet(MessageType::Confirmable, method, id, &token);
        for part in path {
            message.add_option(CoapOption::UriPath, part.as_bytes().to_vec());
        }
        message
    }

    pub(super) fn register(&mut self, now: UtcMillis) {
        self.core.registered_anew();
        self.observed.clear();
        self.location.clear();
        let mut message = self.request(2, &["rd".to_owned()]);
        set_number(&mut message, CoapOption::ContentFormat, u32::from(Format::Links.number()));
        for query in [
            format!("ep={}", self.name),
            format!("lt={}", self.registration.lifetime_s()),
            "lwm2m=1.1".to_owned(),
            "b=U".to_owned(),
        ] {
            message.add_option(CoapOption::UriQuery, query.into_bytes());
        }
        message.payload = self.core.registration_links().into_bytes();
        self.send_confirmable(&message, What::Register, now);
    }

    pub(super) fn notify(&mut self, notification: Notification, now: UtcMillis) {
        let Notification { key, reply, confirm } = notification;
        if reply.code != 205 {
            return;
        }
        let Some(at) = self.observed.iter().position(|(known, ..)| *known == key) else { return };
        let confirm = confirm || now.0 >= self.observed[at].2.0 + CONFIRM_EVERY_MS;
        if confirm {
            self.observed[at].2 = now;
        }
        let body = self.observed[at].1.clone();
        let kind = if confirm { MessageType::Confirmable } else { MessageType::NonConfirmable };
        let id = self.id();
        let mut message = packet(kind, code(reply.code), id, &key);
        self.sequence = (self.sequence + 1) & 0xff_ffff;
        set_number(&mut message, CoapOption::Observe, self.sequence);
        self.fill(&mut message, reply, &body, Block { number: 0, more: false, szx: BLOCK_SZX });
        if self.notified.len() == NOTIFICATIONS {
            self.notified.pop_front();
        }
        self.notified.push_back((id, key.clone()));
        if confirm {
            self.send_confirmable(&message, What::Notify(key), now);
        } else {
            self.send(&message, now);
        }
    }
}
