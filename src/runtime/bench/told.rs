//! What a broker says that it received and dropped, so that a gap of its making can be told from one of ours.
//!
//! mosquitto drops messages of QoS 0 for a subscriber that is more than `max_queued_messages` behind. It counts them, and
//! tells the counts every `sys_interval` seconds.

use crate::runtime::link::url::BrokerUrl;
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Packet, QoS};
use std::time::{Duration, Instant};
use tokio::time::timeout;

const RECEIVED: &str = "$SYS/broker/publish/messages/received";
const DROPPED: &str = "$SYS/broker/publish/messages/dropped";
/// Told each time, before the others.
const UPTIME: &str = "$SYS/broker/uptime";
/// A retained message comes right behind the subscription.
const RETAINED_WITHIN: Duration = Duration::from_secs(1);
/// The `sys_interval` of mosquitto is ten seconds unless somebody changed it.
const NEWS_WITHIN: Duration = Duration::from_secs(12);
/// All counts of one time come within this time.
const TOGETHER: Duration = Duration::from_millis(200);

/// Counts since the start of the broker.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts {
    pub(super) received: f64,
    pub(super) dropped: f64,
    /// When the broker told them.
    pub(super) at: Instant,
}

/// The counts as the broker told them last; none when it tells none.
pub(super) async fn last(broker: &BrokerUrl) -> Option<Counts> {
    Reader::start(broker, RETAINED_WITHIN).await?.counts()
}

/// The counts of now: those that it tells next.
pub(super) async fn next(broker: &BrokerUrl) -> Option<Counts> {
    let mut reader = Reader::start(broker, RETAINED_WITHIN).await?;
    timeout(NEWS_WITHIN, reader.news()).await.ok()??;
    // Ends by the time; a count that has not changed is not told again.
    let _ = timeout(TOGETHER, reader.read_on()).await;
    reader.counts()
}

struct Reader {
    /// The event loop ends with it.
    _client: AsyncClient,
    eventloop: EventLoop,
    received: Option<f64>,
    dropped: Option<f64>,
    told_at: Instant,
}

impl Reader {
    /// Connects, and takes what is retained.
    async fn start(broker: &BrokerUrl, within: Duration) -> Option<Self> {
        let client_id = format!("bench-{}-counts", std::process::id());
        let options = MqttOptions::new(client_id, broker.host.clone(), broker.port);
        let (client, eventloop) = AsyncClient::new(options, 16);
        for topic in [RECEIVED, DROPPED, UPTIME] {
            client.subscribe(topic, QoS::AtMostOnce).await.ok()?;
        }
        let mut reader = Self { _client: client, eventloop, received: None, dropped: None, told_at: Instant::now() };
        // Ends by the time, or when the broker is gone; then there is no count.
        let _ = timeout(within, reader.read_on()).await;
        Some(reader)
    }

    fn counts(&self) -> Option<Counts> {
        Some(Counts { received: self.received?, dropped: self.dropped?, at: self.told_at })
    }

    /// Reads until the broker tells anew.
    async fn news(&mut self) -> Option<()> {
        while !self.read().await? {}
        self.told_at = Instant::now();
        Some(())
    }

    async fn read_on(&mut self) -> Option<()> {
        loop {
            self.read().await?;
        }
    }

    /// Takes one event; tells whether it begins a new round of counts.
    async fn read(&mut self) -> Option<bool> {
        let Event::Incoming(Packet::Publish(publish)) = self.eventloop.poll().await.ok()? else { return Some(false) };
        let number = || std::str::from_utf8(&publish.payload).ok()?.trim().parse().ok();
        match publish.topic.as_str() {
            RECEIVED => self.received = number(),
            DROPPED => self.dropped = number(),
            _ => return Some(!publish.retain),
        }
        Some(false)
    }
}
