//! What the fuzz targets share: a profile, a fleet of one, a frame of plain values.

use breaker_console::control::BreakerIx;
use breaker_console::lwm2m::client::{Account, Core, Speaks};
use breaker_console::lwm2m::codec::Format;
use breaker_console::point::{Fleet, Frame, Quality, Reading};
use breaker_console::profile::{Parameter, Profile, Role, Value, ValueKind};
use breaker_console::time::{Tick, UtcMillis};
use std::sync::{Arc, LazyLock};

/// 2023-11-14T22:13:20Z.
pub const START: UtcMillis = UtcMillis(1_700_000_000_000);

/// The shipped profile, read once.
static PROFILE: LazyLock<Arc<Profile>> =
    LazyLock::new(|| Arc::new(Profile::parse(Profile::SHIPPED, "smart-breaker.fdi").expect("the shipped profile")));

/// One breaker.
pub fn fleet() -> Fleet {
    Fleet { profile: Arc::clone(&PROFILE), devices: vec!["smart-breaker-001".into()] }
}

/// Its points, each with its default or something plain.
pub fn frame() -> Arc<Frame> {
    let reading = |p: &Parameter| {
        let value = p.default.clone().unwrap_or(match p.kind {
            ValueKind::Boolean => Value::Bool(false),
            ValueKind::Integer => Value::Int(1),
            ValueKind::Float => Value::Float(50.0),
            ValueKind::String => Value::Text("text".into()),
            ValueKind::Time => Value::Time(START),
            ValueKind::ObjectLink => Value::Link(3201, 0),
        });
        Reading { value: Some(value), quality: Quality::Good }
    };
    let breakers = vec![PROFILE.parameters.iter().map(reading).collect()];
    Arc::new(Frame { tick: Tick(0), utc: START, breakers })
}

/// The core of its LwM2M client.
pub fn core() -> Core {
    let account = Account {
        short_id: 1,
        lifetime_s: 300,
        default_pmin_s: 0,
        default_pmax_s: 0,
        storing: false,
        binding: "U",
        mute_send: true,
    };
    let speaks = Speaks { enabler: "1.1", preferred: Format::SenmlCbor, announced: "112" };
    Core::new(Arc::clone(&PROFILE), BreakerIx(0), Role::Administrator, account, speaks)
}
