//! Encoders received, refused, proven, and followed by others.

use dim_device::update::Trust;
use dim_link::{Class, Failure, Hello, Identity, Place, Refusal, Reply, Request};
use dim_model_format::{Model, SIGNATURE_BYTES, sign};
use ed25519_dalek::SigningKey;

use crate::encoders::{encoder, liar};
use crate::rig::{Firmware, Flash, Line, flash};

const CRC: crc::Crc<u32> = crc::Crc::<u32>::new(&crc::CRC_32_ISCSI);

pub(crate) fn identity(file: &[u8]) -> Identity {
    Model::parse(file).unwrap().identity()
}

pub(crate) fn begin(file: &[u8]) -> Request<'static> {
    Request::BeginUpdate { length: file.len() as u32, crc: CRC.checksum(file), identity: identity(file) }
}

/// Sends what is missing of an encoder in parts.
pub(crate) fn send(line: &mut dyn Line, file: &[u8]) {
    send_announced(line, begin(file), file);
}

fn send_announced(line: &mut dyn Line, begin: Request<'_>, file: &[u8]) {
    let mut sent = line.ask(begin, |reply| match reply {
        Reply::Received { bytes } => bytes as usize,
        other => panic!("{other:?}"),
    });
    while sent < file.len() {
        let bytes = &file[sent..file.len().min(sent + 64)];
        let part = Request::Update { offset: sent as u32, bytes };
        sent += bytes.len();
        line.expect(part, Reply::Received { bytes: sent as u32 });
    }
}

fn hello<T>(firmware: &Firmware<'_>, flash: &mut Flash, read: impl FnOnce(Hello<'_>) -> T) -> T {
    let ask = |line: &mut dyn Line| {
        line.ask(Request::Hello, |reply| match reply {
            Reply::Hello(hello) => read(hello),
            other => panic!("{other:?}"),
        })
    };
    firmware.start(flash, ask).unwrap()
}

#[test]
fn an_encoder_is_received_proven_and_committed() {
    let [built_in, next, third] = [1, 2, 3].map(|number| encoder(number, 600));
    let firmware = Firmware::of(&built_in);
    let mut flash = flash();
    let update = |line: &mut dyn Line| {
        line.show(&[1, 2, 3, 4]);
        line.expect(Request::Learn { class: "old" }, Reply::Learned { examples: 1 });
        line.expect(Request::EndUpdate, Reply::Failed(Failure::Update));
        line.expect(begin(&built_in), Reply::Failed(Failure::SameEncoder));
        send(line, &next);
        line.ask(Request::Hello, |reply| assert!(matches!(reply, Reply::Hello(Hello { pending: false, .. }))));
        line.expect(Request::EndUpdate, Reply::Done);
        line.ask(Request::Hello, |reply| match reply {
            Reply::Hello(hello) => assert!(hello.pending && hello.place == Place::BuiltIn),
            other => panic!("{other:?}"),
        });
    };
    firmware.start(&mut flash, update).unwrap();
    hello(&firmware, &mut flash, |hello| {
        assert_eq!((hello.place, hello.identity, hello.pending), (Place::SlotA, identity(&next), false));
        assert_eq!((hello.classes, hello.refusal, hello.kept), (0, None, None));
    });
    // The next one goes into the other slot, and the classes of the encoder in the firmware are still there.
    firmware
        .start(&mut flash, |line| {
            send(line, &third);
            line.expect(Request::EndUpdate, Reply::Done);
        })
        .unwrap();
    hello(&firmware, &mut flash, |hello| assert_eq!((hello.place, hello.identity), (Place::SlotB, identity(&third))));
    // Back to the one before, of which nothing has to be sent.
    firmware
        .start(&mut flash, |line| {
            line.expect(begin(&next), Reply::Received { bytes: next.len() as u32 });
            line.expect(Request::EndUpdate, Reply::Done);
        })
        .unwrap();
    hello(&firmware, &mut flash, |hello| assert_eq!((hello.place, hello.identity), (Place::SlotA, identity(&next))));
    // Both slots fail: what is in the firmware runs, with its classes.
    flash.bytes_mut()[..2048].fill(0);
    let fallen_back = |line: &mut dyn Line| {
        line.expect(Request::Class { index: 0 }, Reply::Class(Some(Class { name: "old", examples: 1 })));
        line.ask(Request::Hello, |reply| match reply {
            Reply::Hello(hello) => {
                assert_eq!((hello.place, hello.refusal), (Place::BuiltIn, Some(Refusal::Unreadable)));
            }
            other => panic!("{other:?}"),
        });
    };
    firmware.start(&mut flash, fallen_back).unwrap();
}

