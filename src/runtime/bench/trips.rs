//! From the pass in which an element operates to the subscriber that learns of the trip, on both paths at once.

use super::cases::Case;
use super::subscriber::{Subscriber, Tally};
use super::{Bench, paced, simulation};
use crate::record::{Body, Record};
use crate::runtime::command::{CommandError, utc_micros};
use crate::runtime::running;
use crate::time::Epoch;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Breakers that trip, one after the other.
const BREAKERS: usize = 20;
/// Between two trips: several cycles, so that no two share a message.
const EVERY: Duration = Duration::from_millis(60);
/// The last trip must have been reported by then.
const WITHIN: Duration = Duration::from_secs(10);

pub(super) fn run(bench: &Bench, show: &mut impl FnMut(&Case)) -> Result<(), CommandError> {
    let mut config = bench.config("trips");
    config.sparkplug.clone_from(&bench.config.sparkplug);
    config.lwm2m.clone_from(&bench.config.lwm2m);
    config.fleet.breakers = BREAKERS;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let mut running = running::start(&config, &bench.loaded, utc_micros()).await?;
        let broker = running.brokers.first().cloned().ok_or_else(|| CommandError::Said("no broker".into()))?;
        let start = |filter: &'static str| Subscriber::start(&broker, filter, None);
        let sparkplug = start("spBv1.0/#").await.map_err(CommandError::Said)?;
        let lwm2m = start("lwm2m/+/event").await.map_err(CommandError::Said)?;
        paced::online(&running).await?;
        let mut trips = Vec::new();
        for breaker in 0..BREAKERS {
            running.simulation.ask(simulation::short_circuit(breaker));
            tokio::time::sleep(EVERY).await;
        }
        let until = Instant::now() + WITHIN;
        while trips.len() < BREAKERS && Instant::now() < until {
            match tokio::time::timeout(EVERY, running.records.recv()).await {
                Ok(Some(record)) if matches!(record.body, Body::Trip(_)) => trips.push(record),
                Ok(None) => break,
                _ => {}
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        let epoch = running.epoch;
        for (subscriber, path) in [(sparkplug, "Sparkplug"), (lwm2m, "LwM2M")] {
            let tally = subscriber.end().await.map_err(CommandError::Said)?;
            show(&case(path, &trips, tally, epoch));
        }
        running.stop().await;
        Ok(())
    })
}

fn case(path: &str, trips: &[Arc<Record>], mut tally: Tally, epoch: Epoch) -> Case {
    for record in trips {
        let Body::Trip(trip) = &record.body else { continue };
        if let Some(seen) = tally.texts.get(&*trip.id.0) {
            let took = u64::try_from(seen - epoch.micros(record.tick)).unwrap_or(0).max(1);
            tally.latency.saturating_record(took);
        }
    }
    Case {
        part: "trips",
        case: format!("{BREAKERS} breakers trip one after the other, operate to {path} subscriber"),
        figures: vec![
            ("trips", trips.len() as f64),
            ("trips_seen", tally.latency.len() as f64),
            ("latency_p50_us", tally.quantile(0.5)),
            ("latency_p99_us", tally.quantile(0.99)),
            ("latency_max_us", tally.latency.max() as f64),
        ],
    }
}
