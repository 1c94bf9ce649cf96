//! From an address to a connection that speaks MQTT: TCP, TLS when the address asks for it, CONNECT, CONNACK.

use super::config::{Login, Wire};
use super::reason;
use super::url::BrokerUrl;
use bytes::BytesMut;
use rumqttc::tokio_rustls::TlsConnector;
use rumqttc::{ConnectReturnCode, Packet};
use std::future::Future;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

/// Largest packet in either direction.
pub(super) const MAX_PACKET: usize = 16 * 1024 * 1024;
/// What TCP, the TLS handshake and the answer to CONNECT may take, each.
const STEP_WITHIN: Duration = Duration::from_secs(5);

/// A socket, with or without TLS.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection whose CONNECT was accepted.
pub(super) struct Opened {
    pub(super) read: ReadHalf<Box<dyn Stream>>,
    pub(super) write: WriteHalf<Box<dyn Stream>>,
    /// What came in behind CONNACK.
    pub(super) input: BytesMut,
}

/// Why a connection is over.
#[derive(Debug)]
pub(super) struct Closed {
    pub(super) reason: String,
    /// Not a byte of CONNECT was written.
    pub(super) unreached: bool,
}

impl Closed {
    fn unreached(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), unreached: true }
    }

    pub(super) fn reached(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), unreached: false }
    }
}

/// Opens a connection. An address with TLS is never tried without it.
pub(super) async fn open(
    broker: BrokerUrl,
    wire: Wire,
    login: Option<Login>,
    mut connect: rumqttc::Connect,
) -> Result<Opened, Closed> {
    if let Some(Login { user, password }) = login {
        connect.set_login(user, password);
    }
    let tcp = tcp(&broker).await.map_err(Closed::unreached)?;
    let stream: Box<dyn Stream> = if broker.tls { tls(&broker, &wire, tcp).await? } else { Box::new(tcp) };
    mqtt(stream, broker.tls, connect).await
}

/// The error of a step, or of the time that it took.
async fn step<T>(what: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(STEP_WITHIN, what).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

async fn tcp(broker: &BrokerUrl) -> Result<TcpStream, String> {
    let host = broker.host.trim_start_matches('[').trim_end_matches(']');
    let addresses =
        step(lookup_host((host, broker.port))).await.map_err(|e| format!("the name {host} is not known ({e})"))?;
    let mut last = format!("the name {host} has no address");
    for address in addresses {
        match step(TcpStream::connect(address)).await {
            Ok(tcp) => {
                // With Nagle's algorithm on, small messages wait for the acknowledgement of the one before: 11 to 40 ms.
                return tcp.set_nodelay(true).map(|()| tcp).map_err(|e| reason::io(&e));
            }
            Err(e) => last = reason::io(&e),
        }
    }
    Err(last)
}

async fn tls(broker: &BrokerUrl, wire: &Wire, tcp: TcpStream) -> Result<Box<dyn Stream>, Closed> {
    let Some(tls) = &wire.tls else {
        return Err(Closed::unreached("TLS is asked for and was not set up"));
    };
    let name = tls.name_for(broker).map_err(|e| Closed::unreached(e.to_string()))?;
    let shown = name.to_str().into_owned();
    let connector = TlsConnector::from(tls.client());
    match step(connector.connect(name, tcp)).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(e) => Err(Closed::unreached(reason::handshake(&e, &shown))),
    }
}

async fn mqtt(stream: Box<dyn Stream>, tls: bool, connect: rumqttc::Connect) -> Result<Opened, Closed> {
    let (read, mut write) = split(stream);
    let mut out = BytesMut::new();
    connect.write(&mut out).map_err(|e| Closed::unreached(format!("CONNECT cannot be written: {e}")))?;
    let sent = async {
        write.write_all(&out).await?;
        write.flush().await
    };
    step(sent).await.map_err(|e| Closed::reached(reason::unanswered(&e, tls)))?;
    let mut opened = Opened { read, write, input: BytesMut::with_capacity(8 * 1024) };
    let packet = step(first_packet(&mut opened)).await.map_err(|e| Closed::reached(reason::unanswered(&e, tls)))?;
    match packet {
        Packet::ConnAck(ack) if ack.code == ConnectReturnCode::Success => Ok(opened),
        Packet::ConnAck(ack) => Err(Closed::reached(reason::refused(ack.code))),
        _ => Err(Closed::reached("the broker answered CONNECT with something else than CONNACK")),
    }
}

async fn first_packet(opened: &mut Opened) -> io::Result<Packet> {
    loop {
        match Packet::read(&mut opened.input, MAX_PACKET) {
            Ok(packet) => return Ok(packet),
            Err(rumqttc::Error::InsufficientBytes(_)) => {}
            Err(e) => return Err(io::Error::new(io::ErrorKind::InvalidData, e)),
        }
        if opened.read.read_buf(&mut opened.input).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}
