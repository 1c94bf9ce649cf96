//! The gate under random states and random sequences of requests, against rules written down a second time.

use crate::gate::{RATE, closed, open, origin, profile, request};
use breaker_console::breaker::{Contacts, Position, Spring, Status};
use breaker_console::control::{
    Command, Denied, Interlock, OriginCategory, Request, Selection, State, Switch, decide, select,
};
use breaker_console::profile::Role;
use breaker_console::time::Tick;
use proptest::prelude::*;
use std::sync::Arc;

fn switch() -> impl Strategy<Value = Switch> {
    prop_oneof![Just(Switch::Open), Just(Switch::Close), Just(Switch::Trip), Just(Switch::Reset)]
}

fn category() -> impl Strategy<Value = OriginCategory> {
    prop_oneof![
        Just(OriginCategory::BayControl),
        Just(OriginCategory::StationControl),
        Just(OriginCategory::RemoteControl),
        Just(OriginCategory::Process)
    ]
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::Viewer), Just(Role::Maintenance), Just(Role::Operator), Just(Role::Administrator)]
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        switch().prop_map(Command::Select),
        switch().prop_map(Command::Operate),
        Just(Command::Cancel),
        switch().prop_map(|s| Command::Direct(s, Arc::from(""))),
    ]
}

fn state() -> impl Strategy<Value = State> {
    let status = prop_oneof![Just(Status::Open), Just(Status::Closed), Just(Status::Tripped), Just(Status::Fault)];
    let contacts = prop_oneof![
        4 => Just(Contacts::Open),
        1 => Just(Contacts::Closing),
        2 => Just(Contacts::Closed),
        1 => Just(Contacts::Opening)
    ];
    let spring = prop_oneof![1 => Just(Spring::Discharged), 1 => Just(Spring::Charging), 6 => Just(Spring::Charged)];
    let position =
        prop_oneof![1 => Just(Position::Disconnected), 4 => Just(Position::Connected), 1 => Just(Position::Test)];
    let seldom = || prop::collection::vec(prop::bool::weighted(0.12), 8);
    (status, contacts, spring, position, seldom(), any::<bool>()).prop_map(
        |(status, contacts, spring, position, f, remote_enabled)| State {
            status,
            contacts,
            spring,
            position,
            trip_latched: f[0],
            lockout: f[1],
            tagged: f[2],
            thermal_hot: f[3],
            rotation_wrong: f[4],
            starts_used_up: f[5],
            cause_present: f[6],
            local: f[7],
            remote_enabled,
            ..open()
        },
    )
}

proptest! {
    /// Close from the process, which no hierarchy stops: allowed exactly when open and nothing is missing.
    #[test]
    fn close_is_allowed_iff_no_interlock_is_missing(state in state()) {
        let close = request(Role::Operator, OriginCategory::Process, Command::Direct(Switch::Close, Arc::from("")));
        let answer = decide(&close, &state, &profile(), Tick(0), RATE);
        let ready = state.status != Status::Fault
            && state.spring == Spring::Charged
            && !(state.position == Position::Disconnected)
            && !state.trip_latched
            && !state.lockout
            && !state.tagged
            && !state.thermal_hot
            && !state.rotation_wrong
            && !state.starts_used_up;
        prop_assert_eq!(answer.is_ok(), state.contacts == Contacts::Open && ready);
        prop_assert_eq!(state.not_ready().is_empty(), ready);
        if let Err(Denied::BlockedByInterlocking(missing)) = answer {
            prop_assert_eq!(missing.contains(&Interlock::SpringNotCharged), state.spring != Spring::Charged);
            prop_assert_eq!(missing.contains(&Interlock::TripLatched), state.trip_latched);
            prop_assert_eq!(missing.contains(&Interlock::LockoutLatched), state.lockout);
        }
    }

    /// Whoever may control may trip, unless it is tripped already.
    #[test]
    fn a_trip_is_never_blocked(state in state(), category in category(), holder in category(), role in role()) {
        let state = State {
            selection: Some(Selection { switch: Switch::Close, origin: origin(holder), since: Tick(0) }),
            ..state
        };
        let trip = request(role, category, Command::Direct(Switch::Trip, Arc::from("")));
        let answer = decide(&trip, &state, &profile(), Tick(1), RATE);
        let done = state.trip_latched && matches!(state.contacts, Contacts::Open | Contacts::Opening);
        let may = matches!(role, Role::Operator | Role::Administrator);
        prop_assert_eq!(answer.is_ok(), may && !done, "{:?}", answer);
    }

    /// Close, open and reset never get through from a network while remote control is off or the switch on local.
    #[test]
    fn the_network_cannot_switch_without_leave(state in state(), command in command(), role in role()) {
        for category in [OriginCategory::StationControl, OriginCategory::RemoteControl] {
            let request = request(role, category, command.clone());
            let switches = matches!(
                &command,
                Command::Direct(s, _) | Command::Select(s) | Command::Operate(s) if *s != Switch::Trip
            );
            if switches && (state.local || !state.remote_enabled) {
                let answer = decide(&request, &state, &profile(), Tick(0), RATE);
                let refused = matches!(
                    answer,
                    Err(Denied::NoAccessAuthority(_) | Denied::BlockedBySwitchingHierarchy(_))
                );
                prop_assert!(refused);
            }
        }
    }

    /// Over a random sequence: an operate gets through only after a select of the same action by the same origin, at
    /// most ten seconds before, with nothing in between that used it up; and a refused request leaves no trace in
    /// what follows (the run without it goes the same way).
    #[test]
    fn operate_needs_its_own_select(
        steps in prop::collection::vec((0u64..60_000, category(), command()), 1..60)
    ) {
        let profile = profile();
        let mut now = 0;
        let mut selection: Option<Selection> = None;
        let mut history: Vec<(u64, Request)> = Vec::new();
        for (wait, category, command) in steps {
            now += wait;
            let request = request(Role::Operator, category, command);
            let state = State { selection: selection.clone(), ..closed() };
            let answer = decide(&request, &state, &profile, Tick(now), RATE);
            if let Command::Operate(switch) = &request.command {
                let granted = history.last().is_some_and(|(then, earlier)| {
                    earlier.command == Command::Select(*switch)
                        && earlier.origin == request.origin
                        && now - then <= 76_800
                });
                let possible = *switch != Switch::Close;
                prop_assert_eq!(answer.is_ok(), granted && possible, "{:?} after {:?}", answer, history.last());
            }
            if answer.is_ok() {
                selection = select::after(selection, &request, Tick(now));
                history.push((now, request));
            }
        }
    }
}
