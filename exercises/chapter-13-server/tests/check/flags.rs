//! Checks of the command line: what the program says of a wrong one.

use std::process::Command;

use lab::Steps;
use lab::folder::Folder;
use lab::server::{Error, Program};

use crate::PATIENCE;
use crate::program::SERVER;

/// What the program says that cannot start.
fn refused(steps: &Steps, program: Program) -> String {
    match program.start(PATIENCE) {
        Err(Error::EndedEarly { status, lines }) => {
            let code = status.code();
            steps.equal("its exit code", &code, &Some(2));
            lines.join("\n")
        }
        other => {
            steps.fail("a program that ends", format!("{other:?}"))
        }
    }
}

pub async fn explains(steps: Steps) {
    let folder = steps.succeeds("a folder", Folder::new());
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0));
    let taken = steps.succeeds("a port that is taken", taken);
    let taken = taken.local_addr();
    let taken = steps.succeeds("its address", taken).to_string();
    let empty = folder.file("empty.pem", b"nothing");
    let empty = steps.succeeds("a file without a key", empty);
    let empty = empty.to_string_lossy().into_owned();
    for (arguments, words) in [
        (&["--listen", "nowhere"][..], &["nowhere", "--listen"][..]),
        (
            &["--drain-timeout", "long"],
            &["--drain-timeout long", "30s"],
        ),
        (&["--connections", "0"], &["--connections 0", "1024"]),
        (&["--write-buffer", "1B"], &["--write-buffer 1B", "8KiB"]),
        (&["--allow", "10.0.0.0/33"], &["10.0.0.0/33"]),
        (&["--body", "fast"], &["--body fast", "direct"]),
        (&["--nonsense"], &["--nonsense", "--help"]),
        (&["--drain-timeout"], &["--drain-timeout", "30s"]),
        (
            &["--root", "/no/such/folder"],
            &["--root /no/such/folder: ", "name a folder"],
        ),
        (
            &["--uploads", &empty],
            &["--uploads ", "empty.pem: ", "name a folder"],
        ),
        (&["--database", &empty], &["--database ", "empty.pem: "]),
        (&["--tls-key", "a.pem"], &["--tls-certificate"]),
        (&["--listen", &taken], &[&taken, "--listen 127.0.0.1:0"]),
        (
            &["--tls-certificate", &empty, "--tls-key", &empty],
            &["empty.pem"],
        ),
    ] {
        steps.step(format!("start the program with {arguments:?}"));
        let program = Program::new(SERVER).args(arguments);
        let said = refused(&steps, program);
        steps.note(&said);
        for word in words {
            steps.holds(format!("it says {word}"), said.contains(word));
        }
    }
    steps.step("a variable stands in for a flag");
    let program =
        Program::new(SERVER).env("SERVER_DRAIN_TIMEOUT", "long");
    let said = refused(&steps, program);
    steps.holds(
        "it says which",
        said.contains("SERVER_DRAIN_TIMEOUT=long"),
    );
    let output = Command::new(SERVER).arg("--help").output();
    let output = steps.succeeds("ask for help", output);
    let help = String::from_utf8_lossy(&output.stdout).into_owned();
    for word in [
        "--listen",
        "--drain-timeout",
        "--tls-key",
        "SERVER_DRAIN_TIMEOUT",
        "WAL",
    ] {
        steps.holds(format!("--help has {word}"), help.contains(word));
    }
}
