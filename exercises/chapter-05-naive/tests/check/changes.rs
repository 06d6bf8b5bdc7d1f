//! The check of a file that changes while the server runs.

use std::fs;
use std::path::Path;

use axum::http::Method;
use lab::folder::Folder;
use lab::memory::Mark;
use lab::payload::Payload;
use lab::size::MIB;
use lab::{Size, Steps};
use lab_net::Request;

use crate::contents::served as served_once;
use crate::files::{folder, linked, written};
use crate::program::{Open, Running};
use crate::refusals::refused;

/// The file is looked at for each request, through links too.
pub async fn seen_at_once(steps: Steps) {
    let folder = folder(&steps);
    contents(&steps, &folder).await;
    let (one, two) = (folder.path().join("1"), folder.path().join("2"));
    for (release, content) in [(&one, "first"), (&two, "other")] {
        let made = fs::create_dir(release)
            .and_then(|()| fs::write(release.join("a.zip"), content));
        steps.succeeds("make a release", made);
    }
    let link = folder.path().join("link.zip");
    let (old, new) = (one.join("a.zip"), two.join("a.zip"));
    if linked(&steps, &old, &link) {
        steps.step("a link to the file is followed");
        let mut open = served(&steps, &link).await;
        expect(&steps, &mut open, "first").await;
        let (head, _) = open.answer(&Request::get("/download")).await;
        let saved = head.header("Content-Disposition");
        let saved = saved.unwrap_or_default();
        steps.holds(
            format!("{saved:?} has the name of the link"),
            saved.contains("link.zip"),
        );
        steps.step("the link leads elsewhere, without a restart");
        linked(&steps, &new, &link);
        expect(&steps, &mut open, "other").await;
    }
    let current = folder.path().join("current");
    if linked(&steps, &one, &current) {
        steps.step("a link to the folder is followed");
        let file = current.join("a.zip");
        let mut open = served(&steps, &file).await;
        expect(&steps, &mut open, "first").await;
        steps.step("the folder is another one, without a restart");
        linked(&steps, &two, &current);
        expect(&steps, &mut open, "other").await;
    }
    nothing_kept(&steps, &folder).await;
}

/// What a response took is free again when the response is gone.
async fn nothing_kept(steps: &Steps, folder: &Folder) {
    let large = Payload::new(8 * MIB);
    let made = large.create(folder.path(), "large.zip");
    let large = steps.succeeds("make a file of 8 MiB", made);
    let small = written(steps, folder, "small.zip", b"a file");
    // What is made once and kept on purpose is there then.
    served_once(steps, Method::GET, &small).await;
    let mark = Mark::now();
    steps.step("GET 8 MiB, then look at what is still held");
    let (status, body) = served_once(steps, Method::GET, &large).await;
    steps.equal("status", &status, &200);
    steps.equal("bytes", &(body.len() as u64), &(8 * MIB));
    drop(body);
    let held = u64::try_from(mark.live()).unwrap_or(0);
    let what = "memory held after the response";
    steps.at_most(what, Size(held), Size(MIB));
}

/// A file appears, changes, is replaced, grows and goes.
async fn contents(steps: &Steps, folder: &Folder) {
    let file = folder.path().join("later.zip");
    let mut open = served(steps, &file).await;
    gone(steps, &mut open).await;
    steps.step("the file appears, without a restart");
    written(steps, folder, "later.zip", b"here now");
    expect(steps, &mut open, "here now").await;
    steps.step("the file changes, and its length does not");
    written(steps, folder, "later.zip", b"new here");
    expect(steps, &mut open, "new here").await;
    steps.step("another file of that length and time takes its place");
    let other = written(steps, folder, "other.zip", b"moved in");
    let moved = fs::metadata(&file)
        .and_then(|facts| facts.modified())
        .and_then(|time| {
            let other = fs::File::options().write(true).open(&other)?;
            other.set_modified(time)
        })
        .and_then(|()| fs::rename(&other, &file));
    steps.succeeds("move the other file there", moved);
    expect(steps, &mut open, "moved in").await;
    steps.step("the file grows");
    written(steps, folder, "later.zip", b"longer than before");
    expect(steps, &mut open, "longer than before").await;
    steps.step("the file goes");
    steps.succeeds("delete the file", fs::remove_file(&file));
    gone(steps, &mut open).await;
}

/// A connection to a server of its own that has this file. The
/// server lives as long.
struct Served {
    open: Open,
    _server: Running,
}

impl Served {
    async fn answer(
        &mut self,
        request: &Request,
    ) -> (lab_net::client::Head, String) {
        self.open.answer(request).await
    }
}

async fn served(steps: &Steps, file: &Path) -> Served {
    let server = Running::start(steps, file);
    Served {
        open: server.connect().await,
        _server: server,
    }
}

/// GET has this content, and HEAD its length.
async fn expect(steps: &Steps, open: &mut Served, content: &str) {
    let (head, body) = open.answer(&Request::get("/download")).await;
    steps.equal("status", &head.status, &200);
    steps.equal("the file", &body.as_str(), &content);
    let (head, _) = open.answer(&Request::head("/download")).await;
    steps.equal("status", &head.status, &200);
    let length = content.len().to_string();
    let told = head.header("Content-Length");
    steps.equal("Content-Length", &told, &Some(length.as_str()));
}

/// There is no file now.
async fn gone(steps: &Steps, open: &mut Served) {
    for request in
        [Request::get("/download"), Request::head("/download")]
    {
        let (head, _) = open.answer(&request).await;
        refused(steps, &head, 404);
    }
}
