//! The simulation thread: the only owner of the [`Plant`], and the pace at which its time passes.
//!
//! ```text
//!  requests (bounded) --> [simulation thread: Plant] --Output--> [publisher thread: Store] --> links, console
//! ```
//!
//! The thread sleeps on its queue, so that a request is decided at once and not at the next beat. What it gives goes
//! through the publisher, which writes records to disk before anybody sees them.

use super::publisher::Output;
use crate::breaker::Communication;
use crate::control::Request;
use crate::plant::Plant;
use crate::time::{SAMPLES_PER_PASS, Span};
use crate::units::Seconds;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Messages waiting at the most; whoever asks more waits.
const QUEUE: usize = 256;

/// The longest stretch of simulated time between two looks at what changed: two passes of the protection.
const BLOCK: u64 = 16;

/// Beat of the thread while nothing is asked and nothing has to be published sooner.
/// What a trip waits for at the most before anybody outside learns of it.
const BEAT: Duration = Duration::from_millis(2);

/// Simulated time is caught up for so long before requests and screens get their turn.
const TURN_AT_MOST: Duration = Duration::from_millis(20);

/// Between two pictures while time stands still.
const PAUSED_PICTURE: Duration = Duration::from_secs(1);

/// Pictures in a second at the most, however much happens.
const PICTURES_A_SECOND: u32 = 30;

/// Simulated time that is further behind the wall than this stays behind: the machine is too slow.
const LATE_AT_MOST: Duration = Duration::from_secs(2);

/// The state is kept at least this often, so that energy and heat of a quiet plant survive a crash too.
const STATE_EVERY: Duration = Duration::from_secs(10);

/// What can be said to the simulation.
#[derive(Debug)]
enum Message {
    Ask(Request),
    Speed(f64),
    Pause(bool),
    Pictures(Duration),
    Communication(Communication),
    Stop,
}

/// A way to speak to the simulation; cheap to clone.
#[derive(Clone, Debug)]
pub struct Simulation {
    messages: SyncSender<Message>,
}

impl Simulation {
    /// Asks for something; the answer comes over the publisher once it is on record.
    pub fn ask(&self, request: Request) {
        self.tell(Message::Ask(request));
    }

    /// Simulated seconds a second.
    pub fn set_speed(&self, speed: f64) {
        self.tell(Message::Speed(speed));
    }

    /// Time stands still, or goes on.
    pub fn pause(&self, paused: bool) {
        self.tell(Message::Pause(paused));
    }

    /// Wall time between pictures for screens.
    pub fn set_pictures_every(&self, every: Duration) {
        self.tell(Message::Pictures(every));
    }

    /// How host and links stand.
    pub fn set_communication(&self, communication: Communication) {
        self.tell(Message::Communication(communication));
    }

    /// Ends the thread; what it still holds is given to the publisher first.
    pub fn stop(&self) {
        self.tell(Message::Stop);
    }

    fn tell(&self, message: Message) {
        // A thread that has ended needs no telling. A full queue is drained within a beat.
        let _ = self.messages.send(message);
    }
}

/// How fast and how often.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Simulated seconds a second.
    pub speed: f64,
    /// Stop after so long.
    pub duration: Option<Seconds>,
    /// The wall at tick 0: what the epoch of the plant calls its calendar time. Whatever passed since is caught up.
    pub began: Instant,
    /// Wall time between frames for the links.
    pub frame_every: Duration,
    /// Wall time between pictures for screens.
    pub snapshot_every: Duration,
}

/// Starts the thread. It ends by [`Simulation::stop`], by the duration of the pace, or when nobody takes its output.
///
/// # Errors
/// When the operating system gives no thread.
pub fn start(plant: Plant, pace: Pace, output: SyncSender<Output>) -> std::io::Result<(Simulation, JoinHandle<()>)> {
    let (messages, inbox) = sync_channel(QUEUE);
    let thread = std::thread::Builder::new()
        .name("simulation".to_owned())
        .spawn(move || Thread::new(plant, pace, inbox, output).run())?;
    Ok((Simulation { messages }, thread))
}

/// Nobody takes the output any more: the program ends.
struct Gone;

