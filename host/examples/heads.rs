//! How well the heads of a device tell classes, and know what is none of them, by few examples.
//!
//!     cargo run --release -p dim-host --example heads -- encoders/edge28-s.dim embedded 10
//!
//! The second argument is a folder of a data set with classes, or `embedded`; the third one, how often examples and classes
//! are drawn. It prints the tables of docs/DEVICE.md, mean and standard deviation over the draws: the accuracy on the test images
//! by examples of a class, beside the linear support vector machine of this crate, which computes in real numbers; and, with
//! half of the classes shown, how many test images of the others are taken for one of them, and how many of their own for
//! unknown.

use std::path::Path;

use anyhow::{Context, ensure};
use dim_device::classes::{Head, Linear, NearestMean, NearestNeighbours};
use dim_host::data::embedded::fashion_mnist_subset;
use dim_host::data::{Images, Reading, read};
use dim_host::representation::{Features, Labelled, encode_all, support_vector};
use dim_model_format::Model;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

/// Most units, classes and examples of the heads here; half of the classes give the examples of the second table.
const UNITS: usize = 128;
const CLASSES: usize = 16;
const EXAMPLES: usize = 512;
/// As a device with little memory has them: 17 KB.
const FEW: usize = 128;
/// Examples of a class.
const COUNTS: [usize; 6] = [1, 2, 5, 10, 20, 50];

type Neighbours = NearestNeighbours<UNITS, CLASSES, EXAMPLES, 5>;

/// Embeddings with their classes.
struct Coded {
    codes: Vec<Vec<i8>>,
    labels: Vec<u8>,
}

impl Coded {
    fn of(model: &Model<'_>, images: &Images) -> anyhow::Result<Self> {
        let codes = encode_all(model, images, |output| output.embedding().values.to_vec())?;
        Ok(Self { codes, labels: images.labels.clone().context("the images have no classes")? })
    }

    fn iter(&self) -> impl Iterator<Item = (&[i8], u8)> {
        self.codes.iter().map(Vec::as_slice).zip(self.labels.iter().copied())
    }

    /// The first so many of each class, in an order that is drawn.
    fn drawn(&self, classes: &[u8], count: usize, draw: &mut StdRng) -> Self {
        let mut order: Vec<usize> = (0..self.labels.len()).collect();
        order.shuffle(draw);
        let mut left = vec![count; usize::from(u8::MAX) + 1];
        order.retain(|index| {
            let label = self.labels[*index];
            let left = &mut left[usize::from(label)];
            let is_taken = *left > 0 && classes.contains(&label);
            *left -= usize::from(is_taken);
            is_taken
        });
        Self {
            codes: order.iter().map(|index| self.codes[*index].clone()).collect(),
            labels: order.iter().map(|index| self.labels[*index]).collect(),
        }
    }

    fn features(&self) -> Features {
        let values = self.codes.iter().flatten().map(|code| f32::from(*code)).collect();
        Features { width: self.codes.first().map_or(0, Vec::len), values }
    }
}

/// What a head says of each test image: the class, and whether it is known.
fn told<H: Head>(examples: &Coded, test: &Coded) -> anyhow::Result<Vec<(u8, bool)>> {
    let mut head = H::new();
    for (codes, label) in examples.iter() {
        head.learn(&label.to_string(), codes).map_err(|error| anyhow::anyhow!("{error:?}"))?;
    }
    let told = test.codes.iter().map(|codes| {
        let verdict = head.classify(codes).context("no class")?;
        Ok((verdict.class.parse()?, verdict.is_known))
    });
    told.collect()
}

type Tell = fn(&Coded, &Coded) -> anyhow::Result<Vec<(u8, bool)>>;

/// By their names in the tables.
const HEADS: [(&str, Tell); 5] = [
    ("nearest mean", told::<NearestMean<UNITS, CLASSES>>),
    ("5 nearest of 512", told::<Neighbours>),
    ("5 nearest of 128", told::<NearestNeighbours<UNITS, CLASSES, FEW, 5>>),
    ("linear, 512 kept", told::<Linear<UNITS, CLASSES, EXAMPLES>>),
    ("linear, 128 kept", told::<Linear<UNITS, CLASSES, FEW>>),
];

