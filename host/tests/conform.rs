//! `dim conform` end to end: engines on this machine, and the firmware built and run in QEMU.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

use std::time::Duration;

use dim_host::conform::{
    DeviceRun, Options, Outputs, Target, cost, devices, host, judge, oracle, run, run_cases, runtime, write_cases,
};
use dim_host::data::Images;
use dim_model_format::{About, Clamp, Filter, Model, ModelBuilder, Quantization, Shape, TapKind, Window, prove};

const M4: Target = Target::CortexM4;

/// Numbers that look random and are the same every time.
fn numbers() -> impl FnMut() -> u32 {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u32
    }
}

/// `shift` brings most sums into int8 without clamping them.
fn filter(next: &mut impl FnMut() -> u32, channels: usize, fan_in: usize, shift: i8) -> Filter {
    Filter {
        weights: (0..channels * fan_in).map(|_| next() as i8).collect(),
        bias: (0..channels).map(|_| (next() % 4001) as i32 - 2000).collect(),
        multiplier: (0..channels).map(|_| (1 << 30) | (next() >> 2) as i32).collect(),
        shift: (0..channels).map(|_| shift - (next() % 3) as i8).collect(),
    }
}

/// Two convolutions, with odd extents and a zero point, and an embedding of 10; with its proof.
fn encoder() -> Vec<u8> {
    let mut next = numbers();
    let quantization = Quantization { scale: 0.05, zero_point: -20 };
    let relu = Clamp { min: -20, max: 127 };
    let mut builder = ModelBuilder::new(About::named("small"), Shape::new(11, 9, 3));
    let first = filter(&mut next, 6, 3 * 3 * 3, -6);
    let first = builder.conv2d(builder.input(), Window::square(3, 2, 1), relu, &first, quantization);
    let second = filter(&mut next, 8, 3 * 3 * 6, -6);
    let second = builder.conv2d(first, Window::square(3, 1, 1), relu, &second, quantization);
    let fan_in = usize::try_from(builder.shape(second).elements()).unwrap();
    let last = filter(&mut next, 10, fan_in, -8);
    let embedding = builder.fully_connected(second, Clamp::NONE, &last, quantization);
    builder.tap(TapKind::FeatureMap, second);
    builder.tap(TapKind::Embedding, embedding);
    let file = builder.finish().unwrap();
    prove(&file, dim_conformance::oracle::proof(&Model::parse(&file).unwrap())).unwrap()
}

fn images(count: usize) -> Images {
    let mut next = numbers();
    let shape = Shape::new(11, 9, 3);
    Images { shape, pixels: (0..count * 11 * 9 * 3).map(|_| next() as u8).collect(), labels: None }
}

#[test]
fn host_agrees_with_the_oracle() {
    let report = host(&encoder(), &images(25)).unwrap();
    assert!(report.passed && report.proven == Some(true));
    assert_eq!(report.target, "host");
    assert_eq!((report.cases, report.compared_bytes, report.mismatched_bytes), (25, 25 * (10 + 6 * 5 * 8), 0));
}

#[test]
fn the_outputs_are_not_all_the_same() {
    let file = encoder();
    let outputs = runtime(&Model::parse(&file).unwrap(), &images(3)).unwrap();
    let distinct = |values: &[i8]| values.iter().collect::<std::collections::HashSet<_>>().len();
    let [embedding, feature_map] = [distinct(&outputs[0].embedding), distinct(&outputs[0].feature_map)];
    assert!(embedding > 5 && feature_map > 40, "{embedding} of 10 and {feature_map} of 240 values are distinct");
    assert!(outputs[0] != outputs[1] && outputs[1] != outputs[2]);
}

#[test]
fn device_agrees_with_both_and_counts_the_same_again() {
    let (file, images) = (encoder(), images(20));
    let report = run(M4, &file, &images, &Options::default()).unwrap();
    assert_eq!(report.first_mismatch, None);
    assert!(report.passed && report.device_passed == Some(true));
    assert_eq!((report.cases, report.mismatched_bytes, report.compared_bytes), (20, 0, 20 * (10 + 6 * 5 * 8)));
    let per_mac = report.instructions_per_mac.unwrap();
    assert!((2.0..20.0).contains(&per_mac), "{per_mac} instructions per multiplication");
    assert_eq!(run(M4, &file, &images, &Options::default()).unwrap(), report);

    let json: serde_json::Value = serde_json::to_value(&report).unwrap();
    assert_eq!(json["target"], "cortex-m4");
    assert_eq!((&json["cases"], &json["mismatched_bytes"], &json["passed"]), (&20.into(), &0.into(), &true.into()));
}

#[test]
fn every_device_computes_the_same_bytes() {
    let all = [&Target::DEVICES[..], &Target::WEB].concat();
    let reports = devices(&encoder(), &images(50), &all, &Options::default()).unwrap();
    let targets: Vec<&str> = reports.iter().map(|report| report.target.as_str()).collect();
    assert_eq!(targets, all.iter().map(|target| target.name()).collect::<Vec<_>>());
    for report in reports {
        assert!(report.passed, "{}: {:?}", report.target, report.first_mismatch);
        assert_eq!((report.cases, report.compared_bytes), (50, 50 * (10 + 6 * 5 * 8)));
    }
}

