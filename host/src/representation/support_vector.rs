//! A linear support vector machine on frozen features: the classifier of the paper's extended table.

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rayon::prelude::*;

use super::features::{Features, Labelled, Standardization};

/// Weight of the hinge losses against the length of the weights, C.
const COST: f64 = 1.0;
/// The solver stops where primal and dual differ by less than this share of the primal.
const TOLERANCE: f64 = 1e-3;
/// Passes over the rows after which it stops at the latest.
const MOST_PASSES: usize = 1000;
/// Passes between two looks at the gap, which cost a pass each.
const PASSES_BETWEEN: usize = 10;

/// Accuracy of a support vector machine, and what its solver did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SupportVectorOutcome {
    /// On the test rows, 0 to 1.
    pub accuracy: f64,
    /// Passes over the training rows, the most of any class.
    pub passes: usize,
}

/// Accuracy on the test rows of one linear machine for each class against the rest; the largest score wins.
///
/// Each minimizes `|w|^2 / 2 + C sum max(0, 1 - y w.x)^2` with `C = 1`, the squared hinge. The bias is the weight of
/// a last feature of 1 and is regularized as the others are. Features are standardized by the training set and
/// divided by the square root of their number, so that rows have length about 1 and C means the same at every tap.
/// `seed` orders the rows; the optimum does not depend on it.
pub fn support_vector(train: Labelled<'_>, test: Labelled<'_>, classes: usize, seed: u64) -> SupportVectorOutcome {
    let standardization = Standardization::of(train.features);
    let prepare = |features| scaled(standardization.apply(features));
    let rows = prepare(train.features);
    // A group for each thread, whose machines see a row while it is near.
    let group = classes.div_ceil(rayon::current_num_threads()).max(1);
    let all: Vec<usize> = (0..classes).collect();
    let solve_group = |classes: &[usize]| {
        let sign = |class, label: &u8| if usize::from(*label) == class { 1.0 } else { -1.0 };
        let of = |class: &usize| train.labels.iter().map(|label| sign(*class, label)).collect();
        solve(&rows, classes.iter().map(of).collect(), COST, TOLERANCE, seed)
    };
    let machines: Vec<Machine> = all.par_chunks(group).flat_map(solve_group).collect();
    let hits = prepare(test.features)
        .rows()
        .zip(test.labels)
        .filter(|(row, label)| {
            let scores = machines.iter().map(|machine| score(&machine.weights, row));
            scores.enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(class, _)| class) == Some(usize::from(**label))
        })
        .count();
    SupportVectorOutcome {
        accuracy: hits as f64 / test.labels.len() as f64,
        passes: machines.iter().map(|machine| machine.passes).max().unwrap_or(0),
    }
}

fn scaled(mut features: Features) -> Features {
    let factor = (features.width as f32).sqrt().recip();
    features.values.iter_mut().for_each(|x| *x *= factor);
    features
}

/// A machine of two classes, found by dual coordinate descent (Hsieh et al. 2008, algorithm 1, L2-loss): it minimizes
/// `a'Qa / 2 + |a|^2 / 4C - sum a` over `a >= 0`, one multiplier at a time, with `w = sum a y x` kept up to date.
#[derive(Debug)]
struct Machine {
    /// `[width + 1]`, the bias last.
    weights: Vec<f32>,
    /// `[count]`, 1 and -1.
    signs: Vec<f32>,
    /// `[count]`.
    multipliers: Vec<f64>,
    passes: usize,
    solved: bool,
}

impl Machine {
    fn new(signs: Vec<f32>, width: usize) -> Self {
        Self { weights: vec![0.0; width + 1], multipliers: vec![0.0; signs.len()], signs, passes: 0, solved: false }
    }

    /// Brings the multiplier of one row to where it is best, the others as they are.
    fn visit(&mut self, index: usize, row: &[f32], curvature: f64, diagonal: f64) {
        let (sign, multiplier) = (f64::from(self.signs[index]), self.multipliers[index]);
        let gradient = sign * score(&self.weights, row) - 1.0 + diagonal * multiplier;
        let moved = (multiplier - gradient / curvature).max(0.0);
        if moved != multiplier {
            self.multipliers[index] = moved;
            add(&mut self.weights, row, ((moved - multiplier) * sign) as f32);
        }
    }

