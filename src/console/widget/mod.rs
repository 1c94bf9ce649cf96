//! Parts of a picture: each takes plain data and draws it into a rectangle.
//!
//! Two rules hold for all of them. A text is drawn whole or not at all ([`pen::Pen`] refuses to cut), because `86.` for
//! `86.2` or `CLOSE` for `CLOSED` is a wrong reading. And a trace is reduced to what the dots can show before it is
//! drawn ([`dots`]), because a frame must cost the same for ten samples and for ten thousand.

pub mod bar;
pub mod curve;
pub mod dots;
pub mod itic;
pub mod line;
pub mod number;
pub mod oneline;
pub mod pen;
pub mod phasor;
pub mod scope;
pub mod spectrum;
pub mod table;
pub mod text;
pub mod trend;
pub mod waveform;
