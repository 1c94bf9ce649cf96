//! Which broker, how to be let in there, and what it takes.

use super::Reader;
use crate::runtime::link::limits::Limits;
use crate::runtime::link::tls::TlsFiles;
use crate::runtime::link::url::BrokerUrl;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The broker.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokerConfig {
    /// Which.
    pub which: Broker,
    /// User name.
    pub username: Option<String>,
    /// Password.
    pub password: Option<String>,
    /// File with the password, when it is not given otherwise.
    pub password_file: Option<PathBuf>,
    /// Certificates, keys and names for brokers with TLS.
    pub tls: TlsFiles,
    /// MQTT keep alive, seconds.
    pub keep_alive_s: u16,
    /// What a connection may send.
    pub limits: Limits,
}

/// Embedded or somewhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broker {
    /// In this process, on this address.
    Embedded(SocketAddr),
    /// Walked in order.
    Remote(Vec<BrokerUrl>),
}

/// A cloud broker's rules as far as they are kept here: QoS 2 is never used, and all else that a connection has to
/// mind is in these figures.
struct Preset {
    name: &'static str,
    limits: Limits,
    /// It takes connections with TLS only.
    tls: bool,
    keep_alive_s: std::ops::RangeInclusive<u64>,
    /// The ALPN protocol by which it tells MQTT from HTTPS on port 443.
    alpn_443: Option<&'static str>,
}

const NO_LIMITS: Limits =
    Limits { payload: None, topic: false, messages_per_s: None, bytes_per_s: None, connect_every: Duration::ZERO };

const PRESETS: [Preset; 3] = [
    Preset { name: "generic", limits: NO_LIMITS, tls: false, keep_alive_s: 5..=65_535, alpn_443: None },
    // AWS IoT Core endpoints and quotas, message broker: 128 KB a message, topics of 256 bytes and 8 levels, 100
    // publishes and 512 KB a second and connection, one CONNECT a second and client id, keep alive 30 to 1200 s.
    Preset {
        name: "aws",
        limits: Limits {
            payload: Some(128 * 1024),
            topic: true,
            messages_per_s: Some(100.0),
            bytes_per_s: Some(512.0 * 1024.0),
            connect_every: Duration::from_secs(1),
        },
        tls: true,
        keep_alive_s: 30..=1200,
        alpn_443: Some("x-amzn-mqtt-ca"),
    },
    // Azure Event Grid quotas and limits, MQTT: 512 KB a message, topics of 256 bytes and 8 levels, 1000 messages and
    // 1 MB a second and session, keep alive up to 1160 s.
    Preset {
        name: "azure-eventgrid",
        limits: Limits {
            payload: Some(512 * 1024),
            topic: true,
            messages_per_s: Some(1000.0),
            bytes_per_s: Some(1024.0 * 1024.0),
            connect_every: Duration::from_secs(1),
        },
        tls: true,
        keep_alive_s: 5..=1160,
        alpn_443: None,
    },
];

