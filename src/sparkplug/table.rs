//! The metrics of a device, taken from the profile once.

use crate::profile::{Access, MethodIx, MetricType, Profile, ValueKind};
use std::collections::HashMap;
use std::sync::Arc;

/// A metric that carries a parameter.
#[derive(Clone, Debug)]
pub struct Row {
    /// Position of the parameter in the profile, and of its reading in a frame.
    pub parameter: usize,
    /// Id of the parameter.
    pub id: Arc<str>,
    /// Full name with folders.
    pub name: Arc<str>,
    /// Alias within the device.
    pub alias: u16,
    /// Datatype on the wire.
    pub datatype: MetricType,
    /// Kind of the parameter.
    pub kind: ValueKind,
    /// Least change worth a report, in the unit of the profile.
    pub deadband: f64,
    /// Measured: reported at the pace of the tick. Anything else is an event and reported at once.
    pub measured: bool,
    /// Can be written.
    pub writable: bool,
}

/// A momentary Boolean metric that runs a method.
#[derive(Clone, Debug)]
pub struct CommandRow {
    /// Which method.
    pub method: MethodIx,
    /// Full name with folders.
    pub name: Arc<str>,
    /// Alias within the device.
    pub alias: u16,
    /// Value of the first argument of the method; its default when absent.
    pub argument: Option<Arc<str>>,
}

/// What is looked at of a measured row for each message, close together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Position in [`Table::rows`].
    pub row: usize,
    /// Position of the parameter in the profile, and of its reading in a frame.
    pub parameter: usize,
    /// Datatype on the wire.
    pub datatype: MetricType,
    /// Least change worth a report, in the unit of the profile.
    pub deadband: f64,
}

/// What is looked at of any other row for each message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Position in [`Table::rows`].
    pub row: usize,
    /// Position of the parameter in the profile, and of its reading in a frame.
    pub parameter: usize,
}

/// What a name or an alias stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Position in [`Table::rows`].
    Row(usize),
    /// Position in [`Table::commands`].
    Command(usize),
}

/// The metrics of a device.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Metrics with a parameter, in file order.
    pub rows: Vec<Row>,
    /// Command metrics.
    pub commands: Vec<CommandRow>,
    /// The measured rows.
    pub measured: Vec<Measured>,
    /// The others: what changes there is an event.
    pub events: Vec<Event>,
    by_name: HashMap<Arc<str>, Target>,
    by_alias: HashMap<u16, Target>,
}

impl Table {
    /// Reads the metrics out of a profile.
    #[must_use]
    pub fn new(profile: &Profile) -> Self {
        let rows = profile.sparkplug.metrics.iter().map(|metric| {
            let parameter = &profile[metric.parameter];
            Row {
                parameter: metric.parameter.0,
                id: Arc::from(parameter.id.as_str()),
                name: Arc::from(metric.name.as_str()),
                alias: metric.alias,
                datatype: metric.datatype,
                kind: parameter.kind,
                deadband: parameter.deadband.unwrap_or(0.0),
                measured: parameter.is_measured(),
                writable: parameter.access == Access::ReadWrite,
            }
        });
        let commands = profile.sparkplug.commands.iter().map(|command| CommandRow {
            method: command.method,
            name: Arc::from(command.name.as_str()),
            alias: command.alias,
            argument: command.argument.as_deref().map(Arc::from),
        });
        let mut table = Self { rows: rows.collect(), commands: commands.collect(), ..Self::default() };
        for (i, row) in table.rows.iter().enumerate() {
            let parameter = row.parameter;
            if row.measured {
                table.measured.push(Measured { row: i, parameter, datatype: row.datatype, deadband: row.deadband });
            } else {
                table.events.push(Event { row: i, parameter });
            }
            table.by_name.insert(Arc::clone(&row.name), Target::Row(i));
            table.by_alias.insert(row.alias, Target::Row(i));
        }
        for (i, command) in table.commands.iter().enumerate() {
            table.by_name.insert(Arc::clone(&command.name), Target::Command(i));
            table.by_alias.insert(command.alias, Target::Command(i));
        }
        table
    }

    /// What a name stands for.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<Target> {
        self.by_name.get(name).copied()
    }

    /// What an alias within the device stands for.
    #[must_use]
    pub fn by_alias(&self, alias: u16) -> Option<Target> {
        self.by_alias.get(&alias).copied()
    }

    /// Full name behind an alias within the device.
    #[must_use]
    pub fn name_of(&self, alias: u16) -> Option<&Arc<str>> {
        Some(match self.by_alias(alias)? {
            Target::Row(i) => &self.rows[i].name,
            Target::Command(i) => &self.commands[i].name,
        })
    }

    /// The first alias that no metric of the device uses.
    #[must_use]
    pub fn free_alias(&self) -> u16 {
        let used = self.rows.iter().map(|r| r.alias).chain(self.commands.iter().map(|c| c.alias));
        used.max().unwrap_or(0).saturating_add(1)
    }
}

/// The alias of a device metric on the wire: unique across the node and stable over restarts, with the number of the
/// profile still readable in the low half. `tck-id-payloads-alias-uniqueness`. Node metrics use 1 to 65535.
#[must_use]
pub const fn wire_alias(device: usize, alias: u16) -> u64 {
    ((device as u64 + 1) << 16) | alias as u64
}

/// The device and the alias within it behind an alias on the wire; none for node metrics.
#[must_use]
pub const fn device_alias(wire: u64) -> Option<(usize, u16)> {
    match (wire >> 16).checked_sub(1) {
        Some(device) => Some((device as usize, (wire & 0xFFFF) as u16)),
        None => None,
    }
}
