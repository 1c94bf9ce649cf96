//! OMA's binding over MQTT as the server sees it (OMA TS LightweightM2M Transport 1.2, 8): what a command is in it, and
//! what an answer says.
//!
//! Both sides publish on one topic. The server's tokens are even, those of a client odd, so that neither takes the echo
//! of its own answer for one of the other.

use super::command::Unsent;
use super::model::Model;
use super::values::to_json;
use crate::lwm2m::client::convert;
use crate::lwm2m::codec::frame::{Frame, Head, Operation};
use crate::lwm2m::codec::{self, Entry, Format, Scalar, etch};
use crate::lwm2m::path::{Path, PathError};
use crate::profile::{Profile, Value};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The topic of an endpoint.
pub(super) fn topic(endpoint: &str) -> String {
    format!("lwm2m/rd/{endpoint}")
}

/// Whether the server has sent this frame itself.
pub(super) fn is_echo(frame: &Frame) -> bool {
    match frame.head {
        Head::Request(operation) => !operation.is_from_client(),
        Head::Response(_) => frame.token % 2 == 1,
    }
}

/// The values of a payload, at resources. Of a resource with instances the first stands for it.
pub(super) fn values(model: &Model, frame: &Frame, base: Path) -> Result<Vec<(Path, Value)>, String> {
    let payload = frame.payload.as_deref().unwrap_or_default();
    // A single resource without a format is text (OMA TS LightweightM2M Core 1.2, 7.4).
    let or = if base.resource.is_some() { Format::Text } else { Format::Lwm2mCbor };
    let number = frame.format.unwrap_or(or.number());
    let format = Format::from_number(number).ok_or_else(|| format!("content format {number} is not known"))?;
    let entries = codec::decode(format, base, payload, &|path| model.kind(path)).map_err(|e| e.to_string())?;
    let at_resource = |entry: &Entry| {
        let path = match entry.path.item {
            None => entry.path,
            Some(0) => entry.path.parent()?,
            Some(_) => return None,
        };
        Some((path, convert::value(&entry.value)?))
    };
    Ok(entries.iter().filter_map(at_resource).collect())
}

/// Takes out of the values of a notification those that stand before the newest of their path: what pmin had held back.
pub(super) fn newest(values: Vec<(Path, Value)>) -> Vec<(Path, Value)> {
    let mut known = BTreeSet::new();
    let mut newest: Vec<_> = values.into_iter().rev().filter(|(path, _)| known.insert(*path)).collect();
    newest.reverse();
    newest
}

/// A request for a device, and the path that its answer is about.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) frame: Frame,
    /// The one path that the answer is about, if there is one.
    pub(super) path: Option<Path>,
    /// What is observed from then on.
    pub(super) observes: Vec<Path>,
}

impl Question {
    fn about(frame: Frame, path: Option<Path>) -> Self {
        Self { frame, path, observes: Vec::new() }
    }
}

/// The formats in which a value can be asked for, by their names in a query.
const FORMATS: [(&str, Format); 7] = [
    ("text", Format::Text),
    ("opaque", Format::Opaque),
    ("cbor", Format::Cbor),
    ("tlv", Format::Tlv),
    ("senml-json", Format::SenmlJson),
    ("senml-cbor", Format::SenmlCbor),
    ("lwm2m-cbor", Format::Lwm2mCbor),
];

/// The format that a read is wanted in; the shortest when it does not say.
fn wanted_format(body: &Map<String, Json>) -> Result<u16, Unsent> {
    let Some(name) = body.get("format").and_then(Json::as_str) else { return Ok(Format::Lwm2mCbor.number()) };
    let known = FORMATS.iter().find(|(known, _)| *known == name);
    let names = || FORMATS.map(|(name, _)| name).join(", ");
    known.map(|(_, f)| f.number()).ok_or_else(|| cannot(format!("no format {name:?}; there are {}", names())))
}

