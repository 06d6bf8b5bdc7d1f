//! Grading: every check of a chapter in a process of its own, in the order of
//! the table.

use std::fs;
use std::path::{Path, PathBuf};

use crate::build::{self, Build};
use crate::chapter::{Chapter, Tree};
use crate::exit::{Fault, Result};
use crate::given;
use crate::keeper::{self, Job};
use crate::report::{self, Record};
use crate::scratch;
use crate::table::{Check, Table};
use crate::verdict::{self, Status, Verdict};
use crate::workspace::Workspace;

/// A check that prints more than this is not telling anything any more.
const OUTPUT: u64 = 8 << 20;

/// The verdicts on one chapter.
#[derive(Debug)]
pub struct Graded {
    /// The chapter.
    pub chapter: Chapter,
    /// Whose code was graded.
    pub tree: Tree,
    /// The chapter's table.
    pub table: Table,
    /// A verdict for each check that was asked for.
    pub verdicts: Vec<(Check, Verdict)>,
}

impl Graded {
    /// Did no check fail?
    pub fn passed(&self) -> bool {
        let failed = |(_, verdict): &(Check, Verdict)| verdict.status.is_failure();
        !self.verdicts.iter().any(failed)
    }

    /// How many checks ended with this status.
    pub fn with(&self, status: Status) -> usize {
        let has = |(_, verdict): &&(Check, Verdict)| verdict.status == status;
        self.verdicts.iter().filter(has).count()
    }

    /// How many checks passed.
    pub fn count(&self) -> usize {
        self.with(Status::Passed)
    }

    /// Did the code compile?
    pub fn compiled(&self) -> bool {
        let broken =
            |(_, verdict): &(Check, Verdict)| verdict.status == Status::DoesNotCompile;
        !self.verdicts.iter().any(broken)
    }
}

/// What to grade.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// The chapter.
    pub chapter: &'a Chapter,
    /// Whose code.
    pub tree: Tree,
    /// One check, or all of them.
    pub only: Option<&'a str>,
    /// For proofs: the check program, built already.
    pub built: Option<&'a Path>,
    /// For proofs on slow systems: each deadline is this many times as long.
    pub patience: u32,
    /// For proofs: the first check that does not pass is the last one.
    pub stop: bool,
}

/// What happens while a chapter is graded, in this order.
#[derive(Debug)]
pub enum News<'a> {
    /// These checks of the table will run.
    Begin(&'a Table, &'a [Check]),
    /// Cargo starts.
    Compiling,
    /// Cargo has ended: does the code compile?
    Compiled(bool),
    /// A check has its verdict.
    Verdict(&'a Check, &'a Verdict),
}

