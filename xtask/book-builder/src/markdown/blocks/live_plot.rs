//! The figure that a learner's own curve is drawn into, `{{#live-plot}}`.
//!
//! At first, the figure shows the reference servers under exactly the load that the
//! learner's server will get ([`measurement`]): the same file and the same pace, so
//! both fit on the same axes and nothing has to be scaled. The reference servers were
//! measured on another machine, so heights and slopes can be compared, but seconds only
//! roughly.
//!
//! Coordinates are seconds and MiB (upwards is negative in SVG). The strokes don't
//! scale, so the script that draws the learner's curve (`book/assets/live/plot.js`)
//! changes both axes through the `viewBox` alone. An empty element for that curve is
//! here, below the others, whose strokes have gaps, so that the curve stays visible
//! where they coincide.

use crate::live::live_plot_command;
use crate::site::html::escape;
use course::chapter::Chapter;
use serde_json::Value;

/// The number of steps on the memory axis. The time axis has one step for each second.
const STEPS: u32 = 4;
const MIB: f64 = 1_048_576.0;

/// Returns the section, as HTML around Markdown. `csv` and `json` are the files that
/// `cargo xtask plot` wrote for the reference servers.
///
/// # Errors
///
/// Returns a message if the two files aren't from one such run.
pub fn html(servers: &[Chapter], csv: &str, json: &str) -> Result<String, String> {
    let run: Value =
        serde_json::from_str(json).map_err(|error| format!("is not JSON: {error}"))?;
    let curves = curves(csv)?;
    let first = servers
        .first()
        .ok_or("no chapter of the workspace has a server")?;
    let (seconds, mebibytes) = axes(&curves);
    let load = live_plot_command::LOAD.join(" ");
    let command = live_plot_command::words(&first.name()).join(" ");
    let mut rows = String::new();
    let mut peaks = Vec::new();
    for curve in &curves {
        let shown = Shown::of(&run, &curve.chapter)?;
        peaks.push(format!("{} at {}", shown.label, shown.peak));
        rows.push_str(&shown.row());
    }
    let spoken = format!(
        "Resident memory over {seconds} seconds. The highest points: {}.",
        peaks.join("; ")
    );
    Ok(format!(
        "<section class=\"live-plot\" data-load=\"{load}\" \
         aria-label=\"Your own server\">\n{}\
         <figure>\n<p class=\"axis\">resident memory, MiB</p>\n\
         <div class=\"area\">\n{}{}\
         <svg viewBox=\"0 -{mebibytes} {seconds} {mebibytes}\" \
         preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">\n\
         <polyline class=\"line mine\"/>\n{}</svg>\n\
         </div>\n<p class=\"axis\">seconds since the first request</p>\n{}\
         <figcaption>{}. Reference servers, measured once: <code>{}</code>, {}. Your \
         server gets the same file at the same pace, on the same axes. Compare heights \
         and slopes.</figcaption>\n</figure>\n\n```sh\ncargo xtask {command}\n```\n\n\
         | server | peak | first byte | time | speed | payload |\n\
         | --- | --- | --- | --- | --- | --- |\n{rows}\n</section>",
        choice(servers),
        ticks("up", mebibytes, STEPS),
        ticks("along", seconds, seconds),
        escape(&spoken),
        lines(&curves),
        legend(&run, &curves)?,
        escape(text(&run["story"])?),
        escape(text(&run["command"])?),
        escape(text(&run["circumstances"])?),
    ))
}

/// One server's samples, in seconds and MiB.
struct Curve {
    chapter: String,
    points: Vec<(f64, f64)>,
}

fn curves(csv: &str) -> Result<Vec<Curve>, String> {
    let mut curves: Vec<Curve> = Vec::new();
    for (index, line) in csv.lines().enumerate().skip(1) {
        let wrong = || format!("line {} isn't a sample: `{line}`", index + 1);
        let mut fields = line.split(',');
        let chapter = fields.next().ok_or_else(wrong)?;
        let mut number = || fields.next()?.parse::<f64>().ok();
        let (seconds, bytes) = number().zip(number()).ok_or_else(wrong)?;
        if curves.last().is_none_or(|last| last.chapter != chapter) {
            curves.push(Curve {
                chapter: chapter.to_string(),
                points: Vec::new(),
            });
        }
        let points = curves.last_mut().map(|curve| &mut curve.points);
        // The sample before the first request isn't part of a download.
        if let Some(points) = points.filter(|_| seconds >= 0.0) {
            points.push((seconds, bytes / MIB));
        }
    }
    if curves.iter().all(|curve| curve.points.len() > 1) && !curves.is_empty() {
        Ok(curves)
    } else {
        Err("has no curve".to_string())
    }
}

