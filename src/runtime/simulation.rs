//! The simulation thread: the only owner of the [`Plant`], and the pace at which its time passes.
//!
//! ```text
//!  requests (bounded) --> [simulation thread: Plant] --Output--> [publisher thread: Store] --> links, console, answers
//! ```
//!
//! The thread sleeps on the request queue, so that a request is decided at once and not at the next beat. What it gives
//! goes through the publisher, which writes records to disk before anybody sees them.

use super::publisher::Output;
use crate::control::{Answer, Denied, Request};
use crate::plant::Plant;
use crate::time::Span;
use crate::units::Seconds;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;

/// Requests waiting at the most; more are refused.
const QUEUE: usize = 256;

/// The longest stretch of simulated time between two looks at the queue: two passes of the protection.
const BLOCK: u64 = 16;

/// Beat of the thread while nothing is asked and nothing has to be published sooner.
const BEAT: Duration = Duration::from_millis(4);

/// What can be said to the simulation.
#[derive(Debug)]
enum Message {
    Ask(Request, UnboundedSender<Answer>),
    Speed(f64),
    Pause(bool),
    Stop,
}

/// A way to speak to the simulation; cheap to clone.
#[derive(Clone, Debug)]
pub struct Simulation {
    messages: SyncSender<Message>,
}

impl Simulation {
    /// Asks for something; the answer comes over `answers` once it is on record.
    ///
    /// # Errors
    /// [`Denied::ResourceLimit`] when too many requests wait.
    pub fn ask(&self, request: Request, answers: UnboundedSender<Answer>) -> Result<(), Denied> {
        self.messages.try_send(Message::Ask(request, answers)).map_err(|e| match e {
            TrySendError::Full(_) | TrySendError::Disconnected(_) => Denied::ResourceLimit,
        })
    }

    /// Simulated seconds a second.
    pub fn set_speed(&self, speed: f64) {
        self.tell(Message::Speed(speed));
    }

    /// Time stands still, or goes on.
    pub fn pause(&self, paused: bool) {
        self.tell(Message::Pause(paused));
    }

    /// Ends the thread; what it still holds is given to the publisher first.
    pub fn stop(&self) {
        self.tell(Message::Stop);
    }

    fn tell(&self, message: Message) {
        // A thread that is gone needs no telling; a full queue is drained within a beat.
        if self.messages.send(message).is_err() {}
    }
}

/// How fast and how often.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Simulated seconds a second.
    pub speed: f64,
    /// Stop after so long.
    pub duration: Option<Seconds>,
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

struct Thread {
    plant: Plant,
    pace: Pace,
    paused: bool,
    inbox: Receiver<Message>,
    output: SyncSender<Output>,
    /// Wall time and tick from which the target is counted; anew at each change of pace.
    anchor: (Instant, u64),
    next_frame: Instant,
    next_snapshot: Instant,
}

impl Thread {
    fn new(plant: Plant, pace: Pace, inbox: Receiver<Message>, output: SyncSender<Output>) -> Self {
        let now = Instant::now();
        let tick = plant.tick().0;
        Self { plant, pace, paused: false, inbox, output, anchor: (now, tick), next_frame: now, next_snapshot: now }
    }

    fn run(mut self) {
        loop {
            let now = Instant::now();
            let wake = if self.paused { now + self.pace.snapshot_every } else { now + BEAT };
            let wake = wake.min(self.next_frame).min(self.next_snapshot);
            match self.inbox.recv_timeout(wake.saturating_duration_since(now)) {
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(message) => self.take(message),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if !self.advance() || self.over() {
                break;
            }
        }
        // The last state and records; a publisher that is gone has nothing to lose.
        if self.give(true, true).is_err() {}
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Ask(request, answers) => {
                let answer = self.plant.request(request);
                let output = Output { answer: Some((answer, answers)), ..self.collect(true, true) };
                if self.output.send(output).is_err() {}
            }
            Message::Speed(speed) => {
                self.pace.speed = speed.clamp(0.01, 1000.0);
                self.anchor = (Instant::now(), self.plant.tick().0);
                self.next_snapshot = self.anchor.0;
            }
            Message::Pause(paused) => {
                self.paused = paused;
                self.anchor = (Instant::now(), self.plant.tick().0);
                self.next_snapshot = self.anchor.0;
            }
            Message::Stop => {}
        }
    }

    /// Lets simulated time catch up with the wall, in blocks; false when nobody takes the output.
    fn advance(&mut self) -> bool {
        let now = Instant::now();
        if !self.paused {
            let target = self.target(now);
            let mut tick = self.plant.tick().0;
            while tick < target {
                let block = BLOCK.min(target - tick);
                self.plant.step(Span(block));
                tick += block;
                if self.plant.changed() && self.give(true, true).is_err() {
                    return false;
                }
                if Instant::now() > self.next_snapshot + BEAT {
                    // Too fast for this machine: let screens and requests in between, and count anew from here.
                    self.anchor = (Instant::now(), tick);
                    break;
                }
            }
        }
        let frame = now >= self.next_frame && !self.paused;
        let snapshot = now >= self.next_snapshot;
        if frame {
            self.next_frame = next(self.next_frame, self.pace.frame_every, now);
        } else if self.paused {
            self.next_frame = now + self.pace.frame_every;
        }
        if snapshot {
            self.next_snapshot = next(self.next_snapshot, self.pace.snapshot_every, now);
        }
        !(frame || snapshot) || self.give(frame, snapshot).is_ok()
    }

    fn target(&self, now: Instant) -> u64 {
        let elapsed = now.saturating_duration_since(self.anchor.0).as_secs_f64() * self.pace.speed;
        self.anchor.1 + (elapsed * f64::from(self.plant.rate().hz())) as u64
    }

    fn over(&self) -> bool {
        self.pace.duration.is_some_and(|d| self.plant.tick().0 >= self.plant.rate().span(d).0)
    }

    fn collect(&mut self, frame: bool, snapshot: bool) -> Output {
        let records = self.plant.drain_records();
        let state = (!records.is_empty()).then(|| self.plant.state());
        Output {
            records,
            state,
            frame: frame.then(|| self.plant.frame().into()),
            snapshot: snapshot.then(|| self.plant.snapshot(self.pace.speed, self.paused).into()),
            answer: None,
        }
    }

    fn give(&mut self, frame: bool, snapshot: bool) -> Result<(), std::sync::mpsc::SendError<Output>> {
        let output = self.collect(frame, snapshot);
        self.output.send(output)
    }
}

/// The next beat after `now` on the grid of `last` and `every`; beats that were missed are skipped.
fn next(last: Instant, every: Duration, now: Instant) -> Instant {
    let next = last + every;
    if next > now { next } else { now + every }
}
