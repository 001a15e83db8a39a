//! A device at the other end of a line that loses and changes bytes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use dim_device::classes::NearestMean;
use dim_device::service::Parts;
use dim_device::simulated_flash::SimulatedFlash;
use dim_device::update::Trust;
use dim_device::{Board, Regions, Service};
use dim_host::data::embedded::fashion_mnist_subset;
use dim_host::device::{Client, ClientError, Device, Line, MemoryOnly};
use dim_host::embeddings::class_means;
use dim_host::novelty::{Feature, Statistics, is_of_threshold, maps};
use dim_host::representation::encode_all;
use dim_link::{Failure, FrameReader, Refusal, Reply, Request, decode, encode};
use dim_model_format::{Identity, Model, Prototypes};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// The encoder that the firmware comes with: 28 x 28 grey pixels, 64 units. Only the test of the project has it.
const ENCODER: &[u8] = include_bytes!("../../encoders/edge28-s.dim");
const PAGE: usize = 4096;
const KIB: u32 = 1024;

type Flash = SimulatedFlash<4, PAGE>;
type Simulated<'m, 'a> = Service<'m, 'a, &'a mut Flash, NearestMean<64, 16>, Clock, 64, 4096, 512, 352>;

struct Clock(u64);

impl Board for Clock {
    fn name(&self) -> &str {
        "simulated"
    }

    fn ticks(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }

    fn ticks_per_second(&self) -> u32 {
        1
    }
}

/// Starts a device, and gives it to `session`.
fn start<T>(flash: &mut Flash, session: impl FnOnce(&mut Simulated<'_, '_>) -> T) -> T {
    let regions = Regions { slots: [0..128 * KIB, 128 * KIB..256 * KIB], store: 256 * KIB..352 * KIB };
    let mapped = flash.bytes().to_vec();
    let arena = Model::parse(ENCODER).unwrap().arena_bytes();
    let parts = Parts {
        board: Clock(0),
        flash,
        regions: &regions,
        slot: &|range| mapped.get(range.start as usize..range.end as usize),
        built_in: ENCODER,
        arena: &mut vec![0; arena],
        image: &mut [0; 28 * 28],
        trust: Trust::Anyone,
    };
    session(&mut Simulated::start(parts).unwrap())
}

/// A line to a simulated device; of so many bytes each way, one is lost or changed.
struct Lossy<'s, 'm, 'a> {
    service: &'s mut Simulated<'m, 'a>,
    arrived: VecDeque<u8>,
    rng: StdRng,
    one_of: u32,
}

impl Lossy<'_, '_, '_> {
    /// What arrives of a byte.
    fn pass(rng: &mut StdRng, one_of: u32, byte: u8) -> Option<u8> {
        match rng.random_range(0..one_of) {
            0 => None,
            1 => Some(byte ^ (1 << rng.random_range(0..8))),
            _ => Some(byte),
        }
    }
}

impl Line for Lossy<'_, '_, '_> {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        for byte in bytes {
            let Some(byte) = Self::pass(&mut self.rng, self.one_of, *byte) else { continue };
            for answer in self.service.feed(byte).unwrap_or_default() {
                self.arrived.extend(Self::pass(&mut self.rng, self.one_of, *answer));
            }
        }
        Ok(())
    }

    fn receive(&mut self, into: &mut [u8], longest: Duration) -> io::Result<usize> {
        if self.arrived.is_empty() {
            std::thread::sleep(longest);
        }
        let count = self.arrived.len().min(into.len());
        self.arrived.drain(..count).zip(into).for_each(|(byte, to)| *to = byte);
        Ok(count)
    }
}

fn greet<'s, 'm, 'a>(service: &'s mut Simulated<'m, 'a>, one_of: u32) -> Device<Lossy<'s, 'm, 'a>> {
    let line = Lossy { service, arrived: VecDeque::new(), rng: StdRng::seed_from_u64(7), one_of };
    Device::greet(Client::new(line).unwrap().with_first_wait(Duration::from_micros(100)).with_tries(12)).unwrap()
}

#[test]
fn a_device_learns_over_a_bad_line_what_the_host_computes_to_the_bit() {
    let model = Model::parse(ENCODER).unwrap();
    let dataset = fashion_mnist_subset().unwrap();
    let images = dataset.train.first(60);
    let labels = images.labels.clone().unwrap();
    let rows = encode_all(&model, &images, |output| output.embedding().values.to_vec()).unwrap();
    let file = class_means(&rows, &labels, 10).to_file(&model, &dataset.classes).unwrap();
    let prototypes = Prototypes::parse(&file, &model).unwrap();
    let mut flash = Flash::new(352 * KIB);
    start(&mut flash, |service| {
        let mut device = greet(service, 3000);
        assert_eq!(device.greeting().identity, model.identity());
        for (index, label) in labels.iter().enumerate() {
            device.learn(&dataset.classes[usize::from(*label)], images.image(index)).unwrap();
        }
        let learned: u32 = device.classes().unwrap().iter().map(|class| class.examples).sum();
        assert_eq!(learned, 60, "what is sent again is learned once");
    });
    let tests = dataset.test.first(40);
    let embeddings = encode_all(&model, &tests, |output| output.embedding().values.to_vec()).unwrap();
    // After a restart.
    start(&mut flash, |service| {
        let mut device = greet(service, 3000);
        for (index, embedding) in embeddings.iter().enumerate() {
            assert_eq!(device.embed(tests.image(index)).unwrap().0, *embedding);
            let told = device.classify(tests.image(index)).unwrap();
            let nearest = prototypes.nearest(embedding).unwrap();
            assert_eq!((told.distance, &*told.class), (nearest.distance, nearest.name));
        }
    });
}

