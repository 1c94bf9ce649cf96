//! **breaker-console** runs simulated low-voltage smart circuit breakers, shows them in a terminal, and publishes them
//! on two paths over MQTT: Sparkplug B and LwM2M.
//!
//! This page is the architecture. The modules below stand in the order in which a sample of current travels, from the
//! wires in [`power`] to a screen in [`console`]. **A room may use only rooms above it**; `tests/it/floors.rs` checks it.
//!
//! ```text
//!  grid --sample--> power --quantities--> protection --operate--> breaker --> record --> Records (never lost silently)
//!                                            ^                       |
//!                                         settings                point --> frame --> sparkplug --+
//!                                            |                       |                lwm2m ------+--> link --> broker
//!                                            +------- control <------+                            |
//!                                                      ^  gate                       snapshot ----+--> console
//!                       three doors:  key press        |
//!                                     Sparkplug DCMD   +-- Request { id, origin, role, target, command }
//!                                     LwM2M operation  |
//! ```
//!
//! # Invariants
//!
//! * Nothing imports [`console`]. The program runs headless on the same [`runtime`].
//! * [`units`] to [`lwm2m`] do no IO and read no clock; they draw randomness only from a seed that they were given.
//!   Sockets, files, threads and the wall clock appear only in [`runtime`] and [`console`].
//! * Simulated time passes only in [`plant::Plant::step`]. The same run (profile, settings, drill, seed, requests with
//!   their ticks) gives the same records to the last byte at any speed.
//! * No LwM2M path, metric name or alias is written in Rust outside the tests of [`profile`]: they stand in the device
//!   profile, once.
//! * Protection never waits for a command, a link or a screen. Alarms never trip; elements trip.
//! * Every request, from whichever door, passes one `control::decide` and leaves exactly one record.
//! * State has one owner: one thread owns the [`plant::Plant`]. Others get an immutable snapshot (latest wins), point
//!   frames (newest wins) and numbered records (a gap is visible).

pub mod units;

pub mod time;

pub mod profile;

pub mod power;

pub mod protection;

pub mod breaker;

pub mod point;

pub mod control;

pub mod record;

pub mod plant;

pub mod session;

pub mod drill;

pub mod sparkplug;

pub mod lwm2m;

pub mod runtime;

pub mod console;
