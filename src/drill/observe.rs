//! What a drill sees of its plant: records, and the quantities that it was asked to look at.

use super::expect::Verdict;
use super::file::{Case, Expect, Quantity};
use super::quantity;
use crate::plant::Plant;
use crate::point::PointList;
use crate::profile::Value;
use crate::record::{Body, ClearedRecord, Movement, PowerQualityRecord, Record, TripCause, TripRecord, message};
use crate::time::{SampleRate, Tick};
use crate::units::Seconds;
use std::sync::Arc;

/// A quantity that is read at an instant during the drill.
struct Sighting {
    /// Position in the list of expected quantities.
    quantity: usize,
    at: Tick,
    value: Option<Value>,
    taken: bool,
}

/// Greatest and least value of a quantity during the drill.
struct Range {
    /// With `max:` or `min:`.
    name: String,
    greatest: f64,
    least: f64,
}

/// What a drill sees.
pub(super) struct Observations<'a> {
    case: &'a Case,
    points: Arc<PointList>,
    reference: Tick,
    rate: SampleRate,
    records: Vec<Arc<Record>>,
    pub(super) trip_ticks: Vec<Tick>,
    trips: Vec<TripRecord>,
    /// The last sag, swell or interruption.
    voltage_event: Option<PowerQualityRecord>,
    /// Greatest magnitude of a current so far, A.
    greatest_peak: f64,
    cleared: Vec<ClearedRecord>,
    pub(super) opened: Vec<Tick>,
    pub(super) closed: Vec<Tick>,
    sightings: Vec<Sighting>,
    ranges: Vec<Range>,
}

impl<'a> Observations<'a> {
    pub(super) fn new(case: &'a Case, reference: Tick, points: &Arc<PointList>) -> Self {
        let ranges = case
            .expect
            .quantity
            .iter()
            .filter_map(|q| {
                let of_range = q.name.starts_with("max:") || q.name.starts_with("min:");
                let (greatest, least) = (f64::NEG_INFINITY, f64::INFINITY);
                of_range.then(|| Range { name: q.name.clone(), greatest, least })
            })
            .collect();
        Self {
            case,
            points: Arc::clone(points),
            reference,
            rate: SampleRate::AT_60_HZ,
            records: Vec::new(),
            trip_ticks: Vec::new(),
            trips: Vec::new(),
            voltage_event: None,
            greatest_peak: 0.0,
            cleared: Vec::new(),
            opened: Vec::new(),
            closed: Vec::new(),
            sightings: case
                .expect
                .quantity
                .iter()
                .enumerate()
                .filter_map(|(quantity, q)| {
                    let at = Tick(SampleRate::AT_60_HZ.span(Seconds(q.at_s?)).0);
                    Some(Sighting { quantity, at, value: None, taken: false })
                })
                .collect(),
            ranges,
        }
    }

    /// Takes in what happened since the last look.
    pub(super) fn take(&mut self, plant: &mut Plant) {
        if plant.epoch().rate != self.rate {
            self.rate = plant.epoch().rate;
            for sighting in &mut self.sightings {
                let at = self.case.expect.quantity[sighting.quantity].at_s.unwrap_or_default();
                sighting.at = Tick(self.rate.span(Seconds(at)).0);
            }
        }
        for record in plant.drain_records() {
            if record.breaker.0 + 1 == self.case.breaker {
                match &record.body {
                    Body::Trip(trip) => {
                        self.trip_ticks.push(record.tick);
                        self.trips.push((**trip).clone());
                    }
                    Body::PowerQuality(event) => self.voltage_event = Some(event.clone()),
                    Body::Cleared(cleared) => self.cleared.push((**cleared).clone()),
                    Body::Operation(o) if o.what == Movement::Opened => self.opened.push(record.tick),
                    Body::Operation(o) if matches!(o.what, Movement::Closed | Movement::Reclosed) => {
                        self.closed.push(record.tick);
                    }
                    _ => {}
                }
            }
            self.records.push(record);
        }
        if let Some(breaker) = plant.breaker(self.case.breaker - 1) {
            self.greatest_peak = self.greatest_peak.max(breaker.quantities().current_peak.greatest().1);
        }
        let now = plant.tick();
        for n in 0..self.sightings.len() {
            if !self.sightings[n].taken && self.sightings[n].at <= now {
                self.sightings[n].taken = true;
                let name = &self.case.expect.quantity[self.sightings[n].quantity].name;
                self.sightings[n].value = self.present(name, plant);
            }
        }
        for n in 0..self.ranges.len() {
            if let Some(Value::Float(x)) = self.present(&self.ranges[n].name[4..], plant) {
                let range = &mut self.ranges[n];
                range.greatest = range.greatest.max(x);
                range.least = range.least.min(x);
            }
        }
    }

