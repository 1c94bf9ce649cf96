//! Commands of the JSON dialect: what a message on `lwm2m/{endpoint}/cmd/{name}` asks for.

use super::object;
use super::path::Path;
use crate::control::Command;
use crate::control::method::{self, MethodError};
use crate::profile::{Access, Method, Profile, ResourceTarget, Value};
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// What was asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// Of the gate.
    Gate(Command),
    /// The value of a resource, or of all below a path.
    Read(Path),
    /// What is below a path.
    Discover(Path),
    /// The configuration: with protection, with communication.
    Configuration(bool, bool),
}

/// Why it cannot be asked, with the LwM2M response code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Refusal {
    /// Code, for example 404 for 4.04.
    pub code: u16,
    /// In a word.
    pub kind: &'static str,
    /// In a sentence.
    pub detail: String,
}

impl Refusal {
    fn new(code: u16, kind: &'static str, detail: impl Into<String>) -> Self {
        Self { code, kind, detail: detail.into() }
    }

    fn bad(detail: impl Into<String>) -> Self {
        Self::new(400, "bad_request", detail)
    }
}

impl From<MethodError> for Refusal {
    fn from(error: MethodError) -> Self {
        let code = if matches!(error, MethodError::NotSupported(_)) { 405 } else { 400 };
        Self::new(code, if code == 405 { "method_not_allowed" } else { "bad_request" }, error.to_string())
    }
}

/// A command as it came: its id, and what it asks or why it cannot.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The caller's id, echoed in the answer.
    pub id: Option<String>,
    /// What, or why not.
    pub asked: Result<Asked, Refusal>,
}

/// Reads a command; an empty payload is a command without arguments.
#[must_use]
pub fn parse(profile: &Profile, name: &str, payload: &[u8]) -> Parsed {
    let body = if payload.iter().all(u8::is_ascii_whitespace) {
        Map::new()
    } else {
        match serde_json::from_slice::<Json>(payload) {
            Ok(Json::Object(map)) => map,
            Ok(_) => return Parsed { id: None, asked: Err(Refusal::bad("the payload must be a JSON object")) },
            Err(e) => return Parsed { id: None, asked: Err(Refusal::bad(format!("the payload is no JSON: {e}"))) },
        }
    };
    let id = match body.get("id") {
        Some(Json::String(s)) => Some(s.clone()),
        Some(Json::Number(n)) => Some(n.to_string()),
        _ => None,
    };
    let asked = match body.get("command") {
        Some(Json::String(command)) if command != name => {
            Err(Refusal::bad(format!("the topic says {name} and the payload says {command}")))
        }
        _ => ask(profile, name, &body),
    };
    Parsed { id, asked }
}

/// Commands beside the methods of the profile.
const GENERAL: [&str; 6] = ["configure", "get_configuration", "read", "write", "execute", "discover"];

/// The names of all commands.
pub fn names(profile: &Profile) -> impl Iterator<Item = &str> {
    let methods = profile.methods.iter().map(|m| m.id.as_str()).filter(|m| !GENERAL.contains(m));
    GENERAL.into_iter().chain(methods)
}

fn ask(profile: &Profile, name: &str, body: &Map<String, Json>) -> Result<Asked, Refusal> {
    match name {
        "configure" => configure(profile, body).map(Asked::Gate),
        "get_configuration" => {
            let flag = |key: &str| body.get(key).and_then(Json::as_bool).unwrap_or(true);
            Ok(Asked::Configuration(flag("include_protection"), flag("include_communication")))
        }
        "read" => Ok(Asked::Read(path(body)?)),
        "discover" => Ok(Asked::Discover(path(body)?)),
        "write" => write(profile, path(body)?, body).map(Asked::Gate),
        "execute" => execute(profile, path(body)?, body).map(Asked::Gate),
        _ => match profile.method(name) {
            Some((_, method)) => Ok(Asked::Gate(call(method, |key| body.get(key).and_then(text))?)),
            None => Err(Refusal::new(404, "not_found", format!("no command {name:?}"))),
        },
    }
}

/// `path`, or the original's `objectId`, `instanceId`, `resourceId`.
fn path(body: &Map<String, Json>) -> Result<Path, Refusal> {
    if let Some(Json::String(text)) = body.get("path") {
        return text.parse().map_err(|e: super::path::PathError| Refusal::bad(e.to_string()));
    }
    let id = |key: &str| -> Result<Option<u16>, Refusal> {
        let value = match body.get(key) {
            None | Some(Json::Null) => return Ok(None),
            Some(Json::String(s)) => s.parse::<u16>().ok(),
            Some(other) => other.as_u64().and_then(|n| u16::try_from(n).ok()),
        };
        value.map(Some).ok_or_else(|| Refusal::bad(format!("{key} must be a number from 0 to 65534")))
    };
    let object = id("objectId")?.ok_or_else(|| Refusal::bad("give path, or objectId, instanceId and resourceId"))?;
    let resource = id("resourceId")?;
    let instance = id("instanceId")?.or(resource.map(|_| 0));
    Ok(Path { object, instance, resource, item: None })
}

