//! The one integration binary; each file is a subject.

mod comtrade;
mod comtrade_check;
mod curves;
mod floors;
mod gate;
mod gate_sequences;
mod link;
mod profile;
mod profile_points;
mod profile_shipped;
mod sparkplug_rig;
