//! The configuration: text in layers first ([`layers`]), then what it means ([`Config`]).

pub mod broker;
pub mod layers;
pub mod show;
pub mod table;

use super::link::channel::CAN_SECURE;
use super::link::psk::Psk;
use super::link::udp::CoapServer;
use super::server::config::{HttpConfig, Token};
use super::store::Options;
use crate::profile::Role;
use crate::session::misbehaviour::Misbehaviour;
use crate::units::Seconds;
pub use broker::{Broker, BrokerConfig};
use layers::{Layers, Text};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Environment variable that names the configuration file.
pub const CONFIG_VARIABLE: &str = "BREAKER_CONSOLE_CONFIG";

/// What the program was told to be.
#[derive(Clone, Debug)]
pub struct Config {
    /// Breakers, profile, plant and settings.
    pub fleet: FleetConfig,
    /// The broker.
    pub broker: BrokerConfig,
    /// The Sparkplug path; none when off.
    pub sparkplug: Option<SparkplugConfig>,
    /// The LwM2M path; none when off.
    pub lwm2m: Option<Lwm2mConfig>,
    /// Faults on purpose that are on from the start.
    pub misbehave: Vec<Misbehaviour>,
    /// REST, page and metrics of the LwM2M server; none when off.
    pub http: Option<HttpConfig>,
    /// The drill whose steps drive the fleet.
    pub drill: Option<PathBuf>,
    /// Determinism and pace.
    pub pace: PaceConfig,
    /// The screen.
    pub console: ConsoleConfig,
    /// Where state and records live.
    pub state_dir: PathBuf,
    /// How much of them is kept.
    pub keep: Options,
}

/// Breakers, profile, plant and settings.
#[derive(Clone, Debug)]
pub struct FleetConfig {
    /// How many.
    pub breakers: usize,
    /// Id of the first.
    pub device_id: String,
    /// Profile file; none for the shipped one.
    pub profile: Option<PathBuf>,
    /// Plant file; none for the shipped one.
    pub plant: Option<PathBuf>,
    /// Template to start with.
    pub template: String,
    /// Somebody asked for it: it wins over settings kept from an earlier run.
    pub template_chosen: bool,
    /// Parameters set by a layer: id and text, to be read by the profile.
    pub parameters: Vec<(String, Text)>,
}

/// The Sparkplug path.
#[derive(Clone, Debug)]
pub struct SparkplugConfig {
    /// Group id.
    pub group: String,
    /// Edge node id.
    pub node: String,
    /// Breakers on one node.
    pub breakers_per_node: usize,
    /// Aliases.
    pub aliases: bool,
    /// UDT beside the flat metrics.
    pub templates: bool,
    /// Mirror the brief's four-level topics.
    pub flat_topics: bool,
    /// Wait for this host.
    pub primary_host: Option<String>,
    /// Ignition's quality codes instead of the specification's.
    pub ignition_quality: bool,
    /// Report everything at each tick.
    pub report_all: bool,
    /// Seconds between reports.
    pub tick: Seconds,
    /// Role of whoever commands.
    pub role: Role,
}

/// The LwM2M path.
#[derive(Clone, Debug)]
pub struct Lwm2mConfig {
    /// Seconds between reports.
    pub tick: Seconds,
    /// Report everything at each tick.
    pub report_all: bool,
    /// Role of whoever commands.
    pub role: Role,
    /// How it speaks, and to whom.
    pub binding: Lwm2mBinding,
}

/// How LwM2M is carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lwm2mBinding {
    /// Over the broker.
    Mqtt(Lwm2mDialect),
    /// Over CoAP and UDP, to this server.
    Coap(CoapServer),
}

/// What is spoken over the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lwm2mDialect {
    /// JSON topics.
    Json,
    /// OMA's binding over MQTT.
    Oma,
    /// Both over one connection.
    Both,
}

/// Determinism and pace.
#[derive(Clone, Copy, Debug)]
pub struct PaceConfig {
    /// Seed of everything random.
    pub seed: u64,
    /// Simulated seconds a second.
    pub speed: f64,
    /// Stop after so long.
    pub duration: Option<Seconds>,
    /// Between pictures for screens.
    pub screen_interval: Seconds,
}

/// The screen.
#[derive(Clone, Debug)]
pub struct ConsoleConfig {
    /// Key map name or file.
    pub keymap: String,
    /// Theme name, when somebody chose one.
    pub theme: Option<String>,
    /// Symbol set, when somebody chose one.
    pub symbols: Option<String>,
    /// Most pictures a second.
    pub fps: u32,
    /// Role at the console.
    pub role: Role,
    /// Only show.
    pub read_only: bool,
    /// Observe the broker from the start.
    pub host_view: bool,
}

