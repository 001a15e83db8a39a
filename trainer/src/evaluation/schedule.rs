//! How long a measure learns, how its step size falls, and over which epochs its value is averaged.

/// Passes over the data, scaled from the paper's: a short schedule falls and averages at the same shares of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// Passes over the data.
    pub epochs: usize,
    /// Adam's step size at first.
    rate: f64,
    /// Shares of the epochs after which it falls to a tenth.
    falls: [f64; 2],
}

impl Schedule {
    /// For classifiers: falls after 50 and 100 of 200 epochs (`classification_eval.py` of the authors' code; 200
    /// epochs make the average run over the last 100, as in section 4.1 of the paper).
    pub const fn classifier(epochs: usize) -> Self {
        Self { epochs, rate: 1e-4, falls: [0.25, 0.5] }
    }

    /// For critics: falls after 500 and 750 of 1000 epochs (`ndm_eval.py` of the authors' code).
    pub const fn critic(epochs: usize) -> Self {
        Self { epochs, rate: 1e-4, falls: [0.5, 0.75] }
    }

    /// For the decoder, which the authors' code gives no schedule: falls once, after three quarters.
    pub const fn decoder(epochs: usize) -> Self {
        Self { epochs, rate: 1e-4, falls: [0.75, 1.0] }
    }

    /// The same with another step size at first.
    #[must_use]
    pub const fn with_rate(self, rate: f64) -> Self {
        Self { rate, ..self }
    }

    /// Step size in epoch `epoch`, from 0.
    pub fn rate(&self, epoch: usize) -> f64 {
        let fallen = |share: &&f64| epoch as f64 >= (**share * self.epochs as f64).round();
        self.rate * 0.1_f64.powi(self.falls.iter().filter(fallen).count() as i32)
    }

    /// Number of last epochs that the reported value is the mean of: half of them, rounded up.
    pub const fn averaged(&self) -> usize {
        self.epochs.div_ceil(2)
    }

    /// Whether epoch `epoch`, from 0, is one of them.
    pub const fn is_averaged(&self, epoch: usize) -> bool {
        epoch + self.averaged() >= self.epochs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_papers_schedule_and_a_short_one() {
        let paper = Schedule::classifier(200);
        let rates = [0, 49, 50, 99, 100, 199].map(|epoch| paper.rate(epoch));
        for (rate, expected) in rates.into_iter().zip([1e-4, 1e-4, 1e-5, 1e-5, 1e-6, 1e-6]) {
            assert!((rate / expected - 1.0).abs() < 1e-9, "{rates:?}");
        }
        assert_eq!((paper.averaged(), paper.is_averaged(99), paper.is_averaged(100)), (100, false, true));

        let short = Schedule::critic(4).with_rate(1.0);
        assert_eq!([0, 1, 2, 3].map(|epoch| (short.rate(epoch) * 100.0).round() as usize), [100, 100, 10, 1]);
        assert_eq!([0, 1, 2, 3].map(|epoch| short.is_averaged(epoch)), [false, false, true, true]);
        assert!(Schedule::classifier(1).is_averaged(0));
    }
}
