//! Methods of the profile as commands: what `trip`, `close`, `set_configuration` and the others mean.

use super::{Command, Switch};
use std::sync::Arc;

/// Why a method call is no command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MethodError {
    /// The device knows the method by its profile, but cannot do it.
    #[error("method {0} is not supported by this device")]
    NotSupported(String),
    /// An argument is missing.
    #[error("method {method}: argument {argument} is missing")]
    Missing {
        /// Which method.
        method: String,
        /// Which argument.
        argument: &'static str,
    },
    /// An argument has an illegal value.
    #[error("method {method}: {argument} must be one of {allowed}, not {value:?}")]
    Illegal {
        /// Which method.
        method: String,
        /// Which argument.
        argument: &'static str,
        /// What was given.
        value: String,
        /// What would be legal.
        allowed: &'static str,
    },
}

/// The command that a method call stands for; `argument` gives the text of an argument by name.
///
/// # Errors
/// When the method is none of a breaker, or an argument is missing or illegal.
pub fn command(method: &str, argument: impl Fn(&str) -> Option<String>) -> Result<Command, MethodError> {
    let reason = || -> Arc<str> { argument("reason").filter(|r| !r.is_empty()).map_or("Manual".into(), Into::into) };
    match method {
        "trip" => Ok(Command::Direct(Switch::Trip, reason())),
        "close" => Ok(Command::Direct(Switch::Close, reason())),
        "open" => Ok(Command::Direct(Switch::Open, reason())),
        "reset" => match argument("reset_type").as_deref() {
            None | Some("" | "Full") => Ok(Command::Direct(Switch::Reset, "Full".into())),
            Some("Alarms") => Ok(Command::ClearAlarms),
            Some("Counters") => Ok(Command::ClearCounters),
            Some(other) => Err(MethodError::Illegal {
                method: method.to_owned(),
                argument: "reset_type",
                value: other.to_owned(),
                allowed: "Full, Alarms, Counters",
            }),
        },
        "acknowledge" => Ok(Command::Acknowledge(argument("alarm").filter(|a| !a.is_empty()).map(Into::into))),
        "set_configuration" => argument("template_name")
            .filter(|name| !name.is_empty())
            .map(|name| Command::ApplyTemplate(name.into()))
            .ok_or_else(|| MethodError::Missing { method: method.to_owned(), argument: "template_name" }),
        "run_diagnostic" => {
            let test = argument("test_name")
                .filter(|name| !name.is_empty())
                .ok_or_else(|| MethodError::Missing { method: method.to_owned(), argument: "test_name" })?;
            let with_trip = match argument("with_trip").as_deref() {
                None | Some("" | "false") => false,
                Some("true") => true,
                Some(other) => {
                    return Err(MethodError::Illegal {
                        method: method.to_owned(),
                        argument: "with_trip",
                        value: other.to_owned(),
                        allowed: "true, false",
                    });
                }
            };
            Ok(Command::RunTest { test: test.into(), with_trip })
        }
        "stop_diagnostic" => Ok(Command::StopTest),
        other => Err(MethodError::NotSupported(other.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_briefs_methods_are_commands() {
        let none = |_: &str| None;
        assert_eq!(command("trip", none), Ok(Command::Direct(Switch::Trip, "Manual".into())));
        let reset = |kind: &'static str| command("reset", move |a| (a == "reset_type").then(|| kind.to_owned()));
        assert_eq!(reset("Full"), Ok(Command::Direct(Switch::Reset, "Full".into())));
        assert_eq!(reset("Counters"), Ok(Command::ClearCounters));
        assert!(reset("Half").unwrap_err().to_string().contains("Full, Alarms, Counters"));
        let run = |trip: &'static str| {
            command("run_diagnostic", move |a| match a {
                "test_name" => Some("SelfTest".to_owned()),
                "with_trip" => Some(trip.to_owned()),
                _ => None,
            })
        };
        assert_eq!(run("false"), Ok(Command::RunTest { test: "SelfTest".into(), with_trip: false }));
        assert_eq!(run("true"), Ok(Command::RunTest { test: "SelfTest".into(), with_trip: true }));
        assert!(run("perhaps").unwrap_err().to_string().contains("true, false"));
        assert!(matches!(command("run_diagnostic", none), Err(MethodError::Missing { argument: "test_name", .. })));
        assert!(command("set_configuration", none).is_err());
        assert!(matches!(command("fly", none), Err(MethodError::NotSupported(_))));
    }
}
