//! Grading: every check of a chapter in a process of its own, in the order of
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

/// A check that prints more than this is not telling anything any more.
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
    pub fn passed_count(&self) -> usize {
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
pub struct GradeRequest<'a> {
    /// The chapter.
    pub chapter: &'a Chapter,
    /// The learner's tree, or the reference.
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
pub enum GradingEvent<'a> {
    /// These checks of the file will run.
    Begin(&'a ChecksFile, &'a [Check]),
    /// Cargo starts.
    Compiling,
    /// Cargo has ended: does the code compile?
    Compiled(bool),
    /// A check has its verdict.
    Verdict(&'a Check, &'a Verdict),
}

/// Builds and runs the checks, and calls `on_event` for each thing as it happens.
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

/// Removes what a run left that could not tidy up (a power cut, say).
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
    // The learner can't fix a panic where it is inside a dependency.
    if Tree::ALL
        .iter()
        .any(|tree| shown.starts_with(tree.folder()))
    {
        let file = shown.display().to_string();
        verdict.location = Some(SourceLocation { file, line });
    }
    verdict
}

/// The function of a source file that has this line, by its name.
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
