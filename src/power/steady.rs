//! Goes over to another steady state when something changed: solves the network at the fundamental and at every
//! harmonic order in use, and hands each breaker its phasors.

use super::drive;
use super::matrix::Vec3;
use super::network::{Network, Node};
use super::solve::{self, Branch, Circuit, Flow};
use super::wave::{CURRENTS, Component, LANES, VOLTAGE, ZERO_SEQUENCE};
use num_complex::Complex64;
use std::f64::consts::{SQRT_2, TAU};

/// A voltage below this share of nominal feeds no ground leak.
const ALIVE: f64 = 0.1;

/// Phasors of all breakers at one harmonic order.
struct AtOrder {
    order: i32,
    flows: Vec<Flow>,
}

impl AtOrder {
    /// What the feeders take together.
    fn feeders(&self, circuits: &[Circuit]) -> Vec3 {
        let mut sum = [Complex64::ZERO; 3];
        for (flow, _) in self.flows.iter().zip(circuits).filter(|(_, c)| !c.is_main()) {
            for (total, current) in sum.iter_mut().zip(flow.current) {
                *total += current;
            }
        }
        sum
    }

    /// The channels of one breaker. Those of the main hold its bus fault only: what the feeders take is added sample by
    /// sample, with their offsets.
    fn component(&self, ix: usize, circuits: &[Circuit], leak: Complex64) -> Component {
        let flow = &self.flows[ix];
        let main = circuits[ix].is_main();
        let elsewhere = if main { self.feeders(circuits) } else { [Complex64::ZERO; 3] };
        let mut phasors = [Complex64::ZERO; LANES];
        for k in 0..3 {
            phasors[k] = flow.current[k] - elsewhere[k];
            phasors[ZERO_SEQUENCE] += phasors[k] - if main { Complex64::ZERO } else { flow.load[k] };
            phasors[VOLTAGE + k] = flow.voltage[k];
        }
        if main && circuits[ix].fault.is_none() {
            // No bus fault: the difference of equal sums would be rounding and nothing else.
            phasors[..CURRENTS].fill(Complex64::ZERO);
        }
        phasors[0] += leak;
        phasors[ZERO_SEQUENCE] += leak;
        Component::new(self.order, phasors)
    }
}

impl Network {
    /// Works out what changed.
    pub(crate) fn resolve(&mut self) {
        self.changed = false;
        let circuits: Vec<Circuit> = self.nodes.iter().map(|n| n.circuit).collect();
        let solved = solve::solve(&self.source, &self.emf(1, 1.0), &circuits, 1);
        self.bus = solved.bus;
        let fundamental = AtOrder { order: 1, flows: solved.flows };
        let harmonics = self.solve_harmonics(&circuits, &fundamental);

        let nominal = self.source.phase_voltage().0 * SQRT_2;
        let rate = f64::from(self.rate.hz());
        let at_rated = !self.rotor.is_ramping() && (self.rotor.frequency(rate) - self.source.frequency.0).abs() < 1e-9;
        for (ix, node) in self.nodes.iter_mut().enumerate() {
            let flow = &fundamental.flows[ix];
            node.phase_a = flow.voltage[0];
            if let Some(motor) = &mut node.motor {
                motor.solved(&flow.load);
            }
            node.leak_phasor = leak(node, nominal);
            let first = fundamental.component(ix, &circuits, node.leak_phasor);
            let others = harmonics.iter().map(|h| h.component(ix, &circuits, Complex64::ZERO)).collect();
            let tau = solve::x_over_r(&self.source, &circuits, ix) / (TAU * self.source.frequency.0) * rate;
            let [a, b, c] = node.circuit.joined();
            node.wave.change(&self.rotor, first, others, [a, b, c, a || b || c], tau, self.tick.0 > 1);
            if at_rated {
                node.wave.lay_down_cycle(&self.rotor);
            }
            node.light.burn(node.circuit.fault.as_ref(), flow.current.map(|i| i.norm() / SQRT_2));
        }
    }

    /// Electromotive force at a harmonic order, peak phasors.
    fn emf(&self, order: i32, share: f64) -> Vec3 {
        let peak = self.source.phase_voltage().0 * SQRT_2 * share;
        let shares = self.voltage_share.to_array();
        std::array::from_fn(|k| Complex64::from_polar(peak * shares[k], -TAU / 3.0 * k as f64 * f64::from(order)))
    }

    fn solve_harmonics(&self, circuits: &[Circuit], fundamental: &AtOrder) -> Vec<AtOrder> {
        let mut orders: Vec<AtOrder> = self
            .source_harmonics
            .iter()
            .map(|&(order, share)| {
                let emf = self.emf(order, share);
                AtOrder { order, flows: solve::solve(&self.source, &emf, circuits, order).flows }
            })
            .collect();
        for (ix, node) in self.nodes.iter().enumerate() {
            if !matches!(node.circuit.branch, Branch::Feeder { .. }) || node.thd.0 <= 0.0 {
                continue;
            }
            for (order, current) in drive::currents(&fundamental.flows[ix].load, node.thd) {
                let place = orders.iter().position(|o| o.order == order).unwrap_or_else(|| {
                    orders.push(AtOrder { order, flows: vec![Flow::NONE; self.nodes.len()] });
                    orders.len() - 1
                });
                self.draw_harmonic(ix, &current, &mut orders[place]);
            }
        }
        orders.sort_by_key(|o| o.order);
        orders
    }

    /// Adds the harmonic current of one load. It returns through the source, whose impedance is a hundredth of that of
    /// the other loads; the drop there distorts the voltage of all.
    fn draw_harmonic(&self, load: usize, current: &Vec3, at: &mut AtOrder) {
        let drop = solve::source_matrix(&self.source, at.order).apply(current);
        let main_closed = self.main.map_or([true; 3], |ix| self.nodes[ix].circuit.closed);
        for (ix, flow) in at.flows.iter_mut().enumerate() {
            let is_main = Some(ix) == self.main;
            for k in 0..3 {
                if ix == load || is_main {
                    flow.current[k] += current[k];
                    flow.load[k] += current[k];
                }
                if is_main || main_closed[k] {
                    flow.voltage[k] -= drop[k];
                }
            }
        }
    }
}

/// The leak from phase A of this breaker to ground, peak phasor: what was set, while the conductor is alive.
fn leak(node: &Node, nominal: f64) -> Complex64 {
    let volts = node.phase_a.norm();
    if node.circuit.closed[0] && volts > ALIVE * nominal {
        node.phase_a / volts * (node.leak.0 * SQRT_2)
    } else {
        Complex64::ZERO
    }
}
