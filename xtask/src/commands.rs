//! The commands: their names, their help, and the functions that run them.

pub mod book;
pub mod check;
pub mod doctor;
pub mod hint;
pub mod reset;
pub mod restore;
pub mod start;
pub mod status;
pub mod tool_process;
pub mod version;
pub mod watch;

use course::near::nearest;
use course::say;

use crate::chapter::workspace::Workspace;
use crate::cli::error::{Error, Exit, Result};
use crate::commands::tool_process::Tool;

struct Command {
    name: &'static str,
    usage: &'static str,
    about: &'static str,
    more: &'static str,
    run: fn(&[String]) -> Result<Exit>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "check",
        usage: "check <chapter|all> [--only CHECK] [--watch] [--solution] [--json|--events]",
        about: "grade a chapter",
        more: "A chapter is named `chapter-4`, `4`, `04`, by its noun, `messages`, or by\n\
               its folder or a file in it, `.` included.\n\
               --only CHECK  one check\n\
               --watch       judge again whenever a file is saved\n\
               --json        one JSON object on standard output, and nothing else\n\
               --events      one JSON object a line, as it happens: what the served book\n\
               \x20             reads (xtask/src/output/events.rs lists the events)\n\
               --solution    grade the reference\n\
               \n\
               Example: cargo xtask check chapter-1 --watch",
        run: check::run,
    },
    Command {
        name: "hint",
        usage: "hint <chapter> [check]",
        about: "show the next of three hints",
        more: "Without a check: the first one that has not passed.\n\
               \n\
               Example: cargo xtask hint chapter-1",
        run: hint::run,
    },
    Command {
        name: "start",
        usage: "start <chapter>",
        about: "start anywhere: our solutions fill in for earlier chapters",
        more: "Earlier chapters that pass stay yours. Every file that changes is kept\n\
               and comes back with `cargo xtask restore`.\n\
               \n\
               Example: cargo xtask start chapter-5",
        run: start::run,
    },
    Command {
        name: "restore",
        usage: "restore [copy|chapter]",
        about: "list the saved copies of your files, or put one back",
        more: "Example: cargo xtask restore chapter-1",
        run: restore::run,
    },
    Command {
        name: "reset",
        usage: "reset <chapter>",
        about: "restore the starter; your work is kept as a copy",
        more: "Example: cargo xtask reset chapter-1",
        run: reset::run,
    },
    Command {
        name: "solution",
        usage: "solution <chapter> [--reveal]",
        about: "show your code beside the reference solution",
        more: "Asks first if the chapter does not pass yet; --reveal skips the question.\n\
               \n\
               Example: cargo xtask solution chapter-1",
        run: |words| tool(tool_process::UPKEEP, "solution", words),
    },
    Command {
        name: "update",
        usage: "update [--from REMOTE/BRANCH] [--undo] [--work OLDER-FOLDER]",
        about: "merge a newer workbook into yours, and keep your edits",
        more: "Your files are kept as a copy first, then merged. Where a file clashes,\n\
               yours stays and the newer one lies beside it with the ending `.new`.\n\
               Without --from it asks the remote `upstream`, or else `origin`.\n\
               --undo               take the last update back\n\
               --work OLDER-FOLDER  without git: unpack the newer ZIP beside the older\n\
               \x20                    folder, and bring your work over from there\n\
               \n\
               Example: cargo xtask update",
        run: |words| tool(tool_process::UPKEEP, "update", words),
    },
    Command {
        name: "plot",
        usage: "plot [chapter]... [options]",
        about: "plot resident memory over time, naive against streamed",
        more: "Runs the servers of these chapters one after the other, downloads a\n\
               file from each, and writes SVG, PNG, CSV and JSON.\n\
               Without a chapter: chapter-5 against chapter-8.\n\
               --size 1GiB    size of the file      --rate 1MiB/s  each client, at most\n\
               --clients N    clients at once       --stall 5s     each stops reading\n\
               --mine         your own crates too   --alone        only your own\n\
               --node         Node.js servers too   --release      optimized servers\n\
               --out DIR, --name NAME  where the files go, what they are called\n\
               --open         open the picture\n\
               --events       one JSON object a line, as it happens\n\
               \n\
               Example: cargo xtask plot chapter-5 --mine --size 256MiB",
        run: |words| tool_process::run(&Workspace::find()?, tool_process::PLOT, words),
    },
    Command {
        name: "bench",
        usage: "bench [options]",
        about: "compare the finished server with nginx, Node.js, and ServeFile",
        more: "Optimized servers, interleaved rounds, ratios with their spread.\n\
               --rounds 5     how often each is measured\n\
               --quick        a short run: does it work?\n\
               --only A,B     of queued, direct, nginx, node, servefile\n\
               --out DIR, --name NAME  where the files go, what they are called",
        run: |words| tool_process::run(&Workspace::find()?, tool_process::BENCH, words),
    },
    Command {
        name: "book",
        usage: "book [--open] [--port N] [--build DIR]",
        about: "build and serve the workbook on this machine",
        more: "--open       open it in the browser\n\
               --port N     the port on 127.0.0.1; 0 takes a free one\n\
               --build DIR  write static files instead\n\
               \n\
               Example: cargo xtask book --open",
        run: book::run,
    },
    Command {
        name: "doctor",
        usage: "doctor [--json]",
        about: "show what this machine has, and what is missing",
        more: "Example: cargo xtask doctor",
        run: doctor::run,
    },
    Command {
        name: "sync",
        usage: "sync [--check]",
        about: "maintainers: write the starters from the solutions",
        more: "Example: cargo xtask sync --check",
        run: |words| tool(tool_process::MAINTAIN, "sync", words),
    },
    Command {
        name: "new",
        usage: "new chapter NOUN",
        about: "maintainers: create the folders of another chapter",
        more: "Writes both crates with a first step, a first check and a wrong program, adds\n\
               them to Cargo.toml, and names the lists that need a row by hand.\n\
               \n\
               Example: cargo xtask new chapter routing",
        run: |words| tool(tool_process::MAINTAIN, "new", words),
    },
    Command {
        name: "rename",
        usage: "rename OLD NEW",
        about: "maintainers: rename a step's file",
        more: "Renames it in both trees, and wherever the chapter and its pages name it.\n\
               OLD is its path, NEW a file name.\n\
               \n\
               Example: cargo xtask rename solutions/chapter-03-connections/src/line.rs reader.rs",
        run: |words| tool(tool_process::MAINTAIN, "rename", words),
    },
    Command {
        name: "test",
        usage: "test [--quick [--since REVISION] | --wrong [CHAPTER] | --only STAGE | --all] [--keep-going]",
        about: "maintainers: prove everything",
        more: "Stops at the first red stage.\n\
               --quick       what a change can break, in about two minutes: before a commit\n\
               --since REV   with --quick: the change is what differs from this revision\n\
               --wrong       only the wrong solutions, of one chapter or of all\n\
               --only STAGE  one stage, such as `tests` or `book`\n\
               --all         also what takes a night: every wrong solution built by itself,\n\
               \x20             and mutants (needs cargo-mutants)\n\
               --keep-going  run the stages after a red one too\n\
               \n\
               Example: cargo xtask test --quick",
        run: |words| tool(tool_process::MAINTAIN, "test", words),
    },
];

