//! Checks of files that change.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use downloads::BodyKind;
use lab::Steps;
use lab::payload::Payload;
use lab::size::{KIB, MIB};
use lab_net::client::Body;
use lab_net::{Connection, Request};
use tokio::net::TcpStream;

use crate::conditions::date;
use crate::site::{Site, field};

const GET: &str = "/files/a.bin";
/// More than all buffers between a file and a stalled client.
const LARGE: u64 = 16 * MIB;

type Change = Box<dyn FnOnce() + Send>;

/// A server of `a.bin` that changes something, once, when the
/// next file was opened and not yet looked at.
fn changing(steps: &Steps) -> (Site, Arc<Mutex<Option<Change>>>) {
    let next: Arc<Mutex<Option<Change>>> = Arc::default();
    let pause = Arc::clone(&next);
    let site = Site::with(steps, move |downloads| {
        downloads.storage.pause_after_open(Box::new(move || {
            let mut next =
                pause.lock().unwrap_or_else(PoisonError::into_inner);
            let change = next.take();
            Box::pin(async move {
                if let Some(change) = change {
                    change();
                }
            })
        }));
    });
    (site, next)
}

/// Another file takes the name between opening and looking.
pub async fn length_of_the_open_file(steps: Steps) {
    let (site, next) = changing(&steps);
    let file = site.file("a.bin", b"ten bytes!");
    let other = site.file("other", b"another file, and a longer one");
    let renamed = Arc::new(Mutex::new(None));
    let told = Arc::clone(&renamed);
    let change: Change = Box::new(move || {
        let done = fs::rename(other, file);
        *told.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(done.is_ok());
    });
    *next.lock().unwrap_or_else(PoisonError::into_inner) = Some(change);
    steps.step("another file takes the name after the opening");
    let first = site.ask(&Request::get(GET)).await;
    let done = *renamed.lock().unwrap_or_else(PoisonError::into_inner);
    if done == Some(false) && cfg!(not(unix)) {
        steps.note("not tried: an open file keeps its name here");
        return;
    }
    steps.equal("the name has changed hands", &done, &Some(true));
    let told = field(&first, "Content-Length");
    steps.equal("Content-Length", &told, &"10");
    steps.equal_bytes("the open file", &first.body, b"ten bytes!");
    let second = site.whole(&Request::get(GET)).await;
    let other = b"another file, and a longer one";
    steps.equal_bytes("the next request", &second.body, other);
    let tags = (field(&first, "ETag"), field(&second, "ETag"));
    steps.holds("another tag", tags.0 != tags.1);
}

pub async fn tag_of_each_edit(steps: Steps) {
    const SECOND: u64 = 1_000_000_000;
    let site = Site::start(&steps);
    let file = site.file("a.bin", b"version 1");
    date(&steps, &file, SECOND, 0);
    let first = site.whole(&Request::get(GET)).await;
    let again = site.whole(&Request::get(GET)).await;
    let tag = field(&first, "ETag").to_owned();
    steps.equal("the tag, asked again", &field(&again, "ETag"), &&*tag);
    let strong = tag.starts_with('"') && tag.ends_with('"');
    steps
        .holds(format!("a strong tag: {tag}"), strong && tag.len() > 2);
    let mut tags = vec![tag.clone()];
    for (bytes, nanoseconds) in
        [(&b"version 2"[..], 1000), (b"version 3", 999_999_900)]
    {
        site.file("a.bin", bytes);
        date(&steps, &file, SECOND, nanoseconds);
        steps.step("an edit of the same length in the same second");
        let answer = site.whole(&Request::get(GET)).await;
        let modified = field(&answer, "Last-Modified");
        let before = field(&first, "Last-Modified");
        steps.equal("Last-Modified", &modified, &before);
        steps.equal_bytes("the file", &answer.body, bytes);
        let now = field(&answer, "ETag").to_owned();
        steps.holds("another tag", !tags.contains(&now));
        let known = Request::get(GET).header("If-None-Match", &tag);
        let known = site.whole(&known).await;
        steps.equal("status", &known.head.status, &200);
        tags.push(now);
    }
    if cfg!(unix) {
        steps.step("an edit whose time was set back");
        site.file("a.bin", b"version 4");
        date(&steps, &file, SECOND, 0);
        let answer = site.whole(&Request::get(GET)).await;
        let now = field(&answer, "ETag").to_owned();
        steps.holds("another tag", !tags.contains(&now));
    }
}

