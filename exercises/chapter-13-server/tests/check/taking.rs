//! Checks of how the program takes files: what the flags of uploads
//! and imports mean, and what was there before.

use std::fs;
use std::net::Ipv4Addr;

use lab::Steps;
use lab_net::Request;
use lab_net::dns::{Loopback, Responder, Zone};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::program::{Site, asked, started};

/// The longest file that these servers take.
const LIMIT: usize = 1024;

const ZONE: &str = "\
example.org. 60 SOA ns.example.org. a.example.org. 1 2 3 4 60
files.example.org. 60 A 127.0.0.1
";

pub async fn files(steps: &Steps, site: &Site) {
    uploaded(steps, site).await;
    imported(steps, site).await;
}

/// Uploads without imports, into a folder where a killed server has
/// left a draft.
async fn uploaded(steps: &Steps, site: &Site) {
    let folder = site.folder.path().join("left");
    steps.succeeds("make a folder", fs::create_dir(&folder));
    let draft = folder.join(".upload-0123456789abcdef");
    steps.succeeds("leave a draft", fs::write(&draft, "half"));
    let uploads = folder.to_string_lossy().into_owned();
    let arguments = ["--uploads", &*uploads, "--upload-parts", "1"];
    let server = started(steps, &site.file, &arguments);
    if cfg!(unix) {
        let cleared = !draft.exists();
        steps.holds("the draft of a killed server is gone", cleared);
    }
    let import = Request::new("POST", "/imports");
    let url = b"http://127.0.0.1:1/x.bin";
    let (status, _) = asked(steps, &server, import, url).await;
    steps.equal("an import without --imports", &status, &404);
    for (files, expected) in [(2, 400), (1, 201)] {
        steps.step(format!("a form with {files} files"));
        let kind = "multipart/form-data; boundary=b";
        let form =
            Request::new("POST", "/files").header("Content-Type", kind);
        let part = |nth| {
            format!(
                "--b\r\nContent-Disposition: form-data; name=f; \
                 filename=\"{nth}.txt\"\r\n\r\nhello\r\n"
            )
        };
        let mut body: String = (0..files).map(part).collect();
        body.push_str("--b--\r\n");
        let answer = asked(steps, &server, form, body.as_bytes());
        let (status, _) = answer.await;
        let what = format!("{files} files where one is allowed");
        steps.equal(what, &status, &expected);
    }
}

/// An import finds its origin through `--dns`, is saved in
/// `--uploads`, and is no longer than `--upload-limit`.
async fn imported(steps: &Steps, site: &Site) {
    let zone: Zone = steps.succeeds("a zone", ZONE.parse());
    let any = (Ipv4Addr::LOCALHOST, 0);
    let names = Loopback::start(Responder::new(zone), any.into()).await;
    let names = steps.succeeds("a DNS server", names);
    let origin = TcpListener::bind(any).await;
    let origin = steps.succeeds("an origin", origin);
    let port = origin.local_addr().map(|address| address.port());
    let port = steps.succeeds("its port", port);
    let serving = tokio::spawn(serve(origin));
    let folder = site.folder.path().join("imported");
    let uploads = folder.to_string_lossy().into_owned();
    let dns = names.address().to_string();
    let limit = format!("{LIMIT}B");
    let arguments = [
        &["--uploads", &*uploads, "--imports"][..],
        &["--import-allow", "127.0.0.0/8"],
        &["--dns", &*dns, "--upload-limit", &*limit],
    ]
    .concat();
    let server = started(steps, &site.file, &arguments);
    for (name, expected) in [("short.bin", 201), ("long.bin", 413)] {
        let url = format!("http://files.example.org:{port}/{name}");
        steps.step(format!("import {url}"));
        let import = Request::new("POST", "/imports");
        let answer = asked(steps, &server, import, url.as_bytes());
        let (status, _) = answer.await;
        let what = format!("the import of {name}");
        steps.equal(what, &status, &expected);
    }
    let saved = fs::read(folder.join("short.bin"));
    let saved = steps.succeeds("the imported file", saved);
    steps.equal_bytes("its bytes", &saved, &[7; LIMIT]);
    let long = folder.join("long.bin").exists();
    steps.holds("nothing is left of long.bin", !long);
    serving.abort();
}

/// Answers each request: `/long.bin` is a byte too long.
async fn serve(origin: TcpListener) {
    while let Ok((mut stream, _)) = origin.accept().await {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(_) => break,
            }
        }
        let long = head.starts_with(b"GET /long.bin ");
        let length = LIMIT + usize::from(long);
        let text = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"
        );
        let mut bytes = text.into_bytes();
        bytes.resize(bytes.len() + length, 7);
        // The importer may have refused it already.
        let _ = stream.write_all(&bytes).await;
    }
}
