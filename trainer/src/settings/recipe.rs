//! Settings that are known to serve an encoder well, so that nobody begins with none.

use std::path::Path;

use anyhow::Context;
use dim_host::choice::Choice;
use dim_host::choices;
use toml::de::DeTable;

use super::{Method, TrainConfig};
use crate::architecture::{Architecture, Preset};
use crate::line::line;

/// The key that names one in a file of settings.
pub(super) const KEY: &str = "recipe";

choices! {
    /// Settings that go together; `docs/RECIPES.md` says what each part of them is worth.
    #[derive(Default)]
    pub enum Recipe {
        /// The paper's DIM(L): one view, no augmentation, a constant step size
        #[default]
        Paper = "paper",
        /// Small encoders of grey pictures
        Grey = "grey",
        /// Small encoders of colour pictures
        Colour = "colour",
        /// Small encoders of windows of a signal
        Signal = "signal",
    }
}

impl Recipe {
    /// The best that is known for an encoder that learns by `method`.
    pub const fn of(preset: Preset, method: Method) -> Self {
        match (method, preset) {
            (Method::Dim, Preset::Edge28 | Preset::Edge28Depthwise | Preset::Edge28Small | Preset::Edge96Grey) => {
                Self::Grey
            }
            (
                Method::Dim,
                Preset::Edge32 | Preset::Edge32Small | Preset::Edge32Wide | Preset::Resnet8 | Preset::Edge96,
            ) => Self::Colour,
            (Method::Dim, Preset::Imu128) => Self::Signal,
            _ => Self::Paper,
        }
    }

    /// The settings in which it differs from the paper's, as a file of `dim train --config`.
    pub const fn settings(self) -> &'static str {
        match self {
            Self::Paper => include_str!("recipes/paper.toml"),
            Self::Grey => include_str!("recipes/grey.toml"),
            Self::Colour => include_str!("recipes/colour.toml"),
            Self::Signal => include_str!("recipes/signal.toml"),
        }
    }

    /// Every setting of a run of `encoder`.
    ///
    /// # Panics
    /// Never: tests read all of them.
    pub fn config(self, encoder: Architecture) -> TrainConfig {
        let config =
            TrainConfig::from_toml(self.settings(), Path::new("")).expect("the recipes are valid, as tests show");
        TrainConfig { encoder, ..config }
    }
}

/// Takes `recipe = "NAME"` out of the settings that stand in `text`, and gives what they leave out its values.
pub(super) fn fill(settings: &mut DeTable<'_>, text: &str) -> anyhow::Result<()> {
    let Some(value) = settings.remove(KEY) else { return Ok(()) };
    let line = line(text, value.span().start);
    let named = value.get_ref().as_str().and_then(Recipe::named);
    let recipe = named.with_context(|| {
        let names = Recipe::OFFERED.iter().map(|recipe| format!("{:?}", recipe.name())).collect::<Vec<_>>();
        format!("line {line}: recipe: must be one of {}", names.join(", "))
    })?;
    let filling = DeTable::parse(recipe.settings()).expect("the recipes are valid, as tests show");
    for (key, value) in filling.into_inner() {
        if !settings.contains_key(&**key.get_ref()) {
            settings.insert(key, value);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recipe_is_valid_for_the_encoders_that_it_is_for() {
        for &preset in Preset::all() {
            let recipe = Recipe::of(preset, Method::Dim);
            let config = recipe.config(preset.architecture());
            config.validate().unwrap();
            assert_eq!(config.encoder, preset.architecture());
        }
        assert_eq!(Recipe::Paper.config(TrainConfig::default().encoder), TrainConfig::default());
        assert_eq!(Recipe::of(Preset::Edge28, Method::Vae), Recipe::Paper);
    }

    #[test]
    fn a_file_changes_single_settings_of_a_recipe() {
        let read = |text: &str| TrainConfig::from_toml(text, Path::new(""));
        let preset = Preset::Edge28.architecture();
        let expected = TrainConfig { epochs: 3, ..Recipe::Grey.config(preset) };
        assert_ne!(expected.views, TrainConfig::default().views);
        assert_eq!(read("recipe = \"grey\"\nepochs = 3\npreset = \"edge28\"\n").unwrap(), expected);
        let error = read("epochs = 3\nrecipe = \"gray\"\n").unwrap_err().to_string();
        assert_eq!(error, "line 2: recipe: must be one of \"paper\", \"grey\", \"colour\", \"signal\"");
    }
}
