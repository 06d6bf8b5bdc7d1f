//! Verdicts as text for people.

use course::checks_file::{Check, ChecksFile};
use course::screen::columns;
use course::status::Status;
use course::wrap::hanging;

use crate::chapter::{Chapter, Tree};
use crate::cli::terminal::{Style, paint, symbol};
use crate::grading::grade::Graded;
use crate::grading::verdict::{SourceLocation, Verdict};

/// Returns the line above a chapter's verdicts.
pub fn heading(chapter: &Chapter, tree: Tree, file: &ChecksFile) -> String {
    let whose = match tree {
        Tree::Exercises => "",
        Tree::Solutions => " (reference solution)",
    };
    let title = format!("Chapter {}: {}{whose}", chapter.number(), file.title);
    format!("{}\n", paint(Style::Strong, &title))
}

/// Returns the line for one check.
pub fn line(check: &Check, verdict: &Verdict) -> String {
    let (ink, mark) = match verdict.status {
        Status::Passed => (Style::Good, symbol("✔", "+")),
        Status::NotCheckable => (Style::Quiet, symbol("–", "-")),
        Status::NotStarted => (Style::Bad, symbol("○", "o")),
        _ => (Style::Bad, symbol("✘", "x")),
    };
    let word = format!("{mark} {:<17}", verdict.status.word());
    let notes: String = match verdict.notes.last() {
        Some(note) if verdict.status == Status::Passed => format!("  ({note})"),
        _ if verdict.status == Status::NotCheckable => {
            format!("  ({})", verdict.message)
        }
        _ => String::new(),
    };
    format!("  {}{}{notes}", paint(ink, &word), check.title)
}

/// Returns everything about a check that didn't pass.
pub fn details(chapter: &Chapter, check: &Check, verdict: &Verdict) -> String {
    let mut lines = vec![
        String::new(),
        paint(Style::Strong, &format!("  {}", check.name)),
    ];
    lines.push(match verdict.status {
        Status::Wrong => field("wrong", &verdict.message),
        // The message quotes the input, and a line break of ours would look like a part
        // of it.
        Status::NotStarted => format!("    {}", verdict.message),
        _ => hung(&format!("    {}", verdict.message), 4),
    });
    if let Some(location) = &verdict.location {
        lines.push(field("at", &location.to_string()));
    }
    lines.extend(steps(verdict));
    if let Some(compared) = &verdict.compared {
        lines.push(field("expected", &compared.expected));
        lines.push(field("seen", &compared.seen));
    }
    lines.extend(verdict.notes.iter().map(|note| field("measured", note)));
    lines.extend(verdict.printed.iter().map(|line| command("printed", line)));
    lines.push(field("why", verdict.why(check)));
    lines.push(command("read", &format!("book/src/{}", check.book)));
    let by_hand = verdict.repeat.as_ref().or(check.curl.as_ref());
    lines.extend(by_hand.map(|line| command("by hand", line)));
    if let Some(load) = plot(chapter, check).filter(|_| verdict.status.has_run()) {
        lines.push(command("picture", &load));
        // The plot measures the learner's server first.
        lines.push(field(
            "",
            "curve A is your server, curve B is the reference solution",
        ));
    }
    lines.push(command("again", &again(chapter, check)));
    lines.join("\n")
}

/// Returns the command that runs one check again.
pub fn again(chapter: &Chapter, check: &Check) -> String {
    format!("cargo xtask check {} --only {}", chapter.name(), check.name)
}

/// Returns the command that plots what a check measures, if there is one.
pub fn plot(chapter: &Chapter, check: &Check) -> Option<String> {
    let load = check.plot.as_ref()?;
    Some(format!("cargo xtask plot {} --mine {load}", chapter.name()))
}

/// Returns the command that shows the next hint for a check.
pub fn hint(chapter: &Chapter, check: &Check) -> String {
    format!("cargo xtask hint {} {}", chapter.name(), check.name)
}

/// Returns how many checks passed, and how many can't run on this operating system.
pub fn count(graded: &Graded) -> String {
    let passed = format!(
        "{} of {} passed",
        graded.passed_count(),
        graded.verdicts.len()
    );
    match graded.with(Status::NotCheckable) {
        0 => format!("{passed}."),
        other => format!("{passed}, {other} can't be checked on this system."),
    }
}

