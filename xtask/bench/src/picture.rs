//! The speeds as bars, each beside nginx in the same rounds.

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::error::Error;
use crate::figures::{Figures, Measure, Spread};

const WIDTH: i32 = 1200;
/// Of one bar, and the space behind a group of them.
const BAR: i32 = 34;
const GAP: i32 = 64;
/// Where bars begin, and where the longest ends.
const LEFT: i32 = 190;
const RIGHT: i32 = 1020;
/// At least 3 to 1 against white and against a dark page. Names stand beside the bars,
/// so color says nothing alone.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0x1f, 0x78, 0xc8),
    RGBColor(0x12, 0x8a, 0x66),
    RGBColor(0x7f, 0x7f, 0x7f),
    RGBColor(0xb0, 0x5a, 0x96),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x8a, 0x7a, 0x00),
];
/// What is drawn: more is better in all of them.
const DRAWN: [&str; 3] = ["speed_1", "speed_16", "requests"];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The picture as SVG. It has no background and takes its ink from the page.
pub(crate) fn svg(figures: &Figures) -> Result<String, Error> {
    let drawn: Vec<&Measure> = figures
        .measures
        .iter()
        .filter(|measure| DRAWN.contains(&measure.key.as_str()))
        .collect();
    let group = BAR * figures.servers.len() as i32 + GAP;
    let height = 40 + group * drawn.len() as i32;
    let mut text = String::new();
    {
        let size = (WIDTH as u32, height as u32);
        let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
        for (at, measure) in drawn.iter().enumerate() {
            bars(&area, figures, measure, 10 + group * at as i32).map_err(fault)?;
        }
        let style = ("sans-serif", 20).into_font().color(&BLACK);
        let below = format!("{}; {}", figures.command, figures.machine);
        area.draw_text(&below, &style, (10, height - 30))
            .map_err(fault)?;
        area.present().map_err(fault)?;
    }
    let opening = format!("<svg width=\"{WIDTH}\" height=\"{height}\" ");
    let spoken = spoken(figures, &drawn)
        .replace('&', "&amp;")
        .replace('"', "&quot;");
    let head = format!("<svg role=\"img\" aria-label=\"{spoken}\" ");
    Ok(text
        .replacen(&opening, &head, 1)
        .replace("#000000", "currentColor"))
}

/// One measure: a title, and a bar for each server with its median and its spread.
fn bars(
    area: &Area<'_>,
    figures: &Figures,
    measure: &Measure,
    top: i32,
) -> Result<(), Box<dyn std::error::Error>> {
    let title = ("sans-serif", 26).into_font().style(FontStyle::Bold);
    let words = format!("{}, {}", measure.title, measure.unit);
    area.draw_text(&words, &title.color(&BLACK), (10, top))?;
    let values: Vec<(usize, &str, Option<Spread>)> = figures
        .servers
        .iter()
        .enumerate()
        .map(|(at, (name, _))| (at, *name, measure.value(name)))
        .collect();
    let most = values
        .iter()
        .filter_map(|(.., value)| value.map(|value| value.most));
    let most = most.fold(f64::MIN_POSITIVE, f64::max);
    let place = |value: f64| LEFT + ((RIGHT - LEFT) as f64 * value / most) as i32;
    let ink = ("sans-serif", 22).into_font().color(&BLACK);
    for (at, name, value) in values {
        let Some(value) = value else { continue };
        let y = top + 36 + BAR * at as i32;
        let corners = [(LEFT, y), (place(value.median), y + BAR - 8)];
        let colour = COLOURS[at % COLOURS.len()];
        area.draw(&Rectangle::new(corners, colour.filled()))?;
        let middle = y + (BAR - 8) / 2;
        let spread = [(place(value.least), middle), (place(value.most), middle)];
        area.draw(&PathElement::new(spread.to_vec(), BLACK.stroke_width(3)))?;
        area.draw_text(name, &ink, (30, y))?;
        let ratio = measure.ratio(name);
        let ratio =
            ratio.map_or(String::new(), |ratio| format!(" ({:.2})", ratio.median));
        let figure = format!("{:.0}{ratio}", value.median);
        area.draw_text(&figure, &ink, (place(value.most) + 10, y))?;
    }
    Ok(())
}

/// What the picture shows, for who cannot see it.
fn spoken(figures: &Figures, drawn: &[&Measure]) -> String {
    let one = |measure: &&Measure| {
        let values = figures.servers.iter().filter_map(|(name, _)| {
            let value = measure.value(name)?;
            Some(format!("{name} {:.0}", value.median))
        });
        let values: Vec<String> = values.collect();
        format!(
            "{} in {}: {}",
            measure.title,
            measure.unit,
            values.join(", ")
        )
    };
    let all: Vec<String> = drawn.iter().map(one).collect();
    format!("{}.", all.join(". "))
}

fn fault<E: std::fmt::Display>(error: E) -> Error {
    Error::Drawing(error.to_string())
}
