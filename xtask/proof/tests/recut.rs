//! No check expects the chunks as they come today (row 110).

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use proof::harness::runner;
use proof::harness::scratch::Scratch;

/// What `lab::recut` reads its seed from.
const VARIABLE: &str = "WORKBOOK_CUTS";

#[test]
fn our_checks_hold_when_sources_cut_differently() -> Result<()> {
    for seed in [None, Some(1), Some(2), Some(3), Some(110)] {
        let (passed, said) = checks(&runner::root(), seed)?;
        assert!(passed, "seed {seed:?}:\n{said}");
    }
    Ok(())
}

#[test]
fn a_check_that_expects_todays_chunks_is_found() -> Result<()> {
    let scratch = Scratch::beside_the_stages()?;
    let path =
        Path::new("exercises/chapter-06-buffers/tests/check").join("one_chunk.rs");
    let right = scratch.read(&path)?;
    let honest = "verifier.feed(&chunk);";
    assert_eq!(right.matches(honest).count(), 1);
    let fragile = "verifier.feed(&chunk); \
                   if at_once == SIZE { steps.equal(\"a chunk\", &chunk.len(), &65536); }";
    scratch.write(&path, &right.replace(honest, fragile))?;
    let today = checks(scratch.root(), None);
    let otherwise = checks(scratch.root(), Some(1));
    scratch.write(&path, &right)?;
    let (passed, said) = today?;
    assert!(passed, "today it passes:\n{said}");
    let (passed, said) = otherwise?;
    assert!(!passed && said.contains("expected: 65536"), "{said}");
    Ok(())
}

/// Runs all checks of chapter 6 on the reference, with sources that are cut by this
/// seed. Whether they passed, and what they said.
fn checks(root: &Path, seed: Option<u64>) -> Result<(bool, String)> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args([
            "test",
            "--quiet",
            "--package",
            "chapter-6-solution",
            "--test",
            "check",
        ])
        .current_dir(root)
        .env_remove("CARGO_TARGET_DIR")
        .env_remove(VARIABLE)
        .stdin(Stdio::null());
    if let Some(seed) = seed {
        command.env(VARIABLE, seed.to_string());
    }
    let output = command.output().context("cannot run cargo")?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    Ok((output.status.success(), said))
}
