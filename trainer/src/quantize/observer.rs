//! How the range of a tensor follows from the numbers observed.

use dim_host::choices;

use super::Range;

choices! {
    /// A rule for ranges. Numbers outside of the chosen range saturate; a narrower one is finer.
    #[derive(Default)]
    pub enum Observer {
        /// All numbers: nothing that was observed saturates
        #[default]
        Minmax = "minmax",
        /// All but the outermost 0.01 %, half of them at each end
        Percentile = "percentile",
        /// The range of least mean squared error
        Mse = "mse",
    }
}

/// Bins of a histogram over the whole range.
const BINS: usize = 2048;
/// Share of the numbers that percentiles leave out at each end.
const LEFT_OUT: f64 = 0.5e-4;
/// Parts of the whole range that are tried at each end.
const PARTS: u32 = 64;

/// How often numbers of a tensor fall into each part of their range.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Histogram {
    range: Range,
    counts: Vec<u64>,
}

impl Histogram {
    /// Of numbers in `range`.
    pub(super) fn new(range: Range) -> Self {
        Self { range, counts: vec![0; BINS] }
    }

    /// Counts numbers, those outside of the range in the last bins.
    pub(super) fn observe(&mut self, values: &[f32]) {
        let per_unit = BINS as f32 / (self.range.max - self.range.min).max(f32::MIN_POSITIVE);
        for value in values {
            let bin = ((value - self.range.min) * per_unit) as usize;
            self.counts[bin.min(BINS - 1)] += 1;
        }
    }

    /// The range by a rule.
    pub(super) fn choose(&self, observer: Observer) -> Range {
        match observer {
            Observer::Minmax => self.range,
            Observer::Percentile => self.percentile(),
            Observer::Mse => self.least_error(),
        }
    }

    fn percentile(&self) -> Range {
        let allowed = self.counts.iter().sum::<u64>() as f64 * LEFT_OUT;
        let left_out = |counts: &mut dyn Iterator<Item = &u64>| {
            let below = counts.scan(0, |sum, count| {
                *sum += count;
                Some(*sum as f64)
            });
            below.take_while(|sum| *sum <= allowed).count().min(BINS)
        };
        let [low, high] = [left_out(&mut self.counts.iter()), left_out(&mut self.counts.iter().rev())];
        Range { min: self.edge(low).min(0.0), max: self.edge(BINS - high).max(0.0) }
    }

    /// The best of all pairs of ends on a grid of [`PARTS`], the widest one where several are.
    fn least_error(&self) -> Range {
        let ends = |end: f32| (1..=PARTS).rev().map(move |part| end * part as f32 / PARTS as f32);
        // Where an end is zero, all its parts are.
        let lows = ends(self.range.min).take(if self.range.min < 0.0 { PARTS as usize } else { 1 });
        let ranges = lows.flat_map(|min| ends(self.range.max).map(move |max| Range { min, max }));
        let errors = ranges.map(|range| (range, self.squared_error(range)));
        errors.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(self.range, |(range, _)| range)
    }

    /// Sum of the squared differences of the numbers from what int8 makes of them, each number in the middle of its bin.
    fn squared_error(&self, range: Range) -> f64 {
        let quantization = range.quantization();
        let [scale, zero_point] = [f64::from(quantization.scale), f64::from(quantization.zero_point)];
        let occupied = self.counts.iter().enumerate().filter(|(_, count)| **count > 0);
        occupied
            .map(|(bin, count)| {
                let value = f64::midpoint(self.edge(bin).into(), self.edge(bin + 1).into());
                let code = (value / scale + zero_point).round().clamp(-128.0, 127.0);
                *count as f64 * (scale * (code - zero_point) - value).powi(2)
            })
            .sum()
    }

    /// Lower end of a bin.
    fn edge(&self, bin: usize) -> f32 {
        self.range.min + (self.range.max - self.range.min) * bin as f32 / BINS as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(values: &[f32]) -> Histogram {
        let mut range = Range::default();
        range.observe(values);
        let mut histogram = Histogram::new(range);
        histogram.observe(values);
        histogram
    }

    /// 100,000 numbers in -1 to 1 and one far away.
    fn with_outlier(outlier: f32) -> Vec<f32> {
        let mut values: Vec<f32> = (0..100_000).map(|i| (i as f32 / 50_000.0) - 1.0).collect();
        values.push(outlier);
        values
    }

    #[test]
    fn minmax_holds_all() {
        let range = histogram(&with_outlier(100.0)).choose(Observer::Minmax);
        assert_eq!(range, Range { min: -1.0, max: 100.0 });
    }

    #[test]
    fn percentiles_leave_an_outlier_out() {
        let range = histogram(&with_outlier(100.0)).choose(Observer::Percentile);
        // To a bin, which is 101 / 2048 wide.
        assert!((range.max - 1.0).abs() < 0.06 && range.min <= -0.95, "{range:?}");
        let range = histogram(&with_outlier(-100.0)).choose(Observer::Percentile);
        assert!((range.min + 1.0).abs() < 0.06 && range.max >= 0.95, "{range:?}");
    }

    #[test]
    fn least_error_weighs_saturation_against_steps() {
        // A range up to m costs (m / 255)^2 / 12 for each number and (10 - m)^2 for the one outside: least near 8.9.
        let values = with_outlier(10.0);
        let all = histogram(&values);
        let range = all.choose(Observer::Mse);
        assert!((8.0..9.8).contains(&range.max) && range.min <= -0.9, "{range:?}");
        assert!(all.squared_error(range) < all.squared_error(all.choose(Observer::Minmax)));
        assert!(all.squared_error(range) < all.squared_error(all.choose(Observer::Percentile)));
        // Numbers that fill their range are best held whole.
        let uniform: Vec<f32> = (0..=1000).map(|i| i as f32 / 1000.0).collect();
        assert_eq!(histogram(&uniform).choose(Observer::Mse).max, 1.0);
    }

    #[test]
    fn a_relu_keeps_its_zero_and_a_dead_tensor_stays_dead() {
        let mut values = vec![0.0; 5000];
        values.extend((0..5000).map(|i| i as f32 / 1000.0));
        for observer in [Observer::Minmax, Observer::Percentile, Observer::Mse] {
            assert_eq!(histogram(&values).choose(observer).min, 0.0, "{observer:?}");
            assert_eq!(histogram(&[0.0; 3]).choose(observer), Range::default(), "{observer:?}");
        }
    }
}
