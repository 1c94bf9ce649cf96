//! What a broker says that it dropped, so that a gap can be told from one of our making.
//!
//! mosquitto drops messages of QoS 0 for a subscriber that is more than `max_queued_messages` behind, and counts them
//! in a retained message that it sends again whenever the count has changed, every `sys_interval` seconds.

use crate::runtime::link::url::BrokerUrl;
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use std::time::Duration;

/// Where mosquitto counts.
const TOPIC: &str = "$SYS/broker/publish/messages/dropped";
/// A retained message comes right behind the subscription.
const RETAINED_WITHIN: Duration = Duration::from_secs(1);
/// The `sys_interval` of mosquitto is ten seconds unless somebody changed it.
const NEWS_WITHIN: Duration = Duration::from_secs(12);

/// Messages dropped so far; none when the broker does not say.
pub(super) async fn so_far(broker: &BrokerUrl) -> Option<u64> {
    watch(broker, RETAINED_WITHIN, |_| true).await
}

/// Messages dropped since `before`, waiting for the next count when there is none yet.
pub(super) async fn since(broker: &BrokerUrl, before: Option<u64>) -> Option<u64> {
    let before = before?;
    let now = watch(broker, NEWS_WITHIN, |count| count != before).await;
    Some(now.unwrap_or(before).saturating_sub(before))
}

/// The first count that is `wanted`.
async fn watch(broker: &BrokerUrl, within: Duration, wanted: impl Fn(u64) -> bool) -> Option<u64> {
    let client_id = format!("bench-{}-dropped", std::process::id());
    let (client, mut eventloop) = AsyncClient::new(MqttOptions::new(client_id, broker.host.clone(), broker.port), 16);
    client.subscribe(TOPIC, QoS::AtMostOnce).await.ok()?;
    let look = async {
        loop {
            if let Event::Incoming(Packet::Publish(publish)) = eventloop.poll().await.ok()? {
                let count = std::str::from_utf8(&publish.payload).ok()?.trim().parse().ok()?;
                if wanted(count) {
                    return Some(count);
                }
            }
        }
    };
    tokio::time::timeout(within, look).await.ok().flatten()
}
