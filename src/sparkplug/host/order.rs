//! A command by metric name: learn the datatype from the birth, send, wait for what becomes of it.

use super::decoded::Decoded;
use super::entity::{Life, MetricState};
use super::event::{Reading, Source};
use super::findings::Place;
use super::node::EdgeNode;
use crate::sparkplug::datatype::DataType;
use crate::sparkplug::payload::{Metric, MetricValue, Payload};
use crate::time::UtcMillis;
use std::sync::Arc;

/// After the answer, how long further values of the device are taken for consequences: the reason of a refusal or the
/// new state comes in a message of its own.
const CONSEQUENCES_MS: i64 = 700;

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// To whom.
    pub place: Place,
    /// Metric name.
    pub metric: Arc<str>,
    /// The value as it was typed.
    pub text: String,
    /// How long to wait for the birth, and then for the answer.
    pub timeout_ms: i64,
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// The value as it was sent.
    pub value: Decoded,
    /// What the device reported since.
    pub reported: Vec<Reading>,
}

/// Why a command was not carried out.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OrderError {
    /// No NBIRTH.
    #[error("{0} is offline: no NBIRTH within {1} s of the rebirth request")]
    NodeSilent(Place, i64),
    /// No DBIRTH of the device.
    #[error("{0} is offline: its edge node is born, with {1}")]
    DeviceUnborn(Place, String),
    /// No such metric in the birth.
    #[error("{place} has no metric {metric}; {near}")]
    UnknownMetric {
        /// Who.
        place: Place,
        /// As typed.
        metric: Arc<str>,
        /// What is like it.
        near: String,
    },
    /// The birth says `readOnly`.
    #[error("{1} of {0} is read only by its birth")]
    ReadOnly(Place, Arc<str>),
    /// The text is no value of the datatype.
    #[error("{metric} is {datatype}: {reason}")]
    WrongType {
        /// Metric.
        metric: Arc<str>,
        /// By the birth.
        datatype: DataType,
        /// What it should be.
        reason: &'static str,
    },
    /// Nothing came back.
    #[error("{0} did not report {1} within {2} s of the command")]
    NoAnswer(Place, Arc<str>, i64),
    /// The old value came back.
    #[error("refused: {metric} of {place} is still {value}{said}")]
    Refused {
        /// Who.
        place: Place,
        /// Metric.
        metric: Arc<str>,
        /// As it is.
        value: String,
        /// What else the device had to say.
        said: String,
    },
    /// The connection broke.
    #[error("the connection to the broker broke before the answer; the command may have been carried out")]
    BrokerLost,
}

/// A command on its way.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) order: Order,
    step: Step,
    /// When the step has failed, or is over.
    pub(super) deadline: UtcMillis,
}

#[derive(Debug)]
enum Step {
    Learning,
    Sent(Decoded),
    Answered { value: Decoded, carried_out: bool },
}

/// What to do next.
#[derive(Debug)]
pub(super) enum Next {
    Wait,
    Send(Payload),
    End(Result<Done, OrderError>),
}

impl Pending {
    pub(super) fn new(order: Order, now: UtcMillis) -> Self {
        Self { deadline: UtcMillis(now.0 + order.timeout_ms), order, step: Step::Learning }
    }

    /// The command went out.
    pub(super) const fn sent(&self) -> bool {
        !matches!(self.step, Step::Learning)
    }

    /// Looks at what is known and what came in.
    pub(super) fn progress(&mut self, node: Option<&EdgeNode>, readings: &mut Vec<Reading>, now: UtcMillis) -> Next {
        let over = self.deadline <= now;
        match &self.step {
            Step::Learning => {
                readings.clear();
                self.learn(node, over, now)
            }
            Step::Sent(value) => {
                // A birth in between tells the old value and answers nothing.
                let mut answers = readings
                    .iter()
                    .filter(|r| r.source == Source::Data && r.name.as_ref() == Some(&self.order.metric))
                    .peekable();
                if answers.peek().is_some() {
                    let carried_out = answers.any(|r| r.value == *value);
                    self.step = Step::Answered { value: value.clone(), carried_out };
                    self.deadline = UtcMillis(now.0 + CONSEQUENCES_MS);
                    return Next::Wait;
                }
                let Order { place, metric, timeout_ms, .. } = &self.order;
                let error = || OrderError::NoAnswer(place.clone(), Arc::clone(metric), timeout_ms / 1000);
                if over { Next::End(Err(error())) } else { Next::Wait }
            }
            Step::Answered { value, carried_out } => {
                if !over {
                    return Next::Wait;
                }
                let reported: Vec<Reading> = readings.drain(..).filter(|r| r.source == Source::Data).collect();
                if *carried_out {
                    return Next::End(Ok(Done { value: value.clone(), reported }));
                }
                Next::End(Err(self.refused(&reported)))
            }
        }
    }

