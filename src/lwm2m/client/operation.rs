//! What a server asks of a client, in no dialect, and the answers.

use crate::control::{Command, Denied};
use crate::lwm2m::codec::{CodecError, Format};
use crate::lwm2m::path::Path;

/// An operation of device management or reporting (OMA TS LightweightM2M Core, 6.3 and 6.4).
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Values at a path.
    Read(Path, Accept),
    /// Values at several paths, as far as they are there.
    ReadComposite(Vec<Path>, Accept),
    /// What is below a path, with attributes, down so many levels.
    Discover(Path, Option<u8>),
    /// New values for a resource or an instance.
    Write(Path, Content),
    /// New values for some resources of an instance.
    WritePartial(Path, Content),
    /// New values at several places, all or none.
    WriteComposite(Content),
    /// Attributes of notification; none takes one away.
    WriteAttributes(Path, Vec<(String, Option<f64>)>),
    /// Runs a resource with arguments.
    Execute(Path, Vec<u8>),
    /// A new instance.
    Create(Path),
    /// An instance less.
    Delete(Path),
    /// Values at a path now, and again when they change.
    Observe(ObserveKey, Path, Accept),
    /// Values at several paths now, and again when they change.
    ObserveComposite(ObserveKey, Vec<Path>, Accept),
    /// No more of an observation.
    CancelObserve(ObserveKey),
}

/// Names an observation: the token that the server gave it.
pub type ObserveKey = Vec<u8>;

/// The content format that the server wants; none leaves it to the client.
pub type Accept = Option<u16>;

/// A payload and the number of its format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Content format; none when the server names none.
    pub format: Option<u16>,
    /// Bytes.
    pub payload: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Code, for example 205 for 2.05.
    pub code: u16,
    /// Format of the payload.
    pub format: Option<Format>,
    /// Values; or, with an error, a sentence.
    pub payload: Vec<u8>,
}

impl Reply {
    /// A code alone.
    #[must_use]
    pub const fn code(code: u16) -> Self {
        Self { code, format: None, payload: Vec::new() }
    }

    /// Content.
    #[must_use]
    pub const fn content(format: Format, payload: Vec<u8>) -> Self {
        Self { code: 205, format: Some(format), payload }
    }

    /// An error with its reason, which CoAP allows as a diagnostic payload (RFC 7252, 5.5.2).
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers hand over errors, numbers and sentences alike")]
    pub fn error(code: u16, reason: impl ToString) -> Self {
        Self { code, format: None, payload: reason.to_string().into_bytes() }
    }
}

/// What became of an operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is answered.
    Reply(Reply),
    /// The gate decides; the answer follows under this number.
    Gate(u64, Command),
}

/// What a refusal of the gate is in LwM2M: response code and word.
#[must_use]
pub(super) const fn denied(denied: &Denied) -> (u16, &'static str) {
    match denied {
        Denied::NoAccessAuthority(_) => (403, "forbidden"),
        Denied::UnknownObject(_) => (404, "not_found"),
        Denied::InconsistentParameters(_) => (400, "bad_request"),
        Denied::ResourceLimit => (503, "service_unavailable"),
        Denied::BlockedByInterlocking(_)
        | Denied::BlockedBySwitchingHierarchy(_)
        | Denied::PositionReached(_)
        | Denied::ObjectNotSelected
        | Denied::ObjectAlreadySelected(_)
        | Denied::TimeLimitOver
        | Denied::CommandAlreadyInExecution => (405, "method_not_allowed"),
    }
}

impl From<CodecError> for Reply {
    fn from(error: CodecError) -> Self {
        let code = match &error {
            CodecError::Malformed { .. } | CodecError::WrongKind { .. } => 400,
            CodecError::CannotCarry { .. } => 406,
        };
        Self::error(code, error)
    }
}
