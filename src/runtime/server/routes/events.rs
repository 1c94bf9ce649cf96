//! What happens: as a list, and as a stream that can be taken up again.

use super::super::extract::Asked;
use super::super::problem::Problem;
use super::document::StreamProblems;
use super::{HEARTBEAT, Site};
use crate::lwm2m::server::feed::{Item, Kind, Place};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use utoipa::{IntoParams, ToSchema};

/// Bytes of events that leave together when many wait.
const TOGETHER: usize = 64 * 1024;

/// Events in a list.
const LIST: usize = 1000;

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::runtime::server) struct Which {
    /// Only those of this device.
    ep: Option<String>,
    /// Only these kinds, separated by commas: registered, updated, deregistered, expired, status, trip, alarm, event,
    /// configuration, command, forgotten.
    #[param(
        pattern = r"^(registered|updated|deregistered|expired|status|trip|alarm|event|configuration|command|forgotten)(,(registered|updated|deregistered|expired|status|trip|alarm|event|configuration|command|forgotten))*$"
    )]
    types: Option<String>,
    /// So many at most, in a list.
    #[param(minimum = 1, maximum = 1000, default = 1000)]
    limit: Option<usize>,
    /// Take the stream up again after this id, for those who cannot set the header Last-Event-ID.
    last_event_id: Option<String>,
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::runtime::server) struct EventView {
    /// The original's word for it.
    #[schema(example = "device_registered")]
    event_type: String,
    /// When.
    timestamp: String,
    /// Of which device.
    device_id: String,
    /// What.
    #[schema(value_type = Object)]
    data: serde_json::Value,
}

/// Which events are wanted.
#[derive(Clone, Debug)]
struct Wanted {
    endpoint: Option<String>,
    kinds: Option<Vec<Kind>>,
}

impl Wanted {
    fn read(which: &Which) -> Result<Self, Problem> {
        let kind = |word: &str| {
            let known = || Kind::ALL.map(Kind::word).join(", ");
            let kind = Kind::ALL.into_iter().find(|k| k.word() == word);
            kind.ok_or_else(|| Problem::bad_request(format!("no kind of event {word:?}; there are {}", known())))
        };
        let kinds = which.types.as_deref().map(|t| t.split(',').map(|w| kind(w.trim())).collect());
        Ok(Self { endpoint: which.ep.clone(), kinds: kinds.transpose()? })
    }

    fn takes(&self, item: &Item) -> bool {
        self.endpoint.as_deref().is_none_or(|e| e == &*item.endpoint)
            && self.kinds.as_ref().is_none_or(|k| k.contains(&item.kind))
    }
}

/// What happened, and what happens.
///
/// With `Accept: text/event-stream` a stream of server-sent events: each has an id, and a stream with the header
/// Last-Event-ID begins with what was missed; an event named `gap` says that something of it is no longer known.
/// Otherwise the newest events as a list, oldest first.
#[utoipa::path(
    get, path = "/api/events", tag = "events", params(Which),
    responses(
        (status = 200, description = "The events", content(
            ([EventView] = "application/json"),
            (String = "text/event-stream"),
        )),
        StreamProblems
    )
)]
pub(in crate::runtime::server) async fn events(
    State(site): State<Site>,
    headers: HeaderMap,
    Asked(which): Asked<Which>,
) -> Result<Response, Problem> {
    let wanted = Wanted::read(&which)?;
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if accept.contains("text/event-stream") {
        let from = headers.get("last-event-id").and_then(|v| v.to_str().ok()).map(str::to_owned);
        return stream(&site, from.or(which.last_event_id), wanted).await;
    }
    let limit = which.limit.unwrap_or(LIST);
    if !(1..=LIST).contains(&limit) {
        return Err(Problem::bad_request(format!("limit is a number from 1 to {LIST}")));
    }
    let items = site.desk.with(move |registry, _| registry.feed().last(limit, |i| wanted.takes(i))).await?;
    let list = items.iter().map(|i| &*i.text).collect::<Vec<_>>().join(",");
    Ok(([(header::CONTENT_TYPE, "application/json")], format!("[{list}]")).into_response())
}

