//! Where a bench publishes: a broker of its own, or the one that was named.

use super::Bench;
use crate::runtime::broker::Broker as Embedded;
use crate::runtime::command::CommandError;
use crate::runtime::config::Broker;
use crate::runtime::link::url::BrokerUrl;
use crate::runtime::running::StartError;
use std::fmt;

pub(super) struct Place {
    pub(super) url: BrokerUrl,
    embedded: Option<Embedded>,
}

impl Place {
    pub(super) async fn open(bench: &Bench) -> Result<Self, CommandError> {
        match &bench.config.broker.which {
            Broker::Embedded(listen) => {
                let broker = Embedded::start(*listen).await.map_err(StartError::from)?;
                Ok(Self { url: BrokerUrl::from(broker.address()), embedded: Some(broker) })
            }
            Broker::Remote(urls) => {
                let url = urls.first().cloned();
                let url = url.ok_or_else(|| CommandError::Said("--broker names none".into()))?;
                Ok(Self { url, embedded: None })
            }
        }
    }

    pub(super) async fn close(self) {
        if let Some(broker) = self.embedded {
            broker.stop().await;
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.embedded {
            Some(_) => f.write_str("embedded broker"),
            None => self.url.fmt(f),
        }
    }
}
