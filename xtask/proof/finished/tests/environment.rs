//! Variables of the environment: nothing is on by accident.
#![cfg(unix)]

use std::process::Command;

use anyhow::{Result, ensure};
use finished::{Finished, exchange, program};
use lab::folder::Folder;

const OFF: [&str; 6] = ["", "0", "false", "no", "off", "OFF"];
const ON: [&str; 4] = ["1", "true", "Yes", "on"];

fn with(variable: &str, value: &str) -> Result<Finished> {
    let line = format!("{variable}='{value}' exec \"$@\"");
    Finished::under(&line, Folder::new()?, &[])
}

/// What it says at its start.
fn greeting(server: &Finished) -> String {
    server.server.lines().join("\n")
}

/// The error of a start that fails.
fn refused(variable: &str, value: &str) -> Result<String> {
    let output = Command::new(program()?)
        .args(["--listen", "127.0.0.1:0"])
        .env(variable, value)
        .output()?;
    ensure!(output.status.code() == Some(2), "{output:?}");
    Ok(String::from_utf8(output.stderr)?)
}

#[tokio::test]
async fn what_means_off_is_off() -> Result<()> {
    for value in OFF {
        for variable in ["SERVER_UPLOADS", "SERVER_IMPORTS"] {
            let server = with(variable, value)?;
            let upload = b"POST /files HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
                Content-Length: 0\r\n\r\n";
            let status = exchange(server.address(), upload).await?.status()?;
            ensure!(status == 404, "{variable}={value}: {status}");
        }
        for variable in ["SERVER_TLS_SELF_SIGNED", "SERVER_DATABASE"] {
            let said = greeting(&with(variable, value)?);
            ensure!(!said.contains("https"), "{variable}={value}: {said}");
            ensure!(!said.contains("exports"), "{variable}={value}: {said}");
        }
    }
    Ok(())
}

/// Whether a text is compressed on its way, which SERVER_NO_GZIP forbids.
async fn compresses(server: &Finished) -> Result<bool> {
    let text = server.folder.path().join("files/a.txt");
    std::fs::write(text, "text ".repeat(1000))?;
    let request = b"GET /files/a.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
        Accept-Encoding: gzip\r\n\r\n";
    let said = exchange(server.address(), request).await?.text();
    Ok(said.to_lowercase().contains("content-encoding: gzip"))
}

#[tokio::test]
async fn a_switch_that_forbids_is_read_the_same_way() -> Result<()> {
    for (values, on) in [(&OFF[..], false), (&ON[..], true)] {
        for value in values {
            let server = with("SERVER_NO_GZIP", value)?;
            let compresses = compresses(&server).await?;
            ensure!(compresses != on, "SERVER_NO_GZIP={value}: {compresses}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_means_on_is_on() -> Result<()> {
    for value in ON {
        let said = greeting(&with("SERVER_TLS_SELF_SIGNED", value)?);
        ensure!(said.contains("https://"), "{value}: {said}");
    }
    Ok(())
}

#[test]
fn a_value_that_means_nothing_is_an_error_with_its_variable() -> Result<()> {
    for (variable, value) in [
        ("SERVER_IMPORTS", "maybe"),
        ("SERVER_TLS_SELF_SIGNED", "2"),
        ("SERVER_NO_GZIP", "gzip"),
        ("SERVER_ALLOW", ""),
        ("SERVER_ALLOW", " "),
        ("SERVER_ALLOW", ","),
        ("SERVER_ALLOW", " , ,"),
        ("SERVER_ALLOW", "everybody"),
        ("SERVER_LOG", "loud"),
        ("SERVER_CONNECTIONS", "0"),
    ] {
        let said = refused(variable, value)?;
        ensure!(said.contains(variable), "{variable}={value}: {said}");
    }
    Ok(())
}

#[test]
fn help_says_what_means_off() -> Result<()> {
    let help = Command::new(program()?).arg("--help").output()?;
    let help = String::from_utf8(help.stdout)?;
    for word in ["0, false, no or off", "1, true, yes or on", "empty"] {
        ensure!(help.contains(word), "--help lacks {word:?}");
    }
    Ok(())
}
