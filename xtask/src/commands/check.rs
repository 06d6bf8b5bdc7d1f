//! `cargo xtask check`: grades a chapter, or all of them.

use std::path::PathBuf;

use course::checks_file::Check;
use course::status::Status;
use course::{say, screen};

use crate::chapter::workspace::Workspace;
use crate::chapter::{Chapter, Tree};
use crate::cli::args::Args;
use crate::cli::error::{Error, Exit, Result};
use crate::cli::terminal::{Style, paint};
use crate::commands::watch;
use crate::grading::grade::{self, GradeRequest, Graded, GradingEvent};
use crate::grading::verdict::Verdict;
use crate::output::events;
use crate::output::json;
use crate::output::report_text;
use crate::state::lock::Lock;
use crate::state::progress::Progress;

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(
        words,
        &["--solution", "--watch", "--json", "--events", "--stop"],
        &["--only", "--built", "--patience"],
    )?;
    let workspace = Workspace::find()?;
    let next = match args.names() {
        // The second word is probably the name of a check, not a chapter.
        [chapter, check] => format!("cargo xtask check {chapter} --only {check}"),
        _ => "cargo xtask check chapter-1".to_owned(),
    };
    let word = args.one_name("chapter", &next)?;
    let chapters = match word {
        "all" => workspace.chapters().to_vec(),
        word => vec![workspace.chapter(word)?.clone()],
    };
    let request = Request {
        chapters,
        tree: if args.has("--solution") {
            Tree::Solutions
        } else {
            Tree::Exercises
        },
        only: args.value("--only").map(str::to_owned),
        built: args.value("--built").map(PathBuf::from),
        patience: patience(args.value("--patience"))?,
        stop: args.has("--stop"),
        output: match (args.has("--json"), args.has("--events")) {
            (false, false) => OutputFormat::Text,
            (true, false) => OutputFormat::Json,
            (false, true) => OutputFormat::Events,
            (true, true) => {
                return Err(Error::usage("use --json or --events, not both"));
            }
        },
    };
    if request.built.is_some() && request.tree == Tree::Exercises {
        return Err(Error::usage(
            "--built works only in proofs, together with --solution",
        ));
    }
    if request.only.is_some() && word == "all" {
        return Err(Error::usage(
            "--only needs one chapter, because it names one of its checks",
        )
        .next("cargo xtask check chapter-1 --only NAME"));
    }
    if !args.has("--watch") {
        return request.carry_out(&workspace).inspect_err(|fault| {
            if request.output == OutputFormat::Events {
                events::fault(fault);
            }
        });
    }
    if request.output != OutputFormat::Text {
        return Err(Error::usage(
            "--watch never ends, so it can't be used with --json or --events",
        ));
    }
    watch::run(&workspace, &request.chapters, || {
        request.carry_out(&workspace)
    })
}

/// Returns the factor by which each deadline is multiplied.
fn patience(word: Option<&str>) -> Result<u32> {
    let times = word.map_or(Ok(1), str::parse);
    let times = times.ok().filter(|times| (1..=100).contains(times));
    times.ok_or_else(|| Error::usage("--patience must be a number from 1 to 100"))
}

/// What the command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OutputFormat {
    /// For people, line by line.
    Text,
    /// For programs, one object at the end.
    Json,
    /// For programs, one object for each thing that happens.
    Events,
}

/// One call of the command, which may be carried out more than once.
struct Request {
    chapters: Vec<Chapter>,
    tree: Tree,
    only: Option<String>,
    /// The check program, if a proof has built it already. A proof runs many checks of
    /// one program at the same time, holds the lock of the workbook itself, and cleans
    /// up.
    built: Option<PathBuf>,
    patience: u32,
    stop: bool,
    output: OutputFormat,
}

impl Request {
    fn carry_out(&self, workspace: &Workspace) -> Result<Exit> {
        let _lock = match self.built {
            None => Some(Lock::take(workspace)?),
            Some(_) => None,
        };
        let mut all = Vec::new();
        for chapter in &self.chapters {
            all.push(self.one(workspace, chapter, false)?);
        }
        if self.tree == Tree::Exercises
            && self.only.is_none()
            && self.chapters.len() == 1
        {
            let earlier = self.regressions(workspace, &self.chapters[0])?;
            let green = earlier.iter().all(Graded::passed);
            if self.output == OutputFormat::Text && green && !earlier.is_empty() {
                // The last `Next:` line was that of an earlier chapter, and leads back
                // to this one.
                let next = report_text::next(&all[0], workspace.chapters());
                say!("{}\n", paint(Style::Strong, &next));
            }
            all.extend(earlier);
        }
        let exit = if all.iter().all(Graded::passed) {
            Exit::Passed
        } else {
            Exit::Failed
        };
        match self.output {
            OutputFormat::Text => {}
            OutputFormat::Json => json::print(&json::whole(&all, exit)),
            OutputFormat::Events => events::end(&all, exit),
        }
        Ok(exit)
    }