    fn learn(&mut self, node: Option<&EdgeNode>, over: bool, now: UtcMillis) -> Next {
        let Order { place, metric, text, timeout_ms } = &self.order;
        let Some(node) = node.filter(|n| n.own.life == Life::Online) else {
            let error = || OrderError::NodeSilent(Place { device: None, ..place.clone() }, timeout_ms / 1000);
            return if over { Next::End(Err(error())) } else { Next::Wait };
        };
        let entity = place.device.as_ref().map_or(Some(&node.own), |d| node.devices.get(d));
        let Some(entity) = entity.filter(|e| e.life == Life::Online) else {
            let born = node.devices.iter().filter(|(_, d)| d.life == Life::Online).map(|(id, _)| &**id);
            let born = some_of(born, "no device", "");
            return if over { Next::End(Err(OrderError::DeviceUnborn(place.clone(), born))) } else { Next::Wait };
        };
        let Some(state) = entity.metrics.get(metric) else {
            let near = like(metric, entity.metrics.keys().map(|k| &**k));
            let error = OrderError::UnknownMetric { place: place.clone(), metric: Arc::clone(metric), near };
            return Next::End(Err(error));
        };
        if state.read_only() {
            return Next::End(Err(OrderError::ReadOnly(place.clone(), Arc::clone(metric))));
        }
        match value(text, state.datatype) {
            Ok((wire, value)) => {
                let payload = payload(metric, state, wire, now);
                self.deadline = UtcMillis(now.0 + timeout_ms);
                self.step = Step::Sent(value);
                Next::Send(payload)
            }
            Err(reason) => {
                Next::End(Err(OrderError::WrongType { metric: Arc::clone(metric), datatype: state.datatype, reason }))
            }
        }
    }

    fn refused(&self, reported: &[Reading]) -> OrderError {
        let of_metric = reported.iter().rfind(|r| r.name.as_ref() == Some(&self.order.metric));
        let said: String = reported
            .iter()
            .filter_map(|r| match (&r.name, &r.value) {
                (Some(name), Decoded::Text(text)) if *name != self.order.metric => Some(format!("; {name}: {text}")),
                _ => None,
            })
            .collect();
        OrderError::Refused {
            place: self.order.place.clone(),
            metric: Arc::clone(&self.order.metric),
            value: of_metric.map_or_else(String::new, |r| r.value.to_string()),
            said,
        }
    }
}

/// A list of names in a sentence.
fn some_of<'a>(names: impl Iterator<Item = &'a str>, none: &str, before: &str) -> String {
    const SHOWN: usize = 8;
    let names: Vec<&str> = names.collect();
    match names.len() {
        0 => none.to_owned(),
        n if n <= SHOWN => format!("{before}{}", names.join(", ")),
        n => format!("{before}{} and {} more", names[..SHOWN].join(", "), n - SHOWN),
    }
}

/// Names that share the last folder level or a word with what was typed.
fn like<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> String {
    let last = |name: &str| name.rsplit('/').next().unwrap_or(name).to_lowercase();
    let wanted = last(typed);
    let near = names.filter(|n| {
        let name = last(n);
        !wanted.is_empty() && (name.contains(&wanted) || wanted.contains(&name))
    });
    some_of(near, "`breaker-console host --json` shows those it has", "it has ")
}