#[test]
fn a_cost_has_every_layer() {
    let file = encoder();
    let cost = cost(Target::Riscv32, &file, &Options::default()).unwrap();
    let ops: Vec<&str> = cost.layers.iter().map(|layer| &*layer.op).collect();
    assert_eq!(ops, ["input", "conv2d", "conv2d", "fully_connected"]);
    assert_eq!(cost.layers.iter().map(|layer| layer.macs).sum::<u64>(), cost.macs);
    assert!(cost.instructions.abs_diff(cost.layers.iter().map(|layer| layer.instructions).sum()) <= 4);
    assert!((200..4096).contains(&cost.stack_bytes), "{} bytes of stack", cost.stack_bytes);
    assert!((10_000..60_000).contains(&cost.code_bytes), "{} bytes of code", cost.code_bytes);
    assert_eq!(cost.arena_bytes, Model::parse(&file).unwrap().arena_bytes());

    let json = serde_json::to_value(&cost).unwrap();
    assert_eq!((&json["target"], &json["layers"][1]["macs"]), (&"riscv32".into(), &(6 * 5 * 6 * 27).into()));
}

#[test]
fn only_qemu_counts_instructions() {
    let error = cost(Target::Host, &encoder(), &Options::default()).unwrap_err();
    assert_eq!(error.to_string(), "instructions are counted in QEMU: give another target than host");
}

#[test]
fn one_wrong_byte_in_a_case_fails_on_the_device_and_in_the_report() {
    let (file, images) = (encoder(), images(3));
    let model = Model::parse(&file).unwrap();
    let right = runtime(&model, &images).unwrap();
    let bytes: [fn(&mut Outputs) -> Option<&mut i8>; 2] =
        [|outputs| outputs.embedding.last_mut(), |outputs| outputs.feature_map.first_mut()];
    for tensor in bytes {
        let mut wrong = right.clone();
        *tensor(&mut wrong[1]).unwrap() ^= 1;
        let run = run_cases(M4, &file, &write_cases(&model, &images, &wrong).unwrap(), &Options::default()).unwrap();
        assert!(!run.passed, "the device did not see the wrong byte");
        assert_eq!(run.outputs, right, "the device sends what it computed, not what it was told");

        let honest = judge(M4, &model, &run, &right, &oracle(&model, &images).unwrap()).unwrap();
        assert!(!honest.passed && honest.mismatched_bytes == 0 && honest.device_passed == Some(false));
        let tampered = judge(M4, &model, &run, &wrong, &right).unwrap();
        assert!(!tampered.passed && tampered.mismatched_bytes == 1);
        assert_eq!(tampered.first_mismatch.unwrap().case, 1);
    }
}

/// The cases are right, so it is the proof alone that fails.
#[test]
fn a_file_that_states_other_outputs_is_disproved_on_the_device_and_here() {
    let (file, images) = (encoder(), images(2));
    let model = Model::parse(&file).unwrap();
    let cases = write_cases(&model, &images, &runtime(&model, &images).unwrap()).unwrap();
    let lie = prove(&file, (model.proof().unwrap().get() ^ 1).try_into().unwrap()).unwrap();
    let report = host(&lie, &images).unwrap();
    assert_eq!((report.passed, report.proven, report.mismatched_bytes), (false, Some(false), 0));
    let error = run_cases(M4, &lie, &cases, &Options::default()).unwrap_err();
    assert_eq!(error.to_string(), "the firmware ended without results");
    assert!(run_cases(M4, &file, &cases, &Options::default()).unwrap().passed);
}

#[test]
fn cases_of_another_encoder_and_cut_ones_are_refused_on_the_device() {
    let (file, images) = (encoder(), images(2));
    let model = Model::parse(&file).unwrap();
    let cases = write_cases(&model, &images, &runtime(&model, &images).unwrap()).unwrap();
    let mut other = cases.clone();
    other[24] ^= 1;
    for bad in [&other, &cases[..cases.len() - 1], &cases[..30]] {
        let error = run_cases(M4, &file, bad, &Options::default()).unwrap_err();
        assert_eq!(error.to_string(), "the firmware ended without results");
    }
}

#[test]
fn a_device_that_leaves_out_a_case_is_an_error() {
    let file = encoder();
    let model = Model::parse(&file).unwrap();
    let [two, three] = [2, 3].map(|count| runtime(&model, &images(count)).unwrap());
    let run = DeviceRun { passed: true, outputs: two, instructions: vec![1, 2] };
    let error = judge(M4, &model, &run, &three, &three).unwrap_err();
    assert_eq!(error.to_string(), "the device ended after 2 of 3 cases");
}

#[test]
fn wrong_images_are_refused() {
    let message = |images: &Images| host(&encoder(), images).unwrap_err().to_string();
    let square = Images { shape: Shape::new(9, 11, 3), ..images(1) };
    assert_eq!(message(&square), "the images are 9x11x3, the encoder takes 11x9x3: give images of that shape");
    assert_eq!(message(&images(0)), "there are no images to compare");
}

#[test]
fn a_missing_qemu_names_the_remedy() {
    let options = Options { qemu: Some("no-such-qemu".into()), ..Options::default() };
    let error = run(M4, &encoder(), &images(1), &options).unwrap_err().root_cause().to_string();
    let expected = "no-such-qemu is not installed; on Debian or Ubuntu run: apt-get install qemu-system-arm";
    assert_eq!(error, expected);
}

#[test]
fn a_device_that_does_not_end_is_stopped() {
    let options = Options { timeout: Duration::ZERO, ..Options::default() };
    let error = run(M4, &encoder(), &images(1), &options).unwrap_err();
    assert_eq!(error.root_cause().to_string(), "the firmware did not end within 0 s in QEMU");
}
