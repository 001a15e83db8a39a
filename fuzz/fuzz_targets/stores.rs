//! Any bytes are a flash that a device starts with, and after it was told to forget all, it learns, and remembers.
#![no_main]

use dim_fuzz::devices::{Device, ENCODER, FLASH_BYTES, Flash, answer, start};
use dim_link::{Reply, Request, decode};
use dim_model_format::Model;
use libfuzzer_sys::fuzz_target;

// The bytes lie in a store that has been used, so that the fuzzer need not guess what one is: each two say where, the third
// what.
fuzz_target!(|bytes: &[u8]| {
    let mut flash = Flash::new(FLASH_BYTES);
    let (first, noise) = bytes.split_first().unwrap_or((&0, &[]));
    if first & 1 == 0 {
        start(&mut flash, |device| (0..first / 4).for_each(|number| learn(device, u32::from(number) + 1)));
    } else {
        flash.bytes_mut().fill(first | 1);
    }
    for [low, high, byte] in noise.as_chunks().0 {
        let at = usize::from(u16::from_le_bytes([*low, *high])) % flash.bytes().len();
        flash.bytes_mut()[at] = *byte;
    }
    start(&mut flash, |device| {
        expect(device, 1000, &Request::Forget { class: None }, &Reply::Done);
        learn(device, 1001);
        expect(device, 1003, &Request::Class { index: 0 }, &learned());
    });
    start(&mut flash, |device| expect(device, 1, &Request::Class { index: 0 }, &learned()));
});

fn learned() -> Reply<'static> {
    Reply::Class(Some(dim_link::Class { name: "a", examples: 1 }))
}

fn learn(device: &mut Device<'_, '_>, number: u32) {
    let pixels = Model::parse(ENCODER).expect("a golden file is a model").input_shape().elements() as usize;
    let image = Request::Image { offset: 0, pixels: &vec![7; pixels] };
    expect(device, 2 * number, &image, &Reply::Received { bytes: pixels as u32 });
    ask(device, 2 * number + 1, &Request::Learn { class: "a" }, |reply| {
        assert!(matches!(reply, Reply::Learned { .. }), "{reply:?}");
    });
}

fn expect(device: &mut Device<'_, '_>, number: u32, request: &Request<'_>, expected: &Reply<'_>) {
    ask(device, number, request, |reply| assert_eq!(reply, *expected));
}

fn ask(device: &mut Device<'_, '_>, number: u32, request: &Request<'_>, read: impl FnOnce(Reply<'_>)) {
    let body = answer(device, number, request);
    read(decode(&body).expect("it is a reply").1);
}