/// A client that read the head and a little, and what the server
/// is sending from.
async fn begun(
    steps: &Steps,
    kind: BodyKind,
) -> (Site, PathBuf, Connection<TcpStream>, lab_net::client::Head) {
    steps.step(format!("16 MiB with the body {kind:?}, and a stall"));
    let site = Site::with(steps, |downloads| downloads.body = kind);
    let file = site.payload("a.bin", Payload::new(LARGE));
    let connection = site.connect().await;
    let (connection, head) =
        site.head(connection, &Request::get(GET)).await;
    steps.equal("status", &head.status, &200);
    let told = head.header("Content-Length");
    steps.equal("Content-Length", &told, &Some(&*LARGE.to_string()));
    (site, file, connection, head)
}

/// Reads to the end: how many bytes came, and how it ended.
async fn rest(mut body: Body<'_, TcpStream>) -> (u64, Option<String>) {
    let payload = Payload::new(LARGE);
    let mut count = 0;
    loop {
        match body.next(64 * KIB as usize).await {
            Ok(Some(chunk)) => {
                let end = count + chunk.len() as u64;
                if payload.bytes(count..end) != chunk {
                    return (count, Some("other bytes".to_owned()));
                }
                count = end;
            }
            Ok(None) => return (count, None),
            Err(error) => return (count, Some(error.to_string())),
        }
    }
}

const BODIES: [BodyKind; 2] = [BodyKind::Queued, BodyKind::Direct];

pub async fn shrinks(steps: Steps) {
    for kind in BODIES {
        let (site, file, mut connection, head) =
            begun(&steps, kind).await;
        steps.step("the file is cut to 1 MiB");
        let cut = File::options().write(true).open(&file);
        let cut = cut.and_then(|file| file.set_len(MIB));
        steps.succeeds("cut the file", cut);
        let body = connection.receiver.body(&head, "GET");
        let body = steps.succeeds("a body", body);
        let (bytes, ended) = rest(body).await;
        steps.holds(
            format!("incomplete after {bytes} bytes: {ended:?}"),
            ended.is_some_and(|why| why != "other bytes"),
        );
        let next = site.whole(&Request::head(GET)).await;
        let told = field(&next, "Content-Length").to_owned();
        steps.equal("the next length", &told, &MIB.to_string());
    }
}

pub async fn grows(steps: Steps) {
    for kind in BODIES {
        let (_site, file, mut connection, head) =
            begun(&steps, kind).await;
        steps.step("the file grows by 1 MiB");
        let more = File::options().append(true).open(&file);
        let more = more
            .and_then(|mut file| file.write_all(&[7; MIB as usize]));
        steps.succeeds("write behind its end", more);
        let body = connection.receiver.body(&head, "GET");
        let body = steps.succeeds("a body", body);
        let (bytes, ended) = rest(body).await;
        steps.equal("what is wrong with the body", &ended, &None);
        steps.equal("bytes", &bytes, &LARGE);
        let get = Request::head(GET).bytes(_site.address);
        let sent = connection.sender.send(&get).await;
        steps.succeeds("ask again on the same connection", sent);
        let head = connection.receiver.final_head().await;
        let head = steps.succeeds("the next answer", head);
        steps.equal("its status", &head.status, &200);
    }
}

pub async fn replaced(steps: Steps) {
    for kind in BODIES {
        let (site, file, mut connection, head) =
            begun(&steps, kind).await;
        steps.step("another file takes its name");
        let other = site.file("other", b"another file");
        if fs::rename(other, file).is_err() && cfg!(not(unix)) {
            steps.note("not tried: an open file keeps its name here");
            continue;
        }
        let body = connection.receiver.body(&head, "GET");
        let body = steps.succeeds("a body", body);
        let (bytes, ended) = rest(body).await;
        steps.equal("what is wrong with the body", &ended, &None);
        steps.equal("bytes of the first file", &bytes, &LARGE);
        let next = site.whole(&Request::get(GET)).await;
        steps.equal_bytes("the next", &next.body, b"another file");
    }
}
