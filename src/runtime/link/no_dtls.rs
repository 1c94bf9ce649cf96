//! No DTLS: the program was built without the feature `coaps`.

use super::{Broken, Psk};
use std::collections::VecDeque;
use std::time::Instant;

pub(super) const AVAILABLE: bool = false;

/// There is none.
#[derive(Debug)]
pub(super) enum Secured {}

impl Secured {
    pub(super) fn new(_identity: &str, _key: &Psk, _now: Instant) -> Result<Self, Broken> {
        Err(Broken::Unavailable)
    }

    pub(super) fn is_open(&self) -> bool {
        match *self {}
    }

    pub(super) fn take(&mut self, _datagram: &[u8], _now: Instant) -> Result<(), Broken> {
        match *self {}
    }

    pub(super) fn send(&mut self, _message: &[u8]) -> Result<(), Broken> {
        match *self {}
    }

    pub(super) fn timeout(&mut self, _now: Instant) -> Result<(), Broken> {
        match *self {}
    }

    pub(super) fn next_timeout(&self) -> Option<Instant> {
        match *self {}
    }

    pub(super) fn close(&mut self) {
        match *self {}
    }

    pub(super) fn pump(&mut self, _out: &mut VecDeque<Vec<u8>>, _came: &mut VecDeque<Vec<u8>>) -> Result<(), Broken> {
        match *self {}
    }
}
