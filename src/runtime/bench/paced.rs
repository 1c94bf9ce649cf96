//! Both paths at the pace of the brief, through the whole program: simulation, journal, link, broker, subscriber.

use super::cases::Case;
use super::cpu::Meter;
use super::subscriber::{Samples, Subscriber, Tally};
use super::{Bench, LWM2M_TICK, SPARKPLUG_TICK};
use crate::point::Frame;
use crate::runtime::command::{CommandError, utc_micros};
use crate::runtime::config::Config;
use crate::runtime::link::view::LinkState;
use crate::runtime::running::{self, Running};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Frames that may wait for the subscriber's book of times.
const TAP: usize = 4096;
/// Links must be online within this time.
const ONLINE_WITHIN: Duration = Duration::from_secs(20);
/// Between two looks at whether they are.
const LOOK_EVERY: Duration = Duration::from_millis(10);

pub(super) fn sparkplug(bench: &Bench) -> Result<Case, CommandError> {
    let mut config = bench.config("sparkplug");
    config.sparkplug.clone_from(&bench.config.sparkplug);
    if let Some(path) = &mut config.sparkplug {
        path.tick = if path.report_all { path.tick } else { SPARKPLUG_TICK };
        path.report_all = true;
    }
    run(bench, &config, "sparkplug", "spBv1.0/#")
}

pub(super) fn lwm2m(bench: &Bench) -> Result<Case, CommandError> {
    let mut config = bench.config("lwm2m");
    config.lwm2m.clone_from(&bench.config.lwm2m);
    if let Some(path) = &mut config.lwm2m {
        path.tick = if path.report_all { path.tick } else { LWM2M_TICK };
        path.report_all = true;
    }
    run(bench, &config, "lwm2m", "lwm2m/+/update")
}

fn run(bench: &Bench, config: &Config, part: &'static str, filter: &str) -> Result<Case, CommandError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (tally, took, process) = runtime.block_on(async {
        let (tap, mut frames) = mpsc::channel(TAP);
        let running = running::start_tapped(config, &bench.loaded, utc_micros(), Some(tap)).await?;
        let epoch = running.epoch;
        let samples: Samples =
            Box::new(move || frames.try_recv().ok().map(|f: Arc<Frame>| (f.utc.0, epoch.micros(f.tick))));
        let broker = running.brokers.first().cloned().ok_or_else(|| CommandError::Said("no broker".into()))?;
        let subscriber = Subscriber::start(&broker, filter, Some(samples)).await.map_err(CommandError::Said)?;
        online(&running).await?;
        // A second for births and first values; then it counts.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let meter = Meter::of_process();
        let began = Instant::now();
        subscriber.count().await;
        tokio::time::sleep(bench.seconds).await;
        let tally = subscriber.end().await.map_err(CommandError::Said)?;
        let (took, process) = (began.elapsed().as_secs_f64(), meter.spent());
        running.stop().await;
        Ok::<_, CommandError>((tally, took, process))
    })?;
    let own = process.saturating_sub(tally.cpu).as_secs_f64();
    let mut case = figures(part, config, &tally, took);
    case.figures.push(("core_share_without_subscriber", own / took));
    case.figures.push(("core_us_per_message", own * 1e6 / (tally.messages as f64).max(1.0)));
    Ok(case)
}

fn figures(part: &'static str, config: &Config, tally: &Tally, took: f64) -> Case {
    Case {
        part,
        case: format!("{} breakers, every measurement at each tick, sample to subscriber", config.fleet.breakers),
        figures: vec![
            ("messages_per_s", tally.messages as f64 / took),
            ("metrics_per_s", tally.metrics as f64 / took),
            ("bytes_per_s", tally.bytes as f64 / took),
            ("seq_gaps", tally.gaps as f64),
            ("latency_p50_us", tally.quantile(0.5)),
            ("latency_p99_us", tally.quantile(0.99)),
            ("latency_p999_us", tally.quantile(0.999)),
            ("latencies_measured", tally.latency.len() as f64),
        ],
    }
}

/// Waits until every link is online.
pub(super) async fn online(running: &Running) -> Result<(), CommandError> {
    let until = Instant::now() + ONLINE_WITHIN;
    while !running.links.iter().all(|l| l.borrow().state == LinkState::Online) {
        if Instant::now() > until {
            let reasons: Vec<String> = running.links.iter().map(|l| l.borrow().reason.to_string()).collect();
            return Err(CommandError::Said(format!("the links do not come online: {}", reasons.join("; "))));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}
