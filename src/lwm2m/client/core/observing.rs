//! Observations: evaluated with each frame, told when they are due.

use super::super::convert;
use super::super::model::{self, Behind, Resource};
use super::super::observe::{Observation, Periods};
use super::super::operation::{Accept, ObserveKey, Reply};
use super::{Core, Notification, OBSERVATIONS};
use crate::lwm2m::codec::{self, Entry, Format};
use crate::lwm2m::object::worth_sending;
use crate::lwm2m::path::Path;
use crate::profile::Permission;
use crate::time::UtcMillis;

impl Core {
    pub(super) fn evaluate(&mut self, now: UtcMillis) {
        let sampled = self.sampled(now);
        let mut observations = std::mem::take(&mut self.observations);
        for observation in &mut observations {
            let periods = self.periods(observation);
            observation.evaluate(
                periods,
                now,
                sampled,
                |path| (self.attributes.effective(path), self.values(path)),
                |old, new| self.is_worth_telling(old, new),
            );
        }
        self.observations = observations;
    }

    /// Whether a change without a condition counts: past the deadband of the profile, if there is one.
    pub(super) fn is_worth_telling(&self, old: &Entry, new: &Entry) -> bool {
        let parameter = match model::find(&self.objects, new.path) {
            Some((_, Some(Resource { behind: Behind::Parameter(ix, ..), .. }))) => *ix,
            _ => return old.value != new.value,
        };
        match (convert::value(&old.value), convert::value(&new.value)) {
            (Some(old), Some(new)) => worth_sending(&self.profile[parameter], &old, &new),
            _ => old.value != new.value,
        }
    }

    pub(super) fn periods(&self, observation: &Observation) -> Periods {
        let mut periods = Periods { min: 0, max: None, evaluate: 0, evaluate_max: None };
        let ms = |seconds: f64| (seconds * 1000.0) as i64;
        for watched in &observation.watched {
            let at = self.attributes.effective(watched.path);
            let min = at.pmin.unwrap_or(f64::from(self.account.default_pmin_s));
            let max = at.pmax.unwrap_or(f64::from(self.account.default_pmax_s));
            periods.min = periods.min.max(ms(min));
            periods.evaluate = periods.evaluate.max(ms(at.epmin.unwrap_or(0.0)));
            if let Some(most) = at.epmax.filter(|most| *most > 0.0) {
                periods.evaluate_max = Some(periods.evaluate_max.map_or(ms(most), |known: i64| known.min(ms(most))));
            }
            if max > 0.0 {
                periods.max = Some(periods.max.map_or(ms(max), |known: i64| known.min(ms(max))));
            }
        }
        periods
    }

    /// The next notification that is due.
    pub fn poll_notification(&mut self, now: UtcMillis) -> Option<Notification> {
        let at = (0..self.observations.len())
            .find(|at| self.observations[*at].is_due(self.periods(&self.observations[*at]), now))?;
        let mut observation = self.observations.swap_remove(at);
        let values: Vec<Vec<Entry>> = observation.watched.iter().map(|w| self.values(w.path)).collect();
        let reply = self.content(&observation, &self.with_history(&observation, &values, now));
        observation.sent(values, now);
        let key = observation.key.clone();
        let confirm = observation.watched.iter().any(|w| self.attributes.effective(w.path).con == Some(1.0));
        // Back at the end, so that one that is always due does not starve the others.
        self.observations.push(observation);
        Some(Notification { key, reply, confirm })
    }

    /// When the newest values were sampled.
    fn sampled(&self, now: UtcMillis) -> UtcMillis {
        self.newest.as_ref().map_or(now, |f| f.utc)
    }

    /// The values with what was held back before them, each with its time, where the format can say that.
    fn with_history(&self, observation: &Observation, values: &[Vec<Entry>], now: UtcMillis) -> Vec<Vec<Entry>> {
        let mut told: Vec<Entry> = observation.history(values).cloned().collect();
        if told.is_empty() || !matches!(observation.format, Format::SenmlJson | Format::SenmlCbor) {
            return values.to_vec();
        }
        let time = self.sampled(now).0 as f64 / 1000.0;
        told.extend(values.iter().flatten().map(|e| Entry { time: Some(time), ..e.clone() }));
        vec![told]
    }

    pub(super) fn content(&self, observation: &Observation, values: &[Vec<Entry>]) -> Reply {
        let flat: Vec<Entry> = values.iter().flatten().cloned().collect();
        let base = observation.watched.first().map_or(Path::object(0), |w| w.path);
        if flat.is_empty() && !observation.composite {
            return Reply::error(404, format!("{base} has no value now"));
        }
        match codec::encode(observation.format, base, &flat) {
            Ok(payload) => Reply::content(observation.format, payload),
            Err(error) => error.into(),
        }
    }

    pub(super) fn composite(
        &self,
        key: ObserveKey,
        paths: &[Path],
        accept: Accept,
        now: UtcMillis,
    ) -> Result<Observation, Reply> {
        self.may(Permission::Read)?;
        let format = match accept {
            None => self.speaks.preferred,
            Some(number) => Format::from_number(number)
                .filter(|f| matches!(f, Format::SenmlJson | Format::SenmlCbor | Format::Lwm2mCbor))
                .ok_or_else(|| Reply::error(406, format!("a composite cannot be had in content format {number}")))?,
        };
        if paths.is_empty() {
            return Err(Reply::error(400, "a composite operation names paths"));
        }
        Ok(Observation::new(key, paths, format, true, now))
    }

    pub(super) fn observe(
        &mut self,
        key: ObserveKey,
        path: Path,
        accept: Accept,
        now: UtcMillis,
    ) -> Result<Reply, Reply> {
        let format = self.format(path, accept)?;
        let mut observation = Observation::new(key, &[path], format, false, now);
        let values = vec![self.values(path)];
        let reply = self.content(&observation, &values);
        if reply.code != 205 {
            return Err(reply);
        }
        observation.sent(values, now);
        self.keep(observation)?;
        Ok(reply)
    }

    pub(super) fn keep(&mut self, observation: Observation) -> Result<(), Reply> {
        self.observations.retain(|o| o.key != observation.key);
        if self.observations.len() >= OBSERVATIONS {
            return Err(Reply::error(503, format!("{OBSERVATIONS} observations are all there can be")));
        }
        self.observations.push(observation);
        Ok(())
    }
}
