//! How large posts are: the distribution that was measured over a real archive, which can be made heavier or lighter.

/// Quantiles of the size of files in bytes. Half of the posts are a line or two, one in a hundred is a small book.
const QUANTILES: [(f64, f64); 11] = [
    (0.00, 330.0),
    (0.05, 355.0),
    (0.10, 380.0),
    (0.25, 500.0),
    (0.50, 920.0),
    (0.625, 2_200.0),
    (0.75, 7_000.0),
    (0.90, 18_600.0),
    (0.95, 28_700.0),
    (0.99, 62_000.0),
    (1.00, 100_000.0),
];

/// The mean size in bytes that the measured distribution has.
pub(crate) const MEASURED_MEAN: u64 = 6_300;

/// A distribution of sizes.
pub(crate) struct Sizes {
    /// Positions are raised to this power before the size is looked up: below 1, large posts come more often.
    power: f64,
}

impl Sizes {
    /// The distribution of a mean size: the smallest and the largest post stay, what lies between comes more or less often.
    pub(crate) fn new(mean: u64) -> Result<Self, String> {
        let (mut low, mut high) = (0.02_f64, 50.0_f64);
        let wanted = mean as f64;
        if wanted > mean_of(low) || wanted < mean_of(high) {
            return Err(format!(
                "a mean size of {mean} bytes is not to be had: choose one from {:.0} to {:.0}",
                mean_of(high).ceil(),
                mean_of(low).floor()
            ));
        }
        for _ in 0..60 {
            // The mean falls as the power rises.
            let middle = (low * high).sqrt();
            if mean_of(middle) > wanted {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(Self { power: low })
    }

    /// The size at a position from 0 (the smallest) to 1 (the largest).
    pub(crate) fn at(&self, position: f64) -> usize {
        size_at(position.powf(self.power)) as usize
    }
}

/// Between two quantiles sizes grow by equal factors.
fn size_at(position: f64) -> f64 {
    let above = QUANTILES
        .partition_point(|(quantile, _)| *quantile < position)
        .clamp(1, QUANTILES.len() - 1);
    let ((from, small), (to, large)) = (QUANTILES[above - 1], QUANTILES[above]);
    small * (large / small).powf((position - from) / (to - from))
}

fn mean_of(power: f64) -> f64 {
    const STEPS: u32 = 4_000;
    let sum: f64 = (0..STEPS)
        .map(|step| size_at(((f64::from(step) + 0.5) / f64::from(STEPS)).powf(power)))
        .sum();
    sum / f64::from(STEPS)
}

#[cfg(test)]
mod tests {
    use super::{MEASURED_MEAN, QUANTILES, Sizes, mean_of};

    #[test]
    fn the_measured_mean_gives_the_measured_quantiles() {
        let sizes = Sizes::new(MEASURED_MEAN).expect("a mean that can be had");
        for (quantile, size) in QUANTILES {
            let given = sizes.at(quantile) as f64;
            assert!(
                (given / size - 1.0).abs() < 0.1,
                "{quantile}: {given}, not {size}"
            );
        }
    }

    #[test]
    fn other_means_are_met_and_the_order_of_sizes_stays() {
        for mean in [2_000, 6_300, 8_900, 30_000] {
            let sizes = Sizes::new(mean).expect("a mean that can be had");
            let given = mean_of(sizes.power);
            assert!(
                (given / mean as f64 - 1.0).abs() < 0.01,
                "{given}, not {mean}"
            );
            let steps: Vec<usize> = (0..=100)
                .map(|step| sizes.at(f64::from(step) / 100.0))
                .collect();
            assert!(steps.is_sorted());
        }
    }

    #[test]
    fn a_mean_that_no_mix_of_these_sizes_has_is_refused() {
        for mean in [0, 100, 10_000_000] {
            assert!(Sizes::new(mean).is_err(), "{mean}");
        }
    }
}
