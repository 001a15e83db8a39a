//! Any bytes are frames or none, whatever messages they hold, and a device answers what follows them.
#![no_main]

use dim_fuzz::devices::{FLASH_BYTES, Flash, answer, start};
use dim_link::{Reply, Request, decode};
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
            answer(device, number, &Raw(body));
            rest = after;
        }
        let body = answer(device, u32::MAX, &Request::Class { index: 9 });
        assert_eq!(decode::<Reply<'_>>(&body), Some((u32::MAX, Reply::Class(None))));
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