/// Words from other tools that people may type, each with the command that they mean
/// here.
const MEANINGS: &[(&[&str], &str)] = &[
    (
        &["list", "ls", "map", "next", "progress", "status", "where"],
        "",
    ),
    (&["grade", "run", "submit", "verify", "watch"], "check"),
    (&["open", "read", "serve"], "book"),
    (&["begin", "goto", "jump", "skip"], "start"),
    (&["diff", "reveal", "show"], "solution"),
    (&["undo"], "restore"),
    (&["clean", "redo"], "reset"),
    (&["pull", "upgrade"], "update"),
    (&["draw", "graph", "memory"], "plot"),
    (&["install", "setup"], "doctor"),
    (&["version"], "--version"),
];

const EXITS: &str = "\
Exit codes: 0 all passed, 1 a check failed, 2 wrong usage, 3 this machine lacks
something, 4 a fault of the runner, or of a changed file that isn't yours.";

/// Finds the command in `words` and runs it.
pub fn run(words: Vec<String>) -> Result<Exit> {
    let Some(name) = words.first().cloned() else {
        return status::run(&[]);
    };
    if name == "--json" {
        return status::run(&words);
    }
    if matches!(name.as_str(), "--help" | "-h" | "help") {
        say!("{}", overview());
        return Ok(Exit::Passed);
    }
    if matches!(name.as_str(), "--version" | "-V") {
        return version::run(&words[1..]);
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        return Err(unknown(&name));
    };
    let rest = &words[1..];
    if rest.iter().any(|word| word == "--help" || word == "-h") {
        say!(
            "cargo xtask {}\n\n{}.\n\n{}",
            command.usage,
            command.about,
            command.more
        );
        return Ok(Exit::Passed);
    }
    (command.run)(rest)
}

/// Returns the error for a word that isn't a command, with the command that was
/// probably meant: a check of a chapter, a word with the same meaning, or a misspelled
/// command.
fn unknown(name: &str) -> Error {
    let fault = Error::usage(format!("there is no command `{name}`"));
    if let Ok(chapter) = Workspace::find().and_then(|ws| ws.chapter(name).cloned()) {
        let chapter = chapter.name();
        return fault.next(format!("did you mean `cargo xtask check {chapter}`?"));
    }
    let meaning = MEANINGS.iter().find(|(words, _)| words.contains(&name));
    let names = COMMANDS.iter().map(|command| command.name);
    match meaning.map(|(_, meant)| *meant).or(nearest(name, names)) {
        Some("") => {
            fault.next("did you mean `cargo xtask`, which shows your progress?")
        }
        Some(meant) => fault.next(format!("did you mean `cargo xtask {meant}`?")),
        None => fault.next("cargo xtask --help"),
    }
}

/// Runs a command that a separate tool carries out.
fn tool(tool: Tool, name: &str, words: &[String]) -> Result<Exit> {
    let words = [&[name.to_owned()], words].concat();
    tool_process::run(&Workspace::find()?, tool, &words)
}

fn overview() -> String {
    let mut text = String::from(
        "cargo xtask [--json]: where am I, and what to type next\n\
         cargo xtask <command> [--help] [--color auto|always|never]\n\
         cargo xtask --version: the workbook, its commit, and the compiler\n\n",
    );
    for command in COMMANDS {
        text += &format!("  {:<10} {}\n", command.name, command.about);
    }
    text + "\n" + EXITS + "\n\nExample: cargo xtask check chapter-1"
}
