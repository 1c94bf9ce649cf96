//! An edge node of the library `srad-eon`, as fast as it goes: one device, so many Float metrics in each DDATA.
//!
//! `peers HOST PORT METRICS` publishes until it is ended.

use srad_client_rumqtt::{EventLoop, MqttOptions};
use srad_eon::{
    BirthInitializer, BirthMetricDetails, DeviceMetricManager, EoNBuilder, MetricManager, MetricPublisher, MetricToken,
};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Messages that may wait for the client: the library is fastest with many.
const CHANNEL: usize = 1000;
/// Messages between two turns of the event loop.
const TURN: usize = 64;

/// Metrics of the device, known by alias from each birth on.
#[derive(Clone)]
struct Measurements {
    count: usize,
    tokens: Arc<Mutex<Vec<MetricToken<f32>>>>,
}

impl MetricManager for Measurements {
    fn initialise_birth(&self, birth: &mut BirthInitializer) {
        let register = |n| {
            let name = format!("Breaker/Measurement{n:02}");
            birth.register_metric(BirthMetricDetails::new_with_initial_value(name, 0.0_f32)).ok()
        };
        *self.tokens.lock().expect("nobody panics with the lock") = (0..self.count).filter_map(register).collect();
    }
}

impl DeviceMetricManager for Measurements {}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [host, port, metrics] = arguments.as_slice() else { return Err("peers HOST PORT METRICS".into()) };
    let port: u16 = port.parse().map_err(|e| format!("{port}: {e}"))?;
    let count = metrics.parse().map_err(|e| format!("{metrics}: {e}"))?;
    let mut options = MqttOptions::new("peers-srad", host, port);
    options.set_max_packet_size(Some(1 << 24));
    let (eventloop, client) = EventLoop::new(options, CHANNEL);
    let (node, handle) = EoNBuilder::new(eventloop, client).with_group_id("peers").with_node_id("srad").build()?;
    let measurements = Measurements { count, tokens: Arc::default() };
    let device = handle.register_device("device", measurements.clone()).map_err(|e| format!("{e:?}"))?;
    device.enable();
    tokio::spawn(node.run());
    let mut value = 0.0_f32;
    loop {
        for _ in 0..TURN {
            value = (value + 0.25) % 1000.0;
            let metrics: Vec<_> = {
                let tokens = measurements.tokens.lock().expect("nobody panics with the lock");
                tokens.iter().map(|token| token.create_publish_metric(Some(value))).collect()
            };
            if metrics.is_empty() || device.publish_metrics_unsorted(metrics).await.is_err() {
                // Not born yet.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        tokio::task::yield_now().await;
    }
}
