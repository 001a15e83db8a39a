//! The part of MLPerf Tiny's runner, as `benchmark/runner` of mlcommons/tiny plays it over a serial port.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Bytes of an input in a command.
const PART: usize = 31;
const READY: &str = "m-ready\r\n";
/// For an inference on an emulated Pico, on a machine that has other work.
const PATIENCE: Duration = Duration::from_secs(300);

/// A runner at the other end of a device's line.
pub(crate) struct Runner {
    line: TcpStream,
    heard: String,
}

/// What an inference came to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Inferred {
    /// As the device wrote them.
    pub(crate) results: Vec<String>,
    pub(crate) microseconds: u64,
}

impl Runner {
    /// Connects as soon as the device listens, and hears its greeting out.
    pub(crate) fn connect(port: u16) -> Self {
        let start = Instant::now();
        let line = loop {
            match TcpStream::connect(("127.0.0.1", port)) {
                Ok(line) => break line,
                Err(error) => assert!(start.elapsed() < PATIENCE, "port {port}: {error}"),
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        line.set_read_timeout(Some(PATIENCE)).unwrap();
        line.set_nodelay(true).unwrap();
        let mut runner = Self { line, heard: String::new() };
        // Who was first decides whether the greeting is heard; this ends it.
        runner.line.write_all(b"%unheard-of%").unwrap();
        while !runner.answer().contains("e-[Unknown command: unheard-of]") {}
        runner
    }

    /// All lines of an answer but the last, `m-ready`.
    fn answer(&mut self) -> String {
        let mut bytes = [0; 4096];
        loop {
            if let Some((answer, rest)) = self.heard.split_once(READY) {
                let answer = answer.to_owned();
                self.heard = rest.to_owned();
                return answer;
            }
            let count = self.line.read(&mut bytes).unwrap();
            assert!(count > 0, "the device hung up after {:?}", self.heard);
            self.heard.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
        }
    }

    fn command(&mut self, command: &str) -> String {
        assert!(command.len() <= 80);
        self.line.write_all(format!("{command}%").as_bytes()).unwrap();
        self.answer()
    }

    /// What stands in brackets behind `start` in the answer.
    fn asked(&mut self, command: &str, start: &str) -> String {
        let answer = self.command(command);
        let line = answer.lines().find_map(|line| line.strip_prefix(start)?.strip_prefix('[')?.strip_suffix(']'));
        line.unwrap_or_else(|| panic!("{command}: {answer}")).to_owned()
    }

    /// The name of the device, and the task that it is for.
    pub(crate) fn identify(&mut self) -> [String; 2] {
        [self.asked("name", "m-name-dut-"), self.asked("profile", "m-model-")]
    }

    /// Sends an input.
    pub(crate) fn load(&mut self, bytes: &[u8]) {
        assert_eq!(
            self.command(&format!("db load {}", bytes.len())),
            format!("m-[Expecting {} bytes]\r\n", bytes.len())
        );
        let mut last = String::new();
        for part in bytes.chunks(PART) {
            assert_eq!(last, "");
            let digits: String = part.iter().map(|byte| format!("{byte:02x}")).collect();
            last = self.command(&format!("db {digits}"));
        }
        assert_eq!(last, "m-load-done\r\n");
    }

    /// Lets it infer, after some times that are not timed.
    pub(crate) fn infer(&mut self, times: u32, before: u32) -> Inferred {
        let answer = self.command(&format!("infer {times} {before}"));
        let lines: Vec<&str> = answer.split_terminator("\r\n").collect();
        let [start, warm, begin, first, second, done, results] = lines[..] else { panic!("{answer}") };
        assert_eq!([start, warm], [&format!("m-warmup-start-{before}"), "m-warmup-done"]);
        assert_eq!([begin, done], [&format!("m-infer-start-{times}"), "m-infer-done"]);
        let [first, second] =
            [first, second].map(|line| line.strip_prefix("m-lap-us-").unwrap().parse::<u64>().unwrap());
        let results = results.strip_prefix("m-results-[").unwrap().strip_suffix(']').unwrap();
        let results: Vec<String> = results.split(',').map(str::to_owned).collect();
        assert_eq!(self.asked("results", "m-results-"), results.join(","));
        Inferred { results, microseconds: second - first }
    }
}