    /// Value of the primal and of the dual, from the sum of squared hinges; the optimum lies between them.
    fn values(&self, losses: f64, cost: f64) -> (f64, f64) {
        let half_square = self.weights.iter().map(|w| f64::from(*w).powi(2)).sum::<f64>() / 2.0;
        let dual: f64 = self.multipliers.iter().map(|a| a - a * a / (4.0 * cost)).sum();
        (half_square + cost * losses, dual - half_square)
    }

    fn squared_hinge(&self, index: usize, row: &[f32]) -> f64 {
        (1.0 - f64::from(self.signs[index]) * score(&self.weights, row)).max(0.0).powi(2)
    }
}

/// One machine for each list of signs. All of them see a row before the next one is read, which for wide taps is what takes
/// the time; none depends on another.
///
/// # Shapes
/// `rows` `[count, width]`, `signs` of each machine `[count]` of 1 and -1.
fn solve(rows: &Features, signs: Vec<Vec<f32>>, cost: f64, tolerance: f64, seed: u64) -> Vec<Machine> {
    let mut machines: Vec<Machine> = signs.into_iter().map(|signs| Machine::new(signs, rows.width)).collect();
    let diagonal = 0.5 / cost;
    let curvatures: Vec<f64> = rows.rows().map(|row| f64::from(dot(row, row)) + 1.0 + diagonal).collect();
    let mut order: Vec<usize> = (0..curvatures.len()).collect();
    let mut random = StdRng::seed_from_u64(seed);
    for pass in 1..=MOST_PASSES {
        let mut unsolved: Vec<&mut Machine> = machines.iter_mut().filter(|machine| !machine.solved).collect();
        if unsolved.is_empty() {
            break;
        }
        order.shuffle(&mut random);
        for &index in &order {
            let row = rows.row(index);
            unsolved.iter_mut().for_each(|machine| machine.visit(index, row, curvatures[index], diagonal));
        }
        unsolved.iter_mut().for_each(|machine| machine.passes = pass);
        if pass % PASSES_BETWEEN == 0 {
            let mut losses = vec![0.0; unsolved.len()];
            for (index, row) in rows.rows().enumerate() {
                let hinges = unsolved.iter().map(|machine| machine.squared_hinge(index, row));
                losses.iter_mut().zip(hinges).for_each(|(sum, hinge)| *sum += hinge);
            }
            for (machine, losses) in unsolved.iter_mut().zip(losses) {
                let (primal, dual) = machine.values(losses, cost);
                machine.solved = primal - dual <= tolerance * primal;
            }
        }
    }
    machines
}

/// `w.x` with the bias.
fn score(weights: &[f32], row: &[f32]) -> f64 {
    f64::from(dot(&weights[..row.len()], row)) + f64::from(weights[row.len()])
}

fn add(weights: &mut [f32], row: &[f32], factor: f32) {
    weights.iter_mut().zip(row).for_each(|(w, x)| *w += factor * x);
    weights[row.len()] += factor;
}

