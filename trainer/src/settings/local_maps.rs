//! Which outputs of an encoder are compared with its embeddings, cell by cell.

use anyhow::{bail, ensure};

use super::{Method, TrainConfig};

impl TrainConfig {
    /// The layers that `local_maps` names, in its order.
    pub fn local_map_layers(&self) -> Vec<usize> {
        self.local_maps.iter().filter_map(|name| self.encoder.layer_named(name)).collect()
    }

    /// Checks that there are such maps, each once, and something that compares with them.
    pub(super) fn validate_local_maps(&self) -> anyhow::Result<()> {
        let (maps, encoder) = (&self.local_maps, &self.encoder);
        let Some(first) = maps.first() else { return Ok(()) };
        let method = self.method.name();
        ensure!(
            self.method == Method::Dim,
            "local_maps = [{first:?}]: only method = \"dim\" compares with maps, not {method:?}; leave it out"
        );
        ensure!(self.beta > 0.0, "local_maps = [{first:?}]: is of the local objective; set beta above 0");
        let others = encoder.other_maps();
        for (index, name) in maps.iter().enumerate() {
            ensure!(!maps[..index].contains(name), "local_maps: {name:?} stands there twice; name it once");
            match encoder.layer_named(name) {
                Some(layer) if others.contains(&layer) => {}
                Some(layer) if layer == encoder.feature_map => {
                    bail!("local_maps: {name:?} is the tap feature_map, which is compared with anyway; leave it out")
                }
                _ => {
                    let names: Vec<String> = others.iter().map(|layer| encoder.name_of(*layer)).collect();
                    bail!("local_maps: {} has no other map {name:?}; choose from {}", encoder.name, names.join(" "))
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::architecture::Preset;

    fn config(preset: Preset, maps: &[&str]) -> TrainConfig {
        let local_maps = maps.iter().copied().map(str::to_owned).collect();
        TrainConfig { encoder: preset.architecture(), local_maps, ..TrainConfig::default() }
    }

    #[test]
    fn maps_are_layers_by_the_names_of_the_description() {
        let layers = |preset, maps: &[&str]| {
            let config = config(preset, maps);
            config.validate().unwrap();
            config.local_map_layers()
        };
        assert_eq!(layers(Preset::Resnet8, &["block2", "stem", "layer4"]), [7, 0, 4]);
        assert_eq!(layers(Preset::Edge28, &["conv", "layer0"]), [2, 0]);
        assert!(layers(Preset::Edge28, &[]).is_empty());
        // As the run folder says it again.
        let written = config(Preset::Resnet8, &["block2"]).to_toml().unwrap();
        let read = TrainConfig::from_toml(&written, std::path::Path::new("")).unwrap();
        assert_eq!((read.local_map_layers(), read), (vec![7], config(Preset::Resnet8, &["block2"])));
    }

    #[test]
    fn what_is_no_other_map_is_refused_with_those_that_are() {
        for (preset, maps, words) in [
            (Preset::Edge28, &["block2"][..], "edge28 has no other map \"block2\"; choose from layer0 conv"),
            (Preset::Edge28, &["layer0", "fc"], "edge28 has no other map \"fc\"; choose from layer0 conv"),
            (Preset::Edge28, &["local"], "\"local\" is the tap feature_map, which is compared with anyway"),
            (Preset::Edge28, &["conv", "conv"], "\"conv\" stands there twice"),
            // Layers on crops are no maps of an image.
            (Preset::Foldalex64, &["layer1"], "foldalex64 has no other map \"layer1\"; choose from"),
        ] {
            let error = config(preset, maps).validate().unwrap_err().to_string();
            assert!(error.starts_with("local_maps: ") && error.contains(words), "{error}");
        }
        let taken = config(Preset::Edge28, &["layer0"]);
        for refused in
            [TrainConfig { beta: 0.0, alpha: 1.0, ..taken.clone() }, TrainConfig { method: Method::Vae, ..taken }]
        {
            let error = refused.validate().unwrap_err().to_string();
            assert!(error.starts_with("local_maps = [\"layer0\"]: "), "{error}");
        }
    }

    #[test]
    fn the_longest_list_of_maps_stays_a_line() {
        for preset in Preset::all() {
            let error = config(*preset, &["nowhere"]).validate().unwrap_err().to_string();
            assert!(error.len() < 390, "{} {error}", error.len());
        }
    }
}
