//! (room sparkplug)
