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
            tell(&format!(
                "skipped: `node {}`. Install Node.js 24 or 26 to run it.",
                words.join(" ")
            ));
            None
        }
        Err(error) => panic!("node cannot be started: {error}"),
    }
}

/// Straight to the terminal, because the test harness keeps what `eprintln` says.
fn tell(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}

/// Fails with the program's own words, unless it says that it skips.
fn agrees(words: &[&str], end: &str) {
    let Some(output) = node(words) else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{complaints}");
    if said.starts_with("skipped: ") {
        tell(&format!("`node {}` {}", words.join(" "), said.trim_end()));
        return;
    }
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

/// Runs `record.mjs` as if this Node.js were another version.
fn record_as(version: &str, words: &[&str]) -> Option<(Option<i32>, String)> {
    let program = format!(
        "Object.defineProperty(process, 'version', {{ value: '{version}' }});
         import('./book/node/record.mjs');"
    );
    let output = node(&[&["--eval", &program, "record.mjs"], words].concat())?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    Some((output.status.code(), said))
}

#[test]
fn another_major_version_of_node_is_not_compared_and_not_recorded() {
    for version in ["v20.20.2", "v25.1.0", "v240.0.0"] {
        let Some((code, said)) = record_as(version, &["--check"]) else {
            return;
        };
        let why = format!(
            "this is Node.js {version}, and the outputs are those of Node.js 24 and 26\n"
        );
        assert_eq!((code, said), (Some(0), format!("skipped: {why}")));

        let recorded = record_as(version, &[]).expect("it ran a moment ago");
        assert_eq!(recorded, (Some(1), format!("nothing is recorded: {why}")));
    }
}

#[test]
fn a_release_older_than_its_recording_is_not_compared() {
    for version in ["v24.0.2", "v26.0.0"] {
        let Some((code, said)) = record_as(version, &["--check"]) else {
            return;
        };
        let line = &version[..3];
        let why = format!(
            "this is Node.js {version}, and the outputs are those of Node.js {line}."
        );
        assert!(code == Some(0) && said.contains(&why), "{said}");
    }
}

/// A page about capacity divides 2 GiB by what the table above it says.
#[test]
fn the_clients_in_two_gibibytes_are_those_of_the_table() {
    let read = |path: &str| {
        std::fs::read_to_string(root().join(path)).expect("the file is there")
    };
    let bench: serde_json::Value =
        serde_json::from_str(&read("book/measured/bench.json")).expect("JSON");
    let page = read("book/src/chapter-13-server-past.md");
    for (server, clients) in
        [("direct", "4,400"), ("lean", "24,700"), ("nginx", "1,400")]
    {
        let shown = |measure: &str| -> f64 {
            let value = &bench["measures"][measure]["servers"][server]["shown"];
            value.as_str().expect("text").parse().expect("a number")
        };
        let each =
            shown("peak_many_slow") * 1024.0 / 1000.0 + shown("kernel_many_slow");
        let fit = 2.0 * 1024.0 * 1024.0 / each;
        let rounded: f64 = clients.replace(',', "").parse().expect("a number");
        assert!((fit - rounded).abs() < 100.0, "{server}: {fit:.0} clients");
        assert!(page.contains(&format!("about {clients}")), "{clients}");
    }
}

/// What a program printed, without the version in its first line.
fn recorded(name: &str) -> String {
    let file = root().join("book/node").join(name);
    let text = std::fs::read_to_string(file).expect("the recording is there");
    let (version, printed) = text.split_once('\n').expect("a line of the version");
    let line = if name.contains(".26.") {
        "Node.js v26."
    } else {
        "Node.js v24."
    };
    assert!(version.starts_with(line), "{name}: {version}");
    printed.to_owned()
}

/// The figures of the line that begins so.
fn figures(printed: &str, begins: &str) -> Vec<u32> {
    let line = printed.lines().find(|line| line.starts_with(begins));
    let line = line.unwrap_or_else(|| panic!("no line begins with `{begins}`"));
    line[begins.len()..]
        .split(|sign: char| !sign.is_ascii_digit())
        .filter_map(|figure| figure.parse().ok())
        .collect()
}

/// Chapters 3, 7, 8 and 13 say so.
#[test]
fn the_defaults_in_the_pages_are_what_node_prints() {
    for (name, patience) in [("defaults.out", 250), ("defaults.26.out", 500)] {
        let printed = recorded(name);
        for (begins, expected) in [
            (
                "a name with several addresses: each is tried in turn, for ",
                &[patience][..],
            ),
            ("headersTimeout: ", &[60_000]),
            ("requestTimeout: ", &[300_000]),
            ("keepAliveTimeout: ", &[5000, 1000]),
            ("a response's high-water mark: ", &[65_536]),
            ("for await took 1 chunk of ", &[4096, 17, 65_536]),
        ] {
            assert_eq!(figures(&printed, begins), expected, "{name}: {begins}");
        }
        assert!(printed.contains("allowHalfOpen: net false, http true\n"));
        assert!(printed.contains("noDelay: true\n"));
    }
}

/// Chapter 6 says so about both lines, and shows the output of the first.
#[test]
fn a_string_from_a_buffer_is_outside_the_heap_on_both_lines() {
    for (name, external, pool) in [
        ("buffers.out", 60..70, 65_536),
        ("buffers.26.out", 30..40, 65_600),
    ] {
        let printed = recorded(name);
        let [heap, outside, ..] =
            figures(&printed, "32 Mi characters, from a Buffer")[..]
        else {
            panic!("{name}: too few figures");
        };
        assert!(
            heap < 10 && external.contains(&outside),
            "{name}: {printed}"
        );
        let made = figures(&printed, "32 Mi characters, made in JavaScript");
        assert!(made[0] > 32, "{name}: {printed}");
        let small = figures(&printed, "Buffer.from('hello') lies in ");
        assert_eq!(small, [pool], "{name}");
    }
}
