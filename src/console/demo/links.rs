//! Both protocol paths, up, with messages of each direction.

use super::NOW;
use crate::runtime::link::view::{LinkState, LinkView, MessageView};
use crate::session::misbehaviour::Misbehaviour;
use crate::time::UtcMillis;
use std::sync::Arc;

pub(super) fn links() -> Vec<LinkView> {
    let message = |ago_ms: i64, outgoing, topic: &str, size, decoded: &[&str]| MessageView {
        utc: UtcMillis(NOW.0 - ago_ms),
        outgoing,
        topic: topic.into(),
        size,
        decoded: decoded.iter().map(|d| (*d).to_owned()).collect(),
    };
    let sparkplug = vec![
        message(998, true, "spBv1.0/IIoT/DDATA/MDB-A/smart-breaker-002", 143, &["seq 117", "current A = 76.4 A"]),
        message(
            489,
            false,
            "spBv1.0/IIoT/DCMD/MDB-A/smart-breaker-002",
            61,
            &["trip = true", "refused: blocked by switching hierarchy"],
        ),
        message(12, true, "spBv1.0/IIoT/DDATA/MDB-A/smart-breaker-001", 143, &["seq 118", "current A = 84.0 A"]),
    ];
    let lwm2m = vec![
        message(997, true, "lwm2m/smart-breaker-002/notify", 38, &["current A = 76.4"]),
        message(40, false, "lwm2m/smart-breaker-002/read", 22, &["read temperature"]),
    ];
    vec![
        LinkView {
            name: "Sparkplug MDB-A".into(),
            broker: "127.0.0.1:1883".into(),
            state: LinkState::Online,
            sent: 12_004,
            received: 4,
            bytes_sent: 1_370_112,
            rate_out: 1201.0,
            rate_in: 0.2,
            connects: 1,
            seq: Some(118),
            bd_seq: Some(3),
            latency_ms: Some((3.0, 9.0)),
            can_misbehave: Misbehaviour::sparkplug(),
            messages: Arc::new(sparkplug.into()),
            ..LinkView::default()
        },
        LinkView {
            name: "LwM2M smart-breaker".into(),
            broker: "127.0.0.1:1883".into(),
            state: LinkState::Online,
            sent: 2_011,
            received: 17,
            bytes_sent: 250_400,
            rate_out: 200.0,
            rate_in: 0.5,
            connects: 1,
            lifetime_s: Some(241),
            latency_ms: Some((4.0, 12.0)),
            can_misbehave: Misbehaviour::lwm2m(),
            messages: Arc::new(lwm2m.into()),
            ..LinkView::default()
        },
    ]
}
