//! What is measured, as published: refreshed at the interval of the settings.

use super::Binding;
use super::row::number;
use crate::breaker::Breaker;
use crate::profile::Value;
use crate::units::Percent;

fn some(value: f64) -> Option<Value> {
    Some(Value::Float(value))
}

fn share(value: Option<Percent>) -> Option<Value> {
    value.map(|p| Value::Float(p.0))
}

fn load(b: &Breaker) -> Option<Value> {
    let rated = b.settings.rating.current;
    (rated.0 > 0.0).then(|| Value::Float(b.published().current.greatest().1 / rated * 100.0))
}

pub(super) const ROWS: &[Binding] = &[
    number("CurrentPhaseA", "A", |b| some(b.published().current.a.0)),
    number("CurrentPhaseB", "A", |b| some(b.published().current.b.0)),
    number("CurrentPhaseC", "A", |b| some(b.published().current.c.0)),
    // Line to line: the published meaning of these names is the 480 V of the system.
    number("VoltagePhaseA", "V", |b| some(b.published().line_voltage.a.0)),
    number("VoltagePhaseB", "V", |b| some(b.published().line_voltage.b.0)),
    number("VoltagePhaseC", "V", |b| some(b.published().line_voltage.c.0)),
    number("VoltageAN", "V", |b| some(b.published().voltage.a.0)),
    number("VoltageBN", "V", |b| some(b.published().voltage.b.0)),
    number("VoltageCN", "V", |b| some(b.published().voltage.c.0)),
    number("NeutralCurrent", "A", |b| some(b.published().neutral.0)),
    number("GroundFaultCurrent", "A", |b| some(b.published().ground.0)),
    number("PowerFactor", "", |b| b.published().power_factor.map(Value::Float)),
    number("ActivePower", "W", |b| some(b.published().active.0)),
    number("ReactivePower", "var", |b| some(b.published().reactive.0)),
    number("ApparentPower", "VA", |b| some(b.published().apparent.0)),
    number("Frequency", "Hz", |b| b.published().frequency.map(|f| Value::Float(f.0))),
    number("LoadPercentage", "%", load),
    number("HarmonicDistortion", "%", |b| share(b.published().current_thd)),
    number("VoltageDistortion", "%", |b| share(b.published().voltage_thd)),
    number("CurrentUnbalance", "%", |b| share(b.published().current_unbalance)),
    number("VoltageUnbalance", "%", |b| share(b.published().voltage_unbalance)),
    number("EnergyImported", "Ws", |b| some(b.energy_ws())),
];
