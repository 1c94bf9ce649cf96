//! What a CoAP request asks for (OMA TS LightweightM2M Transport 1.1, 6.4).

use super::message::{get_number, texts};
use crate::lwm2m::client::{Content, Operation, Reply, composite_paths};
use crate::lwm2m::codec::Format;
use crate::lwm2m::path::Path;
use coap_lite::{CoapOption, MessageClass, Packet, RequestType};

/// The operation, or the answer when the request is none.
pub(super) fn operation(packet: &Packet) -> Result<Operation, Reply> {
    let format = get_number(packet, CoapOption::ContentFormat).and_then(|n| u16::try_from(n).ok());
    let accept = get_number(packet, CoapOption::Accept).and_then(|n| u16::try_from(n).ok());
    let observe = get_number(packet, CoapOption::Observe);
    let token = packet.get_token().to_vec();
    let content = || Content { format, payload: packet.payload.clone() };
    let MessageClass::Request(method) = packet.header.code else {
        return Err(Reply::error(405, "the method is not known"));
    };
    match (method, observe) {
        (RequestType::Fetch | RequestType::Get, Some(1)) => return Ok(Operation::CancelObserve(token)),
        (RequestType::Fetch, Some(0)) => {
            return Ok(Operation::ObserveComposite(token, composite_paths(&content())?, accept));
        }
        (RequestType::Fetch, _) => return Ok(Operation::ReadComposite(composite_paths(&content())?, accept)),
        (RequestType::IPatch, _) => return Ok(Operation::WriteComposite(content())),
        _ => {}
    }
    let path = path(packet)?;
    Ok(match method {
        RequestType::Get if accept == Some(Format::Links.number()) => Operation::Discover(path, depth(packet)?),
        RequestType::Get if observe == Some(0) => Operation::Observe(token, path, accept),
        RequestType::Get => Operation::Read(path, accept),
        RequestType::Put if format.is_none() && packet.payload.is_empty() => {
            Operation::WriteAttributes(path, attributes(packet)?)
        }
        RequestType::Put => Operation::Write(path, content()),
        // A resource is executed, with arguments as plain text; values in any other format update it in part.
        RequestType::Post if path.resource.is_some() => match format {
            None | Some(0) => Operation::Execute(path, packet.payload.clone()),
            Some(_) => Operation::WritePartial(path, content()),
        },
        RequestType::Post if path.instance.is_some() => Operation::WritePartial(path, content()),
        RequestType::Post => Operation::Create(path),
        RequestType::Delete => Operation::Delete(path),
        RequestType::Fetch | RequestType::Patch | RequestType::IPatch | RequestType::UnKnown => {
            return Err(Reply::error(405, "the method is not known"));
        }
    })
}

fn path(packet: &Packet) -> Result<Path, Reply> {
    let parts = texts(packet, CoapOption::UriPath).ok_or_else(|| Reply::error(400, "the path is no UTF-8 text"))?;
    parts.join("/").parse().map_err(|error| Reply::error(404, error))
}

fn queries(packet: &Packet) -> Result<Vec<(String, Option<String>)>, Reply> {
    let queries = texts(packet, CoapOption::UriQuery).ok_or_else(|| Reply::error(400, "a query is no UTF-8 text"))?;
    Ok(queries
        .into_iter()
        .map(|query| match query.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (query, None),
        })
        .collect())
}

fn depth(packet: &Packet) -> Result<Option<u8>, Reply> {
    let wanted = queries(packet)?.into_iter().find(|(name, _)| name == "depth");
    wanted
        .map(|(_, value)| {
            let value = value.and_then(|v| v.parse::<u8>().ok()).filter(|d| *d <= 3);
            value.ok_or_else(|| Reply::error(400, "depth is 0 to 3"))
        })
        .transpose()
}

fn attributes(packet: &Packet) -> Result<Vec<(String, Option<f64>)>, Reply> {
    queries(packet)?
        .into_iter()
        .map(|(name, value)| match value {
            // A name alone takes the attribute away.
            None => Ok((name, None)),
            Some(text) => {
                let number =
                    text.parse::<f64>().map_err(|_| Reply::error(400, format!("{name}={text} is no number")))?;
                Ok((name, Some(number)))
            }
        })
        .collect()
}
