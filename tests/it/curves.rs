//! Operate and reset times against `tests/vectors/curves.csv`: computed from the formulas of the standards by another
//! program, and for the IEC and IEEE curves equal to printed relay tables.
//!
//! Every row is asked twice: of the formula that draws the curve, and of the element that times pass by pass.

use breaker_console::power::Quantities;
use breaker_console::protection::curve::{self, Curve, ResetFamily};
use breaker_console::protection::{
    Context, CurveReset, ElementId, GroundFaultSettings, GroundSensing, Heat, LongTimeReference, LongTimeSettings,
    LongTimeSlope, Protection, Rated, Settings, ShortTimeSettings, ThermalImageSettings, ThermalMode,
    TimeOvercurrentSettings, curves,
};
use breaker_console::time::{SampleRate, Tick};
use breaker_console::units::{Amperes, Hertz, Percent, Phases, Seconds, Volts};

pub(crate) const RATE: SampleRate = SampleRate::AT_60_HZ;
pub(crate) const RATED: Rated = Rated { current: Amperes(100.0), voltage: Volts(480.0), frequency: Hertz(60.0) };

/// One row of the vector file.
pub(crate) struct Row {
    pub(crate) id: String,
    family: String,
    pub(crate) curve: String,
    pub(crate) params: String,
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Row {
    /// A number among the parameters, such as `tr=12`.
    pub(crate) fn number(&self, name: &str) -> f64 {
        let part = self.params.split(';').find_map(|p| p.trim().strip_prefix(name)?.strip_prefix('='));
        let text = part.unwrap_or_else(|| panic!("{}: no {name} in {}", self.id, self.params));
        text.trim_end_matches(|c: char| !c.is_ascii_digit()).parse().expect("a well-formed vector file")
    }

    fn named_curve(&self) -> (Curve, ResetFamily) {
        let (name, family) = self.curve.split_once('/').unwrap_or((&self.curve, "SEL"));
        let curve = Curve::ALL.into_iter().find(|c| c.name() == name).expect("a well-formed vector file");
        (curve, if family == "GE" { ResetFamily::Ge } else { ResetFamily::Sel })
    }
}

/// Fields of a line; quotes may hold commas.
fn fields(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(String::new()),
            c => out.last_mut().expect("a well-formed vector file").push(c),
        }
    }
    out
}

pub(crate) fn rows(family: &str) -> Vec<Row> {
    let rows: Vec<Row> = include_str!("../vectors/curves.csv")
        .lines()
        .skip(1)
        .map(fields)
        .filter(|f| f[1] == family)
        .map(|f| Row {
            id: f[0].clone(),
            family: f[1].clone(),
            curve: f[2].clone(),
            params: f[3].clone(),
            x: f[5].parse().expect("a well-formed vector file"),
            y: f[7].parse().expect("a well-formed vector file"),
        })
        .collect();
    assert!(!rows.is_empty(), "no rows of {family}");
    rows
}

/// The settings of a row, the element they are for, and the current that it is put to.
fn setting(row: &Row) -> (Settings, ElementId, f64) {
    let base = Settings { enabled: true, ..Settings::default() };
    let hundred = Amperes(100.0);
    match row.family.as_str() {
        "51_operate" | "51_integral" => {
            let time_overcurrent = TimeOvercurrentSettings {
                enabled: true,
                pickup: hundred,
                curve: row.named_curve().0,
                time_multiplier: row.number("TMS"),
                reset: CurveReset::Timed,
                ..TimeOvercurrentSettings::default()
            };
            (Settings { time_overcurrent, ..base }, ElementId::TimeOvercurrent, 100.0 * row.x)
        }
        "L_i2t" | "L_i4t" => {
            let three = row.params.ends_with("ref=3");
            let long_time = LongTimeSettings {
                enabled: true,
                pickup: hundred,
                delay: Seconds(row.number(if three { "t1" } else { "tr" })),
                slope: if row.family == "L_i4t" { LongTimeSlope::I4t } else { LongTimeSlope::I2t },
                reference: if three { LongTimeReference::ThreeTimes } else { LongTimeReference::SixTimes },
                ..LongTimeSettings::default()
            };
            (Settings { long_time, ..base }, ElementId::LongTime, 100.0 * row.x)
        }
        "S_i2t" | "S_flat" => {
            let short_time = ShortTimeSettings {
                enabled: true,
                pickup: Amperes(200.0),
                delay: Seconds(row.number("tsd")),
                i2t: row.family == "S_i2t",
                knee: if row.curve.contains("knee8") { 8.0 } else { 10.0 },
                ..ShortTimeSettings::default()
            };
            let long_time = LongTimeSettings { pickup: hundred, ..LongTimeSettings::default() };
            (Settings { short_time, long_time, ..base }, ElementId::ShortTime, 100.0 * row.x)
        }
        "G_i2t" | "G_flat" => {
            let ground_fault = GroundFaultSettings {
                enabled: true,
                pickup: Amperes(20.0),
                delay: Seconds(row.number("tg")),
                sensing: GroundSensing::ZeroSequence,
                i2t: row.family == "G_i2t",
                trip: true,
                ..GroundFaultSettings::default()
            };
            (Settings { ground_fault, ..base }, ElementId::GroundFault, 100.0 * row.x)
        }
        "49_operate" | "49_state" | "49_cool" => {
            let thermal_image = ThermalImageSettings {
                enabled: true,
                pickup: hundred,
                delay: Seconds(row.number(if row.family == "49_cool" { "tau_c" } else { "tau" })),
                mode: ThermalMode::Image,
                alarm: Percent(90.0),
                close_permission: Percent(80.0),
            };
            (Settings { thermal_image, ..base }, ElementId::ThermalImage, 100.0 * row.x)
        }
        other => panic!("{}: no element for {other}", row.id),
    }
}

