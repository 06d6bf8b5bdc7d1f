//! Cost follows bytes, and not the number of chunks that they come in. What it costs in
//! processor time, `--example cost` measures; here stands what can be counted.
#![cfg(target_os = "linux")]

use std::fs;

use anyhow::{Context, Result, ensure};
use finished::{Finished, chunked, exchange, gzip, random};
use lab::folder::Folder;

const MIB: usize = 1 << 20;

fn server() -> Result<(Finished, std::path::PathBuf)> {
    let folder = Folder::new()?;
    let uploads = folder.path().join("uploads");
    let flags = ["--uploads", uploads.to_str().context("a path as text")?];
    Ok((Finished::beside(folder, &flags)?, uploads.clone()))
}

/// What the server has written, as the kernel counts it.
struct Written {
    calls: u64,
    bytes: u64,
}

impl Written {
    fn by(server: &Finished) -> Result<Written> {
        let io = fs::read_to_string(format!("/proc/{}/io", server.server.pid()))?;
        let number = |name: &str| -> Result<u64> {
            let line = io.lines().find_map(|line| line.strip_prefix(name));
            Ok(line.context("a count of writes")?.trim().parse()?)
        };
        Ok(Written {
            calls: number("syscw: ")?,
            bytes: number("wchar: ")?,
        })
    }

    /// Calls since then that carried `body`, a few dozen too low. A thread is woken by a write of
    /// 8 bytes, and how often that happens depends on the load of the machine: the bytes beyond
    /// the body, of which the response and the log are some hundreds, say it.
    fn calls_since(&self, then: &Written, body: usize) -> u64 {
        let beyond = (self.bytes - then.bytes).saturating_sub(body as u64);
        (self.calls - then.calls).saturating_sub(beyond / 8)
    }
}

fn post(name: &str, fields: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /files?name={name} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{fields}\r\n"
    );
    [head.as_bytes(), body].concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn small_chunks_reach_the_disk_in_large_writes() -> Result<()> {
    let (server, uploads) = server()?;
    let bytes = random(MIB);
    for size in [64 * 1024, 1000, 64] {
        let name = format!("chunks-of-{size}");
        let coded = "Transfer-Encoding: chunked\r\n";
        let before = Written::by(&server)?;
        let request = post(&name, coded, &chunked(&bytes, size));
        let said = exchange(server.address(), &request).await?;
        ensure!(said.status()? == 201, "{name}: {}", said.text());
        ensure!(
            fs::read(uploads.join(&name))? == bytes,
            "{name}: other bytes"
        );
        let writes = Written::by(&server)?.calls_since(&before, MIB);
        // 64 of 16 KiB.
        ensure!(writes < 200, "{name}: {writes} writes");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_in_single_bytes_is_refused() -> Result<()> {
    let (server, uploads) = server()?;
    let bytes = random(MIB);
    for size in [1, 4, 16] {
        let coded = "Transfer-Encoding: chunked\r\n";
        let request = post("fine", coded, &chunked(&bytes, size));
        let said = exchange(server.address(), &request).await?;
        ensure!(said.status()? == 400, "chunks of {size}: {}", said.text());
        ensure!(said.text().contains("too short"), "{}", said.text());
    }
    // A short body may come as it likes.
    let request = post(
        "short",
        "Transfer-Encoding: chunked\r\n",
        &chunked(&bytes[..10_000], 1),
    );
    let said = exchange(server.address(), &request).await?;
    ensure!(said.status()? == 201, "{}", said.text());
    ensure!(
        fs::read(uploads.join("short"))? == bytes[..10_000],
        "other bytes"
    );
    ensure!(!uploads.join("fine").exists(), "a refused body is saved");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parts_full_of_near_boundaries_arrive_as_they_are() -> Result<()> {
    let (server, uploads) = server()?;
    for (name, unit) in [("near", "\r\n--XyZa"), ("crlf", "\r\n"), ("cr", "\r")] {
        let content = unit.repeat(MIB / unit.len());
        let body = format!(
            "--XyZ\r\nContent-Disposition: form-data; name=f; filename={name}\r\n\r\n\
             {content}\r\n--XyZ--\r\n"
        );
        let head = format!(
            "POST /files HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: \
             multipart/form-data; boundary=XyZ\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let before = Written::by(&server)?;
        let request = [head, body].concat();
        let said = exchange(server.address(), request.as_bytes()).await?;
        ensure!(said.status()? == 201, "{name}: {}", said.text());
        let saved = fs::read(uploads.join(name))?;
        ensure!(saved == content.as_bytes(), "{name}: other bytes");
        let writes = Written::by(&server)?.calls_since(&before, content.len());
        ensure!(writes < 200, "{name}: {writes} writes");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gzip_of_next_to_nothing_is_refused_and_other_gzip_is_not() -> Result<()> {
    let (server, uploads) = server()?;
    let bytes = random(MIB);
    let members = |content: &[u8]| -> Result<Vec<u8>> {
        let member = gzip(content)?;
        Ok(member.repeat(MIB / member.len()))
    };
    for (name, body, status) in [
        ("nothing", members(b"")?, 400),
        ("tiny", members(&bytes[..20])?, 400),
        ("small", members(&bytes[..1024])?, 201),
        ("random", gzip(&bytes)?, 201),
        ("zeros", gzip(&vec![0; MIB])?, 201),
        ("few", members(b"")?[..20_000].to_vec(), 201),
    ] {
        let fields = format!(
            "Content-Encoding: gzip\r\nContent-Length: {}\r\n",
            body.len()
        );
        let request = post(name, &fields, &body);
        let said = exchange(server.address(), &request).await?;
        let said = said.status()?;
        ensure!(said == status, "{name}: {said}");
        ensure!(uploads.join(name).exists() == (status == 201), "{name}");
    }
    ensure!(fs::read(uploads.join("random"))? == bytes, "other bytes");
    Ok(())
}
