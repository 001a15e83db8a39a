//! A page of `dim look` in headless Chromium: what it computes is what the program computes, to the byte, and so is what it asks of
//! a board.

use std::fs;
use std::path::Path;
use std::process::Command;

use dim_host::embeddings::{Rows, Stored};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::place::Place;
use crate::processors::InQemu;

/// What a script of tests/browser prints.
fn prints(place: &Place, script: &str, arguments: &[&str]) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/browser").join(script);
    let output = Command::new("node").current_dir(place.folder()).arg(script).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The same of one that needs a browser; `None` where there is none, which the project's gate does not allow.
fn driven(place: &Place, script: &str, arguments: &[&str]) -> Option<Value> {
    let program = std::env::var("DIM_CHROMIUM").unwrap_or_else(|_| "chromium".to_owned());
    if Command::new(&program).arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "there is no {program}: apt-get install chromium");
        eprintln!("skipped: there is no {program}");
        return None;
    }
    Some(prints(place, script, arguments))
}

/// Codes that `dim embed` writes of a folder's pictures.
fn codes(place: &Place, images: &str) -> Vec<Vec<i8>> {
    place.succeeds(&format!("embed encoder.dim --images {images} --codes -o codes.npy"));
    let stored = Stored::from_npy(&place.read("codes.npy")).unwrap();
    let Rows::Codes(codes) = stored.rows else { panic!("codes were asked for") };
    codes.chunks_exact(stored.shape.iter().product()).map(<[i8]>::to_vec).collect()
}

fn write_png(path: &Path, [height, width]: [u32; 2], color: png::ColorType, seed: u64) {
    let mut encoder = png::Encoder::new(fs::File::create(path).unwrap(), width, height);
    encoder.set_color(color);
    let mut random = StdRng::seed_from_u64(seed);
    let count = height as usize * width as usize * color.samples();
    let pixels: Vec<u8> = (0..count).map(|_| random.random()).collect();
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
}

#[test]
fn a_page_computes_what_the_program_computes() {
    let place = Place::new();
    let summary = place.json("look encoder.dim --images embedded --count 3 -o page.html");
    assert_eq!(summary["examples"], json!(30));
    // Of the encoder's size, and scaled down and up, with what stands out cut away.
    fs::create_dir(place.path("pictures")).unwrap();
    let pictures = ["a.png", "b.png", "c.png"].map(|name| format!("pictures/{name}"));
    write_png(&place.path(&pictures[0]), [28, 28], png::ColorType::Grayscale, 0);
    write_png(&place.path(&pictures[1]), [61, 97], png::ColorType::Rgb, 1);
    write_png(&place.path(&pictures[2]), [19, 11], png::ColorType::Rgb, 2);
    fs::write(place.path("none.png"), "no picture").unwrap();
    let given = [&*pictures[0], &*pictures[1], &*pictures[2], "none.png"];
    let Some(shown) = driven(&place, "look.mjs", &[&["page.html"][..], &given].concat()) else { return };

    let proof = shown["proof"].as_str().unwrap();
    assert!(proof.contains("It proves its file here"), "{proof}");
    assert!(proof.contains("30 of 30 embeddings equal those of the program"), "{proof}");
    for (shown, expected) in shown["pictures"].as_array().unwrap().iter().zip(codes(&place, "pictures")) {
        assert_eq!(shown["codes"], json!(expected));
    }
    assert!(shown["pictures"][3]["error"].is_string(), "{}", shown["pictures"][3]);

    let nearest: Vec<u64> = shown["nearest"].as_array().unwrap().iter().map(|near| near.as_u64().unwrap()).collect();
    assert!(nearest[0] == 0 && nearest.is_sorted() && nearest.len() == 8, "{nearest:?}");
    assert_eq!(shown["untaught"], json!("No class is taught yet."));
    assert_eq!(shown["taught"], json!("mine, at a squared distance of 0."));
    assert_eq!(shown["classes"], json!("mine 1 forget"));
    assert!(shown["refused"].as_str().unwrap().contains("DIM_NAME"), "{}", shown["refused"]);
    assert!(shown["taughtAll"].as_str().unwrap().contains("Ankle boot"), "{}", shown["taughtAll"]);
    assert!(!shown["forgotten"].as_str().unwrap().contains("mine"), "{}", shown["forgotten"]);
    assert!(shown["noNormal"].as_str().unwrap().starts_with("0 normal images"), "{}", shown["noNormal"]);
    let novelty = shown["novelty"].as_str().unwrap();
    assert!(novelty.contains("is the most of a normal image") && !novelty.contains("NaN"), "{novelty}");
    assert_eq!(shown["camera"], json!(64));
    assert_eq!((&shown["complaints"], &shown["requests"]), (&json!([]), &json!([])));
}

#[test]
fn a_page_without_examples_and_what_cannot_be_one() {
    let place = Place::new();
    let said = place.succeeds("look encoder.dim");
    assert!(said.contains("wrote encoder.html: 0 examples") && said.contains("--images FOLDER"), "{said}");
    let page = String::from_utf8(place.read("encoder.html")).unwrap();
    assert!(!page.contains("http://") && !page.contains("https://"));
    let refused = place.refuses("look encoder.dim --images embedded --count 41");
    assert!(refused.contains("--count 41: 410 examples of 10 classes, 400 are the most"), "{refused}");
    assert!(place.refuses("look model.tflite").contains("model.tflite"));
}

#[test]
fn a_page_talks_to_a_board() {
    let place = Place::new();
    let (_firmware, port) = InQemu::answering("cortex-m4", &place);
    let port = port.to_string();
    // A picture of the encoder's size is its pixels.
    fs::create_dir(place.path("pictures")).unwrap();
    write_png(&place.path("pictures/a.png"), [28, 28], png::ColorType::Grayscale, 3);
    let mut random = StdRng::seed_from_u64(3);
    fs::write(place.path("pixels"), (0..784).map(|_| random.random()).collect::<Vec<u8>>()).unwrap();

    let said = prints(&place, "board.mjs", &[&port, "pixels"]);
    assert_eq!(said["embedding"], json!(codes(&place, "pictures")[0]));
    let told = place.json(&format!("device tcp:127.0.0.1:{port} hello"));
    assert_eq!((&said["greeting"]["name"], &said["greeting"]["identity"]), (&told["board"], &told["identity"]));
    assert_eq!((&said["unknown"], &said["learned"]), (&json!("the board: there is no class"), &json!([1, 2, 1])));
    assert_eq!((&said["verdict"]["name"], &said["verdict"]["distance"]), (&json!("eins"), &json!(0)));
    assert_eq!(said["left"], json!([{ "name": "zwei, größer", "examples": 1 }]));
    assert!(place.succeeds(&format!("device tcp:127.0.0.1:{port} classes")).contains("zwei, größer"));
    assert_eq!((&said["normal"][1]["images"], said["normal"][2]["threshold"].is_u64()), (&json!(2), true));

    place.succeeds("look encoder.dim --images embedded --count 1 -o page.html");
    let Some(said) = driven(&place, "board_page.mjs", &["page.html", &port]) else { return };
    let connected = said["connected"].as_str().unwrap();
    assert!(connected.contains("the encoder of this page; classes: zwei, größer 1"), "{connected}");
    assert_eq!(
        (&said["learned"], &said["classified"]),
        (&json!("mine has 1 examples now"), &json!("mine, at a squared distance of 0"))
    );
    assert_eq!(said["refused"], json!("the board: the name is empty or too long"));
    assert_eq!(said["complaints"], json!([]));
}
