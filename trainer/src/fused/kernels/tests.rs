//! Every kernel gives the bits of the definition.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::*;

fn numbers(count: usize, random: &mut StdRng) -> Vec<f32> {
    (0..count).map(|_| random.random_range(-1.0..1.0)).collect()
}

/// Sums as the module's first lines define them.
fn defined(
    left: Left<'_>,
    panel: Panel<'_>,
    mut output: Vec<f32>,
    output_row: usize,
    rows: usize,
    onto: Onto,
) -> Vec<f32> {
    for row in 0..rows {
        for column in 0..panel.columns {
            let place = &mut output[row * output_row + column];
            let mut sum = if onto == Onto::Output { *place } else { 0.0 };
            for k in 0..left.depth() {
                let (segment, inner) = (k / left.length, k % left.length);
                let number = left.numbers[row * left.row + segment * left.segment + inner * left.inner];
                sum = number.mul_add(panel.numbers[k * panel.row + column], sum);
            }
            *place = sum;
        }
    }
    output
}

#[test]
fn all_give_the_bits_of_the_definition() {
    let mut random = StdRng::seed_from_u64(0);
    for kernels in Kernels::all() {
        for case in 0..600 {
            let rows = random.random_range(1..40);
            let [segments, length] = [random.random_range(1..4), random.random_range(1..30)];
            let [row, inner, segment] = [(); 3].map(|()| random.random_range(1..50));
            let size = (rows - 1) * row + (segments - 1) * segment + (length - 1) * inner + 1;
            let left = numbers(size, &mut random);
            let left = Left { numbers: &left, row, segment, inner, segments, length };
            let width = if random.random() { kernels.width } else { kernels.width / 2 };
            let columns = if random.random() { width } else { random.random_range(1..=width) };
            let panel_row = width + random.random_range(0..20);
            let right = numbers((left.depth() - 1) * panel_row + width, &mut random);
            let panel = Panel { numbers: &right, row: panel_row, width, columns };
            let output_row = columns + random.random_range(0..5);
            // Without a gap after the last row, so that nothing beyond it may be written.
            let mut output = numbers((rows - 1) * output_row + columns, &mut random);
            let onto = if random.random() { Onto::Output } else { Onto::Nothing };
            let expected = defined(left, panel, output.clone(), output_row, rows, onto);
            kernels.multiply(left, panel, (&mut output, output_row), rows, onto);
            let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&output), bits(&expected), "{} {case}", kernels.name);
        }
    }
}

#[test]
fn every_processor_has_portable_kernels_and_the_best_are_first() {
    let all = Kernels::all();
    assert_eq!(all.last().unwrap().name, "portable");
    assert_eq!(Kernels::found().name, all[0].name);
    for kernels in all {
        assert!(kernels.width <= WIDEST && kernels.tiles.len() <= TALLEST, "{}", kernels.name);
        assert!(kernels.tiles.iter().map(|tiles| tiles.rows).eq(1..=kernels.tiles.len()), "{}", kernels.name);
    }
}

#[test]
#[should_panic(expected = "the output is too short")]
fn nothing_beyond_the_output_is_written() {
    let kernels = &portable::KERNELS;
    let panel = Panel { numbers: &[1.0; 32], row: 16, width: 16, columns: 16 };
    let left = Left { numbers: &[1.0; 4], row: 2, segment: 0, inner: 1, segments: 1, length: 2 };
    kernels.multiply(left, panel, (&mut [0.0; 31], 16), 2, Onto::Nothing);
}
