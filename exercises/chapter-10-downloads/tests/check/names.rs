//! Checks of names: in headers, and on the way to a file.

use std::ffi::{OsStr, OsString};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;

use axum::handler::Handler;
use downloads::content_disposition;
use futures_util::future::BoxFuture;
use lab::Steps;
use lab::random::Random;
use lab_net::Request;

use crate::disposition::{names, safe};
use crate::fields::request;
use crate::site::{Site, downloads, field};

pub fn any_name(steps: Steps) {
    let mut all: Vec<OsString> = [
        "a.bin",
        "a file.txt",
        "a\"b.txt",
        "a\\b.txt",
        "\"",
        "\\",
        "a;b=c.txt",
        "a'b.txt",
        "100%.txt",
        "a%41.txt",
        "naïve €.txt",
        "文書.pdf",
        "👍.png",
        "line\nfeed",
        "carriage\r\nreturn: x",
        "tab\there",
        "bell\u{7}",
        "\u{7f}",
        "*",
        "UTF-8''x",
        "a-b_c.d~e",
        "!#$&+^`|",
        "nul\0l",
        "filename*=UTF-8''x",
        " blank ",
        "two  blanks   and three.txt",
        "at the end.",
        "..",
        " . ",
        "",
    ]
    .map(OsString::from)
    .into();
    all.push("é".repeat(127).into());
    for length in [255, 256, 1000] {
        all.push("x".repeat(length).into());
    }
    let mut random = Random::new(10);
    for _ in 0..500 {
        let length = random.below(40);
        let mut name = String::new();
        for _ in 0..length {
            let number = match random.below(3) {
                0 => random.below(0x80),
                1 => random.below(0x800),
                _ => random.below(0x11_0000),
            };
            let letter = char::from_u32(number as u32);
            name.extend(letter.filter(|c| *c != '/' && *c != '\0'));
        }
        all.push(name.into());
    }
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        all.push(OsString::from_vec(b"caf\xe9.txt".to_vec()));
        all.push(OsString::from_vec(vec![0xff, 0xfe, b'"', 0x80]));
    }
    for name in &all {
        reads_back(&steps, name);
    }
}

fn reads_back(steps: &Steps, name: &OsStr) {
    let text = name.to_string_lossy();
    steps.step(format!("the header for {text:?}"));
    let value = content_disposition(name);
    let visible = |byte: &u8| (b' '..=b'~').contains(byte);
    let shown = String::from_utf8_lossy(value.as_bytes()).into_owned();
    steps.holds(
        format!("visible ASCII: {shown}"),
        value.as_bytes().iter().all(visible),
    );
    let read = names(&shown);
    let read = steps.succeeds(format!("a parser reads {shown}"), read);
    steps.equal("what to do", &&*read.kind, &"attachment");
    // Nobody can save a name with a line feed, so it may be
    // replaced; what is left must be the name.
    let expected = [
        text.to_string(),
        text.replace(char::is_control, "_"),
        text.replace(char::is_control, ""),
    ];
    let name = read.extended.clone().unwrap_or_default();
    steps.one_of(
        format!("the name in `filename*` of {shown}"),
        &name,
        &expected,
    );
    let stays =
        |c: char| c.is_ascii_alphanumeric() || "-._%".contains(c);
    steps.holds(
        format!("all else is escaped in {}", read.written),
        read.written.chars().all(stays),
    );
    let all_stay = |c: char| stays(c) && c != '%';
    if text.chars().all(all_stay) {
        let what = "what needs no escape";
        steps.equal(what, &&*read.written, &&*text);
    }
    // An old client knows this one only.
    let plain = read.plain.unwrap_or_default();
    let allowed: Vec<String> = expected
        .iter()
        .flat_map(|name| [fallback(name, 1), fallback(name, 4)])
        .collect();
    steps.one_of(
        format!("the plain name in {shown}"),
        &plain,
        &allowed,
    );
}

/// The name for old clients: a character that they may not have
/// becomes a `_`, or one for each of its bytes.
fn fallback(name: &str, most: usize) -> String {
    let mut plain = String::new();
    for letter in name.chars() {
        if safe(letter) {
            plain.push(letter)
        } else {
            let count = letter.len_utf8().min(most);
            plain.push_str(&"_".repeat(count));
        }
    }
    plain
}

pub async fn reads_back_from_an_answer(steps: Steps) {
    let site = Site::start(&steps);
    for (name, target) in [
        ("two words.txt", "/files/two%20words.txt"),
        ("naïve €.txt", "/files/na%C3%AFve%20%E2%82%AC.txt"),
    ] {
        site.file(name, b"ten bytes!");
        let answer = site.whole(&Request::get(target)).await;
        steps.equal("status", &answer.head.status, &200);
        steps.equal_bytes("body", &answer.body, b"ten bytes!");
        let value = field(&answer, "Content-Disposition");
        let read = steps.succeeds("a header", names(value));
        let read = read.extended;
        steps.equal("the name", &read.as_deref(), &Some(name));
    }
}

