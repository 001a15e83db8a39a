//! Learning from a trained encoder.

use anyhow::ensure;

use super::TrainConfig;

impl TrainConfig {
    /// Weight of what the teacher adds to the loss; 0 where there is none.
    pub(super) fn teacher_weight(&self) -> f64 {
        if self.teacher.is_some() { self.teacher_information } else { 0.0 }
    }

    /// Checks that a teacher has a weight, and a weight a teacher.
    pub(super) fn validate_teacher(&self) -> anyhow::Result<()> {
        let weight = self.teacher_information;
        match &self.teacher {
            Some(_) => ensure!(
                weight > 0.0,
                "teacher_information = 0: the teacher would teach nothing; set it above 0, or leave out teacher"
            ),
            None => ensure!(
                weight == Self::default().teacher_information,
                "teacher_information = {weight}: without effect; name a run to learn from by teacher"
            ),
        }
        Ok(())
    }
}
