//! Type-checks all code for macOS, without running any of it.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use super::toolchain::Toolchain;
use crate::harness::tally::Counter;

const TARGET: &str = "aarch64-apple-darwin";
/// What learners run there, besides the chapters.
const TOOLS: [&str; 6] = ["xtask", "upkeep", "lab", "lab-net", "plot", "book-builder"];
/// A stand-in for a C compiler, which writes empty files instead of compiling SQLite
/// and the cryptography. Type checking needs no more, and no linker runs.
const COMPILER: &str = include_str!("no-compiler.sh");

/// Has cargo look at everything that learners run there.
pub(super) fn prove(toolchain: &Toolchain, packages: &[String], counter: &Counter) {
    let result = check(toolchain, packages);
    counter.count("everything has the right types on macOS", result);
}

fn check(toolchain: &Toolchain, packages: &[String]) -> Result<()> {
    let compiler = no_compiler(toolchain)?;
    let mut cargo = toolchain.cargo("check", TARGET);
    cargo
        .args(["--quiet", "--lib", "--bins", "--test", "check"])
        .env("CC_aarch64_apple_darwin", &compiler)
        .env("AR_aarch64_apple_darwin", &compiler)
        // The SDK's location is normally asked from one of Apple's programs.
        .env("SDKROOT", toolchain.folder());
    for package in packages.iter().map(String::as_str).chain(TOOLS) {
        cargo.args(["--package", package]);
    }
    ensure!(cargo.status()?.success(), "cargo's errors are above");
    Ok(())
}

fn no_compiler(toolchain: &Toolchain) -> Result<PathBuf> {
    let path = toolchain.folder().join("no-compiler.sh");
    std::fs::write(&path, COMPILER)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&path, executable)?;
    }
    Ok(path)
}
