//! The examples of `docs/ARITHMETIC.md`, computed by hand, through the runtime and the oracle.

use dim_conformance::oracle;
use dim_model_format::{
    About, Add, Clamp, Filter, Mean, Model, ModelBuilder, Mul, Pool2d, Quantization, Rescale, Rounding, Shape, TapKind,
    TensorId, Window,
};
use dim_runtime::Encoder;

use dim_conformance::draw::{Draw, with_zero_point};

const DOCUMENT: &str = include_str!("../../ARITHMETIC.md");

/// The rows of the table with this heading; each cell is a list of numbers.
fn table(heading: &str) -> Vec<Vec<Vec<i64>>> {
    let cells = |line: &'static str| line.trim_matches('|').split('|').map(str::trim);
    let numbers = |cell: &str| cell.split(' ').map(|number| number.parse().unwrap()).collect();
    let rows: Vec<_> = DOCUMENT
        .lines()
        .skip_while(|line| *line != heading)
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| cells(line).map(numbers).collect())
        .collect();
    assert!(rows.len() >= 5, "{heading}");
    rows
}

fn quantization(zero_point: i64) -> Quantization {
    Quantization { scale: 1.0, zero_point: zero_point.try_into().unwrap() }
}

fn rescale(multiplier: i64, shift: i64) -> Rescale {
    Rescale { multiplier: multiplier.try_into().unwrap(), shift: shift.try_into().unwrap() }
}

fn unit(weights: &[i64], bias: i64, Rescale { multiplier, shift }: Rescale) -> Filter {
    let weights = weights.iter().map(|weight| i8::try_from(*weight).unwrap()).collect();
    Filter { weights, bias: vec![bias.try_into().unwrap()], multiplier: vec![multiplier], shift: vec![shift] }
}

