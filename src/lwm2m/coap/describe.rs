//! Datagrams in words.

use super::Endpoint;
use super::message::{Block, get_number, texts};
use coap_lite::{CoapOption, MessageType, Packet};

impl Endpoint {
    /// A datagram in words, for the inspector.
    #[must_use]
    pub fn describe(&self, datagram: &[u8]) -> Vec<String> {
        let Ok(message) = Packet::from_bytes(datagram) else {
            return vec![format!("{} bytes, no CoAP message", datagram.len())];
        };
        let kind = match message.header.get_type() {
            MessageType::Confirmable => "CON",
            MessageType::NonConfirmable => "NON",
            MessageType::Acknowledgement => "ACK",
            MessageType::Reset => "RST",
        };
        let mut lines = vec![format!("{kind} {:?} id {}", message.header.code, message.header.message_id)];
        let path = texts(&message, CoapOption::UriPath).unwrap_or_default().join("/");
        if !path.is_empty() {
            lines.push(format!("uri = /{path}"));
        }
        lines.extend(texts(&message, CoapOption::UriQuery).unwrap_or_default());
        lines.extend(get_number(&message, CoapOption::Observe).map(|n| format!("observe = {n}")));
        if let Some(block) = Block::of(&message, CoapOption::Block2) {
            lines.push(format!("block2 = {}, more {}", block.number, block.more));
        }
        if !message.payload.is_empty() && message.get_option(CoapOption::Block2).is_none() {
            let format = get_number(&message, CoapOption::ContentFormat).and_then(|n| u16::try_from(n).ok());
            lines.extend(self.core.describe(format, path.parse().ok(), &message.payload));
        }
        lines
    }
}
