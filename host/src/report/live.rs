//! A page that computes: an encoder in the browser, on the integers of a microcontroller, without a network.

use std::fmt::Write;

use dim_model_format::Model;
use serde::Serialize;

use super::base64::base64;
use super::escape::escape;
use super::frame::{page_with, pairs};

/// The C interface of dim for WebAssembly, without vectors and with those of 128 bits. `live/build` makes them.
pub const MODULE: &[u8] = include_bytes!("live/dim.wasm");
/// The same with vectors.
pub const MODULE_WITH_VECTORS: &[u8] = include_bytes!("live/dim-simd128.wasm");

/// What the page is made of, one after the other: each file uses those before it.
const SCRIPTS: [&str; 10] = [
    include_str!("live/library.js"),
    include_str!("live/encoder.js"),
    include_str!("live/classes.js"),
    include_str!("live/novelty.js"),
    include_str!("live/picture.js"),
    include_str!("live/drawing.js"),
    include_str!("live/link.js"),
    include_str!("live/board.js"),
    include_str!("live/serial.js"),
    include_str!("live/page.js"),
];

/// What node runs to compute images in a module, one after the other.
pub(crate) const CONFORM_SCRIPT: [&str; 3] =
    [include_str!("live/library.js"), include_str!("live/encoder.js"), include_str!("live/conform.js")];

/// Nothing is loaded from anywhere, and nothing is sent.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; \
                      img-src blob: data:; media-src blob: mediastream:";

/// An image that the page shows and compares others with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Its class; empty where none is known.
    pub class: String,
    /// `[height, width, channels]` of the encoder, raw.
    pub pixels: Vec<u8>,
    /// Codes of the embedding, which the page compares with its own.
    pub embedding: Vec<i8>,
}

/// An encoder that computes in a page, and the images that it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// The `.dim` file.
    pub file: Vec<u8>,
    /// As many as the page should show.
    pub examples: Vec<Example>,
}

/// What the page's script reads.
#[derive(Debug, Serialize)]
struct Given {
    plain: String,
    vectors: String,
    file: String,
    identity: String,
    examples: Vec<GivenExample>,
}

#[derive(Debug, Serialize)]
struct GivenExample {
    class: String,
    pixels: String,
    embedding: String,
}

/// A page with the encoder of `file` in it: pictures are dropped on it, or a camera is asked; it shows embedding, local
/// feature map and nearest examples, learns classes and what is normal, and says whether this browser proves the file.
///
/// # Errors
/// If the file cannot be used.
pub fn render_live(file: &[u8], examples: &[Example]) -> anyhow::Result<String> {
    let model = Model::parse(file)?;
    let title = format!("Encoder {}", model.about().name);
    let mut body = format!("<h1>{}</h1>", escape(&title));
    body.push_str(&pairs("facts", &facts(&model, file.len()))?);
    body.push_str(&section(file, examples)?);
    Ok(page_with(&title, &head(), &body))
}

/// What a page with a [`section`] has in its head.
pub(super) fn head() -> String {
    format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">")
}

/// The part of a page that computes, at most one in a page.
pub(super) fn section(file: &[u8], examples: &[Example]) -> anyhow::Result<String> {
    let mut body = format!("<style>{}</style>{}", include_str!("live/page.css"), include_str!("live/page.html"));
    let given = Given {
        plain: base64(MODULE),
        vectors: base64(MODULE_WITH_VECTORS),
        file: base64(file),
        identity: Model::parse(file)?.identity().to_string(),
        examples: examples.iter().map(given).collect(),
    };
    // In a script, only "<" could end it.
    let given = serde_json::to_string(&given)?.replace('<', "\\u003c");
    write!(body, "<script id=\"given\" type=\"application/json\">{given}</script>")?;
    write!(body, "<script>\"use strict\";\n{}</script>", SCRIPTS.concat())?;
    Ok(body)
}

fn facts(model: &Model<'_>, bytes: usize) -> Vec<(String, String)> {
    let shape = model.input_shape();
    let facts = [
        ("images", format!("{}x{}x{}", shape.height, shape.width, shape.channels)),
        ("file", format!("{bytes} bytes")),
        ("arena", format!("{} bytes", model.arena_bytes())),
        ("work for an image", format!("{} multiply-accumulates", model.macs())),
        ("identity", model.identity().to_string()),
    ];
    facts.map(|(name, value)| (name.to_owned(), value)).into()
}

fn given(example: &Example) -> GivenExample {
    GivenExample {
        class: example.class.clone(),
        pixels: base64(&example.pixels),
        embedding: base64(bytemuck::cast_slice(&example.embedding)),
    }
}
