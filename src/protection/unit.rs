//! The trip unit: all elements of one breaker, their arbitration, and the trip that waits to be taken.

use super::arc_flash::ArcFlash;
use super::breaker_failure::BreakerFailure;
use super::finding::Finding;
use super::ground_fault::GroundFault;
use super::hardware_override::HardwareOverride;
use super::instantaneous::Instantaneous;
use super::long_time::LongTime;
use super::maintenance_mode::MaintenanceMode;
use super::short_time::ShortTime;
use super::thermal_image::ThermalImage;
use super::time_overcurrent::TimeOvercurrent;
use super::track::Track;
use super::view::View;
use super::{Block, Context, ElementId, ElementState, Rated, Settings, Transition, Trip};
use crate::power::{Quantities, Sample};
use crate::time::{SampleRate, Tick};

/// All elements of one breaker.
#[derive(Clone, Debug)]
pub struct Protection {
    rate: SampleRate,
    rated: Rated,
    hardware_override: HardwareOverride,
    arc_flash: ArcFlash,
    maintenance_mode: MaintenanceMode,
    instantaneous: Instantaneous,
    short_time: ShortTime,
    ground_fault: GroundFault,
    time_overcurrent: TimeOvercurrent,
    long_time: LongTime,
    thermal_image: ThermalImage,
    breaker_failure: BreakerFailure,
    tracks: [Track; ElementId::ALL.len()],
    transitions: Vec<Transition>,
    trip: Option<Trip>,
    last_pass: Option<Tick>,
    trip_commanded: bool,
    /// Closed and not tripping in the last pass.
    armed: bool,
    restraint_out: bool,
}

impl Protection {
    /// All elements at rest and cold.
    #[must_use]
    pub fn new(rate: SampleRate, rated: Rated) -> Self {
        Self {
            rate,
            rated,
            hardware_override: HardwareOverride::new(&rated),
            arc_flash: ArcFlash::default(),
            maintenance_mode: MaintenanceMode::default(),
            instantaneous: Instantaneous::default(),
            short_time: ShortTime::default(),
            ground_fault: GroundFault::default(),
            time_overcurrent: TimeOvercurrent::default(),
            long_time: LongTime::default(),
            thermal_image: ThermalImage::default(),
            breaker_failure: BreakerFailure::default(),
            tracks: ElementId::ALL.map(Track::new),
            transitions: Vec::with_capacity(32),
            trip: None,
            last_pass: None,
            trip_commanded: false,
            armed: false,
            restraint_out: false,
        }
    }

    /// Shows one sample to the elements that look at samples. Returns whether one of them has just operated: the trip
    /// path should run at once, not with the next pass.
    pub fn sample(&mut self, sample: &Sample, settings: &Settings) -> bool {
        let hw = self.hardware_override.sample(sample);
        let afd = self.arc_flash.sample(&settings.arc_flash, settings.enabled, self.rate, sample);
        let mut operated = false;
        if hw && !self.tracks[ElementId::HardwareOverride.index()].operating() {
            let finding = self.hardware_override.finding();
            operated |= self.take(sample.tick, ElementId::HardwareOverride, finding);
        }
        if afd && !self.tracks[ElementId::ArcFlash.index()].operating() {
            let finding = self.arc_flash.finding(&settings.arc_flash, settings.enabled, self.rate);
            operated |= self.take(sample.tick, ElementId::ArcFlash, finding);
        }
        operated
    }

    /// Shows the quantities of one pass to every element.
    pub fn pass(&mut self, q: &Quantities, context: &Context, settings: &Settings) {
        let rated = self.rated;
        let view = View::new(self.rate, self.last_pass, q, context, &rated);
        self.last_pass = Some(q.tick);
        self.trip_commanded = context.trip_commanded;
        let (s, zone) = (settings, &settings.zone_interlocking);
        if !s.enabled {
            self.drop_timers();
        }
        let hw = self.hardware_override.pass();
        let afd = self.arc_flash.pass(&s.arc_flash, s.enabled, self.rate);
        self.take(q.tick, ElementId::HardwareOverride, hw);

        let arms = self.maintenance_mode.pass(s.maintenance_mode, &view);
        let i = self.instantaneous.pass(&s.instantaneous, &view);
        let st = self.short_time.pass(&s.short_time, zone, s.long_time.pickup, &view);
        let g = self.ground_fault.pass(&s.ground_fault, zone, false, &view);
        let toc = self.time_overcurrent.pass(&s.time_overcurrent, &view);
        let l = self.long_time.pass(&s.long_time, &view);
        let image = self.thermal_image.pass(&s.thermal_image, &view);
        let bf = self.breaker_failure.pass(&s.breaker_failure, &view);
        for (id, finding) in [
            (ElementId::ArcFlash, afd),
            (ElementId::MaintenanceMode, arms),
            (ElementId::Instantaneous, i),
            (ElementId::ShortTime, st),
            (ElementId::GroundFault, g),
            (ElementId::TimeOvercurrent, toc),
            (ElementId::LongTime, l),
            (ElementId::ThermalImage, image),
            (ElementId::BreakerFailure, bf),
        ] {
            let finding = if s.enabled || !finding.enabled { finding } else { finding.block(Block::OutOfService) };
            self.take(q.tick, id, finding);
        }
        let started = |id: ElementId| self.tracks[id.index()].started();
        self.restraint_out = zone.enabled && (started(ElementId::ShortTime) || started(ElementId::GroundFault));
        self.rearm(q.tick, *context);
    }

