//! The program of chapter 4 as a child.

use std::process::Command;
use std::time::Duration;

use lab::Steps;
use lab::folder::Folder;
use lab::server::Program;
use lab_net::{Client, Request};

/// The program, whichever tree it is built from.
const PROGRAM: &str = match (
    option_env!("CARGO_BIN_EXE_chapter-4"),
    option_env!("CARGO_BIN_EXE_chapter-4-solution"),
) {
    (Some(path), _) | (_, Some(path)) => path,
    (None, None) => panic!("cargo names the program of either tree"),
};

/// Ends a wait for something that does not come.
const PATIENCE: Duration = Duration::from_secs(10);

pub async fn serves_and_fetches(steps: Steps) {
    let folder = steps.succeeds("a temporary folder", Folder::new());
    let made = folder.file("index.html", b"a page of the check\n");
    steps.succeeds("write a file", made);
    steps.step("start the program with --listen 127.0.0.1:0");
    let started = Program::new(PROGRAM)
        .args(["--listen", "127.0.0.1:0", "--root"])
        .arg(folder.path())
        .start(PATIENCE);
    let server = match started {
        Ok(server) => server,
        Err(error) => steps.fail("it says where it listens", error),
    };
    let address = server.address();
    let first = server.lines().first().cloned();
    let expected = format!("Listening on http://{address}");
    steps.equal("its first line", &first, &Some(expected));

    steps.step("GET /");
    let request = Request::get("/");
    steps.repeat_with(format!("curl -v http://{address}/"));
    let got = Client::new(address).download(&request).await;
    let got = steps.succeeds("an answer", got);
    steps.equal("status", &got.status(), &200);
    steps.equal("bytes", &got.bytes, &20);

    // The resolver knows this name without asking anybody.
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("http://{host}:{}/", address.port());
        steps.step(format!("the program, with get {url}"));
        let output = Command::new(PROGRAM).args(["get", &url]).output();
        let output = steps.succeeds("start it", output);
        let errors = String::from_utf8_lossy(&output.stderr);
        steps.step(format!("it said {errors:?}"));
        let text = &output.stdout;
        steps.equal_bytes("the page", text, b"a page of the check\n");
        steps.holds("it succeeds", output.status.success());
    }
    for (words, told) in [
        (&["get", "https://a/"][..], "http://"),
        (&["get"], "get http://"),
        (&["--port", "1"], "invalid option '--port'"),
        (&["--hlep"], "invalid option '--hlep'"),
        (&["--listen"], "missing argument for option '--listen'"),
        (&["--listen=a:b"], "--listen"),
        (&["--root", "/no/such/folder"], "/no/such/folder"),
    ] {
        steps.step(format!("the program, with {words:?}"));
        let output = Command::new(PROGRAM).args(words).output();
        let output = steps.succeeds("start it", output);
        let errors = String::from_utf8_lossy(&output.stderr);
        let what = format!("{errors:?} says {told:?}");
        steps.holds(what, errors.contains(told));
        steps.holds("it fails", !output.status.success());
    }
}
