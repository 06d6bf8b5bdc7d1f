//! What is built for Windows, and how it is started under Wine.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::toolchain::Toolchain;

/// The system that is built for.
const TARGET: &str = "x86_64-pc-windows-gnu";
const COMPILER: &str = "x86_64-w64-mingw32-gcc";
/// Stands in for a library that older versions of Wine lack.
const LIBRARY: (&str, &str) = ("bcryptprimitives.dll", include_str!("prng.c"));
/// The runner and its tools, which the chapters' checks are built together with: one
/// set of features for all.
const TOOLS: [&str; 4] = ["xtask", "plot", "book-builder", "stand-in"];

/// Programs for Windows, and where Wine keeps its own files.
#[derive(Clone)]
pub(super) struct Programs {
    folder: PathBuf,
    /// What the stand-in for cargo knows.
    table: PathBuf,
    built: BTreeMap<(String, String), PathBuf>,
}

impl Programs {
    /// Builds the tools, and the checks of these packages.
    pub(super) fn build(toolchain: &Toolchain, packages: &[String]) -> Result<Self> {
        let mut cargo = cargo(toolchain);
        // The book grades the first exercise.
        let packages = packages.iter().map(String::as_str);
        for package in packages.chain(TOOLS).chain(["chapter-1"]) {
            cargo.args(["--package", package]);
        }
        cargo.args(["--test", "check"]);
        for tool in TOOLS {
            cargo.args(["--bin", tool]);
        }
        let folder = toolchain.folder();
        let none = Self {
            folder: folder.to_owned(),
            table: folder.join("programs.tsv"),
            built: BTreeMap::new(),
        };
        let programs = none.and(&mut cargo, "programs")?;
        programs.create_prefix()?;
        Ok(programs)
    }

    /// Lets Wine create its folder. Two programs that both find none would each create
    /// it, and one of them would fail: "chdir to …: No such file or directory".
    fn create_prefix(&self) -> Result<()> {
        let created = self.wine("wineboot").arg("--init").output()?;
        let why = String::from_utf8_lossy(&created.stderr);
        ensure!(created.status.success(), "Wine can't start: {why}");
        Ok(())
    }

    /// These, and what `cargo` is told to build. The table of all has this name.
    pub(super) fn and(&self, cargo: &mut Command, name: &str) -> Result<Self> {
        let mut all = self.clone();
        all.table = self.folder.join(name).with_extension("tsv");
        all.take(cargo)?;
        all.add_library()?;
        all.write_table()?;
        Ok(all)
    }

    fn take(&mut self, cargo: &mut Command) -> Result<()> {
        let mut child = cargo.stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().context("standard output is piped")?;
        for line in BufReader::new(output).lines() {
            let message: Value = serde_json::from_str(&line?).unwrap_or_default();
            let Some(program) = message["executable"].as_str() else {
                continue;
            };
            let package = message["package_id"].as_str().unwrap_or_default();
            let kind = message["target"]["kind"][0].as_str().unwrap_or_default();
            let key = (name(package).to_owned(), kind.to_owned());
            self.built.insert(key, PathBuf::from(program));
        }
        ensure!(
            child.wait()?.success(),
            "something doesn't build for Windows"
        );
        Ok(())
    }

    /// A program that was built.
    pub(super) fn program(&self, package: &str, kind: &str) -> Result<&Path> {
        let found = self.built.get(&(package.to_owned(), kind.to_owned()));
        let found = found.map(PathBuf::as_path);
        found.with_context(|| format!("{package} has no {kind} for Windows"))
    }

    /// The runner under Wine, in this workbook. Where it starts cargo, it starts the
    /// stand-in.
    pub(super) fn xtask(&self, root: &Path) -> Result<Command> {
        let mut wine = self.wine(self.program("xtask", "bin")?);
        wine.current_dir(root)
            .env("CARGO", on_windows(self.program("stand-in", "bin")?))
            .env("STAND_IN", on_windows(&self.table))
            .env("NO_COLOR", "1")
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("RUST_BACKTRACE");
        Ok(wine)
    }

    /// A program under Wine, whose own files are in this folder.
    fn wine(&self, program: impl AsRef<OsStr>) -> Command {
        let mut wine = Command::new("wine");
        wine.arg(program)
            .env("WINEDEBUG", "-all")
            .env("WINEPREFIX", self.folder.join("prefix"))
            // Wine leaves its socket behind.
            .env("TMPDIR", &self.folder)
            .stdin(Stdio::null());
        wine
    }

    fn write_table(&self) -> Result<()> {
        let lines = self.built.iter().map(|((package, kind), program)| {
            format!("{package}\t{kind}\t{}\n", on_windows(program))
        });
        fs::write(&self.table, lines.collect::<String>())?;
        Ok(())
    }

    /// Puts the library beside every program.
    fn add_library(&self) -> Result<()> {
        let (name, source) = LIBRARY;
        let library = self.folder.join(name);
        let code = self.folder.join("prng.c");
        fs::write(&code, source)?;
        let made = Command::new(COMPILER)
            .args(["-shared", "-o"])
            .args([&library, &code])
            .arg("-ladvapi32")
            .status()?;
        ensure!(made.success(), "{COMPILER} can't build {name}");
        for program in self.built.values() {
            let folder = program.parent().context("a program is in a folder")?;
            fs::copy(&library, folder.join(name))?;
        }
        Ok(())
    }
}

/// Cargo that builds for Windows, and says what it has built.
pub(super) fn cargo(toolchain: &Toolchain) -> Command {
    let mut cargo = toolchain.cargo("build", TARGET);
    cargo
        .args(["--quiet", "--message-format=json-render-diagnostics"])
        .env("CC_x86_64_pc_windows_gnu", COMPILER);
    cargo
}

/// The processes under Wine that run this program: its path is among their words.
pub(super) fn running(program: &Path) -> Vec<u32> {
    let path = program.to_string_lossy();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let words = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let words = String::from_utf8_lossy(&words).replace('\\', "/");
        let first = words.split('\0').next().unwrap_or_default();
        let number = entry.file_name().to_string_lossy().parse();
        if let Ok(number) = number
            && first.ends_with(&*path)
        {
            found.push(number);
        }
    }
    found
}

/// Presses Ctrl-C: Wine makes the event of it from this signal.
pub(super) fn interrupt(process: u32) -> Result<()> {
    let sent = Command::new("kill")
        .args(["-INT", &process.to_string()])
        .status()?;
    ensure!(sent.success(), "the signal can't be sent");
    Ok(())
}

/// A path as programs under Wine see it: drive Z is the whole of this system.
pub(super) fn on_windows(path: &Path) -> String {
    format!("Z:{}", path.display())
}

/// The name in a package's id: `path+file:///…/stand-in#0.1.0`, or `…#name@0.1.0`.
fn name(id: &str) -> &str {
    let (path, version) = id.rsplit_once('#').unwrap_or((id, ""));
    match version.split_once('@') {
        Some((name, _)) => name,
        None => path.rsplit('/').next().unwrap_or(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_known_by_its_name() {
        let long = "path+file:///here/chapter-01-addresses#chapter-1-solution@0.1.0";
        assert_eq!(name(long), "chapter-1-solution");
        assert_eq!(name("path+file:///here/xtask/plot#0.1.0"), "plot");
    }
}
