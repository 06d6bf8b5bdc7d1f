//! `cargo xtask check`: grades a chapter, or all of them.

use crate::args::Args;
use crate::chapter::{Chapter, Tree};
use crate::exit::{Exit, Fault, Result};
use crate::grade::{self, Graded, Order};
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
    let args = Args::parse(words, &["--solution", "--watch", "--json"], &["--only"])?;
    let workspace = Workspace::find()?;
    let word = args.one_name("chapter", "cargo xtask check chapter-1")?;
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
        json: args.has("--json"),
    };
    if request.only.is_some() && word == "all" {
        return Err(Fault::usage("--only names a check of one chapter")
            .next("cargo xtask check chapter-1 --only NAME"));
    }
    match (args.has("--watch"), request.json) {
        (true, true) => Err(Fault::usage("--watch never ends, so it has no --json")),
        (true, false) => watch::run(&workspace, &request.chapters, || {
            request.carry_out(&workspace)
        }),
        (false, _) => request.carry_out(&workspace),
    }
}

/// One call of the command, ready to be carried out more than once.
struct Request {
    chapters: Vec<Chapter>,
    tree: Tree,
    only: Option<String>,
    json: bool,
}

impl Request {
    fn carry_out(&self, workspace: &Workspace) -> Result<Exit> {
        let _lock = Lock::take(workspace)?;
        let mut all = Vec::new();
        for chapter in &self.chapters {
            let graded = self.grade(workspace, chapter)?;
            self.note(workspace, &graded)?;
            if !self.json {
                self.tell(workspace, &graded);
            }
            all.push(graded);
        }
        if self.tree == Tree::Exercises
            && self.only.is_none()
            && self.chapters.len() == 1
        {
            all.extend(self.regressions(workspace, &self.chapters[0])?);
        }
        let exit = if all.iter().all(Graded::passed) {
            Exit::Passed
        } else {
            Exit::Failed
        };
        if self.json {
            println!("{}", show::json(&all, exit as u8));
        }
        Ok(exit)
    }

    fn grade(&self, workspace: &Workspace, chapter: &Chapter) -> Result<Graded> {
        let order = Order {
            chapter,
            tree: self.tree,
            only: self.only.as_deref(),
        };
        if !self.json {
            let table = Table::read(&chapter.path(workspace.root(), Tree::Exercises))?;
            println!("{}", show::heading(chapter, self.tree, &table));
        }
        let mut heard = |check: &Check, verdict: &Verdict| {
            let said = verdict.status == Status::DoesNotCompile;
            if !self.json && !said {
                println!("{}", show::line(check, verdict));
            }
        };
        grade::grade(workspace, order, &mut heard)
    }

    /// Progress is the learner's: the reference never counts for it.
    fn note(&self, workspace: &Workspace, graded: &Graded) -> Result<()> {
        if self.tree == Tree::Solutions {
            return Ok(());
        }
        let mut progress = Progress::read(workspace)?;
        for (check, verdict) in &graded.verdicts {
            progress.note(&graded.chapter, &check.name, verdict.status);
        }
        if self.only.is_none() {
            progress.note_sources(workspace, &graded.chapter)?;
            if graded.passed() {
                progress.note_passed(&graded.chapter);
            }
        }
        progress.save()
    }

    fn tell(&self, workspace: &Workspace, graded: &Graded) {
        let total = graded.verdicts.len();
        if !graded.compiled() {
            println!(
                "  {}",
                paint(Ink::Bad, "does not compile: the compiler says why, above")
            );
        } else {
            let failed =
                |(_, verdict): &&(Check, Verdict)| verdict.status != Status::Passed;
            // One story at a time: the others may be the same mistake.
            if let Some((check, verdict)) = graded.verdicts.iter().find(failed) {
                println!("{}", show::story(&graded.chapter, check, verdict));
            }
            println!("\n{} of {total} passed.", graded.count());
        }
        if is_untouched(graded) {
            println!(
                "Red is expected here: each check waits for code that you write. \
                 Nothing is broken."
            );
        }
        println!("{}\n", show::next(graded, workspace.chapters()));
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
            if !self.json {
                println!(
                    "{} has changed since it passed; checking it again.",
                    earlier.name()
                );
            }
            let graded = self.grade(workspace, &earlier)?;
            self.note(workspace, &graded)?;
            if !self.json {
                self.tell(workspace, &graded);
            }
            all.push(graded);
        }
        Ok(all)
    }
}

/// Has no check come further than a `todo!`?
fn is_untouched(graded: &Graded) -> bool {
    let waits = |(_, verdict): &(Check, Verdict)| verdict.status == Status::NotStarted;
    graded.verdicts.iter().all(waits)
}
