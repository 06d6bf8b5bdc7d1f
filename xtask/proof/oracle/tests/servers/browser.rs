//! Chromium, without a window.

use std::process::{Command, Output, Stdio};

use lab::folder::Folder;
use tokio::task::spawn_blocking;

use crate::site::{Server, installed, squares};

const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A page that says what it got, once it got all of it.
const PAGE: &str = r#"<!doctype html><title>waiting</title>
<img src="picture.svg?size=large" id="picture">
<script>
const picture = document.getElementById('picture');
Promise.all([
  fetch('squares.csv').then((answer) => answer.text()),
  fetch('nothing.html').then((answer) => answer.status),
  fetch('/', { method: 'POST', body: 'GET /hidden HTTP/1.1' }).then((answer) => answer.status),
  picture.decode(),
]).then(([squares, missing, posted]) => {
  document.body.dataset.got =
    `${squares.length} ${missing} ${posted} ${picture.naturalWidth}`;
}, (error) => { document.body.dataset.got = `${error}`; });
</script>
"#;

pub async fn shows_our_site() {
    let there = NAMES.iter().find(|name| installed(name, "--version"));
    let Some(name) = there else {
        return;
    };
    // The chapter's own page, with its picture.
    let server = Server::small_site();
    let page = dump(name, &server, "/").await;
    assert!(page.contains("<h1>This page came"), "{page}");
    let asked = server.asked();
    for line in ["GET / 200", "GET /picture.svg?size=large 200"] {
        assert!(asked.iter().any(|asked| asked == line), "{line}: {asked:?}");
    }

    // A page that loads everything else by script.
    let folder = Folder::new().expect("a temporary folder");
    let picture =
        include_bytes!("../../../../../exercises/chapter-04-messages/site/picture.svg");
    folder.file("index.html", PAGE.as_bytes()).expect("written");
    folder.file("picture.svg", picture).expect("written");
    let server = Server::start(messages::folder_site(folder.path().to_owned()));
    let page = dump(name, &server, "/").await;
    let got = format!("data-got=\"{} 404 405 480\"", squares().len());
    assert!(page.contains(&got), "{got} in {page}, {:?}", server.asked());
}

/// What the page has become when all that it waits for has come.
async fn dump(name: &str, server: &Server, target: &str) -> String {
    let profile = Folder::new().expect("a temporary folder");
    let url = format!("http://{}{target}", server.address);
    let mut command = Command::new(name);
    command
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
        ])
        .args([
            "--disable-sync",
            "--virtual-time-budget=20000",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(url)
        .stderr(Stdio::null());
    let output = spawn_blocking(move || command.output());
    let output: Output = output.await.expect("no panic").expect("it starts");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