/// Builds and runs the checks, and tells `heard` of each thing as it happens.
pub fn grade(
    workspace: &Workspace,
    order: Order<'_>,
    heard: &mut dyn FnMut(News<'_>),
) -> Result<Graded> {
    let Order {
        chapter,
        tree,
        only,
        built,
        stop,
        ..
    } = order;
    let table = Table::read(&chapter.path(workspace.root(), Tree::Exercises))?;
    let wanted = wanted(&table, chapter, only)?;
    heard(News::Begin(&table, &wanted));
    let folder = build::target(workspace).join("workbook").join("scratch");
    heard(News::Compiling);
    let program = match built {
        Some(program) => Some(program.to_owned()),
        None => {
            sweep(&folder)?;
            match build::check_program(workspace, chapter, tree)? {
                Build::Ready(program) => Some(program),
                Build::DoesNotCompile => None,
            }
        }
    };
    heard(News::Compiled(program.is_some()));
    let mut verdicts = Vec::new();
    for check in wanted {
        let verdict = match &program {
            Some(program) => run(workspace, order, &check, program, &folder)?,
            None => Verdict::uncompiled(),
        };
        heard(News::Verdict(&check, &verdict));
        let is_last = stop && verdict.status.is_failure();
        verdicts.push((check, verdict));
        if is_last {
            break;
        }
    }
    Ok(Graded {
        chapter: chapter.clone(),
        tree,
        table,
        verdicts,
    })
}

fn wanted(table: &Table, chapter: &Chapter, only: Option<&str>) -> Result<Vec<Check>> {
    match only {
        Some(name) => Ok(vec![table.check(&chapter.name(), name)?.clone()]),
        None => Ok(table.checks.clone()),
    }
}

/// Removes what a run left that could not tidy up (a power cut, say).
fn sweep(folder: &Path) -> Result<()> {
    scratch::remove(folder).map_err(|error| Fault::file("remove", folder, &error))
}

fn run(
    workspace: &Workspace,
    order: Order<'_>,
    check: &Check,
    program: &Path,
    temporary: &Path,
) -> Result<Verdict> {
    let folder = order.chapter.path(workspace.root(), order.tree);
    let arguments = [
        &check.name,
        "--exact",
        "--nocapture",
        "--test-threads=1",
        "--color=never",
    ];
    let deadline = check.deadline * order.patience;
    let job = Job {
        program: program.to_owned(),
        arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
        folder: folder.clone(),
        scratch: temporary.join(format!("{}-{}", std::process::id(), check.name)),
        environment: environment(&folder),
        deadline,
        memory: check.memory,
        output: OUTPUT,
    };
    let outcome = keeper::run(&job)?;
    if outcome.stdout.contains("\nrunning 0 tests\n") {
        let tests = order.chapter.path(workspace.root(), Tree::Exercises);
        let what = format!("has no check `{}`, which the table names", check.name);
        return Err(given::broken(
            workspace.root(),
            &tests.join("tests/check.rs"),
            &what,
        ));
    }
    let records: Vec<Record> = report::parse(&outcome.report);
    let seconds = deadline.as_secs();
    let verdict = verdict::judge(&outcome, &records, check.memory, seconds);
    Ok(attribute(workspace, order, verdict))
}

/// What every check finds in its environment.
fn environment(folder: &Path) -> Vec<(String, String)> {
    [
        ("RUST_BACKTRACE", "0".to_owned()),
        ("NO_COLOR", "1".to_owned()),
        ("CARGO_MANIFEST_DIR", folder.display().to_string()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .to_vec()
}

/// A `todo!` or a panic inside an earlier chapter is named as such.
fn attribute(workspace: &Workspace, order: Order<'_>, mut verdict: Verdict) -> Verdict {
    let Some((file, line)) = verdict.place.take() else {
        return verdict;
    };
    let file = file.replace('\\', "/");
    let owner = workspace.chapters().iter().find(|chapter| {
        file.contains(&format!("{}/{}/", order.tree.folder(), chapter.folder()))
    });
    if let Some(owner) = owner.filter(|owner| *owner != order.chapter) {
        let (this, other) = (order.chapter.name(), owner.name());
        let told = &verdict.message;
        verdict.message = if verdict.status == Status::NotStarted {
            let what = function_at(&workspace.root().join(&file), &line)
                .map_or_else(String::new, |name| format!("`{name}` from "));
            format!(
                "This check needs {what}{other}, which isn't written yet. Finish {other}, \
                 or let our solution fill in: cargo xtask start {this}"
            )
        } else {
            format!("{told} (in {other}, which this chapter is built on)")
        };
        verdict.needs = Some(other);
    }
    let known = PathBuf::from(&file);
    let shown = known.strip_prefix(workspace.root()).unwrap_or(&known);
    // A panic inside a dependency is no place where the learner could mend it.
    let trees = [Tree::Exercises, Tree::Solutions];
    if trees.iter().any(|tree| shown.starts_with(tree.folder())) {
        verdict.place = Some((shown.display().to_string(), line));
    }
    verdict
}

/// The function of a source file that has this line, by its name.
fn function_at(file: &Path, line: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let above: Vec<&str> = text.lines().take(line.parse().ok()?).collect();
    let name = |line: &&str| {
        let (before, rest) = line.split_once("fn ")?;
        let is_code = before
            .chars()
            .all(|c| c.is_alphanumeric() || " ()".contains(c));
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
        is_code.then(|| rest[..end].to_owned())
    };
    above.iter().rev().find_map(name)
}