/// The paths of a composite.
pub(super) fn paths(body: &Map<String, Json>) -> Result<Vec<Path>, Unsent> {
    let given = body.get("paths").and_then(Json::as_array).filter(|p| !p.is_empty());
    let given = given.ok_or_else(|| cannot("paths are needed"))?;
    let path = |text: &Json| text.as_str().unwrap_or_default().parse().map_err(|e: PathError| cannot(e.to_string()));
    given.iter().map(path).collect()
}

fn composite(operation: Operation, token: u64, paths: &[Path]) -> Result<Question, Unsent> {
    let mut frame = Frame::request(operation, token);
    frame.paths = Some(etch::encode(Format::EtchCbor, paths).map_err(|e| cannot(e.to_string()))?);
    frame.preferred = Some(Format::Lwm2mCbor.number());
    Ok(Question::about(frame, None))
}

/// Takes an observation back, by its token.
pub(super) fn cancel(token: u64) -> Question {
    Question::about(Frame::request(Operation::CancelObserve, token), None)
}

fn cannot(detail: impl Into<String>) -> Unsent {
    Unsent::Inexpressible(detail.into())
}

/// What a command is in this binding.
pub(super) fn question(model: &Model, command: &str, body: &Map<String, Json>, token: u64) -> Result<Question, Unsent> {
    let path = || -> Result<Path, Unsent> {
        let text = body.get("path").and_then(Json::as_str).ok_or_else(|| cannot("a path is needed"))?;
        text.parse().map_err(|e: PathError| cannot(e.to_string()))
    };
    let plain =
        |operation: Operation, path: Path| Question::about(Frame::request(operation, token).with_uri(path), Some(path));
    Ok(match command {
        "read" => {
            let mut question = plain(Operation::Read, path()?);
            question.frame.preferred = Some(wanted_format(body)?);
            question
        }
        "read_composite" => composite(Operation::ReadComposite, token, &paths(body)?)?,
        "observe" => {
            let path = path()?;
            let mut question = plain(Operation::Observe, path);
            question.frame.preferred = Some(Format::Lwm2mCbor.number());
            question.observes = vec![path];
            question
        }
        "observe_composite" => {
            let paths = paths(body)?;
            Question { observes: paths.clone(), ..composite(Operation::ObserveComposite, token, &paths)? }
        }
        "delete" => plain(Operation::Delete, path()?),
        "write_composite" => write_composite(model, body, token)?,
        "discover" => plain(Operation::Discover, path()?),
        "write" => {
            let path = path()?;
            let given = body.get("value").ok_or_else(|| cannot("a value is needed"))?;
            let entry = Entry::new(path, scalar(model, path, given)?);
            let mut question = plain(Operation::WriteReplace, path);
            question.frame = with_entries(question.frame, path, &[entry])?;
            question
        }
        "write_attributes" => {
            let mut question = plain(Operation::WriteAttributes, path()?);
            question.frame.attributes = attributes(body)?;
            question
        }
        "execute" => {
            let mut question = plain(Operation::Execute, path()?);
            let text = match body.get("arguments") {
                None | Some(Json::Null) => None,
                Some(Json::String(text)) => Some(text.clone()),
                Some(_) => return Err(cannot("arguments are written 0='text',1='text' for this device")),
            };
            question.frame.payload = text.filter(|t| !t.is_empty()).map(String::into_bytes);
            question
        }
        "configure" => configure(model, body, token)?,
        other => method(model, other, body, token)?,
    })
}

fn with_entries(frame: Frame, base: Path, entries: &[Entry]) -> Result<Frame, Unsent> {
    let format = Format::Lwm2mCbor;
    let payload = codec::encode(format, base, entries).map_err(|e| cannot(e.to_string()))?;
    Ok(frame.with_payload(Some(format), payload))
}

