//! Grades a chapter: runs every check in a process of its own, in the order of
//! `checks.toml`.

use std::fs;
use std::path::{Path, PathBuf};

use course::checks_file::{Check, ChecksFile};
use course::report;
use course::status::Status;

use crate::chapter::workspace::{Workspace, check_named};
use crate::chapter::{Chapter, Tree, given};
use crate::cli::error::{Error, Result};
use crate::grading::build::{self, Build};
use crate::grading::scratch;
use crate::grading::supervisor::{self, CheckProcess};
use crate::grading::verdict::{self, SourceLocation, Verdict};

/// The most bytes that a check may print. More than that isn't useful output anymore.
const OUTPUT: u64 = 8 << 20;

/// The verdicts on one chapter.
#[derive(Debug)]
pub struct Graded {
    /// The chapter.
    pub chapter: Chapter,
    /// Whose code was graded.
    pub tree: Tree,
    /// The chapter's `checks.toml`.
    pub checks_file: ChecksFile,
    /// A verdict for each check that was run.
    pub verdicts: Vec<(Check, Verdict)>,
}

impl Graded {
    /// Returns whether no check failed.
    pub fn passed(&self) -> bool {
        let failed = |(_, verdict): &(Check, Verdict)| verdict.status.is_failure();
        !self.verdicts.iter().any(failed)
    }

    /// Returns how many checks have this status.
    pub fn with(&self, status: Status) -> usize {
        let has = |(_, verdict): &&(Check, Verdict)| verdict.status == status;
        self.verdicts.iter().filter(has).count()
    }

    /// Returns how many checks passed.
    pub fn passed_count(&self) -> usize {
        self.with(Status::Passed)
    }

    /// Returns whether the code compiled.
    pub fn compiled(&self) -> bool {
        let broken =
            |(_, verdict): &(Check, Verdict)| verdict.status == Status::DoesNotCompile;
        !self.verdicts.iter().any(broken)
    }
}

/// What to grade.
#[derive(Debug, Clone, Copy)]
pub struct GradeRequest<'a> {
    /// The chapter.
    pub chapter: &'a Chapter,
    /// The learner's code, or the reference solution.
    pub tree: Tree,
    /// One check, or all of them.
    pub only: Option<&'a str>,
    /// For proofs: the check program, if it's built already.
    pub built: Option<&'a Path>,
    /// For proofs on slow machines: every deadline is multiplied by this.
    pub patience: u32,
    /// For proofs: stops after the first check that doesn't pass.
    pub stop: bool,
}

/// An event during the grading of a chapter. Events come in this order.
#[derive(Debug)]
pub enum GradingEvent<'a> {
    /// The checks that will run, and their file.
    Begin(&'a ChecksFile, &'a [Check]),
    /// Cargo starts.
    Compiling,
    /// Cargo has finished, and whether the code compiles.
    Compiled(bool),
    /// A check has its verdict.
    Verdict(&'a Check, &'a Verdict),
}

