//! Quantities of a breaker that are no parameters of the profile, by the names that a drill uses.

use crate::breaker::Breaker;
use crate::profile::Value;
use crate::protection::LoadLevel;
use crate::units::Percent;
use num_complex::Complex64;

/// `L.progress`, `51.started`, `G.quantity`: how an element stands now.
pub(super) fn of_element(name: &str, breaker: &Breaker) -> Option<Value> {
    let (label, what) = name.split_once('.')?;
    let state = breaker.elements().into_iter().find(|s| s.id.label() == label)?;
    match what {
        "progress" => Some(Value::Float(state.progress)),
        "quantity" => Some(Value::Float(state.quantity)),
        "threshold" => Some(Value::Float(state.threshold)),
        "started" => Some(Value::Bool(state.started)),
        "operated" => Some(Value::Bool(state.operated)),
        "blocked" => Some(Value::Bool(state.blocked.is_some())),
        "enabled" => Some(Value::Bool(state.enabled)),
        _ => None,
    }
}

/// Apparent powers, unbalance by its definitions, the loop that 21 measures, the load against L.
pub(super) fn of_breaker(name: &str, breaker: &Breaker) -> Option<Value> {
    let m = breaker.measurement();
    let number = |x: f64| Some(Value::Float(x));
    let percent = |p: Option<Percent>| p.map(|p| Value::Float(p.0));
    match name {
        "S_arithmetic_kVA" => number(m.apparent.arithmetic.0 / 1e3),
        "S_vector_kVA" => number(m.apparent.vector.0 / 1e3),
        "S_effective_kVA" => number(m.apparent.effective.0 / 1e3),
        "I2_over_I1_pct" => percent(m.current_unbalance.negative),
        "I0_over_I1_pct" => percent(m.current_unbalance.zero),
        "I_NEMA_pct" => percent(m.current_unbalance.nema),
        "Zab_mOhm" => loop_impedance(breaker).and_then(|z| number(z.norm() * 1e3)),
        "Zab_deg" => loop_impedance(breaker).and_then(|z| number(z.arg().to_degrees())),
        "load_level" => Some(Value::Text(level(breaker.load_level()).into())),
        _ => None,
    }
}

const fn level(level: LoadLevel) -> &'static str {
    match level {
        LoadLevel::Normal => "normal",
        LoadLevel::PreWarning => "pre-warning",
        LoadLevel::Overload => "overload",
    }
}

/// Impedance of the loop A to B as the phasors have it; none without current.
fn loop_impedance(breaker: &Breaker) -> Option<Complex64> {
    let q = breaker.quantities();
    let current = q.current.a - q.current.b;
    (current.norm() > 0.0).then(|| (q.voltage.a - q.voltage.b) / current)
}