/// Returns what to type next, after a chapter was graded.
pub fn next(graded: &Graded, chapters: &[Chapter]) -> String {
    let name = graded.chapter.name();
    let Some((check, verdict)) = graded
        .verdicts
        .iter()
        .find(|(_, verdict)| verdict.status.is_failure())
    else {
        return after(graded, chapters);
    };
    let again = format!("cargo xtask check {name}");
    let hint = hint(&graded.chapter, check);
    if let (Status::NotStarted, Some(needs)) = (verdict.status, &verdict.needs) {
        return format!(
            "Next: cargo xtask start {name} (our solution of {needs} fills in; your files \
             are kept),\n      or finish {needs} first: cargo xtask check {needs}"
        );
    }
    let first = match (verdict.status, &verdict.location) {
        (Status::DoesNotCompile, _) => "fix the first error above".to_owned(),
        (_, Some(SourceLocation { file, line })) => {
            format!("open {file} at line {line}")
        }
        _ => {
            let file = verdict.file(check).map_or("src", String::as_str);
            format!("open exercises/{}/{file}", graded.chapter.folder())
        }
    };
    let hint = match verdict.status {
        Status::DoesNotCompile => String::new(),
        _ => format!("\n      Stuck? {hint}"),
    };
    let others = others(graded, check, &again);
    format!("Next: {first}, then {again}{hint}{others}")
}

/// Names the red checks after the first, which is the only one that's told in full: they
/// may be the same mistake.
fn others(graded: &Graded, first: &Check, again: &str) -> String {
    let is_red = |verdict: &Verdict| {
        let status = verdict.status;
        status.is_failure()
            && !matches!(status, Status::NotStarted | Status::DoesNotCompile)
    };
    let mut red = graded
        .verdicts
        .iter()
        .filter(|(check, verdict)| check.name != first.name && is_red(verdict))
        .map(|(check, _)| &check.name);
    let Some(next) = red.next() else {
        return String::new();
    };
    let more = match red.count() {
        0 => "One more check is red".to_owned(),
        rest => format!("{} more checks are red", rest + 1),
    };
    let look = format!("{again} --only {next}");
    format!("\n      {more}, maybe for the same reason:\n      {look}")
}

fn after(graded: &Graded, chapters: &[Chapter]) -> String {
    let name = graded.chapter.name();
    if graded.verdicts.len() < graded.checks_file.checks.len() {
        return format!("This check passes. Next: cargo xtask check {name}");
    }
    if graded.tree == Tree::Solutions {
        return "The reference solution passes every check of this chapter.".to_owned();
    }
    let later = chapters
        .iter()
        .find(|chapter| chapter.number() > graded.chapter.number());
    let summary = &graded.checks_file.summary;
    match later {
        Some(later) => {
            let next = later.name();
            format!(
                "{summary}\nRun it: cargo run -p {name}\nNext: cargo xtask check {next}"
            )
        }
        None => {
            // The last one whose memory can be drawn: the capstone takes uploads.
            let server = chapters.iter().rfind(|chapter| chapter.is_server());
            let server = server.map_or(String::new(), Chapter::name);
            format!(
                "{summary}\nRun it: cargo run -p {name}\n\
                 That was the last chapter, and everything in it is yours.\n\
                 Next: cargo xtask plot chapter-5 {server} --mine"
            )
        }
    }
}

fn steps(verdict: &Verdict) -> Vec<String> {
    /// A long check repeats itself, so its last steps show what went wrong.
    const SHOWN: usize = 12;
    let last = verdict.steps.len();
    let skipped = last.saturating_sub(SHOWN);
    let mut lines = Vec::new();
    if skipped > 0 {
        lines.push(format!("       (the first {skipped} steps passed)"));
    }
    for (index, step) in verdict.steps.iter().enumerate().skip(skipped) {
        let here = if index + 1 == last {
            format!("   {} here", symbol("←", "<-"))
        } else {
            String::new()
        };
        lines.push(hung(&format!("    {:>3}. {step}{here}", index + 1), 9));
    }
    lines
}

/// Returns a field that somebody may copy, so it isn't wrapped.
fn command(name: &str, value: &str) -> String {
    format!("    {name:<9} {value}")
}

fn field(name: &str, value: &str) -> String {
    hung(&format!("    {name:<9} {value}"), 14)
}

/// Wraps the text between words, and indents the lines after the first.
fn hung(text: &str, indent: usize) -> String {
    hanging(text, indent, columns())
}
