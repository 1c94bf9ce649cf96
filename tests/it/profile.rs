//! Device profiles: the shipped ones, good ones, and one bad one for every kind of mistake.

use breaker_console::profile::Profile;

#[test]
fn the_shipped_profiles_have_no_fault() {
    for (text, file) in [(Profile::SHIPPED, "smart-breaker.fdi"), (Profile::SHIPPED_MINI, "mini-breaker.fdi")] {
        if let Err(faults) = Profile::parse(text, file) {
            panic!("\n{faults}");
        }
    }
}
