//! `cargo xtask check`: grades a chapter, or all of them.

use std::path::PathBuf;

use words::{say, screen};

use crate::args::Args;
use crate::chapter::{Chapter, Tree};
use crate::events;
use crate::exit::{Exit, Fault, Result};
use crate::grade::{self, Graded, News, Order};
use crate::json;
use crate::lock::Lock;
use crate::progress::Progress;
use crate::show;
use crate::table::{Check, Table};
use crate::terminal::{Ink, paint};
use crate::verdict::{Status, Verdict};
use crate::watch;
use crate::workspace::Workspace;

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(
        words,
        &["--solution", "--watch", "--json", "--events", "--stop"],
        &["--only", "--built", "--patience"],
    )?;
    let workspace = Workspace::find()?;
    let next = match args.names() {
        // The second word is a check's name more often than a chapter's.
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
        voice: match (args.has("--json"), args.has("--events")) {
            (false, false) => Voice::Text,
            (true, false) => Voice::Json,
            (false, true) => Voice::Events,
            (true, true) => {
                return Err(Fault::usage("--json or --events, not both"));
            }
        },
    };
    if request.built.is_some() && request.tree == Tree::Exercises {
        return Err(Fault::usage("--built is for proofs, of the solutions"));
    }
    if request.only.is_some() && word == "all" {
        return Err(Fault::usage("--only names a check of one chapter")
            .next("cargo xtask check chapter-1 --only NAME"));
    }
    if !args.has("--watch") {
        return request.carry_out(&workspace).inspect_err(|fault| {
            if request.voice == Voice::Events {
                events::fault(fault);
            }
        });
    }
    if request.voice != Voice::Text {
        return Err(Fault::usage("--watch never ends, so it speaks text only"));
    }
    watch::run(&workspace, &request.chapters, || {
        request.carry_out(&workspace)
    })
}

/// How many times as long each deadline is.
fn patience(word: Option<&str>) -> Result<u32> {
    let times = word.map_or(Ok(1), str::parse);
    let times = times.ok().filter(|times| (1..=100).contains(times));
    times.ok_or_else(|| Fault::usage("--patience is a number from 1 to 100"))
}

/// To whom the command speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voice {
    /// To people, line by line.
    Text,
    /// To programs, one object at the end.
    Json,
    /// To programs, one object for each thing that happens.
    Events,
}

/// One call of the command, ready to be carried out more than once.
struct Request {
    chapters: Vec<Chapter>,
    tree: Tree,
    only: Option<String>,
    /// A proof runs many checks of one program side by side. It has built it, holds
    /// the workbook for itself, and tidies up.
    built: Option<PathBuf>,
    patience: u32,
    stop: bool,
    voice: Voice,
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
            if self.voice == Voice::Text && green && !earlier.is_empty() {
                // Theirs leads to a chapter that was graded just now.
                let next = show::next(&all[0], workspace.chapters());
                say!("{}\n", paint(Ink::Strong, &next));
            }
            all.extend(earlier);
        }
        let exit = if all.iter().all(Graded::passed) {
            Exit::Passed
        } else {
            Exit::Failed
        };
        match self.voice {
            Voice::Text => {}
            Voice::Json => json::print(&json::whole(&all, exit)),
            Voice::Events => events::end(&all, exit),
        }
        Ok(exit)
    }

    /// Grades one chapter, notes it and tells it; `again` marks an earlier one
    /// that is checked once more.
    fn one(
        &self,
        workspace: &Workspace,
        chapter: &Chapter,
        again: bool,
    ) -> Result<Graded> {
        let order = Order {
            chapter,
            tree: self.tree,
            only: self.only.as_deref(),
            built: self.built.as_deref(),
            patience: self.patience,
            stop: self.stop,
        };
        let mut heard = |news: News<'_>| match self.voice {
            Voice::Text => hear(order, &news),
            Voice::Json => {}
            Voice::Events => events::news(order, again, &news),
        };
        let graded = grade::grade(workspace, order, &mut heard)?;
        self.note(workspace, &graded)?;
        let next = show::next(&graded, workspace.chapters());
        match self.voice {
            Voice::Text if again && graded.passed() => {
                let count = graded.verdicts.len();
                say!("\n{} of {count} still pass.\n", graded.count());
            }
            Voice::Text => tell(&graded, &next),
            Voice::Json => {}
            Voice::Events => events::graded(&graded, &next),
        }
        Ok(graded)
    }

    /// Progress is the learner's: the reference never counts for it, and neither does
    /// what only passes with longer deadlines.
    fn note(&self, workspace: &Workspace, graded: &Graded) -> Result<()> {
        if self.tree == Tree::Solutions || self.patience > 1 {
            return Ok(());
        }
        let mut progress = Progress::read(workspace)?;
        for (check, verdict) in &graded.verdicts {
            progress.note(&graded.chapter, &check.name, verdict.status);
            let step = check.failed_step(verdict).map(|step| step.at.as_str());
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
        for earlier in chapter.built_on(workspace)?.into_iter().rev() {
            let progress = Progress::read(workspace)?;
            let table = Table::read(&earlier.path(workspace.root(), Tree::Exercises))?;
            let once = progress.once_passed(&earlier);
            if !once || progress.passes_now(workspace, &earlier, &table)? {
                continue;
            }
            if self.voice == Voice::Text {
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

/// What people read while a chapter is graded.
fn hear(order: Order<'_>, news: &News<'_>) {
    match news {
        News::Begin(table, _) => {
            say!("{}", show::heading(order.chapter, order.tree, table));
        }
        // The compiler has said it already.
        News::Verdict(_, verdict) if verdict.status == Status::DoesNotCompile => {}
        News::Verdict(check, verdict) => say!("{}", show::line(check, verdict)),
        News::Compiling | News::Compiled(_) => {}
    }
}

/// What people read when a chapter is through.
fn tell(graded: &Graded, next: &str) {
    if graded.compiled() {
        let failed = |(_, verdict): &&(Check, Verdict)| verdict.status.is_failure();
        // One story at a time: the others may be the same mistake.
        if let Some((check, verdict)) = graded.verdicts.iter().find(failed) {
            screen::show(&show::story(&graded.chapter, check, verdict));
        }
        say!("\n{}", show::count(graded));
    } else {
        let word = "does not compile: the compiler says why, above";
        say!("  {}", paint(Ink::Bad, word));
    }
    if is_untouched(graded) {
        say!(
            "Red is what you should see here: these checks are waiting for code you \
             haven't written yet. Nothing is broken."
        );
    }
    say!("{}\n", paint(Ink::Strong, next));
}

/// Has no check come further than a `todo!`?
fn is_untouched(graded: &Graded) -> bool {
    let waits = |(_, verdict): &(Check, Verdict)| verdict.status == Status::NotStarted;
    graded.verdicts.iter().all(waits)
}
