//! Uses a small real run to prove that the plot distinguishes naive servers from
//! streaming ones.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::harness::runner;
use crate::harness::tally::Tally;

/// Large enough that a whole file in memory cannot be mistaken for a buffer.
const SIZE: &str = "256MiB";
const MIB: f64 = 1024.0 * 1024.0;

/// Runs `cargo xtask plot` and looks at what it wrote.
pub fn prove() -> Result<Tally> {
    let out = runner::root().join("target").join("proof").join("plot");
    let words = format!("plot --size {SIZE} --out {}", out.display());
    let said = runner::say(&runner::root(), &words)?;
    let mut tally = Tally::default();
    print!("{}", said.stdout);
    ensure!(
        said.code == 0,
        "plot exited with code {}: {}",
        said.code,
        said.stderr
    );

    let run: Value =
        serde_json::from_str(&fs::read_to_string(out.join("memory.json"))?)?;
    let servers = run["servers"].as_array().context("servers")?;
    ensure!(servers.len() == 2, "two servers are compared by default");
    let peak =
        |at: usize| servers[at]["peak_resident_bytes"].as_f64().unwrap_or(0.0) / MIB;
    let naive = format!("the naive server held the whole file: {:.1} MiB", peak(0));
    tally.count(&naive, told(peak(0) >= 250.0));
    let streamed = format!("the streamed server stayed flat: {:.1} MiB", peak(1));
    tally.count(&streamed, told(peak(1) <= 24.0));
    for server in servers {
        let name = format!("{} was verified", server["label"]);
        tally.count(&name, told(server["verified"] == true));
    }
    for (file, start) in [
        ("memory.png", b"\x89PNG".as_slice()),
        ("memory.svg", b"<svg"),
    ] {
        let bytes = fs::read(out.join(file))?;
        let drawn = bytes.len() > 4000 && bytes.starts_with(start);
        tally.count(
            &format!("{file} is a picture of {} bytes", bytes.len()),
            told(drawn),
        );
    }
    let csv = fs::read_to_string(out.join("memory.csv"))?;
    let samples = csv.lines().count();
    tally.count(
        &format!("memory.csv has {samples} lines"),
        told(samples > 20),
    );
    tally.count(
        "the events of a run are its curve, sample by sample",
        events(&out).map_err(|error| format!("{error:#}")),
    );
    if cfg!(target_os = "linux") {
        tally.count(
            "a server that runs out of memory is reported, with a run that fits",
            limited(&out).map_err(|error| format!("{error:#}")),
        );
    }
    let compared =
        "the plot shows whether Node.js obeys or ignores the return value of `write`";
    match Command::new("node").arg("--version").output() {
        Ok(_) => tally.count(compared, node(&out).map_err(|e| format!("{e:#}"))),
        Err(_) => println!("skipped: {compared}. Install Node.js 24 or 26."),
    }
    Ok(tally)
}

/// If the memory limit is too small for the whole file, the message must not send
/// anybody to the checks.
fn limited(out: &Path) -> Result<()> {
    let runner = runner::xtask(&runner::root())?;
    let mut command = Command::new("sh");
    command
        .args(["-c", "ulimit -v 1500000; exec \"$0\" \"$@\""])
        .arg(runner.get_program())
        .args(["plot", "naive", "--size", "2 GiB", "--out"])
        .arg(out)
        .current_dir(runner::root());
    let said = runner::Said::from(command.output()?);
    ensure!(said.code == 3, "exit code {}: {}", said.code, said.stderr);
    for part in [
        "A run that fits: cargo xtask plot chapter-5 --size 512MiB",
        "ran out of memory",
        "Next: cargo xtask plot chapter-5 --size 512MiB",
    ] {
        ensure!(said.says(part), "{part}: {}", said.stderr);
    }
    ensure!(!said.says("cargo xtask check"), "{}", said.stderr);
    Ok(())
}

/// A client that stalls, and four servers. A server that obeys waits, and then
/// continues to read.
fn node(out: &Path) -> Result<()> {
    let load = "--size 96MiB --stall 1s --node";
    let words = format!("plot chapter-8 {load} --name node --out {}", out.display());
    let said = runner::say(&runner::root(), &words)?;
    ensure!(said.code == 0, "exit code {}: {}", said.code, said.stderr);
    let run: Value = serde_json::from_str(&fs::read_to_string(out.join("node.json"))?)?;
    let of = |name: &str| {
        let servers = run["servers"].as_array().into_iter().flatten();
        let mut servers = servers.filter(|server| server["server"] == name);
        servers.next().with_context(|| format!("no server {name}"))
    };
    let peak = |name: &str| -> Result<f64> {
        Ok(of(name)?["peak_resident_bytes"].as_f64().unwrap_or(0.0) / MIB)
    };
    let [ours, naive, streamed, ignored] =
        ["chapter-8", "node-naive", "node-streamed", "node-ignored"].map(peak);
    let (ours, naive, streamed, ignored) = (ours?, naive?, streamed?, ignored?);
    ensure!(ours < 24.0, "chapter 8 held {ours:.1} MiB");
    let least = streamed + 64.0;
    ensure!(
        naive > least && ignored > least,
        "{naive}, {streamed}, {ignored}"
    );
    // A server that waits as long as the client does, and then continues, has drained.
    for name in ["chapter-8", "node-streamed"] {
        let drain = &of(name)?["first_drain_seconds"];
        let known = cfg!(target_os = "linux");
        ensure!(drain.is_f64() == known, "{name} first drained at {drain}");
    }
    Ok(())
}

/// The events of a run contain the same figures as its files.
fn events(out: &Path) -> Result<()> {
    let load = "--size 8MiB --rate 16MiB/s";
    let words = format!("plot chapter-8 {load} --events --name events --out");
    let said = runner::say(&runner::root(), &format!("{words} {}", out.display()))?;
    let events = said.stdout.lines().map(serde_json::from_str);
    let events: Vec<Value> = events.collect::<Result<_, _>>()?;
    let of = |name: &str| -> Vec<&Value> {
        let is_meant = |event: &&Value| event["event"] == name;
        events.iter().filter(is_meant).collect()
    };
    let samples: Vec<String> = of("sample")
        .into_iter()
        .map(|sample| {
            let seconds = sample["seconds"].as_f64().unwrap_or(-1.0);
            format!("chapter-8,{seconds:.4},{}", sample["bytes"])
        })
        .collect();
    let csv = fs::read_to_string(out.join("events.csv"))?;
    let lines: Vec<&str> = csv.lines().skip(1).collect();
    let lines: Vec<&str> = lines
        .into_iter()
        .filter(|line| !line.contains(",-"))
        .collect();
    ensure!(samples.len() > 10, "{} samples", samples.len());
    ensure!(samples == lines, "{samples:?} are not {lines:?}");

    let file = fs::read_to_string(out.join("events.json"))?;
    let file: Value = serde_json::from_str(&file)?;
    let finished = of("finished");
    let finished = finished.first().context("there is no event `finished`")?;
    for (key, value) in file["servers"][0].as_object().context("a server")? {
        ensure!(finished[key] == *value, "{key}: {}", finished[key]);
    }
    ensure!(finished["shown"] == file["shown"]["chapter-8"], "shown");
    let last = events.last().context("no event")?;
    ensure!(last["event"] == "written", "the last event is {last}");
    Ok(())
}

fn told(holds: bool) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err("it is not so".to_owned())
    }
}
