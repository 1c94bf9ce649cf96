//! `doctor`: what would keep the program from running well here, one line a check.

use super::config::{Broker, Config};
use super::credentials;
use super::link::probe::probe;
use super::link::url::BrokerUrl;
use super::server::config::HttpConfig;
use std::fmt;
use std::io::IsTerminal;
use std::net::TcpListener;
use std::path::Path;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Good.
    Ok,
    /// Works, but not as well as it could.
    Warning,
    /// Does not work.
    Failed,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// How it ended.
    pub verdict: Verdict,
    /// What was checked.
    pub subject: &'static str,
    /// What was found, and what to do about it.
    pub finding: String,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.verdict {
            Verdict::Ok => "ok",
            Verdict::Warning => "warning",
            Verdict::Failed => "FAILED",
        };
        write!(f, "{word:8} {:10} {}", self.subject, self.finding)
    }
}

fn check(subject: &'static str, verdict: Verdict, finding: impl Into<String>) -> Check {
    Check { verdict, subject, finding: finding.into() }
}

/// The environment as far as the checks need it.
pub struct Surroundings<'a> {
    /// An environment variable.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Columns and rows; none without a terminal.
    pub size: Option<(u16, u16)>,
}

/// All checks.
#[must_use]
pub fn examine(config: &Config, around: &Surroundings<'_>) -> Vec<Check> {
    let mut checks = vec![terminal(around), colours(around), locale(around), broker(config)];
    checks.extend(config.http.as_ref().map(http));
    checks.push(state_dir(&config.state_dir));
    checks.push(match super::fleet::load(config) {
        Ok(loaded) => check(
            "profile",
            Verdict::Ok,
            format!(
                "{} {}: {} parameters, {} breakers on {}",
                loaded.profile.id,
                loaded.profile.version,
                loaded.profile.parameters.len(),
                config.fleet.breakers,
                loaded.spec.name
            ),
        ),
        Err(e) => check("profile", Verdict::Failed, e.to_string()),
    });
    checks
}

fn terminal(around: &Surroundings<'_>) -> Check {
    let term = (around.variable)("TERM").unwrap_or_default();
    match around.size {
        _ if !std::io::stdout().is_terminal() => {
            check("terminal", Verdict::Warning, "stdout is no terminal; use `breaker-console run` here")
        }
        _ if term == "dumb" || term.is_empty() => check(
            "terminal",
            Verdict::Failed,
            format!("TERM={term:?} cannot place text; set TERM, for example to xterm-256color"),
        ),
        Some((w, h)) if w < 80 || h < 24 => {
            check("terminal", Verdict::Warning, format!("{w}x{h} {term}: 80x24 or more shows everything"))
        }
        Some((w, h)) => check("terminal", Verdict::Ok, format!("{w}x{h} {term}")),
        None => check("terminal", Verdict::Warning, format!("{term} does not tell its size")),
    }
}

fn colours(around: &Surroundings<'_>) -> Check {
    let set = |name: &str| (around.variable)(name).filter(|v| !v.is_empty());
    if set("NO_COLOR").is_some() {
        check("colours", Verdict::Ok, "NO_COLOR is set: theme mono")
    } else if set("COLORTERM").is_some_and(|c| c == "truecolor" || c == "24bit") {
        check("colours", Verdict::Ok, "true colour")
    } else if set("TERM").is_some_and(|t| t.contains("256color")) {
        check("colours", Verdict::Ok, "256 colours")
    } else {
        check("colours", Verdict::Warning, "16 colours or fewer; --theme ansi or mono fits best")
    }
}

