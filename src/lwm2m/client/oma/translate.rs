//! Frames and what they ask for.

use super::super::composite_paths;
use super::super::operation::{Content, Operation, Reply};
use crate::lwm2m::codec::Format;
use crate::lwm2m::codec::frame::{Frame as Envelope, Operation as Number};
use crate::lwm2m::path::Path;

/// The operation that a frame asks for, or the answer when it asks for none.
pub(super) fn operation(number: Number, envelope: &Envelope) -> Result<Operation, Reply> {
    let path = || -> Result<Path, Reply> {
        let uri = envelope.uri.as_deref().ok_or_else(|| Reply::error(400, "the operation needs a path"))?;
        uri.parse().map_err(|error| Reply::error(400, error))
    };
    let paths = || {
        let payload = envelope.paths.clone().ok_or_else(|| Reply::error(400, "the operation needs paths"))?;
        composite_paths(&Content { format: Some(Format::EtchCbor.number()), payload })
    };
    let content = || Content { format: envelope.format, payload: envelope.payload.clone().unwrap_or_default() };
    let key = || {
        let bytes = envelope.token.to_be_bytes();
        bytes.into_iter().skip_while(|b| *b == 0).collect::<Vec<u8>>()
    };
    let accept = envelope.preferred;
    Ok(match number {
        Number::Read => Operation::Read(path()?, accept),
        Number::ReadComposite => Operation::ReadComposite(paths()?, accept),
        Number::Discover => Operation::Discover(path()?, envelope.depth.map(|d| u8::try_from(d).unwrap_or(u8::MAX))),
        Number::WriteReplace => Operation::Write(path()?, content()),
        Number::WritePartial => Operation::WritePartial(path()?, content()),
        Number::WriteComposite => Operation::WriteComposite(content()),
        Number::WriteAttributes => {
            let changes = envelope.attributes.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
            Operation::WriteAttributes(path()?, changes)
        }
        Number::Execute => Operation::Execute(path()?, envelope.payload.clone().unwrap_or_default()),
        Number::Create => Operation::Create(path()?),
        Number::Delete => Operation::Delete(path()?),
        Number::Observe => Operation::Observe(key(), path()?, accept),
        Number::ObserveComposite => Operation::ObserveComposite(key(), paths()?, accept),
        Number::CancelObserve => Operation::CancelObserve(key()),
        Number::Register | Number::Update | Number::Deregister | Number::Notify | Number::Send => {
            return Err(Reply::error(405, "only a client sends that"));
        }
    })
}

pub(super) fn response(reply: Reply, token: u64) -> Envelope {
    let envelope = Envelope::response(reply.code, token);
    if reply.payload.is_empty() { envelope } else { envelope.with_payload(reply.format, reply.payload) }
}
