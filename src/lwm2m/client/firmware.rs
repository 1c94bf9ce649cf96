//! Object 5, Firmware Update: the state machine of the communication module's update, with images that it can check.
//!
//! An image is a line `name version sha256` and the bytes that the hash is of. It replaces nothing that runs here: after
//! the update the client reports its name and version and registers anew, as a device does after its restart.

use super::model::Own;
use crate::lwm2m::codec::{Kind, Scalar};
use crate::time::UtcMillis;
use sha2::{Digest, Sha256};

pub(super) const OBJECT: u16 = 5;

const PACKAGE: u16 = 0;
const PACKAGE_URI: u16 = 1;
const UPDATE: u16 = 2;
const STATE: u16 = 3;
const RESULT: u16 = 5;
const NAME: u16 = 6;
const VERSION: u16 = 7;
const DELIVERY: u16 = 9;

pub(super) const RESOURCES: &[Own] = &[
    Own::write(PACKAGE, Kind::Opaque),
    Own::read_write(PACKAGE_URI, Kind::Text),
    Own::execute(UPDATE),
    Own::read(STATE, Kind::Int),
    Own::read(RESULT, Kind::Int),
    Own::read(NAME, Kind::Text),
    Own::read(VERSION, Kind::Text),
    Own::read(DELIVERY, Kind::Int),
];

/// Images are taken as a whole, so that memory bounds them.
const LARGEST: usize = 1 << 20;

/// How long the update takes, milliseconds.
const UPDATE_MS: i64 = 5_000;

/// States (OMA TS LightweightM2M Core, E.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle = 0,
    Downloaded = 2,
    Updating = 3,
}

/// Results (OMA TS LightweightM2M Core, E.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Initial = 0,
    Success = 1,
    NoMemory = 3,
    IntegrityFailed = 5,
    UnknownType = 6,
    UnsupportedProtocol = 9,
}

/// The state machine.
#[derive(Clone, Debug)]
pub(super) struct Firmware {
    state: State,
    verdict: Verdict,
    uri: String,
    image: Option<(String, String)>,
    done_at: Option<UtcMillis>,
}

impl Firmware {
    pub(super) const fn new() -> Self {
        Self { state: State::Idle, verdict: Verdict::Initial, uri: String::new(), image: None, done_at: None }
    }

    pub(super) fn read(&self, id: u16) -> Option<Scalar> {
        Some(match id {
            PACKAGE_URI => Scalar::text(&self.uri),
            STATE => Scalar::Int(self.state as i64),
            RESULT => Scalar::Int(self.verdict as i64),
            NAME => Scalar::text(&self.image.as_ref()?.0),
            VERSION => Scalar::text(&self.image.as_ref()?.1),
            // 1: the server pushes the package.
            DELIVERY => Scalar::Int(1),
            _ => return None,
        })
    }

    pub(super) fn write(&mut self, id: u16, value: &Scalar) -> Result<(), String> {
        if self.state == State::Updating {
            return Err("an update is running".to_owned());
        }
        match (id, value) {
            (PACKAGE, Scalar::Opaque(bytes)) => {
                self.image = None;
                // An empty package takes a downloaded one back.
                (self.state, self.verdict) = if bytes.is_empty() || &**bytes == b"\0" {
                    (State::Idle, Verdict::Initial)
                } else {
                    match check(bytes) {
                        Ok(image) => {
                            self.image = Some(image);
                            (State::Downloaded, Verdict::Initial)
                        }
                        Err(verdict) => (State::Idle, verdict),
                    }
                };
                Ok(())
            }
            (PACKAGE_URI, Scalar::Text(uri)) => {
                uri.as_ref().clone_into(&mut self.uri);
                self.state = State::Idle;
                // The client takes pushed packages only; fetching has no protocol here.
                self.verdict = if uri.is_empty() { Verdict::Initial } else { Verdict::UnsupportedProtocol };
                Ok(())
            }
            _ => Err("the value is not of the kind of the resource".to_owned()),
        }
    }

    pub(super) fn execute(&mut self, now: UtcMillis) -> Result<(), String> {
        if self.state != State::Downloaded {
            return Err("no package is downloaded".to_owned());
        }
        self.state = State::Updating;
        self.done_at = Some(UtcMillis(now.0 + UPDATE_MS));
        Ok(())
    }

    pub(super) const fn due(&self) -> Option<UtcMillis> {
        self.done_at
    }

    /// Whether the update has just ended and the client is to register anew.
    pub(super) fn timeout(&mut self, now: UtcMillis) -> bool {
        if self.done_at.is_none_or(|at| at > now) {
            return false;
        }
        self.done_at = None;
        (self.state, self.verdict) = (State::Idle, Verdict::Success);
        true
    }
}

fn check(bytes: &[u8]) -> Result<(String, String), Verdict> {
    if bytes.len() > LARGEST {
        return Err(Verdict::NoMemory);
    }
    let end = bytes.iter().position(|b| *b == b'\n').ok_or(Verdict::UnknownType)?;
    let head = std::str::from_utf8(&bytes[..end]).map_err(|_| Verdict::UnknownType)?;
    let [name, version, hash] = head.split_whitespace().collect::<Vec<_>>()[..] else {
        return Err(Verdict::UnknownType);
    };
    let digest = Scalar::Opaque(Sha256::digest(&bytes[end + 1..]).as_slice().into()).to_string();
    if digest.eq_ignore_ascii_case(hash) {
        Ok((name.to_owned(), version.to_owned()))
    } else {
        Err(Verdict::IntegrityFailed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf 'hello' | sha256sum`.
    const IMAGE: &[u8] = b"breaker-comm 2.1.0 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\nhello";

    fn package(firmware: &mut Firmware, bytes: &[u8]) -> (Option<Scalar>, Option<Scalar>) {
        firmware.write(PACKAGE, &Scalar::Opaque(bytes.into())).unwrap();
        (firmware.read(STATE), firmware.read(RESULT))
    }

    #[test]
    fn a_package_is_checked_installed_and_reported() {
        let mut firmware = Firmware::new();
        assert!(firmware.execute(UtcMillis(0)).is_err());
        assert_eq!(package(&mut firmware, IMAGE), (Some(Scalar::Int(2)), Some(Scalar::Int(0))));
        assert_eq!(firmware.read(VERSION), Some(Scalar::text("2.1.0")));
        firmware.execute(UtcMillis(1000)).unwrap();
        assert_eq!(firmware.read(STATE), Some(Scalar::Int(3)));
        assert!(firmware.write(PACKAGE, &Scalar::Opaque([].into())).is_err());
        assert!(!firmware.timeout(UtcMillis(5_999)));
        assert!(firmware.timeout(UtcMillis(6_000)));
        assert_eq!((firmware.read(STATE), firmware.read(RESULT)), (Some(Scalar::Int(0)), Some(Scalar::Int(1))));
    }

    #[test]
    fn what_is_no_sound_package_has_its_result() {
        let mut firmware = Firmware::new();
        let result = |n| (Some(Scalar::Int(0)), Some(Scalar::Int(n)));
        assert_eq!(package(&mut firmware, b"rubbish"), result(6));
        assert_eq!(package(&mut firmware, &IMAGE[..IMAGE.len() - 1]), result(5));
        assert_eq!(package(&mut firmware, &vec![b'x'; LARGEST + 1]), result(3));
        assert_eq!(package(&mut firmware, b""), result(0));
        firmware.write(PACKAGE_URI, &Scalar::text("coap://example/image")).unwrap();
        assert_eq!(firmware.read(RESULT), Some(Scalar::Int(9)));
    }
}