struct Thread {
    plant: Plant,
    pace: Pace,
    paused: bool,
    inbox: Receiver<Message>,
    output: SyncSender<Output>,
    first_tick: u64,
    /// Wall time and tick from which the target is counted; anew at each change of pace.
    anchor: (Instant, u64),
    next_frame: Instant,
    last_snapshot: Instant,
    next_snapshot: Instant,
    next_state: Instant,
}

impl Thread {
    fn new(plant: Plant, pace: Pace, inbox: Receiver<Message>, output: SyncSender<Output>) -> Self {
        let now = Instant::now();
        let tick = plant.tick().0;
        Self {
            plant,
            pace,
            paused: false,
            inbox,
            output,
            first_tick: tick,
            anchor: (pace.began, tick),
            next_frame: now,
            last_snapshot: now,
            next_snapshot: now,
            next_state: now + STATE_EVERY,
        }
    }

    fn run(mut self) {
        while self.turn().is_ok() {}
        // The last state and records; a publisher that is gone has nothing to lose.
        let last = Output { state: Some(self.plant.state()), ..self.collect(true, true) };
        let _ = self.output.send(last);
    }

    /// One beat: wait for a message or the time, take it, let time pass, give what is due.
    fn turn(&mut self) -> Result<(), Gone> {
        let now = Instant::now();
        let wake =
            if self.paused { self.next_snapshot } else { self.next_frame.min(self.next_snapshot).min(now + BEAT) };
        match self.inbox.recv_timeout(wake.saturating_duration_since(now)) {
            Ok(message) => self.take(message)?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(Gone),
        }
        while let Ok(message) = self.inbox.try_recv() {
            self.take(message)?;
        }
        if !self.paused {
            self.advance()?;
        }
        self.give_what_is_due()?;
        let over = |d| self.plant.tick().0 - self.first_tick >= self.plant.epoch().rate.span(d).0;
        if self.pace.duration.is_some_and(over) { Err(Gone) } else { Ok(()) }
    }

    fn take(&mut self, message: Message) -> Result<(), Gone> {
        match message {
            Message::Ask(request) => {
                let answer = self.plant.request(request);
                self.plant.changed();
                let output = Output { answer: Some(answer), ..self.collect(true, true) };
                return self.output.send(output).map_err(|_| Gone);
            }
            Message::Speed(speed) => {
                self.pace.speed = speed.clamp(0.01, 1000.0);
                self.count_anew();
            }
            Message::Pause(paused) => {
                self.paused = paused;
                self.count_anew();
            }
            Message::Pictures(every) => self.pace.snapshot_every = every,
            Message::Communication(communication) => self.plant.set_communication(&communication),
            Message::Stop => return Err(Gone),
        }
        self.next_snapshot = Instant::now();
        Ok(())
    }

    fn count_anew(&mut self) {
        self.anchor = (Instant::now(), self.plant.tick().0);
    }

    /// Lets simulated time catch up with the wall, in blocks, and gives what changed at once.
    fn advance(&mut self) -> Result<(), Gone> {
        let began = Instant::now();
        let elapsed = began.saturating_duration_since(self.anchor.0).as_secs_f64() * self.pace.speed;
        let target = self.anchor.1 + (elapsed * f64::from(self.plant.epoch().rate.hz())) as u64;
        // Part of a pass shows nothing new, and costs more than the whole. In slow motion every sample may be looked at.
        let target = if self.pace.speed < 1.0 { target } else { target - target % u64::from(SAMPLES_PER_PASS) };
        while self.plant.tick().0 < target {
            self.plant.step(BLOCK.min(target - self.plant.tick().0));
            if self.plant.changed() {
                self.picture_soon();
                self.give(true, false)?;
            }
            if began.elapsed() > TURN_AT_MOST {
                // Let requests and screens in between. What is left is caught up in the next turns, so that timestamps
                // do not stay late after a moment of much work; when this machine cannot, count anew from here.
                let left = self.plant.epoch().rate.seconds(Span(target.saturating_sub(self.plant.tick().0)));
                if left.0 > LATE_AT_MOST.as_secs_f64() * self.pace.speed.min(1.0) {
                    self.count_anew();
                }
                break;
            }
        }
        Ok(())
    }