#[test]
fn what_is_normal_is_the_same_to_the_bit_here_and_on_a_device() {
    let model = Model::parse(ENCODER).unwrap();
    let dataset = fashion_mnist_subset().unwrap();
    let normal = dataset.train.first(45);
    let all: Vec<usize> = (0..normal.len()).collect();
    let learned = maps(&model, &normal, Feature::Map).unwrap();
    let statistics = Statistics::learn(model.identity(), &learned, &all).unwrap();
    let tests = dataset.test.first(40);
    let shown = maps(&model, &tests, Feature::Map).unwrap();
    let mut flash = Flash::new(352 * KIB);
    start(&mut flash, |service| {
        let mut device = greet(service, 3000);
        for index in (0..normal.len()).filter(|index| !is_of_threshold(*index)) {
            device.learn_normal(normal.image(index)).unwrap();
        }
        for index in (0..normal.len()).filter(|index| is_of_threshold(*index)) {
            device.set_threshold(normal.image(index)).unwrap();
        }
        // Learned there, and then learned here.
        for is_loaded in [false, true] {
            if is_loaded {
                device.forget_normal().unwrap();
                device.load_normal(&statistics).unwrap();
            }
            for (index, map) in shown.codes.iter().enumerate() {
                let there = device.judge(tests.image(index)).unwrap();
                let here = statistics.judge(map).unwrap();
                assert_eq!((there.score, there.cell.map(usize::from)), (here.score, here.cell));
                assert_eq!((there.images, there.threshold), (statistics.images(), statistics.threshold()));
            }
        }
        assert_eq!(device.can_keep_normal().unwrap(), Ok(()));
        device.keep_normal().unwrap();
        let mut other = statistics.clone();
        other.identity = Identity([1; 16]);
        let refused = device.load_normal(&other).unwrap_err();
        assert!(refused.to_string().contains("not of the encoder that the device runs"), "{refused}");
    });
    // After a restart.
    start(&mut flash, |service| {
        let mut device = greet(service, 3000);
        for (index, map) in shown.codes.iter().enumerate() {
            let there = device.judge(tests.image(index)).unwrap();
            let here = statistics.judge(map).unwrap();
            assert_eq!((there.score, there.threshold), (here.score, statistics.threshold()));
        }
    });
}

/// A device of minor version 0: it knows none of the requests that came later.
struct Before<'s, 'm, 'a>(Lossy<'s, 'm, 'a>);

impl Line for Before<'_, '_, '_> {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut reader = FrameReader::<4096>::new();
        let requests: Vec<u8> =
            bytes.iter().filter_map(|byte| reader.feed(*byte)?.ok().map(<[u8]>::to_vec)).flatten().collect();
        match decode(&requests) {
            Some((number, Request::Minor | Request::KeptNormal | Request::KeepNormal)) => {
                let mut frame = [0; 64];
                self.0.arrived.extend(encode(number, &Reply::Failed(Failure::Frame), &mut frame).unwrap());
                Ok(())
            }
            _ => self.0.send(bytes),
        }
    }

    fn receive(&mut self, into: &mut [u8], longest: Duration) -> io::Result<usize> {
        self.0.receive(into, longest)
    }
}

#[test]
fn a_device_of_before_has_what_is_normal_in_memory_only() {
    let normal = fashion_mnist_subset().unwrap().train.first(4);
    start(&mut Flash::new(352 * KIB), |service| {
        let line = Lossy { service, arrived: VecDeque::new(), rng: StdRng::seed_from_u64(7), one_of: u32::MAX };
        let mut device = Device::greet(Client::new(Before(line)).unwrap()).unwrap();
        assert_eq!(device.can_keep_normal().unwrap(), Err(MemoryOnly::Firmware));
        for index in 0..normal.len() {
            device.learn_normal(normal.image(index)).unwrap();
        }
        assert_eq!(device.judge(normal.image(0)).unwrap().images, 4);
    });
}

#[test]
fn a_device_says_why_not() {
    let mut flash = Flash::new(352 * KIB);
    start(&mut flash, |service| {
        let mut device = greet(service, u32::MAX);
        let failed = device.classify(&[0; 784]).unwrap_err();
        assert!(matches!(failed, ClientError::Failed(Failure::NoClass)) && failed.to_string().contains("classes"));
        assert!(device.show(&[0; 785]).unwrap_err().to_string().contains("784 bytes"));
        let model = Model::parse(ENCODER).unwrap();
        let same = device.update(&model, ENCODER, |_| ()).unwrap_err();
        assert!(matches!(same, ClientError::Failed(Failure::SameEncoder)));
        // Another one, of before there were proofs.
        let other = include_bytes!("../../model-format/tests/golden/overlap-1.3.dim");
        let model = Model::parse(other).unwrap();
        let refused = device.update(&model, other, |_| ()).unwrap_err();
        assert!(matches!(refused, ClientError::Failed(Failure::Refused(Refusal::NoProof))), "{refused}");
    });
}

#[test]
fn nobody_answers() {
    struct Nobody;
    impl Line for Nobody {
        fn send(&mut self, _: &[u8]) -> io::Result<()> {
            Ok(())
        }

        fn receive(&mut self, _: &mut [u8], longest: Duration) -> io::Result<usize> {
            std::thread::sleep(longest);
            Ok(0)
        }
    }
    let client = Client::new(Nobody).unwrap().with_first_wait(Duration::from_micros(10));
    assert!(matches!(Device::greet(client), Err(ClientError::Silent)));
}
