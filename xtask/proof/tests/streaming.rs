//! Small files and fast clients prove no streaming (row 147): the checks of chapter 8
//! must find what passes such a test.

use anyhow::{Context, Result};
use proof::harness::runner;
use proof::harness::scratch::Scratch;
use proof::proofs::wrong;

/// Passes every test with a small file: nobody has to wait.
const PASSES_SMALL: [(u32, &str); 2] = [
    (130, "a_stalled_client_stops_the_reader"),
    (133, "a_stalled_client_stops_the_reader"),
];

#[test]
fn the_checks_reject_unbounded_and_ignored_answers() -> Result<()> {
    let all = wrong::read_all(&runner::root())?;
    let found = PASSES_SMALL.iter().map(|&(row, check)| {
        let check = wrong::Rejects::Check(check.to_owned());
        let mut all = all.iter();
        let found = all.find(|wrong| {
            wrong.folder.starts_with("chapter-08-")
                && wrong.row == row
                && wrong.check == check
        });
        found.cloned().with_context(|| format!("row {row}"))
    });
    let found: Vec<_> = found.collect::<Result<_>>()?;
    let tally = wrong::prove_in(&Scratch::beside_the_stages()?, found)?;
    // Both, and the right program with every switch off.
    assert_eq!((tally.passed, tally.failed), (3, 0));
    Ok(())
}
