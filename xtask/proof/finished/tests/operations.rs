//! What operators get: a listener of their own, numbers, reasons, new certificates.
#![cfg(unix)]

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use finished::{Finished, Form, Origin, exchange, terminate};
use lab::folder::Folder;
use lab_net::client::{Client, Hold, Pace};
use lab_net::request::Request;
use tokio::net::TcpStream;

/// Where the operations are, from what the server says at its start.
fn admin(server: &Finished) -> Result<SocketAddr> {
    let lines = server.server.lines();
    let line = lines.iter().find(|line| line.starts_with("/healthz"));
    let address = line.and_then(|line| line.rsplit("http://").next());
    Ok(address.context("no line about it")?.parse()?)
}

async fn status(address: SocketAddr, target: &str) -> Result<u16> {
    let request = Request::get(target).header("Connection", "close");
    Ok(Client::new(address).download(&request).await?.status())
}

async fn text(address: SocketAddr, target: &str) -> Result<String> {
    let request = format!("GET {target} HTTP/1.0\r\n\r\n");
    Ok(exchange(address, request.as_bytes()).await?.text())
}

const OPERATIONS: [&str; 3] = ["/healthz", "/ready", "/metrics"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operations_are_public_only_if_asked_for() -> Result<()> {
    for (flags, public, own) in [
        (&["--admin", "public"][..], 200, false),
        (&["--admin", "127.0.0.1:0"], 404, true),
    ] {
        let server = Finished::start(flags)?;
        for target in OPERATIONS {
            let said = status(server.address(), target).await?;
            ensure!(said == public, "{flags:?} {target}: {said}");
            if own {
                let said = status(admin(&server)?, target).await?;
                ensure!(said == 200, "{target}: {said}");
            }
        }
        if own {
            let said = status(admin(&server)?, "/files/small.bin").await?;
            ensure!(said == 404, "files beside the numbers: {said}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operations_answer_while_the_public_port_is_full() -> Result<()> {
    let flags = ["--admin", "127.0.0.1:0", "--connections", "4"];
    let server = Finished::start(&flags)?;
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(TcpStream::connect(server.address()).await?);
    }
    for target in OPERATIONS {
        let said = status(admin(&server)?, target).await?;
        ensure!(said == 200, "{target}: {said}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ready_says_503_while_the_server_drains() -> Result<()> {
    let server = Finished::start(&["--admin", "127.0.0.1:0"])?;
    let hold = Hold::new();
    let download = tokio::spawn(server.download(Pace::Stalled(hold.clone())));
    hold.reached(1).await;
    terminate(&server.server)?;
    while status(admin(&server)?, "/ready").await? != 503 {}
    ensure!(
        status(admin(&server)?, "/healthz").await? == 200,
        "it is alive"
    );
    hold.release();
    ensure!(download.await??.complete(), "the download is cut");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_numbers_count_what_operators_ask_for() -> Result<()> {
    let folder = Folder::new()?;
    let file = finished::database(folder.path(), 100)?;
    let uploads = folder.path().join("uploads").display().to_string();
    let file = file.display().to_string();
    let flags = [
        "--uploads",
        &uploads,
        "--database",
        &file,
        "--imports",
        "--import-allow",
        "127.0.0.0/8",
    ];
    let server = Finished::beside(folder, &flags)?;
    let address = server.address();
    Form::new().file("a", b"a").send(address).await?;
    Form::new().file("b", b"b").send(address).await?;
    Form::new().file("a", b"a").send(address).await?;
    text(address, "/exports/items.csv").await?;
    let origin = Origin::chunked(&[1; 10], 10).await?;
    let url = origin.url("c");
    let request = format!(
        "POST /imports HTTP/1.0\r\nContent-Length: {}\r\n\r\n{url}",
        url.len()
    );
    let said = exchange(address, request.as_bytes()).await?;
    ensure!(said.status()? == 201, "{}", said.text());
    let numbers = server
        .settles("six requests", |numbers| {
            Ok(numbers.get("request_seconds_count")? == 5.0)
        })
        .await?;
    for (name, expected) in [
        ("uploads_total", 2.0),
        ("imports_total", 1.0),
        ("exports_total", 1.0),
        ("refused_total", 1.0),
        ("failed_total", 0.0),
        ("log_lines_lost_total", 0.0),
        ("request_seconds_bucket{le=\"+Inf\"}", 5.0),
    ] {
        let number = numbers.get(name)?;
        ensure!(number == expected, "{name} is {number}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_line_is_of_one_format_and_says_why() -> Result<()> {
    let folder = Folder::new()?;
    let uploads = folder.path().join("uploads").display().to_string();
    let flags = [
        "--log",
        "json",
        "--uploads",
        &uploads,
        "--imports",
        "--dns",
        "127.0.0.1:1",
    ];
    let server = Finished::beside(folder, &flags)?;
    let address = server.address();
    let post = |target: &str, body: &str| {
        let length = body.len();
        format!("POST {target} HTTP/1.0\r\nContent-Length: {length}\r\n\r\n{body}")
            .into_bytes()
    };
    for (request, reason) in [
        (post("/files?name=.x", "x"), "not a name"),
        (post("/files?name=a", "x"), ""),
        (post("/files?name=a", "x"), "already"),
        (post("/imports", "http://10.0.0.1/a"), "10.0.0.1"),
        (post("/imports", "nonsense"), "URL"),
        (post("/files", "x"), "boundary"),
    ] {
        let said = exchange(address, &request).await?;
        // What the log says about the inside is not for the client.
        ensure!(!said.text().contains("10.0.0.1"), "{}", said.text());
        server
            .settles(reason, |_| {
                let lines = server.server.lines();
                Ok(lines.iter().any(|line| line.contains(reason)))
            })
            .await?;
    }
    let lines = server.server.lines();
    let requests = lines.iter().filter(|line| line.contains("\"status\""));
    for line in requests {
        let value: serde_json::Value =
            serde_json::from_str(line).with_context(|| line.to_owned())?;
        let failed = value["status"].as_u64().is_some_and(|status| status >= 400);
        ensure!(failed == value["reason"].is_string(), "{line}");
    }
    let odd: Vec<_> = lines
        .iter()
        .filter(|it| !it.starts_with('{'))
        .filter(|it| it.starts_with("upload") || it.starts_with("import"))
        .collect();
    ensure!(odd.is_empty(), "lines in another format: {odd:#?}");
    Ok(())
}

/// A certificate and its key, by openssl.
fn certificate(folder: &Path, name: &str) -> Result<()> {
    let made = Command::new("openssl")
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
        ])
        .arg(format!("/CN={name}"))
        .arg("-keyout")
        .arg(folder.join("key.new"))
        .arg("-out")
        .arg(folder.join("certificate.new"))
        .output()?;
    ensure!(made.status.success(), "{made:?}");
    // The key first: for a moment the pair does not fit.
    fs::rename(folder.join("key.new"), folder.join("key.pem"))?;
    Ok(fs::rename(
        folder.join("certificate.new"),
        folder.join("certificate.pem"),
    )?)
}

/// Whom the server says it is.
fn subject(address: SocketAddr) -> Result<String> {
    let line = format!(
        "openssl s_client -connect {address} </dev/null 2>/dev/null \
         | openssl x509 -noout -subject"
    );
    let said = Command::new("sh").args(["-c", &line]).output()?;
    Ok(String::from_utf8(said.stdout)?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_certificate_needs_no_restart() -> Result<()> {
    if Command::new("openssl").arg("version").output().is_err() {
        ensure!(std::env::var_os("CI").is_none(), "CI needs openssl");
        eprintln!("skipped: openssl is not installed");
        return Ok(());
    }
    let folder = Folder::new()?;
    certificate(folder.path(), "first")?;
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (chain, key) = (path("certificate.pem"), path("key.pem"));
    let flags = ["--tls-certificate", &chain, "--tls-key", &key];
    let server = Finished::start(&flags)?;
    let said = subject(server.address())?;
    ensure!(said.contains("first"), "{said}");
    certificate(folder.path(), "second")?;
    while !subject(server.address())?.contains("second") {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    // A certificate that cannot be read changes nothing.
    fs::write(&chain, "nonsense")?;
    let told = |lines: Vec<String>| {
        lines
            .iter()
            .any(|line| line.contains("the certificate stays"))
    };
    while !told(server.server.lines()) {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    let said = subject(server.address())?;
    ensure!(said.contains("second"), "{said}");
    Ok(())
}
