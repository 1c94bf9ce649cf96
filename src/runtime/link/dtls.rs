//! DTLS 1.2 with a pre-shared key (RFC 6347, RFC 4279), suite `TLS_PSK_WITH_AES_128_CCM_8` of RFC 6655, which every LwM2M
//! server has to know (OMA TS LightweightM2M Transport 1.2, 5.2.8). The server has to know the extended master secret
//! (RFC 7627), without which the library shakes no hands.

use super::{Broken, Psk};
use dimpl::{Config, Dtls, Output, PskResolver};
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(super) const AVAILABLE: bool = true;

/// Largest datagram sent: what every IPv6 path carries (RFC 8200, 5) without the headers of IP and UDP.
const DATAGRAM: usize = 1232;
/// A handshake takes no longer, or is begun again.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(15);
/// Room for what the library gives at once.
const BUFFER: usize = 18 * 1024;

struct OneKey(Vec<u8>);

impl PskResolver for OneKey {
    fn resolve(&self, _identity: &[u8]) -> Option<Vec<u8>> {
        Some(self.0.clone())
    }
}

/// One session as the client.
pub(super) struct Secured {
    dtls: Dtls,
    open: bool,
    closing: bool,
    wake: Option<Instant>,
    buffer: Vec<u8>,
}

impl fmt::Debug for Secured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secured").field("open", &self.open).finish_non_exhaustive()
    }
}

fn broken(error: impl fmt::Display) -> Broken {
    Broken::Handshake(error.to_string())
}

impl Secured {
    pub(super) fn new(identity: &str, key: &Psk, now: Instant) -> Result<Self, Broken> {
        let key = Arc::new(OneKey(key.bytes().to_vec()));
        let identity = identity.as_bytes().to_vec();
        let builder = Config::builder().mtu(DATAGRAM).handshake_timeout(HANDSHAKE_WITHIN);
        let config = builder.with_psk_client(identity, key).build();
        let mut dtls = Dtls::new_12_psk(Arc::new(config.map_err(broken)?), now);
        dtls.set_active(true);
        dtls.handle_timeout(now).map_err(broken)?;
        Ok(Self { dtls, open: false, closing: false, wake: None, buffer: vec![0; BUFFER] })
    }

    pub(super) const fn is_open(&self) -> bool {
        self.open
    }

    pub(super) fn take(&mut self, datagram: &[u8], now: Instant) -> Result<(), Broken> {
        self.dtls.handle_timeout(now).map_err(broken)?;
        self.dtls.handle_packet(datagram).map_err(broken)
    }

    pub(super) fn send(&mut self, message: &[u8]) -> Result<(), Broken> {
        self.dtls.send_application_data(message).map(drop).map_err(broken)
    }

    pub(super) fn timeout(&mut self, now: Instant) -> Result<(), Broken> {
        self.dtls.handle_timeout(now).map_err(broken)
    }

    pub(super) const fn next_timeout(&self) -> Option<Instant> {
        self.wake
    }

    pub(super) fn close(&mut self) {
        self.closing = true;
        // A session that is broken already needs no good-bye.
        let _ = self.dtls.close();
    }

