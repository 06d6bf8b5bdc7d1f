//! The gallery of hostile learner code: each exhibit gets the right verdict in
//! bounded time, and nothing of it is left.

#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpStream;
use std::path::Path;

use anyhow::Result;
use proof::harness::exhibits::EXHIBITS;
use proof::harness::fixture::Fixture;
use proof::harness::runner;
use serde_json::Value;

#[test]
fn every_exhibit_gets_its_verdict_and_leaves_nothing() -> Result<()> {
    let gallery = Fixture::gallery()?;
    let checks = runner::check(&gallery.root(), "chapter-1")?;
    let by_name: BTreeMap<&str, &Value> = checks
        .iter()
        .filter_map(|check| Some((check["name"].as_str()?, check)))
        .collect();
    assert_eq!(by_name.len(), EXHIBITS.len(), "every exhibit has a verdict");
    for (name, status, message) in EXHIBITS {
        let check = by_name[name];
        assert_eq!(check["status"], status, "{name}: {check}");
        let said = check["message"].as_str().unwrap_or_default();
        assert!(said.contains(message), "{name}: {said}");
    }
    let taken = by_name["a_server_on_a_taken_port"]["seen"].to_string();
    assert!(taken.contains("in use"), "the reason is named: {taken}");
    let early = by_name["a_server_that_ends_early"]["seen"].to_string();
    assert!(early.contains("exited"), "the early end is named: {early}");

    let note = by_name["a_server_with_a_todo"]["notes"][0].to_string();
    let port: u16 = note.trim_matches(|c: char| !c.is_ascii_digit()).parse()?;
    assert!(
        TcpStream::connect(("127.0.0.1", port)).is_err(),
        "the port is free again"
    );
    let scratch = gallery.root().join("target/workbook/scratch");
    assert_eq!(
        fs::read_dir(scratch)?.count(),
        0,
        "no temporary file is left"
    );
    assert_eq!(
        processes_of(&gallery.root()),
        Vec::<String>::new(),
        "no process is left"
    );
    Ok(())
}

/// The way of other Unix systems, taken on Linux: a process group and no `/proc`.
#[test]
fn the_portable_way_judges_the_same_where_a_group_is_enough() -> Result<()> {
    let gallery = Fixture::gallery()?;
    for name in [
        "endless_loop",
        "panics",
        "takes_100_gib",
        "starts_400_threads",
        "prints_without_end",
        "leaves_a_child",
        "a_server_with_a_todo",
    ] {
        let words = ["check", "chapter-1", "--json", "--only", name];
        let output = runner::xtask(&gallery.root())?
            .env("WORKBOOK_PORTABLE", "1")
            .args(words)
            .output()?;
        let object: Value = serde_json::from_slice(&output.stdout)?;
        let status = &object["chapters"][0]["checks"][0]["status"];
        let expected = EXHIBITS.iter().find(|verdict| verdict.0 == name);
        assert_eq!(status, expected.expect("an exhibit").1, "{name}: {object}");
    }
    assert_eq!(
        processes_of(&gallery.root()),
        Vec::<String>::new(),
        "no process is left"
    );
    Ok(())
}

/// Processes whose environment, program or folder is inside `root`.
fn processes_of(root: &Path) -> Vec<String> {
    let root = root.to_string_lossy().into_owned();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.bytes().all(|byte| byte.is_ascii_digit())
            || name == std::process::id().to_string()
        {
            continue;
        }
        let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
        let folder = fs::read_link(entry.path().join("cwd")).unwrap_or_default();
        let marked = String::from_utf8_lossy(&environment).contains(&root);
        if marked || folder.to_string_lossy().starts_with(&root) {
            let words = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            found.push(String::from_utf8_lossy(&words).replace('\0', " "));
        }
    }
    found
}
