//! Topics as the server sees them.

use crate::session::Qos;

/// What the server subscribes to: the topics of devices, not those it publishes to itself.
pub(super) const FILTERS: [&str; 9] = [
    "lwm2m/+/reg",
    "lwm2m/+/update",
    "lwm2m/+/bulk",
    "lwm2m/+/dereg",
    "lwm2m/+/event",
    "lwm2m/+/config",
    "lwm2m/+/status",
    "lwm2m/+/resp/+",
    "lwm2m/rd/+",
];

/// The filters with their guarantee.
pub(super) fn subscriptions() -> Vec<(String, Qos)> {
    FILTERS.iter().map(|f| ((*f).to_owned(), Qos::AtLeastOnce)).collect()
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// A frame of OMA's binding.
    Oma,
    Registration,
    Update,
    Bulk,
    Deregistration,
    Event,
    Configuration,
    Status,
    /// The answer to a command, by its name.
    Answer(&'a str),
}

/// Endpoint and kind of a message; none for topics of the server itself and for those of nobody.
pub(super) fn classify(topic: &str) -> Option<(&str, Kind<'_>)> {
    let (endpoint, kind) = topic.strip_prefix("lwm2m/")?.split_once('/')?;
    if endpoint.is_empty() || endpoint == "server" {
        return None;
    }
    if endpoint == "rd" {
        return (!kind.is_empty() && !kind.contains('/')).then_some((kind, Kind::Oma));
    }
    let kind = match kind {
        "reg" => Kind::Registration,
        "update" => Kind::Update,
        "bulk" => Kind::Bulk,
        "dereg" => Kind::Deregistration,
        "event" => Kind::Event,
        "config" => Kind::Configuration,
        "status" => Kind::Status,
        _ => match kind.strip_prefix("resp/")? {
            // These the server publishes, and hears again because of its own filter.
            "reg" | "update" | "bulk" | "dereg" => return None,
            command if !command.is_empty() && !command.contains('/') => Kind::Answer(command),
            _ => return None,
        },
    };
    Some((endpoint, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn device_topics_are_told_apart_and_the_servers_own_are_nobodys() {
        assert_eq!(classify("lwm2m/b1/reg"), Some(("b1", Kind::Registration)));
        assert_eq!(classify("lwm2m/b1/resp/trip"), Some(("b1", Kind::Answer("trip"))));
        assert_eq!(classify("lwm2m/rd/b1"), Some(("b1", Kind::Oma)));
        for topic in [
            "lwm2m/rd/",
            "lwm2m/rd/b1/x",
            "lwm2m/server/status",
            "lwm2m/b1/resp/reg",
            "lwm2m/b1/resp/update",
            "lwm2m/b1/cmd/trip",
            "lwm2m//reg",
            "lwm2m/b1",
            "lwm2m/b1/resp/",
            "lwm2m/b1/resp/a/b",
            "spBv1.0/b1/reg",
        ] {
            assert_eq!(classify(topic), None, "{topic}");
        }
    }
}
