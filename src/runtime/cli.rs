//! The command line, built from the table of settings.

use super::config::layers::{LayerError, Layers};
use super::config::table::{ROWS, Target};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::path::PathBuf;

/// The whole command line.
#[must_use]
pub fn command() -> Command {
    let file = || Arg::new("file").value_name("FILE").required(true).value_parser(value_parser!(PathBuf));
    let files = || file().num_args(1..);
    let json = |help: &'static str| Arg::new("json").long("json").action(ArgAction::SetTrue).help(help);
    shared(Command::new("breaker-console"))
        .version(env!("CARGO_PKG_VERSION"))
        .about("A console of simulated smart circuit breakers, on Sparkplug B and LwM2M over MQTT")
        .subcommand_negates_reqs(true)
        .args_conflicts_with_subcommands(true)
        .subcommand(
            shared(Command::new("run")).about("The same without a screen, until a signal or --duration").arg(
                Arg::new("log")
                    .long("log")
                    .value_name("FORM")
                    .value_parser(["text", "json"])
                    .default_value("text")
                    .help("Form of the events on stdout"),
            ),
        )
        .subcommand(
            only(
                Command::new("attach"),
                &["config", "state-dir", "keymap", "theme", "symbols", "fps", "role", "read-only"],
            )
            .about("The console for a `run` on this host, at the same --state-dir"),
        )
        .subcommand(
            shared(Command::new("bench"))
                .about("Load and latency of both paths, and what the simulation costs, on this machine")
                .arg(
                    Arg::new("part")
                        .value_name("PART")
                        .num_args(0..)
                        .value_parser(super::bench::PARTS)
                        .help("What to measure; everything when none is named"),
                )
                .arg(json("One JSON object a case on stdout"))
                .arg(
                    Arg::new("seconds")
                        .long("seconds")
                        .value_name("S")
                        .value_parser(seconds)
                        .default_value("5")
                        .help("How long each part over a broker is measured"),
                )
                .arg(
                    Arg::new("rounds")
                        .long("rounds")
                        .value_name("N")
                        .value_parser(clap::value_parser!(u32).range(1..=100))
                        .default_value("5")
                        .help("Rounds of each side of flat-out, in turns, that share the seconds"),
                ),
        )
        .subcommand(
            shared(Command::new("server"))
                .about("The LwM2M server alone: REST and web page for the devices of a broker, until a signal"),
        )
        .subcommand(
            Command::new("drill")
                .about("Drills: timed injections with expectations, in accelerated simulated time")
                .subcommand_required(true)
                .subcommand(Command::new("check").about("Read drill files and report mistakes").arg(files()))
                .subcommand(
                    Command::new("list")
                        .about("List the shipped drills, or those of files")
                        .arg(files().required(false)),
                )
                .subcommand(
                    Command::new("run")
                        .about("Run drills; exit status 1 when an expectation fails")
                        .arg(files().required(false))
                        .arg(Arg::new("all").long("all").action(ArgAction::SetTrue).help("Every shipped drill"))
                        .arg(json("One JSON object a case on stdout"))
                        .arg(
                            Arg::new("records")
                                .long("records")
                                .value_name("FILE")
                                .value_parser(value_parser!(PathBuf))
                                .help("Write the records of all cases to this file, one JSON object a line"),
                        )
                        .arg(
                            Arg::new("speed")
                                .long("speed")
                                .value_name("X")
                                .value_parser(value_parser!(f64))
                                .help("Simulated seconds a second; as fast as possible when not given"),
                        )
                        .arg(
                            Arg::new("profile")
                                .long("profile")
                                .value_name("FILE")
                                .value_parser(value_parser!(PathBuf))
                                .help("Device profile"),
                        ),
                ),
        )
        .subcommand(record_command())
        .subcommand(
            Command::new("profile")
                .about("Device profiles")
                .subcommand_required(true)
                .subcommand(Command::new("check").about("Validate; every mistake with file and line").arg(files()))
                .subcommand(Command::new("show").about("What the device has, for people").arg(file().required(false)))
                .subcommand(Command::new("points").about("The point map as a table").arg(file().required(false)))
                .subcommand(
                    Command::new("ddf")
                        .about("LwM2M object definitions (OMA DDF)")
                        .arg(file().required(false))
                        .arg(
                            Arg::new("object")
                                .long("object")
                                .value_name("ID")
                                .value_parser(value_parser!(u16))
                                .help("This object to stdout"),
                        )
                        .arg(
                            Arg::new("out")
                                .long("out")
                                .value_name("DIR")
                                .value_parser(value_parser!(PathBuf))
                                .help("One file an object into this directory"),
                        ),
                ),
        )
        .subcommand(
            Command::new("keys")
                .about("Key maps")
                .subcommand_required(true)
                .subcommand(Command::new("check").about("Validate a key map").arg(files()))
                .subcommand(
                    Command::new("dump")
                        .about("Print a key map as it is in force")
                        .arg(Arg::new("name").value_name("NAME|FILE").default_value("default"))
                        .arg(
                            Arg::new("markdown")
                                .long("markdown")
                                .action(ArgAction::SetTrue)
                                .help("As a Markdown table"),
                        ),
                ),
        )
        .subcommand(shared(Command::new("config")).about("The configuration").subcommand_required(true).subcommand(
            shared(Command::new("show")).about("The effective configuration").arg(
                Arg::new("origin").long("origin").action(ArgAction::SetTrue).help("With the layer that set each value"),
            ),
        ))
        .subcommand(host())
        .subcommand(shared(Command::new("doctor")).about("Terminal, colours, locale, broker, ports, profile"))
        .subcommand(
            shared(Command::new("picture")).about("Draw a screen of a running simulation as SVG or text").args([
                Arg::new("screen").long("screen").value_name("NAME").default_value("overview").help("Which screen"),
                Arg::new("size").long("size").value_name("WxH").default_value("120x40").help("Columns and rows"),
                Arg::new("at")
                    .long("at")
                    .value_name("S")
                    .value_parser(value_parser!(f64))
                    .default_value("12")
                    .help("Simulated second"),
                Arg::new("fault")
                    .long("fault")
                    .value_name("KIND")
                    .help("Inject this fault (3PH, LL, LLG, LG) at 30 m one second before"),
                Arg::new("format")
                    .long("format")
                    .value_name("FORM")
                    .value_parser(["svg", "text"])
                    .default_value("svg")
                    .help("Form"),
            ]),
        )
        .subcommand(Command::new("completions").about("Shell completions").arg(
            Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(clap_complete::Shell)),
        ))
        .subcommand(Command::new("man").about("The manual page"))
}

