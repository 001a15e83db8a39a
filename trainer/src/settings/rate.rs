//! Adam's step size in every step.

use std::f64::consts::PI;

use super::{Schedule, TrainConfig};

impl TrainConfig {
    /// The step size of a step, counted from 0, of a run with so many steps in an epoch.
    pub fn rate(&self, step: usize, steps_in_epoch: usize) -> f64 {
        let warm_up = self.warm_up * steps_in_epoch as f64;
        let all = (self.epochs * steps_in_epoch) as f64;
        // In the middle of the step, so that neither the first nor the last one is 0.
        let step = step as f64 + 0.5;
        if step < warm_up {
            return self.learning_rate * step / warm_up;
        }
        let done = (step - warm_up) / (all - warm_up).max(1.0);
        let share = match self.schedule {
            Schedule::Constant => 1.0,
            Schedule::Cosine => (1.0 + (PI * done.min(1.0)).cos()) / 2.0,
            Schedule::Steps if done < 0.6 => 1.0,
            Schedule::Steps if done < 0.8 => 0.1,
            Schedule::Steps => 0.01,
        };
        self.learning_rate * share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn step_sizes_rise_and_fall() {
        let config =
            |schedule| TrainConfig { schedule, warm_up: 2.0, epochs: 12, learning_rate: 1.0, ..TrainConfig::default() };
        let cosine = config(Schedule::Cosine);
        assert!((cosine.rate(0, 10) - 0.025).abs() < 1e-12);
        assert!((cosine.rate(19, 10) - 0.975).abs() < 1e-12);
        assert!(cosine.rate(20, 10) > 0.999 && (cosine.rate(70, 10) - 0.5).abs() < 0.01);
        assert!(cosine.rate(119, 10) > 0.0 && cosine.rate(119, 10) < 1e-4);
        let steps = config(Schedule::Steps);
        assert_eq!([20, 79, 80, 99, 100, 119].map(|step| steps.rate(step, 10)), [1.0, 1.0, 0.1, 0.1, 0.01, 0.01]);
        assert_eq!(config(Schedule::Constant).rate(119, 10), 1.0);
        assert_eq!(TrainConfig::default().rate(0, 10), TrainConfig::default().learning_rate);
    }
}
