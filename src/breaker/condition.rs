//! How the breaker ages: pole temperature, contact wear, hours, counters, and when somebody should look after it.
//!
//! Nothing in here gates protection or control: it informs.
//!
//! # How good the statistics are
//!
//! `cargo bench --bench condition` makes 300 units a row with hidden lives of 300 to 700 weeks, weekly samples and 5 % noise,
//! and judges them at a share of their lives. "Late" is a lower bound beyond the true end; "holds" is a true end within the 90 %
//! interval; the baseline is to believe that every unit lives 500 weeks. Line and parabola are what the trend knows; sigmoid and
//! step it does not know.
//!
//! | shape | at | says something | median error | within 20 % | late | holds | baseline within 20 % |
//! | --- | --- | --- | --- | --- | --- | --- | --- |
//! | line | 25 % | 100 % | -0.01 | 96 % | 3 % | 89 % | 37 % |
//! | line | 50 % | 100 % | 0.00 | 96 % | 5 % | 87 % | 28 % |
//! | line | 75 % | 100 % | +0.01 | 100 % | 10 % | 84 % | 12 % |
//! | parabola | 25 % | 0 % | | | | | 37 % |
//! | parabola | 50 % | 100 % | +0.02 | 94 % | 5 % | 90 % | 28 % |
//! | parabola | 75 % | 100 % | +0.02 | 100 % | 10 % | 85 % | 12 % |
//! | sigmoid | 25 % | 0 % | | | | | 37 % |
//! | sigmoid | 50 % | 100 % | -0.21 | 45 % | 0 % | 9 % | 28 % |
//! | sigmoid | 75 % | 100 % | -0.83 | 0 % | 0 % | 0 % | 12 % |
//! | step | 25 % | 0 % | | | | | 37 % |
//! | step | 50 % | 0 % | | | | | 28 % |
//! | step | 75 % | 100 % | +0.27 | 9 % | 100 % | 0 % | 12 % |
//!
//! So: of wear that goes on as it began the bound can be believed; of wear that slows down it is far too careful; after a
//! sudden step it is late, and the control charts are what sees the step. A chart with a learnt baseline gives a false
//! alarm every 343 samples in the mean, and finds a shift of 0.5, 1 and 2 standard deviations after 36, 10 and 3.6 samples.

mod arrhenius;
mod chart;
#[cfg(test)]
mod dice;
mod health;
mod remaining;
mod times;
mod watch;

pub use arrhenius::Ageing;
pub use chart::Chart;
pub use health::{Findings, Health, Part};
pub use remaining::{Bound, Remaining};
pub use times::Times;
pub use watch::{ContactWatch, Watch};

use crate::units::{Amperes, Celsius, Percent, Phase, Phases, Seconds};
use serde::{Deserialize, Serialize};

/// Loss of one pole at rated current when new, W: 0.60 milliohm at 100 A. Other ratings have poles of the same loss.
const RATED_LOSS_W: f64 = 6.0;
/// Temperature coefficient of copper, a kelvin, from 20 degrees.
const COPPER: f64 = 0.0039;
/// From loss to rise of a pole, K/W: 33 K at rated current.
const POLE_K_PER_W: f64 = 5.5;
/// What the terminals add at rated current, K.
const TERMINAL_K: f64 = 10.0;
/// Time constant of a pole.
const POLE_TAU: Seconds = Seconds(2400.0);

/// Operations without current until a pole is worn out: UL 489 endurance of a 100 A frame, 6000 with and 4000 without load.
const ENDURANCE: f64 = 10_000.0;
/// Interruptions of the rated current until worn out (UL 489).
const AT_RATED: f64 = 6_000.0;
/// Interruptions of the breaking capacity until worn out: O-t-CO and one.
const AT_CAPACITY: f64 = 3.0;

/// Wear at which maintenance is due, percent.
pub const WEAR_LIMIT: Percent = Percent(80.0);
/// A healthy mechanism opens in less.
pub const OPENING_LIMIT: Seconds = Seconds(0.050);

/// What the condition is judged by.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Settings {
    /// Service interval.
    pub interval: Seconds,
    /// Hottest pole that is still normal.
    pub temperature: Celsius,
    /// Trips after which a service is due.
    pub trips: i64,
    /// Load alarm.
    pub load: Percent,
}

