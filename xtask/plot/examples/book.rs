//! Measures again whatever the book shows of `cargo xtask plot`: the reference plots,
//! and the recorded curve of the simulator "100 slow clients".
//!
//! ```text
//! cargo run -p plot --example book
//! ```
//!
//! Names behind `--` measure these only: `front`, `clients`. It writes into
//! `book/measured`. All together take about six minutes, 2 GiB of memory, and
//! Node.js. Afterwards `node book/node/figures.mjs` draws the simulator's figure again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde_json::{Value, json};

/// The version of the JSON file.
const SCHEMA: u32 = 1;
/// Each plot: its files' name, and which of them the book has beside the JSON.
const PLOTS: [(&str, &str, &[&str]); 5] = [
    (
        // The first picture of the book and of the README: the beginning and the end.
        "front",
        "cargo xtask plot chapter-5 chapter-10",
        &["svg", "png"],
    ),
    ("reference", "cargo xtask plot --size 1GiB", &["svg", "csv"]),
    (
        // What a page measures of the learner's own: `measurement::LOAD`.
        "page",
        "cargo xtask plot chapter-5 chapter-8 --size 64MiB --rate 16MiB/s",
        &["csv"],
    ),
    (
        "node-plot",
        "cargo xtask plot --clients 8 --rate 1MiB/s --node",
        &["svg"],
    ),
    (
        "stalled",
        "cargo xtask plot --size 256MiB --stall 4s --node",
        &["svg"],
    ),
];
/// Clients at once.
const CLIENTS: [u32; 5] = [1, 10, 25, 50, 100];
/// One run: so slow that all downloads overlap.
const RUN: &str =
    "cargo xtask plot chapter-5 chapter-8 --size 16MiB --clients N --rate 2MiB/s";

/// Why there is no file.
type Error = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match record() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("book: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn record() -> Result<(), Error> {
    let measured = root().join("book/measured");
    let names: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |name: &str| names.is_empty() || names.iter().any(|it| it == name);
    for (name, words, endings) in PLOTS.into_iter().filter(|(name, ..)| wanted(name)) {
        plot(words, name)?;
        for ending in endings.iter().chain(&["json"]) {
            let file = format!("{name}.{ending}");
            fs::copy(out().join(&file), measured.join(&file))?;
            println!("wrote {}", measured.join(&file).display());
        }
    }
    if !wanted("clients") {
        return Ok(());
    }
    let mut runs = Vec::new();
    for clients in CLIENTS {
        let words = RUN.replace('N', &clients.to_string());
        runs.push(plot(&words, &format!("clients-{clients}"))?);
    }
    let file = measured.join("clients.json");
    let text = serde_json::to_string_pretty(&gather(&runs)?)?;
    fs::write(&file, text + "\n")?;
    println!("wrote {}", file.display());
    Ok(())
}

/// Plots under a name, and gives what the JSON file says.
fn plot(words: &str, name: &str) -> Result<Value, Error> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .current_dir(root())
        .args(words.split(' ').skip(1))
        .args(["--name", name, "--out"])
        .arg(out());
    if !command.status()?.success() {
        return Err(format!("`{words}` failed").into());
    }
    let json = fs::read_to_string(out().join(format!("{name}.json")))?;
    Ok(serde_json::from_str(&json)?)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Where the runs leave all of their files.
fn out() -> PathBuf {
    root().join("target/plot")
}

/// The figures of all runs: `peak_mib.chapter-5.100` is what the book shows.
fn gather(runs: &[Value]) -> Result<Value, Error> {
    let mut peaks = serde_json::Map::new();
    for run in runs {
        let clients = run["clients"].as_u64().ok_or("a run without clients")?;
        for server in run["servers"].as_array().ok_or("a run without servers")? {
            let chapter = server["server"].as_str();
            let chapter = chapter.ok_or("a server without a name")?;
            if server["verified"] != true {
                return Err(format!("{chapter} sent something wrong").into());
            }
            let peak = server["peak_resident_bytes"].as_u64();
            let mib = peak.ok_or("a server without a peak")? as f64 / 1048576.0;
            let peaks = peaks.entry(chapter).or_insert_with(|| json!({}));
            peaks[clients.to_string()] = json!((mib * 10.0).round() / 10.0);
        }
    }
    let first = runs.first().ok_or("no run")?;
    Ok(json!({
        "schema": SCHEMA,
        "command": "cargo run -p plot --example book",
        "run": RUN,
        "circumstances": first["circumstances"],
        "size_bytes": first["size_bytes"],
        "peak_mib": peaks,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(clients: u32, peak: u64, verified: bool) -> Value {
        json!({
            "clients": clients,
            "circumstances": "a test",
            "size_bytes": 16,
            "servers": [{
                "server": "chapter-5",
                "peak_resident_bytes": peak,
                "verified": verified,
            }],
        })
    }

    #[test]
    fn every_peak_is_found_by_its_chapter_and_its_clients() {
        let gathered = gather(&[run(1, 20 << 20, true), run(10, 1 << 19, true)]);
        let gathered = gathered.expect("both are right");
        assert_eq!(gathered["peak_mib"]["chapter-5"]["1"], json!(20.0));
        assert_eq!(gathered["peak_mib"]["chapter-5"]["10"], json!(0.5));
        assert_eq!(gathered["circumstances"], "a test");
    }

    #[test]
    fn a_download_that_went_wrong_is_no_figure() {
        let fault = gather(&[run(1, 20, false)]).expect_err("it went wrong");
        assert!(fault.to_string().contains("chapter-5"), "{fault}");
        assert!(gather(&[]).is_err());
        assert!(gather(&[json!({"clients": 1})]).is_err());
    }
}
