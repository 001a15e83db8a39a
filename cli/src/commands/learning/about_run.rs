//! What the reports say of a run before anything was measured.

use dim_trainer::training::Run;

/// Encoder, data, objective and training, each by name.
pub(super) fn about(run: &Run) -> anyhow::Result<Vec<(String, String)>> {
    let mut facts = vec![("encoder", run.architecture().name.clone()), ("objective", run.objective())];
    if run.imported.is_none() {
        let labels = if run.config.method.reads_labels() { "with labels" } else { "without labels" };
        facts.push(("trained on", format!("{}, {} images {labels}", run.dataset.name, run.dataset.train_images)));
    }
    facts.push(("training", run.training()?));
    Ok(facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Every setting, in the order of `config.toml`; none of an encoder that was trained elsewhere.
pub(super) fn settings(run: &Run) -> anyhow::Result<Vec<(String, String)>> {
    if run.imported.is_some() {
        return Ok(Vec::new());
    }
    let file = toml::to_string(&run.config)?;
    let lines = file.lines().filter_map(|line| line.split_once(" = "));
    Ok(lines.map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned())).collect())
}
