//! The publisher thread: what the simulation gives is written down first and shown afterwards.
//!
//! Records are lossless on the way to every taker; frames and pictures may be skipped by a taker that is slow, because
//! each of them is complete.

use super::store::Store;
use crate::control::Answer;
use crate::plant::PlantState;
use crate::plant::snapshot::Snapshot;
use crate::point::Frame;
use crate::record::comtrade::Meta;
use crate::record::{Body, Record};
use crate::time::Epoch;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;
use tokio::sync::{mpsc, watch};

/// Name of the file that holds the plant between two runs.
pub const PLANT_FILE: &str = "plant.json";

/// What the simulation gives in one go.
#[derive(Debug, Default)]
pub struct Output {
    /// What happened, numbered.
    pub records: Vec<Arc<Record>>,
    /// The state after it.
    pub state: Option<PlantState>,
    /// All points.
    pub frame: Option<Arc<Frame>>,
    /// The picture for screens.
    pub snapshot: Option<Arc<Snapshot>>,
    /// The answer to a request.
    pub answer: Option<Answer>,
}

/// Who takes what.
#[derive(Debug)]
pub struct Takers {
    /// Frames: the links.
    pub frames: Vec<mpsc::Sender<Arc<Frame>>>,
    /// Records: the links, the console, the log.
    pub records: Vec<mpsc::UnboundedSender<Arc<Record>>>,
    /// Answers: the links, the console; each knows its own.
    pub answers: Vec<mpsc::UnboundedSender<Answer>>,
    /// Pictures: the console.
    pub snapshot: watch::Sender<Arc<Snapshot>>,
    /// What the disk refuses, one sentence each.
    pub trouble: mpsc::UnboundedSender<String>,
}

/// What a recording says about where it was made.
#[derive(Clone, Debug)]
pub struct Station {
    /// The switchboard.
    pub name: String,
    /// Who runs it.
    pub company: String,
    /// Ties ticks to the calendar.
    pub epoch: Epoch,
    /// Designations, by breaker.
    pub designations: Vec<Arc<str>>,
}

/// Starts the thread; it ends when the simulation does.
///
/// # Errors
/// When the operating system gives no thread.
pub fn start(
    store: Store,
    station: Station,
    takers: Takers,
    outputs: Receiver<Output>,
) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name("publisher".to_owned())
        .spawn(move || Publisher { store, station, takers, trouble: None }.run(&outputs))
}

struct Publisher {
    store: Store,
    station: Station,
    takers: Takers,
    /// The trouble reported last, so that a full disk is not reported a thousand times.
    trouble: Option<String>,
}

impl Publisher {
    fn run(mut self, outputs: &Receiver<Output>) {
        while let Ok(first) = outputs.recv() {
            // Whatever waits goes to disk together: one wait for the disk instead of many.
            let mut batch = vec![first];
            batch.extend(outputs.try_iter());
            self.keep(&batch);
            for output in batch {
                self.show(output);
            }
        }
    }

    /// Writes down what must not be lost. When the disk refuses, the program goes on and says so.
    fn keep(&mut self, batch: &[Output]) {
        let records: Vec<&Record> = batch.iter().flat_map(|o| &o.records).map(AsRef::as_ref).collect();
        let kept = if records.is_empty() { Ok(()) } else { self.store.append(&records) };
        self.report(kept.map_err(|e| e.to_string()));
        self.report(self.store.trouble().map_or(Ok(()), |e| Err(e.to_string())));
        if !records.is_empty() {
            let pruned = self.store.prune();
            self.report(pruned.map_err(|e| e.to_string()));
        }
        if let Some(state) = batch.iter().rev().find_map(|o| o.state.as_ref()) {
            let kept = serde_json::to_string(state)
                .map_err(|e| e.to_string())
                .and_then(|text| self.store.put(PLANT_FILE, &text).map_err(|e| e.to_string()));
            self.report(kept);
        }
        for record in records {
            if let Body::Cleared(cleared) = &record.body
                && let Some(waveform) = &cleared.waveform
            {
                let saved = self.store.save_waveform(&cleared.id, waveform, &self.meta(record));
                self.report(saved.map(drop).map_err(|e| e.to_string()));
            }
        }
    }

    fn meta(&self, record: &Record) -> Meta {
        Meta {
            station: self.station.name.clone(),
            device: record.device.to_string(),
            component: self.station.designations.get(record.breaker.0).map_or_else(String::new, ToString::to_string),
            company: self.station.company.clone(),
            event: String::new(),
            epoch: self.station.epoch,
            normally_on: vec!["52A".to_owned()],
            header: vec![crate::record::describe(record)],
        }
    }

    fn report(&mut self, result: Result<(), String>) {
        match result {
            Err(reason) if self.trouble.as_ref() != Some(&reason) => {
                self.trouble = Some(reason.clone());
                // Nobody listens any more when the program ends.
                let _ = self.takers.trouble.send(reason);
            }
            _ => {}
        }
    }

    fn show(&mut self, output: Output) {
        // A taker that has gone takes nothing more; that is no trouble of the others.
        for record in output.records {
            self.takers.records.retain(|taker| taker.send(Arc::clone(&record)).is_ok());
        }
        if let Some(frame) = output.frame {
            for taker in &self.takers.frames {
                // A link whose queue is full takes the next frame instead: every frame is complete.
                let _ = taker.try_send(Arc::clone(&frame));
            }
        }
        if let Some(snapshot) = output.snapshot {
            self.takers.snapshot.send_replace(snapshot);
        }
        if let Some(answer) = output.answer {
            self.takers.answers.retain(|taker| taker.send(answer.clone()).is_ok());
        }
    }
}
