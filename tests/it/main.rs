//! The one integration binary; each file is a subject.

mod curves;
mod floors;
mod profile;
