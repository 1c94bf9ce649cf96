//! Requests of the server and their answers.

use super::exchange::Before;
use super::message::{self, BLOCK_SZX, Block, code, get_number, packet, set_number};
use super::transfer::{self, BodyKey, Taken};
use super::{Endpoint, PIGGYBACK_MS, Pending, What, request};
use crate::control::Answer;
use crate::lwm2m::client::{Operation, Outcome, Reply};
use crate::session::Incoming;
use crate::time::UtcMillis;
use coap_lite::{CoapOption, MessageClass, MessageType, Packet};

impl Endpoint {
    pub(super) fn asked(&mut self, mut message: Packet, now: UtcMillis) {
        let id = message.header.message_id;
        match self.seen.before(id, now) {
            Before::Answered(answer) => {
                self.core.sent(answer.len(), now);
                self.out.push_back(answer);
                return;
            }
            Before::Unanswered => return,
            Before::New => {}
        }
        if message::has_unknown_critical(&message) {
            return self.answer(&message, Reply::error(402, "an option is not known"), false, now);
        }
        let key = body_key(&message);
        if let Some(block) = Block::of(&message, CoapOption::Block1) {
            match self.upload.take(key.clone(), block, &message.payload) {
                Taken::Whole(body) => message.payload = body,
                Taken::More => return self.answer(&message, Reply::code(231), false, now),
                Taken::OutOfOrder => {
                    return self.answer(&message, Reply::error(408, "a block is missing"), false, now);
                }
                Taken::TooLarge => {
                    let reason = format!("more than {} bytes", transfer::LARGEST);
                    return self.answer(&message, Reply::error(413, reason), false, now);
                }
            }
        }
        // A further part of what was asked before.
        if Block::of(&message, CoapOption::Block2).is_some_and(|b| b.number > 0)
            && let Some(reply) = self.bodies.get(&key).cloned()
        {
            return self.answer(&message, reply, false, now);
        }
        let operation = match request::operation(&message) {
            Ok(operation) => operation,
            Err(reply) => return self.answer(&message, reply, false, now),
        };
        let observe = match &operation {
            Operation::Observe(key, ..) | Operation::ObserveComposite(key, ..) => Some(key.clone()),
            Operation::CancelObserve(cancelled) => {
                // By CoAP a cancellation is a read that observes no more.
                let cancelled = cancelled.clone();
                self.forget(cancelled, now);
                message.clear_option(CoapOption::Observe);
                let outcome = request::operation(&message).map(|read| self.core.perform(read, now));
                if let Ok(Outcome::Reply(reply)) | Err(reply) = outcome {
                    self.answer(&message, reply, false, now);
                }
                return;
            }
            _ => None,
        };
        match self.core.perform(operation, now) {
            Outcome::Reply(reply) => {
                let observes = observe.filter(|_| reply.code == 205);
                if let Some(observation) = &observes {
                    self.observed.retain(|(known, ..)| known != observation);
                    self.observed.push((observation.clone(), key, now));
                }
                self.answer(&message, reply, observes.is_some(), now);
            }
            Outcome::Gate(number, command) => {
                let confirmable = message.header.get_type() == MessageType::Confirmable;
                let acknowledge_at = confirmable.then_some(UtcMillis(now.0 + PIGGYBACK_MS));
                self.pending.push(Pending { number, request: message, acknowledge_at });
                self.requests.push_back(Incoming { number, target: self.breaker, command });
            }
        }
    }

    /// Answers a request, in its acknowledgement if it has one.
    pub(super) fn answer(&mut self, asked: &Packet, reply: Reply, observes: bool, now: UtcMillis) {
        let id = asked.header.message_id;
        let mut message = match asked.header.get_type() {
            MessageType::Confirmable => packet(MessageType::Acknowledgement, code(reply.code), id, asked.get_token()),
            _ => {
                let own = self.id();
                packet(MessageType::NonConfirmable, code(reply.code), own, asked.get_token())
            }
        };
        if observes {
            set_number(&mut message, CoapOption::Observe, self.sequence);
        }
        if let Some(block) = Block::of(asked, CoapOption::Block1) {
            block.set(&mut message, CoapOption::Block1);
        }
        let wanted = Block::of(asked, CoapOption::Block2).unwrap_or(Block { number: 0, more: false, szx: BLOCK_SZX });
        self.fill(&mut message, reply, &body_key(asked), wanted);
        let bytes = self.send(&message, now);
        self.seen.answered(id, &bytes);
    }

    /// Puts the asked part of a payload into a message; what does not fit is kept for later.
    pub(super) fn fill(&mut self, message: &mut Packet, reply: Reply, body: &BodyKey, wanted: Block) {
        let block = Block { szx: wanted.szx.min(BLOCK_SZX), ..wanted };
        let start = wanted.number as usize * wanted.size();
        if reply.payload.len() <= block.size() && start == 0 {
            if let Some(format) = reply.format {
                set_number(message, CoapOption::ContentFormat, u32::from(format.number()));
            }
            message.payload = reply.payload;
            return;
        }
        if start >= reply.payload.len() {
            message.header.code = MessageClass::from(code(400));
            message.payload = b"there is no such block".to_vec();
            return;
        }
        let end = reply.payload.len().min(start + block.size());
        let more = end < reply.payload.len();
        if let Some(format) = reply.format {
            set_number(message, CoapOption::ContentFormat, u32::from(format.number()));
        }
        Block { number: (start / block.size()) as u32, more, szx: block.szx }.set(message, CoapOption::Block2);
        if start == 0 {
            set_number(message, CoapOption::Size2, reply.payload.len() as u32);
        }
        message.payload = reply.payload[start..end].to_vec();
        self.bodies.keep(body.clone(), reply);
    }

    /// The gate answered.
    pub fn gate_answered(&mut self, number: u64, answer: &Answer, now: UtcMillis) {
        let reply = self.core.answered(number, &answer.result, now);
        let Some(at) = self.pending.iter().position(|p| p.number == number) else { return };
        let pending = self.pending.swap_remove(at);
        let confirmable = pending.request.header.get_type() == MessageType::Confirmable;
        if confirmable && pending.acknowledge_at.is_none() {
            // Acknowledged before: the response is a message of its own.
            let id = self.id();
            let mut message = packet(MessageType::Confirmable, code(reply.code), id, pending.request.get_token());
            message.payload = reply.payload;
            self.send_confirmable(&message, What::Response, now);
        } else {
            self.answer(&pending.request, reply, false, now);
        }
        self.act(now);
    }
}

/// What identifies the body of a request and its answer.
pub(super) fn body_key(message: &Packet) -> BodyKey {
    let mut key = vec![u8::from(message.header.code)];
    for part in message.get_option(CoapOption::UriPath).into_iter().flatten() {
        key.push(b'/');
        key.extend_from_slice(part);
    }
    // Discovery and the formats of a read are bodies of their own. The blocks of an upload belong to one.
    key.extend(get_number(message, CoapOption::Accept).unwrap_or(u32::MAX).to_be_bytes());
    key
}
