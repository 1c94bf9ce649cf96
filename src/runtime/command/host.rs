//! `host`: the Sparkplug host alone; `host cmd`: one command and its result.

use super::{CommandError, configuration, print, utc_micros};
use crate::runtime::config::layers::{Layers, Origin};
use crate::runtime::config::{Broker, Config};
use crate::runtime::link::observer::{HostLink, Told, reach};
use crate::runtime::link::url::BrokerUrl;
use crate::runtime::link::view::{LinkState, LinkView};
use crate::runtime::signals;
use crate::sparkplug::host::words::{event_json, event_line, finding_json, json, tame};
use crate::sparkplug::host::{Done, Event, HostConfig, HostSession, HostView, Mode, Order, OrderError, Place};
use crate::time::UtcMillis;
use clap::ArgMatches;
use serde_json::json;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

/// Lines written before stdout is flushed.
const BATCH: usize = 512;

/// Runs the command; gives the exit status.
///
/// # Errors
/// When it cannot start, or the command it sent came to nothing.
pub fn run(matches: &ArgMatches) -> Result<u8, CommandError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    match matches.subcommand() {
        Some(("cmd", m)) => runtime.block_on(command(m)),
        _ => runtime.block_on(watch(matches)),
    }
}

fn brokers(config: &Config) -> Vec<BrokerUrl> {
    match &config.broker.which {
        // The broker of a console on this machine.
        Broker::Embedded(address) => vec![BrokerUrl::from(*address)],
        Broker::Remote(urls) => urls.clone(),
    }
}

/// The group that somebody asked for.
fn group(layers: &Layers) -> Option<Arc<str>> {
    layers.program.get("group").filter(|t| t.origin != Origin::BuiltIn).map(|t| Arc::from(t.text.trim()))
}

fn now() -> UtcMillis {
    UtcMillis(utc_micros() / 1000)
}

async fn watch(matches: &ArgMatches) -> Result<u8, CommandError> {
    let (config, layers) = configuration(matches)?;
    let observe = matches.get_flag("observe");
    let as_json = matches.get_flag("json");
    let mode = if observe { Mode::Observer } else { Mode::Host };
    let id = matches.get_one::<String>("host-id").map_or("breaker-console", String::as_str);
    let mut host = HostConfig::new(id, mode);
    host.group = group(&layers);
    if observe {
        host.client_id = format!("sp-observer-{}", std::process::id());
    }
    if let Some(seconds) = matches.get_one::<f64>("reorder-timeout") {
        if !(0.0..=3600.0).contains(seconds) {
            return Err(CommandError::Said("--reorder-timeout must be from 0 to 3600 seconds".to_owned()));
        }
        host.reorder_ms = (seconds * 1000.0) as i64;
    }
    let session = HostSession::new(host).map_err(|e| CommandError::Said(e.to_string()))?;
    let mut signals = signals::listen()?;
    let config_of_link = reach(&config, brokers(&config)).map_err(|e| CommandError::Said(e.to_string()))?;
    let mut link = HostLink::spawn(session, config_of_link, false);
    let mut printer = Printer { as_json, open: true };
    let mut trouble = Trouble::default();
    let end = config.pace.duration.map(|d| tokio::time::Instant::now() + Duration::from_secs_f64(d.0));
    let mut batch = Vec::with_capacity(BATCH);
    let status = loop {
        tokio::select! {
            number = signals.next() => break signals::status(number),
            n = link.told.recv_many(&mut batch, BATCH) => {
                if n == 0 {
                    return Err(CommandError::Said("the host ended by itself".to_owned()));
                }
                printer.events(&batch);
                batch.clear();
                if !printer.open {
                    break 0;
                }
            }
            Ok(()) = link.link.changed() => trouble.look(&link.link.borrow_and_update()),
            () = until(end) => break 0,
        }
    };
    let mut told = std::mem::replace(&mut link.told, tokio::sync::mpsc::channel(1).1);
    let last = link.stop().await;
    while told.recv_many(&mut batch, BATCH).await > 0 {
        printer.events(&batch);
        batch.clear();
    }
    printer.summary(&last);
    Ok(status)
}

async fn until(end: Option<tokio::time::Instant>) {
    match end {
        Some(end) => tokio::time::sleep_until(end).await,
        None => std::future::pending().await,
    }
}

/// Says on stderr why there is no connection, once a reason.
#[derive(Default)]
struct Trouble {
    said: Arc<str>,
}

impl Trouble {
    fn look(&mut self, view: &LinkView) {
        if view.state == LinkState::Online {
            if !self.said.is_empty() {
                eprintln!("{}: connected", view.broker);
            }
            self.said = Arc::from("");
        } else if !view.reason.is_empty() && view.state == LinkState::Offline && view.reason != self.said {
            eprintln!("{}", view.reason);
            self.said = Arc::clone(&view.reason);
        }
    }
}

struct Printer {
    as_json: bool,
    /// Somebody still reads stdout.
    open: bool,
}

impl Printer {
    fn line(&mut self, out: &mut impl std::io::Write, line: &str) {
        if self.open && writeln!(out, "{line}").is_err() {
            self.open = false;
        }
    }

    fn events(&mut self, told: &[Told]) {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        for told in told {
            let Told::Event(event) = told else { continue };
            let line = if self.as_json { event_json(event).to_string() } else { event_line(event) };
            self.line(&mut out, &line);
        }
        self.open &= out.flush().is_ok();
    }

