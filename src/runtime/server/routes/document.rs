//! The OpenAPI document.

use super::super::problem::Document;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, ResponseBuilder,
};
use utoipa::{IntoResponses, PartialSchema};

/// The name of the schema of errors.
const PROBLEM: &str = "Problem";

/// The head of the document.
pub(super) fn info() -> OpenApi {
    let info = InfoBuilder::new()
        .title("breaker-console LwM2M server")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Devices that are registered over MQTT: what they are, what they measure, and what they can be told to do. \
             A request that concerns a device is answered when the device has answered.",
        ))
        .license(Some(
            utoipa::openapi::LicenseBuilder::new()
                .name("MIT OR Apache-2.0")
                .identifier(Some("MIT OR Apache-2.0"))
                .build(),
        ))
        .build();
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let components =
        ComponentsBuilder::new().schema(PROBLEM, Document::schema()).security_scheme("bearer", bearer).build();
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

/// The document as text, with the names of the commands that there are.
pub(super) fn text(openapi: &OpenApi, commands: &[&str]) -> String {
    // Strings and maps of strings always become JSON.
    let mut document = serde_json::to_value(openapi).unwrap_or_default();
    if let Some(command) = document.pointer_mut("/components/schemas/CommandRequest/properties/command") {
        command["enum"] = serde_json::json!(commands);
    }
    document.to_string()
}

/// Gives the document.
pub(super) fn serve(text: &str) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text.to_owned()).into_response()
}

fn problems(list: &[(u16, &str)]) -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
    let schema = || Ref::from_schema_name(PROBLEM);
    list.iter()
        .map(|(status, description)| {
            let content = ContentBuilder::new().schema(Some(schema())).build();
            let response =
                ResponseBuilder::new().description(*description).content("application/problem+json", content).build();
            (status.to_string(), RefOr::T(response))
        })
        .collect()
}

/// What may go wrong with every request.
const ANY: [(u16, &str); 5] = [
    (401, "A token is needed"),
    (403, "Asked by a page of another site"),
    (421, "Another host was meant"),
    (400, "The request cannot be understood"),
    (503, "The server is stopping, or has no connection to the broker"),
];

/// What may go wrong with a question to the server.
pub(super) struct ReadProblems;

impl IntoResponses for ReadProblems {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        problems(&[&ANY[..], &[(404, "Nothing is there")]].concat())
    }
}

/// What may go wrong with a question for events.
pub(super) struct StreamProblems;

impl IntoResponses for StreamProblems {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        problems(&[&ANY[..], &[(404, "Nothing is there"), (429, "Too many streams are open")]].concat())
    }
}

/// What may go wrong with a question to a device.
pub(super) struct DeviceProblems;

impl IntoResponses for DeviceProblems {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let more = [
            (404, "No such device, or nothing is there on the device"),
            (409, "The device refused, with the cause; or it is not there"),
            (413, "The body is too large"),
            (415, "Not JSON"),
            (422, "The request cannot be meant: an unknown command, a value out of range"),
            (429, "Too many commands wait already"),
            (502, "The device failed"),
            (504, "The device did not answer in time"),
        ];
        problems(&[&ANY[..], &more].concat())
    }
}
