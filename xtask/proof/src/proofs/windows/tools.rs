//! The plot and the served book under Wine.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::programs::{self, Programs, on_windows};
use super::toolchain::Toolchain;
use crate::harness::runner;
use crate::harness::scratch::Scratch;

/// Files pass through Wine byte by byte, so this small size is enough to see a curve.
const SIZE: &str = "64MiB";
/// Stops waiting for a server that prints nothing. Grading a page takes seconds.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// Draws the two servers that are compared by default.
pub(super) fn plot(programs: &Programs, toolchain: &Toolchain) -> Result<()> {
    let out = toolchain.folder().join("plot");
    let mut command = programs.xtask(&runner::root())?;
    command.args(["plot", "--size", SIZE, "--out", &on_windows(&out)]);
    let said = command.output()?;
    let words = String::from_utf8_lossy(&said.stderr);
    ensure!(said.status.success(), "{}: {words}", said.status);
    for (file, start) in [
        ("memory.png", b"\x89PNG".as_slice()),
        ("memory.svg", b"<svg"),
    ] {
        let bytes = fs::read(out.join(file))?;
        let is_drawn = bytes.len() > 4000 && bytes.starts_with(start);
        ensure!(is_drawn, "{file} isn't a picture");
    }
    let run: Value =
        serde_json::from_str(&fs::read_to_string(out.join("memory.json"))?)?;
    let servers = run["servers"].as_array().context("servers")?;
    ensure!(servers.len() == 2, "{} servers", servers.len());
    for server in servers {
        ensure!(server["verified"] == true, "a download is wrong: {server}");
    }
    Ok(())
}

/// Serves the book, and grades chapter 1 as its page does.
pub(super) fn book(programs: &Programs) -> Result<()> {
    // The verdicts are recorded, and the learner's record must not change.
    let scratch = Scratch::beside_the_stages()?;
    let mut command = programs.xtask(scratch.root())?;
    command.args(["book", "--port", "0"]).stdout(Stdio::piped());
    let mut server = command.spawn()?;
    let output = server.stdout.take().context("standard output is piped")?;
    let graded = address(output).and_then(|address| grade(&address));
    // A terminal would tell all of them; the others wait for this one.
    for process in programs::running(programs.program("book-builder", "bin")?) {
        programs::interrupt(process)?;
    }
    let ended = server.wait()?;
    graded?;
    ensure!(ended.success(), "the book ended with {ended}");
    nothing_else_runs(scratch.root())
}

fn nothing_else_runs(root: &Path) -> Result<()> {
    let scratch = root.join("target/workbook/scratch");
    let left = fs::read_dir(scratch).map_or(0, Iterator::count);
    ensure!(left == 0, "{left} temporary folders remain");
    Ok(())
}

/// Returns the book's address, from the line that it prints.
fn address(output: impl Read) -> Result<String> {
    for line in BufReader::new(output).lines() {
        let line = line?;
        if let Some((_, rest)) = line.split_once("http://") {
            let end = rest.find('/').unwrap_or(rest.len());
            return Ok(rest[..end].to_owned());
        }
    }
    anyhow::bail!("the book doesn't print its address")
}

/// Sends what the page of chapter 1 sends, and reads the events of the run.
fn grade(address: &str) -> Result<()> {
    let page = ask(address, "GET / HTTP/1.1\r\n")?;
    let token = page.split_once("name=\"workbook-token\" content=\"");
    let token = token.and_then(|(_, rest)| rest.split_once('"'));
    let (token, _) = token.context("the page has no token")?;
    let request = format!(
        "POST /__wb/check/chapter-1 HTTP/1.1\r\nOrigin: http://{address}\r\n\
         X-Workbook-Token: {token}\r\nContent-Length: 0\r\n"
    );
    let told = ask(address, &request)?;
    let verdicts = told.matches("\"event\":\"verdict\"").count();
    ensure!(verdicts > 10, "{verdicts} verdicts: {told}");
    ensure!(
        told.contains("event: over"),
        "the run doesn't report its end: {told}"
    );
    Ok(())
}

/// The whole response to one request.
fn ask(address: &str, request: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "{request}Host: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut response = Vec::new();
    stream.read_to_end(&mut response)?;
    Ok(String::from_utf8_lossy(&response).into_owned())
}