    /// Who was seen, and what was found, with its final counts.
    fn summary(&mut self, host: &HostView) {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        if self.as_json {
            for finding in &host.findings {
                let mut object = finding_json(finding);
                object["event"] = json!("finding total");
                self.line(&mut out, &object.to_string());
            }
        } else {
            for node in &host.nodes {
                let cause = node.cause.as_deref().map(|c| format!(", last: {c}")).unwrap_or_default();
                let line = format!(
                    "{}/{}  {}, {} devices, {} messages, {} rebirth requests{cause}",
                    node.group,
                    node.node,
                    node.own.life.word(),
                    node.devices.len(),
                    node.messages,
                    node.rebirths,
                );
                self.line(&mut out, &tame(&line));
            }
            for finding in &host.findings {
                self.line(&mut out, &tame(&format!("{:>8} x  {finding}", finding.count)));
            }
        }
        self.open &= out.flush().is_ok();
    }
}

async fn command(matches: &ArgMatches) -> Result<u8, CommandError> {
    let (config, layers) = configuration(matches)?;
    let word = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    let default = config.sparkplug.as_ref().map_or("IIoT", |s| s.group.as_str());
    let group = group(&layers).unwrap_or_else(|| Arc::from(default));
    let place = place(word("place"), &group)?;
    let seconds = matches.get_one::<f64>("timeout").copied().unwrap_or(15.0);
    if !(0.1..=3600.0).contains(&seconds) {
        return Err(CommandError::Said("--timeout must be from 0.1 to 3600 seconds".to_owned()));
    }
    let order = Order {
        place: place.clone(),
        metric: Arc::from(word("metric")),
        text: word("value").to_owned(),
        timeout_ms: (seconds * 1000.0) as i64,
    };
    let named = matches.get_one::<String>("host-id");
    let mode = if named.is_some() { Mode::Host } else { Mode::Visitor };
    let mut host = HostConfig::new(named.map_or("breaker-console", String::as_str), mode);
    if mode == Mode::Visitor {
        host.client_id = format!("sp-command-{}", std::process::id());
    }
    host.group = Some(Arc::clone(&place.group));
    host.tell = false;
    let mut session = HostSession::new(host).map_err(|e| CommandError::Said(e.to_string()))?;
    session.give(order.clone(), now());
    let mut signals = signals::listen()?;
    let config_of_link = reach(&config, brokers(&config)).map_err(|e| CommandError::Said(e.to_string()))?;
    let mut link = HostLink::spawn(session, config_of_link, false);
    // The session waits for the birth and then for the answer; what it cannot know is whether there is a broker.
    let until = tokio::time::Instant::now() + Duration::from_secs_f64(2.0 * seconds + 2.0);
    let mut connected = false;
    let outcome = loop {
        tokio::select! {
            number = signals.next() => break Err(signals::status(number)),
            told = link.told.recv() => match told {
                Some(Told::Result(result)) => break Ok(result),
                Some(Told::Event(_)) => {}
                None => return Err(CommandError::Said("the host ended by itself".to_owned())),
            },
            Ok(()) = link.link.changed() => {
                let view = link.link.borrow_and_update().clone();
                connected |= view.state == LinkState::Online;
                if !connected && view.state == LinkState::Offline && !view.reason.is_empty() {
                    return Err(CommandError::Said(view.reason.to_string()));
                }
            }
            () = tokio::time::sleep_until(until) => {
                return Err(CommandError::Said("the broker did not answer in time".to_owned()));
            }
        }
    };
    link.stop().await;
    match outcome {
        Err(status) => Ok(status),
        Ok(result) => report(&order, result, matches.get_flag("json")),
    }
}

/// `NODE` or `NODE/DEVICE`.
fn place(text: &str, group: &Arc<str>) -> Result<Place, CommandError> {
    let mut parts = text.split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(node), device, None) if !node.is_empty() && device != Some("") => {
            Ok(Place { group: Arc::clone(group), node: Arc::from(node), device: device.map(Arc::from) })
        }
        _ => Err(CommandError::Said(format!("{text:?}: write NODE/DEVICE, or NODE for the edge node itself"))),
    }
}

fn report(order: &Order, result: Result<Done, OrderError>, as_json: bool) -> Result<u8, CommandError> {
    let Order { place, metric, .. } = order;
    if as_json {
        let mut object = json!({
            "group": place.group,
            "node": place.node,
            "device": place.device,
            "name": metric,
            "done": result.is_ok(),
        });
        match &result {
            Ok(done) => {
                object["value"] = json(&done.value);
                let reported = done.reported.iter().cloned().map(|r| event_json(&Event::Reading(r)));
                object["reported"] = reported.collect();
            }
            Err(error) => object["error"] = json!(error.to_string()),
        }
        print(&format!("{object}\n"));
        return Ok(u8::from(result.is_err()));
    }
    let done = result.map_err(|e| CommandError::Said(tame(&e.to_string()).into_owned()))?;
    print(&format!("done: {metric} of {place} = {}\n", done.value));
    for reading in done.reported {
        print(&format!("{}\n", event_line(&Event::Reading(reading))));
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_node_or_a_device() {
        let group = Arc::from("g");
        let read = |text| place(text, &group).map(|p| p.to_string()).map_err(|e| e.to_string());
        assert_eq!(read("n").as_deref(), Ok("g/n"));
        assert_eq!(read("n/d").as_deref(), Ok("g/n/d"));
        for bad in ["", "/d", "n/", "n/d/x"] {
            assert!(read(bad).unwrap_err().contains("NODE/DEVICE"), "{bad:?}");
        }
    }
}
