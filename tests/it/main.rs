//! The one integration binary; each file is a subject.

mod floors;
mod link;
mod profile;
mod sparkplug_rig;
