//! Sensor noise from a seed.

/// A small generator (Steele, Lea and Flood 2014, "SplitMix64"): the same seed gives the same noise on any machine.
#[derive(Clone, Debug)]
pub(crate) struct Noise {
    state: u64,
}

impl Noise {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Another generator that begins where this one stands; both go their own way.
    pub(crate) fn branch(&mut self) -> Self {
        self.uniform();
        Self { state: self.state ^ 0xD1B5_4A32_D192_ED03 }
    }

    /// From 0 to 1.
    pub(crate) fn uniform(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        (z >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Mean nothing, standard deviation one: the sum of twelve uniform numbers.
    pub(crate) fn next(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_has_no_mean_and_unit_deviation() {
        let mut noise = Noise::new(7);
        let values: Vec<f64> = (0..100_000).map(|_| noise.next()).collect();
        let mean = values.iter().sum::<f64>() / 1e5;
        let variance = values.iter().map(|v| v * v).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
    }

    #[test]
    fn the_first_number_is_the_published_one() {
        // Seed 1234567: the reference implementation gives 6457827717110365317 first.
        let mut noise = Noise::new(1_234_567);
        assert_eq!((noise.uniform() * (1_u64 << 53) as f64) as u64, 6_457_827_717_110_365_317_u64 >> 11);
    }

    #[test]
    fn a_branch_goes_its_own_way_whatever_the_seed() {
        // From the second seed the parent comes to the very constant of the branch.
        for seed in [0, 0xD1B5_4A32_D192_ED03_u64.wrapping_sub(0x9E37_79B9_7F4A_7C15)] {
            let mut parent = Noise::new(seed);
            let mut branch = parent.branch();
            assert!((branch.uniform() - parent.uniform()).abs() > 1e-6, "{seed}");
        }
    }
}