    /// Takes out what the library has for the socket and for the client.
    pub(super) fn pump(&mut self, out: &mut VecDeque<Vec<u8>>, came: &mut VecDeque<Vec<u8>>) -> Result<(), Broken> {
        loop {
            match self.dtls.poll_output(&mut self.buffer) {
                Output::Packet(datagram) => out.push_back(datagram.to_vec()),
                Output::ApplicationData(message) => came.push_back(message.to_vec()),
                Output::Connected => self.open = true,
                Output::BufferTooSmall { needed } => self.buffer.resize(needed, 0),
                Output::CloseNotify if !self.closing => return Err(Broken::Closed),
                Output::Timeout(at) => {
                    self.wake = Some(at);
                    return Ok(());
                }
                // Certificates and keys for media belong to other uses of DTLS.
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Channel;
    use super::*;

    struct Server {
        dtls: Dtls,
        buffer: Vec<u8>,
        said: Vec<Vec<u8>>,
    }

    impl Server {
        fn new(key: [u8; 16], now: Instant) -> Self {
            let config = Config::builder().with_psk_server(None, Arc::new(OneKey(key.to_vec()))).build().unwrap();
            Self { dtls: Dtls::new_12_psk(Arc::new(config), now), buffer: vec![0; BUFFER], said: Vec::new() }
        }

        fn pump(&mut self) -> Vec<Vec<u8>> {
            let mut out = Vec::new();
            loop {
                match self.dtls.poll_output(&mut self.buffer) {
                    Output::Packet(datagram) => out.push(datagram.to_vec()),
                    Output::ApplicationData(message) => self.said.push(message.to_vec()),
                    Output::Timeout(_) => return out,
                    _ => {}
                }
            }
        }
    }

    /// Lets both talk for a minute, or until the channel is open; the `lost`-th datagram gets lost.
    fn talk(client: &mut Channel, server: &mut Server, lost: usize) -> Result<(), Broken> {
        let mut now = Instant::now();
        let mut count = 0;
        for _ in 0..120 {
            let mut quiet = false;
            while !quiet {
                quiet = true;
                while let Some(datagram) = client.poll_datagram() {
                    quiet = false;
                    count += 1;
                    if count != lost {
                        server.dtls.handle_timeout(now).unwrap();
                        let _ = server.dtls.handle_packet(&datagram);
                    }
                }
                for datagram in server.pump() {
                    quiet = false;
                    count += 1;
                    if count != lost {
                        client.take(&datagram, now)?;
                    }
                }
            }
            if client.is_open() {
                return Ok(());
            }
            now += Duration::from_millis(500);
            client.timeout(now)?;
            let _ = server.dtls.handle_timeout(now);
        }
        Ok(())
    }

    fn key() -> Psk {
        Psk::from_hex("000102030405060708090a0b0c0d0e0f").unwrap()
    }

    fn bytes() -> [u8; 16] {
        std::array::from_fn(|n| n as u8)
    }

    #[test]
    fn messages_pass_both_ways_and_are_not_readable_between() {
        let now = Instant::now();
        let mut server = Server::new(bytes(), now);
        let mut client = Channel::secured("b1", &key(), now).unwrap();
        assert!(!client.is_open());
        talk(&mut client, &mut server, 0).unwrap();
        assert!(client.is_open());
        client.send(b"a secret message".to_vec()).unwrap();
        let datagram = client.poll_datagram().unwrap();
        assert!(!datagram.windows(6).any(|w| w == b"secret"));
        server.dtls.handle_packet(&datagram).unwrap();
        server.pump();
        assert_eq!(server.said, [b"a secret message"]);
        server.dtls.send_application_data(b"an answer").unwrap();
        for datagram in server.pump() {
            client.take(&datagram, now).unwrap();
        }
        assert_eq!(client.poll_message().as_deref(), Some(&b"an answer"[..]));
        server.dtls.close().unwrap();
        let good_bye: Vec<_> = server.pump().iter().map(|d| client.take(d, now)).collect();
        assert!(good_bye.contains(&Err(Broken::Closed)), "{good_bye:?}");
    }

    #[test]
    fn a_lost_datagram_is_sent_again() {
        for lost in 1..=8 {
            let now = Instant::now();
            let mut server = Server::new(bytes(), now);
            let mut client = Channel::secured("b1", &key(), now).unwrap();
            talk(&mut client, &mut server, lost).unwrap();
            assert!(client.is_open(), "datagram {lost} lost");
        }
    }

    #[test]
    fn another_key_opens_nothing() {
        let now = Instant::now();
        let mut server = Server::new([9; 16], now);
        let mut client = Channel::secured("b1", &key(), now).unwrap();
        // Either side may notice first; the client hears of it or waits until its time is over.
        let end = talk(&mut client, &mut server, 0);
        assert!(!client.is_open());
        assert!(matches!(end, Err(Broken::Handshake(_))), "{end:?}");
    }
}
