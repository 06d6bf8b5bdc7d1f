//! The files of a plot: SVG, PNG, CSV and JSON.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::curve::{Curve, Run, mebibytes};
use crate::error::Error;
use crate::figure;
use crate::options::Options;

/// The version of the JSON file.
const SCHEMA: u32 = 2;

/// Creates the folder before anything is measured, so that no run is lost.
pub(crate) fn folder(options: &Options) -> Result<PathBuf, Error> {
    let folder = match &options.out {
        Some(folder) => folder.clone(),
        None => programs::root().join("target").join("plot"),
    };
    let made = fs::create_dir_all(&folder)
        .and_then(|()| save_bytes(&folder.join(".plot"), b""));
    let tried = made.and_then(|()| fs::remove_file(folder.join(".plot")));
    tried.map_err(|error| Error::File {
        doing: "write into the folder",
        path: folder.clone(),
        error,
    })?;
    Ok(folder)
}

/// Writes all four files, and prints where they are, the picture first.
pub(crate) fn write(
    run: &Run,
    folder: &Path,
    options: &Options,
) -> Result<Vec<PathBuf>, Error> {
    let path = |ending: &str| folder.join(format!("{}.{ending}", options.name));
    save(&path("png"), &figure::png(run)?)?;
    save(&path("svg"), figure::svg(run)?.as_bytes())?;
    save(&path("csv"), csv(run).as_bytes())?;
    let json = serde_json::to_string_pretty(&json(run)).unwrap_or_default();
    save(&path("json"), (json + "\n").as_bytes())?;
    Ok(["png", "svg", "csv", "json"].map(path).to_vec())
}

/// Opens a file with the operating system's own program.
pub(crate) fn open(path: &Path) -> Result<(), Error> {
    let (program, first): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("cmd", &["/C", "start", ""])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command
        .args(first)
        .arg(path)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().map(drop).map_err(|error| Error::File {
        doing: "open",
        path: path.to_owned(),
        error,
    })
}

fn save(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    save_bytes(path, bytes).map_err(|error| Error::File {
        doing: "write",
        path: path.to_owned(),
        error,
    })
}

/// Written under another name first, so that a reader never sees an incomplete file.
fn save_bytes(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let part = path.with_extension("part");
    let saved = fs::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    if saved.is_err() {
        // The rest of the file is useless, and it may not even exist.
        let _ = fs::remove_file(&part);
    }
    saved
}

/// One line for each sample. No field contains a comma, because labels aren't included.
fn csv(run: &Run) -> String {
    let mut text = "server,seconds,resident_bytes\n".to_owned();
    for curve in &run.curves {
        for sample in &curve.series.samples {
            let seconds = sample.seconds - curve.requested;
            text += &format!("{},{seconds:.4},{}\n", curve.server, sample.bytes);
        }
    }
    text
}

fn json(run: &Run) -> Value {
    // The same figures as text, by server, as a page of the book shows them.
    let shown: serde_json::Map<String, Value> = run
        .curves
        .iter()
        .map(|curve| (curve.server.clone(), shown(curve)))
        .collect();
    json!({
        "schema": SCHEMA,
        "story": run.story,
        "command": run.command,
        "circumstances": run.circumstances,
        "size_bytes": run.size,
        "clients": run.clients,
        "servers": run.curves.iter().map(server).collect::<Vec<_>>(),
        "predicted": run.prediction.as_ref().map(|it| {
            json!({ "label": it.label, "peak_mib": it.peak })
        }),
        "shown": shown,
    })
}

/// Returns when the server first continued to read after a wait, for people.
pub(crate) fn drained(curve: &Curve) -> String {
    let drain = curve.first_drain();
    drain.map_or("none".to_owned(), |drain| format!("{drain:.1} s"))
}

/// A server's figures as the book shows them.
pub(crate) fn shown(curve: &Curve) -> Value {
    json!({
        "peak": format!("{:.1} MiB", mebibytes(curve.peak())),
        "first_byte": format!("{:.1} ms", curve.first_byte() * 1000.0),
        "first_drain": drained(curve),
        "time": format!("{:.2} s", curve.time.as_secs_f64()),
        "speed": format!("{:.0} MB/s", curve.speed()),
    })
}

/// A server's figures.
pub(crate) fn server(curve: &Curve) -> Value {
    json!({
        "label": curve.label,
        "server": curve.server,
        "peak_resident_bytes": curve.peak(),
        "kernel_high_water_bytes": curve.series.high_water,
        "send_queue_peak_mib": curve.kernel_peak(),
        "first_byte_seconds": curve.first_byte(),
        "first_drain_seconds": curve.first_drain(),
        "seconds": curve.time.as_secs_f64(),
        "megabytes_per_second": curve.speed(),
        "bytes": curve.bytes,
        "verified": curve.is_right(),
        "flaw": curve.flaw,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::example;

    #[test]
    fn the_csv_has_one_line_a_sample_counted_from_the_first_request() {
        let text = csv(&example());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 1 + 2 * 20);
        assert_eq!(lines[2], "chapter-5,0.0000,107374182");
    }

    #[test]
    fn the_json_says_how_to_repeat_it_and_what_was_wrong() {
        let value = json(&example());
        assert_eq!(value["command"], "cargo xtask plot");
        assert_eq!(value["servers"][0]["verified"], true);
        assert_eq!(value["servers"][1]["flaw"], "bytes are missing");
        assert_eq!(value["shown"]["chapter-8"]["peak"], "8.0 MiB");
    }

    #[test]
    fn a_disk_that_is_full_is_named_and_keeps_no_part() {
        let Ok(folder) = mounted("size=64k") else {
            eprintln!("skipped: only root can mount a small disk");
            return;
        };
        let words = ["--out".to_owned(), folder.path().display().to_string()];
        let Ok(crate::options::Request::Plot(options)) = Options::parse(&words) else {
            panic!("this is right");
        };
        let written = write(&example(), folder.path(), &options);
        let left = fs::read_dir(folder.path()).expect("it can be read").count();
        let unmounted = Command::new("umount").arg(folder.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()));
        let fault = written.expect_err("it is smaller than a picture");
        assert_eq!((fault.exit(), left), (3, 0), "{fault}");
        for part in ["memory.png", "No space left", "--out"] {
            assert!(fault.to_string().contains(part), "{fault}");
        }
    }

    /// A small file system in memory.
    fn mounted(options: &str) -> std::io::Result<lab::folder::Folder> {
        let folder = lab::folder::Folder::new()?;
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(folder.path());
        let status = mount.stderr(Stdio::null()).status()?;
        if status.success() {
            Ok(folder)
        } else {
            Err(std::io::Error::other("not root"))
        }
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = lab::folder::Folder::new().expect("a temporary folder");
        let taken = folder.file("taken", b"").expect("a file");
        let words = ["--out".to_owned(), taken.display().to_string()];
        let Ok(crate::options::Request::Plot(options)) = Options::parse(&words) else {
            panic!("this is right");
        };
        let fault = super::folder(&options).expect_err("a file is no folder");
        assert_eq!(fault.exit(), 3);
        assert!(fault.to_string().contains("taken"), "{fault}");
    }
}
