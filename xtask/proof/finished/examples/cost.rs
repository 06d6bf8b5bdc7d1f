//! What a MiB costs the server in processor time, by how finely it is divided. The
//! second figure is the ratio to the first row of the same group.
//!
//! ```text
//! cargo run --release -p finished --example cost
//! ```

use std::fs;

use anyhow::{Context, Result, ensure};
use finished::{Exchange, Finished, Origin, chunked, database, exchange, gzip, random};
use lab::folder::Folder;

const MIB: usize = 1 << 20;
/// Each case so often in one measurement: the kernel counts in steps of 10 ms.
const TIMES: usize = 48;

/// Processor time of the server so far, in the kernel's steps.
fn steps(server: &Finished) -> Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", server.server.pid()))?;
    let fields = stat.rsplit(')').next().context("fields")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    Ok(fields[11].parse::<u64>()? + fields[12].parse::<u64>()?)
}

fn post(target: &str, fields: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{fields}\r\n"
    );
    [head.as_bytes(), body].concat()
}

fn form(content: &[u8], boundary: &str) -> Vec<u8> {
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=f; filename=NAME\r\n\r\n"
    );
    let end = format!("\r\n--{boundary}--\r\n");
    [head.as_bytes(), content, end.as_bytes()].concat()
}

/// Sends a request so often, and prints what a MiB of it costs.
struct Table<'a> {
    server: &'a Finished,
    first: Option<f64>,
}

impl Table<'_> {
    async fn row(
        &mut self,
        what: &str,
        request: impl Fn(usize) -> Vec<u8>,
    ) -> Result<()> {
        let requests: Vec<_> = (0..TIMES).map(request).collect();
        let before = steps(self.server)?;
        let mut status = 0;
        let mut received = 0;
        for request in &requests {
            let said: Exchange = exchange(self.server.address(), request).await?;
            status = said.status()?;
            received += said.bytes.len();
        }
        let cost = (steps(self.server)? - before) as f64 * 10.0 / TIMES as f64;
        let first = *self.first.get_or_insert(cost);
        println!(
            "| {what} | {status} | {cost:.1} ms | {:.1} |",
            cost / first.max(0.1)
        );
        ensure!(received > 0, "nothing came back");
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let folder = Folder::new()?;
    let uploads = folder.path().join("uploads").display().to_string();
    let file = database(folder.path(), 10_000)?.display().to_string();
    let flags = [
        "--uploads",
        &uploads,
        "--database",
        &file,
        "--imports",
        "--import-allow",
        "127.0.0.0/8",
    ];
    let server = Finished::optimised(folder, &flags)?;
    let bytes = random(MIB);
    println!("| 1 MiB | status | processor time | ratio |\n| --- | --- | --- | --- |");
    let mut table = Table {
        server: &server,
        first: None,
    };
    for size in [64 * 1024, 4096, 256, 64, 16, 8, 4, 1] {
        let body = chunked(&bytes, size);
        table
            .row(&format!("upload, {size}-byte chunks"), |it| {
                let target = format!("/files?name=u{size}-{it}");
                post(&target, "Transfer-Encoding: chunked\r\n", &body)
            })
            .await?;
    }
    table.first = None;
    for (what, boundary, unit) in [
        (
            "form, no near-boundaries",
            "XyZ",
            "0123456789abcdef".to_owned(),
        ),
        (
            "form, near-boundaries, 3-byte boundary",
            "XyZ",
            "\r\n--XyZa".to_owned(),
        ),
        (
            "form, near-boundaries, 1-byte boundary",
            "X",
            "\r\n--Xa".to_owned(),
        ),
        (
            "form, near-boundaries, 70-byte boundary",
            &"X".repeat(70),
            format!("\r\n--{}a", "X".repeat(70)),
        ),
        ("form, CR everywhere", "XyZ", "\r".to_owned()),
        ("form, CR LF everywhere", "XyZ", "\r\n".to_owned()),
    ] {
        let content = unit.repeat(MIB / unit.len());
        table
            .row(what, |it| {
                let name = format!("{}{it}", what.replace(' ', "-").replace(',', ""));
                let body = form(content.as_bytes(), boundary);
                let body = String::from_utf8_lossy(&body).replace("NAME", &name);
                let fields = format!(
                    "Content-Type: multipart/form-data; boundary={boundary}\r\n\
                     Content-Length: {}\r\n",
                    body.len()
                );
                post("/files", &fields, body.as_bytes())
            })
            .await?;
    }
    table.first = None;
    let whole = gzip(&bytes)?;
    let tiny = |content: &[u8], total: usize| -> Result<Vec<u8>> {
        let member = gzip(content)?;
        Ok(member.repeat(total / member.len()))
    };
    for (what, body) in [
        ("gzip, one member", whole),
        ("gzip, 1-KiB members", tiny(&bytes[..1024], MIB)?),
        ("gzip, 20-byte members", tiny(&bytes[..20], MIB)?),
        ("gzip, empty members", tiny(b"", MIB)?),
    ] {
        table
            .row(what, |it| {
                let name = what.replace([' ', ','], "-");
                let fields = format!(
                    "Content-Encoding: gzip\r\nContent-Length: {}\r\n",
                    body.len()
                );
                post(&format!("/files?name={name}{it}"), &fields, &body)
            })
            .await?;
    }
    table.first = None;
    for size in [64 * 1024, 256, 64, 16, 4, 1] {
        let origin = Origin::chunked(&bytes, size).await?;
        table
            .row(&format!("import, {size}-byte chunks"), |it| {
                let url = origin.url(&format!("i{size}-{it}"));
                let fields = format!("Content-Length: {}\r\n", url.len());
                post("/imports", &fields, url.as_bytes())
            })
            .await?;
    }
    Ok(())
}