/// What stays with the breaker over its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Life {
    /// Wear of each pole, 0 to 1 and beyond.
    pub wear: Phases<f64>,
    /// Seconds in service.
    pub service_s: f64,
    /// Of these, at the last service.
    pub serviced_s: f64,
    /// Openings and closings since the counters were cleared.
    pub operations: u64,
    /// Trips since the counters were cleared.
    pub trips: u64,
    /// Trips ever: the number in trip ids.
    pub trip_number: u64,
}

/// Condition of one breaker.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Counters and wear.
    pub life: Life,
    /// Air around it.
    pub ambient: Celsius,
    /// Ageing, times, contacts.
    pub watch: Watch,
    /// Resistance of each pole with its terminal against what it should be; 1 when sound.
    pub loose: Phases<f64>,
    rise: Phases<f64>,
    /// What a new pole would have.
    healthy: Phases<f64>,
    terminal: Phases<f64>,
    rated: Amperes,
    capacity: Amperes,
}

impl Condition {
    /// New and cold in air of 25 degrees.
    pub fn new(rated: Amperes, capacity: Amperes) -> Self {
        Self {
            life: Life::default(),
            ambient: Celsius(25.0),
            watch: Watch::default(),
            loose: Phases::splat(1.0),
            rise: Phases::default(),
            healthy: Phases::default(),
            terminal: Phases::default(),
            rated: rated.max(Amperes(1.0)),
            capacity,
        }
    }

    /// Time passes with these currents in the poles. Says which pole has left its baseline now.
    pub fn warm(&mut self, current: &Phases<Amperes>, elapsed: Seconds) -> Option<Phase> {
        self.life.service_s += elapsed.0;
        let decay = (-elapsed.0 / POLE_TAU.0).exp();
        for phase in Phase::ALL {
            let share = current[phase] / self.rated;
            let final_rise = POLE_K_PER_W * self.loss(phase, share);
            self.rise[phase] = final_rise + (self.rise[phase] - final_rise) * decay;
            let warm = 1.0 + COPPER * (self.ambient.0 + self.healthy[phase] - 20.0);
            let final_healthy = POLE_K_PER_W * RATED_LOSS_W * share * share * warm;
            self.healthy[phase] = final_healthy + (self.healthy[phase] - final_healthy) * decay;
            let final_terminal = TERMINAL_K * share * share;
            self.terminal[phase] = final_terminal + (self.terminal[phase] - final_terminal) * decay;
        }
        let (pole, unit) = (self.temperature(), self.unit_temperature());
        self.watch.warm(pole, self.ambient, unit, elapsed);
        let look = watch::Look {
            measured: Phases::from_fn(|p| self.rise[p] + self.terminal[p]),
            healthy: self.healthy,
            terminal: self.terminal,
        };
        self.watch.look(self.life.service_s, &look)
    }

    /// Loss of a pole in watts: grows with temperature and wear.
    fn loss(&self, phase: Phase, share: f64) -> f64 {
        let worn = self.life.wear[phase].min(1.0);
        let warm = 1.0 + COPPER * (self.ambient.0 + self.rise[phase] - 20.0);
        RATED_LOSS_W * self.loose[phase] * share * share * (1.0 + 0.5 * worn + 0.5 * worn * worn) * warm
    }

    /// The hottest pole.
    pub fn temperature(&self) -> Celsius {
        Celsius(self.ambient.0 + Phases::from_fn(|p| self.rise[p] + self.terminal[p]).greatest().1)
    }

    /// The trip unit, which sits beside the poles and takes half of their rise.
    pub fn unit_temperature(&self) -> Celsius {
        Celsius(self.ambient.0 + 0.5 * self.rise.greatest().1)
    }

    /// Brings the poles to the temperature they would have after hours with these currents.
    pub fn settle(&mut self, current: &Phases<Amperes>) {
        let (life, watch) = (self.life, self.watch.clone());
        for _ in 0..64 {
            self.warm(current, POLE_TAU);
        }
        (self.life, self.watch) = (life, watch);
    }

    /// An interruption of these currents.
    pub fn interrupted(&mut self, current: &Phases<Amperes>) {
        for phase in Phase::ALL {
            self.life.wear[phase] += 1.0 / self.operations_at(current[phase]);
        }
    }

