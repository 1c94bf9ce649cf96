//! A broker for one test at a time: certificates made on the spot, MQTT as far as a link needs it.

#![expect(clippy::unwrap_used, reason = "test code; the lint knows tests only by their attribute")]

use breaker_console::runtime::link::tls::TlsFiles;
use breaker_console::runtime::link::url::BrokerUrl;
use bytes::BytesMut;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rumqttc::tokio_rustls::TlsAcceptor;
use rumqttc::tokio_rustls::rustls::pki_types::pem::PemObject;
use rumqttc::tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rumqttc::tokio_rustls::rustls::server::WebPkiClientVerifier;
use rumqttc::tokio_rustls::rustls::{RootCertStore, ServerConfig};
use rumqttc::{ConnAck, ConnectReturnCode, Packet, PubAck, SubAck, SubscribeReasonCode};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// An authority, and a folder for what it signs.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: PathBuf,
}

/// A certificate and its key.
pub(crate) struct Pair {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Authority {
    pub(crate) fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("breaker-console-tls-{}-{test}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        // Authorities of one name would be taken for each other until the signature is looked at.
        params.distinguished_name.push(DnType::CommonName, test);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        std::fs::write(folder.join("ca.pem"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    pub(crate) fn ca(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    pub(crate) fn sign(&self, file: &str, names: &[&str]) -> Pair {
        self.sign_as(file, names, |_| {})
    }

    pub(crate) fn expired(&self, file: &str, names: &[&str]) -> Pair {
        self.sign_as(file, names, |params| {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2021, 2, 3);
        })
    }

    fn sign_as(&self, file: &str, names: &[&str], change: impl Fn(&mut CertificateParams)) -> Pair {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let pair =
            Pair { certificate: self.folder.join(format!("{file}.pem")), key: self.folder.join(format!("{file}.key")) };
        std::fs::write(&pair.certificate, certificate.pem()).unwrap();
        std::fs::write(&pair.key, key.serialize_pem()).unwrap();
        pair
    }

    /// Files of a client that trusts this authority.
    pub(crate) fn trusted(&self) -> TlsFiles {
        TlsFiles { ca: Some(self.ca()), ..TlsFiles::default() }
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        // A folder that stays behind in the temporary directory is no failure of the test.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// How the broker behaves.
#[derive(Default)]
pub(crate) struct Rules {
    /// Certificate of the broker; plain TCP without one.
    pub(crate) pair: Option<Pair>,
    /// Clients must show a certificate signed by this one.
    pub(crate) clients: Option<PathBuf>,
    /// ALPN protocols it knows.
    pub(crate) alpn: Vec<&'static str>,
    /// User and password it lets in; anybody without.
    pub(crate) login: Option<(&'static str, &'static str)>,
}

/// What the broker saw.
#[derive(Debug, PartialEq)]
pub(crate) enum Saw {
    /// TLS: the server name asked for, and the protocol agreed on.
    Tls(Option<String>, Option<String>),
    /// CONNECT with this client id.
    Connect(String),
    /// PUBLISH on this topic.
    Publish(String),
}

/// Starts a broker; it ends with the test's runtime.
pub(crate) async fn start(rules: Rules) -> (BrokerUrl, mpsc::UnboundedReceiver<Saw>) {
    let acceptor = rules.pair.as_ref().map(|pair| acceptor(pair, &rules));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = BrokerUrl::new("localhost", Some(listener.local_addr().unwrap().port()), acceptor.is_some());
    let (tell, saw) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let (tell, acceptor, login) = (tell.clone(), acceptor.clone(), rules.login);
            tokio::spawn(async move {
                let Some(acceptor) = acceptor else { return serve(tcp, tell, login).await };
                let Ok(stream) = acceptor.accept(tcp).await else { return };
                let session = stream.get_ref().1;
                let protocol = session.alpn_protocol().map(|p| String::from_utf8_lossy(p).into_owned());
                // Nobody listens any more when the test is over.
                let _ = tell.send(Saw::Tls(session.server_name().map(str::to_owned), protocol));
                serve(stream, tell, login).await;
            });
        }
    });
    (url, saw)
}

fn acceptor(pair: &Pair, rules: &Rules) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions().unwrap();
    let builder = match &rules.clients {
        None => builder.with_no_client_auth(),
        Some(ca) => {
            let mut roots = RootCertStore::empty();
            roots.add(CertificateDer::from_pem_file(ca).unwrap()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        }
    };
    let chain = vec![CertificateDer::from_pem_file(&pair.certificate).unwrap()];
    let mut config = builder.with_single_cert(chain, PrivateKeyDer::from_pem_file(&pair.key).unwrap()).unwrap();
    config.alpn_protocols = rules.alpn.iter().map(|p| p.as_bytes().to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    tell: mpsc::UnboundedSender<Saw>,
    login: Option<(&'static str, &'static str)>,
) {
    let (mut input, mut out) = (BytesMut::new(), BytesMut::new());
    loop {
        match Packet::read(&mut input, 1 << 24) {
            Ok(packet) => {
                let code = answer(packet, &mut out, &tell, login);
                if stream.write_all(&out.split()).await.is_err() || stream.flush().await.is_err() || !code {
                    return;
                }
            }
            Err(rumqttc::Error::InsufficientBytes(_)) => {
                if matches!(stream.read_buf(&mut input).await, Ok(0) | Err(_)) {
                    return;
                }
            }
            Err(_) => return,
        }
    }
}

/// Writes the answer; false ends the connection.
fn answer(
    packet: Packet,
    out: &mut BytesMut,
    tell: &mpsc::UnboundedSender<Saw>,
    login: Option<(&'static str, &'static str)>,
) -> bool {
    // Nobody listens any more when the test is over.
    match packet {
        Packet::Connect(connect) => {
            let _ = tell.send(Saw::Connect(connect.client_id));
            let given = connect.login.as_ref().map(|l| (l.username.as_str(), l.password.as_str()));
            let code = match login {
                Some(_) if given != login => ConnectReturnCode::BadUserNamePassword,
                _ => ConnectReturnCode::Success,
            };
            ConnAck::new(code, false).write(out).unwrap();
            code == ConnectReturnCode::Success
        }
        Packet::Subscribe(subscribe) => {
            let codes = subscribe.filters.iter().map(|f| SubscribeReasonCode::Success(f.qos)).collect();
            SubAck::new(subscribe.pkid, codes).write(out).unwrap();
            true
        }
        Packet::Publish(publish) => {
            let _ = tell.send(Saw::Publish(publish.topic));
            if publish.pkid != 0 {
                PubAck::new(publish.pkid).write(out).unwrap();
            }
            true
        }
        Packet::Disconnect => false,
        _ => true,
    }
}
