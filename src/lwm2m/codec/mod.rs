//! The content formats of LwM2M 1.2 (OMA TS LightweightM2M Core 1.2, 7.4), both ways, over one node type.
//!
//! A payload is a list of [`Entry`]: path, value, and a time where the format has one. [`encode`] writes entries in a
//! [`Format`]; [`decode`] reads them, with the kinds of the resources from the object model, because text and TLV do not
//! carry them. [`etch`] holds lists of paths, [`links`] the `CoRE` link format of registration and discovery, [`frame`]
//! the envelope of the MQTT binding.

mod base64;
mod cbor;
pub mod etch;
pub mod frame;
mod item;
pub mod links;
mod lwm2m_cbor;
mod plain;
mod scalar;
mod senml;
mod senml_cbor;
mod senml_json;
mod tlv;
mod tree;

#[cfg(test)]
mod tests;

pub use scalar::{Kind, Scalar};

use super::path::Path;

/// One value of a payload.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Resource or resource instance.
    pub path: Path,
    /// The value.
    pub value: Scalar,
    /// When it was sampled, in seconds since 1970; only SenML carries it.
    pub time: Option<f64>,
}

impl Entry {
    /// A value without time.
    #[must_use]
    pub fn new(path: Path, value: Scalar) -> Self {
        Self { path, value, time: None }
    }
}

/// Content formats by their CoAP numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `text/plain`: one value.
    Text,
    /// `application/link-format`: registration and discovery.
    Links,
    /// `application/octet-stream`: one opaque value.
    Opaque,
    /// `application/cbor`: one value.
    Cbor,
    /// `application/senml+json`.
    SenmlJson,
    /// `application/senml+cbor`.
    SenmlCbor,
    /// `application/senml-etch+json`: a list of paths.
    EtchJson,
    /// `application/senml-etch+cbor`: a list of paths.
    EtchCbor,
    /// `application/vnd.oma.lwm2m+tlv`.
    Tlv,
    /// `application/vnd.oma.lwm2m+cbor`.
    Lwm2mCbor,
}

impl Format {
    /// Every format, by number.
    pub const ALL: [Self; 10] = [
        Self::Text,
        Self::Links,
        Self::Opaque,
        Self::Cbor,
        Self::SenmlJson,
        Self::SenmlCbor,
        Self::EtchJson,
        Self::EtchCbor,
        Self::Tlv,
        Self::Lwm2mCbor,
    ];

    /// The number in the CoAP registry of content formats.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::Text => 0,
            Self::Links => 40,
            Self::Opaque => 42,
            Self::Cbor => 60,
            Self::SenmlJson => 110,
            Self::SenmlCbor => 112,
            Self::EtchJson => 320,
            Self::EtchCbor => 322,
            Self::Tlv => 11542,
            Self::Lwm2mCbor => 11544,
        }
    }

    /// The format of a number.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.number() == number)
    }

    /// Whether it holds exactly one value, of a resource or a resource instance.
    #[must_use]
    pub const fn is_single(self) -> bool {
        matches!(self, Self::Text | Self::Opaque | Self::Cbor)
    }

    /// A word for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Links => "link format",
            Self::Opaque => "opaque",
            Self::Cbor => "CBOR",
            Self::SenmlJson => "SenML JSON",
            Self::SenmlCbor => "SenML CBOR",
            Self::EtchJson => "SenML-ETCH JSON",
            Self::EtchCbor => "SenML-ETCH CBOR",
            Self::Tlv => "TLV",
            Self::Lwm2mCbor => "LwM2M CBOR",
        }
    }
}

/// Why a payload cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// Not what the format allows.
    #[error("{} payload: {detail}", format.word())]
    Malformed {
        /// The format.
        format: Format,
        /// What is wrong.
        detail: String,
    },
    /// The format cannot hold what should be written, or is no format for values.
    #[error("{} cannot carry {what}", format.word())]
    CannotCarry {
        /// The format.
        format: Format,
        /// What does not fit.
        what: String,
    },
    /// A value is not of the kind of its resource.
    #[error("{path}: {value} is no {kind:?}")]
    WrongKind {
        /// Resource.
        path: Path,
        /// The value.
        value: String,
        /// What the resource is.
        kind: Kind,
    },
}

impl CodecError {
    fn malformed(format: Format, detail: impl Into<String>) -> Self {
        Self::Malformed { format, detail: detail.into() }
    }
}

/// What the object model says of a resource; none when it does not know it.
pub type Kinds<'a> = &'a dyn Fn(Path) -> Option<Kind>;

/// Writes entries that are at or below `base`.
///
/// # Errors
/// When the format cannot hold them: a single-value format and several values, an opaque format and a number.
pub fn encode(format: Format, base: Path, entries: &[Entry]) -> Result<Vec<u8>, CodecError> {
    if let Some(stray) = entries.iter().find(|e| e.path.depth() < 3) {
        return Err(CodecError::CannotCarry {
            format,
            what: format!("a value at {}, which is no resource", stray.path),
        });
    }
    match format {
        Format::Text => plain::encode_text(entries),
        Format::Opaque => plain::encode_opaque(entries),
        Format::Cbor => cbor::encode(entries),
        Format::SenmlJson => senml_json::encode(&senml::pack(entries)),
        Format::SenmlCbor => Ok(senml_cbor::encode(&senml::pack(entries))),
        Format::Tlv => tlv::encode(base, entries),
        Format::Lwm2mCbor => lwm2m_cbor::encode(entries),
        Format::Links | Format::EtchJson | Format::EtchCbor => {
            Err(CodecError::CannotCarry { format, what: "values".to_owned() })
        }
    }
}

/// Reads entries written for `base`, each value of the kind that `kinds` names.
///
/// # Errors
/// When the payload is not what the format allows, or a value is not of its kind.
pub fn decode(format: Format, base: Path, bytes: &[u8], kinds: Kinds<'_>) -> Result<Vec<Entry>, CodecError> {
    let mut entries = match format {
        Format::Text => vec![plain::decode_text(base, bytes, kinds)?],
        Format::Opaque => vec![plain::decode_opaque(base, bytes)?],
        Format::Cbor => vec![cbor::decode(base, bytes)?],
        Format::SenmlJson => senml::unpack(format, senml_json::decode(bytes)?)?,
        Format::SenmlCbor => senml::unpack(format, senml_cbor::decode(bytes)?)?,
        Format::Tlv => tlv::decode(base, bytes, kinds)?,
        Format::Lwm2mCbor => lwm2m_cbor::decode(bytes)?,
        Format::Links | Format::EtchJson | Format::EtchCbor => {
            return Err(CodecError::CannotCarry { format, what: "values".to_owned() });
        }
    };
    for entry in &mut entries {
        if let Some(kind) = kinds(entry.path) {
            let value = std::mem::replace(&mut entry.value, Scalar::Bool(false));
            entry.value = value.cast(kind).map_err(|value| CodecError::WrongKind {
                path: entry.path,
                value: value.to_string(),
                kind,
            })?;
        }
    }
    Ok(entries)
}

fn one(format: Format, entries: &[Entry]) -> Result<&Entry, CodecError> {
    match entries {
        [entry] => Ok(entry),
        _ => Err(CodecError::CannotCarry { format, what: format!("{} values, only one", entries.len()) }),
    }
}

fn resource_base(format: Format, base: Path) -> Result<Path, CodecError> {
    if base.resource.is_some() {
        Ok(base)
    } else {
        Err(CodecError::CannotCarry { format, what: format!("{base}, only a resource") })
    }
}
