//! Object 3, Device: the two resources that every client must have and that are its own, not the breaker's.

use super::model::Own;
use crate::lwm2m::codec::Kind;

pub(super) const OBJECT: u16 = 3;
pub(super) const REBOOT: u16 = 4;
pub(super) const BINDINGS: u16 = 16;

pub(super) const RESOURCES: &[Own] = &[Own::execute(REBOOT), Own::read(BINDINGS, Kind::Text)];
