//! What changes something: writes and executions. Settings and methods go to the gate; what is of the client itself is
//! done here.

use super::super::firmware::{self, Firmware};
use super::super::model::{Behind, Resource};
use super::super::operation::{Content, Outcome, Reply, denied};
use super::super::server::{self, Account};
use super::super::traffic::{self, Traffic};
use super::super::{arguments, convert, device};
use super::{Core, content_format};
use crate::control::method::{self, MethodError};
use crate::control::{Command, Denied};
use crate::lwm2m::codec::{self, Entry, Format, Scalar};
use crate::lwm2m::path::Path;
use crate::profile::{Permission, Value};
use crate::time::UtcMillis;
use std::sync::Arc;

impl Core {
    pub(super) fn write(&mut self, path: Path, content: &Content, now: UtcMillis) -> Result<Outcome, Reply> {
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

    pub(super) fn write_entries(&mut self, entries: Vec<Entry>, now: UtcMillis) -> Result<Outcome, Reply> {
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

    pub(super) fn take_own(&mut self, own: &[(Path, Scalar)], now: UtcMillis) {
        if write_own(&mut self.account, &mut self.firmware, &mut self.traffic, own).is_ok() {
            self.wishes.update |=
                own.iter().any(|(p, _)| p.object == server::OBJECT && p.resource.is_some_and(Account::is_told));
            self.evaluate(now);
        }
    }

    pub(super) fn execute(&mut self, path: Path, bytes: &[u8], now: UtcMillis) -> Result<Outcome, Reply> {
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

pub(super) fn write_own(
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