/// A value that cannot be meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} = {text:?} ({origin}): {reason}")]
pub struct ConfigError {
    /// Which setting.
    pub name: String,
    /// As written.
    pub text: String,
    /// Which layer.
    pub origin: String,
    /// What would be right.
    pub reason: String,
}

/// Port of `coap` and of `coaps` where none is given (RFC 7252, 6.1 and 6.2).
const COAP_PORT: u16 = 5683;
const COAPS_PORT: u16 = 5684;

/// `host:port` of a CoAP server, with this port when there is none.
fn coap_server(text: &str, port: u16) -> Option<String> {
    let has_port = text.rsplit_once(':').is_some_and(|(host, _)| !host.contains(':') || host.ends_with(']'));
    let server = if has_port { text.to_owned() } else { format!("{text}:{port}") };
    let (host, port) = server.rsplit_once(':')?;
    let is_host = !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']);
    (is_host && port.parse::<u16>().is_ok_and(|p| p > 0)).then_some(server)
}

/// Reads one row after the other and keeps every complaint.
struct Reader<'a> {
    layers: &'a Layers,
    errors: Vec<ConfigError>,
}

impl Reader<'_> {
    fn text(&self, name: &'static str) -> &str {
        self.layers.program.get(name).map_or("", |t| t.text.trim())
    }

    fn complain(&mut self, name: &'static str, reason: impl Into<String>) {
        let Text { text, origin } = self
            .layers
            .program
            .get(name)
            .cloned()
            .unwrap_or(Text { text: String::new(), origin: layers::Origin::BuiltIn });
        let secret = table::by_name(name).is_some_and(|row| row.secret);
        self.errors.push(ConfigError {
            name: name.to_owned(),
            text: if secret { "...".to_owned() } else { text },
            origin: origin.to_string(),
            reason: reason.into(),
        });
    }

    fn number(&mut self, name: &'static str, min: f64, max: f64) -> f64 {
        match self.text(name).parse::<f64>() {
            Ok(x) if (min..=max).contains(&x) => x,
            _ => {
                self.complain(name, format!("must be a number from {min} to {max}"));
                min
            }
        }
    }

    fn whole(&mut self, name: &'static str, min: u64, max: u64) -> u64 {
        match self.text(name).parse::<u64>() {
            Ok(x) if (min..=max).contains(&x) => x,
            _ => {
                self.complain(name, format!("must be a whole number from {min} to {max}"));
                min
            }
        }
    }

    fn switch(&mut self, name: &'static str) -> bool {
        match self.text(name).to_ascii_lowercase().as_str() {
            "on" | "true" | "1" | "yes" => true,
            "off" | "false" | "0" | "no" => false,
            _ => {
                self.complain(name, "must be on or off");
                false
            }
        }
    }

    fn one_of(&mut self, name: &'static str, words: &[&str]) -> usize {
        let text = self.text(name).to_owned();
        words.iter().position(|w| *w == text).unwrap_or_else(|| {
            self.complain(name, format!("must be one of {}", words.join(", ")));
            0
        })
    }

    fn role(&mut self, name: &'static str) -> Role {
        const ROLES: [Role; 4] = [Role::Viewer, Role::Operator, Role::Maintenance, Role::Administrator];
        ROLES[self.one_of(name, &["viewer", "operator", "maintenance", "administrator"])]
    }

    fn file(&mut self, name: &'static str) -> Option<PathBuf> {
        let text = self.text(name);
        (text != "shipped" && !text.is_empty()).then(|| PathBuf::from(text))
    }

    /// Faults on purpose, each on a path that is on.
    fn misbehave(&mut self) -> Vec<Misbehaviour> {
        let text = self.optional("misbehave").unwrap_or_default();
        let mut all = Vec::new();
        for name in text.split(',').map(str::trim).filter(|n| !n.is_empty()) {
            match name.parse::<Misbehaviour>() {
                Err(e) => self.complain("misbehave", e.to_string()),
                Ok(what) => {
                    let path = if Misbehaviour::sparkplug().contains(&what) { "sparkplug" } else { "lwm2m" };
                    if !self.switch(path) {
                        self.complain("misbehave", format!("{what} needs --{path} on"));
                    }
                    if what == Misbehaviour::DuplicateAlias && !self.switch("aliases") {
                        self.complain("misbehave", format!("{what} needs --aliases on"));
                    }
                    all.push(what);
                }
            }
        }
        all
    }

    /// An id that may stand in an MQTT topic.
    fn id(&mut self, name: &'static str) -> String {
        let text = self.text(name).to_owned();
        if text.is_empty() || text.contains(['+', '/', '#']) || text.chars().any(char::is_control) {
            self.complain(name, "must be a name without + / # and control characters");
        }
        text
    }

    /// The text, unless it is the program's own default.
    fn chosen(&self, name: &'static str) -> Option<String> {
        self.layers.program.get(name).filter(|t| t.origin != layers::Origin::BuiltIn).map(|t| t.text.trim().to_owned())
    }

    fn optional(&self, name: &'static str) -> Option<String> {
        let text = self.text(name);
        (!text.is_empty() && text != "none").then(|| text.to_owned())
    }

    fn lwm2m_binding(&mut self) -> Lwm2mBinding {
        const DIALECTS: [Lwm2mDialect; 3] = [Lwm2mDialect::Json, Lwm2mDialect::Oma, Lwm2mDialect::Both];
        let dialect = DIALECTS[self.one_of("lwm2m-dialect", &["json", "oma", "both"])];
        let text = self.text("lwm2m-binding").to_owned();
        if text == "mqtt" {
            return Lwm2mBinding::Mqtt(dialect);
        }
        let schemes = [("coap://", COAP_PORT), ("coaps://", COAPS_PORT)];
        let server = schemes.iter().enumerate().find_map(|(n, (scheme, port))| {
            Some((n == 1, coap_server(text.strip_prefix(scheme)?.trim_end_matches('/'), *port)?))
        });
        match server {
            Some((secured, address)) => {
                let key = if secured { self.psk() } else { None };
                Lwm2mBinding::Coap(CoapServer { address, key })
            }
            None => {
                let shapes = "must be mqtt, coap://HOST:PORT or coaps://HOST:PORT; without a port it is 5683 or 5684";
                self.complain("lwm2m-binding", shapes);
                Lwm2mBinding::Mqtt(dialect)
            }
        }
    }

    /// The key of a secured CoAP server.
    fn psk(&mut self) -> Option<Psk> {
        if !CAN_SECURE {
            let how = "this program was built without coaps; build it with cargo build --features coaps";
            self.complain("lwm2m-binding", how);
        }
        let (name, text) = self.secret("lwm2m-psk", "lwm2m-psk-file");
        let key = match text {
            Some(text) => text.map_err(|e| e.to_string()).and_then(|text| Psk::from_hex(&text)),
            None => Err("coaps needs a key: give a file with it, in hexadecimal digits".to_owned()),
        };
        key.map_err(|reason| self.complain(name, reason)).ok()
    }

    /// A secret, from its own setting or from the file of another; and the name of that which gave it.
    fn secret(&self, own: &'static str, file: &'static str) -> (&'static str, Option<std::io::Result<String>>) {
        match (self.optional(own), self.optional(file)) {
            (Some(text), _) => (own, Some(Ok(text))),
            (None, path) => (file, path.map(std::fs::read_to_string)),
        }
    }

    fn http(&mut self) -> Option<HttpConfig> {
        let text = self.text("http").replace("localhost", "127.0.0.1");
        if text == "off" {
            return None;
        }
        let listen = text.parse().unwrap_or_else(|_| {
            self.complain("http", "must be an address and port, for example 127.0.0.1:8080, or off");
            SocketAddr::from(([127, 0, 0, 1], 8080))
        });
        let (name, text) = self.secret("http-token", "http-token-file");
        let token = text.and_then(|text| match text.map_err(|e| e.to_string()).and_then(|t| Token::new(&t)) {
            Ok(token) => Some(token),
            Err(reason) => {
                self.complain(name, reason);
                None
            }
        });
        let hosts = self.text("http-hosts").split(',').map(str::trim).filter(|h| !h.is_empty());
        let hosts = hosts.map(str::to_owned).collect();
        Some(HttpConfig { listen, chosen: self.chosen("http").is_some(), token, hosts })
    }
}

