//! Whether somebody looks at the messages of a link.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Shared by a link and whoever shows it. Putting messages into words costs more than sending them: a link does it only
/// while somebody looks.
#[derive(Clone, Debug, Default)]
pub struct Attention(Arc<AtomicBool>);

impl Attention {
    /// Says that the messages are looked at now; has to be said again for each view.
    pub fn pay(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was said since the last time this was asked.
    pub(super) fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}
