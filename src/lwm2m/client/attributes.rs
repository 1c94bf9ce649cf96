//! Attributes of notification (OMA TS LightweightM2M Core 1.2, 5.1.2), and which of them hold for a path.

use crate::lwm2m::codec::links::Link;
use crate::lwm2m::path::Path;
use std::collections::BTreeMap;

/// The attributes at one path; none is not set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Attributes {
    /// Least seconds between notifications.
    pub(super) pmin: Option<f64>,
    /// Most seconds between notifications.
    pub(super) pmax: Option<f64>,
    /// A crossing of this value notifies.
    pub(super) gt: Option<f64>,
    /// A crossing of this value notifies.
    pub(super) lt: Option<f64>,
    /// A change of so much notifies.
    pub(super) st: Option<f64>,
    /// Least seconds between evaluations.
    pub(super) epmin: Option<f64>,
    /// Most seconds between evaluations.
    pub(super) epmax: Option<f64>,
    /// A Boolean that becomes this notifies: 0 falling, 1 rising.
    pub(super) edge: Option<f64>,
    /// 1: notifications are confirmable.
    pub(super) con: Option<f64>,
    /// So many values before the newest are told with it.
    pub(super) hqmax: Option<f64>,
}

/// Their names, in the order in which Discover shows them.
const NAMES: [&str; 10] = ["pmin", "pmax", "gt", "lt", "st", "epmin", "epmax", "edge", "con", "hqmax"];

/// Values that an observation keeps at most.
const LONGEST_HISTORY: f64 = 256.0;

impl Attributes {
    fn slot(&mut self, name: &str) -> Option<&mut Option<f64>> {
        Some(match name {
            "pmin" => &mut self.pmin,
            "pmax" => &mut self.pmax,
            "gt" => &mut self.gt,
            "lt" => &mut self.lt,
            "st" => &mut self.st,
            "epmin" => &mut self.epmin,
            "epmax" => &mut self.epmax,
            "edge" => &mut self.edge,
            "con" => &mut self.con,
            "hqmax" => &mut self.hqmax,
            _ => return None,
        })
    }

    fn values(mut self) -> impl Iterator<Item = (&'static str, f64)> {
        NAMES.into_iter().filter_map(move |name| Some((name, (*self.slot(name)?)?)))
    }

    /// Whether a value has a condition of its own, so that not every change counts.
    pub(super) const fn has_condition(&self) -> bool {
        self.gt.is_some() || self.lt.is_some() || self.st.is_some() || self.edge.is_some()
    }

    /// With what is set here taking the place of what is set above.
    fn over(self, above: Self) -> Self {
        Self {
            pmin: self.pmin.or(above.pmin),
            pmax: self.pmax.or(above.pmax),
            gt: self.gt.or(above.gt),
            lt: self.lt.or(above.lt),
            st: self.st.or(above.st),
            epmin: self.epmin.or(above.epmin),
            epmax: self.epmax.or(above.epmax),
            edge: self.edge.or(above.edge),
            con: self.con.or(above.con),
            hqmax: self.hqmax.or(above.hqmax),
        }
    }

    fn check(&self, path: Path) -> Result<(), String> {
        for (name, period) in [("pmin", self.pmin), ("pmax", self.pmax), ("epmin", self.epmin), ("epmax", self.epmax)] {
            if period.is_some_and(|p| p < 0.0 || p.fract() != 0.0 || p > f64::from(u32::MAX)) {
                return Err(format!("{name} is a whole number of seconds"));
            }
        }
        if self.has_condition() && path.resource.is_none() {
            return Err(format!("gt, lt, st and edge belong to a resource, and {path} is none"));
        }
        for (name, switch) in [("edge", self.edge), ("con", self.con)] {
            if switch.is_some_and(|e| e != 0.0 && e != 1.0) {
                return Err(format!("{name} is 0 or 1"));
            }
        }
        if self.hqmax.is_some_and(|n| !(0.0..=LONGEST_HISTORY).contains(&n) || n.fract() != 0.0) {
            return Err(format!("hqmax is a whole number from 0 to {LONGEST_HISTORY}"));
        }
        if self.st.is_some_and(|st| st <= 0.0) {
            return Err("st is greater than 0".to_owned());
        }
        // OMA TS LightweightM2M Core 5.1.2: lt < gt, and lt + 2 st < gt.
        if let (Some(lt), Some(gt)) = (self.lt, self.gt)
            && lt + 2.0 * self.st.unwrap_or(0.0) >= gt
        {
            return Err("lt + 2 * st must be less than gt".to_owned());
        }
        if let (Some(min), Some(max)) = (self.epmin, self.epmax)
            && max <= min
        {
            return Err("epmax must be greater than epmin".to_owned());
        }
        Ok(())
    }
}

