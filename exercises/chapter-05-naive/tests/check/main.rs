//! The checks of chapter 5. Titles, reasons and hints are in
//! `checks.toml`; run them with `cargo xtask check chapter-5`.

use std::path::Path;

use lab::payload::Payload;
use lab::size::MIB;
use lab::{Steps, check};
use lab_net::Request;
use lab_net::client::Head;

mod changes;
mod configuration;
mod contents;
mod errors;
mod files;
mod head_request;
mod headers;
mod left_over;
mod measurement;
mod paths;
mod prediction;
mod program;
mod refusals;

use files::{folder, written};
use program::{Running, run_to_its_end};
use refusals::refused;

#[test]
fn a_file_name_stays_inside_its_quotes() {
    lab::check(headers::quoted);
}

#[test]
fn the_flags_become_a_configuration() {
    check(configuration::flags);
}

#[test]
fn a_wrong_flag_is_named() {
    check(configuration::wrong_flags);
}

#[test]
fn the_file_does_not_depend_on_the_directory() {
    check(configuration::directory);
}

#[test]
fn every_error_has_its_status() {
    lab_net::check(errors::each_status);
}

#[test]
fn a_download_has_its_headers_and_every_byte() {
    lab_net::check(async |steps| {
        let folder = folder(&steps);
        for (name, length) in [
            ("largefile.zip", 5 * MIB + 7),
            ("two words.bin", 0),
            ("1", 1),
        ] {
            let payload = Payload::new(length);
            let made = payload.create(folder.path(), name);
            let file = steps.succeeds("make the file", made);
            let server = Running::start(&steps, &file);
            let head = server.whole(&payload, "/download").await;
            let told = "application/octet-stream";
            expect(&steps, &head, "Content-Type", told, |value| {
                value == told
            });
            let told = format!("attachment, with the name {name}");
            expect(
                &steps,
                &head,
                "Content-Disposition",
                &told,
                |value| {
                    value.starts_with("attachment")
                        && value.contains(name)
                },
            );
            let told = length.to_string();
            expect(&steps, &head, "Content-Length", &told, |value| {
                value == told
            });
        }
        contents::byte_for_byte(&steps).await;
        contents::any_ordinary_file(&steps).await;
    });
}

#[test]
fn head_reads_no_file() {
    lab_net::check(head_request::reads_no_file);
}

#[test]
fn a_missing_file_gets_404() {
    lab_net::check(refusals::missing);
}

#[test]
fn the_file_is_looked_at_for_each_request() {
    lab_net::check(changes::seen_at_once);
}

#[test]
fn a_request_leaves_no_file_open() {
    lab_net::check(left_over::nothing_open);
}

#[test]
fn other_requests_do_not_wait_for_the_disk() {
    check(left_over::not_on_the_runtime);
}

#[test]
fn an_error_before_the_first_byte_has_its_status() {
    lab_net::check(refusals::before_the_first_byte);
}

#[test]
fn a_query_does_not_hide_the_route() {
    lab_net::check(async |steps| {
        let folder = folder(&steps);
        let payload = Payload::new(1000);
        let made = payload.create(folder.path(), "largefile.zip");
        let file = steps.succeeds("make the file", made);
        let server = Running::start(&steps, &file);
        let absolute = format!("http://{}/download", server.address());
        let long = format!("/download?{}", "x".repeat(4000));
        for target in [
            "/download?x=1",
            "/download?",
            "/download?a/b",
            "/download?../../etc/passwd",
            "/download?file=..%2f..&%00%ff",
            "/download?/download?",
            &long,
            &absolute,
        ] {
            server.whole(&payload, target).await;
        }
        let mut open = server.connect().await;
        for target in [
            "/",
            "/downloads",
            "/download/",
            "/Download",
            "/DOWNLOAD",
            "/download/more",
            "/largefile.zip",
            "/?/download",
            "//download",
            "/download//",
            "/x/download",
            "/x/../download",
            "/download%3Fx=1",
            "/download;x=1",
            // What other servers answer without being asked to.
            "/download.zip",
            "/download.html",
            "/health",
            "/healthz",
            "/ping",
            "/status",
            "/metrics",
            "/version",
            "/favicon.ico",
            "/robots.txt",
            "/index.html",
        ] {
            let (head, body) = open.answer(&Request::get(target)).await;
            refused(&steps, &head, 404);
            steps.holds("the body says something", !body.is_empty());
            let (head, _) = open.answer(&Request::head(target)).await;
            refused(&steps, &head, 404);
        }
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "GETS"] {
            for target in ["/nothing", "/"] {
                let request = Request::new(method, target);
                let (head, body) = open.answer(&request).await;
                refused(&steps, &head, 404);
                steps
                    .holds("the body says something", !body.is_empty());
            }
        }
    });
}

