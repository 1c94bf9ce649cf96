//! `server`: the LwM2M server alone.

use super::{CommandError, configuration, print, utc_micros};
use crate::runtime::broker::Broker as Embedded;
use crate::runtime::config::Broker;
use crate::runtime::credentials::Access;
use crate::runtime::link::messenger::MessengerConfig;
use crate::runtime::link::url::BrokerUrl;
use crate::runtime::running::StartError;
use crate::runtime::{fleet, server, signals};
use clap::ArgMatches;
use std::sync::Arc;

/// Runs until a signal comes; gives the exit status.
///
/// # Errors
/// When it cannot start.
pub fn run(matches: &ArgMatches) -> Result<u8, CommandError> {
    let (config, _) = configuration(matches)?;
    let Some(http) = &config.http else {
        return Err(CommandError::Said("the server is its HTTP side: give an address with --http".to_owned()));
    };
    let profile = fleet::load(&config)?.profile;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let mut signals = signals::listen()?;
        let (embedded, brokers) = match &config.broker.which {
            Broker::Embedded(listen) => {
                let broker = Embedded::start(*listen).await.map_err(StartError::from)?;
                let address = broker.address();
                (Some(broker), vec![BrokerUrl::from(address)])
            }
            Broker::Remote(urls) => (None, urls.clone()),
        };
        let names = brokers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let access = Access::of(&config.broker, &brokers).map_err(|e| CommandError::Said(e.to_string()))?;
        let messenger = MessengerConfig { brokers, access, seed: config.pace.seed };
        let boot = server::boot_id(utc_micros());
        let server = server::start(http, messenger, Arc::clone(&profile), &boot).await.map_err(StartError::from)?;
        print(&format!("started: LwM2M server on {names}, http://{}\n", server.address));
        let number = signals.next().await;
        server.stop().await;
        if let Some(broker) = embedded {
            broker.stop().await;
        }
        Ok(signals::status(number))
    })
}
