//! What a run learns by, in a line for reports and files.

use dim_host::data::Augmentation;

use super::{Method, Precision, Prior, PriorMatching, TrainConfig, Views};

impl TrainConfig {
    /// Name of the objective for reports and files: the method, or DIM(G), DIM(L) or DIM(L+G); its weights, and what
    /// differs from the paper's.
    pub fn objective(&self) -> String {
        if self.method != Method::Dim {
            return self.baseline();
        }
        let scope = match (self.alpha > 0.0, self.beta > 0.0) {
            (true, true) => "local-global",
            (true, false) => "global",
            (false, _) => "local",
        };
        let Self { alpha, beta, gamma, prior_noise, coordinates, relative_coordinates, occlusion, .. } = self;
        let prior = match (self.prior_matching, self.prior) {
            (PriorMatching::Adversarial, Prior::Uniform) => String::new(),
            (PriorMatching::Adversarial, prior) => format!(", {} prior", prior.name()),
            (PriorMatching::Moments, _) => ", moments".to_owned(),
            (PriorMatching::Sketch, _) => ", sketch".to_owned(),
            (PriorMatching::Noise, prior) => format!(", {} noise {prior_noise}", prior.name()),
        };
        let weighted = |weight: f64, text: String| if weight > 0.0 { text } else { String::new() };
        let extras = [
            match self.views {
                Views::One => String::new(),
                Views::Two => ", two views".to_owned(),
                Views::Crops => format!(", two views, {} small crops", self.small_crops),
            },
            match self.augmentation {
                Augmentation::None => String::new(),
                augmentation => format!(", {}", augmentation.name()),
            },
            weighted(self.blur, format!(", blur {}", self.blur)),
            weighted(self.augmentation_growth, format!(", growing over {} epochs", self.augmentation_growth)),
            prior,
            match &self.local_maps[..] {
                [] => String::new(),
                maps => format!(", local maps {}", maps.join(" ")),
            },
            weighted(self.view_information, format!(", view information {}", self.view_information)),
            match &self.teacher {
                Some(_) => format!(", teacher information {}", self.teacher_information),
                None => String::new(),
            },
            match self.clusters_of.len() {
                0 => String::new(),
                files => {
                    let (weight, clusters) = (self.cluster_information, self.clusters);
                    let encoders = if files == 1 { "encoder" } else { "encoders" };
                    format!(", cluster information {weight} ({clusters} clusters of {files} {encoders})")
                }
            },
            weighted(self.temperature, format!(", temperature {}", self.temperature)),
            weighted(*coordinates, format!(", coordinates {coordinates}")),
            weighted(*relative_coordinates, format!(", relative coordinates {relative_coordinates}")),
            weighted(*occlusion, format!(", occlusion {occlusion}")),
            if self.precision == Precision::F32 { String::new() } else { format!(", {}", self.precision.name()) },
            self.arithmetic.remark().map_or(String::new(), |remark| format!(", {remark}")),
        ];
        let extras = extras.concat();
        format!("dim-{scope}-{} (alpha {alpha}, beta {beta}, gamma {gamma}{extras})", self.estimator.name())
    }

    /// Name of a method that is not Deep `InfoMax`, with its weights.
    fn baseline(&self) -> String {
        let mut settings = Vec::new();
        if self.method == Method::BetaVae {
            settings.push(format!("kl_weight {}", self.kl_weight));
        }
        if self.matches_prior() {
            settings.push(format!("gamma {}", self.gamma));
        }
        if self.has_adversary() {
            settings.push(format!("{} prior", self.prior.name()));
        }
        if self.precision != Precision::F32 {
            settings.push(self.precision.name().to_owned());
        }
        settings.extend(self.arithmetic.remark().map(str::to_owned));
        let name = self.method.name();
        if settings.is_empty() { name.to_owned() } else { format!("{name} ({})", settings.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Estimator;

    #[test]
    fn an_objective_is_named_by_its_parts() {
        let local = TrainConfig::default();
        assert_eq!(local.objective(), "dim-local-jsd (alpha 0, beta 1, gamma 0.1)");
        let global = TrainConfig { alpha: 1.0, beta: 0.0, gamma: 1.0, estimator: Estimator::Dv, ..local.clone() };
        assert_eq!(global.objective(), "dim-global-dv (alpha 1, beta 0, gamma 1)");
        let both = TrainConfig {
            alpha: 0.5,
            beta: 0.1,
            gamma: 0.0,
            estimator: Estimator::InfoNce,
            views: Views::Two,
            prior_matching: PriorMatching::Noise,
            coordinates: 1.0,
            occlusion: 1.0,
            precision: Precision::Bf16,
            ..local
        };
        assert_eq!(
            both.objective(),
            "dim-local-global-infonce (alpha 0.5, beta 0.1, gamma 0, two views, uniform noise 0.1, coordinates 1, \
             occlusion 1, bf16)"
        );
    }

    #[test]
    fn a_baseline_is_named_by_its_method_and_what_it_weighs() {
        for (method, name) in [
            (Method::Supervised, "supervised"),
            (Method::Autoencoder, "autoencoder"),
            (Method::Vae, "vae"),
            (Method::BetaVae, "beta-vae (kl_weight 4)"),
            (Method::Aae, "aae (gamma 0.1, uniform prior)"),
            (Method::Bigan, "bigan (uniform prior)"),
            (Method::Nat, "nat"),
            (Method::Cpc, "cpc"),
        ] {
            assert_eq!(TrainConfig { method, ..TrainConfig::default() }.objective(), name);
        }
    }
}