/// The one number that both the runtime and the oracle compute for a row of int8 inputs.
fn run(input: &[i64], build: impl FnOnce(&mut ModelBuilder<'_>) -> TensorId) -> i64 {
    let shape = Shape::new(1, input.len().try_into().unwrap(), 1);
    let mut builder = ModelBuilder::new(About::named("documented"), shape);
    let output = build(&mut builder);
    builder.tap(TapKind::Embedding, output);
    let file = builder.finish().unwrap();
    let model = Model::parse(&file).unwrap();
    let pixels: Vec<u8> = input.iter().map(|q| u8::try_from(q + 128).unwrap()).collect();
    let mut arena = vec![0; model.arena_bytes()];
    let mut encoder = Encoder::new(&model, &mut arena).unwrap();
    let found = encoder.encode(&pixels).unwrap().embedding().values;
    assert_eq!(found, oracle::run(&model, &pixels).pop().unwrap().values);
    assert_eq!(found.len(), 1);
    i64::from(found[0])
}

#[test]
fn requantize_with_two_roundings() {
    for row in table("| acc | multiplier | shift | x | high | out |") {
        let [acc, multiplier, shift, x, high, out] = [0, 1, 2, 3, 4, 5].map(|cell: usize| row[cell][0]);
        let factor = rescale(multiplier, shift);
        assert_eq!(oracle::requantize(acc, factor, Rounding::Double), out, "{row:?}");
        assert_eq!(oracle::saturating_rounding_doubling_high_mul(x, multiplier), high, "{row:?}");
        assert_eq!(oracle::rounding_divide_by_pot(high, (-shift).max(0).try_into().unwrap()), out, "{row:?}");
        let found = run(&[0], |builder| {
            builder.fully_connected(TensorId(0), Clamp::NONE, &unit(&[0], acc, factor), quantization(0))
        });
        assert_eq!(found, out.clamp(-128, 127), "{row:?}");
    }
}

#[test]
fn requantize_with_one_rounding() {
    for row in table("| acc | multiplier | shift | out |") {
        let [acc, multiplier, shift, out] = [0, 1, 2, 3].map(|cell: usize| row[cell][0]);
        let factor = rescale(multiplier, shift);
        assert_eq!(oracle::requantize(acc, factor, Rounding::Single), out, "{row:?}");
        let found = run(&[0], |builder| {
            builder.set_rounding(Rounding::Single);
            builder.fully_connected(TensorId(0), Clamp::NONE, &unit(&[0], acc, factor), quantization(0))
        });
        assert_eq!(found, out.clamp(-128, 127), "{row:?}");
    }
}

/// The formula of the one rounding over the rationals, where it fits 32 bits.
#[test]
fn the_oracle_rounds_once_as_its_formula_says() {
    let mut draw = Draw(1);
    let mut fitting = 0;
    for _ in 0..100_000 {
        let factor = rescale(draw.multiplier().into(), draw.within(-31, 30));
        let acc = draw.within(i32::MIN.into(), i32::MAX.into()) >> draw.within(0, 31);
        let out = i128::from(oracle::requantize(acc, factor, Rounding::Single));
        // -1/2 <= acc * m * 2^(s - 31) - out < 1/2, times 2^(32 - s)
        let half = 1_i128 << (31 - i32::from(factor.shift));
        let error = 2 * i128::from(acc) * i128::from(factor.multiplier) - 2 * half * out;
        let wraps = error.unsigned_abs() >= half.unsigned_abs() << 32;
        fitting += u32::from(!wraps);
        assert!(wraps || (-half..half).contains(&error), "{acc} {factor:?}");
    }
    assert!(fitting > 50_000);
}

#[test]
fn sums_of_products() {
    for row in table("| input | zp_in | weights | bias | acc | multiplier | shift | zp_out | out |") {
        let [zp_in, bias, acc, multiplier, shift, zp_out, out] = [1, 3, 4, 5, 6, 7, 8].map(|cell: usize| row[cell][0]);
        let [input, weights] = [&row[0], &row[2]];
        let sum: i64 = input.iter().zip(weights).map(|(q, weight)| (q - zp_in) * weight).sum();
        assert_eq!(bias + sum, acc, "{row:?}");
        let filter = unit(weights, bias, rescale(multiplier, shift));
        let window = Window { kernel: [1, weights.len().try_into().unwrap()], ..Window::square(1, 1, 0) };
        let fully_connected = run(input, |builder| {
            let input = with_zero_point(builder, TensorId(0), zp_in.try_into().unwrap());
            builder.fully_connected(input, Clamp::NONE, &filter, quantization(zp_out))
        });
        let conv2d = run(input, |builder| {
            let input = with_zero_point(builder, TensorId(0), zp_in.try_into().unwrap());
            builder.conv2d(input, window, Clamp::NONE, &filter, quantization(zp_out))
        });
        let depthwise_conv2d = run(input, |builder| {
            let input = with_zero_point(builder, TensorId(0), zp_in.try_into().unwrap());
            builder.depthwise_conv2d(input, window, Clamp::NONE, &filter, quantization(zp_out))
        });
        assert_eq!([fully_connected, conv2d, depthwise_conv2d], [out; 3], "{row:?}");
    }
}

#[test]
fn addition() {
    let heading = "| in_0 | zp_0 | in_1 | zp_1 | L | multiplier_0 | shift_0 | multiplier_1 | shift_1 | t_0 + t_1 \
                   | multiplier | shift | zp_out | out |";
    for row in table(heading) {
        let cell = |index: usize| row[index][0];
        let factors = [rescale(cell(5), cell(6)), rescale(cell(7), cell(8))];
        let scaled =
            |q: i64, zero_point: i64, factor| oracle::requantize((q - zero_point) << cell(4), factor, Rounding::Double);
        let sum = scaled(cell(0), cell(1), factors[0]) + scaled(cell(2), cell(3), factors[1]);
        assert_eq!(sum, cell(9), "{row:?}");
        let found = run(&[cell(0)], |builder| {
            let first = with_zero_point(builder, TensorId(0), cell(1).try_into().unwrap());
            // A constant: no weight, and a factor of one.
            let constant = unit(&[0], cell(2) - cell(3), rescale(1 << 30, 1));
            let second = builder.fully_connected(first, Clamp::NONE, &constant, quantization(cell(3)));
            let op = Add {
                inputs: [first, second],
                left_shift: cell(4).try_into().unwrap(),
                input_rescale: factors,
                output_rescale: rescale(cell(10), cell(11)),
                clamp: Clamp::NONE,
            };
            builder.add(op, quantization(cell(12)))
        });
        assert_eq!(found, cell(13), "{row:?}");
    }
}

#[test]
fn product() {
    for row in table("| in_0 | zp_0 | in_1 | zp_1 | acc | multiplier | shift | zp_out | out |") {
        let cell = |index: usize| row[index][0];
        assert_eq!((cell(0) - cell(1)) * (cell(2) - cell(3)), cell(4), "{row:?}");
        let found = run(&[cell(0)], |builder| {
            let first = with_zero_point(builder, TensorId(0), cell(1).try_into().unwrap());
            // A constant: no weight, and a factor of one.
            let constant = unit(&[0], cell(2) - cell(3), rescale(1 << 30, 1));
            let second = builder.fully_connected(first, Clamp::NONE, &constant, quantization(cell(3)));
            let op = Mul { inputs: [first, second], clamp: Clamp::NONE, rescale: rescale(cell(5), cell(6)) };
            builder.mul(op, quantization(cell(7)))
        });
        assert_eq!(found, cell(8), "{row:?}");
    }
}

#[test]
fn average_pooling() {
    for row in table("| elements | sum | mean |") {
        let elements = &row[0];
        assert_eq!(elements.iter().sum::<i64>(), row[1][0], "{row:?}");
        let window = Window { kernel: [1, elements.len().try_into().unwrap()], ..Window::square(1, 1, 0) };
        let mean =
            run(elements, |builder| builder.average_pool2d(Pool2d { input: TensorId(0), window, clamp: Clamp::NONE }));
        assert_eq!(mean, row[2][0], "{row:?}");
    }
}

#[test]
fn mean() {
    for row in table("| elements of a channel | zp_in | acc | multiplier | shift | zp_out | out |") {
        let [zp_in, acc, multiplier, shift, zp_out, out] = [1, 2, 3, 4, 5, 6].map(|cell: usize| row[cell][0]);
        assert_eq!(row[0].iter().map(|q| q - zp_in).sum::<i64>(), acc, "{row:?}");
        let found = run(&row[0], |builder| {
            let input = with_zero_point(builder, TensorId(0), zp_in.try_into().unwrap());
            let op = Mean { input, clamp: Clamp::NONE, rescale: rescale(multiplier, shift) };
            builder.mean(op, quantization(zp_out))
        });
        assert_eq!(found, out, "{row:?}");
    }
}

/// The three named functions of section "Requantize", against their formulas over the rationals.
#[test]
fn the_oracle_rounds_as_its_formulas_say() {
    let mut draw = Draw(7);
    for _ in 0..100_000 {
        let multiplier = i64::from(draw.multiplier());
        // Half of the numbers are drawn where a tie is likely.
        let x = match draw.within(0, 1) {
            0 => draw.within(i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => draw.within(-9, 9) << draw.within(0, 27),
        };
        let high = oracle::saturating_rounding_doubling_high_mul(x, multiplier);
        // floor((x * m + 2^30) / 2^31) = high  <=>  0 <= x * m + 2^30 - 2^31 * high < 2^31
        assert!((0..1 << 31).contains(&(x * multiplier + (1 << 30) - (high << 31))), "{x} {multiplier}");
        let right = draw.within(0, 31) as u32;
        let out = oracle::rounding_divide_by_pot(x, right);
        let twice_error = 2 * (x - (out << right));
        let away =
            if x < 0 { twice_error.abs() == 1 << right && twice_error > 0 } else { twice_error == -(1 << right) };
        assert!(twice_error.abs() < 1 << right || away || (right == 0 && twice_error == 0), "{x} / 2^{right}");
    }
}
