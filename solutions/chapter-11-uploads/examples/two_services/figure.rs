//! The figure: bytes over time, at two services.

use std::fmt::Write;

/// What had passed at one moment.
pub struct Sample {
    /// Milliseconds since the import began.
    pub ms: u64,
    /// Bytes that had left the origin.
    pub sent: u64,
    /// Bytes that the disk had taken here.
    pub saved: u64,
}

const WIDTH: f64 = 700.0;
const HEIGHT: f64 = 340.0;
/// The axes stand here, from the left and from below.
const LEFT: f64 = 60.0;
const BELOW: f64 = 50.0;
const ABOVE: f64 = 20.0;

/// An image in SVG, with the colors of the page around it. The
/// lines differ in their dashes too, and each has its name.
pub fn drawn(samples: &[Sample], file: u64) -> String {
    let end = samples.last().map_or(1, |sample| sample.ms.max(1));
    let x =
        |ms: u64| LEFT + (WIDTH - LEFT - 20.0) * ms as f64 / end as f64;
    let y = |bytes: u64| {
        let room = HEIGHT - ABOVE - BELOW;
        HEIGHT - BELOW - room * bytes as f64 / file as f64
    };
    let mut svg = format!(
        "<svg role=\"img\" aria-label=\"Bytes over time: what left \
         the origin, and what the disk took here. While the disk \
         takes nothing, both lines are level.\" \
         viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"14\" xmlns=\"http://www.w3.org/2000/svg\">\n"
    );
    for mib in (0..=file >> 20).step_by(16) {
        let at = y(mib << 20);
        line(&mut svg, (LEFT, at), (WIDTH - 20.0, at));
        text(&mut svg, (LEFT - 8.0, at + 5.0), "end", &mib.to_string());
    }
    for second in 0..=end / 1000 {
        let at = x(second * 1000);
        line(&mut svg, (at, ABOVE), (at, HEIGHT - BELOW));
        let at = (at, HEIGHT - BELOW + 20.0);
        text(&mut svg, at, "middle", &second.to_string());
    }
    let name = "seconds; the axis upwards is MiB";
    text(&mut svg, (WIDTH / 2.0, HEIGHT - 8.0), "middle", name);
    for (saved, color, dashes, name, above) in [
        (false, "--series-naive", "8 4", "left the origin", true),
        (true, "--series-streamed", "none", "on the disk here", false),
    ] {
        let points: String = samples
            .iter()
            .map(|sample| {
                let bytes =
                    if saved { sample.saved } else { sample.sent };
                format!("{:.1},{:.1} ", x(sample.ms), y(bytes))
            })
            .collect();
        // Writing to a string cannot fail.
        let _ = writeln!(
            svg,
            "<polyline fill=\"none\" stroke=\"var({color})\" \
             stroke-width=\"3\" stroke-dasharray=\"{dashes}\" \
             points=\"{}\"/>",
            points.trim_end()
        );
        let middle = &samples[samples.len() * 4 / 5];
        let at = if above {
            (x(middle.ms) - 14.0, y(middle.sent) - 6.0)
        } else {
            (x(middle.ms) + 14.0, y(middle.saved) + 18.0)
        };
        let anchor = if above { "end" } else { "start" };
        text(&mut svg, at, anchor, name);
    }
    svg.push_str("</svg>\n");
    svg
}

fn line(svg: &mut String, from: (f64, f64), to: (f64, f64)) {
    let _ = writeln!(
        svg,
        "<line opacity=\"0.18\" stroke=\"currentColor\" \
         x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
        from.0, from.1, to.0, to.1
    );
}

fn text(svg: &mut String, at: (f64, f64), anchor: &str, words: &str) {
    let _ = writeln!(
        svg,
        "<text fill=\"currentColor\" text-anchor=\"{anchor}\" \
         x=\"{:.1}\" y=\"{:.1}\">{words}</text>",
        at.0, at.1
    );
}