/// A stretch of measuring: long enough for a quantile, short enough to wait for.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(s) if (1.0..=3600.0).contains(&s) => Ok(s),
        _ => Err("must be a number of seconds from 1 to 3600".to_owned()),
    }
}

/// `host` and `host cmd`, with those of the shared options that concern a connection.
fn host() -> Command {
    const SHOWN: &[&str] = &[
        "config",
        "broker",
        "listen",
        "mqtt-host",
        "mqtt-port",
        "username",
        "password-file",
        "mqtt-tls",
        "tls-ca",
        "tls-cert",
        "tls-key",
        "tls-name",
        "alpn",
        "keep-alive",
        "cloud",
        "group",
        "duration",
    ];
    let connection = |command: Command| only(command, SHOWN);
    let id =
        || Arg::new("host-id").long("host-id").value_name("ID").help("Sparkplug host id, in STATE [breaker-console]");
    let json = |help: &'static str| Arg::new("json").long("json").action(ArgAction::SetTrue).help(help);
    let text = |name: &'static str, shown: &'static str, help: &'static str| {
        Arg::new(name).value_name(shown).required(true).allow_hyphen_values(true).help(help)
    };
    connection(Command::new("host"))
        .about("The Sparkplug host alone: every metric of every edge node as a line, and what is wrong with it")
        .subcommand_negates_reqs(true)
        .args_conflicts_with_subcommands(true)
        .arg(
            Arg::new("observe")
                .long("observe")
                .action(ArgAction::SetTrue)
                .help("Publish nothing: no STATE, no rebirth requests"),
        )
        .arg(id())
        .arg(json("One JSON object a line; those of values have \"event\": \"metric\""))
        .arg(
            Arg::new("reorder-timeout")
                .long("reorder-timeout")
                .value_name("S")
                .value_parser(value_parser!(f64))
                .help("Seconds that a gap in seq may stay open before births are asked for [5]"),
        )
        .subcommand(
            connection(Command::new("cmd"))
                .about("Write one metric and wait for what becomes of it; exit status 1 when nothing does")
                .arg(text("place", "NODE/DEVICE", "Edge node and device: NODE/DEVICE, or NODE"))
                .arg(text("metric", "METRIC", "Metric name, as in the birth"))
                .arg(text("value", "VALUE", "Value, in the datatype of the birth"))
                .arg(id().help("Announce this host in STATE; without it the command comes from no host"))
                .arg(json("The result as one JSON object"))
                .arg(
                    Arg::new("timeout")
                        .long("timeout")
                        .value_name("S")
                        .value_parser(value_parser!(f64))
                        .help("Seconds to wait for the birth, and again for the answer [15]"),
                ),
        )
}

