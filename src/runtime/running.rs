//! Everything that runs behind a screen or a log: broker, simulation, publisher and links.

use super::broker::{Broker as Embedded, BrokerError};
use super::config::{Broker, Config};
use super::credentials::Access;
use super::fleet::{self, Loaded};
use super::host;
use super::link::Link;
use super::link::config::RequestIds;
use super::link::messenger::MessengerConfig;
use super::link::room::Room;
use super::link::url::BrokerUrl;
use super::link::view::{LinkState, LinkView};
use super::path_state;
use super::paths::{self, PathError};
use super::publisher::{self, PLANT_FILE, Station, Takers};
use super::server::desk::Desk;
use super::server::{self, Server, ServerError};
use super::simulation::{self, Pace, Simulation};
use super::store::{Store, StoreError};
use super::timeline::{self, Timeline, TimelineError};
use crate::breaker::{Communication, CommunicationStatus, PathKind};
use crate::control::{Answer, Request};
use crate::plant::snapshot::Snapshot;
use crate::plant::{Plant, PlantError, PlantState};
use crate::point::{Fleet, Frame};
use crate::profile::Profile;
use crate::record::Record;
use crate::session::misbehaviour::Misbehaviour;
use crate::time::Epoch;
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};

/// Requests on their way to the simulation.
const REQUESTS: usize = 256;

/// How often the devices are told how host and links stand.
const COMMUNICATION_EVERY: Duration = Duration::from_secs(1);

/// Beats in which links may come up before a device calls itself offline.
const BEATS_TO_COME_UP: u32 = 10;