    /// Grades one chapter, records the verdicts, and prints them. `again` marks an
    /// earlier chapter that is checked once more.
    fn one(
        &self,
        workspace: &Workspace,
        chapter: &Chapter,
        again: bool,
    ) -> Result<Graded> {
        let request = GradeRequest {
            chapter,
            tree: self.tree,
            only: self.only.as_deref(),
            built: self.built.as_deref(),
            patience: self.patience,
            stop: self.stop,
        };
        let mut on_event = |event: GradingEvent<'_>| match self.output {
            OutputFormat::Text => print_event(request, &event),
            OutputFormat::Json => {}
            OutputFormat::Events => events::event(request, again, &event),
        };
        let graded = grade::grade(workspace, request, &mut on_event)?;
        self.note(workspace, &graded)?;
        let next = report_text::next(&graded, workspace.chapters());
        match self.output {
            OutputFormat::Text if again && graded.passed() => {
                let count = graded.verdicts.len();
                say!("\n{} of {count} still pass.\n", graded.passed_count());
            }
            OutputFormat::Text => print_summary(&graded, &next),
            OutputFormat::Json => {}
            OutputFormat::Events => events::graded(&graded, &next),
        }
        Ok(graded)
    }

    /// Records the verdicts. Progress is the learner's, so the reference solution never
    /// counts, and neither does a check that passes only with longer deadlines.
    fn note(&self, workspace: &Workspace, graded: &Graded) -> Result<()> {
        if self.tree == Tree::Solutions || self.patience > 1 {
            return Ok(());
        }
        let mut progress = Progress::read(workspace)?;
        for (check, verdict) in &graded.verdicts {
            progress.note(&graded.chapter, &check.name, verdict.status);
            let step = verdict.failed_step(check).map(|step| step.at.as_str());
            progress.note_step(&graded.chapter, &check.name, step);
        }
        if self.only.is_none() {
            progress.note_sources(workspace, &graded.chapter)?;
            if graded.passed() {
                progress.note_passed(&graded.chapter);
            }
        }
        progress.save()
    }

    /// Grades the earlier chapters that this one is built on, if they have
    /// changed since they passed.
    fn regressions(
        &self,
        workspace: &Workspace,
        chapter: &Chapter,
    ) -> Result<Vec<Graded>> {
        let mut all = Vec::new();
        for earlier in workspace.built_on(chapter)?.into_iter().rev() {
            let progress = Progress::read(workspace)?;
            let checks = workspace.checks_file(&earlier)?;
            let once = progress.ever_passed(&earlier);
            if !once || progress.passes_now(workspace, &earlier, &checks)? {
                continue;
            }
            if self.output == OutputFormat::Text {
                say!(
                    "{} has changed since it passed; checking it again.",
                    earlier.name()
                );
            }
            all.push(self.one(workspace, &earlier, true)?);
        }
        Ok(all)
    }
}

/// Prints an event for people while a chapter is graded.
fn print_event(request: GradeRequest<'_>, event: &GradingEvent<'_>) {
    match event {
        GradingEvent::Begin(file, _) => {
            let GradeRequest { chapter, tree, .. } = request;
            say!("{}", report_text::heading(chapter, tree, file));
        }
        // The compiler has printed its errors already.
        GradingEvent::Verdict(_, verdict)
            if verdict.status == Status::DoesNotCompile => {}
        GradingEvent::Verdict(check, verdict) => {
            say!("{}", report_text::line(check, verdict))
        }
        GradingEvent::Compiling | GradingEvent::Compiled(_) => {}
    }
}

/// Prints the summary for people after a chapter was graded.
fn print_summary(graded: &Graded, next: &str) {
    if graded.compiled() {
        let failed = |(_, verdict): &&(Check, Verdict)| verdict.status.is_failure();
        // Only the first failure is printed in full, because the others may have the
        // same cause.
        if let Some((check, verdict)) = graded.verdicts.iter().find(failed) {
            screen::show(&report_text::details(&graded.chapter, check, verdict));
        }
        say!("\n{}", report_text::count(graded));
    } else {
        let word = "doesn't compile; the compiler's errors are above";
        say!("  {}", paint(Style::Bad, word));
    }
    if is_untouched(graded) {
        say!(
            "Red is what you should see here: these checks are waiting for code you \
             haven't written yet. Nothing is broken."
        );
    }
    say!("{}\n", paint(Style::Strong, next));
}

/// Returns whether no check has come further than a `todo!`.
fn is_untouched(graded: &Graded) -> bool {
    let waits = |(_, verdict): &(Check, Verdict)| verdict.status == Status::NotStarted;
    graded.verdicts.iter().all(waits)
}