/// One who listens.
struct Listener {
    missed: VecDeque<Arc<Item>>,
    events: Receiver<Arc<Item>>,
    boot: Arc<str>,
    /// What there is to say and has not left.
    out: String,
    wanted: Wanted,
    stopped: tokio::sync::watch::Receiver<bool>,
    _place: tokio::sync::OwnedSemaphorePermit,
}

async fn stream(site: &Site, from: Option<String>, wanted: Wanted) -> Result<Response, Problem> {
    let place = Arc::clone(&site.streams).try_acquire_owned();
    let place = place.map_err(|_| Problem::too_many("too many event streams are open already"))?;
    let desk = site.desk.clone();
    let (missed, gap, boot, newest, events) = site
        .desk
        .with(move |registry, _| {
            let feed = registry.feed();
            let newest = feed.newest();
            let here = feed.place(newest);
            let missed = from.map(|text| match text.parse::<Place>() {
                Ok(place) => feed.since(&place),
                Err(()) => feed.since(&Place { boot: "".into(), number: 0 }),
            });
            let gap = missed.as_ref().is_some_and(|m| m.gap);
            (missed.map(|m| m.items).unwrap_or_default(), gap, here.boot, newest, desk.listen())
        })
        .await?;
    // Whoever listens knows from the first line on where to take up again.
    let hello = if gap { "gap" } else { "hello" };
    let number = missed.first().map_or(newest, |m| m.number - 1);
    let retry = (HEARTBEAT / 10).as_millis();
    let out = format!("id: {boot}-{number}\nevent: {hello}\ndata: {{}}\nretry: {retry}\n\n");
    let listener =
        Listener { missed: missed.into(), events, boot, out, wanted, stopped: site.stopped.clone(), _place: place };
    let events = stream::unfold(listener, |mut listener| async move {
        let events = listener.next().await?;
        Some((Ok::<_, Infallible>(events), listener))
    });
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-cache")];
    Ok((headers, Body::from_stream(events)).into_response())
}

impl Listener {
    /// The next event and those that wait behind it: at thousands a second, a write for each would cost more than the
    /// events.
    async fn next(&mut self) -> Option<Bytes> {
        while self.out.len() < TOGETHER
            && let Some(item) = self.missed.pop_front()
        {
            self.say(&item);
        }
        while self.out.is_empty() {
            let received = tokio::select! {
                received = self.events.recv() => received,
                () = tokio::time::sleep(HEARTBEAT) => {
                    self.out.push_str(":\n\n");
                    break;
                }
                _ = self.stopped.wait_for(|s| *s) => return None,
            };
            match received {
                Ok(item) => self.say(&item),
                Err(RecvError::Lagged(lost)) => self.say_gap(lost),
                Err(RecvError::Closed) => return None,
            }
        }
        while self.missed.is_empty() && self.out.len() < TOGETHER {
            match self.events.try_recv() {
                Ok(item) => self.say(&item),
                Err(TryRecvError::Lagged(lost)) => self.say_gap(lost),
                // That it is closed is seen when all has been said.
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        Some(std::mem::take(&mut self.out).into())
    }

    /// Writes an event as a stream has it (WHATWG HTML, 9.2.6); JSON text is one line.
    fn say(&mut self, item: &Item) {
        if self.wanted.takes(item) {
            let (boot, kind) = (&*self.boot, item.kind.word());
            self.out.reserve(item.text.len() + 64);
            for part in ["id: ", boot, "-", &item.number.to_string(), "\nevent: ", kind, "\ndata: ", &item.text, "\n\n"]
            {
                self.out.push_str(part);
            }
        }
    }

    fn say_gap(&mut self, lost: u64) {
        self.out.push_str(&format!("event: gap\ndata: {{\"lost\":{lost}}}\n\n"));
    }
}
