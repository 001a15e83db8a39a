//! How the views of every step are drawn.

use dim_host::data::{Augmentations, Strength};

use super::TrainConfig;

impl TrainConfig {
    /// How the views of a step, counted from 0, are drawn in a run with so many steps in an epoch. It follows from the step
    /// alone, so that a resumed run goes on with the same views.
    pub fn augmentations(&self, step: usize, steps_in_epoch: usize) -> Augmentations {
        let growth = self.augmentation_growth * steps_in_epoch as f64;
        // In the middle of the step, as the step size is.
        let strength = if growth > 0.0 { Strength::new((step as f64 + 0.5) / growth) } else { Strength::FULL };
        Augmentations { augmentation: self.augmentation, blur: self.blur, strength }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strength_grows_in_a_line_and_stays() {
        let growing = TrainConfig { augmentation_growth: 2.0, epochs: 9, ..TrainConfig::default() };
        for (step, share) in [(0, 0.025), (9, 0.475), (19, 0.975), (20, 1.0), (89, 1.0)] {
            assert_eq!(growing.augmentations(step, 10).strength, Strength::new(share), "{step}");
        }
        // However long the run is to be.
        let longer = TrainConfig { epochs: 99, ..growing.clone() };
        assert_eq!(longer.augmentations(7, 10), growing.augmentations(7, 10));
        assert_eq!(TrainConfig::default().augmentations(0, 10).strength, Strength::FULL);
    }
}