#[test]
fn a_wrong_method_gets_405_and_the_list() {
    lab_net::check(async |steps| {
        let folder = folder(&steps);
        let file = written(&steps, &folder, "a.zip", b"a file");
        let server = Running::start(&steps, &file);
        let mut open = server.connect().await;
        for method in [
            "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE",
            "PROPFIND", "PURGE", "GETS",
        ] {
            let request = Request::new(method, "/download");
            let (head, _) = open.answer(&request).await;
            refused(&steps, &head, 405);
            let allow = head.header("Allow").unwrap_or_default();
            let list: Vec<&str> =
                allow.split(',').map(str::trim).collect();
            for allowed in ["GET", "HEAD"] {
                steps.holds(
                    format!("Allow: {allow:?} lists {allowed}"),
                    list.contains(&allowed),
                );
            }
            steps.holds(
                format!("Allow: {allow:?} does not list {method}"),
                !list.contains(&method),
            );
        }
        // On the wire CONNECT has no path, so the router is asked.
        steps.step("CONNECT /download, without a network");
        let connect = axum::http::Method::CONNECT;
        let (status, _) =
            contents::served(&steps, connect, &file).await;
        steps.equal("status", &status, &405);
        // A method's name is case-sensitive (RFC 9110, 9.1).
        let mut open = server.connect().await;
        let request = Request::new("get", "/download");
        let (head, _) = open.answer(&request).await;
        steps.one_of("status", &head.status, &[405, 400, 501]);
    });
}

#[test]
fn the_program_says_where_it_listens() {
    check(|steps| {
        let folder = folder(&steps);
        let file = written(&steps, &folder, "a.zip", b"a file");
        let server = Running::start(&steps, &file);
        let address = server.address();
        let first = server.lines().first().cloned();
        let expected =
            format!("Download server running on http://{address}");
        steps.equal("its first line", &first, &Some(expected));

        let taken = address.to_string();
        for (flags, told) in [
            (["--listen", &taken], [&taken, "--listen"]),
            (["--listen", "a.zip"], ["a.zip", "--listen 127.0.0.1:"]),
            (["--port", "3000"], ["--port", "--listen"]),
        ] {
            let (code, lines) = run_to_its_end(&steps, &flags);
            let said = lines.join("\n");
            steps.holds(
                format!("exit code {code:?} says failure"),
                code.is_some_and(|code| code != 0),
            );
            for part in told {
                steps.holds(
                    format!("{said:?} says {part:?}"),
                    said.contains(part),
                );
            }
        }

        let (code, lines) = run_to_its_end(&steps, &["--help"]);
        steps.equal("exit code", &code, &Some(0));
        let said = lines.join("\n");
        for flag in ["--listen", "--file", "Example:"] {
            let told = said.contains(flag);
            steps.holds(format!("{said:?} shows {flag}"), told);
        }
    });
}

#[test]
fn memory_is_predicted_and_then_measured() {
    lab_net::check(measurement::measure);
}

fn text(path: &Path) -> Result<&str, &Path> {
    path.to_str().ok_or(path)
}

/// Expects a header whose value is right.
fn expect(
    steps: &Steps,
    head: &Head,
    name: &str,
    told: &str,
    right: impl FnOnce(&str) -> bool,
) {
    let value = head.header(name).unwrap_or("(none)");
    steps.step(format!("look at {name}"));
    let what = format!("how often there is a {name}");
    steps.at_most(what, head.all(name).count(), 1);
    if !right(value) {
        steps.fail(told, value);
    }
}
