//! The list of stages, and which of them a call runs.

use xtask::chapter::Chapter;
use xtask::chapter::workspace::Workspace;

use super::changed::Changes;
use super::stage::{Lane, Stage};

/// The tools whose tests take seconds. The others are stages of their own.
const TOOLS: [&str; 11] = [
    "xtask",
    "course",
    "lab",
    "lab-net",
    "upkeep",
    "maintain",
    "plot",
    "bench",
    "primer",
    "prose",
    "book-builder",
];

/// The packages whose tests are stages of their own.
const PROVERS: [&str; 4] = ["proof", "oracle", "finished", "browser-tests"];

const PROOF: &str = "run --quiet --package proof --";

/// The stages of CI, in the order in which they find a mistake soonest, and then in two
/// lanes.
pub(super) fn usual() -> Vec<Stage> {
    vec![
        format(),
        sync(),
        lints("clippy --workspace --all-targets --quiet", []),
        build(),
        tests(TOOLS.map(str::to_owned)),
        Stage::new(
            "runner",
            "the runner works in a sample workbook, and on hostile code",
            "test --quiet --no-fail-fast --package proof",
        )
        .beside(Lane::Waits),
        Stage::new(
            "oracles",
            "the chapters' parsers agree with known libraries",
            "test --quiet --package oracle",
        )
        .beside(Lane::Waits),
        Stage::new(
            "finished",
            "the finished server copes with faults, behind nginx, and as the RFCs say",
            "test --quiet --no-fail-fast --package finished",
        )
        .beside(Lane::Waits),
        solutions([]).beside(Lane::Copies),
        wrong(None).beside(Lane::Copies),
        alternatives([]).beside(Lane::Copies),
        Stage::new(
            "ablation",
            "the finished server doesn't respond without any one of its parts",
            &format!("{PROOF} ablation"),
        )
        .beside(Lane::Copies),
        book().beside(Lane::Waits),
        Stage::new(
            "pages",
            "every page works in a real browser, for every kind of reader",
            "test --quiet --package browser-tests",
        )
        .beside(Lane::Waits),
        Stage::new(
            "plot",
            "naive and streamed are measured, plotted, and told apart",
            &format!("{PROOF} plot"),
        )
        .beside(Lane::Waits),
        Stage::new(
            "windows",
            "the runner and all checks run under Wine, and all code type-checks on macOS",
            &format!("{PROOF} windows"),
        )
        .beside(Lane::Last),
    ]
}

/// The stages that only a night has time for: every wrong program built on its own,
/// like a learner's edit; the order of the checks; and the mutants of the code that
/// learners write.
pub(super) fn nightly() -> Vec<Stage> {
    let mut all = usual();
    for stage in &mut all {
        if stage.name == "wrong" {
            *stage = Stage::new(
                "wrong-each",
                "every wrong solution, built on its own, is rejected by the right check",
                &format!("{PROOF} wrong --each"),
            )
            .beside(Lane::Copies);
        }
    }
    all.push(
        Stage::new(
            "first",
            "the first check that fails is the one that explains the mistake",
            &format!("{PROOF} wrong --first"),
        )
        .beside(Lane::Copies),
    );
    all.push(
        Stage::new(
            "mutants",
            "every small change in a learner's code fails a check",
            &format!("{PROOF} mutants"),
        )
        .beside(Lane::Copies),
    );
    all
}

/// Returns the stages that are worth running before a commit, and a message about the
/// rest.
pub(super) fn quick(workspace: &Workspace, changes: &Changes) -> (Vec<Stage>, String) {
    let mut stages = vec![format(), sync()];
    let affected = changes.affected();
    if !affected.is_empty() {
        let packages = affected.iter().flat_map(|name| package(name));
        stages.push(lints("clippy --all-targets --quiet", packages));
    }
    let tools = affected
        .iter()
        .filter(|name| TOOLS.contains(&name.as_str()));
    let tools: Vec<String> = tools.cloned().collect();
    if !tools.is_empty() {
        stages.push(tests(tools));
    }
    let folders = |numbers: &[u32]| -> Vec<String> {
        let chapters = workspace.chapters().iter();
        let wanted = chapters.filter(|chapter| numbers.contains(&chapter.number()));
        wanted.map(|chapter| chapter.folder().to_owned()).collect()
    };
    let graded = folders(&changes.affected_chapters());
    if !graded.is_empty() {
        stages.push(solutions(graded));
    }
    let edited = folders(&changes.chapters());
    if !edited.is_empty() {
        // Checking which check fails first takes three times as long, so only `--all`
        // does that.
        stages.push(wrong(None).with(edited.clone()));
        stages.push(alternatives(edited));
    }
    if changes.touches_book() {
        stages.push(book());
    }
    let done = names(&stages);
    let rest = usual();
    let rest: Vec<&str> = names(&rest)
        .into_iter()
        .filter(|name| !done.contains(name))
        .collect();
    let said = format!(
        "Changed since {}: {}.\n\
         Probably fine. Left out: {}, and in the others what does not depend on the \
         change. CI runs them; here `cargo xtask test`.",
        changes.base(),
        changes.summary(),
        rest.join(", ")
    );
    (stages, said)
}

/// The names of some stages.
pub(super) fn names(stages: &[Stage]) -> Vec<&'static str> {
    stages.iter().map(|stage| stage.name).collect()
}

/// Returns the stage with the wrong programs of one chapter, or of all.
pub(super) fn wrong(chapter: Option<&Chapter>) -> Stage {
    Stage::new(
        "wrong",
        "every wrong solution is rejected by the right check",
        &format!("{PROOF} wrong"),
    )
    .with(chapter.map(|chapter| chapter.folder().to_owned()))
}

fn format() -> Stage {
    Stage::new("format", "the code is formatted", "fmt --all --check")
}

fn sync() -> Stage {
    Stage::new(
        "sync",
        "the starters match their solutions",
        "xtask sync --check",
    )
}

fn lints(command: &str, packages: impl IntoIterator<Item = String>) -> Stage {
    Stage::new(
        "lints",
        "no lint complains, not even in the starters",
        command,
    )
    .with(packages)
    .with(["--", "--deny", "warnings"].map(str::to_owned))
}

/// The scratch copies reuse what was built before they're made, so this runs before the
/// lanes.
fn build() -> Stage {
    let about = "everything that's tested is built, once for all copies";
    Stage::new("build", about, "test --quiet --no-run")
        .with(TOOLS.iter().chain(&PROVERS).flat_map(|name| package(name)))
}

fn tests(packages: impl IntoIterator<Item = String>) -> Stage {
    let about = "the tests of the runner, lab, plot, benchmark, and book pass";
    Stage::new("tests", about, "test --quiet")
        .with(packages.into_iter().flat_map(|name| package(&name)))
}

fn solutions(folders: impl IntoIterator<Item = String>) -> Stage {
    Stage::new(
        "solutions",
        "every solution passes its checks, and every starter counts as not started",
        &format!("{PROOF} solutions"),
    )
    .with(folders)
}

fn alternatives(folders: impl IntoIterator<Item = String>) -> Stage {
    Stage::new(
        "alternatives",
        "correct solutions in other styles are accepted",
        &format!("{PROOF} alternatives"),
    )
    .with(folders)
}

fn book() -> Stage {
    Stage::new(
        "book",
        "the book builds, and its links work",
        "run --quiet --package book-builder -- build target/workbook/site",
    )
}

fn package(name: &str) -> [String; 2] {
    ["--package".to_owned(), name.to_owned()]
}
