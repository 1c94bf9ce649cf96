//! What a broker says that it dropped, so that a gap can be told from one of our making.
//!
//! mosquitto drops messages of QoS 0 for a subscriber that is more than `max_queued_messages` behind. How many in a
//! minute, a moving average, it tells every `sys_interval` seconds.

use crate::runtime::link::url::BrokerUrl;
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use std::time::Duration;

/// Where mosquitto tells it.
const TOPIC: &str = "$SYS/broker/load/publish/dropped/1min";
/// A retained message comes right behind the subscription.
const RETAINED_WITHIN: Duration = Duration::from_secs(1);
/// The `sys_interval` of mosquitto is ten seconds unless somebody changed it.
const NEWS_WITHIN: Duration = Duration::from_secs(12);

/// Messages dropped a minute, as the broker says now; none when it does not say.
pub(super) async fn so_far(broker: &BrokerUrl) -> Option<f64> {
    watch(broker, RETAINED_WITHIN, |_| true).await
}

/// The same some time later, when it has risen; nothing when it has not.
pub(super) async fn since(broker: &BrokerUrl, before: Option<f64>) -> Option<f64> {
    let now = watch(broker, NEWS_WITHIN, |rate| rate > before.unwrap_or(0.0)).await;
    now.or(before.map(|_| 0.0))
}

/// The first figure that is `wanted`.
async fn watch(broker: &BrokerUrl, within: Duration, wanted: impl Fn(f64) -> bool) -> Option<f64> {
    let client_id = format!("bench-{}-dropped", std::process::id());
    let (client, mut eventloop) = AsyncClient::new(MqttOptions::new(client_id, broker.host.clone(), broker.port), 16);
    client.subscribe(TOPIC, QoS::AtMostOnce).await.ok()?;
    let look = async {
        loop {
            if let Event::Incoming(Packet::Publish(publish)) = eventloop.poll().await.ok()? {
                let rate = std::str::from_utf8(&publish.payload).ok()?.trim().parse().ok()?;
                if wanted(rate) {
                    return Some(rate);
                }
            }
        }
    };
    tokio::time::timeout(within, look).await.ok().flatten()
}
