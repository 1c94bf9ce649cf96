//! The trip unit: what the breaker holds and asks.

use super::arbiter::Arbiter;
use super::elements::Elements;
use super::heat::Heat;
use super::rest::{ElementSet, Rest};
use super::view::View;
use super::{Block, Context, ElementId, ElementState, LoadLevel, MotorState, Rated, Settings, Transition, Trip};
use crate::power::stretch::LIGHT;
use crate::power::{Quantities, Row, Sample, Stretch};
use crate::time::{SAMPLES_PER_PASS, SampleRate, Tick};
use crate::units::Seconds;

/// All elements of one breaker.
#[derive(Clone, Debug)]
pub struct Protection {
    rate: SampleRate,
    rated: Rated,
    elements: Elements,
    arbiter: Arbiter,
    rest: Rest,
    last_pass: Option<Tick>,
    restraint_out: bool,
}

impl Protection {
    /// All elements at rest and cold.
    #[must_use]
    pub fn new(rate: SampleRate, rated: Rated) -> Self {
        Self {
            rate,
            rated,
            elements: Elements::new(&rated),
            arbiter: Arbiter::new(rate),
            rest: Rest::default(),
            last_pass: None,
            restraint_out: false,
        }
    }

    /// Shows one sample to the elements that look at samples. Returns whether one of them has just operated: the trip
    /// path should run at once, not with the next pass.
    pub fn sample(&mut self, sample: &Sample, settings: &Settings) -> bool {
        let (s, e) = (settings, &mut self.elements);
        e.arc_fault.take(s.arc_series, &s.arc_parallel, &Stretch::single(sample.tick, &sample.row()));
        let hw = e.hardware_override.sample(sample);
        let afd = e.arc_flash.sample(&s.arc_flash, s.enabled, self.rate, sample);
        let mut operated = false;
        if hw && !self.arbiter.track(ElementId::HardwareOverride).operating() {
            let finding = e.hardware_override.finding();
            operated |= self.arbiter.take_at(sample.tick, ElementId::HardwareOverride, finding);
        }
        if afd && !self.arbiter.track(ElementId::ArcFlash).operating() {
            let finding = e.arc_flash.finding(&s.arc_flash, s.enabled, self.rate);
            operated |= self.arbiter.take_at(sample.tick, ElementId::ArcFlash, finding);
        }
        operated
    }

    /// Shows samples of one pass to the elements that look at samples, unless one of them might act on a sample: then
    /// nothing has changed, and the samples must be shown one by one. `crests` are those of the currents and of the light.
    pub fn idle(&mut self, samples: &Stretch<'_>, crests: &Row, settings: &Settings) -> bool {
        let (s, e) = (settings, &mut self.elements);
        let crest = crests[0].max(crests[1]).max(crests[2]);
        if !(e.hardware_override.idles(crest) && e.arc_flash.idles(&s.arc_flash, s.enabled, crests[LIGHT])) {
            return false;
        }
        e.arc_fault.take(s.arc_series, &s.arc_parallel, samples);
        e.hardware_override.idle(crest);
        e.arc_flash.idle(&s.arc_flash, s.enabled, samples, crests);
        true
    }

    /// No element that looks at samples needs to see those of a pass that repeat those of a cycle before.
    pub fn sleeps(&self) -> bool {
        let resting = self.rest.resting();
        [ElementId::HardwareOverride, ElementId::ArcFlash, ElementId::ArcParallel, ElementId::ArcSeries]
            .into_iter()
            .all(|id| resting.contains(id))
    }

    #[cfg(test)]
    pub(super) const fn resting(&self) -> ElementSet {
        self.rest.resting()
    }

    /// Shows the quantities of one pass to every element.
    pub fn pass(&mut self, q: &Quantities, context: &Context, settings: &Settings) {
        self.rest.end();
        self.show(q, context, settings, ElementSet::NONE);
    }

    /// Shows the quantities of one pass to the elements that do not rest (`rest.rs`). Samples and quantities repeat
    /// those of a cycle before, as did those of the last four cycles and more: that is as far back as an element looks.
    pub fn repeat(&mut self, q: &Quantities, context: &Context, settings: &Settings) {
        let slept = self.rest.resting();
        let resting = self.rest.begin(context);
        if self.rest.resting().is_empty() {
            self.elements.see(q, slept);
        }
        self.show(q, context, settings, resting);
        self.rest.follow(&self.elements);
    }

    fn show(&mut self, q: &Quantities, context: &Context, settings: &Settings, resting: ElementSet) {
        let view = View::new(self.rate, self.last_pass, q, context, &self.rated);
        self.last_pass = Some(q.tick);
        self.arbiter.begin(q.tick, settings.enabled, context.trip_commanded, resting);
        self.elements.pass(settings, &view, &mut self.arbiter);
        self.arbiter.rearm(context.closed);
        let started = |id| self.arbiter.track(id).started();
        self.restraint_out =
            settings.zone_interlocking.enabled && (started(ElementId::ShortTime) || started(ElementId::GroundFault));
    }

