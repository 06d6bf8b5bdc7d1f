//! The programs that people really use: curl, wget, Node.js, Python, a browser. Where
//! one is not installed, its test is skipped with a word; in CI all are there.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use browser::browser::Browser;
use browser::chromium;
use finished::{Finished, exchange};
use lab::folder::Folder;
use programs::nginx::{self, Nginx};

/// A server that takes uploads, and a folder for what clients save.
struct Site {
    server: Finished,
    uploads: PathBuf,
    folder: Folder,
}

impl Site {
    fn start(flags: &[&str]) -> Result<Site> {
        let folder = Folder::new()?;
        let uploads = folder.path().join("uploads");
        let path = uploads.to_str().context("a path as text")?.to_owned();
        let all = [&["--uploads", &path, "--upload-limit", "8MiB"][..], flags].concat();
        let server = Finished::start(&all)?;
        let site = Site {
            server,
            uploads,
            folder,
        };
        fs::write(site.at("a.txt"), "a")?;
        fs::write(site.at("much.bin"), vec![7; 5 << 20])?;
        fs::write(site.at("more.bin"), vec![7; 32 << 20])?;
        Ok(site)
    }

    /// A path in the clients' folder.
    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.server.address())
    }

    /// Runs a line of the shell in the clients' folder. `$U` is the server.
    fn shell(&self, line: &str) -> Result<String> {
        self.run(Command::new("sh").args(["-c", line]))
    }

    fn run(&self, command: &mut Command) -> Result<String> {
        let output = command
            .current_dir(self.folder.path())
            .env("U", self.url(""))
            .env("no_proxy", "*")
            .output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(output.status.success(), "{command:?}: {output:#?}");
        Ok(said)
    }

    /// Whether a file that a client has saved is the server's large one.
    fn is_large(&self, name: &str) -> Result<()> {
        let saved = fs::read(self.at(name))?;
        let root = self.server.folder.path().join("files/large.bin");
        ensure!(saved == fs::read(root)?, "{name} is another file");
        Ok(())
    }

    /// Whether an upload is what was sent.
    fn is_saved(&self, name: &str, sent: &str) -> Result<()> {
        let saved = fs::read(self.uploads.join(name));
        let saved = saved.with_context(|| format!("no upload {name}"))?;
        ensure!(saved == fs::read(self.at(sent))?, "{name} is another file");
        Ok(())
    }
}

/// Whether a program is there.
fn is_installed(program: &str) -> Result<bool> {
    let output = Command::new(program).arg("--version").output();
    if output.is_ok_and(|output| output.status.success()) {
        return Ok(true);
    }
    ensure!(std::env::var_os("CI").is_none(), "CI needs {program}");
    eprintln!("skipped: {program} is not installed");
    Ok(false)
}

#[test]
fn curl_uploads_downloads_and_resumes() -> Result<()> {
    if !is_installed("curl")? {
        return Ok(());
    }
    let site = Site::start(&[])?;
    for (line, said) in [
        (
            "curl -sS -F f=@a.txt -F g=@much.bin -F text=hello $U/files",
            "much.bin",
        ),
        (
            "curl -sS --data-binary @much.bin \"$U/files?name=raw.bin\"",
            "raw.bin",
        ),
        (
            "curl -sS -0 --data-binary @much.bin \"$U/files?name=old.bin\"",
            "old.bin",
        ),
        (
            "curl -sS -H 'Transfer-Encoding: chunked' --data-binary @much.bin \
          \"$U/files?name=chunked.bin\"",
            "chunked.bin",
        ),
        (
            "gzip -c a.txt | curl -sS -H 'Content-Encoding: gzip' --data-binary @- \
          \"$U/files?name=b.txt\"",
            "b.txt",
        ),
        (
            "curl -sS -F 'f=@a.txt;filename=\"na\u{ef}ve file.txt\"' $U/files",
            "na",
        ),
        (
            "curl -sS -o large.bin $U/files/large.bin && echo fine",
            "fine",
        ),
        (
            "head -c 1000000 large.bin >part.bin && curl -sS -C - -o part.bin \
          $U/files/large.bin && echo fine",
            "fine",
        ),
        (
            "curl -sS --compressed -o /dev/null -w '%{http_code}' $U/files/large.bin",
            "200",
        ),
        (
            "curl -sS -r 0-9 -w '%{http_code}' -o /dev/null $U/files/large.bin",
            "206",
        ),
        ("curl -sS -I $U/files/large.bin", "Accept-Ranges: bytes"),
        // Refused while it sends, and told why.
        (
            "curl -sS -o /dev/null -w '%{http_code}' -F f=@more.bin $U/files",
            "413",
        ),
        ("curl -sS -H Expect: -F f=@more.bin $U/files", "more than"),
        (
            "curl -sS -H Expect: -o /dev/null -w '%{http_code}' -F f=@more.bin $U/no",
            "404",
        ),
        ("curl -sS -F f=@a.txt $U/files", "already"),
        (
            "curl -sS -o /dev/null -w '%{http_code}' -T a.txt $U/files/a.txt",
            "405",
        ),
    ] {
        let output = site.shell(line)?;
        let output = output.to_lowercase();
        ensure!(output.contains(&said.to_lowercase()), "{line}: {output}");
    }
    site.is_saved("much.bin", "much.bin")?;
    site.is_saved("raw.bin", "much.bin")?;
    site.is_saved("old.bin", "much.bin")?;
    site.is_saved("chunked.bin", "much.bin")?;
    site.is_saved("b.txt", "a.txt")?;
    site.is_saved("na\u{ef}ve file.txt", "a.txt")?;
    site.is_large("large.bin")?;
    site.is_large("part.bin")
}

