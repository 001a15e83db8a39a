//! A simulated device that listens on TCP, and the commands that use it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use dim_device::classes::NearestMean;
use dim_device::service::Parts;
use dim_device::simulated_flash::SimulatedFlash;
use dim_device::update::Trust;
use dim_device::{Board, Regions, Service};
use dim_model_format::{Model, prove};
use serde_json::json;

use crate::place::Place;

const KIB: u32 = 1024;
const PAGE: usize = 4096;
/// Test images of which each command takes the first.
const IMAGES: usize = 20;

type Flash = SimulatedFlash<4, PAGE>;
type Simulated<'m, 'a> = Service<'m, 'a, &'a mut Flash, NearestMean<64, 16>, Clock, 64, 4096, 1024, 352>;

struct Clock(u64);

impl Board for Clock {
    fn name(&self) -> &str {
        "simulated"
    }

    fn ticks(&mut self) -> u64 {
        self.0 += 1000;
        self.0
    }

    fn ticks_per_second(&self) -> u32 {
        1_000_000
    }
}

/// Serves whoever connects, one after the other, and starts the device again when it is told to.
fn serve(listener: &TcpListener, built_in: &[u8]) {
    let mut flash = Flash::new(352 * KIB);
    let regions = Regions { slots: [0..128 * KIB, 128 * KIB..256 * KIB], store: 256 * KIB..352 * KIB };
    let mut arena = vec![0; Model::parse(built_in).unwrap().arena_bytes()];
    let mut stream: Option<TcpStream> = None;
    loop {
        let mapped = flash.bytes().to_vec();
        let parts = Parts {
            board: Clock(0),
            flash: &mut flash,
            regions: &regions,
            slot: &|range| mapped.get(range.start as usize..range.end as usize),
            built_in,
            arena: &mut arena,
            image: &mut [0; 28 * 28],
            trust: Trust::Anyone,
        };
        let mut service = Simulated::start(parts).unwrap();
        while !service.is_restarting() {
            let line = stream.get_or_insert_with(|| listener.accept().unwrap().0);
            let mut byte = [0];
            match line.read(&mut byte) {
                Ok(1) => {
                    if let Some(answer) = service.feed(byte[0]) {
                        line.write_all(answer).unwrap();
                    }
                }
                _ => stream = None,
            }
        }
    }
}

/// A folder with `encoder.dim`, which the device runs, and the start of a command for it.
fn device() -> (Place, String) {
    let place = Place::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let built_in = place.read("encoder.dim");
    std::thread::spawn(move || serve(&listener, &built_in));
    (place, format!("device tcp:127.0.0.1:{port}"))
}

#[test]
fn a_device_is_asked_taught_and_measured() {
    let (place, device) = device();
    let inspection = place.json("inspect encoder.dim");
    let hello = place.json(&format!("{device} hello"));
    assert_eq!((&hello["board"], &hello["identity"]), (&json!("simulated"), &inspection["identity"]));
    assert_eq!(
        (&hello["image"], &hello["units"], &hello["place"]),
        (&json!([28, 28, 1]), &json!(64), &json!("built in"))
    );
    assert_eq!(place.json(&format!("{device} prove"))["seconds"], json!(0.001));
    assert_eq!(place.json(&format!("{device} bench --runs 3"))["ticks"], json!(1000));

    let images = format!("--images embedded --count {IMAGES}");
    let embedded = place.json(&format!("{device} embed {images} -o device.npy --compare encoder.dim"));
    assert_eq!((&embedded["different"], &embedded["images"]), (&json!(0), &json!(IMAGES)));
    place.succeeds("embed encoder.dim --images embedded -o host.npy --codes");
    // Behind the header of 128 bytes.
    let [on_device, on_host] = ["device.npy", "host.npy"].map(|name| place.read(name));
    assert_eq!(on_device[128..][..64 * IMAGES], on_host[128..][..64 * IMAGES]);

    let learned = place.json(&format!("{device} learn --images embedded --count 200"));
    let examples = |classes: &serde_json::Value| -> u64 {
        classes.as_array().unwrap().iter().map(|class| class["examples"].as_u64().unwrap()).sum()
    };
    assert_eq!((learned.as_array().unwrap().len(), examples(&learned)), (10, 200));
    let classified = place.json(&format!("{device} classify --images embedded --count 100"));
    assert!(classified["accuracy"].as_f64().unwrap() > 0.4, "{classified}");
    // What is taken back leaves no trace.
    let taught = place.json(&format!("{device} classify {images}"));
    place.succeeds(&format!("{device} learn --images embedded --count 1 --class Bag"));
    assert_eq!(place.json(&format!("{device} unlearn --images embedded --count 1 --class Bag")), learned);
    assert_eq!(place.json(&format!("{device} classify {images}")), taught);
    assert!(
        place.refuses(&format!("{device} unlearn --images embedded --count 1 --class Hat")).contains("no such class")
    );
    place.succeeds(&format!("{device} forget Bag"));
    assert_eq!(place.json(&format!("{device} classes")).as_array().unwrap().len(), 9);
    assert!(place.refuses(&format!("{device} forget Bag")).contains("no such class"));
    place.succeeds(&format!("{device} forget --all"));
    assert_eq!(place.json(&format!("{device} classes")), json!([]));
    assert!(place.refuses(&format!("{device} classify {images}")).contains("no such class"));
}

