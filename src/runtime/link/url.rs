//! Where a broker is: `mqtt://host:port`, or `mqtts://host:port` for TLS.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// The port of MQTT without TLS (IANA `mqtt`), and with it (`secure-mqtt`).
const DEFAULT_PORTS: [u16; 2] = [1883, 8883];

/// The address of a broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerUrl {
    /// Host name or address; an IPv6 address in brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// TLS is spoken.
    pub tls: bool,
}

/// Why a text is no broker address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Another scheme, or none.
    #[error("{0}: a broker is written mqtt://HOST:PORT, or mqtts://HOST:PORT for TLS")]
    Scheme(String),
    /// No host.
    #[error("{0}: the host is missing; a broker is written mqtt://HOST:PORT, or mqtts://HOST:PORT for TLS")]
    Host(String),
    /// A port that is none.
    #[error("{0}: the port must be a number from 1 to 65535")]
    Port(String),
    /// User, path or query.
    #[error("{0}: only host and port belong here; user and password have options of their own")]
    Extra(String),
}

impl BrokerUrl {
    /// A host with the usual port when none is given.
    #[must_use]
    pub fn new(host: &str, port: Option<u16>, tls: bool) -> Self {
        Self { host: host.to_owned(), port: port.unwrap_or(DEFAULT_PORTS[usize::from(tls)]), tls }
    }

    /// Reads a list separated by commas; the order is the order of attempts.
    ///
    /// # Errors
    /// The first entry that is no broker address.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, UrlError> {
        text.split(',').map(|part| part.trim().parse()).collect()
    }
}

impl FromStr for BrokerUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let whole = || text.to_owned();
        let (tls, rest) = match text.split_once("://") {
            Some(("mqtt", rest)) => (false, rest),
            Some(("mqtts", rest)) => (true, rest),
            _ => return Err(UrlError::Scheme(whole())),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains(['@', '/', '?', '#']) {
            return Err(UrlError::Extra(whole()));
        }
        // The last colon separates the port, unless it stands inside the brackets of an IPv6 address.
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (rest, None),
        };
        let port = match port {
            None => None,
            Some(port) => Some(port.parse().ok().filter(|p| *p > 0).ok_or_else(|| UrlError::Port(whole()))?),
        };
        if host.is_empty() || (host.contains(':') && !(host.starts_with('[') && host.ends_with(']'))) {
            return Err(UrlError::Host(whole()));
        }
        Ok(Self::new(host, port, tls))
    }
}

impl From<SocketAddr> for BrokerUrl {
    fn from(address: SocketAddr) -> Self {
        // An IPv6 address is written in brackets where a port follows.
        let host = match address.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        Self { host, port: address.port(), tls: false }
    }
}

impl fmt::Display for BrokerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}:{}", if self.tls { "mqtts://" } else { "" }, self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_addresses() {
        for (text, host, port, tls) in [
            ("mqtt://localhost:1884", "localhost", 1884, false),
            ("mqtt://broker.example/", "broker.example", 1883, false),
            ("mqtt://[::1]:2000", "[::1]", 2000, false),
            ("mqtt://[::1]", "[::1]", 1883, false),
            ("mqtts://a", "a", 8883, true),
            ("mqtts://a:443", "a", 443, true),
        ] {
            assert_eq!(text.parse(), Ok(BrokerUrl { host: host.into(), port, tls }), "{text}");
        }
        assert_eq!(BrokerUrl::parse_list("mqtt://a, mqtt://b:1").map(|l| l.len()), Ok(2));
    }

    #[test]
    fn bad_addresses_say_why() {
        let error = |text: &str| text.parse::<BrokerUrl>().unwrap_err();
        assert!(matches!(error("ssl://a:8883"), UrlError::Scheme(_)));
        assert!(matches!(error("a:1883"), UrlError::Scheme(_)));
        assert!(matches!(error("http://a"), UrlError::Scheme(_)));
        assert!(matches!(error("mqtt://:1883"), UrlError::Host(_)));
        assert!(matches!(error("mqtt://::1:1883"), UrlError::Host(_)));
        assert!(matches!(error("mqtt://a:0"), UrlError::Port(_)));
        assert!(matches!(error("mqtt://a:99999"), UrlError::Port(_)));
        assert!(matches!(error("mqtt://user:pw@a:1883"), UrlError::Extra(_)));
        assert!(error("mqtts://a:x").to_string().contains("mqtts://a:x"));
    }
}
