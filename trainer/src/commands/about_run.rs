//! What the reports say of a run before anything was measured.

use toml::Value;

use crate::training::Run;

/// Encoder, data, objective and training, each by name.
pub(super) fn about(run: &Run) -> anyhow::Result<Vec<(String, String)>> {
    let mut facts = vec![("encoder", run.architecture().name.to_owned()), ("objective", run.objective())];
    if run.imported.is_none() {
        let labels = if run.config.method.reads_labels() { "with labels" } else { "without labels" };
        facts.push(("trained on", format!("{}, {} images {labels}", run.dataset.name, run.dataset.train_images)));
    }
    facts.push(("training", run.training()?));
    Ok(facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Every setting as in `config.toml`; none of an encoder that was trained elsewhere.
pub(super) fn settings(run: &Run) -> anyhow::Result<Vec<(String, String)>> {
    if run.imported.is_some() {
        return Ok(Vec::new());
    }
    let Value::Table(table) = Value::try_from(&run.config)? else { return Ok(Vec::new()) };
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(table.into_iter().map(|(name, value)| (name, text(value))).collect())
}