/// Builds and runs the checks, and calls `on_event` for each event as it happens.
pub fn grade(
    workspace: &Workspace,
    request: GradeRequest<'_>,
    on_event: &mut dyn FnMut(GradingEvent<'_>),
) -> Result<Graded> {
    let GradeRequest {
        chapter,
        tree,
        only,
        built,
        stop,
        ..
    } = request;
    let checks_file = workspace.checks_file(chapter)?;
    let wanted = wanted(&checks_file, chapter, only)?;
    on_event(GradingEvent::Begin(&checks_file, &wanted));
    let folder = build::target(workspace).join("workbook").join("scratch");
    on_event(GradingEvent::Compiling);
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
    on_event(GradingEvent::Compiled(program.is_some()));
    let mut verdicts = Vec::new();
    for check in wanted {
        let verdict = match &program {
            Some(program) => run(workspace, request, &check, program, &folder)?,
            None => Verdict::uncompiled(),
        };
        on_event(GradingEvent::Verdict(&check, &verdict));
        let is_last = stop && verdict.status.is_failure();
        verdicts.push((check, verdict));
        if is_last {
            break;
        }
    }
    Ok(Graded {
        chapter: chapter.clone(),
        tree,
        checks_file,
        verdicts,
    })
}

fn wanted(
    file: &ChecksFile,
    chapter: &Chapter,
    only: Option<&str>,
) -> Result<Vec<Check>> {
    match only {
        Some(name) => Ok(vec![check_named(file, chapter, name)?.clone()]),
        None => Ok(file.checks.clone()),
    }
}

/// Removes files of a run that couldn't clean up, because of a power cut for example.
fn sweep(folder: &Path) -> Result<()> {
    scratch::remove(folder).map_err(|error| Error::file("remove", folder, &error))
}

fn run(
    workspace: &Workspace,
    request: GradeRequest<'_>,
    check: &Check,
    program: &Path,
    temporary: &Path,
) -> Result<Verdict> {
    let folder = request.chapter.path(workspace.root(), request.tree);
    let arguments = [
        &check.name,
        "--exact",
        "--nocapture",
        "--test-threads=1",
        "--color=never",
    ];
    let deadline = check.deadline * request.patience;
    let process = CheckProcess {
        program: program.to_owned(),
        arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
        folder: folder.clone(),
        scratch: temporary.join(format!("{}-{}", std::process::id(), check.name)),
        environment: environment(&folder),
        deadline,
        memory: check.memory,
        output: OUTPUT,
    };
    let outcome = supervisor::run(&process)?;
    if outcome.stdout.contains("\nrunning 0 tests\n") {
        let tests = request.chapter.path(workspace.root(), Tree::Exercises);
        let tests = tests.join("tests");
        let files = ["check/main.rs", "check.rs"].map(|name| tests.join(name));
        let file = files
            .iter()
            .find(|file| file.is_file())
            .unwrap_or(&files[0]);
        let what = format!("has no check `{}`, which checks.toml names", check.name);
        return Err(given::broken(workspace.root(), file, &what));
    }
    let records = report::parse_all(&outcome.report);
    let seconds = deadline.as_secs();
    let verdict = verdict::judge(&outcome, &records, check.memory, seconds);
    Ok(attribute(workspace, request, verdict))
}

/// Returns the environment variables for every check.
fn environment(folder: &Path) -> Vec<(String, String)> {
    [
        ("RUST_BACKTRACE", "0".to_owned()),
        ("NO_COLOR", "1".to_owned()),
        ("CARGO_MANIFEST_DIR", folder.display().to_string()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .to_vec()
}

/// Names the chapter if a `todo!` or a panic is in an earlier chapter's code.
fn attribute(
    workspace: &Workspace,
    request: GradeRequest<'_>,
    mut verdict: Verdict,
) -> Verdict {
    let Some(SourceLocation { file, line }) = verdict.location.take() else {
        return verdict;
    };
    let file = file.replace('\\', "/");
    let owner = workspace.chapters().iter().find(|chapter| {
        file.contains(&format!("{}/{}/", request.tree.folder(), chapter.folder()))
    });
    if let Some(owner) = owner.filter(|owner| *owner != request.chapter) {
        let (this, other) = (request.chapter.name(), owner.name());
        let told = &verdict.message;
        verdict.message = if verdict.status == Status::NotStarted {
            let what = function_at(&workspace.root().join(&file), line)
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
    // The learner can't fix a panic inside a dependency, so its location doesn't help.
    if Tree::ALL
        .iter()
        .any(|tree| shown.starts_with(tree.folder()))
    {
        let file = shown.display().to_string();
        verdict.location = Some(SourceLocation { file, line });
    }
    verdict
}

/// Returns the name of the function that contains this line of a source file.
fn function_at(file: &Path, line: u32) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let above: Vec<&str> = text.lines().take(line as usize).collect();
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
