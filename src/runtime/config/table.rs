//! Every setting of the program, one row each: option, environment variable, file key, default and help come from here.

/// Where the text of a row goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// To the program, under the row's name.
    Program,
    /// To a parameter of the device profile, by id.
    Parameter(&'static str),
}

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Name of the option (`--name`) and key in a TOML file. Rows for parameters have no option of their own: use
    /// `--set Parameter=value`.
    pub name: &'static str,
    /// Environment variable, also the key in an env file.
    pub env: &'static str,
    /// Word for the value in help texts.
    pub value: &'static str,
    /// Text taken when no layer sets it; empty means not set.
    pub default: &'static str,
    /// One line.
    pub help: &'static str,
    /// Where it goes.
    pub target: Target,
    /// Never print the value.
    pub secret: bool,
}

const fn row(
    name: &'static str,
    env: &'static str,
    value: &'static str,
    default: &'static str,
    help: &'static str,
) -> Row {
    Row { name, env, value, default, help, target: Target::Program, secret: false }
}

const fn parameter(env: &'static str, id: &'static str, value: &'static str) -> Row {
    Row { name: id, env, value, default: "", help: "", target: Target::Parameter(id), secret: false }
}

/// All rows, in the order of the help text.
pub const ROWS: &[Row] = &[
    row("breakers", "BREAKER_CONSOLE_BREAKERS", "N", "3", "How many breakers to simulate (1 to 2000)"),
    row("device-id", "DEVICE_ID", "ID", "smart-breaker-001", "Id of the first breaker; the others count up"),
    row("profile", "BREAKER_CONSOLE_PROFILE", "FILE", "shipped", "Device profile"),
    row("plant", "BREAKER_CONSOLE_PLANT", "FILE", "shipped", "Plant: source, breakers, feeders, loads"),
    row("template", "BREAKER_CONSOLE_TEMPLATE", "NAME", "StandardProtection", "Template of the profile to start with"),
    row(
        "broker",
        "BREAKER_CONSOLE_BROKER",
        "WHICH",
        "embedded",
        "embedded, or mqtt://HOST:PORT or mqtts://HOST:PORT (TLS); several with commas are walked in order",
    ),
    row("listen", "BREAKER_CONSOLE_LISTEN", "HOST:PORT", "127.0.0.1:1883", "Address of the embedded broker"),
    row("mqtt-host", "MQTT_BROKER_HOST", "HOST", "", "Host of the broker, when --broker is not given"),
    row("mqtt-port", "MQTT_BROKER_PORT", "PORT", "", "Port of that broker (1883)"),
    row("username", "MQTT_USERNAME", "NAME", "", "User name at the broker"),
    Row { secret: true, ..row("password", "MQTT_PASSWORD", "WORD", "", "Password at the broker (not as an option)") },
    row("password-file", "MQTT_PASSWORD_FILE", "FILE", "", "File with the password at the broker, on its first line"),
    row("mqtt-tls", "MQTT_USE_TLS", "on|off", "off", "TLS to the broker of --mqtt-host; elsewhere write mqtts://"),
    row("tls-ca", "MQTT_CA_FILE", "FILE", "", "Authorities to trust at a TLS broker, PEM (the system's)"),
    row("tls-cert", "MQTT_CERT_FILE", "FILE", "", "Our certificate with its chain for TLS brokers, PEM"),
    row("tls-key", "MQTT_KEY_FILE", "FILE", "", "Private key of that certificate, PEM"),
    row(
        "tls-name",
        "MQTT_SNI",
        "NAME",
        "",
        "Name to ask the broker for (SNI) and to find in its certificate (the host)",
    ),
    row("alpn", "MQTT_ALPN", "LIST", "", "ALPN protocols to offer to a TLS broker, with commas"),
    row("keep-alive", "MQTT_KEEPALIVE", "S", "30", "MQTT keep alive in seconds (5 to 65535)"),
    row(
        "cloud",
        "BREAKER_CONSOLE_CLOUD",
        "NAME",
        "generic",
        "Keep the limits of a cloud broker: aws, azure-eventgrid, or generic for none",
    ),
    row("max-payload", "MQTT_MAX_PAYLOAD", "BYTES", "", "Largest payload the broker takes (that of --cloud)"),
    row("max-messages", "MQTT_MAX_MSGS_PER_SEC", "N", "", "Most messages a second and connection (that of --cloud)"),
    row("max-bytes", "MQTT_MAX_BYTES_PER_SEC", "N", "", "Most bytes a second and connection (that of --cloud)"),
    row("group", "GROUP_ID", "ID", "IIoT", "Sparkplug group id"),
    row("node", "BREAKER_CONSOLE_NODE", "ID", "MDB-A", "Sparkplug edge node id; further nodes get a number"),
    row("breakers-per-node", "BREAKER_CONSOLE_BREAKERS_PER_NODE", "N", "64", "Breakers on one edge node"),
    row("sparkplug", "BREAKER_CONSOLE_SPARKPLUG", "on|off", "on", "Publish on the Sparkplug B path"),
    row("lwm2m", "BREAKER_CONSOLE_LWM2M", "on|off", "on", "Publish on the LwM2M path"),
    row(
        "lwm2m-dialect",
        "BREAKER_CONSOLE_LWM2M_DIALECT",
        "json|oma|both",
        "both",
        "LwM2M over MQTT: JSON topics, OMA's binding, or both",
    ),
    row(
        "lwm2m-binding",
        "BREAKER_CONSOLE_LWM2M_BINDING",
        "WHICH",
        "mqtt",
        "LwM2M over mqtt, or coap://HOST:PORT or coaps://HOST:PORT of an LwM2M 1.1 server",
    ),
    Row { secret: true, ..row("lwm2m-psk", "BREAKER_CONSOLE_LWM2M_PSK", "HEX", "", "Key of coaps (not as an option)") },
    row(
        "lwm2m-psk-file",
        "BREAKER_CONSOLE_LWM2M_PSK_FILE",
        "FILE",
        "",
        "File with the key of coaps in hexadecimal digits; the identity is the name of each breaker",
    ),
    row("aliases", "BREAKER_CONSOLE_ALIASES", "on|off", "on", "Sparkplug aliases"),
    row("templates", "BREAKER_CONSOLE_TEMPLATES", "on|off", "off", "Sparkplug template (UDT) beside the flat metrics"),
    row("topics", "BREAKER_CONSOLE_TOPICS", "standard|flat", "standard", "flat also mirrors spBv1.0/GROUP/VERB/DEVICE"),
    row("primary-host", "BREAKER_CONSOLE_PRIMARY_HOST", "ID", "none", "Wait for this Sparkplug primary host"),
    row(
        "quality-dialect",
        "BREAKER_CONSOLE_QUALITY_DIALECT",
        "spec|ignition",
        "spec",
        "Codes of the Sparkplug Quality property",
    ),
    row(
        "misbehave",
        "BREAKER_CONSOLE_MISBEHAVE",
        "NAME,...",
        "none",
        "Faults on purpose for those who test hosts and servers; docs/misbehaviour.md lists them",
    ),
    row(
        "http",
        "BREAKER_CONSOLE_HTTP",
        "HOST:PORT|off",
        "127.0.0.1:8080",
        "Address of REST, web page and metrics of the LwM2M server, or off",
    ),
    Row {
        secret: true,
        ..row("http-token", "BREAKER_CONSOLE_HTTP_TOKEN", "WORD", "", "Bearer token of REST (not as an option)")
    },
    row("http-token-file", "BREAKER_CONSOLE_HTTP_TOKEN_FILE", "FILE", "", "File with the bearer token of REST"),
    row(
        "http-hosts",
        "BREAKER_CONSOLE_HTTP_HOSTS",
        "NAME[,...]",
        "",
        "Further host names under which REST may be reached",
    ),
    row(
        "drill",
        "BREAKER_CONSOLE_DRILL",
        "FILE",
        "none",
        "Drive the running fleet along the steps of a drill, in real time",
    ),
    row("tick", "TELEMETRY_INTERVAL", "S", "1", "Seconds between Sparkplug reports (0.001 to 3600)"),
    row("lwm2m-tick", "LWM2M_INTERVAL", "S", "1", "Seconds between LwM2M reports (0.001 to 3600)"),
    row(
        "report",
        "BREAKER_CONSOLE_REPORT",
        "all|exception",
        "exception",
        "Report every measurement at each tick, or changes",
    ),
    row(
        "screen-interval",
        "PROTECTION_MONITORING_INTERVAL",
        "S",
        "0.1",
        "Seconds between pictures of the protection for screens (0.02 to 10); protection itself runs every 8 samples",
    ),
    row("seed", "BREAKER_CONSOLE_SEED", "N", "1", "Seed of everything random"),
    row("speed", "BREAKER_CONSOLE_SPEED", "X", "1", "Simulated seconds a second (0.01 to 1000)"),
    row("duration", "BREAKER_CONSOLE_DURATION", "S", "none", "Stop after so many simulated seconds"),
    row("state-dir", "BREAKER_CONSOLE_STATE_DIR", "DIR", "", "Where state and records live (XDG state directory)"),
    row("keep-journal", "BREAKER_CONSOLE_KEEP_JOURNAL", "MB", "64", "Size of the journal; then the oldest go"),
    row(
        "keep-audit",
        "BREAKER_CONSOLE_KEEP_AUDIT",
        "MB",
        "16",
        "Size of the audit log; then it goes on from a checkpoint",
    ),
    row("keep-recordings", "BREAKER_CONSOLE_KEEP_RECORDINGS", "N", "50", "Recordings of trips kept of each breaker"),
    row("keymap", "BREAKER_CONSOLE_KEYMAP", "NAME|FILE", "default", "Key map: default, vim or a file"),
    row("theme", "BREAKER_CONSOLE_THEME", "NAME", "isa-dark", "Colours: isa-dark, isa-light, iec, ansi, mono"),
    row("symbols", "BREAKER_CONSOLE_SYMBOLS", "SET", "unicode", "unicode, narrow or ascii"),
    row("fps", "BREAKER_CONSOLE_FPS", "N", "10", "Most pictures a second (1 to 60)"),
    row(
        "role",
        "BREAKER_CONSOLE_ROLE",
        "ROLE",
        "operator",
        "Role at the console: viewer, operator, maintenance, administrator",
    ),
    row(
        "sparkplug-role",
        "BREAKER_CONSOLE_SPARKPLUG_ROLE",
        "ROLE",
        "administrator",
        "Role of whoever commands over Sparkplug",
    ),
    row("lwm2m-role", "BREAKER_CONSOLE_LWM2M_ROLE", "ROLE", "administrator", "Role of whoever commands over LwM2M"),
    row("read-only", "BREAKER_CONSOLE_READ_ONLY", "on|off", "off", "The console only shows"),
    row(
        "host-view",
        "BREAKER_CONSOLE_HOST_VIEW",
        "on|off",
        "off",
        "The console observes the broker as a Sparkplug host from the start, not only while its view is open",
    ),
    parameter("DEVICE_TYPE", "DeviceType", "TEXT"),
    parameter("DEVICE_MANUFACTURER", "Manufacturer", "TEXT"),
    parameter("DEVICE_MODEL", "ModelNumber", "TEXT"),
    parameter("RATED_CURRENT", "RatedCurrent", "A"),
    parameter("RATED_VOLTAGE", "RatedVoltage", "V"),
    parameter("RATED_FREQUENCY", "RatedFrequency", "Hz"),
    parameter("BREAKING_CAPACITY", "BreakingCapacity", "kA"),
    parameter("POLE_COUNT", "PoleCount", "N"),
    parameter("MOUNTING_TYPE", "MountingType", "TEXT"),
    parameter("PROTECTION_CLASS", "ProtectionClass", "TypeA..TypeD"),
    parameter("OVERCURRENT_PICKUP", "OvercurrentPickup", "A"),
    parameter("OVERCURRENT_DELAY", "OvercurrentDelay", "ms"),
    parameter("GROUND_FAULT_PICKUP", "GroundFaultPickup", "A"),
    parameter("GROUND_FAULT_DELAY", "GroundFaultDelay", "ms"),
    parameter("ARC_FAULT_PICKUP", "ArcFaultPickup", "A"),
    parameter("ARC_FAULT_DELAY", "ArcFaultDelay", "ms"),
    parameter("THERMAL_PICKUP", "ThermalPickup", "A"),
    parameter("THERMAL_DELAY", "ThermalDelay", "s"),
    parameter("AUTO_RECLOSE_ENABLED", "AutoRecloseEnabled", "true|false"),
    parameter("AUTO_RECLOSE_ATTEMPTS", "AutoRecloseAttempts", "N"),
    parameter("AUTO_RECLOSE_DELAY", "AutoRecloseDelay", "s"),
    parameter("REMOTE_CONTROL_ENABLED", "RemoteControlEnabled", "true|false"),
    parameter("MAINTENANCE_OPERATING_HOURS", "MaintenanceInterval", "h"),
    parameter("MAINTENANCE_TRIP_COUNT", "TripCountThreshold", "N"),
    parameter("MAINTENANCE_TEMPERATURE_THRESHOLD", "TemperatureThreshold", "°C"),
];

/// The row of an option or TOML key.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|r| r.name == name)
}

/// The row of an environment variable.
#[must_use]
pub fn by_env(env: &str) -> Option<&'static Row> {
    ROWS.iter().find(|r| r.env == env)
}