fn locale(around: &Surroundings<'_>) -> Check {
    let set = |name: &str| (around.variable)(name).filter(|v| !v.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default();
    let upper = locale.to_ascii_uppercase();
    if upper.contains("UTF-8") || upper.contains("UTF8") {
        check("locale", Verdict::Ok, locale)
    } else {
        check("locale", Verdict::Warning, format!("{locale:?} is not UTF-8; --symbols ascii is used"))
    }
}

fn broker(config: &Config) -> Check {
    match &config.broker.which {
        Broker::Embedded(address) => match TcpListener::bind(address) {
            Ok(_) => check("broker", Verdict::Ok, format!("{address} is free for the embedded broker")),
            Err(e) => check(
                "broker",
                Verdict::Failed,
                format!(
                    "{address} cannot be used ({e}); choose another with --listen, or a running broker with --broker"
                ),
            ),
        },
        Broker::Remote(urls) => remote(config, urls),
    }
}

/// Is let in as a link would be: TCP, TLS, user and password.
fn remote(config: &Config, urls: &[BrokerUrl]) -> Check {
    let access =
        credentials::login(&config.broker).and_then(|login| Ok((login, credentials::wire(&config.broker, urls)?)));
    let (login, wire) = match access {
        Ok(access) => access,
        Err(e) => return check("broker", Verdict::Failed, e.to_string()),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => return check("broker", Verdict::Failed, format!("cannot be asked: {e}")),
    };
    let asked = urls.iter().map(|url| probe(url, &wire, login.as_ref()));
    let results = runtime.block_on(futures_util::future::join_all(asked));
    let told = urls.iter().zip(&results).map(|(url, result)| match result {
        Ok(()) => format!("{url} lets us in"),
        Err(reason) => format!("{url}: {reason}"),
    });
    let verdict = match results.iter().filter(|r| r.is_ok()).count() {
        0 => Verdict::Failed,
        n if n < results.len() => Verdict::Warning,
        _ => Verdict::Ok,
    };
    check("broker", verdict, told.collect::<Vec<_>>().join("; "))
}

fn http(config: &HttpConfig) -> Check {
    let address = config.listen;
    if !address.ip().is_loopback() && config.token.is_none() {
        let finding = format!(
            "{address} can be reached from other hosts; set BREAKER_CONSOLE_HTTP_TOKEN, or listen on 127.0.0.1 with --http"
        );
        return check("http", Verdict::Failed, finding);
    }
    match TcpListener::bind(address) {
        Ok(_) => check("http", Verdict::Ok, format!("{address} is free for REST and the web page")),
        Err(e) => check(
            "http",
            if config.chosen { Verdict::Failed } else { Verdict::Warning },
            format!("{address} cannot be used ({e}); choose another with --http, or --http off"),
        ),
    }
}

fn state_dir(dir: &Path) -> Check {
    let probe = || -> std::io::Result<()> {
        std::fs::create_dir_all(dir)?;
        let file = dir.join(".doctor");
        std::fs::write(&file, b"x")?;
        std::fs::remove_file(file)
    };
    match probe() {
        Ok(()) => check("state", Verdict::Ok, format!("{} can be written", dir.display())),
        Err(e) => check(
            "state",
            Verdict::Failed,
            format!("{} cannot be written ({e}); choose another with --state-dir", dir.display()),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::config::layers::Layers;
    use crate::runtime::config::table;

    fn config(pairs: &[(&str, &str)]) -> Config {
        let mut layers = Layers::built_in();
        for (name, text) in pairs {
            layers.option(table::by_name(name).unwrap(), (*text).to_owned());
        }
        Config::read(&layers, Some(std::env::temp_dir())).unwrap()
    }

    #[test]
    fn a_taken_port_names_the_option() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let found = broker(&config(&[("listen", &address)]));
        assert_eq!(found.verdict, Verdict::Failed);
        assert!(found.finding.contains("--listen"), "{found}");
    }

    #[test]
    fn brokers_that_are_not_there_are_named_one_by_one() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let found = broker(&config(&[("broker", &format!("mqtt://{address},mqtt://{address}"))]));
        assert_eq!(found.verdict, Verdict::Failed);
        assert_eq!(found.finding, format!("{address}: nothing listens there; {address}: nothing listens there"));
        let found = broker(&config(&[("broker", &format!("mqtts://{address}")), ("tls-ca", "/none.pem")]));
        assert!(found.finding.contains("--tls-ca"), "{found}");
    }

    #[test]
    fn a_taken_http_port_names_the_option_and_a_wide_one_wants_a_token() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let found = http(config(&[("http", &address)]).http.as_ref().unwrap());
        assert!(found.verdict == Verdict::Failed && found.finding.contains("--http"), "{found}");
        let found = http(config(&[("http", "0.0.0.0:0")]).http.as_ref().unwrap());
        assert!(found.verdict == Verdict::Failed && found.finding.contains("TOKEN"), "{found}");
    }

    #[test]
    fn a_directory_that_is_a_file_names_the_option() {
        let found = state_dir(Path::new("/dev/null/x"));
        assert_eq!(found.verdict, Verdict::Failed);
        assert!(found.finding.contains("--state-dir"));
    }

    #[test]
    fn a_locale_without_utf8_is_said() {
        let around = |value: &'static str| move |name: &str| (name == "LANG").then(|| value.to_owned());
        let of = |value: &'static str| locale(&Surroundings { variable: &around(value), size: None }).verdict;
        assert_eq!(of("en_GB.UTF-8"), Verdict::Ok);
        assert_eq!(of("C"), Verdict::Warning);
    }
}
