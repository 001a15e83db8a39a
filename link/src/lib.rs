//! Messages between a workstation and a device that runs a `.dim` encoder, over any line of bytes: UART, USB-CDC, TCP.
//!
//! One request at a time: the workstation sends a [`Request`] in a frame, the device answers with a [`Reply`] in a frame that
//! has the same number. A workstation that hears nothing sends the same frame again; the device knows the number and sends its
//! answer again, without doing anything twice. What is longer than a frame goes in chunks.
//!
//! | bytes of a frame, before COBS | |
//! |---|---|
//! | any | postcard of the number, u32, and of the message |
//! | 4 | CRC-32/ISO-HDLC of the bytes before, little-endian |
//!
//! Consistent Overhead Byte Stuffing (Cheshire and Baker 1997) takes the zeros out, and a zero ends the frame. An empty
//! frame is none, so a zero may be sent before a frame to end what noise began.
//!
//! ```
//! use dim_link::{FrameReader, Request, decode, encode};
//!
//! let mut line = [0; 32];
//! let frame = encode(7, &Request::Classify, &mut line).expect("it is short");
//! let mut reader = FrameReader::<32>::new();
//! let (last, rest) = frame.split_last().expect("it ends with zero");
//! assert!(rest.iter().all(|byte| reader.feed(*byte).is_none()));
//! let body = reader.feed(*last).expect("the frame ends").expect("it is whole");
//! assert_eq!(decode(body), Some((7, Request::Classify)));
//! ```
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
#![warn(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]

mod cobs;
mod frame;
mod identity;
mod reply;
mod request;

pub use dim_model_format::Identity;
pub use frame::{FRAME_OVERHEAD, FrameError, FrameReader, decode, encode, number};
pub use reply::{Class, Failure, Hello, KeptNormal, Novelty, Place, Refusal, Reply, Verdict};
pub use request::{Normal, Request};

/// Version of the messages; a device states it in [`Hello`], and a workstation talks to no other. New requests and replies
/// are appended to the enums; what is there keeps its bytes.
pub const VERSION: u16 = 1;

/// Counts what was appended since: a device says it when it is asked for by [`Request::Minor`]. A workstation may talk to a
/// device of any minor version, and a device to any workstation: neither sends what the other has not asked for.
///
/// | minor version | appended |
/// |---|---|
/// | 0 | a device that knows no [`Request::Minor`], and so answers [`Failure::Frame`] |
/// | 1 | [`Request::Minor`], [`Request::KeptNormal`], [`Request::KeepNormal`] |
pub const MINOR_VERSION: u16 = 1;

/// Longest name of a class in bytes of UTF-8.
pub const NAME_BYTES: usize = 24;

// Its example is compiled and run as the others are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