/// In sixteen partial sums, which a compiler turns into vector instructions and which err less than one.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<16>(), b.as_chunks::<16>());
    let mut sums = [0.0; 16];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..16 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;

    fn features(width: usize, values: Vec<f32>) -> Features {
        Features { width, values }
    }

    /// Two overlapping clouds on the plane.
    fn clouds(count: usize, seed: u64) -> (Features, Vec<f32>) {
        let mut random = StdRng::seed_from_u64(seed);
        let signs: Vec<f32> = (0..count).map(|index| if index % 3 == 0 { 1.0 } else { -1.0 }).collect();
        let mut values = Vec::new();
        for sign in &signs {
            values.extend([0.4 * sign, -0.2 * sign].map(|mean| mean + random.random_range(-1.0..1.0)));
        }
        (features(2, values), signs)
    }

    fn solve_one(rows: &Features, signs: &[f32], cost: f64, tolerance: f64, seed: u64) -> Machine {
        solve(rows, vec![signs.to_vec()], cost, tolerance, seed).remove(0)
    }

    /// Points at 1 and -1 give bias 0 and the smallest `w^2 / 2 + 2C (1 - w)^2`, at `4C / (1 + 4C)`.
    #[test]
    fn two_points_on_a_line() {
        let rows = features(1, vec![1.0, -1.0]);
        for cost in [0.1, 1.0, 25.0] {
            let weights = solve_one(&rows, &[1.0, -1.0], cost, 1e-9, 0).weights;
            let expected = (4.0 * cost / (1.0 + 4.0 * cost)) as f32;
            assert!((weights[0] - expected).abs() < 1e-5 && weights[1].abs() < 1e-5, "{weights:?} {expected}");
        }
    }

    /// Where all rows are of one class, `w = 0` and the bias alone counts: `b^2 / 2 + C n (1 - b)^2`.
    #[test]
    fn a_bias_alone() {
        let solution = solve_one(&features(1, vec![0.0; 4]), &[-1.0; 4], 1.0, 1e-9, 3);
        assert_eq!(solution.weights[0], 0.0);
        assert!((solution.weights[1] + 8.0 / 9.0).abs() < 1e-5, "{:?}", solution.weights);
    }

    /// Karush, Kuhn and Tucker: `w = sum a y x` with the multiplier `a = 2C max(0, 1 - y w.x)` of every row.
    #[test]
    fn the_optimality_conditions_hold() {
        let (rows, signs) = clouds(90, 1);
        let cost = 0.7;
        let Machine { weights, passes, .. } = solve_one(&rows, &signs, cost, 1e-6, 5);
        assert!(passes < MOST_PASSES, "{passes}");
        let mut sum = [0.0; 3];
        for (row, sign) in rows.rows().zip(&signs) {
            let (x, y, sign) = (f64::from(row[0]), f64::from(row[1]), f64::from(*sign));
            let [a, b, c] = [0, 1, 2].map(|index| f64::from(weights[index]));
            let multiplier = 2.0 * cost * (1.0 - sign * (a * x + b * y + c)).max(0.0);
            sum = [sum[0] + multiplier * sign * x, sum[1] + multiplier * sign * y, sum[2] + multiplier * sign];
        }
        for (weight, sum) in weights.iter().zip(sum) {
            assert!((f64::from(*weight) - sum).abs() < 1e-2, "{weight} {sum}");
        }
    }

    /// Plain gradient descent on the primal, in two hundred thousand small steps.
    #[test]
    fn agrees_with_brute_force() {
        let (rows, signs) = clouds(40, 2);
        let cost = 1.0;
        let mut w = [0.0_f64; 3];
        for _ in 0..200_000 {
            let mut gradient = w;
            for (row, sign) in rows.rows().zip(&signs) {
                let (x, sign) = ([f64::from(row[0]), f64::from(row[1]), 1.0], f64::from(*sign));
                let slack = 1.0 - sign * (w[0] * x[0] + w[1] * x[1] + w[2] * x[2]);
                if slack > 0.0 {
                    (0..3).for_each(|index| gradient[index] -= 2.0 * cost * slack * sign * x[index]);
                }
            }
            (0..3).for_each(|index| w[index] -= 1e-3 * gradient[index]);
        }
        let solution = solve_one(&rows, &signs, cost, 1e-9, 7);
        for (found, expected) in solution.weights.iter().zip(w) {
            assert!((f64::from(*found) - expected).abs() < 1e-4, "{:?} {w:?}", solution.weights);
        }
    }

    #[test]
    fn machines_side_by_side_are_those_that_are_solved_alone() {
        let (rows, first) = clouds(60, 3);
        let second: Vec<f32> = first.iter().rev().copied().collect();
        let together = solve(&rows, vec![first.clone(), second.clone()], 1.0, 1e-4, 4);
        for (signs, found) in [first, second].iter().zip(together) {
            let alone = solve_one(&rows, signs, 1.0, 1e-4, 4);
            assert_eq!((found.weights, found.passes), (alone.weights, alone.passes));
        }
    }

    #[test]
    fn three_classes_in_three_corners_are_told_apart_whatever_the_order() {
        let mut random = StdRng::seed_from_u64(9);
        let corners = [[4.0, 0.0], [-4.0, 1.0], [0.0, 6.0]];
        let labels: Vec<u8> = (0..150).map(|index| (index % 3) as u8).collect();
        let near = |label: &u8| corners[usize::from(*label)].map(|corner: f32| corner + random.random_range(-0.8..0.8));
        let rows = features(2, labels.iter().flat_map(near).collect());
        let set = Labelled { features: &rows, labels: &labels };
        for seed in [0, 1] {
            assert_eq!(support_vector(set, set, 3, seed).accuracy, 1.0);
        }
    }
}