/// Expects an answer that gives nothing away.
async fn refused(site: &Site, target: &str) {
    let answer = site.ask(&Request::get(target)).await;
    let what = format!("status of {target}");
    site.steps.equal(what, &answer.head.status, &404);
    let told = String::from_utf8_lossy(&answer.body).into_owned();
    site.steps
        .holds("nothing is told", !told.contains("ten bytes"));
    let saved = answer.head.header("Content-Disposition");
    site.steps.equal("Content-Disposition", &saved, &None);
}

pub async fn hidden(steps: Steps) {
    let site = Site::start(&steps);
    let ten = b"ten bytes!";
    let outside = site.folder.file("secret", ten);
    steps.succeeds("a file beside the folder", outside);
    for folder in ["folder", ".git"] {
        let made = std::fs::create_dir(site.path(folder));
        steps.succeeds("a folder", made);
    }
    for name in ["folder/inner", ".hidden", ".git/config", "a.bin"] {
        site.file(name, ten);
    }
    for target in [
        "/files/../secret",
        "/files/%2e%2e/secret",
        "/files/..%2fsecret",
        "/files/..%5csecret",
        "/files/%252e%252e/secret",
        "/files/folder/../../secret",
        "/files//etc/hostname",
        "/files/folder%2finner",
        "/files/folder%5cinner",
        "/files/a.bin%00",
        "/files/.hidden",
        "/files/%2ehidden",
        "/files/.git/config",
        "/files/folder",
        "/files/folder/",
        "/files/a.bin/",
        "/files/a.bin/x",
        "/files/a.bin%2",
        "/files/",
        "/files",
        "/filesa.bin",
    ] {
        refused(&site, target).await;
    }
    let inner = site.whole(&Request::get("/files/folder/inner")).await;
    steps.equal_bytes("a file in a folder", &inner.body, ten);
    let query = Request::get("/files/a.bin?version=/../secret");
    let query = site.whole(&query).await;
    steps.equal_bytes("a file with a query", &query.body, ten);
    cannot_look(&steps, &site).await;
}

/// A file is there, and the server cannot look: the pool on which
/// files are opened has ended. That fails for everybody, also for
/// root, whom no permission stops.
async fn cannot_look(steps: &Steps, site: &Site) {
    steps.step("ask for a file while the server cannot open any");
    let ended = tokio::runtime::Builder::new_current_thread().build();
    let ended = steps.succeeds("a runtime", ended);
    let handle = ended.handle().clone();
    ended.shutdown_background();
    let mut downloads =
        downloads(steps, &site.folder.path().join("files"));
    // Then nothing is opened without the pool.
    let pause = || -> BoxFuture<'static, ()> { Box::pin(async {}) };
    downloads.storage.pause_after_open(Box::new(pause));
    let request = request(steps, "GET", &[]);
    let handler = downloads::download;
    let mut answer = pin!(handler.call(request, Arc::new(downloads)));
    let answer = poll_fn(|context| {
        let _ended = handle.enter();
        answer.as_mut().poll(context)
    });
    let status = answer.await.status().as_u16();
    let what = "status of a file that cannot be opened";
    steps.equal(what, &status, &500);
}

#[cfg(unix)]
pub async fn links(steps: Steps) {
    use std::os::unix::fs::symlink;
    let site = Site::start(&steps);
    let ten = b"ten bytes!";
    let outside = site.folder.path().join("outside");
    let made = std::fs::create_dir(&outside);
    steps.succeeds("a folder outside", made);
    let secret = std::fs::write(outside.join("secret"), ten);
    steps.succeeds("a file outside", secret);
    for (target, link) in [
        (outside.join("secret"), "out"),
        ("../outside/secret".into(), "up"),
        (outside.clone(), "away"),
        ("/".into(), "root"),
        ("round".into(), "round"),
    ] {
        let made = symlink(target, site.path(link));
        steps.succeeds("make a link", made);
    }
    for target in [
        "/files/out",
        "/files/up",
        "/files/away/secret",
        // A file that every Unix has, and everybody may read.
        "/files/root/etc/hosts",
        "/files/round",
    ] {
        refused(&site, target).await;
    }
}

#[cfg(not(unix))]
pub async fn links(steps: Steps) {
    let site = Site::start(&steps);
    steps.note("not tried: links need a permission here");
    refused(&site, "/files/none").await;
}

/// A FIFO has no end, and opening it may wait for a writer that
/// never comes.
#[cfg(unix)]
pub async fn fifo(steps: Steps) {
    let site = Site::start(&steps);
    let made = std::process::Command::new("mkfifo")
        .arg(site.path("pipe"))
        .arg(site.path("a.bin"))
        .status();
    let made = steps.succeeds("make two FIFOs", made);
    steps.holds("they are made", made.success());
    for target in ["/files/pipe", "/download", "/files/pipe"] {
        refused(&site, target).await;
    }
    // A device, where somebody may make one; a socket.
    let socket =
        std::os::unix::net::UnixListener::bind(site.path("socket"));
    if socket.is_ok() {
        refused(&site, "/files/socket").await;
    }
    site.file("after", b"ten bytes!");
    let after = site.whole(&Request::get("/files/after")).await;
    steps.equal_bytes("the next file", &after.body, b"ten bytes!");
}

#[cfg(not(unix))]
pub async fn fifo(steps: Steps) {
    let site = Site::start(&steps);
    steps.note("not tried: there are no FIFOs in folders here");
    refused(&site, "/files/pipe").await;
}
