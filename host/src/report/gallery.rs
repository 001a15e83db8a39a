//! Images beside the similarity maps of their local features.

use std::fmt::Write;

use super::content::Similarity;

const TILE: usize = 112;

/// One row for each image: the image, then one map for each query cell, marked by a frame.
pub(super) fn render(similarities: &[Similarity]) -> String {
    similarities.iter().fold(String::new(), |mut html, similarity| {
        html.push_str("<figure class=\"similarity\">");
        html.push_str(&image(similarity));
        for (cell, map) in &similarity.maps {
            html.push_str(&heat(similarity.grid, *cell, map));
        }
        let _ = write!(html, "<figcaption>{}</figcaption></figure>", similarity.class);
        html
    })
}

fn image(similarity: &Similarity) -> String {
    let [height, width, channels] = similarity.shape;
    squares([height, width], |index| {
        let pixel = &similarity.pixels[index * channels..(index + 1) * channels];
        let channel = |c: usize| pixel[c.min(channels - 1)];
        [channel(0), channel(1), channel(2)]
    }) + "</svg>"
}

fn heat(grid: [usize; 2], cell: usize, map: &[f32]) -> String {
    let mut svg = squares(grid, |index| shade(map[index]));
    let size = TILE as f64 / grid[1] as f64;
    let [x, y] = [(cell % grid[1]) as f64 * size, (cell / grid[1]) as f64 * size];
    let _ = write!(
        svg,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{size:.1}\" height=\"{size:.1}\" fill=\"none\" stroke=\"#e4572e\" \
         stroke-width=\"2.5\"/></svg>"
    );
    svg
}

/// From white (unlike, cosine 0 or less) to dark blue (alike, cosine 1).
fn shade(cosine: f32) -> [u8; 3] {
    let alike = cosine.clamp(0.0, 1.0);
    [(245.0, 12.0), (248.0, 52.0), (250.0, 110.0)].map(|(from, to): (f32, f32)| (from + (to - from) * alike) as u8)
}

fn squares([rows, columns]: [usize; 2], color: impl Fn(usize) -> [u8; 3]) -> String {
    let height = TILE * rows / columns;
    let mut svg = format!(
        "<svg width=\"{TILE}\" height=\"{height}\" viewBox=\"0 0 {TILE} {height}\" shape-rendering=\"crispEdges\">"
    );
    let size = TILE as f64 / columns as f64;
    for index in 0..rows * columns {
        let [red, green, blue] = color(index);
        let [x, y] = [(index % columns) as f64 * size, (index / columns) as f64 * size];
        let _ = write!(
            svg,
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{size:.2}\" height=\"{size:.2}\" \
             fill=\"#{red:02x}{green:02x}{blue:02x}\"/>"
        );
    }
    svg
}