impl Config {
    /// What the layers mean.
    ///
    /// # Errors
    /// Every value that cannot be meant, all in one run.
    pub fn read(layers: &Layers, state_home: Option<PathBuf>) -> Result<Self, Vec<ConfigError>> {
        let mut r = Reader { layers, errors: Vec::new() };
        let report_all = r.one_of("report", &["exception", "all"]) == 1;
        let sparkplug = SparkplugConfig {
            group: r.id("group"),
            node: r.id("node"),
            breakers_per_node: r.whole("breakers-per-node", 1, 2000) as usize,
            aliases: r.switch("aliases"),
            templates: r.switch("templates"),
            flat_topics: r.one_of("topics", &["standard", "flat"]) == 1,
            primary_host: r.optional("primary-host"),
            ignition_quality: r.one_of("quality-dialect", &["spec", "ignition"]) == 1,
            report_all,
            tick: Seconds(r.number("tick", 0.001, 3600.0)),
            role: r.role("sparkplug-role"),
        };
        let lwm2m = Lwm2mConfig {
            tick: Seconds(r.number("lwm2m-tick", 0.001, 3600.0)),
            report_all,
            role: r.role("lwm2m-role"),
            binding: r.lwm2m_binding(),
        };
        let duration = r.optional("duration").map(|_| Seconds(r.number("duration", 0.001, 1e9)));
        let state_dir = r.optional("state-dir").map(PathBuf::from).or(state_home).unwrap_or_else(|| {
            r.complain("state-dir", "give a directory: neither XDG_STATE_HOME nor HOME is set");
            PathBuf::new()
        });
        let config = Self {
            fleet: FleetConfig {
                breakers: r.whole("breakers", 1, 2000) as usize,
                device_id: r.id("device-id"),
                profile: r.file("profile"),
                plant: r.file("plant"),
                template: r.text("template").to_owned(),
                template_chosen: r.chosen("template").is_some(),
                parameters: layers.parameters.iter().map(|(id, text)| (id.clone(), text.clone())).collect(),
            },
            broker: r.broker(),
            sparkplug: r.switch("sparkplug").then_some(sparkplug),
            lwm2m: r.switch("lwm2m").then_some(lwm2m),
            misbehave: r.misbehave(),
            http: r.http(),
            drill: r.optional("drill").map(PathBuf::from),
            pace: PaceConfig {
                seed: r.whole("seed", 0, u64::MAX),
                speed: r.number("speed", 0.01, 1000.0),
                duration,
                screen_interval: Seconds(r.number("screen-interval", 0.02, 10.0)),
            },
            console: ConsoleConfig {
                keymap: r.text("keymap").to_owned(),
                theme: r.chosen("theme"),
                symbols: r.chosen("symbols"),
                fps: r.whole("fps", 1, 60) as u32,
                role: r.role("role"),
                read_only: r.switch("read-only"),
                host_view: r.switch("host-view"),
            },
            state_dir,
            keep: Options {
                journal_bytes: r.whole("keep-journal", 8, 1 << 20) << 20,
                audit_bytes: r.whole("keep-audit", 1, 1 << 20) << 20,
                recordings: r.whole("keep-recordings", 1, 10_000) as usize,
                ..Options::default()
            },
        };
        if r.errors.is_empty() { Ok(config) } else { Err(r.errors) }
    }
}

