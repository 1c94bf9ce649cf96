//! What is measured, as published: refreshed at the interval of the settings.

use super::Binding;
use super::row::number;
use crate::breaker::{Breaker, Published};
use crate::profile::Value;
use crate::units::{Amperes, Percent};

fn of(b: &Breaker, value: fn(&Published) -> f64) -> Option<Value> {
    b.published().map(|p| Value::Float(value(p)))
}

fn share(b: &Breaker, value: fn(&Published) -> Option<Percent>) -> Option<Value> {
    value(b.published()?).map(|p| Value::Float(p.0))
}

fn load(b: &Breaker) -> Option<Value> {
    let rated = b.settings.rating.current;
    let current = b.published()?.current.greatest().1;
    (rated > Amperes::ZERO).then(|| Value::Float(current / rated * 100.0))
}

pub(super) const ROWS: &[Binding] = &[
    number("CurrentPhaseA", "A", |b| of(b, |p| p.current.a.0)),
    number("CurrentPhaseB", "A", |b| of(b, |p| p.current.b.0)),
    number("CurrentPhaseC", "A", |b| of(b, |p| p.current.c.0)),
    // Line to line: the published meaning of these names is the 480 V of the system.
    number("VoltagePhaseA", "V", |b| of(b, |p| p.line_voltage.a.0)),
    number("VoltagePhaseB", "V", |b| of(b, |p| p.line_voltage.b.0)),
    number("VoltagePhaseC", "V", |b| of(b, |p| p.line_voltage.c.0)),
    number("VoltageAN", "V", |b| of(b, |p| p.voltage.a.0)),
    number("VoltageBN", "V", |b| of(b, |p| p.voltage.b.0)),
    number("VoltageCN", "V", |b| of(b, |p| p.voltage.c.0)),
    number("NeutralCurrent", "A", |b| of(b, |p| p.neutral.0)),
    number("GroundFaultCurrent", "A", |b| of(b, |p| p.ground.0)),
    number("PowerFactor", "", |b| b.published()?.power_factor.map(Value::Float)),
    number("ActivePower", "W", |b| of(b, |p| p.active.0)),
    number("ReactivePower", "var", |b| of(b, |p| p.reactive.0)),
    number("ApparentPower", "VA", |b| of(b, |p| p.apparent.0)),
    number("Frequency", "Hz", |b| b.published()?.frequency.map(|f| Value::Float(f.0))),
    number("LoadPercentage", "%", load),
    number("HarmonicDistortion", "%", |b| share(b, |p| p.current_thd)),
    number("VoltageDistortion", "%", |b| share(b, |p| p.voltage_thd)),
    number("CurrentUnbalance", "%", |b| share(b, |p| p.current_unbalance)),
    number("VoltageUnbalance", "%", |b| share(b, |p| p.voltage_unbalance)),
    number("CurrentUnbalanceZero", "%", |b| share(b, |p| p.current_unbalance_zero)),
    number("CurrentUnbalanceNema", "%", |b| share(b, |p| p.current_unbalance_nema)),
    number("VoltageUnbalanceNema", "%", |b| share(b, |p| p.voltage_unbalance_nema)),
    number("DemandDistortion", "%", |b| share(b, |p| p.demand_distortion)),
    number("KFactor", "", |b| b.published()?.k_factor.map(Value::Float)),
    number("CrestFactor", "", |b| b.published()?.crest.map(Value::Float)),
    number("Frequency10s", "Hz", |b| b.published()?.frequency_10_s.map(|f| Value::Float(f.0))),
    number("PowerDemand", "W", |b| b.published()?.demand.map(|p| Value::Float(p.0))),
    number("PowerDemandThermal", "W", |b| of(b, |p| p.thermal_demand.0)),
    number("PowerDemandPeak", "W", |b| of(b, |p| p.greatest_demand.0)),
    number("FlickerPst", "", |b| b.published()?.pst.map(Value::Float)),
    number("FlickerPlt", "", |b| b.published()?.plt.map(Value::Float)),
    number("EnergyExported", "kWh", |b| Some(Value::Float(b.energy().exported_kwh))),
    number("EnergyImported", "kWh", |b| Some(Value::Float(b.energy().imported_kwh))),
];