#[test]
fn a_transfer_goes_on_where_it_ended() {
    let [built_in, next] = [1, 2].map(|number| encoder(number, 900));
    let firmware = Firmware::of(&built_in);
    let mut flash = flash();
    let part = |offset: usize| Request::Update { offset: offset as u32, bytes: &next[offset..offset + 64] };
    let first = |line: &mut dyn Line| {
        line.expect(begin(&next), Reply::Received { bytes: 0 });
        for offset in (0..640).step_by(64) {
            line.expect(part(offset), Reply::Received { bytes: offset as u32 + 64 });
        }
        line.expect(part(0), Reply::Failed(Failure::Offset { expected: 640 }));
        line.expect(Request::Update { offset: 640, bytes: &[1; 3] }, Reply::Failed(Failure::Update));
        line.expect(Request::EndUpdate, Reply::Failed(Failure::Offset { expected: 640 }));
        // The line was lost; the device was not.
        line.expect(begin(&next), Reply::Received { bytes: 640 });
    };
    firmware.start(&mut flash, first).unwrap();
    let second = |line: &mut dyn Line| {
        // After a restart, from the two pages that were begun.
        line.expect(begin(&next), Reply::Received { bytes: 512 });
        send(line, &next);
        line.expect(Request::EndUpdate, Reply::Done);
    };
    firmware.start(&mut flash, second).unwrap();
    hello(&firmware, &mut flash, |hello| assert_eq!(hello.identity, identity(&next)));
}

#[test]
fn what_cannot_run_is_refused_and_the_old_encoder_runs_on() {
    let built_in = encoder(1, 300);
    let next = encoder(2, 300);
    let small = Firmware { arena: Model::parse(&built_in).unwrap().arena_bytes(), ..Firmware::of(&built_in) };
    let mut flash = flash();
    let refused = |line: &mut dyn Line| {
        let mut damaged = next.clone();
        damaged[100] ^= 1;
        for (file, announced, refusal) in [
            (&damaged, CRC.checksum(&next), Refusal::Checksum),
            (&damaged, CRC.checksum(&damaged), Refusal::Unreadable),
        ] {
            let length = file.len() as u32;
            let begin = Request::BeginUpdate { length, crc: announced, identity: identity(&next) };
            send_announced(line, begin, file);
            line.expect(Request::EndUpdate, Reply::Failed(Failure::Refused(refusal)));
        }
        let begin = Request::BeginUpdate { length: 1025, crc: 0, identity: identity(&next) };
        line.expect(begin, Reply::Failed(Failure::Update));
    };
    small.start(&mut flash, refused).unwrap();
    hello(&small, &mut flash, |hello| assert_eq!((hello.place, hello.pending), (Place::BuiltIn, false)));

    // What lies about its proof is found out by the next start.
    let lying = |line: &mut dyn Line| {
        send(line, &liar(5));
        line.expect(Request::EndUpdate, Reply::Done);
    };
    small.start(&mut flash, lying).unwrap();
    for _ in 0..2 {
        hello(&small, &mut flash, |hello| {
            assert_eq!((hello.place, hello.refusal), (Place::BuiltIn, Some(Refusal::Disproved)));
            assert!(!hello.pending);
        });
    }
}

/// Signed by this seed.
fn signed(file: &[u8], seed: u8) -> Vec<u8> {
    [file, &sign(file, &[seed; 32]).unwrap()].concat()
}

#[test]
fn a_firmware_with_a_key_takes_no_other() {
    let [built_in, next] = [1, 2].map(|number| encoder(number, 300));
    let key = SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes();
    let firmware = Firmware { trust: Trust::Key(key), ..Firmware::of(&built_in) };
    let mut flash = flash();
    let good = signed(&next, 7);
    let session = |line: &mut dyn Line| {
        let mut changed = good.clone();
        changed[next.len() + SIGNATURE_BYTES - 1] ^= 1;
        for file in [next.clone(), signed(&next, 8), changed] {
            send(line, &file);
            line.expect(Request::EndUpdate, Reply::Failed(Failure::Refused(Refusal::Untrusted)));
        }
        send(line, &good);
        line.expect(Request::EndUpdate, Reply::Done);
    };
    firmware.start(&mut flash, session).unwrap();
    hello(&firmware, &mut flash, |hello| assert_eq!(hello.place, Place::SlotA));
    // Whoever writes to the flash is not trusted either.
    flash.bytes_mut()[next.len() + 60] ^= 1;
    hello(&firmware, &mut flash, |hello| {
        assert_eq!((hello.place, hello.refusal), (Place::BuiltIn, Some(Refusal::Untrusted)));
    });
}
