//! `cargo xtask test`: runs everything that proves something about the project.

mod changed;
mod lanes;
mod stage;
mod stages;

use std::time::Duration;

use xtask::chapter::workspace::Workspace;
use xtask::cli::args::Args;
use xtask::cli::error::{Error, Exit, Result};

use changed::Changes;
use stage::{Outcome, Stage};

/// How many stages are listed at the end, the slowest first.
const SLOWEST: usize = 5;

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(
        words,
        &["--wrong", "--quick", "--all", "--keep-going"],
        &["--only", "--since"],
    )?;
    let workspace = Workspace::find()?;
    let plan = Plan::of(&workspace, &args)?;
    let seen = lanes::run(&workspace, &plan.stages, args.has("--keep-going"))?;
    Ok(print_summary(&plan, &seen))
}

/// The stages of one call, and the message about those that it leaves out.
struct Plan {
    stages: Vec<Stage>,
    left_out: Option<String>,
}

impl Plan {
    fn of(workspace: &Workspace, args: &Args) -> Result<Self> {
        let modes = ["--wrong", "--quick", "--all"];
        let mut given: Vec<&str> =
            modes.into_iter().filter(|mode| args.has(mode)).collect();
        given.extend(args.value("--only").map(|_| "--only"));
        if let [one, other, ..] = given.as_slice() {
            return Err(Error::usage(format!("use {one} or {other}, not both")));
        }
        if args.value("--since").is_some() && !args.has("--quick") {
            return Err(Error::usage("--since can be used only with --quick")
                .next("cargo xtask test --quick --since REVISION"));
        }
        args.at_most(usize::from(args.has("--wrong")))?;
        if args.has("--wrong") {
            let chapter = args.names().first();
            let chapter = chapter.map(|word| workspace.chapter(word)).transpose()?;
            return Ok(Self::all(vec![stages::wrong(chapter)]));
        }
        if args.has("--quick") {
            let changes = Changes::since(workspace, args.value("--since"))?;
            let (stages, left_out) = stages::quick(workspace, &changes);
            return Ok(Self {
                stages,
                left_out: Some(left_out),
            });
        }
        let all = if args.has("--all") {
            stages::nightly()
        } else {
            stages::usual()
        };
        match args.value("--only") {
            None => Ok(Self::all(all)),
            Some(name) => Ok(Self::all(vec![only(name)?])),
        }
    }

    fn all(stages: Vec<Stage>) -> Self {
        Self {
            stages,
            left_out: None,
        }
    }
}

/// Returns a stage, either one of the usual ones or one of those for the night.
fn only(name: &str) -> Result<Stage> {
    let mut all = stages::usual();
    all.extend(stages::nightly());
    let names: Vec<&str> = stages::names(&all);
    match all.iter().position(|stage| stage.name == name) {
        Some(at) => Ok(all.swap_remove(at)),
        None => Err(Error::usage(format!("there is no stage `{name}`"))
            .next(format!("the stages are {}", names.join(", ")))),
    }
}

/// Prints the slowest stages, what was left out, and the counts.
fn print_summary(plan: &Plan, seen: &[(&str, Outcome)]) -> Exit {
    let mut slowest: Vec<(&str, Duration)> =
        seen.iter().map(|(name, one)| (*name, one.took)).collect();
    slowest.sort_by_key(|(_, took)| std::cmp::Reverse(*took));
    let slowest: Vec<String> = slowest
        .iter()
        .take(SLOWEST)
        .map(|(name, took)| format!("{name} {} s", took.as_secs()))
        .collect();
    println!("\nSlowest: {}", slowest.join(", "));
    let mut unseen = stages::names(&plan.stages);
    unseen.retain(|name| seen.iter().all(|(one, _)| one != name));
    if !unseen.is_empty() {
        println!(
            "Stopped at the first stage that failed. Not run: {}. Use --keep-going to run them, too.",
            unseen.join(", ")
        );
    }
    if let Some(left_out) = &plan.left_out {
        println!("{left_out}");
    }
    let sum = |count: fn(&Outcome) -> u64| -> u64 {
        seen.iter().map(|(_, outcome)| count(outcome)).sum()
    };
    let (passed, failed) = (sum(|one| one.passed), sum(|one| one.failed));
    println!("{passed} passed, {failed} failed");
    if failed == 0 {
        Exit::Passed
    } else {
        Exit::Failed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(line: &str) -> Result<Plan> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let flags = ["--wrong", "--quick", "--all", "--keep-going"];
        let args = Args::parse(&words, &flags, &["--only", "--since"])?;
        Plan::of(&Workspace::find()?, &args)
    }

    #[test]
    fn an_unknown_stage_is_met_with_their_names() {
        assert!(
            only("wrogn")
                .err()
                .is_some_and(|fault| fault.to_string().contains("wrong"))
        );
    }

    #[test]
    fn stray_words_are_refused() {
        for line in [
            "banana",
            "--only format banana",
            "--quick banana",
            "--wrong 1 2",
        ] {
            let fault = plan(line).err().map(|fault| fault.to_string());
            let fault = fault.unwrap_or_else(|| panic!("`{line}` is taken"));
            assert!(fault.contains("one argument too many"), "{line}: {fault}");
        }
        assert!(plan("--wrong chapter-banana").is_err());
        assert!(plan("--wrong --all").is_err());
    }

    #[test]
    fn the_wrong_programs_of_one_chapter_are_asked_for_by_its_name() {
        let plan = plan("--wrong chapter-9").unwrap();
        let words = plan.stages[0].words.join(" ");
        assert!(words.ends_with("wrong chapter-09-pipelines"), "{words}");
    }
}
