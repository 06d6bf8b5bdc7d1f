//! The picture: resident memory over time, with one line for each server.
//!
//! It's drawn on a large canvas with large type and shown at half its size, because
//! plotters rounds to whole pixels. That keeps slopes smooth, and makes the text
//! readable from the back of a room.

use std::sync::Once;

use image::codecs::png::PngEncoder;
use image::{ColorType, ImageEncoder};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

use crate::curve::{Curve, Prediction, Run, mebibytes};
use crate::error::Error;

/// The canvas, in pixels. Shown at half of it.
const SIZE: (u32, u32) = (2000, 1160);
/// Noto Sans with Latin letters only. Its license is in the same folder.
static FONT: &[u8] = include_bytes!("../assets/NotoSans-Latin.ttf");
const FAMILY: &str = "sans-serif";
/// Each color has a contrast of at least 3 to 1 on white and on a dark page, and
/// color-blind readers can tell them apart. Every line also has a pattern of its own.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x1f, 0x78, 0xc8),
    RGBColor(0x12, 0x8a, 0x66),
    RGBColor(0xb0, 0x5a, 0x96),
    RGBColor(0x8f, 0x70, 0x00),
    RGBColor(0x7f, 0x7f, 0x7f),
    RGBColor(0xc2, 0x40, 0x5a),
];
/// The dash of each line in pixels; 0 is a line without gaps.
const DASHES: [u32; COLOURS.len()] = [0, 30, 12, 4, 60, 20, 8];

/// How dashes are drawn. plotters draws each dash as a shape of its own, which a PNG
/// needs; in an SVG, one attribute is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strokes {
    Dashed,
    Whole,
}

/// Radius of the mark of a first byte.
const MARK: i32 = 14;
/// Size of the mark of a first drain.
const WEDGE: i32 = 20;
const INK: RGBColor = BLACK;
const STROKE: u32 = 7;
/// The stroke of the line for the kernel's memory.
const THIN: u32 = 3;

type Chart<'a, B> = ChartContext<'a, B, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Draws the picture as a PNG file, on white. It's drawn in memory, because when
/// plotters can't write a file, it doesn't say why.
pub(crate) fn png(run: &Run) -> Result<Vec<u8>, Error> {
    let (width, height) = SIZE;
    let mut pixels = vec![0; (width * height * 3) as usize];
    {
        let area = BitMapBackend::with_buffer(&mut pixels, SIZE).into_drawing_area();
        area.fill(&WHITE).map_err(fault)?;
        draw(&area, run, Strokes::Dashed)?;
    }
    let mut file = Vec::new();
    PngEncoder::new(&mut file)
        .write_image(&pixels, width, height, ColorType::Rgb8)
        .map_err(|error| Error::Drawing(error.to_string()))?;
    Ok(file)
}

/// The picture as SVG. It has no background and takes its ink from the page.
pub(crate) fn svg(run: &Run) -> Result<String, Error> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        draw(&area, run, Strokes::Whole)?;
    }
    Ok(for_pages(&text, run))
}

fn draw<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    run: &Run,
    strokes: Strokes,
) -> Result<(), Error>
where
    B::ErrorType: 'static,
{
    static REGISTERED: Once = Once::new();
    // The bytes are part of this program, so they're a valid font.
    REGISTERED.call_once(|| drop(register_font(FAMILY, FontStyle::Normal, FONT)));

    let (figure, caption) = area.split_vertically(SIZE.1 - 110);
    // Leaves room for the legend above the highest line.
    let kernel_rows = run.curves.iter().filter_map(Curve::kernel_peak).count();
    let rows = run.curves.len() + kernel_rows + 2 + run.prediction.iter().len();
    let top = run.tallest().max(16.0) / (0.94 - 0.055 * rows as f64).max(0.4);
    let end = run.longest().max(0.1) * 1.02;
    let mut chart = ChartBuilder::on(&figure)
        .caption(&run.story, (FAMILY, 50))
        .margin(24)
        .margin_right(60)
        .x_label_area_size(110)
        .y_label_area_size(150)
        .build_cartesian_2d(0.0..end, 0.0..top)
        .map_err(fault)?;
    chart
        .configure_mesh()
        .x_desc("seconds since the first request")
        .y_desc("resident memory, MiB")
        .label_style((FAMILY, 36))
        .axis_desc_style((FAMILY, 38))
        .max_light_lines(0)
        .bold_line_style(INK.mix(0.18))
        .x_label_formatter(&|seconds| trimmed(*seconds))
        .y_label_formatter(&|level| format!("{level:.0}"))
        .draw()
        .map_err(fault)?;
    for (index, curve) in run.curves.iter().enumerate() {
        line(&mut chart, curve, index, strokes)?;
    }
    for (index, curve) in run.curves.iter().enumerate() {
        kernel(&mut chart, curve, index)?;
    }
    if let Some(prediction) = &run.prediction {
        predicted(&mut chart, prediction, end)?;
    }
    marks(&mut chart, run)?;
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .legend_area_size(110)
        .margin(24)
        .background_style(WHITE.mix(0.0))
        .label_font((FAMILY, 36))
        .draw()
        .map_err(fault)?;
    for (row, text) in [&run.circumstances, &run.command].into_iter().enumerate() {
        let style = (FAMILY, 32).into_font().color(&INK);
        caption
            .draw_text(text, &style, (174, 44 * row as i32))
            .map_err(fault)?;
    }
    area.present().map_err(fault)
}

