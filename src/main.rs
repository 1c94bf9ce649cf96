//! The binary: hands the arguments to a command and turns its result into an exit status.

use breaker_console::console::attach;
use breaker_console::console::command as console;
use breaker_console::console::picture;
use breaker_console::runtime::cli;
use breaker_console::runtime::command::{
    CommandError, bench, config, doctor, drill, host, profile, record, run, server, shell,
};
use std::process::ExitCode;

fn main() -> ExitCode {
    match dispatch() {
        Ok(status) => ExitCode::from(status),
        Err(e) => {
            eprintln!("breaker-console: {e}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<u8, CommandError> {
    let matches = cli::command().get_matches();
    match matches.subcommand() {
        None => console::console(&matches),
        Some(("run", m)) => run::run(m, attach::receive),
        Some(("attach", m)) => attach::attach(m),
        Some(("bench", m)) => bench::run(m),
        Some(("server", m)) => server::run(m),
        Some(("profile", m)) => profile::run(m),
        Some(("keys", m)) => console::keys(m),
        Some(("config", m)) => config::run(m),
        Some(("doctor", m)) => doctor::run(m),
        Some(("drill", m)) => drill::run(m),
        Some(("host", m)) => host::run(m),
        Some(("record", m)) => record::run(m),
        Some(("picture", m)) => picture::run(m),
        Some(("completions", m)) => shell::completions(m),
        Some(("man", _)) => shell::man(),
        Some((other, _)) => Err(CommandError::Said(format!("{other}: no such command"))),
    }
}
