//! Any bytes are frames or none, whatever messages they hold, and a device answers what follows them.
#![no_main]

use dim_fuzz::devices::{FLASH_BYTES, Flash, start};
use dim_link::{FrameReader, Reply, Request, decode, encode};
use libfuzzer_sys::fuzz_target;

// The bytes come as they are, and then in frames that are whole, so that what is fuzzed is a message; the first byte of each
// says how long it is.
fuzz_target!(|bytes: &[u8]| {
    let mut flash = Flash::new(FLASH_BYTES);
    start(&mut flash, |device| {
        for byte in bytes {
            device.feed(*byte);
        }
        device.feed(0);
        let mut rest = bytes;
        let mut number = 0;
        while let Some((length, after)) = rest.split_first() {
            let (body, after) = after.split_at(after.len().min(usize::from(*length)));
            number += 1;
            let mut line = [0; 512];
            let frame = encode(number, &Raw(body), &mut line).expect("it is short");
            let answers = frame.iter().filter(|byte| device.feed(**byte).is_some()).count();
            assert_eq!(answers, 1, "one answer to a frame");
            rest = after;
        }
        let mut line = [0; 64];
        let frame = encode(u32::MAX, &Request::Class { index: 9 }, &mut line).expect("it is short");
        let mut reader = FrameReader::<256>::new();
        let answer = frame.iter().find_map(|byte| device.feed(*byte)).expect("a device answers");
        let body = answer.iter().find_map(|byte| reader.feed(*byte)).expect("it ends").expect("it is whole");
        assert_eq!(decode::<Reply<'_>>(body), Some((u32::MAX, Reply::Class(None))));
    });
});

/// Bytes as they are, in place of a message.
struct Raw<'b>(&'b [u8]);

impl serde::Serialize for Raw<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeTuple;

        let mut tuple = serializer.serialize_tuple(self.0.len())?;
        self.0.iter().try_for_each(|byte| tuple.serialize_element(byte))?;
        tuple.end()
    }
}