    /// After a closing, or after the trip command has gone from a breaker that is still closed, an element that still
    /// operates asks for a trip again.
    fn rearm(&mut self, tick: Tick, context: Context) {
        let armed = context.closed && !context.trip_commanded;
        if armed && !self.armed {
            for id in ElementId::ALL {
                if self.tracks[id.index()].calls_for_trip() {
                    self.ask_for_trip(tick, id);
                }
            }
        }
        self.armed = armed;
    }

    /// Takes a finding; true when the element has just operated with a trip.
    fn take(&mut self, tick: Tick, id: ElementId, finding: Finding) -> bool {
        let operates = self.tracks[id.index()].take(tick, finding, &mut self.transitions);
        if operates {
            self.ask_for_trip(tick, id);
        }
        operates
    }

    /// Arbitration: the first in order of those that operate in one pass is the cause.
    fn ask_for_trip(&mut self, tick: Tick, id: ElementId) {
        if self.trip_commanded {
            return;
        }
        let decision = self.tracks[id.index()].decision(tick, self.rate);
        match &mut self.trip {
            None => self.trip = Some(Trip { decision, operated: vec![id] }),
            Some(trip) => {
                if trip.decision.tick == tick && id < trip.decision.cause {
                    trip.decision = decision;
                }
                if let Err(place) = trip.operated.binary_search(&id) {
                    trip.operated.insert(place, id);
                }
            }
        }
    }

    /// The trip that was decided and not yet taken. None while the trip command is present: it would change nothing.
    pub fn take_trip(&mut self) -> Option<Trip> {
        self.trip.take()
    }

    /// The transitions since the last call, oldest first.
    pub fn drain_transitions(&mut self) -> std::vec::Drain<'_, Transition> {
        self.transitions.drain(..)
    }

    /// How every element stands, in order of arbitration.
    #[must_use]
    pub fn states(&self) -> Vec<ElementState> {
        self.tracks.iter().map(Track::state).collect()
    }

    /// Heat of the thermal image (49), 1 = trip.
    #[must_use]
    pub fn thermal(&self) -> f64 {
        self.thermal_image.h()
    }

    /// Puts the thermal image where it stood, for a start from a saved state.
    pub fn restore_thermal(&mut self, h: f64) {
        self.thermal_image.restore(h);
    }

    /// Closing is not forbidden by heat.
    #[must_use]
    pub fn close_permission(&self) -> bool {
        !self.thermal_image.too_hot()
    }

    /// Zone interlocking: restrains the breaker upstream.
    #[must_use]
    pub fn restraint_out(&self) -> bool {
        self.restraint_out
    }

    /// Breaker failure asks for a second trip of this breaker.
    #[must_use]
    pub fn retrip(&self) -> bool {
        self.breaker_failure.retrip()
    }

    /// Breaker failure asks for a trip of the breaker upstream.
    #[must_use]
    pub fn backup_trip(&self) -> bool {
        self.breaker_failure.backup()
    }

    /// The arc sensor sees light while no current flows that would make it an arc: a sensor or a lamp to look at.
    #[must_use]
    pub fn arc_light_alone(&self) -> bool {
        self.arc_flash.light_alone()
    }

    /// An element that only alarms, or one that trips, operates now.
    #[must_use]
    pub fn operating(&self, id: ElementId) -> bool {
        self.tracks[id.index()].operating()
    }

    /// The block on an element, if there is one.
    #[must_use]
    pub fn blocked(&self, id: ElementId) -> Option<Block> {
        self.tracks[id.index()].blocked()
    }

    /// After a reset command: target flags and latched elements go back. Heat stays, for it is still there.
    pub fn reset_flags(&mut self) {
        self.arc_flash.reset();
        self.trip = None;
        for track in &mut self.tracks {
            track.reset_flag();
        }
    }

    /// For a test bench: every accumulator and every heat to nothing, as from the factory.
    pub fn reset_memory(&mut self) {
        self.drop_timers();
        self.long_time.reset_memory();
        self.thermal_image.reset_memory();
        self.breaker_failure.reset_memory();
    }

    /// Timers that stand for a fault that is there, not for heat.
    fn drop_timers(&mut self) {
        self.short_time.reset_memory();
        self.ground_fault.reset_memory();
        self.time_overcurrent.reset_memory();
    }
}