/// Values by path, all or none.
fn write_composite(model: &Model, body: &Map<String, Json>, token: u64) -> Result<Question, Unsent> {
    let given = body.get("values").and_then(Json::as_object).filter(|v| !v.is_empty());
    let given = given.ok_or_else(|| cannot("values are needed, by path"))?;
    let entry = |(text, value): (&String, &Json)| {
        let path: Path = text.parse().map_err(|e: PathError| cannot(e.to_string()))?;
        Ok(Entry::new(path, scalar(model, path, value)?))
    };
    let entries = given.iter().map(entry).collect::<Result<Vec<Entry>, Unsent>>()?;
    let base = entries.first().map_or(Path::object(0), |e| e.path);
    let frame = with_entries(Frame::request(Operation::WriteComposite, token), base, &entries)?;
    Ok(Question::about(frame, None))
}

/// A JSON value as the resource wants it; as it is when the resource is not known here.
fn scalar(model: &Model, path: Path, given: &Json) -> Result<Scalar, Unsent> {
    let value = super::values::from_json(given).ok_or_else(|| cannot("a value is a number, a text, true or false"))?;
    let scalar = convert::scalar(&value);
    match model.kind(path) {
        Some(kind) => scalar.cast(kind).map_err(|s| cannot(format!("{path}: {s} is no {kind:?}"))),
        None => Ok(scalar),
    }
}

/// Attributes by name; null takes one away.
fn attributes(body: &Map<String, Json>) -> Result<Vec<(&'static str, Option<f64>)>, Unsent> {
    const NAMES: [&str; 8] = ["pmin", "pmax", "gt", "st", "epmin", "epmax", "edge", "hqmax"];
    let given = body.get("attributes").and_then(Json::as_object).filter(|a| !a.is_empty());
    let given = given.ok_or_else(|| cannot("attributes are needed"))?;
    let one = |(name, value): (&String, &Json)| {
        let name = NAMES.into_iter().find(|n| n == name).ok_or_else(|| {
            cannot(format!(
                "attribute {name:?} has no place in OMA's binding over MQTT; there are {}",
                NAMES.join(", ")
            ))
        })?;
        match value {
            Json::Null => Ok((name, None)),
            Json::Number(n) => Ok((name, n.as_f64())),
            _ => Err(cannot(format!("{name} is a number"))),
        }
    };
    given.iter().map(one).collect()
}

