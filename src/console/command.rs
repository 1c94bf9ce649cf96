//! The commands that need the console: the console itself, and `keys`.

use super::keymap::Keymap;
use super::wiring::{ConsoleError, Options, Pace, Wiring};
use crate::runtime::attach::{Seat, first_request};
use crate::runtime::command::{CommandError, configuration, print, utc_micros};
use crate::runtime::config::ConsoleConfig;
use crate::runtime::link::observer::{self, reach};
use crate::runtime::simulation::Simulation;
use crate::runtime::{fleet, running};
use clap::ArgMatches;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Runs the console until the operator leaves; gives the exit status.
///
/// # Errors
/// When there is no terminal, or something cannot start.
pub fn console(matches: &ArgMatches) -> Result<u8, CommandError> {
    let (config, _) = configuration(matches)?;
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        return Err(CommandError::Said(ConsoleError::NoTerminal.to_string()));
    }
    let options = options(&config.console)?;
    let loaded = fleet::load(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let mut running = running::start(&config, &loaded, utc_micros()).await?;
        let (pace, clock) = clock(running.simulation.clone());
        let clock = tokio::spawn(clock);
        let (observe, host) = observer::on_demand(
            reach(&config, running.brokers.clone()).map_err(|e| CommandError::Said(e.to_string()))?,
            config.console.host_view,
        );
        let wiring = Wiring {
            fleet: running.fleet.clone(),
            snapshot: running.snapshot.clone(),
            history: std::mem::take(&mut running.history),
            records: std::mem::replace(&mut running.records, mpsc::unbounded_channel().1),
            links: running.links.clone(),
            misbehave: running.misbehave.clone(),
            observe,
            host,
            requests: running.requests.clone(),
            answers: std::mem::replace(&mut running.answers, mpsc::unbounded_channel().1),
            pace,
            first_request: first_request(0),
        };
        let end = super::run(wiring, options).await;
        clock.abort();
        let mut trouble = std::mem::replace(&mut running.trouble, mpsc::unbounded_channel().1);
        running.stop().await;
        while let Ok(text) = trouble.try_recv() {
            eprintln!("{text}");
        }
        match end {
            Ok(reason) => Ok(reason.status()),
            Err(e) => Err(CommandError::Said(e.to_string())),
        }
    })
}

/// A seat as wiring, and what has to run beside the console.
pub(super) fn wire(seat: Seat) -> (Wiring, impl Future<Output = ()>) {
    let (pace, clock) = clock(seat.simulation);
    let wiring = Wiring {
        fleet: seat.fleet,
        snapshot: seat.snapshot,
        history: seat.history,
        records: seat.records,
        links: seat.links,
        misbehave: seat.misbehave,
        observe: seat.observe,
        host: seat.host,
        requests: seat.requests,
        answers: seat.answers,
        pace,
        first_request: seat.first_request,
    };
    (wiring, clock)
}

/// The way to the clock of the plant, and what goes it.
fn clock(simulation: Simulation) -> (mpsc::Sender<Pace>, impl Future<Output = ()>) {
    let (pace, mut asked) = mpsc::channel(16);
    let tell = async move {
        while let Some(pace) = asked.recv().await {
            match pace {
                Pace::Paused(paused) => simulation.pause(paused),
                Pace::Speed(speed) => simulation.set_speed(speed),
            }
        }
    };
    (pace, tell)
}

pub(super) fn options(config: &ConsoleConfig) -> Result<Options, CommandError> {
    let said = |e: &dyn std::fmt::Display| CommandError::Said(e.to_string());
    let (keymap, keymap_file) = keymap(&config.keymap)?;
    Ok(Options {
        keymap,
        keymap_file,
        theme: config.theme.as_deref().map(str::parse).transpose().map_err(|e| said(&e))?,
        symbols: config.symbols.as_deref().map(str::parse).transpose().map_err(|e| said(&e))?,
        role: config.role,
        ident: std::env::var("USER").ok().filter(|u| !u.is_empty()).map_or(Arc::from("console"), Arc::from),
        read_only: config.read_only,
        fps: config.fps,
        ..Options::default()
    })
}

/// A key map by name or file, and the file when it is one.
pub(super) fn keymap(named: &str) -> Result<(Keymap, Option<PathBuf>), CommandError> {
    let said = |e: &dyn std::fmt::Display| CommandError::Said(e.to_string());
    if let Some(text) = Keymap::embedded(named) {
        return Ok((Keymap::parse(text, named).map_err(|e| said(&e))?, None));
    }
    let path = Path::new(named);
    let text = std::fs::read_to_string(path).map_err(|e| {
        CommandError::Said(format!("cannot read the key map {named} ({e}); use default, vim or a file with --keymap"))
    })?;
    Ok((Keymap::parse(&text, named).map_err(|e| said(&e))?, Some(path.to_owned())))
}

/// `keys check|dump`; status 1 when a key map is wrong.
///
/// # Errors
/// When a file cannot be read.
pub fn keys(matches: &ArgMatches) -> Result<u8, CommandError> {
    match matches.subcommand() {
        Some(("check", m)) => {
            let mut status = 0;
            for file in m.get_many::<PathBuf>("file").into_iter().flatten() {
                match keymap(&file.display().to_string()) {
                    Ok(_) => print(&format!("{}: good\n", file.display())),
                    Err(e) => {
                        eprintln!("{e}");
                        status = 1;
                    }
                }
            }
            Ok(status)
        }
        Some(("dump", m)) => {
            let named = m.get_one::<String>("name").map_or("default", String::as_str);
            print(&keymap(named)?.0.to_markdown());
            Ok(0)
        }
        _ => Err(CommandError::Said("say `keys check` or `keys dump`".to_owned())),
    }
}