    /// A screen shall see a change at once, but no screen sees more than [`PICTURES_A_SECOND`].
    fn picture_soon(&mut self) {
        let soon = self.last_snapshot + Duration::from_secs(1) / PICTURES_A_SECOND;
        self.next_snapshot = self.next_snapshot.min(soon);
    }

    fn give_what_is_due(&mut self) -> Result<(), Gone> {
        let now = Instant::now();
        let frame = !self.paused && now >= self.next_frame;
        let snapshot = now >= self.next_snapshot;
        if frame || self.paused {
            self.next_frame = next(self.next_frame, self.pace.frame_every, now);
        }
        if snapshot {
            // While time stands still every picture is the same, but for answers, and those come with one of their own.
            let every =
                if self.paused { PAUSED_PICTURE.max(self.pace.snapshot_every) } else { self.pace.snapshot_every };
            self.next_snapshot = next(self.next_snapshot, every, now);
        }
        if frame || snapshot { self.give(frame, snapshot) } else { Ok(()) }
    }

    fn give(&mut self, frame: bool, snapshot: bool) -> Result<(), Gone> {
        let output = self.collect(frame, snapshot);
        self.output.send(output).map_err(|_| Gone)
    }

    fn collect(&mut self, frame: bool, snapshot: bool) -> Output {
        let records = self.plant.drain_records();
        let now = Instant::now();
        let state = (!records.is_empty() || now >= self.next_state).then(|| self.plant.state());
        if state.is_some() {
            self.next_state = now + STATE_EVERY;
        }
        if snapshot {
            self.last_snapshot = now;
        }
        Output {
            records,
            state,
            frame: frame.then(|| self.plant.frame().into()),
            snapshot: snapshot.then(|| {
                let mut picture = self.plant.snapshot();
                picture.speed = self.pace.speed;
                picture.paused = self.paused;
                picture.into()
            }),
            answer: None,
        }
    }
}

/// How far beats that are closer together than this may lag behind: the thread wakes a little late each time, and a
/// thousand beats a second must not become nine hundred.
const CATCH_UP: Duration = Duration::from_millis(50);

/// The next beat after `now` on the grid of `last` and `every`; beats that were missed are skipped, but for short ones
/// within [`CATCH_UP`].
fn next(last: Instant, every: Duration, now: Instant) -> Instant {
    let next = last + every;
    if next > now || (every < CATCH_UP && now - next < CATCH_UP) { next } else { now + every }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::breaker::binding::bindings;
    use crate::plant::{PlantConfig, PlantSpec, SHIPPED};
    use crate::point::PointList;
    use crate::profile::Profile;
    use std::sync::Arc;

    #[test]
    fn pictures_come_as_often_as_was_asked_last() {
        let profile = Arc::new(Profile::parse(Profile::SHIPPED, "shipped").unwrap());
        let points = Arc::new(PointList::join(profile, bindings()).unwrap());
        let plant = Plant::new(PlantConfig::new(PlantSpec::parse(SHIPPED).unwrap(), points)).unwrap();
        let never = Duration::from_secs(1 << 20);
        let pace =
            Pace { speed: 1.0, duration: None, began: Instant::now(), frame_every: never, snapshot_every: never };
        let (output, outputs) = sync_channel(64);
        let (simulation, thread) = start(plant, pace, output).unwrap();
        simulation.set_pictures_every(Duration::from_millis(1));
        // The first two are of the start and of the change of pace.
        for _ in 0..10 {
            while outputs.recv_timeout(Duration::from_secs(60)).unwrap().snapshot.is_none() {}
        }
        simulation.stop();
        drop(outputs);
        thread.join().unwrap();
    }

    #[test]
    fn short_beats_are_made_up_for_and_long_ones_skipped() {
        let ms = Duration::from_millis;
        let start = Instant::now();
        assert_eq!(next(start, ms(1), start + ms(4)), start + ms(1));
        assert_eq!(next(start, ms(1), start + ms(60)), start + ms(61));
        assert_eq!(next(start, ms(1000), start + ms(1004)), start + ms(2004));
        assert_eq!(next(start, ms(1000), start + ms(4)), start + ms(1000));
    }
}