/// A method by its arguments' names: Execute with their positions (OMA TS LightweightM2M Core 1.2, 6.3.5).
fn method(model: &Model, id: &str, body: &Map<String, Json>, token: u64) -> Result<Question, Unsent> {
    let (path, method) = model
        .method(id)
        .ok_or_else(|| cannot(format!("the device speaks only OMA's binding, where {id} has no resource")))?;
    let mut texts = Vec::new();
    for (position, argument) in method.args.iter().enumerate() {
        let text = match body.get(&argument.name) {
            None | Some(Json::Null) => continue,
            Some(Json::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        if text.contains(['\'', '"', ' ', '\\']) || position > 9 {
            return Err(cannot(format!(
                "{}: spaces, quotes and backslashes cannot stand in an argument",
                argument.name
            )));
        }
        texts.push(format!("{position}='{text}'"));
    }
    let mut frame = Frame::request(Operation::Execute, token).with_uri(path);
    frame.payload = (!texts.is_empty()).then(|| texts.join(",").into_bytes());
    Ok(Question::about(frame, Some(path)))
}

/// A template alone is the method for it; settings are written together, all or none, over those of a template.
fn configure(model: &Model, body: &Map<String, Json>, token: u64) -> Result<Question, Unsent> {
    let template = body.get("template").or_else(|| body.get("template_name")).and_then(Json::as_str);
    let settings = body.get("settings").and_then(Json::as_object).filter(|s| !s.is_empty());
    let Some(settings) = settings else {
        let name = template.ok_or_else(|| cannot("give template, settings or both"))?;
        let body = Map::from_iter([("template_name".to_owned(), json!(name))]);
        return method(model, "set_configuration", &body, token);
    };
    let profile = &model.0;
    let mut entries: Vec<Entry> = Vec::new();
    let mut put = |path: Path, value: Scalar| {
        entries.retain(|e| e.path != path);
        entries.push(Entry::new(path, value));
    };
    if let Some(name) = template {
        let template = profile.template(name).ok_or_else(|| cannot(format!("no template {name:?}")))?;
        for (ix, value) in &template.sets {
            if let Some(path) = model.parameter(*ix) {
                put(path, convert::scalar(value));
            }
        }
    }
    for (name, given) in settings {
        let place = profile.parameter(name).and_then(|(ix, _)| model.parameter(ix));
        let path = place.ok_or_else(|| cannot(format!("no setting {name:?} that is a resource")))?;
        put(path, scalar(model, path, given.get("value").unwrap_or(given))?);
    }
    let base = entries.first().map_or(Path::object(0), |e| e.path);
    let frame = with_entries(Frame::request(Operation::WriteComposite, token), base, &entries)?;
    Ok(Question::about(frame, None))
}

/// An answer in the words of the JSON dialect, and the values in it.
pub(super) fn answer(model: &Model, frame: &Frame, code: u16, path: Option<Path>) -> (Json, Vec<(Path, Value)>) {
    let mut body = json!({ "code": code, "status": if (200..300).contains(&code) { "ok" } else { "error" } });
    if let Some(path) = path {
        body["path"] = json!(path.to_string());
    }
    let payload = frame.payload.as_deref().unwrap_or_default();
    if !(200..300).contains(&code) {
        // An error carries its reason as text (RFC 7252, 5.5.2).
        let detail = String::from_utf8_lossy(payload);
        body["error"] = json!({ "detail": if detail.is_empty() { format!("{}.{:02}", code / 100, code % 100) } else { detail.into_owned() } });
        return (body, Vec::new());
    }
    if payload.is_empty() {
        return (body, Vec::new());
    }
    if frame.format == Some(Format::Links.number()) {
        body["links"] = json!(String::from_utf8_lossy(payload));
        return (body, Vec::new());
    }
    if let Some(format) = frame.format.and_then(Format::from_number) {
        body["format"] = json!(format.word());
    }
    match values(model, frame, path.unwrap_or(Path::object(0))) {
        Ok(values) => {
            match values.as_slice() {
                [(at, value)] if Some(*at) == path => body["value"] = to_json(value),
                _ => body["objects"] = tree(&values),
            }
            (body, values)
        }
        Err(detail) => {
            body["undecoded"] = json!(detail);
            (body, Vec::new())
        }
    }
}

fn tree(values: &[(Path, Value)]) -> Json {
    let mut objects = json!({});
    for (path, value) in values {
        if let (Some(instance), Some(resource)) = (path.instance, path.resource) {
            objects[path.object.to_string()][instance.to_string()][resource.to_string()] = to_json(value);
        }
    }
    objects
}

/// Lines of a frame for people.
#[must_use]
pub fn describe(profile: &Arc<Profile>, bytes: &[u8]) -> Vec<String> {
    let model = Model(Arc::clone(profile));
    let frame = match Frame::decode(bytes) {
        Ok(frame) => frame,
        Err(e) => return vec![e.to_string()],
    };
    let mut lines = vec![match frame.head {
        Head::Request(operation) => format!("{operation:?}, token {}", frame.token),
        Head::Response(code) => format!("{}.{:02}, token {}", code / 100, code % 100, frame.token),
    }];
    lines.extend(frame.uri.iter().map(|u| format!("path {u}")));
    lines.extend(frame.lifetime.map(|l| format!("lifetime {l} s")));
    lines.extend(frame.attributes.iter().map(|(n, v)| v.map_or(format!("{n} taken away"), |v| format!("{n} = {v}"))));
    let Some(payload) = &frame.payload else { return lines };
    let base = frame.uri.as_deref().and_then(|u| u.parse().ok()).unwrap_or(Path::object(0));
    match frame.format.and_then(Format::from_number) {
        Some(Format::Links) | None => lines.extend(String::from_utf8_lossy(payload).split(',').map(str::to_owned)),
        Some(format) => match codec::decode(format, base, payload, &|path| model.kind(path)) {
            Ok(entries) => lines.extend(entries.iter().map(|e| model.line(e))),
            Err(e) => lines.push(e.to_string()),
        },
    }
    lines
}
