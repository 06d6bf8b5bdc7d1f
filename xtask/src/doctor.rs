//! `cargo xtask doctor`: what this machine has and lacks, one fix each.

use std::collections::HashMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Command, Stdio};

use tinyjson::JsonValue;

use crate::args::Args;
use crate::build;
use crate::exit::{Exit, Result};
use crate::terminal::{Ink, paint, symbol};
use crate::workspace::Workspace;

/// The oldest compiler that the workspace builds with.
const RUST: (u32, u32) = (1, 95);

/// One finding.
struct Finding {
    name: &'static str,
    state: State,
    /// What was found.
    what: String,
    /// What to do about it.
    fix: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Has,
    /// The workbook works without it; something is left out.
    Misses,
    /// The workbook does not work without it.
    Lacks,
}

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(words, &["--json"], &[])?;
    args.at_most(0)?;
    let workspace = Workspace::find()?;
    let findings = examine(&workspace);
    if args.has("--json") {
        println!("{}", json(&findings));
    } else {
        findings.iter().for_each(show);
    }
    let lacks = findings.iter().any(|finding| finding.state == State::Lacks);
    if !args.has("--json") {
        let verdict = if lacks {
            "\nSomething that the workbook needs is missing: see `fix` above."
        } else {
            "\nReady. Next: cargo xtask check chapter-1"
        };
        println!("{}", paint(Ink::Strong, verdict));
    }
    Ok(if lacks { Exit::Machine } else { Exit::Passed })
}

fn examine(workspace: &Workspace) -> Vec<Finding> {
    vec![
        rust(),
        crates(workspace),
        state(workspace),
        loopback(),
        descriptors(),
        memory_figures(),
        program("git", "git", "`cargo xtask update` needs it: install git"),
        program("curl", "curl", "some pages use it by hand: install curl"),
        program(
            "node",
            "node",
            "the Node comparisons need it: install Node.js 20 or newer",
        ),
        locale(),
    ]
}

fn rust() -> Finding {
    let fix = "install the newest stable Rust: rustup update stable";
    let version = version_of("rustc").unwrap_or_default();
    let mut numbers = version
        .split_whitespace()
        .nth(1)
        .unwrap_or_default()
        .split(['.', '-'])
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    Finding {
        name: "Rust",
        state: if found >= RUST {
            State::Has
        } else {
            State::Lacks
        },
        what: if version.is_empty() {
            "no rustc".to_owned()
        } else {
            version
        },
        fix,
    }
}

/// Can everything be built without a network?
fn crates(workspace: &Workspace) -> Finding {
    let mut command = build::cargo(workspace);
    command.args(["fetch", "--locked", "--offline", "--quiet"]);
    // Without a target, cargo wants the crates of every system.
    if let Some(host) = host() {
        command.args(["--target", &host]);
    }
    let fetched = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    Finding {
        name: "crates",
        state: if fetched { State::Has } else { State::Misses },
        what: if fetched {
            "downloaded: works offline"
        } else {
            "not all downloaded"
        }
        .to_owned(),
        fix: "while you have a network: cargo fetch --locked",
    }
}

/// Can the runner keep its state, and the build its files?
fn state(workspace: &Workspace) -> Finding {
    let path = workspace.state().join("doctor");
    let written = fs::create_dir_all(workspace.state())
        .and_then(|()| fs::write(&path, "written"))
        .and_then(|()| fs::remove_file(&path));
    Finding {
        name: "folder",
        state: if written.is_ok() {
            State::Has
        } else {
            State::Lacks
        },
        what: match written {
            Ok(()) => "writable".to_owned(),
            Err(error) => format!("cannot write {}: {error}", path.display()),
        },
        fix: "clone the workbook into a folder of your own, with free space on the disk",
    }
}

