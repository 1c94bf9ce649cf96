//! Topics of the JSON dialect: `lwm2m/{endpoint}/{kind}`.

use std::sync::Arc;

/// The topics of one endpoint.
#[derive(Clone, Debug)]
pub struct Topics {
    base: String,
    /// Registration.
    pub registration: Arc<str>,
    /// Registration update and telemetry.
    pub update: Arc<str>,
    /// De-registration.
    pub deregistration: Arc<str>,
    /// Events.
    pub event: Arc<str>,
    /// Configuration on request.
    pub config: Arc<str>,
    /// Retained: online or offline.
    pub status: Arc<str>,
}

/// Where a server announces itself, retained, with an id of its start.
pub const SERVER_STATUS: &str = "lwm2m/server/status";

/// An endpoint name that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("endpoint name {name:?}: {reason}")]
pub struct EndpointError {
    name: String,
    reason: &'static str,
}

/// Words that stand where an endpoint name would, in this dialect or in OMA's binding.
const RESERVED: [&str; 11] =
    ["rd", "bs", "server", "reg", "update", "bulk", "dereg", "event", "config", "resp", "status"];

impl Topics {
    /// The topics of an endpoint.
    ///
    /// # Errors
    /// When the name cannot stand in a topic, or means something else there.
    pub fn new(endpoint: &str) -> Result<Self, EndpointError> {
        let refuse = |reason| Err(EndpointError { name: endpoint.to_owned(), reason });
        if endpoint.is_empty() || endpoint.contains(['/', '+', '#', '\0']) || endpoint.chars().any(char::is_control) {
            return refuse("must not be empty or contain / + # or control characters");
        }
        if RESERVED.contains(&endpoint) || endpoint == "cmd" {
            return refuse("is reserved in the topics of LwM2M over MQTT");
        }
        let base = format!("lwm2m/{endpoint}");
        let topic = |kind: &str| -> Arc<str> { format!("{base}/{kind}").into() };
        Ok(Self {
            registration: topic("reg"),
            update: topic("update"),
            deregistration: topic("dereg"),
            event: topic("event"),
            config: topic("config"),
            status: topic("status"),
            base,
        })
    }

    /// The answer to a command, or of the server.
    #[must_use]
    pub fn response(&self, kind: &str) -> String {
        format!("{}/resp/{kind}", self.base)
    }

    /// Filter for all commands.
    #[must_use]
    pub fn commands(&self) -> String {
        format!("{}/cmd/+", self.base)
    }

    /// The topic of a command.
    #[must_use]
    pub fn command(&self, name: &str) -> String {
        format!("{}/cmd/{name}", self.base)
    }

    /// What a topic of this endpoint is about.
    #[must_use]
    pub fn classify<'a>(&self, topic: &'a str) -> Option<Incoming<'a>> {
        if topic == SERVER_STATUS {
            return Some(Incoming::ServerStatus);
        }
        let rest = topic.strip_prefix(self.base.as_str())?.strip_prefix('/')?;
        match rest.split_once('/')? {
            ("cmd", command) if !command.is_empty() && !command.contains('/') => Some(Incoming::Command(command)),
            ("resp", "reg") => Some(Incoming::RegistrationAnswer),
            ("resp", "update") => Some(Incoming::UpdateAnswer),
            _ => None,
        }
    }
}

/// What came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incoming<'a> {
    /// A command by name.
    Command(&'a str),
    /// The server's answer to the registration.
    RegistrationAnswer,
    /// The server's answer to an update.
    UpdateAnswer,
    /// A server came or went.
    ServerStatus,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_those_of_the_brief() {
        let t = Topics::new("smart-breaker-001").unwrap();
        assert_eq!(&*t.registration, "lwm2m/smart-breaker-001/reg");
        assert_eq!(&*t.update, "lwm2m/smart-breaker-001/update");
        assert_eq!(t.commands(), "lwm2m/smart-breaker-001/cmd/+");
        assert_eq!(t.classify("lwm2m/smart-breaker-001/cmd/trip"), Some(Incoming::Command("trip")));
        assert_eq!(t.classify("lwm2m/smart-breaker-001/resp/reg"), Some(Incoming::RegistrationAnswer));
        assert_eq!(t.classify("lwm2m/smart-breaker-0012/cmd/trip"), None);
        assert_eq!(t.classify("lwm2m/smart-breaker-001/resp/trip"), None);
    }

    #[test]
    fn reserved_and_illegal_endpoints_are_refused() {
        for name in ["", "rd", "bs", "server", "cmd", "reg", "a/b", "a+", "#", "a\0"] {
            assert!(Topics::new(name).is_err(), "{name:?}");
        }
    }
}
