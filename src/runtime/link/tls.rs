//! What a TLS connection to a broker needs, read and checked at the start so that a mistake is told there.

use super::url::BrokerUrl;
use rustls::client::Resumption;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Which files and names to use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsFiles {
    /// Certificates of the authorities to trust, PEM; the system's when none is named.
    pub ca: Option<PathBuf>,
    /// Our certificate with its chain, PEM.
    pub certificate: Option<PathBuf>,
    /// The private key of our certificate, PEM (PKCS #8, PKCS #1 or SEC 1).
    pub key: Option<PathBuf>,
    /// Name that the broker's certificate must carry and that is sent to it (SNI), when it is not the host of the
    /// address.
    pub name: Option<String>,
    /// ALPN protocols to offer, in order.
    pub alpn: Vec<String>,
}

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or holds no PEM of the kind.
    #[error("{}: {what} cannot be read: {reason}; check {option}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What was looked for in it.
        what: &'static str,
        /// What is wrong.
        reason: String,
        /// The option that names it.
        option: &'static str,
    },
    /// A certificate without its key, or the other way round.
    #[error("a client certificate needs its key: give both --tls-cert and --tls-key")]
    Half,
    /// The key is not that of the certificate.
    #[error("{}: the key is not that of the certificate in {}; check --tls-key", key.display(), certificate.display())]
    Mismatch {
        /// The key file.
        key: PathBuf,
        /// The certificate file.
        certificate: PathBuf,
    },
    /// The system has no certificates.
    #[error("the system has no list of trusted certificates ({0}); give a CA file with --tls-ca")]
    NoSystem(String),
    /// A name that is none.
    #[error("{0:?} is no server name; give one with --tls-name")]
    Name(String),
    /// Something that the library does not like.
    #[error("TLS cannot be set up: {0}")]
    Other(#[from] rustls::Error),
}

/// A TLS client, ready to be used for any number of connections.
#[derive(Clone)]
pub struct Tls {
    client: Arc<ClientConfig>,
    name: Option<ServerName<'static>>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// When a file cannot be used, or certificate and key do not fit.
    pub fn load(files: &TlsFiles) -> Result<Self, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots(files.ca.as_deref())?);
        let mut client = match (&files.certificate, &files.key) {
            (None, None) => builder.with_no_client_auth(),
            (Some(certificate), Some(key)) => {
                let chain = certificates(certificate, "a certificate", "--tls-cert")?;
                let private =
                    PrivateKeyDer::from_pem_file(key).map_err(|e| file(key, "a private key", &e, "--tls-key"))?;
                builder.with_client_auth_cert(chain, private).map_err(|e| match e {
                    rustls::Error::InconsistentKeys(_) => {
                        TlsError::Mismatch { key: key.clone(), certificate: certificate.clone() }
                    }
                    other => TlsError::Other(other),
                })?
            }
            _ => return Err(TlsError::Half),
        };
        client.alpn_protocols = files.alpn.iter().map(|p| p.as_bytes().to_vec()).collect();
        // Every connection shows its certificates: an expired or withdrawn one ends at the next connection.
        client.resumption = Resumption::disabled();
        let name = files.name.as_deref().map(server_name).transpose()?;
        Ok(Self { client: Arc::new(client), name })
    }

    pub(super) fn client(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.client)
    }

    /// The name that the certificate of this broker must carry.
    pub(super) fn name_for(&self, broker: &BrokerUrl) -> Result<ServerName<'static>, TlsError> {
        self.name.clone().map_or_else(|| server_name(&broker.host), Ok)
    }
}

fn server_name(text: &str) -> Result<ServerName<'static>, TlsError> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    ServerName::try_from(bare.to_owned()).map_err(|_| TlsError::Name(text.to_owned()))
}

fn roots(ca: Option<&Path>) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    match ca {
        Some(path) => {
            for certificate in certificates(path, "a CA certificate", "--tls-ca")? {
                roots.add(certificate).map_err(|e| file(path, "a CA certificate", &e, "--tls-ca"))?;
            }
        }
        None => {
            let found = rustls_native_certs::load_native_certs();
            // One odd certificate in the list of the system is no reason to trust none of the others.
            roots.add_parsable_certificates(found.certs);
            if roots.is_empty() {
                let why = found.errors.first().map_or_else(|| "none found".to_owned(), ToString::to_string);
                return Err(TlsError::NoSystem(why));
            }
        }
    }
    Ok(roots)
}

fn certificates(
    path: &Path,
    what: &'static str,
    option: &'static str,
) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let all: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(path).map_err(|e| file(path, what, &e, option))?.collect();
    let all = all.map_err(|e| file(path, what, &e, option))?;
    if all.is_empty() { Err(file(path, what, &"the file holds none", option)) } else { Ok(all) }
}

fn file(path: &Path, what: &'static str, reason: &dyn fmt::Display, option: &'static str) -> TlsError {
    TlsError::File { path: path.to_owned(), what, reason: reason.to_string(), option }
}
