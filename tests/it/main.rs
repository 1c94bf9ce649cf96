//! The one integration binary; each file is a subject.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod attach;
#[cfg(feature = "coaps")]
mod coaps;
mod comtrade;
mod comtrade_check;
mod curves;
mod curves_relays;
mod diagnostic_doors;
mod drills;
mod floors;
mod gate;
mod gate_sequences;
mod link;
mod link_gaps;
mod lwm2m_frames;
mod lwm2m_oma;
mod profile;
mod profile_points;
mod profile_shipped;
mod profile_text;
mod readme;
mod record_command;
mod server;
mod server_oma;
mod sparkplug_births;
mod sparkplug_commands;
mod sparkplug_data;
mod sparkplug_host;
mod sparkplug_marks;
mod sparkplug_misbehave;
mod sparkplug_random;
mod sparkplug_rig;
mod store;
mod store_audit;
mod store_crash;
mod store_prune;
mod terminal;
mod tls;
mod tls_broker;
