//! The checks of answers without a file.

use std::path::Path;

use lab::Steps;
use lab_net::Request;
use lab_net::client::Head;

use crate::files::{
    folder, forbidden, linked, socket, unreadable, written,
};
use crate::program::Running;

/// Longer than any name that a file system takes.
const TOO_LONG: usize = 300;

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
    let unreadable = unreadable();
    match &unreadable {
        Some(file) => cases.push((file.clone(), 500)),
        None => steps.note(
            "not tried: a file that can be opened and not be read",
        ),
    }
    for (file, status) in cases {
        let server = Running::start(&steps, &file);
        let mut open = server.connect().await;
        let (head, body) =
            open.answer(&Request::get("/download")).await;
        refused(&steps, &head, status);
        steps.holds("the body says something", !body.is_empty());
        // HEAD does not read, so it cannot know that reading fails.
        if unreadable.as_ref() != Some(&file) {
            let request = Request::head("/download");
            let (head, _) = open.answer(&request).await;
            refused(&steps, &head, status);
        }
        if status == 500 {
            // One for GET; HEAD fails only where opening does.
            let least = if unreadable.as_ref() == Some(&file) {
                1
            } else {
                2
            };
            for _ in 0..3 {
                let get = Request::get("/download");
                let (head, _) = open.answer(&get).await;
                refused(&steps, &head, status);
            }
            cause_is_logged(&steps, server, &file, least + 3);
        }
    }
}

/// What the system said of this file is on standard error, once for
/// each response.
fn cause_is_logged(
    steps: &Steps,
    server: Running,
    file: &Path,
    least: usize,
) {
    let said = match std::fs::read(file) {
        Err(error) => error.to_string(),
        Ok(_) => return,
    };
    // `{cause}` ends with "(os error 22)", `{cause:?}` does not.
    let said = said.split(" (os error").next().unwrap_or_default();
    let errors = server.errors().join("\n");
    let what = format!("the cause on standard error: {said}");
    steps.step("look for the cause on standard error");
    if !errors.contains(said) {
        steps.fail(what, format!("{errors:?}"));
    }
    steps.step(format!("count the causes of {least} responses"));
    let what = "causes on standard error";
    steps.at_least(what, errors.matches(said).count(), least);
}

/// Expects an answer that refuses, and offers nothing to save.
pub fn refused(steps: &Steps, head: &Head, status: u16) {
    steps.equal("status", &head.status, &status);
    let saved = head.header("Content-Disposition");
    steps.equal("Content-Disposition", &saved, &None);
}
