//! One write a frame.

use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that a frame may take before its buffer has to grow.
const FRAME_BYTES: usize = 64 * 1024;

/// Collects what belongs to a frame and sends it in one write, so that the terminal never shows half of it.
///
/// A terminal that knows synchronized updates (DEC private mode 2026) is told where the frame begins and ends.
pub(in crate::console) struct FrameBuffer<W> {
    bytes: Vec<u8>,
    sent: Arc<AtomicU64>,
    out: W,
}

impl<W: Write> FrameBuffer<W> {
    /// Frames to `out`; their bytes are counted in `sent`.
    pub(in crate::console) fn new(out: W, sent: Arc<AtomicU64>) -> Self {
        Self { bytes: Vec::with_capacity(FRAME_BYTES), sent, out }
    }
}

impl<W: Write> Write for FrameBuffer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.is_empty() {
            queue!(self.bytes, BeginSynchronizedUpdate)?;
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        queue!(self.bytes, EndSynchronizedUpdate)?;
        self.out.write_all(&self.bytes)?;
        self.out.flush()?;
        self.sent.fetch_add(self.bytes.len() as u64, Ordering::Relaxed);
        self.bytes.clear();
        Ok(())
    }
}
