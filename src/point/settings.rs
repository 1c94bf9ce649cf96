//! Settings at the edge: defaults, writes, templates and differences, in the units of the profile.
//!
//! Whatever is written is written into a copy, which is given back only when every value was taken: all or nothing.

use super::list::PointList;
use crate::breaker::Settings;
use crate::profile::{Access, ParameterIx, Unacceptable, Value};

/// Why a set of values was not written. Nothing of it was.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum WriteDenied {
    /// No such parameter.
    #[error("{0} is not a parameter of this device")]
    Unknown(String),
    /// A reading or a constant.
    #[error("{id} cannot be written: it is a {what}")]
    NotASetting {
        /// Which.
        id: String,
        /// `reading` or `constant`.
        what: &'static str,
    },
    /// Kind, range or enumeration does not fit.
    #[error("{id}: {reason}")]
    Unacceptable {
        /// Which.
        id: String,
        /// Why not.
        reason: Unacceptable,
    },
    /// The same parameter twice in one write.
    #[error("{0} is given twice")]
    Twice(String),
    /// The breaker does not take it.
    #[error("{id}: {reason}")]
    Refused {
        /// Which.
        id: String,
        /// In the words of the breaker.
        reason: String,
    },
    /// No such template.
    #[error("{0} is not a template of this device; there is {1}")]
    UnknownTemplate(String, String),
}

/// One setting that differs between two sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub parameter: ParameterIx,
    /// Its id.
    pub id: String,
    /// Its value in the first set, with unit.
    pub old: String,
    /// Its value in the second set, with unit.
    pub new: String,
}

impl PointList {
    /// The settings of a device at first start: every default of the profile, then the overrides, which may set ratings
    /// and other constants too.
    ///
    /// # Errors
    /// As [`PointList::write`].
    pub fn initial_settings<I: AsRef<str>>(&self, overrides: &[(I, Value)]) -> Result<Settings, WriteDenied> {
        let mut settings = Settings::default();
        for (at, parameter) in self.profile.parameters.iter().enumerate() {
            if let Some(default) = &parameter.default {
                self.put(&mut settings, at, default)?;
            }
        }
        self.put_all(&mut settings, overrides, |access| access != Access::Read)?;
        Ok(settings)
    }

    /// These settings with some values changed: all of them or none. A whole number is taken for a Float, the name of an
    /// item for its number; nothing is clamped.
    ///
    /// # Errors
    /// The first value that is not legal, with its id, the value, the range and the unit.
    pub fn write<I: AsRef<str>>(&self, settings: &Settings, values: &[(I, Value)]) -> Result<Settings, WriteDenied> {
        let mut copy = settings.clone();
        self.put_all(&mut copy, values, |access| access == Access::ReadWrite)?;
        Ok(copy)
    }

    /// These settings with a template applied.
    ///
    /// # Errors
    /// There is no such template, or the breaker refuses a value.
    pub fn template(&self, settings: &Settings, name: &str) -> Result<Settings, WriteDenied> {
        let Some(template) = self.profile.template(name) else {
            let known = self.profile.templates.iter().map(|t| t.id.as_str()).collect::<Vec<_>>().join(", ");
            return Err(WriteDenied::UnknownTemplate(name.to_owned(), known));
        };
        let mut copy = settings.clone();
        for (ix, value) in &template.sets {
            self.put(&mut copy, ix.0, value)?;
        }
        Ok(copy)
    }

    /// A setting or rating of a set that need not be in force, in the unit of the profile.
    #[must_use]
    pub fn setting(&self, settings: &Settings, parameter: ParameterIx) -> Option<Value> {
        let point = self.points.get(parameter.0)?;
        point.conversion.outward(Some(point.binding.setting?(settings))).value
    }

    /// What differs between two sets of settings, in the order of the profile.
    #[must_use]
    pub fn diff(&self, old: &Settings, new: &Settings) -> Vec<Change> {
        let all = (0..self.points.len()).map(ParameterIx);
        all.filter_map(|parameter| {
            let (before, after) = (self.setting(old, parameter)?, self.setting(new, parameter)?);
            (before != after).then(|| Change {
                parameter,
                id: self.profile[parameter].id.clone(),
                old: self.profile.show_value(parameter, &before),
                new: self.profile.show_value(parameter, &after),
            })
        })
        .collect()
    }

    fn put_all<I: AsRef<str>>(
        &self,
        settings: &mut Settings,
        values: &[(I, Value)],
        may: impl Fn(Access) -> bool,
    ) -> Result<(), WriteDenied> {
        for (n, (id, value)) in values.iter().enumerate() {
            let id = id.as_ref();
            let (ix, parameter) = self.profile.parameter(id).ok_or_else(|| WriteDenied::Unknown(id.to_owned()))?;
            if values[..n].iter().any(|(other, _)| other.as_ref() == id) {
                return Err(WriteDenied::Twice(id.to_owned()));
            }
            if !may(parameter.access) || self.points[ix.0].binding.write.is_none() {
                let what = if parameter.access == Access::Read { "reading" } else { "constant" };
                return Err(WriteDenied::NotASetting { id: id.to_owned(), what });
            }
            let value = self
                .profile
                .accept(ix, value)
                .map_err(|reason| WriteDenied::Unacceptable { id: id.to_owned(), reason })?;
            self.put(settings, ix.0, &value)?;
        }
        Ok(())
    }

    /// Writes one accepted value; a constant without a write (a link) stays with the profile.
    fn put(&self, settings: &mut Settings, at: usize, value: &Value) -> Result<(), WriteDenied> {
        let Some(write) = self.points[at].binding.write else { return Ok(()) };
        write(settings, &self.inward(at, value)).map_err(|error| WriteDenied::Refused {
            id: self.profile.parameters[at].id.clone(),
            reason: error.to_string(),
        })
    }
}
