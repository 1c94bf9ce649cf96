//! Payloads in words, for the inspector.

use crate::lwm2m::codec::frame::{Frame, Head};
use crate::lwm2m::codec::{self, Format, Kind};
use crate::lwm2m::object;
use crate::lwm2m::path::Path;
use crate::profile::{Profile, ResourceTarget};

/// A frame of the MQTT binding, one line an item.
pub(super) fn envelope(profile: &Profile, payload: &[u8]) -> Vec<String> {
    let frame = match Frame::decode(payload) {
        Ok(frame) => frame,
        Err(error) => return vec![format!("{} bytes: {error}", payload.len())],
    };
    let mut lines = vec![match frame.head {
        Head::Request(operation) => format!("{operation:?}, token {}", frame.token),
        Head::Response(code) => format!("{}.{:02}, token {}", code / 100, code % 100, frame.token),
    }];
    let mut line = |name: &str, value: Option<String>| lines.extend(value.map(|v| format!("{name} = {v}")));
    line("uri", frame.uri.clone());
    line("lifetime", frame.lifetime.map(|s| format!("{s} s")));
    line("version", frame.version.clone());
    line("binding", frame.binding.clone());
    for (name, value) in &frame.attributes {
        line(name, Some(value.map_or_else(|| "taken away".to_owned(), |v| v.to_string())));
    }
    if let Some(body) = &frame.payload {
        let base = frame.uri.as_deref().and_then(|u| u.parse().ok()).unwrap_or(Path::resource(0, 0));
        lines.extend(content(profile, frame.format, base, body));
    }
    lines
}

/// A payload in its format, one line a value.
pub(super) fn content(profile: &Profile, format: Option<u16>, base: Path, payload: &[u8]) -> Vec<String> {
    let named = |path: Path| {
        object::resource(profile, path.without_item()).map_or(String::new(), |(_, r)| format!(" {}", r.name))
    };
    let kinds = |path: Path| -> Option<Kind> {
        match object::resource(profile, path.without_item())?.1.target {
            ResourceTarget::Parameter(ix) => Some(super::model::kind(profile[ix].kind)),
            ResourceTarget::Method(_) => None,
        }
    };
    let text = || vec![String::from_utf8_lossy(payload).into_owned()];
    match format.and_then(Format::from_number) {
        None | Some(Format::Text | Format::Links) => text(),
        Some(format) => match codec::decode(format, base, payload, &kinds) {
            Ok(entries) => entries.iter().map(|e| format!("{}{} = {}", e.path, named(e.path), e.value)).collect(),
            Err(error) => vec![format!("{} bytes: {error}", payload.len())],
        },
    }
}
