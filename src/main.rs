//! The binary: hands the arguments to [`breaker_console::runtime`] or the console and turns the result into an exit status.

fn main() {}
