//! Which devices there are.

use super::super::extract::{Asked, At, endpoint};
use super::super::problem::Problem;
use super::super::shape::{DeviceView, StatusView};
use super::Site;
use super::document::ReadProblems;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use utoipa::IntoParams;

/// Devices on a page when the caller does not say.
const PAGE: usize = 100;
/// Most devices on a page.
const LONGEST_PAGE: usize = 1000;

/// Which devices.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::runtime::server) struct Which {
    /// Only those that stand so.
    #[param(inline)]
    status: Option<StatusView>,
    /// Only those with this in their id.
    q: Option<String>,
    /// So many at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<usize>,
    /// Those after this id: that of the last one of the page before.
    cursor: Option<String>,
    /// With the newest values of each; they are left out with false.
    #[param(default = true)]
    values: Option<bool>,
}

/// The devices, by id. A header Link with rel="next" leads to the next page when there is one.
#[utoipa::path(
    get, path = "/api/devices", tag = "devices", params(Which),
    responses((status = 200, description = "The devices", body = [DeviceView]), ReadProblems)
)]
pub(in crate::runtime::server) async fn list(
    State(site): State<Site>,
    Asked(which): Asked<Which>,
) -> Result<(HeaderMap, Json<Vec<DeviceView>>), Problem> {
    let limit = which.limit.unwrap_or(PAGE);
    if !(1..=LONGEST_PAGE).contains(&limit) {
        return Err(Problem::bad_request(format!("limit is a number from 1 to {LONGEST_PAGE}")));
    }
    let query: String = [which.status.map(|s| ("status", s.word().to_owned())), which.q.clone().map(|q| ("q", q))]
        .into_iter()
        .flatten()
        .fold(format!("limit={limit}"), |text, (key, value)| format!("{text}&{key}={}", escaped(&value)));
    let with_values = which.values.unwrap_or(true);
    let query = if with_values { query } else { format!("{query}&values=false") };
    let (page, more) = site
        .desk
        .with(move |registry, now| {
            let mut found = registry
                .devices_after(which.cursor.as_deref().unwrap_or_default())
                .filter(|d| which.status.is_none_or(|s| s.word() == d.status.word()))
                .filter(|d| which.q.as_deref().is_none_or(|q| d.endpoint.contains(q)));
            let page: Vec<_> = found.by_ref().take(limit).map(|d| DeviceView::of(d, now, with_values)).collect();
            let more = found.next().is_some().then(|| page.last().map(|d| d.id().to_owned())).flatten();
            (page, more)
        })
        .await?;
    let mut headers = HeaderMap::new();
    if let Some(last) = more {
        let link = format!("</api/devices?{query}&cursor={}>; rel=\"next\"", escaped(&last));
        if let Ok(link) = link.parse() {
            headers.insert(header::LINK, link);
        }
    }
    Ok((headers, Json(page)))
}

/// Percent-encoded for a query (RFC 3986, 2.3: what is not unreserved).
fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
        out
    })
}

/// One device, with its newest values.
#[utoipa::path(
    get, path = "/api/devices/{id}", tag = "devices", params(("id" = String, Path, description = "Device id")),
    responses((status = 200, description = "The device", body = DeviceView), ReadProblems)
)]
pub(in crate::runtime::server) async fn show(
    State(site): State<Site>,
    At(id): At<String>,
) -> Result<Json<DeviceView>, Problem> {
    endpoint(&id)?;
    let view = site.desk.with({
        let id = id.clone();
        move |registry, now| registry.device(&id).map(|d| DeviceView::of(d, now, true))
    });
    view.await?.map(Json).ok_or_else(|| Problem::unknown_device(&id))
}

/// Forgets a device: its values, its messages and its registration. It comes back when it registers.
#[utoipa::path(
    delete, path = "/api/devices/{id}", tag = "devices", params(("id" = String, Path, description = "Device id")),
    responses((status = 204, description = "Forgotten"), ReadProblems)
)]
pub(in crate::runtime::server) async fn forget(
    State(site): State<Site>,
    At(id): At<String>,
) -> Result<StatusCode, Problem> {
    endpoint(&id)?;
    let known = site.desk.with({
        let id = id.clone();
        move |registry, now| registry.forget(&id, now)
    });
    if known.await? { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::unknown_device(&id)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_unreserved_is_escaped() {
        assert_eq!(escaped("smart-breaker_001~"), "smart-breaker_001~");
        assert_eq!(escaped("a b&é"), "a%20b%26%C3%A9");
    }
}
