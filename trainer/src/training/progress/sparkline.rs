//! The course of a number in one line of text.

/// Characters of a line at most.
const WIDTH: usize = 40;
/// From the lowest to the highest.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// All values so far, each bar the mean of equally many; the last one of those there are yet.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sparkline {
    means: Vec<f32>,
    values_per_bar: usize,
    /// Sum and number of the values of the last bar.
    last: (f32, usize),
}

impl Sparkline {
    /// No value yet.
    pub(super) fn new() -> Self {
        Self { means: Vec::new(), values_per_bar: 1, last: (0.0, 0) }
    }

    /// Adds a value.
    pub(super) fn push(&mut self, value: f32) {
        self.last = (self.last.0 + value, self.last.1 + 1);
        if self.last.1 < self.values_per_bar {
            return;
        }
        self.means.push(self.last.0 / self.last.1 as f32);
        self.last = (0.0, 0);
        if self.means.len() == WIDTH {
            self.means = self.means.chunks_exact(2).map(|pair| (pair[0] + pair[1]) / 2.0).collect();
            self.values_per_bar *= 2;
        }
    }

    /// Between the least and the greatest of the means.
    pub(super) fn draw(&self) -> String {
        let (sum, count) = self.last;
        let means: Vec<f32> = self.means.iter().copied().chain((count > 0).then(|| sum / count as f32)).collect();
        let [least, greatest] = [f32::min, f32::max].map(|of| means.iter().copied().reduce(of).unwrap_or(0.0));
        let span = (greatest - least).max(f32::MIN_POSITIVE);
        let bar = |mean: &f32| BARS[((mean - least) / span * (BARS.len() - 1) as f32).round() as usize];
        means.iter().map(bar).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl IntoIterator<Item = f32>) -> String {
        let mut line = Sparkline::new();
        values.into_iter().for_each(|value| line.push(value));
        line.draw()
    }

    #[test]
    fn bars_lie_between_the_least_and_the_greatest() {
        assert_eq!(of([]), "");
        assert_eq!(of([2.5, 2.5]), "▁▁");
        assert_eq!(of((0..8).map(|value| value as f32 - 3.0)), "▁▂▃▄▅▆▇█");
        assert_eq!(of([1.0, -1.0, 0.0]), "█▁▅");
    }

    #[test]
    fn a_long_course_keeps_its_shape_within_the_width() {
        for count in [39, 40, 41, 1000, 12_345] {
            let line = of((0..count).map(|value| value as f32));
            let bars: Vec<char> = line.chars().collect();
            assert!((WIDTH / 2..=WIDTH).contains(&bars.len()), "{count}: {line}");
            assert!(bars.is_sorted() && bars[0] == '▁' && bars[bars.len() - 1] == '█', "{count}: {line}");
        }
    }

    #[test]
    fn a_bar_is_a_mean() {
        // Twenty bars of two values; the last one is of one yet.
        let line = of((0..41).map(|value| if value < 40 { (value % 2) as f32 } else { 8.0 }));
        assert_eq!(line, "▁".repeat(20) + "█");
    }
}
