//! Exported encoders and imported models in TensorFlow Lite Micro, an engine that shares no code with this project:
//! every output byte must equal the runtime's.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

mod factors;
mod graphs;
mod images;
mod interpreter;
mod published;
mod refused;
mod round_trip;
