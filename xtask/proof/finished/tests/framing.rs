//! What HTTP/1.1 says about `Host` and transfer codings (RFC 9112, 3.2 and 6.1).
#![cfg(unix)]

use anyhow::{Context, Result, ensure};
use finished::{Finished, exchange};
use lab::folder::Folder;

#[tokio::test]
async fn a_transfer_coding_that_is_not_undone_is_refused() -> Result<()> {
    let folder = Folder::new()?;
    let uploads = folder.path().join("uploads");
    let flags = ["--uploads", uploads.to_str().context("a path")?];
    let server = Finished::beside(folder, &flags)?;
    for (coding, status) in [
        ("chunked", 201),
        ("Chunked", 201),
        ("gzip, chunked", 501),
        ("chunked, chunked", 501),
        ("identity, chunked", 501),
        ("foo, chunked", 501),
        ("deflate, chunked", 501),
        ("gzip\r\nTransfer-Encoding: chunked", 501),
        ("chunked\r\nTransfer-Encoding: chunked", 501),
    ] {
        let request = format!(
            "POST /files?name=t HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: {coding}\
             \r\n\r\n2\r\nhi\r\n0\r\n\r\n"
        );
        let said = exchange(server.address(), request.as_bytes()).await?;
        // hyper itself refuses some: no chunked at the end.
        let said = said.status()?;
        ensure!(said == status, "{coding}: {said}");
        let saved = uploads.join("t");
        ensure!(saved.exists() == (status == 201), "{coding}");
        if status == 201 {
            std::fs::remove_file(saved)?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_host_is_a_name_or_an_address_and_a_port() -> Result<()> {
    let server = Finished::start(&[])?;
    let good = [
        "a",
        "a.example",
        "a:80",
        "a:",
        "x%20y",
        "a,b",
        "*",
        "x;y",
        "-",
        ".",
        "x..y",
        "127.0.0.1:3000",
        "[::1]",
        "[::1]:80",
        "[::1]:",
        "a_b",
        "=b",
    ];
    let bad = [
        "x:abc", "a:b:c", "[::1", "::1", "[zz]", "[::1]x", "[::1]:x", "x y", "\"x\"",
        "<x>", "x\\y", "%zz", "%2", "{x}", "x|y", "x^y", "x`y", "http://x", "x/", "#",
        "x?", "@", "u@x", "x:99999",
    ];
    for (hosts, status) in [(&good[..], 200), (&bad[..], 400)] {
        for host in hosts {
            let request = format!(
                "GET /files/small.bin HTTP/1.1\r\nHost: {host}\r\n\
                 Connection: close\r\n\r\n"
            );
            let said = exchange(server.address(), request.as_bytes()).await?;
            let said = said.status()?;
            ensure!(said == status, "{host}: {said}");
        }
    }
    Ok(())
}
