//! `run`: everything but the screen, with what happens on stdout, and a door for consoles of other terminals.

use super::link_news::{LinkNews, News};
use super::{CommandError, configuration, utc_micros};
use crate::record::{Record, describe, json};
use crate::runtime::attach::{self, Receive, Seats, Table};
use crate::runtime::link::observer::reach;
use crate::runtime::running::{self, Running};
use crate::runtime::{fleet, signals};
use clap::ArgMatches;
use serde_json::json;
use std::io::Write as _;
use std::time::Duration;

/// How often the end of the simulation and news of the links are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Runs until a signal comes or the duration is over; gives the exit status. `receive` shows a console to whoever
/// attaches.
///
/// # Errors
/// When it cannot start.
pub fn run(matches: &ArgMatches, receive: Receive) -> Result<u8, CommandError> {
    let (config, _) = configuration(matches)?;
    let as_json = matches.get_one::<String>("log").is_some_and(|f| f == "json");
    let loaded = fleet::load(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let mut signals = signals::listen()?;
        let mut running = running::start(&config, &loaded, utc_micros()).await?;
        let mut log = Log { as_json, open: true };
        let reach = reach(&config, running.brokers.clone()).map_err(|e| CommandError::Said(e.to_string()))?;
        let mut table = Table::new(&running, &config, reach);
        let (seats, mut claims) = Seats::new();
        let socket = attach::open(&config.state_dir, receive, seats)
            .map_err(|e| log.trouble(&format!("no console can attach: {e}")))
            .ok();
        // Whoever reads this can attach.
        log.started(&running, &config.state_dir.display().to_string());
        let mut news = LinkNews::default();
        let mut look = tokio::time::interval(LOOK_EVERY);
        let status = loop {
            tokio::select! {
                number = signals.next() => break signals::status(number),
                Some(record) = running.records.recv() => {
                    log.record(&record);
                    table.record(&record);
                }
                Some(text) = running.trouble.recv() => log.trouble(&text),
                Some(answer) = running.answers.recv() => table.answer(&answer),
                Some(claim) = claims.recv() => {
                    if let Some(who) = table.give(claim) {
                        log.console("attached", &who);
                    }
                }
                _ = look.tick() => {
                    news.take(&running.links).iter().for_each(|n| log.link(n));
                    table.left().iter().for_each(|who| log.console("detached", who));
                    if running.over() {
                        break 0;
                    }
                }
            }
        };
        let mut records = std::mem::replace(&mut running.records, tokio::sync::mpsc::unbounded_channel().1);
        drop((table, claims));
        running.stop().await;
        if let Some(socket) = socket {
            socket.close().await;
        }
        while let Ok(record) = records.try_recv() {
            log.record(&record);
        }
        Ok(status)
    })
}

struct Log {
    as_json: bool,
    /// Somebody still reads stdout.
    open: bool,
}

impl Log {
    fn line(&mut self, line: &str) {
        let mut out = std::io::stdout().lock();
        if self.open && writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
            self.open = false;
        }
    }

    fn started(&mut self, running: &Running, state_dir: &str) {
        let brokers = running.brokers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let http = running.http.map(|address| format!("http://{address}"));
        let devices: Vec<&str> = running.fleet.devices.iter().map(AsRef::as_ref).collect();
        let line = if self.as_json {
            json!({
                "event": "started", "broker": brokers, "devices": devices, "state_dir": state_dir, "http": http,
            })
            .to_string()
        } else {
            let http = http.map(|url| format!(", {url}")).unwrap_or_default();
            format!("started: {} on {brokers}, state in {state_dir}{http}", devices.join(", "))
        };
        self.line(&line);
    }

    fn record(&mut self, record: &Record) {
        if self.as_json {
            match json::line(record) {
                Ok(line) => self.line(line.trim_end()),
                Err(e) => self.trouble(&e.to_string()),
            }
        } else {
            self.line(&describe(record));
        }
    }

    fn link(&mut self, News { name, state, broker, reason }: &News) {
        if self.as_json {
            let line = json!({ "event": "link", "link": name, "state": state, "broker": broker, "reason": reason });
            self.line(&line.to_string());
        } else {
            let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            self.line(&format!("{name}: {state} at {broker}{reason}"));
        }
    }

    fn console(&mut self, what: &str, who: &str) {
        if self.as_json {
            self.line(&json!({ "event": "console", "state": what, "who": who }).to_string());
        } else {
            self.line(&format!("console {what}: {who}"));
        }
    }

    fn trouble(&mut self, text: &str) {
        if self.as_json {
            self.line(&json!({ "event": "trouble", "text": text }).to_string());
        } else {
            eprintln!("{text}");
        }
    }
}
