//! Simulators: their models follow the trace tables, Node.js follows the same tables,
//! and the figures that stand in the pages are what the models give. What the pages
//! quote of the programs in Node.js is what these print.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What a Node.js program of the book said; `None`, and a word about it, where Node.js
/// is not installed.
fn node(words: &[&str]) -> Option<Output> {
    let mut command = Command::new("node");
    match command.current_dir(root()).args(words).output() {
        Ok(output) => Some(output),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            // Straight to the terminal: the test harness keeps what `eprintln` says.
            let _ = writeln!(
                std::io::stderr(),
                "skipped: `node {}`. Install Node.js 20 or newer to run it.",
                words.join(" ")
            );
            None
        }
        Err(error) => panic!("node cannot be started: {error}"),
    }
}

/// Fails with the program's own words.
fn agrees(words: &[&str], end: &str) {
    let Some(output) = node(words) else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{complaints}");
    assert!(said.trim_end().ends_with(end), "{said}{complaints}");
}

#[test]
fn the_models_follow_the_trace_tables() {
    agrees(&["book/node/trace.mjs", "model"], "rows agree, 0 do not");
}

#[test]
fn node_itself_follows_the_same_tables() {
    agrees(&["book/node/trace.mjs", "node"], "rows agree, 0 do not");
}

#[test]
fn a_row_that_is_wrong_is_found_with_its_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("wrong.tsv");
    let table = std::fs::read_to_string(root().join("book/traces/writable.tsv"))
        .expect("the table is there");
    // The belief that a stream is full only beyond the mark.
    let right = "exactly at the mark\twrite\t10\tfalse";
    assert!(table.contains(right), "the table has this row");
    let line = table.lines().take_while(|line| !line.starts_with(right));
    let place = format!("wrong.tsv:{}: ", line.count() + 1);
    std::fs::write(&file, table.replace(right, &right.replace("false", "true")))
        .expect("the file can be written");
    let file = file.to_str().expect("a path in UTF-8");

    for mode in ["model", "node"] {
        let Some(output) = node(&["book/node/trace.mjs", mode, file]) else {
            return;
        };
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{complaints}");
        assert!(complaints.contains(&place), "{complaints}");
        assert!(complaints.contains("answer is false"), "{complaints}");
    }
}

#[test]
fn a_wrong_belief_in_a_table_of_steps_is_found() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, right, wrong, complaint) in [
        // The belief that a chunk of size 0 ends the message.
        (
            "exchange.tsv",
            "\\n0\\r\\n\\r\ttrailer",
            "\\n0\\r\\n\\r\tdone",
            "state is trailer",
        ),
        // The belief that an answer may be used in the second in which its ttl ends.
        (
            "names.tsv",
            "to the second\t30\twww\t30\t0\tbrowser\tsystem\task www",
            "to the second\t30\twww\t30\t0\tbrowser\tbrowser\tkept www 192.0.2.80 0",
            "says is ask www",
        ),
        // The belief that a capacity of 100 is 100 KiB.
        (
            "pipe.tsv",
            "133\tchannel\t102400\t",
            "133\tchannel\t100\t",
            "level is 102400",
        ),
        // The belief that a write waits as soon as the client stops.
        (
            "window.tsv",
            "\t128\t448\t0\tnetwork 12\n",
            "\t128\t448\t0\tnetwork 12, write 12\n",
            "stuck is network 12,",
        ),
    ] {
        let table = std::fs::read_to_string(root().join("book/traces").join(name))
            .expect("the table is there");
        assert!(table.contains(right), "{name} has this row: {right}");
        let file = folder.path().join(name);
        std::fs::write(&file, table.replacen(right, wrong, 1))
            .expect("the file can be written");
        let file = file.to_str().expect("a path in UTF-8");
        let Some(output) = node(&["book/node/trace.mjs", "model", file]) else {
            return;
        };
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{complaints}");
        assert!(complaints.contains(complaint), "{complaints}");
    }
}

#[test]
fn the_figures_in_the_pages_are_what_the_models_give() {
    agrees(&["book/node/figures.mjs", "--check"], "up to date");
}

#[test]
fn the_programs_in_node_print_what_is_recorded() {
    agrees(
        &["book/node/record.mjs", "--check"],
        "outputs agree, 0 do not",
    );
}
