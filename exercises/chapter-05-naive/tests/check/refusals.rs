//! The checks of answers without a file.

use std::path::{Path, PathBuf};

use lab::Steps;
use lab::folder::Folder;
use lab_net::Request;
use lab_net::client::Head;

use crate::files::{folder, forbidden, linked, socket, written};
use crate::program::Running;

/// Longer than any name that a file system takes.
const TOO_LONG: usize = 300;
/// It can be opened, and its first byte cannot be read.
const UNREADABLE: &str = "/proc/self/mem";

/// What is no ordinary file is not found.
pub async fn missing(steps: Steps) {
    let folder = folder(&steps);
    let directory = folder.path().join("directory.zip");
    let made = std::fs::create_dir(&directory);
    steps.succeeds("make a directory", made);
    let below = written(&steps, &folder, "file.zip", b"a file");
    let mut files = vec![
        folder.path().join("missing.zip"),
        directory,
        below.join("below.zip"),
        folder.path().join("x".repeat(TOO_LONG)),
    ];
    if cfg!(unix) {
        // There, and no ordinary file.
        files.push("/dev/null".into());
    }
    // Opening it fails, as opening a FIFO would wait.
    let socket = socket(&folder, "socket.zip");
    match &socket {
        Some((path, _listener)) => files.push(path.clone()),
        None => steps.note("not tried: a socket as the file"),
    }
    for file in files {
        let server = Running::start(&steps, &file);
        let mut open = server.connect().await;
        for method in ["GET", "HEAD", "GET"] {
            let request = Request::new(method, "/download");
            let (head, body) = open.answer(&request).await;
            refused(&steps, &head, 404);
            let told = method == "HEAD" || !body.is_empty();
            steps.holds("the body says something", told);
        }
    }
    looked_at_again(&steps, &folder).await;
}

/// The file is looked at for each request, through links too.
async fn looked_at_again(steps: &Steps, folder: &Folder) {
    let file = folder.path().join("later.zip");
    let server = Running::start(steps, &file);
    let mut open = server.connect().await;
    let (head, _) = open.answer(&Request::get("/download")).await;
    refused(steps, &head, 404);
    steps.step("the file appears, without a restart");
    written(steps, folder, "later.zip", b"here now");
    let (head, body) = open.answer(&Request::get("/download")).await;
    steps.equal("status", &head.status, &200);
    steps.equal("the file", body.as_str(), "here now");
    steps.step("the file changes, without a restart");
    written(steps, folder, "later.zip", b"and new");
    let (_, body) = open.answer(&Request::get("/download")).await;
    steps.equal("the file", body.as_str(), "and new");

    steps.step("a link to the file is followed");
    let link = folder.path().join("link.zip");
    if linked(steps, &file, &link) {
        let server = Running::start(steps, &link);
        let mut open = server.connect().await;
        let (head, body) =
            open.answer(&Request::get("/download")).await;
        steps.equal("status", &head.status, &200);
        steps.equal("the file", body.as_str(), "and new");
        let saved = head.header("Content-Disposition");
        let saved = saved.unwrap_or_default();
        steps.holds(
            format!("{saved:?} has the name of the link"),
            saved.contains("link.zip"),
        );
    }
}

/// What cannot be read has its status, and its cause in the log.
pub async fn before_the_first_byte(steps: Steps) {
    let folder = folder(&steps);
    let mut cases = vec![(folder.path().join("missing.zip"), 404)];
    match forbidden(&steps, &folder) {
        Some(file) => cases.push((file, 403)),
        None => steps.note(
            "not tried: a file without permission, for this user may \
             read every file",
        ),
    }
    let round = folder.path().join("round.zip");
    if linked(&steps, &round, &round) {
        cases.push((round, 500));
    }
    if cfg!(target_os = "linux") && Path::new(UNREADABLE).exists() {
        cases.push((PathBuf::from(UNREADABLE), 500));
    }
    for (file, status) in cases {
        let server = Running::start(&steps, &file);
        let mut open = server.connect().await;
        let (head, body) =
            open.answer(&Request::get("/download")).await;
        refused(&steps, &head, status);
        steps.holds("the body says something", !body.is_empty());
        // HEAD does not read, so it cannot know that reading fails.
        if file != Path::new(UNREADABLE) {
            let request = Request::head("/download");
            let (head, _) = open.answer(&request).await;
            refused(&steps, &head, status);
        }
        if status == 500 {
            let lines = server.ended().join("\n");
            let what = "the cause on standard error";
            steps.step(format!("look for {what}"));
            if !lines.contains("os error") {
                steps.fail(what, lines);
            }
        }
    }
}

/// Expects an answer that refuses, and offers nothing to save.
pub fn refused(steps: &Steps, head: &Head, status: u16) {
    steps.equal("status", &head.status, &status);
    let saved = head.header("Content-Disposition");
    steps.equal("Content-Disposition", &saved, &None);
}
