//! What a step asks of the gate.

use super::file::{Order, Step};
use crate::control::{Command, Switch};
use crate::profile::Value;
use std::collections::BTreeMap;

impl Step {
    /// Whether it does something to the links, which only a running fleet has.
    #[must_use]
    pub const fn needs_links(&self) -> bool {
        self.misbehave.is_some() || self.behave.is_some()
    }

    /// The commands of the step in their order, each with whether a refusal may be expected of it.
    ///
    /// # Errors
    /// The name of a setting whose value is a table or a list.
    pub fn commands(&self) -> Result<Vec<(Command, bool)>, String> {
        let mut commands = Vec::new();
        if self.clear {
            commands.push((Command::ClearInjections, false));
        }
        if let Some(injection) = self.inject {
            commands.push((Command::Inject(injection), false));
        }
        if let Some(name) = &self.template {
            commands.push((Command::ApplyTemplate(name.as_str().into()), true));
        }
        if !self.write.is_empty() {
            let values = values(&self.write)?.into_iter().map(|(id, v)| (id.into(), v)).collect();
            commands.push((Command::Write(values), true));
        }
        if let Some(order) = self.command {
            commands.push((command(order), true));
        }
        Ok(commands)
    }
}

fn command(order: Order) -> Command {
    let switch = match order {
        Order::Open => Switch::Open,
        Order::Close => Switch::Close,
        Order::Trip => Switch::Trip,
        Order::Reset => Switch::Reset,
        Order::MaintenanceOn | Order::MaintenanceOff => {
            return Command::SetMaintenanceMode(order == Order::MaintenanceOn);
        }
    };
    Command::Direct(switch, "drill".into())
}

/// Settings of a file as values; the name of the first that is none.
pub(super) fn values(settings: &BTreeMap<String, toml::Value>) -> Result<Vec<(String, Value)>, String> {
    settings
        .iter()
        .map(|(id, value)| {
            let value = match value {
                toml::Value::Boolean(b) => Value::Bool(*b),
                toml::Value::Integer(n) => Value::Int(*n),
                toml::Value::Float(x) => Value::Float(*x),
                toml::Value::String(s) => Value::Text(s.as_str().into()),
                _ => return Err(id.clone()),
            };
            Ok((id.clone(), value))
        })
        .collect()
}
