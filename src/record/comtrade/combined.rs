//! The combined file (`.cff`) of the edition of 2013.

use super::{ComtradeError, Files, Form, Meta, write};
use crate::record::Waveform;

/// Configuration, information (empty), header and data in one file.
///
/// The separator says ASCII, or BINARY with the number of bytes, for every binary kind; which kind it is stands in the
/// configuration. Readers that look for the exact word BINARY would not find the data otherwise.
///
/// # Errors
/// As [`write()`](fn@super::write); and the form is one of 1999.
pub fn combined(waveform: &Waveform, meta: &Meta, form: Form) -> Result<Vec<u8>, ComtradeError> {
    if form.year() != 2013 {
        return Err(ComtradeError::Edition);
    }
    let Files { cfg, dat, hdr } = write(waveform, meta, form)?;
    let data = match form.file_type() {
        "ASCII" => "--- file type: DAT ASCII ---\r\n".to_owned(),
        _ => format!("--- file type: DAT BINARY: {} ---\r\n", dat.len()),
    };
    Ok([
        b"--- file type: CFG ---\r\n",
        &cfg[..],
        b"--- file type: INF ---\r\n",
        b"--- file type: HDR ---\r\n",
        &hdr[..],
        data.as_bytes(),
        &dat[..],
    ]
    .concat())
}
