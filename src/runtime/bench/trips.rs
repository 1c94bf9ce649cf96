//! From the pass in which an element operates to the subscriber that learns of the trip, on both paths at once.

use super::cases::Case;
use super::subscriber::{Subscriber, Tally};
use super::{Bench, paced, simulation};
use crate::record::{Body, Record};
use crate::runtime::command::{CommandError, utc_micros};
use crate::runtime::config::Config;
use crate::runtime::running;
use crate::time::Epoch;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Fresh fleets, one after the other: a breaker that has tripped needs seconds to be ready again.
const ROUNDS: usize = 8;
/// Between two trips: several cycles, so that no two share a message.
const EVERY: Duration = Duration::from_millis(200);
/// The last trip must have been reported by then.
const WITHIN: Duration = Duration::from_secs(5);

pub(super) fn run(bench: &Bench, show: &mut impl FnMut(&Case)) -> Result<(), CommandError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut totals = [Total::default(), Total::default()];
    for n in 0..ROUNDS {
        let mut config = bench.config(&format!("trips-{n}"));
        config.sparkplug.clone_from(&bench.config.sparkplug);
        config.lwm2m.clone_from(&bench.config.lwm2m);
        runtime.block_on(round(bench, &config, &mut totals))?;
    }
    for (total, path) in totals.into_iter().zip(["Sparkplug", "LwM2M"]) {
        show(
            &total.case(&format!("a breaker trips, operate to {path} subscriber, {ROUNDS} fleets one after the other")),
        );
    }
    Ok(())
}

async fn round(bench: &Bench, config: &Config, totals: &mut [Total; 2]) -> Result<(), CommandError> {
    let mut running = running::start(config, &bench.loaded, utc_micros()).await?;
    let broker = running.brokers.first().cloned().ok_or_else(|| CommandError::Said("no broker".into()))?;
    let start = |filter: &'static str| Subscriber::start(&broker, filter, None);
    let sparkplug = start("spBv1.0/#").await.map_err(CommandError::Said)?;
    let lwm2m = start("lwm2m/+/event").await.map_err(CommandError::Said)?;
    paced::online(&running).await?;
    let breakers = running.fleet.devices.len();
    let mut trips = Vec::new();
    for breaker in 0..breakers {
        running.simulation.ask(simulation::short_circuit(breaker));
        tokio::time::sleep(EVERY).await;
    }
    let until = Instant::now() + WITHIN;
    while trips.len() < breakers && Instant::now() < until {
        match tokio::time::timeout(EVERY, running.records.recv()).await {
            Ok(Some(record)) if matches!(record.body, Body::Trip(_)) => trips.push(record),
            Ok(None) => break,
            _ => {}
        }
    }
    tokio::time::sleep(EVERY).await;
    for (subscriber, total) in [sparkplug, lwm2m].into_iter().zip(totals) {
        let tally = subscriber.end().await.map_err(CommandError::Said)?;
        total.add(&trips, &tally, running.epoch);
    }
    running.stop().await;
    Ok(())
}

/// What all rounds saw on one path.
#[derive(Default)]
struct Total {
    trips: usize,
    latencies: Vec<f64>,
}

impl Total {
    fn add(&mut self, trips: &[Arc<Record>], tally: &Tally, epoch: Epoch) {
        self.trips += trips.len();
        for record in trips {
            let Body::Trip(trip) = &record.body else { continue };
            if let Some(seen) = tally.texts.get(&*trip.id.0) {
                self.latencies.push((seen - epoch.micros(record.tick)) as f64);
            }
        }
    }

    fn case(mut self, case: &str) -> Case {
        self.latencies.sort_by(f64::total_cmp);
        let at = |q: f64| {
            let last = self.latencies.len().saturating_sub(1);
            self.latencies.get((q * last as f64).round() as usize).copied().unwrap_or(f64::NAN)
        };
        Case {
            part: "trips",
            case: case.to_owned(),
            figures: vec![
                ("trips", self.trips as f64),
                ("trips_seen", self.latencies.len() as f64),
                ("latency_p50_us", at(0.5)),
                ("latency_p99_us", at(0.99)),
                ("latency_max_us", at(1.0)),
            ],
        }
    }
}
