//! All elements of one breaker, in the order in which a pass shows the quantities to them.

use super::accumulator::Accumulator;
use super::arbiter::Arbiter;
use super::arc_fault::ArcFault;
use super::arc_flash::ArcFlash;
use super::breaker_failure::BreakerFailure;
use super::differential::Differential;
use super::distance::Distance;
use super::frequency_rate::FrequencyRate;
use super::ground_alarm::GroundAlarm;
use super::ground_fault::GroundFault;
use super::hardware_override::HardwareOverride;
use super::instantaneous::Instantaneous;
use super::jam::Jam;
use super::long_start::LongStart;
use super::long_time::LongTime;
use super::maintenance_mode::MaintenanceMode;
use super::making_current::MakingCurrent;
use super::motor::Motor;
use super::motor_thermal::MotorThermal;
use super::negative_sequence::NegativeSequence;
use super::open_transformer::OpenTransformer;
use super::over_temperature::OverTemperature;
use super::overfrequency::Overfrequency;
use super::overvoltage::Overvoltage;
use super::phase_sequence::PhaseSequence;
use super::rest::ElementSet;
use super::reverse_power::ReversePower;
use super::short_time::ShortTime;
use super::starts_per_hour::StartsPerHour;
use super::thermal_image::ThermalImage;
use super::time_overcurrent::TimeOvercurrent;
use super::underfrequency::Underfrequency;
use super::underload::Underload;
use super::undervoltage::Undervoltage;
use super::view::View;
use super::{ElementId, Rated, Settings};
use crate::power::Quantities;

/// All elements.
#[derive(Clone, Debug)]
pub(super) struct Elements {
    pub(super) hardware_override: HardwareOverride,
    pub(super) arc_flash: ArcFlash,
    maintenance_mode: MaintenanceMode,
    making_current: MakingCurrent,
    instantaneous: Instantaneous,
    differential: Differential,
    short_time: ShortTime,
    ground_fault: GroundFault,
    distance: Distance,
    pub(super) arc_fault: ArcFault,
    time_overcurrent: TimeOvercurrent,
    pub(super) long_time: LongTime,
    pub(super) thermal_image: ThermalImage,
    pub(super) motor: Motor,
    pub(super) motor_thermal: MotorThermal,
    negative_sequence: NegativeSequence,
    pub(super) phase_sequence: PhaseSequence,
    undervoltage: Undervoltage,
    overvoltage: Overvoltage,
    underfrequency: Underfrequency,
    overfrequency: Overfrequency,
    frequency_rate: FrequencyRate,
    reverse_power: ReversePower,
    long_start: LongStart,
    jam: Jam,
    underload: Underload,
    pub(super) starts_per_hour: StartsPerHour,
    over_temperature: OverTemperature,
    ground_alarm: GroundAlarm,
    open_transformer: OpenTransformer,
    pub(super) breaker_failure: BreakerFailure,
}

impl Elements {
    pub(super) fn new(rated: &Rated) -> Self {
        Self {
            hardware_override: HardwareOverride::new(rated),
            arc_flash: ArcFlash::default(),
            maintenance_mode: MaintenanceMode::default(),
            making_current: MakingCurrent::default(),
            instantaneous: Instantaneous::default(),
            differential: Differential::default(),
            short_time: ShortTime::default(),
            ground_fault: GroundFault::default(),
            distance: Distance::default(),
            arc_fault: ArcFault::new(),
            time_overcurrent: TimeOvercurrent::default(),
            long_time: LongTime::default(),
            thermal_image: ThermalImage::default(),
            motor: Motor::default(),
            motor_thermal: MotorThermal::default(),
            negative_sequence: NegativeSequence::default(),
            phase_sequence: PhaseSequence::default(),
            undervoltage: Undervoltage::default(),
            overvoltage: Overvoltage::default(),
            underfrequency: Underfrequency::default(),
            overfrequency: Overfrequency::default(),
            frequency_rate: FrequencyRate::default(),
            reverse_power: ReversePower::default(),
            long_start: LongStart::default(),
            jam: Jam::default(),
            underload: Underload::default(),
            starts_per_hour: StartsPerHour::default(),
            over_temperature: OverTemperature::default(),
            ground_alarm: GroundAlarm::default(),
            open_transformer: OpenTransformer::default(),
            breaker_failure: BreakerFailure::default(),
        }
    }