    fn since(&self, tick: Tick) -> f64 {
        if tick < self.reference {
            -self.rate.seconds(self.reference.since(tick)).0
        } else {
            self.rate.seconds(tick.since(self.reference)).0
        }
    }

    /// Element, operate time and clearing time of the trip that is meant.
    pub(super) fn judge_trip(&self, expect: &Expect) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        let nth = expect.trip - 1;
        let trip = self.trips.get(nth).map(|t| (t, self.trip_ticks[nth]));
        if let Some(wanted) = &expect.element {
            let got = trip.map_or("NONE", |(t, _)| cause(t));
            verdicts.push(Verdict::new("element", wanted, got, wanted == got));
        }
        if let Some([from, to]) = expect.operate_s {
            let at = trip.map(|(_, tick)| self.since(tick));
            let pass = at.is_some_and(|t| t >= from - 1e-9 && t <= to + 1e-9);
            verdicts.push(Verdict::new("operate time", format!("{from} to {to} s"), seconds(at), pass));
        }
        if let Some(most) = expect.clear_max_s {
            let id = trip.map(|(t, _)| &t.id);
            let cleared = self.cleared.iter().find(|c| Some(&c.id) == id);
            let at = trip.zip(cleared).map(|((t, tick), c)| self.since(tick) - t.delay.0 + c.clearing.0);
            let pass = at.is_some_and(|t| t <= most + 1e-9);
            verdicts.push(Verdict::new("clearing time", format!("at most {most} s"), seconds(at), pass));
        }
        verdicts
    }

    /// Events that must, or must not, be on record.
    pub(super) fn judge_events(&self, expect: &Expect) -> Vec<Verdict> {
        let verdict = |event: &super::file::Event| {
            let found = self.records.iter().find(|r| message(r).contains(&event.contains));
            let at = found.map(|r| self.since(r.tick));
            let in_time = |t: f64| event.within_s.is_none_or(|[from, to]| t >= from - 1e-9 && t <= to + 1e-9);
            let pass = at.is_some_and(in_time) == event.present;
            let expected = match (event.present, event.within_s) {
                (false, _) => "never".to_owned(),
                (true, None) => "on record".to_owned(),
                (true, Some([from, to])) => format!("{from} to {to} s"),
            };
            Verdict::new(format!("event \"{}\"", event.contains), expected, seconds(at), pass)
        };
        expect.event.iter().map(verdict).collect()
    }

    /// A quantity at its instant, or at the end.
    pub(super) fn quantity(&self, quantity: &Quantity, plant: &Plant) -> Option<Value> {
        let position = self.case.expect.quantity.iter().position(|q| std::ptr::eq(q, quantity));
        if quantity.at_s.is_some() {
            return self.sightings.iter().find(|s| Some(s.quantity) == position)?.value.clone();
        }
        self.present(&quantity.name, plant)
    }

    fn present(&self, name: &str, plant: &Plant) -> Option<Value> {
        let ix = self.case.breaker - 1;
        let breaker = plant.breaker(ix)?;
        if let Some(range) = self.ranges.iter().find(|r| r.name == name) {
            let value = if name.starts_with("max:") { range.greatest } else { range.least };
            return value.is_finite().then_some(Value::Float(value));
        }
        if let Some(value) = self.of_trip(name) {
            return Some(value);
        }
        if let Some(value) = quantity::of_element(name, breaker).or_else(|| quantity::of_breaker(name, breaker)) {
            return Some(value);
        }
        if let Some(value) = self.of_event(name) {
            return Some(value);
        }
        let steady = plant.steady_current(ix);
        match name {
            "greatest_peak_A" => return Some(Value::Float(self.greatest_peak)),
            "prospective_A_A" => return Some(Value::Float(steady.a.0)),
            "prospective_B_A" => return Some(Value::Float(steady.b.0)),
            "prospective_C_A" => return Some(Value::Float(steady.c.0)),
            _ => {}
        }
        let (parameter, _) = self.points.profile().parameter(name)?;
        self.points.read(breaker, parameter)?.value
    }

    fn of_trip(&self, name: &str) -> Option<Value> {
        let trip = self.trips.get(self.case.expect.trip - 1)?;
        let cleared = self.cleared.iter().find(|c| c.id == trip.id);
        let number = |x: f64| Some(Value::Float(x));
        match name {
            "trip_current_A" => number(trip.current.0),
            "trip_current_A_A" => number(trip.currents.a.0),
            "trip_current_B_A" => number(trip.currents.b.0),
            "trip_current_C_A" => number(trip.currents.c.0),
            "trip_reason" => Some(Value::Text(cause_reason(trip).into())),
            "trip_phase" => trip.phase.map(|p| Value::Text(p.letter().into())),
            "delay_s" => number(trip.delay.0),
            "clearing_s" => number(cleared?.clearing.0),
            "opening_s" => number(cleared?.opening.0),
            "interrupted_A_A" => number(cleared?.interrupted.a.0),
            "interrupted_B_A" => number(cleared?.interrupted.b.0),
            "interrupted_C_A" => number(cleared?.interrupted.c.0),
            "peak_A" => number(cleared?.peak.greatest().1),
            _ => None,
        }
    }

    /// Of what happened: voltage events, breaker failure, auto-reclose.
    fn of_event(&self, name: &str) -> Option<Value> {
        let span = |from: Option<&Tick>, to: Option<Tick>| Some(Value::Float(self.rate.seconds(to?.since(*from?)).0));
        match name {
            "reclose_after_open_s" => return span(self.opened.first(), self.closed.first().copied()),
            "bf_retrip_s" => return span(self.trip_ticks.first(), self.noted("second trip command")),
            "bf_backup_s" => return span(self.trip_ticks.first(), self.noted("BreakerFailure(50BF) operate")),
            _ => {}
        }
        let event = self.voltage_event.as_ref()?;
        match name {
            "pq_kind" => Some(Value::Text(event.kind.as_str().into())),
            "pq_class" => Some(Value::Text(event.class.as_str().into())),
            "pq_extreme_percent" => Some(Value::Float(event.extreme_percent)),
            "pq_duration_s" => Some(Value::Float(event.duration.0)),
            _ => None,
        }
    }

    /// When these words were first on record.
    fn noted(&self, words: &str) -> Option<Tick> {
        self.records.iter().find(|r| message(r).contains(words)).map(|r| r.tick)
    }

    pub(super) fn into_records(self) -> Vec<Arc<Record>> {
        self.records
    }
}

fn cause(trip: &TripRecord) -> &'static str {
    match &trip.cause {
        TripCause::Element(id) => id.label(),
        TripCause::Manual { .. } => "manual",
    }
}

fn cause_reason(trip: &TripRecord) -> String {
    match &trip.cause {
        TripCause::Element(id) => id.reason().to_owned(),
        TripCause::Manual { reason, .. } => reason.to_string(),
    }
}

fn seconds(at: Option<f64>) -> String {
    at.map_or("never".to_owned(), |t| format!("{t:.6} s"))
}
