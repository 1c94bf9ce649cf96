//! Changes of settings: all or none, judged before they are in force, written down with what changed.

use super::Plant;
use super::curves::curves;
use crate::breaker::Settings;
use crate::control::{Command, Denied};
use crate::point::WriteDenied;
use crate::protection::{self, ProtectionClass};
use crate::record::{Body, SettingsRecord};
use std::sync::Arc;

impl Plant {
    /// The settings that a command asks for; none for commands that ask for no settings.
    pub(super) fn wanted_settings(&self, ix: usize, command: &Command) -> Result<Option<Settings>, Denied> {
        let seat = &self.seats[ix];
        let now = &seat.breaker.settings;
        let wanted = match command {
            Command::Write(values) => self.points.write(now, values).map_err(|e| denied(&e))?,
            Command::ApplyTemplate(name) => self.points.template(now, name).map_err(|e| denied(&e))?,
            Command::UndoSettings => match &seat.earlier {
                Some(earlier) => earlier.clone(),
                None => return Err(Denied::InconsistentParameters("no earlier settings to go back to".to_owned())),
            },
            _ => return Ok(None),
        };
        protection::check(&wanted.protection, &wanted.rating.rated())
            .map_err(|errors| Denied::InconsistentParameters(sentence(&errors)))?;
        Ok(Some(wanted))
    }

    /// Puts settings in force and writes down what changed.
    pub(super) fn put_in_force(&mut self, ix: usize, wanted: Settings, command: &Command) {
        let seat = &mut self.seats[ix];
        let changes = self.points.diff(&seat.breaker.settings, &wanted);
        let template = match command {
            Command::ApplyTemplate(name) => Some(Arc::clone(name)),
            _ => None,
        };
        let before = seat.breaker.apply(wanted);
        seat.earlier = if *command == Command::UndoSettings { None } else { Some(before) };
        seat.warnings = warnings(&seat.breaker.settings);
        seat.curves = curves(&seat.breaker.settings);
        let record = SettingsRecord {
            template,
            changes: changes.into_iter().map(|c| (c.id, c.old, c.new)).collect(),
            warnings: seat.warnings.to_vec(),
        };
        self.write(ix, Body::Settings(record));
    }
}

/// What the validator says about settings.
pub(super) fn warnings(settings: &Settings) -> Arc<[String]> {
    let (elements, rating) = (&settings.protection, &settings.rating);
    let class = ProtectionClass::from_name(&rating.protection_class);
    let of_class = class.and_then(|class| protection::validate_class(class, elements, &rating.rated()));
    let reclose = settings.reclose.note();
    let all = protection::validate(elements, &rating.rated());
    all.iter().chain(&of_class).map(ToString::to_string).chain(reclose.map(str::to_owned)).collect()
}

fn denied(reason: &WriteDenied) -> Denied {
    match reason {
        WriteDenied::Unknown(_) | WriteDenied::UnknownTemplate(..) => Denied::UnknownObject(reason.to_string()),
        _ => Denied::InconsistentParameters(reason.to_string()),
    }
}

fn sentence<T: ToString>(errors: &[T]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
