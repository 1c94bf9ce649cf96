//! The shipped profile against the published description of the device it is a superset of.
//!
//! `profiles/published-*.csv` hold the facts of that description (metrics, resources, parameters, templates), so that an
//! existing consumer finds every name and address where it looks for it.

use breaker_console::profile::{MetricType, ParameterIx, Profile, ResourceTarget, Value, ValueKind, unit};
use std::fs;

fn shipped() -> Profile {
    Profile::parse(Profile::SHIPPED, "smart-breaker.fdi").unwrap()
}

fn rows(name: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(format!("tests/it/profiles/published-{name}.csv")).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// `lo-hi`, with a negative `lo`.
fn limits(text: &str) -> Option<(f64, f64)> {
    let dash = text.get(1..)?.find('-')? + 1;
    Some((text[..dash].parse().ok()?, text[dash + 1..].parse().ok()?))
}

#[test]
fn every_published_metric_keeps_its_name_and_alias() {
    let profile = shipped();
    let published = rows("metrics");
    assert_eq!(published.len(), 47);
    for row in published {
        let metric = profile.sparkplug.metrics.iter().find(|m| m.name == row[1]).expect(&row[1]);
        assert_eq!(metric.alias.to_string(), row[0], "{}", row[1]);
        // A time is published as a time; the rest keeps its datatype.
        let wanted = if profile[metric.parameter].kind == ValueKind::Time { "DateTime" } else { &row[2] };
        assert_eq!(metric.datatype.word(), wanted, "{}", row[1]);
    }
}

#[test]
fn every_published_resource_keeps_its_path_name_and_type() {
    let profile = shipped();
    let published = rows("resources");
    assert_eq!(published.len(), 63);
    for row in published {
        let at = format!("/{}/0/{} {}", row[0], row[1], row[2]);
        let object = profile.lwm2m.objects.iter().find(|o| o.id.to_string() == row[0]).expect(&at);
        let resource = object.resources.iter().find(|r| r.id.to_string() == row[1]).expect(&at);
        assert_eq!(resource.name, row[2], "{at}");
        let ResourceTarget::Parameter(ix) = resource.target else { panic!("{at} is no parameter") };
        let parameter = &profile[ix];
        assert_eq!(parameter.id, row[2], "{at}");
        let kind = if row[3] == "Objlnk" { "ObjectLink" } else { &row[3] };
        assert_eq!(parameter.kind.word(), kind, "{at}");
        let (given, published) = (unit::find(&parameter.unit).unwrap(), unit::find(&row[4]).unwrap());
        assert_eq!((given.dimension, given.factor), (published.dimension, published.factor), "{at}");
        if let Some((min, max)) = limits(row[5].as_str()).filter(|_| parameter.enumeration.is_none()) {
            // A power factor has a sign, which the published range has no room for.
            let min = if parameter.id == "PowerFactor" { -1.0 } else { min };
            assert_eq!((parameter.min, parameter.max), (Some(min), Some(max)), "{at}");
        }
    }
}

#[test]
fn every_published_parameter_keeps_its_range_and_default() {
    let profile = shipped();
    let published = rows("parameters");
    assert_eq!(published.len(), 23);
    for row in published {
        let (ix, parameter) = profile.parameter(&row[1]).expect(&row[1]);
        assert_eq!(parameter.kind.word(), row[2], "{}", row[1]);
        assert_eq!(parameter.default, Some(profile.read_value(ix, &row[5]).unwrap()), "{}", row[1]);
        if let Some((min, max)) = limits(&row[4]) {
            assert_eq!((parameter.min, parameter.max), (Some(min), Some(max)), "{}", row[1]);
        } else {
            let names = profile.enumeration(parameter).map(|e| e.names().replace(", ", ";")).unwrap_or_default();
            assert_eq!(names, row[4], "{}", row[1]);
        }
        if row[0] != "DeviceParameters" {
            let function = profile.functions.iter().find(|f| f.id == row[0]).expect(&row[0]);
            assert!(function.parameters.contains(&ix), "{} in {}", row[1], row[0]);
        }
    }
}

#[test]
fn the_published_templates_have_the_published_numbers() {
    let profile = shipped();
    let published = rows("templates");
    assert_eq!(published.len(), 17);
    for row in published {
        // The engineered sets took over two of the names; the published numbers are kept beside them.
        let name = if row[0] == "StandardProtection" { row[0].clone() } else { format!("{}AsPublished", row[0]) };
        let template = profile.template(&name).expect(&name);
        let (ix, parameter) = profile.parameter(&row[1]).unwrap();
        let value = template.sets.iter().find(|(p, _)| *p == ix).map(|(_, v)| v.clone());
        assert_eq!(value, Some(profile.read_value(ix, &row[2]).unwrap()), "{name} {}", row[1]);
        assert_eq!(parameter.unit, row[3], "{name} {}", row[1]);
    }
}

#[test]
fn a_full_template_leaves_no_protection_setting_to_chance() {
    use breaker_console::profile::{Access, Group};
    let profile = shipped();
    let settings = profile.parameters.iter().enumerate();
    let settings: Vec<ParameterIx> = settings
        .filter(|(_, p)| p.access == Access::ReadWrite && p.group == Group::Protection)
        .map(|(at, _)| ParameterIx(at))
        .collect();
    assert!(settings.len() > 40);
    for template in &profile.templates {
        for ix in &settings {
            let times = template.sets.iter().filter(|(p, _)| p == ix).count();
            assert_eq!(times, 1, "{} sets {} {times} times", template.id, profile[*ix].id);
        }
    }
}

#[test]
fn roles_alarms_methods_and_tests_are_those_of_the_description() {
    use breaker_console::profile::{Permission, Role, Severity};
    let profile = shipped();
    for (role, read, write, control) in [
        (Role::Viewer, true, false, false),
        (Role::Maintenance, true, true, false),
        (Role::Operator, true, true, true),
        (Role::Administrator, true, true, true),
    ] {
        assert_eq!(profile.grants(role, Permission::Read), read);
        assert_eq!(profile.grants(role, Permission::Write), write);
        assert_eq!(profile.grants(role, Permission::Control), control);
    }
    for (id, severity) in [
        ("OvercurrentAlarm", Severity::High),
        ("GroundFaultAlarm", Severity::High),
        ("ArcFaultAlarm", Severity::Critical),
        ("TemperatureAlarm", Severity::Medium),
        ("CommunicationAlarm", Severity::Medium),
        ("MaintenanceAlarm", Severity::Low),
    ] {
        assert_eq!(profile.alarms.iter().find(|a| a.id == id).expect(id).severity, severity);
    }
    for method in ["get_configuration", "set_configuration", "trip", "close", "reset", "run_diagnostic", "open"] {
        assert!(profile.method(method).is_some(), "{method}");
    }
    let tests: Vec<(&str, f64)> = profile.tests.iter().map(|t| (t.id.as_str(), t.duration.0)).collect();
    assert_eq!(tests, [("SelfTest", 30.0), ("ProtectionTest", 60.0), ("CommunicationTest", 10.0)]);
    let features: Vec<usize> = profile.security_levels.iter().map(|l| l.features.len()).collect();
    assert_eq!(features, [4, 6, 8]);
}

/// Trip class 10 trips after 10 s at 7.2 times the setting: tau = 10 s / ln(7.2^2 / (7.2^2 - 1.125^2)).
#[test]
fn the_motor_template_is_of_trip_class_10() {
    use breaker_console::protection::MotorClass;
    let profile = shipped();
    let sets = &profile.template("MotorProtection").unwrap().sets;
    let set = |id: &str| {
        let (ix, _) = profile.parameter(id).unwrap();
        sets.iter().find(|(p, _)| *p == ix).map(|(_, v)| v.clone()).unwrap()
    };
    assert_eq!((set("MotorThermalEnabled"), set("ThermalEnabled")), (Value::Bool(true), Value::Bool(false)));
    let Value::Int(code) = set("MotorTripClass") else { panic!("a class is a number") };
    let tau = MotorClass::from_code(code).unwrap().time_constant().0;
    let squares = (7.2_f64.powi(2), 1.125_f64.powi(2));
    assert!((tau - 10.0 / (squares.0 / (squares.0 - squares.1)).ln()).abs() < 1e-9, "{tau}");
}

#[test]
fn executables_stand_where_a_server_expects_them() {
    let profile = shipped();
    let object = profile.lwm2m.objects.iter().find(|o| o.name == "SmartBreaker").unwrap();
    let executable = |id: u16| match object.resources.iter().find(|r| r.id == id).map(|r| r.target) {
        Some(ResourceTarget::Method(ix)) => profile[ix].id.clone(),
        other => panic!("{id}: {other:?}"),
    };
    let given: Vec<String> = (31..=35).map(executable).collect();
    assert_eq!(given, ["trip", "close", "reset", "run_diagnostic", "set_configuration"]);
}

#[test]
fn the_two_shipped_devices_share_no_address() {
    let (smart, mini) = (shipped(), Profile::parse(Profile::SHIPPED_MINI, "mini").unwrap());
    for metric in &mini.sparkplug.metrics {
        assert!(smart.sparkplug.metrics.iter().all(|m| m.name != metric.name && m.alias != metric.alias));
    }
    for parameter in &mini.parameters {
        assert!(smart.parameter(&parameter.id).is_none(), "{}", parameter.id);
    }
    for object in &mini.lwm2m.objects {
        assert!(smart.lwm2m.objects.iter().all(|o| o.id != object.id));
    }
}

/// Sparkplug 3.0, 6.4.16: the codes of the datatypes.
#[test]
fn datatypes_have_the_codes_of_the_specification() {
    let codes = [
        (MetricType::Int32, 3),
        (MetricType::Int64, 4),
        (MetricType::Float, 9),
        (MetricType::Double, 10),
        (MetricType::Boolean, 11),
        (MetricType::String, 12),
        (MetricType::DateTime, 13),
    ];
    for (datatype, code) in codes {
        assert_eq!(datatype.code(), code);
    }
}

#[test]
fn a_typed_value_is_read_by_name_or_number_and_shown_with_its_unit() {
    let profile = shipped();
    let (curve, _) = profile.parameter("OvercurrentCurve").unwrap();
    assert_eq!(profile.read_value(curve, "IEC_A_SI"), Ok(Value::Int(1)));
    assert_eq!(profile.read_value(curve, "13"), Ok(Value::Int(13)));
    assert!(profile.read_value(curve, "14").unwrap_err().contains("US_U5_STI"));
    assert_eq!(profile.show_value(curve, &Value::Int(1)), "IEC_A_SI");
    let (pickup, _) = profile.parameter("GroundFaultPickup").unwrap();
    assert_eq!(profile.show_value(pickup, &Value::Float(0.1)), "0.1 A");
    assert_eq!(profile.read_value(pickup, "0.05").unwrap_err(), "0.05 A is out of range 0.1 to 100 A");
}
