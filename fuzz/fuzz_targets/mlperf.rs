//! A device under test of MLPerf Tiny hears any bytes, and answers the command that follows them.
#![no_main]

use dim_fuzz::mlperf::{Heard, start};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let heard = Heard::default();
    start(&heard, |device| {
        for command in bytes.split_inclusive(|byte| *byte == b'%').filter(|command| !is_long(command)) {
            command.iter().for_each(|byte| device.feed(*byte));
        }
        b"%timestamp%".iter().for_each(|byte| device.feed(*byte));
    });
    assert!(heard.text().ends_with("m-lap-us-0\r\nm-ready\r\n"));
});

/// An inference is quick, but a number of more than three digits of them is not.
fn is_long(command: &[u8]) -> bool {
    let is_inference = command.windows(5).any(|word| word == b"infer");
    is_inference && command.split(|byte| !byte.is_ascii_digit()).any(|digits| digits.len() > 3)
}
