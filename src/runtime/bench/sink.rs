//! What publishing costs where nobody listens: the broker takes everything and has nobody to hand it on to.
//!
//! `sink` publishes flat out; `received` is any publisher as the broker counts it, so that all are counted alike.

use super::cases::Case;
use super::place::Place;
use super::{Bench, flat_out, told};
use crate::runtime::command::CommandError;
use std::time::Instant;

pub(super) fn sink(bench: &Bench) -> Result<Case, CommandError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let place = runtime.block_on(Place::open(bench))?;
    let (fleet, frame) = flat_out::plant(bench)?;
    let (broker, until) = (place.url.clone(), Instant::now() + bench.seconds);
    let publisher = std::thread::Builder::new()
        .name("edge".to_owned())
        .spawn(move || flat_out::publish_as_edge(broker, fleet, frame, until))?;
    let spent = publisher.join().map_err(|_| CommandError::Said("the publisher panicked".into()))??;
    let case = format!("edge node with {} devices, no subscriber, {place}", flat_out::DEVICES);
    runtime.block_on(place.close());
    let figures = vec![
        ("messages_per_s", spent.messages as f64 / spent.took.as_secs_f64().max(1e-9)),
        ("publisher_core_us_per_message", spent.core_us()),
    ];
    Ok(Case { part: "sink", case, figures })
}

pub(super) fn received(bench: &Bench) -> Result<Case, CommandError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let place = Place::open(bench).await?;
        let silent = || CommandError::Said(format!("{place} does not count what it receives"));
        let before = told::next(&place.url).await.ok_or_else(silent)?;
        tokio::time::sleep(bench.seconds).await;
        let after = told::next(&place.url).await.ok_or_else(silent)?;
        let messages = after.received - before.received;
        let took = (after.at - before.at).as_secs_f64();
        let case = format!("whoever publishes, {place}");
        place.close().await;
        let figures = vec![("messages_per_s", messages / took.max(1e-9)), ("messages", messages), ("seconds", took)];
        Ok(Case { part: "received", case, figures })
    })
}