impl Reader<'_> {
    pub(super) fn broker(&mut self) -> BrokerConfig {
        let names: Vec<&str> = PRESETS.iter().map(|p| p.name).collect();
        let preset = &PRESETS[self.one_of("cloud", &names)];
        let which = self.which();
        let mut tls = TlsFiles {
            ca: self.file("tls-ca"),
            certificate: self.file("tls-cert"),
            key: self.file("tls-key"),
            name: self.optional("tls-name"),
            alpn: self.text("alpn").split(',').map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect(),
        };
        if tls.certificate.is_some() != tls.key.is_some() {
            let missing = if tls.key.is_none() { "tls-key" } else { "tls-cert" };
            self.complain(missing, "a client certificate needs its key: give both --tls-cert and --tls-key");
        }
        if let Broker::Remote(urls) = &which {
            if preset.tls && urls.iter().any(|url| !url.tls) {
                self.complain("broker", format!("--cloud {} takes TLS only; write mqtts://HOST:PORT", preset.name));
            }
            if tls.alpn.is_empty() && urls.iter().any(|url| url.port == 443) {
                tls.alpn.extend(preset.alpn_443.map(str::to_owned));
            }
        }
        if self.optional("password").is_some() && self.optional("password-file").is_some() {
            self.complain("password-file", "the password is given twice; unset MQTT_PASSWORD or --password-file");
        }
        BrokerConfig {
            which,
            username: self.optional("username"),
            password: self.optional("password"),
            password_file: self.file("password-file"),
            tls,
            keep_alive_s: self.whole("keep-alive", *preset.keep_alive_s.start(), *preset.keep_alive_s.end()) as u16,
            limits: self.limits(&preset.limits),
        }
    }

    /// The limits of the preset, tightened or widened by options of their own.
    fn limits(&mut self, preset: &Limits) -> Limits {
        let mut limits = *preset;
        if self.optional("max-payload").is_some() {
            limits.payload = Some(self.whole("max-payload", 1024, 256 * 1024 * 1024) as usize);
        }
        if self.optional("max-messages").is_some() {
            limits.messages_per_s = Some(self.number("max-messages", 1.0, 1e9));
        }
        if self.optional("max-bytes").is_some() {
            limits.bytes_per_s = Some(self.number("max-bytes", 1024.0, 1e12));
        }
        limits
    }

    fn which(&mut self) -> Broker {
        let tls = self.switch("mqtt-tls");
        let urls = self.text("broker").to_owned();
        if self.chosen("broker").is_none()
            && let Some(host) = self.optional("mqtt-host")
        {
            let port = (!self.text("mqtt-port").is_empty()).then(|| self.whole("mqtt-port", 1, 65535) as u16);
            Broker::Remote(vec![BrokerUrl::new(&host, port, tls)])
        } else if urls == "embedded" {
            if tls {
                self.complain("mqtt-tls", "the embedded broker speaks no TLS; name a broker with --broker mqtts://");
            }
            let listen = self.text("listen").replace("localhost", "127.0.0.1");
            Broker::Embedded(listen.parse().unwrap_or_else(|_| {
                self.complain("listen", "must be an address and port, for example 127.0.0.1:1883");
                SocketAddr::from(([127, 0, 0, 1], 1883))
            }))
        } else {
            let urls = BrokerUrl::parse_list(&urls).unwrap_or_else(|e| {
                self.complain("broker", e.to_string());
                Vec::new()
            });
            if tls && urls.iter().any(|url| !url.tls) {
                self.complain("mqtt-tls", "says TLS and --broker says mqtt://; write mqtts:// there");
            }
            Broker::Remote(urls)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::config::layers::Layers;
    use crate::runtime::config::{Config, ConfigError, table};

    fn with(pairs: &[(&'static str, &str)]) -> Result<BrokerConfig, Vec<ConfigError>> {
        let mut layers = Layers::built_in();
        for (name, text) in pairs {
            layers.option(table::by_name(name).unwrap(), (*text).to_owned());
        }
        Config::read(&layers, Some("/state".into())).map(|c| c.broker)
    }

    fn complaint(pairs: &[(&'static str, &str)]) -> String {
        with(pairs).unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn tls_is_chosen_by_the_address_or_by_the_variable() {
        let url = |config: &BrokerConfig| match &config.which {
            Broker::Remote(urls) => urls[0].to_string(),
            Broker::Embedded(_) => "embedded".to_owned(),
        };
        assert_eq!(url(&with(&[("broker", "mqtts://a")]).unwrap()), "mqtts://a:8883");
        assert_eq!(url(&with(&[("mqtt-host", "a"), ("mqtt-tls", "on")]).unwrap()), "mqtts://a:8883");
        assert_eq!(url(&with(&[("mqtt-host", "a"), ("mqtt-port", "1")]).unwrap()), "a:1");
        assert!(complaint(&[("broker", "mqtt://a"), ("mqtt-tls", "on")]).contains("write mqtts://"));
        assert!(complaint(&[("mqtt-tls", "on")]).contains("embedded broker speaks no TLS"));
    }

    #[test]
    fn half_a_client_certificate_is_refused() {
        assert!(complaint(&[("tls-cert", "a.pem")]).contains("--tls-key"));
        assert!(complaint(&[("tls-key", "a.key")]).contains("--tls-cert"));
        assert!(complaint(&[("password", "a"), ("password-file", "b")]).contains("twice"));
    }

    #[test]
    fn a_cloud_brings_its_limits_and_its_demands() {
        let aws = with(&[("broker", "mqtts://x.amazonaws.com:443"), ("cloud", "aws")]).unwrap();
        assert_eq!(aws.limits.payload, Some(131_072));
        assert_eq!(aws.limits.messages_per_s, Some(100.0));
        assert_eq!(aws.tls.alpn, ["x-amzn-mqtt-ca"]);
        let own = [("broker", "mqtts://x:443"), ("cloud", "aws"), ("alpn", "mqtt, b"), ("max-messages", "50")];
        let own = with(&own).unwrap();
        assert_eq!((own.tls.alpn, own.limits.messages_per_s), (vec!["mqtt".into(), "b".into()], Some(50.0)));
        assert!(complaint(&[("broker", "mqtt://x"), ("cloud", "aws")]).contains("takes TLS only"));
        assert!(
            complaint(&[("broker", "mqtts://x"), ("cloud", "aws"), ("keep-alive", "5")]).contains("from 30 to 1200")
        );
        assert!(complaint(&[("cloud", "moon")]).contains("generic, aws, azure-eventgrid"));
    }
}
