//! What a request carries, with every mistake told as a [`Problem`].

use super::problem::Problem;
use crate::lwm2m::topic::Topics;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header;
use axum::http::request::Parts;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};

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

/// A whole number, which JSON may also write with a point: 5.0 is 5.
fn whole<'de, D: Deserializer<'de>, T: TryFrom<u64>>(given: D) -> Result<Option<T>, D::Error> {
    let Some(number) = Option::<serde_json::Number>::deserialize(given)? else { return Ok(None) };
    let exact = number.as_u64().or_else(|| {
        let float = number.as_f64()?;
        (float >= 0.0 && float.fract() == 0.0 && float < u64::MAX as f64).then_some(float as u64)
    });
    exact
        .and_then(|n| T::try_from(n).ok())
        .map(Some)
        .ok_or_else(|| D::Error::custom(format!("{number} is none of the numbers that may stand here")))
}

/// An id of an object, an instance or a resource.
pub(super) fn id<'de, D: Deserializer<'de>>(given: D) -> Result<u16, D::Error> {
    whole(given)?.ok_or_else(|| D::Error::custom("a number has to stand here"))
}

/// An id that may be left out.
pub(super) fn optional_id<'de, D: Deserializer<'de>>(given: D) -> Result<Option<u16>, D::Error> {
    whole(given)
}

/// A time in milliseconds that may be left out.
pub(super) fn milliseconds<'de, D: Deserializer<'de>>(given: D) -> Result<Option<u32>, D::Error> {
    whole(given)
}

/// An endpoint name that may be one.
pub(super) fn endpoint(name: &str) -> Result<(), Problem> {
    if name.len() <= 128 && Topics::new(name).is_ok() { Ok(()) } else { Err(Problem::unknown_device(name)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Ids {
        #[serde(deserialize_with = "id")]
        object: u16,
        #[serde(default, deserialize_with = "optional_id")]
        instance: Option<u16>,
    }

    #[test]
    fn whole_numbers_may_have_a_point_and_others_may_not_stand() {
        let read = |text: &str| serde_json::from_str::<Ids>(text).map(|i| (i.object, i.instance));
        assert_eq!(read(r#"{"object":3}"#).unwrap(), (3, None));
        assert_eq!(read(r#"{"object":3.0,"instance":1e1}"#).unwrap(), (3, Some(10)));
        assert_eq!(read(r#"{"object":3,"instance":null}"#).unwrap(), (3, None));
        for bad in [
            r"{}",
            r#"{"object":null}"#,
            r#"{"object":-1}"#,
            r#"{"object":1.5}"#,
            r#"{"object":65536}"#,
            r#"{"object":"3"}"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