    /// Ends all rest: every element stands as if it had been shown the newest pass, whose quantities and settings these
    /// are. Comes before settings change, before elements are reset, and before samples that repeat nothing.
    pub fn wake(&mut self, q: &Quantities, settings: &Settings) {
        let resting = self.rest.resting();
        if resting.is_empty() {
            return;
        }
        let context = *self.rest.context();
        self.rest.end();
        self.elements.see(q, resting);
        self.last_pass = Some(Tick(q.tick.0 - u64::from(SAMPLES_PER_PASS)));
        self.show(q, &context, settings, resting.others());
    }

    /// The trip that was decided and not yet taken. No trip is decided while the trip command is present: it would
    /// change nothing.
    pub fn take_trip(&mut self) -> Option<Trip> {
        self.arbiter.take_trip()
    }

    /// The transitions since the last call, oldest first.
    pub fn drain_transitions(&mut self) -> std::vec::Drain<'_, Transition> {
        self.arbiter.drain_transitions()
    }

    /// How every element stands, in order of arbitration, after the newest pass, whose quantities and settings these are.
    #[must_use]
    pub fn states(&self, q: &Quantities, settings: &Settings) -> Vec<ElementState> {
        if self.rest.resting().is_empty() {
            return self.arbiter.states();
        }
        let mut awake = self.clone();
        awake.wake(q, settings);
        awake.arbiter.states()
    }

    /// Heat of the thermal image (49), 1 = trip.
    #[must_use]
    pub fn thermal(&self) -> f64 {
        self.elements.thermal_image.h()
    }

    /// Heat of the motor (49M), 1 = trip; nothing without a motor.
    #[must_use]
    pub fn motor_thermal(&self) -> f64 {
        self.elements.motor_thermal.h()
    }

    /// Every heat that outlives a restart.
    #[must_use]
    pub fn heat(&self) -> Heat {
        let e = &self.elements;
        Heat {
            long_time: e.long_time.heat(),
            thermal_image: e.thermal_image.h(),
            thermal_image_hot: e.thermal_image.too_hot(),
            motor: e.motor_thermal.h(),
            motor_hot: e.motor_thermal.too_hot(),
        }
    }

    /// Puts every heat where it stood, less what it lost in the time away.
    pub fn restore_heat(&mut self, heat: &Heat, settings: &Settings, away: Seconds) {
        self.rest.end();
        let (s, e) = (settings, &mut self.elements);
        e.long_time.restore(heat.long_time, &s.long_time, away);
        e.thermal_image.restore(heat.thermal_image, heat.thermal_image_hot, &s.thermal_image, away);
        if s.motor.enabled && s.motor_thermal.enabled {
            e.motor_thermal.restore(heat.motor, heat.motor_hot, &s.motor_thermal, away);
        }
    }

    /// Closing is not forbidden by heat (49, 49M).
    #[must_use]
    pub fn close_permission(&self) -> bool {
        !self.elements.thermal_image.too_hot() && !self.elements.motor_thermal.too_hot()
    }

    /// The phases rotate the wrong way (47): closing is forbidden.
    #[must_use]
    pub fn wrong_rotation(&self) -> bool {
        self.elements.phase_sequence.wrong_rotation()
    }

    /// The motor may not be started now (66): closing is forbidden.
    #[must_use]
    pub fn start_inhibited(&self) -> bool {
        self.elements.starts_per_hour.inhibited()
    }

    /// What the motor does; standing without a motor.
    #[must_use]
    pub fn motor_state(&self) -> MotorState {
        self.elements.motor.state()
    }

    /// How near the load is to what L carries.
    #[must_use]
    pub fn load_level(&self) -> LoadLevel {
        self.elements.long_time.load_level()
    }

    /// Zone interlocking: restrains the breaker upstream.
    #[must_use]
    pub fn restraint_out(&self) -> bool {
        self.restraint_out
    }

    /// Breaker failure asks for a second trip of this breaker.
    #[must_use]
    pub fn retrip(&self) -> bool {
        self.elements.breaker_failure.retrip()
    }

    /// Breaker failure asks for a trip of the breaker upstream.
    #[must_use]
    pub fn backup_trip(&self) -> bool {
        self.elements.breaker_failure.backup()
    }

    /// The arc sensor sees light while no current flows that would make it an arc: a sensor or a lamp to look at.
    #[must_use]
    pub fn arc_light_alone(&self) -> bool {
        self.elements.arc_flash.light_alone()
    }

    /// The element operates now, be it to trip or to alarm.
    #[must_use]
    pub fn operating(&self, id: ElementId) -> bool {
        self.arbiter.track(id).operating()
    }

    /// The block on an element, if there is one.
    #[must_use]
    pub fn blocked(&self, id: ElementId) -> Option<Block> {
        self.arbiter.track(id).blocked()
    }

    /// After a reset command: target flags and latched elements go back. Heat stays, for it is still there.
    pub fn reset_flags(&mut self) {
        self.rest.end();
        self.elements.arc_flash.reset();
        self.arbiter.reset_flags();
    }

    /// For a test bench: every accumulator and every heat to nothing, as from the factory.
    pub fn reset_memory(&mut self) {
        self.rest.end();
        self.elements.reset_memory();
    }
}
