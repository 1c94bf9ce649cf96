//! `drill check|list|run`.

use super::{CommandError, print};
use crate::drill::file::{self, Case};
use crate::drill::run::{self, Outcome};
use crate::record::json;
use crate::runtime::fleet;
use clap::ArgMatches;
use serde_json::json;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The drills inside the program: file name and text.
const SHIPPED: &[(&str, &str)] = &[
    ("first-trip.toml", include_str!("../../../assets/drills/first-trip.toml")),
    ("overcurrent.toml", include_str!("../../../assets/drills/overcurrent.toml")),
    ("short-circuit.toml", include_str!("../../../assets/drills/short-circuit.toml")),
    ("ground-and-arc.toml", include_str!("../../../assets/drills/ground-and-arc.toml")),
    ("thermal.toml", include_str!("../../../assets/drills/thermal.toml")),
    ("breaker.toml", include_str!("../../../assets/drills/breaker.toml")),
    ("motor.toml", include_str!("../../../assets/drills/motor.toml")),
    ("supply.toml", include_str!("../../../assets/drills/supply.toml")),
    ("zone.toml", include_str!("../../../assets/drills/zone.toml")),
    ("arc.toml", include_str!("../../../assets/drills/arc.toml")),
    ("condition.toml", include_str!("../../../assets/drills/condition.toml")),
];

/// Runs the command; status 1 when a file is wrong or an expectation failed.
///
/// # Errors
/// When a file cannot be read or written, or a case cannot be run.
pub fn run(matches: &ArgMatches) -> Result<u8, CommandError> {
    match matches.subcommand() {
        Some(("check", m)) => Ok(check(&cases(m, false)?)),
        Some(("list", m)) => Ok(list(&cases(m, true)?)),
        Some(("run", m)) => drill(m),
        _ => Err(CommandError::Said("say `drill check`, `drill list` or `drill run`".to_owned())),
    }
}

/// The cases of the named files, or the shipped ones.
fn cases(matches: &ArgMatches, shipped: bool) -> Result<Vec<Case>, CommandError> {
    let files: Vec<&PathBuf> = matches.get_many("file").into_iter().flatten().collect();
    let read = |text: &str, name: &str| {
        file::parse(text, name)
            .map_err(|errors| CommandError::Said(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
    };
    let mut all = Vec::new();
    if files.is_empty() && shipped {
        for (name, text) in SHIPPED {
            all.extend(read(text, name)?);
        }
    }
    for path in files {
        let shipped = SHIPPED.iter().find(|(name, _)| Path::new(name) == path.as_path() && !path.exists());
        let text = match shipped {
            Some((_, text)) => (*text).to_owned(),
            None => std::fs::read_to_string(path)
                .map_err(|e| CommandError::Said(format!("cannot read the drill {}: {e}", path.display())))?,
        };
        all.extend(read(&text, &path.display().to_string())?);
    }
    Ok(all)
}

fn check(cases: &[Case]) -> u8 {
    print(&format!("{} cases, all good\n", cases.len()));
    0
}

fn list(cases: &[Case]) -> u8 {
    for case in cases {
        print(&format!("{:12} {}\n", case.id, case.title));
    }
    0
}

fn drill(matches: &ArgMatches) -> Result<u8, CommandError> {
    let all = matches.get_flag("all");
    let cases = cases(matches, all)?;
    if cases.is_empty() {
        return Err(CommandError::Said("name drill files, or say --all for the shipped ones".to_owned()));
    }
    let (_, points) = fleet::profile(matches.get_one::<PathBuf>("profile"))?;
    let speed = matches.get_one::<f64>("speed").copied();
    if speed.is_some_and(|s| !(s > 0.0 && s <= 1e6)) {
        return Err(CommandError::Said("--speed must be more than 0 and at most 1000000".to_owned()));
    }
    let mut records = String::new();
    let mut failed = 0;
    for case in &cases {
        let began = Instant::now();
        let mut pace = |at: crate::units::Seconds| {
            if let Some(speed) = speed {
                let due = Duration::from_secs_f64(at.0 / speed);
                // A drill at a given speed is watched by people; half a beat early is no matter.
                if let Some(ahead) = due.checked_sub(began.elapsed()).filter(|a| *a > Duration::from_millis(2)) {
                    std::thread::park_timeout(ahead);
                }
            }
        };
        let outcome = run::run(case, &points, &mut pace).map_err(|e| CommandError::Said(e.to_string()))?;
        failed += usize::from(!outcome.pass());
        print(&if matches.get_flag("json") { as_json(case, &outcome) } else { as_text(case, &outcome) });
        for record in &outcome.records {
            records += &json::line(record).map_err(|e| CommandError::Said(e.to_string()))?;
            if !records.ends_with('\n') {
                records.push('\n');
            }
        }
    }
    if let Some(path) = matches.get_one::<PathBuf>("records") {
        std::fs::write(path, records)?;
    }
    if !matches.get_flag("json") {
        print(&format!("{} passed, {failed} failed\n", cases.len() - failed));
    }
    Ok(u8::from(failed > 0))
}

fn as_json(case: &Case, outcome: &Outcome) -> String {
    let object = json!({
        "id": case.id,
        "title": case.title,
        "pass": outcome.pass(),
        "expectations": outcome.verdicts,
        "records": outcome.records.len(),
    });
    format!("{object}\n")
}

fn as_text(case: &Case, outcome: &Outcome) -> String {
    let mut out = format!("{} {} {}\n", if outcome.pass() { "pass" } else { "FAIL" }, case.id, case.title);
    for v in outcome.verdicts.iter().filter(|v| !v.pass) {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "     {}: expected {}, got {}", v.what, v.expected, v.got);
    }
    out
}
