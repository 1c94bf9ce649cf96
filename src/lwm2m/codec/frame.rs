//! The envelope of the MQTT binding: one CBOR map a message (OMA TS LightweightM2M Transport 1.2, 8).
//!
//! Key 1 makes it a request, key 18 a response; the token in key 2 ties them together. Client and server publish on the
//! same topic.

use super::item::Item;
use super::{CodecError, Format};

/// Operations, by the number in key 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is an operation of OMA TS LightweightM2M Core, by its name there")]
pub enum Operation {
    Register = 6,
    Update = 7,
    Deregister = 8,
    Read = 9,
    ReadComposite = 10,
    Discover = 11,
    WriteReplace = 12,
    WritePartial = 13,
    WriteAttributes = 14,
    WriteComposite = 15,
    Execute = 16,
    Create = 17,
    Delete = 18,
    Observe = 20,
    ObserveComposite = 21,
    CancelObserve = 22,
    Notify = 23,
    Send = 24,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Self; 18] = [
        Self::Register,
        Self::Update,
        Self::Deregister,
        Self::Read,
        Self::ReadComposite,
        Self::Discover,
        Self::WriteReplace,
        Self::WritePartial,
        Self::WriteAttributes,
        Self::WriteComposite,
        Self::Execute,
        Self::Create,
        Self::Delete,
        Self::Observe,
        Self::ObserveComposite,
        Self::CancelObserve,
        Self::Notify,
        Self::Send,
    ];

    /// The operation of a number.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|op| *op as u16 == number)
    }

    /// Whether the client sends it; the others come from the server. On the shared topic each side passes over its own.
    #[must_use]
    pub const fn is_from_client(self) -> bool {
        matches!(self, Self::Register | Self::Update | Self::Deregister | Self::Notify | Self::Send)
    }
}

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// A request.
    Request(Operation),
    /// A response with its code, for example 205.
    Response(u16),
}

/// A frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Request or response.
    pub head: Head,
    /// Token.
    pub token: u64,
    /// Endpoint name, where it is not that of the topic.
    pub endpoint: Option<String>,
    /// Preferred content format of an answer.
    pub preferred: Option<u16>,
    /// Path.
    pub uri: Option<String>,
    /// Paths of a composite operation, SenML-ETCH CBOR.
    pub paths: Option<Vec<u8>>,
    /// Payload.
    pub payload: Option<Vec<u8>>,
    /// Lifetime in seconds.
    pub lifetime: Option<u64>,
    /// LwM2M version.
    pub version: Option<String>,
    /// Binding.
    pub binding: Option<String>,
    /// Content format of the payload.
    pub format: Option<u16>,
    /// Depth of a discovery.
    pub depth: Option<u64>,
    /// Attributes of Write-Attributes, by their names; null takes one away.
    pub attributes: Vec<(&'static str, Option<f64>)>,
}

const OPERATION: i64 = 1;
const TOKEN: i64 = 2;
const ENDPOINT: i64 = 3;
const PREFERRED: i64 = 4;
const URI: i64 = 5;
const PATHS: i64 = 6;
const PAYLOAD: i64 = 7;
const LIFETIME: i64 = 8;
const VERSION: i64 = 9;
const BINDING: i64 = 10;
const RESULT: i64 = 18;
const FORMAT: i64 = 19;
const DEPTH: i64 = 22;

/// Keys of the attributes. The binding has none for `lt` and `con`.
const ATTRIBUTES: [(i64, &str); 8] =
    [(12, "pmin"), (13, "pmax"), (14, "gt"), (15, "st"), (16, "epmin"), (17, "epmax"), (20, "edge"), (21, "hqmax")];

impl Frame {
    fn new(head: Head, token: u64) -> Self {
        Self {
            head,
            token,
            endpoint: None,
            preferred: None,
            uri: None,
            paths: None,
            payload: None,
            lifetime: None,
            version: None,
            binding: None,
            format: None,
            depth: None,
            attributes: Vec::new(),
        }
    }

    /// A request without further members.
    #[must_use]
    pub fn request(operation: Operation, token: u64) -> Self {
        Self::new(Head::Request(operation), token)
    }

    /// A response without payload.
    #[must_use]
    pub fn response(code: u16, token: u64) -> Self {
        Self::new(Head::Response(code), token)
    }

    /// With a payload in a format.
    #[must_use]
    pub fn with_payload(mut self, format: Option<Format>, payload: Vec<u8>) -> Self {
        self.format = format.map(Format::number);
        self.payload = Some(payload);
        self
    }