    /// Shows a pass to every element. Elements out of service are passed over, but for those that keep heat or follow
    /// the load.
    pub(super) fn pass(&mut self, s: &Settings, view: &View<'_>, out: &mut Arbiter) {
        use ElementId as Id;
        if out.shows(Id::HardwareOverride) {
            out.take(Id::HardwareOverride, self.hardware_override.pass());
        }
        if out.shows(Id::ArcFlash) {
            out.take(Id::ArcFlash, self.arc_flash.pass(&s.arc_flash, s.enabled, view.rate));
        }
        if out.concerns(Id::CurrentTransformer, s.transformer_supervision.enabled) {
            out.take(Id::CurrentTransformer, self.open_transformer.pass(s.transformer_supervision, view));
        }
        self.pass_currents(s, view, out);
        self.pass_voltages(s, view, out);
        self.pass_motor(s, view, out);
        self.arc_fault.follow(view);
        if out.concerns(Id::ArcParallel, s.arc_parallel.enabled) {
            out.take(Id::ArcParallel, self.arc_fault.pass_parallel(&s.arc_parallel, view));
        }
        if out.concerns(Id::ArcSeries, s.arc_series.enabled) {
            out.take(Id::ArcSeries, self.arc_fault.pass_series(s.arc_series, view));
        }
        if out.concerns(Id::OverTemperature, s.over_temperature.enabled) {
            out.take(Id::OverTemperature, self.over_temperature.pass(&s.over_temperature, view));
        }
        if out.shows(Id::BreakerFailure) {
            out.take(Id::BreakerFailure, self.breaker_failure.pass(&s.breaker_failure, view));
        }
        if !s.enabled {
            self.drop_timers();
        }
    }

    fn pass_currents(&mut self, s: &Settings, view: &View<'_>, out: &mut Arbiter) {
        use ElementId as Id;
        let zone = &s.zone_interlocking;
        let open = self.open_transformer.open().is_some();
        if out.shows(Id::MaintenanceMode) {
            out.take(Id::MaintenanceMode, self.maintenance_mode.pass(s.maintenance_mode, view));
        }
        if out.shows(Id::MakingCurrent) {
            let making = self.making_current.pass(&s.making_current, view);
            if out.concerns(Id::MakingCurrent, s.making_current.enabled) {
                out.take(Id::MakingCurrent, making);
            }
        }
        if out.shows(Id::Instantaneous) {
            out.take(Id::Instantaneous, self.instantaneous.pass(&s.instantaneous, view));
        }
        if out.concerns(Id::Differential, s.differential.enabled) {
            out.take(Id::Differential, self.differential.pass(&s.differential, open, view));
        }
        if out.shows(Id::ShortTime) {
            out.take(Id::ShortTime, self.short_time.pass(&s.short_time, zone, s.long_time.pickup, view));
        }
        if out.shows(Id::GroundFault) {
            out.take(Id::GroundFault, self.ground_fault.pass(&s.ground_fault, zone, open, view));
        }
        if out.concerns(Id::Distance, s.distance.enabled) {
            out.take(Id::Distance, self.distance.pass(&s.distance, view));
        }
        if out.shows(Id::TimeOvercurrent) {
            out.take(Id::TimeOvercurrent, self.time_overcurrent.pass(&s.time_overcurrent, view));
        }
        if out.shows(Id::LongTime) {
            out.take(Id::LongTime, self.long_time.pass(&s.long_time, view));
        }
        if out.shows(Id::ThermalImage) {
            out.take(Id::ThermalImage, self.thermal_image.pass(&s.thermal_image, view));
        }
        if out.concerns(Id::GroundAlarm, s.ground_alarm.enabled) {
            out.take(Id::GroundAlarm, self.ground_alarm.pass(&s.ground_alarm, &s.ground_fault, open, view));
        }
    }

