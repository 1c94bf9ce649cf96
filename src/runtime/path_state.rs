//! A link as the communication test of a device sees it.

use super::link::view::{LinkState, LinkView};
use crate::breaker::{PathKind, PathState};
use std::ops::Range;
use std::sync::Arc;

/// The path that a link is, and the broker behind it; nothing of a link that serves no device.
///
/// No counters: what changes with every message would be told to every device every second.
#[must_use]
pub fn of(link: &LinkView, serves: Option<&(PathKind, Range<usize>)>) -> Vec<PathState> {
    let Some((kind, devices)) = serves else { return Vec::new() };
    let state = |kind, up, detail: String| PathState { kind, devices: devices.clone(), up, detail: detail.into() };
    let connected = matches!(link.state, LinkState::Waiting | LinkState::Online);
    let broker = if connected {
        format!("connected to {}", link.broker)
    } else {
        format!("no connection to {}{}", link.broker, because(&link.reason))
    };
    let path = match link.state {
        LinkState::Online => format!("{} online at {}", link.name, link.broker),
        LinkState::Waiting => format!("{} waits{}", link.name, because(&link.reason)),
        LinkState::Connecting => format!("{} connects", link.name),
        LinkState::Off | LinkState::Offline | LinkState::Stopping => {
            format!("{} offline{}", link.name, because(&link.reason))
        }
    };
    vec![state(PathKind::Mqtt, connected, broker), state(*kind, link.state == LinkState::Online, path)]
}

fn because(reason: &Arc<str>) -> String {
    if reason.is_empty() { String::new() } else { format!(": {reason}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_waits_has_a_broker_but_no_path() {
        let link = LinkView {
            name: "Sparkplug MDB-A".into(),
            broker: "10.0.0.1:1883".into(),
            state: LinkState::Waiting,
            reason: "the primary host is offline".into(),
            ..LinkView::default()
        };
        let paths = of(&link, Some(&(PathKind::Sparkplug, 0..3)));
        assert_eq!(
            paths.iter().map(|p| (p.kind, p.up)).collect::<Vec<_>>(),
            [(PathKind::Mqtt, true), (PathKind::Sparkplug, false)]
        );
        assert!(paths[1].detail.ends_with(": the primary host is offline"), "{}", paths[1].detail);
        assert!(of(&link, None).is_empty());
    }
}
