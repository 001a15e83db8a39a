//! `dim novelty E.dim --compare FOLDER`

use anyhow::Context;
use dim_host::novelty::{Areas, Comparison, Normality};
use dim_model_format::Model;
use serde::Serialize;

use super::classes::open;
use crate::arguments::NoveltyArgs;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
pub(super) struct Compared {
    identity: String,
    dataset: String,
    /// Areas under the curve of the test images, 0 to 1.
    splits: Vec<Split>,
    /// Over the splits where one class is strange, and over those where one is normal.
    mean_one_strange: Option<Areas>,
    mean_one_normal: Option<Areas>,
}

/// What was held to be normal.
#[derive(Debug, Serialize)]
struct Split {
    /// The one class that is strange or normal; `None` if they were named.
    class: Option<String>,
    /// Whether that class is the normal one.
    is_normal: bool,
    #[serde(flatten)]
    areas: Areas,
}

pub(super) fn run(args: &NoveltyArgs, model: &Model<'_>, source: &str) -> anyhow::Result<Compared> {
    let (dataset, named) = open(args, model, source)?;
    let comparison = Comparison::new(model, &dataset).with_context(|| source.to_owned())?;
    let mut splits = Vec::new();
    let mut add = |class: Option<&String>, is_normal: bool, normality: &Normality| -> anyhow::Result<()> {
        let about = || class.map_or(source.to_owned(), |class| format!("{source}, {class}"));
        if let Some(areas) = comparison.areas(normality).with_context(about)? {
            splits.push(Split { class: class.cloned(), is_normal, areas });
        }
        Ok(())
    };
    match named {
        Some(normality) => add(None, false, &normality)?,
        None => {
            for is_normal in [false, true] {
                for (number, class) in dataset.classes.iter().enumerate() {
                    let normality = Normality::but(dataset.classes.len(), number, is_normal);
                    add(Some(class), is_normal, &normality)?;
                }
            }
        }
    }
    anyhow::ensure!(!splits.is_empty(), "{source}: there are no test images of both normal and strange classes");
    let mean = |is_normal: bool| {
        let of: Vec<Areas> =
            splits.iter().filter(|of| of.class.is_some() && of.is_normal == is_normal).map(|of| of.areas).collect();
        (!of.is_empty()).then(|| Areas::mean(&of))
    };
    let [mean_one_strange, mean_one_normal] = [mean(false), mean(true)];
    Ok(Compared {
        identity: model.identity().to_string(),
        dataset: dataset.name.clone(),
        splits,
        mean_one_strange,
        mean_one_normal,
    })
}

/// A column of the table.
struct Column {
    /// Its heading, in two lines.
    names: [&'static str; 2],
    /// Whether only an encoder with a critic has it.
    of_critic: bool,
    area: fn(&Areas) -> Option<f64>,
}

const COLUMNS: [Column; 7] = [
    Column { names: ["map,", "worst"], of_critic: false, area: |of| Some(of.map_worst) },
    Column { names: ["map,", "mean"], of_critic: false, area: |of| Some(of.map_mean) },
    Column { names: ["critic,", "worst"], of_critic: true, area: |of| of.critic_worst },
    Column { names: ["critic,", "mean"], of_critic: true, area: |of| of.critic_mean },
    Column { names: ["", "embedding"], of_critic: false, area: |of| Some(of.embedding) },
    Column { names: ["pixels,", "worst"], of_critic: false, area: |of| Some(of.pixels_worst) },
    Column { names: ["pixels,", "mean"], of_critic: false, area: |of| Some(of.pixels_mean) },
];

impl Compared {
    pub(super) fn print(&self) {
        println!("area under the curve of the test images of {}, encoder {}", self.dataset, self.identity);
        let has_critic = self.splits.iter().any(|split| split.areas.critic_worst.is_some());
        let columns = |of: &dyn Fn(&Column) -> String| -> String {
            COLUMNS
                .iter()
                .filter(|column| !column.of_critic || has_critic)
                .map(|column| format!(" {:>9}", of(column)))
                .collect()
        };
        println!("  {:<28}{}", "", columns(&|column| column.names[0].to_owned()));
        println!("  {:<28}{}", "", columns(&|column| column.names[1].to_owned()));
        let row = |name: &str, areas: &Areas| {
            let area = |column: &Column| (column.area)(areas).map_or_else(String::new, |area| format!("{area:.3}"));
            println!("  {name:<28}{}", columns(&area));
        };
        for split in &self.splits {
            let kind = if split.is_normal { "normal" } else { "strange" };
            let name = split.class.as_ref().map_or("as named".to_owned(), |class| format!("{class} {kind}"));
            row(&name, &split.areas);
        }
        for (mean, kind) in [(&self.mean_one_strange, "strange"), (&self.mean_one_normal, "normal")] {
            if let Some(mean) = mean {
                row(&format!("mean, one class {kind}"), mean);
            }
        }
    }
}