    /// Operations at this current that wear a new pole out: log-log between the rated current and the breaking capacity.
    fn operations_at(&self, current: Amperes) -> f64 {
        let slope = (AT_RATED / AT_CAPACITY).ln() / (self.capacity.max(self.rated * 2.0) / self.rated).ln();
        let at = AT_RATED * (current.max(Amperes(1e-3)) / self.rated).powf(-slope);
        at.min(ENDURANCE)
    }

    /// Wear of each pole.
    pub fn wear(&self) -> Phases<Percent> {
        self.life.wear.map(|w| Percent((w * 100.0).min(100.0)))
    }

    /// Resets what a service resets.
    pub fn clear_counters(&mut self) {
        self.life.operations = 0;
        self.life.trips = 0;
        self.life.serviced_s = self.life.service_s;
        self.watch.serviced();
    }

    /// The least of the parts; `nominal` is what the mechanism takes to open when new.
    pub fn health(&self, nominal: Seconds, findings: Findings) -> Health {
        health::health(self, nominal, findings)
    }

    /// Why a service is due; none when it is not.
    pub fn due(&self, settings: &Settings, opening: Option<Seconds>) -> Option<String> {
        let (pole, wear) = self.wear().greatest();
        if wear >= WEAR_LIMIT {
            return Some(format!("contacts of pole {} worn to {:.0} %: renew the contacts", pole.letter(), wear.0));
        }
        if let Some(opening) = opening.filter(|o| *o > OPENING_LIMIT) {
            return Some(format!("opening took {:.0} ms: service the mechanism", opening.0 * 1e3));
        }
        if settings.trips > 0 && self.life.trips >= settings.trips as u64 {
            return Some(format!("{} trips since the last service: inspect the breaker", self.life.trips));
        }
        let since = self.life.service_s - self.life.serviced_s;
        if settings.interval > Seconds::ZERO && since >= settings.interval.0 {
            return Some(format!("{:.0} h since the last service: interval over", since / 3600.0));
        }
        if settings.temperature > Celsius::ZERO && self.temperature() >= settings.temperature {
            return Some(format!("hottest pole at {:.0} degrees: check terminals and load", self.temperature().0));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new() -> Condition {
        Condition::new(Amperes(100.0), Amperes(25_000.0))
    }

    /// 1/N from the two set points (100 A, 6000) and (25 kA, 3): exponent ln(2000)/ln(250) = 1.3766.
    #[test]
    fn wear_follows_the_line_between_the_two_set_points() {
        for (current, operations) in
            [(25_000.0, 3.0), (10_000.0, 10.6), (5_000.0, 27.5), (1_000.0, 252.1), (100.0, 6000.0)]
        {
            let n = new().operations_at(Amperes(current));
            assert!((n / operations - 1.0).abs() < 0.005, "{current} A: {n}");
        }
        assert_eq!(new().operations_at(Amperes(0.0)), ENDURANCE);
    }

    #[test]
    fn wear_is_counted_per_pole() {
        let mut condition = new();
        condition.interrupted(&Phases::new(Amperes(25_000.0), Amperes(60.0), Amperes(0.0)));
        let wear = condition.wear();
        assert!((wear.a.0 - 33.33).abs() < 0.01);
        assert!((wear.b.0 - 0.01).abs() < 0.001 && (wear.c.0 - 0.01).abs() < 0.001);
        assert_eq!(condition.due(&Settings::default(), None), None);
        condition.interrupted(&Phases::splat(Amperes(25_000.0)));
        condition.interrupted(&Phases::splat(Amperes(25_000.0)));
        assert!(condition.due(&Settings::default(), None).is_some_and(|r| r.contains("pole A")));
    }

    /// 6 W times 5.5 K/W is 33 K at 20 degrees of conductor; with copper at T: rise = 33 (1 + 0.0039 (T - 20)).
    #[test]
    fn a_pole_at_rated_current_settles_where_loss_and_rise_agree() {
        let mut condition = new();
        condition.ambient = Celsius(20.0);
        condition.settle(&Phases::splat(Amperes(100.0)));
        let rise = 33.0 / (1.0 - 33.0 * COPPER);
        assert!((condition.temperature().0 - (20.0 + rise + 10.0)).abs() < 0.01, "{:?}", condition.temperature());
    }

    #[test]
    fn after_one_time_constant_63_percent_of_the_terminal_rise_is_there() {
        let mut condition = new();
        for _ in 0..12_000 {
            condition.warm(&Phases::splat(Amperes(100.0)), Seconds(0.2));
        }
        assert!((condition.terminal.a - 10.0 * (1.0 - (-1.0f64).exp())).abs() < 1e-6);
        assert!((condition.life.service_s - 2400.0).abs() < 1e-6);
    }

    #[test]
    fn a_service_is_due_by_hours_trips_slowness_and_heat() {
        let settings =
            Settings { interval: Seconds(3600.0), temperature: Celsius(75.0), trips: 2, load: Percent(80.0) };
        let mut condition = new();
        assert_eq!(condition.due(&settings, Some(Seconds(0.025))), None);
        assert!(condition.due(&settings, Some(Seconds(0.075))).is_some_and(|r| r.contains("75 ms")));
        condition.life.trips = 2;
        assert!(condition.due(&settings, None).is_some_and(|r| r.contains("2 trips")));
        condition.clear_counters();
        condition.warm(&Phases::default(), Seconds(3600.0));
        assert!(condition.due(&settings, None).is_some_and(|r| r.contains("interval")));
        condition.clear_counters();
        assert_eq!(condition.due(&settings, None), None);
        condition.ambient = Celsius(75.0);
        assert!(condition.due(&settings, None).is_some_and(|r| r.contains("75 degrees")));
    }

    fn findings(opening_ms: f64) -> Findings {
        Findings { opening: Some(Seconds(opening_ms / 1e3)), ..Findings::default() }
    }

    #[test]
    fn health_is_the_least_of_the_parts_and_says_which() {
        let nominal = Seconds(0.025);
        let mut condition = new();
        let health = condition.health(nominal, findings(25.0));
        assert_eq!((health.share, health.action.as_str()), (Percent(100.0), "none"));
        // Half way from 25 ms to the limit of 50 ms.
        let health = condition.health(nominal, findings(37.5));
        assert!((health.share.0 - 50.0).abs() < 1e-9 && health.limit == Part::Mechanism, "{health:?}");
        // Two interruptions of the breaking capacity: two thirds worn.
        condition.interrupted(&Phases::new(Amperes(0.0), Amperes(25_000.0), Amperes(0.0)));
        condition.interrupted(&Phases::new(Amperes(0.0), Amperes(25_000.0), Amperes(0.0)));
        let health = condition.health(nominal, findings(25.0));
        assert!((health.share.0 - 33.3).abs() < 0.1, "{health:?}");
        assert_eq!((health.limit, health.action.as_str()), (Part::Contacts, "plan: renew the contacts of pole B"));
        let health = condition.health(nominal, Findings { test_failed: true, ..findings(25.0) });
        assert_eq!((health.share, health.limit), (Percent(0.0), Part::Electronics));
        assert!(health.action.starts_with("now:"), "{health:?}");
    }

    /// A terminal of three times the resistance adds 66 K to the 33 K of a pole at rated current (copper aside).
    #[test]
    fn a_loose_terminal_heats_its_pole_and_leaves_the_baseline() {
        let mut condition = new();
        condition.ambient = Celsius(20.0);
        let rated = Phases::splat(Amperes(100.0));
        condition.settle(&rated);
        let sound = condition.temperature();
        for _ in 0..chart::BASELINE + 5 {
            assert_eq!(condition.warm(&rated, Seconds(3600.0)), None);
        }
        condition.loose.c = 3.0;
        let found = (0..5).find_map(|n| condition.warm(&rated, Seconds(3600.0)).map(|p| (n, p)));
        assert_eq!(found.map(|(_, p)| p), Some(Phase::C), "{found:?}");
        condition.settle(&rated);
        // 99 K at 20 degrees of conductor, with copper at its temperature: 99 / (1 - 99 x 0.0039).
        let rise = 99.0 / (1.0 - 99.0 * COPPER);
        assert!(
            (condition.temperature().0 - (20.0 + rise + 10.0)).abs() < 0.1,
            "{sound:?} {:?}",
            condition.temperature()
        );
    }
}