/// `record list|show|export`.
fn record_command() -> Command {
    let json = |help: &'static str| Arg::new("json").long("json").action(ArgAction::SetTrue).help(help);
    let choosing = |command: Command| {
        let text = |name: &'static str, value: &'static str, help: &'static str| {
            Arg::new(name).long(name).value_name(value).help(help)
        };
        shared(command).args([
            text("class", "CLASS", "Only this class: trip, protection, alarm, operation... (repeatable)")
                .action(ArgAction::Append),
            text("device", "ID", "Only this breaker (repeatable)").action(ArgAction::Append),
            text("since", "TIME", "From here: 2026-01-31, 2026-01-31T13:45:00, or 15m, 2h, 3d ago"),
            text("until", "TIME", "Up to here"),
            text("last", "N", "Only the newest of these").value_parser(value_parser!(usize)),
        ])
    };
    Command::new("record")
        .about("What a state directory has on record, also while the program runs")
        .subcommand_required(true)
        .subcommand(choosing(Command::new("list")).about("One line a record").arg(json("One JSON object a line")))
        .subcommand(
            shared(Command::new("show"))
                .about("A record in full: the trip card, the steps of a test")
                .arg(Arg::new("record").value_name("N|TRIP").required(true).help("Number of the record, or id of a trip"))
                .arg(json("As one JSON object")),
        )
        .subcommand(
            choosing(Command::new("export")).about("Files for other programs").args([
                Arg::new("format")
                    .long("format")
                    .value_name("FORMAT")
                    .required(true)
                    .value_parser(["csv", "json", "comtrade"])
                    .help("Records as csv or json, recordings of trips as comtrade"),
                Arg::new("form")
                    .long("form")
                    .value_name("FORM")
                    .action(ArgAction::Append)
                    .help("COMTRADE: 1999-ascii, 1999-binary, 2013-ascii, 2013-binary, 2013-binary32, 2013-float32, cff-ascii, cff-binary, cff-binary32, cff-float32, all [1999-binary]"),
                Arg::new("out")
                    .long("out")
                    .value_name("DIR")
                    .required(true)
                    .value_parser(value_parser!(PathBuf))
                    .help("Where to write"),
            ]),
        )
}

/// The shared options, of which only these are shown: a file or environment for all commands may set the others.
fn only(command: Command, shown: &[&str]) -> Command {
    shared(command).mut_args(|a| if shown.contains(&a.get_id().as_str()) { a } else { a.hide(true) })
}

/// Adds `--config`, `--set` and an option a row.
fn shared(mut command: Command) -> Command {
    command = command
        .arg(
            Arg::new("config")
                .long("config")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("Configuration file: TOML, or NAME=value lines like config.env.smart-breaker"),
        )
        .arg(
            Arg::new("set")
                .long("set")
                .value_name("PARAMETER=VALUE")
                .action(ArgAction::Append)
                .help("Start with another value of a parameter of the profile (repeatable)"),
        );
    for row in ROWS.iter().filter(|r| r.target == Target::Program && !r.secret) {
        let flag = row.value == "on|off";
        let arg = Arg::new(row.name).long(row.name).value_name(row.value).help(format!(
            "{} [{}{}]",
            row.help,
            row.env,
            if row.default.is_empty() { String::new() } else { format!(", {}", row.default) }
        ));
        // A switch may stand alone: `--read-only` is `--read-only on`.
        command = command.arg(if flag { arg.num_args(0..=1).default_missing_value("on") } else { arg });
    }
    command
}

/// The layers as the command line has them: built-in, file, environment, options.
///
/// # Errors
/// When a layer cannot be read.
pub fn layers(
    matches: &ArgMatches,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Layers, LayerError> {
    let environment: Vec<_> = environment.into_iter().collect();
    let variable = |name: &str| environment.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let mut layers = Layers::built_in();
    let named = matches
        .get_one::<PathBuf>("config")
        .cloned()
        .or_else(|| variable(super::config::CONFIG_VARIABLE).map(PathBuf::from));
    if let Some(path) = named {
        layers.file(&path)?;
    } else if let Some(path) = user_file(variable("XDG_CONFIG_HOME"), variable("HOME")).filter(|p| p.exists()) {
        layers.file(&path)?;
    }
    layers.environment(environment)?;
    for row in ROWS.iter().filter(|r| r.target == Target::Program && !r.secret) {
        if let Some(text) = matches.get_one::<String>(row.name) {
            layers.option(row, text.clone());
        }
    }
    for text in matches.get_many::<String>("set").into_iter().flatten() {
        layers.assignment(text)?;
    }
    Ok(layers)
}

/// `$XDG_CONFIG_HOME/breaker-console/config.toml`, or the same under `$HOME/.config`.
fn user_file(xdg: Option<String>, home: Option<String>) -> Option<PathBuf> {
    let base =
        xdg.filter(|x| !x.is_empty()).map(PathBuf::from).or_else(|| home.map(|h| PathBuf::from(h).join(".config")))?;
    Some(base.join("breaker-console").join("config.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn options_win_over_the_environment_and_switches_may_stand_alone() {
        let matches = command()
            .try_get_matches_from([
                "breaker-console",
                "run",
                "--breakers",
                "2",
                "--read-only",
                "--set",
                "RatedCurrent=63",
            ])
            .unwrap();
        let (_, run) = matches.subcommand().unwrap();
        let layers = layers(run, [("BREAKER_CONSOLE_BREAKERS".into(), "9".into())]).unwrap();
        assert_eq!(layers.program["breakers"].text, "2");
        assert_eq!(layers.program["read-only"].text, "on");
        assert_eq!(layers.parameters["RatedCurrent"].text, "63");
    }

    #[test]
    fn the_shipped_variables_are_all_known() {
        let matches =
            command().try_get_matches_from(["breaker-console", "--config", "config.env.smart-breaker"]).unwrap();
        let layers = layers(&matches, []).unwrap();
        assert_eq!(layers.program["tick"].text, "0.001");
        assert_eq!(layers.parameters["ThermalDelay"].text, "300.0");
    }
}
