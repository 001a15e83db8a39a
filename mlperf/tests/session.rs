//! What a runner hears from a device under test.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

use std::cell::RefCell;
use std::rc::Rc;

use dim_mlperf::{Board, DeviceUnderTest, StartError, Task};
use dim_model_format::{About, Clamp, Filter, Model, ModelBuilder, Quantization, Shape, TapKind};
use proptest::prelude::*;

/// What was sent, and a clock that goes on by 5 microseconds each time that it is read.
#[derive(Debug, Clone, Default)]
struct Line(Rc<RefCell<(Vec<u8>, u64)>>);

impl Board for Line {
    fn send(&mut self, bytes: &[u8]) {
        self.0.borrow_mut().0.extend(bytes);
    }

    fn microseconds(&mut self) -> u64 {
        self.0.borrow_mut().1 += 5;
        self.0.borrow().1
    }
}

/// A model of so many elements whose unit `u` is element `u`, modulo their number.
fn model(elements: u16, units: u16) -> Vec<u8> {
    let mut builder = ModelBuilder::new(About::named("tested"), Shape::new(1, elements, 1));
    let [elements, channels] = [elements, units].map(usize::from);
    let filter = Filter {
        weights: (0..channels).flat_map(|unit| (0..elements).map(move |at| i8::from(at == unit % elements))).collect(),
        bias: vec![0; channels],
        // 2^30 / 2^31 * 2^1
        multiplier: vec![1 << 30; channels],
        shift: vec![1; channels],
    };
    let output = Quantization { scale: 1.0 / 16.0, zero_point: 0 };
    let embedding = builder.fully_connected(builder.input(), Clamp::NONE, &filter, output);
    builder.tap(TapKind::Embedding, embedding);
    builder.finish().unwrap()
}

/// Sends bytes to a device, and gives all that it says.
fn session(file: &[u8], bytes: &[u8]) -> String {
    let model = Model::parse(file).unwrap();
    let (mut arena, mut input) = (vec![0; model.arena_bytes()], [0; 64]);
    let line = Line::default();
    let mut device = DeviceUnderTest::start(&model, &mut arena, &mut input, line.clone()).unwrap();
    bytes.iter().for_each(|byte| device.feed(*byte));
    let said = line.0.borrow().0.clone();
    String::from_utf8(said).unwrap()
}

/// The line of results.
fn results(file: &[u8], commands: &str) -> String {
    lines(file, commands).into_iter().find(|line| line.starts_with("m-results")).unwrap()
}

/// The lines after the greeting.
fn lines(file: &[u8], commands: &str) -> Vec<String> {
    session(file, commands.as_bytes()).lines().skip(4).map(str::to_owned).collect()
}

#[test]
fn a_runner_hears_what_it_waits_for() {
    let said = session(&model(4, 2), b"name%profile%timestamp%db load 4%db 8080%db 9080%infer 3 2%");
    assert_eq!(
        said,
        "m-timestamp-mode-performance\r\nm-lap-us-5\r\nm-init-done\r\nm-ready\r\n\
         m-name-dut-[dim]\r\nm-ready\r\n\
         m-profile-[ULPMark for tinyML Firmware V0.0.1]\r\nm-model-[vww01]\r\nm-ready\r\n\
         m-lap-us-10\r\nm-ready\r\n\
         m-[Expecting 4 bytes]\r\nm-ready\r\n\
         m-ready\r\n\
         m-load-done\r\nm-ready\r\n\
         m-warmup-start-2\r\nm-warmup-done\r\nm-infer-start-3\r\nm-lap-us-15\r\nm-lap-us-20\r\nm-infer-done\r\n\
         m-results-[0.500,0.500]\r\nm-ready\r\n"
    );
}

