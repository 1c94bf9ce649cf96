//! A plant with hands.

use crate::breaker::injection::{FaultKind, Injection, NetworkFault};
use crate::breaker::{Movement, Status};
use crate::control::{BreakerIx, Command, Denied, Origin, OriginCategory, Request, RequestId, Switch};
use crate::plant::{Plant, PlantConfig, PlantSpec, SHIPPED};
use crate::point::PointList;
use crate::profile::{Profile, Role, Value};
use crate::record::{Body, ClearedRecord, Record, TripRecord};
use crate::units::{Amperes, Ohms, Phases, Seconds};
use std::sync::{Arc, LazyLock};

pub(super) static POINTS: LazyLock<Arc<PointList>> = LazyLock::new(|| {
    let profile = Arc::new(Profile::parse(Profile::SHIPPED, "shipped").unwrap());
    Arc::new(PointList::join(profile, crate::breaker::binding::bindings()).unwrap())
});

pub(super) struct Bench {
    pub(super) plant: Plant,
    pub(super) records: Vec<Arc<Record>>,
    requests: u64,
}

impl Bench {
    pub(super) fn shipped() -> Self {
        Self::of(PlantConfig::new(PlantSpec::parse(SHIPPED).unwrap(), Arc::clone(&POINTS)))
    }

    /// The shipped plant with a template and overrides by id.
    pub(super) fn with(template: &str, overrides: &[(&str, Value)]) -> Self {
        let mut config = PlantConfig::new(PlantSpec::parse(SHIPPED).unwrap(), Arc::clone(&POINTS));
        config.template = Some(template.to_owned());
        config.overrides = overrides.iter().map(|(id, v)| ((*id).to_owned(), v.clone())).collect();
        Self::of(config)
    }

    pub(super) fn of(config: PlantConfig) -> Self {
        Self { plant: Plant::new(config).unwrap(), records: Vec::new(), requests: 0 }
    }

    pub(super) fn run_ms(&mut self, ms: f64) {
        let span = self.plant.epoch().rate.span(Seconds(ms / 1e3));
        self.plant.step(span.0);
        self.collect();
    }

    fn collect(&mut self) {
        self.records.extend(self.plant.drain_records());
    }

    pub(super) fn ask_as(
        &mut self,
        category: OriginCategory,
        role: Role,
        ix: usize,
        command: Command,
    ) -> Result<(), Denied> {
        self.requests += 1;
        let origin = Origin { category, ident: "test".into() };
        let request = Request { id: RequestId(self.requests), origin, role, target: BreakerIx(ix), command };
        let answer = self.plant.request(request);
        self.collect();
        answer.result
    }

    /// As the process: direct control without selection.
    pub(super) fn ask(&mut self, ix: usize, command: Command) -> Result<(), Denied> {
        self.ask_as(OriginCategory::Process, Role::Administrator, ix, command)
    }

    pub(super) fn order(&mut self, ix: usize, switch: Switch) -> Result<(), Denied> {
        self.ask(ix, Command::Direct(switch, "".into()))
    }

    pub(super) fn inject(&mut self, ix: usize, injection: Injection) {
        self.ask(ix, Command::Inject(injection)).unwrap();
    }

    pub(super) fn fault(&mut self, ix: usize, kind: FaultKind, distance_m: f64, inception_deg: f64) {
        let fault =
            NetworkFault { kind, distance_m, resistance: Ohms(0.0), inception_deg: Some(inception_deg), arc: false };
        self.inject(ix, Injection::Fault(fault));
    }

    /// Balanced secondary current.
    pub(super) fn secondary(&mut self, ix: usize, amperes: f64) {
        self.inject(
            ix,
            Injection::Secondary {
                current: Phases::splat(Amperes(amperes)),
                angle: Phases::new(0.0, -120.0, 120.0),
                frequency: None,
                ground: None,
                offset_x_r: None,
            },
        );
    }

    pub(super) fn status(&self, ix: usize) -> Status {
        self.plant.breaker(ix).unwrap().status()
    }

    pub(super) fn trips(&self, ix: usize) -> Vec<&TripRecord> {
        self.bodies(ix).filter_map(|b| if let Body::Trip(t) = b { Some(&**t) } else { None }).collect()
    }

    pub(super) fn cleared(&self, ix: usize) -> Vec<&ClearedRecord> {
        self.bodies(ix).filter_map(|b| if let Body::Cleared(c) = b { Some(&**c) } else { None }).collect()
    }

    pub(super) fn bodies(&self, ix: usize) -> impl Iterator<Item = &Body> {
        self.records.iter().filter(move |r| r.breaker.0 == ix).map(|r| &r.body)
    }

    /// Movements of a breaker with their time in ms.
    pub(super) fn movements(&self, ix: usize) -> Vec<(f64, Movement)> {
        let rate = self.plant.epoch().rate;
        self.records
            .iter()
            .filter(|r| r.breaker.0 == ix)
            .filter_map(|r| match &r.body {
                Body::Operation(o) => Some((rate.micros(r.tick) as f64 / 1e3, o.what)),
                _ => None,
            })
            .collect()
    }

    pub(super) fn when(&self, ix: usize, what: Movement) -> f64 {
        let found = self.movements(ix).into_iter().find(|(_, m)| *m == what);
        found.unwrap_or_else(|| panic!("no {what:?} in {:?}", self.movements(ix))).0
    }

    pub(super) fn now_ms(&self) -> f64 {
        self.plant.epoch().rate.micros(self.plant.tick()) as f64 / 1e3
    }

    pub(super) fn reading(&self, ix: usize, id: &str) -> Option<Value> {
        let (parameter, _) = self.plant.profile().parameter(id).unwrap();
        self.plant.points().read(self.plant.breaker(ix).unwrap(), parameter).unwrap().value
    }
}
