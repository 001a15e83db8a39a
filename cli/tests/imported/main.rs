//! Models as converters write them, imported by the program and compared with TensorFlow Lite Micro in every byte. Needs no
//! learning: `cargo test --release -p dim --no-default-features --test imported`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

mod choices;
mod families;
#[path = "../tflite_micro/interpreter.rs"]
#[expect(dead_code, reason = "what exports and published models need")]
mod interpreter;
