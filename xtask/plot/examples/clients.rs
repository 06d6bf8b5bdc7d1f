//! The recorded curve of the simulator "100 slow clients": the peak memory of the
//! naive and of the streamed server for a growing number of clients.
//!
//! ```text
//! cargo run -p plot --example clients
//! ```
//!
//! It runs `cargo xtask plot` once for each number and writes
//! `book/measured/clients.json`. It takes about two minutes and 2 GiB of memory.
//! Afterwards `node book/node/figures.mjs` draws the figure again.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use serde_json::{Value, json};

/// The version of the JSON file.
const SCHEMA: u32 = 1;
/// Clients at once.
const CLIENTS: [u32; 5] = [1, 10, 25, 50, 100];
/// One run: so slow that all downloads overlap.
const RUN: &str =
    "cargo xtask plot chapter-5 chapter-8 --size 16MiB --clients N --rate 2MiB/s";

/// Why there is no file.
type Fault = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match record() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("clients: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn record() -> Result<(), Fault> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let out = root.join("target/plot");
    let mut runs = Vec::new();
    for clients in CLIENTS {
        let name = format!("clients-{clients}");
        let words = RUN.replace('N', &clients.to_string());
        let mut command =
            Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .current_dir(&root)
            .args(words.split(' ').skip(1))
            .args(["--name", &name, "--out"])
            .arg(&out);
        if !command.status()?.success() {
            return Err(format!("`{words}` failed").into());
        }
        let json = fs::read_to_string(out.join(format!("{name}.json")))?;
        runs.push(serde_json::from_str(&json)?);
    }
    let file = root.join("book/measured/clients.json");
    let text = serde_json::to_string_pretty(&gather(&runs)?)?;
    fs::write(&file, text + "\n")?;
    println!("wrote {}", file.display());
    Ok(())
}

/// The figures of all runs: `peak_mib.chapter-5.100` is what the book shows.
fn gather(runs: &[Value]) -> Result<Value, Fault> {
    let mut peaks = serde_json::Map::new();
    for run in runs {
        let clients = run["clients"].as_u64().ok_or("a run without clients")?;
        for server in run["servers"].as_array().ok_or("a run without servers")? {
            let chapter = server["chapter"]
                .as_str()
                .ok_or("a server without a chapter")?;
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
        "command": "cargo run -p plot --example clients",
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
                "chapter": "chapter-5",
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
