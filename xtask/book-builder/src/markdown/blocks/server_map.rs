//! The map of the finished server, with the parts marked that a page is about.
//!
//! A request enters at the top left. The bytes of its response come up from the file at
//! the bottom right, and leave at the bottom left. The drawing follows the theme
//! (`book/assets/theme/frame.css`) and is as wide as a phone, so that its text is never
//! scaled down there. Each part is a link to its chapter for readers with a pointer;
//! for everybody else, the sidebar has the same links.

/// The parts, in the order of their chapters.
pub const PARTS: [Part; 13] = [
    part("addresses", 124, 36),
    part("names", 8, 90),
    part("connections", 8, 36),
    part("messages", 240, 36),
    part("naive", 240, 252),
    part("buffers", 240, 144),
    part("watermark", 124, 144),
    part("backpressure", 8, 144),
    part("pipelines", 8, 198),
    part("downloads", 240, 90),
    part("uploads", 124, 90),
    part("exports", 124, 198),
    // The last part is the shell around the others.
    part("server", 0, 0),
];

/// The noun of the capstone. It builds on the finished server but isn't part of it.
const CAPSTONE: &str = "resumable";

/// How many chapters there are.
pub const CHAPTERS: usize = PARTS.len() + 1;

/// The noun of a chapter; empty if there's none with this number.
pub fn noun(chapter: usize) -> &'static str {
    let part = chapter.checked_sub(1).and_then(|at| PARTS.get(at));
    match part {
        Some(part) => part.noun,
        None if chapter == CHAPTERS => CAPSTONE,
        None => "",
    }
}

/// The number of the part that is drawn aside, because later parts replace it.
const ASIDE: usize = 5;

/// The number of the part that contains the others.
const SHELL: usize = 13;

/// A part of the server, which one chapter builds.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Its noun, which is also its crate's.
    pub noun: &'static str,
    x: u32,
    y: u32,
}

const fn part(noun: &'static str, x: u32, y: u32) -> Part {
    Part { noun, x, y }
}

const WIDTH: u32 = 108;
const HEIGHT: u32 = 32;

/// The arrows between parts: a path, and the position of its head.
const FLOWS: [(&str, &str); 12] = [
    ("M-6 52H2", "M-1 48l7 4-7 4z"),
    ("M116 52h2", "M116 48l7 4-7 4z"),
    ("M232 52h2", "M232 48l7 4-7 4z"),
    ("M294 68v14", "M290 81l4 8 4-8z"),
    ("M294 122v14", "M290 135l4 8 4-8z"),
    ("M240 106h-2", "M240 102l-7 4 7 4z"),
    ("M124 106h-2", "M124 102l-7 4 7 4z"),
    ("M294 198v-14", "M290 185l4-8 4 8z"),
    ("M240 160h-2", "M240 156l-7 4 7 4z"),
    ("M124 160h-2", "M124 156l-7 4 7 4z"),
    ("M178 198v-14", "M174 185l4-8 4 8z"),
    ("M62 176v14", "M58 189l4 8 4-8z"),
];

/// Returns the map as a figure without blank lines, with the part of chapter `here`
/// marked, if any. The capstone marks nothing.
pub fn figure(here: Option<usize>) -> String {
    let here = here.filter(|&here| here <= PARTS.len());
    let mut svg = String::from(
        "<figure class=\"map\">\n\
         <svg viewBox=\"-10 0 368 300\" aria-hidden=\"true\" focusable=\"false\">\n",
    );
    svg.push_str(&shell(here));
    for (way, head) in FLOWS {
        svg.push_str(&format!(
            "<path class=\"flow\" d=\"{way}\"/><path class=\"head\" d=\"{head}\"/>\n"
        ));
    }
    svg.push_str(
        "<path class=\"flow dashed\" d=\"M294 234v10\"/>\
         <path class=\"head\" d=\"M290 243l4 8 4-8z\"/>\n\
         <path class=\"flow\" d=\"M8 214h-10\"/>\
         <path class=\"head\" d=\"M-1 210l-7 4 7 4z\"/>\n\
         <path class=\"flow\" d=\"M258 204v20c0 8 72 8 72 0v-20\
         M258 204c0 8 72 8 72 0c0-8-72-8-72 0\"/>\n\
         <text x=\"294\" y=\"224\" text-anchor=\"middle\">file</text>\n",
    );
    for number in (1..=PARTS.len()).filter(|&number| number != SHELL) {
        svg.push_str(&drawn(number, here));
    }
    svg.push_str(
        "</svg>\n<figcaption>The finished server: a request enters at the top left, the \
         file's bytes leave at the bottom left.",
    );
    if let Some(here) = here {
        let noun = PARTS[here - 1].noun;
        svg.push_str(&format!(" <b>You are here: {here} {noun}.</b>"));
    }
    if here.is_none_or(|here| here == ASIDE) {
        svg.push_str(" Chapters 6 to 8 take the place of chapter 5.");
    }
    svg.push_str("</figcaption>\n</figure>\n");
    svg
}

fn shell(here: Option<usize>) -> String {
    let class = if here == Some(SHELL) { " here" } else { "" };
    format!(
        "<rect class=\"shell{class}\" x=\"1\" y=\"8\" width=\"354\" height=\"286\" rx=\"8\"/>\n\
         <text class=\"label{class}\" x=\"10\" y=\"26\">\
         <tspan class=\"number\">{SHELL}</tspan> {}</text>\n",
        PARTS[SHELL - 1].noun
    )
}

fn drawn(number: usize, here: Option<usize>) -> String {
    let Part { noun, x, y } = PARTS[number - 1];
    // The last chapter's server contains all parts except one.
    let lit = Some(number) == here || here == Some(SHELL) && number != ASIDE;
    let marked = if lit { " here" } else { "" };
    let aside = if number == ASIDE { " aside" } else { "" };
    format!(
        "<a class=\"part{aside}{marked}\" data-chapter=\"{number}\" tabindex=\"-1\" \
         href=\"chapter-{number:02}-{noun}.html\"><rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"4\"/>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"middle\">\
         <tspan class=\"number\">{number}</tspan> {noun}</text></a>\n",
        x + WIDTH / 2,
        y + HEIGHT / 2 + 4
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_drawn_and_one_is_marked() {
        for here in 1..=PARTS.len() {
            let figure = figure(Some(here));
            for part in PARTS {
                assert!(figure.contains(part.noun), "{} at {here}", part.noun);
            }
            // All parts except the one that is drawn aside, and the shell's own label.
            let marked = if here == SHELL { PARTS.len() } else { 1 };
            assert_eq!(figure.matches(" here\"").count(), marked, "{here}");
            assert!(!figure.contains("\n\n"), "Markdown would end the figure");
        }
        for nothing in [None, Some(CHAPTERS)] {
            assert!(!figure(nothing).contains(" here"));
        }
        assert_eq!(noun(CHAPTERS), CAPSTONE);
    }
}