fn not_found(path: Path) -> Refusal {
    Refusal::new(404, "not_found", format!("no resource {path}"))
}

fn write(profile: &Profile, path: Path, body: &Map<String, Json>) -> Result<Command, Refusal> {
    let (_, resource) = object::resource(profile, path).ok_or_else(|| not_found(path))?;
    let ResourceTarget::Parameter(ix) = resource.target else {
        return Err(Refusal::new(405, "method_not_allowed", format!("{path} can only be executed")));
    };
    let parameter = &profile[ix];
    if parameter.access != Access::ReadWrite {
        return Err(Refusal::new(405, "method_not_allowed", format!("{path} {} is read-only", parameter.id)));
    }
    let value = body
        .get("value")
        .and_then(object::from_json)
        .ok_or_else(|| Refusal::bad("value must be a number, a string or true or false"))?;
    Ok(Command::Write(vec![(parameter.id.as_str().into(), value)]))
}

fn execute(profile: &Profile, path: Path, body: &Map<String, Json>) -> Result<Command, Refusal> {
    let (_, resource) = object::resource(profile, path).ok_or_else(|| not_found(path))?;
    let ResourceTarget::Method(ix) = resource.target else {
        return Err(Refusal::new(405, "method_not_allowed", format!("{path} cannot be executed")));
    };
    let method = &profile[ix];
    // OMA's argument list is "0='x',1='y'"; a plain text is the first argument, an object gives them by name.
    let arguments = match body.get("arguments") {
        Some(Json::String(text)) => positional(text),
        Some(Json::Object(map)) => {
            return call(method, |name| map.get(name).and_then(text));
        }
        _ => Vec::new(),
    };
    let by_name = |name: &str| {
        let position = method.args.iter().position(|a| a.name == name)?;
        arguments.iter().find(|(n, _)| *n == position).map(|(_, text)| text.clone())
    };
    call(method, by_name)
}

/// The command of a method; what is not given is taken as the profile says.
fn call(method: &Method, given: impl Fn(&str) -> Option<String>) -> Result<Command, Refusal> {
    Ok(method::command(&method.id, |name| given(name).or_else(|| method.default_of(name)))?)
}

/// An argument as text.
fn text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Bool(on) => Some(on.to_string()),
        Json::Number(number) => Some(number.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

/// Arguments of an Execute by position (OMA TS LightweightM2M Core 6.3.5: `0='text',1='text'`).
fn positional(text: &str) -> Vec<(usize, String)> {
    let numbered = |part: &str| {
        let (n, value) = part.split_once('=')?;
        Some((n.trim().parse::<usize>().ok()?, value.trim().trim_matches('\'').to_owned()))
    };
    let parts: Option<Vec<_>> = text.split(',').map(numbered).collect();
    parts.unwrap_or_else(|| if text.is_empty() { Vec::new() } else { vec![(0, text.to_owned())] })
}

/// The original's `configure`: a template by name, settings by name over it; written all or none.
fn configure(profile: &Profile, body: &Map<String, Json>) -> Result<Command, Refusal> {
    let mut writes: Vec<(Arc<str>, Value)> = Vec::new();
    let template = body.get("template").or_else(|| body.get("template_name")).and_then(Json::as_str);
    let settings = match body.get("settings") {
        None | Some(Json::Null) => None,
        Some(Json::Object(map)) => Some(map),
        Some(_) => return Err(Refusal::bad("settings must be an object of setting names")),
    };
    match (template, settings) {
        (None, None) => return Err(Refusal::bad("give template, settings or both")),
        (Some(name), None) => return Ok(Command::ApplyTemplate(name.into())),
        (Some(name), Some(_)) => {
            let template = profile.template(name).ok_or_else(|| {
                Refusal::new(404, "not_found", format!("no template {name:?}; there are {}", template_names(profile)))
            })?;
            writes.extend(template.sets.iter().map(|(ix, v)| (profile[*ix].id.as_str().into(), v.clone())));
        }
        (None, Some(_)) => {}
    }
    for (name, given) in settings.into_iter().flatten() {
        let given = given.get("value").unwrap_or(given);
        let value = object::from_json(given)
            .ok_or_else(|| Refusal::bad(format!("{name} must be a number, a string or true or false")))?;
        writes.retain(|(id, _)| **id != **name);
        writes.push((name.as_str().into(), value));
    }
    Ok(Command::Write(writes))
}

fn template_names(profile: &Profile) -> String {
    profile.templates.iter().map(|t| t.id.as_str()).collect::<Vec<_>>().join(", ")
}
