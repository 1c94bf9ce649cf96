//! The client of one breaker, in no dialect and over no transport: operations in, answers and notifications out.

use super::attributes::Table;
use super::firmware::Firmware;
use super::model::{Behind, Object, Own, Resource};
use super::observe::{Observation, Periods};
use super::operation::{Accept, Content, ObserveKey, Operation, Outcome, Reply, denied};
use super::server::Account;
use super::traffic::Traffic;
use super::{arguments, convert, device, firmware, model, server, traffic};
use crate::control::method::{self, MethodError};
use crate::control::{BreakerIx, Command, Denied};
use crate::lwm2m::codec::links::{self, Link, Target};
use crate::lwm2m::codec::{self, Entry, Format, Kind, Scalar, etch};
use crate::lwm2m::object::worth_sending;
use crate::lwm2m::path::Path;
use crate::point::{Frame, Reading};
use crate::profile::{Permission, Profile, Role, Value};
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
pub struct Wishes {
    /// Register anew.
    pub register: bool,
    /// Update now.
    pub update: bool,
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

    /// What the registration is to do; asked once.
    pub fn take_wishes(&mut self) -> Wishes {
        std::mem::take(&mut self.wishes)
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
        self.newest.as_ref().and_then(|f| f.breakers.get(self.breaker.0)).map_or(&[], Vec::as_slice)
    }

    /// New values.
    pub fn frame(&mut self, frame: Arc<Frame>, now: UtcMillis) {
        self.newest = Some(frame);
        self.evaluate(now);
    }

    fn evaluate(&mut self, now: UtcMillis) {
        let mut observations = std::mem::take(&mut self.observations);
        for observation in &mut observations {
            let periods = self.periods(observation);
            observation.evaluate(
                periods,
                now,
                |path| (self.attributes.effective(path), self.values(path)),
                |old, new| self.is_worth_telling(old, new),
            );
        }
        self.observations = observations;
    }

    /// Whether a change without a condition counts: past the deadband of the profile, if there is one.
    fn is_worth_telling(&self, old: &Entry, new: &Entry) -> bool {
        let parameter = match model::find(&self.objects, new.path) {
            Some((_, Some(Resource { behind: Behind::Parameter(ix, ..), .. }))) => *ix,
            _ => return old.value != new.value,
        };
        match (convert::value(&old.value), convert::value(&new.value)) {
            (Some(old), Some(new)) => worth_sending(&self.profile[parameter], &old, &new),
            _ => old.value != new.value,
        }
    }

    fn periods(&self, observation: &Observation) -> Periods {
        let mut periods = Periods { min: 0, max: None, evaluate: 0, evaluate_max: None };
        let ms = |seconds: f64| (seconds * 1000.0) as i64;
        for watched in &observation.watched {
            let at = self.attributes.effective(watched.path);
            let min = at.pmin.unwrap_or(f64::from(self.account.default_pmin_s));
            let max = at.pmax.unwrap_or(f64::from(self.account.default_pmax_s));
            periods.min = periods.min.max(ms(min));
            periods.evaluate = periods.evaluate.max(ms(at.epmin.unwrap_or(0.0)));
            if let Some(most) = at.epmax.filter(|most| *most > 0.0) {
                periods.evaluate_max = Some(periods.evaluate_max.map_or(ms(most), |known: i64| known.min(ms(most))));
            }
            if max > 0.0 {
                periods.max = Some(periods.max.map_or(ms(max), |known: i64| known.min(ms(max))));
            }
        }
        periods
    }

    /// The next notification that is due.
    pub fn poll_notification(&mut self, now: UtcMillis) -> Option<Notification> {
        let at = (0..self.observations.len())
            .find(|at| self.observations[*at].is_due(self.periods(&self.observations[*at]), now))?;
        let mut observation = self.observations.swap_remove(at);
        let values: Vec<Vec<Entry>> = observation.watched.iter().map(|w| self.values(w.path)).collect();
        let reply = self.content(&observation, &values);
        observation.sent(values, now);
        let key = observation.key.clone();
        let confirm = observation.watched.iter().any(|w| self.attributes.effective(w.path).con == Some(1.0));
        // Back at the end, so that one that is always due does not starve the others.
        self.observations.push(observation);
        Some(Notification { key, reply, confirm })
    }

