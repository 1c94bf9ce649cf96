//! Faults on purpose: what a session can do wrong when somebody who tests a host or a server asks for it.

use serde::{Deserialize, Deserializer};
use std::fmt;
use std::str::FromStr;

macro_rules! misbehaviours {
    ($($variant:ident, $name:literal, $does:literal;)*) => {
        /// One way to misbehave.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Misbehaviour {
            $(#[doc = $does] $variant,)*
        }

        impl Misbehaviour {
            /// All, in the order of the catalogue.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its name on the command line, in drills and in the catalogue.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it does, in a few words.
            #[must_use]
            pub const fn does(self) -> &'static str {
                match self { $(Self::$variant => $does,)* }
            }
        }
    };
}

misbehaviours! {
    SkipSeq, "skip_seq", "every tenth data message skips a sequence number";
    WrongBdSeq, "wrong_bdseq", "NBIRTH carries another bdSeq than the will";
    DataBeforeBirth, "data_before_birth", "DDATA is sent before the DBIRTH of its device";
    DuplicateAlias, "duplicate_alias", "two metrics of a DBIRTH share an alias";
    NoNdeath, "no_ndeath", "leaves with DISCONNECT and without NDEATH";
    LateWill, "late_will", "the NDEATH of the session before comes late";
    UnknownAlias, "unknown_alias", "DDATA carries a metric that no birth announced";
    WrongDatatype, "wrong_datatype", "DDATA carries text where the birth said Float";
    FrozenTime, "frozen_time", "all timestamps stand still";
    RefuseRebirth, "refuse_rebirth", "rebirth requests are ignored";
    CutPayload, "cut_payload", "every second DDATA ends too early";
    Flapping, "flapping", "the connection breaks every five seconds";
    LifetimeExpires, "lifetime_expires", "registers for 20 s and lets that run out";
    WrongToken, "wrong_token", "answers carry another id than the command";
    LateAnswer, "late_answer", "answers come 15 s late";
    DuplicateNotify, "duplicate_notify", "telemetry and events are sent twice";
    Unreachable, "unreachable", "takes nothing in and lets nothing out";
}

impl Misbehaviour {
    /// Those of a Sparkplug edge node.
    #[must_use]
    pub fn sparkplug() -> &'static [Self] {
        &Self::ALL[..Self::LifetimeExpires as usize]
    }

    /// Those of an LwM2M client.
    #[must_use]
    pub fn lwm2m() -> &'static [Self] {
        &Self::ALL[Self::LifetimeExpires as usize..]
    }
}

impl fmt::Display for Misbehaviour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no misbehaviour has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no misbehaviour; there are {list}", list = names())]
pub struct UnknownMisbehaviour(String);

fn names() -> String {
    Misbehaviour::ALL.iter().map(|m| m.name()).collect::<Vec<_>>().join(", ")
}

impl FromStr for Misbehaviour {
    type Err = UnknownMisbehaviour;

    fn from_str(text: &str) -> Result<Self, UnknownMisbehaviour> {
        Self::ALL.iter().copied().find(|m| m.name() == text).ok_or_else(|| UnknownMisbehaviour(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Misbehaviour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Those that are on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Misbehaviours(u32);

impl Misbehaviours {
    /// None is on.
    #[must_use]
    pub const fn none() -> Self {
        Self(0)
    }

    /// Whether none is on.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether this one is on.
    #[must_use]
    pub const fn has(self, what: Misbehaviour) -> bool {
        self.0 & (1 << what as u32) != 0
    }

    /// Switches one.
    pub const fn set(&mut self, what: Misbehaviour, on: bool) {
        if on {
            self.0 |= 1 << what as u32;
        } else {
            self.0 &= !(1 << what as u32);
        }
    }

    /// Those that are on, in the order of the catalogue.
    pub fn iter(self) -> impl Iterator<Item = Misbehaviour> {
        Misbehaviour::ALL.iter().copied().filter(move |m| self.has(*m))
    }
}

impl fmt::Display for Misbehaviours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, what) in self.iter().enumerate() {
            write!(f, "{}{what}", if i > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_name_and_a_path_of_its_own() {
        for what in Misbehaviour::ALL {
            assert_eq!(what.name().parse(), Ok(*what));
        }
        let parted = Misbehaviour::sparkplug().len() + Misbehaviour::lwm2m().len();
        assert_eq!(parted, Misbehaviour::ALL.len());
        assert_eq!(Misbehaviour::sparkplug().last(), Some(&Misbehaviour::Flapping));
        assert!("skip".parse::<Misbehaviour>().unwrap_err().to_string().contains("skip_seq, wrong_bdseq"));
    }

    #[test]
    fn a_set_holds_what_was_put_in() {
        let mut set = Misbehaviours::default();
        set.set(Misbehaviour::Unreachable, true);
        set.set(Misbehaviour::SkipSeq, true);
        assert_eq!(set.to_string(), "skip_seq, unreachable");
        set.set(Misbehaviour::SkipSeq, false);
        assert!(set.has(Misbehaviour::Unreachable) && !set.has(Misbehaviour::SkipSeq) && !set.is_empty());
    }
}
