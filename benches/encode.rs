//! What one data message of 30 metrics costs: alias, timestamp and float each.

use breaker_console::sparkplug::patch::{Patch, Template};
use breaker_console::sparkplug::payload::{Metric, MetricValue, Payload};
use breaker_console::sparkplug::scalar::Scalar;
use breaker_console::sparkplug::table::wire_alias;
use breaker_console::sparkplug::write::{Head, Writer};
use criterion::{Criterion, criterion_group, criterion_main};
use prost::Message;
use std::hint::black_box;

const METRICS: u16 = 30;
const NOW: u64 = 1_700_000_000_000;

fn written(writer: &mut Writer, seq: u8) -> usize {
    writer.begin(NOW);
    for alias in 1..=METRICS {
        let head = Head { alias: Some(wire_alias(0, alias)), timestamp: NOW, ..Head::default() };
        writer.metric(head, Some(&Scalar::Float(black_box(61.5))));
    }
    writer.finish(seq).len()
}

fn patched(writer: &mut Writer, template: &Template, seq: u8) -> usize {
    let value = |_, _| Some(Patch::Float(black_box(61.5)));
    writer.patched(template, NOW, NOW, seq, value).map_or(0, |bytes| bytes.len())
}

fn structs(seq: u8) -> usize {
    let metric = |alias| Metric {
        alias: Some(wire_alias(0, alias)),
        timestamp: Some(NOW),
        value: Some(MetricValue::Float(black_box(61.5))),
        ..Metric::default()
    };
    let metrics = (1..=METRICS).map(metric).collect();
    Payload { timestamp: Some(NOW), metrics, seq: Some(u64::from(seq)), ..Payload::default() }.encode_to_vec().len()
}

fn encode(c: &mut Criterion) {
    let mut writer = Writer::default();
    assert_eq!(written(&mut writer, 200), structs(200), "both give the same message");
    writer.begin(NOW);
    for alias in 1..=METRICS {
        let head = Head { alias: Some(wire_alias(0, alias)), timestamp: NOW, ..Head::default() };
        writer.metric(head, Some(&Scalar::Float(1.0)));
    }
    if let Some(template) = writer.template() {
        assert_eq!(patched(&mut writer, &template, 200), structs(200), "and so does the template");
        c.bench_function("ddata 30 metrics, patched", |b| b.iter(|| patched(&mut writer, &template, black_box(200))));
    }
    c.bench_function("ddata 30 metrics, written", |b| b.iter(|| written(&mut writer, black_box(200))));
    c.bench_function("ddata 30 metrics, structs", |b| b.iter(|| structs(black_box(200))));
}

criterion_group!(benches, encode);
criterion_main!(benches);
