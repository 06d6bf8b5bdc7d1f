//! Takes the libraries of other authors from the real target directory, so that a copy
//! of the workbook doesn't have to build them again.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Fills the target directory of a copy that has none. If something can't be taken,
/// cargo builds it.
///
/// Cargo identifies a library from a registry by its name, wherever it is, and by the
/// age of its file. Members of the workspace are identified by their path, so they're
/// built again.
pub(crate) fn seed(real: &Path, copy: &Path) -> io::Result<()> {
    if copy.exists() || !real.join("debug").is_dir() {
        return Ok(());
    }
    let taken = take(&real.join("debug"), &copy.join("debug"));
    if taken.is_err() && copy.exists() {
        fs::remove_dir_all(copy)?;
    }
    Ok(())
}

fn take(real: &Path, copy: &Path) -> io::Result<()> {
    let all = |_: &Path| true;
    copied(&real.join(".fingerprint"), &copy.join(".fingerprint"), &all)?;
    copied(&real.join("build"), &copy.join("build"), &all)?;
    // The programs of the workspace, which are gigabytes, are beside the libraries.
    let ending = |path: &Path, ends: &[&str]| {
        path.extension()
            .is_some_and(|it| ends.iter().any(|end| it == *end))
    };
    let (real, copy) = (real.join("deps"), copy.join("deps"));
    copied(&real, &copy, &|path| ending(path, &["d"]))?;
    for entry in fs::read_dir(&real)? {
        let path = entry?.path();
        // The compiler replaces these, and never writes into them.
        if ending(&path, &["rlib", "rmeta", "so", "dylib", "dll"]) {
            fs::hard_link(&path, copy.join(path.file_name().unwrap_or_default()))?;
        }
    }
    Ok(())
}

/// Copies the files that are needed, and keeps their time stamps.
fn copied(from: &Path, to: &Path, wanted: &dyn Fn(&Path) -> bool) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let from = entry?.path();
        let to = to.join(from.file_name().unwrap_or_default());
        if from.is_dir() {
            copied(&from, &to, wanted)?;
        } else if wanted(&from) {
            fs::copy(&from, &to)?;
            let age = fs::metadata(&from)?.modified()?;
            File::options().write(true).open(&to)?.set_modified(age)?;
        }
    }
    Ok(())
}
