//! Settings that cannot work, each refused by its name.

use dim_host::choice::Choice;
use dim_host::data::Augmentation;

use super::*;
use crate::settings::PriorUpdates;

fn foldmultialex64() -> Architecture {
    Preset::Foldmultialex64.architecture()
}

#[test]
fn unusable_settings_are_named() {
    let usable = TrainConfig::default();
    assert!(usable.validate().is_ok());
    let noise = TrainConfig { prior_matching: PriorMatching::Noise, ..usable.clone() };
    assert!(TrainConfig { gamma: 0.0, ..noise.clone() }.validate().is_ok());
    assert!(TrainConfig { occlusion: 1.0, ..usable.clone() }.validate().is_ok());
    let with = |method| TrainConfig { method, ..TrainConfig::default() };
    for method in Method::OFFERED {
        let preset = if *method == Method::Cpc { Preset::Foldresnet19 } else { Preset::default() };
        assert!(TrainConfig { encoder: preset.architecture(), ..with(*method) }.validate().is_ok(), "{method:?}");
    }
    let taught = TrainConfig { teacher: Some("runs/large".into()), ..usable.clone() };
    assert!(TrainConfig { beta: 0.0, ..taught.clone() }.validate().is_ok());
    let clustered = TrainConfig { clusters_of: vec!["teacher.npy".into()], ..usable.clone() };
    assert!(TrainConfig { beta: 0.0, ..clustered.clone() }.validate().is_ok());
    let on_crops = TrainConfig { encoder: foldmultialex64(), ..with(Method::Cpc) };
    for config in [
        on_crops.clone(),
        TrainConfig { gamma: 0.0, ..on_crops.clone() },
        TrainConfig { prior: Prior::Gaussian, prior_updates: PriorUpdates::Alternating, ..with(Method::Bigan) },
    ] {
        assert!(config.validate().is_ok());
    }
    for (config, name) in [
        (with(Method::Imported), "method"),
        (TrainConfig { epochs: 0, ..usable.clone() }, "epochs"),
        (TrainConfig { batch_size: 1, ..usable.clone() }, "batch_size"),
        (TrainConfig { shards: 0, ..usable.clone() }, "shards"),
        (TrainConfig { batch_size: 63, shards: 2, ..usable.clone() }, "batch_size"),
        (TrainConfig { batch_size: 3, shards: 3, ..usable.clone() }, "batch_size"),
        (TrainConfig { learning_rate: f64::NAN, ..usable.clone() }, "learning_rate"),
        (TrainConfig { beta_1: 1.0, ..usable.clone() }, "beta_1"),
        (TrainConfig { gamma: -1.0, ..usable.clone() }, "gamma"),
        (TrainConfig { alpha: f64::INFINITY, ..usable.clone() }, "alpha"),
        (TrainConfig { beta: 0.0, ..usable.clone() }, "beta"),
        (TrainConfig { score_clip: -1.0, ..usable.clone() }, "score_clip"),
        (TrainConfig { score_penalty: f64::NAN, ..usable.clone() }, "score_penalty"),
        (TrainConfig { occlusion: 1.5, ..usable.clone() }, "occlusion"),
        (TrainConfig { occlusion: 1.0, beta: 0.0, alpha: 1.0, ..usable.clone() }, "occlusion"),
        (TrainConfig { occlusion: 1.0, occlusion_block: 15, ..usable.clone() }, "occlusion_block"),
        (TrainConfig { prior_matching: PriorMatching::Noise, ..usable.clone() }, "gamma"),
        (TrainConfig { gamma: 0.0, prior_noise: 0.0, ..noise.clone() }, "prior_noise"),
        (TrainConfig { gamma: 0.0, prior: Prior::Ball, ..noise }, "prior"),
        (TrainConfig { gamma: 0.0, gradient_penalty: 1.0, ..usable.clone() }, "gradient_penalty"),
        (TrainConfig { kl_weight: 0.0, ..with(Method::BetaVae) }, "kl_weight"),
        (TrainConfig { kl_weight: 2.0, ..with(Method::Vae) }, "kl_weight"),
        (TrainConfig { beta: 4.0, ..with(Method::BetaVae) }, "beta"),
        (TrainConfig { alpha: 1.0, ..with(Method::Supervised) }, "alpha"),
        (TrainConfig { coordinates: 1.0, ..with(Method::Vae) }, "coordinates"),
        (TrainConfig { occlusion: 1.0, ..with(Method::Aae) }, "occlusion"),
        (
            TrainConfig { views: Views::Two, augmentation: Augmentation::ShiftTone, ..with(Method::Autoencoder) },
            "views",
        ),
        (TrainConfig { gamma: 0.0, prior_matching: PriorMatching::Noise, ..with(Method::Vae) }, "prior_matching"),
        (TrainConfig { gamma: 0.0, ..with(Method::Aae) }, "gamma"),
        (TrainConfig { encoder: foldmultialex64(), ..with(Method::Vae) }, "method"),
        (TrainConfig { encoder: foldmultialex64(), ..with(Method::Bigan) }, "method"),
        (TrainConfig { encoder: foldmultialex64(), ..with(Method::Nat) }, "method"),
        (with(Method::Cpc), "method"),
        (TrainConfig { beta: 0.5, ..on_crops.clone() }, "beta"),
        (TrainConfig { gamma: 1.0, ..on_crops.clone() }, "gamma"),
        (TrainConfig { prior: Prior::Sphere, ..on_crops }, "prior"),
        (TrainConfig { gamma: 1.0, ..with(Method::Bigan) }, "gamma"),
        (TrainConfig { gradient_penalty: 1.0, ..with(Method::Bigan) }, "gradient_penalty"),
        (TrainConfig { kl_weight: 2.0, ..with(Method::Bigan) }, "kl_weight"),
        (TrainConfig { alpha: 1.0, ..with(Method::Nat) }, "alpha"),
        (TrainConfig { prior: Prior::Sphere, ..with(Method::Nat) }, "prior"),
        (TrainConfig { prior_updates: PriorUpdates::Alternating, ..with(Method::Nat) }, "prior_updates"),
        (TrainConfig { gradient_penalty: 1.0, ..with(Method::Autoencoder) }, "gradient_penalty"),
        (TrainConfig { metrics_every: 0, ..usable.clone() }, "metrics_every"),
        (TrainConfig { critic_units: 65_536, ..usable.clone() }, "critic_units"),
        (TrainConfig { encoder: foldmultialex64(), coordinates: 0.1, ..usable.clone() }, "coordinates"),
        (TrainConfig { views: Views::Two, ..usable.clone() }, "augmentation"),
        (TrainConfig { teacher_information: 0.5, ..usable.clone() }, "teacher_information"),
        (TrainConfig { teacher_information: 0.0, ..taught.clone() }, "teacher_information"),
        (TrainConfig { teacher_information: f64::NAN, ..taught.clone() }, "teacher_information"),
        (TrainConfig { method: Method::Vae, ..taught }, "teacher"),
        (TrainConfig { clusters: 64, ..usable.clone() }, "clusters"),
        (TrainConfig { cluster_information: 1.0, ..usable.clone() }, "cluster_information"),
        (TrainConfig { cluster_information: 0.0, ..clustered.clone() }, "cluster_information"),
        (TrainConfig { cluster_information: f64::INFINITY, ..clustered.clone() }, "cluster_information"),
        (TrainConfig { clusters: 1, ..clustered.clone() }, "clusters"),
        (TrainConfig { clusters: 65_536, ..clustered.clone() }, "clusters"),
        (TrainConfig { method: Method::Vae, ..clustered }, "clusters_of"),
    ] {
        let error = config.validate().unwrap_err().to_string();
        assert!(error.starts_with(name), "{error}");
    }
}
