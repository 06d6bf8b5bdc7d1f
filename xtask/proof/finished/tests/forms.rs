//! Forms and bodies as ordinary clients send them: browsers with an input left empty,
//! .NET, old urllib3, curl. Nobody is refused for what is harmless.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use finished::{Finished, exchange, names};
use lab::folder::Folder;

/// A server that takes uploads, and where it saves them.
struct Site {
    server: Finished,
    uploads: PathBuf,
}

impl Site {
    fn start(flags: &[&str]) -> Result<Site> {
        let folder = Folder::new()?;
        let uploads = folder.path().join("uploads");
        let mut all = vec!["--uploads", uploads.to_str().context("a path")?];
        all.extend(flags);
        let server = Finished::beside(folder, &all)?;
        Ok(Site { server, uploads })
    }

    async fn post(&self, target: &str, head: &str, body: &[u8]) -> Result<u16> {
        let length = body.len();
        let head = format!(
            "POST {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{head}\
             Content-Length: {length}\r\n\r\n"
        );
        let request = [head.as_bytes(), body].concat();
        exchange(self.server.address(), &request).await?.status()
    }

    /// Sends a form of parts, each a head and its bytes.
    async fn form(&self, parts: &[(&str, &[u8])]) -> Result<u16> {
        let mut body = Vec::new();
        for (head, bytes) in parts {
            body.extend_from_slice(format!("--XyZ\r\n{head}\r\n\r\n").as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--XyZ--\r\n");
        let head = "Content-Type: multipart/form-data; boundary=XyZ\r\n";
        self.post("/files", head, &body).await
    }

    /// The names of what is saved, which is removed.
    fn take(&self) -> Result<BTreeSet<String>> {
        let names = names(&self.uploads)?;
        for name in &names {
            std::fs::remove_file(self.uploads.join(name))?;
        }
        Ok(names)
    }
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

const FILE: &str = "Content-Disposition: form-data; name=\"f\"; filename=\"a.txt\"";
/// What browsers send for an input that was left empty.
const EMPTY: &str = "Content-Disposition: form-data; name=\"g\"; filename=\"\"\r\n\
                     Content-Type: application/octet-stream";

#[tokio::test]
async fn an_input_that_was_left_empty_loses_no_file() -> Result<()> {
    let site = Site::start(&[])?;
    for parts in [
        &[(FILE, &b"hi"[..]), (EMPTY, b"")][..],
        &[(EMPTY, b""), (FILE, b"hi")],
    ] {
        ensure!(site.form(parts).await? == 201, "{parts:?}");
        ensure!(site.take()? == set(&["a.txt"]), "{parts:?}");
    }
    ensure!(
        site.form(&[(EMPTY, b"")]).await? == 400,
        "a form without any file"
    );
    // A field may be called so, or say so.
    for field in [
        "name=filename",
        "name=\"a; filename=b.txt\"",
        "name=\"filename\"",
    ] {
        let head = format!("Content-Disposition: form-data; {field}");
        let status = site.form(&[(FILE, b"hi"), (&head, b"text")]).await?;
        ensure!(status == 201, "{field}: {status}");
        ensure!(site.take()? == set(&["a.txt"]), "{field}");
    }
    // Bytes without a name are somebody's file.
    let status = site.form(&[(FILE, b"hi"), (EMPTY, b"bytes")]).await?;
    ensure!(status == 400, "bytes without a name: {status}");
    ensure!(site.take()?.is_empty(), "a refused form left something");
    Ok(())
}

#[tokio::test]
async fn names_arrive_however_a_client_writes_them() -> Result<()> {
    let site = Site::start(&[])?;
    for (parameters, name) in [
        ("filename=a.txt", "a.txt"),
        // .NET, both ways, and with an ASCII name.
        (
            "filename=\"=?utf-8?B?w7wudHh0?=\"; filename*=utf-8''%C3%BC.txt",
            "ü.txt",
        ),
        ("filename=\"=?utf-8?B?w7wudHh0?=\"", "ü.txt"),
        ("filename=\"=?UTF-8?Q?=C3=BC_a%.txt?=\"", "ü a%.txt"),
        ("filename=a.txt; filename*=utf-8''a.txt", "a.txt"),
        // urllib3 before 1.25.
        ("filename*=utf-8''%C3%BC.txt", "ü.txt"),
        ("filename*=UTF-8'en'a%20b.txt", "a b.txt"),
        ("filename*=iso-8859-1''%FC.txt", "ü.txt"),
        // Browsers.
        ("filename=\"ü.txt\"", "ü.txt"),
        ("filename=\"100%.txt\"", "100%.txt"),
        ("filename=\"100%25.txt\"", "100%25.txt"),
        ("filename=\"a;b.txt\"", "a;b.txt"),
    ] {
        let head = format!("Content-Disposition: form-data; name=f; {parameters}");
        // Beside a good part, so that one which is dropped shows.
        let status = site.form(&[(&head, b"hi"), (FILE2, b"ho")]).await?;
        ensure!(status == 201, "{parameters}: {status}");
        let saved = site.take()?;
        ensure!(saved == set(&[name, "b.txt"]), "{parameters}: {saved:?}");
    }
    for parameters in [
        "filename*=klingon''a.txt",
        "filename*=a.txt",
        "filename*=utf-8''%C3%28",
        "filename*=utf-8''%2e%2e%2fa.txt",
        "filename=\"=?utf-8?X?a?=\"",
        "filename=\"=?utf-8?B?!!?=\"",
        "filename=\"a\u{1}b\"",
        "filename=\"%22.txt\"",
        // Nobody can read these, and nobody may drop them either.
        "filename=\"a.txt",
        "filename = \"a.txt\"",
        "FileName =a.txt",
        "x=\"a\\\"; b\"; filename",
    ] {
        let head = format!("Content-Disposition: form-data; name=f; {parameters}");
        let status = site.form(&[(FILE, b"ho"), (&head, b"hi")]).await?;
        ensure!(status == 400, "{parameters}: {status}");
        ensure!(site.take()?.is_empty(), "{parameters} left something");
    }
    Ok(())
}

const FILE2: &str = "Content-Disposition: form-data; name=\"h\"; filename=\"b.txt\"";

#[tokio::test]
async fn only_the_names_of_devices_are_refused_as_devices() -> Result<()> {
    let site = Site::start(&[])?;
    for name in [
        "comp.zip",
        "Coma.mp4",
        "come.txt",
        "comb",
        "com0.txt",
        "COM10.txt",
        "LPTs.pdf",
        "lpt.txt",
        "comé.txt",
        "console.txt",
        "null",
        "auxiliary.c",
    ] {
        let target = format!("/files?name={}", escaped(name));
        let status = site.post(&target, "", b"hi").await?;
        ensure!(status == 201, "{name}: {status}");
        ensure!(site.take()? == set(&[name]), "{name}");
    }
    for name in [
        "COM1",
        "com1.txt",
        "com9",
        "COM¹.txt",
        "lpt³",
        "LPT2.tar.gz",
        "nul.txt",
        "NUL",
        "con",
        "aux.c",
        "prn",
        "CONIN$",
        "conout$",
        "com1 .txt",
    ] {
        let target = format!("/files?name={}", escaped(name));
        let status = site.post(&target, "", b"hi").await?;
        ensure!(status == 400, "{name}: {status}");
    }
    Ok(())
}

fn escaped(name: &str) -> String {
    name.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

#[tokio::test]
async fn a_plus_in_a_query_is_a_blank() -> Result<()> {
    let site = Site::start(&[])?;
    for (query, name) in [
        ("name=my+file.txt", "my file.txt"),
        ("name=my%20file.txt", "my file.txt"),
        ("name=a%2Bb", "a+b"),
    ] {
        let status = site.post(&format!("/files?{query}"), "", b"hi").await?;
        ensure!(status == 201, "{query}: {status}");
        ensure!(site.take()? == set(&[name]), "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn a_form_may_have_many_parts_and_the_flag_bounds_them() -> Result<()> {
    let heads: Vec<String> = (0..40)
        .map(|it| format!("Content-Disposition: form-data; name=f; filename=a{it}.txt"))
        .collect();
    let fields: Vec<String> = (0..60)
        .map(|it| format!("Content-Disposition: form-data; name=t{it}"))
        .collect();
    let all = heads.iter().chain(&fields);
    let parts: Vec<(&str, &[u8])> = all.map(|head| (&**head, &b"hi"[..])).collect();
    let site = Site::start(&[])?;
    ensure!(site.form(&parts).await? == 201, "100 parts");
    ensure!(site.take()?.len() == 40, "40 files");
    for (most, status) in [("100", 201), ("99", 400)] {
        let site = Site::start(&["--upload-parts", most])?;
        let said = site.form(&parts).await?;
        ensure!(said == status, "100 parts, at most {most}: {said}");
    }
    Ok(())
}

#[tokio::test]
async fn the_limit_is_for_each_file() -> Result<()> {
    let site = Site::start(&["--upload-limit", "1MiB"])?;
    let (much, more) = (vec![1; 700 << 10], vec![1; (1 << 20) + 1]);
    ensure!(
        site.form(&[(FILE, &much), (FILE2, &much)]).await? == 201,
        "two files"
    );
    ensure!(site.take()?.len() == 2, "two files");
    ensure!(
        site.form(&[(FILE, &more)]).await? == 413,
        "one byte too many"
    );
    ensure!(
        site.post("/files?name=a", "", &more).await? == 413,
        "a bare body"
    );
    let most = &more[..1 << 20];
    ensure!(
        site.post("/files?name=a", "", most).await? == 201,
        "exactly the limit"
    );
    Ok(())
}

#[tokio::test]
async fn an_unknown_coding_is_415() -> Result<()> {
    let site = Site::start(&[])?;
    for coding in ["br", "gzip, br", "nonsense"] {
        let head = format!("Content-Encoding: {coding}\r\n");
        let status = site.post("/files?name=a", &head, b"hi").await?;
        ensure!(status == 415, "{coding}: {status}");
        let part = format!("{FILE}\r\nContent-Encoding: {coding}");
        let status = site.form(&[(&part, b"hi")]).await?;
        ensure!(status == 415, "{coding} in a form: {status}");
    }
    ensure!(site.take()?.is_empty(), "something was saved");
    Ok(())
}

#[tokio::test]
async fn a_page_of_another_site_writes_nothing() -> Result<()> {
    let site = Site::start(&[])?;
    for (head, status) in [
        ("Sec-Fetch-Site: cross-site\r\n", 403),
        ("Sec-Fetch-Site: same-site\r\n", 403),
        ("Origin: http://evil.example\r\n", 403),
        ("Origin: null\r\n", 403),
        ("Sec-Fetch-Site: cross-site\r\nOrigin: http://a\r\n", 403),
        ("Sec-Fetch-Site: same-origin\r\nOrigin: http://a\r\n", 201),
        ("Sec-Fetch-Site: none\r\n", 201),
        ("Origin: http://a\r\n", 201),
        ("Origin: https://a\r\n", 201),
        ("", 201),
    ] {
        let said = site.post("/files?name=a.txt", head, b"hi").await?;
        ensure!(said == status, "{head:?}: {said}");
        ensure!(site.take()?.len() == usize::from(status == 201), "{head:?}");
    }
    let get = "GET /files/small.bin HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
               Sec-Fetch-Site: cross-site\r\n\r\n";
    let read = exchange(site.server.address(), get.as_bytes()).await?;
    ensure!(read.status()? == 200, "reading is for everybody");
    Ok(())
}