/// A trip unit that is passed over simulated time.
struct Relay {
    protection: Protection,
    settings: Settings,
    tick: u64,
    /// Samples a pass.
    step: u64,
}

impl Relay {
    /// With passes short against `duration`.
    fn new(settings: &Settings, duration: f64) -> Self {
        let step = 8 * ((duration * 7680.0 / 8000.0) as u64 / 8).max(1);
        Self { protection: Protection::new(RATE, RATED), settings: *settings, tick: 0, step }
    }

    fn seconds(&self) -> f64 {
        self.tick as f64 / 7680.0
    }

    fn pass(&mut self, current: f64) {
        let rms = Phases::splat(Amperes(current));
        let q = Quantities {
            tick: Tick(self.tick),
            current_rms: rms,
            current_peak_to_peak: rms,
            current_half_cycle: rms,
            ground_rms: Amperes(current),
            ..Quantities::default()
        };
        self.protection.pass(&q, &Context { closed: true, ..Context::default() }, &self.settings);
        self.tick += self.step;
    }

    /// Passes until a trip; seconds since the first pass of this call.
    fn trip_after(&mut self, current: f64, limit: f64) -> Option<(f64, ElementId)> {
        let from = self.seconds();
        while self.seconds() - from <= limit {
            let at = self.seconds() - from;
            self.pass(current);
            if let Some(trip) = self.protection.take_trip() {
                return Some((at, trip.decision.cause));
            }
        }
        None
    }

    fn hold(&mut self, current: f64, seconds: f64) {
        let from = self.seconds();
        while self.seconds() - from < seconds - 1e-9 {
            self.pass(current);
        }
    }
}

pub(crate) fn assert_close(id: &str, what: &str, measured: f64, exact: f64, tolerance: f64) {
    assert!((measured - exact).abs() <= tolerance, "{id}: {what} {measured} against {exact} +-{tolerance}");
}

#[test]
fn operate_times_by_formula_and_by_element() {
    for family in ["51_operate", "L_i2t", "L_i4t", "S_i2t", "S_flat", "G_i2t", "G_flat", "49_operate"] {
        for row in rows(family) {
            let (settings, element, current) = setting(&row);
            let preload = if family == "49_operate" { row.number("p").powi(2) } else { 0.0 };
            let drawn = curves(&settings, &RATED).into_iter().find(|c| c.id == element).unwrap();
            let drawn = if preload > 0.0 {
                settings.thermal_image.time_from(preload, Amperes(current))
            } else {
                drawn.time_at(Amperes(current))
            };
            let limit = if row.y.is_finite() { row.y * 1.01 + 0.1 } else { 60.0 };
            let mut relay = Relay::new(&settings, limit);
            let heat = Heat { thermal_image: preload, ..Heat::default() };
            relay.protection.restore_heat(&heat, &settings, Seconds::ZERO);
            let tripped = relay.trip_after(current, limit);
            if row.y.is_infinite() {
                assert_eq!((drawn, tripped), (None, None), "{}", row.id);
                continue;
            }
            let drawn = drawn.unwrap_or_else(|| panic!("{}: the curve ends before {current} A", row.id)).0;
            assert_close(&row.id, "curve", drawn, row.y, row.y * 1e-7);
            let (at, cause) = tripped.unwrap_or_else(|| panic!("{}: no trip within {limit} s", row.id));
            assert_eq!(cause, element, "{}", row.id);
            // One pass to start or to reach the end, beside the arithmetic.
            assert_close(&row.id, "element", at, row.y, 1.01 * relay.step as f64 / 7680.0 + row.y * 1e-6);
        }
    }
}

#[test]
fn reset_times() {
    for row in rows("51_reset") {
        let (curve, family) = row.named_curve();
        let time = curve::reset_time(curve, family, row.number("TMS"), row.x).unwrap();
        assert_close(&row.id, "reset", time.0, row.y, row.y * 1e-7);
    }
}

#[test]
fn a_changing_current_is_integrated() {
    for row in rows("51_integral") {
        let (settings, _, current) = setting(&row);
        let mut relay = Relay::new(&settings, 8.0);
        let tolerance = 3.0 * relay.step as f64 / 7680.0;
        let first = curve::operate_time(settings.time_overcurrent.curve, 1.0, 3.0).unwrap().0 / 2.0;
        relay.hold(300.0, first);
        if row.params.starts_with("E=0.5") {
            relay.hold(50.0, 1.0);
            let (at, _) = relay.trip_after(current, 20.0).unwrap();
            assert_close(&row.id, "remaining", at, row.y, tolerance);
        } else {
            let before = relay.seconds();
            let (at, _) = relay.trip_after(current, 20.0).unwrap();
            assert_close(&row.id, "total", before + at, row.y, tolerance);
        }
    }
}

#[test]
fn states_of_heat_and_cooling() {
    for row in rows("49_state") {
        let (settings, _, current) = setting(&row);
        let hold = row.number("hold");
        let mut relay = Relay::new(&settings, hold);
        relay.hold(current, hold);
        assert_close(&row.id, "H", relay.protection.thermal(), row.y, 0.002);
    }
    for row in rows("49_cool") {
        let (settings, ..) = setting(&row);
        let mut relay = Relay::new(&settings, row.y);
        let heat = Heat { thermal_image: row.number("H0"), ..Heat::default() };
        relay.protection.restore_heat(&heat, &settings, Seconds::ZERO);
        let load = 100.0 * row.number("Hload").sqrt();
        while relay.protection.thermal() > row.x {
            relay.pass(load);
        }
        assert_close(&row.id, "cooling", relay.seconds(), row.y, 2.0 * relay.step as f64 / 7680.0);
    }
}