#[test]
fn curl_speaks_tls() -> Result<()> {
    if !is_installed("curl")? {
        return Ok(());
    }
    let site = Site::start(&["--tls-self-signed"])?;
    let address = site.server.address();
    let line = format!(
        "curl -sS -k -o large.bin https://{address}/files/large.bin && \
         curl -sS -k -F f=@much.bin https://{address}/files"
    );
    let said = site.shell(&line)?;
    ensure!(said.contains("much.bin"), "{said}");
    site.is_large("large.bin")?;
    site.is_saved("much.bin", "much.bin")
}

#[test]
fn wget_downloads_and_resumes() -> Result<()> {
    if !is_installed("wget")? {
        return Ok(());
    }
    let site = Site::start(&[])?;
    site.shell("wget -q -O whole.bin $U/files/large.bin")?;
    site.is_large("whole.bin")?;
    site.shell("head -c 1000000 whole.bin >large.bin; wget -q -c $U/files/large.bin")?;
    site.is_large("large.bin")?;
    // It is whole: nothing more is sent.
    site.shell("wget -q -c $U/files/large.bin")?;
    site.shell("wget -q -O - --post-file=a.txt \"$U/files?name=w.txt\"")?;
    site.is_saved("w.txt", "a.txt")?;
    let said = site.shell("wget -S -q -O /dev/null $U/none 2>&1 || true")?;
    ensure!(said.contains("404"), "{said}");
    Ok(())
}

const NODE: &str = include_str!("clients/forms_and_streams.mjs");

#[test]
fn node_sends_forms_and_streams() -> Result<()> {
    if !is_installed("node")? {
        return Ok(());
    }
    let site = Site::start(&[])?;
    fs::write(site.at("client.mjs"), NODE)?;
    let said = site.run(Command::new("node").arg("client.mjs"))?;
    let report: serde_json::Value = serde_json::from_str(said.trim())?;
    let expected = serde_json::json!({
        "form": 201, "stream": 201, "lines": 201, "range": [206, 10],
        "refused": [404, 400, 413], "cookie": 431,
    });
    ensure!(report == expected, "{report:#}");
    site.is_saved("node a.txt", "a.txt")?;
    site.is_saved("näh quoted.bin", "much.bin")?;
    site.is_saved("stream.bin", "much.bin")?;
    let lines = fs::read_to_string(site.uploads.join("lines.txt"))?;
    ensure!(lines.lines().count() == 20_000, "lines are lost");
    site.is_large("large.bin")
}

const PYTHON: &str = include_str!("clients/uploads.py");

#[test]
fn python_sends_and_receives() -> Result<()> {
    if !is_installed("python3")? {
        return Ok(());
    }
    let site = Site::start(&[])?;
    let said = site.run(Command::new("python3").args(["-c", PYTHON]))?;
    let report: serde_json::Value = serde_json::from_str(said.trim())?;
    let expected = serde_json::json!({
        "raw": 201, "chunked": 201, "form": 201, "wrong": 404, "large": 413,
    });
    ensure!(report == expected, "{report:#}");
    site.is_large("large.bin")?;
    site.is_saved("py thon.bin", "much.bin")?;
    site.is_saved("chunked.bin", "much.bin")?;
    ensure!(
        fs::read(site.uploads.join("ü.txt"))? == b"bytes",
        "the form"
    );
    Ok(())
}

