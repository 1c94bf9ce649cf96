//! `/metrics`: counters in the text format of Prometheus (exposition format 0.0.4).

use super::problem::Problem;
use super::routes::Site;
use crate::lwm2m::server::Registry;
use crate::lwm2m::server::command::Latency;
use crate::lwm2m::server::device::Status;
use crate::time::UtcMillis;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use std::fmt::Display;

/// Devices that have series of their own; more would be more than a scrape is for.
const OWN_SERIES: usize = 500;

pub(super) async fn metrics(State(site): State<Site>) -> Result<impl IntoResponse, Problem> {
    let streams = site.streams_open();
    let text = site.desk.with(move |registry, now| write(registry, now, streams)).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text))
}

struct Text(String);

impl Text {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        self.0.push_str(&format!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
    }

    fn one(&mut self, name: &str, kind: &str, help: &str, value: impl Display) {
        self.head(name, kind, help);
        self.0.push_str(&format!("{name} {value}\n"));
    }

    fn labelled(&mut self, name: &str, label: &str, text: &str, value: impl Display) {
        let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        self.0.push_str(&format!("{name}{{{label}=\"{text}\"}} {value}\n"));
    }

    fn latency(&mut self, latency: &Latency) {
        let name = "lwm2m_command_latency_seconds";
        self.head(name, "histogram", "Time from a command to its answer.");
        let mut sum = 0;
        for (bound_ms, count) in Latency::BOUNDS_MS.iter().zip(&latency.counts) {
            sum += count;
            self.labelled(&format!("{name}_bucket"), "le", &(*bound_ms as f64 / 1000.0).to_string(), sum);
        }
        let count = latency.count();
        self.labelled(&format!("{name}_bucket"), "le", "+Inf", count);
        self.0.push_str(&format!("{name}_sum {}\n{name}_count {count}\n", latency.sum_ms as f64 / 1000.0));
    }
}

fn write(registry: &Registry, now: UtcMillis, streams: usize) -> String {
    let mut out = Text(String::new());
    let c = registry.counters();
    for (name, help, value) in [
        ("lwm2m_messages_received_total", "Messages of devices.", c.messages),
        ("lwm2m_received_bytes_total", "Bytes of their payloads.", c.bytes),
        ("lwm2m_values_received_total", "Values in them.", c.values),
        ("lwm2m_device_registrations_total", "Registrations accepted.", c.registrations),
        ("lwm2m_device_updates_total", "Updates accepted.", c.updates),
        ("lwm2m_device_deregistrations_total", "De-registrations.", c.deregistrations),
        ("lwm2m_device_expirations_total", "Registrations that ran out.", c.expired),
        ("lwm2m_messages_malformed_total", "Messages that could not be understood.", c.malformed),
        ("lwm2m_messages_unregistered_total", "Messages of devices that are not registered.", c.strangers),
        ("lwm2m_refused_total", "Devices and values that found no room.", c.refused),
        ("lwm2m_answers_stray_total", "Answers nobody waited for.", c.stray_answers),
        ("lwm2m_messages_dropped_total", "Messages that the connection to the broker did not take.", c.dropped),
        ("lwm2m_commands_sent_total", "Commands sent.", c.commands),
    ] {
        out.one(name, "counter", help, value);
    }
    out.head("lwm2m_commands_total", "counter", "Commands that have ended, by how.");
    for (how, value) in [("done", c.commands_done), ("refused", c.commands_refused), ("silent", c.commands_silent)] {
        out.labelled("lwm2m_commands_total", "result", how, value);
    }
    out.latency(registry.latency());
    out.one("lwm2m_commands_waiting", "gauge", "Commands that wait for their answers.", registry.waiting());
    out.one("lwm2m_event_streams", "gauge", "Open event streams.", streams);
    out.one("lwm2m_broker_connected", "gauge", "1 while there is a connection.", u8::from(registry.is_connected()));
    let count = |status: Status| registry.devices().filter(|d| d.status == status).count();
    out.one("lwm2m_active_devices", "gauge", "Devices online.", count(Status::Online));
    out.head("lwm2m_devices", "gauge", "Devices known, by how they stand.");
    for status in Status::ALL {
        out.labelled("lwm2m_devices", "status", status.word(), count(status));
    }
    if registry.devices().count() <= OWN_SERIES {
        out.head("lwm2m_device_online", "gauge", "1 while the device is online.");
        for device in registry.devices() {
            let online = u8::from(device.status == Status::Online);
            out.labelled("lwm2m_device_online", "device_id", &device.endpoint, online);
        }
        out.head("lwm2m_device_silence_seconds", "gauge", "Seconds since the device was heard.");
        for device in registry.devices() {
            let silence = (now.0 - device.last_update.0) as f64 / 1000.0;
            out.labelled("lwm2m_device_silence_seconds", "device_id", &device.endpoint, silence);
        }
    }
    out.head("lwm2m_build_info", "gauge", "Always 1; the label tells the version.");
    out.labelled("lwm2m_build_info", "version", env!("CARGO_PKG_VERSION"), 1);
    out.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_and_buckets_add_up() {
        let mut out = Text(String::new());
        out.labelled("x", "id", "a\"b\\c\nd", 1);
        assert_eq!(out.0, "x{id=\"a\\\"b\\\\c\\nd\"} 1\n");
        let mut latency = Latency::default();
        for ms in [1, 6, 6, 60_000] {
            latency.record(ms);
        }
        let mut out = Text(String::new());
        out.latency(&latency);
        assert!(out.0.contains("_bucket{le=\"0.005\"} 1\n"), "{}", out.0);
        assert!(out.0.contains("_bucket{le=\"0.01\"} 3\n"), "{}", out.0);
        assert!(out.0.contains("_bucket{le=\"+Inf\"} 4\n"), "{}", out.0);
        assert!(out.0.contains("_sum 60.013\n"), "{}", out.0);
    }
}
