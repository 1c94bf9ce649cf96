//! The one integration binary; each file is a subject.

mod floors;
mod profile;
mod profile_shipped;