/// Does a byte make the round trip over a loopback socket?
fn loopback() -> Finding {
    let trip = || -> std::io::Result<bool> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let mut client = TcpStream::connect(listener.local_addr()?)?;
        let (mut server, _) = listener.accept()?;
        client.write_all(b"!")?;
        let mut byte = [0];
        server.read_exact(&mut byte)?;
        Ok(byte == *b"!")
    };
    let trip = trip();
    Finding {
        name: "loopback",
        state: if matches!(trip, Ok(true)) {
            State::Has
        } else {
            State::Lacks
        },
        what: match trip {
            Ok(true) => "127.0.0.1 answers".to_owned(),
            Ok(false) => "127.0.0.1 answers something else".to_owned(),
            Err(error) => format!("127.0.0.1 does not answer: {error}"),
        },
        fix: "allow programs to use 127.0.0.1 in the firewall",
    }
}

/// 200 clients and their server need some 500 descriptors.
fn descriptors() -> Finding {
    #[cfg(unix)]
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    #[cfg(not(unix))]
    let limit: Option<u64> = None;
    Finding {
        name: "open files",
        state: if limit.is_none_or(|limit| limit >= 1024) {
            State::Has
        } else {
            State::Misses
        },
        what: match limit {
            Some(limit) => format!("{limit} at once"),
            None => "no limit".to_owned(),
        },
        fix: "before a plot with many clients: ulimit -n 4096",
    }
}

fn memory_figures() -> Finding {
    let exact = cfg!(target_os = "linux");
    Finding {
        name: "memory",
        state: if exact { State::Has } else { State::Misses },
        what: if exact {
            "resident memory and its high-water mark can be read"
        } else {
            "resident memory is sampled; this system tells no high-water mark"
        }
        .to_owned(),
        fix: "nothing to do: checks use the allocator's own count",
    }
}

fn locale() -> Finding {
    let symbols = symbol("yes", "no") == "yes";
    Finding {
        name: "terminal",
        state: State::Has,
        what: if symbols {
            "UTF-8"
        } else {
            "plain ASCII is printed"
        }
        .to_owned(),
        fix: "",
    }
}

fn program(name: &'static str, command: &str, fix: &'static str) -> Finding {
    let version = version_of(command);
    Finding {
        name,
        state: if version.is_some() {
            State::Has
        } else {
            State::Misses
        },
        what: version.unwrap_or_else(|| "not found".to_owned()),
        fix,
    }
}

/// The system that the compiler builds for, as it names it.
fn host() -> Option<String> {
    let output = Command::new("rustc")
        .arg("-vV")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
}

/// The beginning of what `command --version` says.
fn version_of(command: &str) -> Option<String> {
    let output = Command::new(command)
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .next()
        .map(|line| line.chars().take(48).collect())
}

fn show(finding: &Finding) {
    let (ink, mark) = match finding.state {
        State::Has => (Ink::Good, symbol("✔ has   ", "+ has   ")),
        State::Misses => (Ink::Strong, symbol("△ misses", "~ misses")),
        State::Lacks => (Ink::Bad, symbol("✘ lacks ", "x lacks ")),
    };
    println!(
        "  {}  {:<11} {}",
        paint(ink, mark),
        finding.name,
        finding.what
    );
    if finding.state != State::Has {
        println!("                        fix: {}", finding.fix);
    }
}

fn json(findings: &[Finding]) -> String {
    let text = |value: &str| JsonValue::from(value.to_owned());
    let findings: Vec<JsonValue> = findings
        .iter()
        .map(|finding| {
            let state = match finding.state {
                State::Has => "has",
                State::Misses => "misses",
                State::Lacks => "lacks",
            };
            let mut fields: HashMap<String, JsonValue> = HashMap::new();
            fields.insert("name".to_owned(), text(finding.name));
            fields.insert("state".to_owned(), text(state));
            fields.insert("found".to_owned(), text(&finding.what));
            if finding.state != State::Has {
                fields.insert("fix".to_owned(), text(finding.fix));
            }
            JsonValue::from(fields)
        })
        .collect();
    let object: HashMap<String, JsonValue> = HashMap::from([
        ("schema".to_owned(), JsonValue::from(1.0)),
        ("command".to_owned(), text("doctor")),
        ("findings".to_owned(), JsonValue::from(findings)),
    ]);
    JsonValue::from(object).format().unwrap_or_default()
}