/// Percent of those that are so.
fn percent(of: impl IntoIterator<Item = bool>) -> f64 {
    let (mut those, mut all) = (0.0, 0.0);
    for is_so in of {
        (those, all) = (those + f64::from(u8::from(is_so)), all + 1.0);
    }
    100.0 * those / all
}

/// Mean and standard deviation.
fn stated(values: &[f64]) -> String {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    format!("{mean:.1} ± {:.1}", variance.sqrt())
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, source, draws] = arguments.as_slice() else {
        anyhow::bail!("name an encoder, a data set or `embedded`, and a number of draws")
    };
    let draws: u64 = draws.parse().with_context(|| format!("{draws} is no number of draws"))?;
    let bytes = std::fs::read(file).with_context(|| file.clone())?;
    let model = Model::parse(&bytes).with_context(|| file.clone())?;
    let dataset = match source.as_str() {
        "embedded" => fashion_mnist_subset()?,
        folder => read(Path::new(folder), &Reading::of(model.input_shape()))?.0,
    };
    let dataset = dataset.centre_cropped(model.input_shape());
    let classes: Vec<u8> = (0..=u8::MAX).take(dataset.classes.len()).collect();
    ensure!(classes.len() <= CLASSES, "{source} has more than {CLASSES} classes");
    let [train, test] = [&dataset.train, &dataset.test].map(|images| Coded::of(&model, images));
    let (train, test) = (train?, test?);

    println!("| examples of a class |{} linear, real numbers |", HEADS.map(|(name, _)| format!(" {name} |")).concat());
    println!("|---|{}", "---|".repeat(HEADS.len() + 1));
    for count in COUNTS {
        let mut accuracies = vec![Vec::new(); HEADS.len() + 1];
        for seed in 0..draws {
            let examples = train.drawn(&classes, count, &mut StdRng::seed_from_u64(seed));
            for ((_, tell), accuracies) in HEADS.iter().zip(&mut accuracies) {
                let told = tell(&examples, &test)?;
                accuracies.push(percent(told.iter().zip(&test.labels).map(|((class, _), label)| class == label)));
            }
            let [learned, asked] = [&examples, &test].map(Coded::features);
            let learned = Labelled { features: &learned, labels: &examples.labels };
            let asked = Labelled { features: &asked, labels: &test.labels };
            let outcome = support_vector(learned, asked, classes.len(), seed);
            accuracies[HEADS.len()].push(100.0 * outcome.accuracy);
        }
        println!("| {count} |{}", accuracies.iter().map(|of| format!(" {} |", stated(of))).collect::<String>());
    }

    println!("\n| examples of a class |{}", HEADS.map(|(name, _)| format!(" {name} |")).concat());
    println!("|---|{}", "---|".repeat(HEADS.len()));
    for count in COUNTS {
        let mut shares = vec![Vec::new(); 2 * HEADS.len()];
        for seed in 0..draws {
            let mut draw = StdRng::seed_from_u64(seed);
            let mut shown = classes.clone();
            shown.shuffle(&mut draw);
            shown.truncate(classes.len() / 2);
            let examples = train.drawn(&shown, count, &mut draw);
            for ((_, tell), shares) in HEADS.iter().zip(shares.chunks_mut(2)) {
                let told = tell(&examples, &test)?;
                let known = |is_shown: bool| {
                    let of = told.iter().zip(&test.labels).filter(|(_, label)| shown.contains(label) == is_shown);
                    of.map(|((_, is_known), _)| *is_known).collect::<Vec<_>>()
                };
                shares[0].push(percent(known(false)));
                shares[1].push(100.0 - percent(known(true)));
            }
        }
        let pair =
            |pair: &[Vec<f64>]| format!(" {} |", pair.iter().map(|of| stated(of)).collect::<Vec<_>>().join("; "));
        println!("| {count} |{}", shares.chunks(2).map(pair).collect::<String>());
    }
    Ok(())
}
