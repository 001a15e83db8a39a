//! Answers the runner's commands.

use core::fmt::{self, Write};

use dim_model_format::Model;
use dim_runtime::{Encoder, Quantization, TensorId};

use crate::command::{Arriving, Command};
use crate::input::{Input, Part};
use crate::results::Results;
use crate::task::Task;

/// Elements of an image that is made of what the runner sends; pixels are taken as they are.
const MADE: usize = 1024;
/// Bytes of the input in a line.
const PRINTED: usize = 8;

/// What a board has: a line to the runner, and a clock.
pub trait Board {
    /// Sends all of these bytes.
    fn send(&mut self, bytes: &[u8]);

    /// Microseconds since some time; only differences count.
    fn microseconds(&mut self) -> u64;
}

/// Why a model is not tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartError {
    /// Its embedding has so many units, as no task has: [`Task::of`].
    Task {
        /// Units of the embedding.
        units: u64,
    },
    /// The memory for an input is too small.
    Input {
        /// Bytes that an input has.
        needed: usize,
        /// Bytes that there are.
        available: usize,
    },
    /// It does not run.
    Encoder(dim_runtime::Error),
}

/// A device that the runner talks to.
#[derive(Debug)]
pub struct DeviceUnderTest<'m, 'a, B> {
    board: B,
    task: Task,
    /// Elements of an image, and what its numbers mean.
    elements: usize,
    meaning: Quantization,
    encoder: Encoder<'m, 'a>,
    arriving: Arriving,
    input: Input<'a>,
    /// What is made of an input that does not consist of pixels.
    made: [u8; MADE],
    results: Option<Results>,
}