    fn pass_voltages(&mut self, s: &Settings, view: &View<'_>, out: &mut Arbiter) {
        use ElementId as Id;
        if out.concerns(Id::PhaseSequence, s.phase_sequence.enabled) {
            out.take(Id::PhaseSequence, self.phase_sequence.pass(&s.phase_sequence, view));
        }
        if out.concerns(Id::Undervoltage, s.undervoltage.enabled) {
            out.take(Id::Undervoltage, self.undervoltage.pass(&s.undervoltage, view));
        }
        if out.concerns(Id::Overvoltage, s.overvoltage.enabled) {
            out.take(Id::Overvoltage, self.overvoltage.pass(&s.overvoltage, view));
        }
        if out.concerns(Id::Underfrequency, s.underfrequency.enabled) {
            out.take(Id::Underfrequency, self.underfrequency.pass(&s.underfrequency, view));
        }
        if out.concerns(Id::Overfrequency, s.overfrequency.enabled) {
            out.take(Id::Overfrequency, self.overfrequency.pass(&s.overfrequency, view));
        }
        if out.concerns(Id::FrequencyRate, s.frequency_rate.enabled) {
            out.take(Id::FrequencyRate, self.frequency_rate.pass(&s.frequency_rate, view));
        }
        if out.concerns(Id::ReversePower, s.reverse_power.enabled) {
            out.take(Id::ReversePower, self.reverse_power.pass(&s.reverse_power, view));
        }
    }

    fn pass_motor(&mut self, s: &Settings, view: &View<'_>, out: &mut Arbiter) {
        use ElementId as Id;
        let (load, motor) = (&s.motor, &mut self.motor);
        if out.shows_motor() {
            motor.pass(load, view);
        }
        if out.concerns(Id::MotorThermal, s.motor_thermal.enabled && load.enabled) {
            out.take(Id::MotorThermal, self.motor_thermal.pass(&s.motor_thermal, load, motor.state(), view));
        }
        if out.concerns(Id::NegativeSequence, s.negative_sequence.enabled) {
            let open = self.open_transformer.open().is_some();
            let found = self.negative_sequence.pass(&s.negative_sequence, motor.starting(), open, view);
            out.take(Id::NegativeSequence, found);
        }
        if out.concerns(Id::LongStart, s.long_start.enabled && load.enabled) {
            out.take(Id::LongStart, self.long_start.pass(&s.long_start, load, motor, view));
        }
        if out.concerns(Id::Jam, s.jam.enabled && load.enabled) {
            out.take(Id::Jam, self.jam.pass(&s.jam, load, motor, view));
        }
        if out.concerns(Id::Underload, s.underload.enabled && load.enabled) {
            out.take(Id::Underload, self.underload.pass(&s.underload, load, motor, view));
        }
        if out.concerns(Id::StartsPerHour, s.starts_per_hour.enabled && load.enabled) {
            let heat = self.motor_thermal.h();
            let found = self.starts_per_hour.pass(&s.starts_per_hour, load, motor, heat, view);
            out.take(Id::StartsPerHour, found);
        }
    }

