//! The picture: resident memory over time, one line a server.
//!
//! It is drawn on a large canvas with large type, because plotters rounds to
//! whole pixels: shown at half its size, a slope has no stairs, and a room can
//! read it from the back.

use std::path::Path;
use std::sync::Once;

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

use crate::curve::{Curve, Run, mebibytes};
use crate::fault::Fault;

/// The canvas, in pixels. Shown at half of it.
const SIZE: (u32, u32) = (2000, 1160);
/// Noto Sans, Latin letters only; its licence lies beside it.
static FONT: &[u8] = include_bytes!("../assets/NotoSans-Latin.ttf");
const FAMILY: &str = "sans-serif";
/// At least 3 to 1 against white and against a dark page, and apart from each
/// other for colour-blind eyes; every line has a pattern of its own as well.
const COLOURS: [RGBColor; 4] = [
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x1f, 0x78, 0xc8),
    RGBColor(0x12, 0x8a, 0x66),
    RGBColor(0xb0, 0x5a, 0x96),
];
const INK: RGBColor = BLACK;
const STROKE: u32 = 7;

type Chart<'a, B> = ChartContext<'a, B, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Draws the picture into a PNG file, on white.
pub(crate) fn png(run: &Run, path: &Path) -> Result<(), Fault> {
    let area = BitMapBackend::new(path, SIZE).into_drawing_area();
    area.fill(&WHITE).map_err(fault)?;
    draw(&area, run)
}

/// The picture as SVG. It has no background and takes its ink from the page.
pub(crate) fn svg(run: &Run) -> Result<String, Fault> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        draw(&area, run)?;
    }
    Ok(for_pages(&text, run))
}

fn draw<B: DrawingBackend>(area: &DrawingArea<B, Shift>, run: &Run) -> Result<(), Fault>
where
    B::ErrorType: 'static,
{
    static REGISTERED: Once = Once::new();
    // The bytes are part of this program, so they are a font.
    REGISTERED.call_once(|| drop(register_font(FAMILY, FontStyle::Normal, FONT)));

    let (figure, caption) = area.split_vertically(SIZE.1 - 110);
    // Room for the legend above the tallest line.
    let top = run.tallest().max(16.0) * (1.08 + 0.1 * run.curves.len() as f64);
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
        line(&mut chart, curve, index)?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .legend_area_size(110)
        .margin(24)
        .background_style(WHITE.mix(0.0))
        .label_font((FAMILY, 38))
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
) -> Result<(), Fault>
where
    B::ErrorType: 'static,
{
    let colour = COLOURS[index % COLOURS.len()];
    let style = colour.stroke_width(STROKE);
    let label = format!("{}: peak {:.0} MiB", curve.label, mebibytes(curve.peak()));
    let points: Vec<(f64, f64)> = curve.points().collect();
    // Solid, then dashes that get shorter: a pattern for each line.
    let dash = [0, 30, 12, 4][index % 4];
    let series = if dash == 0 {
        chart
            .draw_series(LineSeries::new(points, style))
            .map_err(fault)?
    } else {
        let gap = dash / 2 + 6;
        let dashed = DashedLineSeries::new(points, dash, gap, style);
        chart.draw_series(dashed).map_err(fault)?
    };
    series.label(label).legend(move |(x, y)| {
        // One stroke or two, like the line itself.
        let (first, second) = if dash == 0 { (96, 96) } else { (36, 60) };
        EmptyElement::at((x, y))
            + PathElement::new(vec![(0, 0), (first, 0)], style)
            + PathElement::new(vec![(second, 0), (96, 0)], style)
    });
    Ok(())
}

/// Seconds without needless zeros: `0`, `0.5`, `12`.
fn trimmed(seconds: f64) -> String {
    let text = format!("{seconds:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Makes plotters' SVG fit a page: it scales, takes the page's ink, and says to
/// a screen reader what it shows.
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
    svg.replacen(&opening, &head, 1)
        .replace("#000000", "currentColor")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

fn fault<E: std::fmt::Display>(error: E) -> Fault {
    Fault::Drawing(error.to_string())
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
        let strokes = |colour: &str| {
            let stroke = format!("stroke=\"{colour}\"");
            svg.lines().filter(|line| line.contains(&stroke)).count()
        };
        // A solid line is one stroke; a dashed one is many.
        assert!(strokes("#D55E00") < 6, "{} strokes", strokes("#D55E00"));
        assert!(strokes("#1F78C8") > 10, "{} strokes", strokes("#1F78C8"));
    }

    #[test]
    fn the_picture_for_slides_is_a_png_of_full_size() {
        let folder = lab::folder::Folder::new().expect("a temporary folder");
        let path = folder.path().join("x.png");
        png(&example(), &path).expect("it can be drawn");
        let bytes = std::fs::read(&path).expect("it was written");
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
