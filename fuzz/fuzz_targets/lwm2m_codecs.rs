//! Anything in every content format of LwM2M; what could be read is written and read again. The first byte chooses the
//! format.

#![no_main]

use breaker_console::lwm2m::codec::{Format, Kind, decode, encode, etch, frame, links};
use breaker_console::lwm2m::path::Path;
use libfuzzer_sys::fuzz_target;

/// The object model of the fuzzer: a kind for each number of a resource.
fn kind(path: Path) -> Option<Kind> {
    let kinds = [Kind::Bool, Kind::Int, Kind::Unsigned, Kind::Float, Kind::Text, Kind::Opaque, Kind::Time];
    kinds.get(usize::from(path.resource?) % (kinds.len() + 1)).copied()
}

fuzz_target!(|input: &[u8]| {
    let Some((choice, payload)) = input.split_first() else { return };
    let format = Format::ALL[usize::from(*choice) % Format::ALL.len()];
    match format {
        Format::Links => drop(links::decode(payload)),
        Format::EtchJson | Format::EtchCbor => drop(etch::decode(format, payload)),
        _ => {
            let base = if format.is_single() { Path::resource(3, 0) } else { Path::object(3) };
            let Ok(entries) = decode(format, base, payload, &kind) else { return };
            // A format may hold what its own rules do not let us write, such as a value of no resource.
            let Ok(written) = encode(format, base, &entries) else { return };
            assert!(decode(format, base, &written, &kind).is_ok(), "{format:?} {entries:?}");
        }
    }
    drop(frame::Frame::decode(payload));
});