    /// Those of `asked` whose memory stands as it stood before, and would stand so for ever while every pass is like the
    /// last ones. An element rests no sooner than what it looks at.
    pub(super) fn unmoved(&self, before: &Self, asked: ElementSet) -> ElementSet {
        use ElementId as Id;
        if !self.open_transformer.stands_as(&before.open_transformer) {
            return ElementSet::NONE;
        }
        let motor = asked.meets(ElementSet::MOTOR) && self.motor == before.motor;
        let no_arc = self.arc_fault.rests() && before.arc_fault.rests();
        let unmoved = |id: ElementId| match id {
            Id::HardwareOverride => self.hardware_override == before.hardware_override,
            Id::ArcFlash => self.arc_flash == before.arc_flash,
            Id::MaintenanceMode => self.maintenance_mode == before.maintenance_mode,
            Id::MakingCurrent => self.making_current == before.making_current,
            Id::Instantaneous => self.instantaneous == before.instantaneous,
            Id::Differential => self.differential == before.differential,
            Id::ShortTime => self.short_time == before.short_time,
            Id::GroundFault => self.ground_fault == before.ground_fault,
            Id::Distance => self.distance == before.distance,
            Id::ArcParallel | Id::ArcSeries => no_arc,
            Id::TimeOvercurrent => self.time_overcurrent == before.time_overcurrent,
            Id::LongTime => self.long_time == before.long_time,
            Id::ThermalImage => self.thermal_image == before.thermal_image,
            Id::MotorThermal => motor && self.motor_thermal == before.motor_thermal,
            Id::NegativeSequence => motor && self.negative_sequence == before.negative_sequence,
            Id::PhaseSequence => self.phase_sequence == before.phase_sequence,
            Id::Undervoltage => self.undervoltage == before.undervoltage,
            Id::Overvoltage => self.overvoltage == before.overvoltage,
            Id::Underfrequency => self.underfrequency == before.underfrequency,
            Id::Overfrequency => self.overfrequency == before.overfrequency,
            Id::FrequencyRate => self.frequency_rate == before.frequency_rate,
            Id::ReversePower => self.reverse_power == before.reverse_power,
            Id::LongStart => motor && self.long_start == before.long_start,
            Id::Jam => motor && self.jam == before.jam,
            Id::Underload => motor && self.underload == before.underload,
            Id::StartsPerHour => {
                motor && self.starts_per_hour == before.starts_per_hour && self.starts_per_hour.waits_for_nothing()
            }
            Id::OverTemperature => self.over_temperature == before.over_temperature,
            Id::GroundAlarm => self.ground_alarm == before.ground_alarm,
            Id::CurrentTransformer => true,
            Id::BreakerFailure => self.breaker_failure == before.breaker_failure,
        };
        let still = ElementId::ALL.into_iter().filter(|id| asked.contains(*id) && unmoved(*id));
        still.fold(if motor { ElementSet::MOTOR } else { ElementSet::NONE }, ElementSet::with)
    }

    /// Notes what those of these elements that look at samples would have seen in a pass that they were not shown.
    pub(super) fn see(&mut self, q: &Quantities, slept: ElementSet) {
        if slept.contains(ElementId::HardwareOverride) {
            self.hardware_override.see(q.current_peak.greatest().1);
        }
        if slept.contains(ElementId::ArcFlash) {
            self.arc_flash.see(q.light.0);
        }
    }

    /// Timers that stand for a fault that is there, not for heat: an element out of service times nothing, and begins
    /// from its beginning when it is back.
    pub(super) fn drop_timers(&mut self) {
        self.short_time.reset_memory();
        self.ground_fault.reset_memory();
        self.time_overcurrent.reset_memory();
        self.arc_fault.reset_memory();
        let timers: [&mut Accumulator; 9] = [
            self.negative_sequence.timer(),
            self.phase_sequence.timer(),
            self.undervoltage.timer(),
            self.overvoltage.timer(),
            self.reverse_power.timer(),
            self.long_start.timer(),
            self.jam.timer(),
            self.underload.timer(),
            self.ground_alarm.timer(),
        ];
        timers.into_iter().for_each(Accumulator::clear);
        self.underfrequency = Underfrequency::default();
        self.overfrequency = Overfrequency::default();
        self.frequency_rate = FrequencyRate::default();
        self.instantaneous = Instantaneous::default();
        self.differential = Differential::default();
    }

    /// Everything to nothing, heat included.
    pub(super) fn reset_memory(&mut self) {
        self.drop_timers();
        self.long_time.reset_memory();
        self.thermal_image.reset_memory();
        self.motor_thermal.reset_memory();
        self.breaker_failure.reset_memory();
    }
}
