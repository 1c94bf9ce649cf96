//! Why there is no connection, in words that say what to do.

use crate::time::civil::Civil;
use rumqttc::ConnectReturnCode;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error as TlsError};
use std::io;

/// An error of the socket.
pub(super) fn io(error: &io::Error) -> String {
    if let Some(tls) = tls_error(error) {
        return in_words(tls, "");
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "nothing listens there".to_owned(),
        io::ErrorKind::TimedOut => "the broker does not answer".to_owned(),
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::UnexpectedEof => "the broker closed the connection".to_owned(),
        _ => error.to_string(),
    }
}

/// An error of the TLS handshake with a broker of this name.
pub(super) fn handshake(error: &io::Error, name: &str) -> String {
    if let Some(tls) = tls_error(error) {
        return in_words(tls, name);
    }
    match error.kind() {
        io::ErrorKind::TimedOut => "the broker does not answer the TLS handshake; does it speak TLS on this port?",
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => {
            "the broker closed the connection during the TLS handshake; does it speak TLS on this port?"
        }
        _ => return format!("TLS: {error}"),
    }
    .to_owned()
}

/// CONNECT was sent and no CONNACK came.
pub(super) fn unanswered(error: &io::Error, tls: bool) -> String {
    if let Some(tls) = tls_error(error) {
        return in_words(tls, "");
    }
    match (error.kind(), tls) {
        (io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe, false) => {
            "the broker closed the connection before it answered; does it want TLS (mqtts://)?".to_owned()
        }
        (io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe, true) => {
            "the broker closed the connection before it answered; does it want a client certificate (--tls-cert)?"
                .to_owned()
        }
        (io::ErrorKind::InvalidData, false) => {
            "what the broker answered is no MQTT; does it want TLS (mqtts://)?".to_owned()
        }
        _ => io(error),
    }
}

/// CONNACK with a return code (MQTT 3.1.1, table 3.1).
pub(super) fn refused(code: ConnectReturnCode) -> String {
    match code {
        ConnectReturnCode::BadUserNamePassword => {
            "the broker refused the user or the password; check --username and MQTT_PASSWORD or --password-file"
        }
        ConnectReturnCode::NotAuthorized => {
            "the broker does not authorise this client; check --username, the password, and what the broker allows"
        }
        ConnectReturnCode::RefusedProtocolVersion => "the broker does not speak MQTT 3.1.1",
        ConnectReturnCode::BadClientId => "the broker refused the client id",
        ConnectReturnCode::ServiceUnavailable => "the broker is not available now",
        ConnectReturnCode::Success => "the broker accepted and refused at once",
    }
    .to_owned()
}

fn tls_error(error: &io::Error) -> Option<&TlsError> {
    error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>())
}

fn in_words(error: &TlsError, name: &str) -> String {
    match error {
        TlsError::InvalidCertificate(wrong) => certificate(wrong, name),
        TlsError::AlertReceived(alert) => by_alert(*alert),
        TlsError::InvalidMessage(_) => {
            "what answers there does not speak TLS; use mqtt:// or the broker's TLS port".to_owned()
        }
        TlsError::PeerIncompatible(why) => format!("no common ground in TLS with the broker: {why:?}"),
        TlsError::NoApplicationProtocol => "the broker knows none of our ALPN protocols; check --alpn".to_owned(),
        other => format!("TLS: {other}"),
    }
}

fn certificate(wrong: &CertificateError, name: &str) -> String {
    let subject = "the broker's certificate";
    match wrong {
        CertificateError::UnknownIssuer => {
            format!("{subject} is signed by nobody we trust; give the CA that signed it with --tls-ca")
        }
        CertificateError::Expired => format!("{subject} has expired"),
        CertificateError::ExpiredContext { not_after, .. } => {
            format!("{subject} has expired: it was valid until {}", date(*not_after))
        }
        CertificateError::NotValidYet => format!("{subject} is not valid yet; is the clock of this machine right?"),
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("{subject} is not valid before {}; is the clock of this machine right?", date(*not_before))
        }
        CertificateError::NotValidForName => {
            format!("{subject} is not for {name}; use a name that stands in it, in the address or with --tls-name")
        }
        CertificateError::NotValidForNameContext { expected, presented } => {
            let names: Vec<&str> = presented.iter().map(|n| bare(n)).collect();
            let presented = if names.is_empty() { "no name".to_owned() } else { names.join(", ") };
            format!(
                "{subject} is for {presented}, not for {}; use a name that stands in it, in the address or with --tls-name",
                expected.to_str()
            )
        }
        CertificateError::Revoked => format!("{subject} was revoked"),
        CertificateError::BadSignature => format!(
            "{subject} is not signed by the authority whose name it carries; give the CA that signed it with --tls-ca"
        ),
        other => format!("{subject} is not accepted: {other}"),
    }
}

/// What the broker says about us.
fn by_alert(alert: AlertDescription) -> String {
    match alert {
        AlertDescription::CertificateRequired => {
            "the broker wants a client certificate; give one with --tls-cert and --tls-key".to_owned()
        }
        AlertDescription::CertificateExpired => "the broker says that our client certificate has expired".to_owned(),
        AlertDescription::CertificateRevoked => "the broker says that our client certificate was revoked".to_owned(),
        AlertDescription::UnknownCA => {
            "the broker does not trust the CA of our client certificate; check --tls-cert".to_owned()
        }
        AlertDescription::BadCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::AccessDenied
        | AlertDescription::DecryptError => {
            format!("the broker does not accept our client certificate ({alert:?}); check --tls-cert")
        }
        AlertDescription::HandshakeFailure => {
            "the broker ended the TLS handshake; does it want a client certificate (--tls-cert)?".to_owned()
        }
        AlertDescription::ProtocolVersion => "the broker wants another TLS version than 1.2 or 1.3".to_owned(),
        AlertDescription::NoApplicationProtocol => {
            "the broker knows none of our ALPN protocols; check --alpn".to_owned()
        }
        AlertDescription::UnrecognisedName => {
            "the broker does not know the server name; check the address or --tls-name".to_owned()
        }
        other => format!("the broker ended the TLS handshake ({other:?})"),
    }
}

/// The library prints names as `DnsName("broker.example")` and `IpAddress(127.0.0.1)`.
fn bare(printed: &str) -> &str {
    printed.split_once('(').map_or(printed, |(_, name)| name.trim_end_matches(')').trim_matches('"'))
}

fn date(at: UnixTime) -> String {
    let micros = i64::try_from(at.as_secs()).unwrap_or(0).saturating_mul(1_000_000);
    Civil::from_micros(micros).rfc3339()
}
