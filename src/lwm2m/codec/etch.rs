//! `application/senml-etch+json` (320) and `+cbor` (322): the paths of a composite operation (RFC 8790). SenML records
//! without values say the same, so that both SenML formats are taken as well.

use super::senml::{self, Record};
use super::{CodecError, Format, senml_cbor, senml_json};
use crate::lwm2m::path::Path;

/// Writes paths.
///
/// # Errors
/// When the format is not made of SenML records.
pub fn encode(format: Format, paths: &[Path]) -> Result<Vec<u8>, CodecError> {
    let records: Vec<Record> =
        paths.iter().map(|p| Record { name: Some(p.to_string()), ..Record::default() }).collect();
    match format {
        Format::EtchJson | Format::SenmlJson => senml_json::encode(&records),
        Format::EtchCbor | Format::SenmlCbor => Ok(senml_cbor::encode(&records)),
        _ => Err(CodecError::CannotCarry { format, what: "a list of paths".to_owned() }),
    }
}

/// Reads paths.
///
/// # Errors
/// When the format is not made of SenML records, or the payload is malformed.
pub fn decode(format: Format, bytes: &[u8]) -> Result<Vec<Path>, CodecError> {
    let records = match format {
        Format::EtchJson | Format::SenmlJson => senml_json::decode(bytes)?,
        Format::EtchCbor | Format::SenmlCbor => senml_cbor::decode(bytes)?,
        _ => return Err(CodecError::CannotCarry { format, what: "a list of paths".to_owned() }),
    };
    senml::paths(format, records)
}
