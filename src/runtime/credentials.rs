//! The files that stand between the configuration and a connection: certificates, keys, passwords.

use super::config::{Broker, BrokerConfig};
use super::link::config::{Login, Wire};
use super::link::tls::{Tls, TlsError};
use super::link::url::BrokerUrl;
use std::path::PathBuf;

/// Why there are no credentials.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// Certificates, keys or names.
    #[error("{0}")]
    Tls(#[from] TlsError),
    /// The password file.
    #[error("{path}: the password cannot be read: {reason}; check --password-file", path = .0.display(), reason = .1)]
    PasswordFile(PathBuf, std::io::Error),
    /// A password and nobody whose it is.
    #[error("a password is given and no user; give one with --username")]
    NoUser,
}

/// How a link gets in.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// User and password.
    pub login: Option<Login>,
    /// TLS and limits.
    pub wire: Wire,
}

impl Access {
    /// For these brokers. The embedded broker is our own: it wants nobody's password and sets no limits.
    ///
    /// # Errors
    /// When files for TLS or the password cannot be used.
    pub fn of(config: &BrokerConfig, brokers: &[BrokerUrl]) -> Result<Self, CredentialError> {
        if matches!(config.which, Broker::Embedded(_)) {
            return Ok(Self::default());
        }
        Ok(Self { login: login(config)?, wire: wire(config, brokers)? })
    }
}

/// User and password for the broker.
///
/// # Errors
/// When the password file cannot be read, or a password comes without a user (MQTT 3.1.1, 3.1.2.9).
pub fn login(config: &BrokerConfig) -> Result<Option<Login>, CredentialError> {
    let password = match (&config.password, &config.password_file) {
        (Some(password), _) => Some(password.clone()),
        (None, Some(path)) => {
            let text = std::fs::read_to_string(path).map_err(|e| CredentialError::PasswordFile(path.clone(), e))?;
            Some(text.lines().next().unwrap_or_default().to_owned())
        }
        (None, None) => None,
    };
    match (&config.username, password) {
        (Some(user), password) => Ok(Some(Login { user: user.clone(), password: password.unwrap_or_default() })),
        (None, Some(_)) => Err(CredentialError::NoUser),
        (None, None) => Ok(None),
    }
}

/// How to speak to these brokers. Files for TLS are read when one of them wants TLS.
///
/// # Errors
/// When TLS cannot be set up.
pub fn wire(config: &BrokerConfig, brokers: &[BrokerUrl]) -> Result<Wire, CredentialError> {
    let tls = brokers.iter().any(|url| url.tls).then(|| Tls::load(&config.tls)).transpose()?;
    Ok(Wire { tls, limits: config.limits, keep_alive_s: Some(config.keep_alive_s) })
}
