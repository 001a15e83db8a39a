//! Frames that are lost, damaged, sent again.

use dim_link::{Failure, FrameReader, Reply, Request, VERSION, decode, encode};
use dim_model_format::Model;

use crate::encoders::encoder;
use crate::rig::{FRAME, Firmware, flash};

/// The only frame in these bytes.
fn reply<T>(bytes: &[u8], read: impl FnOnce(u32, Reply<'_>) -> T) -> T {
    let mut reader = FrameReader::<512>::new();
    let (last, rest) = bytes.split_last().unwrap();
    assert!(rest.iter().all(|byte| reader.feed(*byte).is_none()));
    let (number, reply) = decode(reader.feed(*last).unwrap().unwrap()).unwrap();
    read(number, reply)
}

#[test]
fn a_device_says_who_it_is() {
    let file = encoder(1, 300);
    let firmware = Firmware::of(&file);
    let identity = Model::parse(&file).unwrap().identity();
    let said = firmware.start(&mut flash(), |line| {
        line.ask(Request::Hello, |reply| match reply {
            Reply::Hello(hello) => {
                assert_eq!((hello.version, hello.board, hello.identity), (VERSION, "simulated", identity));
                assert_eq!((hello.image, hello.units, hello.most_classes), ([2, 2, 1], 3, 4));
                assert_eq!((hello.chunk, hello.slot, hello.ticks_per_second), (192, 1024, 1000));
            }
            other => panic!("{other:?}"),
        });
        line.expect(Request::Prove, Reply::Computed { ticks: 1 });
    });
    said.unwrap();
}

#[test]
fn a_request_that_is_sent_again_is_answered_again_and_done_once() {
    let file = encoder(1, 300);
    let session = |line: &mut dyn crate::rig::Line| {
        line.show(&[1, 2, 3, 4]);
        let mut frame = [0; 64];
        let learn = encode(77, &Request::Learn { class: "a" }, &mut frame).unwrap().to_vec();
        let first = line.exchange(&learn);
        reply(&first, |number, reply| assert_eq!((number, reply), (77, Reply::Learned { examples: 1 })));
        assert_eq!([line.exchange(&learn), line.exchange(&learn)], [first.clone(), first]);
        // A try that is damaged changes nothing.
        line.exchange(&[&learn[..5], &[0]].concat());
        reply(&line.exchange(&learn), |_, reply| assert_eq!(reply, Reply::Learned { examples: 1 }));
        line.expect(Request::Learn { class: "a" }, Reply::Learned { examples: 2 });
        // The same number with another request is another request.
        let mut frame = [0; 64];
        let other = encode(77, &Request::Learn { class: "b" }, &mut frame).unwrap().to_vec();
        reply(&line.exchange(&other), |_, reply| assert_eq!(reply, Reply::Learned { examples: 1 }));
    };
    Firmware::of(&file).start(&mut flash(), session).unwrap();
}

#[test]
fn noise_is_answered_by_a_failure_and_forgotten() {
    let file = encoder(1, 300);
    let session = |line: &mut dyn crate::rig::Line| {
        let failed = |number: u32, reply: Reply<'_>| assert_eq!((number, reply), (0, Reply::Failed(Failure::Frame)));
        reply(&line.exchange(&[17, 3, 0]), failed);
        reply(&line.exchange(&[&[9; 2 * FRAME][..], &[0]].concat()), failed);
        assert_eq!(line.exchange(&[0, 0, 0]), []);
        // A request of a later version: whole, but unknown. 4, then the kind 200.
        let mut frame = [0; 64];
        let unknown = encode(4, &200_u32, &mut frame).unwrap().to_vec();
        reply(&line.exchange(&unknown), |number, reply| {
            assert_eq!((number, reply), (4, Reply::Failed(Failure::Frame)));
        });
        line.expect(Request::Prove, Reply::Computed { ticks: 1 });
    };
    Firmware::of(&file).start(&mut flash(), session).unwrap();
}