fn line<'a, B: DrawingBackend + 'a>(
    chart: &mut Chart<'a, B>,
    curve: &Curve,
    index: usize,
    strokes: Strokes,
) -> Result<(), Error>
where
    B::ErrorType: 'static,
{
    let colour = COLOURS[index % COLOURS.len()];
    let style = colour.stroke_width(STROKE);
    let letter = letter(index);
    let peak = mebibytes(curve.peak());
    let label = format!("{letter}  {}: peak {peak:.0} MiB", curve.label);
    let points = lab::curve::turns(&curve.points().collect::<Vec<_>>());
    let dash = DASHES[index % DASHES.len()];
    let series = if dash == 0 || strokes == Strokes::Whole {
        chart
            .draw_series(LineSeries::new(points, style))
            .map_err(fault)?
    } else {
        let dashed = DashedLineSeries::new(points, dash, gap(dash), style);
        chart.draw_series(dashed).map_err(fault)?
    };
    series.label(label).legend(move |(x, y)| {
        // As in the line itself; whole where the pattern is written into it.
        let whole = dash == 0 || strokes == Strokes::Whole;
        let (long, space) = if whole { (200, 1) } else { (dash, gap(dash)) };
        DashedPathElement::new([(x, y), (x + 96, y)], long, space, style)
    });
    Ok(())
}

/// Draws what the kernel holds for a server's clients: a thin line in the server's
/// color, with its letter in lower case.
fn kernel<'a, B: DrawingBackend + 'a>(
    chart: &mut Chart<'a, B>,
    curve: &Curve,
    index: usize,
) -> Result<(), Error>
where
    B::ErrorType: 'static,
{
    let Some((points, peak)) = curve.kernel.as_ref().zip(curve.kernel_peak()) else {
        return Ok(());
    };
    let style = COLOURS[index % COLOURS.len()].stroke_width(THIN);
    let letter = letter(index).to_ascii_lowercase();
    let label = format!("{letter}  send queue in the kernel: peak {peak:.0} MiB");
    let turns = LineSeries::new(lab::curve::turns(points), style);
    let series = chart.draw_series(turns).map_err(fault)?;
    series
        .label(label)
        .legend(move |(x, y)| PathElement::new(vec![(x, y), (x + 96, y)], style));
    if let Some(top) = points.iter().find(|(_, level)| *level >= peak) {
        let style = (FAMILY, 40).into_font().color(&INK);
        let text = Text::new(letter.to_string(), (14, -44), style);
        let mark = std::iter::once(EmptyElement::at(*top) + text);
        chart.draw_series(mark).map_err(fault)?;
    }
    Ok(())
}

/// The space behind a dash, in pixels.
fn gap(dash: u32) -> u32 {
    dash / 2 + 6
}

/// Draws the learner's prediction as a thin line from side to side.
fn predicted<'a, B: DrawingBackend + 'a>(
    chart: &mut Chart<'a, B>,
    prediction: &Prediction,
    end: f64,
) -> Result<(), Error>
where
    B::ErrorType: 'static,
{
    let peak = prediction.peak as f64;
    let style = INK.stroke_width(3);
    let points = [(0.0, peak), (end, peak)];
    let series = DashedLineSeries::new(points, 3, 9, style);
    let series = chart.draw_series(series).map_err(fault)?;
    let label = format!("{}: {} MiB", prediction.label, prediction.peak);
    series.label(label).legend(move |(x, y)| {
        let dot = move |at| PathElement::new(vec![(at, 0), (at + 3, 0)], style);
        EmptyElement::at((x, y)) + dot(30) + dot(46) + dot(62)
    });
    Ok(())
}

