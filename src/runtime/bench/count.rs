//! What any edge node of a group brings to the broker, counted by the subscriber of the other parts: for a comparison.

use super::Bench;
use super::cases::Case;
use super::place::Place;
use super::subscriber::Subscriber;
use crate::runtime::command::CommandError;
use std::time::{Duration, Instant};

/// Then it counts.
const WARM_UP: Duration = Duration::from_secs(1);

pub(super) fn run(bench: &Bench) -> Result<Case, CommandError> {
    let group = bench.config.sparkplug.as_ref().map_or("+", |s| s.group.as_str());
    let filter = format!("spBv1.0/{group}/#");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (tally, warm_up, took, place) = runtime.block_on(async {
        let place = Place::open(bench).await?;
        let subscriber = Subscriber::start(&place.url, &filter, None).await.map_err(CommandError::Said)?;
        tokio::time::sleep(WARM_UP).await;
        let warm_up = subscriber.count().await;
        let began = Instant::now();
        tokio::time::sleep(bench.seconds).await;
        let tally = subscriber.end().await.map_err(CommandError::Said)?;
        let took = began.elapsed().as_secs_f64();
        let text = place.to_string();
        place.close().await;
        Ok::<_, CommandError>((tally, warm_up, took, text))
    })?;
    let messages = tally.messages as f64;
    Ok(Case {
        part: "count",
        case: format!("whoever publishes on {filter}, {place}"),
        figures: vec![
            ("messages_per_s", messages / took),
            ("metrics_per_s", tally.metrics as f64 / took),
            ("bytes_per_s", tally.bytes as f64 / took),
            ("metrics_per_message", tally.metrics as f64 / messages.max(1.0)),
            ("seq_gaps", tally.gaps as f64),
            ("messages_lost", tally.lost as f64),
            ("messages_in_all", messages + warm_up as f64),
        ],
    })
}