/// The wire form of a typed value, and the value as it will come back.
fn value(text: &str, datatype: DataType) -> Result<(MetricValue, Decoded), &'static str> {
    let signed = |low: i64, high: i64, reason| {
        let v = text.parse::<i64>().ok().filter(|v| (low..=high).contains(v)).ok_or(reason)?;
        Ok((MetricValue::Int((v as i32).cast_unsigned()), Decoded::Int(v)))
    };
    let unsigned = |high: u64, reason| {
        let v = text.parse::<u64>().ok().filter(|v| *v <= high).ok_or(reason)?;
        Ok((MetricValue::Int(v as u32), Decoded::UInt(v)))
    };
    match datatype {
        DataType::Int8 => signed(-128, 127, "a whole number from -128 to 127 is wanted"),
        DataType::Int16 => signed(-32768, 32767, "a whole number from -32768 to 32767 is wanted"),
        DataType::Int32 => {
            signed(i64::from(i32::MIN), i64::from(i32::MAX), "a whole number from -2147483648 to 2147483647 is wanted")
        }
        DataType::Int64 => {
            let v = text.parse::<i64>().map_err(|_| "a whole number of 64 bits is wanted")?;
            Ok((MetricValue::Long(v.cast_unsigned()), Decoded::Int(v)))
        }
        DataType::UInt8 => unsigned(255, "a whole number from 0 to 255 is wanted"),
        DataType::UInt16 => unsigned(65535, "a whole number from 0 to 65535 is wanted"),
        DataType::UInt32 => unsigned(u64::from(u32::MAX), "a whole number from 0 to 4294967295 is wanted"),
        DataType::UInt64 => {
            let v = text.parse::<u64>().map_err(|_| "a whole number from 0 to 18446744073709551615 is wanted")?;
            Ok((MetricValue::Long(v), Decoded::UInt(v)))
        }
        DataType::DateTime => {
            let v = text.parse::<u64>().map_err(|_| "milliseconds since 1970 are wanted")?;
            Ok((MetricValue::Long(v), Decoded::Time(v)))
        }
        DataType::Float => {
            let v = text.parse::<f32>().ok().filter(|v| v.is_finite()).ok_or("a number is wanted")?;
            Ok((MetricValue::Float(v), Decoded::Float(v)))
        }
        DataType::Double => {
            let v = text.parse::<f64>().ok().filter(|v| v.is_finite()).ok_or("a number is wanted")?;
            Ok((MetricValue::Double(v), Decoded::Double(v)))
        }
        DataType::Boolean => match text {
            "true" | "on" | "1" => Ok((MetricValue::Boolean(true), Decoded::Bool(true))),
            "false" | "off" | "0" => Ok((MetricValue::Boolean(false), Decoded::Bool(false))),
            _ => Err("true or false is wanted"),
        },
        DataType::String | DataType::Text | DataType::Uuid => {
            Ok((MetricValue::String(text.to_owned()), Decoded::Text(Arc::from(text))))
        }
        _ => Err("values of this datatype cannot be typed here"),
    }
}

/// By alias alone when the birth gave one (`tck-id-payloads-alias-data-cmd-requirement`), and without seq
/// (`tck-id-payloads-dcmd-seq`). The datatype is there although it should not: decoders in the field read null without.
fn payload(name: &Arc<str>, state: &MetricState, value: MetricValue, now: UtcMillis) -> Payload {
    let stamp = Some(u64::try_from(now.0).unwrap_or(0));
    let metric = Metric {
        name: state.alias.is_none().then(|| name.to_string()),
        alias: state.alias,
        timestamp: stamp,
        datatype: Some(state.datatype.code()),
        value: Some(value),
        ..Metric::default()
    };
    Payload { timestamp: stamp, metrics: vec![metric], ..Payload::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_values_in_the_datatype_of_the_birth() {
        assert_eq!(value("-2", DataType::Int8), Ok((MetricValue::Int(0xFFFF_FFFE), Decoded::Int(-2))));
        assert_eq!(value("4294967295", DataType::UInt32), Ok((MetricValue::Int(u32::MAX), Decoded::UInt(4294967295))));
        assert_eq!(value("1.2", DataType::Float), Ok((MetricValue::Float(1.2), Decoded::Float(1.2))));
        assert_eq!(value("true", DataType::Boolean), Ok((MetricValue::Boolean(true), Decoded::Bool(true))));
        for (text, kind) in [
            ("128", DataType::Int8),
            ("-1", DataType::UInt16),
            ("high", DataType::Float),
            ("NaN", DataType::Double),
            ("yes", DataType::Boolean),
            ("1", DataType::DataSet),
            ("1.5", DataType::Int32),
        ] {
            assert!(value(text, kind).is_err(), "{text} as {kind}");
        }
    }

    #[test]
    fn names_that_are_like_the_typed_one() {
        let names = ["Valve/Shut", "Valve/Open", "Pump/ShutCount", "Pump/State"];
        assert_eq!(like("Shut", names.into_iter()), "it has Valve/Shut, Pump/ShutCount");
        assert_eq!(like("zzz", names.into_iter()), "`breaker-console host --json` shows those it has");
    }
}
