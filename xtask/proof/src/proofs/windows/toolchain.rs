//! The compiler for other systems: Debian packages that are unpacked, not installed.
//!
//! The standard libraries for Windows and macOS come with no package, and `rustup` may
//! be out of reach. Debian's newest compiler brings the source of its library, from
//! which cargo builds them (`-Z build-std`). Its packages conflict with `rustup`, and so
//! they are unpacked below `target/windows`, where a cache can keep them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::harness::runner;

/// The programs that `.ci/run` installs.
const NEEDED: [&str; 3] = ["x86_64-w64-mingw32-gcc", "wine", "dpkg-deb"];
/// Debian's compiler, as it is packaged for the browsers: it is the newest.
const COMPILER: &str = "rustc-web";
const SOURCE: &str = "rust-web-src";

/// A compiler that can build the standard library.
#[derive(Debug, Clone)]
pub(super) struct Toolchain {
    folder: PathBuf,
}

impl Toolchain {
    /// The unpacked toolchain; unpacks it first if it has to. The inner `Err` says what
    /// this machine lacks for it.
    pub(super) fn prepare() -> Result<Result<Self, String>> {
        for program in NEEDED {
            let asked = Command::new(program)
                .arg("--version")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            if asked.is_err() {
                return Ok(Err(format!("there is no {program}")));
            }
        }
        let folder = runner::root().join("target").join("windows");
        let toolchain = Self { folder };
        if !toolchain.rustc().is_file()
            && let Some(lacking) = toolchain.unpack()?
        {
            return Ok(Err(lacking));
        }
        toolchain.check()?;
        Ok(Ok(toolchain))
    }

    /// Where everything of this stage is kept.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Cargo with this compiler, and with a target folder of its own.
    pub(super) fn cargo(&self, command: &str, target: &str) -> Command {
        let mut cargo = runner::cargo(&runner::root());
        cargo
            .arg(command)
            .args(["-Z", "build-std=std,panic_unwind,test", "--target", target])
            .env("RUSTC", self.rustc())
            .env("LD_LIBRARY_PATH", self.libraries())
            // What cargo calls unstable, it needs for the library alone.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("CARGO_PROFILE_DEV_DEBUG", "false")
            .env_remove("RUSTC_WRAPPER")
            .env_remove("RUSTFLAGS");
        cargo
    }

    fn root(&self) -> PathBuf {
        self.folder.join("root")
    }

    fn rustc(&self) -> PathBuf {
        self.root().join("usr/bin/rustc")
    }

    fn libraries(&self) -> PathBuf {
        let machine = format!("{}-linux-gnu", std::env::consts::ARCH);
        self.root().join("usr/lib").join(machine)
    }

    /// Downloads and unpacks; what is lacking, if something is.
    fn unpack(&self) -> Result<Option<String>> {
        let Some(packages) = packages() else {
            return Ok(Some(format!("Debian's packages have no {SOURCE}")));
        };
        println!("Unpacking {} below target/windows.", packages.join(", "));
        let downloads = self.folder.join("packages");
        // A root that was broken off in the middle has no compiler: it is made anew.
        let fresh = self.folder.join("fresh");
        for folder in [&downloads, &fresh, &self.root()] {
            let _ = fs::remove_dir_all(folder);
        }
        fs::create_dir_all(&downloads)?;
        let got = Command::new("apt-get")
            .args(["download", "-qq"])
            .args(&packages)
            .current_dir(&downloads)
            .stderr(Stdio::null())
            .status();
        if !got.is_ok_and(|status| status.success()) {
            return Ok(Some("Debian's packages can't be downloaded".to_owned()));
        }
        for package in fs::read_dir(&downloads)? {
            let unpacked = Command::new("dpkg-deb")
                .arg("--extract")
                .arg(package?.path())
                .arg(&fresh)
                .status()?;
            ensure!(unpacked.success(), "dpkg-deb can't unpack a package");
        }
        fs::rename(&fresh, self.root())?;
        fs::remove_dir_all(&downloads)?;
        Ok(None)
    }

    fn check(&self) -> Result<()> {
        let asked = Command::new(self.rustc())
            .arg("--version")
            .env("LD_LIBRARY_PATH", self.libraries())
            .output()
            .context("Debian's compiler doesn't start")?;
        ensure!(
            asked.status.success(),
            "Debian's compiler doesn't start: {}",
            String::from_utf8_lossy(&asked.stderr)
        );
        print!("{}", String::from_utf8_lossy(&asked.stdout));
        Ok(())
    }
}

/// The packages of the newest compiler, each with its version; nothing where there are
/// none. Those of one build belong together: so the compiler asks for the rest.
fn packages() -> Option<Vec<String>> {
    let listed = say("apt-cache", &["madison", SOURCE])?;
    let newest = listed.lines().next()?.split('|').nth(1)?.trim().to_owned();
    let pinned = |name: &str| format!("{name}={newest}");
    let library = format!("{COMPILER}={newest}");
    let standard = depends(&library, "libstd-rust-web-dev")?;
    let driver = depends(&pinned(&standard), "libstd-rust-web-")?;
    let llvm = depends(&pinned(&driver), "libllvm")?;
    Some(vec![
        pinned(COMPILER),
        pinned(SOURCE),
        pinned(&standard),
        pinned(&driver),
        llvm,
    ])
}

/// What `package` depends on that begins so.
fn depends(package: &str, start: &str) -> Option<String> {
    let told = say("apt-cache", &["show", package])?;
    let line = told
        .lines()
        .find_map(|line| line.strip_prefix("Depends: "))?;
    let names = line
        .split(',')
        .filter_map(|one| one.split_whitespace().next());
    let mut names = names.filter(|name| name.starts_with(start));
    names.next().map(str::to_owned)
}

/// What a program says, if it runs and has something to say.
fn say(program: &str, words: &[&str]) -> Option<String> {
    let output = Command::new(program).args(words).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.is_empty()).then_some(text)
}