/// All attributes that were written.
#[derive(Clone, Debug, Default)]
pub(super) struct Table(BTreeMap<Path, Attributes>);

impl Table {
    /// Sets and takes away; all or none.
    pub(super) fn write(&mut self, path: Path, changes: &[(String, Option<f64>)]) -> Result<(), String> {
        let mut new = self.0.get(&path).copied().unwrap_or_default();
        for (name, value) in changes {
            let slot =
                new.slot(name).ok_or_else(|| format!("attribute {name:?} is not one of {}", NAMES.join(", ")))?;
            if value.is_some_and(|v| !v.is_finite()) {
                return Err(format!("{name} is no number"));
            }
            *slot = *value;
        }
        new.check(path)?;
        if new == Attributes::default() {
            self.0.remove(&path);
        } else {
            self.0.insert(path, new);
        }
        Ok(())
    }

    /// What holds at a path: its own, then those of the levels above.
    pub(super) fn effective(&self, path: Path) -> Attributes {
        let mut effective = Attributes::default();
        let mut level = Some(path);
        while let Some(at) = level {
            if let Some(set) = self.0.get(&at) {
                effective = effective.over(*set);
            }
            level = at.parent();
        }
        effective
    }

    /// Writes those set at exactly this path into a link.
    pub(super) fn attach(&self, path: Path, link: Link) -> Link {
        let Some(set) = self.0.get(&path) else { return link };
        set.values().fold(link, |link, (name, value)| link.with(name, value))
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Path {
        text.parse().unwrap()
    }

    fn set(pairs: &[(&str, f64)]) -> Vec<(String, Option<f64>)> {
        pairs.iter().map(|(n, v)| ((*n).to_owned(), Some(*v))).collect()
    }

    #[test]
    fn lower_levels_take_the_place_of_higher_ones() {
        let mut table = Table::default();
        table.write(path("/9"), &set(&[("pmin", 1.0), ("pmax", 60.0)])).unwrap();
        table.write(path("/9/0/1"), &set(&[("pmax", 10.0), ("gt", 5.0)])).unwrap();
        let at = table.effective(path("/9/0/1"));
        assert_eq!((at.pmin, at.pmax, at.gt), (Some(1.0), Some(10.0), Some(5.0)));
        assert_eq!(table.effective(path("/9/0")).pmax, Some(60.0));
        assert_eq!(table.effective(path("/8/0")), Attributes::default());
        table.write(path("/9/0/1"), &[("pmax".to_owned(), None)]).unwrap();
        assert_eq!(table.effective(path("/9/0/1")).pmax, Some(60.0));
    }

    #[test]
    fn what_contradicts_itself_is_refused_and_nothing_changes() {
        let mut table = Table::default();
        table.write(path("/9/0/1"), &set(&[("gt", 10.0)])).unwrap();
        for wrong in [
            set(&[("lt", 10.0)]),
            set(&[("lt", 5.0), ("st", 2.5)]),
            set(&[("st", 0.0)]),
            set(&[("pmin", 0.5)]),
            set(&[("pmin", -1.0)]),
            set(&[("edge", 2.0)]),
            set(&[("con", 0.5)]),
            set(&[("hqmax", 1.5)]),
            set(&[("hqmax", 1000.0)]),
            set(&[("least", 1.0)]),
            set(&[("gt", f64::NAN)]),
            set(&[("epmin", 5.0), ("epmax", 5.0)]),
        ] {
            assert!(table.write(path("/9/0/1"), &wrong).is_err(), "{wrong:?}");
        }
        assert!(table.write(path("/9/0"), &set(&[("gt", 1.0)])).is_err());
        assert_eq!(table.effective(path("/9/0/1")), Attributes { gt: Some(10.0), ..Attributes::default() });
        table.write(path("/9/0/1"), &set(&[("lt", 5.0), ("st", 2.4)])).unwrap();
    }
}
