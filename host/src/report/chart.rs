//! Charts as SVG.

use plotters::coord::Shift;
use plotters::prelude::*;

use super::content::{Curve, MapPoint};

/// Ten colours that differ in hue and lightness, for classes and lines.
pub(super) const PALETTE: [RGBColor; 10] = [
    RGBColor(0x1f, 0x6f, 0xb4),
    RGBColor(0xe6, 0x7e, 0x22),
    RGBColor(0x2b, 0x9a, 0x54),
    RGBColor(0xcc, 0x33, 0x3f),
    RGBColor(0x8a, 0x5c, 0xc2),
    RGBColor(0x8c, 0x56, 0x3b),
    RGBColor(0xdf, 0x6f, 0xb3),
    RGBColor(0x5f, 0x6b, 0x76),
    RGBColor(0xa8, 0xa1, 0x1d),
    RGBColor(0x17, 0xa5, 0xb5),
];
const INK: RGBColor = RGBColor(0x33, 0x3a, 0x42);
const GRID: RGBColor = RGBColor(0xe3, 0xe7, 0xeb);
const CURVE_SIZE: (u32, u32) = (560, 300);
const MAP_SIZE: (u32, u32) = (760, 620);

/// A line chart over training steps.
pub(super) fn curve(curve: &Curve) -> anyhow::Result<String> {
    svg(CURVE_SIZE, |area| {
        let points = || curve.lines.iter().flat_map(|(_, points)| points);
        let [left, right] = bounds(points().map(|point| point.0));
        let reference = curve.reference.iter().map(|(value, _)| *value);
        let [bottom, top] = padded(bounds(points().map(|point| point.1).chain(reference)));
        let mut chart = ChartBuilder::on(area)
            .margin(8)
            .x_label_area_size(30)
            .y_label_area_size(52)
            .build_cartesian_2d(left..right, bottom..top)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(GRID)
            .label_style(("sans-serif", 12).into_font().color(&INK))
            .x_labels(6)
            .y_labels(6)
            .x_desc("step")
            .x_label_formatter(&|step| format!("{step:.0}"))
            .draw()?;
        if let Some((value, label)) = &curve.reference {
            let line = [(left, *value), (right, *value)];
            chart.draw_series(DashedLineSeries::new(line, 5, 4, INK.mix(0.6).stroke_width(1)))?;
            let style = ("sans-serif", 12).into_font().color(&INK);
            // Pixels below the line, so that it does not cross the text.
            let label = Text::new(label.clone(), (0, 4), style);
            chart.draw_series([EmptyElement::at((left + (right - left) * 0.02, *value)) + label])?;
        }
        for ((label, points), color) in curve.lines.iter().zip(PALETTE) {
            chart
                .draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(2)))?
                .label(label)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], color.stroke_width(2)));
        }
        if curve.lines.len() > 1 {
            chart
                .configure_series_labels()
                .position(SeriesLabelPosition::UpperRight)
                .background_style(WHITE.mix(0.85))
                .label_font(("sans-serif", 12).into_font().color(&INK))
                .draw()?;
        }
        Ok(())
    })
}

/// The map of embeddings, a dot for each image, coloured by class.
pub(super) fn map(points: &[MapPoint]) -> anyhow::Result<String> {
    svg(MAP_SIZE, |area| {
        let axis = |axis: usize| padded(bounds(points.iter().map(|point| f64::from(point.position[axis]))));
        let [[left, right], [bottom, top]] = [axis(0), axis(1)];
        let mut chart = ChartBuilder::on(area).margin(4).build_cartesian_2d(left..right, bottom..top)?;
        chart.draw_series(points.iter().map(|point| {
            let position = (f64::from(point.position[0]), f64::from(point.position[1]));
            Circle::new(position, 3, color(point.class).mix(0.8).filled())
        }))?;
        Ok(())
    })
}

/// Colour of a class.
pub(super) fn color(class: u8) -> RGBColor {
    PALETTE[usize::from(class) % PALETTE.len()]
}

fn svg(
    size: (u32, u32),
    draw: impl FnOnce(&DrawingArea<SVGBackend<'_>, Shift>) -> anyhow::Result<()>,
) -> anyhow::Result<String> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
        draw(&area)?;
        area.present()?;
    }
    Ok(text)
}

fn bounds(values: impl Iterator<Item = f64>) -> [f64; 2] {
    let [low, high] = values
        .filter(|value| value.is_finite())
        .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], value| [low.min(value), high.max(value)]);
    match [low, high] {
        [low, high] if low < high => [low, high],
        [only, _] if only.is_finite() => [only - 1.0, only + 1.0],
        _ => [0.0, 1.0],
    }
}

fn padded([low, high]: [f64; 2]) -> [f64; 2] {
    let margin = (high - low) * 0.06;
    [low - margin, high + margin]
}