/// A form of .NET's `HttpClient` with `MultipartFormDataContent`, and one of urllib3
/// 1.24, byte for byte as they send them.
const RECORDED: [(&str, &str); 2] = [
    (
        "Content-Type: multipart/form-data; \
         boundary=\"8d4c6b1e-3f0a-4c58-9a57-0d6f4b0c2a11\"\r\n",
        "--8d4c6b1e-3f0a-4c58-9a57-0d6f4b0c2a11\r\nContent-Type: text/plain; \
         charset=utf-8\r\nContent-Disposition: form-data; name=note\r\n\r\nhello\r\n\
         --8d4c6b1e-3f0a-4c58-9a57-0d6f4b0c2a11\r\nContent-Type: \
         application/octet-stream\r\nContent-Disposition: form-data; name=file; \
         filename=\"=?utf-8?B?w7wudHh0?=\"; filename*=utf-8''%C3%BC.txt\r\n\r\nbytes\r\n\
         --8d4c6b1e-3f0a-4c58-9a57-0d6f4b0c2a11--\r\n",
    ),
    (
        "User-Agent: python-requests/2.21.0\r\nAccept-Encoding: gzip, deflate\r\n\
         Accept: */*\r\nContent-Type: multipart/form-data; \
         boundary=1fa72aea3bb64b0d8a53bf3c1d7d8f2d\r\n",
        "--1fa72aea3bb64b0d8a53bf3c1d7d8f2d\r\nContent-Disposition: form-data; \
         name=\"file\"; filename*=utf-8''%C3%BC.txt\r\n\r\nbytes\r\n\
         --1fa72aea3bb64b0d8a53bf3c1d7d8f2d--\r\n",
    ),
];

#[tokio::test]
async fn recorded_requests_are_answered() -> Result<()> {
    let site = Site::start(&[])?;
    for (head, body) in RECORDED {
        let length = body.len();
        let request = format!(
            "POST /files HTTP/1.1\r\nHost: a\r\n{head}Connection: close\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        let said = exchange(site.server.address(), request.as_bytes()).await?;
        ensure!(said.status()? == 201, "{head}: {}", said.text());
        ensure!(fs::read(site.uploads.join("ü.txt"))? == b"bytes", "{head}");
        fs::remove_file(site.uploads.join("ü.txt"))?;
    }
    Ok(())
}

const PAGE: &str = r#"<!doctype html><meta charset="utf-8"><title>form</title>
<form method="post" action="/files" enctype="multipart/form-data" target="said">
<input name="text" value="hello"><input type="file" name="f" multiple>
<input type="file" name="empty"></form><iframe name="said"></iframe>"#;

const FILL: &str = r"(() => {
    const files = new DataTransfer();
    files.items.add(new File(['one'], 'één.txt'));
    files.items.add(new File(['two'], 'a b.txt'));
    for (let at = 0; at < 30; at++) files.items.add(new File(['x'], `f${at}.txt`));
    document.querySelector('[name=f]').files = files.files;
    document.querySelector('form').submit();
    return true;
})()";

/// The page comes from the same origin, as behind a proxy that serves both.
#[test]
fn a_browser_sends_a_form_with_many_files_and_an_empty_input() -> Result<()> {
    let (Some(program), Some(_)) = (chromium::find(), nginx::version()) else {
        ensure!(
            std::env::var_os("CI").is_none(),
            "CI needs Chromium and nginx"
        );
        eprintln!("skipped: Chromium or nginx is not installed");
        return Ok(());
    };
    let site = Site::start(&[])?;
    let server = |page: &str| {
        format!(
            "location / {{ proxy_pass http://{}; proxy_set_header Host $http_host; }}\n\
             location = /form.html {{ default_type text/html; return 200 '{page}'; }}",
            site.server.address()
        )
    };
    let proxy = Nginx::start(site.folder.path(), "", &server(PAGE))?;
    let browser = Browser::start(&program)?;
    let mut tab = browser.tab()?;
    tab.open(&format!("http://{}/form.html", proxy.address()))?;
    tab.evaluate(FILL)?;
    wait_for(&site.uploads, 32)?;
    ensure!(fs::read(site.uploads.join("één.txt"))? == b"one", "one");
    ensure!(fs::read(site.uploads.join("a b.txt"))? == b"two", "two");
    // A page of another origin cannot do the same.
    let page = PAGE.replace("/files", &format!("http://{}/files", proxy.address()));
    let other = Nginx::start(site.folder.path(), "", &server(&page))?;
    tab.open(&format!("http://{}/form.html", other.address()))?;
    tab.evaluate(&FILL.replace("één", "foreign"))?;
    tab.wait_until("document.querySelector('iframe').contentDocument === null")?;
    ensure!(
        !site.uploads.join("foreign.txt").exists(),
        "a foreign page wrote"
    );
    Ok(())
}

/// Waits until so many files are there.
fn wait_for(folder: &Path, count: usize) -> Result<()> {
    for _ in 0..600 {
        let entries = fs::read_dir(folder)?.filter_map(Result::ok);
        let names = entries.map(|entry| entry.file_name());
        let there = names.filter(|name| !name.to_string_lossy().starts_with('.'));
        if there.count() == count {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    bail!("there are never {count} files")
}