/// Draws the first bytes, the first drains, and a letter on each line.
fn marks<'a, B: DrawingBackend + 'a>(
    chart: &mut Chart<'a, B>,
    run: &Run,
) -> Result<(), Error>
where
    B::ErrorType: 'static,
{
    let coloured = || run.curves.iter().zip(COLOURS.iter().cycle());
    let first_bytes = coloured().map(|(curve, colour)| {
        let moment = curve.first_byte();
        Circle::new((moment, curve.level(moment)), MARK, colour.filled())
    });
    let series = chart.draw_series(first_bytes).map_err(fault)?;
    series
        .label("first byte of the last client")
        .legend(move |(x, y)| Circle::new((x + 48, y), MARK, INK.filled()));
    let drains: Vec<_> = coloured()
        .filter_map(|(curve, colour)| {
            let moment = curve.first_drain()?;
            let at = (moment, curve.level(moment));
            Some(TriangleMarker::new(at, WEDGE, colour.filled()))
        })
        .collect();
    if !drains.is_empty() {
        let series = chart.draw_series(drains).map_err(fault)?;
        series
            .label("first drain: it continues reading after a wait")
            .legend(move |(x, y)| {
                TriangleMarker::new((x + 48, y), WEDGE, INK.filled())
            });
    }
    let letters = run.curves.iter().enumerate().map(|(index, curve)| {
        let length = curve.points().last().map_or(0.0, |(seconds, _)| seconds);
        // Each letter is at a different time, so that those of similar lines don't
        // overlap.
        let share = (index + 1) as f64 / (run.curves.len() + 1) as f64;
        let moment = length * share;
        // In the text color, because none of the lines' colors is dark enough for text
        // on every page.
        let style = (FAMILY, 44, FontStyle::Bold).into_font().color(&INK);
        let text = Text::new(letter(index).to_string(), (-10, -50), style);
        EmptyElement::at((moment, curve.level(moment))) + text
    });
    chart.draw_series(letters).map_err(fault)?;
    Ok(())
}

/// The name of a line in the picture.
fn letter(index: usize) -> char {
    char::from(b'A' + (index % 26) as u8)
}

/// Returns seconds without unnecessary zeros: `0`, `0.5`, `12`.
fn trimmed(seconds: f64) -> String {
    let text = format!("{seconds:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Adapts plotters' SVG to a page: it scales, uses the page's text color, and has a
/// description for screen readers.
fn for_pages(svg: &str, run: &Run) -> String {
    let (width, height) = SIZE;
    let opening = format!("<svg width=\"{width}\" height=\"{height}\" ");
    let peaks: Vec<String> = run
        .curves
        .iter()
        .map(|curve| format!("{} {:.0} MiB", curve.label, mebibytes(curve.peak())))
        .collect();
    let spoken = escaped(&format!("{}. Peaks: {}.", run.story, peaks.join("; ")));
    let head = format!("<svg role=\"img\" aria-label=\"{spoken}\" ");
    let svg = svg
        .replacen(&opening, &head, 1)
        .replace("#000000", "currentColor");
    let patterns = COLOURS.iter().zip(DASHES).filter(|(_, dash)| *dash > 0);
    patterns.fold(svg, |svg, (RGBColor(red, green, blue), dash)| {
        let stroke = format!(
            "stroke=\"#{red:02X}{green:02X}{blue:02X}\" stroke-width=\"{STROKE}\""
        );
        let dashes = format!("{stroke} stroke-dasharray=\"{dash} {}\"", gap(dash));
        svg.replace(&stroke, &dashes)
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

fn fault<E: std::fmt::Display>(error: E) -> Error {
    Error::Drawing(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::example;

    #[test]
    fn the_picture_for_pages_scales_and_speaks_and_takes_the_pages_ink() {
        let svg = svg(&example()).expect("it can be drawn");
        assert!(
            svg.contains("viewBox=\"0 0 2000 1160\""),
            "it keeps its shape"
        );
        assert!(!svg.contains("width=\"2000\""), "it has no size of its own");
        assert!(!svg.contains("#000000") && svg.contains("currentColor"));
        assert!(svg.contains("role=\"img\" aria-label=\"Resident memory while"));
        assert!(svg.contains("Peaks: naive &lt;yours> 1024 MiB; streamed 8 MiB."));
    }

    #[test]
    fn lines_are_told_apart_by_more_than_colour() {
        let svg = svg(&example()).expect("it can be drawn");
        let dashes = |colour: &str| {
            let stroke = format!("stroke=\"{colour}\"");
            let line = svg.lines().find(|line| line.contains(&stroke));
            let (_, rest) = line.expect("a line").split_once("dasharray=\"")?;
            rest.split('"').next()
        };
        assert_eq!(dashes("#D55E00"), None);
        assert_eq!(dashes("#1F78C8"), Some("30 21"));
        assert!(svg.contains("\nA\n") && svg.contains("\nB\n"), "letters");
    }

    #[test]
    fn no_two_lines_have_one_pattern() {
        let mut dashes = DASHES.to_vec();
        dashes.sort_unstable();
        dashes.dedup();
        assert_eq!(dashes.len(), COLOURS.len());
    }

    #[test]
    fn the_picture_for_slides_is_a_png_of_full_size() {
        let bytes = png(&example()).expect("it can be drawn");
        assert!(bytes.starts_with(b"\x89PNG"));
        // Width and height stand in the first chunk, big-endian.
        assert_eq!(bytes[16..24], [0, 0, 0x07, 0xd0, 0, 0, 0x04, 0x88]);
    }

    #[test]
    fn seconds_have_no_needless_zeros() {
        assert_eq!(
            [0.0, 0.5, 12.0, 0.25].map(trimmed),
            ["0", "0.5", "12", "0.25"]
        );
    }
}
