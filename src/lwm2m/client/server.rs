//! Object 1, LwM2M Server: what the server account says of registration and reporting.

use super::model::Own;
use crate::lwm2m::codec::{Kind, Scalar};

pub(super) const OBJECT: u16 = 1;

const SHORT_ID: u16 = 0;
const LIFETIME: u16 = 1;
const DEFAULT_PMIN: u16 = 2;
const DEFAULT_PMAX: u16 = 3;
const STORING: u16 = 6;
const BINDING: u16 = 7;
const UPDATE_TRIGGER: u16 = 8;
const MUTE_SEND: u16 = 23;

pub(super) const RESOURCES: &[Own] = &[
    Own::read(SHORT_ID, Kind::Int),
    Own::read_write(LIFETIME, Kind::Int),
    Own::read_write(DEFAULT_PMIN, Kind::Int),
    Own::read_write(DEFAULT_PMAX, Kind::Int),
    Own::read_write(STORING, Kind::Bool),
    Own::read(BINDING, Kind::Text),
    Own::execute(UPDATE_TRIGGER),
    Own::read_write(MUTE_SEND, Kind::Bool),
];

/// The account of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Short server id, 1 to 65534.
    pub short_id: u16,
    /// Lifetime in seconds; 0 never expires.
    pub lifetime_s: u64,
    /// Least seconds between notifications where no attribute says otherwise.
    pub default_pmin_s: u32,
    /// Most seconds between notifications where no attribute says otherwise; 0 is no limit.
    pub default_pmax_s: u32,
    /// Notifications wait while there is no connection.
    pub storing: bool,
    /// `U` or `M`.
    pub binding: &'static str,
    /// No Send.
    pub mute_send: bool,
}

impl Account {
    pub(super) fn read(&self, id: u16) -> Option<Scalar> {
        Some(match id {
            SHORT_ID => Scalar::Int(i64::from(self.short_id)),
            LIFETIME => Scalar::Int(i64::try_from(self.lifetime_s).unwrap_or(i64::MAX)),
            DEFAULT_PMIN => Scalar::Int(i64::from(self.default_pmin_s)),
            DEFAULT_PMAX if self.default_pmax_s > 0 => Scalar::Int(i64::from(self.default_pmax_s)),
            STORING => Scalar::Bool(self.storing),
            BINDING => Scalar::text(self.binding),
            MUTE_SEND => Scalar::Bool(self.mute_send),
            _ => return None,
        })
    }

    /// Takes a value whose kind fits.
    pub(super) fn write(&mut self, id: u16, value: &Scalar) -> Result<(), String> {
        match (id, value) {
            (LIFETIME, Scalar::Int(n)) => {
                self.lifetime_s = u64::try_from(*n)
                    .ok()
                    .filter(|n| u32::try_from(*n).is_ok())
                    .ok_or_else(|| format!("a lifetime of {n} s; it is 0 (never) to {}", u32::MAX))?;
            }
            (DEFAULT_PMIN, Scalar::Int(n)) => self.default_pmin_s = period(*n)?,
            (DEFAULT_PMAX, Scalar::Int(n)) => self.default_pmax_s = period(*n)?,
            (STORING, Scalar::Bool(b)) => self.storing = *b,
            (MUTE_SEND, Scalar::Bool(b)) => self.mute_send = *b,
            _ => return Err("the value is not of the kind of the resource".to_owned()),
        }
        Ok(())
    }

    /// Whether a written resource has to be told to the server in an update.
    pub(super) const fn is_told(id: u16) -> bool {
        id == LIFETIME
    }
}

fn period(n: i64) -> Result<u32, String> {
    u32::try_from(n).map_err(|_| format!("a period of {n} s; it is 0 to {}", u32::MAX))
}
