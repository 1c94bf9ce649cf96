//! Which records: by class, device and time, and how many of the newest.

use super::when;
use crate::record::{Class, Record};
use clap::ArgMatches;

/// Which records.
#[derive(Debug, Default)]
pub(super) struct Choice {
    classes: Vec<Class>,
    devices: Vec<String>,
    since: Option<i64>,
    until: Option<i64>,
    last: Option<usize>,
}

impl Choice {
    /// From the options; `now` in milliseconds since 1970.
    pub(super) fn read(matches: &ArgMatches, now: i64) -> Result<Self, String> {
        let words = |name: &str| matches.get_many::<String>(name).into_iter().flatten();
        let classes = words("class").map(|word| {
            Class::parse(word).ok_or_else(|| {
                let known = Class::ALL.map(Class::word).join(", ");
                format!("class {word:?} is not one of {known}")
            })
        });
        let time = |name: &str| words(name).next().map(|text| when::parse(text, now)).transpose();
        Ok(Self {
            classes: classes.collect::<Result<_, _>>()?,
            devices: words("device").cloned().collect(),
            since: time("since")?,
            until: time("until")?,
            last: matches.get_one::<usize>("last").copied(),
        })
    }

    /// The chosen ones, in their order.
    pub(super) fn of(&self, records: Vec<Record>) -> Vec<Record> {
        let mut chosen: Vec<Record> = records.into_iter().filter(|r| self.takes(r)).collect();
        if let Some(last) = self.last {
            chosen.drain(..chosen.len().saturating_sub(last));
        }
        chosen
    }

    fn takes(&self, r: &Record) -> bool {
        (self.classes.is_empty() || self.classes.contains(&r.body.class()))
            && (self.devices.is_empty() || self.devices.iter().any(|d| **d == *r.device))
            && self.since.is_none_or(|since| r.utc.0 >= since)
            && self.until.is_none_or(|until| r.utc.0 <= until)
    }
}