#[test]
fn each_task_reads_its_bytes_and_tells_its_results() {
    // Scores of (pixel - 128) / 16: 2 and -1 are e^3 = 20.086 apart.
    assert_eq!(results(&model(2, 2), "db load 2%db a070%infer%"), "m-results-[0.953,0.047]");
    // The same as int8: 32 and -16.
    let sum = 2_f64.exp() + (-1_f64).exp() + 10.0;
    let [two, minus_one, zero] = [2_f64, -1.0, 0.0].map(|score| format!("{:.3}", score.exp() / sum));
    let keywords = results(&model(12, 12), "db load 12%db 20f000000000000000000000%infer 1 0%");
    assert_eq!(keywords, format!("m-results-[{two},{minus_one},{}]", vec![zero; 10].join(",")));
    // The model's input has steps of 1/128, its output the same codes with steps of 1/16: 0.5 comes back as 4, and -0.25 as -2.
    let sent = [0.5_f32, -0.25, 0.0].iter().flat_map(|real| real.to_le_bytes());
    let sent: String = sent.map(|byte| format!("{byte:02x}")).collect();
    let anomaly = results(&model(3, 3), &format!("db load 12%db {sent}%infer 1 0%"));
    assert_eq!(anomaly, format!("m-results-[{:.3}]", (3.5 * 3.5 + 1.75 * 1.75) / 3.0));
}

#[test]
fn what_is_wrong_is_told_and_the_next_command_is_heard() {
    let file = model(4, 10);
    assert_eq!(lines(&file, "%"), ["m-ready"]);
    let wrong = |commands: &str| {
        lines(&file, commands).iter().filter(|line| line.starts_with("e-")).cloned().collect::<Vec<_>>()
    };
    assert_eq!(wrong("help%results%"), ["e-[There are no results]"]);
    assert_eq!(wrong("infer 1%"), ["e-[Input has 0 bytes, ic01 takes 4]"]);
    assert_eq!(wrong("db load 3%db 010203%infer%"), ["e-[Input has 3 bytes, ic01 takes 4]"]);
    assert_eq!(wrong("db load 65%"), ["e-[Supplied buffer size 65 exceeds maximum of 64]"]);
    assert_eq!(wrong("\u{1f600}!%"), ["e-[Unknown command: ????!]"]);
    assert_eq!(wrong("db load 4%db 01020304%infer 1 0%results%"), [""; 0]);
    let printed = lines(&file, "db load 10%db 000102030405060708ff%db print%");
    assert_eq!(printed[4..], ["m-buffer-00-01-02-03-04-05-06-07", "m-buffer-08-ff", "m-ready"]);
}

#[test]
fn a_model_of_no_task_does_not_start() {
    let start = |file: &[u8], room: usize| {
        let model = Model::parse(file).unwrap();
        let (mut arena, mut input) = (vec![0; model.arena_bytes()], vec![0; room]);
        DeviceUnderTest::start(&model, &mut arena, &mut input, Line::default()).map(|_| Task::of(&model).unwrap())
    };
    assert_eq!(start(&model(5, 3), 64), Err(StartError::Task { units: 3 }));
    assert_eq!(start(&model(5, 5), 19), Err(StartError::Input { needed: 20, available: 19 }));
    assert_eq!(start(&model(5, 5), 20), Ok(Task::AnomalyDetection));
    assert_eq!(start(&model(1025, 12), 2000), Err(StartError::Input { needed: 1025, available: 1024 }));
    assert_eq!(start(&model(1025, 10), 2000), Ok(Task::ImageClassification));
}

proptest! {
    /// Any bytes are heard, and the next command is answered.
    #[test]
    fn any_bytes_are_survived(units in prop::sample::select(&[2_u16, 4, 10, 12]), noise: Vec<u8>, commands: Vec<(u8, [u8; 6])>) {
        let words = ["db load ", "db ", "db print", "infer 1 ", "infer ", "results", "name", "%"];
        let mut bytes = noise;
        for (word, rest) in commands {
            bytes.extend(words[usize::from(word) % words.len()].bytes());
            // Numbers of three digits at most, so that it ends.
            bytes.extend(rest.iter().take(3).map(|byte| b"0123456789abcdef "[usize::from(*byte) % 17]));
            bytes.push(b'%');
        }
        bytes.extend(b"%timestamp%");
        let said = session(&model(4, units), &bytes);
        let lines: Vec<&str> = said.lines().collect();
        prop_assert!(lines[lines.len() - 2].starts_with("m-lap-us-"));
        prop_assert_eq!(lines[lines.len() - 1], "m-ready");
    }
}
