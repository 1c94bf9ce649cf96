//! The client of one breaker, in no dialect and over no transport: operations in, answers and notifications out.

mod acting;
mod observing;
mod reading;

use super::attributes::Table;
use super::firmware::Firmware;
use super::model::{self, Object, Resource};
use super::observe::Observation;
use super::operation::{Content, ObserveKey, Operation, Outcome, Reply};
use super::registration::{Errand, Registration};
use super::server::Account;
use super::traffic::Traffic;
use crate::control::BreakerIx;
use crate::lwm2m::codec::links::{self, Link, Target};
use crate::lwm2m::codec::{self, Entry, Format, Kind, Scalar, etch};
use crate::lwm2m::path::Path;
use crate::point::{Frame, Reading, Readings};
use crate::profile::{Permission, Profile, Role};
use crate::time::UtcMillis;
use std::sync::Arc;

/// Observations that one server may hold; each costs an evaluation a frame.
const OBSERVATIONS: usize = 256;

/// Objects whose instances no server may touch or see (OMA TS LightweightM2M Core: Security, OSCORE, COSE).
const SECRET: [u16; 3] = [0, 21, 23];

/// What the client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speaks {
    /// Enabler version, `1.1` or `1.2`.
    pub enabler: &'static str,
    /// Format of answers with more than one value, where the server names none.
    pub preferred: Format,
    /// Formats announced in the registration, as the value of `ct`.
    pub announced: &'static str,
}

/// The client.
#[derive(Debug)]
pub struct Core {
    profile: Arc<Profile>,
    breaker: BreakerIx,
    role: Role,
    speaks: Speaks,
    objects: Vec<Object>,
    account: Account,
    firmware: Firmware,
    traffic: Traffic,
    attributes: Table,
    observations: Vec<Observation>,
    newest: Option<Arc<Frame>>,
    staged: Vec<(u64, Vec<(Path, Scalar)>)>,
    next_number: u64,
    wishes: Wishes,
}

/// What the registration is to do because of an operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wishes {
    /// Register anew.
    pub(super) register: bool,
    /// Update now.
    pub(super) update: bool,
}

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// Of which observation.
    pub key: ObserveKey,
    /// The values.
    pub reply: Reply,
    /// The server wants it confirmable, where the transport knows the difference.
    pub confirm: bool,
}

impl Core {
    /// The client of a breaker, for a server with this role and account.
    #[must_use]
    pub fn new(profile: Arc<Profile>, breaker: BreakerIx, role: Role, account: Account, speaks: Speaks) -> Self {
        Self {
            objects: model::objects(&profile, speaks.enabler),
            profile,
            breaker,
            role,
            speaks,
            account,
            firmware: Firmware::new(),
            traffic: Traffic::default(),
            attributes: Table::default(),
            observations: Vec::new(),
            newest: None,
            staged: Vec::new(),
            next_number: 0,
            wishes: Wishes::default(),
        }
    }

    /// The server account as it stands.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// Bytes left for the server.
    pub fn sent(&mut self, bytes: usize, now: UtcMillis) {
        self.traffic.sent(bytes, now);
    }

    /// Bytes came from the server.
    pub fn received(&mut self, bytes: usize, now: UtcMillis) {
        self.traffic.received(bytes, now);
    }

    /// What operations wish of the registration; told once.
    pub(super) fn take_wishes(&mut self) -> Wishes {
        std::mem::take(&mut self.wishes)
    }

    /// What the registration has to send, after it has heard what operations wish of it.
    pub fn errand(&mut self, registration: &mut Registration, now: UtcMillis) -> Option<Errand> {
        let wishes = self.take_wishes();
        if wishes.register {
            registration.again(now);
        }
        registration.set_lifetime(self.account.lifetime_s, now);
        if wishes.update {
            registration.update_now(now);
        }
        registration.poll(now)
    }

    /// A registration is made: observations and attributes of an earlier one are void (OMA TS LightweightM2M Core,
    /// 6.2.1).
    pub fn registered_anew(&mut self) {
        self.observations.clear();
        self.attributes.clear();
    }

    /// How many observations there are.
    #[must_use]
    pub const fn observations(&self) -> usize {
        self.observations.len()
    }

    /// The object list of a registration.
    #[must_use]
    pub fn registration_links(&self) -> String {
        let root = Link { target: Target::Root, attributes: Vec::new() };
        let mut list = vec![root.with("rt", "oma.lwm2m").with("ct", self.speaks.announced)];
        for object in &self.objects {
            let link = Link::to(Path::object(object.id));
            if let Some(version) = object.version_to_say(self.speaks.enabler) {
                list.push(link.with("ver", version));
            }
            list.push(Link::to(Path::object(object.id).child(0)));
        }
        links::encode(&list)
    }

    fn readings(&self) -> &[Reading] {
        self.newest.as_ref().and_then(|f| f.breakers.get(self.breaker.0)).map_or(&[], Readings::as_slice)
    }

    /// New values.
    pub fn frame(&mut self, frame: Arc<Frame>, now: UtcMillis) {
        self.newest = Some(frame);
        self.evaluate(now);
    }