impl<'m, 'a, B: Board> DeviceUnderTest<'m, 'a, B> {
    /// Starts, and greets the runner. `input` has room for what the runner sends: [`Task::element_bytes`] for each element of an
    /// image.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start(model: &Model<'m>, arena: &'a mut [i8], input: &'a mut [u8], board: B) -> Result<Self, StartError> {
        let units = model.tap(dim_runtime::TapKind::Embedding).map_or(0, |tap| model.tensor(tap).shape.elements());
        let task = Task::of(model).ok_or(StartError::Task { units })?;
        let elements = usize::try_from(model.input_shape().elements()).unwrap_or(usize::MAX);
        let sent = (elements.saturating_mul(task.element_bytes()), input.len());
        let made = (if task.sends_pixels() { 0 } else { elements }, MADE);
        if let Some((needed, available)) = [sent, made].into_iter().find(|(needed, available)| needed > available) {
            return Err(StartError::Input { needed, available });
        }
        let encoder = Encoder::new(model, arena).map_err(StartError::Encoder)?;
        let meaning = model.tensor(TensorId(0)).quantization;
        let arriving = Arriving::new();
        let input = Input::new(input);
        let mut device =
            Self { board, task, elements, meaning, encoder, arriving, input, made: [0; MADE], results: None };
        device.say(format_args!("m-timestamp-mode-performance\r\n"));
        device.timestamp();
        device.say(format_args!("m-init-done\r\n"));
        device.ready();
        Ok(device)
    }

    /// The board, to take bytes off its line.
    pub const fn board(&mut self) -> &mut B {
        &mut self.board
    }

    /// Takes the next byte of the line, and answers where it ends a command.
    pub fn feed(&mut self, byte: u8) {
        let Some(command) = self.arriving.feed(byte) else { return };
        match command {
            Command::Nothing => {}
            Command::Name => self.say(format_args!("m-name-dut-[dim]\r\n")),
            Command::Profile => {
                let model = self.task.name();
                self.say(format_args!("m-profile-[ULPMark for tinyML Firmware V0.0.1]\r\nm-model-[{model}]\r\n"));
            }
            Command::Timestamp => self.timestamp(),
            Command::Help => self.say(format_args!("{HELP}")),
            Command::Results => self.tell_results(),
            Command::Load { bytes } => {
                let room = self.input.room();
                match self.input.expect(bytes) {
                    true => self.say(format_args!("m-[Expecting {bytes} bytes]\r\n")),
                    false => self.say(format_args!("e-[Supplied buffer size {bytes} exceeds maximum of {room}]\r\n")),
                }
            }
            Command::Bytes(digits) => match self.input.take(digits) {
                Part::Unfinished => {}
                Part::Done => self.say(format_args!("m-load-done\r\n")),
                Part::Refused(why) => self.say(format_args!("e-[{why}]\r\n")),
            },
            Command::Print => self.print(),
            Command::Infer { timed, before } => self.infer(timed, before),
            Command::Wrong(why) => self.say(format_args!("e-[{why}]\r\n")),
            // The word still lies in `arriving`.
            Command::Unknown(word) => {
                say(&mut self.board, format_args!("e-[Unknown command: {}]\r\n", Printable(word)))
            }
        }
        self.ready();
    }

    fn infer(&mut self, timed: u32, before: u32) {
        let (task, elements) = (self.task, self.elements);
        let sent = self.input.bytes();
        let [needed, got] = [elements.saturating_mul(task.element_bytes()), sent.len()];
        if got != needed {
            self.say(format_args!("e-[Input has {got} bytes, {} takes {needed}]\r\n", task.name()));
            return;
        }
        let image = if task.sends_pixels() {
            sent
        } else {
            let made = self.made.get_mut(..elements).unwrap_or_default();
            task.read(sent, self.meaning, made);
            made
        };
        let (board, encoder) = (&mut self.board, &mut self.encoder);
        say(board, format_args!("m-warmup-start-{before}\r\n"));
        let mut is_computed = (0..before).all(|_| encoder.encode(image).is_ok());
        say(board, format_args!("m-warmup-done\r\nm-infer-start-{timed}\r\n"));
        let start = board.microseconds();
        say(board, format_args!("m-lap-us-{start}\r\n"));
        // All but the last, whose output stays.
        is_computed &= (1..timed).all(|_| encoder.encode(image).is_ok());
        let output = encoder.encode(image);
        let end = board.microseconds();
        say(board, format_args!("m-lap-us-{end}\r\nm-infer-done\r\n"));
        self.results = output.ok().filter(|_| is_computed).map(|output| Results::of(task, output.embedding(), sent));
        self.tell_results();
    }

    fn tell_results(&mut self) {
        let Some(results) = self.results else {
            self.say(format_args!("e-[There are no results]\r\n"));
            return;
        };
        for (index, all) in results.thousandths().iter().enumerate() {
            let before = if index == 0 { "m-results-[" } else { "," };
            self.say(format_args!("{before}{}.{:03}", all / 1000, all % 1000));
        }
        self.say(format_args!("]\r\n"));
    }

    fn print(&mut self) {
        for line in self.input.bytes().chunks(PRINTED) {
            say(&mut self.board, format_args!("m-buffer"));
            line.iter().for_each(|byte| say(&mut self.board, format_args!("-{byte:02x}")));
            say(&mut self.board, format_args!("\r\n"));
        }
    }

    fn timestamp(&mut self) {
        let now = self.board.microseconds();
        self.say(format_args!("m-lap-us-{now}\r\n"));
    }

    fn ready(&mut self) {
        self.say(format_args!("m-ready\r\n"));
    }

    fn say(&mut self, text: fmt::Arguments<'_>) {
        say(&mut self.board, text);
    }
}

const HELP: &str = "ULPMark for tinyML Firmware V0.0.1\r\n\r\n\
    help         : Print this information\r\n\
    name         : Print the name of the device\r\n\
    profile      : Print the profile and the model\r\n\
    timestamp    : Print the time in microseconds\r\n\
    db load N    : Expect N bytes of an input\r\n\
    db HH[HH]*   : Load bytes in hexadecimal\r\n\
    db print     : Print the bytes that were loaded\r\n\
    infer N [W]  : Infer N times after W times before that, 10 if it is not said\r\n\
    results      : Print the results of the last inference\r\n";

fn say(board: &mut impl Board, text: fmt::Arguments<'_>) {
    /// A line that takes all.
    struct Line<'b, B>(&'b mut B);

    impl<B: Board> Write for Line<'_, B> {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.send(text.as_bytes());
            Ok(())
        }
    }

    // It cannot fail.
    let _ = Line(board).write_fmt(text);
}

/// A word of whatever bytes, of which those are told that are letters, digits or signs.
struct Printable<'w>(&'w [u8]);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| f.write_char(if byte.is_ascii_graphic() { (*byte).into() } else { '?' }))
    }
}
