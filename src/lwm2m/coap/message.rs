//! CoAP messages (RFC 7252) as this client needs them, over the codec of `coap-lite`.

use coap_lite::{CoapOption, MessageClass, MessageType, Packet};

/// The exponent that says 1024 bytes of payload in one datagram: what fits into an IPv6 packet that is not fragmented
/// (RFC 7252, 4.6; RFC 7959, 2.2).
pub(super) const BLOCK_SZX: u32 = 6;

/// A new message.
pub(super) fn packet(kind: MessageType, code: u8, id: u16, token: &[u8]) -> Packet {
    let mut packet = Packet::new();
    packet.header.set_type(kind);
    packet.header.code = MessageClass::from(code);
    packet.header.message_id = id;
    packet.set_token(token.to_vec());
    packet
}

/// The code on the wire of an LwM2M code: 405 is 4.05, which is 0x85.
pub(super) const fn code(number: u16) -> u8 {
    (((number / 100) << 5) | (number % 100)) as u8
}

/// The number of a code on the wire.
pub(super) fn number(packet: &Packet) -> u16 {
    let code = u8::from(packet.header.code);
    u16::from(code >> 5) * 100 + u16::from(code & 0x1f)
}

/// A whole number as an option has it: as few bytes as it takes.
pub(super) fn set_number(packet: &mut Packet, option: CoapOption, value: u32) {
    let bytes = value.to_be_bytes().into_iter().skip_while(|b| *b == 0).collect();
    packet.add_option(option, bytes);
}

/// The number in an option.
pub(super) fn get_number(packet: &Packet, option: CoapOption) -> Option<u32> {
    let bytes = packet.get_first_option(option)?;
    (bytes.len() <= 4).then(|| bytes.iter().fold(0, |n, b| n << 8 | u32::from(*b)))
}

/// Options that are text, in order; none when one is not UTF-8.
pub(super) fn texts(packet: &Packet, option: CoapOption) -> Option<Vec<String>> {
    packet.get_option(option).into_iter().flatten().map(|bytes| String::from_utf8(bytes.clone()).ok()).collect()
}

/// Whether the message has an option that must be understood and is not (RFC 7252, 5.4.1).
pub(super) fn has_unknown_critical(packet: &Packet) -> bool {
    let known = [3, 7, 11, 6, 12, 15, 17, 23, 27, 60, 28, 258, 4, 14];
    packet.options().any(|(number, _)| number % 2 == 1 && !known.contains(number))
}

/// A block option (RFC 7959, 2.2): number, whether more follow, size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) number: u32,
    pub(super) more: bool,
    pub(super) szx: u32,
}

impl Block {
    pub(super) fn of(packet: &Packet, option: CoapOption) -> Option<Self> {
        let value = get_number(packet, option)?;
        (value & 7 != 7).then_some(Self { number: value >> 4, more: value & 8 != 0, szx: value & 7 })
    }

    pub(super) const fn size(self) -> usize {
        16 << self.szx
    }

    pub(super) fn set(self, packet: &mut Packet, option: CoapOption) {
        set_number(packet, option, self.number << 4 | u32::from(self.more) << 3 | self.szx);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_registry() {
        // RFC 7252, 12.1.2.
        for (number_, byte) in
            [(201, 0x41), (204, 0x44), (205, 0x45), (231, 0x5f), (400, 0x80), (405, 0x85), (503, 0xa3)]
        {
            assert_eq!(code(number_), byte);
            assert_eq!(number(&packet(MessageType::Acknowledgement, byte, 1, &[])), number_);
        }
    }

    #[test]
    fn blocks_are_laid_out_as_the_standard_draws_them() {
        // RFC 7959, 3.2: 1:3/0/128 is number 3, the last, size exponent 3.
        let mut message = packet(MessageType::Confirmable, 3, 1, &[]);
        Block { number: 3, more: false, szx: 3 }.set(&mut message, CoapOption::Block1);
        assert_eq!(message.get_first_option(CoapOption::Block1), Some(&vec![0x33]));
        let block = Block::of(&message, CoapOption::Block1).unwrap();
        assert_eq!((block.number, block.more, block.size()), (3, false, 128));
        let mut first = packet(MessageType::Confirmable, 3, 1, &[]);
        Block { number: 0, more: false, szx: 0 }.set(&mut first, CoapOption::Block2);
        assert_eq!(first.get_first_option(CoapOption::Block2), Some(&vec![]));
    }
}