/// Returns the ends of both axes: whole seconds, and a number of MiB that can be
/// divided into four steps.
fn axes(curves: &[Curve]) -> (u32, u32) {
    let points = || curves.iter().flat_map(|curve| curve.points.iter());
    let longest = points().map(|(seconds, _)| *seconds).fold(1.0, f64::max);
    let tallest = points().map(|(_, level)| *level).fold(8.0, f64::max);
    // This leaves room above the highest line.
    let level = (tallest * 1.08 / 16.0).ceil() as u32 * 16;
    (longest.ceil() as u32, level)
}

/// Returns the list of servers to choose from, which the script shows.
fn choice(servers: &[Chapter]) -> String {
    let options: String = servers
        .iter()
        .map(|chapter| {
            let (name, noun) = (escape(&chapter.name()), escape(chapter.noun()));
            format!("<option value=\"{name}\">{name}, {noun}</option>")
        })
        .collect();
    format!("<label hidden>Chapter <select>{options}</select></label>\n")
}

fn ticks(direction: &str, end: u32, steps: u32) -> String {
    let labels: String = (0..=steps)
        .map(|step| format!("<span>{}</span>", end * step / steps))
        .collect();
    format!("<div class=\"ticks {direction}\" aria-hidden=\"true\">{labels}</div>\n")
}

fn lines(curves: &[Curve]) -> String {
    curves
        .iter()
        .map(|curve| {
            let points: Vec<String> = lab::curve::turns(&curve.points)
                .into_iter()
                .map(|(seconds, level)| format!("{seconds:.2},-{level:.1}"))
                .collect();
            let (name, points) = (escape(&curve.chapter), points.join(" "));
            format!("<polyline class=\"line {name}\" points=\"{points}\"/>\n")
        })
        .collect()
}

fn legend(run: &Value, curves: &[Curve]) -> Result<String, String> {
    let mut html = String::from("<ul class=\"legend\">\n");
    let key = |line: &str, of: &str, label: &str| {
        format!(
            "<li{of}><svg viewBox=\"0 0 40 8\" aria-hidden=\"true\">\
             <path class=\"line {line}\" d=\"M0 4h40\"/></svg>{}</li>\n",
            escape(label)
        )
    };
    for curve in curves {
        let label = Shown::of(run, &curve.chapter)?.label;
        html.push_str(&key(&escape(&curve.chapter), "", label));
    }
    html.push_str(&key("mine", " hidden", "yours"));
    html.push_str("</ul>\n");
    Ok(html)
}

/// Returns a reference server's figures, as in the table.
struct Shown<'a> {
    label: &'a str,
    peak: &'a str,
    others: [&'a str; 3],
    bytes: u64,
}

impl<'a> Shown<'a> {
    fn of(run: &'a Value, chapter: &str) -> Result<Self, String> {
        let servers = run["servers"].as_array().into_iter().flatten();
        let server = servers
            .into_iter()
            .find(|server| server["server"] == chapter)
            .ok_or_else(|| format!("has no measurement of {chapter}"))?;
        if server["verified"] != true {
            return Err(format!("is from a run in which {chapter} sent wrong bytes"));
        }
        let shown = &run["shown"][chapter];
        Ok(Self {
            label: text(&server["label"])?,
            peak: text(&shown["peak"])?,
            others: [
                text(&shown["first_byte"])?,
                text(&shown["time"])?,
                text(&shown["speed"])?,
            ],
            bytes: server["bytes"].as_u64().ok_or("has no `bytes`")?,
        })
    }

    fn row(&self) -> String {
        let [first_byte, time, speed] = self.others;
        let (label, peak, bytes) = (escape(self.label), self.peak, self.bytes);
        format!(
            "| {label} | {peak} | {first_byte} | {time} | {speed} | whole, {bytes} bytes |\n"
        )
    }
}

fn text(value: &Value) -> Result<&str, String> {
    value
        .as_str()
        .ok_or_else(|| "is missing a text that every plot has".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_that_is_none_is_named_by_its_line() {
        let error = curves("head\nchapter-5,0.1,10\nchapter-5,x,10\n").err();
        assert!(error.is_some_and(|error| error.contains("line 3")));
        assert!(curves("head\n").is_err());
    }
}
