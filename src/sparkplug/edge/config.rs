//! How an edge node is set up.

use crate::sparkplug::SparkplugError;
use crate::sparkplug::id;
use std::sync::Arc;

/// Shortest and longest publish pace that `Node Control/Scan Rate` may set, milliseconds.
pub const SCAN_RATE_MS: std::ops::RangeInclusive<i64> = 1..=60_000;

/// How an edge node is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeConfig {
    /// Group id.
    pub group: Arc<str>,
    /// Edge node id.
    pub node: Arc<str>,
    /// Data carries aliases; else names, for consumers that keep no births.
    pub aliases: bool,
    /// Births also carry the device as a template (UDT).
    pub templates: bool,
    /// Topic forms.
    pub topics: Topics,
    /// Host application to wait for before births.
    pub primary_host: Option<Arc<str>>,
    /// Whose quality codes.
    pub quality_dialect: QualityDialect,
    /// What a tick sends.
    pub report: Report,
    /// Pace of measurements, milliseconds; events do not wait for it.
    pub tick_ms: i64,
    /// There is more than one broker to go to, so that `Node Control/Next Server` does something.
    pub several_servers: bool,
    /// Measurements kept while there is no connection.
    pub history_points: usize,
    /// MQTT keep alive, seconds.
    pub keep_alive_s: u16,
}

impl EdgeConfig {
    /// The defaults of the command line for a group and a node.
    #[must_use]
    pub fn new(group: &str, node: &str) -> Self {
        Self {
            group: Arc::from(group),
            node: Arc::from(node),
            aliases: true,
            templates: false,
            topics: Topics::Standard,
            primary_host: None,
            quality_dialect: QualityDialect::Spec,
            report: Report::Exception,
            tick_ms: 1000,
            several_servers: false,
            history_points: 10_000,
            keep_alive_s: 30,
        }
    }

    /// Checks the ids and the devices that go with them.
    ///
    /// # Errors
    /// When an id cannot be part of a topic, two device ids differ only in case
    /// (`tck-id-case-sensitivity-sparkplug-ids`), or there are more devices than aliases.
    pub fn check(&self, devices: &[Arc<str>]) -> Result<(), SparkplugError> {
        id::check("group", &self.group)?;
        id::check("edge node", &self.node)?;
        if let Some(host) = &self.primary_host {
            id::check("primary host", host)?;
        }
        for device in devices {
            id::check("device", device)?;
        }
        let mut lower: Vec<(String, &Arc<str>)> = devices.iter().map(|d| (d.to_lowercase(), d)).collect();
        lower.sort();
        if let Some(twins) = lower.windows(2).find(|w| w[0].0 == w[1].0) {
            return Err(SparkplugError::CaseTwins(twins[0].1.to_string(), twins[1].1.to_string()));
        }
        if devices.len() > usize::from(u16::MAX) {
            return Err(SparkplugError::TooManyDevices(devices.len()));
        }
        Ok(())
    }
}

/// Topic forms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Topics {
    /// With the edge node, as the specification has it.
    #[default]
    Standard,
    /// Device messages also without the edge node, for subscribers that expect four levels; commands are taken there
    /// too.
    Flat,
}

/// Whose quality codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum QualityDialect {
    /// The specification's: 0, 192, 500.
    #[default]
    Spec,
    /// Those that Ignition shows as bad and stale.
    Ignition,
}

/// What a tick sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Report {
    /// What changed by more than its deadband.
    #[default]
    Exception,
    /// Every measurement.
    All,
}
