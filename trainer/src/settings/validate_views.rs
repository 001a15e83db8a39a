//! Which settings of views go together.

use anyhow::ensure;
use dim_host::data::Augmentation;

use super::{TrainConfig, Views};

/// Kinds of augmentation for pictures, as errors name them.
const OF_PICTURES: &str = "crop-flip, shift-tone, amdim or resized-crop";
/// Most small crops of an image; each costs a pass through the encoder.
const MOST_CROPS: usize = 64;
/// Smallest side, in pixels, of an input that parts are scaled to.
const LEAST_SIDE: u16 = 8;

impl TrainConfig {
    pub(super) fn validate_views(&self) -> anyhow::Result<()> {
        let (kind, views) = (self.augmentation.name(), self.views.name());
        ensure!(
            self.views == Views::One || self.augmentation != Augmentation::None,
            "augmentation = \"none\": all views would be one image; set {OF_PICTURES}, or signal, or views = \"one\""
        );
        let input = self.encoder.input;
        ensure!(
            self.augmentation != Augmentation::Signal || input.height > 1,
            "augmentation = \"signal\": rows are points in time, {input} has one; give signals as [time, 1, channels], or set \
             shift-tone"
        );
        let growth = self.augmentation_growth;
        ensure!(
            growth.is_finite() && growth >= 0.0,
            "augmentation_growth = {growth}: must be 0 or a positive number of epochs"
        );
        ensure!(
            growth == 0.0 || self.augmentation != Augmentation::None,
            "augmentation_growth = {growth}: nothing can grow with augmentation = \"none\"; set {OF_PICTURES}, or signal"
        );
        let blur = self.blur;
        ensure!((0.0..=1.0).contains(&blur), "blur = {blur}: must be at least 0 and at most 1");
        ensure!(
            blur == 0.0 || self.augmentation.is_of_pictures(),
            "blur = {blur}: is of pictures, not of augmentation = {kind:?}; set {OF_PICTURES}, or blur = 0"
        );
        let crops = self.small_crops;
        if self.views != Views::Crops {
            ensure!(
                crops == Self::default().small_crops,
                "small_crops = {crops}: without effect with views = {views:?}; set views = \"crops\", or leave it out"
            );
            return Ok(());
        }
        ensure!(
            (1..=MOST_CROPS).contains(&crops),
            "small_crops = {crops}: must be at least 1 and at most {MOST_CROPS}; views = \"two\" has none"
        );
        ensure!(
            self.augmentation.is_of_pictures(),
            "augmentation = {kind:?}: a part of a signal, scaled to its length, is a slower signal; set views = \"two\", or \
             {OF_PICTURES}"
        );
        ensure!(
            input.height.min(input.width) >= LEAST_SIDE,
            "views = \"crops\": parts of {input} images are too small, a side has at least {LEAST_SIDE} pixels; set views = \
             \"two\""
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use dim_model_format::Shape;

    use super::*;

    #[test]
    fn unusable_views_are_named_with_the_remedy() {
        let usable = TrainConfig { augmentation: Augmentation::ResizedCrop, ..TrainConfig::default() };
        let crops = TrainConfig { views: Views::Crops, ..usable.clone() };
        let with = |augmentation, config: &TrainConfig| TrainConfig { augmentation, ..config.clone() };
        for config in [
            TrainConfig { blur: 1.0, augmentation_growth: 300.0, ..usable.clone() },
            TrainConfig { small_crops: 1, ..crops.clone() },
            with(Augmentation::Amdim, &crops),
            with(Augmentation::Signal, &TrainConfig { views: Views::Two, ..usable.clone() }),
        ] {
            config.validate().unwrap();
        }
        for (config, words) in [
            (with(Augmentation::None, &crops), ["augmentation = \"none\"", "set crop-flip"]),
            (
                TrainConfig { augmentation_growth: -1.0, ..usable.clone() },
                ["augmentation_growth = -1", "0 or a positive"],
            ),
            (
                TrainConfig { augmentation_growth: f64::NAN, ..usable.clone() },
                ["augmentation_growth", "0 or a positive"],
            ),
            (
                TrainConfig { augmentation_growth: 2.0, ..TrainConfig::default() },
                ["augmentation_growth = 2", "crop-flip"],
            ),
            (TrainConfig { blur: 1.5, ..usable.clone() }, ["blur = 1.5", "at most 1"]),
            (TrainConfig { blur: f64::NAN, ..usable.clone() }, ["blur = NaN", "at most 1"]),
            (TrainConfig { blur: 0.5, ..with(Augmentation::Signal, &usable) }, ["blur = 0.5", "signal"]),
            (TrainConfig { small_crops: 2, ..usable.clone() }, ["small_crops = 2", "set views = \"crops\""]),
            (TrainConfig { small_crops: 0, ..crops.clone() }, ["small_crops = 0", "at least 1"]),
            (TrainConfig { small_crops: 65, ..crops.clone() }, ["small_crops = 65", "at most 64"]),
            (with(Augmentation::Signal, &crops), ["augmentation = \"signal\"", "views = \"two\""]),
        ] {
            let error = config.validate().unwrap_err().to_string();
            assert!(error.starts_with(words[0]) && error.contains(words[1]), "{error}");
        }
        let mut flat = crops;
        flat.encoder.input = Shape::new(1, 40, 3);
        let error = with(Augmentation::Signal, &flat).validate_views().unwrap_err().to_string();
        assert!(error.starts_with("augmentation = \"signal\"") && error.contains("[time, 1, channels]"), "{error}");
        flat.encoder.input = Shape::new(128, 1, 6);
        let error = flat.validate_views().unwrap_err().to_string();
        assert!(
            error.starts_with("views = \"crops\": parts of 128x1x6") && error.contains("views = \"two\""),
            "{error}"
        );
    }
}