/// Why it does not run.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The state directory.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The plant.
    #[error("{0}")]
    Plant(#[from] PlantError),
    /// The embedded broker.
    #[error("{0}")]
    Broker(#[from] BrokerError),
    /// A path.
    #[error("{0}")]
    Path(#[from] PathError),
    /// The LwM2M server.
    #[error("{0}")]
    Server(#[from] ServerError),
    /// The drill.
    #[error("{0}")]
    Drill(#[from] TimelineError),
    /// The operating system gives no thread.
    #[error("no thread: {0}")]
    Thread(#[from] std::io::Error),
}

/// What runs.
pub struct Running {
    /// Profile and device ids.
    pub fleet: Fleet,
    /// To the gate.
    pub requests: mpsc::Sender<Request>,
    /// Pictures of the plant.
    pub snapshot: watch::Receiver<Arc<Snapshot>>,
    /// Pictures of the links.
    pub links: Vec<watch::Receiver<LinkView>>,
    /// Faults on purpose to be switched, in the order of the links.
    pub misbehave: Vec<mpsc::UnboundedSender<(Misbehaviour, bool)>>,
    /// The newest records of each class of earlier runs, oldest first.
    pub history: Vec<Arc<Record>>,
    /// What happens from now on.
    pub records: mpsc::UnboundedReceiver<Arc<Record>>,
    /// Answers to all requests.
    pub answers: mpsc::UnboundedReceiver<Answer>,
    /// What the disk or the start had to remark.
    pub trouble: mpsc::UnboundedReceiver<String>,
    /// The clock of the plant.
    pub simulation: Simulation,
    /// Ties its ticks to the calendar.
    pub epoch: Epoch,
    /// The brokers in use.
    pub brokers: Vec<BrokerUrl>,
    /// Where REST and the page are; none when they are off.
    pub http: Option<SocketAddr>,
    server: Option<Server>,
    embedded: Option<Embedded>,
    paths: Vec<Link>,
    threads: Vec<JoinHandle<()>>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

/// Starts everything. `utc_micros` is the calendar time now.
///
/// # Errors
/// The first thing that cannot start; what had started ends again.
pub async fn start(config: &Config, loaded: &Loaded, utc_micros: i64) -> Result<Running, StartError> {
    start_tapped(config, loaded, utc_micros, None).await
}

/// The same, with one more taker of frames: whoever wants to know when the values of a message were sampled.
///
/// # Errors
/// As [`start`].
pub async fn start_tapped(
    config: &Config,
    loaded: &Loaded,
    utc_micros: i64,
    tap: Option<mpsc::Sender<Arc<Frame>>>,
) -> Result<Running, StartError> {
    let began = Instant::now();
    let (store, recovered) = Store::open_with(&config.state_dir, config.keep)?;
    let (state, remark) = store.get_json::<PlantState>(PLANT_FILE)?;
    let mut plant_config = fleet::plant_config(config, loaded, utc_micros);
    plant_config.state = state;
    plant_config.last_seq = recovered.last_seq;
    let history: Vec<Arc<Record>> = recovered.newest.iter().cloned().map(Arc::new).collect();
    plant_config.records = recovered.newest;
    let mut plant = Plant::new(plant_config)?;
    let fleet = plant.fleet();

    let (embedded, brokers) = match &config.broker.which {
        Broker::Embedded(listen) => {
            let broker = Embedded::start(*listen).await?;
            let address = broker.address();
            (Some(broker), vec![BrokerUrl::from(address)])
        }
        Broker::Remote(urls) => (None, urls.clone()),
    };

    let mut remarks = recovered.remarks;
    let server = start_server(config, &brokers, &loaded.profile, utc_micros, &mut remarks).await?;

    let drill = config.drill.as_deref().map(|path| timeline::load(path, fleet.devices.len())).transpose()?;
    let ids = RequestIds::default();
    let (requests, mut requests_in) = mpsc::channel::<Request>(REQUESTS);
    let shared =
        paths::Shared { config, fleet: &fleet, brokers: &brokers, store: &store, requests: &requests, ids: &ids };
    let paths = paths::start(&shared)?;

    let (snapshot_out, snapshot) = watch::channel(Arc::new(plant.snapshot()));
    let (records_out, records) = mpsc::unbounded_channel();
    let (answers_out, answers) = mpsc::unbounded_channel();
    let (trouble_out, trouble) = mpsc::unbounded_channel();
    for remark in remarks.into_iter().chain(remark) {
        // The receiver is in hand.
        let _ = trouble_out.send(remark);
    }
    let epoch = plant.epoch();
    let station = Station {
        name: loaded.spec.name.clone(),
        company: loaded.profile.identity.manufacturer.clone(),
        epoch,
        designations: plant.snapshot().breakers.iter().map(|b| Arc::clone(&b.designation)).collect(),
    };
    let (drill_records_out, drill_records) = mpsc::unbounded_channel();
    let takers = Takers {
        frames: tap.into_iter().chain(paths.iter().map(|l| l.frames.clone())).collect(),
        records: paths.iter().map(|l| l.records.clone()).chain([records_out, drill_records_out]).collect(),
        answers: paths.iter().map(|l| l.answers.clone()).chain([answers_out]).collect(),
        snapshot: snapshot_out,
        trouble: trouble_out.clone(),
    };
    // Whatever was written while the plant was built is part of the first output.
    plant.changed();
    // As many frames as may wait for a link.
    let (output, outputs) = sync_channel(Room::of(1, fleet.devices.len()).frames);
    let publisher = publisher::start(store, station, takers, outputs)?;
    let (simulation, thread) = simulation::start(plant, pace(config, began), output)?;

    let gate = simulation.clone();
    let forward = tokio::spawn(async move {
        while let Some(request) = requests_in.recv().await {
            gate.ask(request);
        }
    });
    let links: Vec<_> = paths.iter().map(|l| l.view.clone()).collect();
    let misbehave: Vec<_> = paths.iter().map(|l| l.misbehave.clone()).collect();
    let serves = paths.iter().map(|l| l.serves.clone()).collect();
    let watcher = tokio::spawn(tell_how_links_stand(links.clone(), serves, simulation.clone()));
    let mut tasks = vec![forward, watcher];
    if let Some(case) = drill {
        let timeline = Timeline {
            case,
            speed: config.pace.speed,
            requests: requests.clone(),
            ids,
            records: drill_records,
            links: misbehave.clone(),
            say: trouble_out,
        };
        tasks.push(tokio::spawn(timeline.run()));
    }
    Ok(Running {
        fleet,
        requests,
        snapshot,
        links,
        misbehave,
        history,
        records,
        answers,
        trouble,
        simulation,
        epoch,
        brokers,
        http: server.as_ref().map(|s| s.address),
        server,
        embedded,
        paths,
        threads: vec![thread, publisher],
        tasks,
    })
}

/// Starts the LwM2M server when it is on. An address that nobody chose and that somebody else has is a remark: the
/// breakers run without it.
async fn start_server(
    config: &Config,
    brokers: &[BrokerUrl],
    profile: &Arc<Profile>,
    utc_micros: i64,
    remarks: &mut Vec<String>,
) -> Result<Option<Server>, StartError> {
    let Some(http) = &config.http else { return Ok(None) };
    let access = Access::of(&config.broker, brokers).map_err(PathError::from)?;
    let messenger = MessengerConfig { brokers: brokers.to_vec(), access, seed: config.pace.seed };
    match server::start(http, messenger, Arc::clone(profile), &server::boot_id(utc_micros)).await {
        Ok(server) => Ok(Some(server)),
        Err(e @ ServerError::Taken(_)) if !http.chosen => {
            remarks.push(format!("REST and the web page are off: {e}"));
            Ok(None)
        }
        Err(e) => Err(e.into()),
    }
}

fn pace(config: &Config, began: Instant) -> Pace {
    let ticks = [config.sparkplug.as_ref().map(|s| s.tick), config.lwm2m.as_ref().map(|l| l.tick)];
    let fastest = ticks.into_iter().flatten().map(|t| t.0).fold(1.0, f64::min);
    Pace {
        speed: config.pace.speed,
        duration: config.pace.duration,
        began,
        frame_every: Duration::from_secs_f64(fastest),
        snapshot_every: Duration::from_secs_f64(config.pace.screen_interval.0),
    }
}

async fn tell_how_links_stand(
    links: Vec<watch::Receiver<LinkView>>,
    serves: Vec<Option<(PathKind, Range<usize>)>>,
    simulation: Simulation,
) {
    let mut beat = tokio::time::interval(COMMUNICATION_EVERY);
    let mut told = None;
    let mut beats = 0;
    let mut was_up = false;
    loop {
        beat.tick().await;
        beats += 1;
        let up = links.iter().filter(|l| l.borrow().state == LinkState::Online).count();
        was_up |= up > 0;
        let status = match up {
            _ if links.is_empty() || !was_up && beats < BEATS_TO_COME_UP => None,
            0 => Some(CommunicationStatus::Offline),
            n if n < links.len() => Some(CommunicationStatus::Degraded),
            _ => Some(CommunicationStatus::Online),
        };
        let paths = links.iter().zip(&serves).flat_map(|(l, s)| path_state::of(&l.borrow(), s.as_ref())).collect();
        let communication = Communication { status, paths, ..host::communication() };
        if told.as_ref() != Some(&communication) {
            simulation.set_communication(communication.clone());
            told = Some(communication);
        }
    }
}

impl Running {
    /// Whether the simulation has ended by itself (its duration is over).
    #[must_use]
    pub fn over(&self) -> bool {
        self.threads.first().is_none_or(JoinHandle::is_finished)
    }

    /// Where the LwM2M server answers questions; none when it is off.
    #[must_use]
    pub fn desk(&self) -> Option<Desk> {
        self.server.as_ref().map(Server::desk)
    }

    /// Says good-bye on every link and ends everything, in the order in which nothing is lost.
    pub async fn stop(self) {
        self.simulation.stop();
        for thread in self.threads {
            // A thread that panicked has ended too.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
        for task in self.tasks {
            task.abort();
        }
        futures_util::future::join_all(self.paths.into_iter().map(Link::stop)).await;
        if let Some(server) = self.server {
            server.stop().await;
        }
        if let Some(broker) = self.embedded {
            broker.stop().await;
        }
    }
}
