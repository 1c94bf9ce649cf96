//! What a registration says, in the JSON dialect.

use super::device::Registration;
use super::limits;
use serde_json::Value as Json;
use std::sync::Arc;

/// Lifetime of a registration that names none (OMA TS LightweightM2M Core, object 1, resource 1: 86400 s).
pub(super) const LIFETIME_S: u64 = 86_400;

/// The longest lifetime that is taken as a number of seconds: a century.
pub(super) const LONGEST_LIFETIME_S: u64 = 100 * 365 * 86_400;

/// A lifetime in seconds, as a number or as digits.
pub(super) fn lifetime(json: &Json) -> Option<u64> {
    let seconds = match json {
        Json::String(text) => text.parse().ok()?,
        other => other.as_u64()?,
    };
    (seconds <= LONGEST_LIFETIME_S).then_some(seconds)
}

/// The registration of an endpoint.
pub(super) fn registration(endpoint: &str, body: &Json) -> Result<Registration, &'static str> {
    if !body.is_object() {
        return Err("a registration is a JSON object");
    }
    if body.get("endpoint").is_some_and(|e| e.as_str() != Some(endpoint)) {
        return Err("the endpoint of the payload is not that of the topic");
    }
    let lifetime_s = match body.get("lifetime").or_else(|| body.get("lt")) {
        None | Some(Json::Null) => LIFETIME_S,
        Some(given) => lifetime(given).ok_or("the lifetime is a whole number of seconds")?,
    };
    let text = |keys: [&str; 2], or: &str| -> Arc<str> {
        keys.iter().find_map(|k| body.get(*k)?.as_str()).filter(|t| t.len() <= 16).unwrap_or(or).into()
    };
    let links = match body.get("objlinks").and_then(Json::as_str) {
        Some(links) if links.len() > limits::LINKS => return Err("the object list is too long"),
        Some(links) => links.split(',').filter(|l| !l.is_empty()).map(Arc::from).collect(),
        // The original has no object list; the values name the objects.
        None => body
            .get("objects")
            .and_then(Json::as_object)
            .into_iter()
            .flatten()
            .filter(|(id, _)| id.parse::<u16>().is_ok())
            .take(limits::VALUES)
            .map(|(id, _)| Arc::from(format!("</{id}/0>")))
            .collect(),
    };
    Ok(Registration {
        lifetime_s,
        version: text(["version", "lwm2m"], "1.2"),
        binding: text(["b", "bindingMode"], "M"),
        links,
    })
}