#[test]
fn a_device_learns_what_is_normal() {
    let (place, device) = device();
    let normal = place.json(&format!("{device} novelty learn --images embedded --count 40"));
    assert_eq!((&normal["images"], &normal["kept"]), (&json!(36), &json!(true)));
    let threshold = normal["threshold"].as_u64().unwrap();
    let judged = place.json(&format!("{device} novelty judge --images embedded --count 5"));
    for of in judged.as_array().unwrap() {
        assert_eq!(of["novel"], json!(of["score"].as_u64().unwrap() > threshold));
    }
    place.succeeds(&format!("{device} novelty forget"));
    assert!(place.refuses(&format!("{device} novelty judge --images embedded --count 1")).contains("normal"));
}

#[test]
fn a_device_judges_by_what_was_learned_here() {
    let (place, device) = device();
    let learned = place.json("novelty encoder.dim --normal embedded -o all.novelty");
    let loaded = place.json(&format!("{device} novelty load all.novelty"));
    assert_eq!((&loaded["images"], &loaded["threshold"]), (&learned["images"], &learned["threshold"]));
    let there = place.json(&format!("{device} novelty judge --images embedded --count {IMAGES}"));
    let here = place.json("novelty encoder.dim --statistics all.novelty --judge embedded");
    for (there, here) in there.as_array().unwrap().iter().zip(here["images"].as_array().unwrap()) {
        for key in ["score", "cell", "novel"] {
            assert_eq!(there[key], here[key]);
        }
    }
    // Another encoder, and back: what is kept is normal again.
    let other = another(&place.read("encoder.dim"));
    let model = Model::parse(&other).unwrap();
    std::fs::write(place.path("other.dim"), prove(&other, dim_conformance::oracle::proof(&model)).unwrap()).unwrap();
    place.succeeds(&format!("{device} update other.dim"));
    let refused = place.refuses(&format!("{device} novelty load all.novelty"));
    assert!(refused.contains("maps of two encoders cannot be compared"), "{refused}");
    let refused = place.refuses(&format!("{device} novelty learn --images embedded --count 20"));
    let named = format!("keeps what is normal for encoder {}", here["identity"].as_str().unwrap());
    assert!(refused.contains(&named) && refused.contains("novelty forget"), "{refused}");
    place.succeeds(&format!("{device} update encoder.dim"));
    let again = place.json(&format!("{device} novelty judge --images embedded --count {IMAGES}"));
    assert_eq!(again, there);
}

#[test]
fn a_device_takes_another_encoder() {
    let (place, device) = device();
    assert!(place.refuses(&format!("{device} update encoder.dim")).contains("runs this encoder already"));
    // The same graph with a bias changed, so that it is another encoder, and its proof is another.
    let file = another(&place.read("encoder.dim"));
    std::fs::write(place.path("lying.dim"), &file).unwrap();
    let refused = place.refuses(&format!("{device} update lying.dim"));
    assert!(refused.contains("went back to encoder") && refused.contains("proof"), "{refused}");
    assert!(place.json(&format!("{device} hello"))["refusal"].as_str().unwrap().contains("proof"));

    let model = Model::parse(&file).unwrap();
    let proven = prove(&file, dim_conformance::oracle::proof(&model)).unwrap();
    std::fs::write(place.path("other.dim"), &proven).unwrap();
    let updated = place.json(&format!("{device} update other.dim"));
    assert_eq!((&updated["identity"], &updated["place"]), (&json!(model.identity().to_string()), &json!("slot A")));
    let embed = format!("{device} embed --images embedded --count 3 --compare");
    assert_eq!(place.json(&format!("{embed} other.dim"))["different"], json!(0));
    assert!(place.refuses(&format!("{embed} encoder.dim")).contains("the device runs"));
}

/// An encoder whose last bias is another one.
fn another(file: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    let end = file.len() - 4;
    file[end - 64] ^= 1;
    let body = file[..end].to_vec();
    file[end..].copy_from_slice(&crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&body).to_le_bytes());
    file[40] ^= 1;
    let body = file[..end].to_vec();
    file[end..].copy_from_slice(&crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&body).to_le_bytes());
    file
}

#[test]
fn a_port_that_is_none_is_refused() {
    let place = Place::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    assert!(place.refuses(&format!("device tcp:127.0.0.1:{port} hello")).contains("nobody answers"));
    assert!(place.refuses("device serial:/dev/null hello").contains("no serial device"));
    let usage = place.dim("device usb:1 hello");
    assert_eq!(usage.status.code(), Some(2));
}
