//! Errors as RFC 9457 has them: `application/problem+json`.

use super::desk::Closed;
use crate::lwm2m::server::command::{End, Outcome, Unsent};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// An error; small, because it is the other side of every result.
#[derive(Clone, Debug)]
pub(super) struct Problem(Box<Document>);

/// An error (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Document {
    /// What kind of problem, as a URN.
    #[serde(rename = "type")]
    #[schema(rename = "type", example = "urn:breaker-console:problem:refused")]
    kind: String,
    /// The kind in words.
    #[schema(example = "The device refused")]
    title: String,
    /// HTTP status code.
    #[schema(example = 409)]
    status: u16,
    /// This problem in a sentence.
    detail: String,
    /// Which device.
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<String>,
    /// How that device stands, when that is the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    device_status: Option<String>,
    /// Which command.
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<String>,
    /// The id of the command, as in its messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<String>,
    /// LwM2M response code, 405 for 4.05.
    #[serde(skip_serializing_if = "Option::is_none")]
    lwm2m_code: Option<u16>,
    /// The cause in the words of IEC 61850-7-2, when a breaker refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
}

impl Problem {
    fn new(status: StatusCode, kind: &str, title: &str, detail: impl Into<String>) -> Self {
        Self(Box::new(Document {
            kind: format!("urn:breaker-console:problem:{kind}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            endpoint: None,
            device_status: None,
            command: None,
            correlation_id: None,
            lwm2m_code: None,
            cause: None,
        }))
    }

    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", "The request cannot be understood", detail)
    }

    pub(super) fn unprocessable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "unprocessable", "The request cannot be meant", detail)
    }

    pub(super) fn unauthorized() -> Self {
        let detail = "send the header Authorization: Bearer TOKEN with the token of this server";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "A token is needed", detail)
    }

    pub(super) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Not from there", detail)
    }

    pub(super) fn misdirected(host: &str) -> Self {
        let detail = format!(
            "this server is not known as {host:?}; reach it by its address, or name the host with --http-hosts"
        );
        Self::new(StatusCode::MISDIRECTED_REQUEST, "misdirected", "Another host was meant", detail)
    }

    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Nothing is there", detail)
    }

    pub(super) fn unknown_device(endpoint: &str) -> Self {
        let mut problem = Self::not_found(format!("no device {endpoint} is known here"));
        problem.0.endpoint = Some(endpoint.to_owned());
        problem
    }

    pub(super) fn method_not_allowed() -> Self {
        let detail = "this path does not know that method; the header Allow lists those that it knows";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "No such method here", detail)
    }

    pub(super) fn too_large(most: usize) -> Self {
        let detail = format!("a body has {most} bytes at most");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large", detail)
    }

    pub(super) fn unsupported_media_type() -> Self {
        let detail = "send JSON, with the header Content-Type: application/json";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Not JSON", detail)
    }

    pub(super) fn too_many(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "Too much at a time", detail)
    }

    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// What a command that did not succeed is in HTTP; none when it did.
    pub(super) fn of(outcome: &Outcome) -> Option<Self> {
        let (code, body) = match &outcome.end {
            End::Answered(code, _) if (200..300).contains(code) => return None,
            End::Answered(code, body) => (Some(*code), body.clone()),
            End::Silent => (None, serde_json::Value::Null),
        };
        let said = |key: &str| body["error"][key].as_str().map(str::to_owned);
        let detail = said("detail").unwrap_or_else(|| match code {
            Some(code) => format!("the device answered {}.{:02} without a reason", code / 100, code % 100),
            None => format!(
                "{} did not answer {} within {} ms",
                outcome.endpoint,
                outcome.command,
                outcome.ended.0 - outcome.sent.0
            ),
        });
        let mut problem = match code {
            None => Self::new(StatusCode::GATEWAY_TIMEOUT, "silent", "The device did not answer", detail),
            Some(400 | 402 | 422) => Self::unprocessable(detail),
            Some(401 | 403) => {
                Self::new(StatusCode::FORBIDDEN, "not-authorised", "The device does not allow it", detail)
            }
            Some(404) => Self::not_found(detail),
            Some(405 | 409 | 412) => Self::new(StatusCode::CONFLICT, "refused", "The device refused", detail),
            Some(406 | 415) => Self::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "The device does not know the format",
                detail,
            ),
            Some(413) => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large for the device", detail),
            Some(429) => Self::too_many(detail),
            Some(_) => Self::new(StatusCode::BAD_GATEWAY, "device-error", "The device failed", detail),
        };
        problem.0.endpoint = Some(outcome.endpoint.to_string());
        problem.0.command = Some(outcome.command.to_string());
        problem.0.correlation_id = Some(outcome.id.to_string());
        problem.0.lwm2m_code = code;
        problem.0.cause = said("cause");
        Some(problem)
    }
}

impl From<Closed> for Problem {
    fn from(closed: Closed) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "The server is stopping", closed.to_string())
    }
}

impl From<Unsent> for Problem {
    fn from(unsent: Unsent) -> Self {
        let detail = unsent.to_string();
        match unsent {
            Unsent::UnknownDevice(endpoint) => Self::unknown_device(&endpoint),
            Unsent::NotReachable { endpoint, status } => {
                let mut problem = Self::new(StatusCode::CONFLICT, "not-reachable", "The device is not there", detail);
                problem.0.endpoint = Some(endpoint);
                problem.0.device_status = Some(status.to_owned());
                problem
            }
            Unsent::NoBroker => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "no-broker", "No connection to the broker", detail)
            }
            Unsent::TooMany(_) => Self::too_many(detail),
            Unsent::NotObserved(_) => Self::not_found(detail),
            Unsent::BadName | Unsent::Inexpressible(_) => Self::unprocessable(detail),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut response = (status, Json(&*self.0)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::UtcMillis;
    use serde_json::json;

    fn outcome(end: End) -> Outcome {
        Outcome {
            id: "b-c1".into(),
            endpoint: "b1".into(),
            command: "close".into(),
            sent: UtcMillis(1000),
            ended: UtcMillis(1250),
            end,
        }
    }

    #[test]
    fn codes_of_devices_have_their_status_in_http() {
        for (code, status) in [
            (400, 422),
            (401, 403),
            (403, 403),
            (404, 404),
            (405, 409),
            (409, 409),
            (406, 415),
            (415, 415),
            (413, 413),
            (429, 429),
            (500, 502),
            (501, 502),
            (503, 502),
        ] {
            let problem = Problem::of(&outcome(End::Answered(code, json!({})))).unwrap();
            assert_eq!(problem.0.status, status, "{code}");
            assert_eq!(problem.0.lwm2m_code, Some(code));
        }
        assert!(Problem::of(&outcome(End::Answered(204, json!({})))).is_none());
    }

    #[test]
    fn a_refusal_carries_its_cause_and_silence_its_time() {
        let body = json!({ "error": { "cause": "Position-reached", "detail": "it is closed" } });
        let problem = Problem::of(&outcome(End::Answered(405, body))).unwrap();
        assert_eq!((problem.0.cause.as_deref(), problem.0.detail.as_str()), (Some("Position-reached"), "it is closed"));
        let problem = Problem::of(&outcome(End::Silent)).unwrap();
        assert_eq!((problem.0.status, problem.0.detail.as_str()), (504, "b1 did not answer close within 250 ms"));
    }
}
