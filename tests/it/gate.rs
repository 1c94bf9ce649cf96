//! The gate as a table: role, door, state and command against the answer.

use breaker_console::breaker::injection::Injection;
use breaker_console::breaker::{Contacts, Position, Spring, Status};
use breaker_console::control::{
    BreakerIx, Command, Denied, Interlock, MAX_TAG, Origin, OriginCategory, Request, RequestId, Selection, State,
    Switch, decide,
};
use breaker_console::profile::{
    Access, Alarm, Comparison, Condition, Group, Identity, Lwm2mBinding, Operand, Parameter, ParameterIx, Permission,
    Profile, Role, RoleGrant, Severity, SparkplugBinding, Template, Value, ValueKind,
};
use breaker_console::time::{SampleRate, Tick};
use std::sync::Arc;

pub(crate) const RATE: SampleRate = SampleRate::AT_60_HZ;

/// A profile with the roles of the device and a few names.
pub(crate) fn profile() -> Profile {
    let parameter = |id: &str, access| Parameter {
        id: id.to_owned(),
        source: id.to_owned(),
        kind: ValueKind::Float,
        unit: String::new(),
        min: None,
        max: None,
        default: None,
        resolution: None,
        deadband: None,
        access,
        group: Group::Protection,
        enumeration: None,
        semantic: String::new(),
        description: String::new(),
        line: 1,
    };
    let role = |role, permissions: &[Permission]| RoleGrant { role, permissions: permissions.to_vec() };
    Profile {
        file: String::new(),
        id: "gate".to_owned(),
        version: "1.0.0".to_owned(),
        identity: Identity::default(),
        enumerations: Vec::new(),
        parameters: vec![parameter("Pickup", Access::ReadWrite), parameter("Current", Access::Read)],
        methods: Vec::new(),
        functions: Vec::new(),
        templates: vec![Template { id: "Standard".to_owned(), description: String::new(), sets: Vec::new() }],
        tests: Vec::new(),
        alarms: vec![Alarm {
            id: "Hot".to_owned(),
            severity: Severity::High,
            category: String::new(),
            bit: 0,
            when: Condition::Compare(
                Operand::Parameter(ParameterIx(1)),
                Comparison::Greater,
                Operand::Constant(Value::Float(1.0)),
            ),
            description: String::new(),
            response: String::new(),
        }],
        roles: vec![
            role(Role::Viewer, &[Permission::Read]),
            role(Role::Maintenance, &[Permission::Read, Permission::Write]),
            role(Role::Operator, &[Permission::Read, Permission::Write, Permission::Control]),
            role(Role::Administrator, &[Permission::Full]),
        ],
        security_levels: Vec::new(),
        sparkplug: SparkplugBinding::default(),
        lwm2m: Lwm2mBinding::default(),
    }
}

/// Open, ready to close, remote control enabled.
pub(crate) fn open() -> State {
    State {
        status: Status::Open,
        contacts: Contacts::Open,
        spring: Spring::Charged,
        position: Position::Connected,
        trip_latched: false,
        lockout: false,
        tagged: false,
        thermal_hot: false,
        rotation_wrong: false,
        starts_used_up: false,
        cause_present: false,
        local: false,
        remote_enabled: true,
        testing: false,
        can_undo: false,
        selection: None,
    }
}

pub(crate) fn closed() -> State {
    State { status: Status::Closed, contacts: Contacts::Closed, ..open() }
}

fn tripped() -> State {
    State { status: Status::Tripped, trip_latched: true, lockout: true, ..open() }
}

pub(crate) fn origin(category: OriginCategory) -> Origin {
    let ident = match category {
        OriginCategory::BayControl => "panel",
        OriginCategory::StationControl => "host",
        OriginCategory::RemoteControl => "server",
        OriginCategory::Process => "drill",
    };
    Origin { category, ident: Arc::from(ident) }
}

pub(crate) fn request(role: Role, category: OriginCategory, command: Command) -> Request {
    Request { id: RequestId(1), origin: origin(category), role, target: BreakerIx(0), command }
}

/// One row: role, door, state, command, answer.
type Row = (Role, OriginCategory, State, Command, Result<(), Denied>);

fn selected(switch: Switch, category: OriginCategory, since: u64, mut state: State) -> State {
    state.selection = Some(Selection { switch, origin: origin(category), since: Tick(since) });
    state
}

