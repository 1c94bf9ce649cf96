//! A CoAP client over DTLS against the server of OpenSSL, which is another's: its handshake, its records.

#![expect(clippy::unwrap_used, reason = "test code; the lint knows tests only by their attribute")]

use breaker_console::control::{BreakerIx, Origin, OriginCategory};
use breaker_console::lwm2m::client::{Account, Core, Speaks};
use breaker_console::lwm2m::coap::Endpoint;
use breaker_console::lwm2m::codec::Format;
use breaker_console::profile::{Profile, Role};
use breaker_console::runtime::link::Link;
use breaker_console::runtime::link::config::{LinkConfig, RequestIds, Wire};
use breaker_console::runtime::link::psk::Psk;
use breaker_console::runtime::link::room::Room;
use breaker_console::runtime::link::udp::{self, CoapServer};
use breaker_console::runtime::link::view::{LinkState, LinkView};
use coap_lite::{CoapOption, MessageClass, MessageType, Packet, ResponseType};
use std::io::{Read, Write};
use std::net::UdpSocket;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Longest wait for anything; nothing is measured by it. A handshake that nobody answers is given up before.
const PATIENCE: Duration = Duration::from_secs(60);
const KEY: &str = "000102030405060708090a0b0c0d0e0f";

/// `openssl s_server`: what comes over DTLS leaves at its output, and what is written to it goes back.
struct OpenSsl {
    child: Child,
    address: String,
}

impl OpenSsl {
    /// With this key; none when the machine has no OpenSSL.
    fn start(key: &str) -> Option<Self> {
        // A port that was free a moment ago.
        let address = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let child = Command::new("openssl")
            .args(["s_server", "-dtls1_2", "-nocert", "-quiet", "-psk", key, "-accept", &address])
            .args(["-cipher", "PSK-AES128-CCM8:@SECLEVEL=0"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        Some(Self { child: child.ok()?, address })
    }

    /// The next message that came.
    fn message(&mut self) -> Packet {
        let mut buffer = vec![0; 4096];
        let length = self.child.stdout.as_mut().unwrap().read(&mut buffer).unwrap();
        Packet::from_bytes(&buffer[..length]).unwrap()
    }

    fn answer(&mut self, asked: &Packet, code: ResponseType, location: &[&str]) {
        let mut answer = Packet::new();
        answer.header.set_type(MessageType::Acknowledgement);
        answer.header.code = MessageClass::Response(code);
        answer.header.message_id = asked.header.message_id;
        answer.set_token(asked.get_token().to_vec());
        for part in location {
            answer.add_option(CoapOption::LocationPath, part.as_bytes().to_vec());
        }
        let stdin = self.child.stdin.as_mut().unwrap();
        stdin.write_all(&answer.to_bytes().unwrap()).unwrap();
        stdin.flush().unwrap();
    }
}

impl Drop for OpenSsl {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn client(server: &OpenSsl, key: &str) -> Link {
    let profile = Arc::new(Profile::parse(Profile::SHIPPED, "shipped").unwrap());
    let account = Account {
        short_id: 1,
        lifetime_s: 300,
        default_pmin_s: 1,
        default_pmax_s: 0,
        storing: false,
        binding: "U",
        mute_send: true,
    };
    let speaks = Speaks { enabler: "1.1", preferred: Format::SenmlCbor, announced: "112" };
    let core = Core::new(profile, BreakerIx(0), Role::Operator, account, speaks);
    let endpoint = Endpoint::new(core, "b1".into(), BreakerIx(0), 7);
    let config = LinkConfig {
        brokers: Vec::new(),
        login: None,
        wire: Wire::default(),
        origin: Origin { category: OriginCategory::RemoteControl, ident: "b1".into() },
        role: Role::Operator,
        seed: 1,
        room: Room::default(),
    };
    let server = CoapServer { address: server.address.clone(), key: Some(Psk::from_hex(key).unwrap()) };
    let (requests, _) = mpsc::channel(8);
    udp::spawn(endpoint, "LwM2M b1".into(), "b1".into(), server, config, requests, RequestIds::default())
}

async fn until(link: &mut Link, wanted: impl FnMut(&LinkView) -> bool) {
    tokio::time::timeout(PATIENCE, link.view.wait_for(wanted)).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn registers_and_says_good_bye_at_another_implementation() {
    let Some(mut server) = OpenSsl::start(KEY) else { return };
    let mut link = client(&server, KEY);
    let (mut server, register) = tokio::task::spawn_blocking(move || {
        let register = server.message();
        (server, register)
    })
    .await
    .unwrap();
    let path: Vec<_> = register.get_option(CoapOption::UriPath).unwrap().iter().cloned().collect();
    let queries: Vec<_> = register.get_option(CoapOption::UriQuery).unwrap().iter().cloned().collect();
    assert_eq!((register.header.get_type(), path), (MessageType::Confirmable, vec![b"rd".to_vec()]));
    assert!(queries.contains(&b"ep=b1".to_vec()), "{queries:?}");
    server.answer(&register, ResponseType::Created, &["rd", "a1"]);
    until(&mut link, |view| view.state == LinkState::Online).await;
    assert!(link.view.borrow().broker.starts_with("coaps://"));
    let stopping = tokio::spawn(link.stop());
    let deregister = tokio::task::spawn_blocking(move || {
        let message = server.message();
        server.answer(&message, ResponseType::Deleted, &[]);
        message
    });
    let path: Vec<_> = deregister.await.unwrap().get_option(CoapOption::UriPath).unwrap().iter().cloned().collect();
    assert_eq!(path, [b"rd".to_vec(), b"a1".to_vec()]);
    tokio::time::timeout(PATIENCE, stopping).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_opens_nothing_and_the_reason_is_said() {
    let Some(server) = OpenSsl::start("ffffffffffffffffffffffffffffffff") else { return };
    let mut link = client(&server, KEY);
    until(&mut link, |view| view.reason.contains("DTLS")).await;
    assert_eq!(link.view.borrow().state, LinkState::Offline);
    assert!(!link.view.borrow().reason.contains(KEY));
    link.stop().await;
}