    fn content(&self, observation: &Observation, values: &[Vec<Entry>]) -> Reply {
        let flat: Vec<Entry> = values.iter().flatten().cloned().collect();
        let base = observation.watched.first().map_or(Path::object(0), |w| w.path);
        if flat.is_empty() && !observation.composite {
            return Reply::error(404, format!("{base} has no value now"));
        }
        match codec::encode(observation.format, base, &flat) {
            Ok(payload) => Reply::content(observation.format, payload),
            Err(error) => error.into(),
        }
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

    /// Values of the parameters that `wanted` picks, for a Send.
    #[must_use]
    pub fn pick(&self, wanted: impl Fn(usize, &Reading) -> bool) -> Vec<Entry> {
        let mut entries = Vec::new();
        for object in &self.objects {
            for resource in &object.resources {
                let Behind::Parameter(ix, ..) = resource.behind else { continue };
                if self.readings().get(ix.0).is_some_and(|r| wanted(ix.0, r)) {
                    self.read_resource(object, resource, &mut entries);
                }
            }
        }
        entries
    }

    /// The readable values at and below a path.
    fn values(&self, path: Path) -> Vec<Entry> {
        let mut entries = Vec::new();
        match model::find(&self.objects, path) {
            Some((object, Some(resource))) => self.read_resource(object, resource, &mut entries),
            Some((object, None)) => {
                for resource in &object.resources {
                    self.read_resource(object, resource, &mut entries);
                }
            }
            None => {}
        }
        entries
    }

    fn read_resource(&self, object: &Object, resource: &Resource, entries: &mut Vec<Entry>) {
        let path = Path::resource(object.id, resource.id);
        let value = match resource.behind {
            Behind::Parameter(ix, ..) => self.readings().get(ix.0).and_then(|r| r.value.as_ref()).map(convert::scalar),
            Behind::Method(_) => None,
            Behind::Own(own) => self.read_own(object.id, own),
        };
        let path = if resource.multiple { path.child(0) } else { path };
        entries.extend(value.map(|v| Entry::new(path, v)));
    }

    fn read_own(&self, object: u16, own: Own) -> Option<Scalar> {
        match object {
            _ if !own.read => None,
            server::OBJECT => self.account.read(own.id),
            device::OBJECT if own.id == device::BINDINGS => Some(Scalar::text(self.account.binding)),
            firmware::OBJECT => self.firmware.read(own.id),
            traffic::OBJECT => self.traffic.read(own.id),
            _ => None,
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

    fn read(&self, path: Path, accept: Accept) -> Result<Reply, Reply> {
        let format = self.format(path, accept)?;
        let values = self.values(path);
        if values.is_empty() {
            return Err(Reply::error(404, format!("{path} has no value now")));
        }
        let payload = codec::encode(format, path, &values)?;
        Ok(Reply::content(format, payload))
    }

    /// The format to answer in, after the path is found readable.
    fn format(&self, path: Path, accept: Accept) -> Result<Format, Reply> {
        self.may(Permission::Read)?;
        let (_, resource) = self.find(path)?;
        if resource.is_some_and(|r| !r.readable()) {
            return Err(Reply::error(405, format!("{path} cannot be read")));
        }
        let single = resource.is_some_and(|r| !r.multiple || path.item.is_some());
        match accept {
            None if single => Ok(Format::Text),
            None => Ok(self.speaks.preferred),
            Some(number) => Format::from_number(number)
                .filter(|f| !matches!(f, Format::Links | Format::EtchJson | Format::EtchCbor))
                .filter(|f| single || !f.is_single())
                .ok_or_else(|| Reply::error(406, format!("{path} cannot be had in content format {number}"))),
        }
    }

    fn composite(&self, key: ObserveKey, paths: &[Path], accept: Accept, now: UtcMillis) -> Result<Observation, Reply> {
        self.may(Permission::Read)?;
        let format = match accept {
            None => self.speaks.preferred,
            Some(number) => Format::from_number(number)
                .filter(|f| matches!(f, Format::SenmlJson | Format::SenmlCbor | Format::Lwm2mCbor))
                .ok_or_else(|| Reply::error(406, format!("a composite cannot be had in content format {number}")))?,
        };
        if paths.is_empty() {
            return Err(Reply::error(400, "a composite operation names paths"));
        }
        Ok(Observation::new(key, paths, format, true, now))
    }

    fn observe(&mut self, key: ObserveKey, path: Path, accept: Accept, now: UtcMillis) -> Result<Reply, Reply> {
        let format = self.format(path, accept)?;
        let mut observation = Observation::new(key, &[path], format, false, now);
        let values = vec![self.values(path)];
        let reply = self.content(&observation, &values);
        if reply.code != 205 {
            return Err(reply);
        }
        observation.sent(values, now);
        self.keep(observation)?;
        Ok(reply)
    }

    fn keep(&mut self, observation: Observation) -> Result<(), Reply> {
        self.observations.retain(|o| o.key != observation.key);
        if self.observations.len() >= OBSERVATIONS {
            return Err(Reply::error(503, format!("{OBSERVATIONS} observations are all there can be")));
        }
        self.observations.push(observation);
        Ok(())
    }

    fn discover(&self, path: Path, depth: Option<u8>) -> Result<Reply, Reply> {
        self.may(Permission::Read)?;
        let (object, resource) = self.find(path)?;
        // OMA TS LightweightM2M Core 1.2, 6.3.2: two levels below an object, one below an instance or a resource.
        let depth = usize::from(depth.unwrap_or(if path.instance.is_none() { 2 } else { 1 }));
        let deepest = path.depth() + depth;
        let mut list = Vec::new();
        let link = |path: Path| self.attributes.attach(path, Link::to(path));
        if path.depth() == 1 {
            let own = Link::to(path);
            let own = if object.version == "1.0" { own } else { own.with("ver", &object.version) };
            list.push(self.attributes.attach(path, own));
        }
        if path.depth() <= 2 && deepest >= 2 {
            list.push(link(Path::object(object.id).child(0)));
        }
        for found in object.resources.iter().filter(|r| resource.is_none_or(|only| only.id == r.id)) {
            let at = Path::resource(object.id, found.id);
            if deepest < 3 || path.item.is_some() {
                continue;
            }
            let own = if found.multiple { Link::to(at).with("dim", 1) } else { Link::to(at) };
            list.push(self.attributes.attach(at, own));
            if found.multiple && deepest >= 4 {
                list.push(link(at.child(0)));
            }
        }
        Ok(Reply::content(Format::Links, links::encode(&list).into_bytes()))
    }

    fn write(&mut self, path: Path, content: &Content, now: UtcMillis) -> Result<Outcome, Reply> {
        let (_, resource) = self.find(path)?;
        if path.instance.is_none() {
            return Err(Reply::error(405, "an object cannot be written; write an instance or a resource"));
        }
        if resource.is_some_and(|r| !r.writable()) {
            return Err(Reply::error(405, format!("{path} cannot be written")));
        }
        let format = match (content.format, resource) {
            (None, Some(_)) => Format::Text,
            _ => content_format(content)?,
        };
        let entries = codec::decode(format, path, &content.payload, &|p| self.kind(p)).map_err(|error| {
            let reply = Reply::from(error);
            // What cannot carry an answer cannot carry a request: that is 4.15 here.
            if reply.code == 406 { Reply { code: 415, ..reply } } else { reply }
        })?;
        if let Some(stray) = entries.iter().find(|e| !path.covers(e.path)) {
            return Err(Reply::error(400, format!("{} is not below {path}", stray.path)));
        }
        self.write_entries(entries, now)
    }

    fn write_entries(&mut self, entries: Vec<Entry>, now: UtcMillis) -> Result<Outcome, Reply> {
        let mut settings: Vec<(Arc<str>, Value)> = Vec::new();
        let mut own = Vec::new();
        if entries.is_empty() {
            return Err(Reply::error(400, "the payload writes nothing"));
        }
        for entry in entries {
            let (_, resource) = self.find(entry.path)?;
            let resource = resource.ok_or_else(|| Reply::error(400, format!("{} is no resource", entry.path)))?;
            if !resource.writable() {
                return Err(Reply::error(405, format!("{} cannot be written", entry.path)));
            }
            match resource.behind {
                Behind::Parameter(ix, ..) => {
                    let value = convert::value(&entry.value)
                        .ok_or_else(|| Reply::error(400, format!("{}: no value of this device", entry.path)))?;
                    settings.push((self.profile[ix].id.as_str().into(), value));
                }
                Behind::Method(_) | Behind::Own(_) => own.push((entry.path, entry.value)),
            }
        }
        if !own.is_empty() {
            self.may(Permission::Write)?;
            // Tried on copies first, so that all or none is written.
            let mut copies = (self.account.clone(), self.firmware.clone(), self.traffic.clone());
            write_own(&mut copies.0, &mut copies.1, &mut copies.2, &own).map_err(|r| Reply::error(400, r))?;
        }
        if settings.is_empty() {
            self.take_own(&own, now);
            return Ok(Outcome::Reply(Reply::code(204)));
        }
        let number = self.number();
        if !own.is_empty() {
            self.staged.push((number, own));
        }
        Ok(Outcome::Gate(number, Command::Write(settings)))
    }

    fn take_own(&mut self, own: &[(Path, Scalar)], now: UtcMillis) {
        if write_own(&mut self.account, &mut self.firmware, &mut self.traffic, own).is_ok() {
            self.wishes.update |=
                own.iter().any(|(p, _)| p.object == server::OBJECT && p.resource.is_some_and(Account::is_told));
            self.evaluate(now);
        }
    }

    fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }

    fn execute(&mut self, path: Path, bytes: &[u8], now: UtcMillis) -> Result<Outcome, Reply> {
        let (object, resource) = self.find(path)?;
        let (object, behind) = match resource {
            Some(Resource { behind, .. }) if path.item.is_none() => (object.id, *behind),
            _ => return Err(Reply::error(405, format!("{path} cannot be executed; only a resource can"))),
        };
        let given = arguments::parse(bytes).map_err(|reason| Reply::error(400, reason))?;
        match behind {
            Behind::Method(ix) => {
                let method = &self.profile[ix];
                let by_name = |name: &str| {
                    let position = method.args.iter().position(|a| a.name == name)?;
                    given.iter().find(|(n, _)| *n == position).map(|(_, text)| text.clone())
                };
                let command = method::command(&method.id, by_name).map_err(|error| {
                    let code = if matches!(error, MethodError::NotSupported(_)) { 405 } else { 400 };
                    Reply::error(code, error)
                })?;
                Ok(Outcome::Gate(self.number(), command))
            }
            Behind::Own(own) if own.kind.is_none() => {
                self.may(Permission::Write)?;
                match object {
                    server::OBJECT => self.wishes.update = true,
                    device::OBJECT => self.wishes.register = true,
                    firmware::OBJECT => self.firmware.execute(now).map_err(|reason| Reply::error(405, reason))?,
                    traffic::OBJECT => self.traffic.execute(own.id, now),
                    _ => return Err(Reply::error(405, format!("{path} cannot be executed"))),
                }
                self.evaluate(now);
                Ok(Outcome::Reply(Reply::code(204)))
            }
            Behind::Own(_) | Behind::Parameter(..) => Err(Reply::error(405, format!("{path} cannot be executed"))),
        }
    }

    /// The gate decided an operation that [`Core::perform`] handed to it.
    pub fn answered(&mut self, number: u64, result: &Result<(), Denied>, now: UtcMillis) -> Reply {
        let staged = self.staged.iter().position(|(n, _)| *n == number).map(|at| self.staged.swap_remove(at).1);
        match result {
            Ok(()) => {
                if let Some(own) = staged {
                    self.take_own(&own, now);
                }
                Reply::code(204)
            }
            Err(reason) => Reply::error(denied(reason).0, reason),
        }
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

fn write_own(
    account: &mut Account,
    firmware: &mut Firmware,
    traffic: &mut Traffic,
    values: &[(Path, Scalar)],
) -> Result<(), String> {
    for (path, value) in values {
        let id = path.resource.unwrap_or_default();
        match path.object {
            server::OBJECT => account.write(id, value),
            firmware::OBJECT => firmware.write(id, value),
            traffic::OBJECT => traffic.write(value),
            _ => Err("cannot be written".to_owned()),
        }
        .map_err(|reason| format!("{path}: {reason}"))?;
    }
    Ok(())
}
