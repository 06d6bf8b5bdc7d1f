//! `cargo xtask sync` writes what solutions describe, and nothing over work.

use std::fs;

use anyhow::Result;
use proof::harness::fixture::Fixture;

const ONE: &str = "exercises/chapter-01-doubling/src/lib.rs";
const RIGHT_ONE: &str =
    "//! Mine.\n\n/// Twice.\npub fn double(number: u32) -> u32 {\n    2 * number\n}\n";

#[test]
fn sync_never_writes_over_work() -> Result<()> {
    let toy = Fixture::toy()?;
    assert_eq!(toy.say("sync --check")?.code, 0);
    toy.write(ONE, RIGHT_ONE)?;
    let said = toy.say("sync --check")?;
    assert_eq!(
        said.code, 0,
        "an edited exercise is no fault: {}",
        said.stdout
    );
    let solution = "solutions/chapter-01-doubling/src/lib.rs";
    toy.write(solution, &toy.read(solution)?.replace("Twice", "Two times"))?;
    let said = toy.say("sync")?;
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains("never writes over work"),
        "{}",
        said.stderr
    );
    assert_eq!(toy.read(ONE)?, RIGHT_ONE);
    let solution = "solutions/chapter-02-adding/src/lib.rs";
    toy.write(
        solution,
        &toy.read(solution)?.replace("Four times", "4 times"),
    )?;
    let said = toy.say("sync --check")?;
    assert_eq!(
        said.code, 1,
        "an outdated starter is a fault: {}",
        said.stdout
    );
    Ok(())
}

/// Gives the file `given.rs` of chapter 2 another name, in the solution alone.
fn rename(toy: &Fixture) -> Result<()> {
    let source = "solutions/chapter-02-adding/src";
    let lib = toy.read(&format!("{source}/lib.rs"))?;
    toy.write(
        &format!("{source}/lib.rs"),
        &lib.replace("mod given;", "mod bestowed;")
            .replace("given::", "bestowed::"),
    )?;
    let folder = toy.root().join(source);
    fs::rename(folder.join("given.rs"), folder.join("bestowed.rs"))?;
    Ok(())
}

#[test]
fn a_starter_whose_solution_is_gone_is_removed() -> Result<()> {
    let toy = Fixture::toy()?;
    rename(&toy)?;
    let exercise = "exercises/chapter-02-adding/src";
    let old = format!("{exercise}/given.rs");
    let said = toy.say("sync --check")?;
    let named = said
        .stdout
        .contains(&format!("{old}: its solution is gone"));
    assert!(said.code == 1 && named, "{}", said.stdout);
    let said = toy.say("sync")?;
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(toy.read(&old).is_err(), "it is still there");
    assert!(toy.read(&format!("{exercise}/bestowed.rs")).is_ok());
    assert_eq!(toy.say("sync --check")?.code, 0);
    Ok(())
}

#[test]
fn an_edited_starter_whose_solution_is_gone_stays_and_is_named() -> Result<()> {
    let toy = Fixture::toy()?;
    let old = "exercises/chapter-02-adding/src/given.rs";
    let mine = "//! Mine.\n";
    toy.write(old, mine)?;
    rename(&toy)?;
    for _ in 0..2 {
        let said = toy.say("sync")?;
        assert!(said.stdout.contains("so it stays"), "{}", said.stdout);
        assert_eq!(toy.read(old)?, mine);
        assert_eq!(toy.say("sync --check")?.code, 1);
    }
    Ok(())
}
