//! The folder that the server has under `/files/`.

use std::fs::{self, File, FileTimes};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use lab::payload::Payload;
use lab_net::{Client, Request};

use super::table::Values;

/// Length of `a.bin`.
pub const LENGTH: u64 = 1000;
/// When every file was changed: Sunday, 6 November 1994, 08:49:37 GMT, the date of
/// the RFC's own examples. Long ago, so that its date is a strong validator.
const MODIFIED: u64 = 784_111_777;

/// Makes the files in `root`, and what must not be reached beside it.
pub fn make(root: &Path) -> io::Result<()> {
    fs::create_dir_all(root.join("folder"))?;
    let payload = Payload::new(LENGTH);
    if !root.join("a.bin").exists() {
        payload.create(root, "a.bin")?;
    }
    let ten = b"ten bytes!";
    for name in ["folder/inner", "two words", "ü", ".hidden"] {
        fs::write(root.join(name), ten)?;
    }
    fs::write(root.join("empty"), b"")?;
    fs::write(
        root.join("page.html"),
        b"<!doctype html><title>A page</title>",
    )?;
    let outside = root.with_extension("outside");
    fs::create_dir_all(&outside)?;
    fs::write(outside.join("secret"), ten)?;
    fs::write(root.with_file_name("secret"), ten)?;
    links(root, &outside)?;
    let when = UNIX_EPOCH + Duration::from_secs(MODIFIED);
    for name in ["a.bin", "empty", "page.html"] {
        let file = File::options().write(true).open(root.join(name))?;
        file.set_times(FileTimes::new().set_modified(when))?;
    }
    Ok(())
}

/// What the table has in braces.
pub async fn values(server: SocketAddr) -> Values {
    let head = Client::new(server)
        .download(&Request::head("/files/a.bin"))
        .await;
    let head = head.expect("the server answers").head;
    let tag = head.header("etag").unwrap_or("\"none\"").to_owned();
    let many: Vec<String> = (0..2000).map(|at| format!("X-{at}: {at}")).collect();
    let parts: Vec<String> = (0..500).map(|at| format!("{0}-{0}", at * 2)).collect();
    Values::from([
        ("etag", tag),
        ("modified", "Sun, 06 Nov 1994 08:49:37 GMT".to_owned()),
        ("before", "Sat, 05 Nov 1994 08:49:37 GMT".to_owned()),
        ("after", "Mon, 07 Nov 1994 08:49:37 GMT".to_owned()),
        ("modified-850", "Sunday, 06-Nov-94 08:49:37 GMT".to_owned()),
        ("modified-asctime", "Sun Nov  6 08:49:37 1994".to_owned()),
        ("long", "x".repeat(100 * 1024)),
        ("name", "n".repeat(10_000)),
        ("many", many.join(" ; ")),
        ("parts", parts.join(",")),
    ])
}

#[cfg(unix)]
fn links(root: &Path, outside: &Path) -> io::Result<()> {
    use std::os::unix::fs::symlink;
    use std::process::Command;
    for (target, name) in [
        (outside.join("secret"), "out"),
        (outside.to_owned(), "away"),
    ] {
        if fs::symlink_metadata(root.join(name)).is_err() {
            symlink(target, root.join(name))?;
        }
    }
    if !root.join("pipe").exists() {
        Command::new("mkfifo").arg(root.join("pipe")).status()?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn links(_: &Path, _: &Path) -> io::Result<()> {
    // No pipe in a folder, and links need a right: those rows ask for what is not there.
    Ok(())
}
