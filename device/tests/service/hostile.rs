//! Any state of the flash, and any bytes on the line.

use dim_link::{Class, Failure, Reply, Request};
use proptest::prelude::*;

use crate::encoders::encoder;
use crate::rig::{Firmware, Line, flash};

/// A device that starts can learn, at the latest after it was told to forget all.
fn works(line: &mut dyn Line) {
    line.show(&[1, 2, 3, 4]);
    line.expect(Request::Prove, Reply::Computed { ticks: 1 });
    line.expect(Request::Forget { class: None }, Reply::Done);
    line.expect(Request::Learn { class: "a" }, Reply::Learned { examples: 1 });
    line.ask(Request::Classify, |reply| assert!(matches!(reply, Reply::Classified(verdict) if verdict.distance == 0)));
}

fn remembers(line: &mut dyn Line) {
    line.expect(Request::Class { index: 0 }, Reply::Class(Some(Class { name: "a", examples: 1 })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_flash_is_a_store(noise in proptest::collection::vec((0_usize..9216, any::<u8>()), 0..200), fill: u8) {
        let file = encoder(1, 300);
        let mut flash = flash();
        flash.bytes_mut().fill(fill);
        for (at, byte) in noise {
            flash.bytes_mut()[at] = byte;
        }
        Firmware::of(&file).start(&mut flash, works).unwrap();
        Firmware::of(&file).start(&mut flash, remembers).unwrap();
    }

    /// A store with bytes changed.
    #[test]
    fn a_damaged_store_is_one(noise in proptest::collection::vec((2048_usize..9216, any::<u8>()), 0..20), classes in 0_usize..60) {
        let file = encoder(1, 300);
        let mut flash = flash();
        let learn = |line: &mut dyn Line| {
            line.show(&[1, 2, 3, 4]);
            for number in 0..classes {
                let class = ["a", "b", "c", "d"][number % 4];
                line.ask(Request::Learn { class }, |reply| assert!(matches!(reply, Reply::Learned { .. })));
            }
        };
        Firmware::of(&file).start(&mut flash, learn).unwrap();
        for (at, byte) in noise {
            flash.bytes_mut()[at] = byte;
        }
        Firmware::of(&file).start(&mut flash, works).unwrap();
        Firmware::of(&file).start(&mut flash, remembers).unwrap();
    }

    #[test]
    fn any_bytes_on_the_line_are_survived(bytes: Vec<u8>, class: u8) {
        let file = encoder(1, 300);
        let session = |line: &mut dyn Line| {
            line.exchange(&bytes);
            line.exchange(&[0]);
            line.expect(Request::Class { index: class.into() }, Reply::Class(None));
            line.expect(Request::Embed, Reply::Failed(Failure::Image { expected: 4, got: 0 }));
        };
        Firmware::of(&file).start(&mut flash(), session).unwrap();
    }
}
