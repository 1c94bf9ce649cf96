//! A small profile: enough parameters of every kind for the settings list, edits and templates.

use super::reading;
use crate::point::Reading;
use crate::profile::{
    Access, DiagnosticTest, Enumeration, Group, Identity, Lwm2mBinding, Parameter, ParameterIx, Permission, Profile,
    Role, RoleGrant, SparkplugBinding, Template, Value, ValueKind,
};
use crate::units::Seconds;
use std::sync::Arc;

pub(super) fn profile() -> Profile {
    let float = |id: &str, unit: &str, min: f64, max: f64, default: f64, description: &str| Parameter {
        id: id.into(),
        source: id.into(),
        kind: ValueKind::Float,
        unit: unit.into(),
        min: Some(min),
        max: Some(max),
        default: Some(Value::Float(default)),
        resolution: Some(0.1),
        deadband: None,
        access: Access::ReadWrite,
        group: Group::Protection,
        enumeration: None,
        semantic: String::new(),
        description: description.into(),
        line: 1,
    };
    let measured = |id: &str, unit: &str| Parameter {
        access: Access::Read,
        group: Group::Measurement,
        default: None,
        ..float(id, unit, 0.0, 1e5, 0.0, "Measured.")
    };
    let switch = |id: &str, on: bool, description: &str| Parameter {
        kind: ValueKind::Boolean,
        min: None,
        max: None,
        default: Some(Value::Bool(on)),
        ..float(id, "", 0.0, 0.0, 0.0, description)
    };
    let parameters = vec![
        measured("CurrentPhaseA", "A"),
        float("LongTimePickup", "A", 20.0, 130.0, 105.0, "Current above which the long-time element times."),
        float("LongTimeDelay", "s", 0.5, 24.0, 12.0, "Time of the long-time element at six times its current."),
        float("ShortTimePickup", "A", 150.0, 1200.0, 600.0, "Current above which the short-time element times."),
        float("ShortTimeDelay", "ms", 50.0, 400.0, 200.0, "Delay of the short-time element."),
        float("InstantaneousPickup", "A", 200.0, 1500.0, 1000.0, "Current that trips at once."),
        float("GroundPickup", "A", 5.0, 120.0, 30.0, "Residual current above which the ground element times."),
        Parameter {
            kind: ValueKind::Integer,
            min: None,
            max: None,
            default: Some(Value::Int(0)),
            enumeration: Some(0),
            ..float("CurveType", "", 0.0, 0.0, 0.0, "Shape of the time-overcurrent curve.")
        },
        switch("ProtectionEnabled", true, "All elements in service."),
        switch("AutoRecloseEnabled", false, "Recloses once after an overload."),
    ];
    let template = |id: &str, description: &str, sets: &[(usize, f64)]| Template {
        id: id.into(),
        description: description.into(),
        sets: sets.iter().map(|(i, x)| (ParameterIx(*i), Value::Float(*x))).collect(),
    };
    let grant = |role, permissions: &[Permission]| RoleGrant { role, permissions: permissions.to_vec() };
    Profile {
        file: "demo.fdi".into(),
        id: "demo-breaker".into(),
        version: "1.0.0".into(),
        identity: Identity::default(),
        enumerations: vec![Enumeration {
            id: "Curves".into(),
            items: vec![(0, "DT".into()), (1, "IEC-SI".into()), (2, "IEC-VI".into())],
        }],
        parameters,
        methods: Vec::new(),
        functions: Vec::new(),
        templates: vec![
            template("StandardProtection", "As delivered.", &[(1, 105.0), (3, 600.0), (5, 1000.0), (6, 30.0)]),
            template("HighSensitivity", "For loads that tolerate little.", &[(1, 80.0), (3, 300.0), (5, 1000.0)]),
            template("OutOfRange", "Breaks a limit on purpose.", &[(1, 500.0)]),
        ],
        tests: [("SelfTest", "HardwareCheck"), ("ProtectionTest", "OvercurrentTest")]
            .map(|(id, step)| DiagnosticTest {
                id: id.into(),
                category: "Maintenance".into(),
                duration: Seconds(30.0),
                description: format!("Runs the step {step}."),
                steps: vec![step.into()],
            })
            .into(),
        alarms: Vec::new(),
        roles: vec![
            grant(Role::Viewer, &[Permission::Read]),
            grant(Role::Maintenance, &[Permission::Read, Permission::Write]),
            grant(Role::Operator, &[Permission::Read, Permission::Control]),
            grant(Role::Administrator, &[Permission::Full]),
        ],
        security_levels: Vec::new(),
        sparkplug: SparkplugBinding::default(),
        lwm2m: Lwm2mBinding::default(),
    }
}

pub(super) fn readings(amperes: f64) -> Arc<[Reading]> {
    let current = std::iter::once(reading(Value::Float(amperes)));
    let settings = profile().parameters.into_iter().skip(1).filter_map(|p| p.default.map(reading));
    current.chain(settings).collect()
}