/// `$XDG_STATE_HOME/breaker-console`, or the same under `$HOME/.local/state`.
#[must_use]
pub fn state_home(xdg: Option<String>, home: Option<String>) -> Option<PathBuf> {
    let base = xdg
        .filter(|x| !x.is_empty())
        .map(PathBuf::from)
        .or_else(|| home.map(|h| PathBuf::from(h).join(".local").join("state")))?;
    Some(base.join("breaker-console"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::link::url::BrokerUrl;

    fn with(pairs: &[(&'static str, &str)]) -> Result<Config, Vec<ConfigError>> {
        let mut layers = Layers::built_in();
        for (name, text) in pairs {
            layers.option(table::by_name(name).unwrap(), (*text).to_owned());
        }
        Config::read(&layers, Some("/state".into()))
    }

    #[test]
    fn the_defaults_are_those_of_the_command_line_contract() {
        let config = with(&[]).unwrap();
        assert_eq!(config.fleet.breakers, 3);
        assert_eq!(config.fleet.device_id, "smart-breaker-001");
        assert_eq!(config.broker.which, Broker::Embedded("127.0.0.1:1883".parse().unwrap()));
        let sparkplug = config.sparkplug.unwrap();
        assert_eq!((sparkplug.group.as_str(), sparkplug.node.as_str()), ("IIoT", "MDB-A"));
        assert!(sparkplug.aliases && !sparkplug.templates && !sparkplug.flat_topics && !sparkplug.report_all);
        let http = config.http.unwrap();
        assert_eq!((http.listen, http.chosen, http.token), ("127.0.0.1:8080".parse().unwrap(), false, None));
        assert_eq!(config.pace.seed, 1);
        assert_eq!(config.console.role, Role::Operator);
    }

    #[test]
    fn lwm2m_goes_over_the_broker_or_to_a_coap_server() {
        let binding = |which: &str| with(&[("lwm2m-binding", which)]).map(|c| c.lwm2m.unwrap().binding);
        assert_eq!(binding("mqtt").unwrap(), Lwm2mBinding::Mqtt(Lwm2mDialect::Both));
        for (text, server) in [
            ("coap://leshan", "leshan:5683"),
            ("coap://127.0.0.1:6000/", "127.0.0.1:6000"),
            ("coap://[::1]", "[::1]:5683"),
            ("coap://[::1]:6000", "[::1]:6000"),
        ] {
            let expected = CoapServer { address: server.to_owned(), key: None };
            assert_eq!(binding(text).unwrap(), Lwm2mBinding::Coap(expected), "{text}");
        }
        let key = "000102030405060708090a0b0c0d0e0f";
        let secured = with(&[("lwm2m-binding", "coaps://leshan"), ("lwm2m-psk", key)]);
        if CAN_SECURE {
            let server = CoapServer { address: "leshan:5684".to_owned(), key: Psk::from_hex(key).ok() };
            assert_eq!(secured.unwrap().lwm2m.unwrap().binding, Lwm2mBinding::Coap(server));
            assert_eq!(binding("coaps://a").unwrap_err()[0].name, "lwm2m-psk-file");
        } else {
            assert!(secured.unwrap_err()[0].to_string().contains("--features coaps"));
        }
        for text in ["coaps://", "coaps://a:x", "coap://", "coap://a:0", "coap://a:x", "coap://a/rd", "http://a"] {
            assert_eq!(binding(text).unwrap_err()[0].name, "lwm2m-binding", "{text}");
        }
        assert!(with(&[("lwm2m-dialect", "xml")]).is_err());
    }

    #[test]
    fn brokers_are_walked_in_order() {
        let config = with(&[("broker", "mqtt://a:1884, mqtt://[::1]:9,mqtt://c")]).unwrap();
        let url = |host: &str, port| BrokerUrl::new(host, Some(port), false);
        assert_eq!(config.broker.which, Broker::Remote(vec![url("a", 1884), url("[::1]", 9), url("c", 1883)]));
        let config = with(&[("mqtt-host", "mosquitto"), ("mqtt-port", "1900")]).unwrap();
        assert_eq!(config.broker.which, Broker::Remote(vec![url("mosquitto", 1900)]));
    }

    #[test]
    fn every_bad_value_is_reported_in_one_run() {
        let errors = with(&[
            ("breakers", "0"),
            ("tick", "fast"),
            ("group", "a/b"),
            ("report", "some"),
            ("broker", "mqtts://x:y"),
            ("role", "king"),
            ("sparkplug", "maybe"),
        ])
        .unwrap_err();
        let names: Vec<_> = errors.iter().map(|e| e.name.as_str()).collect();
        assert_eq!(names, ["report", "group", "tick", "breakers", "broker", "sparkplug", "role"]);
        assert_eq!(errors[2].to_string(), "tick = \"fast\" (option --tick): must be a number from 0.001 to 3600");
    }

    #[test]
    fn a_token_comes_from_the_environment_or_a_file_and_is_not_repeated() {
        let token =
            |pairs: &[(&'static str, &str)]| with(pairs).map(|c| c.http.unwrap().token.map(|t| t.text().to_owned()));
        assert_eq!(token(&[("http-token", "0123456789abcdef")]).unwrap().as_deref(), Some("0123456789abcdef"));
        let file = std::env::temp_dir().join(format!("breaker-console-token-{}", std::process::id()));
        std::fs::write(&file, "fedcba9876543210\n").unwrap();
        let read = token(&[("http-token-file", &file.display().to_string())]);
        std::fs::remove_file(&file).unwrap();
        assert_eq!(read.unwrap().as_deref(), Some("fedcba9876543210"));
        let error = with(&[("http-token", "secret")]).unwrap_err();
        assert!(
            error[0].to_string().contains("16 characters") && !error[0].to_string().contains("secret"),
            "{error:?}"
        );
        assert_eq!(with(&[("http-token-file", "/nowhere/at/all")]).unwrap_err()[0].name, "http-token-file");
        assert!(with(&[("http", "off")]).unwrap().http.is_none());
        assert_eq!(with(&[("http", "8080")]).unwrap_err()[0].name, "http");
    }

    #[test]
    fn without_a_home_the_state_directory_must_be_given() {
        let errors = Config::read(&Layers::built_in(), None).unwrap_err();
        assert_eq!(errors[0].name, "state-dir");
        assert_eq!(state_home(None, Some("/h".into())), Some("/h/.local/state/breaker-console".into()));
        assert_eq!(state_home(Some("/x".into()), Some("/h".into())), Some("/x/breaker-console".into()));
    }
}