    /// When something is due without a new frame.
    #[must_use]
    pub fn next_timeout(&self) -> Option<UtcMillis> {
        let observations = self.observations.iter().filter_map(|o| {
            let periods = self.periods(o);
            o.due_at(periods).into_iter().chain(o.evaluate_at(periods)).min()
        });
        observations.chain(self.firmware.due()).min()
    }

    /// Time passed.
    pub fn timeout(&mut self, now: UtcMillis) {
        let installed = self.firmware.timeout(now);
        self.wishes.register |= installed;
        let looks = |o: &Observation| o.evaluate_at(self.periods(o)).is_some_and(|at| at <= now);
        if installed || self.observations.iter().any(looks) {
            self.evaluate(now);
        }
    }

    /// A payload of this client or for it, in words.
    #[must_use]
    pub fn describe(&self, format: Option<u16>, path: Option<Path>, payload: &[u8]) -> Vec<String> {
        super::describe::content(&self.profile, format, path.unwrap_or(Path::resource(0, 0)), payload)
    }

    /// Performs an operation.
    pub fn perform(&mut self, operation: Operation, now: UtcMillis) -> Outcome {
        match self.try_perform(operation, now) {
            Ok(outcome) => outcome,
            Err(reply) => Outcome::Reply(reply),
        }
    }

    fn try_perform(&mut self, operation: Operation, now: UtcMillis) -> Result<Outcome, Reply> {
        let done = |reply| Ok(Outcome::Reply(reply));
        match operation {
            Operation::Read(path, accept) => done(self.read(path, accept)?),
            Operation::ReadComposite(paths, accept) => {
                let observation = self.composite(Vec::new(), &paths, accept, now)?;
                let values: Vec<Vec<Entry>> = paths.iter().map(|p| self.values(*p)).collect();
                done(self.content(&observation, &values))
            }
            Operation::Discover(path, depth) => done(self.discover(path, depth)?),
            Operation::Write(path, content) | Operation::WritePartial(path, content) => self.write(path, &content, now),
            Operation::WriteComposite(content) => {
                let format = content_format(&content)?;
                if format.is_single() || format == Format::Tlv {
                    return Err(Reply::error(415, format!("{} holds no paths", format.word())));
                }
                let entries = codec::decode(format, Path::object(0), &content.payload, &|p| self.kind(p))?;
                self.write_entries(entries, now)
            }
            Operation::WriteAttributes(path, changes) => {
                self.may(Permission::Read)?;
                self.find(path)?;
                self.attributes.write(path, &changes).map_err(|reason| Reply::error(400, reason))?;
                done(Reply::code(204))
            }
            Operation::Execute(path, arguments) => self.execute(path, &arguments, now),
            Operation::Create(path) | Operation::Delete(path) => {
                self.allowed(path)?;
                self.find(path)?;
                Err(Reply::error(405, format!("/{} has one instance, which the device itself keeps", path.object)))
            }
            Operation::Observe(key, path, accept) => done(self.observe(key, path, accept, now)?),
            Operation::ObserveComposite(key, paths, accept) => {
                let mut observation = self.composite(key, &paths, accept, now)?;
                let values: Vec<Vec<Entry>> = paths.iter().map(|p| self.values(*p)).collect();
                let reply = self.content(&observation, &values);
                observation.sent(values, now);
                self.keep(observation)?;
                done(reply)
            }
            Operation::CancelObserve(key) => {
                let before = self.observations.len();
                self.observations.retain(|o| o.key != key);
                done(if self.observations.len() < before {
                    Reply::code(204)
                } else {
                    Reply::error(404, "no such observation")
                })
            }
        }
    }

    fn may(&self, permission: Permission) -> Result<(), Reply> {
        if self.profile.grants(self.role, permission) {
            Ok(())
        } else {
            let reason = format!("role {} may not: it lacks the permission {}", self.role.word(), permission.word());
            Err(Reply::error(403, reason))
        }
    }

    fn allowed(&self, path: Path) -> Result<(), Reply> {
        if SECRET.contains(&path.object) {
            Err(Reply::error(401, format!("/{} is for bootstrap alone", path.object)))
        } else {
            Ok(())
        }
    }

    fn find(&self, path: Path) -> Result<(&Object, Option<&Resource>), Reply> {
        self.allowed(path)?;
        model::find(&self.objects, path).ok_or_else(|| Reply::error(404, format!("nothing at {path}")))
    }

    fn kind(&self, path: Path) -> Option<Kind> {
        model::find(&self.objects, path)?.1?.kind()
    }

    fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }
}

/// The format of a request's payload.
fn content_format(content: &Content) -> Result<Format, Reply> {
    content.format.and_then(Format::from_number).ok_or_else(|| match content.format {
        Some(number) => Reply::error(415, format!("content format {number} is not known")),
        None => Reply::error(415, "the payload has no content format"),
    })
}

/// The paths of a composite read, written in whichever format.
///
/// # Errors
/// The answer to give when they cannot be read.
pub fn composite_paths(content: &Content) -> Result<Vec<Path>, Reply> {
    let format = content_format(content)?;
    etch::decode(format, &content.payload).map_err(|error| {
        let reply = Reply::from(error);
        if reply.code == 406 { Reply { code: 415, ..reply } } else { reply }
    })
}
