//! What a request carries, with every mistake told as a [`Problem`].

use super::problem::Problem;
use crate::lwm2m::topic::Topics;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// Largest body.
pub(super) const BODY: usize = 64 * 1024;

/// A JSON body; it must be called JSON, which a form of another site cannot do.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if kind != "application/json" && !(kind.starts_with("application/") && kind.ends_with("+json")) {
            return Err(Problem::unsupported_media_type());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|e| {
            if e.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
                Problem::too_large(BODY)
            } else {
                Problem::bad_request(e.body_text())
            }
        })?;
        match serde_json::from_slice(&bytes) {
            Ok(value) => Ok(Self(value)),
            Err(e) if e.is_data() => Err(Problem::unprocessable(format!("the body is not what is wanted here: {e}"))),
            Err(e) => Err(Problem::bad_request(format!("the body is no JSON: {e}"))),
        }
    }
}

/// The query.
pub(super) struct Asked<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(e) => Err(Problem::bad_request(e.body_text())),
        }
    }
}

/// The variable parts of the path.
pub(super) struct At<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            // A path that cannot be is a path where nothing is.
            Err(e) => Err(Problem::not_found(e.body_text())),
        }
    }
}

/// An endpoint name that may be one.
pub(super) fn endpoint(name: &str) -> Result<(), Problem> {
    if name.len() <= 128 && Topics::new(name).is_ok() { Ok(()) } else { Err(Problem::unknown_device(name)) }
}