    /// With a path.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers hand over errors, numbers and sentences alike")]
    pub fn with_uri(mut self, uri: impl ToString) -> Self {
        self.uri = Some(uri.to_string());
        self
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let int = |n: u64| i64::try_from(n).map_or(Item::Unsigned(n), Item::Int);
        let text = |t: &Option<String>| t.clone().map(Item::Text);
        let number = |x: f64| if x.fract() == 0.0 && x.abs() < 9.0e15 { Item::Int(x as i64) } else { Item::Float(x) };
        let mut pairs = Vec::with_capacity(6);
        match self.head {
            Head::Request(operation) => pairs.push((OPERATION, Item::Int(operation as i64))),
            Head::Response(code) => pairs.push((RESULT, Item::Int(i64::from(code)))),
        }
        pairs.push((TOKEN, int(self.token)));
        let optional = [
            (ENDPOINT, text(&self.endpoint)),
            (PREFERRED, self.preferred.map(|n| Item::Int(i64::from(n)))),
            (URI, text(&self.uri)),
            (PATHS, self.paths.clone().map(Item::Bytes)),
            (LIFETIME, self.lifetime.map(int)),
            (VERSION, text(&self.version)),
            (BINDING, text(&self.binding)),
            (DEPTH, self.depth.map(int)),
            (FORMAT, self.format.map(|n| Item::Int(i64::from(n)))),
            (PAYLOAD, self.payload.clone().map(Item::Bytes)),
        ];
        pairs.extend(optional.into_iter().filter_map(|(key, item)| Some((key, item?))));
        for (name, value) in &self.attributes {
            if let Some((key, _)) = ATTRIBUTES.iter().find(|(_, known)| known == name) {
                pairs.push((*key, value.map_or(Item::Null, number)));
            }
        }
        Item::Map(pairs.into_iter().map(|(key, item)| (Item::Int(key), item)).collect()).bytes()
    }

    /// Reads a frame, its keys in any order, unknown keys passed over.
    ///
    /// # Errors
    /// When the bytes are no CBOR map, neither or both a request and a response, or a member is of the wrong kind.
    pub fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let bad = |detail: String| CodecError::malformed(Format::Cbor, detail);
        let Item::Map(pairs) = Item::read(Format::Cbor, bytes)? else {
            return Err(bad("a frame is a map".to_owned()));
        };
        let (mut operation, mut result, mut token) = (None, None, None);
        let mut frame = Self::response(0, 0);
        for (key, item) in pairs {
            let Item::Int(key) = key else { continue };
            let wrong = || bad(format!("key {key} has a value of the wrong kind"));
            let number = |item: &Item| match item {
                Item::Int(n) => u64::try_from(*n).map_err(|_| wrong()),
                Item::Unsigned(n) => Ok(*n),
                _ => Err(wrong()),
            };
            let short = |item: &Item| item.as_u16().ok_or_else(wrong);
            match key {
                OPERATION => operation = Some(short(&item)?),
                RESULT => result = Some(short(&item)?),
                TOKEN => token = Some(number(&item)?),
                ENDPOINT => frame.endpoint = Some(text(item).ok_or_else(wrong)?),
                PREFERRED => frame.preferred = Some(short(&item)?),
                URI => frame.uri = Some(text(item).ok_or_else(wrong)?),
                PATHS => frame.paths = Some(blob(item).ok_or_else(wrong)?),
                PAYLOAD => frame.payload = Some(blob(item).ok_or_else(wrong)?),
                LIFETIME => frame.lifetime = Some(number(&item)?),
                VERSION => frame.version = Some(text(item).ok_or_else(wrong)?),
                BINDING => frame.binding = Some(text(item).ok_or_else(wrong)?),
                FORMAT => frame.format = Some(short(&item)?),
                DEPTH => frame.depth = Some(number(&item)?),
                key => {
                    if let Some((_, name)) = ATTRIBUTES.iter().find(|(known, _)| *known == key) {
                        let value = match item {
                            Item::Null => None,
                            item => {
                                let number = super::cbor::scalar(item).and_then(|s| s.as_f64());
                                Some(number.filter(|x| x.is_finite()).ok_or_else(wrong)?)
                            }
                        };
                        frame.attributes.push((name, value));
                    }
                }
            }
        }
        frame.token = token.ok_or_else(|| bad("a frame needs a token".to_owned()))?;
        frame.head = match (operation, result) {
            (Some(number), None) => Head::Request(
                Operation::from_number(number).ok_or_else(|| bad(format!("no operation has the number {number}")))?,
            ),
            (None, Some(code)) => Head::Response(code),
            _ => return Err(bad("a frame is either a request or a response".to_owned())),
        };
        Ok(frame)
    }
}

fn text(item: Item) -> Option<String> {
    match item {
        Item::Text(text) => Some(text),
        _ => None,
    }
}

/// Bytes; text as well, as an example of the binding's own text has it.
fn blob(item: Item) -> Option<Vec<u8>> {
    match item {
        Item::Bytes(bytes) => Some(bytes),
        Item::Text(text) => Some(text.into_bytes()),
        _ => None,
    }
}
