//! Monte-Carlo validation of the anomaly detection and of the bound of remaining life.
//!
//! `cargo bench --bench condition` prints the tables that stand in the documentation of `breaker::condition`. Truth is made
//! with hidden parameters: shapes that the model has (line, parabola) and shapes that it does not have (sigmoid, step).

use breaker_console::breaker::condition::{Chart, Remaining};
use std::f64::consts::TAU;

/// Units of each shape.
const SEEDS: u64 = 300;
/// Noise of a sample, as a share of the sound value.
const NOISE: f64 = 0.05;
/// The end: twice the sound value.
const END: f64 = 2.0;

struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.uniform()).ln()).sqrt() * (TAU * self.uniform()).cos()
    }
}

/// Degradation by share of life: 0 at the beginning, 1 at the end.
#[derive(Clone, Copy)]
enum Shape {
    Line,
    Parabola,
    Sigmoid,
    Step,
}

impl Shape {
    const ALL: [(&'static str, Self); 4] =
        [("line", Self::Line), ("parabola", Self::Parabola), ("sigmoid", Self::Sigmoid), ("step", Self::Step)];

    fn at(self, share: f64) -> f64 {
        let sigmoid = |x: f64| 1.0 / (1.0 + (-10.0 * (x - 0.6)).exp());
        match self {
            Self::Line => share,
            Self::Parabola => share * share,
            Self::Sigmoid => (sigmoid(share) - sigmoid(0.0)) / (sigmoid(1.0) - sigmoid(0.0)),
            Self::Step => {
                if share < 0.7 {
                    0.1 * share
                } else {
                    0.6 + (share - 0.7) / 0.3 * 0.4
                }
            }
        }
    }
}

fn main() {
    anomalies();
    lives();
}

/// Samples to the alarm by either chart, and false alarms, with a baseline learnt from 200 samples.
fn anomalies() {
    println!("shift (sigma) | mean samples to the alarm | found within 50");
    for shift in [0.0, 0.5, 1.0, 2.0] {
        let (mut total, mut early) = (0.0, 0);
        for seed in 0..SEEDS {
            let mut dice = Dice(seed);
            let mut chart = Chart::new(0.0);
            while chart.learnt() < 200 {
                chart.push(1.0 + NOISE * dice.normal());
            }
            let mut n = 0;
            while n < 20_000 {
                n += 1;
                if chart.push(1.0 + NOISE * (shift + dice.normal())) {
                    break;
                }
            }
            total += f64::from(n);
            early += u32::from(n <= 50);
        }
        let runs = SEEDS as f64;
        println!("{shift:>13} | {:>25.1} | {:>14.0} %", total / runs, f64::from(early) / runs * 100.0);
    }
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Weekly samples of units that live 300 to 700 weeks, judged at a quarter, half and three quarters of their lives.
fn lives() {
    println!(
        "shape | at | says something | median error | within 20 % | bound too late | interval holds | mean life within 20 %"
    );
    for (name, shape) in Shape::ALL {
        for at in [0.25, 0.50, 0.75] {
            let mut errors = Vec::new();
            let (mut good, mut late, mut holds, mut naive) = (0, 0, 0, 0);
            for seed in 0..SEEDS {
                let mut dice = Dice(seed ^ 0xabcd_0000);
                let life = 300.0 + 400.0 * dice.uniform();
                let mut trend = Remaining::until(END, 100.0);
                let weeks = (life * at) as u32;
                for week in 0..weeks {
                    trend.push(f64::from(week), 1.0 + shape.at(f64::from(week) / life) + NOISE * dice.normal());
                }
                let left = life - f64::from(weeks);
                naive += u32::from(((500.0 - f64::from(weeks)) / left - 1.0).abs() <= 0.2);
                let Some(bound) = trend.bound() else { continue };
                errors.push(bound.likely / left - 1.0);
                good += u32::from((bound.likely / left - 1.0).abs() <= 0.2);
                late += u32::from(bound.earliest > left);
                holds += u32::from(bound.earliest <= left && bound.latest.is_none_or(|l| left <= l));
            }
            let said = errors.len() as f64;
            let of_all = said / SEEDS as f64 * 100.0;
            let said = said.max(1.0);
            let percent = |n: u32, of: f64| f64::from(n) / of * 100.0;
            println!(
                "{name:<8} | {:>2.0} % | {:>3.0} % | {} | {:>3.0} % | {:>3.0} % | {:>3.0} % | {:>3.0} %",
                at * 100.0,
                of_all,
                median(&mut errors).map_or_else(String::new, |m| format!("{m:+.2}")),
                percent(good, said),
                percent(late, said),
                percent(holds, said),
                percent(naive, SEEDS as f64)
            );
        }
    }
}
