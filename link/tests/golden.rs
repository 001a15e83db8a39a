//! The bytes of every message, made by other code: postcard's varints by hand, and the checksum of zlib. They never change.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

use dim_link::{
    Class, Failure, FrameError, FrameReader, Hello, Identity, KeptNormal, Normal, Novelty, Place, Refusal, Reply,
    Request, Verdict, decode, encode, number,
};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

const IDENTITY: Identity = Identity([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
const HELLO: Hello<'_> = Hello {
    version: 1,
    board: "pico",
    encoder: "tiny",
    identity: IDENTITY,
    place: Place::SlotB,
    image: [28, 28, 1],
    units: 64,
    classes: 3,
    most_classes: 16,
    ticks_per_second: 1_000_000,
    chunk: 960,
    slot: 262_144,
    pending: true,
    refusal: Some(Refusal::Arena { needed: 9000, available: 8192 }),
    kept: Some(IDENTITY.0),
};
const NORMAL: Normal = Normal {
    identity: IDENTITY,
    images: 200,
    values: 784,
    channels: 16,
    threshold_images: 20,
    threshold_sum: 5000,
    threshold_squares: 1 << 70,
};

/// Requests with the number 300.
const REQUESTS: [(Request<'_>, &str); 27] = [
    (Request::Hello, "03ac0205941f151d00"),
    (Request::Prove, "08ac0201022f126a00"),
    (Request::Image { offset: 4096, pixels: &[0, 1, 255] }, "07ac02028020030701fffc39fec800"),
    (Request::Embed, "08ac02032e4e1c8400"),
    (Request::Read { offset: 64 }, "09ac0204405b29cd3700"),
    (Request::Learn { class: "Öl" }, "0cac020503c3966c07cf0c7a00"),
    (Request::Classify, "08ac0206a1ba76f400"),
    (Request::Forget { class: None }, "04ac020705083b3c6a00"),
    (Request::Forget { class: Some("a") }, "0bac02070101615711671a00"),
    (Request::Class { index: 15 }, "09ac02080f563a1b7d00"),
    (Request::LearnNormal, "08ac020930a7c96400"),
    (Request::SetThreshold, "08ac020a8af6c0fd00"),
    (Request::Judge, "08ac020b1cc6c78a00"),
    (Request::ForgetNormal, "08ac020cbf53a31400"),
    (
        Request::BeginUpdate { length: 57_000, crc: 0xdead_beef, identity: IDENTITY },
        "0cac020da8bd03effdb6f50d140102030405060708090a0b0c0d0e0f0a214ab900",
    ),
    (Request::Update { offset: 256, bytes: &[7, 0] }, "08ac020e800202070543677f6200"),
    (Request::EndUpdate, "08ac020f0502aa8d00"),
    (Request::Restart, "07ac0210f00fa20100"),
    (Request::Bench { runs: 10 }, "09ac02110ac167719600"),
    (
        Request::BeginNormal(NORMAL),
        "04ac0212270102030405060708090a0b0c0d0e0fc80190061014882780808080808080808080016f0a5ffa00",
    ),
    (
        Request::Normal { offset: 64, bytes: &[0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0] },
        "0bac02134008ffffffff01010105854ff65a00",
    ),
    (Request::EndNormal, "08ac0214e9cbcf0700"),
    (Request::FeatureMap { offset: 64 }, "09ac0215404b0a146400"),
    (Request::Unlearn { class: "Öl" }, "0cac021603c3966c55224c5d00"),
    (Request::Minor, "08ac0217539ac69e00"),
    (Request::KeptNormal, "08ac0218c287790e00"),
    (Request::KeepNormal, "08ac021954b77e7900"),
];

/// Replies with the number 1.
const REPLIES: [(Reply<'_>, &str); 39] = [
    (
        Reply::Hello(HELLO),
        "02010c01047069636f0474696e79270102030405060708090a0b0c0d0e0f021c1c01400310c0843dc007808010010103a846804001140102030405060708090a0b0c0d0e0f5e3c6efd00",
    ),
    (Reply::Done, "0701012813c52f00"),
    (Reply::Received { bytes: 57_000 }, "0a0102a8bd03b19b424e00"),
    (Reply::Computed { ticks: 1 << 40 }, "0d01038080808080201874b73b00"),
    (Reply::Values { offset: 2, values: &[0x80, 0x7f] }, "0b01040202807fc53caadd00"),
    (Reply::Learned { examples: 200 }, "090105c801421717eb00"),
    (
        Reply::Classified(Verdict { class: "a", distance: 300, second: Some(7), is_known: true }),
        "0e01060161ac020107015ba8987400",
    ),
    (Reply::Class(Some(Class { name: "a", examples: 2 })), "0b0107010161028e9828e300"),
    (Reply::Class(None), "03010705e225c2b100"),
    (Reply::Novelty(Novelty { images: 20, score: 512, cell: [3, 4], threshold: None }), "080108148004030405858d8e5a00"),
    (Reply::Failed(Failure::Frame), "030109056c08412f00"),
    (Reply::Failed(Failure::Offset { expected: 5 }), "0901090105384658ff00"),
    (Reply::Failed(Failure::Image { expected: 784, got: 3 }), "0b0109029006033096c7ef00"),
    (Reply::Failed(Failure::Encoder), "08010903d65948b600"),
    (Reply::Failed(Failure::Flash), "0801090475cc2c2800"),
    (Reply::Failed(Failure::Full), "08010905e3fc2b5f00"),
    (Reply::Failed(Failure::Name), "0801090659ad22c600"),
    (Reply::Failed(Failure::NoClass), "08010907cf9d25b100"),
    (Reply::Failed(Failure::OtherEncoder { stored: IDENTITY }), "04010908140102030405060708090a0b0c0d0e0f99b78c3100"),
    (Reply::Failed(Failure::NoFeatureMap), "08010909c8b09d5600"),
    (Reply::Failed(Failure::NothingNormal), "0801090a72e194cf00"),
    (Reply::Failed(Failure::Update), "0801090be4d193b800"),
    (Reply::Failed(Failure::SameEncoder), "0801090c4744f72600"),
    (Reply::Failed(Failure::Refused(Refusal::Checksum)), "0401090d05bbfd872300"),
    (Reply::Failed(Failure::Refused(Refusal::Unreadable)), "0901090d012dcd805400"),
    (Reply::Failed(Failure::Refused(Refusal::Untrusted)), "0901090d02979c89cd00"),
    (Reply::Failed(Failure::Refused(Refusal::Arena { needed: 9000, available: 8192 })), "0d01090d03a846804069eab97600"),
    (Reply::Failed(Failure::Refused(Refusal::Image { needed: 2, available: 1 })), "0b01090d0402016232dcc700"),
    (Reply::Failed(Failure::Refused(Refusal::Units { needed: 2, available: 1 })), "0b01090d05020155581ec600"),
    (Reply::Failed(Failure::Refused(Refusal::NoProof)), "0901090d068e58e4ca00"),
    (Reply::Failed(Failure::Refused(Refusal::Disproved)), "0901090d071868e3bd00"),
    (Reply::Failed(Failure::Refused(Refusal::Crashed)), "0901090d0889755c2d00"),
    (Reply::Failed(Failure::Normal), "0801090e6b25f9c800"),
    (Reply::Failed(Failure::NoExample), "0801090ffd15febf00"),
    (Reply::Failed(Failure::OtherNormal { stored: IDENTITY }), "04010910140102030405060708090a0b0c0d0e0f7a61cdc000"),
    (Reply::Failed(Failure::NoRoom { needed: 86_016, available: 65_536 }), "0e01091180a00580800412b006ab00"),
    (Reply::Minor { version: 1 }, "08010a01396b6b7300"),
    (
        Reply::KeptNormal(KeptNormal { kept: Some(IDENTITY.0), needed: 86_016, available: 65_536 }),
        "04010b011a0102030405060708090a0b0c0d0e0f80a0058080045bed096d00",
    ),
    (Reply::KeptNormal(KeptNormal { kept: None, needed: 86_016, available: 65_536 }), "03010b0b80a00580800415208a2800"),
];

fn bytes(hexadecimal: &str) -> Vec<u8> {
    (0..hexadecimal.len()).step_by(2).map(|at| u8::from_str_radix(&hexadecimal[at..at + 2], 16).unwrap()).collect()
}

/// What a reader makes of bytes, frame by frame.
fn read<const BYTES: usize>(bytes: &[u8]) -> Vec<Result<Vec<u8>, FrameError>> {
    let mut reader = FrameReader::<BYTES>::new();
    bytes.iter().filter_map(|byte| reader.feed(*byte).map(|body| body.map(<[u8]>::to_vec))).collect()
}

fn check<'a, T: Serialize + Deserialize<'a> + PartialEq + std::fmt::Debug>(
    sent: u32,
    message: &T,
    frame: &str,
    body: &'a mut Vec<u8>,
) {
    let frame = bytes(frame);
    assert_eq!(encode(sent, message, &mut [0; 256]).unwrap(), frame, "{message:?}");
    let bodies = read::<256>(&frame);
    *body = bodies.into_iter().next().unwrap().unwrap();
    assert_eq!(number(body), Some(sent));
    assert_eq!(decode::<T>(body).as_ref().map(|(number, read)| (*number, read)), Some((sent, message)));
}

#[test]
fn every_message_has_its_bytes() {
    for (request, frame) in &REQUESTS {
        check(300, request, frame, &mut Vec::new());
    }
    for (reply, frame) in &REPLIES {
        check(1, reply, frame, &mut Vec::new());
    }
}

#[test]
fn a_frame_ends_what_noise_began() {
    let [first, second] = ["Hello", "Prove"].map(|_| bytes(REQUESTS[0].1));
    let line = [&[3, 7, 9, 0][..], &first, &[0, 0], &second[..4], &[0], &second].concat();
    let read = read::<64>(&line);
    let damaged = Err(FrameError::Damaged);
    assert_eq!(read, [damaged.clone(), read[1].clone(), damaged, read[1].clone()]);
    assert_eq!(decode(read[1].as_ref().unwrap()), Some((300, Request::Hello)));
}

#[test]
fn what_does_not_fit_is_refused() {
    let long = Request::Image { offset: 0, pixels: &[1; 100] };
    let frame = encode(1, &long, &mut [0; 256]).unwrap().to_vec();
    let needed = (1..256).find(|bytes| encode(1, &long, &mut vec![0; *bytes]).is_some()).unwrap();
    assert!(needed >= frame.len() && needed < frame.len() + 4, "{needed} bytes for {}", frame.len());
    let hello = bytes(REQUESTS[0].1);
    assert_eq!(read::<64>(&[frame, hello].concat())[0], Err(FrameError::TooLong));
}

proptest! {
    /// Any bytes are frames or errors, and a frame after them is read.
    #[test]
    fn any_bytes_are_survived(noise: Vec<u8>) {
        let frame = encode(9, &Request::Judge, &mut [0; 32]).unwrap().to_vec();
        let read = read::<32>(&[&noise[..], &[0], &frame].concat());
        let last = read.last().unwrap().as_ref().unwrap();
        prop_assert_eq!(decode(last), Some((9, Request::Judge)));
    }

    /// One changed bit is noticed.
    #[test]
    fn a_changed_bit_is_noticed(which in 0_usize..27, at: prop::sample::Index, bit in 0_u8..8) {
        let mut frame = bytes(REQUESTS[which].1);
        let at = at.index(frame.len() - 1);
        frame[at] ^= 1 << bit;
        prop_assert!(read::<256>(&frame).iter().all(Result::is_err));
    }
}
