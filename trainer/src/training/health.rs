//! Whether the encoder still tells images apart.

use super::metrics::Metrics;

/// Spread of embeddings below which they are as good as one.
const COLLAPSED: f32 = 0.01;
/// Readings in a row that must say so: an encoder that has hardly begun may spread little, too.
const PATIENCE: usize = 50;

/// What the readings of a run say.
#[derive(Debug, Default)]
pub(super) struct Health {
    collapsed: usize,
}

impl Health {
    /// Takes note of a step.
    pub(super) fn see(&mut self, metrics: &Metrics) {
        if let Some(spread) = metrics.spread {
            self.collapsed = if spread < COLLAPSED { self.collapsed + 1 } else { 0 };
        }
    }

    /// Whether the last readings found embeddings that do not differ.
    pub(super) fn has_collapsed(&self) -> bool {
        self.collapsed >= PATIENCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_readings_in_a_row_without_a_spread_are_a_collapse() {
        let of = |spreads: &[Option<f32>]| {
            let mut health = Health::default();
            spreads.iter().for_each(|spread| health.see(&Metrics { spread: *spread, ..Metrics::default() }));
            health.has_collapsed()
        };
        assert!(of(&[Some(0.001); 50]) && !of(&[Some(0.001); 49]));
        let mut revived = [Some(0.001); 90];
        revived[45] = Some(0.5);
        assert!(!of(&revived));
        assert!(!of(&[None; 90]) && !of(&[]));
    }
}