fn direct(switch: Switch) -> Command {
    Command::Direct(switch, Arc::from(""))
}

fn tag(words: &str) -> Command {
    Command::SetTag(Some(Arc::from(words)))
}

fn acknowledge(alarm: &str) -> Command {
    Command::Acknowledge(Some(Arc::from(alarm)))
}

fn write(ids: &[&str]) -> Command {
    Command::Write(ids.iter().map(|id| (Arc::from(*id), Value::Float(1.0))).collect())
}

#[test]
fn every_row_of_the_table() {
    use Command as C;
    use OriginCategory::{BayControl as Bay, Process, RemoteControl as Remote, StationControl as Station};
    use Role::{Administrator as Admin, Maintenance, Operator, Viewer};
    use Switch::{Close, Open, Reset, Trip};

    const NOW: u64 = 1_000_000;
    let hold = 10 * u64::from(RATE.hz());
    let hierarchy = |s: &str| Err(Denied::BlockedBySwitchingHierarchy(s.to_owned()));
    let position = |s: &str| Err(Denied::PositionReached(s.to_owned()));
    let authority = |s: &str| Err(Denied::NoAccessAuthority(s.to_owned()));
    let inconsistent = |s: &str| Err(Denied::InconsistentParameters(s.to_owned()));
    let unknown = |s: &str| Err(Denied::UnknownObject(s.to_owned()));
    let locked = |i: &[Interlock]| Err(Denied::BlockedByInterlocking(i.to_vec()));
    let disabled = || State { remote_enabled: false, ..closed() };
    let on_local = || State { local: true, ..closed() };
    let closing = || State { contacts: Contacts::Closing, spring: Spring::Discharged, ..open() };
    let opening = || State { contacts: Contacts::Opening, ..closed() };
    let off = "remote control is not enabled";
    let local = "the switch stands on local";

    #[rustfmt::skip]
    let rows: Vec<Row> = vec![
        // Authority.
        (Viewer, Bay, closed(), C::Select(Trip), authority("viewer")),
        (Viewer, Station, closed(), direct(Trip), authority("viewer")),
        (Viewer, Bay, closed(), write(&["Pickup"]), authority("viewer")),
        (Viewer, Bay, closed(), C::Acknowledge(None), authority("viewer")),
        (Maintenance, Remote, closed(), direct(Trip), authority("maintenance")),
        (Maintenance, Bay, closed(), C::Inject(Injection::StuckBreaker), authority("maintenance")),
        (Maintenance, Bay, closed(), C::ClearInjections, authority("maintenance")),
        (Maintenance, Bay, closed(), C::SetTag(None), authority("maintenance")),
        (Maintenance, Bay, closed(), C::SetLocal(true), authority("maintenance")),
        (Maintenance, Bay, closed(), C::ClearAlarms, authority("maintenance")),
        (Maintenance, Bay, closed(), C::ClearCounters, Ok(())),
        (Maintenance, Bay, closed(), C::SetMaintenanceMode(true), Ok(())),
        (Maintenance, Remote, closed(), write(&["Pickup"]), Ok(())),
        (Maintenance, Remote, closed(), C::ApplyTemplate("Standard".into()), Ok(())),
        (Admin, Bay, open(), C::Select(Close), Ok(())),
        // Switching hierarchy; a trip is never stopped by it.
        (Operator, Station, closed(), direct(Open), Ok(())),
        (Operator, Station, disabled(), direct(Open), hierarchy(off)),
        (Operator, Remote, on_local(), direct(Open), hierarchy(local)),
        (Operator, Remote, State { remote_enabled: false, ..open() }, direct(Close), hierarchy(off)),
        (Operator, Station, State { local: true, ..open() }, direct(Close), hierarchy(local)),
        (Operator, Remote, State { local: true, ..tripped() }, direct(Reset), hierarchy(local)),
        (Operator, Remote, State { local: true, remote_enabled: false, ..closed() }, direct(Open),
            hierarchy("the switch stands on local and remote control is not enabled")),
        (Operator, Station, disabled(), direct(Trip), Ok(())),
        (Operator, Remote, on_local(), direct(Trip), Ok(())),
        (Operator, Bay, State { remote_enabled: false, local: true, ..closed() }, C::Select(Open), Ok(())),
        (Operator, Process, State { remote_enabled: false, local: true, ..open() }, direct(Close), Ok(())),
        (Operator, Remote, disabled(), write(&["Pickup"]), Ok(())),
        (Operator, Remote, disabled(), C::SetMaintenanceMode(true), Ok(())),
        (Operator, Remote, disabled(), C::SetMaintenanceMode(false), hierarchy(off)),
        (Operator, Remote, closed(), C::SetMaintenanceMode(false), Ok(())),
        (Operator, Station, closed(), C::SetLocal(false), hierarchy("the local switch is turned at the breaker only")),
        (Operator, Station, closed(), C::SetTag(None), hierarchy("a danger tag is removed at the breaker only")),
        (Operator, Station, closed(), tag("work on feeder"), Ok(())),
        // Selection.
        (Operator, Bay, open(), C::Operate(Close), Err(Denied::ObjectNotSelected)),
        (Operator, Bay, open(), direct(Close), Err(Denied::ObjectNotSelected)),
        (Operator, Bay, closed(), direct(Trip), Ok(())),
        (Operator, Bay, selected(Close, Bay, NOW, open()), C::Operate(Close), Ok(())),
        (Operator, Bay, selected(Close, Bay, NOW - hold, open()), C::Operate(Close), Ok(())),
        (Operator, Bay, selected(Close, Bay, NOW - hold - 1, open()), C::Operate(Close), Err(Denied::TimeLimitOver)),
        (Operator, Bay, selected(Open, Bay, NOW, closed()), C::Operate(Trip), inconsistent("open is selected, not trip")),
        (Operator, Bay, selected(Close, Station, NOW, open()), C::Operate(Close),
            Err(Denied::ObjectAlreadySelected("host".to_owned()))),
        (Operator, Station, selected(Open, Bay, NOW, closed()), direct(Open),
            Err(Denied::ObjectAlreadySelected("panel".to_owned()))),
        (Operator, Station, selected(Open, Bay, NOW - hold - 1, closed()), direct(Open), Ok(())),
        (Operator, Station, selected(Open, Bay, NOW, closed()), direct(Trip), Ok(())),
        (Operator, Station, selected(Open, Bay, NOW, closed()), C::Select(Trip), Ok(())),
        (Operator, Station, selected(Open, Bay, NOW, closed()), C::Select(Open),
            Err(Denied::ObjectAlreadySelected("panel".to_owned()))),
        (Operator, Bay, selected(Open, Bay, NOW, closed()), C::Select(Trip), Ok(())),
        (Operator, Bay, selected(Open, Bay, NOW, closed()), C::Cancel, Ok(())),
        (Operator, Bay, closed(), C::Cancel, Err(Denied::ObjectNotSelected)),
        (Operator, Station, selected(Open, Bay, NOW, closed()), C::Cancel,
            Err(Denied::ObjectAlreadySelected("panel".to_owned()))),
        (Operator, Station, selected(Open, Bay, NOW, closed()), write(&["Pickup"]), Ok(())),
        // A select says already what operate would say.
        (Operator, Bay, closed(), C::Select(Close), position("closed")),
        (Operator, Bay, State { tagged: true, ..open() }, C::Select(Close), locked(&[Interlock::DangerTag])),
        // What moves, and where it stands.
        (Operator, Station, open(), direct(Open), position("open")),
        (Operator, Station, tripped(), direct(Open), position("tripped")),
        (Operator, Station, tripped(), direct(Trip), position("tripped")),
        (Operator, Station, open(), direct(Trip), Ok(())),
        (Operator, Station, closed(), direct(Close), position("closed")),
        (Operator, Station, closing(), direct(Close), Err(Denied::CommandAlreadyInExecution)),
        (Operator, Station, closing(), direct(Open), Ok(())),
        (Operator, Station, closing(), direct(Trip), Ok(())),
        (Operator, Station, closing(), direct(Reset), Err(Denied::CommandAlreadyInExecution)),
        (Operator, Station, opening(), direct(Open), Err(Denied::CommandAlreadyInExecution)),
        (Operator, Station, opening(), direct(Close), Err(Denied::CommandAlreadyInExecution)),
        (Operator, Station, opening(), direct(Trip), Ok(())),
        (Operator, Station, State { trip_latched: true, ..opening() }, direct(Trip),
            Err(Denied::CommandAlreadyInExecution)),
        // Interlocks, all of them at once; only closing asks for them.
        (Operator, Station, tripped(), direct(Close), locked(&[Interlock::TripLatched, Interlock::LockoutLatched])),
        (Operator, Station, State { spring: Spring::Charging, ..open() }, direct(Close),
            locked(&[Interlock::SpringNotCharged])),
        (Operator, Station, State { position: Position::Test, ..open() }, direct(Close), Ok(())),
        (Operator, Station, State {
                status: Status::Fault, position: Position::Disconnected, spring: Spring::Discharged, tagged: true,
                thermal_hot: true, rotation_wrong: true, starts_used_up: true, ..tripped()
            }, direct(Close), locked(&[
                Interlock::DangerTag, Interlock::BreakerFault, Interlock::NotInPosition, Interlock::TripLatched,
                Interlock::LockoutLatched, Interlock::SpringNotCharged, Interlock::ThermalHot,
                Interlock::PhaseRotation, Interlock::StartsPerHour,
            ])),
        (Operator, Station, State { tagged: true, spring: Spring::Discharged, ..closed() }, direct(Open), Ok(())),
        (Operator, Station, State { status: Status::Fault, tagged: true, ..closed() }, direct(Trip), Ok(())),
        // Reset.
        (Operator, Station, tripped(), direct(Reset), Ok(())),
        (Operator, Station, State { cause_present: true, ..tripped() }, direct(Reset),
            locked(&[Interlock::CausePresent])),
        (Operator, Bay, State { cause_present: true, ..tripped() }, C::Select(Reset),
            locked(&[Interlock::CausePresent])),
        (Operator, Bay, open(), C::Select(Reset), Ok(())),
        // Names.
        (Operator, Bay, closed(), write(&[]), inconsistent("nothing to write")),
        (Operator, Bay, closed(), write(&["Pickup", "Nothing"]), unknown("parameter Nothing")),
        (Operator, Bay, closed(), write(&["Current"]), inconsistent("Current is read only")),
        (Operator, Bay, closed(), write(&["Pickup", "Pickup"]), inconsistent("Pickup is given twice")),
        (Operator, Bay, closed(), C::ApplyTemplate("Other".into()), unknown("template Other")),
        (Operator, Bay, closed(), acknowledge("Hot"), Ok(())),
        (Operator, Bay, closed(), acknowledge("Cold"), unknown("alarm Cold")),
        (Operator, Bay, closed(), C::UndoSettings, inconsistent("there are no earlier settings to go back to")),
        (Operator, Bay, State { can_undo: true, ..closed() }, C::UndoSettings, Ok(())),
        (Operator, Bay, closed(), tag("  "), inconsistent("a danger tag needs a text")),
        (Operator, Bay, closed(), tag(&"x".repeat(MAX_TAG)), Ok(())),
        (Operator, Bay, closed(), tag(&"x".repeat(MAX_TAG + 1)),
            inconsistent("a danger tag holds at most 72 characters")),
    ];

    let profile = profile();
    let wrong: Vec<String> = rows
        .into_iter()
        .enumerate()
        .filter_map(|(row, (role, category, state, command, expected))| {
            let request = request(role, category, command);
            let got = decide(&request, &state, &profile, Tick(NOW), RATE);
            (got != expected).then(|| {
                format!("row {row}: {role:?} {category:?} {}: {got:?}, not {expected:?}", request.command.describe())
            })
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_refusal_names_every_missing_interlock_in_words() {
    let state = State { spring: Spring::Discharged, tagged: true, ..open() };
    let close = request(Role::Operator, OriginCategory::StationControl, direct(Switch::Close));
    let denied = decide(&close, &state, &profile(), Tick(0), RATE).unwrap_err();
    assert_eq!(denied.to_string(), "blocked by interlocking: danger tag on, spring not charged");
    assert_eq!(denied.cause(), "Blocked-by-interlocking");
}

#[test]
fn the_time_left_of_a_selection_runs_down_to_nothing() {
    let selection = Selection { switch: Switch::Open, origin: origin(OriginCategory::BayControl), since: Tick(7680) };
    assert_eq!(selection.remaining(Tick(7680), RATE).0, 10.0);
    assert_eq!(selection.remaining(Tick(7680 + 4 * 7680), RATE).0, 6.0);
    assert_eq!(selection.remaining(Tick(7680 + 20 * 7680), RATE).0, 0.0);
}
